"""How long does it take to draw the larger graphs, and to make a Snapshot of them?"""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count

from graph.access import LOCAL_OPERATOR
from graph.questions.paths.policy import load_policy
from graph.questions.paths.terrain import terrain
from graph.snapshot import Snapshot, build
from graph.view import View
from seed.scale import ON, columns
from tests.bench.figures import Figure, times

SEED = 1
SIZES = {5_000: 5, 50_000: 3}
"""Runs of each size; 500,000 takes a minute a run and is left to hand."""


def figures() -> Iterator[Figure]:
    """Without a database."""
    for size, runs in SIZES.items():
        yield from _of_size(size, runs)


def _of_size(size: int, runs: int) -> Iterator[Figure]:
    subject = f"scale {size // 1_000}k"
    yield _figure(subject, "columns drawn", times(lambda: columns(size, SEED), runs))
    raw = columns(size, SEED)
    yield _figure(subject, "snapshot built", times(lambda: build(raw, 1), runs))
    snapshot = build(raw, 1)
    days = count()  # a Walk is kept for its date, so each run asks about another one
    entered = times(lambda: _entered(snapshot, ON - timedelta(days=next(days))), runs)
    yield _figure(subject, "Walk and Terrain of a new date", entered)


def _figure(subject: str, name: str, runs: tuple[float, ...]) -> Figure:
    return Figure(subject=subject, name=name, unit="s", runs=runs)


def _entered(snapshot: Snapshot, on: date) -> object:
    view = View(snapshot, LOCAL_OPERATOR, on, today=ON)
    return terrain(view, load_policy())
