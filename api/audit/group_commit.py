"""Rows that wait for the disk at the same time wait for it once: the first in line commits for all.

Each thread returns when its own row is on disk, or when nothing was written.
"""

import logging
import os
from collections import deque
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Final, Generic, TypeVar

from api.errors import Refused

WAIT_S: Final = 10.0  # twice what a locked file is waited for
_TOGETHER: Final = 256  # rows in one transaction: 10 ms of work, so nobody waits long for others
_give_way: Final[Callable[[], None]] = getattr(os, "sched_yield", lambda: None)
_log = logging.getLogger(__name__)
T = TypeVar("T")


class _Waiting(Generic[T]):
    """One in line. `news`, held until it is known what became of it, or it is its turn to commit:
    a bare lock, since every row waits for one.
    """

    __slots__ = ("error", "is_done", "item", "news")

    def __init__(self, item: T) -> None:
        self.item, self.is_done, self.news = item, False, Lock()
        self.error: Exception | None = None
        self.news.acquire()


class GroupCommit(Generic[T]):
    """A line before one writer; safe under threads.

    `commit` writes all it is given or nothing.
    Raises: Refused: it could not.
    """

    def __init__(self, commit: Callable[[Sequence[T]], None], *, wait_s: float = WAIT_S) -> None:
        self._commit, self._wait_s = commit, wait_s
        self._queue: deque[_Waiting[T]] = deque()
        self._is_led, self._is_busy, self._lock = False, False, Lock()

    def length(self) -> int:
        """How many wait for their turn."""
        return len(self._queue)

    def wait(self, item: T) -> None:
        """Until it is committed. Raises: Refused: `audit-unavailable`, it is not."""
        waiting = _Waiting(item)
        with self._lock:
            self._queue.append(waiting)
            leads, self._is_led = not self._is_led, True
        if not leads and not waiting.news.acquire(timeout=self._wait_s):
            self._give_up(waiting)
        if not waiting.is_done:
            self._lead()
        if waiting.error is not None:  # shared by all that were to be committed together
            raise Refused("audit-unavailable") from waiting.error

    def _give_up(self, waiting: _Waiting[T]) -> None:
        """Out of line again, behind one who hangs; unless it has just become its turn."""
        with self._lock:
            if waiting.news.acquire(blocking=False):
                return
            if waiting in self._queue:
                self._queue.remove(waiting)
        _log.error("the audit log cannot be written: it hangs")
        raise Refused("audit-unavailable")

    def _lead(self) -> None:
        """Commits one's own item, which is the first, and those behind it; then the next leads.

        While several come at a time, whoever is about to stand in line gets a turn first, so that
        fewer wait for the next commit; alone, the turn would go to other processes.
        """
        if self._is_busy:
            _give_way()
        with self._lock:
            most = min(_TOGETHER, len(self._queue))
            together = [self._queue.popleft() for _ in range(most)]
            self._is_busy = most > 1
        error: Exception | None = Refused("audit-unavailable")
        try:
            self._commit([waiting.item for waiting in together])
            error = None
        except Refused as refused:
            error = refused
        finally:  # also when interrupted: nobody waits for a row that nobody writes
            for waiting in together:
                waiting.error, waiting.is_done = error, True
                waiting.news.release()
            self._pass_on()

    def _pass_on(self) -> None:
        with self._lock:
            self._is_led = bool(self._queue)
            if self._queue:
                self._queue[0].news.release()
