"""Danish local time: whole minutes as a clock on the wall shows them, without a time zone."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

COPENHAGEN: Final = ZoneInfo("Europe/Copenhagen")


def danish_now() -> datetime:
    """The minute it is in Denmark."""
    return danish_minute(datetime.now(COPENHAGEN))


def danish_minute(moment: datetime) -> datetime:
    """The minute a moment is in Denmark; without a time zone it is Danish already.

    Raises: ValueError: it is too near the end of time to be counted in another time zone.
    """
    try:
        local = moment if moment.tzinfo is None else moment.astimezone(COPENHAGEN)
    except OverflowError:
        raise ValueError("no such moment") from None
    return local.replace(tzinfo=None, second=0, microsecond=0, fold=0)
