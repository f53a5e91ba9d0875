"""The database of the tests of the store, and how it is emptied.

It is the embedded engine of a scratch folder or, where NEO4J_URI names a server, a database there
that is empty or holds only data of these tests.
"""

import os
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, LiteralString

from neo4j import Driver, GraphDatabase, NotificationMinimumSeverity

from graph.store.encryption.keyring import Keyring, open_keyring
from graph.store.engine.process import embedded_engine
from graph.store.schema import SCHEMA_VERSION
from graph.store.store import Store, open_store
from tests.change_sets import fill_with_kystby

CLAIM = "purpose"
OURS = "test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A database with its credentials; `driver` is for queries that bypass the store."""

    uri: str
    user: str
    password: str = field(repr=False)
    database: str | None
    driver: Driver

    def ask(self, statement: LiteralString, **parameters: object) -> list[dict[str, Any]]:
        """Return the records of a statement that bypasses the store."""
        result = self.driver.execute_query(
            statement, parameters_=parameters, database_=self.database
        )
        return [record.data() for record in result.records]

    @contextmanager
    def with_store(self, keyring: Keyring) -> Generator[Store]:
        """The store on this database, by a driver of its own."""
        with open_store(
            self.uri,
            user=self.user,
            password=self.password,
            database=self.database,
            keyring=keyring,
        ) as store:
            yield store

    def empty(self) -> None:
        """Delete everything but the claim, and reset the revision to 0."""
        self.ask("MATCH (node) WHERE NOT node:Store DETACH DELETE node")
        fresh = {"id": "store", "revision": 0, "schema": SCHEMA_VERSION, f"mark_{CLAIM}": OURS}
        self.ask("MATCH (store:Store) SET store = $fresh", fresh=fresh)


class SharedKystby:
    """Kystby in a store that tests share until one of them writes; then it is refilled."""

    def __init__(self, server: Server, folder: Path) -> None:
        self._server, self._folder = server, folder
        self._fills, self._open = 0, ExitStack()
        self._store: Store | None = None
        self._filled: list[dict[str, Any]] = []

    def store(self) -> Store:
        """Return the store at revision 1, with a keyring that holds its keys and no others."""
        if self._store is None or self._contents() != self._filled:
            self.close()
            self._server.empty()
            self._fills += 1
            keyring = self._open.enter_context(open_keyring(self._folder / str(self._fills)))
            self._store = self._open.enter_context(self._server.with_store(keyring))
            fill_with_kystby(self._store)
            self._store.set_mark("shared", str(self._fills))  # gone once the server is emptied
            self._filled = self._contents()
        return self._store

    def close(self) -> None:
        """Close the store."""
        self._open.close()

    def _contents(self) -> list[dict[str, Any]]:
        """Return what every write changes: the counter of revisions, or the number of elements."""
        return self._server.ask(
            "MATCH (store:Store) "
            "RETURN properties(store), COUNT { MATCH (node) }, COUNT { MATCH ()-[link]->() }"
        )


@contextmanager
def test_server(home: Path) -> Generator[Server]:
    """The server that NEO4J_URI names, else an engine of our own below `home`."""
    uri = os.environ.get("NEO4J_URI")
    if uri:
        if int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")) > 1:
            raise RuntimeError("the database of NEO4J_URI serves one process of tests: WORKERS=1")
        user = os.environ.get("NEO4J_USERNAME", "neo4j")
        password = os.environ.get("NEO4J_PASSWORD", "")
        with _signed_in(uri, user, password, os.environ.get("NEO4J_DATABASE")) as server:
            yield server
        return
    with (
        embedded_engine(home) as engine,
        _signed_in(engine.uri, engine.user, engine.password, None) as server,
    ):
        yield server


@contextmanager
def _signed_in(uri: str, user: str, password: str, database: str | None) -> Generator[Server]:
    off = NotificationMinimumSeverity.OFF
    with GraphDatabase.driver(uri, auth=(user, password), notifications_min_severity=off) as driver:
        yield Server(uri=uri, user=user, password=password, database=database, driver=driver)


def claim(server: Server, keyring: Keyring) -> None:
    """Mark the database as that of the tests, or refuse to use it.

    Raises: RuntimeError: it holds data that these tests did not write.
    """
    (nodes,) = server.ask("MATCH (node) RETURN count(node) AS count")
    with_claim = "MATCH (store:Store) WHERE store.mark_purpose = $ours RETURN count(store) AS count"
    (ours,) = server.ask(with_claim, ours=OURS)
    if nodes["count"] and not ours["count"]:
        raise RuntimeError(
            f"the database at {server.uri} is in use; the tests empty theirs, "
            "so give them an empty one in NEO4J_DATABASE"
        )
    with server.with_store(keyring) as store:
        store.set_mark(CLAIM, OURS)


@contextmanager
def server_for_demo() -> Generator[tuple[Server, Path]]:
    """Yield a server with an empty database, and a folder for keys and other local files.

    For programs; tests have fixtures. Where NEO4J_URI names a server, that server is used.
    """
    with (
        TemporaryDirectory(ignore_cleanup_errors=True) as named,
        test_server(Path(named) / "neo4j") as server,
    ):
        folder = Path(named) / "demo"
        folder.mkdir()
        with open_keyring(folder / "keyring") as keyring:
            claim(server, keyring)
        server.empty()
        yield server, folder
