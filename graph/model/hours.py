"""When a post is open: `MO-FR 09:00-15:00`, groups parted by `;`, `00:00-24:00` for always.

Times are Copenhagen wall-clock times of an ordinary week; `opening.py` knows the calendar.
"""

import re
from functools import cache
from typing import Final

WEEK_MIN: Final = 7 * 24 * 60
DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_GROUP = re.compile(
    r"(?:(?P<first>MO|TU|WE|TH|FR|SA|SU)(?:-(?P<last>MO|TU|WE|TH|FR|SA|SU))? )?"
    r"(?P<from>[01]\d:[0-5]\d|2[0-3]:[0-5]\d)-(?P<to>[01]\d:[0-5]\d|2[0-3]:[0-5]\d|24:00)",
    re.ASCII,
)


def is_hours(text: str) -> bool:
    """Does the text say when a post is open?"""
    groups = [_GROUP.fullmatch(group.strip()) for group in text.split(";")]
    return all(group and _minutes(group["from"]) < _minutes(group["to"]) for group in groups)


@cache
def hour_groups(hours: str) -> tuple[tuple[frozenset[int] | None, int, int], ...]:
    """The groups of hours: weekdays from Monday 0 (None: every day), start and end in minutes.

    Raises:
        ValueError: the text is no opening hours.
    """
    groups: list[tuple[frozenset[int] | None, int, int]] = []
    for group in (_GROUP.fullmatch(part.strip()) for part in hours.split(";")):
        if group is None:
            raise ValueError(f"not opening hours: {hours!r}")
        days = None if group["first"] is None else frozenset(_days(group["first"], group["last"]))
        groups.append((days, _minutes(group["from"]), _minutes(group["to"])))
    return tuple(groups)


@cache
def open_periods(hours: str) -> tuple[tuple[int, int], ...]:
    """Open periods as minutes from Monday 00:00, half-open, sorted, joined where they touch."""
    periods = (
        (day * 1440 + start, day * 1440 + end)
        for days, start, end in hour_groups(hours)
        for day in (range(7) if days is None else days)
    )
    return joined(sorted(periods))


def is_open(hours: str, minute: int) -> bool:
    """Is a post with these hours open at a minute of the week, from Monday 00:00?"""
    return any(start <= minute < end for start, end in open_periods(hours))


@cache
def mean_wait_days(hours: str) -> float:
    """Mean time until the post opens, over all moments of a week, in days.

    With gaps of g1 ... gn hours in a week of 168 h it is sum(g^2) / 336 hours (paths.md §1.7):
    Monday to Friday 9-15 gives 0.70 day.
    """
    periods = open_periods(hours)
    following = (*periods[1:], (periods[0][0] + WEEK_MIN, 0))
    gaps = [after[0] - before[1] for before, after in zip(periods, following, strict=True)]
    return sum(gap * gap for gap in gaps) / (2 * WEEK_MIN) / 1440


def _minutes(time: str) -> int:
    return int(time[:2]) * 60 + int(time[3:])


def _days(first: str, last: str | None) -> list[int]:
    """Days of a group; a range may run over the weekend."""
    start, end = DAYS.index(first), DAYS.index(last or first)
    return [day % 7 for day in range(start, end + 1 if end >= start else end + 8)]


def joined(periods: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Sorted periods, those that touch or overlap as one."""
    found: list[tuple[int, int]] = []
    for start, end in periods:
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return tuple(found)
