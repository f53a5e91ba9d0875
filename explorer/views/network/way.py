"""The path between two nodes: requested from the API, and drawn in the network."""

from dataclasses import dataclass
from datetime import date
from functools import partial

import streamlit as st

from api.client import Need
from api.schemas.paths import Path, Paths
from explorer import address, frame, problem_states, screen_state
from explorer.address import FIND
from explorer.components.network import (
    CAP,
    NO_WAY,
    DrawnLink,
    DrawnNode,
    DrawnWay,
    NetworkElements,
    WayLink,
)
from explorer.i18n import _, danish_key, plain
from explorer.labels import Labels

_TO = "network-way-to"
_NO_WAY = {"start": None, "target": None}


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkWay:
    """The best path from `start` to `target`, or an answer that says why there is none."""

    start: str
    target: str
    answer: Paths

    @property
    def why_not(self) -> str:
        """Why there is no path, or that a direct call is allowed."""
        contacts = self.answer.contacts
        none = self.answer.none or next(
            (contact.none for contact in contacts if contact.none), None
        )
        direct = next((contact.direct for contact in contacts if contact.direct), None)
        sentences = [*(none.words.sentences if none else ()), direct.words.text if direct else ""]
        return " ".join(filter(None, sentences))

    @property
    def path(self) -> Path | None:
        """The best path."""
        return next(iter(self.answer.paths), None)


def way(context: frame.ScreenContext) -> NetworkWay | None:
    """The path between the two nodes in the address, if it names two.

    Raises: Problem: as the API reports.
    """
    start, target = address.text("start"), address.text("target")
    if start is None or target is None:
        return None
    need = Need(start=start, target=target, on=context.as_of, max_contacts=1, max_paths=1)
    answer = screen_state.fetch(
        context.client, ("network-way", need), lambda: context.client.paths(need),
        fresh_s=screen_state.WATCH_S,
    )  # fmt: skip
    return NetworkWay(start=start, target=target, answer=answer)


def with_way(
    elements: NetworkElements, way: NetworkWay | None, words: Labels
) -> tuple[NetworkElements, DrawnWay]:
    """Add the stops and hops of the path not drawn yet; return all elements, and the path."""
    if way is None or way.path is None:
        return elements, NO_WAY
    nodes = {node["id"]: node for node in elements["nodes"]}
    links = {link["id"]: link for link in elements["links"]}
    stops = way.path.stops
    for stop in stops:
        if len(nodes) < CAP:
            node = DrawnNode(
                id=stop.node.id, label=stop.label, kind=words.word(stop.kind or stop.label),
                name=stop.node.name or words.generic_name(stop.label), tier=stop.tier, more=0,
                freshness=None,
            )  # fmt: skip
            nodes.setdefault(node["id"], node)
    walked: list[WayLink] = []
    for source, target, hop in zip(stops, stops[1:], way.path.hops, strict=False):
        ends = (source.node.id, target.node.id)
        ends = ends if hop.is_forward else ends[::-1]
        facts = hop.facts
        link = links.setdefault(
            facts.link,
            DrawnLink(
                id=facts.link, source=ends[0], target=ends[1], type=words.word(facts.type),
                gate=words.word(facts.gate) if facts.gate else None, freshness=facts.freshness,
            ),
        )  # fmt: skip
        if {link["source"], link["target"]} <= nodes.keys():
            walked.append(WayLink(id=link["id"], back=not hop.is_forward))
    all_elements = NetworkElements(nodes=tuple(nodes.values()), links=tuple(links.values()))
    return all_elements, DrawnWay(nodes=[stop.node.id for stop in stops], links=walked)


def line(way: NetworkWay | None, words: Labels, on: date | None) -> None:
    """Draw the path in words above the drawing, with a link to its details on a date."""
    if way is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="network-way"):
        if way.path is not None:
            names = [stop.node.name or words.generic_name(stop.label) for stop in way.path.stops]
            st.markdown(_("Path: {stops}", stops=plain(" → ".join(names))))
        else:
            st.markdown(plain(way.why_not) or _("There is no path between the two."))
        problem_states.anchor(
            _("Open in Find contact path"),
            address.link(FIND, start=way.start, target=way.target, on=on),
        )
        st.button(
            _("Hide the path"), key="network-way-hide", on_click=partial(address.change, **_NO_WAY)
        )


def choose(node: DrawnNode, elements: NetworkElements) -> None:
    """Draw the choice of the other end of a path that starts at a node."""
    others = sorted(
        (end for end in elements["nodes"] if end["id"] != node["id"] and not end.get("count")),
        key=lambda end: danish_key(end["name"]),
    )
    names = {end["id"]: f"{end['name']} · {end['kind']}" for end in others}
    is_start = address.text("start") == node["id"]
    target = address.text("target") if is_start else None
    st.session_state[_TO] = target if target in names else None

    def choose_end() -> None:
        other = st.session_state[_TO]
        if other is None or other in names:
            address.change(start=node["id"] if other else None, target=other)

    st.selectbox(
        _("Show the path to"), list(names), key=_TO, format_func=names.__getitem__, index=None,
        placeholder=_("Choose the other end"), filter_mode="contains", on_change=choose_end,
    )  # fmt: skip
