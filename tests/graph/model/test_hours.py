import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model.opening_hours import (
    DAYS,
    WEEK_MIN,
    is_hours,
    is_open,
    mean_wait_days,
    open_periods,
)

OFFICE = "MO-FR 09:00-15:00"
TIMES = st.integers(0, 1439).map(lambda minute: f"{minute // 60:02}:{minute % 60:02}")
SPANS = st.tuples(TIMES, TIMES).filter(lambda span: span[0] < span[1]).map("-".join)
GROUPS = st.tuples(st.sampled_from(DAYS), st.sampled_from(DAYS), SPANS)
HOURS = st.lists(GROUPS.map(lambda group: f"{group[0]}-{group[1]} {group[2]}"), min_size=1).map(
    "; ".join
)


@pytest.mark.parametrize(
    "hours", [OFFICE, "00:00-24:00", "SA 10:00-12:00", "FR-MO 08:00-09:30; WE 20:00-24:00"]
)
def test_these_are_opening_hours(hours: str) -> None:
    assert is_hours(hours)


@pytest.mark.parametrize(
    "hours",
    ["", "hverdage", "MO-FR", "MO-FR 15:00-09:00", "MO 09:00-09:00", "MO 9-15", "MO 09:00-24:01",
     "XX 09:00-15:00", "MO-FR 09:00-15:00;", "MO \u0660\u0669:00-15:00"],
)  # fmt: skip
def test_these_are_none(hours: str) -> None:
    assert not is_hours(hours)


def test_what_is_no_opening_hours_has_no_periods() -> None:
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


def test_periods_that_touch_are_one() -> None:
    assert open_periods("MO 08:00-12:00; MO 12:00-16:00") == ((480, 960),)
    assert open_periods("00:00-24:00") == ((0, WEEK_MIN),)


def test_an_office_is_waited_for_seven_tenths_of_a_day() -> None:
    assert round(mean_wait_days(OFFICE), 2) == 0.70
    assert mean_wait_days("00:00-24:00") == 0


@given(hours=HOURS)
def test_periods_are_sorted_apart_and_within_the_week(hours: str) -> None:
    minutes = [minute for period in open_periods(hours) for minute in period]
    assert minutes == sorted(set(minutes))
    assert minutes[0] >= 0
    assert minutes[-1] <= WEEK_MIN


@settings(max_examples=20, deadline=None)
@given(hours=HOURS)
def test_the_mean_wait_is_the_mean_over_all_minutes(hours: str) -> None:
    closed = [not is_open(hours, minute) for minute in range(WEEK_MIN)]
    waited = wait = 0
    for is_closed in reversed(closed * 2):  # the second round knows how the week goes on
        wait = wait + 1 if is_closed else 0
        waited += wait
    first_round = 0
    wait = 0
    for is_closed in reversed(closed):
        wait = wait + 1 if is_closed else 0
        first_round += wait
    mean_min = (waited - first_round - sum(closed) / 2) / WEEK_MIN  # from the middle of a minute
    assert mean_wait_days(hours) == pytest.approx(mean_min / 1440)
