"""What a query found, taken along: the same rows in each format, for whoever asked and may ask."""

import csv
import io
import json
from importlib import import_module
from typing import Any, cast

import networkx as nx
import pytest

from graph.access.policy import Role
from tests.api.routes.test_analysis import ask, until
from tests.fixtures.app import TestApp

QUERY = "MATCH (a:Actor)-[l:MEMBER_OF]->(n:Network) RETURN a.id AS post, n.name AS network"
DRAWN = "MATCH (a:Actor)-[l:MEMBER_OF]->(n:Network) RETURN a, l, n"


def ticket(app: TestApp, headers: dict[str, str], format: str, query: str = QUERY) -> Any:
    sent = {"query": query, "purpose": "KNOWLEDGE", "format": format}
    return app.post("/exports/query", headers, sent)


def file(app: TestApp, headers: dict[str, str], format: str, query: str = QUERY) -> bytes:
    made = ticket(app, headers, format, query)
    assert made.status_code == 201, made.text
    fetched = app.get(f"/exports/{made.json()['ticket']}", headers)
    assert fetched.status_code == 200, fetched.text
    assert made.json()["file"] in fetched.headers["content-disposition"]
    return fetched.content


@pytest.mark.drill
@pytest.mark.ci_drill
def test_rows_and_networks_leave_in_each_format_and_only_with_who_may_ask(app: TestApp) -> None:
    headers = app.as_(Role.ANALYST, areas=("dk",))
    until(lambda: ask(app, headers))
    table = csv.reader(io.StringIO(file(app, headers, "CSV").decode("utf-8-sig")), delimiter=";")
    assert list(table)[:2] == [["post", "network"], ["intake", "SSP Kystby"]]
    told = json.loads(file(app, headers, "JSON"))
    assert (told["columns"], told["rows"]) == (["post", "network"], [["intake", "SSP Kystby"]])
    parquet: Any = import_module("pyarrow.parquet")
    read = parquet.read_table(io.BytesIO(file(app, headers, "PARQUET")))
    assert read.to_pydict() == {"post": ["intake"], "network": ["SSP Kystby"]}
    graph: Any = cast("Any", nx).parse_graphml(file(app, headers, "GRAPHML", DRAWN).decode())
    assert set(graph.nodes) == {"intake", "ssp"}
    assert [told["type"] for _, _, told in graph.edges(data=True)] == ["MEMBER_OF"]

    # A file that is not whole says so; one of a query that is refused is never made.
    pairs = "UNWIND range(1, 2000) AS n RETURN n"
    made = ticket(app, headers, "CSV", pairs).json()
    assert (made["rows"], [one["kind"] for one in made["losses"]]) == (1000, ["ROWS"])
    whole, cut = (
        file(app, headers, "CSV", one).decode("utf-8-sig") for one in ("RETURN 1 AS n", pairs)
    )
    said = "Rækker ud over dem, der svares med, følger ikke med"
    assert (said in whole, said in cut) == (False, True)
    lost = ticket(app, headers, "GRAPHML", DRAWN + ", 7 AS count").json()["losses"]
    assert [(one["kind"], one["count"]) for one in lost] == [("VALUES", 1)]
    refused = ticket(app, headers, "CSV", "MATCH (n) DELETE n")
    assert (refused.status_code, refused.json()["rule"]) == (422, "READ_ONLY")

    # A ticket is its account's, and good for nothing once that may no longer ask.
    mine = ticket(app, headers, "CSV").json()["ticket"]
    assert app.get(f"/exports/{mine}", app.as_(Role.ANALYST, areas=("dk",))).status_code == 404
    assert ticket(app, app.as_(Role.COORDINATOR), "CSV").status_code == 403
    rows = [row for row in app.told() if row["action"] == "make_query_export"]
    assert {row.get("purpose") for row in rows if row["kind"] == "shown"} == {"KNOWLEDGE"}
    assert not any("MATCH" in str(row) for row in rows)
