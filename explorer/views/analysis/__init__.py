"""The analysis screen: ready questions, free Cypher queries, and saved queries."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

import streamlit as st

from explorer import address, frame
from explorer.address import ANALYSIS
from explorer.i18n import _
from explorer.views.analysis import (
    coverage,
    dashboard,
    free_query,
    history,
    impact,
    saved_queries,
)
from explorer.views.analysis.question_answer import (
    ReadyQuestion,
    WaitingStopped,
    ask_again,
    cards,
    draw,
)

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
    return {code: question for _name, group in _groups() for code, question in group.items()}


def _groups() -> tuple[tuple[str, dict[str, ReadyQuestion]], ...]:
    """The ready questions by subject."""
    return (
        (_("Posts and networks"), coverage.questions()),
        (_("Over time"), history.questions()),
        (_("What depends on whom"), impact.questions()),
    )


def _ready(context: frame.ScreenContext) -> None:
    """Draw the question, its parameters and its answer; without one, all questions."""
    ready_questions, code = questions(), address.text("question") or ""
    if code not in ready_questions:
        for name, group in _groups():
            st.header(name, anchor=False)
            st.html(_question_list(context, group))
        return
    rest: dict[str, address.Value] = dict.fromkeys(address.here().keys() - _COMMON_PARAMETERS)
    st.session_state[_QUESTION] = code
    st.selectbox(
        _("Ready questions"), list(ready_questions), index=None, key=_QUESTION,
        format_func=lambda name: ready_questions[name].name, placeholder=_("Choose a question."),
        filter_mode="contains",
        on_change=partial(address.choose, "question", _QUESTION, ready_questions, **rest),
    )  # fmt: skip
    try:
        answer = ready_questions[code].ask(context)
    except WaitingStopped:
        ask_again()
        return
    if answer is not None:
        draw(context, answer, ready_questions[code].origin)


def _question_list(context: frame.ScreenContext, group: Mapping[str, ReadyQuestion]) -> str:
    """A link that asks each question, with what it answers."""

    return cards(
        (
            address.link(ANALYSIS, question=code, on=context.as_of),
            question.name,
            question.summary,
        )
        for code, question in group.items()
    )
