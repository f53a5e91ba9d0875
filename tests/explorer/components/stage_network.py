"""A network on a stage: sixty nodes in three tiers, one that can be expanded."""

from dataclasses import dataclass, field

import streamlit as st

from explorer.components.network import (
    DrawnLink,
    DrawnNode,
    NetworkAction,
    NetworkElements,
    NetworkHistory,
    NetworkText,
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
    unpinned="løsnet", full="300 noder er vist.",
)  # fmt: skip


def node(at: int) -> DrawnNode:
    """The first is national, the next five are districts', the rest municipal."""
    tier = "NATIONAL" if at == 0 else "DISTRICT" if at < 6 else "MUNICIPAL"
    label, kind = ("Network", "Netværk") if at % 3 == 0 else ("Actor", "Funktion")
    return DrawnNode(
        id=f"node-{at}", label=label, kind=kind, name=f"Koordinator {at}", tier=tier,
        more=3 if at == 7 else 0, freshness="FRESH",
    )  # fmt: skip


def link(start: int, end: int) -> DrawnLink:
    """A link that is old where its end is odd."""
    freshness = "STALE" if end % 2 else "FRESH"
    return DrawnLink(
        id=f"{start}-{end}", source=f"node-{start}", target=f"node-{end}", type="Henviser til",
        gate=None, freshness=freshness,
    )  # fmt: skip


@dataclass
class Walk:
    """What was done so far; in one object, so that nothing of it is lost on the way."""

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


size = int(st.query_params.get("nodes", 60))
walk: Walk = st.session_state.setdefault("walk", Walk())
before = walk.steps
more = 3 * len(before.now.expanded)
links = [link(0, at) for at in range(1, 6)] + [link(1 + at % 5, at) for at in range(6, size)]
links += [link(7, size + at) for at in range(more)]
drawn = NetworkElements(nodes=tuple(node(at) for at in range(size + more)), links=tuple(links))

st.set_page_config(layout="wide")
st.title("Netværk")
hear(drawn, key="net", on_act=walk.follow)
if walk.steps != before:
    st.rerun()
network(
    drawn, TIERS, TEXT, key="net", center="node-0", pinned=before.now.pinned,
    selected=walk.selected, layout="free" if "free" in st.query_params else "tiers",
)  # fmt: skip
pinned = sorted(before.now.pinned)
st.markdown(f"Valgt: {walk.selected}. Noder: {size + more}. Fastgjort: {pinned}.")
