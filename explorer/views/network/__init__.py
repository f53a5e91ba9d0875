"""The network screen: a node's surroundings and what depends on it, as drawing and table."""

import streamlit as st

from api.client import NotFound, Problem
from api.schemas.entities import Neighborhood
from explorer import address, frame, screen_state
from explorer.address import NETWORK
from explorer.components.combobox import ComboboxValue
from explorer.components.network import CAP, NetworkElements, types_of
from explorer.files import as_file
from explorer.i18n import _, day
from explorer.labels import Labels, labels
from explorer.views.network import around, controls, panel


def show(context: frame.ScreenContext) -> None:
    """Draw the center's controls above, the drawing next to the selected node, and the table below.

    The selected node is drawn first.
    """
    query = around.network_query(context.on)
    with screen_state.prefetch():
        if query is not None:
            around.answers(context, query)
    frame.title(context, _(NETWORK.title))
    words = labels()
    if query is None:
        controls.center(context, words, None)
        st.info(_("Choose a post, a network or an association to begin from."))
        return
    walk = around.walk(query)
    top = st.container()
    try:
        found = around.answers(context, query)
    except Problem as problem:
        name = _("Does not exist, or you have no access.")
        with top:
            _top(context, words, query, name if isinstance(problem, NotFound) else None)
        raise
    drawn = around.drawn(walk, query, words, found)
    around.hear(walk, drawn)
    above = st.container()
    left, right = st.columns([7, 4])
    with right:
        choice = st.container()
        panel.panel(context, words, walk, drawn, found)
    screen_state.lead()
    with top:
        _top(context, words, query, found[0].center.name or words.unnamed(found[0].label))
    with choice:
        panel.choose(walk, drawn)
    with above:
        _above(words, query, walk, drawn, found)
    with left:
        around.draw(words, query, walk, drawn, found[0].center.id)
    around.twin(drawn)
    as_file(context, tuple(node["id"] for node in drawn["nodes"]), key="network")
    frame.share({**address.here(), "expanded": list(walk.steps.now.expanded)})
    screen_state.watch(context.client, found[0].revision)


def _top(
    context: frame.ScreenContext, words: Labels, query: around.NetworkQuery, name: str | None
) -> None:
    """Draw the center, as far as it may be named, next to the search conditions."""
    place, beside = st.columns([4, 5], vertical_alignment="bottom")
    with place:
        value = None if name is None else ComboboxValue(id=query.center, name=name)
        controls.center(context, words, value)
    with beside:
        controls.terms(query)


def _above(
    words: Labels, query: around.NetworkQuery, walk: around.NetworkWalk, drawn: NetworkElements,
    found: tuple[Neighborhood, ...],
) -> None:  # fmt: skip
    controls.kinds(words, query)
    left, right = st.columns([5, 4], vertical_alignment="bottom")
    with left:
        controls.types(words, query, types_of(*found))
    with right:
        controls.history(walk, len(drawn["nodes"]))
    if len(drawn["nodes"]) >= CAP:
        st.warning(around.full())
    elif any(one.is_cut for one in found):
        st.info(_("There are more. Choose a level or fewer hops."))
    if len(drawn["nodes"]) == 1:
        st.info(_("No links that you may see, as of {day}.", day=day(query.on)))
