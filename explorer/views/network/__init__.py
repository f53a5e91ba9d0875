"""The network screen: a node's surroundings and what depends on it, as drawing and table."""

import streamlit as st

from api.client import NotFound, Problem
from api.schemas.entities import Neighborhood
from explorer import frame, problem_states, reminders, screen_state
from explorer.address import NETWORK
from explorer.components.combobox import ComboboxValue
from explorer.components.network import CAP, NetworkElements, arrangement_of, types_of
from explorer.files import as_file
from explorer.i18n import _, day
from explorer.labels import Labels, labels
from explorer.views.network import around, controls, panel, way


def show(context: frame.ScreenContext) -> None:
    """Draw the controls in a bar, the drawing with the selected node in front, the table below.

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
        reminders.contact_requests(context)
        return
    st.set_page_config(initial_sidebar_state="collapsed")  # the drawing needs the room
    walk = around.walk(query)
    bar = st.container(horizontal=True, vertical_alignment="bottom", key="network-bar")
    with bar:
        center = st.container(width=250)
    try:
        answers = around.answers(context, query)
    except Problem as problem:
        name = _("Does not exist, or you have no access.")
        with center:
            _center(context, words, query, name if isinstance(problem, NotFound) else None)
        raise
    above, path = st.container(), None
    try:
        path = way.way(context)
    except Problem as problem:  # the network is drawn without it
        with above:
            problem_states.draw(problem)
    merged_elements, walked = way.with_way(
        around.network_drawing(walk, query, words, answers), path, words
    )
    shape = arrangement_of(merged_elements, answers, query.layout, words)
    elements = shape["elements"]
    around.hear(walk, elements)
    with st.container(key="network-stage"):
        drawing = st.container()
        if panel.selected_node(walk, elements) is not None:
            with st.container(key="network-panel"):
                panel.panel(context, words, walk, elements, answers)
    screen_state.lead()
    with center:
        _center(
            context, words, query, answers[0].center.name or words.generic_name(answers[0].label)
        )
    with bar:
        _bar(words, query, walk, elements, answers)
    with above:
        reminders.contact_requests(context)
        # The drawing itself reports when it is full.
        if len(elements["nodes"]) < CAP and any(answer.is_cut for answer in answers):
            st.info(_("There are more. Choose a prevention level or fewer steps."))
        if len(elements["nodes"]) == 1:
            st.info(_("No links that you may see, as of {day}.", day=day(query.on)))
        way.line(path, words, context.as_of)
    with drawing:
        around.draw(
            words, query, walk, shape, center=answers[0].center.id, owner=context.me.account,
            way=walked,
        )  # fmt: skip
    around.twin(elements)
    as_file(context, tuple(node["id"] for node in merged_elements["nodes"]), key="network")
    frame.share(around.shared_parameters(walk))
    screen_state.watch(context.client, answers[0].revision)


def _center(
    context: frame.ScreenContext, words: Labels, query: around.NetworkQuery, name: str | None
) -> None:
    """Draw the choice of center; `name` is None if the name of the center is unknown."""
    value = None if name is None else ComboboxValue(id=query.center, name=name)
    controls.center(context, words, value)


def _bar(
    words: Labels, query: around.NetworkQuery, walk: around.NetworkWalk, elements: NetworkElements,
    answers: tuple[Neighborhood, ...],
) -> None:  # fmt: skip
    with st.container(width=230):
        panel.choose(walk, elements)
    with st.container(width=215):
        controls.layouts(walk, query)
    controls.filters(words, query, types_of(*answers))
    controls.history(walk, len(elements["nodes"]))
