"""Neo4j's own `SHORTEST k` as a peer, queried over Bolt in a scratch engine of ours.

Its pattern counts hops and takes no weights, so its paths differ from ours: its times are reported
without limits. The engine holds one graph at a time.
"""

from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from typing import Any, Final

from neo4j import GraphDatabase

from graph.store.engine.process import embedded_engine
from tests.bench.installation import installation
from tests.bench.peers import Peer, SearchGraph, States

NAME: Final = "Neo4j SHORTEST 5, over Bolt"
ANSWERS: Final = "`SHORTEST 5` in Cypher: five paths by hops alone, it takes no weights"
_BATCH: Final = 10_000
_INDEX: Final = "CREATE INDEX states IF NOT EXISTS FOR (state:State) ON (state.number)"
_AWAIT: Final = "CALL db.awaitIndexes()"
_CLEAR: Final = "MATCH (state:State) CALL (state) { DETACH DELETE state } IN TRANSACTIONS"
_STATES: Final = "UNWIND range(0, $count - 1) AS number CREATE (:State {number: number})"
_STEPS: Final = """
UNWIND $steps AS step
MATCH (tail:State {number: step[0]}), (head:State {number: step[1]})
CREATE (tail)-[:STEP]->(head)
"""
_PATHS: Final = """
MATCH path = SHORTEST 5 (source:State {number: $source})-[:STEP]->+(sink:State {number: $sink})
RETURN [state IN nodes(path) | state.number] AS states
"""


@contextmanager
def neo4j_peer() -> Generator[Peer]:
    """Yield the Neo4j peer while its engine runs."""
    with (
        installation() as home,
        embedded_engine(home.place.engine_home) as engine,
        closing(GraphDatabase.driver(engine.uri, auth=(engine.user, engine.password))) as driver,
        driver.session() as session,
    ):
        session.run(_INDEX).consume()
        yield Peer(
            name=NAME,
            package="neo4j",
            answers=ANSWERS,
            build=partial(_load, session),
            paths=_paths,
            is_weighted=False,
        )


def _load(session: Any, search_graph: SearchGraph) -> Any:
    session.run(_CLEAR).consume()
    session.run(_STATES, count=search_graph.count).consume()
    steps = list(zip(search_graph.tail.tolist(), search_graph.head.tolist(), strict=True))
    for first in range(0, len(steps), _BATCH):
        session.run(_STEPS, steps=steps[first : first + _BATCH]).consume()
    session.run(_AWAIT).consume()
    return session


def _paths(session: Any, search_graph: SearchGraph) -> Sequence[States]:
    return [
        record["states"]
        for record in session.run(_PATHS, source=search_graph.source, sink=search_graph.sink)
    ]
