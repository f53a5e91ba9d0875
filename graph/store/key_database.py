"""The SQL database of owner keys and blind index: its tables, and how it is opened and written."""

import json
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Final

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    ForeignKey,
    LargeBinary,
    MetaData,
    Table,
    Text,
    create_engine,
    event,
    func,
    select,
)
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from graph.errors import StoreUnavailable
from graph.store.ring_file import create_private, require_private
from graph.store.wrapping import WrappedKey

BUSY_S: Final = 10.0  # a rotation holds the write lock for about a second per 50,000 keys

metadata: Final = MetaData()

owner_keys: Final = Table(
    "owner_key",
    metadata,
    Column("owner", Text, primary_key=True),
    Column("key_id", Text, nullable=False, unique=True),
    Column("master_id", Text, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
)

blind_index: Final = Table(
    "blind_index",
    metadata,
    Column("detail_id", Text, primary_key=True),
    # No row outlives its owner's key, whichever statement removes the key.
    Column(
        "owner",
        Text,
        ForeignKey("owner_key.owner", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("ring_id", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False, index=True),
)


def open_database(path: Path, *, busy_s: float = BUSY_S) -> Engine:
    """The database in a file of rights 0600, made where it is missing; without its tables.

    Raises: KeyringRefused: others may read the file or its log.
    """
    if not path.exists():
        create_private(path)  # SQLite gives its log and shared memory the rights of this file
    for part in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
        if part.exists():
            require_private(part)
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        connect_args={"timeout": busy_s},
        hide_parameters=True,  # an error message must not carry a wrapped key
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


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
    """A connection for single SELECTs, each of which sees one state of the database."""
    with _translated(), engine.connect() as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Generator[Connection]:
    """One transaction, alone among all processes from its first line on."""
    with _translated(), engine.execution_options(writes=True).begin() as connection:
        yield connection


def empty_log(engine: Engine) -> bool:
    """Moves the write-ahead log into the database and cuts it, so that no deleted row stays there.

    False where a reader kept it in use; calling again is harmless.
    """
    with reading(engine) as connection:
        is_busy: int = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar_one()
    return not is_busy


@contextmanager
def _translated() -> Generator[None]:
    try:
        yield
    except DBAPIError as error:
        raise StoreUnavailable(f"the key database does not answer: {error.orig}") from error
    except OSError as error:
        raise StoreUnavailable(f"the key files cannot be used: {error}") from error


def rows_of(connection: Connection, owners: Sequence[str] | None = None) -> list[WrappedKey]:
    """The rows of these owners, or all; nothing for an owner without a key."""
    table = owner_keys.c
    found = select(table.owner, table.key_id, table.master_id, table.wrapped)
    if owners is not None:
        # One parameter, however many owners: SQLite takes 32,766 at most.
        wanted = func.json_each(json.dumps(owners)).table_valued("value")
        found = found.where(table.owner.in_(select(wanted.c.value)))
    return [WrappedKey(*row) for row in connection.execute(found)]
