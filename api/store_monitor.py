"""Background monitor of the store: keeps the newest Snapshot confirmed within time limits.

The driver waits forever on a server that hangs, despite its time limits. So every call to the store
runs in a thread of its own that can be abandoned, and its driver is replaced; requests wait only
for the monitor thread, and only for a limited time.
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
from graph.store.location import EngineRecovery
from graph.store.store import Store

T = TypeVar("T")

BEAT_S: Final = 0.2  # while requests arrive, so that none waits for a check of 4 ms
IDLE_BEAT_S: Final = 1.0  # otherwise; a dead engine started by us is noticed and restarted
IDLE_S: Final = 1.0
SLICE_S: Final = 0.1
RESTART_S: Final = 5.0  # between two starts of an engine that does not start
READ_S: Final = 5.0
MOST_WRITERS: Final = 16  # writes are serialized anyway; more would take threads from readers
CLOSE_S: Final = 3.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """Time limits in seconds.

    A Snapshot is used without a check for `fresh_s`; a request waits `wait_s` for a check. After
    `hung_s` the driver is replaced, after `kill_s` an engine started by us is killed.
    """

    fresh_s: float = 0.25
    wait_s: float = 0.6  # with the audit before and after it, well within a second
    hung_s: float = 2.0
    kill_s: float = 15.0
    retry_s: float = 0.5
    write_s: float = 6.0


class StoreMonitor:
    """The newest Snapshot and the time of its last confirmation; thread-safe."""

    def __init__(
        self, store: Store, recovery: EngineRecovery | None = None, timeouts: Timeouts | None = None
    ) -> None:
        self._store, self._timeouts = store, timeouts or Timeouts()
        self._recovery = recovery or EngineRecovery(store)
        self._changed = Condition()
        self._seen_at = monotonic()  # taken before the read: the data is at least as recent
        self._snapshot = store.load()
        self._written_at = self._asked_at = self._looked_at = self._seen_at
        self._unknown_since: float | None = None  # arrival of the first request now waiting
        self._away_since: float | None = None
        self._is_dead = False  # the engine started by us, at the last check
        self._hung_since: float | None = None
        self._restart: Future[None] | None = None
        self._restart_at = self._seen_at
        self._is_closed = False
        self._writers = BoundedSemaphore(MOST_WRITERS)
        self._thread = Thread(target=self._keep, name="store-monitor", daemon=True)
        self._thread.start()

    # ---- for requests

    def snapshot(self) -> Snapshot:
        """The newest Snapshot, confirmed no longer than a second ago and after our last write.

        All waiting requests share one deadline: a request that comes after it is refused at once,
        so that a crowd of them cannot use up the threads. While a dead engine is started anew, all
        are.

        Raises: StoreUnavailable: the state is not confirmed in time.
        """
        came_at = monotonic()
        with self._changed:
            self._asked_at = came_at
            while not (self._seen_at >= max(came_at - self._timeouts.fresh_s, self._written_at)):
                now = monotonic()
                if self._unknown_since is None:
                    self._unknown_since = now
                    self._changed.notify_all()
                remaining_s = min(came_at, self._unknown_since) + self._timeouts.wait_s - now
                if remaining_s <= 0 or self._is_dead or self._is_closed:
                    raise StoreUnavailable("the graph database does not confirm what is known")
                self._changed.wait(remaining_s)
            return self._snapshot

    def last_known(self) -> Snapshot:
        """The newest Snapshot, confirmed or not; for operations that work without the store."""
        return self._snapshot

    def read(self, question: Callable[[], T]) -> T:
        """Return the answer of the store to a short query, as long as the store is available.

        Raises: StoreUnavailable: the store became unavailable, or takes longer than `READ_S`.
        """
        self.snapshot()
        answer, ends_at = in_thread(question), monotonic() + READ_S
        while not wait([answer], SLICE_S).done:
            if monotonic() > ends_at:
                raise StoreUnavailable("the graph database takes too long for a short question")
            self.snapshot()
        return answer.result()

    def write(self, change: Callable[[float], T], *, write_s: float | None = None) -> T:
        """Run a write and return its result; its limit is `write_s` minus one second.

        Raises:
            StoreUnavailable: nothing was written: the store is unavailable, or busy with writes.
            OutcomeUnknown: it took too long.
        """
        write_s = write_s or self._timeouts.write_s
        self.snapshot()
        if not self._writers.acquire(timeout=self._timeouts.wait_s):
            raise StoreUnavailable("too many writes are waiting")
        writing = in_thread(lambda: change(write_s - 1))
        writing.add_done_callback(lambda _: self._writers.release())
        is_done = bool(wait([writing], write_s).done)
        with self._changed:
            self._written_at = monotonic()
        if not is_done:
            raise OutcomeUnknown(f"no word of a write within {write_s:g} s")
        return writing.result()

    def close(self) -> None:
        """End the thread; waiting requests are refused."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()
        self._thread.join(CLOSE_S)

    # ---- the monitor thread

    def _keep(self) -> None:
        while self._is_time():
            self._looked_at = monotonic()
            snapshot, error = self._look()
            is_dead = snapshot is None and self._recovery.is_dead()
            with self._changed:
                away_since, self._is_dead = self._away_since, is_dead
                if snapshot is None:
                    self._away_since = away_since or monotonic()
                else:
                    self._snapshot, self._seen_at = snapshot, self._looked_at
                    self._away_since = self._unknown_since = None
                self._changed.notify_all()
            if snapshot is None:  # logged once
                if away_since is None:
                    _log.warning("the graph database is away: %s", _error_text(error))
                if is_dead:
                    self._start_engine()
            elif away_since is not None:
                passed_s = monotonic() - away_since
                _log.warning("the graph database is back after %.1f s", passed_s)

    def _is_time(self) -> bool:
        """Wait until a request needs a check, or the interval is over; False when closed."""
        with self._changed:
            if self._away_since is not None:
                # While an engine starts, a check of the dead one would only delay that of the new
                # one.
                is_starting = self._restart is not None and not self._restart.done()
                self._changed.wait_for(
                    lambda: (
                        self._is_closed
                        or (is_starting and (self._restart is None or self._restart.done()))
                    ),
                    RESTART_S if is_starting else self._timeouts.retry_s,
                )
                return not self._is_closed
            is_idle = monotonic() - self._asked_at > IDLE_S
            beat = IDLE_BEAT_S if is_idle else BEAT_S
            self._changed.wait_for(
                lambda: self._is_closed or self._unknown_since is not None,
                max(0.0, self._looked_at + beat - monotonic()),
            )
            return not self._is_closed

    def _look(self) -> tuple[Snapshot | None, BaseException | None]:
        """The current graph, or the error that prevents reading it."""
        snapshot = self._snapshot
        revision = self._answer(self._store.revision)
        if error := revision.exception():
            return None, error
        if revision.result() == snapshot.revision:
            return snapshot, None
        pulled = in_thread(lambda: self._store.refresh(snapshot))
        while not wait([pulled], self._timeouts.hung_s).done:
            # A large graph takes time to load; that is fine as long as the store answers other
            # calls.
            if error := self._answer(self._store.revision).exception():
                return None, error
        error = pulled.exception()
        return (None, error) if error else (pulled.result(), None)

    def _answer(self, question: Callable[[], int]) -> "Future[int]":
        """Return a completed future; it fails with StoreUnavailable if the store does not respond.

        It fails as soon as an engine started by us is dead, which the driver would try again twice.
        After `hung_s` the driver is replaced, after `kill_s` the engine is killed.
        """
        answer, ends_at = in_thread(question), monotonic() + self._timeouts.hung_s
        while not wait([answer], SLICE_S).done and monotonic() < ends_at:
            if self._recovery.is_dead():
                return _failed_future("the graph database has ended")
        if answer.done():
            self._hung_since = None
            return answer
        now = monotonic()
        self._hung_since = self._hung_since or now
        if now - self._hung_since > self._timeouts.kill_s:
            _log.warning("the graph database hangs and is killed")
            self._recovery.kill()
        renewed = in_thread(self._recovery.renew)
        wait([renewed], self._timeouts.hung_s)
        return _failed_future("the graph database hangs")

    def _start_engine(self) -> None:
        """Start a dead engine anew; a failed start is logged."""
        now = monotonic()
        if self._restart is not None and self._restart.done():
            if failure := self._restart.exception():
                _log.error("the graph database does not start: %s", _error_text(failure))
            self._restart, self._restart_at = None, now + (RESTART_S if failure else 0.0)

        def end(restart: "Future[None]") -> None:
            with self._changed:
                if not restart.exception():
                    self._hung_since = None  # the hang was that of the previous engine
                self._changed.notify_all()

        if self._restart is None and now >= self._restart_at:
            self._restart = in_thread(self._recovery.restart)
            self._restart.add_done_callback(end)


def in_thread(work: Callable[[], T]) -> "Future[T]":
    """Run work in a daemon thread, which can be abandoned, and return its future."""
    promise: Future[T] = Future()

    def run() -> None:
        try:
            promise.set_result(work())
        except BaseException as error:  # noqa: BLE001 - it is raised where the result is asked for
            promise.set_exception(error)

    Thread(target=run, daemon=True).start()
    return promise


def _failed_future(reason: str) -> "Future[int]":
    failed: Future[int] = Future()
    failed.set_exception(StoreUnavailable(reason))
    return failed


def _error_text(error: BaseException | None) -> str:
    """The text for the log; of an internal error only its type, as its text may hold user data."""
    return str(error) if isinstance(error, GraphError) else type(error).__name__
