"""Routes of accounts and grants, for administrators; never about an account of their own.

A change that gives access to personal data, or weakens supervision, waits for the approval of a
second person and raises an alert. Codes and tokens of others are not returned here: they are
printed on the host.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.audited_route import AuditedRoute
from api.dependencies import may
from api.identity.accounts import Account as Known
from api.identity.changes import AccountChangeKind, StoredAccountChange
from api.routes.me import grant_on_wire, tokens_on_wire
from api.schemas.accounts import (
    Account,
    AccountChange,
    AccountChanges,
    Accounts,
    NewAccount,
    NewGrant,
    Subject,
    Tokens,
)
from api.state import RequestContext, record_alert
from graph.access.policy import Grant as Right
from graph.access.policy import Role, Task
from graph.errors import NotFound
from graph.vocabulary import Label, PreventionLevel

router = APIRouter(tags=["Who may sign in?"], route_class=AuditedRoute)
_PLAIN = (
    "account", "grant", "change", "token", "person", "is_service", "role", "areas", "levels",
    "valid_from", "valid_to", "limit", "lang",
)  # fmt: skip
Admin = Annotated[RequestContext, Depends(may(Task.ACCOUNTS, plain=_PLAIN))]
Reading = Annotated[RequestContext, Depends(may(Task.ACCOUNTS, plain=_PLAIN, is_change=False))]
Second = Annotated[RequestContext, Depends(may(Task.APPROVE, plain=_PLAIN))]
Overseeing = Annotated[RequestContext, Depends(may(Task.APPROVE, plain=_PLAIN, is_change=False))]


@router.get("/accounts")
def read_accounts(
    context: Reading,
    after: Annotated[
        str, Query(max_length=64, description="`next` of the page before", examples=["line.bak"])
    ] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> Accounts:
    """All accounts with their grants, in the order of their logins."""
    rows = context.app_state.accounts.logins.all(after=after, limit=limit + 1)
    page = rows[:limit]
    return Accounts(
        found=tuple(_on_wire(context, account) for account in page),
        next=page[-1].login if len(rows) > limit else None,
    )


@router.get("/accounts/{account}")
def read_account(context: Reading, account: str) -> Account:
    """One account with its grants, those that wait for a second administrator included."""
    return _on_wire(context, context.app_state.accounts.logins.find(account))


@router.post("/accounts", status_code=201)
def create_account(context: Admin, body: NewAccount) -> Account:
    """A new account without rights. The code by which its owner chooses a password is printed on
    the host, for them alone: `kontaktvej user invite`.

    A program is given tokens there instead, and whoever signs in elsewhere needs neither.
    """
    logins = context.app_state.accounts.logins
    subject = (body.subject.issuer, body.subject.subject) if body.subject else None
    account = logins.add(
        body.login, person=body.person, is_service=body.is_service, subject=subject
    )
    return _on_wire(context, logins.find(account))


@router.post("/accounts/{account}/disable")
def disable_account(context: Admin, account: str) -> AccountChange:
    """Shuts an account: its sessions and tokens end for good, at their next call.

    Of an administrator or data protection officer it waits for a second yes.
    """
    _alert_of(context, AccountChangeKind.DISABLE, account)
    return _told(
        context, context.app_state.accounts.changes.disable(account, by=context.who.account)
    )


@router.post("/accounts/{account}/enable")
def enable_account(context: Admin, account: str) -> AccountChange:
    """Opens a shut account again, with the grants it has.

    It waits for a second yes where one of those would.
    """
    _alert_of(context, AccountChangeKind.ENABLE, account)
    return _told(
        context, context.app_state.accounts.changes.enable(account, by=context.who.account)
    )


@router.post("/accounts/{account}/second-factor/forget")
def forget_second_factor(context: Admin, account: str) -> AccountChange:
    """For somebody who has lost their app: after a second yes the password alone signs in, and they
    set up a new one.
    """
    _alert_of(context, AccountChangeKind.FORGET_FACTOR, account)
    return _told(
        context, context.app_state.accounts.changes.forget_factor(account, by=context.who.account)
    )


@router.post("/accounts/{account}/grants", status_code=201)
def give_grant(context: Admin, account: str, body: NewGrant) -> AccountChange:
    """Gives rights. Those of a role that tells who people are or how they are reached, and any of
    an account that belongs to a person, wait until another administrator or a data protection
    officer has said yes; so do those of administrators and data protection officers.
    """
    for area in body.areas:
        view = context.view()
        if view.label(view.row(area)) is not Label.AREA:
            raise NotFound(area)
    levels = body.levels if body.levels is not None else frozenset(PreventionLevel)
    right = Right(
        role=Role(body.role), areas=frozenset(body.areas),
        levels=frozenset(PreventionLevel(level) for level in levels),
        valid_from=body.valid_from, valid_to=body.valid_to,
    )  # fmt: skip
    _alert_of(context, AccountChangeKind.GRANT, account, right)
    return _told(
        context, context.app_state.accounts.changes.give(account, right, by=context.who.account)
    )


@router.delete("/grants/{grant}")
def end_grant(context: Admin, grant: str) -> AccountChange:
    """Takes rights back; the next call is made without them.

    Of an administrator or data protection officer it waits for a second yes.
    """
    stored = context.app_state.accounts.grants.find(grant)
    right = None if stored.is_waiting else stored.grant
    _alert_of(context, AccountChangeKind.END_GRANT, stored.account, right)
    return _told(context, context.app_state.accounts.changes.end(grant, by=context.who.account))


@router.get("/account-changes")
def read_account_changes(context: Overseeing) -> AccountChanges:
    """What waits for a second yes, and what was decided lately: for administrators and data
    protection officers.
    """
    changes = context.app_state.accounts.changes
    return AccountChanges(
        waiting=tuple(_told(context, change) for change in changes.waiting()),
        decided=tuple(_told(context, change) for change in changes.decided()),
    )


@router.post("/account-changes/{change}/confirm")
def confirm_account_change(context: Second, change: str) -> AccountChange:
    """The second yes, of another administrator than who asked, or a data protection officer; never
    of whom it is about. The change is done.
    """
    record_alert(context, change=change)
    return _told(
        context, context.app_state.accounts.changes.confirm(change, by=context.who.account)
    )


@router.post("/account-changes/{change}/refuse")
def refuse_account_change(context: Second, change: str) -> AccountChange:
    """A no, also of whoever asked; never of whom it is about. Nothing is done."""
    record_alert(context, change=change)
    return _told(context, context.app_state.accounts.changes.refuse(change, by=context.who.account))


@router.get("/accounts/{account}/tokens")
def read_tokens_of(context: Reading, account: str) -> Tokens:
    """The tokens of an account that still open something."""
    context.app_state.accounts.logins.find(account)
    return tokens_on_wire(context.app_state.accounts.tokens.of(account))


@router.delete("/accounts/{account}/tokens/{token}", status_code=204)
def revoke_token_of(context: Admin, account: str, token: str) -> None:
    """Ends a token of anybody; its next call is refused."""
    context.app_state.accounts.tokens.revoke(account, token)


def _on_wire(context: RequestContext, account: Known) -> Account:
    if account.person:
        context.subjects.add(account.person)
    grants = context.app_state.accounts.grants.of(account.id)
    return Account(
        id=account.id, login=account.login, person=account.person,
        subject=_subject(context, account.id),
        is_disabled=account.is_disabled, is_service=account.is_service, is_demo=account.is_demo,
        has_password=account.has_password, has_totp=account.has_totp, is_invited=account.is_invited,
        made_at=account.made_at, grants=tuple(grant_on_wire(grant) for grant in grants),
    )  # fmt: skip


def _told(context: RequestContext, change: StoredAccountChange) -> AccountChange:
    account = context.app_state.accounts.logins.find(change.account)
    if account.person:
        context.subjects.add(account.person)
    return AccountChange(
        id=change.id, kind=change.kind.value, state=change.state.value, account=change.account,
        login=account.login, person=account.person, subject=_subject(context, change.account),
        grant=None if change.grant is None else grant_on_wire(change.grant),
        asked_by=change.asked_by, asked_by_login=_login(context, change.asked_by),
        asked_at=change.asked_at, decided_by=change.decided_by, decided_at=change.decided_at,
    )  # fmt: skip


def _login(context: RequestContext, by: str) -> str | None:
    try:
        return context.app_state.accounts.logins.find(by).login
    except NotFound:
        return None


def _subject(context: RequestContext, account: str) -> Subject | None:
    subject = context.app_state.accounts.logins.subject_of(account)
    return None if subject is None else Subject(issuer=subject[0], subject=subject[1])


def _alert_of(
    context: RequestContext, kind: AccountChangeKind, account: str, right: Right | None = None
) -> None:
    """Raise an alert for a change that needs a second approval or concerns the caller's account.

    It is raised before the change is requested, since attempts are relevant too.

    Raises: NotFound: no such account.
    """
    needs_second = context.app_state.accounts.changes.needs_second(kind, account, right)
    if not needs_second and account != context.who.account:
        return
    role = {} if right is None else {"role": right.role.value}
    record_alert(context, change=kind.value, account=account, **role)
