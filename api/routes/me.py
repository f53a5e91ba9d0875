"""Routes of the caller's own account: rights, password, second factor and tokens."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from api.audited_route import AuditedRoute
from api.dependencies import may, signed_in
from api.identity.grants import StoredGrant
from api.identity.principal import Principal, check_task
from api.identity.rate_limits import AttemptKey, attempt_key
from api.identity.reveal_limits import day_budget, purposes
from api.identity.tokens import Token as StoredToken
from api.schemas.accounts import (
    ChangedPassword,
    Code,
    DayBudget,
    DayBudgets,
    Enrollment,
    Grant,
    May,
    Me,
    NewToken,
    OpenSession,
    OpenSessions,
    Proof,
    Token,
    Tokens,
)
from api.state import RequestContext, address_of, app_state_of, language_of
from graph.access.policy import Task
from graph.access.purposes import EMERGENCIES, Purpose

router = APIRouter(tags=["What may I do?"], route_class=AuditedRoute)
myself = APIRouter(tags=["What may I do?"])
"""Router for data about the caller alone, which leaves no audit row."""
Who = Annotated[Principal, Depends(signed_in)]
"""Not rate-limited: the explorer checks the sign-in each time it draws a page."""
_PLAIN = ("lang", "label", "scopes", "days", "token", "session")
OwnContext = Annotated[RequestContext, Depends(may(Task.OWN, plain=_PLAIN, needs_grant=False))]
ChangeContext = Annotated[
    RequestContext,
    Depends(may(Task.OWN, plain=_PLAIN, is_change=True, needs_grant=False, needs_session=True)),
]


@myself.get("/me")
def read_me(request: Request, who: Who) -> Me:
    """Returns your account, grants and posts, and for each task whether you may do it.

    Where you may not, it says why.
    """
    app_state, lang = app_state_of(request), language_of(request)
    today = app_state.directory.today()
    account = app_state.accounts.logins.find(who.account)
    return Me(
        ends_at=app_state.accounts.sessions.ends_at(who.via) if who.is_session else None,
        idle_min=app_state.settings.session_idle_min if who.is_session else None,
        today=today, account=account.id, login=account.login, person=account.person,
        posts=tuple(sorted(app_state.directory.view(who.caller).caller.posts)),
        assurance=who.assurance.value, via=who.via, has_totp=account.has_totp,
        scopes=None if who.scopes is None else tuple(sorted(who.scopes)),
        is_demo=account.is_demo,
        waiting=0
        if check_task(who, Task.APPROVE, today)
        else app_state.accounts.changes.waiting_for(account.id),
        grants=tuple(grant_on_wire(grant) for grant in app_state.accounts.grants.of(account.id)),
        tasks=tuple(
            May(task=task.value, label=task.label(lang), may=refused is None,
                why_not=None if refused is None else refused.text(lang))
            for task, refused in ((task, check_task(who, task, today)) for task in Task)
        ),
        vocabulary=app_state.directory.own_kinds.version,
    )  # fmt: skip


@myself.get("/me/budgets")
def read_budgets(request: Request, who: Who) -> DayBudgets:
    """Returns for each purpose how many contact details you may reveal today.

    Also how many you have revealed already.
    """
    app_state, counts = app_state_of(request), dict[frozenset[str], int]()
    allowed = purposes(who.roles(app_state.directory.today()))
    budgets: list[DayBudget] = []
    for purpose in (purpose for purpose in Purpose if purpose in allowed):
        budget = day_budget(app_state.settings, purpose)
        if budget.purposes not in counts:
            counts[budget.purposes] = app_state.audit.used_budget(who.account, budget).amount
        used_count = counts[budget.purposes]
        members = {
            "purpose": purpose.value,
            "most": budget.most,
            "used": used_count,
            "beyond": purpose in EMERGENCIES,
        }
        budgets.append(DayBudget.model_validate(members))
    return DayBudgets(found=tuple(budgets))


@router.post("/me/password", status_code=204)
async def change_password(context: ChangeContext, request: Request, body: ChangedPassword) -> None:
    """Changes your password, and ends all your sessions and tokens."""
    accounts = context.app_state.accounts
    await accounts.passwords.in_turn(
        partial(
            accounts.credentials.change_password, context.who.account,
            body.password.get_secret_value(), body.new_password.get_secret_value(),
            key=_failure_key(context, request),
        ),
        context.who.account,
    )  # fmt: skip


@router.post("/me/second-factor", status_code=201)
async def begin_second_factor(context: ChangeContext, request: Request, body: Proof) -> Enrollment:
    """Returns the secret for an authenticator app.

    It takes effect when a code of the app is sent to `/confirm`. To replace an app, a code of the
    old one is required.
    """
    accounts = context.app_state.accounts
    factor = await accounts.passwords.in_turn(
        partial(
            accounts.credentials.begin_second_factor, context.who.account,
            body.password.get_secret_value(), body.totp.get_secret_value() if body.totp else "",
            key=_failure_key(context, request),
        ),
        context.who.account,
    )  # fmt: skip
    return Enrollment.model_validate(factor)


@router.post("/me/second-factor/confirm", status_code=204)
def confirm_second_factor(context: ChangeContext, body: Code) -> None:
    """Turns on the second factor with a first code of the app.

    Sign in again for a strong session.
    """
    credentials = context.app_state.accounts.credentials
    credentials.confirm_second_factor(context.who.account, body.totp.get_secret_value())


@router.get("/me/sessions")
def read_sessions(context: OwnContext) -> OpenSessions:
    """Lists your open sessions."""
    return sessions_on_wire(context, context.who.account)


@router.delete("/me/sessions", status_code=204)
def end_other_sessions(context: ChangeContext) -> None:
    """Ends all your sessions except this one."""
    sessions = context.app_state.accounts.sessions
    sessions.end_all_of(context.who.account, but=context.who.via)


@router.delete("/me/sessions/{session}", status_code=204)
def end_session_of_mine(context: ChangeContext, session: str) -> None:
    """Ends one of your sessions; its next call is refused."""
    context.app_state.accounts.sessions.end_one_of(context.who.account, session)


@router.get("/me/tokens")
def read_tokens(context: OwnContext) -> Tokens:
    """Lists your valid tokens, without their text, which is shown only once."""
    return tokens_on_wire(context.app_state.accounts.tokens.of(context.who.account))


@router.post("/me/tokens", status_code=201)
def make_token(context: ChangeContext, body: NewToken) -> Token:
    """Creates a token for a program, with some of your tasks.

    It lasts 90 days at most and never allows revealing contact details.
    """
    token = context.app_state.accounts.tokens.make(
        context.who.account, label=body.label, scopes=[Task(scope) for scope in body.scopes],
        days=body.days, made_by=context.who.account,
    )  # fmt: skip
    return Token.model_validate(token)


@router.delete("/me/tokens/{token}", status_code=204)
def revoke_token(context: ChangeContext, token: str) -> None:
    """Revokes one of your tokens; its next call is refused."""
    context.app_state.accounts.tokens.revoke(context.who.account, token)


def grant_on_wire(stored_grant: StoredGrant) -> Grant:
    """The wire form of a grant, with who gave and confirmed it."""
    grant = stored_grant.grant
    return Grant.model_validate(
        {"id": stored_grant.id, "role": grant.role.value, "areas": sorted(grant.areas),
         "levels": sorted(grant.levels), "valid_from": grant.valid_from,
         "valid_to": grant.valid_to, "given_by": stored_grant.given_by,
         "given_at": stored_grant.given_at, "confirmed_by": stored_grant.confirmed_by,
         "is_waiting": stored_grant.is_waiting}
    )  # fmt: skip


def sessions_on_wire(context: RequestContext, account: str) -> OpenSessions:
    """The wire form of the sessions of an account."""
    app_state, current = context.app_state, context.who.via
    sessions = app_state.accounts.sessions.of(account, idle_min=app_state.settings.session_idle_min)
    return OpenSessions(
        found=tuple(
            OpenSession(
                id=session.id, assurance=session.assurance.value, made_at=session.made_at,
                seen_at=session.seen_at, ends_at=session.ends_at, is_current=session.id == current,
            )
            for session in sessions
        )
    )  # fmt: skip


def tokens_on_wire(tokens: tuple[StoredToken, ...]) -> Tokens:
    """The wire form of a list of tokens."""
    return Tokens(found=tuple(Token.model_validate(token) for token in tokens))


def _failure_key(context: RequestContext, request: Request) -> AttemptKey:
    """The key of the attempt counter that is shared with failed sign-ins."""
    login = context.app_state.accounts.logins.find(context.who.account).login
    return attempt_key(context.app_state.audit.term(login), address_of(request))
