"""The Cypher tab: a query is written, parameterized, run and saved."""

from collections.abc import Iterator
from concurrent.futures import Future, wait
from dataclasses import replace
from html import escape
from threading import Thread
from typing import Final, get_args

import streamlit as st
from pydantic import JsonValue

from api.client import AskedQuery, Problem, Unavailable
from api.schemas.analysis import AnalysisSchema, QueryAnswer
from api.schemas.exports import NamesPurpose
from explorer import address, problem_states, screen_state, session
from explorer.components.editor import Schema, editor, written
from explorer.frame import ScreenContext
from explorer.i18n import _, number, plain
from explorer.views.analysis import query_parameters, query_result, saved_queries
from explorer.views.analysis.query_parameters import QueryDraft, keep, names_in, now

_ASKED: Final = "workbench-asked"
_GOING: Final = "workbench-going"
_HELD: Final = "workbench-held"
_STOPPED: Final = "workbench-stopped"
_AGAIN_S: Final = 2.0
_SOON_S: Final = 0.3
"""No spinner is shown for an answer that arrives within this time."""
_BEAT_S: Final = 0.1
"""The interval at which the run checks whether the user has pressed something."""


def begin(text: str) -> None:
    """Set the query to run."""
    st.session_state[_ASKED] = text
    st.session_state.pop(_STOPPED, None)


def forget() -> None:
    """Discard the query and its answer."""
    for key in (_ASKED, _GOING, _HELD, _STOPPED):
        st.session_state.pop(key, None)


def asked() -> str | None:
    """The query to run, if any."""
    return st.session_state.get(_ASKED)


def held() -> tuple[AskedQuery, QueryAnswer] | None:
    """The last answer with its query."""
    return st.session_state.get(_HELD)


def say_what_is_left(text: str) -> None:
    """Draw a hint while no query runs, given the text in the field."""
    if text and st.session_state.get(_STOPPED) == text:
        st.info(_("Stopped. The query still stands in the field."))
    else:
        st.info(_("Choose an example, or write Cypher."))


def ask(context: ScreenContext, query: AskedQuery) -> tuple[AskedQuery, QueryAnswer] | None:
    """Run a query and store its answer; return None if a reason is shown instead."""
    st.session_state.pop(_HELD, None)
    try:
        going: tuple[AskedQuery, Future[QueryAnswer]] | None = st.session_state.get(_GOING)
        if going is None or going[0] != query:
            asking = Future[QueryAnswer]()

            def work() -> None:
                try:
                    asking.set_result(context.client.query(query))
                except Exception as error:  # noqa: BLE001 - whoever waits is told
                    asking.set_exception(error)

            Thread(target=work, daemon=True).start()  # a daemon, so that it does not delay shutdown
            going = query, asking
            st.session_state[_GOING] = going
        answer = _awaited(going[1])
    except Unavailable as away:
        if away.slug not in ("replica-filling", "busy"):
            raise
        st.info(plain(away.detail))
        _stop("workbench-stop-again")
        screen_state.retry(context.client, away.retry_after_s or _AGAIN_S)
        return None
    except Problem as problem:
        if problem.slug == "query-refused":
            # Draw why a query was refused, and where in the text, which is preserved.
            line, column = problem.members.get("line"), problem.members.get("column")
            told = problem.detail
            if line is not None:
                told += " " + _("Line {line}, character {column}.", line=line, column=column)
            named = problem.members.get("name")
            st.error(plain(f"{told} ({named})" if named else told))
        else:
            problem_states.draw(problem)
        return None
    st.session_state[_HELD] = (query, answer)
    return query, answer


def _awaited(asking: Future[QueryAnswer]) -> QueryAnswer:
    """Wait for the answer; if stopped, Streamlit ends the run at the next beat and discards it."""
    if not wait([asking], _SOON_S).done:
        place, beat = st.empty(), st.empty()
        with place.container(), st.spinner(_("Asking …")):
            _stop("workbench-stop")
            while not wait([asking], _BEAT_S).done:
                beat.empty()
        place.empty()
    st.session_state.pop(_GOING, None)
    return asking.result()


def _stop(key: str) -> None:
    """Draw the stop button; the engine ends the query by its own time limit."""

    def stopped() -> None:
        text = asked()
        forget()
        st.session_state[_STOPPED] = text

    st.button(_("Stop asking"), key=key, on_click=stopped)


_KEY: Final = "workbench-query"
_EXAMPLE: Final = "workbench-example"
_PURPOSE: Final = "workbench-purpose"


def show(context: ScreenContext) -> None:
    """Draw the editor, the parameters and the answer."""
    schema = context.client.analysis_schema()
    _open_kept(context)
    _open_example(schema)
    left, right = st.columns([2, 1])
    with right:
        _told(schema)
    with left:
        known = {one.id: one for one in schema.examples}

        def begin() -> None:
            chosen = st.session_state[_EXAMPLE]
            if chosen in known:
                keep(QueryDraft(text=known[chosen].query))
                address.change(query=None)

        st.selectbox(
            _("Begin with"), list(known), index=None, key=_EXAMPLE,
            format_func=lambda one: known[one].title, placeholder=_("Choose an example"),
            filter_mode=None, on_change=begin,
        )  # fmt: skip
        fields = {one.name for label in schema.labels for one in label.properties}
        fields |= {one.name for link in schema.links for one in link.properties}
        text = editor(
            _("Question in Cypher"),
            now().text,
            key=_KEY,
            run=_("Ask"),
            hint=_("Ctrl+Enter asks. Tab leaves the field."),
            placeholder="MATCH …",
            schema=Schema(
                labels=[one.label for one in schema.labels],
                links=[one.type for one in schema.links],
                fields=sorted(fields),
                parameters=names_in(now().text),
            ),
            on_run=_run,
        )
        if text != now().text:
            keep(replace(now(), text=text))
        purposes: tuple[NamesPurpose, ...] = get_args(NamesPurpose)
        words = session.terms("Purpose")
        st.selectbox(
            _("What it is for"), purposes, index=purposes.index("KNOWLEDGE"), key=_PURPOSE,
            format_func=lambda one: words.get(one) or str(one), filter_mode=None,
        )  # fmt: skip
        values = query_parameters.fill_in(context, now())
        query_parameters.declare(now())
        saved_queries.save(context, now())
    _answer(context, values)


def _run() -> None:
    """Run the text in the editor."""
    text = written(_KEY)
    if text is not None:
        keep(replace(now(), text=text))
        begin(text)


def _open_kept(context: ScreenContext) -> None:
    """Open the saved query that the address names, once; it can then be edited."""
    named, draft = address.one("query"), now()
    if named is None or (draft.kept is not None and draft.kept.id == named):
        return
    one = context.client.question(named)
    query_parameters.forget()
    keep(
        QueryDraft(
            text=one.thing.query, declared=one.thing.parameters, kept=one.thing, etag=one.etag
        )
    )
    forget()


def _open_example(schema: AnalysisSchema) -> None:
    """Open the example that the address names, once; then remove it from the address."""
    named = address.one("example")
    if named is None:
        return
    for one in schema.examples:
        if one.id == named:
            query_parameters.forget()
            keep(query_parameters.draft_of(one))
            begin(now().text)
    address.change(example=None, query=None, area=None, **{"from": None, "to": None})


def _answer(context: ScreenContext, values: dict[str, JsonValue] | None) -> None:
    """Draw the last answer, until another query is run."""
    text, answered = asked(), held()
    if text is None:
        say_what_is_left(now().text)
    elif values is None:
        st.info(_("Fill in what the question needs."))
    elif text == now().text:
        request = AskedQuery(query=text, purpose=st.session_state[_PURPOSE], parameters=values)
        if answered is None or answered[0] != request:
            answered = ask(context, request)
    if answered is not None:
        query_result.draw(context, *answered)


def _told(schema: AnalysisSchema) -> None:
    """Draw the schema and the limits of queries."""
    with st.expander(_("What there is to ask about"), expanded=True):
        label = escape(_("What there is to ask about"))
        st.html(
            f'<div class="kv-schema" tabindex="0" role="region" aria-label="{label}">'
            f'<div lang="en">{"".join(_entries(schema))}</div></div>'
        )
    st.caption(
        _(
            "Only reading. At most {rows} rows and {seconds} seconds. No names of people, no "
            "contact details; small numbers are not there.",
            rows=number(schema.most_rows),
            seconds=number(schema.most_s),
        )
    )


def _entries(schema: AnalysisSchema) -> Iterator[str]:
    """The identifiers of the schema, which are the same in every language."""
    for label in schema.labels:
        fields = ", ".join(one.name for one in label.properties)
        yield _entry(label.label, label.count, fields)
    for link in schema.links:
        yield _entry(
            link.type, link.count, ", ".join(f"{one.source} → {one.target}" for one in link.ends)
        )


def _entry(name: str, count: int, told: str) -> str:
    return f"<p><strong>{escape(name)}</strong> ({number(count)})<br>{escape(told)}</p>"
