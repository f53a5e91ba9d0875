"""Is what we know of the graph still true? One thread asks the store, and no request ever hangs.

The driver waits for ever on a server that hangs, whatever its time limits. So every question to
the store is asked in a thread of its own that may be left behind, and its driver is replaced under
it; who waits, waits for this thread's word, and for so long alone.
"""

import logging
from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import dataclass
from threading import BoundedSemaphore, Condition, Thread
from time import monotonic
from typing import Final, TypeVar

from graph.errors import GraphError, OutcomeUnknown, StoreUnavailable
from graph.snapshot.snapshot import Snapshot
from graph.store.recovery import EngineRecovery
from graph.store.store import Store

T = TypeVar("T")

BEAT_S: Final = 0.2  # while requests come: so that none has to wait for a look of 4 ms
IDLE_BEAT_S: Final = 1.0  # else; a dead engine of ours is noticed, and started anew
IDLE_S: Final = 1.0
SLICE_S: Final = 0.1
RESTART_S: Final = 5.0  # between two starts of an engine that does not start
READ_S: Final = 5.0
MOST_WRITERS: Final = 16  # they stand in line anyway; more would keep readers from their threads
CLOSE_S: Final = 3.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """How long what may take, in seconds.

    A Snapshot is used without a look for `fresh_s`; a request waits `wait_s` for a look. After
    `hung_s` the driver is replaced, after `kill_s` our own engine is killed.

    Source: security.md §9.
    """

    fresh_s: float = 0.25
    wait_s: float = 0.6  # with the audit before and after it, well within a second
    hung_s: float = 2.0
    kill_s: float = 15.0
    retry_s: float = 0.5
    write_s: float = 6.0


class StoreMonitor:
    """The newest Snapshot, and when it was last found to be true; safe under threads."""

    def __init__(
        self, store: Store, lifeline: EngineRecovery | None = None, patience: Timeouts | None = None
    ) -> None:
        self._store, self._patience = store, patience or Timeouts()
        self._lifeline = lifeline or EngineRecovery(store)
        self._news = Condition()
        self._seen_at = monotonic()  # from before the read: what it tells is at least as young
        self._snapshot = store.load()
        self._written_at = self._asked_at = self._looked_at = self._seen_at
        self._unknown_since: float | None = None  # the first of those waiting now came then
        self._away_since: float | None = None
        self._hung_since: float | None = None
        self._restart: Future[bool] | None = None
        self._restart_at = self._seen_at
        self._is_closed = False
        self._writers = BoundedSemaphore(MOST_WRITERS)
        self._thread = Thread(target=self._keep, name="store-monitor", daemon=True)
        self._thread.start()

    # ---- for requests

    def snapshot(self) -> Snapshot:
        """The newest Snapshot, true no longer than a second ago, and of after our last write.

        All who wait share one patience: who comes when it is used up is refused at once, so that
        no crowd of them can use up the threads.

        Raises: StoreUnavailable: nobody knows in time.
        """
        came_at = monotonic()
        with self._news:
            self._asked_at = came_at
            while not self._is_known(came_at):
                now = monotonic()
                if self._unknown_since is None:
                    self._unknown_since = now
                    self._news.notify_all()
                left = min(came_at, self._unknown_since) + self._patience.wait_s - now
                if left <= 0 or self._is_closed:
                    raise StoreUnavailable("the graph database does not confirm what is known")
                self._news.wait(left)
            return self._snapshot

    def last_known(self) -> Snapshot:
        """The newest Snapshot known, confirmed or not: for what must work without the store."""
        return self._snapshot

    def read(self, question: Callable[[], T]) -> T:
        """What the store answers to a short question, as long as it is there.

        Raises: StoreUnavailable: it went away, or takes longer than `READ_S`.
        """
        self.snapshot()
        answer, ends_at = in_thread(question), monotonic() + READ_S
        while not wait([answer], SLICE_S).done:
            if monotonic() > ends_at:
                raise StoreUnavailable("the graph database takes too long for a short question")
            self.snapshot()
        return answer.result()

    def write(self, change: Callable[[float], T], *, write_s: float | None = None) -> T:
        """What a write gives; it is told its seconds, one less than we wait for it.

        Raises:
            StoreUnavailable: nothing was written, since the store is away, or too many write.
            OutcomeUnknown: it went on for too long.
        """
        write_s = write_s or self._patience.write_s
        self.snapshot()
        if not self._writers.acquire(timeout=self._patience.wait_s):
            raise StoreUnavailable("too many writes are waiting")
        written = in_thread(lambda: change(write_s - 1))
        written.add_done_callback(lambda _: self._writers.release())
        is_done = bool(wait([written], write_s).done)
        with self._news:
            self._written_at = monotonic()
        if not is_done:
            raise OutcomeUnknown(f"no word of a write within {write_s:g} s")
        return written.result()

    def close(self) -> None:
        """Ends the thread; whoever still waits is refused."""
        with self._news:
            self._is_closed = True
            self._news.notify_all()
        self._thread.join(CLOSE_S)

    def _is_known(self, came_at: float) -> bool:
        return self._seen_at >= max(came_at - self._patience.fresh_s, self._written_at)

    # ---- the one thread

    def _keep(self) -> None:
        while self._is_time():
            self._looked_at = monotonic()
            snapshot, error = self._look()
            if snapshot is None:
                self._mark_unavailable(error)
            else:
                self._confirm(snapshot, self._looked_at)

    def _is_time(self) -> bool:
        """Waits until somebody asks, or the beat is over; False when closed."""
        with self._news:
            if self._away_since is not None:
                # While an engine starts, a look at the dead one would only be late for the new one.
                is_starting = self._restart is not None and not self._restart.done()
                self._news.wait_for(
                    lambda: self._is_closed or (is_starting and self._has_started()),
                    RESTART_S if is_starting else self._patience.retry_s,
                )
                return not self._is_closed
            is_idle = monotonic() - self._asked_at > IDLE_S
            beat = IDLE_BEAT_S if is_idle else BEAT_S
            self._news.wait_for(
                lambda: self._is_closed or self._unknown_since is not None,
                max(0.0, self._looked_at + beat - monotonic()),
            )
            return not self._is_closed

    def _look(self) -> tuple[Snapshot | None, BaseException | None]:
        """The graph as it is now, or why that is not known."""
        known = self._snapshot
        revision = self._answer(self._store.revision)
        if error := revision.exception():
            return None, error
        if revision.result() == known.revision:
            return known, None
        pulled = in_thread(lambda: self._store.refreshed(known))
        while not wait([pulled], self._patience.hung_s).done:
            # A large graph takes its time; as long as others are answered meanwhile, it may.
            if error := self._answer(self._store.revision).exception():
                return None, error
        error = pulled.exception()
        return (None, error) if error else (pulled.result(), None)

    def _answer(self, question: Callable[[], int]) -> "Future[int]":
        """A done future; where the store hangs, of what it says to whoever hangs on it."""
        answer, hung_s, retry_s = in_thread(question), self._patience.hung_s, self._patience.retry_s
        if not wait([answer], retry_s).done:
            self._start_dead_engine()  # the driver tries a dead one twice before it says so
        if wait([answer], max(0.0, hung_s - retry_s)).done:
            self._hung_since = None
            return answer
        now = monotonic()
        self._hung_since = self._hung_since or now
        if now - self._hung_since > self._patience.kill_s:
            _log.warning("the graph database hangs and is killed")
            self._lifeline.kill()
        renewed = in_thread(self._lifeline.renew)
        wait([renewed], self._patience.hung_s)
        hung: Future[int] = Future()
        hung.set_exception(StoreUnavailable("the graph database hangs"))
        return hung

    def _confirm(self, snapshot: Snapshot, seen_at: float) -> None:
        with self._news:
            self._snapshot, self._seen_at = snapshot, seen_at
            away_since, self._away_since, self._unknown_since = self._away_since, None, None
            self._news.notify_all()
        if away_since is not None:
            _log.warning("the graph database is back after %.1f s", monotonic() - away_since)

    def _mark_unavailable(self, error: BaseException | None) -> None:
        """Says so once, and starts our engine anew where it is dead."""
        with self._news:
            is_news = self._away_since is None
            self._away_since = self._away_since or monotonic()
        if is_news:
            _log.warning("the graph database is away: %s", _told(error))
        self._start_dead_engine()

    def _start_dead_engine(self) -> None:
        """Only where it is ours and dead; told in the log where that does not work."""
        now = monotonic()
        if self._restart is not None and self._restart.done():
            if failure := self._restart.exception():
                _log.error("the graph database does not start: %s", _told(failure))
            self._restart, self._restart_at = None, now + (RESTART_S if failure else 0.0)
        if self._restart is None and now >= self._restart_at:
            self._restart = in_thread(self._lifeline.restart)
            self._restart.add_done_callback(self._tell)

    def _has_started(self) -> bool:
        return self._restart is None or self._restart.done()

    def _tell(self, restart: "Future[bool]") -> None:
        with self._news:
            if not restart.exception() and restart.result():
                self._hung_since = None  # that was another engine
            self._news.notify_all()


def in_thread(work: Callable[[], T]) -> "Future[T]":
    """What a thread of its own will give; it may be left behind, and keeps no process alive."""
    promise: Future[T] = Future()

    def run() -> None:
        try:
            promise.set_result(work())
        except BaseException as error:  # noqa: BLE001 - it is raised where the result is asked for
            promise.set_exception(error)

    Thread(target=run, daemon=True).start()
    return promise


def _told(error: BaseException | None) -> str:
    """Of a bug its kind alone: its text may hold what somebody wrote."""
    return str(error) if isinstance(error, GraphError) else type(error).__name__
