"""An interactive drawing of a network, the actions made in it, and their undo and redo."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal, TypedDict, cast

import streamlit as st

from explorer.components import component_value, draw, is_dark, no_op
from explorer.components.network.arrangement import (
    Arrangement,
    Layout,
    NetworkGroup,
    NetworkMap,
    Place,
    arrangement_of,
)
from explorer.components.network.elements import (
    CAP,
    DrawnLink,
    DrawnNode,
    NetworkElements,
    elements,
    tiers,
    types_of,
)
from explorer.components.path import DrawnTier

__all__ = [
    "CAP",
    "DEPTH",
    "NO_WAY",
    "Arrangement",
    "DrawnLink",
    "DrawnNode",
    "DrawnWay",
    "Layout",
    "NetworkAction",
    "NetworkElements",
    "NetworkHistory",
    "NetworkState",
    "NetworkText",
    "Place",
    "SavedViews",
    "ViewsText",
    "WayLink",
    "act_of",
    "arrangement_of",
    "elements",
    "hear",
    "network",
    "new",
    "tiers",
    "types_of",
]
ActName = Literal["selected", "pinned", "expand", "undo", "redo"]


class ViewsText(TypedDict):
    """The texts of the views saved by name; `saved` and `remove` have `{name}`."""

    name: str
    save: str
    hint: str
    saved: str
    remove: str
    refused: str
    full: str


class NetworkText(TypedDict):
    """All texts of the drawing; `said` has `{name}`, `{kind}`, `{links}`, `more` has `{more}`.

    `picture_as` has `{format}`; `nameless` says that people are not named in a picture.
    """

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
    picture: str
    picture_as: str
    nameless: str
    views: str
    saved: ViewsText


class WayLink(TypedDict):
    """A link of a path; `back`: walked from its target to its source."""

    id: str
    back: bool


class DrawnWay(TypedDict):
    """A path through the network; empty: none is drawn."""

    nodes: list[str]
    links: list[WayLink]


NO_WAY: DrawnWay = {"nodes": [], "links": []}


class SavedViews(TypedDict):
    """The owner of the views saved in the browser, and the query string of the current view."""

    owner: str
    query: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkAction:
    """An action made in the drawing.

    `node`: the node selected (empty: deselected) or expanded. `places`: all nodes pinned now.
    """

    name: ActName
    node: str = ""
    places: Mapping[str, Place] = field(default_factory=dict[str, Place])


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
    groups: Sequence[NetworkGroup] = (),
    map: NetworkMap | None = None,
    way: DrawnWay = NO_WAY,
    views: SavedViews | None = None,
) -> None:
    """Draw the network; without `views`, no view can be saved by name.

    `hold` requests that a node be pinned at its position, which only the drawing knows: the
    resulting action returns the position.
    """
    ids = {node["id"] for node in elements["nodes"]}
    data: dict[str, object] = {
        "layout": layout,
        "dark": is_dark(),
        "cap": CAP,
        "center": center,
        "selected": selected if selected in ids else None,
        "pinned": {node_id: list(place) for node_id, place in pinned.items()},
        "hold": hold if hold in ids else None,
        "tiers": list(tiers),
        "nodes": list(elements["nodes"]),
        "links": list(elements["links"]),
        "groups": list(groups),
        "map": map,
        "way": way,
        "views": views,
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
    last_action: _LastAction = st.session_state.setdefault(f"{key}-heard", _LastAction())
    for action in new(component_value(key, "acts"), last_turn=last_action.turn):
        act = act_of(action, ids)
        if act is not None:
            on_act(act)
        last_action.turn = action["turn"]


@dataclass(slots=True)
class _LastAction:
    """The sequence number of the last action handled.

    The browser resends its last actions each time.
    """

    turn: float = 0


def new(acts: Sequence[Mapping[str, Any]] | None, *, last_turn: float) -> list[Mapping[str, Any]]:
    """The actions with a higher sequence number than `last_turn`."""
    return [action for action in acts or () if action["turn"] > last_turn]


def act_of(action: Mapping[str, Any], ids: Collection[str]) -> NetworkAction | None:
    """Validate an action from the browser: ids of the drawing only, positions as numbers."""
    name, value = action["name"], action["value"]
    if name == "pinned":
        places = cast("Mapping[str, Any]", value).items()
        pinned = {node_id: (float(at[0]), float(at[1])) for node_id, at in places if node_id in ids}
        return NetworkAction(name="pinned", places=pinned)
    if name == "expand":
        return NetworkAction(name="expand", node=value) if value in ids else None
    if name == "selected":
        return NetworkAction(name="selected", node=value if value in ids else "")
    return NetworkAction(name=name) if name in {"undo", "redo"} else None


# ---- the steps made in the drawing, with undo and redo

DEPTH: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkState:
    """The state of a drawing: the nodes expanded, in order, and the positions of those pinned."""

    expanded: tuple[str, ...] = ()
    pinned: Mapping[str, Place] = field(default_factory=dict[str, Place])


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkHistory:
    """The current state, the earlier states in order, and the states undone."""

    now: NetworkState = field(default_factory=NetworkState)
    before: tuple[NetworkState, ...] = ()
    after: tuple[NetworkState, ...] = ()

    def to(self, state: NetworkState) -> "NetworkHistory":
        """Return the history with another current state; an equal one is no step."""
        if state == self.now:
            return self
        return NetworkHistory(now=state, before=(*self.before, self.now)[-DEPTH:])

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
