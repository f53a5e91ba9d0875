"""Who is around, as the address asks; each answer is kept a minute, while the register stays.

Walking from node to node draws the screen anew at each step, and every question is written down:
so the same one is asked once.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from operator import is_
from time import monotonic
from typing import Final, get_args

import streamlit as st

from api.client import ApiClient, NotFound
from api.schemas.entities import Neighborhood
from api.schemas.words import LinkType, PreventionLevel
from explorer import address, frame, screen_state
from explorer.components.network import Layout, NetworkElements, elements
from explorer.components.network.steps import NetworkHistory, NetworkState
from explorer.i18n import language
from explorer.labels import Labels

LABELS: Final = ("Actor", "Network", "Authority", "Person", "ResourceIndividual", "Organization")
TYPES: Final[tuple[LinkType, ...]] = get_args(LinkType)
LEVELS: Final[tuple[PreventionLevel, ...]] = get_args(PreventionLevel)
_KEPT: Final = "network-answers"
_WALK: Final = "network-walk"


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkQuery:
    """What the address asks for."""

    center: str
    hops: int
    level: PreventionLevel | None
    labels: tuple[str, ...]
    types: tuple[str, ...]
    layout: Layout
    on: date


@dataclass(slots=True)
class NetworkWalk:
    """Where somebody is in a network; another center begins another walk."""

    center: str
    steps: NetworkHistory
    selected: str | None = None
    hold: str | None = None  # is to be pinned where the drawing has it
    drawn: "_Drawn | None" = None  # what stands there now


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What was drawn, of which answers, and how."""

    of: tuple[Neighborhood, ...]
    how: object
    elements: NetworkElements


@dataclass(slots=True)
class _Kept:
    client: ApiClient
    revision: int
    since: float
    answers: dict[object, Neighborhood] = field(default_factory=dict[object, Neighborhood])


def asked(on: date) -> NetworkQuery | None:
    """What stands in the address; nothing without a center."""
    center, level = address.one("id"), address.one("level")
    if center is None:
        return None
    return NetworkQuery(
        center=center,
        hops=2 if address.number("hops") == 2 else 1,
        level=level if level in LEVELS else None,
        labels=tuple(one for one in address.many("kind") if one in LABELS),
        types=tuple(one for one in address.many("type") if one in TYPES),
        layout="free" if address.one("layout") == "free" else "tiers",
        on=on,
    )


def walk(what: NetworkQuery) -> NetworkWalk:
    """The walk around a center, where it stands; a shared link tells around whom was expanded."""
    held: NetworkWalk | None = st.session_state.get(_WALK)
    if held is None or held.center != what.center:
        expanded = tuple(dict.fromkeys(address.many("expanded")))
        held = NetworkWalk(what.center, NetworkHistory(now=NetworkState(expanded=expanded)))
        st.session_state[_WALK] = held
    return held


def answers(context: frame.ScreenContext, what: NetworkQuery) -> tuple[Neighborhood, ...]:
    """Who is around the center, then around each who was expanded and still is there.

    Raises: Problem: as the API says.
    """
    expanded = walk(what).steps.now.expanded
    question = ("network", what.center, what.hops, what.level, what.on, expanded)
    return screen_state.fetch(context.client, question, lambda: _asked(context, what, expanded))


def drawn(
    walk: NetworkWalk, what: NetworkQuery, said: Labels, found: tuple[Neighborhood, ...]
) -> NetworkElements:
    """One drawing of the answers, made once while these very ones are shown in the same way."""
    how, before = (what.labels, what.types, language()), walk.drawn
    if before is None or before.how != how or not _is_same(before.of, found):
        made = elements(*found, said=said, labels=what.labels, types=what.types)
        walk.drawn = before = _Drawn(found, how, made)
    return before.elements


def _is_same(before: tuple[Neighborhood, ...], now: tuple[Neighborhood, ...]) -> bool:
    """The same answers, not equal ones: to compare these takes as long as to draw them."""
    return len(before) == len(now) and all(map(is_, before, now))


def _asked(
    context: frame.ScreenContext, what: NetworkQuery, expanded: tuple[str, ...]
) -> tuple[Neighborhood, ...]:
    kept = _kept(context.client)

    def once(node_id: str, hops: int) -> Neighborhood:
        return _once(
            kept, (node_id, hops, what.level, what.on),
            lambda: context.client.neighborhood(node_id, hops=hops, level=what.level, on=what.on),
        )  # fmt: skip

    found = [once(what.center, what.hops)]
    for node_id in expanded:
        try:
            found.append(once(node_id, 1))
        except NotFound:
            continue  # gone since, or the link came from somebody who sees more
    return tuple(found)


def _once(kept: _Kept, question: object, ask: Callable[[], Neighborhood]) -> Neighborhood:
    if question not in kept.answers:
        kept.answers[question] = ask()
    return kept.answers[question]


def _kept(client: ApiClient) -> _Kept:
    """The answers to this caller of this revision; asking for that is no look-up.

    For a minute: no revision tells of who is withheld since, or of rights that have ended.
    """
    revision, now = client.revision().revision, monotonic()
    held: _Kept | None = st.session_state.get(_KEPT)
    if (
        held is None
        or (held.client, held.revision) != (client, revision)
        or now - held.since >= screen_state.WATCH_S
    ):
        st.session_state[_KEPT] = held = _Kept(client, revision, now)
    return held
