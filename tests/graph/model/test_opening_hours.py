from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model.opening_hours import (
    DAYS,
    WEEK_MIN,
    first_opening,
    is_closing_day,
    is_hours,
    is_missing_minute,
    is_open,
    is_open_at,
    mean_wait_days,
    next_opening,
    open_periods,
    openings_from,
    periods_on,
    public_holidays,
)
from tests.fixtures.examples import examples

local = datetime.fromisoformat
OFFICE = "MO-FR 09:00-15:00"
ALWAYS = "00:00-24:00"
CLOSING = frozenset({(6, 5), (12, 24), (12, 31)})
SPRING, AUTUMN = date(2027, 3, 28), date(2027, 10, 31)
"""Sundays on which the clocks go forward and back."""


def test_danish_public_holidays_exclude_great_prayer_day_since_2024() -> None:
    days = {(day.month, day.day) for day in public_holidays(2027)}
    assert days == {
        (1, 1), (3, 25), (3, 26), (3, 28), (3, 29), (5, 6), (5, 16), (5, 17), (12, 25), (12, 26),
    }  # fmt: skip
    assert date(2023, 5, 5) in public_holidays(2023)
    assert date(2024, 4, 26) not in public_holidays(2024)


def test_a_closing_day_is_a_public_holiday_or_a_day_of_the_policy() -> None:
    assert is_closing_day(date(2027, 5, 6), frozenset())
    assert is_closing_day(date(2026, 12, 24), CLOSING)
    assert not is_closing_day(date(2026, 12, 24), frozenset())
    assert not is_closing_day(date(2026, 12, 23), CLOSING)


@pytest.mark.parametrize("day", [date(2026, 12, 24), date(2026, 12, 25), date(2027, 1, 1)])
def test_closing_days_close_hours_with_weekdays_but_not_those_without(day: date) -> None:
    assert day.weekday() < 5
    assert periods_on(OFFICE, day, CLOSING) == ()
    assert periods_on("MO-SU 00:00-24:00", day, CLOSING) == ()
    assert periods_on(ALWAYS, day, CLOSING) == ((0, 1440),)
    assert periods_on("MO-FR 09:00-15:00; 20:00-22:00", day, CLOSING) == ((1200, 1320),)


def test_periods_of_a_day_that_touch_or_overlap_are_merged() -> None:
    day = date(2026, 11, 25)
    assert periods_on("WE 09:00-12:00; WE 12:00-15:00", day, CLOSING) == ((540, 900),)
    assert periods_on("WE 10:00-15:00; 09:00-11:00", day, CLOSING) == ((540, 900),)
    assert periods_on("09:00-15:00; WE 10:00-11:00", day, CLOSING) == ((540, 900),)
    assert periods_on("WE 13:00-15:00; WE 09:00-12:00", day, CLOSING) == ((540, 720), (780, 900))


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        (local("2026-11-27T08:59"), local("2026-11-27T09:00")),
        (local("2026-11-27T09:00"), local("2026-11-27T09:00")),
        (local("2026-11-27T14:59"), local("2026-11-27T14:59")),
        (local("2026-11-27T15:00"), local("2026-11-30T09:00")),  # after the weekend
        (local("2026-12-23T15:00"), local("2026-12-28T09:00")),  # after Christmas, a Monday
        (local("2027-03-24T15:00"), local("2027-03-30T09:00")),  # after Easter
        (local("2026-12-31T09:00"), local("2027-01-04T09:00")),
    ],
)
def test_an_office_opens_on_the_next_working_day(at: datetime, opens: datetime) -> None:
    assert next_opening(OFFICE, at, CLOSING) == opens
    assert is_open_at(OFFICE, at, CLOSING) is (opens == at)


def test_an_office_has_no_next_opening_if_every_day_is_a_closing_day() -> None:
    every_day = frozenset((month, day) for month in range(1, 13) for day in range(1, 32))
    at = local("2026-11-25T10:00")
    assert next_opening(OFFICE, at, every_day) is None
    assert next_opening(ALWAYS, at, every_day) == at


def test_the_first_opening_of_a_date_is_on_that_date_or_none() -> None:
    assert first_opening(OFFICE, date(2026, 11, 27), CLOSING) == local("2026-11-27T09:00")
    assert first_opening(OFFICE, date(2026, 11, 28), CLOSING) is None
    assert first_opening("16:00-24:00; 00:00-08:00", date(2026, 11, 28), CLOSING) == local(
        "2026-11-28T00:00"
    )


def test_openings_start_with_the_period_in_progress() -> None:
    periods = openings_from(OFFICE, local("2026-11-27T10:00"), CLOSING, until=date(2026, 12, 1))
    assert list(periods) == [
        (local("2026-11-27T09:00"), local("2026-11-27T15:00")),
        (local("2026-11-30T09:00"), local("2026-11-30T15:00")),
    ]


def test_periods_in_the_skipped_spring_hour_begin_after_it_or_are_dropped() -> None:
    spring = {
        "02:15-05:00": ((180, 300),),
        "02:15-02:45": (),
        "02:00-03:00": (),
        "00:00-02:30": ((0, 180),),
        "01:00-02:00": ((60, 180),),
        "00:00-02:00; 03:00-06:00": ((0, 360),),
        "03:00-06:00": ((180, 360),),
        "00:00-04:00": ((0, 240),),
        ALWAYS: ((0, 1440),),
    }
    for hours, periods in spring.items():
        assert periods_on(hours, SPRING, CLOSING) == periods
    assert next_opening("02:15-02:45", local("2027-03-28T00:00"), CLOSING) == local(
        "2027-03-29T02:15"
    )


def test_the_repeated_autumn_hour_counts_as_one_hour() -> None:
    assert periods_on("02:15-02:45", AUTUMN, CLOSING) == ((135, 165),)
    assert is_open_at("02:15-02:45", local("2027-10-31T02:30"), CLOSING)


def test_only_the_skipped_spring_minutes_are_missing() -> None:
    minutes = [local("2027-03-28T00:00") + timedelta(minutes=minute) for minute in range(1440)]
    missing = [minute for minute in minutes if is_missing_minute(minute)]
    assert (missing[0], missing[-1]) == (local("2027-03-28T02:00"), local("2027-03-28T02:59"))
    assert len(missing) == 60
    autumn = (local("2027-10-31T00:00") + timedelta(minutes=minute) for minute in range(1440))
    assert not any(map(is_missing_minute, autumn))


@examples(50)
@given(
    hours=st.sampled_from([OFFICE, ALWAYS, "FR-MO 18:00-24:00", "SA 10:00-12:00; 08:00-09:30"]),
    minute=st.integers(0, 7 * 1440 - 1),
)
def test_in_a_week_without_holidays_calendar_and_weekly_hours_agree(
    hours: str, minute: int
) -> None:
    at = local("2026-11-23T00:00") + timedelta(minutes=minute)  # a week without holidays
    assert is_open_at(hours, at, CLOSING) is is_open(hours, minute)
    opening = next_opening(hours, at, CLOSING)
    assert opening is not None
    assert is_open_at(hours, opening, CLOSING)
    assert opening == at or not is_open_at(hours, opening - timedelta(minutes=1), CLOSING)


TIMES = st.integers(0, 1439).map(lambda minute: f"{minute // 60:02}:{minute % 60:02}")
SPANS = st.tuples(TIMES, TIMES).filter(lambda span: span[0] < span[1]).map("-".join)
GROUPS = st.tuples(st.sampled_from(DAYS), st.sampled_from(DAYS), SPANS)
HOURS = st.lists(GROUPS.map(lambda group: f"{group[0]}-{group[1]} {group[2]}"), min_size=1).map(
    "; ".join
)


@pytest.mark.parametrize(
    "hours", [OFFICE, "00:00-24:00", "SA 10:00-12:00", "FR-MO 08:00-09:30; WE 20:00-24:00"]
)
def test_valid_opening_hours_are_accepted(hours: str) -> None:
    assert is_hours(hours)


@pytest.mark.parametrize(
    "hours",
    ["", "hverdage", "MO-FR", "MO-FR 15:00-09:00", "MO 09:00-09:00", "MO 9-15", "MO 09:00-24:01",
     "XX 09:00-15:00", "MO-FR 09:00-15:00;", "MO \u0660\u0669:00-15:00"],
)  # fmt: skip
def test_invalid_opening_hours_are_rejected(hours: str) -> None:
    assert not is_hours(hours)


def test_open_periods_of_invalid_hours_raise_value_error() -> None:
    with pytest.raises(ValueError, match="not opening hours"):
        open_periods("hverdage")


def test_an_office_opens_at_nine_and_is_closed_at_three() -> None:
    wednesday = 2 * 1440
    assert is_open(OFFICE, wednesday + 9 * 60)
    assert is_open(OFFICE, wednesday + 15 * 60 - 1)
    assert not is_open(OFFICE, wednesday + 15 * 60)
    assert not is_open(OFFICE, 5 * 1440 + 10 * 60)


def test_a_range_of_days_may_run_over_the_weekend() -> None:
    assert [start // 1440 for start, _ in open_periods("SA-MO 09:00-10:00")] == [0, 5, 6]


def test_weekly_periods_that_touch_are_merged() -> None:
    assert open_periods("MO 08:00-12:00; MO 12:00-16:00") == ((480, 960),)
    assert open_periods("00:00-24:00") == ((0, WEEK_MIN),)


def test_the_mean_wait_for_an_office_is_seven_tenths_of_a_day() -> None:
    assert round(mean_wait_days(OFFICE), 2) == 0.70
    assert mean_wait_days("00:00-24:00") == 0


@given(hours=HOURS)
def test_periods_are_sorted_disjoint_and_within_the_week(hours: str) -> None:
    minutes = [minute for period in open_periods(hours) for minute in period]
    assert minutes == sorted(set(minutes))
    assert minutes[0] >= 0
    assert minutes[-1] <= WEEK_MIN


@settings(max_examples=20)
@given(hours=HOURS)
def test_the_mean_wait_is_the_mean_over_all_minutes(hours: str) -> None:
    closed = [not is_open(hours, minute) for minute in range(WEEK_MIN)]
    waited = wait = 0
    for is_closed in reversed(closed * 2):  # two rounds, as a wait runs on into the next week
        wait = wait + 1 if is_closed else 0
        waited += wait
    first_round = 0
    wait = 0
    for is_closed in reversed(closed):
        wait = wait + 1 if is_closed else 0
        first_round += wait
    mean_min = (waited - first_round - sum(closed) / 2) / WEEK_MIN  # from the middle of a minute
    assert mean_wait_days(hours) == pytest.approx(mean_min / 1440)
