"""Route class that records the outcome before the response is sent, and parses JSON strictly.

A repeated key, NaN or Infinity is refused with its position, since parsers differ in which of two
values they take. `RequestLimits` has already checked the size and depth of a body; this module
limits the length of its texts and the number of members of an object before anything else uses
them. Source: security.md §9 and §10.

A request to a plain `def` endpoint is processed in a single worker thread, from the token to the
last audit row: each thread switch costs more than most of the work done in between.
"""

import inspect
import json
import re
import time
from collections.abc import Callable, Coroutine, Sequence
from functools import partial, wraps
from math import isfinite
from typing import Any, Final, TypeVar, cast

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute

from api.audit.entry import AuditKind, Entry
from api.errors import Refused, kind_of
from api.i18n import N_, _, bilingual
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

MOST_TEXT: Final = 8_000
"""Maximum characters of a text; the longest legitimate one is a Cypher query."""
MOST_MEMBERS: Final = 1_000
_SMALL: Final = 16 * 1024  # parsed faster than another thread starts
_JSON: Final = re.compile(r"application/([a-z0-9.+-]+\+)?json\s*(;.*)?", re.IGNORECASE)


class CheckedRequest(Request):
    """A request whose body was parsed strictly; built by `parse_strict_json`."""

    sent: bytes = b""
    value: Any = None

    async def body(self) -> bytes:
        """The raw bytes."""
        return self.sent

    async def json(self) -> Any:
        """The parsed value; None if the body was empty."""
        return self.value


async def parse_strict_json(request: Request) -> CheckedRequest:
    """Return the same request with its body read once and parsed strictly.

    Raises: Refused: `media-type`, or `malformed` with the position.
    """
    strict = CheckedRequest(request.scope, request.receive)
    strict.sent = await request.body()
    if strict.sent:
        if not _JSON.fullmatch(request.headers.get("content-type", "")):
            raise Refused("media-type", allowed=["application/json"])
        if len(strict.sent) > _SMALL:
            strict.value = await run_in_threadpool(parsed, strict.sent)
        else:
            strict.value = parsed(strict.sent)
    return strict


def parsed(sent: bytes) -> Any:
    """Parse a JSON text strictly.

    Raises: Refused: it is not valid JSON, repeats a key, or holds a text or object that is too
    large.
    """
    try:
        text = sent.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _malformed("byte", error.start, N_("not UTF-8")) from error
    try:
        value = json.loads(
            text, object_pairs_hook=_once, parse_constant=_no_number, parse_float=_finite
        )
        if "\\u" in text:  # a lone surrogate is not text, and can only occur escaped
            json.dumps(value, ensure_ascii=False).encode()
        _require_short(value)
        return value
    except json.JSONDecodeError as error:
        raise _malformed("character", error.pos, N_("not JSON")) from error
    except _DuplicateKey as error:
        raise _malformed("member", error.place, N_("the same key twice")) from error
    except UnicodeEncodeError as error:
        raise _malformed("member", None, N_("half a character")) from error
    except ValueError as error:  # NaN, Infinity, or a number with thousands of digits
        raise _malformed("number", None, N_("not a number of JSON")) from error


class _DuplicateKey(ValueError):
    """A key that occurs twice in an object; `place` is the index of the second member, from 0."""

    def __init__(self, place: int) -> None:
        super().__init__(place)
        self.place = place


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > MOST_MEMBERS:
        raise Refused("too-large", limit=MOST_MEMBERS)
    found: dict[str, Any] = {}
    for place, (key, value) in enumerate(pairs):
        if key in found:
            raise _DuplicateKey(place)
        found[key] = value
        _require_short(key)
        _require_short(value)
    return found


def _require_short(value: object) -> None:
    """Check the length of a text, or of each text in a list.

    Raises: Refused: a text has more than `MOST_TEXT` characters.
    """
    match value:
        case str():
            if len(value) > MOST_TEXT:
                raise Refused("too-large", limit=MOST_TEXT)
        case list():
            for one in cast("list[object]", value):
                _require_short(one)
        case _:  # the texts of an object were checked while it was parsed
            return


def _no_number(_constant: str) -> None:
    raise ValueError("no number of JSON")


def _finite(number: str) -> float:
    value = float(number)
    if not isfinite(value):
        raise ValueError("out of bounds")
    return value


def _malformed(unit: str, place: int | None, why: str) -> Refused:
    text = bilingual("What was sent cannot be read: {why}.", why=partial(_, why))
    return Refused("malformed", text, where={"in": "body", unit: place})


T = TypeVar("T")
_IN_BODY: Final = re.compile(r'"([a-z0-9][a-z0-9_:.-]{0,119})"', re.ASCII)
_IN_THREAD: Final = "kontaktvej.in_thread"
_MARK: Final = "runs_in_thread"


class AuditedRoute(APIRoute):
    """A route that commits its outcome to the audit log before any byte of its response."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, _at_once(endpoint), **options)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler of the framework, followed by the audit record of the outcome."""
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
    """Whether the request is processed in one worker thread, so that blocking calls are allowed."""
    return request.scope.get(_IN_THREAD, False)


def _at_once(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a plain endpoint as a coroutine function, so that it runs in the current thread."""
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
    """Process a request whose body has been read, without waiting for the event loop."""
    try:
        response = _driven(handle(request))
    except Exception as error:
        _record_error(request, error, started)
        raise
    _record_response(request, response, started)
    return response


def _driven(work: Coroutine[Any, Any, T]) -> T:
    """Return the result of a coroutine that never suspends.

    Raises: RuntimeError: it suspends, which no dependency of such a route may do.
    """
    try:
        work.send(None)
    except StopIteration as done:
        result: T = done.value
        return result
    work.close()
    raise RuntimeError("what a route depends on that is answered in one thread may not wait")


def _record_response(request: Request, response: Response, started: float) -> None:
    context: RequestContext | None = getattr(request.state, "context", None)
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
    """The body to be sent; empty for a stream, which is recorded event by event."""
    body: bytes | memoryview = getattr(response, "body", b"")
    return bytes(body)


def write_shown(context: RequestContext, body: bytes) -> None:
    """Commit the audit row of one part of a stream before that part is sent.

    Raises: Refused: `audit-unavailable`; the part must not be sent.
    """
    context.show(context.persons_sent(body))


def _persons(context: RequestContext, body: bytes) -> frozenset[str]:
    """The persons in a body; all ids in it if the store is unavailable after a committed write."""
    try:
        return context.persons_sent(body)
    except StoreUnavailable:
        if context.task not in WRITES:
            raise
        return frozenset(_IN_BODY.findall(body.decode("utf-8", "replace")))


def _record_error(request: Request, error: Exception, started: float) -> None:
    if kind_of(error).slug in ("outcome-unknown", "audit-unavailable"):
        return  # the first leaves its intent open for settlement; the second cannot be recorded
    status = kind_of(error).status
    kind = AuditKind.DENIED if status in (401, 403, 404) else AuditKind.NOT_DONE
    context: RequestContext | None = getattr(request.state, "context", None)
    if context is not None:
        record_audit(context, kind, result=status, ms=_ms(started))
        return
    if _record_attempt(request, kind, status, started):
        return
    if kind_of(error).slug == "too-many":
        return  # otherwise unauthenticated callers could fill the log
    app_state_of(request).audit.append(
        Entry(kind=kind, action=action_of(request), request_id=request_id_of(request),
              result=status, ms=_ms(started))
    )  # fmt: skip


def _record_attempt(request: Request, kind: AuditKind, result: int, started: float) -> bool:
    """Record the outcome of a request before sign-in, if its attempt is registered.

    `request.state.tell` is set by `api/identity/sign_in_attempts.py`.
    """
    tell: Callable[[AuditKind, int, int], None] | None = getattr(request.state, "tell", None)
    if tell is not None:
        tell(kind, result, _ms(started))
    return tell is not None


def _ms(started: float) -> int:
    return round(1000 * (time.perf_counter() - started))
