"""Storage of the audit log by month, in SQLite files or PostgreSQL tables, with one writer.

`GroupCommit` lets concurrent rows share one transaction; each thread returns once its own row is on
disk, or once it is known that it was not written.

`SqliteStorage` has one file per month, `PostgresStorage` one table per month. On PostgreSQL the
API's role may only INSERT and SELECT: the owner of the database creates the months in advance.
"""

import logging
import os
import re
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Final, Generic, Protocol, TypeVar

from filelock import FileLock
from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Insert,
    MetaData,
    Select,
    Table,
    Text,
    desc,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import insert as insert_once
from sqlalchemy.exc import OperationalError

from api.audit.tables import forbid_changes, month_table, stub_table, subject_table
from api.errors import Refused
from api.sql import BUSY_S, open_address, open_file, reading
from graph.store.encryption.key_file import private_folder

WAIT_S: Final = 10.0  # twice the time a locked file is waited for
_TOGETHER: Final = 256  # rows per transaction: 10 ms of work, so a row waits briefly for the others
_give_way: Final[Callable[[], None]] = getattr(os, "sched_yield", lambda: None)
_log = logging.getLogger(__name__)
T = TypeVar("T")


class _Waiting(Generic[T]):
    """An item in the queue of a group commit.

    `news` is locked until the result is known, or until the item's thread must commit: a bare lock,
    because every row needs one.
    """

    __slots__ = ("error", "is_done", "item", "news")

    def __init__(self, item: T) -> None:
        self.item, self.is_done, self.news = item, False, Lock()
        self.error: Exception | None = None
        self.news.acquire()


class GroupCommit(Generic[T]):
    """Group commit: concurrent items share one transaction; thread-safe.

    `commit` writes all it is given or nothing.

    Raises: Refused: it could not.
    """

    def __init__(self, commit: Callable[[Sequence[T]], None], *, wait_s: float = WAIT_S) -> None:
        self._commit, self._wait_s = commit, wait_s
        self._queue: deque[_Waiting[T]] = deque()
        self._is_led, self._is_busy, self._lock = False, False, Lock()

    def length(self) -> int:
        """The number of waiting items."""
        return len(self._queue)

    def wait(self, item: T) -> None:
        """Wait until an item is committed. Raises: Refused: `audit-unavailable`: it is not."""
        waiting = _Waiting(item)
        with self._lock:
            self._queue.append(waiting)
            leads, self._is_led = not self._is_led, True
        if not leads and not waiting.news.acquire(timeout=self._wait_s):
            self._give_up(waiting)
        if not waiting.is_done:
            self._lead()
        if waiting.error is not None:  # shared by all items of the transaction
            raise Refused("audit-unavailable") from waiting.error

    def _give_up(self, waiting: _Waiting[T]) -> None:
        """Leave the queue after the time limit, unless it has just become this item's turn."""
        with self._lock:
            if waiting.news.acquire(blocking=False):
                return
            if waiting in self._queue:
                self._queue.remove(waiting)
        _log.error("the audit log cannot be written: it hangs")
        raise Refused("audit-unavailable")

    def _lead(self) -> None:
        """Commit the caller's item, which is first, and those behind it; the next one leads then.

        While several items arrive at a time, the thread yields once, so that more threads can join
        this commit; with a single one, yielding would only favor other processes.
        """
        if self._is_busy:
            _give_way()
        with self._lock:
            most = min(_TOGETHER, len(self._queue))
            together = [self._queue.popleft() for _ in range(most)]
            self._is_busy = most > 1
        error: Exception | None = Refused("audit-unavailable")
        try:
            self._commit([waiting.item for waiting in together])
            error = None
        except Refused as refused:
            error = refused
        finally:  # also when interrupted, so that no thread waits for a row that is not written
            for waiting in together:
                waiting.error, waiting.is_done = error, True
                waiting.news.release()
            self._pass_on()

    def _pass_on(self) -> None:
        with self._lock:
            self._is_led = bool(self._queue)
            if self._queue:
                self._queue[0].news.release()


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """The rows of a month, open in a transaction or for reading; `name` is such as 2026-11."""

    name: str
    connection: Connection
    rows: Table
    subjects: Table

    def last(self) -> tuple[int, str] | None:
        """The number and MAC of its last row; None if it has none."""
        found = self.connection.execute(last_of(self.rows)).first()
        return None if found is None else (found.seq, found.mac)

    def add(self, rows: Sequence[dict[str, Any]], named: Sequence[dict[str, Any]]) -> None:
        """Insert rows and the persons they name; requires a transaction."""
        if rows:
            self.connection.execute(into(self.rows), list(rows))
        if named:
            self.connection.execute(into(self.subjects), list(named))

    def touch(self) -> None:
        """Perform a real write that changes nothing; requires a transaction."""
        self.connection.execute(text("SELECT txid_current()"))  # its new transaction id is logged


@cache  # building the statement takes as long as running it
def last_of(rows: Table) -> Select[int, str]:
    """The query for the number and MAC of the last row."""
    return select(rows.c.seq, rows.c.mac).order_by(desc(rows.c.seq)).limit(1)


@cache
def into(table: Table) -> Insert:
    """The statement that inserts a row with all its columns."""
    return insert(table)


class AuditStorage(Protocol):
    """All months of one audit log; safe under threads, with exclusive writing."""

    def writing(self, month: str) -> AbstractContextManager[Month]:
        """One exclusive transaction in this month, or in a later one that was begun.

        Rows are on disk when it ends. Raises: SQLAlchemyError, OSError: they are not.
        """
        ...

    def begun(self) -> Sequence[str]:
        """The months that may have rows, the oldest first."""
        ...

    def reading(self, month: str) -> AbstractContextManager[Month]:
        """Open a month that was begun, for SELECTs."""
        ...

    def stubs(self) -> Sequence[Mapping[str, Any]]:
        """The stubs of dropped months, the oldest first."""
        ...

    def may_drop(self) -> bool:
        """Whether the connected role may drop months."""
        ...

    def drop(self, month: str, stub: Mapping[str, Any]) -> None:
        """Drop a month and store its stub; idempotent."""
        ...

    def close(self) -> None:
        """Close all connections."""
        ...


_CHAIN: Final = "chain.sqlite"
_SETTLED_NS: Final = 2_000_000_000  # the coarsest timestamp resolution of any file system
_MONTH_FILE: Final = re.compile(r"(\d{4}-\d{2})\.sqlite")
_AT_ONCE_S: Final = 0.002  # a row takes a fifth of it, so immediate retries lose the least time
_ASK_AGAIN_S: Final = 0.0005  # the interval after that; SQLite's own wait grows to 0.1 s
_chain: Final = MetaData()
_stubs: Final = stub_table(_chain)
_month: Final = MetaData()
_rows: Final = month_table("audit", _month)
_subjects: Final = subject_table("audit_subject", _month)
_BY_NAME: Final = sqlite.dialect(paramstyle="named")
_LAST: Final = str(last_of(_rows).compile(dialect=_BY_NAME, compile_kwargs={"literal_binds": True}))
_ADD_ROW, _ADD_SUBJECT = (str(into(one).compile(dialect=_BY_NAME)) for one in (_rows, _subjects))


@dataclass(frozen=True, slots=True, kw_only=True)
class _OpenMonth(Month):
    """A month in a transaction, whose time-critical statements go directly to the driver."""

    driver: sqlite3.Connection

    def last(self) -> tuple[int, str] | None:
        """See `Month`."""
        found: tuple[int, str] | None = self.driver.execute(_LAST).fetchone()
        return found

    def add(self, rows: Sequence[dict[str, Any]], named: Sequence[dict[str, Any]]) -> None:
        """See `Month`."""
        self.driver.executemany(_ADD_ROW, rows)
        if named:
            self.driver.executemany(_ADD_SUBJECT, named)

    def touch(self) -> None:
        """See `Month`."""
        self.driver.execute("PRAGMA user_version = 0")  # writes a page of the file


class SqliteStorage:
    """A folder of mode 0700 with one file per month."""

    def __init__(self, folder: Path, *, busy_s: float = BUSY_S) -> None:
        self._folder, self._busy_s, self._lock = folder, busy_s, Lock()
        self._engines: dict[str, Engine] = {}
        self._kept: dict[str, Connection] = {}
        self._listed: tuple[int, Sequence[str]] = (-1, ())
        private_folder(folder)
        with self._opening():
            self._chain = self._opened("", folder / _CHAIN, _chain)

    @contextmanager
    def writing(self, month: str) -> Generator[Month]:
        """See `AuditStorage`. The chain file is locked; only the month's file is written.

        Processes do not alternate: when they did, waiting for each other took four fifths of the
        time.
        """
        with self._begun_on(_CHAIN, self._chain):  # not written to, so releasing it costs nothing
            name = max(month, *self.begun()[-1:], "")
            with self._begun_on(name, self._engine(name)) as connection:
                yield _OpenMonth(
                    name=name, connection=connection, rows=_rows, subjects=_subjects,
                    driver=_driver(connection),
                )  # fmt: skip

    def begun(self) -> Sequence[str]:
        """See `AuditStorage`. Listed again if the folder was changed since, or only just before."""
        changed = os.stat(self._folder).st_mtime_ns  # noqa: PTH116 - for each row: a tenth of it
        if self._listed[0] == changed:
            return self._listed[1]
        files = os.listdir(self._folder)  # noqa: PTH208 - as above
        begun = sorted(found[1] for found in map(_MONTH_FILE.fullmatch, files) if found)
        if time.time_ns() - changed > _SETTLED_NS:
            self._listed = (changed, begun)
        return begun

    @contextmanager
    def reading(self, month: str) -> Generator[Month]:
        """See `AuditStorage`."""
        with reading(self._engine(month)) as connection:
            yield Month(name=month, connection=connection, rows=_rows, subjects=_subjects)

    def stubs(self) -> Sequence[Mapping[str, Any]]:
        """See `AuditStorage`."""
        with reading(self._chain) as connection:
            found = connection.execute(select(_stubs).order_by(_stubs.c.month)).mappings()
            return [dict(stub) for stub in found]

    def may_drop(self) -> bool:
        """See `AuditStorage`."""
        return True

    def drop(self, month: str, stub: Mapping[str, Any]) -> None:
        """See `AuditStorage`.

        The stub is written first, so that a file left by a crash is dropped later.
        """
        with self._begun_on("", self._chain) as connection:
            connection.execute(insert(_stubs).prefix_with("OR IGNORE"), stub)
        with self._lock:
            engine = self._engines.pop(month, None)
            kept = self._kept.pop(month, None)
        if kept is not None:
            kept.close()
        if engine is not None:
            engine.dispose()
        path = self._path(month)
        for part in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
            part.unlink(missing_ok=True)

    def close(self) -> None:
        """See `AuditStorage`."""
        for connection in self._kept.values():
            connection.close()
        for engine in (*self._engines.values(), self._chain):
            engine.dispose()
        self._kept.clear()
        self._engines.clear()

    def _path(self, month: str) -> Path:
        return self._folder / f"{month}.sqlite"

    def _engine(self, month: str) -> Engine:
        with self._lock:
            if month not in self._engines:
                with self._opening():
                    self._engines[month] = self._opened(month, self._path(month), _month)
            return self._engines[month]

    def _opened(self, name: str, path: Path, metadata: MetaData) -> Engine:
        engine = open_file(path, busy_s=self._busy_s)
        with reading(engine) as connection:
            is_whole = set(metadata.tables) <= set(inspect(connection).get_table_names())
        if not is_whole:
            with self._begun_on(name, engine) as connection:
                metadata.create_all(connection)
        return engine

    def _opening(self) -> FileLock:
        """A lock for concurrent first openings: SQLite switches to WAL only without others."""
        return FileLock(self._folder / "opening.lock", mode=0o600, timeout=self._busy_s)

    @contextmanager
    def _begun_on(self, name: str, engine: Engine) -> Generator[Connection]:
        """A transaction on a cached connection for writing; after an error it is discarded.

        It is begun and committed at the driver, which takes a fifth of the time; SQLAlchemy sees a
        connection on which it may query and write.
        """
        connection = self._kept.pop(name, None) or _for_writing(engine)
        try:
            driver = _driver(connection)
            self._begin(driver)
            yield connection
            driver.execute("COMMIT")
            if connection.in_transaction():
                connection.rollback()  # SQLAlchemy's own state; nothing is left to undo
        except BaseException as error:
            connection.invalidate()
            connection.close()
            if isinstance(error, sqlite3.Error):
                raise OperationalError(None, None, error) from error
            raise
        self._kept[name] = connection

    def _begin(self, driver: sqlite3.Connection) -> None:
        began = time.monotonic()
        while True:
            try:
                driver.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                is_busy = error.sqlite_errorname.startswith("SQLITE_BUSY")
                waited = time.monotonic() - began
                if not is_busy or waited > self._busy_s:
                    raise
            time.sleep(0 if waited < _AT_ONCE_S else _ASK_AGAIN_S)  # lets other threads run


def _for_writing(engine: Engine) -> Connection:
    connection = engine.connect()
    _driver(connection).execute("PRAGMA busy_timeout = 0")  # retried in `_begin` instead
    return connection


def _driver(connection: Connection) -> sqlite3.Connection:
    driver: Any = connection.connection.driver_connection
    return driver


_LOCK: Final = 0x4B56_0A0D  # an arbitrary number, the same for all
_ALONE: Final = (
    text("SET LOCAL lock_timeout = '5s'"),
    text("SET LOCAL synchronous_commit = on"),
    text(f"SELECT pg_advisory_xact_lock({_LOCK})"),
)
_IS_OWNED: Final = text(
    "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass(:table)"
)
_shared: Final = MetaData()
_server_stubs: Final = stub_table(_shared)
_begun: Final = Table("audit_month", _shared, Column("month", Text, primary_key=True))
forbid_changes(_begun)


class PostgresStorage:
    """A PostgreSQL database for the audit log alone."""

    def __init__(self, url: str) -> None:
        self._engine = open_address(url)
        self._tables: dict[str, tuple[MetaData, Table, Table]] = {}
        with self._engine.begin() as connection:
            for statement in _ALONE:
                connection.execute(statement)
            if not inspect(connection).has_table(_begun.name):
                _shared.create_all(connection)

    @contextmanager
    def writing(self, month: str) -> Generator[Month]:
        """See `AuditStorage`."""
        with self._engine.begin() as connection:
            for statement in _ALONE:
                connection.execute(statement)
            begun = connection.scalars(select(_begun.c.month)).all()
            name = max(month, *begun, "")
            metadata, rows, subjects = self._table(name)
            if name not in begun:
                if not inspect(connection).has_table(rows.name):
                    metadata.create_all(connection)
                connection.execute(insert(_begun), {"month": name})
            yield Month(name=name, connection=connection, rows=rows, subjects=subjects)

    def begun(self) -> Sequence[str]:
        """See `AuditStorage`."""
        dropped = {stub["month"] for stub in self.stubs()}
        with reading(self._engine) as connection:
            found = connection.scalars(select(_begun.c.month).order_by(_begun.c.month))
            return [month for month in found if month not in dropped]

    @contextmanager
    def reading(self, month: str) -> Generator[Month]:
        """See `AuditStorage`."""
        _, rows, subjects = self._table(month)
        with reading(self._engine) as connection:
            yield Month(name=month, connection=connection, rows=rows, subjects=subjects)

    def stubs(self) -> Sequence[Mapping[str, Any]]:
        """See `AuditStorage`."""
        with reading(self._engine) as connection:
            found = connection.execute(
                select(_server_stubs).order_by(_server_stubs.c.month)
            ).mappings()
            return [dict(stub) for stub in found]

    def may_drop(self) -> bool:
        """See `AuditStorage`: only the owner of the tables may, and the API's role is not."""
        with reading(self._engine) as connection:
            return bool(connection.scalar(_IS_OWNED, {"table": _begun.name}))

    def drop(self, month: str, stub: Mapping[str, Any]) -> None:
        """See `AuditStorage`. For the owner of the tables."""
        metadata, _, _ = self._table(month)
        with self._engine.begin() as connection:
            connection.execute(insert_once(_server_stubs).on_conflict_do_nothing(), stub)
            metadata.drop_all(connection)

    def prepare(self, today: date, months: int, role: str) -> Sequence[str]:
        """Create the tables of coming months and return their names.

        For the owner of the database; `role` may then INSERT and SELECT.
        """
        coming = [_month_after(today, number) for number in range(months + 1)]
        with self._engine.begin() as connection:
            quoted = connection.dialect.identifier_preparer.quote(role)
            for name in coming:
                metadata, _, _ = self._table(name)
                metadata.create_all(connection)
            tables = [
                _server_stubs,
                _begun,
                *(one for name in coming for one in self._table(name)[1:]),
            ]
            for table in tables:
                connection.execute(text(f"GRANT SELECT, INSERT ON {table.name} TO {quoted}"))
        return coming

    def close(self) -> None:
        """See `AuditStorage`."""
        self._engine.dispose()

    def _table(self, month: str) -> tuple[MetaData, Table, Table]:
        if month not in self._tables:
            metadata, name = MetaData(), f"audit_{month.replace('-', '_')}"
            self._tables[month] = (
                metadata, month_table(name, metadata), subject_table(f"{name}_subject", metadata)
            )  # fmt: skip
        return self._tables[month]


def _month_after(today: date, number: int) -> str:
    year, month = divmod(today.year * 12 + today.month - 1 + number, 12)
    return f"{year:04}-{month + 1:02}"
