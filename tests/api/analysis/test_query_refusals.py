"""Refusals of the gate: the rule, the refused element and its position, in sentences.

The tests need no engine, so they run in the quick lane.
"""

from collections.abc import Callable
from typing import Any

import pytest

from api.analysis.examples import EXAMPLES
from api.analysis.query_validator import (
    MOST_CHARACTERS,
    MOST_NESTED,
    MOST_PARAMETER_TEXT,
    MOST_PARAMETERS,
    PROCEDURES,
    QueryPosition,
    of_call,
    of_clause,
    query_position,
    read_parameters,
    read_text,
    require_plan,
    validation_error,
    without_asides,
)
from api.errors import Refusal
from graph.errors import RefusedContent, TooExpensive
from graph.store.replica.results import Operator, QueryFailed, QueryPlan

READ = Operator("AllNodesScan", "n", 10.0)
CALL = Operator("ProcedureCall", "dbms.listConfig() :: (name)", 1.0)
WRITING = "MATCH (n)\n  SET n.x = 1"
CALLING = "CALL db.labels() YIELD label\nCALL dbms.listConfig() YIELD name RETURN name"
DEEPEST = "RETURN " + "(" * MOST_NESTED + "1" + ")" * MOST_NESTED


def query_plan(*operators: Operator, query_type: str = "r") -> QueryPlan:
    return QueryPlan(query_type=query_type, operators=operators)


def refused(work: Callable[[], object]) -> Refusal:
    with pytest.raises(Refusal, match=r"^query-refused$") as caught:
        work()
    assert_sentences(caught.value)
    return caught.value


def assert_sentences(error: Refusal) -> None:
    danish, english = error.detail or ("", "")
    assert danish != english
    for text in (danish, english):
        assert not text[0].islower()
        assert text.endswith(".")
        assert text != text.upper()
        assert "None" not in text


@pytest.mark.parametrize(("text", "members"), [
    ("x" * (MOST_CHARACTERS + 1), {"rule": "LENGTH", "limit": MOST_CHARACTERS}),
    ("RETURN 1".ljust(MOST_CHARACTERS + 1), {"rule": "LENGTH", "limit": MOST_CHARACTERS}),
    *((f"RETURN 1\n {letter}", {"rule": "CONTROL", "line": 2, "column": 2})
      for letter in "\u200b\u2028\u2029\0\x85\u202e"),
    ("\u2028", {"rule": "CONTROL", "line": 1, "column": 1}),
    ("RETURN\u200b 1", {"rule": "CONTROL", "line": 1, "column": 7}),
    ("\\u0041 \\u0042", {"rule": "ESCAPE", "line": 1, "column": 1}),
    ("RETURN 1,\n'\\U0041'", {"rule": "ESCAPE", "line": 2, "column": 2}),
    ("MATCH (n)\nRETURN '\\u0041'", {"rule": "ESCAPE", "line": 2, "column": 9}),
    *((f" \n {word} RETURN 1", {"rule": "PREFIX"})
      for word in ("EXPLAIN", "profile", "Cypher", "USE x", "/* x */ explain")),
    ("RETURN\n" + "([{" * MOST_NESTED,
     {"rule": "NESTING", "limit": MOST_NESTED, "line": 2, "column": MOST_NESTED + 1}),
    ("RETURN " + "(X" * (MOST_NESTED + 1),
     {"rule": "NESTING", "limit": MOST_NESTED, "line": 1, "column": 2 * MOST_NESTED + 8}),
    ("RETURN " + ")]}" * 3 + "(" * (MOST_NESTED + 1),
     {"rule": "NESTING", "limit": MOST_NESTED, "line": 1, "column": MOST_NESTED + 17}),
    (DEEPEST.replace("1", "(1)"),
     {"rule": "NESTING", "limit": MOST_NESTED, "line": 1, "column": MOST_NESTED + 8}),
])  # fmt: skip
def test_an_invalid_query_text_is_refused_with_rule_and_position(
    text: str, members: dict[str, object]
) -> None:
    assert refused(lambda: read_text(text)).members == members


@pytest.mark.parametrize("text", [
    "RETURN ()[]{}" + "(" * MOST_NESTED,
    "RETURN " + "()[]{}" * MOST_NESTED,
    "RETURN " + "X" * 100,
    "RETURN explain",
    "usefulness",
    DEEPEST,
    "RETURN '" + "(" * 100 + "' /* " + "[" * 100 + " */ AS `" + "{" * 100 + "` // ((((",
    "RETURN 1".ljust(MOST_CHARACTERS),
])  # fmt: skip
def test_a_query_text_within_the_limits_passes_unchanged(text: str) -> None:
    assert read_text(text) == text


def test_line_breaks_tabs_and_composed_letters_are_normalized() -> None:
    assert read_text("MATCH (n)\r\n\tRETURN 'a\u030a'") == "MATCH (n)\n RETURN 'å'"


@pytest.mark.parametrize("content", [
    "RETURN '010190-1234'",
    "MATCH (n) WHERE n.name = '010190-1234' RETURN n",
    "MATCH (n) WHERE n.code = 0101901234 RETURN n",
    "// kontakt til den mistænkt i sagen\nMATCH (n) RETURN n",
    "MATCH (n) WHERE n.name CONTAINS 'radikaliseret' RETURN n",
    "RETURN '19-årig ung mand'",
    {"a": "010190-1234"},
    {"a": {"010190-1234": 1}},
    {"a": [["010190-1234"]]},
    {"a": ["x", {"b": "010190-1234"}]},
    {"n": 3112901234},
])  # fmt: skip
def test_content_about_a_citizen_is_refused_naming_its_field(content: str | dict[str, Any]) -> None:
    with pytest.raises(RefusedContent) as error:
        read_text(content) if isinstance(content, str) else read_parameters(content)
    assert error.value.field == ("query" if isinstance(content, str) else "parameters")


@pytest.mark.parametrize(("values", "members"), [
    ({f"p{number}": 1 for number in range(MOST_PARAMETERS + 1)}, {"limit": MOST_PARAMETERS}),
    ({"a": "x" * MOST_PARAMETER_TEXT, "b": "x"}, {"limit": MOST_PARAMETER_TEXT}),
    ({"a": ["x" * MOST_PARAMETER_TEXT], "b": {"x": None}}, {"limit": MOST_PARAMETER_TEXT}),
    ({"t": "x" * (MOST_PARAMETER_TEXT + 1)}, {"limit": MOST_PARAMETER_TEXT}),
    *(({name: 1}, {}) for name in ("a b", "", "1a", "æ")),
    ({"n": 2**63}, {"name": "n"}),
    ({"n": -(2**63) - 1}, {"name": "n"}),
    ({"n": [1, {"m": [2**63]}]}, {"name": "n"}),
])  # fmt: skip
def test_invalid_parameters_are_refused_with_rule_and_limit_or_name(
    values: dict[str, Any], members: dict[str, object]
) -> None:
    assert refused(lambda: read_parameters(values)).members == {"rule": "PARAMETER", **members}


@pytest.mark.parametrize("values", [
    {f"p{number}": True for number in range(MOST_PARAMETERS)},
    {"a": "x" * MOST_PARAMETER_TEXT},
    {"a": None, "b": 2.5, "c": True, "d": [1, "x"], "e": {"f": [{"g": 1}]}},
    {"kind": "SSP", "some": [1, 2.5, None, True, {"a": "b"}]},
])  # fmt: skip
def test_parameters_up_to_the_limits_pass_as_they_are(values: dict[str, Any]) -> None:
    assert read_parameters(values) == values


@pytest.mark.parametrize(("plan", "text", "members"), [
    (query_plan(READ, Operator("LoadCSV", "", 1.0)), WRITING,
     {"rule": "OPERATOR", "name": "LoadCSV", "line": 2, "column": 3}),
    (query_plan(READ, Operator("LoadCSV", "", 1.0)), "RETURN 1",
     {"rule": "OPERATOR", "name": "LoadCSV"}),
    (query_plan(READ, query_type="rw"), WRITING, {"rule": "READ_ONLY", "line": 2, "column": 3}),
    *((query_plan(READ, query_type=kind), "RETURN 1", {"rule": "READ_ONLY"})
      for kind in ("w", "rw", "s", "wr", "R", "")),
    (query_plan(), "RETURN 1", {"rule": "READ_ONLY"}),
    (query_plan(READ, CALL), CALLING,
     {"rule": "PROCEDURE", "name": "dbms.listConfig", "line": 2, "column": 1}),
    (query_plan(CALL, query_type="rw"), "RETURN 1",
     {"rule": "PROCEDURE", "name": "dbms.listConfig"}),
    (query_plan(Operator("ProcedureCall", "db.ping() :: (x)", 1.0)), "",
     {"rule": "PROCEDURE", "name": "db.ping"}),
    *((query_plan(Operator("ProcedureCall", details, 1.0)), "", {"rule": "PROCEDURE"})
      for details in ("", "(db.labels)")),
])  # fmt: skip
def test_a_disallowed_plan_is_refused_with_rule_and_position(
    plan: QueryPlan, text: str, members: dict[str, object]
) -> None:
    assert refused(lambda: require_plan(plan, text)).members == members


@pytest.mark.parametrize(("operators", "names"), [
    ((Operator("ProduceResults", "n", 10.0), READ), ("AllNodesScan", "ProduceResults")),
    ((Operator("ProcedureCall", "db.labels() :: (label)", 1.0),), ("ProcedureCall",)),
])  # fmt: skip
def test_a_read_only_plan_passes_and_its_operators_are_returned(
    operators: tuple[Operator, ...], names: tuple[str, ...]
) -> None:
    assert require_plan(query_plan(*operators), "") == names


def test_a_refusal_names_the_clause_or_the_procedures_that_may_be_called() -> None:
    writes = refused(lambda: require_plan(query_plan(READ, query_type="w"), WRITING))
    assert all(" SET " in text for text in writes.detail or ())
    unseen = refused(lambda: require_plan(query_plan(READ, query_type="w"), "RETURN 1"))
    assert [text.count(".") for text in unseen.detail or ()] == [1, 1]
    called = refused(lambda: require_plan(query_plan(CALL), CALLING))
    names = ", ".join(sorted(PROCEDURES))
    assert all(text.endswith(f": {names}.") for text in called.detail or ())


@pytest.mark.parametrize("rule", ["TIME", "MEMORY"])
def test_a_query_over_the_time_or_memory_limit_is_too_expensive(rule: str) -> None:
    error = validation_error(QueryFailed(rule, "gave up"), "RETURN 1")
    assert isinstance(error, TooExpensive)
    assert "time or memory" in str(error)


@pytest.mark.parametrize(("error", "text", "members"), [
    (QueryFailed("READ_ONLY", "x"), WRITING, {"rule": "READ_ONLY", "line": 2, "column": 3}),
    (QueryFailed("PROCEDURE", "x"), CALLING, {"rule": "PROCEDURE", "line": 1, "column": 1}),
    (QueryFailed("DEPTH", "x", line=1, column=20), "RETURN 1", {"rule": "DEPTH"}),
    (QueryFailed("PARAMETER", "Missing."), "", {"rule": "PARAMETER"}),
    (QueryFailed("ENGINE", "Unknown."), "", {"rule": "VALUE"}),
    (QueryFailed("VALUE", "No.", line=1, column=9), "", {"rule": "VALUE", "line": 1, "column": 9}),
])  # fmt: skip
def test_engine_errors_become_refusals_with_rule_and_position(
    error: QueryFailed, text: str, members: dict[str, object]
) -> None:
    answer = validation_error(error, text)
    assert isinstance(answer, Refusal)
    assert answer.members == members
    assert_sentences(answer)


@pytest.mark.parametrize(
    ("line", "column", "expected"),
    [(1, 11, (1, 3)), (1, 2, (1, 1)), (2, 11, (2, 11)), (1, None, (1, None))],
)
def test_a_syntax_error_position_does_not_count_the_prefix_before_the_query(
    line: int, column: int | None, expected: tuple[int, int | None]
) -> None:
    answer = validation_error(QueryFailed("SYNTAX", "No.", line=line, column=column), "", before=8)
    assert isinstance(answer, Refusal)
    assert (answer.members["line"], answer.members.get("column")) == expected
    assert answer.members["rule"] == "SYNTAX"


def test_an_engine_message_is_quoted_with_its_position_if_it_has_one() -> None:
    placed = validation_error(
        QueryFailed("VALUE", "Division by zero.", line=2, column=9), "", before=8
    )
    unplaced = validation_error(QueryFailed("VALUE", "Division by zero."), "")
    assert isinstance(placed, Refusal)
    assert isinstance(unplaced, Refusal)
    assert all(text.endswith(" (2:9): Division by zero.") for text in placed.detail or ())
    assert unplaced.detail == tuple(text.replace(" (2:9)", "") for text in placed.detail or ())


def test_a_query_position_counts_lines_and_columns_from_one() -> None:
    text = "a\nb\ncd"
    assert [query_position(text, position) for position in (0, 2, 5)] == [
        QueryPosition(1, 1), QueryPosition(2, 1), QueryPosition(3, 2),
    ]  # fmt: skip
    assert query_position(text, 0).word == ""
    assert query_position(text, 4, "SET") == QueryPosition(3, 1, "SET")


@pytest.mark.parametrize(("query", "expected"), [
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
])  # fmt: skip
def test_the_first_disallowed_clause_of_a_query_is_found(
    query: str, expected: QueryPosition
) -> None:
    assert of_clause(query) == expected


@pytest.mark.parametrize("query", [
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
    *(example.query for example in EXAMPLES),
    *(example.of_area for example in EXAMPLES if example.of_area),
    "MATCH (create)-[delete:KNOWS]->(merge) RETURN create, delete AS set ORDER BY set",
    "WITH 1 AS show, 2 As remove RETURN show * remove AS drop",
])  # fmt: skip
def test_a_read_only_query_has_no_disallowed_clause(query: str) -> None:
    assert of_clause(query) is None


def test_a_call_is_found_by_procedure_name_with_the_first_call_as_fallback() -> None:
    query = "RETURN 'CALL x.y()'\ncall db.labels() YIELD label\nCALL dbms.listConfig() YIELD name"
    assert of_call(query, "dbms.listConfig") == QueryPosition(3, 1, "CALL")
    assert of_call(query, "db.labels") == QueryPosition(2, 1, "CALL")
    assert of_call(query, "x.y") == QueryPosition(2, 1, "CALL")
    assert of_call("MATCH (n) CALL (n) { RETURN 1 } RETURN n", "") is None


def test_blanking_strings_and_comments_preserves_every_position() -> None:
    query = "RETURN 'a\nb', \"c\" /* d\n\n */ AS `e` // f\n, 1"
    bare = without_asides(query)
    assert bare.split() == ["RETURN", ",", "AS", ",", "1"]
    assert [len(line) for line in bare.split("\n")] == [len(line) for line in query.split("\n")]
    assert bare.index("AS") == query.index("AS")
