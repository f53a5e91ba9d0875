"""The principal of a request: authentication by its token, its rights, and which tasks it may do.

A token is that of a session, a program, or a trusted issuer. Strong authentication is a second
factor of this API, or an `acr` or `amr` of the issuer that counts as one.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, Row, select

from api.errors import Refusal
from api.i18n import bilingual
from api.identity.tables import account_table, grant_table
from graph.access.policy import READS_PERSONS, TASKS, Caller, Grant, Role, Task
from graph.vocabulary import Language, PreventionLevel

if TYPE_CHECKING:
    from api.identity.store import IdentityStore

NEEDS_STRONG: Final = frozenset({Role.ADMIN, Role.DPO})
"""Roles that have no effect with a password alone, nor with a token."""
NEEDS_SECOND: Final = READS_PERSONS | NEEDS_STRONG
"""Roles that need a second person's approval."""
NOT_FOR_TOKENS: Final = frozenset(
    {Task.REVEAL, Task.ACCOUNTS, Task.APPROVE, Task.AUDIT, Task.EXPORT_NAMES, Task.EXPORT_DETAILS}
)
"""Tasks that no API token may do, whatever the rights of its owner."""


class Assurance(StrEnum):
    """The strength of the authentication."""

    PASSWORD = "PASSWORD"  # noqa: S105 - a word, no password
    STRONG = "STRONG"


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """The principal of a request: the account, its rights, and its session or token.

    `scopes` narrow the rights of a token; None: all of the account's. `dormant` are grants that
    stronger authentication would activate: `caller` does not have them.
    """

    account: str
    caller: Caller
    via: str
    assurance: Assurance
    scopes: frozenset[str] | None = None
    dormant: tuple[Grant, ...] = ()

    @property
    def is_session(self) -> bool:
        """Whether it comes from a sign-in, and not from a token stored in a file."""
        return self.via.startswith("ses-")

    def roles(self, day: date) -> frozenset[Role]:
        """The roles of the caller's grants that are valid on a day."""
        return _roles(self.caller.grants, day)


def _roles(grants: Iterable[Grant], day: date) -> frozenset[Role]:
    return frozenset(grant.role for grant in grants if grant.is_valid(day))


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
    grants = in_force(connection, account)
    sleeping = frozenset[Role]() if assurance is Assurance.STRONG else NEEDS_STRONG
    caller = Caller(
        account=account,
        grants=tuple(grant for grant in grants if grant.role not in sleeping),
        person=row.person,
    )
    return Principal(
        account=account, caller=caller, via=via, assurance=assurance, scopes=scopes,
        dormant=tuple(grant for grant in grants if grant.role in sleeping),
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
        levels=frozenset(PreventionLevel(level) for level in json.loads(row.levels)),
        valid_from=_date(row.valid_from),
        valid_to=_date(row.valid_to),
    )


def _date(value: object) -> date | None:
    return value if isinstance(value, date) else None


# ---- authentication

TokenVerifier = Callable[[str], Principal | None]
"""A function from an issuer's token to its principal; None if it is not accepted."""


def no_issuer(_token: str) -> Principal | None:
    """Reject every token; used when no issuer is configured."""
    return None


def token_in(header: str) -> str:
    """The token of an `Authorization` header. Raises: Refusal: there is none."""
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Refusal("unauthenticated")
    return token.strip()


def is_of_issuer(token: str) -> bool:
    """Whether a token is in the format of an issuer; tokens of this API contain no dots."""
    return "." in token


def authenticate(
    token: str,
    accounts: "IdentityStore",
    vouched: TokenVerifier,
    *,
    idle_min: int,
    is_activity: bool,
) -> Principal:
    """Return the principal of a token.

    Raises: Refusal: it has ended, or never existed.
    """
    if is_of_issuer(token):
        who = vouched(token)
    else:
        who = accounts.signed_in(token, idle_min=idle_min, is_activity=is_activity)
    if who is None:
        raise Refusal("unauthenticated")
    return who


# ---- tasks


class StepUp(StrEnum):
    """The authentication that would suffice: the member `needed` of the problem."""

    STRONG = Assurance.STRONG.value
    SESSION = "SESSION"  # a sign-in of any kind; no token stored in a file


def step_up(needed: StepUp, detail: tuple[str, str] | None = None) -> Refusal:
    """The refusal of a request that stronger or other authentication would permit."""
    return Refusal("step-up", detail, needed=needed.value)


def require_strong(who: Principal) -> None:
    """Require strong authentication, as for a reveal, and for names and details in a file.

    Raises: Refusal: `step-up`; the caller can sign in again more strongly.
    """
    if who.assurance is not Assurance.STRONG:
        raise step_up(StepUp.STRONG)


def check_task(
    who: Principal, task: Task, day: date, *, needs_grant: bool = True, needs_session: bool = False
) -> Refusal | None:
    """Return why a principal may not do a task on a day; None if allowed.

    `needs_grant`: False for tasks about the account itself, which need no right. `needs_session`:
    no token is accepted, since it could extend its own life.
    """
    if who.scopes is not None and (task not in who.scopes or task in NOT_FOR_TOKENS):
        text = bilingual("This token may not be used for: {task}.", task=task.label)
        return Refusal("forbidden", text, needed=task.value)
    if needs_session and not who.is_session:
        return step_up(StepUp.SESSION, bilingual("Sign in first; a token is not enough."))
    if not needs_grant:
        return None
    roles, dormant = who.roles(day), _roles(who.dormant, day)
    if roles & TASKS[task]:
        return None
    if dormant & TASKS[task]:
        roles_named = partial(_role_names, dormant)
        return step_up(
            StepUp.STRONG,
            bilingual("The role {roles} asks you to sign in with a code.", roles=roles_named),
        )
    if not roles:
        granted = (*who.caller.grants, *who.dormant)
        grants = [grant for grant in granted if not grant.is_valid(day)]
        if not grants:
            text = bilingual("Nobody has given the account any right. Ask an administrator.")
        elif any(grant.valid_from is not None and day < grant.valid_from for grant in grants):
            text = bilingual("The rights of the account have not begun yet.")
        else:
            text = bilingual(
                "The rights of the account have ended. Ask an administrator to renew them."
            )
        return Refusal("no-grant", text)
    text = bilingual("Requires one of the roles: {roles}.", roles=partial(_role_names, TASKS[task]))
    return Refusal("forbidden", text, needed=task.value)


def _role_names(roles: Iterable[Role], lang: Language) -> str:
    return ", ".join(role.label(lang) for role in Role if role in set(roles))
