"""What an account proves itself with: its first password, a new one, a second factor."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, select, update

from api.errors import Refused
from api.identity import failures
from api.identity.accounts import account_of, change_account, end_all
from api.identity.codes import invited
from api.identity.factor_seal import FactorSeal
from api.identity.failures import AttemptKey
from api.identity.passwords import Passwords, require_usable
from api.identity.principal import NEEDS_STRONG
from api.identity.second_factor import Enrolled, new_secret, step_of, use_step
from api.identity.tables import Clock, account_table, changing, grant_table
from api.sql import reading
from graph.errors import NotFound


class Credentials:
    """How accounts come by their proofs, and change them."""

    def __init__(
        self, engine: Engine, clock: Clock, passwords: Passwords, seal: FactorSeal
    ) -> None:
        self._engine, self._clock, self._passwords = engine, clock, passwords
        self._seal = seal

    def redeem(self, code: str, password: str) -> Enrolled:
        """Gives an invited account its password, and a second factor where its roles need one and
        it has none: one there is stays. What was signed in before is so no longer.

        Raises: Refused: no such invitation, or a password that will not do.
        """
        with reading(self._engine) as connection:
            account = invited(connection, code, now=self._clock())
            login = account_of(connection, account).login if account else ""
        if account is None:
            raise _no_invitation()
        require_usable(password, login)
        kept = self._passwords.hash(password)
        with changing(self._engine) as connection:
            if invited(connection, code, now=self._clock()) != account:
                raise _no_invitation()
            has_app = account_of(connection, account).has_totp
            secret = new_secret() if not has_app and _needs_app(connection, account) else None
            change_account(connection, account, password=kept, totp_pending=None)
            if secret:
                sealed = self._seal.sealed(account, secret)
                change_account(connection, account, totp_secret=sealed, totp_step=None)
            end_all(connection, account, self._clock())
        return Enrolled(account=account, login=login, totp_secret=secret)

    def change_password(self, account: str, old: str, new: str, *, knocking: AttemptKey) -> None:
        """A new password for whoever knows the old one; signs out everywhere, ends every token.

        Raises: Refused: it is not the old one, or the new one will not do.
        """
        row = self._row(account)
        self._prove(row, old, "", knocking, needs_app=False)
        require_usable(new, row.login)
        fresh = self._passwords.hash(new)
        with changing(self._engine) as connection:
            done = connection.execute(
                update(account_table)
                .where(account_table.c.id == account, account_table.c.password == row.password)
                .values(password=fresh, totp_pending=None)
            )
            if not done.rowcount:
                raise _not_yours("password")
            end_all(connection, account, self._clock())

    def begin_second_factor(
        self, account: str, password: str, totp: str, *, knocking: AttemptKey
    ) -> Enrolled:
        """A secret for the account's app; it counts once a code has shown that the app knows it.
        Whoever has a second factor already proves it by `totp`.

        Raises: Refused: not the password, or not a code of the app there is.
        """
        row = self._row(account)
        self._prove(row, password, totp, knocking, needs_app=True)
        secret = new_secret()
        with changing(self._engine) as connection:
            done = connection.execute(
                update(account_table)
                .where(
                    account_table.c.id == account,
                    account_table.c.password == row.password,
                    account_table.c.totp_secret.is_not_distinct_from(row.totp_secret),
                )
                .values(totp_pending=self._seal.sealed(account, secret))
            )
            if not done.rowcount:
                raise _not_yours("password")
        return Enrolled(account=account, login=row.login, totp_secret=secret)

    def confirm_second_factor(self, account: str, code: str) -> None:
        """From now on sign-in asks for a code. Raises: Refused: not the code of the new secret."""
        with changing(self._engine) as connection:
            pending = connection.scalar(
                select(account_table.c.totp_pending).where(account_table.c.id == account)
            )
            secret = self._seal.opened(account, pending) if pending else None
            step = step_of(secret, code, self._clock()) if secret else None
            if step is None:
                raise _not_yours("totp")
            change_account(
                connection, account, totp_secret=pending, totp_pending=None, totp_step=None
            )
            use_step(connection, account, step)

    def _row(self, account: str) -> Row[Any]:
        with reading(self._engine) as connection:
            row = connection.execute(
                select(account_table).where(account_table.c.id == account)
            ).first()
        if row is None:
            raise NotFound(account)
        return row

    def _prove(
        self, row: Row[Any], password: str, totp: str, knocking: AttemptKey, *, needs_app: bool
    ) -> None:
        """Whoever holds a stolen session may not try out passwords or codes either: a failure
        counts as one of sign-in does, and is waited for as long. Which of them was wrong is not
        told.

        Raises: Refused: one of them was, or so much has failed that this try is not heard yet.
        """
        with reading(self._engine) as connection:
            _require_heard(connection, knocking, self._clock())
        is_right = self._passwords.is_right(password, row.password)
        with changing(self._engine) as connection:
            now = self._clock()
            _require_heard(connection, knocking, now)
            if is_right and needs_app and row.totp_secret is not None:
                step = step_of(self._seal.opened(row.id, row.totp_secret), totp, now)
                is_right = step is not None and use_step(connection, row.id, step)
            if not is_right:
                failures.note_failure(connection, knocking, now)
        if not is_right:
            raise _not_yours("password")


def _require_heard(connection: Connection, knocking: AttemptKey, now: datetime) -> None:
    """Raises: Refused: `too-many`: so much has failed that the next try is not heard yet."""
    if wait_s := failures.wait_s(connection, knocking, now):
        raise Refused("too-many", retry_after=wait_s)


def _needs_app(connection: Connection, account: str) -> bool:
    """Also for a role that a second administrator has yet to confirm."""
    found = select(grant_table.c.id).where(
        grant_table.c.account == account,
        grant_table.c.ended_at.is_(None),
        grant_table.c.role.in_(sorted(NEEDS_STRONG)),
    )
    return connection.execute(found).first() is not None


def _no_invitation() -> Refused:
    return Refused("unauthenticated", (
        "Invitationen er brugt, udløbet eller findes ikke. Bed om en ny.",
        "The invitation is used, has ended or does not exist. Ask for a new one.",
    ))  # fmt: skip


def _not_yours(field: str) -> Refused:
    """Not 401: the session is as good as it was."""
    fault = {"pointer": f"/{field}", "field": field, "rule": "PROOF"}
    return Refused("invalid", (
        "Adgangskode eller engangskode passer ikke.", "Password or code do not fit.",
    ), errors=[fault])  # fmt: skip
