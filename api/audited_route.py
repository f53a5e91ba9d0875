"""Route class that records the outcome before the response is sent, and parses JSON strictly.

A repeated key, NaN or Infinity is refused with its position, since parsers differ in which of two
values they take. `RequestLimits` has already checked the size and depth of a body; this module
limits the length of its texts and the number of members of an object before anything else uses
them.
"""

import json
import re
import time
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from math import isfinite
from typing import Any, Final, cast

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute

from api.audit.entry import AuditKind, Entry
from api.errors import Refusal, kind_of
from api.i18n import N_, _, bilingual
from api.identity.sign_in_attempts import SignInAttempt
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
from graph.normal_form import normal_form

MOST_TEXT: Final = 8_000
"""Maximum characters of a text, also in NFKC; the longest legitimate one is a Cypher query."""
MOST_MEMBERS: Final = 1_000
_SMALL: Final = 16 * 1024  # parsed faster than another thread starts
_JSON: Final = re.compile(r"application/([a-z0-9.+-]+\+)?json\s*(;.*)?", re.IGNORECASE)


class CheckedRequest(Request):
    """A request whose body was parsed strictly; built by `parse_strict_json`."""

    raw_body: bytes = b""
    value: Any = None

    async def body(self) -> bytes:
        """The raw bytes."""
        return self.raw_body

    async def json(self) -> Any:
        """The parsed value; None if the body was empty."""
        return self.value


async def parse_strict_json(request: Request) -> CheckedRequest:
    """Return the same request with its body read once and parsed strictly.

    Raises: Refusal: `media-type`, or `malformed` with the position.
    """
    strict = CheckedRequest(request.scope, request.receive)
    strict.raw_body = await request.body()
    if strict.raw_body:
        if not _JSON.fullmatch(request.headers.get("content-type", "")):
            raise Refusal("media-type", allowed=["application/json"])
        if len(strict.raw_body) > _SMALL:
            strict.value = await run_in_threadpool(parse_json_text, strict.raw_body)
        else:
            strict.value = parse_json_text(strict.raw_body)
    return strict


async def read_upload(request: Request) -> CheckedRequest:
    """Return the same request with its body read once, and not parsed as JSON."""
    raw = CheckedRequest(request.scope, request.receive)
    raw.raw_body, raw.value = await request.body(), {}
    return raw


def parse_json_text(body: bytes) -> Any:
    """Parse a JSON text strictly.

    Raises: Refusal: it is not valid JSON, repeats a key, or holds a text or object that is too
    large.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _malformed_body("byte", error.start, N_("not UTF-8")) from error
    try:
        value = json.loads(
            text, object_pairs_hook=_once, parse_constant=_no_number, parse_float=_finite
        )
        if "\\u" in text:  # a lone surrogate is not text, and can only occur escaped
            json.dumps(value, ensure_ascii=False).encode()
        _require_short(value)
        return value
    except json.JSONDecodeError as error:
        raise _malformed_body("character", error.pos, N_("not JSON")) from error
    except _DuplicateKey as error:
        raise _malformed_body("member", error.place, N_("the same key twice")) from error
    except UnicodeEncodeError as error:
        raise _malformed_body("member", None, N_("half a character")) from error
    except ValueError as error:  # NaN, Infinity, or a number with thousands of digits
        raise _malformed_body("number", None, N_("not a number of JSON")) from error


class _DuplicateKey(ValueError):
    """A key that occurs twice in an object; `place` is the index of the second member, from 0."""

    def __init__(self, place: int) -> None:
        super().__init__(place)
        self.place = place


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > MOST_MEMBERS:
        raise Refusal("too-large", limit=MOST_MEMBERS)
    members: dict[str, Any] = {}
    for place, (key, value) in enumerate(pairs):
        if key in members:
            raise _DuplicateKey(place)
        members[key] = value
        _require_short(key)
        _require_short(value)
    return members


def _require_short(value: object) -> None:
    """Check the length of a text, or of each text in a list.

    Raises: Refusal: a text has more than `MOST_TEXT` characters.
    """
    match value:
        case str():
            # In NFKC, in which texts are checked, a single character can become 6.
            if len(value) > MOST_TEXT or len(normal_form("NFKC", value)) > MOST_TEXT:
                raise Refusal("too-large", limit=MOST_TEXT)
        case list():
            for member in cast("list[object]", value):
                _require_short(member)
        case _:  # the texts of an object were checked while it was parsed
            return


def _no_number(_constant: str) -> None:
    raise ValueError("no number of JSON")


def _finite(number: str) -> float:
    value = float(number)
    if not isfinite(value):
        raise ValueError("out of bounds")
    return value


def _malformed_body(unit: str, place: int | None, why: str) -> Refusal:
    text = bilingual("What was sent cannot be read: {why}.", why=partial(_, why))
    return Refusal("malformed", text, where={"in": "body", unit: place})


EXEMPT: Final[frozenset[tuple[str, str]]] = frozenset(
    {
        ("GET", "/health/live"),
        ("GET", "/health/ready"),
        ("GET", "/health/revision"),
        ("GET", "/openapi.json"),
        ("GET", "/problems/{slug}"),
        ("GET", "/me"),
        ("GET", "/me/budgets"),  # requested by each dialog that offers a detail, before it is shown
        ("GET", "/audit/mine"),  # otherwise reading one's own log would fill it
        ("GET", "/audit/about-me"),
    }
)
"""Method and path of routes that disclose only the machine, the API itself, or the caller.

`/me/budgets` discloses nothing about any other person: it returns the number of details the caller
was shown today, counted in the log, where each detail has a row already. If the route wrote rows,
every dialog that is opened and closed again would appear in the log as a request.
"""
_IN_BODY: Final = re.compile(r'"([a-z0-9][a-z0-9_:.-]{0,119})"', re.ASCII)


class AuditedRoute(APIRoute):
    """A route that commits its outcome to the audit log before any byte of its response.

    A dependency has to set `request.state.context`: `may` sets that of a signed-in caller, and
    `sign_in_attempt` that of an anonymous caller. A response without a context is not sent.
    """

    checked = staticmethod(parse_strict_json)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler of the framework, followed by the audit record of the outcome."""
        handle = super().get_route_handler()

        async def handle_and_record(request: Request) -> Response:
            started, limit_s = time.perf_counter(), app_state_of(request).settings.question_s
            # Errors of the check are not recorded: anyone can cause them.
            valid_request = await self.checked(request)
            try:
                with deadline(limit_s):
                    response = await handle(valid_request)
                context = _context(request)
                if context is None:
                    raise RuntimeError(f"{request.method} {self.path} was answered to nobody")
            except Exception as error:
                await run_in_threadpool(_record_error, request, error, started)
                raise
            await run_in_threadpool(_record_response, context, response, started)
            return response

        return handle_and_record


class UploadRoute(AuditedRoute):
    """An `AuditedRoute` whose body is a file, parsed by the route itself."""

    checked = staticmethod(read_upload)


def _context(request: Request) -> RequestContext | SignInAttempt | None:
    """The context under which the request is recorded; None until a dependency has set it."""
    context: RequestContext | SignInAttempt | None = getattr(request.state, "context", None)
    return context


def _record_response(
    context: RequestContext | SignInAttempt, response: Response, started: float
) -> None:
    status, ms = response.status_code, _ms(started)
    if isinstance(context, SignInAttempt):
        context.tell(AuditKind.DONE, status, ms)
        return
    if context.parts:
        record_audit_parts(context, result=status, ms=ms)
        return
    body: bytes | memoryview = getattr(response, "body", b"")  # a stream records event by event
    try:
        persons = context.persons_sent(bytes(body))
    except StoreUnavailable:
        if context.task not in WRITES:
            raise
        # after a committed write all ids are recorded
        persons = frozenset(_IN_BODY.findall(bytes(body).decode("utf-8", "replace")))
    record_audit(
        context,
        AuditKind.DONE if context.is_change else AuditKind.SHOWN,
        asked=context.extra_parameters,
        subjects=tuple(sorted(context.subjects | persons)),
        result=status,
        ms=ms,
    )


def _record_error(request: Request, error: Exception, started: float) -> None:
    if kind_of(error).slug in ("outcome-unknown", "audit-unavailable"):
        return  # the first leaves its intent open for settlement; the second cannot be recorded
    status = kind_of(error).status
    kind = AuditKind.DENIED if status in (401, 403, 404) else AuditKind.NOT_DONE
    match _context(request):
        case RequestContext() as context:
            record_audit(context, kind, result=status, ms=_ms(started))
        case SignInAttempt() as attempt:
            attempt.tell(kind, status, _ms(started))
        case None if kind_of(error).slug != "too-many":  # else anyone could fill the log
            app_state_of(request).audit.append(
                Entry(kind=kind, action=action_of(request), request_id=request_id_of(request),
                      result=status, ms=_ms(started))
            )  # fmt: skip
        case None:
            pass


def _ms(started: float) -> int:
    return round(1000 * (time.perf_counter() - started))
