"""Field types and their columns: one numpy array or tuple per field of a label or link type."""

import types
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from enum import Enum, auto
from functools import cache
from typing import Any, Final, Union, cast, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import NDArray

from graph.model import LINK_CLASSES, NODE_CLASSES, Element, Secret
from graph.vocabulary import Label, LinkType, Term

MISSING: Final = int(np.iinfo(np.int32).min)
"""Marks a missing date or number in an int32 column."""
NO_WORD: Final = 255
"""Marks a missing word in a column of codes."""
_EPOCH: Final = date(1970, 1, 1)

Column = NDArray[Any] | tuple[str, ...] | tuple[frozenset[str], ...]
RawColumns = Mapping[str, Sequence[Any]]
"""Field name -> values as a dataclass or the database returns them, all of equal length."""


class FieldKind(Enum):
    """How the values of a field are stored in a column."""

    TEXT = auto()  # tuple[str, ...]; "" is missing
    TEXTS = auto()  # tuple[frozenset[str], ...]
    DATE = auto()  # int32 days since 1970-01-01; MISSING
    NUMBER = auto()  # int32; MISSING
    SHARE = auto()  # float64; NaN is missing
    FLAG = auto()  # bool
    WORD = auto()  # uint8 code; NO_WORD
    WORDS = auto()  # int64, bit i = the word of code i


@dataclass(frozen=True, slots=True)
class FieldType:
    """The kind of a field and, for words, their enumeration."""

    kind: FieldKind
    words: type[Term] | None = None


@cache
def field_types(cls: type[Element]) -> Mapping[str, FieldType]:
    """Return the stored fields of a class, except a contact detail's secret value."""
    hints = get_type_hints(cls)
    types_by_name: dict[str, FieldType] = {}
    for field in fields(cls):
        hint = hints[field.name]
        if get_origin(hint) in (Union, types.UnionType):  # without its `| None`
            hint = next(part for part in get_args(hint) if part is not type(None))
        if hint is Secret:
            continue
        if get_origin(hint) is frozenset:
            (inner,) = get_args(hint)
            field_type = (
                FieldType(FieldKind.TEXTS) if inner is str else FieldType(FieldKind.WORDS, inner)
            )
        elif isinstance(hint, type) and issubclass(hint, Term):
            field_type = FieldType(FieldKind.WORD, hint)
        else:
            field_type = FieldType(_SIMPLE[hint])
        types_by_name[field.name] = field_type
    return types_by_name


_SIMPLE: Final[Mapping[type, FieldKind]] = {
    str: FieldKind.TEXT,
    date: FieldKind.DATE,
    int: FieldKind.NUMBER,
    float: FieldKind.SHARE,
    bool: FieldKind.FLAG,
}


def class_of(what: Label | LinkType) -> type[Element]:
    """Return the dataclass of a label or link type."""
    return NODE_CLASSES[what] if isinstance(what, Label) else LINK_CLASSES[what]


def raw_columns(cls: type[Element], elements: Iterable[Element]) -> RawColumns:
    """Return elements of one class as raw columns, for a Snapshot without a database."""
    rows = list(elements)
    return {name: [getattr(element, name) for element in rows] for name in field_types(cls)}


def pack(field: FieldType, values: Sequence[Any], texts: dict[Any, str] | None = None) -> Column:
    """Pack raw values (words as identifiers or words, dates as dates or ISO text) into a column.

    `texts` interns the texts seen so far, so that equal ones share one object in memory.
    """
    count = len(values)
    match field.kind:
        case FieldKind.TEXT:
            known_texts = {} if texts is None else texts
            known_texts[None] = ""
            return tuple(map(known_texts.setdefault, values, values))
        case FieldKind.TEXTS:
            shared: dict[frozenset[str], frozenset[str]] = {}
            sets = [frozenset(cast("Iterable[str]", value or ())) for value in values]
            return tuple(map(shared.setdefault, sets, sets))
        case FieldKind.DATE:
            return np.fromiter(map(_DayOf().__getitem__, values), np.int32, count)
        case FieldKind.NUMBER:
            return np.array([MISSING if value is None else value for value in values], np.int32)
        case FieldKind.SHARE:
            return np.array([np.nan if value is None else value for value in values], np.float64)
        case FieldKind.FLAG:
            return np.array(values, np.bool_)
        case FieldKind.WORD:
            return np.fromiter(map(_codes(field.words).__getitem__, values), np.uint8, count)
        case FieldKind.WORDS:
            code_of = _codes(field.words)
            mask_of_key: dict[tuple[str, ...], int] = {}
            masks = np.zeros(len(values), np.int64)
            for place, value in enumerate(values):
                key = tuple(cast("Iterable[str]", value or ()))
                if key not in mask_of_key:
                    mask_of_key[key] = sum(1 << code_of[word] for word in set(key))
                masks[place] = mask_of_key[key]
            return masks


def unpack(field: FieldType, column: Column, place: int) -> Any:
    """Return the Python value at a position of a column, as the dataclass holds it."""
    value = column[place]
    match field.kind:
        case FieldKind.TEXT:
            return value or None
        case FieldKind.TEXTS:
            return value
        case FieldKind.DATE:
            return day_to_date(int(cast("np.int32", value)))
        case FieldKind.NUMBER:
            return None if value == MISSING else int(cast("np.int32", value))
        case FieldKind.SHARE:
            return None if value != value else float(cast("np.float64", value))
        case FieldKind.FLAG:
            return bool(value)
        case FieldKind.WORD:
            return None if value == NO_WORD else _words(field.words)[int(cast("np.uint8", value))]
        case FieldKind.WORDS:
            mask = int(cast("np.int64", value))
            return frozenset(word for word in _words(field.words) if mask >> word.code & 1)


def unpack_all(field: FieldType, column: Column, places: NDArray[np.integer]) -> list[Any]:
    """Return the values at positions of a column; equal numbers or words are converted once."""
    if field.kind is FieldKind.TEXT:
        return [column[place] or None for place in places.tolist()]
    if field.kind is FieldKind.TEXTS:
        return [column[place] for place in places.tolist()]
    distinct, at = np.unique(np.asarray(column)[places], return_inverse=True)
    values = [unpack(field, distinct, place) for place in range(len(distinct))]
    return [values[place] for place in at.tolist()]


def date_to_day(on: date) -> int:
    """Return the days since 1970-01-01."""
    return (on - _EPOCH).days


def day_to_date(day: int) -> date | None:
    """Return the date of a day number; None for MISSING."""
    return None if day == MISSING else _EPOCH + timedelta(days=day)


def mask_of(words: Iterable[Term]) -> int:
    """Return a set of words as a bit mask: bit i is the word of code i."""
    mask = 0
    for word in words:
        mask |= 1 << word.code
    return mask


class _DayOf(dict[Any, int]):
    """Cache of day numbers by date or ISO text: distinct dates are few, elements are many."""

    def __missing__(self, on: date | str | None) -> int:
        when = date.fromisoformat(on) if isinstance(on, str) else on
        day = self[on] = MISSING if when is None else date_to_day(when)
        return day


@cache
def _words(words: type[Term] | None) -> tuple[Term, ...]:
    return tuple(words or ())


@cache
def _codes(words: type[Term] | None) -> Mapping[str | None, int]:
    return {**{str(word): word.code for word in _words(words)}, None: NO_WORD}
