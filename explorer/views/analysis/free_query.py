"""The Cypher tab: a query is written, parameterized, run and saved."""

from collections.abc import Iterator
from dataclasses import replace
from html import escape
from typing import Final, get_args

import streamlit as st
from pydantic import JsonValue

from api.client import AskedQuery
from api.schemas.analysis import AnalysisSchema
from api.schemas.exports import NamesPurpose
from explorer import address, session
from explorer.components.editor import Schema, editor, written
from explorer.frame import ScreenContext
from explorer.i18n import _, number
from explorer.views.analysis import (
    origins,
    query_parameters,
    query_result,
    run_query,
    saved_queries,
)
from explorer.views.analysis.query_parameters import QueryDraft, keep, names_in, now

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
        _examples(schema)
        text = editor(
            _("Question in Cypher"), now().text, key=_KEY, run=_("Ask"),
            hint=_("Ctrl+Enter asks. Tab leaves the field."), placeholder="MATCH …",
            schema=_offered(schema, now()), on_run=_run,
        )  # fmt: skip
        if text != now().text:
            keep(replace(now(), text=text))
        _purpose()
        values = query_parameters.fill_in(context, now())
        query_parameters.declare(now())
        saved_queries.save(context, now())
    _answer(context, values)


def _run() -> None:
    """Run the text in the editor."""
    text = written(_KEY)
    if text is not None:
        keep(replace(now(), text=text))
        run_query.begin(text)


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
    run_query.forget()


def _open_example(schema: AnalysisSchema) -> None:
    """Open the example that the address names, once; then remove it from the address."""
    named = address.one("example")
    if named is None:
        return
    for one in schema.examples:
        if one.id == named:
            query_parameters.forget()
            keep(origins.draft_of(one))
            run_query.begin(now().text)
    address.change(example=None, query=None, area=None, **{"from": None, "to": None})


def _examples(schema: AnalysisSchema) -> None:
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


def _purpose() -> None:
    purposes: tuple[NamesPurpose, ...] = get_args(NamesPurpose)
    words = session.terms("Purpose")
    st.selectbox(
        _("What it is for"), purposes, index=purposes.index("KNOWLEDGE"), key=_PURPOSE,
        format_func=lambda one: words.get(one) or str(one), filter_mode=None,
    )  # fmt: skip


def _answer(context: ScreenContext, values: dict[str, JsonValue] | None) -> None:
    """Draw the last answer, until another query is run."""
    text, held = run_query.asked(), run_query.held()
    if text is None:
        run_query.say_what_is_left(now().text)
    elif values is None:
        st.info(_("Fill in what the question needs."))
    elif text == now().text:
        asked = AskedQuery(query=text, purpose=st.session_state[_PURPOSE], parameters=values)
        if held is None or held[0] != asked:
            held = run_query.ask(context, asked)
    if held is not None:
        query_result.draw(context, *held)


def _offered(schema: AnalysisSchema, draft: QueryDraft) -> Schema:
    fields = {one.name for label in schema.labels for one in label.properties}
    fields |= {one.name for link in schema.links for one in link.properties}
    return Schema(
        labels=[one.label for one in schema.labels],
        links=[one.type for one in schema.links],
        fields=sorted(fields),
        parameters=names_in(draft.text),
    )


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
