"""Queries of an analyst over HTTP: from the first, which has to wait, to one after a withdrawal."""

import csv
import io
import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from typing import Any, Final, cast

import networkx as nx
import pytest
from httpx2 import Response

from api.analysis.examples import EXAMPLES
from api.analysis.query_runner import EACH
from graph.access.policy import Role
from graph.store.replica.replica import Replica
from tests.change_sets import change_set, changed
from tests.fixtures.app import Headers, TestApp
from tests.fixtures.replicas import all_replicas, spares
from tests.graph.access.test_disclosure import crowd

READY_S: Final = 600.0
"""Time limit in seconds for a busy machine; the promised durations are measured in drills."""
BOMB: Final = "RETURN reduce(s = 'xxxxxxxx', x IN range(1, 60) | s + s) AS s"
QUERY: Final = "MATCH (a:Actor)-[:MEMBER_OF]->(n:Network) RETURN a.id AS post, n.name AS network"


def ask(app: TestApp, headers: Headers, query: str = QUERY, **parameters: Any) -> Response:
    body = {"query": query, "purpose": "KNOWLEDGE", "parameters": parameters}
    return app.post("/analysis", headers, body)


def until(answer: Callable[[], Response], status: int = 200) -> Response:
    """Repeat a request until its answer has the status; until then 429, 503 and 504 are allowed."""
    ends_at = time.monotonic() + READY_S
    while (response := answer()).status_code != status:
        assert response.status_code in (429, 503, 504), response.text
        assert time.monotonic() < ends_at, response.text
        if response.status_code == 503:
            assert response.json()["type"] == "/problems/replica-filling", response.text
            assert response.json()["step"] in ("STARTING", "FILLING")
            assert int(response.headers["Retry-After"]) >= 1
        time.sleep(0.1)
    return response


def engine_of(app: TestApp, headers: Headers) -> Replica:
    until(lambda: ask(app, headers))
    (item,) = all_replicas(app.replicas)
    assert item.replica is not None
    return item.replica


def spare_of(app: TestApp) -> Replica:
    ends_at = time.monotonic() + READY_S
    while not [item for item in spares(app.replicas) if item.step is None]:
        assert time.monotonic() < ends_at, "no spare"
        time.sleep(0.1)
    (spare,) = spares(app.replicas)
    assert spare.replica is not None
    return spare.replica


@pytest.mark.drill
@pytest.mark.ci_drill
def test_a_query_is_logged_and_a_withdrawal_ends_its_replica(app: TestApp) -> None:
    headers = app.as_(Role.ANALYST, areas=("dk",))
    assert ask(app, headers).status_code == 503  # the first one starts it
    answer = until(lambda: ask(app, headers)).json()
    assert (answer["columns"], answer["rows"]) == (["post", "network"], [["intake", "SSP Kystby"]])
    assert (answer["revision"], answer["on"], answer["cut"]) == (1, "2026-11-25", None)
    assert "ProduceResults" in answer["operators"]
    assert answer["cost"] > 0
    # Parameters, and results that are drawn as a network.
    by_kind = ask(app, headers, "MATCH (n:Network) WHERE n.kind IN $kinds RETURN n", kinds=["SSP"])
    ((network,),) = by_kind.json()["rows"]
    assert (network["node"], network["labels"]) == ("ssp", ["Network"])
    # Refusals name the rule and the position.
    wrong = ask(app, headers, "MATCH (n) RETURN m")
    assert wrong.status_code == 422
    problem = wrong.json()
    assert problem["type"] == "/problems/query-refused"
    assert (problem["rule"], problem["line"], problem["column"]) == ("SYNTAX", 1, 18)
    assert ask(app, headers, "MATCH (n) DETACH DELETE n").json()["rule"] == "READ_ONLY"
    settings = ask(app, headers, "SHOW SETTINGS").json()
    assert (settings["rule"], settings["name"]) == ("OPERATOR", "ShowSettings")
    missing = ask(app, headers, "MATCH (n) WHERE n.kind = $kind RETURN n").json()
    assert missing["rule"] == "PARAMETER"
    citizen = ask(app, headers, "MATCH (n) WHERE n.name = '010190-1234' RETURN n")
    assert citizen.json()["type"] == "/problems/refused-content"
    assert "010190" not in citizen.text
    # An answer with too many rows is cut, and one that takes too long is ended.
    many = ask(app, headers, "UNWIND range(1, 100000) AS x RETURN x").json()
    assert (len(many["rows"]), many["cut"]) == (1000, "ROWS")
    long = ask(app, headers, "UNWIND range(1, 100000000000) AS x RETURN count(x)")
    assert (long.status_code, long.json()["type"]) == (504, "/problems/too-expensive")
    # The log holds the queries, readable by the DPO alone, without refused content.
    rows = [row for row in app.json_rows() if row["action"] == "run_query"]
    item = [row for row in rows if row["kind"] == "asked"]
    assert {row["asked"]["purpose"] for row in item} == {"KNOWLEDGE"}
    shown = next(row for row in rows if row["kind"] == "shown")
    assert (shown["purpose"], shown["count"], shown["result"]) == ("KNOWLEDGE", 1, 200)
    assert "ProduceResults" in shown["asked"]["operators"]
    assert "ms" in shown
    stored = [row["asked"]["query"] for row in item]
    assert QUERY not in "".join(stored)
    assert sum(item.startswith("hmac:") for item in stored) == 1  # the query about a citizen
    log = app.get("/audit/rows", app.as_(Role.DPO, areas=("dk",)), action="run_query").json()
    assert QUERY in [row["asked"].get("query") for row in log["rows"]]
    assert "010190" not in str(log)
    # A withdrawal kills the replica before it is acknowledged; the next query starts another one.
    before = engine_of(app, headers)
    outreach = app.as_(Role.OUTREACH, person="dina")
    withdrawn = app.post(
        "/consents/consent-jens/withdraw", {**outreach, "Idempotency-Key": "withdraw-1"}
    )
    assert withdrawn.status_code == 200
    assert not before.is_alive
    # By another account: on a busy machine the long query has ended its replica, and its account
    # has to rest while there is no spare.
    other = app.as_(Role.ANALYST, areas=("dk",))
    assert (all_replicas(app.replicas), ask(app, other).status_code) == ((), 503)


@pytest.mark.drill
def test_a_memory_bomb_ends_its_replica_and_a_spare_takes_over(
    app: TestApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.store.apply(change_set(creates=crowd(7)))
    caller, other = (app.as_(Role.ANALYST, areas=("dk",)) for _ in range(2))
    first = engine_of(app, caller)
    assert engine_of(app, other) is first
    pids = {first.pid}
    snapshot = app.directory.snapshot()
    # Two queries of an account run at a time; a third waits and is answered too.
    slow = "UNWIND range(1, 3000000) AS x RETURN count(x) AS n"
    with ThreadPoolExecutor(EACH + 3) as threads:
        answers = [threads.submit(ask, app, caller, slow) for _ in range(EACH + 2)]
        beside = threads.submit(ask, app, other)
        statuses = [future.result().status_code for future in answers]
    assert set(statuses) <= {200, 504}
    assert beside.result().status_code == 200
    # Counts of civilians are the published ones.
    query = "MATCH (a:Area) WHERE a.civilians IS NOT NULL RETURN a.id, a.civilians"
    assert ask(app, caller, query).json()["rows"] == [["kystby", 5]]
    # The bomb ends the replica, and nothing else: the spare answers the next question of others.
    spare = spare_of(app)
    bomb = ask(app, caller, BOMB)
    assert bomb.status_code == 504, bomb.text
    assert ask(app, other, query).json()["rows"] == [["kystby", 5]]
    after = engine_of(app, other)
    pids.add(after.pid)
    assert after is spare
    assert len(pids) == 2
    assert app.directory.snapshot() == snapshot
    # Its sender waits until there is a spare again, which continues with the same content.
    resting = ask(app, caller, BOMB)
    assert (resting.status_code, resting.json()["type"]) == (429, "/problems/too-many")
    assert 1 <= int(resting.headers["Retry-After"]) <= 10
    assert ask(app, other, query).status_code == 200
    assert spare_of(app).engine.home == first.engine.home
    caller = app.as_(Role.ANALYST, areas=("dk",))
    # A change is not visible at once; the answer names its revision.
    app.store.apply(change_set(updates=[changed(app.store, "ssp", name="SSP Kystby Nord")]))
    same = ask(app, caller, "MATCH (n:Network {id: 'ssp'}) RETURN n.name").json()
    assert same["rows"] == [["SSP Kystby"]]
    assert same["revision"] == snapshot.revision < app.directory.revision()
    # An old replica is refilled by the next query, in the same process; other queries wait.
    monkeypatch.setattr(app.replicas, "_refill_s", 0.0)
    renewed = "MATCH (n:Network {id: 'ssp'}) RETURN n.name"
    response = ask(app, caller, renewed)
    assert (response.status_code, response.json()["step"]) == (503, "FILLING")
    until(lambda: ask(app, caller, renewed))
    body = ask(app, caller, renewed).json()
    assert (body["rows"], body["revision"]) == ([["SSP Kystby Nord"]], app.directory.revision())
    assert engine_of(app, caller).pid == after.pid
    # A change outside its content does not age a replica; roles that see more see the change.
    app.store.apply(change_set(updates=[changed(app.store, "bo", title="Leder")]))
    more = app.as_(Role.ANALYST, Role.COORDINATOR, areas=("dk",))
    for headers, revision in ((caller, body["revision"]), (more, body["revision"] + 1)):
        answer = ask(app, headers, renewed).json()
        assert (answer["rows"], answer["revision"]) == (body["rows"], revision)
        newest = app.get("/health/revision", headers).json()
        schema = app.get("/analysis/schema", headers).json()
        assert newest["revision"] == schema["revision"] == revision


@pytest.mark.drill
def test_a_replica_of_yesterday_is_discarded_and_built_anew(app: TestApp) -> None:
    headers = app.as_(Role.ANALYST, areas=("dk",))
    first = engine_of(app, headers)
    (item,) = all_replicas(app.replicas)
    assert item.stamp is not None
    item.stamp = replace(item.stamp, day=item.stamp.day - timedelta(days=1))
    app.replicas.end(item)
    assert engine_of(app, headers).engine.home != first.engine.home
    assert not first.engine.home.exists()
    assert ask(app, headers).json()["on"] == "2026-11-25"


def test_only_an_analyst_runs_queries_and_reads_the_schema(app: TestApp) -> None:
    for role in set(Role) - {Role.ANALYST}:
        headers = app.as_(role, areas=("dk",))
        assert ask(app, headers).status_code == 403, role
        assert app.get("/analysis/schema", headers).status_code == 403, role
    assert all_replicas(app.replicas) == ()
    headers = app.as_(Role.ANALYST, areas=("dk",))
    body = app.get("/analysis/schema", headers, lang="en").json()
    counts = {label["label"]: label["count"] for label in body["labels"]}
    assert (counts["Actor"], counts["Person"], counts["Area"]) == (7, 5, 6)
    assert "name" not in {
        each["name"] for label in body["labels"] if label["label"] == "Person"
        for each in label["properties"]
    }  # fmt: skip
    assert len(body["examples"]) == len(EXAMPLES)
    assert all_replicas(app.replicas) == ()  # the schema needs no replica


EXPORTED = "MATCH (a:Actor)-[l:MEMBER_OF]->(n:Network) RETURN a.id AS post, n.name AS network"
DRAWN = "MATCH (a:Actor)-[l:MEMBER_OF]->(n:Network) RETURN a, l, n"


def ticket(app: TestApp, headers: Headers, format: str, query: str = EXPORTED) -> Any:
    body = {"query": query, "purpose": "KNOWLEDGE", "format": format}
    return app.post("/exports/query", headers, body)


def file(app: TestApp, headers: Headers, format: str, query: str = EXPORTED) -> bytes:
    answer = ticket(app, headers, format, query)
    assert answer.status_code == 201, answer.text
    fetched = app.get(f"/exports/{answer.json()['ticket']}", headers)
    assert fetched.status_code == 200, fetched.text
    assert answer.json()["file"] in fetched.headers["content-disposition"]
    return fetched.content


@pytest.mark.drill
def test_query_results_are_exported_in_each_format_to_their_analyst_alone(app: TestApp) -> None:
    headers = app.as_(Role.ANALYST, areas=("dk",))
    until(lambda: ask(app, headers))
    table = csv.reader(io.StringIO(file(app, headers, "CSV").decode("utf-8-sig")), delimiter=";")
    assert list(table)[:2] == [["post", "network"], ["intake", "SSP Kystby"]]
    content = json.loads(file(app, headers, "JSON"))
    assert (content["columns"], content["rows"]) == (
        ["post", "network"],
        [["intake", "SSP Kystby"]],
    )
    parquet: Any = import_module("pyarrow.parquet")
    read = parquet.read_table(io.BytesIO(file(app, headers, "PARQUET")))
    assert read.to_pydict() == {"post": ["intake"], "network": ["SSP Kystby"]}
    graph: Any = cast("Any", nx).parse_graphml(file(app, headers, "GRAPHML", DRAWN).decode())
    assert set(graph.nodes) == {"intake", "ssp"}
    assert [item["type"] for _, _, item in graph.edges(data=True)] == ["MEMBER_OF"]

    # An incomplete file says so; a refused query makes no file.
    pairs = "UNWIND range(1, 2000) AS n RETURN n"
    body = ticket(app, headers, "CSV", pairs).json()
    assert (body["rows"], [loss["kind"] for loss in body["losses"]]) == (1000, ["ROWS"])
    whole, cut = (
        app.get(f"/exports/{ticket(app, headers, 'CSV', item).json()['about']}", headers).text
        for item in ("RETURN 1 AS n", pairs)
    )
    note = "Rækker ud over dem, der svares med, følger ikke med"
    assert (note in whole, note in cut) == (False, True)
    lost = ticket(app, headers, "GRAPHML", DRAWN + ", 7 AS count").json()["losses"]
    assert [(item["kind"], item["count"]) for item in lost] == [("VALUES", 1)]
    answer = ticket(app, headers, "CSV", "MATCH (n) DELETE n")
    assert (answer.status_code, answer.json()["rule"]) == (422, "READ_ONLY")

    # A ticket is for its account, and void once the account may no longer query.
    mine = ticket(app, headers, "CSV").json()["ticket"]
    assert app.get(f"/exports/{mine}", app.as_(Role.ANALYST, areas=("dk",))).status_code == 404
    assert ticket(app, app.as_(Role.COORDINATOR), "CSV").status_code == 403
    rows = [row for row in app.json_rows() if row["action"] == "make_query_export"]
    assert {row.get("purpose") for row in rows if row["kind"] == "shown"} == {"KNOWLEDGE"}
    assert not any("MATCH" in str(row) for row in rows)
