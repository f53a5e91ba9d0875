"""What a steward chose about a file: what columns and words mean, and whom its rows mean."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from api.i18n import bilingual
from api.schemas.imports import AskedMapping
from graph.errors import InvalidNeed, NotFound
from graph.exchange.imports import (
    DateOrder,
    ImportRegister,
    SourceTable,
    TableMapping,
    TargetField,
    ValueReading,
    guess,
)
from graph.exchange.imports.mapping import with_readings
from graph.exchange.imports.native import NativeData
from graph.exchange.imports.records import RecordMapping, RecordSet
from graph.exchange.imports.sent_file import SentFile
from graph.model import Area, Person
from graph.vocabulary import AuthorityKind, NetworkKind, PostKind

_KINDS: Final[Mapping[str, type[PostKind] | type[NetworkKind]]] = {
    "POST": PostKind,
    "NETWORK": NetworkKind,
}


def mapping_of(
    table: SourceTable, register: ImportRegister, choices: AskedMapping, area: str
) -> TableMapping:
    """The guess with what was chosen. Raises: InvalidNeed: no such column, field or kind."""
    mapping = guess(table, register)
    for reading in choices.readings:
        kinds = _KINDS.get(reading.field)
        known = set(kinds) if kinds else register.names
        if reading.meaning not in known and reading.meaning not in register.context.nodes:
            raise _unknown("readings", [])
    mapping = mapping.corrected(
        fields={
            header: None if name is None else _field("fields", name)
            for header, name in choices.fields.items()
            if header in table.headers
        },
        dates={
            header: DateOrder(order)
            for header, order in choices.dates.items()
            if header in table.headers
        },
        constants={
            _field("constants", name): text for name, text in choices.constants.items() if text
        },
        values=[
            ValueReading(field=TargetField(one.field), typed=one.typed, value=one.meaning)
            for one in choices.readings
        ],
    )
    authority = (TargetField.AUTHORITY, TargetField.AUTHORITY_CODE)
    if mapping.fields().isdisjoint(authority):  # a list of one's own names it nowhere
        names = _authorities_of(register, area)
        if len(names) == 1:
            mapping = replace(mapping, constants={**mapping.constants, authority[0]: names[0]})
    return with_readings(mapping, table, register)


def _authorities_of(register: ImportRegister, area: str) -> list[str]:
    """The names of the authorities that an area is the area of."""
    kind = register.node(area, Area).kind if area in register.context.nodes else None
    return [
        name
        for authority, name in register.names.items()
        if area in register.areas.get(authority, ())
        and kind is not None
        and kind.value in set(AuthorityKind)
        and getattr(register.context.nodes[authority], "kind", None) == AuthorityKind(kind.value)
    ]


def _field(name: str, word: str) -> TargetField:
    if word not in set(TargetField):
        raise _unknown(name, [field.value for field in TargetField])
    return TargetField(word)


def _unknown(name: str, listed: list[str]) -> InvalidNeed:
    return InvalidNeed(name, *bilingual("one of {listed}", listed=", ".join(listed) or "–"))


def merges_of(choices: AskedMapping, register: ImportRegister) -> dict[int, str]:
    """The persons that rows mean, by line. Raises: NotFound, InvalidNeed: there is none."""
    merges: dict[int, str] = {}
    for line, person in choices.merges.items():
        if not line.isdecimal() or len(line) > 7:
            raise _unknown("merges", [])
        if not isinstance(register.context.nodes.get(person), Person):
            raise NotFound(person)
        merges[int(line)] = person
    return merges


def record_mapping_of(choices: AskedMapping) -> RecordMapping:
    """The words of another's format as they were chosen. Raises: InvalidNeed: one is no kind."""
    values = tuple(
        ValueReading(field=TargetField(one.field), typed=one.typed, value=one.meaning)
        for one in choices.readings
    )
    try:
        return RecordMapping(values=values)
    except InvalidNeed as wrong:
        raise _unknown("readings", []) from wrong


def chosen_mapping(
    sent: SentFile, register: ImportRegister, choices: AskedMapping, area: str
) -> TableMapping | RecordMapping | None:
    """What columns or words mean; None: the elements of our own format need nothing chosen.

    Raises: InvalidNeed: no such column, field or kind.
    """
    match sent:
        case NativeData():
            return None
        case SourceTable():
            return mapping_of(sent, register, choices, area)
        case RecordSet():
            return record_mapping_of(choices)
