"""Conversion of a requested need and moment to the form that the search takes.

The API and the command line share these rules. Times are Danish local time, whole minutes.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from api.schemas import paths
from api.text.format import format_date, format_minute, format_time
from graph.errors import InvalidNeed
from graph.model.opening_hours import MOST_DAYS, is_missing_minute
from graph.paths import Need
from graph.paths.kernel.request import Direction
from graph.paths.need import Via
from graph.vocabulary import (
    Channel,
    Language,
    LegalGate,
    NetworkKind,
    PreventionLevel,
    Sector,
    Trigger,
)

MOST_AHEAD: Final = timedelta(days=MOST_DAYS)
_LANGUAGES: Final[tuple[Language, Language]] = ("da", "en")
TOLERANCE: Final = timedelta(minutes=10)
"""The maximum age of a minute that still counts as now, so that a screen may be slow."""


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
            f"ligger ikke på datoen {format_date(on, 'da')}; angiv kun det ene, eller samme dato",
            f"is not on {format_date(on, 'en')}; give one of the two, or the same date",
        )
    _check_bounds(at, now, back)
    _check_exists(at)
    return RequestedMoment(on=at.date(), at=at, is_now=now - TOLERANCE <= at <= now)


def _check_bounds(at: datetime, now: datetime, back: timedelta) -> None:
    if at < now - back:
        da, en = format_minute(now, "da"), format_minute(now, "en")
        raise InvalidNeed(
            "at",
            f"ligger i fortiden: nu er det {da}; udelad det for at spørge om nu",
            f"is in the past: it is {en}; leave it out to ask about now",
        )
    if at > now + MOST_AHEAD:
        last = (now + MOST_AHEAD).date()
        raise InvalidNeed(
            "at",
            f"ligger mere end {MOST_DAYS} dage frem; spørg senest om {format_date(last, 'da')}",
            f"is more than {MOST_DAYS} days ahead; ask about {format_date(last, 'en')} at "
            "the latest",
        )


def _check_exists(at: datetime) -> None:
    if not is_missing_minute(at):
        return
    before, after = at - timedelta(hours=1), at + timedelta(hours=1)
    da, en = ((format_time(before, lang), format_time(after, lang)) for lang in _LANGUAGES)
    raise InvalidNeed(
        "at",
        f"findes ikke: {format_minute(at, 'da')} springes over, når urene stilles frem; spørg om "
        f"{da[0]} eller {da[1]}",
        f"does not exist: {format_minute(at, 'en')} is skipped as the clocks go forward; ask "
        f"about {en[0]} or {en[1]}",
    )


NEED_FIELDS: Final = tuple(paths.Need.model_fields)
"""The fields of a need that the audit may log in plain text: ids, words, numbers, a date."""
_KINDS: Final = frozenset(NetworkKind)
_SECTORS: Final = frozenset(Sector)


def to_need(asked: paths.Need, moment: RequestedMoment) -> Need:
    """Convert a requested need at a moment.

    Raises: InvalidNeed: it has no goal, or a term of the wrong kind; the error names the field.
    """
    return Need(
        on=moment.on,
        at=moment.at,
        start=asked.start,
        target=asked.target,
        trigger=None if asked.trigger is None else Trigger(asked.trigger),
        area=asked.area,
        from_area=asked.from_area,
        network=frozenset(NetworkKind(kind) for kind in asked.network),
        sector=None if asked.sector is None else Sector(asked.sector),
        competence=asked.competence,
        level=None if asked.level is None else PreventionLevel(asked.level),
        language=asked.language,
        channel=None if asked.channel is None else Channel(asked.channel),
        within_km=asked.within_km,
        avoid=frozenset(asked.avoid),
        gate=None if asked.gate is None else LegalGate(asked.gate),
        via=tuple(_via(item) for item in asked.via),
        direction=Direction(asked.direction),
        max_hops=asked.max_hops,
        max_paths=asked.max_paths,
        max_contacts=asked.max_contacts,
        overlap_percent=asked.overlap_percent,
    )


def _via(item: paths.Via) -> Via:
    """Convert one `via` item; words are upper case and ids are not, so they are never confused."""
    if isinstance(item, tuple):
        return frozenset(NetworkKind(kind) for kind in item)
    if item in _KINDS:
        return NetworkKind(item)
    return Sector(item) if item in _SECTORS else item
