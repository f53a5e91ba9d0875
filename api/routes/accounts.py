"""Routes of accounts and grants, for administrators; never about an account of their own.

A change that gives access to personal data, or weakens supervision, waits for the approval of a
second person and raises an alert. Codes and tokens of others are not returned here: they are
printed on the host.
"""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.audit.report import last_days_of
from api.audited_route import AuditedRoute
from api.dependencies import may
from api.errors import Refusal
from api.i18n import _, bilingual
from api.identity.account_lists import AccountDraft
from api.identity.accounts import Account as StoredAccount
from api.identity.changes import (
    AccountChangeKind,
    ChangeState,
    StoredAccountChange,
    opens_persons,
)
from api.routes.me import grant_on_wire, sessions_on_wire, tokens_on_wire
from api.schemas.accounts import (
    Account,
    AccountChange,
    AccountChanges,
    Accounts,
    AddedAccount,
    AddedAccounts,
    GrantArea,
    GrantAreas,
    NewAccount,
    NewAccounts,
    NewGrant,
    OpenSessions,
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
    "valid_from", "valid_to", "limit", "lang", "is_check",
)  # fmt: skip
AdminContext = Annotated[RequestContext, Depends(may(Task.ACCOUNTS, plain=_PLAIN))]
ReadContext = Annotated[RequestContext, Depends(may(Task.ACCOUNTS, plain=_PLAIN, is_change=False))]
ConfirmContext = Annotated[RequestContext, Depends(may(Task.APPROVE, plain=_PLAIN))]
ApprovalContext = Annotated[
    RequestContext, Depends(may(Task.APPROVE, plain=_PLAIN, is_change=False))
]


@router.get("/accounts")
def read_accounts(
    context: ReadContext,
    after: Annotated[
        str,
        Query(
            max_length=64,
            description="the `next` of the page before this one",
            examples=["line.bak"],
        ),
    ] = "",
    text: Annotated[str, Query(max_length=64, examples=["line"])] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> Accounts:
    """Lists accounts with their grants, ordered by login.

    `text` keeps those whose login contains it.
    """
    rows = context.app_state.accounts.logins.all(after=after, text=text, limit=limit + 1)
    page = rows[:limit]
    last_days = last_days_of(context.app_state.audit, (account.id for account in page))
    return Accounts(
        found=tuple(_on_wire(context, account, last_days) for account in page),
        next=page[-1].login if len(rows) > limit else None,
    )


@router.get("/accounts/{account}")
def read_account(context: ReadContext, account: str) -> Account:
    """Returns an account with its grants, including those that wait for a second approval."""
    last_days = last_days_of(context.app_state.audit, [account])
    return _on_wire(context, context.app_state.accounts.logins.find(account), last_days)


@router.get("/grant-areas")
def read_grant_areas(context: ApprovalContext) -> GrantAreas:
    """Lists the areas that a grant can name: those of today, and those that begin later.

    For administrators, and for those who approve grants.
    """
    snapshot, today = context.directory.snapshot(), context.directory.today()
    places = range(len(snapshot.tables[Label.AREA].rows))
    begin_on = {snapshot.value(Label.AREA, place, "valid_from") for place in places}
    later = sorted(day for day in begin_on if day is not None and day > today)
    areas: dict[str, GrantArea] = {}
    for begins in (None, *later):
        view = context.view(begins)
        for row in view.rows(Label.AREA):
            kind = view.fields(row).get("kind")
            area = GrantArea(
                id=view.id(row), name=view.name(row), kind=None if kind is None else str(kind),
                valid_from=begins,
            )  # fmt: skip
            areas.setdefault(area.id, area)
    return GrantAreas(found=tuple(areas[area] for area in sorted(areas)))


@router.post("/accounts", status_code=201)
def create_account(context: AdminContext, body: NewAccount) -> Account:
    """Creates an account without rights.

    The one-time code with which its owner chooses a password is printed on the host (`kontaktvej
    user invite`), never returned here. A program gets tokens on the host instead; an account that
    signs in with an OpenID provider needs neither.
    """
    logins = context.app_state.accounts.logins
    subject = (body.subject.issuer, body.subject.subject) if body.subject else None
    account = logins.add(
        body.login, person=body.person, is_service=body.is_service, subject=subject
    )
    return _on_wire(context, logins.find(account), {})


@router.post("/accounts/list")
def create_accounts(context: AdminContext, body: NewAccounts) -> AddedAccounts:
    """Creates several accounts with their grants, all or none.

    Every refused account is in `errors`, by its place in the list. With `is_check` the list is only
    checked. Each grant waits for a second approval as it would alone. One-time codes are printed on
    the host.
    """
    drafts = [
        AccountDraft(
            login=account.login, person=account.person, is_service=account.is_service,
            subject=(account.subject.issuer, account.subject.subject) if account.subject else None,
            grants=tuple(_right(grant) for grant in account.grants),
        )
        for account in body.accounts
    ]  # fmt: skip
    context.count = len(drafts)
    waiting = [
        right for draft in drafts for right in draft.grants if opens_persons(draft.person, [right])
    ]
    if waiting and not body.is_check:
        roles = sorted({right.role.value for right in waiting})
        kind = AccountChangeKind.GRANT.value
        record_alert(context, change=kind, count=len(waiting), roles=roles)
    nowhere = [
        {"pointer": f"/accounts/{place}/grants/{number}/areas", "field": "areas", "rule": "AREA",
         "detail": _("There is no such area: {area}", context.lang, area=area)}
        for place, account in enumerate(body.accounts)
        for number, grant in enumerate(account.grants)
        for area in sorted(grant.areas)
        if not _is_area(context, area, grant)
    ]  # fmt: skip
    additions, faults = context.app_state.accounts.lists.add(
        drafts, by=context.who.account, is_check=body.is_check or bool(nowhere)
    )
    errors = nowhere + [
        {"pointer": fault.pointer, "field": fault.field, "rule": fault.rule,
         "detail": fault.refused.text(context.lang)}
        for fault in faults
    ]  # fmt: skip
    if errors:
        raise Refusal("invalid", bilingual("No account was made: {count} errors.",
                                           count=len(errors)), errors=errors)  # fmt: skip
    return AddedAccounts(
        found=tuple(
            AddedAccount(
                account=None if body.is_check else addition.account,
                login=addition.login,
                given=len(addition.changes),
                waiting=sum(change.state is ChangeState.WAITING for change in addition.changes),
            )
            for addition in additions
        )
    )


@router.post("/accounts/{account}/disable")
def disable_account(context: AdminContext, account: str) -> AccountChange:
    """Disables an account and ends its sessions and tokens for good.

    They end at their next call. Disabling an administrator or data protection officer waits for a
    second approval.
    """
    _alert_of(context, AccountChangeKind.DISABLE, account)
    return _account_change(
        context, context.app_state.accounts.changes.disable(account, by=context.who.account)
    )


@router.post("/accounts/{account}/enable")
def enable_account(context: AdminContext, account: str) -> AccountChange:
    """Enables a disabled account again, with the grants it has.

    Waits for a second approval if any of those grants would.
    """
    _alert_of(context, AccountChangeKind.ENABLE, account)
    return _account_change(
        context, context.app_state.accounts.changes.enable(account, by=context.who.account)
    )


@router.post("/accounts/{account}/second-factor/forget")
def forget_second_factor(context: AdminContext, account: str) -> AccountChange:
    """Removes the second factor of an account whose owner lost the app.

    After a second approval the password alone signs in, and the owner sets up a new app.
    """
    _alert_of(context, AccountChangeKind.FORGET_FACTOR, account)
    return _account_change(
        context, context.app_state.accounts.changes.forget_factor(account, by=context.who.account)
    )


@router.post("/accounts/{account}/grants", status_code=201)
def give_grant(context: AdminContext, account: str, body: NewGrant) -> AccountChange:
    """Gives an account a role in areas, at prevention levels, between dates.

    A grant that shows who people are or how to reach them, a grant to an account that belongs to a
    person, and the roles of administrator and data protection officer wait for a second approval.
    """
    for area in body.areas:
        if not _is_area(context, area, body):
            raise NotFound(area)
    right = _right(body)
    _alert_of(context, AccountChangeKind.GRANT, account, right)
    return _account_change(
        context, context.app_state.accounts.changes.give(account, right, by=context.who.account)
    )


@router.delete("/grants/{grant}")
def end_grant(context: AdminContext, grant: str) -> AccountChange:
    """Ends a grant, from the next call of the account on.

    Ending the role of an administrator or data protection officer waits for a second approval.
    """
    stored_grant = context.app_state.accounts.grants.find(grant)
    right = None if stored_grant.is_waiting else stored_grant.grant
    _alert_of(context, AccountChangeKind.END_GRANT, stored_grant.account, right)
    return _account_change(
        context, context.app_state.accounts.changes.end(grant, by=context.who.account)
    )


@router.get("/account-changes")
def read_account_changes(context: ApprovalContext) -> AccountChanges:
    """Lists changes of rights that wait for a second approval, and those decided lately.

    For administrators and data protection officers.
    """
    changes = context.app_state.accounts.changes
    return AccountChanges(
        waiting=tuple(_account_change(context, change) for change in changes.waiting_changes()),
        decided=tuple(_account_change(context, change) for change in changes.decided_changes()),
    )


@router.post("/account-changes/{change}/confirm")
def confirm_account_change(context: ConfirmContext, change: str) -> AccountChange:
    """Approves a change of rights, which then takes effect.

    The second approval comes from a data protection officer or from an administrator other than the
    one who asked, and never from the person it is about.
    """
    record_alert(context, change=change)
    return _account_change(
        context, context.app_state.accounts.changes.confirm(change, by=context.who.account)
    )


@router.post("/account-changes/{change}/refuse")
def refuse_account_change(context: ConfirmContext, change: str) -> AccountChange:
    """Refuses a change of rights, which then has no effect.

    The account that asked may refuse it too; the person it is about may not.
    """
    record_alert(context, change=change)
    return _account_change(
        context, context.app_state.accounts.changes.refuse(change, by=context.who.account)
    )


@router.get("/accounts/{account}/tokens")
def read_tokens_of(context: ReadContext, account: str) -> Tokens:
    """Lists the valid tokens of an account."""
    context.app_state.accounts.logins.find(account)
    return tokens_on_wire(context.app_state.accounts.tokens.of(account))


@router.delete("/accounts/{account}/tokens/{token}", status_code=204)
def revoke_token_of(context: AdminContext, account: str, token: str) -> None:
    """Revokes a token of any account; its next call is refused."""
    context.app_state.accounts.tokens.revoke(account, token)


@router.get("/accounts/{account}/sessions")
def read_sessions_of(context: ReadContext, account: str) -> OpenSessions:
    """Lists the open sessions of an account."""
    context.app_state.accounts.logins.find(account)
    return sessions_on_wire(context, account)


@router.delete("/accounts/{account}/sessions", status_code=204)
def end_sessions_of(context: AdminContext, account: str) -> None:
    """Ends all sessions of an account; it may sign in again.

    For an administrator or data protection officer this raises an alert.
    """
    accounts = context.app_state.accounts
    if accounts.changes.needs_second(AccountChangeKind.DISABLE, account):
        record_alert(context, account=account)
    accounts.sessions.end_all_of(account)


def _is_area(context: RequestContext, area: str, grant: NewGrant) -> bool:
    """Whether an area exists today, or on the first day of a grant that begins later."""
    today = context.directory.today()
    view = context.view(max(today, grant.valid_from or today))
    row = view.find(area)
    return row is not None and view.label(row) is Label.AREA


def _right(grant: NewGrant) -> Right:
    levels = grant.levels if grant.levels is not None else frozenset(PreventionLevel)
    return Right(
        role=Role(grant.role), areas=frozenset(grant.areas),
        levels=frozenset(PreventionLevel(level) for level in levels),
        valid_from=grant.valid_from, valid_to=grant.valid_to,
    )  # fmt: skip


def _on_wire(
    context: RequestContext, account: StoredAccount, last_days: Mapping[str, date]
) -> Account:
    if account.person:
        context.subjects.add(account.person)
    grants = context.app_state.accounts.grants.of(account.id)
    return Account(
        id=account.id, login=account.login, person=account.person,
        subject=_subject(context, account.id),
        is_disabled=account.is_disabled, is_service=account.is_service, is_demo=account.is_demo,
        has_password=account.has_password, has_totp=account.has_totp, has_token=account.has_token,
        is_invited=account.is_invited, invited_until=account.invited_until,
        made_at=account.made_at,
        last_used_on=last_days.get(account.id),
        grants=tuple(grant_on_wire(grant) for grant in grants),
    )  # fmt: skip


def _account_change(context: RequestContext, change: StoredAccountChange) -> AccountChange:
    logins = context.app_state.accounts.logins
    account = logins.find(change.account)
    name = asked_by_login = None
    if account.person:
        context.subjects.add(account.person)
        name = context.view().name_of(account.person)
    with suppress(NotFound):
        asked_by_login = logins.find(change.asked_by).login
    return AccountChange(
        id=change.id, kind=change.kind.value, state=change.state.value, account=change.account,
        login=account.login, person=account.person, person_name=name,
        subject=_subject(context, change.account),
        grant=None if change.grant is None else grant_on_wire(change.grant),
        asked_by=change.asked_by, asked_by_login=asked_by_login,
        asked_at=change.asked_at, decided_by=change.decided_by, decided_at=change.decided_at,
    )  # fmt: skip


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
