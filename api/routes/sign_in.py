"""Routes of setup, invitations and sessions."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool

from api.audit.log import AuditKind
from api.audited_route import AuditedRoute
from api.dependencies import may
from api.errors import Refusal
from api.identity.credentials import Enrollment as StoredEnrollment
from api.identity.principal import is_of_issuer, token_in
from api.identity.sessions import OpenedSession
from api.identity.sign_in_attempts import SignInAttempt, record_attempt, sign_in_attempt
from api.schemas.accounts import Enrollment, Redemption, Session, SetUp, SignIn
from api.state import RequestContext
from graph.access.policy import Task

_TAG = "How do I come in?"
setup = APIRouter(tags=[_TAG], route_class=AuditedRoute)
router = APIRouter(tags=[_TAG], route_class=AuditedRoute)
Attempt = Annotated[SignInAttempt, Depends(sign_in_attempt)]
RecordedAttempt = Annotated[SignInAttempt, Depends(record_attempt)]
SignOutContext = Annotated[
    RequestContext, Depends(may(Task.OWN, is_change=True, needs_grant=False, needs_session=True))
]


@setup.post("/setup", status_code=201)
async def set_up(attempt: Attempt, body: SetUp) -> Enrollment:
    """Creates the first administrator, with the code printed when Kontaktvej started.

    The answer has the secret for the authenticator app, which is shown only once.
    """
    first, passwords = attempt.app_state.accounts.first_start, attempt.app_state.accounts.passwords
    enrolled = await passwords.in_turn(
        partial(
            first.set_up, body.code.get_secret_value(), body.login,
            body.password.get_secret_value(),
        ),
        attempt.queue,
    )  # fmt: skip
    return _record_enrollment(attempt, enrolled)


@router.post("/invitations/redeem", status_code=201)
async def redeem_invitation(attempt: Attempt, body: Redemption) -> Enrollment:
    """Redeems an invitation: sets a password for the account.

    If its roles require a second factor and it has none, the answer has the secret for an app. All
    its earlier sessions end.
    """
    accounts = attempt.app_state.accounts
    enrolled = await accounts.passwords.in_turn(
        partial(
            accounts.credentials.redeem, body.code.get_secret_value(),
            body.password.get_secret_value(),
        ),
        attempt.queue,
    )  # fmt: skip
    return _record_enrollment(attempt, enrolled)


@router.post("/sessions", status_code=201)
async def open_session(
    attempt: RecordedAttempt, request: Request, sent: SignIn | None = None
) -> Session:
    """Signs in and returns a session token, to be sent as bearer.

    Send login and password, with the code where the account has a second factor; or, without a
    body, the access token of an OpenID provider as bearer. Wrong, disabled and unknown accounts get
    the same answer. After several failures the next attempt from the same address has to wait,
    longer each time.
    """
    accounts = attempt.app_state.accounts
    if sent is None:
        session = await run_in_threadpool(_exchange_token, attempt, request)
    else:
        session = await accounts.passwords.in_turn(partial(_sign_in, attempt, sent), attempt.queue)
    attempt.account, attempt.via = session.account, session.id
    return Session.model_validate(session)


@router.delete("/sessions/current", status_code=204)
def end_session(context: SignOutContext) -> None:
    """Signs out and ends this session."""
    context.app_state.accounts.sessions.end(context.who.via)


def _sign_in(attempt: SignInAttempt, body: SignIn) -> OpenedSession:
    totp = body.totp.get_secret_value() if body.totp else ""
    tried = attempt.app_state.accounts.sign_in.attempt(
        body.login, body.password.get_secret_value(), totp, key=attempt.failure_key,
        hours=attempt.app_state.settings.session_hours,
    )  # fmt: skip
    if tried.is_alert:
        attempt.tell(AuditKind.ALERT)
    return tried.session()


def _exchange_token(attempt: SignInAttempt, request: Request) -> OpenedSession:
    token = token_in(request.headers.get("authorization", ""))
    who = attempt.app_state.vouched(token) if is_of_issuer(token) else None
    if who is None:
        raise Refusal("unauthenticated")
    hours = attempt.app_state.settings.session_hours
    return attempt.app_state.accounts.sessions.open(who.account, who.assurance, hours=hours)


def _record_enrollment(attempt: SignInAttempt, enrolled: StoredEnrollment) -> Enrollment:
    """Attribute the attempt to the account, and return what is sent."""
    attempt.account = enrolled.account
    return Enrollment.model_validate(enrolled)
