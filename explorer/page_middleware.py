"""Access control and security headers of every response of the explorer.

A page itself contains no data, so while the API is unavailable any session cookie is enough for it;
a websocket, an upload and a stored file need a session that the API has confirmed.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from functools import cache
from typing import Final
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from explorer.address import FIND, NETWORK
from explorer.components import script_of
from explorer.i18n import LANGUAGE, Language
from explorer.page import PAGE, SESSION, SIGN_IN, language_of, ours, policy, sign_in_address
from explorer.session import ClientSession

_OPEN: Final = (
    SIGN_IN, "/_stcore/health", "/_stcore/host-config", "/_stcore/bidi-components/", "/static/",
    "/app/static/", "/eksport/",
)  # fmt: skip
_SEALED: Final = ("/_stcore/stream", "/_stcore/upload_file/", "/media/")
"""Paths that need a confirmed session: what they hold or cost is more than a page."""
_CLOSED: Final = (
    "/_stcore/metrics", "/_stcore/agent", "/_stcore/script-health-check", "/auth/",
    "/oauth2callback",
)  # fmt: skip
"""Endpoints of Streamlit that are not used here."""
_DRAWN: Final[Mapping[str, str]] = {f"/{FIND.path}": "path", f"/{NETWORK.path}": "network"}
"""The component drawn at an address, in addition to fields."""
_YEAR_S: Final = 31_536_000
SessionOf = Callable[[HTTPConnection], Awaitable[ClientSession]]
"""A function that returns the state of a request's session cookie."""


class PageMiddleware:
    """ASGI middleware: security headers, session checks, and the adapted index page."""

    def __init__(self, app: ASGIApp, *, session_of: SessionOf, is_tls: bool) -> None:
        self._app, self._policy, self._is_tls = app, policy(), is_tls
        self._session_of = session_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one ASGI connection."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        asked, send = HTTPConnection(scope), self._headed(send)
        if (refused := await self._refused(asked, scope)) is not None:
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008})
            else:
                await refused(scope, receive, send)
        elif (chosen := _chosen_language(asked)) is not None and scope["type"] == "http":
            rest = [one for one in parse_qsl(asked.url.query) if one[0] != LANGUAGE]
            back = asked.url.path + (f"?{urlencode(rest)}" if rest else "")
            # A path on this host: `//elsewhere` would be another host.
            response = RedirectResponse("/" + back.lstrip("/\\"), 303)
            response.set_cookie(
                LANGUAGE, chosen, max_age=_YEAR_S, httponly=True, samesite="lax",
                secure=asked.url.scheme == "https",
            )  # fmt: skip
            await response(scope, receive, send)
        elif _is_page(scope):
            await self._page(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _refused(self, asked: HTTPConnection, scope: Scope) -> Response | None:
        """Return the response that refuses a request; None if it is allowed."""
        path = str(scope["path"])
        if sum(name == b"host" for name, _ in scope["headers"]) > 1:
            return PlainTextResponse("One Host header, please.", 400)
        if path.startswith(_CLOSED):
            return PlainTextResponse("Not found.", 404)
        if not _needs_session(scope):
            return None
        if SESSION not in asked.cookies:
            return _to_sign_in(asked)
        if scope["type"] == "websocket" or path.startswith(_SEALED):
            is_open = await self._session_of(asked) is ClientSession.OPEN
            return None if is_open else PlainTextResponse("Sign in first.", 403)
        if _is_page(scope) and await self._session_of(asked) is ClientSession.ENDED:
            return _to_sign_in(asked)
        return None

    def _headed(self, send: Send) -> Send:
        async def headed(message: Message) -> None:
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

        return headed

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send Streamlit's page with our language, title and scripts."""
        lang = language_of(HTTPConnection(scope))
        plain = [one for one in scope["headers"] if one[0] != b"accept-encoding"]
        begun: Message | None = None
        body = b""

        async def changed(message: Message) -> None:
            nonlocal begun, body
            if message["type"] == "http.response.start":
                begun = message
                return
            if begun is None:
                await send(message)
                return
            body += message.get("body", b"")
            if message.get("more_body", False):
                return
            headers = MutableHeaders(scope=begun)
            if headers.get("content-type", "").startswith("text/html"):
                body = ours(body, lang, _early(str(scope["path"])))
                headers["content-length"] = str(len(body))
                headers["cache-control"] = "no-store"
                del headers["etag"]
                del headers["last-modified"]
            await send(begun)
            await send({"type": "http.response.body", "body": body})

        await self._app({**scope, "headers": plain}, receive, changed)


def _early(path: str) -> Iterator[str]:
    """The scripts that a screen loads first."""
    yield from _frames()
    yield script_of("combobox")
    if path in _DRAWN:
        yield script_of(_DRAWN[path])


@cache
def _frames() -> tuple[str, ...]:
    """Streamlit's script that puts a component on the page."""
    found = (PAGE.parent / "static" / "js").glob("BidiComponent.*.js")
    return tuple(f"/static/js/{one.name}" for one in found)


def _needs_session(scope: Scope) -> bool:
    path = str(scope["path"])
    if scope["type"] == "websocket":
        return True
    return not path.startswith(_OPEN)


def _is_page(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "GET" or not _needs_session(scope):
        return False
    return "text/html" in Headers(scope=scope).get("accept", "")


def _chosen_language(asked: HTTPConnection) -> Language | None:
    told = asked.query_params.get(LANGUAGE)
    return "da" if told == "da" else "en" if told == "en" else None


def _to_sign_in(asked: HTTPConnection) -> RedirectResponse:
    return RedirectResponse(sign_in_address(asked.url.path, asked.url.query), 303)
