import csv
import io
import json
from importlib import import_module
from typing import Any, cast

import networkx as nx

from graph.exchange.loss_report import ExportLoss, LossKind
from graph.exchange.provenance import Provenance
from graph.exchange.query_table import (
    QueryTable,
    network_losses,
    rows_csv,
    rows_graphml,
    rows_json,
    rows_parquet,
)
from tests.graph.exchange.stamps import stamp

POST = {"node": "ssp", "labels": ["Actor"], "properties": {"name": "SSP", "levels": ["A", "B"]}}
NETWORK = {"node": "net", "labels": ["Network"], "properties": {"id": "net", "kind": "SSP"}}
LINK = {
    "link": "ssp--net", "type": "MEMBER_OF", "source": "ssp", "target": "net",
    "properties": {"gate": None, "strength": 2},
}  # fmt: skip
FOUND = QueryTable(
    columns=("name", "count", "share", "name"),
    rows=(("Æblerød", 3, 0.5, None), ("=1+1", None, 1, "x"), ("-", 2**40, 0.25, None)),
    revision=7,
)
DRAWN = QueryTable(
    columns=("path", "far"), rows=(({"path": [POST, LINK, NETWORK]}, [LINK]),), revision=7
)


def lines(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def test_the_csv_has_all_rows_with_formulas_escaped() -> None:
    assert lines(rows_csv(FOUND, "da")) == [
        ["name", "count", "share", "name"],
        ["Æblerød", "3", "0,5", ""],
        ["'=1+1", "", "1", "x"],
        ["'-", str(2**40), "0,25", ""],
    ]


def test_the_csv_of_one_column_guards_a_formula_in_its_header() -> None:
    narrow = QueryTable(columns=("=SUM(a)",), rows=((1,),), revision=1)
    assert lines(rows_csv(narrow, "en")) == [["'=SUM(a)"], ["1"]]


def test_a_negative_number_is_not_escaped_but_the_same_text_is() -> None:
    table = QueryTable(columns=("a", "b", "c"), rows=((-3, -0.5, "-3"),), revision=1)
    assert lines(rows_csv(table, "da"))[1:] == [["-3", "-0,5", "'-3"]]


def test_losses_are_written_to_json_parquet_and_graphml() -> None:
    losses = (ExportLoss(kind=LossKind.LINKS, count=1), ExportLoss(kind=LossKind.VALUES, count=2))
    texts = [loss.text("en") for loss in losses]
    lossy = stamp(losses=losses)
    assert json.loads(rows_json(DRAWN, lossy, "en"))["about"]["Note"] == texts
    schema = parquet(FOUND, lossy).schema
    assert json.loads(schema.metadata[b"kontaktvej"])["Note"] == texts
    assert graph_of(rows_graphml(DRAWN, lossy, "en")).graph["note"] == " ".join(texts)


def test_json_preserves_the_rows_and_adds_the_origin() -> None:
    document = json.loads(rows_json(DRAWN, stamp(), "en"))
    assert document["columns"] == ["path", "far"]
    assert document["rows"] == [[{"path": [POST, LINK, NETWORK]}, [LINK]]]
    assert document["about"]["Export"] == "K-20261125-7F3A0001"
    assert document["about"]["revision"] == 7


def parquet(table: QueryTable, origin: Provenance | None = None) -> Any:
    content = rows_parquet(table, origin or stamp(), "en")
    return cast("Any", import_module("pyarrow.parquet")).read_table(io.BytesIO(content))


def test_parquet_preserves_types_and_includes_the_origin() -> None:
    table = parquet(FOUND)
    assert table.column_names == ["name", "count", "share", "name (2)"]
    assert [str(column_type) for column_type in table.schema.types] == [
        "string",
        "int64",
        "double",
        "string",
    ]
    assert table.column("count").to_pylist() == [3, None, 2**40]
    assert table.column("share").to_pylist() == [0.5, 1.0, 0.25]
    assert json.loads(table.schema.metadata[b"kontaktvej"])["Export"] == "K-20261125-7F3A0001"


def test_parquet_holds_mixed_and_empty_columns() -> None:
    mixed = QueryTable(columns=("a", "b"), rows=((1, None), ("x", None), (True, None)), revision=1)
    table = parquet(mixed)
    assert table.column("a").to_pylist() == ["1", "x", "true"]
    assert table.column("b").to_pylist() == [None] * 3
    assert parquet(QueryTable(columns=("a",), rows=(), revision=1)).num_rows == 0


def graph_of(content: bytes) -> Any:
    return cast("Any", nx).parse_graphml(content.decode())


def test_graphml_has_each_node_and_link_once() -> None:
    graph = graph_of(rows_graphml(DRAWN, stamp(), "en"))
    assert dict(graph.nodes["net"]) == {"labels": "Network", "its_id": "net", "kind": "SSP"}
    assert json.loads(graph.nodes["ssp"]["levels"]) == ["A", "B"]
    ((source, target, properties),) = graph.edges(data=True)
    assert (source, target) == ("ssp", "net")
    assert {**properties, "id": None} == {"type": "MEMBER_OF", "strength": 2, "id": None}
    assert graph.graph["export"] == "K-20261125-7F3A0001"


def test_a_graphml_property_of_mixed_types_is_read_back_with_each_type() -> None:
    nodes = tuple(
        ({"node": f"n{at}", "labels": ["Area"], "properties": {"code": value, "labels": "x"}},)
        for at, value in enumerate(("0787", 7, 0.5, True))
    )
    table = QueryTable(columns=("n",), rows=nodes, revision=1)
    graph = graph_of(rows_graphml(table, stamp(), "en"))
    codes = [graph.nodes[f"n{at}"]["code"] for at in range(4)]
    assert [(type(value), value) for value in codes] == [
        (str, "0787"), (int, 7), (float, 0.5), (bool, True)
    ]  # fmt: skip


def test_graphml_leaves_out_and_counts_a_link_without_its_nodes() -> None:
    only = QueryTable(columns=("l",), rows=((LINK,),), revision=1)
    assert graph_of(rows_graphml(only, stamp(), "da")).number_of_edges() == 0
    assert network_losses(only) == (ExportLoss(kind=LossKind.LINKS, count=1),)


def test_columns_of_values_are_counted_as_a_loss_of_graphml() -> None:
    table = QueryTable(
        columns=("n", "count", "none"), rows=((POST, 3, None), (NETWORK, 4, None)), revision=1
    )
    assert network_losses(table) == (ExportLoss(kind=LossKind.VALUES, count=1),)
    assert network_losses(DRAWN) == ()


OWN: tuple[Any, ...] = (
    {"node": POST, "posts": 3},
    {"node": "x"},
    {"node": "x", "labels": 7, "properties": {}},
    {"node": "x", "labels": ["A"], "properties": []},
    {"node": None, "labels": ["A"], "properties": {}},
    {"link": LINK, "count": 2},
    {"link": "x", "type": "T", "source": "a", "target": None, "properties": {}},
    {"path": 7},
)
"""Maps that a query may build itself."""


def test_a_map_built_by_a_query_is_not_exported_as_a_node_or_link() -> None:
    graph = graph_of(
        rows_graphml(
            QueryTable(columns=("x",), rows=tuple((value,) for value in OWN), revision=1),
            stamp(),
            "en",
        )
    )
    assert set(graph.nodes) == {"ssp"}
    assert graph.number_of_edges() == 0
