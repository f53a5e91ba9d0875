"""What a field may hold: markers that tell free text and personal data from codes, and checks."""

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import date
from enum import Enum, auto
from functools import cache
from types import UnionType
from typing import Annotated, Any, Final, NamedTuple, Union, get_args, get_origin, get_type_hints

from graph.errors import Fault
from graph.normal_form import normal_form
from graph.vocabulary import Rule, Term

MAX_TEXT = 120
_UNIONS: Final = (Union, UnionType)  # Python 3.11 makes one or the other, by what is in it
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")  # the common part of BCP 47


class Mark(Enum):
    """What is special about a field; read by the checks, the store and the Snapshot."""

    TEXT = auto()  # free text: NFC, trimmed, short, guarded
    GUARDED = auto()  # another form of text in which anything could be written: guarded too
    SEALED = auto()  # personal: ciphertext before it reaches the database driver
    REF = auto()  # the id of another thing


Text = Annotated[str, Mark.TEXT]
Texts = frozenset[Text]
PersonalText = Annotated[str, Mark.TEXT, Mark.SEALED]
Ref = Annotated[str, Mark.REF]
Url = Annotated[str, Mark.GUARDED]


@cache
def marked(cls: type, mark: Mark) -> tuple[str, ...]:
    """The names of the fields of `cls` that carry `mark`, in order of definition."""
    hints = get_type_hints(cls, include_extras=True)
    return tuple(
        field.name
        for field in fields(cls)
        if any(found is mark for found in _marks(hints[field.name]))
    )


class Holding(NamedTuple):
    """The exact types a field takes, and for a set the type of what is in it."""

    name: str
    types: frozenset[type]
    inside: type | None
    rule: Rule


@cache
def holdings(cls: type) -> tuple[Holding, ...]:
    """What each field of `cls` takes: no annotation stops a program that was not checked."""
    hints = get_type_hints(cls)
    return tuple(_holding(field.name, hints[field.name]) for field in fields(cls))


def _holding(name: str, hint: Any) -> Holding:
    parts: tuple[Any, ...] = get_args(hint) if get_origin(hint) in _UNIONS else (hint,)
    allowed = frozenset(get_origin(part) or part for part in parts)
    inside = next((get_args(part)[0] for part in parts if get_args(part)), None)
    is_word = any(issubclass(one, Term) for one in (*allowed, inside or object))
    rule = Rule.UNKNOWN_WORD if is_word else Rule.BAD_FORMAT
    return Holding(name, allowed | {int} if float in allowed else allowed, inside, rule)


@cache
def coded(cls: type) -> tuple[str, ...]:
    """The names of the fields of `cls` that hold ids and codes as text, alone or in a set."""
    hints = get_type_hints(cls)
    free = (*marked(cls, Mark.TEXT), *marked(cls, Mark.GUARDED))
    return tuple(
        field.name
        for field in fields(cls)
        if field.name not in free and hints[field.name] in (str, str | None, frozenset[str])
    )


def _marks(hint: Any) -> Iterator[object]:
    """The markers of a type, also inside a union: `Text | None` is marked as `NetworkText` is."""
    if get_origin(hint) is Annotated:
        yield from get_args(hint)[1:]
    for part in get_args(hint):
        if get_args(part):
            yield from _marks(part)


def each_text(value: str | frozenset[str] | None) -> Sequence[str]:
    """The text of a field that holds one, or those of a set in their order."""
    return (value,) if isinstance(value, str) else sorted(value or ())


def clean(text: str) -> str:
    """NFC without white space at the ends: how every text is stored."""
    return text if text.isascii() and text == text.strip() else normal_form("NFC", text).strip()


def both_or_neither(where: str, name: str, one: object, other: object) -> Iterator[Fault]:
    """A fault where only one of two fields that belong together is filled in."""
    if (one is None) != (other is None):
        yield Fault(where, name, Rule.BOTH_OR_NEITHER)


def rising(where: str, name: str, start: date | None, end: date | None) -> Iterator[Fault]:
    """A fault where a half-open period is empty or turned round."""
    if start is not None and end is not None and start >= end:
        yield Fault(where, name, Rule.FROM_AFTER_TO)


def within(where: str, name: str, value: float | None, low: float, high: float) -> Iterator[Fault]:
    """A fault where a number is there and lies outside `low` to `high`, both allowed."""
    if value is not None and not low <= value <= high:
        yield Fault(where, name, Rule.OUT_OF_RANGE)


def months_later(day: date, months: int) -> date:
    """The same day of the month that many months on; the last day where there is none."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    if year > date.max.year:
        return date.max
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def known_languages(where: str, languages: frozenset[str]) -> Iterator[Fault]:
    """A fault where one does not look like a BCP 47 tag."""
    if not all(_LANGUAGE.fullmatch(language) for language in languages):
        yield Fault(where, "languages", Rule.BAD_FORMAT)
