"""How long does it take to draw the larger graphs and to enter them, and what do they weigh?"""

import gc
import tracemalloc
from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import date, timedelta
from itertools import count
from typing import Any, Final

import numpy as np

from graph.access import LOCAL_OPERATOR
from graph.questions.paths.policy import load_policy
from graph.questions.paths.rules import Policy
from graph.questions.paths.terrain import Terrain, terrain
from graph.snapshot import Snapshot, build
from graph.view import View
from seed.scale import ON, columns
from tests.bench.figures import Figure, Limit, Subject, at_most, times

SEED = 1
RUNS: Final = {5_000: 5, 50_000: 3, 500_000: 2}
_MB: Final = 2**20
DRAWN, BUILT, ENTERED = "columns drawn", "snapshot built", "Walk and Terrain of a new date"
SNAPSHOT, WALK = "snapshot in memory", "Walk in memory"
GOALS: Final[dict[int, dict[str, tuple[Limit, ...]]]] = {
    5_000: {ENTERED: at_most(p50=15)},
    50_000: {ENTERED: at_most(p50=90), SNAPSHOT: at_most(p50=200), WALK: at_most(p50=12)},
    500_000: {ENTERED: at_most(p50=1_300), WALK: at_most(p50=110)},
}
"""Milliseconds and megabytes; source: issue 4, "Figures", and the sums of paths.md §5."""


def subjects(sizes: Iterable[int]) -> Iterator[Subject]:
    """Without a database; 500,000 nodes take a minute a run."""
    for size in sizes:
        figures = tuple(_figures(size, RUNS[size]))
        yield Subject(
            name=f"scale {size // 1_000}k", figures=figures, about={"size": size, "seed": SEED}
        )


def _figures(size: int, runs: int) -> Iterator[Figure]:
    yield from _made(size, runs)
    yield _memory(size, SNAPSHOT, _snapshot_bytes(size))


def _made(size: int, runs: int) -> Iterator[Figure]:
    yield _time(size, DRAWN, times(lambda: columns(size, SEED), runs))
    raw = columns(size, SEED)
    yield _time(size, BUILT, times(lambda: build(raw, 1), runs))
    snapshot = build(raw, 1)
    policy = load_policy()
    days = count()  # a Walk is kept for its date, so each run asks about another one
    entered = times(lambda: _entered(snapshot, policy, ON - timedelta(days=next(days))), runs)
    yield _time(size, ENTERED, entered)
    yield _memory(size, WALK, _array_bytes(_entered(snapshot, policy, ON).walk))


def _time(size: int, name: str, seconds: Iterable[float]) -> Figure:
    return _figure(size, name, "ms", [1_000 * one for one in seconds])


def _memory(size: int, name: str, size_bytes: int) -> Figure:
    return _figure(size, name, "MB", [size_bytes / _MB])


def _figure(size: int, name: str, unit: str, runs: Iterable[float]) -> Figure:
    return Figure(name=name, unit=unit, runs=tuple(runs), limits=GOALS[size].get(name, ()))


def _entered(snapshot: Snapshot, policy: Policy, on: date) -> Terrain:
    return terrain(View(snapshot, LOCAL_OPERATOR, on, today=ON), policy)


def _array_bytes(holder: Any) -> int:
    """What the arrays of a dataclass weigh."""
    held = (getattr(holder, one.name) for one in fields(holder))
    return sum(one.nbytes for one in held if isinstance(one, np.ndarray))


def _snapshot_bytes(size: int) -> int:
    """What is left in memory of drawing and building one; the columns it reads are part of it."""
    gc.collect()
    tracemalloc.start()
    kept = build(columns(size, SEED), 1)
    gc.collect()
    weighed, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del kept
    return weighed
