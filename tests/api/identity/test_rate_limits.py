"""Limits of calls per sliding sixty seconds, counted separately per account and kind of call."""

from concurrent.futures import ThreadPoolExecutor
from threading import active_count

import pytest

from api.errors import Refusal
from api.identity.rate_limits import CallLimits, PeopleShown


class _Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def _is_accepted(
    calls: CallLimits, account: str = "line", what: str = "all", most: int = 3
) -> bool:
    try:
        calls.require(account, what, most)
    except Refusal:
        return False
    return True


def test_the_limit_applies_to_a_sliding_window_of_sixty_seconds() -> None:
    clock = _Clock()
    calls = CallLimits(clock)
    for second in (0, 30, 59):
        clock.now = 1_000.0 + second
        assert _is_accepted(calls)
    clock.now = 1_059.9
    assert not _is_accepted(calls)  # of four calls within sixty seconds the last is refused
    clock.now = 1_060.0
    assert _is_accepted(calls)
    assert not _is_accepted(calls)
    clock.now = 1_090.0
    assert _is_accepted(calls)


def test_a_refused_call_is_not_counted_and_has_the_seconds_to_wait() -> None:
    clock = _Clock()
    calls = CallLimits(clock)
    for _ in range(3):
        assert _is_accepted(calls)
    clock.now += 12.5
    for _ in range(5):
        with pytest.raises(Refusal) as error:
            calls.require("line", "all", 3)
        assert (error.value.kind.slug, error.value.members["retry_after"]) == ("too-many", 48)
    clock.now += 48
    assert [_is_accepted(calls) for _ in range(4)] == [True, True, True, False]


def test_accounts_and_kinds_of_call_are_counted_separately() -> None:
    calls = CallLimits(_Clock())
    assert [_is_accepted(calls) for _ in range(4)] == [True, True, True, False]
    assert _is_accepted(calls, account="bo")
    assert _is_accepted(calls, what="read_names")


def test_concurrent_calls_are_counted_exactly_without_starting_a_thread() -> None:
    calls, before = CallLimits(), active_count()
    with ThreadPoolExecutor(8) as pool:
        futures = [pool.submit(_is_accepted, calls, most=100) for _ in range(400)]
    assert sum(item.result() for item in futures) == 100
    assert active_count() == before


def test_people_are_counted_once_each_for_an_hour_after_they_were_last_shown() -> None:
    clock = _Clock()
    people = PeopleShown(clock)
    assert not people.note("line", ["amina", "bo"], 3)
    clock.now += 600
    assert not people.note("line", ["bo"], 3)
    people.require("line", 3)
    assert people.note("line", ["carl", "dina"], 3)
    assert not people.note("line", ["erik"], 3), "the hour is full already"
    with pytest.raises(Refusal) as error:
        people.require("line", 3)
    assert (error.value.kind.slug, error.value.members["retry_after"]) == ("too-many", 3_600)
    people.require("line", 6)
    people.require("bo", 3)
    clock.now += 3_000  # amina has expired; the other four have not
    people.require("line", 5)
    with pytest.raises(Refusal):
        people.require("line", 4)
    clock.now += 600
    people.require("line", 1)
