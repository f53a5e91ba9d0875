"""Streamlit's index page adapted: content security policy, language, title and sign-in addresses.

Streamlit's page declares English and knows neither our policy nor our sign-in; `page_middleware`
applies this module before the page is sent.
"""

import base64
import hashlib
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import quote

import streamlit
from starlette.requests import HTTPConnection

from explorer.i18n import LANGUAGE, Language, gettext_in

SESSION: Final = "kontaktvej_session"
"""The name of the cookie that holds the API's session token."""
SIGN_IN: Final = "/login"
THEME: Final = "theme"
"""The name of the cookie and of the query parameter that hold the chosen theme."""
THEMES: Final = ("system", "light", "dark")
"""The themes to choose from; without a choice the first."""
_INLINE: Final = re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)
PAGE: Final = Path(streamlit.__file__).parent / "static" / "index.html"
_STYLES: Final = b"".join(
    b"<style>" + file.read_bytes() + b"</style>"
    for file in sorted((Path(__file__).parent / "static").glob("*.css"))
)
_FONT: Final = re.compile(rb'<link\s+rel="preload"[^>]*as="font"[^>]*>')
_OWN_FONT: Final = (
    b'<link rel="preload" href="/app/static/IBMPlexSans-Regular.woff2" as="font" type="font/woff2" '
    b"crossorigin />"
)


class UnknownPage(RuntimeError):
    """Streamlit's index page is not the expected one: its inline script cannot be identified."""


def policy() -> str:
    """Return the Content-Security-Policy header of every response.

    Raises: UnknownPage: Streamlit's page does not have exactly one inline script.
    """
    scripts = _INLINE.findall(PAGE.read_bytes())
    if len(scripts) != 1:
        raise UnknownPage(f"{PAGE} holds {len(scripts)} inline scripts, not one")
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


def ours(page: bytes, lang: Language, early: Iterable[str] = ()) -> bytes:
    """Return Streamlit's page with our language, title, address, typeface, styles and texts.

    `early` are the scripts that the screen will load: the browser fetches them together with the
    page's own. Our styles come last, as Streamlit writes its own into the head.
    """
    head = b"<title>Kontaktvej</title>"
    head += b'<script src="/app/static/address.js"></script>'
    head += b'<script src="/app/static/words.js" defer></script>'
    head += b'<script src="/app/static/tables.js" defer></script>'
    head += b'<script src="/app/static/copy.js" defer></script>'
    for script in early:
        head += f'<link rel="modulepreload" href="{script}">'.encode()
    return (
        _FONT.sub(_OWN_FONT, page, count=1)
        .replace(b'<html lang="en">', f'<html lang="{lang}">'.encode(), 1)
        .replace(b"<title>Streamlit</title>", head, 1)
        .replace(b'href="./favicon.png"', b'href="/app/static/kontaktvej.svg"', 1)
        .replace(
            b"You need to enable JavaScript to run this app.",
            gettext_in(lang, "Kontaktvej needs JavaScript in the browser.").encode(),
            1,
        )
        .replace(b"</body>", _STYLES + b"</body>", 1)
    )


def language_of(request: HTTPConnection) -> Language:
    """The language of a request: that of its cookie, Danish without one."""
    return "en" if request.cookies.get(LANGUAGE) == "en" else "da"


def theme_of(request: HTTPConnection) -> str:
    """The theme of a request: that of its cookie, the system's without one."""
    theme = request.cookies.get(THEME, "")
    return theme if theme in THEMES else THEMES[0]


def sign_in_address(path: str, query: str) -> str:
    """The address of the sign-in page that leads back to a path and query."""
    back = path + (f"?{query}" if query else "")
    return SIGN_IN if back == "/" else f"{SIGN_IN}?next={quote(back, safe='')}"


def is_same_origin(request: HTTPConnection, *, is_tls: bool) -> bool:
    """Whether a request was sent by a page of exactly this scheme, host and port.

    A browser sends cookies to every port of a host. `is_tls`: the scheme is HTTPS, also where a
    proxy does not pass it on.
    """
    scheme = "https" if is_tls or request.url.scheme in {"https", "wss"} else "http"
    return request.headers.get("origin") == f"{scheme}://{request.headers.get('host')}"


def known_address(address: str | None, screens: Sequence[str]) -> str:
    """The address to open after sign-in: the given one if it is a screen, else the start screen."""
    path, _, query = (address or "/").partition("?")
    name = path.removeprefix("/")
    if name not in screens or "\\" in path or "\r" in query or "\n" in query:
        return "/"
    return path + (f"?{query}" if query else "")
