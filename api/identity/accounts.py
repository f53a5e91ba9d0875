"""Who may sign in, with which rights, and who is signed in: accounts, grants, sessions."""

import hashlib
import json
import secrets
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    Engine,
    ForeignKey,
    MetaData,
    Row,
    Table,
    Text,
    insert,
    select,
    update,
)

from api.identity.contact_requests import ContactRequests
from api.identity.withdrawal_links import WithdrawalLinks
from api.identity.withholding import Withholdings
from api.sql import open_file, reading, writing
from graph.access import Caller, Grant, Role
from graph.vocabulary import PreventionLevel

metadata: Final = MetaData()
account_table: Final = Table(
    "account",
    metadata,
    Column("id", Text, primary_key=True),
    Column("login", Text, unique=True, nullable=False),
    Column("person", Text),
    Column("is_disabled", Boolean, nullable=False, default=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
)
grant_table: Final = Table(
    "grant_",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account", Text, ForeignKey("account.id"), nullable=False, index=True),
    Column("role", Text, nullable=False),
    Column("areas", Text, nullable=False),  # JSON list of area ids
    Column("levels", Text, nullable=False),  # JSON list of prevention levels
    Column("valid_from", Date),
    Column("valid_to", Date),
    Column("given_by", Text, nullable=False),
    Column("given_at", DateTime(timezone=True), nullable=False),
)
session_table: Final = Table(
    "session",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("id", Text, unique=True, nullable=False),
    Column("account", Text, ForeignKey("account.id"), nullable=False, index=True),
    Column("assurance", Text, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False),
    Column("ends_at", DateTime(timezone=True), nullable=False),
)


class Assurance(StrEnum):
    """How sure we are who it is."""

    PASSWORD = "PASSWORD"  # noqa: S105 - a word, no password
    STRONG = "STRONG"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Who makes a request: the account, its rights, and by which session or token.

    `scopes` narrow the rights of a token; None: all of the account's.
    """

    account: str
    caller: Caller
    via: str
    assurance: Assurance
    scopes: frozenset[str] | None = None


class Accounts:
    """The accounts of one installation; safe under threads and processes. Made by `accounts`."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.withholdings = engine, Withholdings(engine)
        self.contact_requests = ContactRequests(engine)
        self.withdrawal_links = WithdrawalLinks(engine)

    def is_empty(self) -> bool:
        """Is there no account yet? Then the first start's code makes one."""
        with reading(self.engine) as connection:
            return connection.execute(select(account_table.c.id).limit(1)).first() is None

    def add(self, login: str, *, person: str | None = None) -> str:
        """A new account without rights; its id. `person` is the node it belongs to."""
        account = f"acc-{secrets.token_hex(8)}"
        with writing(self.engine) as connection:
            connection.execute(
                insert(account_table),
                {"id": account, "login": login, "person": person, "is_disabled": False,
                 "made_at": _now()},
            )  # fmt: skip
        return account

    def grant(self, account: str, grant: Grant, *, given_by: str) -> str:
        """Gives an account a grant; its id."""
        grant_id = f"gra-{secrets.token_hex(8)}"
        row = {
            "id": grant_id,
            "account": account,
            "role": grant.role.value,
            "areas": json.dumps(sorted(grant.areas)),
            "levels": json.dumps(sorted(grant.levels)),
            "valid_from": grant.valid_from,
            "valid_to": grant.valid_to,
            "given_by": given_by,
            "given_at": _now(),
        }
        with writing(self.engine) as connection:
            connection.execute(insert(grant_table), row)
        return grant_id

    def open_session(self, account: str, assurance: Assurance, *, hours: int = 10) -> str:
        """Signs an account in; the token, which is kept as a digest alone."""
        token, now = secrets.token_urlsafe(32), _now()
        with writing(self.engine) as connection:
            connection.execute(
                insert(session_table),
                {"digest": digest(token), "id": f"ses-{secrets.token_hex(8)}", "account": account,
                 "assurance": assurance.value, "made_at": now, "seen_at": now,
                 "ends_at": now + timedelta(hours=hours)},
            )  # fmt: skip
        return token

    def signed_in(self, token: str, *, idle_min: int = 30) -> SignedIn | None:
        """Whose session a token is; None where it has ended or never was."""
        now = _now()
        found = (
            select(session_table, account_table.c.person)
            .join(account_table)
            .where(session_table.c.digest == digest(token), ~account_table.c.is_disabled)
        )
        with reading(self.engine) as connection:
            row = connection.execute(found).first()
            if row is None or _utc(row.ends_at) <= now:
                return None
            if _utc(row.seen_at) + timedelta(minutes=idle_min) <= now:
                return None
            grants = connection.execute(
                select(grant_table).where(grant_table.c.account == row.account)
            ).all()
        if now - _utc(row.seen_at) > _SEEN_EVERY:
            self._seen(row.digest, now)
        caller = Caller(
            account=row.account, grants=tuple(_grant(one) for one in grants), person=row.person
        )
        return SignedIn(
            account=row.account, caller=caller, via=row.id, assurance=Assurance(row.assurance)
        )

    def _seen(self, session: str, now: datetime) -> None:
        with writing(self.engine) as connection:
            connection.execute(
                update(session_table).where(session_table.c.digest == session).values(seen_at=now)
            )

    def person_of(self, account: str) -> str | None:
        """The node of whoever has an account; None where it has none, or is no account."""
        with reading(self.engine) as connection:
            return connection.scalar(
                select(account_table.c.person).where(account_table.c.id == account)
            )


_SEEN_EVERY: Final = timedelta(minutes=1)  # so that not every request writes


@contextmanager
def accounts(folder: Path) -> Generator[Accounts]:
    """The accounts in a folder of rights 0700."""
    engine = open_file(folder / "accounts.sqlite")
    try:
        with writing(engine) as connection:
            metadata.create_all(connection)
        known = Accounts(engine)
        yield known
        known.withholdings.close()
    finally:
        engine.dispose()


def digest(token: str) -> str:
    """What is kept of a token: 256 random bits need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def _grant(row: Row[tuple[object, ...]]) -> Grant:
    return Grant(
        role=Role(row.role),
        areas=frozenset(json.loads(row.areas)),
        levels=frozenset(PreventionLevel(one) for one in json.loads(row.levels)),
        valid_from=_date(row.valid_from),
        valid_to=_date(row.valid_to),
    )


def _date(value: object) -> date | None:
    return value if isinstance(value, date) else None


def _utc(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _now() -> datetime:
    return datetime.now(UTC)
