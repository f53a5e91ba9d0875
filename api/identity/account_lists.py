"""Lists of new accounts with their grants: all of a list is added, or nothing of it."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import cast

from sqlalchemy import Connection, Engine

from api.errors import Refusal
from api.identity.accounts import add_account, login_of
from api.identity.changes import AccountChanges, StoredAccountChange
from api.identity.tables import Clock, account_transaction
from graph.access.policy import Grant
from graph.errors import RefusedContent


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountDraft:
    """An account to add, and the grants to request for it."""

    login: str
    person: str | None = None
    is_service: bool = False
    subject: tuple[str, str] | None = None
    grants: tuple[Grant, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFault:
    """Why a draft cannot be added: `pointer` is its place in the list, as a JSON pointer."""

    pointer: str
    field: str
    rule: str
    refused: Refusal | RefusedContent


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedChanges:
    """An added account and the changes that give it its grants."""

    account: str
    login: str
    changes: tuple[StoredAccountChange, ...]


class _NotKept(Exception):
    """Raised to roll back the transaction."""


class AccountLists:
    """Adds lists of accounts to one installation."""

    def __init__(self, engine: Engine, clock: Clock, changes: AccountChanges) -> None:
        self._engine, self._clock, self._changes = engine, clock, changes

    def add(
        self, drafts: Sequence[AccountDraft], *, by: str, is_check: bool = False
    ) -> tuple[tuple[ListedChanges, ...], tuple[ListFault, ...]]:
        """Add all accounts with their grants; nothing with `is_check`, or if there is a fault.

        Returns what was added, or would be, and the faults.
        """
        changes: list[ListedChanges] = []
        faults: list[ListFault] = []
        with suppress(_NotKept), account_transaction(self._engine) as connection:
            for place, draft in enumerate(drafts):
                changes += self._add_draft(connection, draft, f"/accounts/{place}", faults, by=by)
            if is_check or faults:
                raise _NotKept
        return tuple(changes), tuple(faults)

    def _add_draft(
        self,
        connection: Connection,
        draft: AccountDraft,
        pointer: str,
        faults: list[ListFault],
        *,
        by: str,
    ) -> list[ListedChanges]:
        """Add the account of a draft; return its changes. Faults are appended to `faults`."""
        try:
            account = add_account(
                connection, draft.login, now=self._clock(), person=draft.person,
                is_service=draft.is_service, subject=draft.subject,
            )  # fmt: skip
        except (Refusal, RefusedContent) as refused:
            faults.append(_fault(refused, pointer, "login"))
            return []
        changes: list[StoredAccountChange] = []
        for number, grant in enumerate(draft.grants):
            try:
                changes.append(self._changes.give_within(connection, account, grant, by=by))
            except Refusal as refused:
                faults.append(_fault(refused, f"{pointer}/grants/{number}", "role"))
        login = login_of(draft.login)
        return [ListedChanges(account=account, login=login, changes=tuple(changes))]


def _fault(refused: Refusal | RefusedContent, pointer: str, field: str) -> ListFault:
    """The fault of a refusal, at the field that it names, else at `field`."""
    rule = refused.kind.slug if isinstance(refused, Refusal) else refused.rule.value
    if isinstance(refused, Refusal) and "errors" in refused.members:
        error = cast("Sequence[Mapping[str, str]]", refused.members["errors"])[0]
        field, rule = error["field"], error["rule"]
    return ListFault(pointer=f"{pointer}/{field}", field=field, rule=rule, refused=refused)
