"""Asking the API for a browser: with its address, so that whoever guesses is told from the others;
and whether its cookie is a session, before it is let in further than the page.
"""

import re
from collections import OrderedDict
from collections.abc import Mapping
from enum import Enum, auto
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from typing import Final

from anyio import CapacityLimiter, to_thread
from starlette.requests import HTTPConnection

from api.client import ApiClient, NotSignedIn, Problem
from api.client_address import CLIENT, sealed_address
from explorer.page import SESSION, language_of
from explorer.settings import ExplorerSettings

_HERE: Final = "127.0.0.1"
_TOKEN: Final = re.compile(r"[\w.-]{1,200}", re.ASCII)
_AT_ONCE: Final = 8
_MOST_WAITING: Final = 64
_MOST_SEEN: Final = 10_000


def speaks_for(settings: ExplorerSettings, address: str | None) -> Mapping[str, str]:
    """The header that says for whom the explorer asks; none where it has no key to seal it with."""
    if settings.address_key is None:
        return {}
    return {CLIENT: sealed_address(address or _HERE, _key(settings.address_key))}


@cache
def _key(path: Path) -> bytes:
    return path.read_bytes()


def client_for(
    settings: ExplorerSettings,
    asked: HTTPConnection,
    token: str | None = None,
    *,
    patience_s: float = 1,
) -> ApiClient:
    """A line to the API for a browser; to be closed."""
    return ApiClient(
        settings.api_url, token, language_of(asked), patience_s=patience_s,
        headers=speaks_for(settings, asked.client.host if asked.client else None),
    )  # fmt: skip


class ClientSession(Enum):
    """What the API says of a cookie."""

    OPEN = auto()
    ENDED = auto()
    UNKNOWN = auto()
    """It cannot be asked now, and never said that this one was open."""


class ClientSessions:
    """Which cookies are sessions. While the API is away, those that were."""

    def __init__(self, settings: ExplorerSettings) -> None:
        self._settings = settings
        self._seen = OrderedDict[bytes, None]()
        self._room: CapacityLimiter | None = None

    async def of(self, asked: HTTPConnection) -> ClientSession:
        """What the cookie of a browser is; asking is no activity of the session."""
        token = asked.cookies.get(SESSION, "")
        if not _TOKEN.fullmatch(token):
            return ClientSession.ENDED
        self._room = self._room or CapacityLimiter(_AT_ONCE)
        if self._room.statistics().tasks_waiting >= _MOST_WAITING:
            return ClientSession.UNKNOWN
        digest = sha256(token.encode()).digest()
        found = await to_thread.run_sync(partial(self._asked, asked, token), limiter=self._room)
        if found is ClientSession.ENDED:
            self._seen.pop(digest, None)
        elif found is ClientSession.OPEN:
            self._seen[digest] = None
            self._seen.move_to_end(digest)
            if len(self._seen) > _MOST_SEEN:
                self._seen.popitem(last=False)
        return ClientSession.OPEN if digest in self._seen else found

    def _asked(self, asked: HTTPConnection, token: str) -> ClientSession:
        with client_for(self._settings, asked, token, patience_s=0) as client:
            try:
                client.revision()
            except NotSignedIn:
                return ClientSession.ENDED
            except Problem:
                return ClientSession.UNKNOWN
        return ClientSession.OPEN
