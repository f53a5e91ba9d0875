"""The months of the audit as tables of a PostgreSQL server; one lock puts all writers in line.

The API's role may INSERT and SELECT alone: whoever owns the database prepares the months ahead.
"""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, Final

from sqlalchemy import Column, MetaData, Table, Text, insert, inspect, select, text
from sqlalchemy.dialects.postgresql import insert as insert_once

from api.audit.storage import Month
from api.audit.tables import forbid_changes, month_table, stub_table, subject_table
from api.sql import open_address, reading

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
_stubs: Final = stub_table(_shared)
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
            found = connection.execute(select(_stubs).order_by(_stubs.c.month)).mappings()
            return [dict(stub) for stub in found]

    def may_drop(self) -> bool:
        """See `AuditStorage`: the owner of the tables may, and the API's role is not."""
        with reading(self._engine) as connection:
            return bool(connection.scalar(_IS_OWNED, {"table": _begun.name}))

    def drop(self, month: str, stub: Mapping[str, Any]) -> None:
        """See `AuditStorage`. For the owner of the tables."""
        metadata, _, _ = self._table(month)
        with self._engine.begin() as connection:
            connection.execute(insert_once(_stubs).on_conflict_do_nothing(), stub)
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
            tables = [_stubs, _begun, *(one for name in coming for one in self._table(name)[1:])]
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
