"""A network on a stage: sixty nodes in three tiers, one that can be expanded."""

import streamlit as st

from explorer.components.network import Elements, Link, Node, Text, network
from explorer.components.network.steps import Steps
from explorer.components.path import Tier

TIERS = (
    Tier(id="NATIONAL", label="Nationalt"),
    Tier(id="DISTRICT", label="Politikreds"),
    Tier(id="MUNICIPAL", label="Kommunalt"),
)
TEXT = Text(
    aria="Netværk. Piletaster flytter, Enter udvider.",
    legend=[("Actor", "Funktion"), ("Network", "Netværk")],
    zoom_in="Zoom ind", zoom_out="Zoom ud", fit="Vis alt", pin="Fastgør",
    said="{name}, {kind}, {links} forbindelser", more="{more} flere", pinned="fastgjort",
    unpinned="løsnet", full="300 noder er vist.",
)  # fmt: skip


def node(at: int) -> Node:
    """The first is national, the next five are districts', the rest municipal."""
    tier = "NATIONAL" if at == 0 else "DISTRICT" if at < 6 else "MUNICIPAL"
    label, kind = ("Network", "Netværk") if at % 3 == 0 else ("Actor", "Funktion")
    return Node(
        id=f"node-{at}", label=label, kind=kind, name=f"Koordinator {at}", tier=tier,
        more=3 if at == 7 else 0, freshness="FRESH",
    )  # fmt: skip


def link(one: int, other: int) -> Link:
    """A link that is old where the other end is odd."""
    freshness = "STALE" if other % 2 else "FRESH"
    return Link(
        id=f"{one}-{other}", source=f"node-{one}", target=f"node-{other}", type="Henviser til",
        gate=None, freshness=freshness,
    )  # fmt: skip


size = int(st.query_params.get("nodes", 60))
steps: Steps = st.session_state.setdefault("steps", Steps())
more = 3 * len(steps.now.expanded)
links = [link(0, at) for at in range(1, 6)] + [link(1 + at % 5, at) for at in range(6, size)]
links += [link(7, size + at) for at in range(more)]
drawn = Elements(nodes=tuple(node(at) for at in range(size + more)), links=tuple(links))

st.set_page_config(layout="wide")
st.title("Netværk")
acts = network(
    drawn, TIERS, TEXT, key="net", center="node-0", pinned=steps.now.pinned,
    selected=st.session_state.get("selected"),
    layout="free" if "free" in st.query_params else "tiers",
)  # fmt: skip
after = steps
for act in acts:
    if act.name == "selected":
        st.session_state["selected"] = act.node or None
    elif act.name == "pinned":
        after = after.pin(act.places)
    elif act.name == "expand":
        after = after.expand(act.node)
    else:
        after = after.undo() if act.name == "undo" else after.redo()
if after != steps:
    st.session_state["steps"] = after
    st.rerun()
selected = st.session_state.get("selected")
st.markdown(f"Valgt: {selected}. Noder: {size + more}. Fastgjort: {sorted(steps.now.pinned)}.")
