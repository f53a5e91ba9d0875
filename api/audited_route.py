"""The route whose outcome is written down before the first byte of its answer leaves.

A request with a plain `def` endpoint is answered in one thread from the token to the last row:
every change of threads costs more than most of what is done in them.
"""

import inspect
import re
import time
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, Final, TypeVar

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute

from api.audit.entry import AuditKind, Entry
from api.bodies import parse_strict_json
from api.errors import kind_of
from api.state import (
    RequestContext,
    action_of,
    app_state_of,
    record_audit,
    record_audit_parts,
    request_id_of,
)
from graph.access.policy import WRITES
from graph.deadline import deadline
from graph.errors import StoreUnavailable

T = TypeVar("T")
_IN_BODY: Final = re.compile(r'"([a-z0-9][a-z0-9_:.-]{0,119})"', re.ASCII)
_IN_THREAD: Final = "kontaktvej.in_thread"
_MARK: Final = "runs_in_thread"


class AuditedRoute(APIRoute):
    """A route whose outcome is written down before a byte of its answer leaves."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, _at_once(endpoint), **options)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler of the framework, then the audit's last word."""
        handle = super().get_route_handler()
        is_plain = getattr(self.endpoint, _MARK, False)

        async def audited(request: Request) -> Response:
            started, limit_s = time.perf_counter(), app_state_of(request).settings.question_s
            if is_plain:
                request.scope[_IN_THREAD] = True
                asked = await parse_strict_json(request)
                with deadline(limit_s):
                    return await run_in_threadpool(_answered, handle, asked, started)
            try:
                asked = await parse_strict_json(request)
                with deadline(limit_s):
                    response = await handle(asked)
            except Exception as error:
                await run_in_threadpool(_record_error, request, error, started)
                raise
            await run_in_threadpool(_record_response, request, response, started)
            return response

        return audited


def is_in_thread(request: Request) -> bool:
    """Is the request answered in one thread, so that whoever must wait may simply wait?"""
    return request.scope.get(_IN_THREAD, False)


def _at_once(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    """The endpoint as the framework calls it where it stands, without a thread of its own."""
    if inspect.iscoroutinefunction(endpoint):
        return endpoint

    @wraps(endpoint)
    async def called(*args: Any, **values: Any) -> Any:
        return endpoint(*args, **values)

    setattr(called, _MARK, True)
    return called


def _answered(
    handle: Callable[[Request], Coroutine[Any, Any, Response]], request: Request, started: float
) -> Response:
    """All of a request, its body being read: nothing in it waits for the event loop."""
    try:
        response = _driven(handle(request))
    except Exception as error:
        _record_error(request, error, started)
        raise
    _record_response(request, response, started)
    return response


def _driven(work: Coroutine[Any, Any, T]) -> T:
    """What a coroutine returns that never waits.

    Raises: RuntimeError: it does; a dependency of such a route may not.
    """
    try:
        work.send(None)
    except StopIteration as done:
        result: T = done.value
        return result
    work.close()
    raise RuntimeError("what a route depends on that is answered in one thread may not wait")


def _record_response(request: Request, response: Response, started: float) -> None:
    context: RequestContext | None = getattr(request.state, "visit", None)
    if context is None:
        _record_attempt(request, AuditKind.DONE, response.status_code, started)
        return
    if context.parts:
        record_audit_parts(context, result=response.status_code, ms=_ms(started))
        return
    shown = (
        _persons(context, _body(response))
        if context.shown_persons is None
        else context.shown_persons
    )
    subjects = context.subjects | shown
    record_audit(
        context,
        AuditKind.DONE if context.is_change else AuditKind.SHOWN,
        asked=context.extra_parameters,
        subjects=tuple(sorted(subjects)),
        result=response.status_code,
        ms=_ms(started),
    )


def _body(response: Response) -> bytes:
    """What is sent. A stream has no body yet: it is written down event by event."""
    body: bytes | memoryview = getattr(response, "body", b"")
    return bytes(body)


def write_shown(context: RequestContext, body: bytes) -> None:
    """Commits what a part of a stream shows, before it leaves.

    Raises: Refused: `audit-unavailable`, and it may not leave.
    """
    context.show(context.persons_sent(body))


def _persons(context: RequestContext, body: bytes) -> frozenset[str]:
    """The persons in what is sent; of a write that stands, all ids where nobody can tell."""
    try:
        return context.persons_sent(body)
    except StoreUnavailable:
        if context.task not in WRITES:
            raise
        return frozenset(_IN_BODY.findall(body.decode("utf-8", "replace")))


def _record_error(request: Request, error: Exception, started: float) -> None:
    if kind_of(error).slug in ("outcome-unknown", "audit-unavailable"):
        return  # the first leaves its intent open until the store is asked; the second says it all
    status = kind_of(error).status
    kind = AuditKind.DENIED if status in (401, 403, 404) else AuditKind.NOT_DONE
    context: RequestContext | None = getattr(request.state, "visit", None)
    if context is not None:
        record_audit(context, kind, result=status, ms=_ms(started))
        return
    if _record_attempt(request, kind, status, started):
        return
    if kind_of(error).slug == "too-many":
        return  # else whoever is not signed in could fill the log
    app_state_of(request).audit.append(
        Entry(kind=kind, action=action_of(request), request_id=request_id_of(request),
              result=status, ms=_ms(started))
    )  # fmt: skip


def _record_attempt(request: Request, kind: AuditKind, result: int, started: float) -> bool:
    """Lets whoever is not signed in yet, but known a little, write the outcome (`attempt.py`)."""
    tell: Callable[[AuditKind, int, int], None] | None = getattr(request.state, "tell", None)
    if tell is not None:
        tell(kind, result, _ms(started))
    return tell is not None


def _ms(started: float) -> int:
    return round(1000 * (time.perf_counter() - started))
