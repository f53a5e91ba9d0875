"""An interactive drawing of a network, and the actions made in it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal, TypedDict, cast

import streamlit as st

from api.schemas.entities import Neighbor, Neighborhood, NodeName
from explorer.components import ComponentLabels, component_value, draw, is_dark, no_op
from explorer.components.path import TIERS, DrawnTier

CAP: Final = 300  # more cannot be told apart on any screen
HEIGHT_PX: Final = 620
Layout = Literal["tiers", "free"]
ActName = Literal["selected", "pinned", "expand", "undo", "redo"]
Place = tuple[float, float]
_COVERS: Final = "COVERS"
_WORST: Final = ("FRESH", "STALE", "EXPIRED", "NEVER")


class DrawnNode(TypedDict):
    """A node; `more` is the number of its links not drawn, `freshness` the worst of those drawn."""

    id: str
    label: str
    kind: str
    name: str
    tier: str | None
    more: int
    freshness: str | None


class DrawnLink(TypedDict):
    """A link between two nodes of the drawing, in words."""

    id: str
    source: str
    target: str
    type: str
    gate: str | None
    freshness: str | None


class NetworkElements(TypedDict):
    """What is drawn: the center first, then by distance; every link has both its ends."""

    nodes: tuple[DrawnNode, ...]
    links: tuple[DrawnLink, ...]


class NetworkText(TypedDict):
    """All texts of the drawing; `said` has `{name}`, `{kind}`, `{links}`, `more` has `{more}`."""

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
class NetworkAction:
    """An action made in the drawing.

    `node`: the node selected (empty: none any more) or expanded. `places`: all nodes pinned now.
    """

    name: ActName
    node: str = ""
    places: Mapping[str, Place] = field(default_factory=dict[str, Place])


def elements(
    *answers: Neighborhood,
    said: ComponentLabels,
    labels: Collection[str] = (),
    types: Collection[str] = (),
    cap: int = CAP,
) -> NetworkElements:
    """Merge several answers into one drawing: the first around the center, the rest around others.

    `labels` restricts the nodes to some labels; `types` restricts the links to some types and the
    nodes to their ends; empty: all. The center is always included. At most `cap` nodes.
    """
    center = answers[0].center.id
    nodes: list[tuple[DrawnNode, int]] = []
    links: list[DrawnLink] = []
    for answer in answers:
        nodes.append((_node(answer, said, answer.center), answer.links))
        nodes += [
            (_node(neighbor, said, neighbor.node), neighbor.links) for neighbor in answer.neighbors
        ]
        links += _links(answer, said, types)
    tied = {center, *(end for link in links for end in (link["source"], link["target"]))}
    context: dict[str, tuple[DrawnNode, int]] = {}
    for node, count in nodes:
        is_wanted = (not labels or node["label"] in labels) and (not types or node["id"] in tied)
        if len(context) < cap and (node["id"] == center or is_wanted):
            context.setdefault(node["id"], (node, count))
    drawn = {
        link["id"]: link
        for link in links
        if link["source"] in context and link["target"] in context
    }
    ends: dict[str, list[DrawnLink]] = {node_id: [] for node_id in context}
    for link in drawn.values():
        for end in {link["source"], link["target"]}:
            ends[end].append(link)
    for node, count in context.values():
        own = ends[node["id"]]
        node["more"] = max(count - sum(">" not in link["id"] for link in own), 0)
        known = [link["freshness"] for link in own if link["freshness"] in _WORST]
        node["freshness"] = max(known, key=_WORST.index, default=None)
    return NetworkElements(
        nodes=tuple(node for node, _count in context.values()), links=tuple(drawn.values())
    )


def types_of(*answers: Neighborhood) -> frozenset[str]:
    """The types of the links in the answers."""
    types = {tie.type for answer in answers for tie in answer.ties}
    return frozenset(types | {_COVERS for answer in answers if _is_answered_for(answer)})


def tiers(nodes: Sequence[DrawnNode], said: ComponentLabels) -> tuple[DrawnTier, ...]:
    """The tiers of these nodes, the national one first."""
    used = {node["tier"] for node in nodes}
    return tuple(DrawnTier(id=tier, label=said.word(tier)) for tier in TIERS if tier in used)


def network(
    elements: NetworkElements,
    tiers: Sequence[DrawnTier],
    text: NetworkText,
    *,
    key: str,
    center: str,
    layout: Layout = "tiers",
    selected: str | None = None,
    pinned: Mapping[str, Place],
    hold: str | None = None,
) -> None:
    """Draw the network.

    `hold` requests that a node be pinned at its position, which only the drawing knows: the
    resulting action returns the position.
    """
    ids = {node["id"] for node in elements["nodes"]}
    data: dict[str, object] = {
        "layout": layout,
        "height": HEIGHT_PX,
        "dark": is_dark(),
        "cap": CAP,
        "center": center,
        "selected": selected if selected in ids else None,
        "pinned": {node_id: list(place) for node_id, place in pinned.items()},
        "hold": hold if hold in ids else None,
        "tiers": list(tiers),
        "nodes": list(elements["nodes"]),
        "links": list(elements["links"]),
        "text": text,
    }
    draw("network", key=key, data=data, on_acts_change=no_op)


def hear(elements: NetworkElements, *, key: str, on_act: Callable[[NetworkAction], None]) -> None:
    """Call `on_act` with each action made in the drawing since the last call, in order.

    `on_act` stores the result in an object that is already in the session state: Streamlit may end
    a run wherever the session state is read or written, and an action that was read but not stored
    would be lost.
    """
    ids = {node["id"] for node in elements["nodes"]}
    heard: _Heard = st.session_state.setdefault(f"{key}-heard", _Heard())
    for one in new(component_value(key, "acts"), heard=heard.turn):
        act = act_of(one, ids)
        if act is not None:
            on_act(act)
        heard.turn = one["turn"]


@dataclass(slots=True)
class _Heard:
    """The sequence number of the last action handled.

    The browser resends its last actions each time.
    """

    turn: float = 0


def new(acts: Sequence[Mapping[str, Any]] | None, *, heard: float) -> list[Mapping[str, Any]]:
    """The actions with a higher sequence number than `heard`."""
    return [one for one in acts or () if one["turn"] > heard]


def act_of(action: Mapping[str, Any], ids: Collection[str]) -> NetworkAction | None:
    """Validate an action from the browser: ids of the drawing only, positions as numbers."""
    name, value = action["name"], action["value"]
    if name == "pinned":
        places = cast("Mapping[str, Any]", value).items()
        pinned = {one: (float(at[0]), float(at[1])) for one, at in places if one in ids}
        return NetworkAction(name="pinned", places=pinned)
    if name == "expand":
        return NetworkAction(name="expand", node=value) if value in ids else None
    if name == "selected":
        return NetworkAction(name="selected", node=value if value in ids else "")
    return NetworkAction(name=name) if name in {"undo", "redo"} else None


# ---- what is drawn


def _node(one: Neighborhood | Neighbor, said: ComponentLabels, node: NodeName) -> DrawnNode:
    return DrawnNode(
        id=node.id,
        label=one.label,
        kind=said.word(one.kind or one.label),
        name=node.name or said.unnamed(one.label),
        tier=one.tier,
        more=0,
        freshness=None,
    )


def _links(answer: Neighborhood, said: ComponentLabels, types: Collection[str]) -> list[DrawnLink]:
    links = [
        DrawnLink(
            id=tie.id,
            source=tie.source.id,
            target=tie.target.id,
            type=said.word(tie.type),
            gate=said.word(tie.gate) if tie.gate else None,
            freshness=tie.check.freshness if tie.check else None,
        )
        for tie in answer.ties
        if not types or tie.type in types
    ]
    # An answer has a step from an area to those responsible for it, but no tie.
    if _is_answered_for(answer) and (not types or _COVERS in types):
        links += [
            DrawnLink(
                id=f"{answer.center.id}>{neighbor.node.id}",
                source=neighbor.node.id,
                target=answer.center.id,
                type=said.word(_COVERS),
                gate=None,
                freshness=None,
            )
            for neighbor in answer.neighbors
            if neighbor.steps == 1
        ]
    return links


def _is_answered_for(answer: Neighborhood) -> bool:
    return answer.label == "Area" and any(other.steps == 1 for other in answer.neighbors)


DEPTH: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkState:
    """The state of a drawing: the nodes expanded, in order, and the positions of those pinned."""

    expanded: tuple[str, ...] = ()
    pinned: Mapping[str, Place] = field(default_factory=dict[str, Place])


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkHistory:
    """The current state, the earlier ones, the last one last, and those undone."""

    now: NetworkState = field(default_factory=NetworkState)
    before: tuple[NetworkState, ...] = ()
    after: tuple[NetworkState, ...] = ()

    def to(self, shown: NetworkState) -> "NetworkHistory":
        """Return the history with another current state; an equal one is no step."""
        if shown == self.now:
            return self
        return NetworkHistory(now=shown, before=(*self.before, self.now)[-DEPTH:])

    def expand(self, node_id: str) -> "NetworkHistory":
        """Return the history with one more node expanded; unchanged if it is expanded already."""
        if node_id in self.now.expanded:
            return self
        return self.to(replace(self.now, expanded=(*self.now.expanded, node_id)))

    def pin(self, pinned: Mapping[str, Place]) -> "NetworkHistory":
        """Return the history with exactly these nodes pinned."""
        return self.to(replace(self.now, pinned=dict(pinned)))

    def undo(self) -> "NetworkHistory":
        """Return the history one step back; unchanged at its start."""
        if not self.before:
            return self
        *before, now = self.before
        return NetworkHistory(now=now, before=tuple(before), after=(*self.after, self.now))

    def redo(self) -> "NetworkHistory":
        """Return the history with the last undone step made again; unchanged if there is none."""
        if not self.after:
            return self
        *after, now = self.after
        return NetworkHistory(now=now, before=(*self.before, self.now), after=tuple(after))
