"""Tickets for one download each: 256 bits, kept as a digest, of one account, for five minutes.

What a ticket is for lies beside the accounts, sealed with the ticket itself: whoever reads the
database learns neither. A ticket that names somebody who then takes back their consent is dropped.
"""

import hashlib
import json
import secrets
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
    func,
    insert,
    select,
)

from api.identity.tables import Clock, digest, utc
from api.sql import reading, writing
from graph.store.encryption.key_wrapping import OwnerKey
from graph.store.encryption.sealing import open_sealed, seal

metadata: Final = MetaData()
ticket_table: Final = Table(
    "export_ticket",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("number", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("sealed", Text, nullable=False),  # what it is for, as hex
    Column("civilians", Text, nullable=False),  # JSON list of ids
    Column("ends_at", DateTime(timezone=True), nullable=False),
)
LASTS: Final = timedelta(minutes=5)
_TOKEN_BYTES: Final = 32
_WRITERS: Final = 0x7469636B


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTicket:
    """A ticket at its beginning: told once."""

    ticket: str
    number: str
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RedeemedTicket:
    """What a ticket was made for, in the words of whoever made it."""

    number: str
    content: str


class DownloadTickets:
    """The tickets of one installation; safe under threads and processes."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock
        with writing(engine) as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(select(func.pg_advisory_xact_lock(_WRITERS)))
            metadata.create_all(connection)

    def make(
        self, account: str, number: str, content: str, *, civilians: Iterable[str]
    ) -> NewTicket:
        """A new ticket; sweeps up those that ended."""
        now, ticket = self._clock(), secrets.token_urlsafe(_TOKEN_BYTES)
        sealed = seal(content, key=_key(ticket), node_id=number, owner=account, field="export")
        made = NewTicket(ticket=ticket, number=number, ends_at=now + LASTS)
        with writing(self._engine) as connection:
            connection.execute(delete(ticket_table).where(ticket_table.c.ends_at <= now))
            connection.execute(
                insert(ticket_table),
                {"digest": digest(ticket), "number": number, "account": account,
                 "sealed": sealed.hex(), "civilians": json.dumps(sorted(civilians)),
                 "ends_at": made.ends_at},
            )  # fmt: skip
        return made

    def opened(self, ticket: str, account: str) -> RedeemedTicket | None:
        """What an account's ticket is for; None where it is used, ended, or another's."""
        with reading(self._engine) as connection:
            row = connection.execute(
                select(ticket_table).where(
                    ticket_table.c.digest == digest(ticket), ticket_table.c.account == account
                )
            ).first()
        if row is None or utc(row.ends_at) <= self._clock():
            return None
        content = open_sealed(
            bytes.fromhex(row.sealed), key=_key(ticket), node_id=row.number, owner=account,
            field="export",
        )  # fmt: skip
        return RedeemedTicket(number=row.number, content=content)

    def use(self, ticket: str, account: str) -> bool:
        """Uses a ticket up; False: somebody was faster, or it was dropped or has ended."""
        with writing(self._engine) as connection:
            used = connection.execute(
                delete(ticket_table).where(
                    ticket_table.c.digest == digest(ticket),
                    ticket_table.c.account == account,
                    ticket_table.c.ends_at > self._clock(),
                )
            )
        return used.rowcount == 1

    def cancel(self, civilians: Iterable[str]) -> None:
        """Drops every ticket that names one of these civilians."""
        gone = frozenset(civilians)
        with writing(self._engine) as connection:
            rows = connection.execute(select(ticket_table.c.digest, ticket_table.c.civilians))
            naming = [row.digest for row in rows if not gone.isdisjoint(json.loads(row.civilians))]
            connection.execute(delete(ticket_table).where(ticket_table.c.digest.in_(naming)))


def _key(ticket: str) -> OwnerKey:
    """What seals a ticket's content: made of the ticket, as is its digest, and not of that."""
    return OwnerKey(key_id="ticket", secret=hashlib.sha256(f"seal:{ticket}".encode()).digest())
