"""Conversion of a requested need and moment to the form that the search takes.

The API and the command line share these rules. Times are Danish local time, whole minutes.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final

from api.i18n import bilingual
from api.schemas import paths
from api.text.format import format_date, format_minute, format_time
from graph.errors import InvalidNeed
from graph.model.opening_hours import MOST_DAYS, is_missing_minute
from graph.own_kinds import NO_OWN_KINDS, OwnKinds
from graph.paths import Need
from graph.paths.kernel.request import Direction
from graph.paths.need import Via
from graph.vocabulary import (
    Channel,
    Competence,
    LegalGate,
    NetworkKind,
    PreventionLevel,
    Sector,
    Trigger,
)

MOST_AHEAD: Final = timedelta(days=MOST_DAYS)
TOLERANCE: Final = timedelta(minutes=10)
"""The maximum age of a minute that still counts as now, to tolerate a slow client."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestedMoment:
    """The date and minute of a question; without `at`, the date alone.

    `is_now`: it is the present minute, so "now" may be written.
    """

    on: date
    at: datetime | None = None
    is_now: bool = False


def to_moment(
    now: datetime, on: date | None, at: datetime | None, *, back: timedelta = TOLERANCE
) -> RequestedMoment:
    """Return the minute `at`, else now if the date is today, else the date alone.

    `now` is a Danish minute. `back`: how long ago `at` may be.

    Raises: InvalidNeed: `at` is of another date than `on`, in the past, too far ahead, or skipped
        by the clock.
    """
    if at is None:
        day = now.date() if on is None else on
        return RequestedMoment(
            on=day, at=now if day == now.date() else None, is_now=day == now.date()
        )
    if on is not None and on != at.date():
        raise InvalidNeed(
            "at",
            *bilingual(
                "is not on {day}; give one of the two, or the same date",
                day=partial(format_date, on),
            ),
        )
    if at < now - back:
        raise InvalidNeed(
            "at",
            *bilingual(
                "is in the past: it is {minute}; leave it out to ask about now",
                minute=partial(format_minute, now),
            ),
        )
    if at > now + MOST_AHEAD:
        last = (now + MOST_AHEAD).date()
        raise InvalidNeed(
            "at",
            *bilingual(
                "is more than {days} days ahead; ask about {last} at the latest",
                days=MOST_DAYS,
                last=partial(format_date, last),
            ),
        )
    if is_missing_minute(at):
        text = bilingual(
            "does not exist: {minute} is skipped as the clocks go forward; ask about {before} or "
            "{after}",
            minute=partial(format_minute, at),
            before=partial(format_time, at - timedelta(hours=1)),
            after=partial(format_time, at + timedelta(hours=1)),
        )
        raise InvalidNeed("at", *text)
    return RequestedMoment(on=at.date(), at=at, is_now=now - TOLERANCE <= at <= now)


NEED_FIELDS: Final = tuple(paths.Need.model_fields)
"""The fields of a need that the audit may log in plain text: ids, words, numbers, a date."""
_KINDS: Final = frozenset(NetworkKind)


def to_need(
    request: paths.Need, moment: RequestedMoment, own_kinds: OwnKinds = NO_OWN_KINDS
) -> Need:
    """Convert a requested need at a moment; an own kind is replaced by its parent.

    Raises: InvalidNeed: it has no goal, or a term of the wrong kind; the error names the field.
    """
    parent = own_kinds.parent_of(request.competence, Competence)
    return Need(
        on=moment.on,
        at=moment.at,
        start=request.start,
        target=request.target,
        trigger=None if request.trigger is None else Trigger(request.trigger),
        area=request.area,
        from_area=request.from_area,
        network=frozenset(_network("network", kind, own_kinds) for kind in request.network),
        sector=None if request.sector is None else _sector(request.sector, own_kinds),
        competence=request.competence if parent is None else parent.number,
        level=None if request.level is None else PreventionLevel(request.level),
        language=request.language,
        channel=None if request.channel is None else Channel(request.channel),
        within_km=request.within_km,
        avoid=frozenset(request.avoid),
        gate=None if request.gate is None else LegalGate(request.gate),
        via=tuple(_via(item, own_kinds) for item in request.via),
        direction=Direction(request.direction),
        max_hops=request.max_hops,
        max_paths=request.max_paths,
        max_contacts=request.max_contacts,
        overlap_percent=request.overlap_percent,
    )


def _network(field: str, kind: str, own_kinds: OwnKinds) -> NetworkKind:
    """Return a kind of network, or the parent of an own kind."""
    match = own_kinds.kind_of(kind, NetworkKind)
    if match is None:
        raise InvalidNeed(field, *bilingual("is not a kind of network in use"))
    return match[0]


def _sector(sector: str, own_kinds: OwnKinds) -> Sector:
    match = own_kinds.kind_of(sector, Sector)
    if match is None:
        raise InvalidNeed("sector", *bilingual("is not a sector in use"))
    return match[0]


def _via(item: paths.Via, own_kinds: OwnKinds) -> Via:
    """Convert one `via` item; words are upper case and ids are not, so they are never confused."""
    if isinstance(item, tuple):
        return frozenset(_network("via", kind, own_kinds) for kind in item)
    if own_kinds.kind_of(item, Sector) is not None:
        return _sector(item, own_kinds)
    if item in _KINDS or item in own_kinds.by_id:
        return _network("via", item, own_kinds)
    return item
