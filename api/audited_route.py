"""The route class whose outcome is recorded before its answer is sent, with strict JSON bodies.

A repeated key, NaN or Infinity is refused with its place, since readers differ in which of two
values they take. Its size and depth were judged at the doorway; here, before anything is done with
them, how long its texts are and how many members an object has. Source: security.md §9 and §10.

A request with a plain `def` endpoint is answered in one thread from the token to the last row:
every change of threads costs more than most of what is done in them.
"""

import inspect
import json
import re
import time
from collections.abc import Callable, Coroutine, Sequence
from functools import wraps
from math import isfinite
from typing import Any, Final, TypeVar, cast

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute

from api.audit.entry import AuditKind, Entry
from api.errors import Refused, kind_of
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
"""Characters of a text; of those that are asked for, a query in Cypher is the longest."""
MOST_MEMBERS: Final = 1_000
_SMALL: Final = 16 * 1024  # read in less time than another thread takes to begin
_JSON: Final = re.compile(r"application/([a-z0-9.+-]+\+)?json\s*(;.*)?", re.IGNORECASE)


class CheckedRequest(Request):
    """A request whose body was read strictly. Made by `checked`."""

    sent: bytes = b""
    value: Any = None

    async def body(self) -> bytes:
        """The bytes."""
        return self.sent

    async def json(self) -> Any:
        """The value; None where nothing was sent."""
        return self.value


async def parse_strict_json(request: Request) -> CheckedRequest:
    """The same request, its body read once and strictly.

    Raises: Refused: `media-type`, or `malformed` with the place.
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
    """The value of a JSON text.

    Raises: Refused: it is none, says something twice, or holds a text that is too long.
    """
    try:
        text = sent.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _malformed("byte", error.start, "ikke UTF-8", "not UTF-8") from error
    try:
        value = json.loads(
            text, object_pairs_hook=_once, parse_constant=_no_number, parse_float=_finite
        )
        if "\\u" in text:  # half a surrogate pair is no text, and can be spelled in no other way
            json.dumps(value, ensure_ascii=False).encode()
        _require_short(value)
        return value
    except json.JSONDecodeError as error:
        raise _malformed("character", error.pos, "ikke JSON", "not JSON") from error
    except _DuplicateKey as error:
        raise _malformed(
            "member", error.place, "den samme nøgle to gange", "the same key twice"
        ) from error
    except UnicodeEncodeError as error:
        raise _malformed("member", None, "et halvt tegn", "half a character") from error
    except ValueError as error:  # NaN, Infinity, or a number of thousands of digits
        raise _malformed("number", None, "ikke et tal i JSON", "not a number of JSON") from error


class _DuplicateKey(ValueError):
    """A key that an object holds twice: which of its members is the second one, from 0."""

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
    """Raises: Refused: a text, or one of a list, has more characters than any that is asked for."""
    match value:
        case str():
            if len(value) > MOST_TEXT:
                raise Refused("too-large", limit=MOST_TEXT)
        case list():
            for one in cast("list[object]", value):
                _require_short(one)
        case _:  # the texts of an object were judged as it was read
            return


def _no_number(_constant: str) -> None:
    raise ValueError("no number of JSON")


def _finite(number: str) -> float:
    value = float(number)
    if not isfinite(value):
        raise ValueError("out of bounds")
    return value


def _malformed(unit: str, place: int | None, danish: str, english: str) -> Refused:
    where = {"in": "body", unit: place}
    return Refused(
        "malformed",
        (f"Det sendte kan ikke læses: {danish}.", f"What was sent cannot be read: {english}."),
        where=where,
    )


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
    context: RequestContext | None = getattr(request.state, "context", None)
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
