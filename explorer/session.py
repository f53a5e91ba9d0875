"""Sessions: the API client, identity and seat of a user, and validation of session cookies.

`ClientSessions` asks the API whether a cookie is a session before more than a page is served. Each
user session has one API client, stored only in `st.session_state`, so that no answer is shared
between sessions.
"""

import re
from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

import httpx
import streamlit as st
from anyio import CapacityLimiter, to_thread
from starlette.requests import HTTPConnection

from api.client import ApiClient, NotAllowed, NotFound, NotSignedIn, Problem, Unavailable
from api.client_address import CLIENT, sealed_address
from api.schemas.accounts import Me, Role
from api.schemas.system import OwnKind, Vocabulary, WordOf
from explorer import screen_state
from explorer.address import UPLOADERS
from explorer.i18n import Language, language
from explorer.page import SESSION, language_of
from explorer.settings import ExplorerSettings

_HERE: Final = "127.0.0.1"
_TOKEN: Final = re.compile(r"[\w.-]{1,200}", re.ASCII)
_AT_ONCE: Final = 8
_MOST_WAITING: Final = 64
_MOST_CONFIRMED: Final = 10_000


def client_address_headers(settings: ExplorerSettings, address: str | None) -> Mapping[str, str]:
    """The header with the sealed client address; none if the explorer has no key to seal it."""
    if settings.address_key is None:
        return {}
    return {CLIENT: sealed_address(address or _HERE, _key(settings.address_key))}


@cache
def _key(path: Path) -> bytes:
    return path.read_bytes()


def client_for(
    settings: ExplorerSettings,
    request: HTTPConnection,
    token: str | None = None,
    *,
    patience_s: float = 1,
) -> ApiClient:
    """Return an API client for a browser's request; the caller closes it."""
    return ApiClient(
        settings.api_url, token, language_of(request), patience_s=patience_s,
        headers=client_address_headers(settings, request.client.host if request.client else None),
    )  # fmt: skip


class ClientSession(Enum):
    """The state of a session cookie according to the API."""

    OPEN = auto()
    ENDED = auto()
    UNKNOWN = auto()
    """The API is unavailable, and has not confirmed this session before."""


class ClientSessions:
    """Validation of session cookies; those last confirmed stay valid without an answer."""

    def __init__(self, settings: ExplorerSettings) -> None:
        self._settings = settings
        self._confirmed = OrderedDict[bytes, None]()
        self._room: CapacityLimiter | None = None

    async def of(self, request: HTTPConnection) -> ClientSession:
        """Return the state of a request's cookie; the check is not activity of the session."""
        token = request.cookies.get(SESSION, "")
        if not _TOKEN.fullmatch(token):
            return ClientSession.ENDED
        digest = sha256(token.encode()).digest()
        self._room = self._room or CapacityLimiter(_AT_ONCE)
        if self._room.statistics().tasks_waiting >= _MOST_WAITING:
            return ClientSession.OPEN if digest in self._confirmed else ClientSession.UNKNOWN

        def check() -> ClientSession:
            with client_for(self._settings, request, token, patience_s=0) as client:
                try:
                    client.revision()
                except NotSignedIn:
                    return ClientSession.ENDED
                except Problem:
                    return ClientSession.UNKNOWN
            return ClientSession.OPEN

        state = await to_thread.run_sync(check, limiter=self._room)
        if state is ClientSession.ENDED:
            self._confirmed.pop(digest, None)
        elif state is ClientSession.OPEN:
            self._confirmed[digest] = None
            self._confirmed.move_to_end(digest)
            if len(self._confirmed) > _MOST_CONFIRMED:
                self._confirmed.popitem(last=False)
        return ClientSession.OPEN if digest in self._confirmed else state

    async def may_upload(self, request: HTTPConnection) -> bool:
        """Whether a screen of the user takes files; their roles are asked for at each file."""
        token = request.cookies.get(SESSION, "")
        self._room = self._room or CapacityLimiter(_AT_ONCE)

        def check() -> bool:
            with client_for(self._settings, request, token, patience_s=0) as client:
                try:
                    return not UPLOADERS.isdisjoint(roles(client.me()))
                except Problem:
                    return False

        return await to_thread.run_sync(check, limiter=self._room)


TOKEN: Final = "session_token"  # noqa: S105 - the key of a token, not a token
_CLIENT: Final = "client"
_SEATS: Final = "seats"
_SEAT: Final = "seat"
_WORDS: Final = "vocabulary"
_ME: Final = "me"
_PATIENCE_S: Final = 1.0
_LIMITS: Final = httpx.Limits(max_connections=100, max_keepalive_connections=20)
_OF_THE_GRAPH: Final = (
    "Competence", "Sector", "AreaKind", "Tier", "LegalGate", "LinkType", "AuthorityKind",
    "PostKind", "NetworkKind", "OrganizationKind", "ResourceKind",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _SessionClient:
    token: str
    lang: Language
    client: ApiClient


@dataclass(frozen=True, slots=True)
class UserSeat:
    """A post held by the user."""

    id: str
    name: str


def client() -> ApiClient:
    """Return this session's API client, in the language of the session.

    Raises: NotSignedIn: there is no session token.
    """
    token = st.session_state.get(TOKEN) or st.context.cookies.get(SESSION)
    if not token:
        raise NotSignedIn(401, {})
    cached: _SessionClient | None = st.session_state.get(_CLIENT)
    if cached is None or (cached.token, cached.lang) != (token, language()):
        if cached is not None:
            forget()
        settings = ExplorerSettings()
        api_client = ApiClient(
            settings.api_url, token, language(), patience_s=_PATIENCE_S, pool=_pool(),
            headers=client_address_headers(settings, st.context.ip_address),
        )  # fmt: skip
        st.session_state[_CLIENT] = cached = _SessionClient(token, language(), api_client)
    return cached.client


def me() -> Me:
    """Return the user; while the API is unavailable, the user of the last successful call.

    An answer can then stay on screen.

    Raises: Problem: any other problem, or there was no earlier call.
    """
    api_client = client()
    cached: tuple[ApiClient, Me] | None = st.session_state.get(_ME)
    try:
        user = api_client.me()
    except Unavailable:
        if cached is None or cached[0] is not api_client:
            raise
        return cached[1]
    st.session_state[_ME] = (api_client, user)
    return user


@cache
def _pool() -> httpx.HTTPTransport:
    """The connections to the API, shared by all sessions; they hold no session data."""
    return httpx.HTTPTransport(limits=_LIMITS)


def close_pool() -> None:
    """Close the connections of all sessions; the next request opens new ones."""
    _pool().close()
    _pool.cache_clear()


def forget() -> None:
    """Discard everything cached for the previous user of this session."""
    for name in (_SEATS, _SEAT, _WORDS, _ME, _CLIENT, screen_state.ANSWERS, screen_state.DETAILS):
        st.session_state.pop(name, None)


def roles(me: Me) -> frozenset[Role]:
    """The roles of a user that are in force."""
    return frozenset(grant.role for grant in me.grants if not grant.is_waiting)


def may(me: Me, task: str) -> bool:
    """Whether a user may perform a task."""
    return any(permission.task == task and permission.may for permission in me.tasks)


def seats(me: Me) -> tuple[UserSeat, ...]:
    """The posts of a user with their names, in a fixed order."""
    cached: tuple[tuple[str, ...], tuple[UserSeat, ...]] | None = st.session_state.get(_SEATS)
    if cached is None or cached[0] != me.posts:
        user_seats: list[UserSeat] = []
        for post in me.posts:
            with suppress(NotFound, NotAllowed):  # an administrator reads nothing of the register
                user_seats.append(UserSeat(post, name_of(post) or post))
        st.session_state[_SEATS] = cached = (me.posts, tuple(user_seats))
    return cached[1]


def seat(me: Me) -> UserSeat | None:
    """The post that a user acts from: the one chosen, else the first."""
    own = seats(me)
    chosen_id = st.session_state.get(_SEAT)
    return next((post for post in own if post.id == chosen_id), own[0] if own else None)


def term(enumeration: str, word: str | None) -> str:
    """The label of a vocabulary word; the word itself where it is unknown."""
    return terms(enumeration).get(word or "", word or "")


def terms(enumeration: str) -> dict[str, str]:
    """The words of an enumeration in their own order, with their labels."""
    return {word.id: word.label for word in _words().get(enumeration, ())}


def own_kinds(enumeration: str | None = None) -> dict[str, OwnKind]:
    """The installation's own kinds by id, of one enumeration or of all."""
    kinds = _vocabulary().own_kinds
    return {kind.id: kind for kind in kinds if enumeration in (None, kind.of)}


def own_kind_label(own_id: str) -> str:
    """The label of an own kind; its id where it is unknown."""
    kind = own_kinds().get(own_id)
    return own_id if kind is None else kind.label


def kinds(enumeration: str) -> dict[str, str]:
    """The words of an enumeration of kinds and the own kinds beneath them, with their labels."""
    own = {kind.id: kind.label for kind in own_kinds(enumeration).values()}
    return {**terms(enumeration), **own}


def competences() -> dict[str, str]:
    """The labels of the competences, by KLE number, `kv:` code or the id of an own one."""
    shipped = {word.code: word.label for word in _words().get("Competence", ()) if word.code}
    return {**shipped, **{kind.id: kind.label for kind in own_kinds("Competence").values()}}


def _words() -> dict[str, tuple[WordOf, ...]]:
    return {enumeration.name: enumeration.words for enumeration in _vocabulary().enumerations}


def _vocabulary() -> Vocabulary:
    """The vocabulary, read again when the version in the answer of `me` changes."""
    cached: tuple[str, Vocabulary] | None = st.session_state.get(_WORDS)
    user: tuple[ApiClient, Me] | None = st.session_state.get(_ME)
    version = "" if user is None else user[1].vocabulary
    if cached is None or cached[0] != version:
        st.session_state[_WORDS] = cached = (version, client().vocabulary())
    return cached[1]


def all_terms() -> dict[str, str]:
    """The labels of all enumerations that occur in the graph, and of the own kinds."""
    return {word: label for name in _OF_THE_GRAPH for word, label in kinds(name).items()}


def name_of(node_id: str, api_client: ApiClient | None = None) -> str | None:
    """Return the name of a node.

    Raises: NotFound: absent or hidden.
    """
    api_client = api_client or client()
    return screen_state.fetch(
        api_client,
        ("name", node_id),
        lambda: api_client.entity(node_id).value.entity.name,
        quietly=True,
    )
