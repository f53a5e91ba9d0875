"""Transactions on Neo4j with time limits and retries, and reads from one consistent state.

A commit becomes visible gradually: concurrent with a writer of 3,000 nodes per commit, 1 of 330
reads saw half a commit although the revision was the same before and after. Therefore
`read_consistent` reads the revision under the lock that every writer takes last, and holds until
its commit is complete. Writers serialize by another lock, held from the start: an import takes a
minute, in which others go on reading.
"""

from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
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
from graph.store.disk import damage_error
from graph.store.driver_errors import translate_errors

T = TypeVar("T")
Work = Callable[[ManagedTransaction], T]

READ_S: Final = 30.0  # 500,000 nodes and 2,000,000 links are read in about 25 s
WRITE_S: Final = 20.0  # 0.02 s is usual; an engine's first write plans its statements, 3 s of CPU
_CONNECT_S: Final = 1.0  # a dead address is reported within a second
_ACQUIRE_S: Final = 2.0
_RETRY_S: Final = 1.0  # time for one retry
_SCHEMES: Final = frozenset(
    {"bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc"}
)  # the driver accepts others, in preview
_REQUIRED: Final = frozenset({"revision", "schema"})  # required properties of the state node
_ATTEMPTS: Final = 3  # then the read blocks commits


class Connection:
    """Sessions on one database; thread-safe. Created by `connect`."""

    def __init__(self, place: str, auth: Auth, database: str | None) -> None:
        self.place, self._auth, self._database = place, auth, database
        self._driver, self._is_closed = _driver(place, auth), False
        # Also in a cluster, a process reads its own writes.
        self._bookmarks = GraphDatabase.bookmark_manager()

    def read(self, work: Work[T], *, timeout_s: float = READ_S) -> T:
        """Return the result of `work` in a read transaction; `work` may run twice."""
        with self._session() as session:
            return session.execute_read(unit_of_work(timeout=timeout_s)(work))

    def write(self, work: Work[T], *, timeout_s: float = WRITE_S) -> T:
        """Return the result of `work` in an atomic write transaction; `work` may run twice."""
        with self._session() as session:
            return session.execute_write(unit_of_work(timeout=timeout_s)(work))

    def read_consistent(self, work: Work[T]) -> tuple[int, T]:
        """Return a revision, and what `work` reads at exactly this revision; for long reads.

        Commits are blocked only if the revision changed during each of three attempts.
        """
        for _ in range(_ATTEMPTS):
            before = self.write(locked_revision, timeout_s=READ_S)
            result = self.read(work)
            if self.write(locked_revision, timeout_s=READ_S) == before:
                return before, result
        return self.read_locked(work)

    def read_locked(self, work: Work[T]) -> tuple[int, T]:
        """Return a revision, and what `work` reads at it with commits blocked; for short reads."""
        return self.write(lambda tx: (locked_revision(tx), work(tx)), timeout_s=READ_S)

    def renew(self, place: str | None = None) -> None:
        """Replace the driver, optionally with another address.

        A call blocked on a hung server never returns by itself; closing its driver ends it with
        StoreUnavailable.
        """
        place = place or self.place
        old, self._driver = self._driver, _driver(place, self._auth)
        self.place = place
        close_at_once(old)

    def close(self) -> None:
        """End all sessions, including those blocked on a hung server."""
        self._is_closed = True
        close_at_once(self._driver)

    def verify(self) -> None:
        """Check that the server answers.

        Raises: StoreUnavailable: it does not, or it refuses the user.
        """
        try:
            with translate_errors(self.place):
                self._driver.verify_connectivity()
        except ValueError as error:  # the port is not a number
            raise _no_address(self.place) from error

    def agent(self) -> str:
        """Return the server's own name and version."""
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
                close_at_once(driver)  # again: a retry may have opened a connection since


def locked_revision(tx: ManagedTransaction) -> int:
    """Lock the store against commits until the transaction ends, and return the revision."""
    tx.run(cypher.LOCK_COMMITS).consume()
    return state(tx)["revision"]


def state(tx: ManagedTransaction) -> Mapping[str, Any]:
    """Return the properties of the state node: revision counter, schema version and marks.

    Raises:
        SchemaMismatch: this database has no such node.
        StoreUnavailable: the node lacks counter or schema version.
    """
    record = tx.run(cypher.STATE).single()
    if record is None:
        raise SchemaMismatch("the database holds no store of Kontaktvej")
    properties: Mapping[str, Any] = record["properties"]
    if not properties.keys() >= _REQUIRED:
        raise damage_error("the graph database", "it has lost its counter or its schema")
    return properties


@contextmanager
def connect(
    uri: str, *, user: str, password: str, database: str | None = None
) -> Generator[Connection]:
    """Open a connection to a server and check that it answers.

    Raises: StoreUnavailable: it does not, or it refuses the user.
    """
    if "@" in uri:  # the message omits the address, which may contain a password
        raise StoreUnavailable(
            "the address of the graph database names a user; "
            "fix: put user and password into NEO4J_USERNAME and NEO4J_PASSWORD"
        )
    if uri.partition("://")[0] not in _SCHEMES:
        raise _no_address(uri)
    connection = Connection(uri, basic_auth(user, password), database)
    try:
        connection.verify()
        yield connection
    finally:
        connection.close()


def close_at_once(driver: Driver) -> None:
    """Close a driver immediately, whatever the server and other threads do.

    The GOODBYE message is skipped: if another thread is sending, it fails half-way and leaves the
    connection open. The driver has no public method that drops connections or empties a pool twice.
    """

    def kill(connections: Iterable[Any]) -> None:
        for connection in connections:
            connection.kill()

    pool = cast("Any", driver)._pool
    pool._close_connections = kill
    driver.close()
    pool.close()  # on a second call driver.close() does nothing, so the pool is closed directly


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
    except ValueError as error:  # an invalid host
        raise _no_address(uri) from error


def _no_address(uri: str) -> StoreUnavailable:
    return StoreUnavailable(
        f"{uri!r} is no address of a graph database; fix: in NEO4J_URI, write neo4j+s://HOST:PORT "
        "for a server elsewhere, or bolt://HOST:PORT for one on this machine"
    )
