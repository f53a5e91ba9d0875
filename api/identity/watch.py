"""Has anybody written to the accounts since? So that what every call asks for is read once.

SQLite says of a connection that waits whether any other has written, in this process or another,
within microseconds. A server does not.
"""

from collections.abc import Callable
from contextlib import closing
from threading import Lock
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import Engine

T = TypeVar("T")
_MOST_KEPT: Final = 10_000  # sessions and tokens in use at one time; a few MB


class ChangeDetector:
    """A connection that waits; safe under threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._lock = engine, Lock()
        self._is_file = engine.dialect.name == "sqlite"
        self._waiting: Any = None

    def version(self) -> int | None:
        """A number that is another one once anybody has written; None: nobody can tell."""
        if not self._is_file:
            return None
        with self._lock:
            if self._waiting is None:
                self._waiting = self._engine.raw_connection()
            with closing(self._waiting.cursor()) as cursor:
                version: int = cursor.execute("PRAGMA data_version").fetchone()[0]
        return version

    def close(self) -> None:
        """Lets go of the file."""
        with self._lock:
            if self._waiting is not None:
                self._waiting.close()
                self._waiting = None


class InvalidatingCache(Generic[T]):
    """What was found by key, each thing until anybody writes; safe under threads.

    What is not there is not remembered: whoever tries out tokens fills no memory.
    """

    def __init__(self, watch: ChangeDetector) -> None:
        self._watch = watch
        self._found: dict[str, tuple[int, T]] = {}

    def get(self, key: str, read: Callable[[], T | None]) -> T | None:
        """What there is under a key now: as it was read, where nothing was written since."""
        version = self._watch.version()  # before it is read: what comes in between is read again
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
