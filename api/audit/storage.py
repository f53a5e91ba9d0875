"""The months of the audit log, in SQLite files or PostgreSQL tables, written one at a time.

Each thread returns when its own row is on disk, or when nothing was written.

In SQLite each month is a file of its own (`files`), in PostgreSQL a table (`server`).

The API's role may INSERT and SELECT alone: whoever owns the database prepares the months ahead.
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

WAIT_S: Final = 10.0  # twice what a locked file is waited for
_TOGETHER: Final = 256  # rows in one transaction: 10 ms of work, so nobody waits long for others
_give_way: Final[Callable[[], None]] = getattr(os, "sched_yield", lambda: None)
_log = logging.getLogger(__name__)
T = TypeVar("T")


class _Waiting(Generic[T]):
    """One in line. `news`, held until it is known what became of it, or it is its turn to commit:
    a bare lock, since every row waits for one.
    """

    __slots__ = ("error", "is_done", "item", "news")

    def __init__(self, item: T) -> None:
        self.item, self.is_done, self.news = item, False, Lock()
        self.error: Exception | None = None
        self.news.acquire()


class GroupCommit(Generic[T]):
    """A line before one writer; safe under threads.

    `commit` writes all it is given or nothing.
    Raises: Refused: it could not.
    """

    def __init__(self, commit: Callable[[Sequence[T]], None], *, wait_s: float = WAIT_S) -> None:
        self._commit, self._wait_s = commit, wait_s
        self._queue: deque[_Waiting[T]] = deque()
        self._is_led, self._is_busy, self._lock = False, False, Lock()

    def length(self) -> int:
        """How many wait for their turn."""
        return len(self._queue)

    def wait(self, item: T) -> None:
        """Until it is committed. Raises: Refused: `audit-unavailable`, it is not."""
        waiting = _Waiting(item)
        with self._lock:
            self._queue.append(waiting)
            leads, self._is_led = not self._is_led, True
        if not leads and not waiting.news.acquire(timeout=self._wait_s):
            self._give_up(waiting)
        if not waiting.is_done:
            self._lead()
        if waiting.error is not None:  # shared by all that were to be committed together
            raise Refused("audit-unavailable") from waiting.error

    def _give_up(self, waiting: _Waiting[T]) -> None:
        """Out of line again, behind one who hangs; unless it has just become its turn."""
        with self._lock:
            if waiting.news.acquire(blocking=False):
                return
            if waiting in self._queue:
                self._queue.remove(waiting)
        _log.error("the audit log cannot be written: it hangs")
        raise Refused("audit-unavailable")

    def _lead(self) -> None:
        """Commits one's own item, which is the first, and those behind it; then the next leads.

        While several come at a time, whoever is about to stand in line gets a turn first, so that
        fewer wait for the next commit; alone, the turn would go to other processes.
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
        finally:  # also when interrupted: nobody waits for a row that nobody writes
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
    """A month's rows, open in a transaction or for reading; `name` is such as 2026-11."""

    name: str
    connection: Connection
    rows: Table
    subjects: Table

    def last(self) -> tuple[int, str] | None:
        """The number and the seal of its last row; None where it has none."""
        found = self.connection.execute(last_of(self.rows)).first()
        return None if found is None else (found.seq, found.mac)

    def add(self, rows: Sequence[dict[str, Any]], named: Sequence[dict[str, Any]]) -> None:
        """Writes rows, and which persons they name, where it is open in a transaction."""
        if rows:
            self.connection.execute(into(self.rows), list(rows))
        if named:
            self.connection.execute(into(self.subjects), list(named))

    def touch(self) -> None:
        """Writes for real what changes nothing, where it is open in a transaction."""
        self.connection.execute(text("SELECT txid_current()"))  # a number of its own is logged


@cache  # to put a statement together takes as long as to run it
def last_of(rows: Table) -> Select[int, str]:
    """The number and the seal of the last row."""
    return select(rows.c.seq, rows.c.mac).order_by(desc(rows.c.seq)).limit(1)


@cache
def into(table: Table) -> Insert:
    """One row more, by all its columns."""
    return insert(table)


class AuditStorage(Protocol):
    """All months of one audit log; safe under threads, save that one alone may write."""

    def writing(self, month: str) -> AbstractContextManager[Month]:
        """One transaction in this month, or in a later one that was begun, alone among all.

        Rows are on disk when it ends. Raises: SQLAlchemyError, OSError: they are not.
        """
        ...

    def begun(self) -> Sequence[str]:
        """The months that may have rows, the oldest first."""
        ...

    def reading(self, month: str) -> AbstractContextManager[Month]:
        """A month that was begun, for SELECTs."""
        ...

    def stubs(self) -> Sequence[Mapping[str, Any]]:
        """What is kept of the months that were dropped, the oldest first."""
        ...

    def may_drop(self) -> bool:
        """May whoever has opened it take months away?"""
        ...

    def drop(self, month: str, stub: Mapping[str, Any]) -> None:
        """Takes a month away for good, and keeps its stub. Again changes nothing."""
        ...

    def close(self) -> None:
        """Lets go of what is open."""
        ...


_CHAIN: Final = "chain.sqlite"
_SETTLED_NS: Final = 2_000_000_000  # the coarsest clock of a file system there is
_MONTH_FILE: Final = re.compile(r"(\d{4}-\d{2})\.sqlite")
_AT_ONCE_S: Final = 0.002  # a row takes a fifth of it: whoever asks again at once loses least
_ASK_AGAIN_S: Final = 0.0005  # from then on; SQLite's own wait grows to 0.1 s
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
    """A month in a transaction: what each answer waits for is asked of the driver itself."""

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
        self.driver.execute("PRAGMA user_version = 0")  # a page of the file, whatever stands there


class SqliteStorage:
    """A folder of rights 0700 with a file for each month."""

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
        """See `AuditStorage`. The lock of the chain is held; the month alone is written to.

        Processes do not take turns: when each waited for the other, four fifths of the time went.
        """
        with self._begun_on(_CHAIN, self._chain):  # not written to, so to let go costs nothing
            name = max(month, *self.begun()[-1:], "")
            with self._begun_on(name, self._engine(name)) as connection:
                yield _OpenMonth(
                    name=name, connection=connection, rows=_rows, subjects=_subjects,
                    driver=_driver(connection),
                )  # fmt: skip

    def begun(self) -> Sequence[str]:
        """See `AuditStorage`. Listed anew where the folder was changed since, or just now."""
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
        """See `AuditStorage`. The stub comes first: a file a crash left is dropped again."""
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
        """For first openings side by side: SQLite cannot change to WAL in company."""
        return FileLock(self._folder / "opening.lock", mode=0o600, timeout=self._busy_s)

    @contextmanager
    def _begun_on(self, name: str, engine: Engine) -> Generator[Connection]:
        """A transaction on a connection kept for writing; one that went wrong is let go.

        It is begun and ended at the driver, which takes a fifth of the time; SQLAlchemy sees a
        connection on which it may ask and write.
        """
        connection = self._kept.pop(name, None) or _for_writing(engine)
        try:
            driver = _driver(connection)
            self._begin(driver)
            yield connection
            driver.execute("COMMIT")
            if connection.in_transaction():
                connection.rollback()  # SQLAlchemy's own idea of one; nothing is left to take back
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
            time.sleep(0 if waited < _AT_ONCE_S else _ASK_AGAIN_S)  # others of the process go on


def _for_writing(engine: Engine) -> Connection:
    connection = engine.connect()
    _driver(connection).execute("PRAGMA busy_timeout = 0")  # we ask again ourselves
    return connection


def _driver(connection: Connection) -> sqlite3.Connection:
    driver: Any = connection.connection.driver_connection
    return driver


_LOCK: Final = 0x4B56_0A0D  # any number, the same for all
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
    """A database of its own on a server."""

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
        """See `AuditStorage`: the owner of the tables may, and the API's role is not."""
        with reading(self._engine) as connection:
            return bool(connection.scalar(_IS_OWNED, {"table": _begun.name}))

    def drop(self, month: str, stub: Mapping[str, Any]) -> None:
        """See `AuditStorage`. For the owner of the tables."""
        metadata, _, _ = self._table(month)
        with self._engine.begin() as connection:
            connection.execute(insert_once(_server_stubs).on_conflict_do_nothing(), stub)
            metadata.drop_all(connection)

    def prepare(self, today: date, months: int, role: str) -> Sequence[str]:
        """Makes the tables of months to come, for a role that may INSERT and SELECT; their names.

        For the owner of the database.
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
