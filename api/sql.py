"""The API's SQL databases: SQLite files with private permissions, or PostgreSQL by address.

Accounts and audit log are separate from the graph and from each other.
"""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, create_engine, func, select

from graph.store.encryption.key_file import private_folder
from graph.store.sqlite_file import open_sqlite, write_connection

__all__ = [
    "exclusive_connection",
    "open_address",
    "open_file",
    "read_connection",
    "write_connection",
]

BUSY_S: Final = 5.0


def open_file(path: Path, *, busy_s: float = BUSY_S) -> Engine:
    """Open a SQLite database, file mode 0600 in a folder of mode 0700; created if missing.

    Raises: KeyringRefused: others may read the folder, the file or its log.
    """
    private_folder(path.parent)
    return open_sqlite(path, busy_s=busy_s)


def open_address(url: str) -> Engine:
    """Open a database on a server, such as `postgresql+psycopg://…`."""
    return create_engine(url, hide_parameters=True, pool_pre_ping=True)


@contextmanager
def read_connection(engine: Engine) -> Generator[Connection]:
    """A connection for SELECTs."""
    with engine.connect() as connection:
        yield connection


@contextmanager
def exclusive_connection(engine: Engine, lock: int) -> Generator[Connection]:
    """One write transaction at a time among those of a lock, so that its reads remain valid.

    SQLite has a single writer anyway; PostgreSQL takes the lock as an advisory one.
    """
    with write_connection(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(lock)))
        yield connection
