"""How do I come in? Setting up, invitations, and one kind of session."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool

from api.audit.log import AuditKind
from api.audited_route import AuditedRoute
from api.dependencies import may
from api.errors import Refused
from api.identity.bearer import is_vouched, token_in
from api.identity.knock import SignInAttempt, record_attempt, sign_in_attempt
from api.identity.second_factor import Enrolled as Told
from api.identity.sessions import OpenedSession
from api.schemas.sign_in import Enrolled, Redeemed, Session, SetUp, SignIn
from api.state import RequestContext
from graph.access.policy import Task

_TAG = "How do I come in?"
setup = APIRouter(tags=[_TAG], route_class=AuditedRoute)
router = APIRouter(tags=[_TAG], route_class=AuditedRoute)
Knocks = Annotated[SignInAttempt, Depends(sign_in_attempt)]
Heard = Annotated[SignInAttempt, Depends(record_attempt)]
Leaving = Annotated[
    RequestContext, Depends(may(Task.OWN, is_change=True, needs_grant=False, needs_session=True))
]


@setup.post("/setup", status_code=201)
async def set_up(knock: Knocks, sent: SetUp) -> Enrolled:
    """Makes the first administrator, with the code that Kontaktvej printed when it was started.

    The answer holds the secret for the app whose codes sign-in asks for; it is told this once.
    """
    first, passwords = knock.house.accounts.first_start, knock.house.accounts.passwords
    made = await passwords.in_turn(
        partial(
            first.set_up, sent.code.get_secret_value(), sent.login,
            sent.password.get_secret_value(),
        ),
        knock.lane,
    )  # fmt: skip
    return _enrolled(knock, made)


@router.post("/invitations/redeem", status_code=201)
async def redeem_invitation(knock: Knocks, sent: Redeemed) -> Enrolled:
    """Takes up an invitation: choose a password, and get the secret for the app if the roles of the
    account ask for one and it has none. Whoever was signed in as the account is so no longer.
    """
    accounts = knock.house.accounts
    made = await accounts.passwords.in_turn(
        partial(
            accounts.credentials.redeem, sent.code.get_secret_value(),
            sent.password.get_secret_value(),
        ),
        knock.lane,
    )  # fmt: skip
    return _enrolled(knock, made)


@router.post("/sessions", status_code=201)
async def open_session(knock: Heard, request: Request, sent: SignIn | None = None) -> Session:
    """Signs in: with login, password and, where the account has a second factor, its code; or,
    without a body, with the access token of an issuer as bearer.

    Wrong, disabled and unknown are one answer. After several failures the next try from the same
    address is heard only after a while, which grows. Send the session's token as bearer.
    """
    accounts = knock.house.accounts
    if sent is None:
        opened = await run_in_threadpool(_exchanged, knock, request)
    else:
        opened = await accounts.passwords.in_turn(partial(_proved, knock, sent), knock.lane)
    knock.account, knock.via = opened.account, opened.id
    return Session.model_validate(opened)


@router.delete("/sessions/current", status_code=204)
def end_session(visit: Leaving) -> None:
    """Signs out."""
    visit.house.accounts.sessions.end(visit.who.via)


def _proved(knock: SignInAttempt, sent: SignIn) -> OpenedSession:
    totp = sent.totp.get_secret_value() if sent.totp else ""
    tried = knock.house.accounts.sign_in.attempt(
        sent.login, sent.password.get_secret_value(), totp, knocking=knock.failing,
        hours=knock.house.settings.session_hours,
    )  # fmt: skip
    if tried.is_alert:
        knock.tell(AuditKind.ALERT)
    return tried.session()


def _exchanged(knock: SignInAttempt, request: Request) -> OpenedSession:
    token = token_in(request.headers.get("authorization", ""))
    who = knock.house.vouched(token) if is_vouched(token) else None
    if who is None:
        raise Refused("unauthenticated")
    hours = knock.house.settings.session_hours
    return knock.house.accounts.sessions.open(who.account, who.assurance, hours=hours)


def _enrolled(knock: SignInAttempt, made: Told) -> Enrolled:
    knock.account = made.account
    return Enrolled.model_validate(made)
