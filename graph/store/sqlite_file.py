"""SQLite databases in private files: opening, and serialized write transactions."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection as SqliteConnection

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL

from graph.store.encryption.key_file import create_private, require_private


def open_sqlite(path: Path, *, busy_s: float) -> Engine:
    """Open the database in a file of mode 0600, created if missing; tables are not created.

    `busy_s` is how long to wait for locks of other processes.

    Raises: KeyringRefused: other users may read the file or its log.
    """
    if not path.exists():
        create_private(path)  # SQLite creates its log and shared memory with the mode of this file
    for part in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
        if part.exists():
            require_private(part)
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        connect_args={"timeout": busy_s},
        max_overflow=-1,  # else readers could keep a writer waiting for a connection
        hide_parameters=True,  # an error message must not carry a wrapped key, a hash or a digest
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


@contextmanager
def write_connection(engine: Engine) -> Generator[Connection]:
    """Run one write transaction, which in SQLite excludes all other writers from its start."""
    with engine.execution_options(writes=True).begin() as connection:
        yield connection


def _prepare(connection: SqliteConnection, _record: object) -> None:
    connection.isolation_level = None  # transactions begin explicitly, in `_begin`
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin(connection: Connection) -> None:
    if connection.get_execution_options().get("writes"):
        # The lock comes first, so that values read before the write are still valid at the write.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
