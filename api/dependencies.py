"""Authentication and authorization dependencies of the routes.

A route names its task: `context: Annotated[Context, Depends(may(Task.QUESTION))]`. Before the route
runs, the caller is authenticated, the role is checked for the task, and an `asked` (or `intent`)
row is committed. Afterwards, before the first byte is sent, `AuditedRoute` commits the outcome.
"""

from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Annotated, Any, Final, cast

from fastapi import Depends, Query, Request
from fastapi.concurrency import run_in_threadpool

from api.audit.entry import AuditKind
from api.audit.log import logged_parameters
from api.errors import Refusal
from api.i18n import bilingual
from api.identity.principal import Principal, authenticate, check_task, token_in
from api.settings import Settings
from api.state import (
    RequestContext,
    action_of,
    app_state_of,
    language_of,
    limit_anonymous_calls,
    record_audit,
    request_id_of,
)
from graph.access.policy import WRITES, WRITES_THINGS, Task
from graph.errors import InvalidNeed
from graph.model import new_id

REVISION: Final = "revision"
"""The query parameter for an earlier revision; only a `question_context` accepts it."""
Revision = Annotated[int | None, Query(ge=0, lt=2**53)]
ON: Final = "on"
"""The query parameter for the date of a question.

Writes and reveals are checked as of today, so only a route that names this parameter accepts it.
"""


def may(
    task: Task,
    *,
    plain: tuple[str, ...] = (),
    sealed: tuple[str, ...] = (),
    is_change: bool | None = None,
    needs_grant: bool = True,
    needs_session: bool = False,
    per_min: Callable[[Settings], int] | None = None,
) -> Callable[[Request], Coroutine[Any, Any, RequestContext]]:
    """Build a dependency that returns the context of a caller whose role has a task.

    `plain` are the names of parameters, in path, query and body, that hold ids, words, dates and
    numbers: they are logged as they are, and all others as HMAC; secrets not at all. Those of
    `sealed` are texts that readers of the log must be able to read: they are logged encrypted.
    `per_min`: how often an account may call this operation, in addition to the limit on all its
    calls. The other conditions are those of `check_task`.
    """

    is_change = task in WRITES if is_change is None else is_change

    def admit(request: Request, body: Mapping[str, Any]) -> RequestContext:
        app_state, who = app_state_of(request), signed_in(request)
        context = RequestContext(
            app_state=app_state,
            who=who,
            task=task,
            action=action_of(request),
            lang=language_of(request),
            request_id=request_id_of(request),
            is_change=is_change,
            change_set=new_id() if is_change and task in WRITES_THINGS else None,
        )
        request.state.context = context
        app_state.calls.require(who.account, "all", app_state.settings.calls_per_min)
        if per_min is not None:
            app_state.calls.require(who.account, context.action, per_min(app_state.settings))
        record_audit(context, AuditKind.INTENT if is_change else AuditKind.ASKED,
                     asked=_request_parameters(request, body, plain, sealed))  # fmt: skip
        refused = check_task(who, task, app_state.directory.today(), needs_grant=needs_grant,
                             needs_session=needs_session)  # fmt: skip
        if refused:
            raise refused
        if REVISION in request.query_params and REVISION not in plain:
            raise InvalidNeed(REVISION, *bilingual("cannot be asked about here"))
        is_dated = ON in request.query_params and ON not in plain
        if is_dated and (is_change or task is Task.REVEAL):
            raise InvalidNeed(
                ON, *bilingual("is not for this: all is written and revealed by what holds today")
            )
        return context

    async def context(request: Request) -> RequestContext:
        json_body: Any = {}
        if request.method not in ("GET", "HEAD"):
            with suppress(ValueError):  # errors in a body are reported later, by its consumer
                json_body = await request.json()
        body = (
            cast("dict[str, Any]", json_body)
            if isinstance(json_body, dict)
            else {"body": json_body}
        )
        return await run_in_threadpool(admit, request, body)

    context.__dict__["task"] = task
    return context


def question_context(
    *,
    plain: tuple[str, ...],
    per_min: Callable[[Settings], int] | None = None,
) -> Callable[..., Coroutine[Any, Any, RequestContext]]:
    """A dependency like `may(Task.QUESTION, …)`, as of the `revision` parameter if given."""
    questioner = may(Task.QUESTION, plain=(*plain, REVISION), per_min=per_min)

    async def context(
        request_context: Annotated[RequestContext, Depends(questioner)], revision: Revision = None
    ) -> RequestContext:
        request_context.as_of_revision = revision
        return request_context

    return context


def signed_in(request: Request) -> Principal:
    """The principal of the request's token: of a session, a program, or an issuer.

    Raises: Refusal: there is none, or it has ended.
    """
    return _signed_in(request, is_activity=True)


def rate_limited_principal(
    request: Request, who: Annotated[Principal, Depends(signed_in)]
) -> Principal:
    """As `signed_in`, for a route without a task: the request counts among the account's calls.

    Raises: Refusal: there were too many in the last minute.
    """
    app_state = app_state_of(request)
    app_state.calls.require(who.account, "all", app_state.settings.calls_per_min)
    return who


def background_principal(request: Request) -> Principal:
    """As `signed_in`, for automatic requests of a screen: they do not extend an idle session."""
    return _signed_in(request, is_activity=False)


def _signed_in(request: Request, *, is_activity: bool) -> Principal:
    app_state, header = app_state_of(request), request.headers.get("authorization", "")
    try:
        return authenticate(
            token_in(header), app_state.accounts, app_state.vouched,
            idle_min=app_state.settings.session_idle_min, is_activity=is_activity,
        )  # fmt: skip
    except Refusal:
        if header:  # without a header the request was counted by `RequestLimits`
            limit_anonymous_calls(request)
        raise


def _request_parameters(
    request: Request, body: Mapping[str, Any], plain: tuple[str, ...], sealed: tuple[str, ...]
) -> dict[str, Any]:
    """The parameters as they are logged: a list where query and body have several values.

    Those of the path are not replaced by others of the same name.
    """
    audit, path = app_state_of(request).audit, request.path_params
    pairs = [*request.query_params.multi_items(), *body.items()]
    logged: dict[str, list[Any]] = {}
    for name, value in (*path.items(), *(item for item in pairs if item[0] not in path)):
        for key, entry in logged_parameters(audit, {name: value}, plain, sealed).items():
            logged.setdefault(key, []).append(entry)
    return {key: entries[0] if len(entries) == 1 else entries for key, entries in logged.items()}


def recheck_access(request: Request, context: RequestContext) -> RequestContext:
    """Re-check the session of a stream and return the current context; this is not activity.

    Raises: Refusal: the session has ended, or the role lost the task.
    """
    who = background_principal(request)
    refused = check_task(
        who, context.task, context.directory.today(), needs_grant=True, needs_session=False
    )
    if refused:
        raise refused
    return replace(context, who=who)


async def require_setup(request: Request) -> None:
    """Dependency of every route except health, setup and the documentation.

    The accounts are queried on each request until one exists.

    Raises: Refusal: `setup-required`, while there is no account.
    """
    app_state = app_state_of(request)
    if not app_state.is_set_up:
        app_state.is_set_up = not await run_in_threadpool(app_state.accounts.is_empty)
    if not app_state.is_set_up:
        raise Refusal("setup-required")
