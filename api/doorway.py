"""What stands before every route: limits, one line of log a request, and no bug of ours in a log.

The log holds ids, route templates, counts and durations; never an address as it was sent, since
query strings hold names, nor bodies, nor tokens, nor the text of an unexpected error.
"""

import asyncio
import logging
import re
import time
import traceback
from collections.abc import Mapping
from typing import Any, Final

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import Refused, problem
from api.visit import language_of, request_id_of

MOST_BODY: Final = 256 * 1024
MOST_DEPTH: Final = 32
MOST_ADDRESS: Final = 4 * 1024
MOST_HEADERS: Final = 16 * 1024
BODY_S: Final = 10.0  # 256 KiB at the speed of a bad mobile line
ACCESS: Final = "kontaktvej.access"
# A string is skipped as a whole, also one that never ends, so each byte is looked at once.
_TOKEN: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)
_NOT_COME: Final = ("Indholdet kom ikke.", "The body did not arrive.")
_BROKEN_OFF: Final = ("Indholdet blev afbrudt.", "The body was broken off.")
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

_access = logging.getLogger(ACCESS)
_log = logging.getLogger(__name__)


class Doorway:
    """Lets requests in, `most` at a time, and writes down that they came."""

    def __init__(self, app: ASGIApp, *, most: int) -> None:
        self._app, self._most, self._inside = app, most, 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, said = time.perf_counter(), _Said(send)
        self._inside += 1
        try:
            await self._enter(scope, receive, said)
        except Exception as error:  # noqa: BLE001 - the last word of a request that went wrong
            await _tell_bug(scope, receive, said, error)
        finally:
            self._inside -= 1
            _write_down(scope, said.status, time.perf_counter() - started)

    async def _enter(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            if self._inside > self._most:
                raise Refused("busy")
            _require_size(scope)
            receive = await _whole_body(scope, receive)
        except Refused as refused:
            await _problem(scope, refused)(scope, receive, send)
            return
        await self._app(scope, receive, send)


class _Said:
    """Sends on what an application says, and remembers the status."""

    def __init__(self, send: Send) -> None:
        self._send, self.status = send, 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        await self._send(message)


def _require_size(scope: Scope) -> None:
    """Raises: Refused: the address or the headers are too large."""
    address = len(scope.get("raw_path") or b"") + len(scope["query_string"])
    if address > MOST_ADDRESS:
        raise Refused("too-large", limit=MOST_ADDRESS)
    if sum(len(name) + len(value) for name, value in scope["headers"]) > MOST_HEADERS:
        raise Refused("too-large", limit=MOST_HEADERS)


async def _whole_body(scope: Scope, receive: Receive) -> Receive:
    """Reads the body before anything is asked of it: nobody waits in a thread for a slow line.

    Raises: Refused: it is too large, nested too deep, broken off, or does not come.
    """
    names = {name for name, _ in scope["headers"]}
    if not names & {b"content-length", b"transfer-encoding"}:
        return receive
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_S):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Refused("malformed", _BROKEN_OFF)
                body += message.get("body", b"")
                if len(body) > MOST_BODY:
                    raise Refused("too-large", limit=MOST_BODY)
                if not message.get("more_body", False):
                    break
    except TimeoutError:
        raise Refused("malformed", _NOT_COME) from None
    if is_too_deep(body):
        raise Refused("too-large", limit=MOST_DEPTH)
    is_read = False

    async def replay() -> Message:
        nonlocal is_read
        if is_read:
            return await receive()
        is_read = True
        return {"type": "http.request", "body": bytes(body), "more_body": False}

    return replay


def is_too_deep(body: bytes | bytearray) -> bool:
    """Whether brackets of JSON nest deeper than `MOST_DEPTH`. O(bytes)."""
    if body.count(b"[") + body.count(b"{") <= MOST_DEPTH:
        return False
    depth = 0
    for token in _TOKEN.finditer(body):
        first = token[0][:1]
        depth += (first in b"[{") - (first in b"]}")
        if depth > MOST_DEPTH:
            return True
    return False


async def _tell_bug(scope: Scope, receive: Receive, send: _Said, error: Exception) -> None:
    """Where it happened goes to the log, and not its text: that may hold what somebody sent."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    _log.error("request %s: %s\n%s", _request_id(scope), type(error).__name__, frames)
    if not send.status:
        await _problem(scope, error)(scope, receive, send)


def _problem(scope: Scope, error: Exception) -> ASGIApp:
    request = Request(scope)
    return problem(error, lang=language_of(request), request_id=request_id_of(request))


def _request_id(scope: Scope) -> str:
    return request_id_of(Request(scope))


def _write_down(scope: Scope, status: int, passed_s: float) -> None:
    """`status` is 0 where whoever asked had gone."""
    state: Mapping[str, Any] = scope.get("state", {})
    who = getattr(getattr(state.get("visit"), "who", None), "account", "-")
    template = getattr(scope.get("route"), "path", "-")
    method = scope["method"] if scope["method"] in _METHODS else "-"
    _access.info(
        "%s %s %s %s %d %d ms",
        _request_id(scope), who, method, template, status, round(1000 * passed_s),
    )  # fmt: skip
