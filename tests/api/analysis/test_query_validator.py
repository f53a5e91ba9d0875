"""The gate lets through queries that read and no others; a replica alone stops every write."""

from collections.abc import Callable
from typing import Any

import pytest

from api.analysis.examples import EXAMPLES
from api.analysis.query_validator import (
    OPERATORS,
    of_clause,
    read_text,
    require_plan,
    validation_error,
)
from api.errors import Refusal
from graph.errors import RefusedContent, TooExpensive
from graph.store.replica.replica import Replica
from graph.store.replica.results import QueryFailed
from tests.api.analysis import attacks
from tests.api.analysis.attacks import Attack
from tests.api.analysis.reads import PARAMETERS, READS
from tests.api.analysis.replicas import GENEROUS_S, run_query, state

pytestmark = [pytest.mark.store, pytest.mark.slow]
ON_LARGER_GRAPHS = {"TriadicSelection", "NodeLeftOuterHashJoin"}
"""Operators that the planner uses for some of the reads on the demo only."""
EITHER = {"StatefulShortestPath(All)"}
"""Operators that the planner uses or not, depending on its statistics so far."""
SINK = "http://127.0.0.1:9/"


def validate(replica: Replica, text: str, given: dict[str, Any] | None = None) -> tuple[str, ...]:
    """The operators of a query that the gate lets through.

    Raises: Refusal, RefusedContent, TooExpensive.
    """
    query = read_text(text)
    try:
        explained = replica.explain(query, given or {}, timeout_s=GENEROUS_S)
    except QueryFailed as error:
        raise validation_error(error, query, before=len("EXPLAIN ")) from error
    return require_plan(explained, query)


def refused(work: Callable[[], object]) -> Refusal:
    with pytest.raises(Refusal, match=r"^query-refused$") as error:
        work()
    assert all(error.value.detail or ())
    return error.value


@pytest.mark.drill
def test_ordinary_reads_pass_and_use_the_allowed_operators(replica: Replica) -> None:
    used: set[str] = set()
    for query in READS:
        used |= {*validate(replica, query, PARAMETERS)}
        run_query(replica, query, PARAMETERS)
    assert OPERATORS - used - EITHER == ON_LARGER_GRAPHS


def test_every_example_passes_and_is_answered(replica: Replica) -> None:
    assert len({item.id for item in EXAMPLES}) == len(EXAMPLES) >= 8
    for example in EXAMPLES:
        assert validate(replica, example.query)
        assert run_query(replica, example.query).columns


@pytest.mark.drill
def test_an_example_narrowed_to_an_area_or_time_returns_no_more_rows(replica: Replica) -> None:
    narrowed = 0
    for example in EXAMPLES:
        for text, given in (
            (example.of_area, {"area": "kystby"}),
            (example.of_time, {"since": "2026-01-01", "until": "2026-12-31"}),
        ):
            if text is None:
                continue
            narrowed += 1
            assert text != example.query
            assert validate(replica, text, given)
            whole, part = run_query(replica, example.query), run_query(replica, text, given)
            assert part.columns == whole.columns
            assert len(part.rows) <= len(whole.rows)
    assert narrowed >= 7


def test_an_example_narrowed_to_the_whole_country_returns_the_same_rows(replica: Replica) -> None:
    for example in EXAMPLES:
        if example.of_area is not None:
            whole = run_query(replica, example.query).rows
            assert run_query(replica, example.of_area, {"area": "dk"}).rows == whole


def test_the_gate_refuses_every_attack_with_the_expected_rule(replica: Replica) -> None:
    wrong: list[str] = []
    assert len(attacks.ATTACKS) >= 100
    for attack in attacks.REFUSED_BY_THE_GATE:
        text = attack.text.replace("{sink}", SINK)
        try:
            validate(replica, text, {"name": "x"})
        except Refusal as error:
            rule = error.members.get("rule")
            if attack.fate not in (attacks.REFUSED, rule):
                wrong.append(f"{attack}: {rule}, not {attack.fate}")
        except RefusedContent:
            if attack.fate != attacks.REFUSED:
                wrong.append(f"{attack}: content, not {attack.fate}")
        except TooExpensive:
            wrong.append(f"{attack}: too expensive")
        else:
            wrong.append(f"{attack}: passes")
    assert wrong == []


def test_a_replica_alone_stops_every_write(replica: Replica) -> None:
    before = state(replica)
    attempts: tuple[Attack, ...] = (
        *attacks.WRITES, *attacks.NESTED_WRITES, *attacks.ADMINISTRATION, *attacks.PROCEDURES
    )  # fmt: skip
    for attack in attempts:
        if "KILL" in attack.text.upper() or "TERMINATE" in attack.text:
            continue  # these may end the session that runs the query; they write nothing
        try:
            run_query(replica, attack.text.replace("{sink}", SINK), {"name": "x"})
        except QueryFailed:
            continue
    assert replica.is_alive
    assert state(replica) == before
    tokens = "CALL db.labels() YIELD label WHERE label STARTS WITH 'Zq' RETURN label"
    assert run_query(replica, tokens).rows == ()


def test_a_refusal_names_rule_operator_or_procedure_and_position(replica: Replica) -> None:
    by_operator = refused(lambda: validate(replica, "SHOW SETTINGS YIELD name RETURN name"))
    assert by_operator.members["rule"] == "OPERATOR"
    assert "Setting" in str(by_operator.members["name"])
    by_call = refused(lambda: validate(replica, "CALL dbms.listConfig()"))
    assert by_call.members == {
        "rule": "PROCEDURE", "name": "dbms.listConfig", "line": 1, "column": 1,
    }  # fmt: skip
    syntax = refused(lambda: validate(replica, "MATCH (n:Area)\nRETRUN n"))
    assert (syntax.members["line"], syntax.members["rule"]) == (2, "SYNTAX")
    assert syntax.members["column"] == 1
    first_line = refused(lambda: validate(replica, "MATCH (n) RETURN m"))
    assert (first_line.members["line"], first_line.members["column"]) == (1, 18)


@pytest.mark.parametrize(("query", "line", "column", "word"), [
    ("CREATE (n:Area)", 1, 1, "CREATE"),
    ("MATCH (n)\n  // SET is no clause here\n  detach  delete n", 3, 3, "DETACH DELETE"),
    ("MATCH (set:Area {name: 'CREATE'}) WITH set AS merge\nSET merge.name = 'x'", 2, 1, "SET"),
    ("MATCH (n) CALL (n) { CREATE (m) } RETURN n", 1, 22, "CREATE"),
    ("MATCH (n:Area) WITH *\nDETACH DELETE n", 2, 1, "DETACH DELETE"),
    ("MATCH (n:Area) WITH DISTINCT * SET n.name = 'x'", 1, 32, "SET"),
    ("MATCH (start:Actor) WITH start LIMIT 1\nSET start.name = 'x'", 2, 1, "SET"),
    ("MATCH (set:Area) WITH set ORDER BY set.name\nREMOVE set.name", 2, 1, "REMOVE"),
    ("MATCH (n) SET `n`.name = 'x'", 1, 11, "SET"),
    ("MERGE (n:Area {id: 'x'}) ON CREATE SET n.name = 'x'", 1, 1, "MERGE"),
])  # fmt: skip
def test_a_writing_query_is_refused_with_its_clause_and_position(
    replica: Replica, query: str, line: int, column: int, word: str
) -> None:
    position = of_clause(query)
    assert position is not None
    assert (position.line, position.column, position.word) == (line, column, word)
    refusal = refused(lambda: validate(replica, query))
    assert refusal.members == {"rule": "READ_ONLY", "line": line, "column": column}
    assert refusal.detail is not None
    assert refusal.detail[0].endswith(f"{word} er ikke tilladt.")
    assert refusal.detail[1].endswith(f"{word} is not allowed.")


def test_every_write_attack_is_refused_with_a_line_unless_for_its_content(replica: Replica) -> None:
    for attack in (*attacks.WRITES, *attacks.NESTED_WRITES):
        with pytest.raises((Refusal, RefusedContent)) as refusal:
            validate(replica, attack.text.replace("{sink}", SINK), {"name": "x"})
        if isinstance(refusal.value, Refusal):
            assert "line" in refusal.value.members, attack
