"""Answers as tables and networks: from a real API, and from answers as on the wire."""

import io
import subprocess
import sys
from collections.abc import Generator
from datetime import date
from typing import Any, cast

import networkx as nx
import pytest
from pydantic import BaseModel

from api.client import ApiClient, AskedQuery, AskedReach, Need
from api.client.frames import network, origin, table
from api.schemas.analysis import QueryAnswer
from api.schemas.entities import Links
from api.schemas.history import Owners
from api.schemas.paths import Reach
from api.schemas.system import Revision
from graph.access.policy import Role
from graph.model import End
from tests.api.serving import served
from tests.change_sets import change_set
from tests.fixtures.app import TestApp
from tests.kystby import TODAY

NEW_YEAR = date(2027, 1, 1)
ORIGIN = {"revision": 1, "on": "2026-11-25"}


@pytest.fixture
def analyst_client(app: TestApp) -> Generator[ApiClient]:
    token = app.token(Role.ANALYST, areas=("dk",))
    with served(app.http.app) as address, ApiClient(address, token, "en", patience_s=240) as client:
        yield client


def rows(frame: Any) -> list[dict[str, Any]]:
    return frame.to_dict("records") if hasattr(frame, "attrs") else frame.to_dicts()


def column(frame: Any, name: str) -> list[Any]:
    return list(frame[name])


def columns(answer: BaseModel, of: str | None = None) -> list[str]:
    return list(table(answer, of))


def query_answer(*columns: str, rows: list[list[Any]], **fields: Any) -> QueryAnswer:
    whole: dict[str, Any] = {
        "revision": 7, "on": TODAY, "ms": 3, "operators": (), "cost": 1, **fields,
    }  # fmt: skip
    return QueryAnswer.model_validate({**whole, "columns": columns, "rows": rows})


def test_analyst_answers_become_tables_in_pandas_and_polars(
    app: TestApp, analyst_client: ApiClient
) -> None:
    answer = analyst_client.coverage_map("VACANT")
    frame = table(answer)
    assert list(frame)[:4] == ["area.id", "area.name", "codes", "posts"]
    by_key = {row["area.id"]: row for row in rows(frame)}
    for record in answer.rows:
        row = by_key[record.area.id]
        assert (row["number"], row["of"]) == (record.number, record.of)
        assert row["states.VACANT"] == record.states.get("VACANT", 0)
    assert frame.attrs == {**ORIGIN, "measure": "VACANT", "by": "MUNICIPALITY"}
    assert rows(table(answer, as_="polars"))[0]["area.name"] == "Kystby"

    matrix = analyst_client.coverage_matrix("POST_KIND")
    head = matrix.heads[0]
    assert f"{head}.posts" in columns(matrix)
    assert len(table(matrix, "cells")) == len(matrix.rows) * len(matrix.heads)
    assert column(table(matrix, "totals"), "head") == list(matrix.heads)

    reach = analyst_client.reach(AskedReach(start="ihd", sector="YOUTH"))
    assert [(row["area.id"], row["hops"]) for row in rows(table(reach))] == [
        (municipality.area.id, municipality.hops) for municipality in reach.municipalities
    ]
    trend = analyst_client.history_trend(by="MUNICIPALITY", quarters=4)
    held = {(row["area.id"], row["quarter.number"]): row["held"] for row in rows(table(trend))}
    expected_held = [point.held if point else None for point in trend.rows[0].points]
    assert [
        held.get((trend.rows[0].area.id, quarter.number)) for quarter in trend.quarters
    ] == expected_held
    metrics = analyst_client.metrics("DEGREE")
    assert table(metrics).attrs["method"] == "networkx.degree"
    assert {"node.id", "node.name", "value"} <= set(columns(metrics))
    assert "districts.id" in columns(analyst_client.metrics("COMMUNITIES"))
    assert "district.id" in columns(analyst_client.metrics("ASSORTATIVITY"))
    assert "references.SSP" in columns(analyst_client.bridges())
    assert "post.id" in columns(analyst_client.coverage(area="kystby"), "rows")
    assert "network.name" in columns(analyst_client.relations())

    ends = [End(id=link, on=NEW_YEAR, based_on=1) for link in ("amina--ssp-post", "intake--ssp")]
    app.store.apply(change_set(ends=ends))
    begins = date(2026, 12, 31)
    owners = analyst_client.owners(begins, NEW_YEAR)
    assert [(row["region.id"], row["node.id"], row["why"]) for row in rows(table(owners))] == [
        ("reg-syd", "ssp-post", "NO_HOLDER"), ("reg-syd", "ssp", "NO_MEMBER"),
    ]  # fmt: skip
    assert column(table(owners, "sums"), "without_successor") == [1, 1]
    events = table(analyst_client.history(begins, NEW_YEAR, limit=1))
    assert set(column(events, "id")) == {"amina--ssp-post", "intake--ssp"}
    assert events.attrs == {"revision": 2, "begins": "2026-12-31", "until": "2027-01-01"}
    assert column(table(analyst_client.history(begins, NEW_YEAR, limit=1), "sums"), "count") == [
        1,
        1,
    ]


def test_neighborhoods_links_and_paths_are_networks_of_visible_nodes(
    app: TestApp, analyst_client: ApiClient
) -> None:
    around = analyst_client.neighborhood("ssp-post", hops=2)
    graph = network(around)
    assert set(graph) == {"ssp-post"} | {neighbor.node.id for neighbor in around.neighbors}
    assert {key for _, _, key in graph.edges(keys=True)} == {ty.id for ty in around.ties}
    assert graph.edges["ihd", "ssp-post", "ihd--ssp-post"]["freshness"] == "FRESH"
    assert graph.nodes["ssp-post"]["kind"] == "SSP_COORDINATOR"
    assert graph.graph == {**ORIGIN, "is_cut": False}
    buffer = io.BytesIO()
    cast("Any", nx).write_graphml(graph, buffer)
    assert b"ihd--ssp-post" in buffer.getvalue()
    assert "erik" not in graph  # the View of an analyst does not hold erik

    links = network(analyst_client.links(target="ssp", limit=1))
    assert set(links.edges(keys=True)) == {
        ("ssp-post", "ssp", "ssp-post--ssp"), ("intake", "ssp", "intake--ssp"),
    }  # fmt: skip
    assert links.edges["intake", "ssp", "intake--ssp"]["type"] == "MEMBER_OF"
    assert [row["id"] for row in rows(table(analyst_client.links(target="ssp", limit=1)))] == [
        "intake--ssp", "ssp-post--ssp",
    ]  # fmt: skip

    answer = analyst_client.paths(Need(start="ihd", target="ssp-post"))
    walked = network(answer)
    ((source, target, actual),) = walked.edges(data=True)
    assert (source, target, actual["type"], actual["paths"]) == (
        "ihd", "ssp-post", "REFERS_TO", "1",
    )  # fmt: skip
    assert walked.graph["policy"] == answer.policy
    (contact,) = rows(table(answer))
    actual = ("number", "node.id", "class", "state", "who.id", "direct", "paths")
    assert tuple(contact[name] for name in actual) == (1, "ssp-post", 1, "DEPUTY", "bo", None, 1)
    assert contact["until"].isoformat() == "2026-11-25T15:00:00"
    (path,) = rows(table(answer, "paths"))
    assert (path["contact"], path["hops"], path["stops.id"]) == (1, 1, ["ihd", "ssp-post"])
    assert [row["node.id"] for row in rows(table(answer, "stops"))] == ["ihd", "ssp-post"]
    assert rows(table(answer, "hops"))[0]["facts.link"] == "ihd--ssp-post"


@pytest.mark.drill
def test_a_query_result_becomes_a_table_and_a_network(
    app: TestApp, analyst_client: ApiClient
) -> None:
    query = "MATCH (post:Actor)-[link:MEMBER_OF]->(n:Network) RETURN post, link, n.name AS network"
    answer = analyst_client.query(AskedQuery(query=query, purpose="KNOWLEDGE"))
    frame = table(answer)
    (row,) = rows(frame)
    actual = ("post.id", "post.kind", "link.type", "network")
    assert tuple(row[name] for name in actual) == (
        "intake", "SOCIAL_INTAKE", "MEMBER_OF", "SSP Kystby",
    )  # fmt: skip
    assert frame.attrs == ORIGIN
    graph = network(answer)
    assert set(graph.edges(keys=True)) == {("intake", "ssp", "intake--ssp")}
    assert graph.nodes["intake"]["label"] == "Actor"


def test_an_empty_answer_has_the_columns_of_its_table() -> None:
    empty = Owners.model_validate(
        {"begins": "2026-12-31", "until": "2027-01-01", "revision": 1, "sums": [], "groups": []}
    )
    assert columns(empty)[:5] == ["region.id", "region.name", "district.id", "district.name",
                                  "node.id"]  # fmt: skip
    assert columns(empty, "sums") == ["label", "why", "count", "without_successor"]
    assert list(table(empty, as_="polars").columns) == columns(empty)
    assert columns(query_answer("a", "b", rows=[])) == ["a", "b"]
    with pytest.raises(ValueError, match="no page"):
        table([])


def test_missing_values_are_null_and_integers_remain_integers() -> None:
    need = {"need": {"sector": "YOUTH"}, "kinds": (), "start": None, "area": None}
    body = {**need, "on": TODAY, "revision": 1, "policy": "p"}
    best = {"area": {"id": "b", "name": "B"}, "rung": 0, "target": {"id": "t", "name": None},
            "hops": 2, "oldest_days": None, "cost": 5, "chance": 0.5, "path": ["s", "t"],
            "cause": None, "is_exact": True}  # fmt: skip
    none = {**best, "area": {"id": "a", "name": "A"}, "target": None, "hops": None, "path": [],
            "chance": None, "cost": None, "cause": "NOT_CONNECTED"}  # fmt: skip
    reach = Reach.model_validate({**body, "municipalities": [none, best]})
    frame: Any = table(reach)
    assert (str(frame["hops"].dtype), frame["hops"].isna().tolist()) == ("Int64", [True, False])
    assert (frame["hops"][1], frame["target.id"][1]) == (2, "t")
    assert frame["path"].tolist() == [[], ["s", "t"]]
    first, second = rows(table(reach, as_="polars"))
    assert (first["hops"], first["target.id"], first["cause"]) == (None, None, "NOT_CONNECTED")
    assert (second["hops"], second["chance"], second["oldest_days"]) == (2, 0.5, None)


def test_dates_are_dates_in_pandas_and_polars() -> None:
    sums: dict[str, Any] = {"begins": TODAY, "until": NEW_YEAR, "revision": 1, "sums": []}
    orphan = {"node": {"id": "n"}, "label": "Network", "why": "ENDS", "on": "2027-01-01"}
    owners = Owners.model_validate({**sums, "groups": [{"found": [orphan]}]})
    assert [item.date() for item in column(table(owners), "on")] == [NEW_YEAR]
    assert rows(table(owners, as_="polars"))[0]["on"] == NEW_YEAR


def test_a_query_result_of_any_value_types_becomes_a_table_and_a_network() -> None:
    node = {"node": "n", "labels": ["Area"], "properties": {"id": "n", "levels": ["EXIT", "KSP"]}}
    other = {"node": "m", "labels": ["Area"], "properties": {"name": "M"}}
    link: dict[str, Any] = {
        "link": "l", "type": "LIES_IN", "source": "n", "target": "m", "properties": {},
    }  # fmt: skip
    answer = query_answer(
        "thing", "way", "map", "mixed", "some", "mean",
        rows=[[node, {"path": [node, link, other]}, {"deep": {"er": 1}}, 1, [node, 2], 1],
              [other, None, {"deep": None}, "x", [], 1.5]],
        cut="ROWS",
    )  # fmt: skip
    first, second = rows(table(answer, as_="polars"))
    assert (first["thing.id"], first["thing.levels"]) == ("n", ["EXIT", "KSP"])
    assert (second["thing.id"], second["thing.name"]) == ("m", "M")
    assert (first["way"], second["way"]) == (["n", "l", "m"], None)
    assert (first["map.deep.er"], second["map.deep.er"]) == (1, None)
    assert [first["mixed"], second["mixed"]] == [1, "x"]
    assert [first["some"], second["some"]] == [["n", 2], []]
    assert [first["mean"], second["mean"]] == [1.0, 1.5]
    assert column(table(answer), "mixed") == [1, "x"]
    graph = network(answer)
    assert graph.nodes["n"] == {"label": "Area", "levels": "EXIT, KSP"}
    assert set(graph.edges(keys=True)) == {("n", "m", "l")}
    assert graph.graph == {"revision": 7, "on": "2026-11-25", "cut": "ROWS"}
    assert len(network(query_answer("name", rows=[["a"], ["b"]]))) == 0


def test_a_link_returned_twice_is_one_edge() -> None:
    fields = {"source": "register", "key": 1}
    card = {"id": "l", "type": "KNOWS", "source": {"id": "a", "name": "A"},
            "target": {"id": "b", "name": "B"}, "fields": fields}  # fmt: skip
    page = Links.model_validate({"found": [card]})
    graph = network(page for _ in range(2))
    assert dict(graph.edges["a", "b", "l"]) == {"source": "register", "key": 1, "type": "KNOWS"}


def test_an_answer_without_the_requested_table_raises_with_the_available_ones() -> None:
    with pytest.raises(TypeError, match=r"a Revision has no table; there is one of .*CoverageMap"):
        table(Revision(revision=1))
    with pytest.raises(TypeError, match="a Revision has no network"):
        network(Revision(revision=1))
    with pytest.raises(ValueError, match="has no 'stops'; it has rows"):
        table(query_answer("a", rows=[]), "stops")
    assert origin(Revision(revision=4)) == {"revision": 4}


@pytest.mark.slow
@pytest.mark.parametrize(("library", "call"), [
    ("pandas", "table(answer)"),
    ("polars", "table(answer, as_='polars')"),
    ("networkx", "network(answer)"),
])  # fmt: skip
def test_a_library_is_loaded_on_use_and_named_if_missing(library: str, call: str) -> None:
    script = (
        "import sys; from datetime import date\n"
        "from api.client.frames import network, table\n"
        "from api.schemas.analysis import QueryAnswer\n"
        "assert not {'pandas', 'polars', 'networkx', 'numpy'} & set(sys.modules)\n"
        f"sys.modules[{library!r}] = None\n"
        "answer = QueryAnswer(revision=1, on=date.today(), columns=('a',), rows=((1,),), ms=1,"
        " operators=(), cost=1)\n"
        f"try: {call}\n"
        "except ModuleNotFoundError as missing: print(missing)\n"
    )
    command = [sys.executable, "-c", script]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert output == f"{library} is not installed; fix: pip install 'kontaktvej[notebook]'\n"
