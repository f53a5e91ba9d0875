"""Limits of calls per sliding sixty seconds, counted separately per account and kind of call."""

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import active_count

import pytest
from sqlalchemy import Engine

from api.errors import Refusal
from api.identity.rate_limits import CallLimits, PeopleShown
from api.identity.tables import open_tables, utc_now


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


@pytest.fixture
def engines(tmp_path: Path) -> Generator[tuple[Engine, Engine]]:
    """One database of accounts, opened twice, as two processes open it."""
    opened = open_tables(tmp_path, None), open_tables(tmp_path, None)
    yield opened
    for engine in opened:
        engine.dispose()


def test_people_count_once_an_hour_from_when_they_were_first_shown_to_any_process(
    engines: tuple[Engine, Engine],
) -> None:
    now = datetime(2026, 11, 28, 12, 34, 56, tzinfo=UTC)
    start = now
    here, there = (PeopleShown(engine, lambda: now) for engine in engines)
    assert not here.count("line", ["amina", "bo"], 3)
    now += timedelta(minutes=10)
    assert not there.count("line", ["bo", "amina"], 3), "repeats are free"
    assert there.count("line", ["carl", "dina"], 3), "an answer begun below the limit is whole"
    for people in (here, there):
        with pytest.raises(Refusal) as error:
            people.count("line", ["bo", "erik"], 3)
        assert error.value.kind.slug == "people-limit"
        assert error.value.members["retry_after"] == 3_000
        assert error.value.text("en").endswith("You can go on with others at 14:35.")
        assert error.value.text("da").endswith("Du kan gå videre med andre kl. 14.35.")
    assert not here.count("line", ["bo", "dina"], 3), "those shown stay visible"
    assert not here.count("line", ["erik"], 3, is_refusable=False)
    assert not there.count("other", ["bo"], 3)
    now = start + timedelta(hours=1)
    assert there.count("line", ["bo"], 4)


def test_concurrent_answers_in_two_processes_are_counted_together(
    engines: tuple[Engine, Engine],
) -> None:
    stores = [PeopleShown(engine, utc_now) for engine in engines]

    def is_shown(number: int) -> bool:
        try:
            stores[number % 2].count("line", [f"person-{number}"], 5)
        except Refusal:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(is_shown, range(20))) == 5
