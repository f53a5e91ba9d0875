"""A day of the reveal budget lasts from midnight to midnight, Danish time."""

from datetime import UTC, datetime, timedelta

import pytest

from api.identity.reveal_limits import danish_day


@pytest.mark.parametrize(("now", "begins", "hours"), [
    (datetime(2026, 11, 25, 22, 59, tzinfo=UTC), datetime(2026, 11, 24, 23, tzinfo=UTC), 24),
    (datetime(2026, 11, 25, 23, tzinfo=UTC), datetime(2026, 11, 25, 23, tzinfo=UTC), 24),
    (datetime(2026, 3, 29, 12, tzinfo=UTC), datetime(2026, 3, 28, 23, tzinfo=UTC), 23),
    (datetime(2026, 10, 25, 12, tzinfo=UTC), datetime(2026, 10, 24, 22, tzinfo=UTC), 25),
], ids=["the-last-minute", "midnight", "into-summer-time", "out-of-summer-time"])  # fmt: skip
def test_a_day_lasts_from_midnight_to_midnight(now: datetime, begins: datetime, hours: int) -> None:
    assert danish_day(now) == (begins, begins + timedelta(hours=hours))
