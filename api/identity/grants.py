"""Rights, given and ended: by one administrator, by two, or on the host; never by oneself.

Source: security.md §2. Administrators and data protection officers hold no other role, so that none
who gives rights or watches over them uses any.
"""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, insert, select, update

from api.errors import Refused
from api.identity.logins import Account, account_of
from api.identity.tables import Clock, account_table, changing, grant_table, is_storable, utc
from api.identity.who import NEEDS_STRONG, grant_of, in_force
from api.sql import reading
from graph.access import Grant, Role
from graph.errors import NotFound

HOST: Final = "host"
"""Who gives and ends on the command line of the host, in place of an account."""
_ALONE: Final = NEEDS_STRONG | {Role.SERVICE}
"""Roles that are never in one account with another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A grant of an account, and how it came about; not in force while it waits for a yes."""

    id: str
    account: str
    grant: Grant
    given_by: str
    given_at: datetime
    confirmed_by: str | None
    is_waiting: bool


class Grants:
    """The grants of one installation; `today` decides what lies behind us."""

    def __init__(self, engine: Engine, clock: Clock, today: Callable[[], date]) -> None:
        self._engine, self._clock, self._today = engine, clock, today

    def give(self, account: str, grant: Grant, *, by: str, is_host: bool = False) -> Given:
        """Gives an account a grant: at once, or once a second administrator has confirmed it.

        Whoever holds the host needs no second, and no account there is their own.

        Raises:
            NotFound: no such account.
            Refused: one's own, a role beside one that stands alone, or one that gives nothing.
        """
        with changing(self._engine) as connection:
            found = account_of(connection, account)
            require_use(grant, is_service=found.is_service)
            if not is_host:
                _require_other(connection, by, found)
            self._require_apart(connection, found, grant)
            is_waiting = not is_host and grant.role in NEEDS_STRONG
            given = insert_grant(
                connection, account, grant, by=by, now=self._clock(), is_waiting=is_waiting
            )
            return _given(_row(connection, given))

    def confirm(self, grant: str, *, by: str) -> Given:
        """The second administrator's yes; in force from now on.

        Raises:
            NotFound: no such grant, or none that waits.
            Refused: whoever says yes gave it, or gets it; or who gave it may no longer do so.
        """
        with changing(self._engine) as connection:
            row = _row(connection, grant)
            if row.confirmed_at is not None:
                raise NotFound(grant)
            found = account_of(connection, row.account)
            _require_other(connection, by, found)
            if row.given_by == by or _is_same_person(connection, by, row.given_by):
                raise Refused("own-rights", (
                    "En anden administrator end den, der gav rettigheden, skal sige ja.",
                    "Another administrator than the one who gave the right must say yes.",
                ))  # fmt: skip
            if not self._is_admin(connection, row.given_by):
                raise Refused("own-rights", (
                    "Den, der gav rettigheden, er ikke længere administrator.",
                    "Whoever gave the right is an administrator no longer.",
                ))  # fmt: skip
            self._require_apart(connection, found, grant_of(row), but=grant)
            connection.execute(
                update(grant_table)
                .where(grant_table.c.id == grant)
                .values(confirmed_by=by, confirmed_at=self._clock())
            )
            return _given(_row(connection, grant))

    def end(self, grant: str, *, by: str) -> Given:
        """Takes a grant back, from the next call on.

        Raises:
            NotFound: no such grant, or one that has ended.
            Refused: one's own.
        """
        with changing(self._engine) as connection:
            row = _row(connection, grant)
            _require_other(connection, by, account_of(connection, row.account))
            connection.execute(
                update(grant_table)
                .where(grant_table.c.id == grant)
                .values(ended_by=by, ended_at=self._clock())
            )
            return _given(row)

    def of(self, account: str) -> tuple[Given, ...]:
        """The grants of an account that have not been taken back, in the order they were given."""
        with reading(self._engine) as connection:
            return tuple(_given(row) for row in _standing(connection, account))

    def require_other(self, by: str, account: str) -> None:
        """Raises: Refused: an account of whoever asks. NotFound: no such account."""
        with reading(self._engine) as connection:
            _require_other(connection, by, account_of(connection, account))

    def _require_apart(
        self, connection: Connection, account: Account, grant: Grant, *, but: str = ""
    ) -> None:
        for row in _standing(connection, account.id):
            other = grant_of(row)
            is_other = row.id != but and other.role is not grant.role
            if is_other and {other.role, grant.role} & _ALONE and self._meet(other, grant):
                raise Refused("separation")

    def _meet(self, one: Grant, other: Grant) -> bool:
        """Is there a day, from today on, on which both give something?"""
        starts = [self._today(), *(grant.valid_from or date.min for grant in (one, other))]
        ends = [grant.valid_to or date.max for grant in (one, other)]
        return max(starts) < min(ends)

    def _is_admin(self, connection: Connection, account: str) -> bool:
        if account_of(connection, account).is_disabled:
            return False
        given = in_force(connection, account)
        return any(one.role is Role.ADMIN and one.is_valid(self._today()) for one in given)


def insert_grant(
    connection: Connection, account: str, grant: Grant, *, by: str, now: datetime, is_waiting: bool
) -> str:
    """Within a transaction that has found it may be given: a grant; its id."""
    given = f"gra-{secrets.token_hex(8)}"
    connection.execute(
        insert(grant_table),
        {"id": given, "account": account, "role": grant.role.value,
         "areas": json.dumps(sorted(grant.areas)), "levels": json.dumps(sorted(grant.levels)),
         "valid_from": grant.valid_from, "valid_to": grant.valid_to, "given_by": by,
         "given_at": now, "confirmed_at": None if is_waiting else now},
    )  # fmt: skip
    return given


def require_use(grant: Grant, *, is_service: bool) -> None:
    """Whatever else the account has: would a grant give it anything, and may it?

    Raises: Refused: it gives nothing, or it is a program's and the account is not, or the reverse.
    """
    if (grant.role is Role.SERVICE) != is_service:
        raise Refused("separation")
    if (grant.valid_from or date.min) >= (grant.valid_to or date.max):
        raise _useless("valid_to", "Slutter før den begynder.", "Ends before it begins.")
    if not grant.levels:
        raise _useless("levels", "Nævn mindst ét niveau.", "Name one level at least.")
    if not grant.areas and grant.role is not Role.ADMIN:
        raise _useless("areas", "Nævn mindst ét område.", "Name one area at least.")


def _useless(field: str, danish: str, english: str) -> Refused:
    fault = {"pointer": f"/{field}", "field": field, "rule": "GRANT"}
    return Refused("invalid", (danish, english), errors=[fault])


def _require_other(connection: Connection, by: str, account: Account) -> None:
    """Nobody decides about an account of their own, nor of the person they are."""
    if by == account.id or _is_same_person(connection, by, account.id):
        raise Refused("own-rights")


def _is_same_person(connection: Connection, one: str, other: str) -> bool:
    found = select(account_table.c.person).where(
        account_table.c.id.in_((one, other)), account_table.c.person.is_not(None)
    )
    persons = list(connection.scalars(found))
    return len(persons) == 2 and persons[0] == persons[1]


def _standing(connection: Connection, account: str) -> list[Row[Any]]:
    rows = connection.execute(
        select(grant_table)
        .where(grant_table.c.account == account, grant_table.c.ended_at.is_(None))
        .order_by(grant_table.c.given_at, grant_table.c.id)
    )
    return list(rows)


def _row(connection: Connection, grant: str) -> Row[Any]:
    if not is_storable(grant):
        raise NotFound(grant)
    row = connection.execute(
        select(grant_table).where(grant_table.c.id == grant, grant_table.c.ended_at.is_(None))
    ).first()
    if row is None:
        raise NotFound(grant)
    return row


def _given(row: Row[Any]) -> Given:
    return Given(
        id=row.id, account=row.account, grant=grant_of(row), given_by=row.given_by,
        given_at=utc(row.given_at), confirmed_by=row.confirmed_by,
        is_waiting=row.confirmed_at is None,
    )  # fmt: skip
