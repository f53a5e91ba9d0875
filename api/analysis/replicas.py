"""Pool of analysis replicas: one per set of analyst grants, started on demand, at most four.

Source of the measured benefit: `make bench BENCH=analysis`.

A replica is refilled when the graph has changed, at most once per `REFILL_S`. It is ended at once
when the set of withheld people changes, when a new day begins, and when it hangs. If capacity
allows, each has a spare that takes over when a query ends it, so that no caller waits for a start.
"""

import logging
from collections.abc import Callable, Generator, Hashable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from threading import Condition, Event, Thread
from time import monotonic
from typing import Final, Self

from sqlalchemy.exc import SQLAlchemyError

from api.analysis.examples import EXAMPLES
from api.analysis.replica_content import LABELS, NAMES, ReplicaContent, analyst, content_of
from api.analysis.resting_accounts import RestingAccounts
from api.directory import Directory
from api.errors import Refusal
from api.i18n import bilingual
from api.store_monitor import in_thread
from graph.access.policy import Caller
from graph.errors import GraphError, StoreUnavailable
from graph.store.replica.replica import Replica, start_replica
from graph.store.replica.results import QueryFailed


class ReplicaStep(StrEnum):
    """The step of a replica that cannot be queried yet."""

    STARTING = "STARTING"
    FILLING = "FILLING"

    @property
    def wait_s(self) -> int:
        """Seconds after which a retry is worthwhile."""
        return 4 if self is ReplicaStep.STARTING else 2


@dataclass(frozen=True, slots=True)
class ReplicaStamp:
    """The data a replica was filled with; the revision is that of its View."""

    revision: int
    day: date
    withheld: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReplicaUse:
    """A query of an account on a replica, with the stamp of the data it reads.

    `is_second`: it is run again, since the replica it ran on has ended.
    """

    account: str
    is_second: bool
    state: "ReplicaState"
    replica: Replica
    stamp: ReplicaStamp

    @property
    def is_of_culprit(self) -> bool:
        """Whether its account is held responsible for the end of the replica."""
        return self.state.culprit == self.account


@dataclass(slots=True, kw_only=True)
class ReplicaState:
    """State of the replica for one set of grants; `step` is None while it can be queried.

    `predecessor`: the one before, whose process has ended and whose data may be taken over.
    `uses`: the running queries, oldest first. `culprit`: the account held responsible for the end
    of the process.
    """

    caller: Caller
    predecessor: "ReplicaState | None" = None
    step: ReplicaStep | None = ReplicaStep.STARTING
    replica: Replica | None = None
    stamp: ReplicaStamp | None = None
    filled_at: float = 0.0
    ready_at: float = 0.0
    used_at: float = field(default_factory=monotonic)
    uses: list[ReplicaUse] = field(default_factory=list[ReplicaUse])
    culprit: str | None = None
    is_over: bool = False

    @property
    def is_dead(self) -> bool:
        """Whether its process has ended by itself."""
        return self.step is None and self.replica is not None and not self.replica.is_alive


def culprit_among(uses: Sequence[ReplicaUse]) -> tuple[str, bool]:
    """Return the account to hold responsible for the end of a replica, and whether that is sure.

    It is sure for the only account, and for a query that has seen the end of two replicas: of those
    only one runs at a time. Otherwise it is the oldest query, which is likely: one that takes all
    time or memory has mostly run longer than those it disturbs.
    """
    second = next((use for use in uses if use.is_second), None)
    if second is not None:
        return second.account, True
    return uses[0].account, len({use.account for use in uses}) == 1


def filling_refusal(step: ReplicaStep) -> Refusal:
    """The refusal for a replica that will be ready soon."""
    return Refusal(
        "replica-filling",
        bilingual("The copy for analysis is being made ready. Try again shortly."),
        step=step.value,
        retry_after=step.wait_s,
    )


def kill(state: ReplicaState) -> None:
    """Kill the processes of a replica and its predecessor; a thread filling it stops by itself."""
    for replica_state in (state, state.predecessor):
        if replica_state is not None and replica_state.replica is not None:
            replica_state.replica.kill()


Start = Callable[[], Replica]
_FIRST: Final = 4  # after this many examples another query is planned in 0.1 s instead of 0.4 s
_WARM_S: Final = 10.0
_WARM_ROWS: Final = 10
_WARM_BYTES: Final = 100_000

_log = logging.getLogger(__name__)


def start(start: Start, content: Callable[[], ReplicaContent]) -> tuple[Replica, ReplicaContent]:
    """Start an empty replica and build its content in parallel.

    Raises: whatever `start` or `content` raises; no replica is left running then.
    """

    def start_and_prepare() -> Replica:
        replica = start()
        try:
            replica.prepare(LABELS, NAMES)
        except BaseException:
            replica.kill()
            raise
        return replica

    starting = in_thread(start_and_prepare)
    try:
        data = content()
    except BaseException:
        if starting.exception() is None:
            starting.result().kill()
        raise
    return starting.result(), data


def fill(replica: Replica, content: ReplicaContent) -> None:
    """Replace the content of a replica and warm up its planner. Raises: ReplicaGone."""
    warming = in_thread(lambda: warm_up(replica))
    replica.refill(content.nodes, content.links)
    warming.result()


def warm_up(replica: Replica) -> None:
    """Run some examples, since an engine that has planned nothing is slow at first."""
    for example in EXAMPLES[:_FIRST]:
        try:
            replica.explain(example.query, {}, timeout_s=_WARM_S)
            replica.run(
                example.query, {}, timeout_s=_WARM_S, most_rows=_WARM_ROWS, most_bytes=_WARM_BYTES
            )
        except QueryFailed as error:
            _log.warning("an example cannot be asked: %s", error.rule)


MOST: Final = 4
REFILL_S: Final = 60.0
"""Defaults of two settings: docs/operations.md, "Settings"."""
_LOOK_S: Final = 0.2  # delay until a withdrawal by another process ends a replica of this one
_IDLE_S: Final = 4.0  # a query takes three seconds at most
_SPARE_AFTER_S: Final = 5.0  # a replica serves its first queries before its spare starts


class Replicas:
    """The replicas of one API process; thread-safe. They do not outlive the process."""

    def __init__(
        self,
        directory: Directory,
        *,
        most: int = MOST,
        refill_s: float = REFILL_S,
        start: Start = start_replica,
    ) -> None:
        self._directory, self._most, self._refill_s, self._start = directory, most, refill_s, start
        self._changed = Condition()
        self._by_grants: dict[Hashable, ReplicaState] = {}
        self._spares: dict[Hashable, ReplicaState] = {}
        self._failure: GraphError | None = None
        self.resting = RestingAccounts()
        self._is_closed = Event()
        self._watch: Thread | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End all replicas and refuse to start others."""
        self._is_closed.set()
        self.end_all()

    def end_all(self) -> None:
        """Kill all replicas at once, when a person is withheld; the next query starts a new one."""
        with self._changed:
            ended_states = [
                self._remove(among, key)
                for among in (self._by_grants, self._spares)
                for key in list(among)
            ]
        for state in ended_states:
            kill(state)

    def end(self, state: ReplicaState) -> None:
        """End a replica that hangs or has died, and start another one on its data.

        Its spare takes over in the meantime, and the new one becomes the next spare. The account
        of one of its queries is held responsible, see `culprit_among`.
        """
        try:
            now = self._stamp(state.caller)
        except GraphError:
            now = None
        with self._changed:
            key = state.caller.grants
            if self._by_grants.get(key) is not state:
                return
            is_whole = state.step is None
            self._blame(state)
            self._remove(self._by_grants, key)
            if now is not None:
                self._promote(key, now)
        if state.replica is not None:
            state.replica.halt()  # first, so that the caller need not wait for the next start
        with self._changed:
            among = self._spares if key in self._by_grants else self._by_grants
            is_wanted = key not in among and not self._is_closed.is_set()
            if is_wanted:
                self._begin(among, state.caller, state if is_whole else None)
        if not (is_wanted and is_whole):
            kill(state)

    @contextmanager
    def use(
        self, caller: Caller, account: str, *, is_second: bool = False
    ) -> Generator[ReplicaUse]:
        """The replica of the caller for one query, not refilled meanwhile.

        Raises:
            Refusal: `replica-filling`: it is being started or filled, and will be ready soon.
            StoreUnavailable: the graph does not confirm the current revision, or no replica can
                be started.
        """
        newest = self._directory.newest(caller)
        reader = analyst(caller, self._directory.today())
        now = self._stamp(reader)
        ended_states: list[ReplicaState] = []
        with self._changed:
            if self._failure is not None:
                failure, self._failure = self._failure, None
                raise StoreUnavailable(str(failure)) from failure
            state = self._by_grants.get(reader.grants)
            if state is not None and (state.is_dead or self._is_forbidden(state, now)):
                if state.is_dead:
                    self._blame(state)
                ended_states.append(self._remove(self._by_grants, reader.grants))
                state = self._promote(reader.grants, now)
            if state is None:
                # take out spares, then the least recently used, until there is capacity for it
                while not self._has_room():
                    among = self._spares or self._by_grants
                    least = min(among, key=lambda key: among[key].used_at)
                    ended_states.append(self._remove(among, least))
                state = self._begin(self._by_grants, reader)
            elif state.step is None and (
                state.stamp != now and monotonic() - state.filled_at >= self._refill_s
            ):
                self._refill(state)
            state.used_at = monotonic()
            replica, stamp, step = state.replica, state.stamp, state.step
            use = None
            if step is None and replica is not None and stamp is not None:
                use = ReplicaUse(
                    account=account,
                    is_second=is_second,
                    state=state,
                    replica=replica,
                    stamp=replace(stamp, revision=newest) if stamp == now else stamp,
                )
                state.uses.append(use)
        for old_state in ended_states:
            kill(old_state)
        if use is None:
            raise filling_refusal(step or ReplicaStep.STARTING)
        try:
            yield use
        finally:
            with self._changed:
                state.uses.remove(use)
                self._changed.notify_all()

    def has_spare(self, caller: Caller) -> bool:
        """Whether a spare is ready for the caller; also true if there is never capacity for one."""
        key = analyst(caller, self._directory.today()).grants
        with self._changed:
            spare = self._spares.get(key)
            return self._most == 1 or (spare is not None and spare.step is None)

    def _stamp(self, caller: Caller) -> ReplicaStamp:
        directory = self._directory
        return ReplicaStamp(directory.newest(caller), directory.today(), directory.withheld())

    def _is_forbidden(self, state: ReplicaState, now: ReplicaStamp) -> bool:
        """Whether its data must no longer be shown: another day, or other people are withheld."""
        stamp = state.stamp
        return state.step is None and (
            stamp is None or stamp.day != now.day or stamp.withheld != now.withheld
        )

    # ---- with the lock held

    def _blame(self, state: ReplicaState) -> None:
        if state.culprit is None and state.uses:
            state.culprit, is_sure = culprit_among(state.uses)
            self.resting.add(state.culprit, is_sure=is_sure)

    def _remove(self, among: dict[Hashable, ReplicaState], key: Hashable) -> ReplicaState:
        state = among.pop(key)
        state.is_over = True
        self._changed.notify_all()
        return state

    def _promote(self, key: Hashable, now: ReplicaStamp) -> ReplicaState | None:
        """Replace a replica that is gone by its spare, if that can be queried at once."""
        spare = self._spares.get(key)
        if spare is None or spare.step is not None or spare.is_dead:
            return None
        if self._is_forbidden(spare, now):
            return None
        self._by_grants[key] = self._spares.pop(key)
        spare.used_at = spare.ready_at = monotonic()
        return spare

    def _has_room(self) -> bool:
        return len(self._by_grants) + len(self._spares) < self._most

    def _begin(
        self,
        among: dict[Hashable, ReplicaState],
        caller: Caller,
        predecessor: ReplicaState | None = None,
    ) -> ReplicaState:
        state = ReplicaState(caller=caller, predecessor=predecessor)
        among[caller.grants] = state
        Thread(target=self._prepare, args=(state,), name="replica", daemon=True).start()
        if self._watch is None:
            self._watch = Thread(target=self._look, name="replica watch", daemon=True)
            self._watch.start()
        return state

    def _refill(self, state: ReplicaState) -> None:
        state.step = ReplicaStep.FILLING
        Thread(target=self._prepare, args=(state,), name="replica", daemon=True).start()

    # ---- in threads of their own

    def _prepare(self, state: ReplicaState) -> None:
        """Start and fill a replica, or refill it; any error ends it."""
        try:
            self._fill(state)
        except Exception as error:  # noqa: BLE001 - no caller waits for this thread
            reason = str(error) if isinstance(error, GraphError) else type(error).__name__
            with self._changed:
                was_wanted, key = not state.is_over, state.caller.grants
                is_spare = self._spares.get(key) is state
                for among in (self._by_grants, self._spares):
                    if among.get(key) is state:
                        self._remove(among, key)
                if was_wanted and not is_spare:
                    is_ours = isinstance(error, GraphError)
                    self._failure = error if is_ours else StoreUnavailable(reason)
            if was_wanted:
                _log.warning("a replica cannot be filled: %s", reason)
            kill(state)

    def _fill(self, state: ReplicaState) -> None:
        stamp = self._stamp(state.caller)
        if state.predecessor is not None and self._take_over(state, state.predecessor, stamp):
            return
        replica = state.replica
        if replica is None:
            replica, content = start(self._start, lambda: self._content(state))
            with self._changed:
                state.replica = replica
        else:
            content = self._content(state)
        with self._changed:
            self._changed.wait_for(lambda: not state.uses or state.is_over, _IDLE_S)
        self._step(state, ReplicaStep.FILLING)
        fill(replica, content)
        self._done(state, ReplicaStamp(content.revision, content.on, stamp.withheld), monotonic())

    def _take_over(self, state: ReplicaState, predecessor: ReplicaState, now: ReplicaStamp) -> bool:
        """Take over the data of the predecessor if it may still be shown, otherwise discard it."""
        state.predecessor = None
        if (
            predecessor.replica is None
            or predecessor.stamp is None
            or self._is_forbidden(predecessor, now)
        ):
            kill(predecessor)
            return False
        try:
            replica = predecessor.replica.restart()
        except StoreUnavailable as error:
            _log.warning("a replica cannot go on with what there was: %s", error)
            return False
        with self._changed:
            state.replica = replica
        self._step(state, ReplicaStep.STARTING)
        warm_up(replica)
        self._done(state, predecessor.stamp, predecessor.filled_at)
        return True

    def _done(self, state: ReplicaState, stamp: ReplicaStamp, filled_at: float) -> None:
        with self._changed:
            state.stamp, state.filled_at, state.step = stamp, filled_at, None
            state.ready_at = monotonic()
            self._changed.notify_all()
            is_over = state.is_over
        if is_over:
            kill(state)

    def _content(self, state: ReplicaState) -> ReplicaContent:
        return content_of(self._directory.view(state.caller))

    def _step(self, state: ReplicaState, step: ReplicaStep) -> None:
        """Set the step. Raises: StoreUnavailable: the replica is no longer needed."""
        with self._changed:
            if state.is_over or self._is_closed.is_set():
                raise StoreUnavailable("the replica is not wanted any more")
            state.step = step

    def _look(self) -> None:
        """End all replicas if the set of withheld people has changed, also by another process.

        Otherwise maintain the spares.
        """
        while not self._is_closed.wait(_LOOK_S):
            try:
                withheld = self._directory.withheld()
            except (GraphError, SQLAlchemyError):
                continue
            with self._changed:
                states = (*self._by_grants.values(), *self._spares.values())
                is_stale = any(state.stamp and state.stamp.withheld != withheld for state in states)
            if is_stale:
                self.end_all()
            else:
                self._keep_spares()

    def _keep_spares(self) -> None:
        """Start a spare for each replica that has been ready for a while, if there is capacity.

        A spare is refilled when its stamp differs from that of its replica. A dead spare is
        replaced.
        """
        dead: list[ReplicaState] = []
        with self._changed:
            dead += [
                self._remove(self._spares, key)
                for key, spare in list(self._spares.items())
                if spare.is_dead
            ]
            for key, state in self._by_grants.items():
                if state.step is not None or monotonic() - state.ready_at < _SPARE_AFTER_S:
                    continue
                spare = self._spares.get(key)
                if spare is None and self._has_room() and not self._is_closed.is_set():
                    self._begin(self._spares, state.caller)
                elif spare is not None and spare.step is None and spare.stamp != state.stamp:
                    self._refill(spare)
        for spare in dead:
            kill(spare)
