"""A network on a stage: sixty nodes in three tiers, one that can be expanded.

`layout` sets the layout, `way` draws a path, `people` makes every fourth node a person.
"""

from dataclasses import dataclass, field
from typing import cast

import streamlit as st

from explorer.components.network import (
    NO_WAY,
    DrawnLink,
    DrawnNode,
    DrawnWay,
    Layout,
    NetworkAction,
    NetworkElements,
    NetworkHistory,
    NetworkText,
    SavedViews,
    ViewsText,
    hear,
    network,
)
from explorer.components.path import DrawnTier

TIERS = (
    DrawnTier(id="NATIONAL", label="Nationalt"),
    DrawnTier(id="DISTRICT", label="Politikreds"),
    DrawnTier(id="MUNICIPAL", label="Kommunalt"),
)
TEXT = NetworkText(
    aria="Netværk. Piletaster flytter, Enter udvider.",
    legend=[("Actor", "Funktion"), ("Network", "Netværk")],
    zoom_in="Zoom ind", zoom_out="Zoom ud", fit="Vis alt", pin="Fastgør",
    said="{name}, {kind}, {links} forbindelser", more="{more} flere", pinned="fastgjort",
    unpinned="løsnet", full="300 noder er vist.", picture="Gem som billede",
    picture_as="Som {format}", nameless="Personer vises uden navn.", views="Gemte visninger",
    saved=ViewsText(
        name="Navn på visningen", save="Gem", hint="Kun i denne browser.", saved="Gemt: {name}",
        remove="Slet {name}", refused="Feltet ligner et CPR-nummer.", full="Ikke gemt.",
    ),
)  # fmt: skip
PLACES = ((40.0, 30.0), (700.0, 400.0), (500.0, 900.0))
REACH = 90.0

NAMES = (
    "SSP-koordinator", "Infohus-tovholder, kommune", "Hovedkontakt, god løsladelse",
    "PSP-koordinator, psykiatrien", "Leder, kriminalpræventiv sektion", "Mentor",
)  # fmt: skip
AUTHORITY = (
    "Center for Dokumentation og Indsats mod Ekstremisme, afdeling"
    if "long" in st.query_params
    else "Myndighed"
)
TOWNS = ("Aarhus", "Ringkøbing-Skjern", "Læsø", "Høje-Taastrup", "Fredericia")


def node(at: int) -> DrawnNode:
    """Return a node: the first is national, the next five are of districts, the rest municipal."""
    tier = "NATIONAL" if at == 0 else "DISTRICT" if at < 6 else "MUNICIPAL"
    label, kind = ("Network", "Netværk") if at % 3 == 0 else ("Actor", "Funktion")
    name = f"Koordinator {at}"
    if "long" in st.query_params:
        name = f"{NAMES[at % len(NAMES)]}, {TOWNS[at % len(TOWNS)]}"
    if "people" in st.query_params and at % 4 == 1:
        label, kind, name = "Person", "Person", f"Kirsten Kvist {at}"
    drawn = DrawnNode(
        id=f"node-{at}", label=label, kind=kind, name=name, tier=tier,
        more=3 if at == 7 else 0, freshness="FRESH",
        group=f"group-{at % 5}" if at and layout == "authorities" else None,
    )  # fmt: skip
    if tier != "NATIONAL":
        drawn["at"], drawn["reach"] = PLACES[at % 3], REACH
    return drawn


def link(start: int, end: int) -> DrawnLink:
    """Return a link that is stale where the number of its end is odd."""
    freshness = "STALE" if end % 2 else "FRESH"
    return DrawnLink(
        id=f"{start}-{end}", source=f"node-{start}", target=f"node-{end}", type="Henviser til",
        gate=None, freshness=freshness,
    )  # fmt: skip


@dataclass
class Walk:
    """The steps and the selection so far, in one object, so that no step is lost between reruns."""

    steps: NetworkHistory = field(default_factory=NetworkHistory)
    selected: str | None = None

    def follow(self, act: NetworkAction) -> None:
        if act.name == "selected":
            self.selected = act.node or None
        elif act.name == "pinned":
            self.steps = self.steps.pin(act.places)
        elif act.name == "expand":
            self.steps = self.steps.expand(act.node)
        else:
            self.steps = self.steps.undo() if act.name == "undo" else self.steps.redo()


layout = cast("Layout", st.query_params.get("layout", "tiers"))
size = int(st.query_params.get("nodes", 60))
walk: Walk = st.session_state.setdefault("walk", Walk())
before = walk.steps
more = 3 * len(before.now.expanded)
links = [link(0, at) for at in range(1, 6)] + [link(1 + at % 5, at) for at in range(6, size)]
links += [link(7, size + at) for at in range(more)]
way: DrawnWay = NO_WAY
if "way" in st.query_params:
    way = {
        "nodes": ["node-7", "node-3", "node-0"],
        "links": [{"id": "3-7", "back": True}, {"id": "0-3", "back": True}],
    }
drawn = NetworkElements(nodes=tuple(node(at) for at in range(size + more)), links=tuple(links))

st.set_page_config(layout="wide")
st.html("<style>.stMainBlockContainer { max-width: none; padding: 3.5rem 1rem; }</style>")
st.title("Netværk")
hear(drawn, key="net", on_act=walk.follow)
if walk.steps != before:
    st.rerun()
network(
    drawn, TIERS, TEXT, key="net", center="node-0", pinned=before.now.pinned,
    selected=walk.selected, layout=layout, way=way,
    groups=[{"id": f"group-{at}", "name": f"{AUTHORITY} {at}"} for at in range(5)]
    if layout == "authorities" else (),
    map={"outlines": ["M0,0L900,0L900,1000L0,1000Z"], "rest": "Hele landet"}
    if layout == "map" else None,
    views=SavedViews(owner="acc-1", query="id=node-0&hops=2"),
)  # fmt: skip
pinned = sorted(before.now.pinned)
st.markdown(f"Valgt: {walk.selected}. Noder: {size + more}. Fastgjort: {pinned}.")
