"""Middleware that accepts only the configured host names.

It protects against DNS rebinding: a foreign page whose own host name resolves to this API is not
answered. Starlette's `TrustedHostMiddleware` checks the name; a refusal is answered as a problem
like all others. A request with two Host headers is refused: a proxy could have read the other one.
"""

from collections.abc import Sequence
from typing import Final

from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.dependencies import language_of, request_id_of
from api.errors import Refused, problem
from api.i18n import bilingual

_KNOWN: Final = "kontaktvej.known_host"
_UNKNOWN: Final = bilingual("The name in Host is none of ours; the operator can add it.")


class KnownHosts:
    """Passes on requests whose Host header is one of the names."""

    def __init__(self, app: ASGIApp, *, names: Sequence[str]) -> None:
        self._app = app
        self._judge = TrustedHostMiddleware(_let_in, allowed_hosts=names, www_redirect=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application."""
        if sum(name == b"host" for name, _ in scope.get("headers", ())) <= 1:
            await self._judge(scope, receive, _unheard)
        if scope.get(_KNOWN, False):
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        refused = Refused("malformed", _UNKNOWN)
        told = problem(refused, lang=language_of(request), request_id=request_id_of(request))
        await told(scope, receive, send)


async def _let_in(scope: Scope, _receive: Receive, _send: Send) -> None:
    scope[_KNOWN] = True


async def _unheard(_message: Message) -> None:
    """Discards the refusal that the library would send."""
