"""Concurrency limits for queries: two per account, eight in all, and a queue of ten."""

from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from threading import Condition
from typing import Final

from api.errors import Refused

EACH: Final = 2
"""Concurrent queries per account. Source: security.md §8, also for `QUEUE`."""
QUEUE: Final = 10
ALL: Final = 8  # each occupies a thread of the API for up to three seconds
PATIENCE_S: Final = 6.0  # together with the query itself shorter than the timeout of a client


class QuerySlots:
    """The execution slots for queries of one API process; thread-safe."""

    def __init__(self, *, patience_s: float = PATIENCE_S) -> None:
        self._patience_s = patience_s
        self._news = Condition()
        self._taken: Counter[str] = Counter()
        self._waiting = 0

    @contextmanager
    def taken(self, account: str) -> Generator[None]:
        """Occupy a slot for an account, waiting in the queue for one if necessary.

        Raises: Refused: `busy`: the queue is full, or no slot becomes free in time.
        """
        self._take(account)
        try:
            yield
        finally:
            with self._news:
                self._taken[account] -= 1
                self._taken += Counter()  # drops the entries with count zero
                self._news.notify_all()

    def _take(self, account: str) -> None:
        with self._news:
            if not self._has_room(account):
                if self._waiting >= QUEUE:
                    raise Refused("busy")
                self._waiting += 1
                try:
                    has_room = self._news.wait_for(
                        lambda: self._has_room(account), self._patience_s
                    )
                finally:
                    self._waiting -= 1
                if not has_room:
                    raise Refused("busy")
            self._taken[account] += 1

    def _has_room(self, account: str) -> bool:
        return self._taken[account] < EACH and self._taken.total() < ALL
