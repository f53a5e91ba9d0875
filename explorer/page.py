"""What stands around every page: who may load it, by which policy, in which language.

Streamlit's page says it is English and knows neither our policy nor our sign-in; this middleware
mends both before the first byte leaves.
"""

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, quote, urlencode

import streamlit
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from explorer.components import script_of
from explorer.screens import FIND, NETWORK
from explorer.words import LANGUAGE, Language, say_in

SESSION: Final = "kontaktvej_session"
"""The cookie that holds the API's session token."""
SIGN_IN: Final = "/login"
_OPEN: Final = (SIGN_IN, "/_stcore/", "/static/", "/app/static/", "/eksport/")
_SOCKET: Final = "/_stcore/stream"
_INLINE: Final = re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)
_PAGE: Final = Path(streamlit.__file__).parent / "static" / "index.html"
_STYLES: Final = Path(__file__).parent / "static"
_FONT: Final = re.compile(rb'<link\s+rel="preload"[^>]*as="font"[^>]*>')
_OWN_FONT: Final = (
    b'<link rel="preload" href="/app/static/IBMPlexSans-Regular.woff2" as="font" type="font/woff2" '
    b"crossorigin />"
)
_DRAWN: Final[Mapping[str, str]] = {f"/{FIND.path}": "path", f"/{NETWORK.path}": "network"}
"""What is drawn at an address besides fields."""
_YEAR_S: Final = 31_536_000


class UnknownPage(RuntimeError):
    """Streamlit's page is not the one we know: its scripts could not be told from foreign ones."""


def policy() -> str:
    """The Content-Security-Policy of every answer.

    Raises: UnknownPage: Streamlit's page has not exactly one script inside.
    """
    scripts = _INLINE.findall(_PAGE.read_bytes())
    if len(scripts) != 1:
        raise UnknownPage(f"{_PAGE} holds {len(scripts)} inline scripts, not one")
    digest = base64.b64encode(hashlib.sha256(scripts[0]).digest()).decode()
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' 'wasm-unsafe-eval' 'sha256-{digest}'",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self' ws: wss:",
            "worker-src 'self' blob:",
            "frame-src 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "object-src 'none'",
            "base-uri 'self'",
        )
    )


class Guarded:
    """Middleware: headers on every answer, no page and no socket without a session, our page."""

    def __init__(self, app: ASGIApp, *, is_tls: bool) -> None:
        self._app, self._policy, self._is_tls = app, policy(), is_tls

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI calls it."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        asked = HTTPConnection(scope)
        if _needs_session(scope) and SESSION not in asked.cookies:
            await _turned_away(asked, scope, receive, send, self._headed(send))
        elif (chosen := _chosen_language(asked)) is not None and scope["type"] == "http":
            await _language_kept(asked, chosen)(scope, receive, self._headed(send))
        elif _is_page(scope):
            await self._page(scope, receive, self._headed(send))
        else:
            await self._app(scope, receive, self._headed(send))

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
        """Streamlit's page with our language, title and script."""
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


def ours(page: bytes, lang: Language, early: Iterable[str] = ()) -> bytes:
    """Streamlit's page as ours: its language, title and address, and our words for its own.

    `early` are the scripts the screen will ask for: a browser fetches them along with the page's
    own, and our typeface in place of Streamlit's. Our styles come last, as Streamlit writes its own
    into the head.
    """
    head = b"<title>Kontaktvej</title>"
    head += b'<script src="/app/static/address.js"></script>'
    head += b'<script src="/app/static/words.js" defer></script>'
    for script in early:
        head += f'<link rel="modulepreload" href="{script}">'.encode()
    return (
        _FONT.sub(_OWN_FONT, page, count=1)
        .replace(b'<html lang="en">', f'<html lang="{lang}">'.encode(), 1)
        .replace(b"<title>Streamlit</title>", head, 1)
        .replace(b'href="./favicon.png"', b'href="/app/static/kontaktvej.svg"', 1)
        .replace(
            b"You need to enable JavaScript to run this app.",
            say_in(lang, "Kontaktvej needs JavaScript in the browser.").encode(),
            1,
        )
        .replace(b"</body>", _styles() + b"</body>", 1)
    )


def _early(path: str) -> Iterator[str]:
    """The scripts of what is drawn at an address."""
    yield from _frames()
    yield script_of("combobox")
    if path in _DRAWN:
        yield script_of(_DRAWN[path])


@cache
def _styles() -> bytes:
    """The styles of the frame and of all screens."""
    return b"".join(
        b"<style>" + one.read_bytes() + b"</style>" for one in sorted(_STYLES.glob("*.css"))
    )


@cache
def _frames() -> tuple[str, ...]:
    """Streamlit's own that puts a component on the page."""
    found = (_PAGE.parent / "static" / "js").glob("BidiComponent.*.js")
    return tuple(f"/static/js/{one.name}" for one in found)


def language_of(asked: HTTPConnection) -> Language:
    """The language of a browser: what it chose, Danish where it chose nothing."""
    return "en" if asked.cookies.get(LANGUAGE) == "en" else "da"


def sign_in_address(path: str, query: str) -> str:
    """Where to sign in to come back to an address."""
    back = path + (f"?{query}" if query else "")
    return SIGN_IN if back == "/" else f"{SIGN_IN}?next={quote(back, safe='')}"


def _needs_session(scope: Scope) -> bool:
    path = str(scope["path"])
    if scope["type"] == "websocket":
        return True
    return path.startswith(_SOCKET) or not path.startswith(_OPEN)


def _is_page(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "GET" or not _needs_session(scope):
        return False
    return "text/html" in Headers(scope=scope).get("accept", "")


def _chosen_language(asked: HTTPConnection) -> Language | None:
    told = asked.query_params.get(LANGUAGE)
    return "da" if told == "da" else "en" if told == "en" else None


def _language_kept(asked: HTTPConnection, chosen: Language) -> RedirectResponse:
    rest = [one for one in parse_qsl(asked.url.query) if one[0] != LANGUAGE]
    back = asked.url.path + (f"?{urlencode(rest)}" if rest else "")
    response = RedirectResponse(_same_house(back), 303)
    response.set_cookie(
        LANGUAGE, chosen, max_age=_YEAR_S, httponly=True, samesite="lax",
        secure=asked.url.scheme == "https",
    )  # fmt: skip
    return response


def _same_house(back: str) -> str:
    """A path here: `//elsewhere` would be another house."""
    return "/" + back.lstrip("/\\")


async def _turned_away(
    asked: HTTPConnection, scope: Scope, receive: Receive, send: Send, headed: Send
) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    address = sign_in_address(asked.url.path, asked.url.query)
    await RedirectResponse(address, 303)(scope, receive, headed)


def known_address(told: str | None, screens: Sequence[str]) -> str:
    """Where to go after signing in: an address of a screen of ours, else the landing screen."""
    path, _, query = (told or "/").partition("?")
    name = path.removeprefix("/")
    if name not in screens or "\\" in path or "\r" in query or "\n" in query:
        return "/"
    return path + (f"?{query}" if query else "")
