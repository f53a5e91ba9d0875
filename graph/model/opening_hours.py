"""Opening hours of a post: parsing, the ordinary week, and the Danish calendar.

Times are Copenhagen wall-clock times. The first functions work on an ordinary week; those with a
date also take public holidays and closing days into account. A group of hours with weekdays is
closed on such days; a group without weekdays is open on them too. On the day on which the clocks
go forward, the hour from 02:00 does not exist.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import holidays

WEEK_MIN: Final = 7 * 24 * 60
DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_GROUP = re.compile(
    r"(?:(?P<first>MO|TU|WE|TH|FR|SA|SU)(?:-(?P<last>MO|TU|WE|TH|FR|SA|SU))? )?"
    r"(?P<from>[01]\d:[0-5]\d|2[0-3]:[0-5]\d)-(?P<to>[01]\d:[0-5]\d|2[0-3]:[0-5]\d|24:00)",
    re.ASCII,
)


def is_hours(text: str) -> bool:
    """Return whether a text has the form of opening hours."""
    groups = [_GROUP.fullmatch(group.strip()) for group in text.split(";")]
    return all(group and _minutes(group["from"]) < _minutes(group["to"]) for group in groups)


@cache
def hour_groups(hours: str) -> tuple[tuple[frozenset[int] | None, int, int], ...]:
    """Return the groups of hours: weekdays from Monday 0 (None: all), start and end in minutes.

    Raises:
        ValueError: the text does not have the form of opening hours.
    """
    groups: list[tuple[frozenset[int] | None, int, int]] = []
    for group in (_GROUP.fullmatch(part.strip()) for part in hours.split(";")):
        if group is None:
            raise ValueError(f"not opening hours: {hours!r}")
        days = None
        if group["first"]:  # a range may wrap around the weekend
            first, last = (
                DAYS.index(day) for day in (group["first"], group["last"] or group["first"])
            )
            length = (last - first) % 7 + 1
            days = frozenset((first + offset) % 7 for offset in range(length))
        groups.append((days, _minutes(group["from"]), _minutes(group["to"])))
    return tuple(groups)


@cache
def open_periods(hours: str) -> tuple[tuple[int, int], ...]:
    """Return open periods in minutes from Monday 00:00, half-open, sorted and merged."""
    periods = (
        (day * 1440 + start, day * 1440 + end)
        for days, start, end in hour_groups(hours)
        for day in (range(7) if days is None else days)
    )
    return merge_periods(sorted(periods))


def is_open(hours: str, minute: int) -> bool:
    """Return whether hours are open at a minute of the week, from Monday 00:00."""
    return any(start <= minute < end for start, end in open_periods(hours))


@cache
def mean_wait_days(hours: str) -> float:
    """Return the mean time until opening, over all moments of a week, in days.

    With closed gaps of g1 ... gn hours in a week of 168 h it is sum(g^2) / 336 hours: Monday to
    Friday 9-15 gives 0.70 day.
    """
    periods = open_periods(hours)
    following = (*periods[1:], (periods[0][0] + WEEK_MIN, 0))
    gaps = [after[0] - before[1] for before, after in zip(periods, following, strict=True)]
    return sum(gap * gap for gap in gaps) / (2 * WEEK_MIN) / 1440


def _minutes(time: str) -> int:
    return int(time[:2]) * 60 + int(time[3:])


def merge_periods(periods: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Merge sorted periods that touch or overlap."""
    union: list[tuple[int, int]] = []
    for start, end in periods:
        if union and start <= union[-1][1]:
            union[-1] = (union[-1][0], max(end, union[-1][1]))
        else:
            union.append((start, end))
    return tuple(union)


COPENHAGEN: Final = ZoneInfo("Europe/Copenhagen")
MOST_DAYS: Final = 400
"""The limit of the search for the next opening, in days."""
ClosingDays = frozenset[tuple[int, int]]
"""Months and days on which offices are closed in addition to public holidays."""


@lru_cache(maxsize=64)
def public_holidays(year: int) -> frozenset[date]:
    """Return the public holidays of Denmark in a year. Source: the package `holidays`."""
    return frozenset(holidays.country_holidays("DK", years=year))


def is_closing_day(day: date, closing: ClosingDays) -> bool:
    """Return whether a date is a public holiday or a listed closing day."""
    return (day.month, day.day) in closing or day in public_holidays(day.year)


@lru_cache(maxsize=8_192)
def periods_on(hours: str, day: date, closing: ClosingDays) -> tuple[tuple[int, int], ...]:
    """Return open periods of a date in minutes from midnight, half-open, sorted and merged."""
    is_closed = is_closing_day(day, closing)
    skips = is_missing_minute(datetime(day.year, day.month, day.day, 2))  # noqa: DTZ001 - local
    periods: list[tuple[int, int]] = []
    for days, start, end in hour_groups(hours):
        if days is not None and (is_closed or day.weekday() not in days):
            continue
        if skips:  # 02:00 to 02:59 become 03:00
            start, end = (180 if 120 <= minute < 180 else minute for minute in (start, end))
        if start < end:
            periods.append((start, end))
    return merge_periods(sorted(periods))


def is_open_at(hours: str, at: datetime, closing: ClosingDays) -> bool:
    """Return whether hours are open at a local minute."""
    minute = at.hour * 60 + at.minute
    return any(start <= minute < end for start, end in periods_on(hours, at.date(), closing))


def openings_from(
    hours: str, at: datetime, closing: ClosingDays, *, until: date
) -> Iterator[tuple[datetime, datetime]]:
    """Yield open periods that end after a local minute, up to a date; the first may be ongoing."""
    day = at.date()
    while day < until:
        midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - local wall-clock time
        for start, end in periods_on(hours, day, closing):
            closes = midnight + timedelta(minutes=end)
            if closes > at:
                yield midnight + timedelta(minutes=start), closes
        day += timedelta(days=1)


def next_opening(hours: str, at: datetime, closing: ClosingDays) -> datetime | None:
    """Return the first open minute from a local minute on; None: not within 400 days."""
    until = at.date() + timedelta(days=MOST_DAYS + 1)
    first = next(openings_from(hours, at, closing, until=until), None)
    return None if first is None else max(first[0], at)


def first_opening(hours: str, day: date, closing: ClosingDays) -> datetime | None:
    """Return the first open minute of a date; None if closed all day."""
    periods = periods_on(hours, day, closing)
    if not periods:
        return None
    return datetime(day.year, day.month, day.day) + timedelta(  # noqa: DTZ001 - local
        minutes=periods[0][0]
    )


def is_missing_minute(at: datetime) -> bool:
    """Return whether a local minute is in the hour skipped in spring."""
    back = at.replace(tzinfo=COPENHAGEN).astimezone(UTC).astimezone(COPENHAGEN)
    return back.replace(tzinfo=None) != at
