"""Audit of requests before sign-in: setup, sign-in, and redeeming an invitation.

There is no `RequestContext` yet, so these rows are written here: an intent before anything else,
then the outcome. They never contain a password or a code, and the login only as HMAC.
"""

from dataclasses import dataclass
from typing import Any, Final, cast

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from pydantic import ValidationError

from api.audit.log import AuditKind, Entry
from api.client_address import line_of
from api.identity.accounts import login_of
from api.identity.rate_limits import AttemptKey, attempt_key
from api.schemas.accounts import SignIn
from api.state import (
    AppState,
    action_of,
    address_of,
    app_state_of,
    limit_anonymous_calls,
    request_id_of,
)

_LONGEST_LOGIN: Final = 320


@dataclass(slots=True, kw_only=True)
class SignInAttempt:
    """An unauthenticated attempt; `account` and `via` are set once they are known.

    `queue` is the key of the queue in which the attempt waits.
    """

    app_state: AppState
    action: str
    request_id: str
    address: str
    login: str | None
    queue: str
    account: str | None = None
    via: str | None = None

    @property
    def failure_key(self) -> AttemptKey:
        """The key under which failures are counted."""
        return attempt_key(self.login or "", self.address)

    def tell(self, kind: AuditKind, result: int | None = None, ms: int | None = None) -> None:
        """Write an audit row.

        Raises: Refusal: `audit-unavailable`.
        """
        parameters = {"login": f"hmac:{self.login}"} if self.login else {}
        if kind is AuditKind.ALERT:
            parameters["address"] = self.failure_key.address  # for the operator who has to block it
        self.app_state.audit.append(
            Entry(
                kind=kind, action=self.action, request_id=self.request_id, caller=self.account,
                via=self.via, asked=parameters, result=result, ms=ms,
            )
        )  # fmt: skip


async def sign_in_attempt(request: Request) -> SignInAttempt:
    """A dependency: the attempt of an unauthenticated client, with its intent recorded."""
    attempt = await _attempt(request)
    await run_in_threadpool(_begin, request, attempt)
    return attempt


async def record_attempt(request: Request) -> SignInAttempt:
    """As `sign_in_attempt`, for signing in; attempts within the waiting time are not recorded.

    Otherwise continued guessing would fill the log. A body that holds no login and password counts
    as any call of an unauthenticated client.

    Raises: Refusal: `too-many`.
    """
    attempt, body = await _attempt(request), await _json_body(request)

    def begin() -> None:
        try:
            SignIn.model_validate(body)
        except ValidationError:
            limit_anonymous_calls(request)
        else:
            attempt.queue = attempt.app_state.accounts.sign_in.queue(attempt.failure_key)
            attempt.app_state.accounts.passwords.require_room(attempt.queue)
        _begin(request, attempt)

    await run_in_threadpool(begin)
    return attempt


def _begin(request: Request, attempt: SignInAttempt) -> None:
    request.state.context = attempt
    attempt.tell(AuditKind.INTENT)


async def _attempt(request: Request) -> SignInAttempt:
    body, app_state, address = await _json_body(request), app_state_of(request), address_of(request)
    login = cast("dict[str, Any]", body).get("login") if isinstance(body, dict) else None
    login = login[:_LONGEST_LOGIN] if isinstance(login, str) else ""
    return SignInAttempt(
        app_state=app_state, action=action_of(request), request_id=request_id_of(request),
        address=address, login=app_state.audit.term(login_of(login)) if login else None,
        queue=line_of(address),
    )  # fmt: skip


async def _json_body(request: Request) -> object:
    try:
        return await request.json()
    except (ValueError, RecursionError):
        return None
