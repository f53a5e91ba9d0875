"""Accounts: creation, invitation, lookup and disabling; their rights are in `grants.py`."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, Select, exists, insert, select, update

from api.errors import Refusal
from api.i18n import bilingual
from api.identity.one_time_links import OneTimeCode, new_code, use_up
from api.identity.sessions import end_sessions
from api.identity.tables import (
    Clock,
    account_table,
    account_transaction,
    code_table,
    is_storable,
    subject_table,
    token_table,
    utc,
)
from api.identity.tokens import revoke_all
from api.sql import read_connection
from graph.errors import NotFound
from graph.model.base import random_id
from graph.model.content_filter import refuse_content
from graph.normal_form import normal_form

INVITED: Final = timedelta(hours=24)
_LOGIN: Final = re.compile(r"[a-z0-9][a-z0-9._@+-]{1,63}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The data of an account; never its password hash."""

    id: str
    login: str
    person: str | None
    is_disabled: bool
    is_service: bool
    is_demo: bool
    has_password: bool
    has_totp: bool
    has_token: bool
    invited_until: datetime | None
    made_at: datetime

    @property
    def is_invited(self) -> bool:
        """Whether it has a valid one-time code."""
        return self.invited_until is not None


class Accounts:
    """The accounts of one installation."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock

    def add(
        self,
        login: str,
        *,
        person: str | None = None,
        is_service: bool = False,
        is_demo: bool = False,
        subject: tuple[str, str] | None = None,
    ) -> str:
        """Create an account without rights or password and return its id.

        `person` is the node it belongs to, `subject` its issuer and subject at an issuer of tokens.

        Raises: Refusal: the login is taken or invalid, or the subject has an account.
        """
        with account_transaction(self._engine) as connection:
            return add_account(
                connection, login, now=self._clock(), person=person, is_service=is_service,
                is_demo=is_demo, subject=subject,
            )  # fmt: skip

    def find(self, account: str) -> Account:
        """One account. Raises: NotFound: there is no such account."""
        with read_connection(self._engine) as connection:
            return account_of(connection, account, now=self._clock())

    def by_login(self, login: str) -> Account:
        """The account of a login. Raises: NotFound: there is no such account."""
        if not is_storable(login):
            raise NotFound(login)
        with read_connection(self._engine) as connection:
            row = connection.execute(
                _accounts(self._clock()).where(account_table.c.login == login_of(login))
            ).first()
        if row is None:
            raise NotFound(login)
        return _account(row)

    def all(
        self, *, after: str = "", text: str = "", limit: int | None = None
    ) -> tuple[Account, ...]:
        """The accounts ordered by login, starting after `after`; with `text` in it, if given."""
        if not is_storable(after + text):
            return ()
        login = account_table.c.login
        query = _accounts(self._clock()).where(login > after).order_by(login)
        if text:
            query = query.where(login.contains(login_of(text), autoescape=True))
        with read_connection(self._engine) as connection:
            return tuple(_account(row) for row in connection.execute(query.limit(limit)))

    def logins_of(self, accounts: Collection[str]) -> dict[str, str]:
        """The logins of accounts by id; unknown ids are left out."""
        query = select(account_table.c.id, account_table.c.login)
        with read_connection(self._engine) as connection:
            rows = connection.execute(query.where(account_table.c.id.in_(accounts)))
            return {row.id: row.login for row in rows}

    def of_person(self, person: str) -> tuple[str, ...]:
        """The accounts of a person that are not disabled, ordered by id."""
        table = account_table.c
        query = select(table.id).where(table.person == person, ~table.is_disabled)
        with read_connection(self._engine) as connection:
            return tuple(connection.scalars(query.order_by(table.id)))

    def of_subject(self, issuer: str, subject: str) -> str | None:
        """The account of a subject at an issuer; None if there is none."""
        with read_connection(self._engine) as connection:
            return connection.scalar(
                select(subject_table.c.account).where(
                    subject_table.c.issuer == issuer, subject_table.c.subject == subject
                )
            )

    def subject_of(self, account: str) -> tuple[str, str] | None:
        """The issuer and subject of an account; None if it has none."""
        with read_connection(self._engine) as connection:
            row = connection.execute(
                select(subject_table).where(subject_table.c.account == account)
            ).first()
        return None if row is None else (row.issuer, row.subject)

    def invite(self, account: str, *, has_lost_app: bool = False) -> OneTimeCode:
        """Return a code by which the owner chooses the account's password within a day.

        Until then the old password stays valid, if there was one. The code is for the owner alone,
        so it is printed on the host and never shown to those who administer accounts.
        `has_lost_app`: the second factor is removed at once.

        Raises:
            NotFound: there is no such account.
            Refusal: the account is disabled, or a program's.
        """
        with account_transaction(self._engine) as connection:
            owner = account_of(connection, account, now=self._clock())
            if owner.is_disabled or owner.is_service:
                raise Refusal(
                    "invalid",
                    bilingual("The account is disabled or a program's, and cannot be invited."),
                )
            if has_lost_app:
                forget_factor(connection, account, self._clock())
            return new_code(connection, account, now=self._clock(), lasts=INVITED)


def add_account(
    connection: Connection,
    login: str,
    *,
    now: datetime,
    person: str | None = None,
    is_service: bool = False,
    is_demo: bool = False,
    subject: tuple[str, str] | None = None,
    password: str | None = None,
) -> str:
    """As `Accounts.add`, within a transaction."""
    account, name = random_id("acc"), login_of(login)
    if not _LOGIN.fullmatch(name):
        raise Refusal(
            "invalid",
            bilingual("A login has 2 to 64 letters, digits and . _ @ + -"),
            errors=[{"pointer": "/login", "field": "login", "rule": "LOGIN"}],
        )
    refuse_content("login", name)
    same = [select(account_table.c.id).where(account_table.c.login == name)]
    if subject:
        issuer, subject_name = subject
        same.append(
            select(subject_table.c.account).where(
                subject_table.c.issuer == issuer, subject_table.c.subject == subject_name
            )
        )
    if any(connection.execute(query).first() for query in same):
        raise Refusal("duplicate")
    connection.execute(
        insert(account_table),
        {"id": account, "login": name, "person": person, "is_disabled": False,
         "is_service": is_service, "is_demo": is_demo, "made_at": now, "password": password},
    )  # fmt: skip
    if subject:
        issuer, subject_name = subject
        connection.execute(
            insert(subject_table), {"issuer": issuer, "subject": subject_name, "account": account}
        )
    return account


def account_of(connection: Connection, account: str, *, now: datetime) -> Account:
    """One account, within a transaction. Raises: NotFound: there is no such account."""
    if not is_storable(account):
        raise NotFound(account)
    row = connection.execute(_accounts(now).where(account_table.c.id == account)).first()
    if row is None:
        raise NotFound(account)
    return _account(row)


def login_of(text: str) -> str:
    """A login as it is stored: NFC, trimmed and case-folded; lone surrogates are replaced."""
    whole = text.encode("utf-8", "replace").decode()
    return normal_form("NFC", whole).strip().casefold()


def _accounts(now: datetime) -> Select[Any]:
    """Select all accounts, with the end of a valid invitation and a flag for a valid token."""
    invitation = select(code_table.c.ends_at).where(
        code_table.c.what_for == account_table.c.id, code_table.c.ends_at > now
    )
    token = exists().where(
        token_table.c.account == account_table.c.id, token_table.c.revoked_at.is_(None),
        token_table.c.ends_at > now,
    )  # fmt: skip
    return select(
        account_table, invitation.scalar_subquery().label("invited_until"), token.label("has_token")
    )


def _account(row: Row[Any]) -> Account:
    return Account(
        id=row.id, login=row.login, person=row.person, is_disabled=row.is_disabled,
        is_service=row.is_service, is_demo=row.is_demo, has_password=row.password is not None,
        has_totp=row.totp_secret is not None, has_token=bool(row.has_token),
        invited_until=utc(row.invited_until) if row.invited_until else None,
        made_at=utc(row.made_at),
    )  # fmt: skip


def shut(connection: Connection, account: str, now: datetime) -> None:
    """Disable an account and end its sessions, tokens and codes, within a transaction."""
    change_account(connection, account, is_disabled=True)
    end_all(connection, account, now)


def forget_factor(connection: Connection, account: str, now: datetime) -> None:
    """Remove the second factor and end all sessions, tokens and codes, within a transaction.

    Until the owner has a new app, the password alone signs in.
    """
    change_account(connection, account, totp_secret=None, totp_pending=None, totp_step=None)
    end_all(connection, account, now)


def end_all(connection: Connection, account: str, now: datetime) -> None:
    """End all sessions, tokens and codes of an account, within a transaction."""
    end_sessions(connection, account)
    revoke_all(connection, account, now)
    use_up(connection, account)


def change_account(connection: Connection, account: str, **values: object) -> None:
    """Set columns of an account, within a transaction."""
    connection.execute(update(account_table).where(account_table.c.id == account).values(**values))
