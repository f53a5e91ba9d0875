"""Who is central, in which sense? By networkx; by networkit where the graph is too large for it.

Without networkit (the extra `[metrics]`) a large graph is walked from some of its nodes alone,
drawn with a seed: for all 1,500 of the demo networkx takes six times as long, for 5,000 minutes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from random import Random
from typing import Any, Final, cast

import numpy as np

from graph.questions.working_graph import WorkingGraph

FEWEST_PIVOTS, MOST_PIVOTS = 64, 256
WALKED: Final = 1_500_000  # nodes and links; networkx walks along so many in about a second
WALKED_FAST: Final = 100_000_000  # so many networkit
SEED: Final = 1


@dataclass(frozen=True, slots=True)
class Measured:
    """What a method gave: a value for each number, or parts, or one value.

    `method`: another than the usual one. `sampled`: so many nodes were walked from; None: all.
    """

    values: Mapping[int, float] | None = None
    parts: tuple[frozenset[int], ...] = ()
    value: float | None = None
    parameters: Mapping[str, int] | None = None
    sampled: int | None = None
    method: str | None = None


def degree(working: WorkingGraph) -> Measured:
    """With how many others each is joined."""
    degrees = list(working.graph.degree)
    return Measured(values={number: float(count) for number, count in degrees})


def betweenness(working: WorkingGraph) -> Measured:
    """The share of shortest walks between two others that pass each."""
    import networkx as nx

    count = _sample_size(working)
    if count is not None and (exact := _by_networkit(working, "Betweenness")) is not None:
        return exact
    asked = {} if count is None else {"k": count, "seed": SEED}
    found = cast("Any", nx).betweenness_centrality(working.graph, **asked)
    return Measured(values=_floats(found), parameters=asked, sampled=count)


def harmonic(working: WorkingGraph) -> Measured:
    """The mean of 1 / hops to all others; nothing leads there: 0."""
    import networkx as nx

    size, count = len(working.rows), _sample_size(working)
    if count is not None and (exact := _by_networkit(working, "HarmonicCloseness")) is not None:
        return exact
    sources = None if count is None else Random(SEED).sample(range(size), count)  # noqa: S311 - no secret
    found = _floats(cast("Any", nx).harmonic_centrality(working.graph, sources=sources))
    all_of = (size if count is None else count) / size if size else 1.0
    share = 1 / (all_of * max(size - 1, 1))
    return Measured(
        values={number: value * share for number, value in found.items()},
        parameters={} if count is None else {"sources": count, "seed": SEED},
        sampled=count,
    )


def _sample_size(working: WorkingGraph) -> int | None:
    """From how many nodes networkx walks in about a second; None: from all of them."""
    size = len(working.rows)
    count = WALKED // max(size + len(working.pairs), 1)
    return None if count >= size else max(FEWEST_PIVOTS, min(count, MOST_PIVOTS))


def _by_networkit(working: WorkingGraph, kind: str) -> Measured | None:
    """Counted from all nodes; None where it is not installed, or would take long, too.

    With one thread: by several, sums are added up in another order each time.
    """
    size, pairs = len(working.rows), np.array([*working.pairs], dtype=np.int64).reshape(-1, 2)
    if size * (size + len(pairs)) > WALKED_FAST:
        return None
    try:
        networkit: Any = import_module("networkit")
    except ImportError:
        return None
    networkit.setNumberOfThreads(1)
    links = (np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1]))
    graph = networkit.GraphFromCoo(links, n=size, weighted=False, directed=False)
    scores: list[float] = getattr(networkit.centrality, kind)(graph, normalized=True).run().scores()
    return Measured(values=dict(enumerate(scores)), method=f"networkit.{kind}")


def _floats(found: Mapping[int, float]) -> dict[int, float]:
    return {number: float(found[number]) for number in sorted(found)}
