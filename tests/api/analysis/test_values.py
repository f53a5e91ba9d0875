"""Values in the result of a query as JSON, and where a result is cut."""

import json

import pytest

from graph.store.replica.replica import Replica, TruncatedBy
from graph.store.replica.results import QueryFailed
from tests.api.analysis.replicas import GENEROUS_S, run_query

pytestmark = [pytest.mark.store, pytest.mark.drill, pytest.mark.ci_drill]


def test_nodes_links_and_paths_are_returned_with_ids_and_properties(replica: Replica) -> None:
    query = "MATCH path = (a:Actor {id: 'intake'})-[l:MEMBER_OF]->(n:Network) RETURN a, l, n, path"
    ((post, link, network, path),) = run_query(replica, query).rows
    assert (post["node"], post["labels"]) == ("intake", ["Actor"])
    assert post["properties"]["name"] == "Social modtagelse, Kystby"
    assert (link["link"], link["type"]) == ("intake--ssp", "MEMBER_OF")
    assert (link["source"], link["target"]) == ("intake", "ssp")
    assert link["properties"]["verified_on"] == "2026-02-01"
    assert network["node"] == "ssp"
    assert path == {"path": [post, link, network]}


def test_a_link_alone_names_its_ends(replica: Replica) -> None:
    ((link,),) = run_query(replica, "MATCH ()-[l:REFERS_TO]->() RETURN l").rows
    assert (link["source"], link["target"]) == ("ihd", "ssp-post")


def test_other_values_are_json_values_or_text(replica: Replica) -> None:
    query = (
        "RETURN 1 AS a, 1.5 AS b, true AS c, null AS d, 'æ' AS e, [1, [2]] AS f, {k: [1]} AS g, "
        "date('2026-11-25') AS h, duration({days: 2}) AS i, 0.0/0.0 AS j, "
        "datetime('2026-11-25T10:00:00Z') AS k, localtime('10:00') AS l"
    )
    answer = run_query(replica, query)
    assert answer.columns == tuple("abcdefghijkl")
    (row,) = answer.rows
    assert row[:10] == (1, 1.5, True, None, "æ", [1, [2]], {"k": [1]}, "2026-11-25", "P2D", "nan")
    assert row[10].startswith("2026-11-25T10:00:00")
    assert row[11].startswith("10:00:00")
    json.dumps(row, allow_nan=False)


def test_a_result_is_cut_at_the_row_or_byte_limit_with_the_reason(replica: Replica) -> None:
    def some(query: str, rows: int, size: int) -> tuple[int, TruncatedBy | None]:
        answer = replica.run(query, {}, timeout_s=GENEROUS_S, most_rows=rows, most_bytes=size)
        return len(answer.rows), answer.cut

    assert some("UNWIND range(1, 10) AS x RETURN x", 10, 1_000) == (10, None)
    assert some("UNWIND range(1, 11) AS x RETURN x", 10, 1_000) == (10, TruncatedBy.ROWS)
    assert some("UNWIND range(1, 10) AS x RETURN 'abcdef'", 10, 100) == (10, None)
    assert some("UNWIND range(1, 10) AS x RETURN 'abcdef'", 10, 99) == (9, TruncatedBy.BYTES)
    assert some("UNWIND range(1, 100000000) AS x RETURN x", 10, 1_000) == (10, TruncatedBy.ROWS)


def test_a_result_with_one_oversized_value_is_cut_by_bytes(replica: Replica) -> None:
    for query in (
        "RETURN range(1, 2000000)",
        "UNWIND [1, 2, 3] AS x RETURN CASE x WHEN 3 THEN range(1, 2000000) ELSE x END",
    ):
        answer = replica.run(query, {}, timeout_s=GENEROUS_S, most_rows=1_000, most_bytes=1_000_000)
        assert answer.cut is TruncatedBy.BYTES
        assert len(answer.rows) <= 2
    assert run_query(replica, "RETURN 1").rows == ((1,),)


@pytest.mark.parametrize("depth", [40, 3_000])
def test_a_too_deeply_nested_value_fails_and_the_replica_still_answers(
    replica: Replica, depth: int
) -> None:
    query = f"RETURN reduce(a = [], x IN range(1, {depth}) | [a]) AS deep"
    with pytest.raises(QueryFailed) as error:
        run_query(replica, query)
    assert error.value.rule in ("DEPTH", "MEMORY", "TIME", "VALUE", "ENGINE")
    assert run_query(replica, "RETURN 1").rows == ((1,),)
