"""Parsing of opening hours in the words of a list: `kl. 10-12 alle hverdage`."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final

from graph.exchange.imports.faults import ImportRule
from graph.exchange.imports.values import ValueFault
from graph.model.opening_hours import DAYS, is_hours

_DANISH_DAYS: Final = (
    "m ma man mandag mandage", "ti tir tirs tirsdag tirsdage", "o on ons onsdag onsdage",
    "to tor tors torsdag torsdage", "f fr fre fredag fredage", "l lø lør lørdag lørdage",
    "s sø søn søndag søndage",
)  # fmt: skip
_ENGLISH_DAYS: Final = (
    "mo mon monday mondays", "tu tue tues tuesday tuesdays", "we wed wednesday wednesdays",
    "th thu thur thurs thursday thursdays", "fri friday fridays", "sa sat saturday saturdays",
    "su sun sunday sundays",
)  # fmt: skip
_DAY_WORDS: Final = {
    word: day
    for words_of_days in (_DANISH_DAYS, _ENGLISH_DAYS)
    for day, words in zip(DAYS, words_of_days, strict=True)
    for word in words.split()
}
_ENGLISH: Final = frozenset(word for words in _ENGLISH_DAYS for word in words.split())
_EVERY_DAY: Final = ""
_OTHER_DAYS: Final = "other days"
_SPANS: Final = {
    **dict.fromkeys(("alle hverdage", "hverdage", "hverdag", "weekdays", "workdays"), "MO-FR"),
    **dict.fromkeys(("i weekenden", "weekenden", "weekender", "weekend", "weekends"), "SA-SU"),
    **dict.fromkeys(
        ("alle ugens dage", "alle dage", "hver dag", "dagligt", "daglig", "every day", "daily"),
        _EVERY_DAY,
    ),
    **dict.fromkeys(("øvrige dage", "andre dage", "other days", "øvrige"), _OTHER_DAYS),
}
_ALWAYS: Final = (
    "hele døgnet", "døgnet rundt", "døgnåbent", "døgnåben", "24/7", "24 timer", "altid", "always",
    "around the clock",
)  # fmt: skip
_BY_APPOINTMENT: Final = (
    "efter nærmere aftale", "efter forudgående aftale", "efter aftale", "efter behov",
    "by appointment", "on request",
)  # fmt: skip
_CLOSED: Final = ("lukket", "closed")
_NOISE: Final = (
    "og", "and", "samt", "eller", "or", "kl", "fra", "from", "træffes", "åbent", "åben", "open",
    "ellers",
)  # fmt: skip


class _Part(Enum):
    """What a part of a text says."""

    ALWAYS = auto()
    PERIOD = auto()
    BY_APPOINTMENT = auto()
    CLOSED = auto()
    DAYS = auto()
    FROM_DAY = auto()
    DAY = auto()
    OTHER = auto()


def _one_of(words: Iterable[str]) -> str:
    longest_first = sorted(words, key=len, reverse=True)
    return rf"(?:{'|'.join(map(re.escape, longest_first))})(?!\w)"


_CLOCK: Final = r"(?:kl\.?\s*)?(\d{1,2})(?:[.:](\d{2}))?"
_DAY: Final = rf"({_one_of(_DAY_WORDS)})\.?"
_ENGLISH_DAY: Final = rf"({_one_of(_ENGLISH)})\.?"
_PATTERNS: Final = {
    part: re.compile(pattern)
    for part, pattern in {
        _Part.ALWAYS: _one_of(_ALWAYS),
        _Part.PERIOD: rf"{_CLOCK}\s*(?:-|til|to)\s*{_CLOCK}(?![\d:])",
        _Part.BY_APPOINTMENT: _one_of(_BY_APPOINTMENT),
        _Part.CLOSED: _one_of(_CLOSED),
        _Part.DAYS: _one_of(_SPANS),
        _Part.FROM_DAY: rf"{_ENGLISH_DAY}\s*to\s*{_ENGLISH_DAY}|{_DAY}\s*(?:-|til)\s*{_DAY}",
        _Part.DAY: _DAY,
        _Part.OTHER: rf"[\s,;/&+.:]+|-(?=\s*(?:og|and)\s)|{_one_of(_NOISE)}",
    }.items()
}  # fmt: skip
"""The patterns of the parts, tried in this order; "to" is Thursday, or English for "til"."""
_UNSEPARATED: Final = re.compile(rf"\d\s*{_one_of(_BY_APPOINTMENT)}")


def hours_of(text: str) -> str | None:
    """Return opening hours in the form of the model; None if they are only by appointment.

    Raises: ValueFault: no days, or no times; with a proposal where only the days are missing.
    """
    if is_hours(text):
        return text
    folded = re.sub("[–—−]", "-", text.casefold())
    parts = [(part, match) for part, match in _parts(folded) if part is not _Part.OTHER]
    if not parts or _UNSEPARATED.search(folded):
        raise ValueFault(ImportRule.BAD_HOURS)
    groups = _groups(parts)
    if all(part is _Part.PERIOD for part, _ in parts):
        proposal = _Group(["MO-FR"], groups[0].times)
        raise ValueFault(ImportRule.BAD_HOURS, ("; ".join(proposal.hours()),))
    hours = "; ".join(hours for group in groups for hours in group.hours())
    if not hours and all(part is not _Part.CLOSED for part, _ in parts):
        return None
    if not is_hours(hours):
        raise ValueFault(ImportRule.BAD_HOURS)
    return hours


def _parts(text: str) -> Iterator[tuple[_Part, re.Match[str]]]:
    position = 0
    while position < len(text):
        matches = ((part, pattern.match(text, position)) for part, pattern in _PATTERNS.items())
        found = next(((part, match) for part, match in matches if match), None)
        if found is None:
            raise ValueFault(ImportRule.BAD_HOURS)
        yield found
        position = found[1].end()


@dataclass
class _Group:
    """Days, and the times of each of them."""

    days: list[str] = field(default_factory=list[str])
    times: list[tuple[_Part, str]] = field(default_factory=list[tuple[_Part, str]])

    def hours(self) -> Iterator[str]:
        """Yield the hours of each of the days. Raises: ValueFault."""
        periods = [period for _, period in self.times if period]
        kinds = {part for part, _ in self.times}
        if not self.times or (_Part.CLOSED in kinds and len(self.times) > 1):
            raise ValueFault(ImportRule.BAD_HOURS)
        if (not self.days and _Part.PERIOD in kinds) or (periods and _OTHER_DAYS in self.days):
            raise ValueFault(ImportRule.BAD_HOURS)
        for days in self.days or (_EVERY_DAY,):
            for period in periods:
                yield f"{days} {period}".strip()


def _groups(parts: Sequence[tuple[_Part, re.Match[str]]]) -> list[_Group]:
    """Put each day with its times: the times follow their days, or all days their times."""
    group = _Group()
    groups = [group]
    is_times_first = parts[0][0] in _TIMES
    for part, match in parts:
        is_times = part in _TIMES
        if is_times == is_times_first and (group.days if is_times else group.times):
            group = _Group()
            groups.append(group)
        if is_times:
            group.times.append((part, _period(part, match)))
        else:
            group.days.append(_days(part, match))
    return groups


_TIMES: Final = frozenset({_Part.ALWAYS, _Part.PERIOD, _Part.BY_APPOINTMENT, _Part.CLOSED})


def _period(part: _Part, match: re.Match[str]) -> str:
    if part is _Part.ALWAYS:
        return "00:00-24:00"
    if part is not _Part.PERIOD:
        return ""
    return f"{int(match[1]):02}:{match[2] or '00'}-{int(match[3]):02}:{match[4] or '00'}"


def _days(part: _Part, match: re.Match[str]) -> str:
    if part is _Part.DAYS:
        return _SPANS[match[0]]
    return "-".join(_DAY_WORDS[word] for word in match.groups() if word)
