"""One-time codes, download tickets, and links by which a consent is withdrawn.

A code is 128 random bits in base32, in groups that can be read aloud; it is stored as a digest and
deleted once used.

The content of a ticket is stored with the accounts, encrypted with a key derived from the ticket: a
reader of the database learns neither ticket nor content. A ticket that names a person who then
withdraws consent is deleted.
"""

import hashlib
import json
import secrets
from base64 import b32encode
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    Engine,
    MetaData,
    Table,
    Text,
    delete,
    insert,
    select,
    update,
)

from api.identity.tables import Clock, code_table, digest, utc
from api.sql import exclusive_connection, read_connection, write_connection
from graph.store.encryption.sealing import OwnerKey, open_sealed, seal

FIRST_START: Final = "first-start"
_BYTES, _GROUP = 16, 4
_READ_AS: Final = str.maketrans("018", "OIB")  # not in the alphabet: misread letters


@dataclass(frozen=True, slots=True, kw_only=True)
class OneTimeCode:
    """A newly created code and the moment it ends; its text is returned only once."""

    code: str = field(repr=False)
    ends_at: datetime


def new_code(
    connection: Connection, what_for: str, *, now: datetime, lasts: timedelta, tries: int = 1
) -> OneTimeCode:
    """Create a code for an account or the first start; an earlier one becomes void."""
    letters = b32encode(secrets.token_bytes(_BYTES)).decode().rstrip("=")
    groups = (letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))
    created = OneTimeCode(code="-".join(groups), ends_at=now + lasts)
    connection.execute(delete(code_table).where(code_table.c.what_for == what_for))
    connection.execute(
        insert(code_table),
        {"what_for": what_for, "digest": digest(letters), "tries_left": tries,
         "ends_at": created.ends_at},
    )  # fmt: skip
    return created


def invited_account(connection: Connection, code: str, *, now: datetime) -> str | None:
    """The account that a code invites to; None if it is used, expired or unknown."""
    row = connection.execute(
        select(code_table).where(
            code_table.c.digest == digest(_plain(code)), code_table.c.what_for != FIRST_START
        )
    ).first()
    return row.what_for if row and now < utc(row.ends_at) else None


def is_first_code(connection: Connection, code: str, *, now: datetime) -> bool:
    """Whether a code is that of the first start; a wrong one uses up an attempt."""
    row = connection.execute(select(code_table).where(code_table.c.what_for == FIRST_START)).first()
    if row is None or utc(row.ends_at) <= now or row.tries_left < 1:
        return False
    if secrets.compare_digest(row.digest, digest(_plain(code))):
        return True
    connection.execute(
        update(code_table)
        .where(code_table.c.what_for == FIRST_START)
        .values(tries_left=row.tries_left - 1)
    )
    return False


def use_up(connection: Connection, what_for: str) -> None:
    """Delete the open code of an account or of the first start."""
    connection.execute(delete(code_table).where(code_table.c.what_for == what_for))


def _plain(code: str) -> str:
    """A code without separators, in upper case, with misread digits corrected."""
    letters = "".join(letter for letter in code.upper() if letter.isalnum())
    return letters.translate(_READ_AS)


metadata: Final = MetaData()
link_table: Final = Table(
    "withdrawal_link",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("consent", Text, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
)
_WRITERS: Final = 0x6C696E6B


class WithdrawalLinks:
    """The withdrawal links of one installation.

    A link never expires, because a second withdrawal changes nothing.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        with exclusive_connection(engine, _WRITERS) as connection:
            metadata.create_all(connection)

    def make(self, consent: str) -> str:
        """Create a link and return its token, of which only a digest is stored."""
        token = secrets.token_urlsafe(32)
        with write_connection(self._engine) as connection:
            connection.execute(
                insert(link_table),
                {"digest": digest(token), "consent": consent, "made_at": datetime.now(UTC)},
            )
        return token

    def consent_of(self, token: str) -> str | None:
        """The consent that a token withdraws; None if there is no such link."""
        query = select(link_table.c.consent).where(link_table.c.digest == digest(token))
        with read_connection(self._engine) as connection:
            return connection.scalars(query).first()


ticket_table: Final = Table(
    "export_ticket",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("number", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("sealed", Text, nullable=False),  # its content, encrypted, as hex
    Column("civilians", Text, nullable=False),  # JSON list of ids
    Column("ends_at", DateTime(timezone=True), nullable=False),
)
LASTS: Final = timedelta(minutes=5)
_TOKEN_BYTES: Final = 32
_TICKET_WRITERS: Final = 0x7469636B


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTicket:
    """A newly created ticket; its text is returned only once."""

    ticket: str
    number: str
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RedeemedTicket:
    """The content of a ticket, as its creator stored it."""

    number: str
    content: str


class DownloadTickets:
    """The tickets of one installation; safe under threads and processes."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock
        with exclusive_connection(engine, _TICKET_WRITERS) as connection:
            metadata.create_all(connection)

    def make(
        self, account: str, number: str, content: str, *, civilians: Iterable[str]
    ) -> NewTicket:
        """Create a ticket; deletes the expired ones."""
        now, ticket = self._clock(), secrets.token_urlsafe(_TOKEN_BYTES)
        sealed = seal(content, key=_key(ticket), node_id=number, owner=account, field="export")
        created = NewTicket(ticket=ticket, number=number, ends_at=now + LASTS)
        with write_connection(self._engine) as connection:
            connection.execute(delete(ticket_table).where(ticket_table.c.ends_at <= now))
            connection.execute(
                insert(ticket_table),
                {"digest": digest(ticket), "number": number, "account": account,
                 "sealed": sealed.hex(), "civilians": json.dumps(sorted(civilians)),
                 "ends_at": created.ends_at},
            )  # fmt: skip
        return created

    def ticket_content(self, ticket: str, account: str) -> RedeemedTicket | None:
        """The content of an account's ticket; None if it is used, expired, or another account's."""
        with read_connection(self._engine) as connection:
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
        """Delete a ticket on use; False if it was used, cancelled or expired meanwhile."""
        with write_connection(self._engine) as connection:
            result = connection.execute(
                delete(ticket_table).where(
                    ticket_table.c.digest == digest(ticket),
                    ticket_table.c.account == account,
                    ticket_table.c.ends_at > self._clock(),
                )
            )
        return result.rowcount == 1

    def cancel(self, civilians: Iterable[str]) -> None:
        """Delete every ticket that names one of these civilians."""
        withdrawn = frozenset(civilians)
        with write_connection(self._engine) as connection:
            rows = connection.execute(select(ticket_table.c.digest, ticket_table.c.civilians))
            naming = [
                row.digest for row in rows if not withdrawn.isdisjoint(json.loads(row.civilians))
            ]
            connection.execute(delete(ticket_table).where(ticket_table.c.digest.in_(naming)))


def _key(ticket: str) -> OwnerKey:
    """The key of a ticket's content: derived from the ticket, independently of its digest."""
    return OwnerKey(key_id="ticket", secret=hashlib.sha256(f"seal:{ticket}".encode()).digest())
