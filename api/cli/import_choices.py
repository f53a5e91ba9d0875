"""The options of `kontaktvej import`: what columns, words and rows of a file mean, as typed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from api.i18n import bilingual
from graph.errors import InvalidNeed
from graph.own_kinds import OwnKinds
from graph.vocabulary import Term

if TYPE_CHECKING:
    from graph.exchange.imports import ImportRegister, TableMapping, ValueReading
    from graph.exchange.imports.comparison import HolderChoice
    from graph.exchange.imports.records import EndMeaning, RecordMapping
    from graph.exchange.imports.sent_file import ImportFormat, SentFile

T = TypeVar("T", bound=Term)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportArguments:
    """The options of the command that say how a file is read."""

    form: "ImportFormat | None"
    ends: "EndMeaning | None"
    sheet: str | None
    encoding: str | None
    mapping: str | None
    picks: Sequence[str]
    constants: Sequence[str]
    readings: Sequence[str]
    own_kinds: OwnKinds


def format_of(text: str | None) -> "ImportFormat | None":
    """Return a format, as typed. Raises: InvalidNeed: there is no such format."""
    from graph.exchange.imports.sent_file import ImportFormat

    if text is None:
        return None
    for form in ImportFormat:
        if text.casefold() == form.word:
            return form
    raise unknown_format()


def unknown_format() -> InvalidNeed:
    """Return the error for a format that is unknown, or must be chosen."""
    from graph.exchange.imports.sent_file import ImportFormat

    listed = ", ".join(form.word for form in ImportFormat)
    return InvalidNeed("--format", *bilingual("one of {listed}", listed=listed))


def ends_of(text: str | None) -> "EndMeaning | None":
    """Return what an end is, as typed. Raises: InvalidNeed: it is neither."""
    from graph.exchange.imports.records import EndMeaning

    if text is None:
        return None
    for ends in EndMeaning:
        if text.casefold() == ends.value:
            return ends
    listed = ", ".join(ends.value for ends in EndMeaning)
    raise InvalidNeed("--ends", *bilingual("one of {listed}", listed=listed))


def chosen_mapping(
    home: Path,
    source: str,
    arguments: ImportArguments,
    parsed_file: "SentFile",
    register: "ImportRegister",
) -> tuple["TableMapping | RecordMapping | None", str | None]:
    """The mapping with the options' picks, and the name it was saved under; None: guessed.

    Our own format needs no mapping. Raises: InvalidNeed: an option names no column, field, kind or
    saved mapping.
    """
    from graph.exchange.imports import for_table, guess
    from graph.exchange.imports.mapping import with_readings
    from graph.exchange.imports.native import NativeData
    from graph.exchange.imports.records import RecordMapping, RecordSet

    if isinstance(parsed_file, NativeData):
        return None, None
    saved, origin = _saved_mapping(home, source, arguments.mapping)
    if isinstance(parsed_file, RecordSet):
        readings = readings_of(arguments.readings, arguments.own_kinds)
        by_word = {
            (reading.field, reading.typed.casefold()): reading
            for reading in (*saved.values, *readings)
        }
        return RecordMapping.of_saved(by_word.values(), arguments.own_kinds), origin
    if saved.columns or saved.constants:
        columns = for_table(saved, parsed_file, register)
    else:  # there is none, or it has the words of another's format alone
        columns, origin = guess(parsed_file, register), None
    corrected = columns.with_choices(**_corrections(arguments))
    return with_readings(corrected, parsed_file, register), origin


def _saved_mapping(
    home: Path, source: str, mapping: str | None
) -> tuple["TableMapping", str | None]:
    """A mapping by name or file, else that of the source; an empty one if that has none.

    Raises: InvalidNeed: there is no such file or saved mapping.
    """
    from graph.exchange.imports import TableMapping
    from graph.exchange.imports.saved_mappings import mapping_names, saved_mapping

    if mapping is not None and mapping.endswith(".json"):
        path = Path(mapping)
        if not path.is_file():
            raise InvalidNeed("--mapping", *bilingual("there is no file {file}", file=path))
        return TableMapping.from_json(path.read_text("utf-8")), path.name
    saved = saved_mapping(home, mapping or source)
    if saved is None and mapping is not None:
        names = ", ".join(mapping_names(home)) or "–"
        raise InvalidNeed("--mapping", *bilingual("one of {listed}", listed=names))
    return saved or TableMapping(columns=()), mapping or source


def _corrections(arguments: ImportArguments) -> dict[str, Any]:
    from graph.exchange.imports import DateOrder, TargetField

    fields: dict[str, TargetField | None] = {}
    dates: dict[str, DateOrder] = {}
    for pick in arguments.picks:
        header, equals, text = pick.rpartition("=")
        if not equals:
            raise _not_pair("--set", pick)
        word, _colon, order = text.partition(":")
        fields[header] = _word(TargetField, "--set", word) if word.strip() else None
        if order:
            dates[header] = _word(DateOrder, "--set", order)
    constants: dict[TargetField, str] = {}
    for constant in arguments.constants:
        word, equals, text = constant.partition("=")
        if not equals:
            raise _not_pair("--fixed", constant)
        constants[_word(TargetField, "--fixed", word)] = text.strip()
    return {
        "fields": fields,
        "dates": dates,
        "constants": constants,
        "values": readings_of(arguments.readings, arguments.own_kinds),
    }


def readings_of(texts: Iterable[str], own_kinds: OwnKinds) -> "list[ValueReading]":
    """Return how words are read, as typed: FIELD:WORD=VALUE; nothing after = leaves it out.

    A kind is returned by its identifier. Raises: InvalidNeed: not of the form, or no such field or
    kind.
    """
    from graph.exchange.imports import TargetField, ValueReading
    from graph.exchange.imports.kind_readings import KINDS_OF, find_kind
    from graph.exchange.imports.records.record_mapping import unit_reading

    readings: list[ValueReading] = []
    for reading in texts:
        head, equals, value = reading.rpartition("=")
        word, colon, cell = head.partition(":")
        if not equals or not colon:
            raise _not_pair("--read", reading)
        target, value = _word(TargetField, "--read", word), value.strip()
        kinds = KINDS_OF.get(target)
        if kinds is not None and value:
            value = find_kind(value, (kinds,), own_kinds, name="--read").id
        elif target is TargetField.UNIT:
            unit = unit_reading(value, own_kinds)
            value = "" if unit is None else unit.text()
        readings.append(ValueReading(field=target, typed=cell, value=value))
    return readings


def _not_pair(name: str, text: str) -> InvalidNeed:
    return InvalidNeed(name, *bilingual('"{text}" is not of the form A=B', text=text))


def _word(terms: type[T], name: str, text: str) -> T:
    """A member by its identifier or label. Raises: InvalidNeed: there is none."""
    key = text.strip().casefold()
    for term in terms:
        if key in (term.value.casefold(), term.label_da.casefold(), term.label_en.casefold()):
            return term
    listed = ", ".join(term.value for term in terms)
    raise InvalidNeed(name, *bilingual("one of {listed}", listed=listed))


def merges_of(texts: Iterable[str]) -> dict[int, str]:
    """Return the persons that rows mean, as typed. Raises: InvalidNeed: not of the form."""
    merges: dict[int, str] = {}
    for text in texts:
        line, equals, person = text.partition("=")
        if not equals or not line.strip().isdecimal():
            raise _not_pair("--merge", text)
        merges[int(line)] = person.strip()
    return merges


def holders_of(texts: Iterable[str]) -> "dict[int | None, HolderChoice]":
    """Return what new holders are to those who hold their posts, as typed.

    Raises: InvalidNeed: not of the form.
    """
    from graph.exchange.imports.comparison import HolderChoice

    holders: dict[int | None, HolderChoice] = {}
    for text in texts:
        line, equals, word = text.partition("=")
        if not equals or not (line.strip().isdecimal() or line.strip() == "*"):
            raise _not_pair("--holder", text)
        choice = _word(HolderChoice, "--holder", word)
        holders[None if line.strip() == "*" else int(line)] = choice
    return holders
