"""The grants of accounts, and which roles an account may combine.

Administrators and data protection officers hold no other role, so that no one who gives or
supervises rights uses any. Source: docs/security.md, "Roles".
"""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, insert, select

from api.errors import Refusal
from api.i18n import bilingual
from api.identity.principal import NEEDS_STRONG, grant_of
from api.identity.tables import account_table, grant_table, is_storable, utc
from api.sql import read_connection
from graph.access.policy import Grant, Role
from graph.errors import NotFound
from graph.model.base import random_id

_ALONE: Final = NEEDS_STRONG | {Role.SERVICE}
"""Roles that are never combined with another role in one account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredGrant:
    """A grant of an account and its origin; not in force while it waits for approval."""

    id: str
    account: str
    grant: Grant
    given_by: str
    given_at: datetime
    confirmed_by: str | None
    is_waiting: bool


class Grants:
    """Read access to the grants of one installation; `changes.py` gives and ends them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of(self, account: str) -> tuple[StoredGrant, ...]:
        """The grants of an account that have not been ended, in the order they were given."""
        with read_connection(self._engine) as connection:
            return tuple(given_of(row) for row in open_grants(connection, account))

    def find(self, grant: str) -> StoredGrant:
        """A grant. Raises: NotFound: there is no such grant, or it has ended."""
        with read_connection(self._engine) as connection:
            return given_of(grant_row(connection, grant))


def insert_grant(
    connection: Connection, account: str, grant: Grant, *, by: str, now: datetime, is_waiting: bool
) -> str:
    """Insert a grant and return its id, within a transaction that has checked it may be given."""
    grant_id = random_id("gra")
    connection.execute(
        insert(grant_table),
        {"id": grant_id, "account": account, "role": grant.role.value,
         "areas": json.dumps(sorted(grant.areas)), "levels": json.dumps(sorted(grant.levels)),
         "valid_from": grant.valid_from, "valid_to": grant.valid_to, "given_by": by,
         "given_at": now, "confirmed_at": None if is_waiting else now},
    )  # fmt: skip
    return grant_id


def require_use(grant: Grant, *, is_service: bool) -> None:
    """Check that a grant has an effect and suits the kind of account.

    Raises: Refusal: the grant has no effect, or only one of grant and account is a program's.
    """
    if (grant.role is Role.SERVICE) != is_service:
        raise Refusal("separation")
    if (grant.valid_from or date.min) >= (grant.valid_to or date.max):
        raise _useless("valid_to", *bilingual("Ends before it begins."))
    if not grant.levels:
        raise _useless("levels", *bilingual("Choose at least one prevention level."))
    if not grant.areas and grant.role is not Role.ADMIN:
        raise _useless("areas", *bilingual("Choose at least one area."))


def _useless(field: str, danish: str, english: str) -> Refusal:
    fault = {"pointer": f"/{field}", "field": field, "rule": "GRANT"}
    return Refusal("invalid", (danish, english), errors=[fault])


def require_apart(
    connection: Connection, account: str, grant: Grant, today: date, *, but: str = ""
) -> None:
    """Check that a role may be combined with the account's other roles, ignoring the grant `but`.

    Raises: Refusal: it may not be combined with one of them.
    """
    for row in open_grants(connection, account):
        other = grant_of(row)
        if row.id == but or other.role is grant.role or not {other.role, grant.role} & _ALONE:
            continue
        start = max(today, other.valid_from or date.min, grant.valid_from or date.min)
        if start < min(other.valid_to or date.max, grant.valid_to or date.max):
            raise Refusal("separation")


def is_same_person(connection: Connection, account: str, other_account: str) -> bool:
    """Whether two accounts are the same, or belong to the same person."""
    if account == other_account:
        return True
    query = select(account_table.c.person).where(
        account_table.c.id.in_((account, other_account)), account_table.c.person.is_not(None)
    )
    persons = list(connection.scalars(query))
    return len(persons) == 2 and persons[0] == persons[1]


def open_grants(connection: Connection, account: str) -> list[Row[Any]]:
    """The stored rows of an account's grants that have not been ended."""
    rows = connection.execute(
        select(grant_table)
        .where(grant_table.c.account == account, grant_table.c.ended_at.is_(None))
        .order_by(grant_table.c.given_at, grant_table.c.id)
    )
    return list(rows)


def grant_row(connection: Connection, grant: str) -> Row[Any]:
    """A grant as it is stored. Raises: NotFound: there is no such grant, or it has ended."""
    if not is_storable(grant):
        raise NotFound(grant)
    row = connection.execute(
        select(grant_table).where(grant_table.c.id == grant, grant_table.c.ended_at.is_(None))
    ).first()
    if row is None:
        raise NotFound(grant)
    return row


def given_of(row: Row[Any]) -> StoredGrant:
    """Build a grant from its row."""
    return StoredGrant(
        id=row.id, account=row.account, grant=grant_of(row), given_by=row.given_by,
        given_at=utc(row.given_at), confirmed_by=row.confirmed_by,
        is_waiting=row.confirmed_at is None,
    )  # fmt: skip
