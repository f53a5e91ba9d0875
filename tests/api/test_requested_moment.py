"""The minute of a question: now, another minute, or none; and the minutes that are refused."""

from datetime import UTC, date, datetime, timedelta

import pytest

from api.danish_time import danish_minute
from api.requested_need import RequestedMoment, to_moment
from graph.errors import InvalidNeed


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


NOW = at("2026-11-28T22:00")  # a Saturday
TODAY = NOW.date()


@pytest.mark.parametrize(("on", "query"), [
    (None, RequestedMoment(on=TODAY, at=NOW, is_now=True)),
    (TODAY, RequestedMoment(on=TODAY, at=NOW, is_now=True)),
    (date(2027, 1, 15), RequestedMoment(on=date(2027, 1, 15))),
    (date(2026, 11, 27), RequestedMoment(on=date(2026, 11, 27))),
])  # fmt: skip
def test_today_means_now_and_another_date_has_no_minute(
    on: date | None, query: RequestedMoment
) -> None:
    assert to_moment(NOW, on, None) == query


@pytest.mark.parametrize(("minute", "is_now"), [
    ("2026-11-28T22:00", True),
    ("2026-11-28T21:50", True),
    ("2026-11-28T22:01", False),
    ("2026-11-30T09:00", False),
    ("2028-01-02T22:00", False),  # 400 days ahead
    ("2027-10-31T02:30", False),  # the repeated hour counts as one
    ("2027-03-28T01:59", False),  # before and after the skipped hour
    ("2027-03-28T03:00", False),
])  # fmt: skip
def test_a_requested_minute_has_its_own_date_and_is_now_for_ten_minutes(
    minute: str, *, is_now: bool
) -> None:
    moment = RequestedMoment(on=at(minute).date(), at=at(minute), is_now=is_now)
    assert to_moment(NOW, None, at(minute)) == moment
    assert to_moment(NOW, moment.on, at(minute)) == moment


@pytest.mark.parametrize(("on", "minute", "danish", "english"), [
    (None, "2026-11-28T21:49",
     "at: ligger i fortiden: nu er det 28. nov. 2026 kl. 22.00; udelad det for at spørge om nu",
     "at: is in the past: it is 28 November 2026, 22:00; leave it out to ask about now"),
    (None, "2028-01-02T22:01",
     "at: ligger mere end 400 dage frem; spørg senest om 2. jan. 2028",
     "at: is more than 400 days ahead; ask about 2 January 2028 at the latest"),
    (None, "2027-03-28T02:30",
     "at: findes ikke: 28. mar. 2027 kl. 02.30 springes over, når urene stilles frem; "
     "spørg om kl. 01.30 eller kl. 03.30",
     "at: does not exist: 28 March 2027, 02:30 is skipped as the clocks go forward; "
     "ask about 01:30 or 03:30"),
    ("2026-11-29", "2026-11-30T10:00",
     "at: ligger ikke på datoen 29. nov. 2026; angiv kun det ene, eller samme dato",
     "at: is not on 29 November 2026; give one of the two, or the same date"),
])  # fmt: skip
def test_an_invalid_minute_is_refused_with_its_reason_and_a_remedy(
    on: str | None, minute: str, danish: str, english: str
) -> None:
    with pytest.raises(InvalidNeed) as error:
        to_moment(NOW, None if on is None else date.fromisoformat(on), at(minute))
    assert (error.value.text("da"), error.value.text("en")) == (danish, english)


def test_a_past_minute_within_the_allowed_span_is_accepted_but_is_not_now() -> None:
    earlier = NOW - timedelta(hours=2)
    moment = to_moment(NOW, None, earlier, back=timedelta(days=1))
    assert moment == RequestedMoment(on=TODAY, at=earlier)


def test_a_moment_in_utc_is_converted_to_the_danish_minute() -> None:
    assert danish_minute(datetime(2026, 11, 28, 21, 0, 59, 9, tzinfo=UTC)) == NOW
    assert danish_minute(datetime(2026, 7, 28, 20, 0, tzinfo=UTC)) == at("2026-07-28T22:00")
    first, second = (datetime(2027, 10, 31, hour, 30, tzinfo=UTC) for hour in (0, 1))
    assert danish_minute(first) == danish_minute(second) == at("2027-10-31T02:30")
    assert danish_minute(second).fold == 0
    with pytest.raises(ValueError, match="no such moment"):
        danish_minute(datetime.max.replace(tzinfo=UTC))
