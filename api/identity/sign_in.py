"""Sign-in with a login, a password and, if there is one, the code of an app.

A wrong password, a disabled account and an unknown login get the same answer after the same work;
the waiting time discloses only how often sign-in failed.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Row, select

from api.errors import Refused
from api.i18n import bilingual
from api.identity import lockout
from api.identity.accounts import login_of
from api.identity.credentials import CROWDED, FactorSeal, Passwords, new_secret, step_of, use_step
from api.identity.lockout import AttemptKey
from api.identity.principal import Assurance
from api.identity.sessions import OpenedSession, open_session
from api.identity.tables import Clock, account_table, changing, is_storable
from api.sql import reading


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInResult:
    """The outcome of a sign-in attempt: a session, or a waiting time, or neither if it was wrong.

    `is_alert`: it reached the hourly limit of its login or address.
    """

    opened: OpenedSession | None = None
    wait_s: int = 0
    is_alert: bool = False

    def session(self) -> OpenedSession:
        """The session.

        Raises: Refused: there is none; without the reason, or with the waiting time.
        """
        if self.opened:
            return self.opened
        if self.wait_s:
            raise Refused("too-many", retry_after=self.wait_s)
        raise Refused(
            "unauthenticated",
            bilingual("Login, password or code do not fit. Try again in a while."),
        )


class SignIn:
    """Sign-in by password."""

    def __init__(
        self, engine: Engine, clock: Clock, passwords: Passwords, seal: FactorSeal
    ) -> None:
        self._engine, self._clock, self._passwords = engine, clock, passwords
        self._seal, self._nobodys_secret = seal, new_secret()

    def lane(self, knocking: AttemptKey) -> str:
        """The queue of an attempt: that of its address, or the crowded one.

        The crowded queue is shared by all addresses and logins with many failures.

        Raises: Refused: `too-many`: the waiting time is not over.
        """
        with reading(self._engine) as connection:
            now = self._clock()
            if wait_s := lockout.wait_s(connection, knocking, now):
                raise Refused("too-many", retry_after=wait_s)
            is_crowded = lockout.is_crowded(
                connection, knocking, now, from_address=lockout.QUEUE_LIMIT
            )
        return CROWDED if is_crowded else knocking.address

    def attempt(
        self, login: str, password: str, totp: str, *, knocking: AttemptKey, hours: int
    ) -> SignInResult:
        """Attempt a sign-in; its outcome is decided in one final transaction.

        Concurrent attempts are therefore accepted no more often than consecutive ones.
        """
        name = login_of(login)
        with reading(self._engine) as connection:
            wait_s = lockout.wait_s(connection, knocking, self._clock())
            found = select(account_table).where(account_table.c.login == name)
            row = connection.execute(found).first() if is_storable(name) else None
        if wait_s:
            return SignInResult(wait_s=wait_s)
        kept = None if row is None or row.is_disabled or row.is_service else row.password
        is_right = self._passwords.is_right(password, kept)
        with changing(self._engine) as connection:
            now = self._clock()
            if wait_s := lockout.wait_s(connection, knocking, now):
                return SignInResult(wait_s=wait_s)
            step = step_of(self._secret(row), totp, now)
            assurance = None
            if row is not None and is_right:
                assurance = _assurance(connection, row, step)
            if row is None or assurance is None:
                filled = lockout.note_failure(connection, knocking, now)
                return SignInResult(is_alert=filled)
            lockout.forgive(connection, knocking)
            return SignInResult(
                opened=open_session(connection, row.id, assurance, now=now, hours=hours)
            )

    def _secret(self, row: Row[Any] | None) -> str:
        """The secret of the account's app, else a dummy secret that takes as long to check."""
        if row is None or row.totp_secret is None:
            return self._nobodys_secret
        return self._seal.opened(row.id, row.totp_secret)


def _assurance(connection: Connection, seen: Row[Any], step: int | None) -> Assurance | None:
    """The assurance a second factor gives; None if it is wrong or was used.

    Also None if the account has changed since its password was compared.
    """
    account = connection.execute(select(account_table).where(account_table.c.id == seen.id)).first()
    if account is None or account.is_disabled:
        return None
    if (account.password, account.totp_secret) != (seen.password, seen.totp_secret):
        return None
    if account.totp_secret is None:
        return Assurance.STRONG if account.is_demo else Assurance.PASSWORD
    is_used = step is None or not use_step(connection, account.id, step)
    return None if is_used else Assurance.STRONG
