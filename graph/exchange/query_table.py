"""The result of a query as a file: a table for spreadsheets and programs, or a graph.

A cell is a JSON value: a node is `{"node", "labels", "properties"}`, a link `{"link", "type",
"source", "target", "properties"}`, a path `{"path": […]}`.
"""

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final, NamedTuple, cast

from graph.exchange.csv import table_csv
from graph.exchange.loss_report import ExportLoss, LossKind, counted
from graph.exchange.provenance import Provenance
from graph.vocabulary import Language

Json = Any
Things = dict[str, Mapping[str, Any]]
_PLAIN: Final = (str, int, float, bool)
_NODE: Final = {"node", "labels", "properties"}
_LINK_TEXTS: Final = ("link", "type", "source", "target")
_LINK: Final = {*_LINK_TEXTS, "properties"}


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryTable:
    """Column names and rows; `revision` is that of the data queried."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Json]]
    revision: int


def rows_csv(found: QueryTable, stamp: Provenance, lang: Language) -> bytes:
    """A CSV row for each row; nodes, links and lists are JSON in their cells."""
    rows = ([_written(cell) for cell in row] for row in found.rows)
    return table_csv(found.columns, rows, stamp, lang)


def rows_json(found: QueryTable, stamp: Provenance, lang: Language) -> bytes:
    """The columns and rows unchanged, after their provenance."""
    told = {
        "about": {**dict(stamp.lines(lang)), "revision": found.revision},
        "columns": list(found.columns),
        "rows": [list(row) for row in found.rows],
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def rows_parquet(found: QueryTable, stamp: Provenance, lang: Language) -> bytes:
    """Typed columns; a column of mixed types becomes text, equal names get a number.

    The provenance is in the metadata of the file, under `kontaktvej`.
    """
    arrow: Any = import_module("pyarrow")  # 60 MB, imported on demand
    parquet: Any = import_module("pyarrow.parquet")
    columns = {
        name: arrow.array(_typed([row[place] for row in found.rows]))
        for place, name in enumerate(_unlike(found.columns))
    }
    about = {**dict(stamp.lines(lang)), "revision": found.revision}
    table = arrow.table(columns).replace_schema_metadata(
        {"kontaktvej": json.dumps(about, ensure_ascii=False)}
    )
    out = io.BytesIO()
    parquet.write_table(table, out)
    return out.getvalue()


def rows_graphml(found: QueryTable, stamp: Provenance, lang: Language) -> bytes:
    """The nodes and links of all cells, each once; links without both ends are left out."""
    import networkx as nx  # 20 MB, imported on demand

    graph = cast("Any", nx).MultiDiGraph()
    nodes, links = _nodes_and_links(found)
    for one in nodes.values():
        labels = " ".join(one["labels"])
        graph.add_node(one["node"], labels=labels, **_attributes(one["properties"]))
    for one in links.values():
        if _has_ends(one, nodes):
            ends = one["source"], one["target"]
            graph.add_edge(
                *ends, key=one["link"], type=one["type"], **_attributes(one["properties"])
            )
    graph.graph |= {
        **{name.lower().replace(" ", "_"): value for name, value in stamp.lines(lang)},
        "revision": found.revision,
    }
    out = io.BytesIO()
    cast("Any", nx).write_graphml_xml(graph, out, named_key_ids=True)
    return out.getvalue()


def network_losses(found: QueryTable) -> tuple[ExportLoss, ...]:
    """What GraphML leaves out: links without an end, and columns with other values."""
    nodes, links = _nodes_and_links(found)
    loose = sum(not _has_ends(one, nodes) for one in links.values())
    others = sum(
        any(part is not None and not isinstance(part, _Thing) for part in _parts(column))
        for column in zip(*found.rows, strict=True)
    )
    return counted((LossKind.LINKS, loose), (LossKind.VALUES, others))


class _Thing(NamedTuple):
    """A node or a link in a cell."""

    id: str
    told: Mapping[str, Any]
    is_node: bool


def _nodes_and_links(found: QueryTable) -> tuple[Things, Things]:
    """All nodes and all links in the cells, by id."""
    nodes, links = Things(), Things()
    for one in _parts(found.rows):
        if isinstance(one, _Thing):
            (nodes if one.is_node else links).setdefault(one.id, one.told)
    return nodes, links


def _has_ends(link: Mapping[str, Any], nodes: Things) -> bool:
    return link["source"] in nodes and link["target"] in nodes


def _parts(value: Json) -> Iterator[Json | _Thing]:
    """The nodes, links and plain values in a value, at any depth.

    A map built by the query may have a key `node`; only one with exactly the keys of a node counts.
    """
    if isinstance(value, list | tuple):
        for one in cast("Sequence[Json]", value):
            yield from _parts(one)
    elif isinstance(value, dict):
        told = cast("dict[str, Json]", value)
        if _is_node(told):
            yield _Thing(told["node"], told, is_node=True)
        elif _is_link(told):
            yield _Thing(told["link"], told, is_node=False)
        else:
            for one in told.values():
                yield from _parts(one)
    else:
        yield value


def _is_node(told: Mapping[str, Json]) -> bool:
    return (
        set(told) == _NODE
        and isinstance(told["labels"], list)
        and isinstance(told["properties"], dict)
        and _are_texts(told["node"], *cast("list[Json]", told["labels"]))
    )


def _is_link(told: Mapping[str, Json]) -> bool:
    return (
        set(told) == _LINK
        and isinstance(told["properties"], dict)
        and _are_texts(*(told[name] for name in _LINK_TEXTS))
    )


def _are_texts(*values: Json) -> bool:
    return all(isinstance(one, str) for one in values)


def _attributes(properties: Mapping[str, Json]) -> dict[str, Json]:
    """Properties as GraphML attributes: lists as text, reserved names prefixed with `its_`."""
    return {
        f"its_{name}" if name in ("id", "key", "labels", "type") else name: _written(value)
        for name, value in properties.items()
        if value is not None
    }


def _written(value: Json) -> str | int | float | bool | None:
    if value is None or isinstance(value, _PLAIN):
        return value
    return json.dumps(value, ensure_ascii=False)


def _typed(cells: Sequence[Json]) -> list[Json]:
    """The cells with one type: integers among floats become floats, other mixtures text."""
    written = [_written(cell) for cell in cells]
    kinds = {type(one) for one in written if one is not None}
    if len(kinds) <= 1:
        return written
    if kinds == {int, float}:
        return [None if one is None else float(one) for one in written]
    return [None if one is None else _text(one) for one in written]


def _text(value: str | float | bool) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _unlike(names: Sequence[str]) -> Iterator[str]:
    seen = dict[str, int]()
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        yield name if seen[name] == 1 else f"{name} ({seen[name]})"
