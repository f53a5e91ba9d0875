"""Changes of an account's rights and credentials, with approval by a second person where needed.

An administrator requests a change; it takes effect at once, or once a second person has approved
it. Approval is needed for each change that lets an account read who people are and how they are
reached, for each that takes rights away from accounts that supervise others, and for the removal of
a second factor. It comes from another administrator or a data protection officer: never from the
person who requested the change, never from the person it is about. Anyone with access to the host
decides alone. Each change invalidates the account's open codes.

Source: docs/security.md, "Sign-in and a second approval".
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, func, insert, select, update

from api.errors import Refusal
from api.i18n import bilingual
from api.identity.accounts import Account, account_of, change_account, forget_factor, shut
from api.identity.grants import (
    StoredGrant,
    given_of,
    grant_row,
    insert_grant,
    is_same_person,
    require_apart,
    require_use,
)
from api.identity.one_time_links import use_up
from api.identity.principal import NEEDS_SECOND, NEEDS_STRONG, grant_of, in_force
from api.identity.tables import (
    Clock,
    account_table,
    account_transaction,
    change_table,
    grant_table,
    is_storable,
    utc,
)
from api.sql import read_connection
from graph.access.policy import Grant, Role
from graph.errors import NotFound
from graph.model.base import random_id

HOST: Final = "host"
"""The actor recorded for the command line of the host, in place of an account."""
_NEWEST: Final = 100


class AccountChangeKind(StrEnum):
    """The kind of a change of an account."""

    GRANT = "GRANT"
    END_GRANT = "END_GRANT"
    DISABLE = "DISABLE"
    ENABLE = "ENABLE"
    FORGET_FACTOR = "FORGET_FACTOR"


class ChangeState(StrEnum):
    """The state of a change."""

    WAITING = "WAITING"
    DONE = "DONE"
    REFUSED = "REFUSED"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAccountChange:
    """A change of an account, its requester and its decider; `grant` is the one given or ended."""

    id: str
    kind: AccountChangeKind
    account: str
    grant: StoredGrant | None
    asked_by: str
    asked_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    state: ChangeState

    @property
    def required_grant(self) -> StoredGrant:
        """The grant of a change that has one."""
        if self.grant is None:
            raise TypeError(f"a change of kind {self.kind} has no grant")
        return self.grant


class AccountChanges:
    """The changes of one installation; `today` determines which grants are past."""

    def __init__(self, engine: Engine, clock: Clock, today: Callable[[], date]) -> None:
        self._engine, self._clock, self._today = engine, clock, today
        with account_transaction(engine) as connection:
            _note_waiting_grants(connection)

    def needs_second(
        self, kind: AccountChangeKind, account: str, grant: Grant | None = None
    ) -> bool:
        """Whether a change would wait for approval; `grant` is the one that is given or ended.

        Raises: NotFound: there is no such account.
        """
        with read_connection(self._engine) as connection:
            return self._needs_second(
                connection, kind, account_of(connection, account, now=self._clock()), grant
            )

    def give(
        self, account: str, grant: Grant, *, by: str, is_host: bool = False
    ) -> StoredAccountChange:
        """Give an account a grant.

        Raises:
            NotFound: there is no such account.
            Refusal: it is one's own account, the role must not be combined with another of the
                account's, or the grant has no effect.
        """
        with account_transaction(self._engine) as connection:
            return self.give_within(connection, account, grant, by=by, is_host=is_host)

    def give_within(
        self, connection: Connection, account: str, grant: Grant, *, by: str, is_host: bool = False
    ) -> StoredAccountChange:
        """As `give`, within a transaction."""
        owner = account_of(connection, account, now=self._clock())
        require_use(grant, is_service=owner.is_service)
        if not is_host:
            _require_other(connection, by, owner)
        require_apart(connection, account, grant, self._today())
        waits = not is_host and self._needs_second(
            connection, AccountChangeKind.GRANT, owner, grant
        )
        grant_id = insert_grant(
            connection, account, grant, by=by, now=self._clock(), is_waiting=waits
        )
        return self._record_change(
            connection, AccountChangeKind.GRANT, owner, grant_id, by=by, waits=waits
        )

    def end(self, grant: str, *, by: str, is_host: bool = False) -> StoredAccountChange:
        """End a grant, effective from the next call on; a grant waiting for approval is refused.

        Raises:
            NotFound: there is no such grant, or it has ended.
            Refusal: it is one's own, or its end is already waiting for approval.
        """
        with account_transaction(self._engine) as connection:
            row = grant_row(connection, grant)
            owner = account_of(connection, row.account, now=self._clock())
            right = None if row.confirmed_at is None else grant_of(row)
            return self._request_change(
                connection, AccountChangeKind.END_GRANT, owner, by=by, is_host=is_host, right=right,
                grant=grant,
            )  # fmt: skip

    def disable(self, account: str, *, by: str, is_host: bool = False) -> StoredAccountChange:
        """Disable an account; its sessions and tokens end for good.

        Raises: NotFound, Refusal: as `end`.
        """
        return self._of_account(AccountChangeKind.DISABLE, account, by=by, is_host=is_host)

    def enable(self, account: str, *, by: str, is_host: bool = False) -> StoredAccountChange:
        """Let an account sign in again, with its grants. Raises: NotFound, Refusal: as `end`."""
        return self._of_account(AccountChangeKind.ENABLE, account, by=by, is_host=is_host)

    def forget_factor(self, account: str, *, by: str, is_host: bool = False) -> StoredAccountChange:
        """Remove a lost second factor: the password alone signs in, until there is a new one.

        Raises: NotFound, Refusal: as `end`; or there is no second factor.
        """
        return self._of_account(AccountChangeKind.FORGET_FACTOR, account, by=by, is_host=is_host)

    def confirm(self, change: str, *, by: str, is_host: bool = False) -> StoredAccountChange:
        """Approve a change, which then takes effect.

        Raises:
            NotFound: there is no such change, or it is not waiting.
            Refusal: the approver requested it, or it is about them; or the requester is no longer
                an administrator.
        """
        with account_transaction(self._engine) as connection:
            row = _waiting_row(connection, change)
            owner = account_of(connection, row.account, now=self._clock())
            if not is_host:
                _require_other(connection, by, owner)
                self._require_second(connection, by, row)
            self._do(connection, AccountChangeKind(row.kind), owner, row.grant_id, by=by)
            return self._record_decision(connection, change, by=by, is_done=True)

    def refuse(self, change: str, *, by: str, is_host: bool = False) -> StoredAccountChange:
        """Refuse a change, which the requester may do as well; nothing takes effect.

        Raises:
            NotFound: there is no such change, or it is not waiting.
            Refusal: it is about the person who refuses it.
        """
        with account_transaction(self._engine) as connection:
            row = _waiting_row(connection, change)
            if not is_host:
                _require_other(
                    connection, by, account_of(connection, row.account, now=self._clock())
                )
            if row.kind == AccountChangeKind.GRANT:
                self._end_grant(connection, row.grant_id, by=by)
            return self._record_decision(connection, change, by=by, is_done=False)

    def waiting_changes(self) -> tuple[StoredAccountChange, ...]:
        """The changes waiting for approval, the oldest first."""
        query = select(change_table).where(change_table.c.decided_at.is_(None))
        with read_connection(self._engine) as connection:
            rows = connection.execute(query.order_by(change_table.c.asked_at, change_table.c.id))
            return tuple(_change(connection, row) for row in rows.all())

    def waiting_for(self, account: str) -> int:
        """The number of waiting changes that an account neither requested nor is the subject of."""
        columns = change_table.c
        query = select(func.count()).where(
            columns.decided_at.is_(None), columns.asked_by != account, columns.account != account
        )
        with read_connection(self._engine) as connection:
            return connection.scalar(query) or 0

    def decided_changes(self) -> tuple[StoredAccountChange, ...]:
        """The last hundred changes that were done or refused, the newest first."""
        query = select(change_table).where(change_table.c.decided_at.is_not(None))
        newest = query.order_by(change_table.c.decided_at.desc(), change_table.c.id).limit(_NEWEST)
        with read_connection(self._engine) as connection:
            return tuple(_change(connection, row) for row in connection.execute(newest).all())

    # ---- within a transaction

    def _of_account(
        self, kind: AccountChangeKind, account: str, *, by: str, is_host: bool
    ) -> StoredAccountChange:
        with account_transaction(self._engine) as connection:
            owner = account_of(connection, account, now=self._clock())
            return self._request_change(connection, kind, owner, by=by, is_host=is_host)

    def _request_change(
        self,
        connection: Connection,
        kind: AccountChangeKind,
        account: Account,
        *,
        by: str,
        is_host: bool,
        right: Grant | None = None,
        grant: str | None = None,
    ) -> StoredAccountChange:
        if not is_host:
            _require_other(connection, by, account)
        if kind is AccountChangeKind.FORGET_FACTOR and not account.has_totp:
            raise Refusal("invalid", (
                "Kontoen har ingen engangskode-app.", "The account has no authenticator app.",
            ))  # fmt: skip
        waits = not is_host and self._needs_second(connection, kind, account, right)
        if waits:
            _require_first(connection, kind, account.id, grant)
        else:
            self._do(connection, kind, account, grant, by=by)
        return self._record_change(connection, kind, account, grant, by=by, waits=waits)

    def _needs_second(
        self, connection: Connection, kind: AccountChangeKind, account: Account, grant: Grant | None
    ) -> bool:
        match kind:
            case AccountChangeKind.GRANT:
                return grant is not None and opens_persons(account.person, [grant])
            case AccountChangeKind.ENABLE:
                lasting = self._unexpired_grants(connection, account.id)
                return account.is_disabled and opens_persons(account.person, lasting)
            case AccountChangeKind.END_GRANT:
                return grant is not None and _watches([grant])
            case AccountChangeKind.DISABLE:
                return not account.is_disabled and _watches(
                    self._unexpired_grants(connection, account.id)
                )
            case AccountChangeKind.FORGET_FACTOR:
                return True

    def _unexpired_grants(self, connection: Connection, account: str) -> list[Grant]:
        """The grants in force that have not expired by date."""
        today = self._today()
        grants = in_force(connection, account)
        return [grant for grant in grants if grant.valid_to is None or today < grant.valid_to]

    def _require_second(self, connection: Connection, by: str, row: Row[Any]) -> None:
        if is_same_person(connection, by, row.asked_by):
            raise Refusal(
                "own-rights",
                bilingual(
                    "Whoever asked for the change cannot say yes to it. Another administrator "
                    "or the data protection officer can; where there is none, whoever holds "
                    "the host: kontaktvej user confirm {id}",
                    id=row.id,
                ),
            )
        is_disabled = connection.scalar(  # None: there is no such account any more
            select(account_table.c.is_disabled).where(account_table.c.id == row.asked_by)
        )
        is_admin = is_disabled is False and any(
            grant.role is Role.ADMIN and grant.is_valid(self._today())
            for grant in in_force(connection, row.asked_by)
        )
        if not is_admin:
            raise Refusal(
                "own-rights",
                bilingual("Whoever asked for the change is an administrator no longer."),
            )

    def _do(
        self, connection: Connection, kind: AccountChangeKind, account: Account,
        grant: str | None, *,
        by: str,
    ) -> None:  # fmt: skip
        match kind:
            case AccountChangeKind.GRANT:
                row = grant_row(connection, grant or "")
                require_apart(connection, account.id, grant_of(row), self._today(), but=row.id)
                confirmed = {"confirmed_by": by, "confirmed_at": self._clock()}
                _change_grant(connection, row.id, **confirmed)
            case AccountChangeKind.END_GRANT:
                self._end_grant(connection, grant_row(connection, grant or "").id, by=by)
            case AccountChangeKind.DISABLE:
                shut(connection, account.id, self._clock())
            case AccountChangeKind.ENABLE:
                change_account(connection, account.id, is_disabled=False)
            case AccountChangeKind.FORGET_FACTOR:
                forget_factor(connection, account.id, self._clock())

    def _end_grant(self, connection: Connection, grant: str, *, by: str) -> None:
        """End a grant, and refuse the waiting changes about it."""
        _change_grant(connection, grant, ended_by=by, ended_at=self._clock())
        connection.execute(
            update(change_table)
            .where(change_table.c.grant_id == grant, change_table.c.decided_at.is_(None))
            .values(decided_by=by, decided_at=self._clock(), is_done=False)
        )

    def _record_change(
        self,
        connection: Connection,
        kind: AccountChangeKind,
        account: Account,
        grant: str | None,
        *,
        by: str,
        waits: bool,
    ) -> StoredAccountChange:
        use_up(connection, account.id)
        now, change = self._clock(), random_id("chg")
        connection.execute(
            insert(change_table),
            {"id": change, "account": account.id, "kind": kind.value, "grant_id": grant,
             "asked_by": by, "asked_at": now, "decided_by": None if waits else by,
             "decided_at": None if waits else now, "is_done": None if waits else True},
        )  # fmt: skip
        return _change(connection, _row(connection, change))

    def _record_decision(
        self, connection: Connection, change: str, *, by: str, is_done: bool
    ) -> StoredAccountChange:
        connection.execute(
            update(change_table)
            .where(change_table.c.id == change)
            .values(decided_by=by, decided_at=self._clock(), is_done=is_done)
        )
        row = _row(connection, change)
        use_up(connection, row.account)
        return _change(connection, row)


def opens_persons(person: str | None, grants: Iterable[Grant]) -> bool:
    """Whether grants of an account, of a person if one is named, give access to data of persons.

    An account linked to a person gives access to that person's own numbers, in any role.
    """
    return any(person is not None or grant.role in NEEDS_SECOND for grant in grants)


def _watches(grants: Iterable[Grant]) -> bool:
    return any(grant.role in NEEDS_STRONG for grant in grants)


def _require_other(connection: Connection, by: str, account: Account) -> None:
    """Check that the requester does not change their own rights.

    Raises: Refusal: the account is the requester's own, or belongs to the same person.
    """
    if is_same_person(connection, by, account.id):
        raise Refusal("own-rights")


def _require_first(
    connection: Connection, kind: AccountChangeKind, account: str, grant: str | None
) -> None:
    columns = change_table.c
    same = connection.scalar(
        select(columns.id).where(
            columns.account == account, columns.kind == kind.value,
            columns.grant_id.is_not_distinct_from(grant), columns.decided_at.is_(None),
        )
    )  # fmt: skip
    if same is not None:
        raise Refusal(
            "duplicate",
            bilingual(
                "That has been asked for already; the change {same} waits for a second approval.",
                same=same,
            ),
        )


def _change_grant(connection: Connection, grant: str, **values: object) -> None:
    connection.execute(update(grant_table).where(grant_table.c.id == grant).values(**values))


def _row(connection: Connection, change: str) -> Row[Any]:
    return connection.execute(select(change_table).where(change_table.c.id == change)).one()


def _waiting_row(connection: Connection, change: str) -> Row[Any]:
    columns = change_table.c
    query = select(change_table).where(columns.id == change, columns.decided_at.is_(None))
    row = connection.execute(query).first() if is_storable(change) else None
    if row is None:
        raise NotFound(change)
    return row


def _change(connection: Connection, row: Row[Any]) -> StoredAccountChange:
    grant = None
    if row.grant_id is not None:
        query = select(grant_table).where(grant_table.c.id == row.grant_id)
        grant = given_of(connection.execute(query).one())
    state = ChangeState.DONE if row.is_done else ChangeState.REFUSED
    return StoredAccountChange(
        id=row.id, kind=AccountChangeKind(row.kind), account=row.account, grant=grant,
        asked_by=row.asked_by, asked_at=utc(row.asked_at), decided_by=row.decided_by,
        decided_at=utc(row.decided_at) if row.decided_at else None,
        state=state if row.decided_at else ChangeState.WAITING,
    )  # fmt: skip


def _note_waiting_grants(connection: Connection) -> None:
    """Record as changes the grants that were waiting before changes were recorded."""
    waiting = select(grant_table).where(
        grant_table.c.confirmed_at.is_(None), grant_table.c.ended_at.is_(None),
        grant_table.c.id.not_in(
            select(change_table.c.grant_id).where(change_table.c.grant_id.is_not(None))
        ),
    )  # fmt: skip
    for row in connection.execute(waiting).all():
        connection.execute(
            insert(change_table),
            {"id": random_id("chg"), "account": row.account,
             "kind": AccountChangeKind.GRANT.value, "grant_id": row.id, "asked_by": row.given_by,
             "asked_at": row.given_at},
        )  # fmt: skip
