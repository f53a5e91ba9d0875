"""How long does it take to draw the larger graphs, and to make a Snapshot of them?"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import count

from graph.access import LOCAL_OPERATOR
from graph.questions.paths.policy import load_policy
from graph.questions.paths.terrain import terrain
from graph.snapshot import Snapshot, build
from graph.view import View
from seed.scale import ON, columns
from tests.bench.figures import Figure, Limit, Subject, at_most, times

SEED = 1
RUNS = {5_000: 5, 50_000: 3, 500_000: 2}
_ENTERED = {5_000: at_most(p50=15), 50_000: at_most(p50=90), 500_000: at_most(p50=1_300)}
"""Milliseconds: the sum of a Walk and a Terrain in paths.md §5."""


def subjects(sizes: Iterable[int]) -> Iterator[Subject]:
    """Without a database; 500,000 nodes take a minute a run."""
    for size in sizes:
        figures = tuple(_figures(size, RUNS[size]))
        yield Subject(
            name=f"scale {size // 1_000}k", figures=figures, about={"size": size, "seed": SEED}
        )


def _figures(size: int, runs: int) -> Iterator[Figure]:
    yield _figure("columns drawn", times(lambda: columns(size, SEED), runs))
    raw = columns(size, SEED)
    yield _figure("snapshot built", times(lambda: build(raw, 1), runs))
    snapshot = build(raw, 1)
    days = count()  # a Walk is kept for its date, so each run asks about another one
    entered = times(lambda: _entered(snapshot, ON - timedelta(days=next(days))), runs)
    yield _figure("Walk and Terrain of a new date", entered, _ENTERED[size])


def _figure(name: str, seconds: tuple[float, ...], limits: tuple[Limit, ...] = ()) -> Figure:
    return Figure(name=name, unit="ms", runs=tuple(1_000 * one for one in seconds), limits=limits)


def _entered(snapshot: Snapshot, on: date) -> object:
    view = View(snapshot, LOCAL_OPERATOR, on, today=ON)
    return terrain(view, load_policy())
