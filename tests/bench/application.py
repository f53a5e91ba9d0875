"""Measures seeding, reading, searching and the engine, with the demo in a fresh store."""

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from neo4j import GraphDatabase

from graph.access.policy import LOCAL_OPERATOR
from graph.access.view import View
from graph.paths import Need, find
from graph.paths.path_diff import path_diff
from graph.paths.policy_file import load_policy
from graph.snapshot.snapshot import Snapshot
from graph.store import cypher
from graph.store.codec import read_columns
from graph.store.connection import connect
from graph.store.engine.host import TIDY_S
from graph.store.engine.process import Engine, embedded_engine
from graph.store.location import open_location
from graph.vocabulary import NetworkKind
from seed.loader import load
from tests.bench.figures import Figure, Limit, Subject, at_most, ratios, timed, times
from tests.bench.installation import Installation, installation

FRESH_RUNS = 3  # each in an installation of its own
RUNS = 7
TODAY = date(2026, 11, 25)
AGAINST = date(2027, 6, 15)
COMMAND = ("path", "--from", "PET Forebyggelsescenter", "--to", "Thisted", "--network", "infohus")
_INFOHUS = frozenset({NetworkKind.INFOHOUSE_NETWORK, NetworkKind.INFOHOUSE_MUNICIPALITY})
NEED = Need(on=TODAY, start="aut-pet-fc", area="mun-0787", network=_INFOHUS)
"""The need that the command asks, as ids."""


@dataclass(slots=True)
class _Measured:
    """Seconds and megabytes by name, one value per run."""

    runs: dict[str, list[float]] = field(default_factory=dict[str, list[float]])

    def add(self, name: str, *values: float) -> None:
        """Add one or more runs."""
        self.runs.setdefault(name, []).extend(values)

    def figure(self, name: str, unit: str, limits: tuple[Limit, ...] = ()) -> Figure:
        """Return the figure with this name."""
        return Figure(name=name, unit=unit, runs=tuple(self.runs[name]), limits=limits)


def subjects() -> Iterator[Subject]:
    """Yield the figures of an installation with the demo loaded."""
    yield Subject(name="demo", figures=tuple(_figures()))


def _figures() -> Iterator[Figure]:
    measurements = _Measured()
    for run in range(FRESH_RUNS):
        with installation() as home:
            measurements.add("engine start, empty folder", home.start_s())
            measurements.add("engine resident, just started", home.resident_mb())
            snapshot = _seeded(home, measurements)
            if run == FRESH_RUNS - 1:
                _measure_questions(home, snapshot, measurements)
            measurements.add("engine resident, seeded and in use", home.resident_mb())
            time.sleep(TIDY_S + 1)
            measurements.add("engine resident, seeded and at rest", home.resident_mb())
            measurements.add("engine stop", home.stop_s())
    yield measurements.figure("seeding into an empty store", "s", at_most(p50=15))
    yield measurements.figure("second seeding run", "s", at_most(p50=5))
    yield measurements.figure("snapshot of it", "s", at_most(p50=0.5))
    yield measurements.figure("a path on it, new View each time", "s", at_most(p50=0.5))
    yield measurements.figure(
        "its paths on two dates compared, new Views each time", "s", at_most(p50=0.2)
    )
    yield measurements.figure("kontaktvej path, engine running", "s", at_most(p50=1.5))
    yield measurements.figure("engine start, empty folder", "s", at_most(p50=8))
    yield measurements.figure("engine stop", "s", at_most(p50=1))
    yield measurements.figure("engine resident, just started", "MB", at_most(p50=450))
    yield measurements.figure("engine resident, seeded and in use", "MB")
    yield measurements.figure("engine resident, seeded and at rest", "MB", at_most(p50=450))
    yield measurements.figure("read row by row / as columns", "×")


def _seeded(home: Installation, measurements: _Measured) -> Snapshot:
    now = datetime.now(UTC)
    with open_location(home.place) as store:
        for name in ("seeding into an empty store", "second seeding run"):
            measurements.add(name, timed(lambda: load(store, now=now, today=TODAY))[0])
        measurements.add("snapshot of it", *times(store.load, RUNS))
        return store.load()


def _measure_questions(home: Installation, snapshot: Snapshot, measurements: _Measured) -> None:
    policy = load_policy()

    def ask() -> None:
        answer = find(View(snapshot, LOCAL_OPERATOR, TODAY, today=TODAY), NEED, policy)
        if not answer.paths:
            raise RuntimeError("the demo has no path for the example")

    measurements.add("a path on it, new View each time", *times(ask, RUNS))

    def compare() -> None:
        before, after = (View(snapshot, LOCAL_OPERATOR, on, today=TODAY) for on in (TODAY, AGAINST))
        if not path_diff(before, after, NEED, policy).paths:
            raise RuntimeError("the demo has no path for the example")

    measurements.add("its paths on two dates compared, new Views each time", *times(compare, RUNS))
    home.command_s(*COMMAND)  # the first call writes byte code
    commands = [home.command_s(*COMMAND) for _ in range(RUNS)]
    measurements.add("kontaktvej path, engine running", *commands)
    with embedded_engine(home.place.engine_home) as engine:
        measurements.add("read row by row / as columns", *_reading_ratios(engine))


def _reading_ratios(engine: Engine) -> tuple[float, ...]:
    """Return the time to read the store row by row (the usual way) / as columns, run by run."""
    rows, columns = list[float](), list[float]()
    with (
        connect(engine.uri, user=engine.user, password=engine.password) as connection,
        closing(GraphDatabase.driver(engine.uri, auth=(engine.user, engine.password))) as driver,
    ):
        for _ in range(RUNS):
            rows.append(timed(lambda: _rows(driver))[0])
            columns.append(timed(lambda: connection.read(_columns))[0])
    return ratios(rows, columns)


def _columns(tx: Any) -> object:
    return read_columns(tx, cypher.ALL_NODES, cypher.ALL_LINKS)


def _rows(driver: Any) -> object:
    with driver.session() as session:
        nodes = [dict(record["node"]) for record in session.run(_NODES)]
        links = [
            (record["source"], record["target"], dict(record["link"]))
            for record in session.run(_LINKS)
        ]
    return nodes, links


_NODES = "MATCH (node) WHERE NOT node:Change AND NOT node:ChangeSet RETURN node"
_LINKS = f"""
MATCH (source)-[link:{"|".join(cypher.TYPES)}]->(target)
RETURN source.id AS source, target.id AS target, link
"""
