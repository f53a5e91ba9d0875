"""The tables of accounts: logins, rights, sessions, tokens and one-time codes.

They hold no password, token or code, only a hash that is expensive to guess against, or a digest of
a value with too many bits to be guessed. The secret of a second factor is encrypted.
"""

import hashlib
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Engine,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    make_url,
)

from api.sql import exclusive_connection, open_address, open_file

Clock = Callable[[], datetime]
_WRITERS: Final = 0x6B6F6E746F  # an arbitrary number: the advisory lock for changes of accounts

metadata: Final = MetaData()


def _at(name: str, *, is_known: bool = True) -> Column[datetime]:
    """A column for an instant in UTC."""
    return Column(name, DateTime(timezone=True), nullable=not is_known)


def _of_account() -> Column[str]:
    return Column("account", Text, ForeignKey("account.id"), nullable=False, index=True)


account_table: Final = Table(
    "account",
    metadata,
    Column("id", Text, primary_key=True),
    Column("login", Text, unique=True, nullable=False),
    Column("person", Text),  # the node it belongs to
    Column("is_disabled", Boolean, nullable=False),
    Column("is_service", Boolean, nullable=False),
    Column("is_demo", Boolean, nullable=False),
    Column("password", Text),  # argon2id
    Column("totp_secret", Text),  # sealed, see `credentials.py`
    Column("totp_pending", Text),  # likewise: issued, but not yet confirmed by a code
    Column("totp_step", Integer),  # the last step used: no code is accepted twice
    _at("made_at"),
)
subject_table: Final = Table(  # the subject of an account at an issuer of tokens
    "subject",
    metadata,
    Column("issuer", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    _of_account(),
)
grant_table: Final = Table(
    "grant_",
    metadata,
    Column("id", Text, primary_key=True),
    _of_account(),
    Column("role", Text, nullable=False),
    Column("areas", Text, nullable=False),  # JSON list of area ids
    Column("levels", Text, nullable=False),  # JSON list of prevention levels
    Column("valid_from", Date),
    Column("valid_to", Date),
    Column("given_by", Text, nullable=False),
    _at("given_at"),
    Column("confirmed_by", Text),  # the second administrator, where one is needed
    _at("confirmed_at", is_known=False),  # the grant is not in force before
    Column("ended_by", Text),
    _at("ended_at", is_known=False),
)
change_table: Final = Table(  # requested changes; undecided while they wait for approval
    "account_change",
    metadata,
    Column("id", Text, primary_key=True),
    _of_account(),
    Column("kind", Text, nullable=False),
    Column("grant_id", Text),  # the one that is given or ended
    Column("asked_by", Text, nullable=False),
    _at("asked_at"),
    Column("decided_by", Text),
    _at("decided_at", is_known=False),
    Column("is_done", Boolean),  # false: refused
)
session_table: Final = Table(
    "session",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("id", Text, unique=True, nullable=False),
    _of_account(),
    Column("assurance", Text, nullable=False),
    _at("made_at"),
    _at("seen_at"),
    _at("ends_at"),
)
token_table: Final = Table(
    "token",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("id", Text, unique=True, nullable=False),
    _of_account(),
    Column("label", Text, nullable=False),
    Column("scopes", Text, nullable=False),  # JSON list of tasks
    Column("made_by", Text, nullable=False),
    _at("made_at"),
    _at("ends_at"),
    _at("seen_at", is_known=False),
    _at("revoked_at", is_known=False),
)
code_table: Final = Table(  # one-time codes: of the first start, and an invitation per account
    "code",
    metadata,
    Column("what_for", Text, primary_key=True),  # `first-start`, or the account invited
    Column("digest", Text, unique=True, nullable=False),
    Column("tries_left", Integer, nullable=False),
    _at("ends_at"),
)
failure_table: Final = Table(
    "failed_try",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("login", Text, nullable=False),  # as HMAC: what was typed may be a password
    Column("address", Text, nullable=False),
    _at("at"),
    Index("failed_try_login", "login", "at"),
    Index("failed_try_address", "address", "at"),
)
shown_table: Final = Table(  # the persons an account was shown within the last hour
    "person_shown",
    metadata,
    Column("account", Text, primary_key=True),
    Column("person", Text, primary_key=True),  # as digest
    _at("at"),
)


def open_tables(folder: Path, url: str | None) -> Engine:
    """Open the accounts database, with its tables: a file in a folder of mode 0700, or an address.

    Raises: KeyringRefused: others may read the file.
    """
    if url is None:
        engine = open_file(folder / "accounts.sqlite")
    elif (address := make_url(url)).get_backend_name() == "sqlite" and address.database:
        engine = open_file(Path(address.database))
    else:
        engine = open_address(url)
    with account_transaction(engine) as connection:
        metadata.create_all(connection)
    return engine


@contextmanager
def account_transaction(engine: Engine) -> Generator[Connection]:
    """One transaction at a time that changes accounts, so that its reads remain valid."""
    with exclusive_connection(engine, _WRITERS) as connection:
        yield connection


def digest(token: str) -> str:
    """The stored form of a token; with 128 random bits or more no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def is_storable(text: str) -> bool:
    """Whether a text can be stored or queried; PostgreSQL rejects NUL."""
    return "\0" not in text


def utc_now() -> datetime:
    """The current instant."""
    return datetime.now(UTC)


def utc(at: datetime) -> datetime:
    """An instant as it was stored: SQLite drops the time zone."""
    return at if at.tzinfo else at.replace(tzinfo=UTC)
