"""The first start: while there is no account, a code creates the first administrator."""

from datetime import timedelta
from typing import Final

from sqlalchemy import Connection, Engine, select

from api.errors import Refused
from api.i18n import bilingual
from api.identity.accounts import add_account, change_account, login_of
from api.identity.credentials import Enrolled, FactorSeal, Passwords, new_secret, require_usable
from api.identity.grants import insert_grant
from api.identity.one_time_links import FIRST_START, is_first_code, new_code, use_up
from api.identity.tables import Clock, account_table, changing
from api.sql import reading
from graph.access.policy import Grant, Role
from graph.errors import NotFound

LASTS: Final = timedelta(minutes=30)
TRIES: Final = 5
FIRST: Final = "first-start"
"""The actor recorded as having given the first administrator's grant."""


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
            with reading(self._engine) as connection:
                self._is_over = not _is_empty(connection)
        return self._is_over

    def code(self) -> str | None:
        """A new code, which invalidates any earlier one; None if there are accounts."""
        with changing(self._engine) as connection:
            if not _is_empty(connection):
                return None
            return new_code(connection, FIRST_START, now=self._clock(), lasts=LASTS, tries=TRIES)

    def set_up(self, code: str, login: str, password: str) -> Enrolled:
        """Create the first administrator, with a password of their choice.

        Raises:
            NotFound: there are accounts.
            Refused: the code is wrong or expired, or the login or password is unusable.
        """
        require_usable(password, login)
        self._require_code(code)
        kept, secret = self._passwords.hash(password), new_secret()
        with changing(self._engine) as connection:
            now = self._clock()
            if not _is_empty(connection) or not is_first_code(connection, code, now=now):
                raise _wrong_code()
            account = add_account(connection, login, now=now, password=kept)
            change_account(connection, account, totp_secret=self._seal.sealed(account, secret))
            admin = Grant(role=Role.ADMIN, areas=frozenset())
            insert_grant(connection, account, admin, by=FIRST, now=now, is_waiting=False)
            use_up(connection, FIRST_START)
        return Enrolled(account=account, login=login_of(login), totp_secret=secret)

    def _require_code(self, code: str) -> None:
        with changing(self._engine) as connection:
            if not _is_empty(connection):
                raise NotFound("setup")
            is_right = is_first_code(connection, code, now=self._clock())
        if not is_right:  # raised after the transaction, so that the used-up attempt is stored
            raise _wrong_code()


def _is_empty(connection: Connection) -> bool:
    return connection.execute(select(account_table.c.id).limit(1)).first() is None


def _wrong_code() -> Refused:
    return Refused(
        "unauthenticated",
        bilingual(
            "The code is wrong, used or has ended. Start Kontaktvej again, and use the new one."
        ),
    )
