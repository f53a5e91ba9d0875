"""How the API opens its SQL databases: SQLite files nobody else can read, or PostgreSQL by address.

Accounts and audit log are apart from the graph and from each other.
"""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL

from graph.store.ring_file import create_private, private_folder, require_private

BUSY_S: Final = 5.0


def open_file(path: Path, *, busy_s: float = BUSY_S) -> Engine:
    """A SQLite database in a file of rights 0600, in a folder of rights 0700; made where missing.

    Raises: KeyringRefused: others may read the folder, the file or its log.
    """
    private_folder(path.parent)
    if not path.exists():
        create_private(path)  # SQLite gives its log and shared memory the rights of this file
    for part in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
        if part.exists():
            require_private(part)
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        connect_args={"timeout": busy_s},
        hide_parameters=True,  # an error message must not carry a digest or a hash
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def open_address(url: str) -> Engine:
    """A database on a server, such as `postgresql+psycopg://…`."""
    return create_engine(url, hide_parameters=True, pool_pre_ping=True)


def _prepare(connection: SqliteConnection, _record: object) -> None:
    connection.isolation_level = None  # transactions begin in `_begin`, not by guess
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin(connection: Connection) -> None:
    if connection.get_execution_options().get("writes"):
        # The lock comes first: what is read before the write is then still true at the write.
        connection.exec_driver_sql("BEGIN IMMEDIATE")


@contextmanager
def reading(engine: Engine) -> Generator[Connection]:
    """A connection for SELECTs."""
    with engine.connect() as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Generator[Connection]:
    """One transaction; in SQLite alone among all processes from its first line on."""
    with engine.execution_options(writes=True).begin() as connection:
        yield connection
