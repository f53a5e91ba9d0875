"""Runs one analysis query: concurrency slot, validation, EXPLAIN, execution within a time limit.

At most two queries run at a time per account and eight in total; at most ten wait.
The queries that other accounts ran on an engine that a query has ended are run once more, on the
spare replica, one at a time.
"""

from collections import Counter
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import wait
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from threading import Condition, Lock
from time import monotonic
from typing import Any, Final, TypeVar

from api.analysis.query_validator import read_parameters, read_text, require_plan, validation_error
from api.analysis.replicas import Replicas, ReplicaStep, filling_refusal
from api.errors import Refusal
from api.store_monitor import in_thread
from graph.access.policy import Caller
from graph.errors import TooExpensive
from graph.store.replica.replica import Replica, ReplicaGone, TruncatedBy
from graph.store.replica.results import QueryFailed

T = TypeVar("T")
QUERY_S: Final = 2.0
"""Time limit given to the engine, which is killed a second later (docs/security.md, "Limits")."""
_PATIENCE_S: Final = 1.0
MOST_ROWS: Final = 1_000
MOST_BYTES: Final = 1_000_000
_LATE_S: Final = 0.7  # how long a transaction may go on past its time limit
_LEAST_S: Final = 0.2
_AHEAD: Final = len("EXPLAIN ")
EACH: Final = 2
"""Concurrent queries per account."""
QUEUE: Final = 10
ALL: Final = 8  # each occupies a thread of the API for up to three seconds
QUEUE_PATIENCE_S: Final = 6.0  # together with the query itself shorter than the timeout of a client


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryResult:
    """The rows of a query, and their data source; `cost` is the row estimate of the planner."""

    revision: int
    on: date
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    cut: TruncatedBy | None
    ms: int
    operators: tuple[str, ...]
    cost: int


class QueryKilled(TooExpensive):
    """The query did not end in time, so the engine was killed."""


class _OtherQueryEndedIt(Exception):
    """The replica ended during a query, by that of another account."""


class QuerySlots:
    """The execution slots for queries of one API process; thread-safe."""

    def __init__(self, *, patience_s: float = QUEUE_PATIENCE_S) -> None:
        self._patience_s = patience_s
        self._freed = Condition()
        self._running: Counter[str] = Counter()
        self._waiting = 0

    @contextmanager
    def slot(self, account: str) -> Generator[None]:
        """Occupy a slot for an account, waiting in the queue for one if necessary.

        Raises: Refusal: `busy`: the queue is full, or no slot becomes free in time.
        """
        with self._freed:
            has_room = self._has_room(account)
            if not has_room and self._waiting < QUEUE:
                self._waiting += 1
                try:
                    has_room = self._freed.wait_for(
                        lambda: self._has_room(account), self._patience_s
                    )
                finally:
                    self._waiting -= 1
            if not has_room:
                raise Refusal("busy")
            self._running[account] += 1
        try:
            yield
        finally:
            with self._freed:
                self._running[account] -= 1
                self._running += Counter()  # drops the entries with count zero
                self._freed.notify_all()

    def _has_room(self, account: str) -> bool:
        return self._running[account] < EACH and self._running.total() < ALL


class QueryRunner:
    """Runs the analysis queries of one API process; thread-safe."""

    def __init__(self, replicas: Replicas, *, query_s: float = QUERY_S) -> None:
        self.replicas, self.query_s, self._slots = replicas, query_s, QuerySlots()
        self._again = Lock()  # queries that saw a replica end run one at a time

    def answer(
        self, caller: Caller, account: str, text: str, parameters: Mapping[str, Any]
    ) -> QueryResult:
        """Run a query on the replica of the caller.

        Raises:
            Refusal: `query-refused` by validation; `replica-filling`; `busy`; `too-many`: the last
                query of the account ended the engine a moment ago.
            RefusedContent: the query contains data about a citizen.
            TooExpensive: the query took too long, or ended the engine, which is killed if it does
                not end the query by itself.
            StoreUnavailable: the graph does not confirm the current revision.
        """
        query, values = read_text(text), read_parameters(parameters)
        with self._slots.slot(account):
            try:
                return self._answer_once(caller, account, query, values, is_second=False)
            except _OtherQueryEndedIt:
                pass
            if not self._again.acquire(timeout=QUEUE_PATIENCE_S):
                raise Refusal("busy")
            try:
                return self._answer_once(caller, account, query, values, is_second=True)
            except _OtherQueryEndedIt:
                raise filling_refusal(ReplicaStep.STARTING) from None
            finally:
                self._again.release()

    def _answer_once(
        self,
        caller: Caller,
        account: str,
        query: str,
        values: Mapping[str, Any],
        *,
        is_second: bool,
    ) -> QueryResult:
        """Run a query. Raises: _OtherQueryEndedIt: the replica was ended by another account."""
        self.replicas.resting.require_rested(account, lambda: self.replicas.has_spare(caller))
        with self.replicas.use(caller, account, is_second=is_second) as use:
            try:
                return run_query(
                    use.replica, query, values, of=(use.stamp.revision, use.stamp.day),
                    query_s=self.query_s, end=partial(self.replicas.end, use.state),
                )  # fmt: skip
            except (QueryKilled, ReplicaGone) as error:
                if use.is_of_culprit:
                    raise QueryKilled("the query ended the replica") from error
                raise _OtherQueryEndedIt from error


def run_query(
    replica: Replica,
    query: str,
    values: Mapping[str, Any],
    *,
    of: tuple[int, date],
    query_s: float,
    end: Callable[[], None],
) -> QueryResult:
    """Validate the plan of a query that `read_text` accepted and run it within its time limit.

    `of` is the revision and the date of the data in the replica. `query_s` is the limit in seconds
    for planning and execution together; if the engine has not ended the query one second later,
    `end` must end the engine.

    Raises:
        Refusal: `query-refused` by validation.
        TooExpensive: the query took too long.
        ReplicaGone: the process of the engine is gone; `end` has been called.
    """
    began = monotonic()

    def in_time(work: Callable[[float], T]) -> T:
        remaining_s = began + query_s + _PATIENCE_S - monotonic()
        doing = in_thread(lambda: work(max(_LEAST_S, min(query_s, remaining_s - _LATE_S))))
        if not wait([doing], max(_LEAST_S, remaining_s)).done:
            end()
            raise QueryKilled("the query did not end, and the replica was killed")
        try:
            return doing.result()
        except ReplicaGone:
            end()
            raise

    try:
        explained = in_time(lambda timeout_s: replica.explain(query, values, timeout_s=timeout_s))
    except QueryFailed as error:
        raise validation_error(error, query, before=_AHEAD) from error
    operators = require_plan(explained, query)
    try:
        result = in_time(
            lambda timeout_s: replica.run(
                query, values, timeout_s=timeout_s, most_rows=MOST_ROWS, most_bytes=MOST_BYTES
            )
        )
    except QueryFailed as error:
        raise validation_error(error, query) from error
    cost = sum(operator.rows for operator in explained.operators)
    revision, on = of
    return QueryResult(
        revision=revision, on=on, columns=result.columns, rows=result.rows, cut=result.cut,
        ms=round(1000 * (monotonic() - began)), operators=operators, cost=round(min(cost, 2**53)),
    )  # fmt: skip
