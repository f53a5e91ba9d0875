"""What an account proves itself with: its first password, a new one, a second factor."""

from sqlalchemy import Connection, Engine, select, update

from api.errors import Refused
from api.identity import failures
from api.identity.codes import invited, use_up
from api.identity.failures import Knocking
from api.identity.logins import Account, account_of, change_account
from api.identity.passwords import Passwords, require_usable
from api.identity.second_factor import Enrolled, new_secret, step_of, use_step
from api.identity.sessions import end_sessions
from api.identity.tables import Clock, account_table, changing, grant_table
from api.identity.tokens import revoke_all
from api.identity.who import NEEDS_STRONG
from api.sql import reading


class Credentials:
    """How accounts come by their proofs, and change them."""

    def __init__(self, engine: Engine, clock: Clock, passwords: Passwords) -> None:
        self._engine, self._clock, self._passwords = engine, clock, passwords

    def redeem(self, code: str, password: str) -> Enrolled:
        """Gives an invited account its password, and a second factor where its roles need one. What
        was signed in before is so no longer.

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
            use_up(connection, account)
            secret = new_secret() if _needs_app(connection, account) else None
            change_account(
                connection, account, password=kept, totp_secret=secret, totp_pending=None,
                totp_step=None,
            )  # fmt: skip
            end_sessions(connection, account)
            revoke_all(connection, account, self._clock())
        return Enrolled(account=account, login=login, totp_secret=secret)

    def change_password(self, account: str, old: str, new: str, *, knocking: Knocking) -> None:
        """A new password for whoever knows the old one; signs out everywhere.

        Raises: Refused: it is not the old one, or the new one will not do.
        """
        found, kept = self._proved(account, old, knocking)
        require_usable(new, found.login)
        fresh = self._passwords.hash(new)
        with changing(self._engine) as connection:
            done = connection.execute(
                update(account_table)
                .where(account_table.c.id == account, account_table.c.password == kept)
                .values(password=fresh)
            )
            if not done.rowcount:
                raise _not_yours("password")
            end_sessions(connection, account)
            use_up(connection, account)

    def begin_second_factor(self, account: str, password: str, *, knocking: Knocking) -> Enrolled:
        """A secret for the account's app; it counts once a code has shown that the app knows it.

        Raises: Refused: not the password.
        """
        found, _ = self._proved(account, password, knocking)
        secret = new_secret()
        with changing(self._engine) as connection:
            change_account(connection, account, totp_pending=secret)
        return Enrolled(account=account, login=found.login, totp_secret=secret)

    def confirm_second_factor(self, account: str, code: str) -> None:
        """From now on sign-in asks for a code. Raises: Refused: not the code of the new secret."""
        with changing(self._engine) as connection:
            secret = connection.scalar(
                select(account_table.c.totp_pending).where(account_table.c.id == account)
            )
            step = step_of(secret, code, self._clock()) if secret else None
            if step is None:
                raise _not_yours("totp")
            change_account(
                connection, account, totp_secret=secret, totp_pending=None, totp_step=None
            )
            use_step(connection, account, step)

    def _proved(
        self, account: str, password: str, knocking: Knocking
    ) -> tuple[Account, str | None]:
        """Whoever holds a stolen session may not try out passwords either: a failure counts as one
        of sign-in does, and the same lock holds.
        """
        with reading(self._engine) as connection:
            found = account_of(connection, account)
            kept = connection.scalar(
                select(account_table.c.password).where(account_table.c.id == account)
            )
        is_right = self._passwords.is_right(password, kept)
        with changing(self._engine) as connection:
            now = self._clock()
            was_locked = failures.is_locked(connection, knocking, now)
            is_right = is_right and not was_locked
            if not is_right:
                failures.note_failure(connection, knocking, now, was_locked=was_locked)
        if not is_right:
            raise _not_yours("password")
        return found, kept


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
