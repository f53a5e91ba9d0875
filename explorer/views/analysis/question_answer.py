"""The answer to a ready question: a table first, what it stands on, and a file of it."""

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
    """One table: cells are HTML already."""

    name: str
    heads: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerDrawing:
    """A chart of what a table says too."""

    name: str
    chart: AnyChart


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAnswer:
    """What a question answered; `nodes` are those a file would hold. `is_cut`: there is more.

    `on`: the date on which the nodes are there, where that is not the one looked at. `asked`: what
    was asked, as an address says it, where this one may leave it out.
    `chart` and `drawings` say nothing that a table does not.
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
    """Its name, where it is told."""
    return node.name or _("name not shown")


def draw(context: ScreenContext, answer: QuestionAnswer) -> None:
    """The tables, how many rows they have, and the file."""
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
