"""Parsing of dates, languages and yes or no in the cells of a list."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from typing import Final, cast

from babel import Locale

from graph.exchange.imports.faults import ImportRule
from graph.exchange.imports.words import plain
from graph.vocabulary import Term


class ValueFault(Exception):
    """Raised for a cell that cannot be read as its field."""

    def __init__(self, rule: ImportRule, proposals: Iterable[str] = ()) -> None:
        super().__init__(rule)
        self.rule, self.proposals = rule, tuple(proposals)


class DateOrder(Term):
    """Which comes first in the dates of a column that are written with / or -."""

    DMY = "DMY", "Dag først", "Day first"
    MDY = "MDY", "Måned først", "Month first"


_ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?")
_DOTTED: Final = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4}|\d{2})")
_SLASHED: Final = re.compile(r"(\d{1,2})([/-])(\d{1,2})\2(\d{4}|\d{2})")
_DAY_FIRST: Final = re.compile(r"(\d{1,2})[/.](\d{1,2})(?:-| )(\d{4}|\d{2})")
_WORDED: Final = re.compile(r"(\d{1,2})\.?\s+([A-Za-zæøå]{3,9})\.?\s+(\d{4})")
_LEADING: Final = re.compile(
    r"(?:(?:t\.?\s?o\.?\s?m\.?|til og med|pr\.?|den|d\.?)\s*)+", re.IGNORECASE
)
"""Words before a date."""
_TIME: Final = re.compile(
    r"(?<=\d)[ T]\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:\.\d+)?)?(?:Z| ?[+-]\d{2}:?\d{2})?$"
)
_MONTHS: Final = {
    month: number
    for number, names in enumerate(
        ("jan januar january", "feb februar february", "mar marts march", "apr april", "maj may",
         "jun juni june", "jul juli july", "aug august", "sep sept september",
         "okt oktober oct october", "nov november", "dec december"), start=1)
    for month in names.split()
}  # fmt: skip
_BACK: Final = 60
_AHEAD: Final = 10
_FOR_EVER: Final = "99", 12, 31  # also how a list may shorten 31-12-9999


def date_of_cell(text: str, order: DateOrder | None, on: date) -> date:
    """Return the date of a cell; `order` is needed only for dates with / or -.

    A year of two digits is one of the 60 years before `on` or of the 10 after.

    Raises: ValueFault: no date, or its order or century is unknown.
    """
    text = _without_words(text)
    try:
        if match := _ISO.fullmatch(text):
            return date(int(match[1]), int(match[2]), int(match[3]))
        if match := (_DOTTED.fullmatch(text) or _DAY_FIRST.fullmatch(text)):
            return _date(match[3], int(match[2]), int(match[1]), on)
        if match := _WORDED.fullmatch(text):
            return date(int(match[3]), _MONTHS[match[2].casefold()], int(match[1]))
        if match := _SLASHED.fullmatch(text):
            if order is None:
                raise ValueFault(ImportRule.DATE_ORDER)
            first, second = int(match[1]), int(match[3])
            day, month = (first, second) if order is DateOrder.DMY else (second, first)
            return _date(match[4], month, day, on)
    except (ValueError, KeyError):
        raise ValueFault(ImportRule.BAD_DATE) from None
    raise ValueFault(ImportRule.BAD_DATE)


def _date(year: str, month: int, day: int, on: date) -> date:
    if len(year) == 4:
        return date(int(year), month, day)
    near = (
        candidate
        for candidate in range(on.year - _BACK, on.year + _AHEAD + 1)
        if candidate % 100 == int(year)
    )
    full_year = next(near, None)
    if full_year is None or (year, month, day) == _FOR_EVER:
        raise ValueFault(ImportRule.SHORT_YEAR)
    return date(full_year, month, day)


def is_date(text: str) -> bool:
    """Return whether a cell has the form of a date."""
    forms = (_ISO, _DOTTED, _DAY_FIRST, _SLASHED, _WORDED)
    return any(form.fullmatch(_without_words(text)) for form in forms)


def _without_words(text: str) -> str:
    """A date without the words before it and the time after it."""
    match = _LEADING.match(text)
    return _TIME.sub("", text[match.end() :] if match else text)


_ACTIVE: Final = frozenset({
    "ja", "j", "yes", "y", "true", "sand", "1", "aktiv", "aktiveret", "ansat", "i tjeneste",
    "active", "enabled", "employed",
})  # fmt: skip
_INACTIVE: Final = frozenset({
    "nej", "n", "no", "false", "falsk", "0", "inaktiv", "ikke aktiv", "deaktiveret", "spaerret",
    "lukket", "nedlagt", "fratraadt", "opsagt", "ophoert", "inactive", "disabled", "left",
})  # fmt: skip


def is_active(text: str) -> bool:
    """Return whether an account or a person is active. Raises: ValueFault: it cannot be told."""
    word = plain(text)
    if word not in _ACTIVE | _INACTIVE:
        raise ValueFault(ImportRule.BAD_ANSWER)
    return word in _ACTIVE


def date_order(cells: Iterable[str]) -> tuple[DateOrder | None, bool]:
    """Return the order that the dates of a column prove, and whether one is needed at all.

    A day above 12 proves it. Dates that contradict each other prove none.
    """
    first = second = 0
    is_needed = False
    for cell in cells:
        if match := _SLASHED.fullmatch(_without_words(cell)):
            is_needed = True
            first, second = max(first, int(match[1])), max(second, int(match[3]))
    if first > 12 >= second:
        return DateOrder.DMY, True
    if second > 12 >= first:
        return DateOrder.MDY, True
    return None, is_needed


@cache
def _languages() -> dict[str, str]:
    names: dict[str, str] = {}
    for language in ("en", "da"):  # Danish last: it takes precedence
        spoken_names = cast("Mapping[str, str]", Locale(language).languages)
        for code, name in spoken_names.items():
            if 2 <= len(code) <= 3:
                names[plain(name)] = code
    return names


def languages_of(text: str) -> frozenset[str]:
    """Return the codes of the languages of a cell, from names in Danish or English, or codes.

    Raises: ValueFault: one of them is no language.
    """
    codes: set[str] = set()
    for part in re.split(r"\s*(?:[,;/+&\n|]|\bog\b|\band\b)\s*", text):
        word = plain(part)
        if not word:
            continue
        codes_by_name = _languages()
        if word in codes_by_name:
            codes.add(codes_by_name[word])
        elif word in codes_by_name.values():
            codes.add(word)
        else:
            raise ValueFault(ImportRule.BAD_LANGUAGE)
    return frozenset(codes)


_YES: Final = frozenset({"ja", "j", "x", "yes", "y", "true", "sand", "1"})
_NO: Final = frozenset({"nej", "n", "no", "false", "falsk", "0", ""})


def order_of(text: str) -> int | None:
    """Return the order an entry point has: a number, 1 for yes, None for no.

    Raises: ValueFault: neither.
    """
    word = plain(text)
    if word in _NO:
        return None
    if word in _YES:
        return 1
    if word.isdecimal() and 1 <= int(word) <= 99:
        return int(word)
    raise ValueFault(ImportRule.BAD_ANSWER)
