"""Access control and security headers of every response of the explorer.

A page itself contains no data, so while the API is unavailable any session cookie is enough for it;
a websocket, an upload and a stored file need a session that the API has confirmed. A websocket and
an upload must also come from a page of this origin, and an upload from a user with a screen for it.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from explorer.address import FIND, MAP, NETWORK
from explorer.components import script_of
from explorer.help_pages import HELP, WELCOME
from explorer.i18n import LANGUAGE
from explorer.page import (
    PAGE,
    SESSION,
    SIGN_IN,
    THEME,
    THEMES,
    is_same_origin,
    language_of,
    ours,
    policy,
    sign_in_address,
)
from explorer.session import ClientSession

_OPEN: Final = (
    SIGN_IN, HELP, WELCOME, "/_stcore/health", "/_stcore/host-config", "/_stcore/bidi-components/",
    "/static/", "/app/static/", "/eksport/",
)  # fmt: skip
_DOWNLOAD: Final = "/eksport"
_UPLOAD: Final = "/_stcore/upload_file/"
_SEALED: Final = ("/_stcore/stream", _UPLOAD, "/media/", _DOWNLOAD)
"""Paths that need a confirmed session: they return more data, or cost more, than a page."""
_CLOSED_PATHS: Final = (
    "/_stcore/metrics", "/_stcore/agent", "/_stcore/script-health-check", "/auth/",
    "/oauth2callback",
)  # fmt: skip
"""Endpoints of Streamlit that are not used here."""
_COMPONENTS: Final[Mapping[str, str]] = {
    f"/{FIND.path}": "path",
    f"/{MAP.path}": "map",
    f"/{NETWORK.path}": "network",
}
"""The component drawn at an address, in addition to fields."""
_FRAMES: Final = tuple(
    f"/static/js/{file.name}" for file in (PAGE.parent / "static" / "js").glob("BidiComponent.*.js")
)
"""Streamlit's script that puts a component on the page."""
_YEAR_S: Final = 31_536_000
_CHOICES: Final[Mapping[str, tuple[str, ...]]] = {LANGUAGE: ("da", "en"), THEME: THEMES}
"""The query parameters that become a cookie, with their values."""
SessionOf = Callable[[HTTPConnection], Awaitable[ClientSession]]
"""A function that returns the state of a request's session cookie."""
MayUpload = Callable[[HTTPConnection], Awaitable[bool]]
"""A function that returns whether the user of a request has a screen that takes files."""


class PageMiddleware:
    """ASGI middleware: security headers, session checks, and the adapted index page."""

    def __init__(
        self, app: ASGIApp, *, session_of: SessionOf, may_upload: MayUpload, is_tls: bool
    ) -> None:
        self._app, self._policy, self._is_tls = app, policy(), is_tls
        self._session_of, self._may_upload = session_of, may_upload

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one ASGI connection."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        request, send = HTTPConnection(scope), self._with_headers(send)
        choice = {
            name: request.query_params[name]
            for name, values in _CHOICES.items()
            if request.query_params.get(name) in values
        }
        if (refused := await self._refusal(request, scope)) is not None:
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008})
            else:
                await refused(scope, receive, send)
        elif choice and scope["type"] == "http":
            rest = [pair for pair in parse_qsl(request.url.query) if pair[0] not in choice]
            back = request.url.path + (f"?{urlencode(rest)}" if rest else "")
            # A path on this host: `//elsewhere` would be another host.
            response = RedirectResponse("/" + back.lstrip("/\\"), 303)
            for name, value in choice.items():
                # The page's script reads the theme before Streamlit draws the page in another one.
                response.set_cookie(
                    name, value, max_age=_YEAR_S, httponly=name != THEME, samesite="lax",
                    secure=request.url.scheme == "https",
                )  # fmt: skip
            await response(scope, receive, send)
        elif _is_page(scope):
            await self._page(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _refusal(self, request: HTTPConnection, scope: Scope) -> Response | None:
        """Return the response that refuses a request; None if it is allowed."""
        path = str(scope["path"])
        if sum(name == b"host" for name, _ in scope["headers"]) > 1:
            return PlainTextResponse("One Host header, please.", 400)
        if path.startswith(_CLOSED_PATHS):
            return PlainTextResponse("Not found.", 404)
        if not _needs_session(scope):
            return None
        if SESSION not in request.cookies:
            return _to_sign_in(request)
        if scope["type"] == "websocket" or path.startswith(_SEALED):
            is_upload = path.startswith(_UPLOAD)
            if (scope["type"] == "websocket" or is_upload) and not is_same_origin(
                request, is_tls=self._is_tls
            ):
                return PlainTextResponse("Only pages of this address may ask for this.", 403)
            if await self._session_of(request) is not ClientSession.OPEN:
                is_form = path == _DOWNLOAD
                return _to_sign_in(request) if is_form else PlainTextResponse("Sign in first.", 403)
            if is_upload and not await self._may_upload(request):
                return PlainTextResponse("No screen of your role takes files.", 403)
            return None
        if _is_page(scope) and await self._session_of(request) is ClientSession.ENDED:
            return _to_sign_in(request)
        return None

    def _with_headers(self, send: Send) -> Send:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = self._policy
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "same-origin"
                headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
                headers["Cross-Origin-Opener-Policy"] = "same-origin"
                if self._is_tls:
                    headers["Strict-Transport-Security"] = f"max-age={_YEAR_S}"
            await send(message)

        return send_with_headers

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send Streamlit's page with our language, title and scripts."""
        lang = language_of(HTTPConnection(scope))
        plain = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
        start: Message | None = None
        body = b""

        async def send_page(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
                return
            if start is None:
                await send(message)
                return
            body += message.get("body", b"")
            if message.get("more_body", False):
                return
            headers = MutableHeaders(scope=start)
            if headers.get("content-type", "").startswith("text/html"):
                names = ("combobox", _COMPONENTS.get(str(scope["path"])))
                scripts = [script_of(name) for name in names if name is not None]
                body = ours(body, lang, (*_FRAMES, *scripts))
                headers["content-length"] = str(len(body))
                headers["cache-control"] = "no-store"
                del headers["etag"]
                del headers["last-modified"]
            await send(start)
            await send({"type": "http.response.body", "body": body})

        await self._app({**scope, "headers": plain}, receive, send_page)


def _needs_session(scope: Scope) -> bool:
    return scope["type"] == "websocket" or not str(scope["path"]).startswith(_OPEN)


def _is_page(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "GET" or not _needs_session(scope):
        return False
    return "text/html" in Headers(scope=scope).get("accept", "")


def _to_sign_in(request: HTTPConnection) -> RedirectResponse:
    return RedirectResponse(sign_in_address(request.url.path, request.url.query), 303)
