"""One-time codes, download tickets, and links by which a consent is withdrawn.

128 random bits in base32, in groups that can be read aloud; kept as a digest, gone once used.

What a ticket is for lies beside the accounts, sealed with the ticket itself: whoever reads the
database learns neither. A ticket that names somebody who then takes back their consent is dropped.
"""

import hashlib
import json
import secrets
from base64 import b32encode
from collections.abc import Iterable
from dataclasses import dataclass
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
    func,
    insert,
    select,
    update,
)

from api.identity.tables import Clock, code_table, digest, utc
from api.sql import reading, writing
from graph.store.encryption.key_wrapping import OwnerKey
from graph.store.encryption.sealing import open_sealed, seal

FIRST_START: Final = "first-start"
_BYTES, _GROUP = 16, 4
_READ_AS: Final = str.maketrans("018", "OIB")  # not in the alphabet, so it can only be misread


def new_code(
    connection: Connection, what_for: str, *, now: datetime, lasts: timedelta, tries: int = 1
) -> str:
    """A code for an account or the first start; one that was there before is void."""
    letters = b32encode(secrets.token_bytes(_BYTES)).decode().rstrip("=")
    connection.execute(delete(code_table).where(code_table.c.what_for == what_for))
    connection.execute(
        insert(code_table),
        {"what_for": what_for, "digest": digest(letters), "tries_left": tries,
         "ends_at": now + lasts},
    )  # fmt: skip
    return "-".join(letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))


def invited(connection: Connection, code: str, *, now: datetime) -> str | None:
    """The account that a code invites to; None where it is used, ended or none of ours."""
    row = connection.execute(
        select(code_table).where(
            code_table.c.digest == digest(_plain(code)), code_table.c.what_for != FIRST_START
        )
    ).first()
    return row.what_for if row and now < utc(row.ends_at) else None


def is_first_code(connection: Connection, code: str, *, now: datetime) -> bool:
    """Is it the code of the first start? A wrong one uses up one of the tries it has."""
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
    """Whatever code there is for it is void from now on."""
    connection.execute(delete(code_table).where(code_table.c.what_for == what_for))


def _plain(code: str) -> str:
    """As it was made, whatever stands between its groups and however it was typed."""
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
    """The links of one installation. One works for good: taking back twice changes nothing."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        with writing(engine) as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(select(func.pg_advisory_xact_lock(_WRITERS)))
            metadata.create_all(connection)

    def make(self, consent: str) -> str:
        """A new link's token, which is kept as a digest alone."""
        token = secrets.token_urlsafe(32)
        with writing(self._engine) as connection:
            connection.execute(
                insert(link_table),
                {"digest": _digest(token), "consent": consent, "made_at": datetime.now(UTC)},
            )
        return token

    def consent_of(self, token: str) -> str | None:
        """Which consent a token takes back; None where there is no such link."""
        found = select(link_table.c.consent).where(link_table.c.digest == _digest(token))
        with reading(self._engine) as connection:
            return connection.scalars(found).first()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


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
_TICKET_WRITERS: Final = 0x7469636B


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
                connection.execute(select(func.pg_advisory_xact_lock(_TICKET_WRITERS)))
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
