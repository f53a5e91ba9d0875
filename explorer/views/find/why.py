"""Why this path, hop by hop; and why none goes through somebody."""

from typing import Final

import streamlit as st

from api.client import ApiClient, AskedWhyNot, Need
from api.schemas.paths import Hop, Named
from api.schemas.words import Obstacle
from explorer import problem_states
from explorer.i18n import _, paragraphs, plain
from explorer.labels import Labels
from explorer.views.find.fields import node_field
from explorer.views.find.need import MOST_VIA
from explorer.views.find.steps import Legs
from explorer.views.find.terms import add

_ASKED = "why-not-asked"
_ALLOWED: Final[frozenset[Obstacle]] = frozenset({"DEARER", "OVERLAP"})
"""Why a path is not shown that the need allows."""


def why(told: Labels, legs: Legs, difference: str | None, origin: str) -> None:
    """Each hop: why one can go this way, on what ground, how fresh, what it adds to the cost.

    `difference`: from the best path. `origin`: of which register, and by which rules.
    """
    people = (one.name or told.unnamed("Person") for _, leg in legs for one in leg.shared_people)
    met = (_("Also met on path 1: {name}", name=plain(name)) for name in people)
    with st.expander(_("Why this path?")):
        for title, leg in legs:
            if title is not None:
                st.subheader(plain(title), anchor=False)
            st.markdown(paragraphs((*map(_hop, leg.hops), plain(leg.words.account))))
        if difference is not None:
            st.markdown(plain(difference))
        st.caption(paragraphs((*met, plain(origin))))


def _hop(hop: Hop) -> str:
    return "\n".join(
        (f"**{plain(hop.words.title)}**\n", *(f"- {plain(line)}" for line in hop.words.account))
    )


def why_not(client: ApiClient, told: Labels, need: Need) -> None:
    """Why no path shown goes through a node that is picked, and whom the rules keep out."""

    def picked(node_id: str | None) -> None:
        st.session_state[_ASKED] = node_id

    with st.expander(_("Why not …?"), expanded=st.session_state.get(_ASKED) is not None):
        node_field(client, told, _("Why not through"), "why-not", picked)
        node_id: str | None = st.session_state.get(_ASKED)
        if node_id is None:
            return
        with problem_states.show_problems():
            answer = client.why_not(
                AskedWhyNot(**need.model_dump(exclude_unset=True), node=node_id)
            )
        st.markdown(plain(answer.why_not.words.text))
        if answer.why_not.obstacle in _ALLOWED:
            _through(answer.why_not.node)
        for one in answer.excluded:
            st.caption(plain(one.words.text))


def _through(node: Named) -> None:
    """The best way through it, which is dearer than those shown or too like one of them."""

    def lead() -> None:
        st.session_state[_ASKED] = None
        add("via", MOST_VIA, node.id)

    name = plain(node.name or "–")
    st.button(_("Show the path through {name}", name=name), key="why-not-via", on_click=lead)
