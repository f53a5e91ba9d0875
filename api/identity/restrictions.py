"""Whom no View but the DPO's shows, whatever the graph says: those who took back their consent.

It lies beside the accounts, so that a withdrawal holds while the graph database is away. Every View
asks for it, so reading it costs next to nothing while nothing has changed.
"""

import time
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby
from operator import attrgetter
from threading import Lock
from typing import Final

from sqlalchemy import (
    Column,
    Connection,
    Date,
    DateTime,
    Engine,
    MetaData,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
)

from api.identity.watch import ChangeDetector
from api.sql import reading, writing

metadata: Final = MetaData()
withheld_table: Final = Table(
    "withheld",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("why", Text, primary_key=True, default="WITHDRAWN"),  # the only reason there is
    Column("since", DateTime(timezone=True), nullable=False),
)
owed_table: Final = Table(  # receipts withdrawn here that the graph has not been told of yet
    "withdrawal_owed",
    metadata,
    Column("consent", Text, primary_key=True),
    Column("change_set", Text, nullable=False),
    Column("withdrawn_by", Text, nullable=False),
    Column("withdrawn_on", Date, nullable=False),
)
_REREAD_S: Final = 0.1  # from a server: a withdrawal elsewhere is known here well within 250 ms
_WRITERS: Final = 0x77697468  # any number of our own: whoever changes the list holds it


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedWithdrawal:
    """A withdrawal the graph is still to be told of: which receipts, by whom and when.

    `change_set` is what the write is called there, whoever tells it and however often.
    """

    change_set: str
    by: str
    on: date
    consents: tuple[str, ...]


class Restrictions:
    """The list of one installation; safe under threads and exact across processes."""

    def __init__(self, engine: Engine, watch: ChangeDetector) -> None:
        self._engine, self._watch, self._lock = engine, watch, Lock()
        self._is_server = engine.dialect.name != "sqlite"
        self._known: frozenset[str] = frozenset()
        self._listeners: list[Callable[[], None]] = []
        self._version: float | None = None
        with self._changing() as connection:
            metadata.create_all(connection)

    def listen(self, listener: Callable[[], None]) -> None:
        """Has somebody told whenever this process withholds, before that is acknowledged."""
        self._listeners.append(listener)

    def withheld(self) -> frozenset[str]:
        """The ids no View but the DPO's shows: 30 µs while nothing was written."""
        with self._lock:
            version = self._now()
            if version != self._version:
                with reading(self._engine) as connection:
                    self._known = frozenset(connection.scalars(select(withheld_table.c.subject)))
                self._version = version
            return self._known

    def withdraw(self, subject: str, owed: OwedWithdrawal) -> None:
        """Takes whoever took back receipts out of every View, from the next request on.

        Notes that the graph is to be told. Once more: then it is the last time that counts.
        """
        with self._changing() as connection:
            connection.execute(delete(withheld_table).where(withheld_table.c.subject == subject))
            connection.execute(
                insert(withheld_table), {"subject": subject, "since": datetime.now(UTC)}
            )
            is_noted = owed_table.c.consent.in_(owed.consents)
            known = set(connection.scalars(select(owed_table.c.consent).where(is_noted)))
            rows = [
                {"consent": one, "change_set": owed.change_set, "withdrawn_by": owed.by,
                 "withdrawn_on": owed.on}
                for one in sorted({*owed.consents} - known)
            ]  # fmt: skip
            if rows:
                connection.execute(insert(owed_table), rows)
        self._tell()

    def withdrawn_at(self, subject: str) -> datetime | None:
        """When somebody last took back what they had agreed to, where no receipt came since."""
        with reading(self._engine) as connection:
            at = connection.scalar(
                select(withheld_table.c.since).where(withheld_table.c.subject == subject)
            )
        return at if at is None or at.tzinfo else at.replace(tzinfo=UTC)

    def owed(self) -> tuple[OwedWithdrawal, ...]:
        """The withdrawals the graph is still to be told of."""
        columns = owed_table.c
        in_order = select(owed_table).order_by(columns.change_set, columns.consent)
        with reading(self._engine) as connection:
            rows = connection.execute(in_order).all()
        return tuple(
            OwedWithdrawal(change_set=name, by=first.withdrawn_by, on=first.withdrawn_on,
                 consents=(first.consent, *(row.consent for row in rest)))
            for name, (first, *rest) in groupby(rows, key=attrgetter("change_set"))
        )  # fmt: skip

    def paid(self, owed: OwedWithdrawal) -> None:
        """The graph says so now."""
        with self._changing() as connection:
            connection.execute(delete(owed_table).where(owed_table.c.consent.in_(owed.consents)))

    def lift(self, subjects: Iterable[str], *, before: datetime | None = None) -> None:
        """Lets subjects be seen again as far as the graph says: a new receipt was recorded.

        Whoever is withheld since `before` or later stays so.
        """
        rows = withheld_table.c
        lifted = delete(withheld_table).where(rows.subject.in_([*subjects]))
        with self._changing() as connection:
            connection.execute(lifted if before is None else lifted.where(rows.since < before))

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()

    @contextmanager
    def _changing(self) -> Generator[Connection]:
        """One transaction, alone among all that change the list; then it is read anew."""
        with writing(self._engine) as connection:
            if self._is_server:
                connection.execute(select(func.pg_advisory_xact_lock(_WRITERS)))
            yield connection
        with self._lock:
            self._version = None

    def _now(self) -> float:
        """A number that is another one once the list may have changed.

        A server cannot say, and is asked anew every `_REREAD_S`.
        """
        version = self._watch.version()
        return time.monotonic() // _REREAD_S if version is None else version
