"""Middleware: request limits, security headers, and one redacted log line per request.

A body is read before the request counts as being answered: a client that sends half a body occupies
no slot. Requests without a token are counted by client address.

The log holds ids, route templates, counts and durations; never a raw URL, since query strings hold
names, nor bodies, tokens, or the text of an unexpected error.
"""

import asyncio
import logging
import re
import time
import traceback
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.dependencies import background_principal
from api.errors import Refusal, problem
from api.http_limits import MOST_HEADERS
from api.i18n import bilingual
from api.identity.principal import check_task
from api.state import app_state_of, language_of, limit_anonymous_calls, request_id_of
from graph.access.policy import Task

HEADERS: Final = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
HSTS: Final = "max-age=31536000"
MODE: Final = "Kontaktvej-Mode"


class SecurityHeaders:
    """Adds security headers that a response lacks; in the demo, also a header that says so."""

    def __init__(self, app: ASGIApp, *, is_demo: bool = False) -> None:
        self._app = app
        self._headers = {**HEADERS, MODE: "demo"} if is_demo else HEADERS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # Behind a trusted proxy, the scheme is that of the original request.
        is_encrypted = scope.get("scheme") == "https"

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                if is_encrypted:
                    headers.setdefault("Strict-Transport-Security", HSTS)
            await send(message)

        await self._app(scope, receive, send_with_headers)


class RedactingFormatter(logging.Formatter):
    """A log formatter that reports only the type and traceback of an exception."""

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: ARG002, N802 - the name is logging's
        """Format as 2026-11-25T09:30:00.123Z."""
        at = datetime.fromtimestamp(record.created, UTC)
        return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def formatException(  # noqa: N802 - the name is logging's
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> str:
        """Omit the exception text: it may contain request data."""
        kind, _, place = ei
        return f"{kind.__name__ if kind else ''}\n{''.join(traceback.format_tb(place))}"


MOST_BODY: Final = 256 * 1024
MOST_UPLOAD: Final = 10 * 1024 * 1024
MOST_DEPTH: Final = 32
MOST_ADDRESS: Final = 4 * 1024
UPLOAD_S: Final = 60.0
ARRIVAL_S: Final = 10.0  # 256 KiB over a slow mobile connection
ACCESS: Final = "kontaktvej.access"
# A string is matched as a whole, even if unterminated, so each byte is examined once.
_STRING: Final = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_NO_BRACKET: Final = bytes(sorted(set(range(256)) - set(b"[]{}")))
_ONE_KIND: Final = bytes.maketrans(b"{}", b"[]")
# Routes under these prefixes require no token, so a token sent along changes nothing.
_OPEN: Final = ("/withdraw/", "/setup", "/invitations/", "/docs", "/problems/")
# Health checks are cheap and polled by monitoring; sign-in has limits of its own.
_OFTEN: Final = frozenset({"/health/live", "/health/ready", "/sessions"})
_TIMES: Final = 10
_NOT_COME: Final = bilingual("The content did not arrive.")
_BROKEN_OFF: Final = ("Indholdet blev afbrudt.", "The body was broken off.")
_UNKNOWN_HOST: Final = bilingual(
    "This server does not answer to the name in Host; the operator can add it."
)
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

_access = logging.getLogger(ACCESS)
_log = logging.getLogger(__name__)


class RequestLimits:
    """Admits `most` requests at a time to one of the names in `hosts`, and logs each of them.

    As many bodies may be in transit, each for `arrival_s`; beyond that the oldest is given up.
    `uploads` are the operations whose body is a file: it may be large if the caller has their task,
    which is confirmed before it is read. The check of the name protects against DNS rebinding: a
    foreign page whose own host name resolves to this API.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        most: int,
        hosts: Sequence[str],
        arrival_s: float = ARRIVAL_S,
        uploads: Mapping[tuple[str, str], Task] | None = None,
    ) -> None:
        self._app, self._most, self._inside = app, most, 0
        self._arrival_s, self._uploads = arrival_s, uploads or {}
        self._arriving: dict[asyncio.Timeout, None] = {}
        self._require_host = TrustedHostMiddleware(_accept, allowed_hosts=hosts, www_redirect=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, recorder = time.perf_counter(), _StatusRecorder(send)
        try:
            await self._enter(scope, receive, recorder)
        except Exception as error:  # noqa: BLE001 - whatever went wrong is logged, and answered
            # Log type and traceback of an internal error, but not its text, which may hold user
            # data.
            frames = "".join(traceback.format_tb(error.__traceback__))
            request_id = request_id_of(Request(scope))
            _log.error("request %s: %s\n%s", request_id, type(error).__name__, frames)
            if not recorder.status:
                await _problem(scope, error)(scope, receive, recorder)
        finally:
            passed_ms = round(1000 * (time.perf_counter() - started))
            state: Mapping[str, Any] = scope.get("state", {})
            who = getattr(getattr(state.get("context"), "who", None), "account", "-")
            template = getattr(scope.get("route"), "path", "-")
            method = scope["method"] if scope["method"] in _METHODS else "-"
            # The status is 0 if the client disconnected before the response.
            _access.info(
                "%s %s %s %s %d %d ms",
                request_id_of(Request(scope)), who, method, template, recorder.status, passed_ms,
            )  # fmt: skip

    async def _enter(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            # Check the size of the URL and the headers. Raises: Refusal: one of them is too large.
            address = len(scope.get("raw_path") or b"") + len(scope["query_string"])
            if address > MOST_ADDRESS:
                raise Refusal("too-large", limit=MOST_ADDRESS)
            if sum(len(name) + len(value) for name, value in scope["headers"]) > MOST_HEADERS:
                raise Refusal("too-large", limit=MOST_HEADERS)
            # Count a request without a token by client address; an invalid token is counted once
            # its validation has failed.
            path: str = scope["path"]
            names = [name for name, _ in scope["headers"]]
            if path in _OFTEN:
                limit_anonymous_calls(Request(scope), path, times=_TIMES)
            elif path.startswith(_OPEN) or b"authorization" not in names:
                limit_anonymous_calls(Request(scope))
            if names.count(b"host") > 1:
                raise Refusal("malformed", _UNKNOWN_HOST)  # a proxy could have read the other one
            await self._require_host(scope, receive, _refuse_host)
            receive = await self._whole_body(scope, receive)
            if self._inside >= self._most:
                raise Refusal("busy")
        except Refusal as refused:
            await _problem(scope, refused)(scope, receive, send)
            return
        self._inside += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._inside -= 1

    async def _whole_body(self, scope: Scope, receive: Receive) -> Receive:
        """Read the body before the request is processed, so that no thread waits for a slow client.

        Raises: Refusal: it is too large, nested too deep, broken off, or does not arrive.
        """
        names = {name for name, _ in scope["headers"]}
        if not names & {b"content-length", b"transfer-encoding"}:
            return receive
        task = self._uploads.get((scope.get("method", ""), scope["path"]))
        is_upload = task is not None and await run_in_threadpool(_may, Request(scope), task)
        most, arrival_s = (MOST_UPLOAD, UPLOAD_S) if is_upload else (MOST_BODY, self._arrival_s)
        try:
            async with asyncio.timeout(arrival_s) as patience:
                if len(self._arriving) >= self._most:  # give up the oldest body in transit
                    oldest = next(iter(self._arriving))
                    del self._arriving[oldest]
                    if not oldest.expired():
                        oldest.reschedule(0)
                self._arriving[patience] = None
                try:
                    body = await _read(receive, most)
                finally:
                    self._arriving.pop(patience, None)
        except TimeoutError:
            raise Refusal("malformed", _NOT_COME) from None
        if not is_upload and is_too_deep(body):
            raise Refusal("too-large", limit=MOST_DEPTH)
        return _replaying_receive(body, receive)


async def _accept(_scope: Scope, _receive: Receive, _send: Send) -> None:
    """The application behind the check of the host name."""


async def _refuse_host(_message: Message) -> None:
    raise Refusal("malformed", _UNKNOWN_HOST)


class _StatusRecorder:
    """Passes messages on and records the status."""

    def __init__(self, send: Send) -> None:
        self._send, self.status = send, 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        await self._send(message)


def _may(request: Request, task: Task) -> bool:
    """Whether a request is from an authenticated caller with a task; else its route refuses it."""
    try:
        who = background_principal(request)
    except Refusal:
        return False
    today = app_state_of(request).directory.today()
    return check_task(who, task, today) is None


async def _read(receive: Receive, most: int) -> bytearray:
    """Read a body. Raises: Refusal: it is too large, or broken off."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Refusal("malformed", _BROKEN_OFF)
        body += message.get("body", b"")
        if len(body) > most:
            raise Refusal("too-large", limit=most)
        if not message.get("more_body", False):
            return body


def _replaying_receive(body: bytearray, receive: Receive) -> Receive:
    """Return a `receive` that first yields the body again."""
    is_read = False

    async def replay() -> Message:
        nonlocal is_read
        if is_read:
            return await receive()
        is_read = True
        return {"type": "http.request", "body": bytes(body), "more_body": False}

    return replay


def is_too_deep(body: bytes | bytearray) -> bool:
    """Return whether JSON brackets nest deeper than `MOST_DEPTH`.

    O(bytes), in C code only: the event loop is blocked meanwhile.
    """
    if body.count(b"[") + body.count(b"{") <= MOST_DEPTH:
        return False
    brackets = _STRING.sub(b"", body).translate(_ONE_KIND, _NO_BRACKET)
    for _ in range(MOST_DEPTH):  # each pass removes the innermost pairs
        if b"[]" not in brackets:
            break
        brackets = brackets.replace(b"[]", b"")
    return b"[]" in brackets or brackets.count(b"[") > MOST_DEPTH


def _problem(scope: Scope, error: Exception) -> ASGIApp:
    request = Request(scope)
    return problem(error, lang=language_of(request), request_id=request_id_of(request))
