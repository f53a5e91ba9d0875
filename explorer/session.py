"""The session of whoever looks: their line to the API, who they are, and where they sit.

One client per session, in `st.session_state` alone: what one session was told no other can meet.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

import httpx
import streamlit as st

from api.client import ApiClient, NotFound, NotSignedIn, Unavailable
from api.schemas.accounts import Me, Role
from api.schemas.system import WordOf
from explorer import screen_state
from explorer.asking import speaks_for
from explorer.i18n import Language, language
from explorer.page import SESSION
from explorer.settings import ExplorerSettings

TOKEN: Final = "session_token"  # noqa: S105 - the place of one, not one
_LINE: Final = "line"
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
class _Held:
    token: str
    lang: Language
    client: ApiClient


@dataclass(frozen=True, slots=True)
class UserSeat:
    """A post of one's own."""

    id: str
    name: str


def client() -> ApiClient:
    """This session's line to the API, in the language of whoever looks.

    Raises: NotSignedIn: nobody has signed in.
    """
    token = st.session_state.get(TOKEN) or st.context.cookies.get(SESSION)
    if not token:
        raise NotSignedIn(401, {})
    held: _Held | None = st.session_state.get(_LINE)
    if held is None or (held.token, held.lang) != (token, language()):
        if held is not None:
            forget()
        told = ExplorerSettings()
        line = ApiClient(
            told.api_url, token, language(), patience_s=_PATIENCE_S, pool=_pool(),
            headers=speaks_for(told, st.context.ip_address),
        )  # fmt: skip
        st.session_state[_LINE] = held = _Held(token, language(), line)
    return held.client


def me() -> Me:
    """Who looks; while the API is away, who looked before, so that an answer can stay on screen.

    Raises: Problem: whatever else it says, or there was nobody before.
    """
    line = client()
    held: tuple[ApiClient, Me] | None = st.session_state.get(_ME)
    try:
        told = line.me()
    except Unavailable:
        if held is None or held[0] is not line:
            raise
        return held[1]
    st.session_state[_ME] = (line, told)
    return told


@cache
def _pool() -> httpx.HTTPTransport:
    """The connections to the API: the one thing sessions share, and it knows nothing of them."""
    return httpx.HTTPTransport(limits=_LIMITS)


def hang_up() -> None:
    """Closes the connections of all sessions; the next question opens others."""
    _pool().close()
    _pool.cache_clear()


def forget() -> None:
    """Forgets all that was asked for the one who looked before."""
    for name in (_SEATS, _SEAT, _WORDS, _ME, _LINE, screen_state.KEPT):
        st.session_state.pop(name, None)


def roles(me: Me) -> frozenset[Role]:
    """The roles in force."""
    return frozenset(one.role for one in me.grants if not one.is_waiting)


def may(me: Me, task: str) -> bool:
    """Whether a task is open to whoever looks."""
    return any(one.task == task and one.may for one in me.tasks)


def seats(me: Me) -> tuple[UserSeat, ...]:
    """One's own posts by name, in a fixed order."""
    held: tuple[tuple[str, ...], tuple[UserSeat, ...]] | None = st.session_state.get(_SEATS)
    if held is None or held[0] != me.posts:
        found = tuple(seat for post in me.posts if (seat := _named(post)) is not None)
        st.session_state[_SEATS] = held = (me.posts, found)
    return held[1]


def seat(me: Me) -> UserSeat | None:
    """The post one sits on now: the one chosen, else the first."""
    own = seats(me)
    chosen = st.session_state.get(_SEAT)
    return next((one for one in own if one.id == chosen), own[0] if own else None)


def term(enumeration: str, word: str | None) -> str:
    """What a word of the vocabulary is called; the word itself where it is none of ours."""
    return terms(enumeration).get(word or "", word or "")


def terms(enumeration: str) -> dict[str, str]:
    """The words of an enumeration in their own order, and what each is called."""
    return {word.id: word.label for word in _words().get(enumeration, ())}


def competences() -> dict[str, str]:
    """The subjects by their KLE number or `kv:` code, which a need names."""
    return {word.code: word.label for word in _words().get("Competence", ()) if word.code}


def _words() -> dict[str, tuple[WordOf, ...]]:
    held: dict[str, tuple[WordOf, ...]] | None = st.session_state.get(_WORDS)
    if held is None:
        held = {one.name: one.words for one in client().vocabulary().enumerations}
        st.session_state[_WORDS] = held
    return held


def all_terms() -> dict[str, str]:
    """The words for what is in the graph, of several enumerations at once."""
    return {word: label for name in _OF_THE_GRAPH for word, label in terms(name).items()}


def _named(post: str) -> UserSeat | None:
    try:
        return UserSeat(post, name_of(post) or post)
    except NotFound:
        return None


def name_of(node_id: str, line: ApiClient | None = None) -> str | None:
    """The name of a node.

    Raises: NotFound: absent or hidden.
    """
    asked = line or client()
    return screen_state.fetch(
        asked, ("name", node_id), lambda: asked.entity(node_id).thing.entity.name, quietly=True
    )
