"""Sign-in with a login, a password and, if there is one, the code of an app; and the first start.

While there is no account, a code creates the first administrator.

A wrong password, a disabled account and an unknown login get the same answer after the same work;
the waiting time discloses only how often sign-in failed.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, select

from api.errors import Refusal
from api.i18n import bilingual
from api.identity.accounts import add_account, change_account, login_of
from api.identity.credentials import (
    CROWDED,
    Enrollment,
    FactorSeal,
    Passwords,
    new_secret,
    require_usable,
    step_of,
    use_step,
)
from api.identity.grants import insert_grant
from api.identity.one_time_links import (
    FIRST_START,
    OneTimeCode,
    is_first_code,
    new_code,
    use_up,
)
from api.identity.principal import Assurance
from api.identity.rate_limits import (
    QUEUE_LIMIT,
    AttemptKey,
    clear_failures,
    count_failure,
    has_many_failures,
    wait_after_failures,
)
from api.identity.sessions import OpenedSession, open_session
from api.identity.tables import Clock, account_table, account_transaction, is_storable
from api.sql import read_connection
from graph.access.policy import Grant, Role
from graph.errors import NotFound

LASTS: Final = timedelta(minutes=30)
TRIES: Final = 5
FIRST: Final = "first-start"
"""The actor recorded as having given the first administrator's grant."""


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

        Raises: Refusal: there is none; without the reason, or with the waiting time.
        """
        if self.opened:
            return self.opened
        if self.wait_s:
            raise Refusal("too-many", retry_after=self.wait_s)
        raise Refusal(
            "unauthenticated",
            bilingual("Login, password or code is wrong. Try again in a while."),
        )


class SignIn:
    """Sign-in by password."""

    def __init__(
        self, engine: Engine, clock: Clock, passwords: Passwords, seal: FactorSeal
    ) -> None:
        self._engine, self._clock, self._passwords = engine, clock, passwords
        self._seal, self._nobodys_secret = seal, new_secret()

    def queue(self, key: AttemptKey) -> str:
        """The queue of an attempt: that of its address, or the crowded one.

        The crowded queue is shared by all addresses and logins with many failures.

        Raises: Refusal: `too-many`: the waiting time is not over.
        """
        with read_connection(self._engine) as connection:
            now = self._clock()
            if wait_s := wait_after_failures(connection, key, now):
                raise Refusal("too-many", retry_after=wait_s)
            is_crowded = has_many_failures(connection, key, now, from_address=QUEUE_LIMIT)
        return CROWDED if is_crowded else key.address

    def attempt(
        self, login: str, password: str, totp: str, *, key: AttemptKey, hours: int
    ) -> SignInResult:
        """Attempt a sign-in; its outcome is decided in one final transaction.

        Concurrent attempts are therefore accepted no more often than consecutive ones.
        """
        name = login_of(login)
        with read_connection(self._engine) as connection:
            wait_s = wait_after_failures(connection, key, self._clock())
            query = select(account_table).where(account_table.c.login == name)
            row = connection.execute(query).first() if is_storable(name) else None
        if wait_s:
            return SignInResult(wait_s=wait_s)
        stored_hash = None if row is None or row.is_disabled or row.is_service else row.password
        is_right = self._passwords.is_right(password, stored_hash)
        with account_transaction(self._engine) as connection:
            now = self._clock()
            if wait_s := wait_after_failures(connection, key, now):
                return SignInResult(wait_s=wait_s)
            secret = self._nobodys_secret  # takes as long to check as that of an app
            if row is not None and row.totp_secret is not None:
                secret = self._seal.decrypt_secret(row.id, row.totp_secret)
            step = step_of(secret, totp, now)
            assurance = None
            if row is not None and is_right:
                assurance = _assurance(connection, row, step)
            if row is None or assurance is None:
                filled = count_failure(connection, key, now)
                return SignInResult(is_alert=filled)
            clear_failures(connection, key)
            return SignInResult(
                opened=open_session(connection, row.id, assurance, now=now, hours=hours)
            )


def _assurance(connection: Connection, compared: Row[Any], step: int | None) -> Assurance | None:
    """The assurance a second factor gives; None if it is wrong or was used.

    Also None if the account has changed since its password was compared.
    """
    account = connection.execute(
        select(account_table).where(account_table.c.id == compared.id)
    ).first()
    if account is None or account.is_disabled:
        return None
    if (account.password, account.totp_secret) != (compared.password, compared.totp_secret):
        return None
    if account.totp_secret is None:
        return Assurance.STRONG if account.is_demo else Assurance.PASSWORD
    is_used = step is None or not use_step(connection, account.id, step)
    return None if is_used else Assurance.STRONG


# ---- first start


class FirstAdministrator:
    """Whether there are accounts, and the creation of the first one."""

    def __init__(
        self, engine: Engine, clock: Clock, passwords: Passwords, seal: FactorSeal
    ) -> None:
        self._engine, self._clock, self._passwords = engine, clock, passwords
        self._seal, self._is_over = seal, False

    def is_over(self) -> bool:
        """Whether there is an account; cached once true, since accounts are never removed."""
        if not self._is_over:
            with read_connection(self._engine) as connection:
                self._is_over = not _is_empty(connection)
        return self._is_over

    def code(self) -> OneTimeCode | None:
        """A new code, which invalidates any earlier one; None if there are accounts."""
        with account_transaction(self._engine) as connection:
            if not _is_empty(connection):
                return None
            return new_code(connection, FIRST_START, now=self._clock(), lasts=LASTS, tries=TRIES)

    def set_up(self, code: str, login: str, password: str) -> Enrollment:
        """Create the first administrator, with a password of their choice.

        Raises:
            NotFound: there are accounts.
            Refusal: the code is wrong or expired, or the login or password is unusable.
        """
        require_usable(password, login)
        with account_transaction(self._engine) as connection:
            if not _is_empty(connection):
                raise NotFound("setup")
            is_right = is_first_code(connection, code, now=self._clock())
        if not is_right:  # raised after the transaction, so that the used-up attempt is stored
            raise _wrong_code()
        password_hash, secret = self._passwords.hash(password), new_secret()
        with account_transaction(self._engine) as connection:
            now = self._clock()
            if not _is_empty(connection) or not is_first_code(connection, code, now=now):
                raise _wrong_code()
            account = add_account(connection, login, now=now, password=password_hash)
            change_account(
                connection, account, totp_secret=self._seal.encrypt_secret(account, secret)
            )
            admin = Grant(role=Role.ADMIN, areas=frozenset())
            insert_grant(connection, account, admin, by=FIRST, now=now, is_waiting=False)
            use_up(connection, FIRST_START)
        return Enrollment(account=account, login=login_of(login), totp_secret=secret)


def _is_empty(connection: Connection) -> bool:
    return connection.execute(select(account_table.c.id).limit(1)).first() is None


def _wrong_code() -> Refusal:
    return Refusal(
        "unauthenticated",
        bilingual(
            "The code is wrong, used or has ended. Start Kontaktvej again, and use the new one."
        ),
    )
