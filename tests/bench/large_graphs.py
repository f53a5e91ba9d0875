"""Measures the time to draw, load, change and enter large graphs, and their memory."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from functools import partial
from typing import Final

from graph.access.policy import LOCAL_OPERATOR
from graph.access.view import View
from graph.model import HopLink
from graph.paths.kernel.caller_graph import caller_graph_of
from graph.paths.policy import arc_rules
from graph.paths.policy_file import load_policy
from graph.questions.coverage_matrix import CoverageMatrix, MatrixColumns, coverage_matrix
from graph.snapshot.arc_graph import ArcGraph, arc_graph_on
from graph.snapshot.field_types import date_to_day
from graph.snapshot.incremental import apply_changes
from graph.snapshot.snapshot import Snapshot, build
from graph.vocabulary import LinkType
from seed.scale import ON, columns
from tests.bench.figures import Figure, Limit, Subject, at_most, times
from tests.bench.sizes import MB, as_stored, deep_bytes, resident_mb

SEED: Final = 1
COLUMNS, SNAPSHOT = "columns drawn", "snapshot built"
FIRST_DATE = "all arcs, and a first ArcGraph and CallerGraph"
NEW_DATE = "ArcGraph and CallerGraph of a new date"
VERIFIED, CREATED = "one link verified", "one link created"
ARC_GRAPH_BYTES = "bytes of an ArcGraph"
SNAPSHOT_BYTES = "bytes of a Snapshot, its arcs and an ArcGraph"
PROCESS_MEMORY = "memory they add to a process"
MATRIX = "coverage of every municipality × 4 networks, of a new View"
_FOUR: Final = ("SSP", "PSP_OPERATIONAL", "KSP", "INFOHOUSE_MUNICIPALITY")
_CHECKS: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class _Size:
    """Number of runs and limits for a size."""

    runs: int
    limits: dict[str, tuple[Limit, ...]]


SIZES: Final = {
    5_000: _Size(runs=15, limits={NEW_DATE: at_most(p50=15), MATRIX: at_most(p50=300)}),
    50_000: _Size(
        runs=9,
        limits={
            NEW_DATE: at_most(p50=90),
            VERIFIED: at_most(p50=200),
            ARC_GRAPH_BYTES: at_most(p50=12),
            SNAPSHOT_BYTES: at_most(p50=200),
            PROCESS_MEMORY: at_most(p50=200),
            MATRIX: at_most(p50=3_000),
        },
    ),
    500_000: _Size(
        runs=2, limits={NEW_DATE: at_most(p50=1_300), ARC_GRAPH_BYTES: at_most(p50=110)}
    ),
}
"""Milliseconds and megabytes."""


def subjects(sizes: Iterable[int]) -> Iterator[Subject]:
    """Yield one subject per size, without a database; 500,000 nodes take a minute per run."""
    for size in sizes:
        about = {"size": size, "seed": SEED}
        yield Subject(name=f"scale {size // 1_000}k", figures=tuple(_figures(size)), about=about)


def _figures(size: int) -> Iterator[Figure]:
    time, runs = partial(_time, size), SIZES[size].runs
    yield time(COLUMNS, times(lambda: columns(size, SEED), min(3, runs)))
    raw = columns(size, SEED)
    yield time(SNAPSHOT, times(lambda: build(raw, 1), runs))
    snapshot = build(raw, 1)
    views = [_view(snapshot, ON - timedelta(days)) for days in range(runs + 1)]
    yield time(FIRST_DATE, times(lambda: _arc_graph(views.pop()), 1))
    yield time(NEW_DATE, times(lambda: _arc_graph(views.pop()), runs))
    views = [_view(snapshot, ON) for _ in range(runs)]
    yield time(MATRIX, times(lambda: _coverage(views.pop()), runs))
    yield from _changes(size, snapshot)
    yield _memory(size, ARC_GRAPH_BYTES, _graph_mb(_arc_graph(_view(snapshot, ON))))
    yield _memory(size, SNAPSHOT_BYTES, deep_bytes(loaded_snapshot(size)) / MB)
    yield _memory(size, PROCESS_MEMORY, resident_mb(partial(loaded_snapshot, size)))


def _changes(size: int, snapshot: Snapshot) -> Iterator[Figure]:
    """Yield the time from a revision until the date's ArcGraph is rebuilt, by kind of change."""
    runs = SIZES[size].runs
    hops = _hops(snapshot)
    checks = [replace(next(hops), verified_on=ON, verified_by="anna") for _ in range(_CHECKS)]
    news = [replace(next(hops), id=f"new-{number}") for number in range(runs)]
    rules, day = arc_rules(load_policy()), date_to_day(ON)
    arc_graph_on(snapshot, day, rules)

    def apply_next(links: Iterator[HopLink]) -> None:
        arc_graph_on(apply_changes(snapshot, [next(links)], 2), day, rules)

    yield _time(size, VERIFIED, times(partial(apply_next, iter(checks)), _CHECKS))
    yield _time(size, CREATED, times(partial(apply_next, iter(news)), runs))


def _hops(snapshot: Snapshot) -> Iterator[HopLink]:
    table = snapshot.tables[LinkType.REFERS_TO]
    links = (snapshot.link(int(row)) for row in table.rows)
    return (link for link in links if isinstance(link, HopLink) and link.valid_to is None)


def _time(size: int, name: str, seconds: Iterable[float]) -> Figure:
    return _figure(size, name, "ms", [1_000 * duration for duration in seconds])


def _memory(size: int, name: str, megabytes: float) -> Figure:
    return _figure(size, name, "MB", [megabytes])


def _figure(size: int, name: str, unit: str, runs: Iterable[float]) -> Figure:
    limits = SIZES[size].limits.get(name, ())
    return Figure(name=name, unit=unit, runs=tuple(runs), limits=limits)


def _view(snapshot: Snapshot, on: date) -> View:
    return View(snapshot, LOCAL_OPERATOR, on, today=ON)


def _arc_graph(view: View) -> ArcGraph:
    return caller_graph_of(view, load_policy()).arc_graph


def _coverage(view: View) -> CoverageMatrix:
    return coverage_matrix(view, MatrixColumns.NETWORK, heads=_FOUR)


def _graph_mb(graph: ArcGraph) -> float:
    arrays = (getattr(graph, field.name) for field in fields(graph) if field.name != "day")
    return sum(array.nbytes for array in arrays) / MB


def loaded_snapshot(nodes: int) -> Snapshot:
    """Return a Snapshot as loaded from a database, with its Arcs and an ArcGraph."""
    snapshot = build(as_stored(columns(nodes, SEED)), 1)
    _arc_graph(_view(snapshot, ON))
    return snapshot
