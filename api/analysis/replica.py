"""Which replica answers a caller? One for each clearance, two at most, none before it is asked for.

It is filled anew when the graph has changed, at most so often, and killed at once where somebody is
withheld, where a new day begins, and where it hangs.
"""

import logging
from collections.abc import Generator, Hashable
from contextlib import contextmanager
from dataclasses import replace
from threading import Condition, Event, Thread
from time import monotonic
from typing import Final, Self

from api.analysis.filling import Content, analyst, content_of
from api.analysis.kept import Kept, Stamp, Step, filling, kill
from api.analysis.readying import Start, filled, started, warm
from api.directory import Directory
from graph.access import Caller
from graph.errors import GraphError, StoreUnavailable
from graph.store.replica import Replica, start_replica

MOST: Final = 2
REFILL_S: Final = 60.0
"""Source: security.md §8, both as defaults of settings."""
_LOOK_S: Final = 0.2  # so late another process's withdrawal ends a replica of ours
_IDLE_S: Final = 4.0  # a query takes three seconds at most

_log = logging.getLogger(__name__)


class Replicas:
    """Those of one API process; safe under threads. None outlives it."""

    def __init__(
        self,
        directory: Directory,
        *,
        most: int = MOST,
        refill_s: float = REFILL_S,
        start: Start = start_replica,
    ) -> None:
        self._directory, self._most, self._refill_s, self._start = directory, most, refill_s, start
        self._news = Condition()
        self._kept: dict[Hashable, Kept] = {}
        self._failure: GraphError | None = None
        self._is_closed = Event()
        self._watch: Thread | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends them all, and starts none any more."""
        self._is_closed.set()
        self.end_all()

    def end_all(self) -> None:
        """Kills them all now: somebody is withheld. The next question starts a new one."""
        with self._news:
            ended = [self._taken_out(key) for key in list(self._kept)]
        for kept in ended:
            kill(kept)

    def end(self, kept: Kept) -> None:
        """Ends one that hangs or has died, and starts another over what it holds."""
        with self._news:
            key = kept.caller.grants
            if self._kept.get(key) is not kept:
                return
            is_whole = kept.step is None
            self._taken_out(key)
        if kept.engine is not None:
            kept.engine.halt()  # first, so that whoever asked need not wait beside a start
        with self._news:
            is_wanted = key not in self._kept and not self._is_closed.is_set()
            if is_wanted:
                self._begin(kept.caller, kept if is_whole else None)
        if not (is_wanted and is_whole):
            kill(kept)

    @contextmanager
    def asked(self, caller: Caller) -> Generator[tuple[Replica, Stamp]]:
        """The replica of a caller, which stays as it is meanwhile, and what to tell of its data.

        Raises:
            Refused: `replica-filling`: it is being started or filled, and will be there soon.
            StoreUnavailable: the graph does not confirm what is known, or none can be started.
        """
        newest = self._directory.newest(caller)
        kept, engine, stamp, is_old = self._ready(caller)
        try:
            yield engine, stamp if is_old else replace(stamp, revision=newest)
        finally:
            with self._news:
                kept.running -= 1
                self._news.notify_all()

    def known(self) -> tuple[Kept, ...]:
        """Those there are, ready or not."""
        with self._news:
            return tuple(self._kept.values())

    def of(self, engine: Replica) -> Kept | None:
        """Whose it is; None where it was ended since."""
        with self._news:
            return next((one for one in self._kept.values() if one.engine is engine), None)

    def _ready(self, caller: Caller) -> tuple[Kept, Replica, Stamp, bool]:
        seen = analyst(caller, self._directory.today())
        now = self._stamp(seen)
        ended: list[Kept] = []
        with self._news:
            if self._failure is not None:
                failure, self._failure = self._failure, None
                raise StoreUnavailable(str(failure)) from failure
            kept = self._kept.get(seen.grants)
            if kept is not None and (kept.is_dead or self._is_forbidden(kept, now)):
                ended.append(self._taken_out(seen.grants))
                kept = None
            if kept is None:
                ended += self._gives_way()
                kept = self._begin(seen)
            elif kept.step is None and self._is_old(kept, now):
                self._fill_anew(kept)
            kept.used_at = monotonic()
            engine, stamp, step = kept.engine, kept.stamp, kept.step
            if step is None:
                kept.running += 1
        for one in ended:
            kill(one)
        if step is not None or engine is None or stamp is None:
            raise filling(step or Step.STARTING)
        return kept, engine, stamp, stamp != now

    def _stamp(self, caller: Caller) -> Stamp:
        directory = self._directory
        return Stamp(directory.newest(caller), directory.today(), directory.withheld())

    def _is_forbidden(self, kept: Kept, now: Stamp) -> bool:
        """May what it holds not be shown for a moment longer?"""
        stamp = kept.stamp
        return kept.step is None and (
            stamp is None or stamp.day != now.day or stamp.withheld != now.withheld
        )

    def _is_old(self, kept: Kept, now: Stamp) -> bool:
        return kept.stamp != now and monotonic() - kept.filled_at >= self._refill_s

    # ---- with the lock held

    def _taken_out(self, key: Hashable) -> Kept:
        kept = self._kept.pop(key)
        kept.is_over = True
        self._news.notify_all()
        return kept

    def _gives_way(self) -> list[Kept]:
        """The least used, where there is no room for another."""
        ended: list[Kept] = []
        while len(self._kept) >= self._most:
            ended.append(self._taken_out(min(self._kept, key=lambda one: self._kept[one].used_at)))
        return ended

    def _begin(self, caller: Caller, left: Kept | None = None) -> Kept:
        kept = Kept(caller=caller, left=left)
        self._kept[caller.grants] = kept
        Thread(target=self._prepare, args=(kept,), name="replica", daemon=True).start()
        if self._watch is None:
            self._watch = Thread(target=self._look, name="replica watch", daemon=True)
            self._watch.start()
        return kept

    def _fill_anew(self, kept: Kept) -> None:
        kept.step = Step.FILLING
        Thread(target=self._prepare, args=(kept,), name="replica", daemon=True).start()

    # ---- in threads of their own

    def _prepare(self, kept: Kept) -> None:
        """Starts and fills one, or fills it anew; whatever goes wrong ends it."""
        try:
            self._fill(kept)
        except Exception as error:  # noqa: BLE001 - nobody waits for this thread to hear of it
            told = str(error) if isinstance(error, GraphError) else type(error).__name__
            with self._news:
                was_wanted = not kept.is_over
                if self._kept.get(kept.caller.grants) is kept:
                    self._taken_out(kept.caller.grants)
                if was_wanted:
                    is_ours = isinstance(error, GraphError)
                    self._failure = error if is_ours else StoreUnavailable(told)
            if was_wanted:
                _log.warning("a replica cannot be filled: %s", told)
            kill(kept)

    def _fill(self, kept: Kept) -> None:
        stamp = self._stamp(kept.caller)
        if kept.left is not None and self._took_over(kept, kept.left, stamp):
            return
        engine = kept.engine
        if engine is None:
            engine, content = started(self._start, lambda: self._content(kept))
            with self._news:
                kept.engine = engine
        else:
            content = self._content(kept)
        with self._news:
            self._news.wait_for(lambda: kept.running == 0 or kept.is_over, _IDLE_S)
        self._step(kept, Step.FILLING)
        filled(engine, content)
        self._done(kept, Stamp(content.revision, content.on, stamp.withheld), monotonic())

    def _took_over(self, kept: Kept, left: Kept, now: Stamp) -> bool:
        """Is what the one before held asked again, by the same data? Else nothing of it is left."""
        kept.left = None
        if left.engine is None or left.stamp is None or self._is_forbidden(left, now):
            kill(left)
            return False
        try:
            engine = left.engine.again()
        except StoreUnavailable as error:
            _log.warning("a replica cannot go on with what there was: %s", error)
            return False
        with self._news:
            kept.engine = engine
        self._step(kept, Step.STARTING)
        warm(engine)
        self._done(kept, left.stamp, left.filled_at)
        return True

    def _done(self, kept: Kept, stamp: Stamp, filled_at: float) -> None:
        with self._news:
            kept.stamp, kept.filled_at, kept.step = stamp, filled_at, None
            self._news.notify_all()
            is_over = kept.is_over
        if is_over:
            kill(kept)

    def _content(self, kept: Kept) -> Content:
        return content_of(self._directory.view(kept.caller))

    def _step(self, kept: Kept, step: Step) -> None:
        """Raises: StoreUnavailable: it is not wanted any more."""
        with self._news:
            if kept.is_over or self._is_closed.is_set():
                raise StoreUnavailable("the replica is not wanted any more")
            kept.step = step

    def _look(self) -> None:
        """Ends whatever holds somebody who is withheld since, also by another process."""
        while not self._is_closed.wait(_LOOK_S):
            try:
                withheld = self._directory.withheld()
            except GraphError:
                continue
            with self._news:
                known = [one for one in self._kept.values() if one.stamp is not None]
                is_stale = any(one.stamp and one.stamp.withheld != withheld for one in known)
            if is_stale:
                self.end_all()
