"""Availability at a post, minute by minute, compared with a clock that steps each minute.

Three weeks each over Easter, Christmas and the days the clocks change.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final

import pytest

from graph.access.policy import LOCAL_OPERATOR
from graph.access.view import View
from graph.model import Holds
from graph.paths.answer import Availability
from graph.paths.answer_terms import AnswerRole, AvailabilityState
from graph.paths.availability import availability
from tests.fixtures.examples import drills_after
from tests.fixtures.snapshots import snapshot_of
from tests.graph.paths.additions import POLICY, person, tie
from tests.graph.paths.availability_world import (
    SPANS,
    ExpectedState,
    by_the_minute,
    covering,
    world,
)
from tests.graph.paths.clock_oracle import COPENHAGEN


def as_expected_state(answer: Availability) -> ExpectedState:
    """Return the product's availability in the form of the clock's."""
    return ExpectedState(
        state=answer.state,
        rung=answer.rung,
        who=answer.who and answer.who.id,
        until=_instant(answer.until) if answer.state.is_now else None,
        opens_at=answer.opens_at,
    )


def _instant(minute: datetime | None) -> datetime | None:
    """Return a minute as a clock shows it; one that is skipped in spring moves an hour on."""
    if minute is None:
        return None
    there = minute.replace(tzinfo=COPENHAGEN).astimezone(UTC).astimezone(COPENHAGEN)
    return there.replace(tzinfo=None, fold=0)


def assert_agrees_with_clock(span: str, post: str, minutes: Iterable[datetime]) -> None:
    """Assert that the availability at each of the minutes is the clock's."""
    first = SPANS[span]
    right = by_the_minute(first, post)
    for minute in minutes:
        view = world(first).view(minute.date())
        answer = availability(view, view.row(post), POLICY, minute)
        assert as_expected_state(answer) == right[minute], minute
        assert not answer.is_dated
        covers = None if right[minute].state.is_now else covering(post, minute)
        assert (answer.covers and answer.covers.id) == covers, minute


def minutes_around_changes(span: str, post: str) -> Iterator[datetime]:
    """Yield the minutes around each change of the expected state, and some between."""
    right = by_the_minute(SPANS[span], post)
    known = sorted(right)
    for place, minute in enumerate(known):
        around = known[max(0, place - 1) : place + 2]
        is_change = len({(right[moment].state, right[moment].who) for moment in around}) > 1
        if is_change or place % 353 == 0:
            yield minute


POSTS: Final = tuple(world(SPANS["easter"]).posts)


@pytest.mark.slow
@pytest.mark.parametrize("post", POSTS)
@pytest.mark.parametrize("span", drills_after(1, ["easter", "christmas", "autumn"]))
def test_availability_agrees_with_the_clock_around_its_changes(span: str, post: str) -> None:
    assert_agrees_with_clock(span, post, minutes_around_changes(span, post))


@pytest.mark.drill
@pytest.mark.parametrize("post", POSTS)
@pytest.mark.parametrize("span", SPANS)
def test_availability_agrees_with_the_clock_at_every_minute(span: str, post: str) -> None:
    assert_agrees_with_clock(span, post, by_the_minute(SPANS[span], post))


def at(day: str, time: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{time}")


def availability_at(view: View, post: str, minute: datetime | None) -> Availability:
    return availability(view, view.row(post), POLICY, minute)


def state_at(span: str, post: str, minute: datetime) -> tuple[str, str | None, datetime | None]:
    answer = availability_at(world(SPANS[span]).view(minute.date()), post, minute)
    return answer.state, answer.who and answer.who.id, answer.opens_at


def test_at_night_an_office_opens_in_the_morning_and_the_duty_line_covers_till_then() -> None:
    minute = at("2026-12-18", "01:16")
    assert state_at("christmas", "pattern-0", minute) == (
        "OPENS_AT", "p-pattern-0", at("2026-12-18", "09:00")
    )  # fmt: skip
    answer = availability_at(world(SPANS["christmas"]).view(minute.date()), "pattern-0", minute)
    assert answer.covers is not None
    assert (answer.covers.id, answer.until) == ("social", None)


@pytest.mark.parametrize(
    ("post", "time", "covers"),
    [
        ("pattern-0", "20:00", "unit"), ("pattern-0", "23:00", "social"),
        ("police", "23:00", "night"), ("mentor", "23:00", None), ("mailbox", "12:00", "box"),
        ("mailbox", "23:00", "social"), ("vacant", "12:00", "unit"),
    ],
)  # fmt: skip
def test_a_closed_post_is_covered_by_its_team_its_mailbox_or_the_line_of_its_authority(
    post: str, time: str, covers: str | None
) -> None:
    minute = at("2026-12-18", time)
    answer = availability_at(world(SPANS["christmas"]).view(minute.date()), post, minute)
    assert not answer.state.is_now
    assert (answer.covers and answer.covers.id) == covers


@pytest.mark.parametrize(
    ("span", "closes", "opens"),
    [
        # a weekend; Christmas Eve to Second Day of Christmas, then a Sunday; New Year's Eve and Day
        ("christmas", ("2026-12-18", "15:00"), ("2026-12-21", "09:00")),
        ("christmas", ("2026-12-23", "15:00"), ("2026-12-28", "09:00")),
        ("christmas", ("2026-12-30", "15:00"), ("2027-01-04", "09:00")),
        # Maundy Thursday to Easter Monday
        ("easter", ("2027-03-24", "15:00"), ("2027-03-30", "09:00")),
        ("easter", ("2027-03-28", "03:00"), ("2027-03-30", "09:00")),
        # a weekend with one hour more
        ("autumn", ("2026-10-23", "15:00"), ("2026-10-26", "09:00")),
        ("autumn", ("2026-10-25", "02:30"), ("2026-10-26", "09:00")),
        ("next autumn", ("2027-10-29", "15:00"), ("2027-11-01", "09:00")),
    ],
)
def test_an_office_opens_on_the_next_working_day(
    span: str, closes: tuple[str, str], opens: tuple[str, str]
) -> None:
    assert state_at(span, "pattern-0", at(*closes)) == ("OPENS_AT", "p-pattern-0", at(*opens))


@pytest.mark.parametrize("day", ["2026-12-24", "2026-12-25", "2026-12-31", "2027-01-01"])
def test_hours_without_weekdays_apply_on_closing_days(day: str) -> None:
    first = SPANS["christmas"]
    answer = availability_at(
        world(first).view(date.fromisoformat(day)), "pattern-4", at(day, "12:00")
    )
    assert (answer.state, answer.until) == (AvailabilityState.ANSWERING, at(day, "22:00"))


def test_an_opening_in_the_skipped_spring_hour_is_later_or_on_another_day() -> None:
    minute = at("2027-03-28", "01:00")
    assert state_at("easter", "pattern-9", minute)[0] == "ANSWERING"
    assert state_at("easter", "pattern-9", at("2027-03-28", "03:00"))[0] == "ANSWERING"
    assert state_at("easter", "pattern-6", minute) == (
        "OPENS_AT", "p-pattern-6", at("2027-03-29", "02:15")
    )  # fmt: skip
    assert state_at("easter", "by-post", minute)[2] == at("2027-03-30", "08:00")


def test_a_deputy_replaces_an_absent_holder_and_the_duty_line_replaces_both() -> None:
    first = SPANS["autumn"]
    away, both, back = (first + timedelta(days) for days in (4, 7, 11))
    for day, state, who in (
        (away, "DEPUTY", "deputy-late"),
        (both, "DUTY_LINE", "line"),
        (back, "ANSWERING", "p-late"),
    ):
        minute = datetime.combine(day, datetime.min.time()) + timedelta(hours=12)
        assert state_at("autumn", "late", minute)[:2] == (state, who)
        assert state_at("autumn", "late", minute + timedelta(hours=11))[:2] == ("DUTY_LINE", "line")


def test_a_hidden_holder_or_deputy_answers_without_a_name() -> None:
    first = SPANS["autumn"]
    answer = availability_at(world(first).view(first), "hidden", at("2026-10-19", "10:00"))
    assert (answer.state, answer.rung, answer.who) == ("ANSWERING", AnswerRole.HOLDER, None)
    away = first + timedelta(4)
    answer = availability_at(world(first).view(away), "hidden", at("2026-10-23", "10:00"))
    assert (answer.state, answer.rung, answer.who) == ("DEPUTY", AnswerRole.DEPUTY, None)


def test_a_post_without_hours_has_the_state_hours_unknown() -> None:
    first = SPANS["autumn"]
    for time in ("00:00", "10:00", "23:59"):
        answer = availability_at(world(first).view(first), "pattern-10", at("2026-10-19", time))
        assert (answer.state, answer.rung) == ("HOURS_UNKNOWN", AnswerRole.HOLDER)
        assert (answer.opens_at, answer.until) == (None, None)


def test_a_vacant_post_and_one_with_only_a_mailbox_have_the_state_nobody() -> None:
    first = SPANS["autumn"]
    view, minute = world(first).view(first), at("2026-10-19", "10:00")
    vacant, boxed = (availability_at(view, post, minute) for post in ("vacant", "mailbox"))
    assert (vacant.state, vacant.rung, vacant.who) == ("NOBODY", AnswerRole.CLOSED, None)
    assert (boxed.state, boxed.rung, boxed.who and boxed.who.id) == (
        "NOBODY",
        AnswerRole.MAILBOX,
        "box",
    )


@pytest.mark.parametrize(
    ("comes", "state"), [(date(2027, 11, 20), "OPENS_AT"), (date(2028, 1, 1), "NOBODY")]
)
def test_a_future_holder_counts_only_within_400_days(comes: date, state: str) -> None:
    elements = (
        *world(SPANS["autumn"]).elements,
        person("coming"),
        tie(Holds, "coming", "vacant", valid_from=comes),
    )
    on = date(2026, 10, 19)
    view = View(snapshot_of(elements), LOCAL_OPERATOR, on, today=on)
    answer = availability_at(view, "vacant", at("2026-10-19", "10:00"))
    opens_at = at("2027-11-22", "09:00") if state == "OPENS_AT" else None
    assert (answer.state, answer.opens_at) == (state, opens_at)


def test_without_a_time_availability_is_that_of_the_first_opening_of_the_day() -> None:
    first = SPANS["autumn"]
    answer = availability_at(world(first).view(first), "pattern-0", None)
    assert answer.is_dated
    assert (answer.state, answer.until) == ("ANSWERING", at("2026-10-19", "15:00"))
    assert answer.opens_at == at("2026-10-19", "09:00")
    closed = availability_at(world(first).view(first + timedelta(5)), "pattern-0", None)
    assert (closed.state, closed.opens_at) == ("OPENS_AT", at("2026-10-26", "09:00"))
