"""The analysis screen: ready questions, free Cypher queries, and saved queries."""

from collections.abc import Callable
from functools import partial
from typing import Final

import streamlit as st

from explorer import address, frame
from explorer.i18n import _
from explorer.views.analysis import free_query, query_parameters, saved_queries
from explorer.views.analysis.question_answer import draw
from explorer.views.analysis.questions import ReadyQuestion, questions

_QUESTION: Final = "analysis-question"
_TAB: Final = "analysis-tab"
_PARAMETERS: Final = (
    "from", "to", "by", "area", "kind", "start", "required", "deputies", "label", "measure",
)  # fmt: skip


def show(context: frame.ScreenContext) -> None:
    """Draw the tab that the address names."""
    frame.title(context, _("Analysis"))
    tabs: dict[str, tuple[str, Callable[[frame.ScreenContext], None]]] = {
        "ready": (_("Ready questions"), _ready),
        "cypher": (_("Cypher"), free_query.show),
        "kept": (_("Mine and shared"), saved_queries.show),
    }
    named = address.one("tab")
    chosen = named if named in tabs else "ready"
    st.session_state[_TAB] = chosen
    st.segmented_control(
        _("Kind of question"), list(tabs), key=_TAB, format_func=lambda one: tabs[one][0],
        label_visibility="collapsed", required=True,
        on_change=partial(address.choose, "tab", _TAB, tabs),
    )  # fmt: skip
    tabs[chosen][1](context)


def _ready(context: frame.ScreenContext) -> None:
    """Draw the question, its parameters and its answer."""
    known = questions()
    told = address.one("question")
    st.session_state[_QUESTION] = told if told in known else None
    st.selectbox(
        _("Ready questions"), list(known), index=None, key=_QUESTION,
        format_func=lambda one: known[one].name, placeholder=_("Choose a question."),
        filter_mode=None, on_change=partial(_asked, known),
    )  # fmt: skip
    chosen = known.get(told or "")
    if chosen is None:
        st.info(_("Choose a question."))
        return
    answer = chosen.ask(context)
    if answer is not None:
        draw(context, answer)
        origin = query_parameters.OF_QUESTION.get(address.one("question") or "")
        query_parameters.offer(context, origin, answer.asked)


def _asked(known: dict[str, ReadyQuestion]) -> None:
    """Write the chosen question; the parameters of the last one are removed."""
    gone: dict[str, address.Value] = dict.fromkeys(_PARAMETERS)
    address.choose("question", _QUESTION, known, **gone)
