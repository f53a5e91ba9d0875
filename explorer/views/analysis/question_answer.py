"""Shared parts of the question screens: the choices above an answer, its table and chart."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from html import escape
from typing import Final, TypeVar

import altair as alt
import streamlit as st

from api.schemas.entities import NodeName
from explorer import address, screen_state
from explorer.components import is_dark
from explorer.files import MOST_NODES, as_file
from explorer.frame import ScreenContext
from explorer.html_table import table
from explorer.i18n import _, ngettext, number, paragraphs, plain, typed_date
from explorer.labels import labels
from explorer.views import stoppable
from explorer.views.analysis import query_parameters
from explorer.views.analysis.query_parameters import Origin
from explorer.views.find.need import node_field, value_of, where_field

T = TypeVar("T")
MOST_BARS = 15
_STOPPED_REQUEST: Final = "question-stopped"
AnyChart = alt.Chart | alt.FacetChart | alt.LayerChart


def quiet(chart: AnyChart) -> AnyChart:
    """The chart without Vega's English axis and legend descriptions; the table has the data."""
    return chart.configure_axis(aria=False).configure_legend(aria=False)


def bars(rows: Sequence[tuple[str, float]], *, title: str, number: str) -> alt.Chart | None:
    """A bar for each of the first rows, in their order; None if there are none.

    `title` is the text for screen readers.
    """
    if not rows:
        return None
    values = [
        {"place": place, "name": name, "value": value, "said": f"{name}: {value:g}"}
        for place, (name, value) in enumerate(rows[:MOST_BARS])
    ]
    top = max(value for _name, value in rows[:MOST_BARS])
    return (
        alt.Chart(alt.Data(values=values))
        .mark_bar(color="#6CB2FF" if is_dark() else "#0059B3")
        .encode(
            x=alt.X("value:Q", title=number, scale=alt.Scale(domain=[0, top or 1])),
            y=alt.Y(
                "name:N", title=None, sort=alt.SortField("place"), axis=alt.Axis(labelLimit=240)
            ),
            description=alt.Description("said:N"),
            tooltip=alt.Tooltip("said:N", title=" "),
        )
        .properties(description=title, height=max(120, 26 * len(values)))
    )


MOST: Final = 500


@dataclass(frozen=True, slots=True)
class AnswerPart:
    """One table; its cells are HTML."""

    name: str
    heads: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class AnswerDrawing:
    """A chart of the data of a table, or several small ones as HTML."""

    name: str
    chart: AnyChart | str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAnswer:
    """The answer to a question; `nodes` are those exported. `is_cut`: there are more rows.

    `on`: the date on which the nodes are valid, where that is not the date of the screen.
    `parameters`: the query as address parameters, where the address may lack them (default values).
    `notes` state the answer in sentences, `how` states the method. `chart` and `drawings` show
    nothing that a table does not.
    """

    parts: tuple[AnswerPart, ...]
    nodes: tuple[str, ...]
    revision: int | None = None
    is_cut: bool = False
    notes: tuple[str, ...] = ()
    how: tuple[str, ...] = ()
    on: date | None = None
    chart: alt.Chart | None = None
    drawings: tuple[AnswerDrawing, ...] = ()
    parameters: Mapping[str, address.Value] = field(default_factory=dict[str, address.Value])


@dataclass(frozen=True, slots=True)
class ReadyQuestion:
    """A question: `ask` draws its parameters and returns the answer, None if one is missing.

    `summary`: what it answers, and what must be chosen first. `origin`: the example query that
    reads the data the answer is built from.
    """

    name: str
    summary: str
    ask: Callable[[ScreenContext], QuestionAnswer | None]
    origin: Origin


class WaitingStopped(Exception):
    """The user has stopped waiting for an answer."""


def fetch(context: ScreenContext, request: object, ask: Callable[[], T]) -> T:
    """Return the answer to a request, for which the user may stop waiting.

    Raises:
        WaitingStopped: the user has stopped waiting.
        Problem: as `screen_state.fetch`.
    """
    if st.session_state.get(_STOPPED_REQUEST) == request:
        raise WaitingStopped
    st.session_state.pop(_STOPPED_REQUEST, None)

    def stop_waiting() -> None:
        st.session_state[_STOPPED_REQUEST] = request

    return screen_state.fetch(
        context.client, request,
        lambda: stoppable.result(request, ask, key="question-stop", on_stop=stop_waiting),
    )  # fmt: skip


def ask_again() -> None:
    """Draw a note that the request was stopped, and the button that repeats it."""
    st.info(_("Stopped. Nothing is asked."))
    st.button(
        _("Ask again"), key="question-again",
        on_click=partial(st.session_state.pop, _STOPPED_REQUEST, None),
    )  # fmt: skip


def name_of(node: NodeName) -> str:
    """The name of a node, or a note that it is hidden."""
    return node.name or _("name not shown")


def draw(context: ScreenContext, answer: QuestionAnswer, origin: Origin) -> None:
    """Draw the charts, the tables, the file export, and the method of the answer."""
    if answer.notes:
        st.markdown(paragraphs(map(plain, answer.notes)))
    rows = sum(len(part.rows) for part in answer.parts)
    if not rows:
        st.info(_("The question gave no rows."))
        return
    if answer.chart is not None:
        st.altair_chart(quiet(answer.chart), width="stretch")
    for drawing in answer.drawings:
        st.header(plain(drawing.name), anchor=False)
        if isinstance(drawing.chart, str):
            st.html(drawing.chart)
        else:
            chart = drawing.chart.properties(description=drawing.name)
            st.altair_chart(quiet(chart), width="stretch")
    for part in answer.parts:
        if not part.rows:
            continue
        st.header(
            _("{name}, as a table", name=plain(part.name)) if answer.drawings else plain(part.name),
            anchor=False,
        )
        st.html(table(part.name, part.heads, part.rows[:MOST], filter_label=_("Filter the rows")))
        if len(part.rows) > MOST:
            st.info(_("The first {count} rows are shown.", count=number(MOST)))
    if answer.is_cut:
        st.info(_("There are more rows than can be shown at once. Narrow the question."))
    nodes = tuple(dict.fromkeys(answer.nodes))[:MOST_NODES]
    as_file(context, nodes, key="analysis", on=answer.on)
    st.header(_("How it was worked out"), anchor=False)
    text = ngettext("{count} row", "{count} rows", rows)
    if answer.revision is not None:
        text += " · " + _("revision {revision}", revision=number(answer.revision))
        screen_state.watch(context.client, answer.revision)
    st.markdown(paragraphs([*map(plain, answer.how), text]))
    query_parameters.offer(context, origin, answer.parameters)


def day(label: str, name: str, usual: date) -> date:
    """Draw a date field; the default where the address has no date."""
    key = f"analysis-{name}"
    st.session_state[key] = address.day(name) or usual
    st.date_input(
        label, format=typed_date(), key=key,
        on_change=lambda: address.change(**{name: st.session_state[key]}),
    )  # fmt: skip
    return address.day(name) or usual


def area(context: ScreenContext, label: str) -> str | None:
    """Draw the choice of an area."""
    area_id = address.text("area")
    where_field(context.client, labels(), value_of(context.client, area_id), label=label)
    return area_id


def place_and_kind(
    context: ScreenContext, label: str, kinds: Mapping[str, str]
) -> tuple[str | None, str | None]:
    """Draw the choices of an area and of a kind side by side; both optional."""
    left, right = st.columns(2)
    with left:
        place = area(context, _("Municipality, district or region"))
    with right:
        return place, word(label, "kind", kinds)


def start(context: ScreenContext, label: str) -> str | None:
    """Draw the choice of a start: any node."""
    start_id = address.text("start")
    node_field(
        context.client, labels(), label, "analysis-start",
        lambda node_id: address.change(start=node_id),
    )  # fmt: skip
    value = value_of(context.client, start_id)
    if value is not None:
        st.markdown(f"{label}: **{plain(value['name'])}**")
    return start_id


def word(label: str, name: str, words: Mapping[str, str], usual: str | None = None) -> str | None:
    """Draw the choice of one word of a list, or none; the default where the address has none."""
    key, code = f"analysis-{name}", address.text(name) or usual
    st.session_state[key] = code if code in words else None
    st.selectbox(
        label, list(words), index=None, key=key, format_func=words.__getitem__,
        placeholder=_("Any"), on_change=partial(address.choose, name, key, words),
    )  # fmt: skip
    return code if code in words else None


def multiselect(label: str, name: str, words: Mapping[str, str]) -> tuple[str, ...]:
    """Draw the choice of several words of a list."""
    key = f"analysis-{name}"
    codes = tuple(code for code in address.many(name) if code in words)
    st.session_state[key] = list(codes)
    st.multiselect(
        label, list(words), key=key, format_func=words.__getitem__,
        placeholder=_("Choose one or more"),
        on_change=partial(address.choose, name, key, words),
    )  # fmt: skip
    return codes


def yes(label: str, name: str) -> bool:
    """Draw a checkbox."""
    key = f"analysis-{name}"
    st.session_state[key] = address.text(name) == "1"
    st.checkbox(
        label, key=key,
        on_change=lambda: address.change(**{name: "1" if st.session_state[key] else None}),
    )  # fmt: skip
    return address.text(name) == "1"


def cards(questions: Iterable[tuple[str, str, str]]) -> str:
    """A list of links that each ask a question: address, question and what it answers."""
    items = "".join(
        f'<li><a href="{escape(to)}" target="_self"><strong>{escape(name)}</strong>'
        f"{f'<span>{escape(summary)}</span>' if summary else ''}</a></li>"
        for to, name, summary in questions
    )
    return f'<ul class="kv-questions">{items}</ul>'
