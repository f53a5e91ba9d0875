"""The network drawn, and what is done in the drawing."""

from functools import partial
from typing import Final

import streamlit as st

from api.schemas.entities import Neighborhood
from explorer.components.network import (
    CAP,
    NetworkAction,
    NetworkElements,
    NetworkText,
    network,
    tiers,
)
from explorer.components.network import hear as acts
from explorer.i18n import _, number
from explorer.labels import Labels
from explorer.views.network.around import LABELS, NetworkQuery, NetworkWalk

_KEY: Final = "network-drawing"


def hear(walk: NetworkWalk, drawn: NetworkElements) -> None:
    """Keeps what was done in the drawing; a step draws the screen anew."""
    before = walk.steps
    is_full = len(drawn["nodes"]) >= CAP
    acts(drawn, key=_KEY, on_act=partial(follow, walk, is_full=is_full))
    if walk.steps != before:
        st.rerun()


def draw(
    words: Labels,
    what: NetworkQuery,
    walk: NetworkWalk,
    drawn: NetworkElements,
    center: Neighborhood,
) -> None:
    """Draws it."""
    network(
        drawn,
        tiers(drawn["nodes"], words),
        text(words, drawn),
        key=_KEY,
        center=center.center.id,
        layout=what.layout,
        selected=walk.selected,
        pinned=walk.steps.now.pinned,
        hold=walk.hold,
    )


def follow(walk: NetworkWalk, act: NetworkAction, *, is_full: bool) -> None:
    """Does what was done in the drawing."""
    if act.name == "selected":
        walk.selected = act.node or None
    elif act.name == "pinned":
        walk.steps, walk.hold = walk.steps.pin(act.places), None
    elif act.name == "undo":
        walk.steps = walk.steps.undo()
    elif act.name == "redo":
        walk.steps = walk.steps.redo()
    elif act.node != walk.center and not is_full:
        walk.steps = walk.steps.expand(act.node)


def text(words: Labels, drawn: NetworkElements) -> NetworkText:
    """What the drawing says itself."""
    used = {node["label"] for node in drawn["nodes"]}
    return NetworkText(
        aria=_(
            "Network: {nodes} nodes, {links} links. Arrow keys move, Enter expands, P pins.",
            nodes=number(len(drawn["nodes"])),
            links=number(len(drawn["links"])),
        ),
        legend=[(label, words.word(label)) for label in (*LABELS, "Area") if label in used],
        zoom_in=_("Zoom in"),
        zoom_out=_("Zoom out"),
        fit=_("Show everything"),
        pin=_("Pin"),
        said=_("{name}, {kind}, links: {links}"),
        more=_("{more} more, not shown"),
        pinned=_("pinned"),
        unpinned=_("no longer pinned"),
        full=full(),
    )


def full() -> str:
    """What is said where no more can be drawn."""
    return _(
        "{cap} nodes are shown. Close something, or center on a node, before you expand.", cap=CAP
    )
