"""The answer to a ready question: tables, charts, revision, and file export."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import altair as alt
import streamlit as st

from api.schemas.entities import NodeName
from explorer import address, screen_state
from explorer.files import MOST_NODES, as_file
from explorer.frame import ScreenContext
from explorer.html_table import table
from explorer.i18n import _, ngettext, number, plain
from explorer.views.analysis.chart import AnyChart, quiet

MOST: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerPart:
    """One table; its cells are HTML."""

    name: str
    heads: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerDrawing:
    """A chart of the data of a table."""

    name: str
    chart: AnyChart


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAnswer:
    """The answer to a question; `nodes` are those a file would hold. `is_cut`: there is more.

    `on`: the date on which the nodes are valid, where that is not the date of the screen. `asked`:
    the query as address parameters, where the address may lack them (default values). `chart` and
    `drawings` show nothing that a table does not.
    """

    parts: tuple[AnswerPart, ...]
    nodes: tuple[str, ...]
    revision: int | None = None
    is_cut: bool = False
    notes: tuple[str, ...] = ()
    on: date | None = None
    chart: alt.Chart | None = None
    drawings: tuple[AnswerDrawing, ...] = ()
    asked: Mapping[str, address.Value] = field(default_factory=dict[str, address.Value])


def name_of(node: NodeName) -> str:
    """The name of a node, or a note that it is hidden."""
    return node.name or _("name not shown")


def draw(context: ScreenContext, answer: QuestionAnswer) -> None:
    """Draw the tables, the charts, the number of rows, and the file export."""
    for note in answer.notes:
        st.info(plain(note))
    rows = sum(len(part.rows) for part in answer.parts)
    if not rows:
        st.info(_("The question gave no rows."))
        return
    for part in answer.parts:
        if not part.rows:
            continue
        st.header(plain(part.name), anchor=False)
        st.html(table(part.name, part.heads, part.rows[:MOST]))
        if len(part.rows) > MOST:
            st.info(_("The first {count} rows are shown.", count=number(MOST)))
    if answer.chart is not None:
        st.header(_("Diagram"), anchor=False)
        st.altair_chart(quiet(answer.chart), width="stretch")
    for drawing in answer.drawings:
        st.header(_("{name}, drawn", name=plain(drawing.name)), anchor=False)
        st.altair_chart(quiet(drawing.chart.properties(description=drawing.name)), width="stretch")
    if answer.is_cut:
        st.info(_("There is more than is asked for at once. Choose less."))
    text = ngettext("{count} row", "{count} rows", rows)
    if answer.revision is not None:
        text += " · " + _("revision {revision}", revision=number(answer.revision))
        screen_state.watch(context.client, answer.revision)
    st.markdown(text)
    nodes = tuple(dict.fromkeys(answer.nodes))[:MOST_NODES]
    as_file(context, nodes, key="analysis", on=answer.on)
