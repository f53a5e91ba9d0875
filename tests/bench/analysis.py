"""Measures how long an analyst's replica of the demo takes to start, to fill and to answer."""

import time
from collections.abc import Iterator
from datetime import date
from functools import partial
from itertools import cycle, islice
from typing import Final

import psutil

from api.analysis.query_runner import MOST_BYTES, MOST_ROWS
from api.analysis.query_validator import read_text, require_plan
from api.analysis.replica_content import content_of
from api.analysis.replicas import fill, start, warm_up
from graph.access.policy import Caller, Grant, Role
from graph.access.view import View
from graph.store.replica.replica import Replica, start_replica
from seed.people import demo
from tests.bench.figures import Figure, Subject, at_most, timed, times
from tests.fixtures.snapshots import snapshot_of

TODAY: Final = date(2026, 11, 25)
RUNS: Final = 5
ASKED: Final = 100
TWO_HOPS: Final = (
    "MATCH (post:Actor)-[:MEMBER_OF]->(network:Network {kind: $kind})-[:COVERS]->(place:Area) "
    "RETURN place.name AS place, count(post) AS posts ORDER BY place"
)
KINDS: Final = ("SSP", "PSP_OPERATIONAL", "KSP", "INFOHOUSE_MUNICIPALITY", "LOCAL_COUNCIL")
_QUERY_S: Final = 30.0


def subjects() -> Iterator[Subject]:
    """Yield the figures of a replica of the demo, as an analyst of all Denmark sees it."""
    seen = _view()
    starts, replica = _started(seen)
    respawns, replica = _respawned(replica)
    try:
        about = {"nodes": int(seen.visible.sum()), "links": int(seen.open_links.sum())}
        figures = (
            Figure(name="replica start, until it answers", unit="s", runs=starts,
                   limits=at_most(p50=8)),
            Figure(name="replica filled again", unit="s",
                   runs=times(lambda: _fill(replica, seen), RUNS), limits=at_most(p50=3)),
            Figure(name="replica after a kill, until it answers", unit="s", runs=respawns,
                   limits=at_most(p50=8)),
            Figure(name="two hops, gate and answer", unit="ms", runs=_query_times(replica),
                   limits=at_most(p50=60)),
            Figure(name="replica resident", unit="MB", limits=at_most(p50=450),
                   runs=(psutil.Process(replica.pid).memory_info().rss / 2**20,)),
        )  # fmt: skip
        yield Subject(name="analysis", figures=figures, about=about)
    finally:
        replica.kill()


def _view() -> View:
    world = demo(today=TODAY)
    grants = (Grant(role=Role.ANALYST, areas=frozenset({"dk"})),)
    caller = Caller(account="bench", grants=grants)
    return View(
        snapshot_of((*world.nodes.values(), *world.links.values())), caller, TODAY, today=TODAY
    )


def _started(seen: View) -> tuple[tuple[float, ...], Replica]:
    """Return the seconds of each start, and the last replica, which keeps running."""
    seconds = list[float]()
    while True:
        took, replica = timed(lambda: _ready(seen))
        seconds.append(took)
        if len(seconds) == RUNS:
            return tuple(seconds), replica
        replica.kill()
        time.sleep(1)


def _respawned(replica: Replica) -> tuple[tuple[float, ...], Replica]:
    """Return the seconds of each takeover by another process, and the last replica."""

    def taken_over(ended: Replica) -> Replica:
        other = ended.restart()
        warm_up(other)
        return other

    seconds = list[float]()
    for _ in range(RUNS):
        replica.halt()
        took, replica = timed(partial(taken_over, replica))
        seconds.append(took)
    return tuple(seconds), replica


def _ready(seen: View) -> Replica:
    replica, content = start(start_replica, lambda: content_of(seen))
    fill(replica, content)
    return replica


def _fill(replica: Replica, seen: View) -> None:
    content = content_of(seen)
    replica.refill(content.nodes, content.links)


def _query_times(replica: Replica) -> tuple[float, ...]:
    """Return the milliseconds of `ASKED` queries, each through the whole gate."""

    def ask(kind: str) -> None:
        query, given = read_text(TWO_HOPS), {"kind": kind}
        require_plan(replica.explain(query, given, timeout_s=_QUERY_S), query)
        answer = replica.run(
            query, given, timeout_s=_QUERY_S, most_rows=MOST_ROWS, most_bytes=MOST_BYTES
        )
        if not answer.rows:
            raise RuntimeError(f"the demo has no {kind}")

    for kind in KINDS:
        ask(kind)
    kinds = islice(cycle(KINDS), ASKED)
    return tuple(1000 * timed(partial(ask, kind))[0] for kind in kinds)
