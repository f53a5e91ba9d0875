"""Two queries of a caller run at a time, some wait, and the rest are refused as busy."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event, Semaphore

import pytest

from api.analysis.query_runner import ALL, EACH, QUEUE, QuerySlots
from api.errors import Refusal

WAIT_S = 300.0


class Desk:
    """Queries that run until `go` is set."""

    def __init__(self, slots: QuerySlots) -> None:
        self.slots, self.go, self.began = slots, Event(), Semaphore(0)

    def query(self, account: str) -> str:
        try:
            with self.slots.slot(account):
                self.began.release()
                self.go.wait(WAIT_S)
                return "answered"
        except Refusal as error:
            return error.kind.slug

    def until_begun(self, count: int) -> None:
        for _ in range(count):
            assert self.began.acquire(timeout=WAIT_S)


def test_a_third_query_of_a_caller_waits_until_another_ends() -> None:
    desk = Desk(QuerySlots(patience_s=WAIT_S))
    with ThreadPoolExecutor() as threads:
        answers = [threads.submit(desk.query, "ann") for _ in range(EACH + 1)]
        other = threads.submit(desk.query, "bo")
        desk.until_begun(EACH + 1)  # two of the first caller, one of bo
        assert not desk.began.acquire(timeout=0.1)
        desk.go.set()
        assert [item.result() for item in (*answers, other)] == ["answered"] * (EACH + 2)


def test_a_full_queue_or_an_expired_wait_is_refused_as_busy() -> None:
    desk = Desk(QuerySlots(patience_s=0.5))
    with ThreadPoolExecutor(EACH + QUEUE + 1) as threads:
        running = [threads.submit(desk.query, "ann") for _ in range(EACH)]
        desk.until_begun(EACH)
        waiting = [threads.submit(desk.query, "ann") for _ in range(QUEUE + 1)]
        assert [change.result() for change in waiting] == ["busy"] * (QUEUE + 1)
        desk.go.set()
        assert [item.result() for item in running] == ["answered"] * EACH
    assert desk.query("ann") == "answered"


def test_queries_of_all_callers_together_are_limited() -> None:
    desk = Desk(QuerySlots(patience_s=0.2))
    with ThreadPoolExecutor(ALL) as threads:
        running = [threads.submit(desk.query, f"caller-{number}") for number in range(ALL)]
        desk.until_begun(ALL)
        assert desk.query("one-more") == "busy"
        desk.go.set()
        assert {item.result() for item in running} == {"answered"}


def test_a_failed_query_frees_its_slot() -> None:
    slots = QuerySlots()
    for _ in range(EACH + 1):
        with pytest.raises(ZeroDivisionError), slots.slot("ann"):
            raise ZeroDivisionError
