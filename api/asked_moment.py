"""The moment a question about paths is asked for: a date, and a Danish minute where one is meant.

One set of rules for the API and the command line. Times are Danish local time, whole minutes.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from api.text.format import format_date, format_minute, format_time
from graph.errors import InvalidNeed
from graph.model.opening_hours import MOST_DAYS, is_missing_minute
from graph.vocabulary import Language

MOST_AHEAD: Final = timedelta(days=MOST_DAYS)
_LANGUAGES: Final[tuple[Language, Language]] = ("da", "en")
TOLERANCE: Final = timedelta(minutes=10)
"""How old a minute of now may be, so that no screen has to hurry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestedMoment:
    """What an answer is about; without `at` the date alone.

    `is_now`: it is the present minute, so "now" may be written.
    """

    on: date
    at: datetime | None = None
    is_now: bool = False


def to_moment(
    now: datetime, on: date | None, at: datetime | None, *, back: timedelta = TOLERANCE
) -> RequestedMoment:
    """What is asked about: the minute `at`, else now where the date is today, else the date alone.

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
