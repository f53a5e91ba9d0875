"""The result of a query as a file: a table for spreadsheets and programs, or a graph.

A cell is a JSON value: a node is `{"node", "labels", "properties"}`, a link `{"link", "type",
"source", "target", "properties"}`, a path `{"path": […]}`.
"""

import io
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, NamedTuple, cast

from graph.exchange.csv import table_csv
from graph.exchange.loss_report import ExportLoss, LossKind, nonzero_losses
from graph.exchange.provenance import Provenance, about
from graph.vocabulary import Language

Json = Any
Elements = dict[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryTable:
    """Column names and rows; `revision` is that of the data queried."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Json]]
    revision: int


def rows_csv(table: QueryTable, lang: Language) -> bytes:
    """A CSV row for each row; nodes, links and lists are JSON in their cells."""
    return table_csv(table.columns, (list(map(_scalar, row)) for row in table.rows), lang)


def rows_json(table: QueryTable, stamp: Provenance, lang: Language) -> bytes:
    """The columns and rows unchanged, after their provenance."""
    content = {
        "about": {**about(stamp.lines(lang)), "revision": table.revision},
        "columns": list(table.columns),
        "rows": [list(row) for row in table.rows],
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def rows_parquet(table: QueryTable, stamp: Provenance, lang: Language) -> bytes:
    """Typed columns: integers among floats become floats, other mixtures text.

    Equal names get a number. The provenance is in the metadata of the file, under `kontaktvej`.
    """
    arrow: Any = import_module("pyarrow")  # 60 MB, imported on demand
    parquet: Any = import_module("pyarrow.parquet")
    counts: Counter[str] = Counter()
    columns: dict[str, Any] = {}
    for place, name in enumerate(table.columns):
        counts[name] += 1
        unique = name if counts[name] == 1 else f"{name} ({counts[name]})"
        values = [_scalar(row[place]) for row in table.rows]
        kinds = {type(value) for value in values if value is not None}
        if kinds == {int, float}:
            values = [None if value is None else float(value) for value in values]
        elif len(kinds) > 1:
            values = [json.dumps(value) if value is not None and not isinstance(value, str)
                      else value for value in values]  # fmt: skip
        columns[unique] = arrow.array(values)
    origin = {**about(stamp.lines(lang)), "revision": table.revision}
    content = arrow.table(columns).replace_schema_metadata(
        {"kontaktvej": json.dumps(origin, ensure_ascii=False)}
    )
    out = io.BytesIO()
    parquet.write_table(content, out)
    return out.getvalue()


def rows_graphml(table: QueryTable, stamp: Provenance, lang: Language) -> bytes:
    """The nodes and links of all cells, each once; links without both ends are left out."""
    import networkx as nx  # 20 MB, imported on demand

    graph = cast("Any", nx).MultiDiGraph()
    nodes, links = _nodes_and_links(table)
    for node in nodes.values():
        labels = " ".join(node["labels"])
        graph.add_node(node["node"], labels=labels, **_attributes(node["properties"]))
    for link in links.values():
        if _has_ends(link, nodes):
            graph.add_edge(
                link["source"], link["target"], key=link["link"], type=link["type"],
                **_attributes(link["properties"]),
            )  # fmt: skip
    graph.graph |= {
        **{
            name.lower().replace(" ", "_"): value if isinstance(value, str) else " ".join(value)
            for name, value in about(stamp.lines(lang)).items()
        },
        "revision": table.revision,
    }
    out = io.BytesIO()
    cast("Any", nx).write_graphml_xml(graph, out)
    return out.getvalue()


def network_losses(table: QueryTable) -> tuple[ExportLoss, ...]:
    """What GraphML leaves out: links without an end, and columns with other values."""
    nodes, links = _nodes_and_links(table)
    loose = sum(not _has_ends(link, nodes) for link in links.values())
    others = sum(
        any(part is not None and not isinstance(part, _Element) for part in _parts(column))
        for column in zip(*table.rows, strict=True)
    )
    return nonzero_losses((LossKind.LINKS, loose), (LossKind.VALUES, others))


class _Element(NamedTuple):
    """A node or a link in a cell."""

    id: str
    content: Mapping[str, Any]
    is_node: bool


def _nodes_and_links(table: QueryTable) -> tuple[Elements, Elements]:
    """All nodes and all links in the cells, by id."""
    nodes, links = Elements(), Elements()
    for part in _parts(table.rows):
        if isinstance(part, _Element):
            (nodes if part.is_node else links).setdefault(part.id, part.content)
    return nodes, links


def _has_ends(link: Mapping[str, Any], nodes: Elements) -> bool:
    return link["source"] in nodes and link["target"] in nodes


def _parts(value: Json) -> Iterator[Json | _Element]:
    """The nodes, links and plain values in a value, at any depth.

    A map built by the query may have a key `node`; only one with exactly the keys of a node counts.
    """
    match value:
        case list() | tuple():
            for part in cast("Sequence[Json]", value):
                yield from _parts(part)
        case {"node": str(node_id), "labels": [*labels], "properties": dict(), **rest} if (
            not rest and all(isinstance(label, str) for label in cast("list[object]", labels))
        ):
            yield _Element(node_id, value, is_node=True)
        case {
            "link": str(link_id), "type": str(), "source": str(), "target": str(),
            "properties": dict(), **rest,
        } if not rest:  # fmt: skip
            yield _Element(link_id, value, is_node=False)
        case dict():
            for part in cast("dict[str, Json]", value).values():
                yield from _parts(part)
        case _:
            yield value


def _attributes(properties: Mapping[str, Json]) -> dict[str, Json]:
    """Properties as GraphML attributes: lists as text, reserved names prefixed with `its_`."""
    return {
        f"its_{name}" if name in ("id", "key", "labels", "type") else name: _scalar(value)
        for name, value in properties.items()
        if value is not None
    }


def _scalar(value: Json) -> str | int | float | bool | None:
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return json.dumps(value, ensure_ascii=False)
