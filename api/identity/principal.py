"""Who makes a request: an account, the rights it has now, and how sure we are."""

import json
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, Row, select

from api.identity.tables import account_table, grant_table
from graph.access.policy import READS_PERSONS, Caller, Grant, Role, Task
from graph.vocabulary import PreventionLevel

NEEDS_STRONG: Final = frozenset({Role.ADMIN, Role.DPO})
"""Roles that give nothing to a password alone, nor to a token."""
NEEDS_SECOND: Final = READS_PERSONS | NEEDS_STRONG
"""Roles that nobody gives alone."""
NOT_FOR_TOKENS: Final = frozenset(
    {Task.REVEAL, Task.ACCOUNTS, Task.APPROVE, Task.AUDIT, Task.EXPORT_NAMES, Task.EXPORT_DETAILS}
)
"""What no API token is for, whatever its owner may do."""


class Assurance(StrEnum):
    """How sure we are who it is."""

    PASSWORD = "PASSWORD"  # noqa: S105 - a word, no password
    STRONG = "STRONG"


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who makes a request: the account, its rights, and by which session or token.

    `scopes` narrow the rights of a token; None: all of the account's. `dormant` are roles it was
    given that stronger proof would wake: `caller` has them not.
    """

    account: str
    caller: Caller
    via: str
    assurance: Assurance
    scopes: frozenset[str] | None = None
    dormant: frozenset[Role] = frozenset()

    @property
    def is_session(self) -> bool:
        """By a sign-in of somebody, not by a token that lies in a file."""
        return self.via.startswith("ses-")


def load_principal(
    connection: Connection,
    account: str,
    *,
    via: str,
    assurance: Assurance,
    scopes: frozenset[str] | None = None,
) -> Principal | None:
    """An account with the rights it has at this moment; None where it is disabled or none."""
    row = connection.execute(
        select(account_table.c.person).where(
            account_table.c.id == account, ~account_table.c.is_disabled
        )
    ).first()
    if row is None:
        return None
    given = in_force(connection, account)
    sleeping = frozenset[Role]() if assurance is Assurance.STRONG else NEEDS_STRONG
    caller = Caller(
        account=account,
        grants=tuple(grant for grant in given if grant.role not in sleeping),
        person=row.person,
    )
    return Principal(
        account=account, caller=caller, via=via, assurance=assurance, scopes=scopes,
        dormant=frozenset(grant.role for grant in given) & sleeping,
    )  # fmt: skip


def in_force(connection: Connection, account: str) -> tuple[Grant, ...]:
    """The grants of an account that are confirmed and not ended, whatever their dates."""
    rows = connection.execute(
        select(grant_table)
        .where(
            grant_table.c.account == account,
            grant_table.c.ended_at.is_(None),
            grant_table.c.confirmed_at.is_not(None),
        )
        .order_by(grant_table.c.id)
    )
    return tuple(grant_of(row) for row in rows)


def grant_of(row: Row[Any]) -> Grant:
    """A grant as it was stored."""
    return Grant(
        role=Role(row.role),
        areas=frozenset(json.loads(row.areas)),
        levels=frozenset(PreventionLevel(one) for one in json.loads(row.levels)),
        valid_from=_date(row.valid_from),
        valid_to=_date(row.valid_to),
    )


def _date(value: object) -> date | None:
    return value if isinstance(value, date) else None
