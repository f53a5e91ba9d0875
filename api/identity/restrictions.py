"""Withheld persons, shown by the DPO's Views only: those who withdrew their consent.

The list is stored with the accounts, so that a withdrawal holds while the graph database is
unavailable.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby
from operator import attrgetter
from typing import Final

from sqlalchemy import Column, Date, DateTime, Engine, MetaData, Table, Text, delete, insert, select

from api.sql import exclusive_connection, read_connection

metadata: Final = MetaData()
withheld_table: Final = Table(
    "withheld",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("why", Text, primary_key=True, default="WITHDRAWN"),  # the only reason
    Column("since", DateTime(timezone=True), nullable=False),
)
owed_table: Final = Table(  # consents withdrawn here but not yet in the graph
    "withdrawal_owed",
    metadata,
    Column("consent", Text, primary_key=True),
    Column("change_set", Text, nullable=False),
    Column("withdrawn_by", Text, nullable=False),
    Column("withdrawn_on", Date, nullable=False),
)
_WRITERS: Final = 0x77697468  # an arbitrary number: the advisory lock for changes of the list


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedWithdrawal:
    """A withdrawal to be written to the graph: which consents, by whom and when.

    `change_set` is the idempotency key of that write, whichever process performs it and however
    often.
    """

    change_set: str
    by: str
    on: date
    consents: tuple[str, ...]


class Restrictions:
    """The list of one installation; safe under threads and exact across processes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._listeners: list[Callable[[], None]] = []
        with exclusive_connection(engine, _WRITERS) as connection:
            metadata.create_all(connection)

    def listen(self, listener: Callable[[], None]) -> None:
        """Register a callback that runs after each withdrawal here, before it is acknowledged."""
        self._listeners.append(listener)

    def withheld(self) -> frozenset[str]:
        """The ids shown by the DPO's Views only."""
        with read_connection(self._engine) as connection:
            return frozenset(connection.scalars(select(withheld_table.c.subject)))

    def withdraw(self, subject: str, owed: OwedWithdrawal) -> None:
        """Withhold a person who withdrew consents from all Views, from the next request on.

        The write owed to the graph is recorded. If repeated, the last time counts.
        """
        with exclusive_connection(self._engine, _WRITERS) as connection:
            connection.execute(delete(withheld_table).where(withheld_table.c.subject == subject))
            connection.execute(
                insert(withheld_table), {"subject": subject, "since": datetime.now(UTC)}
            )
            is_noted = owed_table.c.consent.in_(owed.consents)
            recorded = set(connection.scalars(select(owed_table.c.consent).where(is_noted)))
            rows = [
                {"consent": consent, "change_set": owed.change_set, "withdrawn_by": owed.by,
                 "withdrawn_on": owed.on}
                for consent in sorted({*owed.consents} - recorded)
            ]  # fmt: skip
            if rows:
                connection.execute(insert(owed_table), rows)
        for listener in self._listeners:
            listener()

    def withdrawn_at(self, subject: str) -> datetime | None:
        """When a person last withdrew consent; None if a new consent was given since."""
        with read_connection(self._engine) as connection:
            at = connection.scalar(
                select(withheld_table.c.since).where(withheld_table.c.subject == subject)
            )
        return at if at is None or at.tzinfo else at.replace(tzinfo=UTC)

    def owed_withdrawals(self) -> tuple[OwedWithdrawal, ...]:
        """The withdrawals still to be written to the graph."""
        columns = owed_table.c
        in_order = select(owed_table).order_by(columns.change_set, columns.consent)
        with read_connection(self._engine) as connection:
            rows = connection.execute(in_order).all()
        return tuple(
            OwedWithdrawal(change_set=name, by=first.withdrawn_by, on=first.withdrawn_on,
                 consents=(first.consent, *(row.consent for row in rest)))
            for name, (first, *rest) in groupby(rows, key=attrgetter("change_set"))
        )  # fmt: skip

    def settle(self, owed: OwedWithdrawal) -> None:
        """Record that a withdrawal is now written to the graph."""
        with exclusive_connection(self._engine, _WRITERS) as connection:
            connection.execute(delete(owed_table).where(owed_table.c.consent.in_(owed.consents)))

    def lift(self, subjects: Iterable[str], *, before: datetime | None = None) -> None:
        """Make persons visible again as far as the graph allows: a new consent was recorded.

        Persons withheld at `before` or later stay withheld.
        """
        rows = withheld_table.c
        lifted = delete(withheld_table).where(rows.subject.in_([*subjects]))
        with exclusive_connection(self._engine, _WRITERS) as connection:
            connection.execute(lifted if before is None else lifted.where(rows.since < before))
