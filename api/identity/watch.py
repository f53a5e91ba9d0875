"""Detection of writes to the accounts database, and a cache that they invalidate.

An open SQLite connection reports within microseconds whether another connection has written, in
this process or another. A server does not.
"""

from collections.abc import Callable
from contextlib import closing
from threading import Lock
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import Engine

T = TypeVar("T")
_MOST_KEPT: Final = 10_000  # sessions and tokens in use at one time; a few MB


class ChangeDetector:
    """An open connection that detects writes by others; thread-safe."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._lock = engine, Lock()
        self._is_file = engine.dialect.name == "sqlite"
        self._waiting: Any = None

    def version(self) -> int | None:
        """A number that changes with every write by anyone; None if it cannot be determined."""
        if not self._is_file:
            return None
        with self._lock:
            if self._waiting is None:
                self._waiting = self._engine.raw_connection()
            with closing(self._waiting.cursor()) as cursor:
                version: int = cursor.execute("PRAGMA data_version").fetchone()[0]
        return version

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            if self._waiting is not None:
                self._waiting.close()
                self._waiting = None


class InvalidatingCache(Generic[T]):
    """A cache of values by key, invalidated by any write to the database; thread-safe.

    Absent values are not cached: guessing tokens fills no memory.
    """

    def __init__(self, watch: ChangeDetector) -> None:
        self._watch = watch
        self._found: dict[str, tuple[int, T]] = {}

    def get(self, key: str, read: Callable[[], T | None]) -> T | None:
        """The value of a key: cached if nothing was written since, else read."""
        version = self._watch.version()  # before the read, so no write is missed
        if version is None:
            return read()
        known = self._found.get(key)
        if known is not None and known[0] == version:
            return known[1]
        found = read()
        if found is None:
            self._found.pop(key, None)
            return None
        if len(self._found) >= _MOST_KEPT:
            self._found.clear()
        self._found[key] = version, found
        return found
