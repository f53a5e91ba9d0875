"""The dashboard: answers to the pinned queries, the user's own and those shared with the user.

Each query runs with the rights of the current user, for the purpose that this user chooses, and is
logged under this user.
"""

from functools import partial
from typing import Final

import streamlit as st
from pydantic import JsonValue

from api.client import AskedQuery, Problem, Unavailable
from api.schemas.analysis import QueryAnswer, Question
from explorer import problem_states, screen_state
from explorer.frame import ScreenContext
from explorer.i18n import _, day, ngettext, plain
from explorer.views import stoppable
from explorer.views.analysis import (
    free_query,
    query_parameters,
    query_result,
    saved_queries,
)

_FRESH_S: Final = 600.0
_STOPPED_IDS: Final = "dashboard-stopped"
_ASKED_PURPOSE: Final = "dashboard-asked"
_PURPOSE: Final = "dashboard-purpose"
_AGAIN_S: Final = 5
_MOST: Final = 12


def show(context: ScreenContext) -> None:
    """Draw the answers in the order of the list of saved queries, in two columns."""
    pinned = [question for question in context.client.questions().found if question.is_pinned]
    if not pinned:
        st.info(
            _(
                "Nothing is pinned. Save a query of your own under Cypher, and choose that its "
                "answer is shown here."
            )
        )
        free_query.offer_examples(context.client.analysis_schema())
        return

    def ask_all() -> None:
        """Run all queries for the chosen purpose, also those that were run before."""
        st.session_state[_ASKED_PURPOSE] = st.session_state[_PURPOSE]
        _stopped_questions().clear()
        screen_state.invalidate()

    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        query_parameters.purpose_field(_PURPOSE)
        st.button(_("Show all answers"), key="dashboard-ask", type="primary", on_click=ask_all)
    columns = st.columns(2)
    for place, question in enumerate(pinned[:_MOST]):
        with columns[place % 2], st.container(border=True, key=f"dashboard-{question.id}"):
            _draw_question(context, question)
    if len(pinned) > _MOST:
        st.info(_("The first {count} are shown.", count=_MOST))


def _draw_question(context: ScreenContext, question: Question) -> None:
    st.header(plain(question.name), anchor=False)
    if question.description:
        st.text(question.description)
    values: dict[str, JsonValue] = {
        parameter.name: parameter.default for parameter in question.parameters
    }
    if None in values.values():
        st.info(_("Fill in what the question needs."))
    elif question.id in _stopped_questions():
        st.info(_("Stopped. Nothing is asked."))
    elif (purpose := st.session_state.get(_ASKED_PURPOSE)) is None:
        st.caption(plain(_("saved by {owner}", owner=question.owner)))
    else:
        request = AskedQuery(query=question.query, purpose=purpose, parameters=values)
        try:
            # An answer that is at most ten minutes old is reused.
            answer = screen_state.fetch(
                context.client, ("dashboard", question.id, question.version, request.purpose),
                lambda: stoppable.result(
                    request, partial(context.client.query, request),
                    key=f"dashboard-stop-{question.id}",
                    on_stop=lambda: _stopped_questions().add(question.id),
                ),
                fresh_s=_FRESH_S,
            )  # fmt: skip
            _draw(question, answer)
        except Unavailable as away:
            if away.slug not in ("replica-filling", "busy"):
                raise
            st.info(plain(away.detail))
            screen_state.retry(context.client, away.retry_after_s or _AGAIN_S)
        except Problem as problem:
            problem_states.draw(problem)
    st.button(
        _("Open the question"), key=f"dashboard-open-{question.id}",
        on_click=partial(saved_queries.open_query, question.id),
    )  # fmt: skip


def _draw(question: Question, answer: QueryAnswer) -> None:
    numbers = query_result.number_columns(answer)
    names = [name for name in answer.columns if name not in numbers]
    if answer.rows and numbers and names:
        query_result.bar_chart(answer, names[0], numbers[0], key=f"dashboard-chart-{question.id}")
    if answer.rows:
        query_result.rows_table(answer, question.name)
    else:
        st.info(_("The question gave no rows."))
    if answer.cut is not None:
        st.info(_("There are more rows than can be shown at once. Narrow the question."))
    parts = [
        ngettext("{count} row", "{count} rows", len(answer.rows)),
        _("saved by {owner}", owner=question.owner),
        _("as of {day}", day=day(answer.on)),
    ]
    st.caption(plain(" · ".join(parts)))


def _stopped_questions() -> set[str]:
    """The ids of the questions that the user has stopped waiting for."""
    return st.session_state.setdefault(_STOPPED_IDS, set[str]())
