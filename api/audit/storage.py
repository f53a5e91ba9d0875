"""Where the months of the audit stand: one table of rows each, written by one at a time.

In SQLite each month is a file of its own (`files`), in PostgreSQL a table (`server`).
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

from sqlalchemy import Connection, Insert, Select, Table, desc, insert, select, text


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
