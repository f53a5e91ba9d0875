"""Storage of the audit log by month, in SQLite files or PostgreSQL tables, with one writer.

Rows are only ever inserted. `SqliteStorage` has one file per month, `PostgresStorage` one table per
month. On PostgreSQL the API's role may only INSERT and SELECT: the owner of the database creates
the months in advance.
"""

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Generator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from filelock import FileLock
from sqlalchemy import (
    DDL,
    BigInteger,
    Column,
    Connection,
    Engine,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    event,
    insert,
    select,
    text,
)

from api.sql import BUSY_S, open_address, open_file, read_connection, write_connection
from graph.store.encryption.key_file import private_folder

OF_WRITES: Final = text("kind NOT IN ('asked', 'shown')")
"""Selects rows of writes and refusals, few compared to questions; a partial index uses it."""
_NO_CHANGE: Final = "rows of the audit are never changed"


def _forbid_changes(table: Table) -> Table:
    """Add triggers, on creation of the table, that make every UPDATE and DELETE fail."""
    name = table.name
    for what in ("UPDATE", "DELETE"):
        trigger = DDL(
            f"CREATE TRIGGER {name}_no_{what} BEFORE {what} ON {name} "
            f"BEGIN SELECT RAISE(ABORT, '{_NO_CHANGE}'); END"
        )
        event.listen(table, "after_create", trigger.execute_if(dialect="sqlite"))
    for statement in (
        "CREATE OR REPLACE FUNCTION audit_no_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_NO_CHANGE}'; END $$",
        f"CREATE TRIGGER {name}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {name} "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_no_change()",
    ):
        event.listen(table, "after_create", DDL(statement).execute_if(dialect="postgresql"))
    return table


_shared: Final = MetaData()
_month_digests: Final = _forbid_changes(
    Table(
        "audit_stub", _shared,
        Column("month", Text, primary_key=True),
        Column("first_seq", BigInteger, nullable=False),
        Column("last_seq", BigInteger, nullable=False),
        Column("count", BigInteger, nullable=False),
        Column("first_prev", Text, nullable=False), Column("last_mac", Text, nullable=False),
        Column("key_id", Text, nullable=False), Column("mac", Text, nullable=False),
    )
)  # fmt: skip
"""The digests of dropped months."""
_month_names: Final = _forbid_changes(
    Table("audit_month", _shared, Column("month", Text, primary_key=True))
)
"""The months begun on a server; in a folder, each month is a file."""


@cache
def _month_tables(name: str) -> tuple[Table, Table]:
    """The rows of a month, and the index from persons to those rows that name them.

    `subjects` and `asked` are JSON texts: their exact text is sealed. The index is verified against
    the rows.
    """
    metadata, number = MetaData(), BigInteger().with_variant(Integer, "sqlite")
    rows = Table(
        name, metadata,
        Column("seq", number, primary_key=True, autoincrement=False),
        Column("at", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("caller", Text), Column("role", Text), Column("via", Text),
        Column("action", Text, nullable=False), Column("purpose", Text),
        Column("subjects", Text), Column("asked", Text),
        Column("result", Integer), Column("count", Integer), Column("ms", Integer),
        Column("request_id", Text, nullable=False), Column("change_set", Text),
        Column("key_id", Text, nullable=False),
        Column("prev", Text, nullable=False), Column("mac", Text, nullable=False),
    )  # fmt: skip
    Index(f"{name}_caller", rows.c.caller, rows.c.at)
    Index(f"{name}_writes", rows.c.at, sqlite_where=OF_WRITES, postgresql_where=OF_WRITES)
    subjects = Table(
        f"{name}_subject", metadata,
        Column("subject", Text, primary_key=True),
        Column("seq", number, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )  # fmt: skip
    return _forbid_changes(rows), _forbid_changes(subjects)


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """The rows of a month, open in a transaction or for reading; `name` is such as 2026-11."""

    name: str
    connection: Connection
    rows: Table
    subjects: Table

    def last(self) -> tuple[int, str] | None:
        """The number and MAC of its last row; None if it has none."""
        rows = self.rows.c
        newest = select(rows.seq, rows.mac).order_by(rows.seq.desc()).limit(1)
        row = self.connection.execute(newest).first()
        return None if row is None else (row.seq, row.mac)

    def add(self, rows: Sequence[dict[str, Any]]) -> None:
        """Insert rows and index the persons they name; requires a transaction.

        Without rows, a real write is performed that changes nothing.
        """
        if not rows:
            is_file = self.connection.dialect.name == "sqlite"
            # The first writes a page of the file, the second logs a new transaction id.
            write = "PRAGMA user_version = 0" if is_file else "SELECT txid_current()"
            self.connection.exec_driver_sql(write)
            return
        self.connection.execute(insert(self.rows), rows)
        index_rows = [
            {"subject": subject, "seq": row["seq"]}
            for row in rows
            for subject in sorted(set(json.loads(row["subjects"] or "[]")))
        ]
        if index_rows:
            self.connection.execute(insert(self.subjects), index_rows)


class AuditStorage(ABC):
    """All months of one audit log; safe under threads, with exclusive writing among processes.

    `shared` is the database with the digests of dropped months.
    """

    def __init__(self, shared: Engine) -> None:
        self._shared = shared

    @abstractmethod
    def write_month(self, month: str) -> AbstractContextManager[Month]:
        """One exclusive transaction in this month, or in a later one that was begun.

        Rows are on disk when it ends. Raises: SQLAlchemyError, OSError: they are not.
        """

    @abstractmethod
    def read_month(self, month: str) -> AbstractContextManager[Month]:
        """Open a month that was begun, for SELECTs."""

    @abstractmethod
    def existing_months(self) -> Sequence[str]:
        """The months that may have rows, the oldest first."""

    @abstractmethod
    def may_drop(self) -> bool:
        """Whether the connected role may drop months."""

    @abstractmethod
    def drop(self, month: str, digest: Mapping[str, Any]) -> None:
        """Drop a month and store its digest; idempotent."""

    def month_digests(self) -> Sequence[Mapping[str, Any]]:
        """The digests of dropped months, the oldest first."""
        with read_connection(self._shared) as connection:
            digests = connection.execute(
                select(_month_digests).order_by(_month_digests.c.month)
            ).mappings()
            return [dict(digest) for digest in digests]

    def close(self) -> None:
        """Close all connections."""
        self._shared.dispose()


def _add_month_digest(connection: Connection, digest: Mapping[str, Any]) -> None:
    """Store a digest unless there is one; requires that nobody else writes."""
    existing = select(_month_digests.c.month).where(_month_digests.c.month == digest["month"])
    if connection.scalar(existing) is None:
        connection.execute(insert(_month_digests), digest)


_MONTH_FILE: Final = re.compile(r"(\d{4}-\d{2})\.sqlite")
_POLL_S: Final = 0.0005  # writing a row takes a few times as long


class SqliteStorage(AuditStorage):
    """A folder of mode 0700 with one file per month, and a lock file for opening and writing them.

    SQLite's own lock is not used, because SQLite polls it in steps of up to 0.1 s.
    """

    def __init__(self, folder: Path, *, busy_s: float = BUSY_S) -> None:
        private_folder(folder)
        self._folder, self._busy_s = folder, busy_s
        self._lock = FileLock(
            folder / "writing.lock", mode=0o600, timeout=busy_s, poll_interval=_POLL_S
        )
        self._engines: dict[str, Engine] = {}
        super().__init__(self._open_database("chain", [_month_digests]))

    @contextmanager
    def write_month(self, month: str) -> Generator[Month]:
        """See `AuditStorage`."""
        self._folder.stat()  # the lock would create a folder that is gone
        with self._lock:
            name = max([month, *self.existing_months()])
            with write_connection(self._engine(name)) as connection:
                yield self._month(name, connection)

    @contextmanager
    def read_month(self, month: str) -> Generator[Month]:
        """See `AuditStorage`."""
        with read_connection(self._engine(month)) as connection:
            yield self._month(month, connection)

    def existing_months(self) -> Sequence[str]:
        """See `AuditStorage`."""
        files = (_MONTH_FILE.fullmatch(path.name) for path in self._folder.iterdir())
        return sorted(match[1] for match in files if match)

    def may_drop(self) -> bool:
        """See `AuditStorage`."""
        return True

    def drop(self, month: str, digest: Mapping[str, Any]) -> None:
        """See `AuditStorage`.

        The digest is written first, so that a file left by a crash is dropped later.
        """
        with self._lock:
            with write_connection(self._shared) as connection:
                _add_month_digest(connection, digest)
            engine = self._engines.pop(month, None)
            if engine is not None:
                engine.dispose()
            for ending in ("", "-wal", "-shm"):
                (self._folder / f"{month}.sqlite{ending}").unlink(missing_ok=True)

    def close(self) -> None:
        """See `AuditStorage`."""
        for engine in self._engines.values():
            engine.dispose()
        super().close()

    def _month(self, name: str, connection: Connection) -> Month:
        rows, subjects = _month_tables("audit")
        return Month(name=name, connection=connection, rows=rows, subjects=subjects)

    def _engine(self, month: str) -> Engine:
        engine = self._engines.get(month)
        if engine is None:
            with self._lock:
                engine = self._engines.get(month) or self._open_database(
                    month, _month_tables("audit")
                )
                self._engines[month] = engine
        return engine

    def _open_database(self, name: str, tables: Sequence[Table]) -> Engine:
        """Open a file, created if missing; SQLite switches to WAL only on a sole connection."""
        with self._lock:
            engine = open_file(self._folder / f"{name}.sqlite", busy_s=self._busy_s)
            with write_connection(engine) as connection:
                tables[0].metadata.create_all(connection, tables=tables)
        return engine


_LOCK: Final = 0x4B56_0A0D  # an arbitrary number, the same in all processes
_IS_OWNED: Final = text(
    "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass(:table)"
)


class PostgresStorage(AuditStorage):
    """A PostgreSQL database for the audit log alone."""

    def __init__(self, url: str) -> None:
        super().__init__(open_address(url))
        with self._exclusive_transaction() as connection:
            _shared.create_all(connection)

    @contextmanager
    def write_month(self, month: str) -> Generator[Month]:
        """See `AuditStorage`."""
        with self._exclusive_transaction() as connection:
            names = connection.scalars(select(_month_names.c.month)).all()
            opened_month = self._month(max([month, *names]), connection)
            if opened_month.name not in names:
                opened_month.rows.metadata.create_all(connection)
                connection.execute(insert(_month_names), {"month": opened_month.name})
            yield opened_month

    @contextmanager
    def read_month(self, month: str) -> Generator[Month]:
        """See `AuditStorage`."""
        with read_connection(self._shared) as connection:
            yield self._month(month, connection)

    def existing_months(self) -> Sequence[str]:
        """See `AuditStorage`."""
        dropped = select(_month_digests.c.month)
        query = select(_month_names.c.month).where(_month_names.c.month.not_in(dropped))
        with read_connection(self._shared) as connection:
            return connection.scalars(query.order_by(_month_names.c.month)).all()

    def may_drop(self) -> bool:
        """See `AuditStorage`: only the owner of the tables may, which the API's role is not."""
        with read_connection(self._shared) as connection:
            return bool(connection.scalar(_IS_OWNED, {"table": _month_names.name}))

    def drop(self, month: str, digest: Mapping[str, Any]) -> None:
        """See `AuditStorage`. For the owner of the tables."""
        with self._exclusive_transaction() as connection:
            _add_month_digest(connection, digest)
            self._month(month, connection).rows.metadata.drop_all(connection)

    def prepare(self, today: date, months: int, role: str) -> Sequence[str]:
        """Create the tables of coming months and return their names.

        For the owner of the database; `role` may then INSERT and SELECT.
        """
        first = today.year * 12 + today.month - 1
        numbers = range(first, first + months + 1)
        coming = [f"{number // 12:04}-{number % 12 + 1:02}" for number in numbers]
        with self._shared.begin() as connection:
            tables = [_month_digests, _month_names]
            for name in coming:
                month = self._month(name, connection)
                month.rows.metadata.create_all(connection)
                tables += (month.rows, month.subjects)
            quoted = connection.dialect.identifier_preparer.quote(role)
            for table in tables:
                connection.execute(text(f"GRANT SELECT, INSERT ON {table.name} TO {quoted}"))
        return coming

    def _month(self, name: str, connection: Connection) -> Month:
        rows, subjects = _month_tables(f"audit_{name.replace('-', '_')}")
        return Month(name=name, connection=connection, rows=rows, subjects=subjects)

    @contextmanager
    def _exclusive_transaction(self) -> Generator[Connection]:
        """One transaction at a time among all processes."""
        with self._shared.begin() as connection:
            connection.execute(text("SET LOCAL lock_timeout = '5s'"))
            connection.execute(text("SET LOCAL synchronous_commit = on"))
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
            yield connection
