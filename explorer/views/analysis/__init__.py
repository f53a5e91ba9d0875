"""The analysis screen: ready questions, free Cypher queries, and saved queries."""

from collections.abc import Callable
from functools import partial
from typing import Final

import streamlit as st

from explorer import address, frame
from explorer.i18n import _
from explorer.views.analysis import (
    coverage,
    dashboard,
    free_query,
    history,
    impact,
    saved_queries,
)
from explorer.views.analysis.question_answer import ReadyQuestion, WaitingStopped, ask_again, draw

_QUESTION: Final = "analysis-question"
_TAB: Final = "analysis-tab"
_COMMON_PARAMETERS: Final = frozenset({"tab", "question", "query", "on", "at"})
"""Address parameters that another question does not remove."""


def show(context: frame.ScreenContext) -> None:
    """Draw the tab that the address names."""
    frame.title(context, _("Analysis"))
    tabs: dict[str, tuple[str, Callable[[frame.ScreenContext], None]]] = {
        "ready": (_("Ready questions"), _ready),
        "cypher": (_("Cypher"), free_query.show),
        "kept": (_("Mine and shared"), saved_queries.show),
        "dashboard": (_("Dashboard"), dashboard.show),
    }
    code = address.text("tab")
    tab = code if code in tabs else "ready"
    names = {code: name for code, (name, _draw) in tabs.items()}
    frame.tabs(_("Kind of question"), names, tab, key=_TAB)
    tabs[tab][1](context)


def questions() -> dict[str, ReadyQuestion]:
    """All ready questions, by their code in the address."""
    return dict(sorted((coverage.questions() | history.questions() | impact.questions()).items()))


def _ready(context: frame.ScreenContext) -> None:
    """Draw the question, its parameters and its answer."""
    ready_questions, code = questions(), address.text("question") or ""
    rest: dict[str, address.Value] = dict.fromkeys(address.here().keys() - _COMMON_PARAMETERS)
    st.session_state[_QUESTION] = code if code in ready_questions else None
    st.selectbox(
        _("Ready questions"), list(ready_questions), index=None, key=_QUESTION,
        format_func=lambda name: ready_questions[name].name, placeholder=_("Choose a question."),
        filter_mode="contains",
        on_change=partial(address.choose, "question", _QUESTION, ready_questions, **rest),
    )  # fmt: skip
    if code not in ready_questions:
        st.info(_("Choose a question."))
        return
    try:
        answer = ready_questions[code].ask(context)
    except WaitingStopped:
        ask_again()
        return
    if answer is not None:
        draw(context, answer, ready_questions[code].origin)
