"""Danish local time in whole minutes, as naive datetimes."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

COPENHAGEN: Final = ZoneInfo("Europe/Copenhagen")


def danish_now() -> datetime:
    """The current minute in Denmark."""
    return danish_minute(datetime.now(COPENHAGEN))


def danish_timestamp(moment: datetime) -> str:
    """A moment in Danish time to the second, as spreadsheets parse it: `2026-11-28 22:00:00`."""
    return moment.astimezone(COPENHAGEN).strftime("%Y-%m-%d %H:%M:%S")


def danish_minute(moment: datetime) -> datetime:
    """Convert a moment to a Danish minute; a naive datetime is Danish local time already.

    Raises: ValueError: it is too close to the limits of `datetime` to be converted.
    """
    try:
        local = moment if moment.tzinfo is None else moment.astimezone(COPENHAGEN)
    except OverflowError:
        raise ValueError("no such moment") from None
    return local.replace(tzinfo=None, second=0, microsecond=0, fold=0)
