"""Who may sign in, with which rights? For administrators, never about an account of their own.

What opens persons to somebody, or weakens who watches over others, waits for a second person's yes
and alerts. No code and no token of anybody else is told here: they are printed on the host.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.audited_route import AuditedRoute
from api.dependencies import may
from api.identity.accounts import Account as Known
from api.identity.alerts import alert
from api.identity.changes import Change, ChangeKind
from api.routes.me import grant_on_wire, tokens_on_wire
from api.schemas.accounts import (
    Account,
    AccountChange,
    AccountChanges,
    Accounts,
    NewAccount,
    NewGrant,
    Subject,
)
from api.schemas.sign_in import Tokens
from api.state import RequestContext
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
    visit: Reading,
    after: Annotated[
        str, Query(max_length=64, description="`next` of the page before", examples=["line.bak"])
    ] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> Accounts:
    """All accounts with their grants, in the order of their logins."""
    found = visit.house.accounts.logins.all(after=after, limit=limit + 1)
    page = found[:limit]
    return Accounts(
        found=tuple(_on_wire(visit, one) for one in page),
        next=page[-1].login if len(found) > limit else None,
    )


@router.get("/accounts/{account}")
def read_account(visit: Reading, account: str) -> Account:
    """One account with its grants, those that wait for a second administrator included."""
    return _on_wire(visit, visit.house.accounts.logins.find(account))


@router.post("/accounts", status_code=201)
def create_account(visit: Admin, sent: NewAccount) -> Account:
    """A new account without rights. The code by which its owner chooses a password is printed on
    the host, for them alone: `kontaktvej user invite`.

    A program is given tokens there instead, and whoever signs in elsewhere needs neither.
    """
    logins = visit.house.accounts.logins
    subject = (sent.subject.issuer, sent.subject.subject) if sent.subject else None
    account = logins.add(
        sent.login, person=sent.person, is_service=sent.is_service, subject=subject
    )
    return _on_wire(visit, logins.find(account))


@router.post("/accounts/{account}/disable")
def disable_account(visit: Admin, account: str) -> AccountChange:
    """Shuts an account: its sessions and tokens end for good, at their next call.

    Of an administrator or data protection officer it waits for a second yes.
    """
    _alert_of(visit, ChangeKind.DISABLE, account)
    return _told(visit, visit.house.accounts.changes.disable(account, by=visit.who.account))


@router.post("/accounts/{account}/enable")
def enable_account(visit: Admin, account: str) -> AccountChange:
    """Opens a shut account again, with the grants it has.

    It waits for a second yes where one of those would.
    """
    _alert_of(visit, ChangeKind.ENABLE, account)
    return _told(visit, visit.house.accounts.changes.enable(account, by=visit.who.account))


@router.post("/accounts/{account}/second-factor/forget")
def forget_second_factor(visit: Admin, account: str) -> AccountChange:
    """For somebody who has lost their app: after a second yes the password alone signs in, and they
    set up a new one.
    """
    _alert_of(visit, ChangeKind.FORGET_FACTOR, account)
    return _told(visit, visit.house.accounts.changes.forget_factor(account, by=visit.who.account))


@router.post("/accounts/{account}/grants", status_code=201)
def give_grant(visit: Admin, account: str, sent: NewGrant) -> AccountChange:
    """Gives rights. Those of a role that tells who people are or how they are reached, and any of
    an account that belongs to a person, wait until another administrator or a data protection
    officer has said yes; so do those of administrators and data protection officers.
    """
    for area in sent.areas:
        _require_area(visit, area)
    levels = sent.levels if sent.levels is not None else frozenset(PreventionLevel)
    right = Right(
        role=Role(sent.role), areas=frozenset(sent.areas),
        levels=frozenset(PreventionLevel(one) for one in levels),
        valid_from=sent.valid_from, valid_to=sent.valid_to,
    )  # fmt: skip
    _alert_of(visit, ChangeKind.GRANT, account, right)
    return _told(visit, visit.house.accounts.changes.give(account, right, by=visit.who.account))


@router.delete("/grants/{grant}")
def end_grant(visit: Admin, grant: str) -> AccountChange:
    """Takes rights back; the next call is made without them.

    Of an administrator or data protection officer it waits for a second yes.
    """
    given = visit.house.accounts.grants.find(grant)
    right = None if given.is_waiting else given.grant
    _alert_of(visit, ChangeKind.END_GRANT, given.account, right)
    return _told(visit, visit.house.accounts.changes.end(grant, by=visit.who.account))


@router.get("/account-changes")
def read_account_changes(visit: Overseeing) -> AccountChanges:
    """What waits for a second yes, and what was decided lately: for administrators and data
    protection officers.
    """
    changes = visit.house.accounts.changes
    return AccountChanges(
        waiting=tuple(_told(visit, one) for one in changes.waiting()),
        decided=tuple(_told(visit, one) for one in changes.decided()),
    )


@router.post("/account-changes/{change}/confirm")
def confirm_account_change(visit: Second, change: str) -> AccountChange:
    """The second yes, of another administrator than who asked, or a data protection officer; never
    of whom it is about. The change is done.
    """
    alert(visit, change=change)
    return _told(visit, visit.house.accounts.changes.confirm(change, by=visit.who.account))


@router.post("/account-changes/{change}/refuse")
def refuse_account_change(visit: Second, change: str) -> AccountChange:
    """A no, also of whoever asked; never of whom it is about. Nothing is done."""
    alert(visit, change=change)
    return _told(visit, visit.house.accounts.changes.refuse(change, by=visit.who.account))


@router.get("/accounts/{account}/tokens")
def read_tokens_of(visit: Reading, account: str) -> Tokens:
    """The tokens of an account that still open something."""
    visit.house.accounts.logins.find(account)
    return tokens_on_wire(visit.house.accounts.tokens.of(account))


@router.delete("/accounts/{account}/tokens/{token}", status_code=204)
def revoke_token_of(visit: Admin, account: str, token: str) -> None:
    """Ends a token of anybody; its next call is refused."""
    visit.house.accounts.tokens.revoke(account, token)


def _on_wire(visit: RequestContext, known: Known) -> Account:
    if known.person:
        visit.subjects.add(known.person)
    grants = visit.house.accounts.grants.of(known.id)
    return Account(
        id=known.id, login=known.login, person=known.person, subject=_subject(visit, known.id),
        is_disabled=known.is_disabled, is_service=known.is_service, is_demo=known.is_demo,
        has_password=known.has_password, has_totp=known.has_totp, is_invited=known.is_invited,
        made_at=known.made_at, grants=tuple(grant_on_wire(one) for one in grants),
    )  # fmt: skip


def _told(visit: RequestContext, change: Change) -> AccountChange:
    known = visit.house.accounts.logins.find(change.account)
    if known.person:
        visit.subjects.add(known.person)
    return AccountChange(
        id=change.id, kind=change.kind.value, state=change.state.value, account=change.account,
        login=known.login, person=known.person, subject=_subject(visit, change.account),
        grant=None if change.grant is None else grant_on_wire(change.grant),
        asked_by=change.asked_by, asked_by_login=_login(visit, change.asked_by),
        asked_at=change.asked_at, decided_by=change.decided_by, decided_at=change.decided_at,
    )  # fmt: skip


def _login(visit: RequestContext, by: str) -> str | None:
    try:
        return visit.house.accounts.logins.find(by).login
    except NotFound:
        return None


def _subject(visit: RequestContext, account: str) -> Subject | None:
    found = visit.house.accounts.logins.subject_of(account)
    return None if found is None else Subject(issuer=found[0], subject=found[1])


def _alert_of(
    visit: RequestContext, kind: ChangeKind, account: str, right: Right | None = None
) -> None:
    """Alerts of what needs a second yes, and of what somebody asks about themselves, before it is
    asked for: an attempt is worth knowing too.

    Raises: NotFound: no such account.
    """
    needs_second = visit.house.accounts.changes.needs_second(kind, account, right)
    if not needs_second and account != visit.who.account:
        return
    role = {} if right is None else {"role": right.role.value}
    alert(visit, change=kind.value, account=account, **role)


def _require_area(visit: RequestContext, area: str) -> None:
    """Raises: NotFound: no area of today."""
    view = visit.view()
    if view.label(view.row(area)) is not Label.AREA:
        raise NotFound(area)
