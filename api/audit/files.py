"""The months of the audit as SQLite files, and the file whose lock puts all writers in line."""

import os
import re
import sqlite3
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, Final

from filelock import FileLock
from sqlalchemy import Connection, Engine, MetaData, insert, inspect, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import OperationalError

from api.audit.storage import Month, into, last_of
from api.audit.tables import month_table, stub_table, subject_table
from api.sql import BUSY_S, open_file, reading
from graph.store.encryption.key_file import private_folder

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
