"""Transactions on Neo4j, with time limits and retries, and reads from one consistent state.

The screens need pandas and pyarrow, so they are installed; a process that keeps the graph does not,
and they would take 60 MB of each. Hidden for as long as the driver looks for them, and no longer.

A commit becomes visible bit by bit: beside a writer of 3,000 nodes a commit, 1 of 330 reads saw
half a commit though the revision was the same before and after. So `steady` asks for the revision
under the lock that every writer holds until its commit is whole.
"""

import sys
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType
from typing import Any, Final, TypeVar, cast

from neo4j import (
    Auth,
    Driver,
    GraphDatabase,
    ManagedTransaction,
    NotificationMinimumSeverity,
    Session,
    basic_auth,
    unit_of_work,
)

from graph.errors import SchemaMismatch, StoreUnavailable
from graph.store import cypher
from graph.store.disk import damaged
from graph.store.driver_errors import translate_errors

_LOOKS: Final = "neo4j._optional_deps"
_UNUSED: Final = ("pandas", "pyarrow")


class _Alone(SourceFileLoader):
    def exec_module(self, module: ModuleType) -> None:
        known = cast("dict[str, Any]", sys.modules)
        hidden = [name for name in _UNUSED if name not in known]
        known.update(dict.fromkeys(hidden))  # to import None fails, as what is not installed
        try:
            super().exec_module(module)
        finally:
            for name in hidden:
                del known[name]


class DriverAlone(MetaPathFinder):
    """Finds the one module in which the driver looks for them."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """As the import system asks; None for all other modules."""
        if fullname != _LOOKS:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _Alone(spec.loader.name, spec.loader.path)
        return spec


T = TypeVar("T")
Work = Callable[[ManagedTransaction], T]

READ_S: Final = 30.0  # 500,000 nodes and 2,000,000 links are read in about 25 s
WRITE_S: Final = 20.0  # 0.02 s is usual; an engine's first write plans its statements, 3 s of CPU
_CONNECT_S: Final = 1.0  # a dead address is told about within a second
_ACQUIRE_S: Final = 2.0
_RETRY_S: Final = 1.0  # one repeat; what is still away then is away
_SCHEMES: Final = frozenset(
    {"bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc"}
)  # the driver takes others, in preview
_KNOWN: Final = frozenset({"revision", "schema"})  # of the node that holds the store's state
_TRIES: Final = 3  # then writers have to wait


class Connection:
    """Sessions on one database; safe under threads. Made by `connect`."""

    def __init__(self, place: str, auth: Auth, database: str | None) -> None:
        self.place, self._auth, self._database = place, auth, database
        self._driver, self._is_closed = _driver(place, auth), False
        # Also in a cluster, who has written reads what they wrote.
        self._bookmarks = GraphDatabase.bookmark_manager()

    def read(self, work: Work[T], *, timeout_s: float = READ_S) -> T:
        """What `work` gives in a read transaction; it may run twice."""
        with self._session() as session:
            return session.execute_read(unit_of_work(timeout=timeout_s)(work))

    def write(self, work: Work[T], *, timeout_s: float = WRITE_S) -> T:
        """What `work` gives in a transaction, committed whole or not at all; it may run twice."""
        with self._session() as session:
            return session.execute_write(unit_of_work(timeout=timeout_s)(work))

    def steady(self, work: Work[T]) -> tuple[int, T]:
        """A revision, and what `work` reads at exactly this revision; for long reads.

        Writers wait only where they kept on moving it.
        """
        for _ in range(_TRIES):
            before = self.write(locked_revision, timeout_s=READ_S)
            found = self.read(work)
            if self.write(locked_revision, timeout_s=READ_S) == before:
                return before, found
        return self.alone(work)

    def alone(self, work: Work[T]) -> tuple[int, T]:
        """A revision, and what `work` reads at it while writers wait; for short reads."""
        return self.write(lambda tx: (locked_revision(tx), work(tx)), timeout_s=READ_S)

    def renew(self, place: str | None = None) -> None:
        """Goes on with a new driver, at another address where one is given.

        Whoever waits for a hung server waits for ever; closing the driver under them ends it, with
        StoreUnavailable.
        """
        place = place or self.place
        old, self._driver = self._driver, _driver(place, self._auth)
        self.place = place
        close_at_once(old)

    def close(self) -> None:
        """Ends all sessions, also those that wait for a hung server."""
        self._is_closed = True
        close_at_once(self._driver)

    def verify(self) -> None:
        """Raises: StoreUnavailable: the server does not answer, or not to us."""
        try:
            with translate_errors(self.place):
                self._driver.verify_connectivity()
        except ValueError as error:  # a port that is no number
            raise _no_address(self.place) from error

    def agent(self) -> str:
        """What the server calls itself."""
        with translate_errors(self.place):
            return self._driver.get_server_info().agent

    @contextmanager
    def _session(self) -> Generator[Session]:
        driver = self._driver
        try:
            with (
                translate_errors(self.place),
                driver.session(
                    database=self._database, bookmark_manager=self._bookmarks
                ) as session,
            ):
                yield session
        finally:
            if self._is_closed or driver is not self._driver:
                close_at_once(driver)  # once more: a repeat may have opened a connection since


def locked_revision(tx: ManagedTransaction) -> int:
    """The revision, which nobody else can raise before this transaction has ended."""
    tx.run(cypher.LOCK).consume()
    return state(tx)["revision"]


def state(tx: ManagedTransaction) -> Mapping[str, Any]:
    """The properties of the node that holds counter, schema version and marks.

    Raises: SchemaMismatch: this database has none.
    """
    record = tx.run(cypher.STATE).single()
    if record is None:
        raise SchemaMismatch("the database holds no store of Kontaktvej")
    properties: Mapping[str, Any] = record["properties"]
    if not properties.keys() >= _KNOWN:
        raise damaged("the graph database", "it has lost its counter or its schema")
    return properties


@contextmanager
def connect(
    uri: str, *, user: str, password: str, database: str | None = None
) -> Generator[Connection]:
    """A connection to a server that answers.

    Raises: StoreUnavailable: it does not, or not to us.
    """
    _require_address(uri)
    connection = Connection(uri, basic_auth(user, password), database)
    try:
        connection.verify()
        yield connection
    finally:
        connection.close()


def close_at_once(driver: Driver) -> None:
    """At once, whatever the server and other threads do.

    Nobody is told goodbye: where another thread is sending, the farewell fails half-way and leaves
    its connection open. Nothing public hangs up, and nothing public empties a pool twice.
    """
    pool = cast("Any", driver)._pool
    pool._close_connections = _hang_up
    driver.close()
    pool.close()  # the second time around driver.close() does nothing, and this may be the second


def _hang_up(connections: Iterable[Any]) -> None:
    for connection in connections:
        connection.kill()


def _driver(uri: str, auth: Auth) -> Driver:
    try:
        with translate_errors(uri):
            return GraphDatabase.driver(
                uri,
                auth=auth,
                user_agent="kontaktvej",
                connection_timeout=_CONNECT_S,
                connection_acquisition_timeout=_ACQUIRE_S,
                max_transaction_retry_time=_RETRY_S,
                notifications_min_severity=NotificationMinimumSeverity.OFF,
            )
    except ValueError as error:  # a host that is none
        raise _no_address(uri) from error


def _require_address(uri: str) -> None:
    if "@" in uri:  # said without the address, which holds a password
        raise StoreUnavailable(
            "the address of the graph database names a user; "
            "fix: put user and password into NEO4J_USERNAME and NEO4J_PASSWORD"
        )
    if uri.partition("://")[0] not in _SCHEMES:
        raise _no_address(uri)


def _no_address(uri: str) -> StoreUnavailable:
    return StoreUnavailable(
        f"{uri!r} is no address of a graph database; fix: in NEO4J_URI, write neo4j+s://HOST:PORT "
        "for a server elsewhere, or bolt://HOST:PORT for one on this machine"
    )
