"""Assignments of link checks, stored with the accounts, since the graph holds facts only.

An assignment records which account is to check a link, and grants no right. It lasts thirty days at
most.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import (
    Column,
    DateTime,
    Engine,
    MetaData,
    Table,
    Text,
    delete,
    insert,
    select,
)

from api.errors import Refusal
from api.identity.tables import Clock, utc
from api.sql import exclusive_connection, read_connection
from graph.errors import NotFound

metadata: Final = MetaData()
assignment_table: Final = Table(
    "due_assignment",
    metadata,
    Column("link", Text, primary_key=True),
    Column("account", Text, nullable=False, index=True),
    Column("assigned_by", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)
RETENTION: Final = timedelta(days=30)
_WRITERS: Final = 0x61736773


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAssignment:
    """The assignment of a link to an account, by itself or by another account."""

    link: str
    account: str
    assigned_by: str
    at: datetime


class Assignments:
    """The assignments of one installation; safe under threads and processes."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock
        with exclusive_connection(engine, _WRITERS) as connection:
            metadata.create_all(connection)

    def of_links(self, links: Iterable[str]) -> dict[str, StoredAssignment]:
        """The assignments of some links, by the id of the link."""
        table = assignment_table.c
        query = select(assignment_table).where(
            table.link.in_(list(links)), table.at > self._since()
        )
        with read_connection(self._engine) as connection:
            return {
                row.link: StoredAssignment(
                    link=row.link, account=row.account, assigned_by=row.assigned_by, at=utc(row.at)
                )
                for row in connection.execute(query)
            }

    def links_of(self, account: str) -> frozenset[str]:
        """The links that are assigned to an account."""
        table = assignment_table.c
        query = select(table.link).where(table.account == account, table.at > self._since())
        with read_connection(self._engine) as connection:
            return frozenset(connection.scalars(query))

    def assign(
        self, link: str, account: str, *, by: str, expected_at: datetime | None
    ) -> StoredAssignment:
        """Assign a link to an account; `expected_at` is the moment of the assignment it replaces.

        Raises: Refusal: the current assignment is not the one seen by the caller.
        """
        new = StoredAssignment(link=link, account=account, assigned_by=by, at=self._clock())
        with exclusive_connection(self._engine, _WRITERS) as connection:
            connection.execute(
                delete(assignment_table).where(assignment_table.c.at <= self._since())
            )
            is_same = assignment_table.c.link == link
            row = connection.execute(select(assignment_table).where(is_same)).first()
            if (None if row is None else utc(row.at)) != expected_at:
                raise Refusal("conflict")
            connection.execute(delete(assignment_table).where(is_same))
            values = {name: getattr(new, name) for name in StoredAssignment.__slots__}
            connection.execute(insert(assignment_table), values)
        return new

    def give_back(self, link: str, account: str) -> None:
        """Remove an account's own assignment. Raises: NotFound: the link is not assigned to it."""
        table = assignment_table.c
        own = delete(assignment_table).where(table.link == link, table.account == account)
        with exclusive_connection(self._engine, _WRITERS) as connection:
            if not connection.execute(own).rowcount:
                raise NotFound(link)

    def _since(self) -> datetime:
        return self._clock() - RETENTION
