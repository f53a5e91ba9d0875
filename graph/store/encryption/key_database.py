"""The SQL database of owner keys and blind index: tables, opening and transactions."""

import json
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
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
    func,
    select,
)
from sqlalchemy.exc import DBAPIError

from graph.errors import StoreUnavailable
from graph.store.encryption.key_wrapping import WrappedKey
from graph.store.sqlite_file import in_turn, open_sqlite

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

erased: Final = Table(  # owners whose key was destroyed, which tells them from lost keys
    "erased",
    metadata,
    Column("owner", Text, primary_key=True),
)

blind_index: Final = Table(
    "blind_index",
    metadata,
    Column("detail_id", Text, primary_key=True),
    # Rows are deleted with their owner's key, whichever statement deletes the key.
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
    """Open the database in a file of mode 0600, created if missing; tables are not created.

    Raises: KeyringRefused: other users may read the file or its log.
    """
    return open_sqlite(path, busy_s=busy_s)


@contextmanager
def read_transaction(engine: Engine) -> Generator[Connection]:
    """Open a connection for single SELECTs, each of which sees one state of the database."""
    with _translated(), engine.connect() as connection:
        yield connection


@contextmanager
def write_transaction(engine: Engine) -> Generator[Connection]:
    """Run one write transaction, which excludes all other writers from its start."""
    with _translated(), in_turn(engine) as connection:
        yield connection


def empty_log(engine: Engine) -> bool:
    """Checkpoint and truncate the write-ahead log, so that no deleted row remains in it.

    Returns False if a reader is still using the log; the call may be repeated.
    """
    with read_transaction(engine) as connection:
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
    """Return the rows of the given owners, or all rows; none for an owner without a key."""
    table = owner_keys.c
    found = select(table.owner, table.key_id, table.master_id, table.wrapped)
    if owners is not None:
        # One parameter for any number of owners: SQLite accepts at most 32,766 parameters.
        wanted = func.json_each(json.dumps(owners)).table_valued("value")
        found = found.where(table.owner.in_(select(wanted.c.value)))
    return [WrappedKey(*row) for row in connection.execute(found)]
