"""When was a post or a network last checked, and is the next check due?

A node has no date of its own: it is as checked as the links it answers for. Of these the oldest
check counts, since somebody who relies on the node relies on each of them.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from graph.access.view import View
from graph.snapshot.columns import TYPES
from graph.snapshot.field_types import MISSING, day_to_date
from graph.vocabulary import Freshness, Label, LinkType

HOPS: Final = frozenset(link_type for link_type in TYPES if link_type.use.is_hop)
_PASSES_ON: Final = (LinkType.REFERS_TO, LinkType.ESCALATES_TO, LinkType.SUPPORTS)
OF_POST: Final = ((LinkType.COORDINATES,), (LinkType.MEMBER_OF,), _PASSES_ON)
"""What a post answers for: the first of these of which it has any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LastCheck:
    """`on` is None where never checked; `is_due`: longer ago than the post's own interval."""

    on: date | None
    days: int | None
    freshness: Freshness
    is_due: bool


def check_of(view: View, row: int) -> LastCheck | None:
    """The check of a post, network or civilian; None of what has no link that is ever checked.

    A post answers for what it coordinates, else for its memberships, else for whom it passes on to
    or supports; a network for those who coordinate it; a civilian's ways are its door openers.
    """
    links = _answered_for(view, row)
    if not links:
        return None
    days = [_day(view, link) for link in links]
    interval = view.value(row, "review_every_days") if view.label(row) is Label.ACTOR else None
    return last_checks(view, None if MISSING in days else min(days), interval)


def last_checks(view: View, day: int | None, interval: int | None = None) -> LastCheck:
    """A check made on a day since 1970; None: never. Without an interval, due when not fresh."""
    age = None if day is None else view.day - day
    freshness = Freshness.of(age)
    is_late = freshness is not Freshness.FRESH if interval is None else (age or 0) > interval
    on = None if day is None else day_to_date(day)
    return LastCheck(on=on, days=age, freshness=freshness, is_due=age is None or is_late)


def check_of_link(view: View, link: int) -> LastCheck | None:
    """The check of one link; None of a type that is never checked."""
    if view.link_type(link) not in HOPS:
        return None
    day = _day(view, link)
    return last_checks(view, None if day == MISSING else day)


def _day(view: View, link: int) -> int:
    return int(view.links.verified_on[link])


def _answered_for(view: View, row: int) -> list[int]:
    match view.label(row):
        case Label.ACTOR:
            several = [list(view.out(row, *types)) for types in OF_POST]
            return next(filter(None, several), several[0])
        case Label.NETWORK:
            return list(view.into(row, LinkType.COORDINATES))
        case Label.RESOURCE_INDIVIDUAL:
            return list(view.into(row, LinkType.DOOR_OPENER_FOR))
        case _:
            return []
