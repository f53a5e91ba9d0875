"""The result of a query as table, chart, network drawing and file, and why cells are blank."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from itertools import islice
from typing import Any, Final, cast

import altair as alt
import streamlit as st

from api.client import AskedQuery
from api.schemas.analysis import AnalysisSchema, QueryAnswer, is_link, is_node, is_path
from explorer import files, screen_state, session
from explorer.components import ComponentLabels, is_dark
from explorer.components.network import CAP, DrawnLink, DrawnNode, NetworkElements, network, tiers
from explorer.frame import ScreenContext
from explorer.html_table import foldable_cell, table
from explorer.i18n import _, day, ngettext, number, plain
from explorer.labels import labels
from explorer.views.analysis.question_answer import quiet
from explorer.views.network.around import text as network_text


def elements(rows: Iterable[Iterable[Any]], words: ComponentLabels) -> NetworkElements:
    """The nodes and links in the cells, each once, up to the limit; links between drawn nodes."""
    nodes, links = dict[str, Mapping[str, Any]](), dict[str, Mapping[str, Any]]()
    _gather(list(rows), nodes, links)
    drawn_nodes: list[DrawnNode] = []
    for node_id, node in islice(nodes.items(), CAP):
        fields, label = node["properties"], str(node["labels"][0])
        drawn_nodes.append(
            DrawnNode(
                id=node_id,
                label=label,
                kind=words.word(str(fields.get("kind") or label)),
                name=str(fields.get("name") or words.generic_name(label)),
                tier=fields.get("tier"),
                more=0,
                freshness=None,
            )
        )
    ids, drawn_links = {node["id"] for node in drawn_nodes}, list[DrawnLink]()
    for link_id, link in links.items():
        gate = link["properties"].get("gate")
        if link["source"] in ids and link["target"] in ids:
            drawn_links.append(
                DrawnLink(
                    id=link_id,
                    source=link["source"],
                    target=link["target"],
                    type=words.word(link["type"]),
                    gate=words.word(gate) if gate else None,
                    freshness=None,
                )
            )
    return NetworkElements(nodes=tuple(drawn_nodes), links=tuple(drawn_links))


def _gather(cell: Any, nodes: dict[str, Mapping[str, Any]], links: dict[str, Any]) -> None:
    if is_node(cell):
        nodes.setdefault(cell["node"], cell)
    elif is_link(cell):
        links.setdefault(cell["link"], cell)
    elif isinstance(cell, dict):
        _gather(list(cast("dict[str, Any]", cell).values()), nodes, links)
    elif isinstance(cell, list | tuple):
        for part in cast("Sequence[Any]", cell):
            _gather(part, nodes, links)


def as_file(context: ScreenContext, query: AskedQuery, *, has_network: bool) -> None:
    """Draw the download of the rows in each format, and of the network if there is one."""
    if not session.may(context.me, "EXPORT"):
        return
    formats = [
        ("CSV", "CSV"), (files.ZIP, _("CSV with description (ZIP)")), ("PARQUET", "Parquet"),
        ("JSON", "JSON"),
    ]  # fmt: skip
    if has_network:
        formats.append(("GRAPHML", "GraphML"))
    files.download(_("Download the answer"), "query", query, formats)


MOST_BARS: Final = 50
_BAR_PX: Final = 22
_KEY: Final = "workbench"
_MOST_VALUES: Final = 10
"""The most values of a list that a cell shows unfolded."""


def draw(
    context: ScreenContext, query: AskedQuery, answer: QueryAnswer, schema: AnalysisSchema
) -> None:
    """Draw the rows, their downloads, how they were found, and the alternative views."""
    if answer.cut == "ROWS":
        st.info(_("The first {count} rows are shown.", count=number(len(answer.rows))))
    elif answer.cut == "BYTES":
        st.info(
            _("The answer is too long: its first {count} rows are shown.",
                count=number(len(answer.rows)))
        )  # fmt: skip
    if not context.is_today:
        st.info(_("The copy for analysis is always of today: {day}.", day=day(answer.on)))
    if not answer.rows:
        st.info(_("The question gave no rows."))
    drawing = elements(answer.rows, labels())
    views = {"table": _("Table")}
    numbers = number_columns(answer)
    if answer.rows and numbers:
        views["diagram"] = _("Diagram")
    if drawing["nodes"]:
        views["network"] = _("Network drawing")
    view = "table"
    if len(views) > 1:
        view = (
            st.segmented_control(
                _("Shown as"), list(views), default="table", format_func=views.__getitem__,
                key=f"{_KEY}-view", required=True,
            )
            or "table"
        )  # fmt: skip
    if view == "diagram":
        names = [name for name in answer.columns if name not in numbers] or list(answer.columns)
        left, right = st.columns(2)
        by = left.selectbox(_("For each"), names, key=f"{_KEY}-by", filter_mode=None)
        of = right.selectbox(_("How much"), numbers, key=f"{_KEY}-of", filter_mode=None)
        bar_chart(answer, by, of, key=f"{_KEY}-chart")
    elif view == "network":
        words = labels()
        network(
            drawing, tiers(drawing["nodes"], words), network_text(words, drawing),
            key=f"{_KEY}-network", center=drawing["nodes"][0]["id"], layout="free", pinned={},
        )  # fmt: skip
    elif answer.rows:
        rows_table(answer, _("Result"))
        for reason in blank_reasons(query.query, answer, schema):
            st.caption(plain(reason))
    if answer.rows:
        as_file(context, query, has_network=bool(drawing["nodes"]))
    st.markdown(
        " · ".join(
            (
                ngettext("{count} row", "{count} rows", len(answer.rows)),
                _("{seconds} s", seconds=number(round(answer.ms / 1000, 2))),
                _("about {count} rows read", count=number(answer.cost)),
                _("as of {day}", day=day(answer.on)),
                _("revision {revision}", revision=number(answer.revision)),
            )
        )
    )
    screen_state.watch(context.client, answer.revision)


def rows_table(answer: QueryAnswer, name: str) -> None:
    """Draw the rows as a table that can be sorted and filtered."""
    rows = [tuple(map(html_cell, row)) for row in answer.rows]
    st.html(table(name, answer.columns, rows, filter_label=_("Filter the rows")))


def html_cell(value: Any) -> str:
    """A value as HTML; a long list is its length, which unfolds to the values."""
    text = escape(cell(value))
    if isinstance(value, list) and len(cast("list[Any]", value)) > _MOST_VALUES:
        count = ngettext("{count} value", "{count} values", len(cast("list[Any]", value)))
        return foldable_cell(count, f"<p>{text}</p>")
    return text


def cell(value: Any) -> str:
    """A value as text of a table cell; a dash for none."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int | float):
        return number(value)
    if isinstance(value, list):
        return ", ".join(map(cell, cast("list[Any]", value)))
    if not isinstance(value, dict):
        return str(value)
    fields = cast("dict[str, Any]", value)
    if is_node(fields):
        return str(fields["properties"].get("name") or fields["node"])
    if is_link(fields):
        return labels().word(fields["type"])
    if is_path(fields):
        return " → ".join(cell(part) for part in fields["path"] if is_node(part))
    return ", ".join(f"{name}: {cell(part)}" for name, part in fields.items())


def number_columns(answer: QueryAnswer) -> list[str]:
    """The columns that hold only numbers."""
    return [
        name
        for place, name in enumerate(answer.columns)
        if all(
            isinstance(row[place], int | float) and not isinstance(row[place], bool)
            for row in answer.rows
        )
    ]


def bar_chart(answer: QueryAnswer, by: str, of: str, *, key: str) -> None:
    """Draw a bar for each of the first rows: the number of a column, named by another."""
    places = answer.columns.index(by), answer.columns.index(of)
    if len(answer.rows) > MOST_BARS:
        st.info(_("The first {count} are drawn.", count=MOST_BARS))
    rows = answer.rows[:MOST_BARS]
    values = [{"by": cell(row[places[0]]), "of": row[places[1]]} for row in rows]
    sizes = [float(value["of"]) for value in values]
    span = [min(0, *sizes), max(0, *sizes) or 1]  # else Vega warns before it has the data
    order = list(dict.fromkeys(str(value["by"]) for value in values))
    chart = (
        alt.Chart(alt.Data(values=values))
        .mark_bar(color="#6CB2FF" if is_dark() else "#0059B3")
        .encode(
            x=alt.X("of:Q", title=of, scale=alt.Scale(domain=span)),
            y=alt.Y(
                "by:N", sort=order, title=by, axis=alt.Axis(labelLimit=260, labelOverlap=False)
            ),
            tooltip=[alt.Tooltip("by:N", title=by), alt.Tooltip("of:Q", title=of)],
        )
        .properties(height=40 + _BAR_PX * len(order), description=f"{of}: {by}")
    )
    st.vega_lite_chart(quiet(chart).to_dict(), width="stretch", key=key)


# ---- why cells are blank: the copy has no such field, or nothing is recorded there

_FIELD: Final = r"(\w+)\.(\w+)"


def blank_reasons(query: str, answer: QueryAnswer, schema: AnalysisSchema) -> Iterator[str]:
    """A sentence for each column with blank cells; none where every cell has a value."""
    for place, column in enumerate(answer.columns):
        blank = sum(row[place] is None for row in answer.rows)
        if not blank:
            continue
        lead = ngettext(
            "{column}: {count} blank.", "{column}: {count} blank.", blank, column=column
        )
        yield f"{lead} {_blank_reason(query, column, schema)}"


def _blank_reason(query: str, column: str, schema: AnalysisSchema) -> str:
    field = re.fullmatch(_FIELD, column) or re.search(
        rf"{_FIELD}\s+AS\s+`?{re.escape(column)}`?(?!\w)", query, re.IGNORECASE
    )
    if field is None:
        return _("The query found nothing there.")
    variable, name = field.groups()
    query_labels = re.findall(rf"[(\[]\s*{re.escape(variable)}\s*:\s*(\w+)", query)
    properties = {
        element.label: {part.name for part in element.properties} for element in schema.labels
    } | {element.type: {part.name for part in element.properties} for element in schema.links}
    known_labels = [label for label in query_labels if label in properties]
    fields = set[str]().union(*(properties[label] for label in known_labels or properties))
    if name in fields:
        return _("The register has no value there, or the query found nothing.")
    return _(
        "The copy for analysis has no field {field} of {label}: names of people, contact details "
        "and small numbers are left out of it.",
        field=name, label=", ".join(known_labels) or variable,
    )  # fmt: skip
