"""A disposable second engine that holds a part of the graph for Cypher queries.

It is stored in a temporary folder, receives nothing of this process's environment, ends with the
process that started it, and may be killed at any time. Queries run in read-only sessions; the size
of results is limited by `byte_limit_proxy`.
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
        # An initial heap of this size: fill and first query take 4.6 s instead of 5.2, for 10 MB.
        "-Xms112m",
        "-Xmn48m",
        # A value of any size is assembled outside the heap before it is sent.
        "-XX:MaxDirectMemorySize=64m",
        "-XX:+ExitOnOutOfMemoryError",
    ),
    settings={
        "server.memory.pagecache.size": "32m",
        "db.transaction.timeout": "2s",
        # Collected or sorted data is counted, per query and in total, and refused above the limit;
        # memory that is not counted, such as a repeatedly doubled text, ends the process.
        "db.memory.transaction.max": "64m",
        "dbms.memory.transaction.total.max": "128m",
    },
    is_bare=True,
    is_scratch=True,
    is_low_priority=True,  # the store has priority over any query
)
MOST_AT_ONCE: Final = 4 * 1024 * 1024  # bytes the engine may return for one request of the driver
_FILL_S: Final = 60.0
_GONE_S: Final = 5.0
_FETCH: Final = 100  # rows per fetch: a truncated result reads few rows beyond those returned


class TruncatedBy(StrEnum):
    """The limit that truncated a result."""

    ROWS = "ROWS"
    BYTES = "BYTES"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryRows:
    """A query result in JSON-compatible form; `cut` is the limit that truncated it, if any."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    cut: TruncatedBy | None


class ReplicaGone(StoreUnavailable):
    """The replica has ended before or during a call."""

    def __init__(self) -> None:
        super().__init__("the replica has ended")


class Replica:
    """A running replica; thread-safe. Created by `start_replica`."""

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

    @property
    def engine(self) -> Engine:
        """The underlying engine, for direct access."""
        return self._engine

    @property
    def pid(self) -> int:
        """The process id of the engine."""
        return self._engine.pid

    @property
    def is_alive(self) -> bool:
        """Whether the process runs and the replica has not been halted."""
        return not self._is_over and is_engine(self._engine.pid, self._engine.home)

    def halt(self) -> None:
        """Kill the engine; running calls raise ReplicaGone. Its folder is not deleted."""
        self._is_over = True
        process.kill(self._engine.pid, self._engine.home)
        self._proxy.close()
        close_at_once(self._driver)
        gone_at = time.monotonic() + _GONE_S
        while is_engine(self._engine.pid, self._engine.home) and time.monotonic() < gone_at:
            time.sleep(0.01)
        self._until_over.close()

    def kill(self) -> None:
        """Kill the engine and delete its folder, unless `restart` passed the folder on."""
        self.halt()
        if not self._is_given:
            shutil.rmtree(self._engine.home, ignore_errors=True)

    def restart(self) -> "Replica":
        """Start a new process on the data of this replica, whose process has ended.

        Nothing can have written to the data since, and committed data is complete after a kill.

        Raises: StoreUnavailable: the engine does not start; its folder has been deleted.
        """
        self._is_given = True
        return _start(self._engine.home, self._ids)

    # ---- filling

    def prepare(self, labels: Iterable[Label], names: Iterable[str]) -> None:
        """Prepare an empty replica: index the ids of nodes and register all property names.

        Once all `names` are registered, a list of property names reveals nothing about the data.
        """
        label_set = frozenset(labels)
        with self._session() as session, session.begin_transaction(timeout=_FILL_S) as schema:
            for label in cypher.LABELS:
                if label in label_set:
                    schema.run(cypher.create_index(label, "id"))
            schema.commit()
        self._write(KNOW, fields=dict.fromkeys(names, ""))

    def refill(self, nodes: Iterable[NodeRow], links: Iterable[LinkRow]) -> None:
        """Delete all content, then insert these nodes and links.

        Raises: ReplicaGone: the replica has ended.
        """
        if self._holds:
            self._write(EMPTY)
        self._holds = True  # also if the insertion fails half-way
        self._ids = fill(self._write, nodes, links)

    def _write(self, statement: LiteralString, **parameters: object) -> list[Record]:
        with self._session() as session:
            return list(session.run(Query(statement, timeout=_FILL_S), parameters))

    # ---- querying

    def explain(self, text: str, parameters: Mapping[str, Any], *, timeout_s: float) -> QueryPlan:
        """Return the plan of a query without running it.

        Raises:
            QueryFailed: the engine cannot parse it, or takes too long to plan it.
            ReplicaGone: the replica has ended.
        """
        with self._read_transaction(timeout_s) as transaction:
            summary = transaction.run(_literal("EXPLAIN " + text), dict(parameters)).consume()
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
        """Run a query in a read-only session, truncated at a number of rows and bytes of JSON.

        Raises:
            QueryFailed: the engine refuses it, or takes longer than `timeout_s`.
            ReplicaGone: the replica has ended.
        """
        columns, rows, size, cuts = (), list[tuple[Any, ...]](), 0, self._proxy.cuts
        try:
            with self._read_transaction(timeout_s) as transaction:
                result = transaction.run(_literal(text), dict(parameters))
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
            # The proxy closed the connection, the engine did not die.
            return QueryRows(columns=columns, rows=tuple(rows), cut=TruncatedBy.BYTES)
        return QueryRows(columns=columns, rows=tuple(rows), cut=None)

    @contextmanager
    def _read_transaction(self, timeout_s: float) -> Generator[Transaction]:
        """Open a transaction in a read-only session; it is never committed."""
        with self._session(default_access_mode=READ_ACCESS, fetch_size=_FETCH) as session:
            transaction = session.begin_transaction(timeout=timeout_s)
            try:
                yield transaction
            finally:
                transaction.close()

    @contextmanager
    def _session(self, **options: Any) -> Generator[Session]:
        """Open a session and translate driver errors.

        Raises:
            QueryFailed: the engine refused the query, or the result is nested too deeply.
            ReplicaGone: the replica has ended.
        """
        if self._is_over:
            raise ReplicaGone
        try:
            with self._driver.session(**options) as session:
                yield session
        except (TooDeep, RecursionError) as error:
            raise QueryFailed("DEPTH", "the answer is nested too deep") from error
        except (ServiceUnavailable, SessionExpired, OSError) as error:
            raise ReplicaGone from error
        except Neo4jError as error:
            raise failure(error) from error
        except DriverError as error:
            if not self._is_over:
                raise
            raise ReplicaGone from error


def start_replica() -> Replica:
    """Start an empty replica in a new temporary folder; `kill` ends it.

    Raises: StoreUnavailable: the engine does not start.
    """
    return _start(Path(tempfile.mkdtemp(prefix="kontaktvej-replica-")))


def _start(folder: Path, ids: Mapping[str, str] | None = None) -> Replica:
    try:
        with ExitStack() as until_over:
            engine = until_over.enter_context(embedded_engine(folder, tuning=TUNING))
            return Replica(engine, until_over.pop_all(), ids)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _literal(text: str) -> LiteralString:
    """Type a user's query text as a literal, which the driver requires of statements."""
    return cast("LiteralString", text)
