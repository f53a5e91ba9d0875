"""The headers every answer carries: it is kept nowhere, guessed at by nobody, framed by nobody."""

from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS: Final = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
HSTS: Final = "max-age=31536000"
MODE: Final = "Kontaktvej-Mode"


class SecurityHeaders:
    """Adds them to what has none of its own; in the demo, also that it is one."""

    def __init__(self, app: ASGIApp, *, is_demo: bool = False) -> None:
        self._app = app
        self._headers = {**HEADERS, MODE: "demo"} if is_demo else HEADERS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # Behind a proxy that we trust, the scheme is the one it was asked by.
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
