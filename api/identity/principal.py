"""The principal of a request: an account, its present rights, and the assurance of sign-in."""

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
"""Roles that have no effect with a password alone, nor with a token."""
NEEDS_SECOND: Final = READS_PERSONS | NEEDS_STRONG
"""Roles that need a second person's approval."""
NOT_FOR_TOKENS: Final = frozenset(
    {Task.REVEAL, Task.ACCOUNTS, Task.APPROVE, Task.AUDIT, Task.EXPORT_NAMES, Task.EXPORT_DETAILS}
)
"""Tasks that no API token may do, whatever its owner may do."""


class Assurance(StrEnum):
    """The strength of the authentication."""

    PASSWORD = "PASSWORD"  # noqa: S105 - a word, no password
    STRONG = "STRONG"


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """The principal of a request: the account, its rights, and its session or token.

    `scopes` narrow the rights of a token; None: all of the account's. `dormant` are roles that
    stronger authentication would activate: `caller` does not have them.
    """

    account: str
    caller: Caller
    via: str
    assurance: Assurance
    scopes: frozenset[str] | None = None
    dormant: frozenset[Role] = frozenset()

    @property
    def is_session(self) -> bool:
        """Whether it comes from a sign-in, and not from a token stored in a file."""
        return self.via.startswith("ses-")


def load_principal(
    connection: Connection,
    account: str,
    *,
    via: str,
    assurance: Assurance,
    scopes: frozenset[str] | None = None,
) -> Principal | None:
    """An account with its present rights; None if it is disabled or does not exist."""
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
    """Build a grant from its row."""
    return Grant(
        role=Role(row.role),
        areas=frozenset(json.loads(row.areas)),
        levels=frozenset(PreventionLevel(one) for one in json.loads(row.levels)),
        valid_from=_date(row.valid_from),
        valid_to=_date(row.valid_to),
    )


def _date(value: object) -> date | None:
    return value if isinstance(value, date) else None
