"""A second engine that holds a part of the graph for questions in Cypher, and may be killed.

It lies in a temporary folder, knows nothing of our environment, and ends with whoever started it.
What is asked of it goes through sessions that only read; what comes back is bounded on its way.
"""

import json
import shutil
import tempfile
import time
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Any, Final, LiteralString, TypeVar, cast

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
from graph.store import child, cypher
from graph.store.child import Tuning
from graph.store.connection import close_at_once
from graph.store.embedded import Engine, embedded_engine
from graph.store.home import is_engine
from graph.store.replica_errors import QueryFailed, failure
from graph.store.replica_values import TooDeep, told
from graph.store.valve import LOOPBACK, Valve
from graph.vocabulary import Label, LinkType

T = TypeVar("T")
HEAP_MB: Final = 256
TUNING: Final = Tuning(
    jvm_options=(
        f"-Xmx{HEAP_MB}m",
        # One value is put together outside the heap before it is sent, however large.
        "-XX:MaxDirectMemorySize=64m",
        "-XX:+ExitOnOutOfMemoryError",
    ),
    settings={
        "server.memory.pagecache.size": "32m",
        "db.transaction.timeout": "2s",
        # What is collected or sorted is counted and refused; what is not ends the process.
        "db.memory.transaction.max": "96m",
    },
    is_bare=True,
    is_scratch=True,
)
MOST_AT_ONCE: Final = 4 * 1024 * 1024  # bytes that may come back for one request of the driver
_BATCH: Final = 2_000
_FILL_S: Final = 60.0
_GONE_S: Final = 5.0
_FETCH: Final = 100  # rows at once: an answer that is cut costs little more than what is kept
_EMPTY: Final[LiteralString] = """
MATCH (node) CALL (node) { DETACH DELETE node } IN TRANSACTIONS OF 1000 ROWS
"""
_KNOW: Final[LiteralString] = "CREATE (node) SET node = $fields DELETE node"
# One statement for all labels, and one for all types: each has to be planned before it runs.
_CREATE_NODES: Final[LiteralString] = """
UNWIND $rows AS row CREATE (node:$(row.label)) SET node = row.fields
RETURN node.id AS id, elementId(node) AS place
"""
_CREATE_LINKS: Final[LiteralString] = """
UNWIND $rows AS row
MATCH (source) WHERE elementId(source) = row.source
MATCH (target) WHERE elementId(target) = row.target
CREATE (source)-[link:$(row.type)]->(target) SET link = row.fields
"""


@dataclass(frozen=True, slots=True)
class NodeRow:
    """A node to be put in: its fields by name, its id among them."""

    label: Label
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link to be put in, by the ids of its ends."""

    type: LinkType
    source: str
    target: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Operator:
    """A step of a plan: `details` name a procedure; `rows` is how many the planner expects."""

    name: str
    details: str
    rows: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """What the engine would do, and of which kind: `r` reads and does nothing else."""

    query_type: str
    operators: tuple[Operator, ...]


class Cut(StrEnum):
    """Why an answer has an end before its end."""

    ROWS = "ROWS"
    BYTES = "BYTES"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An answer as JSON can hold it; `cut` where there would be more."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    cut: Cut | None


class ReplicaGone(StoreUnavailable):
    """The replica has ended, or was ended, while it was asked."""


class Replica:
    """A running engine of this kind; safe under threads. Made by `start_replica`."""

    def __init__(self, engine: Engine, until_over: ExitStack) -> None:
        self._engine, self._until_over = engine, until_over
        port = int(engine.uri.rpartition(":")[2])
        self._valve = Valve(port, MOST_AT_ONCE)
        self._driver = GraphDatabase.driver(
            f"bolt://{LOOPBACK}:{self._valve.port}",
            auth=basic_auth(engine.user, engine.password),
            user_agent="kontaktvej",
            connection_timeout=1.0,
            connection_acquisition_timeout=2.0,
            max_transaction_retry_time=0,
            notifications_min_severity=NotificationMinimumSeverity.OFF,
        )
        self._ids: Mapping[str, str] = {}
        self._is_over = False

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

    def kill(self) -> None:
        """Ends it at once, and takes its folder away; whoever asks is told that it is gone."""
        self._is_over = True
        child.kill(self._engine.pid, self._engine.home)
        self._valve.close()
        close_at_once(self._driver)
        gone_at = time.monotonic() + _GONE_S
        while is_engine(self._engine.pid, self._engine.home) and time.monotonic() < gone_at:
            time.sleep(0.01)
        self._until_over.close()

    # ---- filling

    def prepare(self, labels: Iterable[Label], names: Iterable[str]) -> None:
        """Before it is filled for the first time: each node is found by its id.

        All `names` of properties are known from then on, so that a list of them tells nothing.
        """
        wanted = frozenset(labels)
        for label in cypher.LABELS:
            if label in wanted:
                self._write(cypher.indexed(label, "id"))
        self._write(_KNOW, fields=dict.fromkeys(names, ""))

    def refill(self, nodes: Iterable[NodeRow], links: Iterable[LinkRow]) -> None:
        """Takes out all there is, then puts these in.

        Raises: ReplicaGone.
        """
        self._write(_EMPTY)
        places: dict[str, str] = {}
        for part in _parts(nodes):
            rows = [{"label": one.label.value, "fields": _stored(one.fields)} for one in part]
            found = self._write(_CREATE_NODES, rows=rows)
            places |= {one["id"]: one["place"] for one in found}
        for part in _parts(links):
            self._write(
                _CREATE_LINKS,
                rows=[
                    {"type": one.type.value, "fields": _stored(one.fields),
                     "source": places[one.source], "target": places[one.target]}
                    for one in part
                ],
            )  # fmt: skip
        self._ids = {place: one for one, place in places.items()}

    def _write(self, statement: LiteralString, **parameters: object) -> list[Record]:
        with self._session() as session:
            return list(session.run(Query(statement, timeout=_FILL_S), parameters))

    # ---- asking

    def explain(self, text: str, parameters: Mapping[str, Any], *, timeout_s: float) -> Explained:
        """What the engine would do with a text; nothing is done.

        Raises:
            QueryFailed: the engine cannot read it, or takes too long to plan it.
            ReplicaGone.
        """
        with self._reading(timeout_s) as transaction:
            summary = transaction.run(_own("EXPLAIN " + text), dict(parameters)).consume()
        plan = cast("dict[str, Any]", summary.plan or {})
        return Explained(query_type=summary.query_type or "", operators=tuple(_operators(plan)))

    def run(
        self,
        text: str,
        parameters: Mapping[str, Any],
        *,
        timeout_s: float,
        most_rows: int,
        most_bytes: int,
    ) -> Found:
        """What a text finds, up to so many rows and bytes of JSON; in a session that only reads.

        Raises:
            QueryFailed: the engine refuses it, or takes longer than `timeout_s`.
            ReplicaGone.
        """
        columns, rows, size, cuts = (), list[tuple[Any, ...]](), 0, self._valve.cuts
        try:
            with self._reading(timeout_s) as transaction:
                result = transaction.run(_own(text), dict(parameters))
                columns = tuple(result.keys())
                for record in result:
                    if len(rows) == most_rows:
                        return Found(columns=columns, rows=tuple(rows), cut=Cut.ROWS)
                    row = tuple(told(value, self._ids) for value in record.values())
                    size += len(json.dumps(row, ensure_ascii=False).encode("utf-8", "replace"))
                    if size > most_bytes:
                        return Found(columns=columns, rows=tuple(rows), cut=Cut.BYTES)
                    rows.append(row)
        except ReplicaGone:
            if self._valve.cuts == cuts or not self.is_alive:
                raise
            return Found(columns=columns, rows=tuple(rows), cut=Cut.BYTES)
        return Found(columns=columns, rows=tuple(rows), cut=None)

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
            raise ReplicaGone("the replica has ended")
        try:
            with self._driver.session(**options) as session:
                yield session
        except (TooDeep, RecursionError) as error:
            raise QueryFailed("DEPTH", "the answer is nested too deep") from error
        except (ServiceUnavailable, SessionExpired, OSError) as error:
            raise ReplicaGone("the replica has ended") from error
        except Neo4jError as error:
            raise failure(error) from error
        except DriverError as error:
            if not self._is_over:
                raise
            raise ReplicaGone("the replica has ended") from error


def start_replica() -> Replica:
    """An empty one of its own; `kill` ends it.

    Raises: StoreUnavailable: it does not start.
    """
    with ExitStack() as until_over:
        folder = Path(tempfile.mkdtemp(prefix="kontaktvej-replica-"))
        until_over.callback(shutil.rmtree, folder, ignore_errors=True)
        engine = until_over.enter_context(embedded_engine(folder, tuning=TUNING))
        return Replica(engine, until_over.pop_all())


def _parts(rows: Iterable[T]) -> Iterator[list[T]]:
    """Of a size that one transaction takes."""
    left = iter(rows)
    while part := list(islice(left, _BATCH)):
        yield part


def _stored(value: Any) -> Any:
    """As the driver takes it: words and sets as texts, what is not there left out."""
    match value:
        case frozenset():
            return sorted(str(one) for one in cast("frozenset[object]", value))
        case str():
            return str(value)
        case Mapping():
            items = cast("Mapping[str, Any]", value).items()
            return {name: _stored(one) for name, one in items}
        case date() | None | bool() | int() | float():
            return value
        case _:
            raise TypeError(type(cast("object", value)).__name__)


def _operators(plan: Mapping[str, Any]) -> Generator[Operator]:
    """The steps of a plan, each before those it draws from."""
    waiting = [plan] if plan else []
    while waiting:
        step = waiting.pop()
        args: Mapping[str, Any] = step.get("args") or {}
        yield Operator(
            str(step.get("operatorType", "")).partition("@")[0],
            str(args.get("Details", "")),
            float(args.get("EstimatedRows", 0.0)),
        )
        waiting += step.get("children") or []


def _own(text: str) -> LiteralString:
    """The one text that is not ours, for the driver, whose types know ours alone."""
    return cast("LiteralString", text)
