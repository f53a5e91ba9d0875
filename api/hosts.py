"""By which names this API may be asked: a page elsewhere that points a name of its own here is not
answered. The library judges; what it refuses is told as every other problem is.
"""

from collections.abc import Sequence

from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import Refused, problem
from api.identity.dependencies import language_of, request_id_of

_UNKNOWN = (
    "Navnet i Host er ikke et af vores; driften kan tilføje det.",
    "The name in Host is none of ours; the operator can add it.",
)


class KnownHosts:
    """Lets in what was sent to one of the names."""

    def __init__(self, app: ASGIApp, *, names: Sequence[str]) -> None:
        self._app, self._names = app, names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application."""
        is_known = False

        async def let_in(_scope: Scope, _receive: Receive, _send: Send) -> None:
            nonlocal is_known
            is_known = True

        judge = TrustedHostMiddleware(let_in, allowed_hosts=self._names, www_redirect=False)
        await judge(scope, receive, _unheard)
        if is_known:
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        refused = Refused("malformed", _UNKNOWN)
        told = problem(refused, lang=language_of(request), request_id=request_id_of(request))
        await told(scope, receive, send)


async def _unheard(_message: Message) -> None:
    """What the library would say to a stranger."""
