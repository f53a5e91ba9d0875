"""What a query found as a file: a table for spreadsheets and for programs, or its network.

A cell is a JSON value: a node is `{"node", "labels", "properties"}`, a link `{"link", "type",
"source", "target", "properties"}`, a path `{"path": […]}`.
"""

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final, cast

from graph.exchange.csv import table_csv
from graph.exchange.stamp import Stamp
from graph.vocabulary import Language

Json = Any
_PLAIN: Final = (str, int, float, bool)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The columns by name and the rows below them; `revision` is that of the data asked."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Json]]
    revision: int


def rows_csv(found: Rows, stamp: Stamp, lang: Language) -> bytes:
    """A row for each; nodes, links and lists stand as JSON in their cells."""
    rows = ([_written(cell) for cell in row] for row in found.rows)
    return table_csv(found.columns, rows, stamp, lang)


def rows_json(found: Rows, stamp: Stamp, lang: Language) -> bytes:
    """The columns and rows as they are, behind where they come from."""
    told = {
        "about": {**dict(stamp.lines(lang)), "revision": found.revision},
        "columns": list(found.columns),
        "rows": [list(row) for row in found.rows],
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def rows_parquet(found: Rows, stamp: Stamp, lang: Language) -> bytes:
    """Typed columns; one whose cells are of several types is text. Two of a name get a number.

    Where it comes from stands in the metadata of the file, under `kontaktvej`.
    """
    arrow: Any = import_module("pyarrow")  # 60 MB, for whoever asks for such a file
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


def rows_graphml(found: Rows, stamp: Stamp, lang: Language) -> bytes:
    """The nodes and links in all cells, each once; a link without both its ends is left out."""
    import networkx as nx  # 20 MB, for whoever asks for such a file

    graph = cast("Any", nx).MultiDiGraph()
    things = list(_things(found.rows))
    for one in things:
        if "node" in one:
            labels = " ".join(one["labels"])
            graph.add_node(one["node"], labels=labels, **_attributes(one["properties"]))
    for one in things:
        if "link" in one and one["source"] in graph and one["target"] in graph:
            ends = one["source"], one["target"]
            graph.add_edge(
                *ends, key=one["link"], type=one["type"], **_attributes(one["properties"])
            )
    graph.graph |= {**_names(stamp, lang), "revision": found.revision}
    out = io.BytesIO()
    cast("Any", nx).write_graphml_xml(graph, out, named_key_ids=True)
    return out.getvalue()


def _things(value: Json) -> Iterator[Mapping[str, Any]]:
    """All nodes and links in a value, however deep."""
    if isinstance(value, list | tuple):
        for one in cast("Sequence[Json]", value):
            yield from _things(one)
    elif isinstance(value, dict):
        told = cast("dict[str, Json]", value)
        if "node" in told or "link" in told:
            yield told
        else:
            for one in told.values():
                yield from _things(one)


def _attributes(properties: Mapping[str, Json]) -> dict[str, Json]:
    """Those that GraphML can hold: lists as text, nothing left out; names as they are ours."""
    return {
        f"its_{name}" if name in ("id", "key", "labels", "type") else name: _written(value)
        for name, value in properties.items()
        if value is not None
    }


def _names(stamp: Stamp, lang: Language) -> dict[str, str]:
    return {name.lower().replace(" ", "_"): value for name, value in stamp.lines(lang)}


def _written(value: Json) -> str | int | float | bool | None:
    if value is None or isinstance(value, _PLAIN):
        return value
    return json.dumps(value, ensure_ascii=False)


def _typed(cells: Sequence[Json]) -> list[Json]:
    """The cells, all of one type: whole numbers among others become such, all else text."""
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
