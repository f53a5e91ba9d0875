"""A second engine that holds a part of the graph for questions in Cypher, and may be killed.

It lies in a temporary folder, knows nothing of our environment, and ends with whoever started it.
What is asked of it goes through sessions that only read; what comes back is bounded on its way.
"""

import json
import shutil
import tempfile
import time
from collections.abc import Generator, Iterable, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, LiteralString, cast

from neo4j import (
    READ_ACCESS,
    GraphDatabase,
    NotificationMinimumSeverity,
    Query,
    Record,
    Session,
    Transaction,
    basic_auth,
)
from neo4j.exceptions import DriverError, Neo4jError, ServiceUnavailable, SessionExpired

from graph.errors import StoreUnavailable
from graph.store import cypher
from graph.store.connection import close_at_once
from graph.store.engine import process
from graph.store.engine.data_folder import is_engine
from graph.store.engine.process import Engine, Tuning, embedded_engine
from graph.store.replica.byte_limit_proxy import LOOPBACK, ByteLimitProxy
from graph.store.replica.results import (
    QueryFailed,
    QueryPlan,
    TooDeep,
    failure,
    json_value,
    query_plan,
)
from graph.store.replica.rows import EMPTY, KNOW, LinkRow, NodeRow, fill
from graph.vocabulary import Label

HEAP_MB: Final = 256
TUNING: Final = Tuning(
    jvm_options=(
        f"-Xmx{HEAP_MB}m",
        # With room to begin with: filled and asked first in 4.6 s in place of 5.2, for 10 MB more.
        "-Xms112m",
        "-Xmn48m",
        # One value is put together outside the heap before it is sent, however large.
        "-XX:MaxDirectMemorySize=64m",
        "-XX:+ExitOnOutOfMemoryError",
    ),
    settings={
        "server.memory.pagecache.size": "32m",
        "db.transaction.timeout": "2s",
        # What is collected or sorted is counted, of one query and of all at once, and refused; what
        # is not, such as a text that doubles, ends the process.
        "db.memory.transaction.max": "64m",
        "dbms.memory.transaction.total.max": "128m",
    },
    is_bare=True,
    is_scratch=True,
    gives_way=True,  # to the store, whatever an analyst asks
)
MOST_AT_ONCE: Final = 4 * 1024 * 1024  # bytes that may come back for one request of the driver
_FILL_S: Final = 60.0
_GONE_S: Final = 5.0
_FETCH: Final = 100  # rows at once: an answer that is cut costs little more than what is kept


class TruncatedBy(StrEnum):
    """Why an answer has an end before its end."""

    ROWS = "ROWS"
    BYTES = "BYTES"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryRows:
    """An answer as JSON can hold it; `cut` where there would be more."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    cut: TruncatedBy | None


class ReplicaGone(StoreUnavailable):
    """The replica has ended while it was asked; `is_burst`: by itself, and nobody ended it."""

    def __init__(self, *, is_burst: bool = False) -> None:
        super().__init__("the replica has ended")
        self.is_burst = is_burst


class Replica:
    """A running engine of this kind; safe under threads. Made by `start_replica`."""

    def __init__(
        self, engine: Engine, until_over: ExitStack, ids: Mapping[str, str] | None = None
    ) -> None:
        self._engine, self._until_over = engine, until_over
        port = int(engine.uri.rpartition(":")[2])
        self._proxy = ByteLimitProxy(port, MOST_AT_ONCE)
        self._driver = GraphDatabase.driver(
            f"bolt://{LOOPBACK}:{self._proxy.port}",
            auth=basic_auth(engine.user, engine.password),
            user_agent="kontaktvej",
            connection_timeout=1.0,
            connection_acquisition_timeout=2.0,
            max_transaction_retry_time=0,
            notifications_min_severity=NotificationMinimumSeverity.OFF,
        )
        self._ids: Mapping[str, str] = ids or {}
        self._holds, self._is_over, self._is_given = ids is not None, False, False
        self._is_burst = False

    @property
    def engine(self) -> Engine:
        """The engine itself, for whoever looks past what is asked here."""
        return self._engine

    @property
    def pid(self) -> int:
        """The process."""
        return self._engine.pid

    @property
    def is_alive(self) -> bool:
        """Is its process there, and not ours to forget?"""
        return not self._is_over and is_engine(self._engine.pid, self._engine.home)

    def halt(self) -> None:
        """Ends it at once; whoever asks is told that it is gone. What it holds is left."""
        self._is_over = True
        process.kill(self._engine.pid, self._engine.home)
        self._proxy.close()
        close_at_once(self._driver)
        gone_at = time.monotonic() + _GONE_S
        while is_engine(self._engine.pid, self._engine.home) and time.monotonic() < gone_at:
            time.sleep(0.01)
        self._until_over.close()

    def kill(self) -> None:
        """Ends it at once, and takes its folder away."""
        self.halt()
        if not self._is_given:
            shutil.rmtree(self._engine.home, ignore_errors=True)

    def again(self) -> "Replica":
        """Another process over what this one was filled with, which has ended.

        Nobody can have written to it since, and what was written is whole, as after any kill.

        Raises: StoreUnavailable: it does not start; nothing of it is left.
        """
        self._is_given = True
        return _started(self._engine.home, self._ids)

    # ---- filling

    def prepare(self, labels: Iterable[Label], names: Iterable[str]) -> None:
        """Before it is filled for the first time: each node is found by its id.

        All `names` of properties are known from then on, so that a list of them tells nothing.
        """
        wanted = frozenset(labels)
        with self._session() as session, session.begin_transaction(timeout=_FILL_S) as schema:
            for label in cypher.LABELS:
                if label in wanted:
                    schema.run(cypher.indexed(label, "id"))
            schema.commit()
        self._write(KNOW, fields=dict.fromkeys(names, ""))

    def refill(self, nodes: Iterable[NodeRow], links: Iterable[LinkRow]) -> None:
        """Takes out all there is, then puts these in.

        Raises: ReplicaGone.
        """
        if self._holds:
            self._write(EMPTY)
        self._holds = True  # also where it stops half-way
        self._ids = fill(self._write, nodes, links)

    def _write(self, statement: LiteralString, **parameters: object) -> list[Record]:
        with self._session() as session:
            return list(session.run(Query(statement, timeout=_FILL_S), parameters))

    # ---- asking

    def explain(self, text: str, parameters: Mapping[str, Any], *, timeout_s: float) -> QueryPlan:
        """What the engine would do with a text; nothing is done.

        Raises:
            QueryFailed: the engine cannot read it, or takes too long to plan it.
            ReplicaGone.
        """
        with self._reading(timeout_s) as transaction:
            summary = transaction.run(_own("EXPLAIN " + text), dict(parameters)).consume()
        return query_plan(summary)

    def run(
        self,
        text: str,
        parameters: Mapping[str, Any],
        *,
        timeout_s: float,
        most_rows: int,
        most_bytes: int,
    ) -> QueryRows:
        """What a text finds, up to so many rows and bytes of JSON; in a session that only reads.

        Raises:
            QueryFailed: the engine refuses it, or takes longer than `timeout_s`.
            ReplicaGone.
        """
        columns, rows, size, cuts = (), list[tuple[Any, ...]](), 0, self._proxy.cuts
        try:
            with self._reading(timeout_s) as transaction:
                result = transaction.run(_own(text), dict(parameters))
                columns = tuple(result.keys())
                for record in result:
                    if len(rows) == most_rows:
                        return QueryRows(columns=columns, rows=tuple(rows), cut=TruncatedBy.ROWS)
                    row = tuple(json_value(value, self._ids) for value in record.values())
                    size += len(json.dumps(row, ensure_ascii=False).encode("utf-8", "replace"))
                    if size > most_bytes:
                        return QueryRows(columns=columns, rows=tuple(rows), cut=TruncatedBy.BYTES)
                    rows.append(row)
        except ReplicaGone:
            if self._proxy.cuts == cuts or not self.is_alive:
                raise
            self._is_burst = False  # it was we who let no more through
            return QueryRows(columns=columns, rows=tuple(rows), cut=TruncatedBy.BYTES)
        return QueryRows(columns=columns, rows=tuple(rows), cut=None)

    @contextmanager
    def _reading(self, timeout_s: float) -> Generator[Transaction]:
        """A transaction of a session that only reads; it is never committed."""
        with self._session(default_access_mode=READ_ACCESS, fetch_size=_FETCH) as session:
            transaction = session.begin_transaction(timeout=timeout_s)
            try:
                yield transaction
            finally:
                transaction.close()

    @contextmanager
    def _session(self, **options: Any) -> Generator[Session]:
        """Raises: QueryFailed, ReplicaGone: in place of what the driver says."""
        if self._is_over:
            raise ReplicaGone
        try:
            with self._driver.session(**options) as session:
                yield session
        except (TooDeep, RecursionError) as error:
            raise QueryFailed("DEPTH", "the answer is nested too deep") from error
        except (ServiceUnavailable, SessionExpired, OSError) as error:
            self._is_burst |= not self._is_over
            raise ReplicaGone(is_burst=self._is_burst) from error
        except Neo4jError as error:
            raise failure(error) from error
        except DriverError as error:
            if not self._is_over:
                raise
            raise ReplicaGone(is_burst=self._is_burst) from error


def start_replica() -> Replica:
    """An empty one of its own; `kill` ends it.

    Raises: StoreUnavailable: it does not start.
    """
    return _started(Path(tempfile.mkdtemp(prefix="kontaktvej-replica-")))


def _started(folder: Path, ids: Mapping[str, str] | None = None) -> Replica:
    try:
        with ExitStack() as until_over:
            engine = until_over.enter_context(embedded_engine(folder, tuning=TUNING))
            return Replica(engine, until_over.pop_all(), ids)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _own(text: str) -> LiteralString:
    """The one text that is not ours, for the driver, whose types know ours alone."""
    return cast("LiteralString", text)
