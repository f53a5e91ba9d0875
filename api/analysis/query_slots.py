"""How many queries run at a time: two of a caller, some in all, and a short queue behind them."""

from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from threading import Condition
from typing import Final

from api.errors import Refused

EACH: Final = 2
"""Source: security.md §8, as is the queue."""
QUEUE: Final = 10
ALL: Final = 8  # each holds a thread of the API for up to three seconds
PATIENCE_S: Final = 6.0  # with the query itself, shorter than a client waits


class QuerySlots:
    """Room for queries; safe under threads."""

    def __init__(self, *, patience_s: float = PATIENCE_S) -> None:
        self._patience_s = patience_s
        self._news = Condition()
        self._taken: Counter[str] = Counter()
        self._waiting = 0

    @contextmanager
    def taken(self, account: str) -> Generator[None]:
        """As one of those that run; waits in the queue for a place.

        Raises: Refused: `busy`: the queue is full, or none gets free in time.
        """
        self._take(account)
        try:
            yield
        finally:
            with self._news:
                self._taken[account] -= 1
                self._taken += Counter()  # forgets whoever has none
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
