"""A steward's choices for a file: the meaning of columns and words, and the persons of rows."""

from dataclasses import replace
from typing import Final

from api.audit.log import AuditLog
from api.i18n import bilingual
from api.schemas.imports import AskedMapping, PickedReading
from graph.errors import InvalidNeed, NotFound
from graph.exchange.imports import (
    DateOrder,
    ImportRegister,
    SourceTable,
    TableMapping,
    TargetField,
    ValueReading,
    for_table,
    guess,
)
from graph.exchange.imports.comparison import HolderChoice
from graph.exchange.imports.kind_readings import KINDS_OF, no_such_kind, removed_kind
from graph.exchange.imports.mapping import ColumnMapping, with_readings
from graph.exchange.imports.native import NativeData
from graph.exchange.imports.records import RecordMapping, RecordSet
from graph.exchange.imports.sent_file import SentFile
from graph.model import Area, Person
from graph.own_kinds import OwnKinds
from graph.vocabulary import AuthorityKind

_READINGS: Final = "readings"
ALL_ROWS: Final = "*"
"""In place of a line: all rows that have no choice of their own."""


def clear_choices(log: AuditLog, sealed: str) -> AskedMapping:
    """The stored choices of a source, decrypted."""
    clear = log.decrypt_parameters({"choices": sealed})["choices"]
    return AskedMapping.model_validate_json(clear)


def mapping_of(
    table: SourceTable,
    register: ImportRegister,
    choices: AskedMapping,
    area: str,
    saved: AskedMapping | None = None,
) -> TableMapping:
    """The saved mapping of the source, or a guess, corrected by the choices.

    Raises: InvalidNeed: no such column, field or kind.
    """
    for reading in choices.readings:
        if not _can_mean(reading, register):
            kinds = KINDS_OF.get(TargetField(reading.field))
            if kinds is not None:
                raise no_such_kind(reading.meaning, (kinds,), register.own_kinds, name=_READINGS)
            raise _unknown(_READINGS, [])
    if saved is not None and saved.fields:
        columns = for_table(saved_columns(saved), table, register)
    else:
        columns = guess(table, register)
    mapping = columns.with_choices(
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
        values=[_value_of(reading) for reading in choices.readings],
    )
    authority = (TargetField.AUTHORITY, TargetField.AUTHORITY_CODE)
    if mapping.fields().isdisjoint(authority):  # an authority's own list may not name it
        kind = register.node(area, Area).kind if area in register.context.nodes else None
        names = [
            name
            for code, name in register.names.items()
            if area in register.areas.get(code, ())
            and kind is not None
            and kind.value in set(AuthorityKind)
            and getattr(register.context.nodes[code], "kind", None) == AuthorityKind(kind.value)
        ]
        if len(names) == 1:
            mapping = replace(mapping, constants={**mapping.constants, authority[0]: names[0]})
    return with_readings(mapping, table, register)


def saved_columns(saved: AskedMapping) -> TableMapping:
    """The columns that the last list of a source had, with their fields."""
    return TableMapping(
        columns=tuple(
            ColumnMapping(
                header=header, field=None if name is None else _field("fields", name),
                dates=DateOrder(saved.dates[header]) if header in saved.dates else None,
            )
            for header, name in saved.fields.items()
        )
    )  # fmt: skip


def next_choices(
    choices: AskedMapping, mapping: TableMapping | RecordMapping | None, saved: AskedMapping | None
) -> AskedMapping:
    """What is saved for the next list of a source, without the choices for single rows.

    Columns of the saved list that this one does not have are kept.
    """
    fields, dates = dict(choices.fields), dict(choices.dates)
    if isinstance(mapping, TableMapping):
        whole = mapping if saved is None else mapping.added_to(saved_columns(saved))
        named = [column for column in whole.columns if column.header]
        fields = {column.header: column.field and column.field.value for column in named}
        dates = {column.header: column.dates.value for column in named if column.dates}
    elif saved is not None:  # a file of another format
        fields, dates = dict(saved.fields), dict(saved.dates)
    return AskedMapping.model_validate(
        {**choices.model_dump(), "fields": fields, "dates": dates, "merges": {}, "holders": {}}
    )


def _can_mean(reading: PickedReading, register: ImportRegister) -> bool:
    """Whether a reading is possible: a kind of its field, or the id of a node."""
    if not reading.meaning:  # its rows are left out
        return TargetField(reading.field) in (TargetField.POST, TargetField.AUTHORITY)
    kinds = KINDS_OF.get(TargetField(reading.field))
    if kinds is not None and register.own_kinds.kind_of(reading.meaning, kinds) is not None:
        return True
    return reading.meaning in register.names or reading.meaning in register.context.nodes


def _value_of(reading: PickedReading) -> ValueReading:
    return ValueReading(
        field=TargetField(reading.field), typed=reading.typed, value=reading.meaning
    )


def _field(name: str, word: str) -> TargetField:
    if word not in set(TargetField):
        raise _unknown(name, [field.value for field in TargetField])
    return TargetField(word)


def _unknown(name: str, listed: list[str]) -> InvalidNeed:
    return InvalidNeed(name, *bilingual("one of {listed}", listed=", ".join(listed) or "–"))


def merges_of(choices: AskedMapping, register: ImportRegister) -> dict[int, str]:
    """The persons chosen for rows, by line.

    Raises: NotFound: there is no such person; InvalidNeed: a line is not a number.
    """
    merges: dict[int, str] = {}
    for line, person in choices.merges.items():
        number = _line("merges", line)
        if not isinstance(register.context.nodes.get(person), Person):
            raise NotFound(person)
        merges[number] = person
    return merges


def holders_of(choices: AskedMapping) -> dict[int | None, HolderChoice]:
    """What new holders are to those who hold their posts, by line; None: of all other rows.

    Raises: InvalidNeed: a line is neither a number nor `*`.
    """
    holders: dict[int | None, HolderChoice] = {}
    for line, choice in choices.holders.items():
        holders[_line("holders", line) if line != ALL_ROWS else None] = HolderChoice(choice)
    return holders


def _line(name: str, line: str) -> int:
    if not line.isdecimal() or len(line) > 7:
        raise _unknown(name, [])
    return int(line)


def record_mapping_of(choices: AskedMapping, own_kinds: OwnKinds) -> RecordMapping:
    """The chosen words of a foreign format. Raises: InvalidNeed: a value is not a kind."""
    values = tuple(map(_value_of, choices.readings))
    return RecordMapping(values=values, own_kinds=own_kinds, name=_READINGS)


def chosen_mapping(
    parsed_file: SentFile,
    register: ImportRegister,
    choices: AskedMapping,
    area: str,
    saved: AskedMapping | None = None,
) -> TableMapping | RecordMapping | None:
    """The mapping of columns or words; None for our own format, which needs no choices.

    Raises: InvalidNeed: no such column, field or kind.
    """
    match parsed_file:
        case NativeData():
            return None
        case SourceTable():
            return mapping_of(parsed_file, register, choices, area, saved)
        case RecordSet():
            return record_mapping_of(choices, register.own_kinds)


def stored_mapping(
    parsed_file: SentFile,
    register: ImportRegister,
    choices: AskedMapping,
    area: str,
    saved: AskedMapping | None = None,
) -> TableMapping | RecordMapping | None:
    """The mapping of stored choices, without readings that this file cannot have.

    These are those of another format. A reading as an own kind that was removed since is kept,
    since the preview refuses its word by the name of the kind.
    """
    values = list(map(_value_of, choices.readings))
    match parsed_file:
        case NativeData():
            return None
        case RecordSet():
            return RecordMapping.of_saved(values, register.own_kinds)
        case SourceTable():
            readings = tuple(
                reading for reading in choices.readings if _can_mean(reading, register)
            )
            fitting = choices.model_copy(update={"readings": readings})
            own = register.own_kinds
            removed_readings = [
                reading for reading in values if removed_kind(reading.field, reading.value, own)
            ]
            return mapping_of(parsed_file, register, fitting, area, saved).with_choices(
                values=removed_readings
            )
