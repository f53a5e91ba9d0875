"""Where in a query stands what it may not do?"""

import pytest

from api.analysis.examples import EXAMPLES
from api.analysis.query_validator import (
    QueryPosition,
    of_call,
    of_clause,
    query_position,
    without_asides,
)


def test_a_place_is_counted_as_people_count() -> None:
    text = "a\nb\ncd"
    assert [query_position(text, position) for position in (0, 2, 5)] == [
        QueryPosition(1, 1), QueryPosition(2, 1), QueryPosition(3, 2),
    ]  # fmt: skip
    assert query_position(text, 0).word == ""
    assert query_position(text, 4, "SET") == QueryPosition(3, 1, "SET")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("MATCH (n)\nWITH n\n  set n.x = 1", QueryPosition(3, 3, "SET")),
        ("MATCH (n) WITH n AS set\nMERGE (m)", QueryPosition(2, 1, "MERGE")),
        ("MATCH (n) detach\n  delete n", QueryPosition(1, 11, "DETACH DELETE")),
        (
            "MATCH (n) CALL (n) { CREATE (m) } IN 2 CONCURRENT TRANSACTIONS",
            QueryPosition(1, 22, "CREATE"),
        ),
        ("CALL () { RETURN 1 AS x } in 2  transactions", QueryPosition(1, 27, "IN TRANSACTIONS")),
        ("MATCH (n) WITH *\ndetach delete n", QueryPosition(2, 1, "DETACH DELETE")),
        ("MATCH (n) RETURN * SET n.x = 1", QueryPosition(1, 20, "SET")),
        ("MATCH (start) WITH start LIMIT 1\nSET start.x = 1", QueryPosition(2, 1, "SET")),
        ("MATCH (set) WITH set ORDER BY set.x\nREMOVE set:Area", QueryPosition(2, 1, "REMOVE")),
        ("MATCH (n) SET `n`.x = 1", QueryPosition(1, 11, "SET")),
        ("MATCH (n) SET (n).x = 1", QueryPosition(1, 11, "SET")),
        ("MATCH (n) SET n += $x", QueryPosition(1, 11, "SET")),
        ("MATCH (n) SET n IS Area", QueryPosition(1, 11, "SET")),
        ("MERGE way = (a)-[:KNOWS]->(b)", QueryPosition(1, 1, "MERGE")),
        ("FOREACH (x IN [1] | CREATE ())", QueryPosition(1, 1, "FOREACH")),
        ("INSERT (:Area)", QueryPosition(1, 1, "INSERT")),
        ("  show indexes", QueryPosition(1, 3, "SHOW")),
        ("\nDrop INDEX x", QueryPosition(2, 1, "DROP")),
        ("load  csv FROM 'x' AS row", QueryPosition(1, 1, "LOAD CSV")),
    ],
)
def test_the_first_clause_that_does_more_than_read_is_found(
    query: str, expected: QueryPosition
) -> None:
    assert of_clause(query) == expected


@pytest.mark.parametrize(
    "query",
    [
        "MATCH (n) RETURN n",
        "1 AS set",
        "1 as set",
        "RETURN 1 + set",
        "WITH 2 As set, 3 AS n RETURN n * set ORDER BY set",
        "MATCH (n) WHERE NOT remove(n) RETURN n",
        "MATCH (show) WITH show LIMIT 1 RETURN show",
        "MATCH ( merge) RETURN 1",
        "MATCH (n) WITH set AS x RETURN x",
        "MATCH (n) WITH set  , n RETURN n",
        "MATCH (n:Create) RETURN n.delete",
        "RETURN 'CREATE (n)' // SET n.x = 1",
        "RETURN 1 AS `x\nDELETE` /* MERGE (n)",
    ],
)
def test_a_name_that_is_written_like_a_clause_is_none(query: str) -> None:
    assert of_clause(query) is None


@pytest.mark.parametrize(
    "query",
    [
        *(one.query for one in EXAMPLES),
        *(one.of_area for one in EXAMPLES if one.of_area),
        "MATCH (create)-[delete:KNOWS]->(merge) RETURN create, delete AS set ORDER BY set",
        "WITH 1 AS show, 2 As remove RETURN show * remove AS drop",
    ],
)
def test_what_only_reads_is_blamed_on_no_clause(query: str) -> None:
    assert of_clause(query) is None


def test_a_call_is_found_by_the_name_of_its_procedure_else_the_first() -> None:
    query = "RETURN 'CALL x.y()'\ncall db.labels() YIELD label\nCALL dbms.listConfig() YIELD name"
    assert of_call(query, "dbms.listConfig") == QueryPosition(3, 1, "CALL")
    assert of_call(query, "db.labels") == QueryPosition(2, 1, "CALL")
    assert of_call(query, "x.y") == QueryPosition(2, 1, "CALL")
    assert of_call("MATCH (n) CALL (n) { RETURN 1 } RETURN n", "") is None


def test_every_place_stays_where_asides_are_blanked() -> None:
    query = "RETURN 'a\nb', \"c\" /* d\n\n */ AS `e` // f\n, 1"
    bare = without_asides(query)
    assert bare.split() == ["RETURN", ",", "AS", ",", "1"]
    assert [len(line) for line in bare.split("\n")] == [len(line) for line in query.split("\n")]
    assert bare.index("AS") == query.index("AS")
