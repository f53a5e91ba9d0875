"""The Cypher tab: a query is written, parameterized, run and saved."""

import time
from dataclasses import replace
from functools import partial
from html import escape
from typing import Final

import streamlit as st

from api.client import AskedQuery, Problem, Unavailable
from api.schemas.analysis import AnalysisSchema, QueryAnswer
from explorer import address, problem_states, screen_state
from explorer.address import ANALYSIS
from explorer.components.editor import Schema, editor, query_text, run_query_text
from explorer.frame import ScreenContext
from explorer.i18n import _, ngettext, number, plain
from explorer.views import stoppable
from explorer.views.analysis import (
    query_parameters,
    query_result,
    question_answer,
    saved_queries,
)
from explorer.views.analysis.query_parameters import QueryDraft, keep, names_in, now

_QUERY: Final = "workbench-asked"
_ANSWER: Final = "workbench-held"
_STOPPED_QUERY: Final = "workbench-stopped"
_WAITING: Final = "workbench-waiting"
_FILLING_S: Final = 60.0
"""The approximate time that the preparation of a copy takes."""
_NEARLY: Final = 0.95
_AGAIN_S: Final = 2.0
_OFFERED: Final = 3
"""The number of examples offered where nothing is asked yet; the field has all."""


def begin(text: str) -> None:
    """Set the query to run."""
    st.session_state[_QUERY] = text
    st.session_state.pop(_STOPPED_QUERY, None)


def forget() -> None:
    """Discard the query and its answer."""
    stoppable.drop()
    for key in (_QUERY, _ANSWER, _STOPPED_QUERY, _WAITING):
        st.session_state.pop(key, None)


def query_to_run() -> str | None:
    """The query to run, if any."""
    return st.session_state.get(_QUERY)


def last_answer() -> tuple[AskedQuery, QueryAnswer] | None:
    """The last answer with its query."""
    return st.session_state.get(_ANSWER)


def ask(context: ScreenContext, query: AskedQuery) -> tuple[AskedQuery, QueryAnswer] | None:
    """Run a query and store its answer; return None if a reason is shown instead."""
    st.session_state.pop(_ANSWER, None)
    try:
        answer = stoppable.result(
            query, partial(context.client.query, query), key="workbench-stop", on_stop=_stop
        )
    except Unavailable as away:
        if away.slug not in ("replica-filling", "busy"):
            raise
        st.info(plain(away.detail))
        if away.slug == "replica-filling":
            _draw_progress()
        stoppable.button("workbench-stop-again", _stop)
        screen_state.retry(context.client, away.retry_after_s or _AGAIN_S)
        return None
    except Problem as problem:
        if problem.slug == "query-refused":
            line, column = problem.members.get("line"), problem.members.get("column")
            text = problem.detail
            if line is not None:
                text += " " + _("Line {line}, character {column}.", line=line, column=column)
            name = problem.members.get("name")
            st.error(plain(f"{text} ({name})" if name else text))
        else:
            problem_states.draw(problem)
        return None
    st.session_state[_ANSWER] = (query, answer)
    st.session_state.pop(_WAITING, None)
    return query, answer


def _draw_progress() -> None:
    """Draw the time that the preparation of the copy has taken, as a share of `_FILLING_S`."""
    since = st.session_state.setdefault(_WAITING, time.monotonic())
    waited_s = time.monotonic() - since
    st.progress(
        min(waited_s / _FILLING_S, _NEARLY),
        text=ngettext(
            "The question is asked again by itself as soon as the copy is ready. {count} second "
            "so far.",
            "The question is asked again by itself as soon as the copy is ready. {count} seconds "
            "so far.",
            round(waited_s),
        ),
    )


def _stop() -> None:
    text = query_to_run()
    forget()
    st.session_state[_STOPPED_QUERY] = text


_KEY: Final = "workbench-query"
_EXAMPLE: Final = "workbench-example"
_PURPOSE: Final = "workbench-purpose"


def show(context: ScreenContext) -> None:
    """Draw the editor, the parameters and the answer."""
    schema = context.client.analysis_schema()
    _open_from_address(context, schema)
    left, right = st.columns([2, 1])
    with right:
        _describe(schema)
    with left:
        examples = {example.id: example for example in schema.examples}

        def choose_example() -> None:
            example_id = st.session_state[_EXAMPLE]
            if example_id in examples:
                keep(QueryDraft(text=examples[example_id].query))
                address.change(query=None)

        def write() -> None:
            keep(replace(now(), text=query_text(_KEY)))

        def run() -> None:
            text = run_query_text(_KEY)
            if text is not None:
                keep(replace(now(), text=text))
                begin(text)

        st.selectbox(
            _("Begin with"), list(examples), index=None, key=_EXAMPLE,
            format_func=lambda name: examples[name].title, placeholder=_("Choose an example"),
            filter_mode=None, on_change=choose_example,
        )  # fmt: skip
        completions = Schema(
            labels=[label.label for label in schema.labels],
            links=[link.type for link in schema.links],
            fields=sorted(
                {
                    part.name
                    for element in (*schema.labels, *schema.links)
                    for part in element.properties
                }
            ),
            parameters=names_in(now().text),
        )
        editor(
            _("Question in Cypher"), now().text, key=_KEY, run=_("Ask"), placeholder="MATCH …",
            hint=_("Ctrl+Enter asks. Tab leaves the field."), schema=completions, on_text=write,
            on_run=run,
        )  # fmt: skip
        query_parameters.purpose_field(_PURPOSE)
        values = query_parameters.fill_in(context, now())
        query_parameters.declare(now())
        saved_queries.save(context, now())
    text, answer = query_to_run(), last_answer()
    if text is None:
        with left:  # before what can be asked about, where the columns stand below each other
            if now().text and st.session_state.get(_STOPPED_QUERY) == now().text:
                st.info(_("Stopped. The query is still in the field."))
            else:
                st.info(_("Choose an example, or write Cypher."))
                if not now().text:
                    offer_examples(schema)
    elif values is None:
        st.info(_("Fill in what the question needs."))
    elif text == now().text:
        request = AskedQuery(query=text, purpose=st.session_state[_PURPOSE], parameters=values)
        if answer is None or answer[0] != request:
            answer = ask(context, request)
    if answer is not None:
        query_result.draw(context, *answer, schema)


def offer_examples(schema: AnalysisSchema) -> None:
    """Draw a few examples as links that write the query and ask it."""
    st.header(_("Begin with an example"), anchor=False)
    examples = schema.examples[:_OFFERED]
    st.html(
        question_answer.cards(
            (address.link(ANALYSIS, tab="cypher", example=example.id), example.title, "")
            for example in examples
        )
    )


def _open_from_address(context: ScreenContext, schema: AnalysisSchema) -> None:
    """Open the saved query or the example that the address names, once; it can then be edited."""
    draft, saved = now(), address.text("query")
    if saved is not None and (draft.original is None or draft.original.id != saved):
        question = context.client.question(saved)
        saved_query = question.value
        query_parameters.forget()
        keep(
            QueryDraft(
                text=saved_query.query,
                declared=saved_query.parameters,
                original=saved_query,
                etag=question.etag,
            )
        )
        forget()
    if (name := address.text("example")) is not None:  # removed from the address afterwards
        for example in schema.examples:
            if example.id == name:
                query_parameters.forget()
                keep(query_parameters.draft_of(example))
                begin(now().text)
        address.change(example=None, query=None, area=None, **{"from": None, "to": None})


def _describe(schema: AnalysisSchema) -> None:
    """Draw the schema and the limits of queries; identifiers are the same in every language."""
    entries = [
        (label.label, label.count, ", ".join(field.name for field in label.properties))
        for label in schema.labels
    ]
    for link in schema.links:
        ends = ", ".join(f"{end.source} → {end.target}" for end in link.ends)
        entries.append((link.type, link.count, ends))
    lines = "".join(
        f"<p><strong>{escape(name)}</strong> ({number(count)})<br>{escape(text)}</p>"
        for name, count, text in entries
    )
    with st.expander(_("What can be asked about"), expanded=True):
        label = escape(_("What can be asked about"))
        st.html(
            f'<div class="kv-schema" tabindex="0" role="region" aria-label="{label}">'
            f'<div lang="en">{lines}</div></div>'
        )
    st.caption(
        _(
            "Only reading. At most {rows} rows and {seconds} seconds. No names of people, no "
            "contact details; small numbers are not there.",
            rows=number(schema.most_rows),
            seconds=number(schema.most_s),
        )
    )
