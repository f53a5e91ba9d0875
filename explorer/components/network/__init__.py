"""A network as a drawing one can walk through; what is shown, the screen decides."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypedDict

import streamlit as st

from api.schemas.neighborhood import Neighborhood, Tie
from explorer.components import Said, draw, held, is_dark
from explorer.components.path import TIERS, Tier

CAP: Final = 300  # more is dust on any screen
HEIGHT_PX: Final = 620
Layout = Literal["tiers", "free"]
Place = tuple[float, float]
_WORST: Final = ("FRESH", "STALE", "EXPIRED", "NEVER")


class Node(TypedDict):
    """A node; `more` is how many of its links are not drawn, `freshness` the worst that are."""

    id: str
    label: str
    kind: str
    name: str
    tier: str | None
    more: int
    freshness: str | None


class Link(TypedDict):
    """A link between two nodes of the drawing, in words."""

    id: str
    source: str
    target: str
    type: str
    gate: str | None
    freshness: str | None


class Elements(TypedDict):
    """What is drawn: the center first, then by steps. Every link has both its ends."""

    nodes: tuple[Node, ...]
    links: tuple[Link, ...]


class Text(TypedDict):
    """All the drawing says itself; `said` has `{name}`, `{kind}`, `{links}`, `more` `{more}`."""

    aria: str
    legend: list[tuple[str, str]]
    zoom_in: str
    zoom_out: str
    fit: str
    pin: str
    said: str
    more: str
    pinned: str
    unpinned: str
    full: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What was done in the drawing: what is selected, and the rest for one run only.

    `pinned`: all that are held, if that has just changed.
    """

    selected: str | None
    pinned: Mapping[str, Place] | None
    expand: str | None
    undo: bool
    redo: bool


def elements(
    *answers: Neighborhood, said: Said, labels: Collection[str] = (), cap: int = CAP
) -> Elements:
    """One drawing of several answers: the first around the center, the rest around others.

    `labels` keeps those of some labels, none named: all; the center stays. At most `cap` nodes.
    """
    center = answers[0].center.id
    seen: dict[str, tuple[Node, int]] = {}
    for node, links in _nodes(answers, said):
        if len(seen) < cap and (node["id"] == center or not labels or node["label"] in labels):
            seen.setdefault(node["id"], (node, links))
    drawn = {
        link["id"]: link
        for link in _links(answers, said)
        if link["source"] in seen and link["target"] in seen
    }
    return Elements(
        nodes=tuple(_at_ends(node, links, drawn) for node, links in seen.values()),
        links=tuple(drawn.values()),
    )


def tiers(nodes: Sequence[Node], said: Said) -> tuple[Tier, ...]:
    """The tiers these nodes stand in, the nation first."""
    used = {node["tier"] for node in nodes}
    return tuple(Tier(id=tier, label=said.word(tier)) for tier in TIERS if tier in used)


def network(
    elements: Elements,
    tiers: Sequence[Tier],
    text: Text,
    *,
    key: str,
    center: str,
    layout: Layout = "tiers",
    pinned: Mapping[str, Place],
    selected: str | None = None,
) -> Told:
    """Draws the network and tells what was done in it; `selected` is so until another is chosen."""
    ids = {node["id"] for node in elements["nodes"]}
    chosen: str | None = held(key, "selected") or selected
    data: dict[str, object] = {
        "layout": layout,
        "height": HEIGHT_PX,
        "dark": is_dark(),
        "cap": CAP,
        "center": center,
        "selected": chosen if chosen in ids else None,
        "pinned": {node_id: list(place) for node_id, place in pinned.items()},
        "tiers": list(tiers),
        "nodes": list(elements["nodes"]),
        "links": list(elements["links"]),
        "text": text,
    }
    moved = f"{key}-moved"
    told = draw(
        "network", key=key, data=data, on_selected_change=_noted,
        on_pinned_change=lambda: st.session_state.update({moved: True}),
        on_expand_change=_noted, on_undo_change=_noted, on_redo_change=_noted,
    )  # fmt: skip
    return _told(told, ids, is_moved=st.session_state.pop(moved, False))


def _told(told: Mapping[str, Any], ids: Collection[str], *, is_moved: bool) -> Told:
    """What comes from a browser is checked: ids of the drawing alone, places that are numbers."""
    selected, expand = told.get("selected"), told.get("expand")
    pinned: Mapping[str, Any] = told.get("pinned") or {}
    places = {one: (float(at[0]), float(at[1])) for one, at in pinned.items() if one in ids}
    return Told(
        selected=selected if selected in ids else None,
        pinned=places if is_moved else None,
        expand=expand if expand in ids else None,
        undo=bool(told.get("undo")),
        redo=bool(told.get("redo")),
    )


def _noted() -> None:
    """A name is told only where somebody listens to it."""


# ---- what is drawn


def _nodes(answers: Sequence[Neighborhood], said: Said) -> Iterator[tuple[Node, int]]:
    for one in answers:
        yield _node(one, said, one.center.id, one.center.name), one.links
        for other in one.neighbors:
            yield _node(other, said, other.node.id, other.node.name), other.links


def _node(one: Any, said: Said, node_id: str, name: str | None) -> Node:
    return Node(
        id=node_id,
        label=one.label,
        kind=said.word(one.kind or one.label),
        name=name or said.unnamed(one.label),
        tier=one.tier,
        more=0,
        freshness=None,
    )


def _links(answers: Sequence[Neighborhood], said: Said) -> Iterator[Link]:
    for one in answers:
        yield from (_link(tie, said) for tie in one.ties)
        if one.label == "Area":
            yield from _of_area(one, said)


def _link(tie: Tie, said: Said) -> Link:
    return Link(
        id=tie.id,
        source=tie.source.id,
        target=tie.target.id,
        type=said.word(tie.type),
        gate=said.word(tie.gate) if tie.gate else None,
        freshness=tie.check.freshness if tie.check else None,
    )


def _of_area(one: Neighborhood, said: Said) -> Iterator[Link]:
    """Between an area and those who answer for it there is a step and no tie."""
    for other in one.neighbors:
        if other.steps == 1:
            yield Link(
                id=f"{one.center.id}>{other.node.id}",
                source=other.node.id,
                target=one.center.id,
                type=said.word("COVERS"),
                gate=None,
                freshness=None,
            )


def _at_ends(node: Node, links: int, drawn: Mapping[str, Link]) -> Node:
    ends = [link for link in drawn.values() if node["id"] in (link["source"], link["target"])]
    known = [link["freshness"] for link in ends if link["freshness"] in _WORST]
    own = sum(">" not in link["id"] for link in ends)
    worst = max(known, key=_WORST.index, default=None)
    node["more"], node["freshness"] = max(links - own, 0), worst
    return node
