"""Asks our search and every peer each need, in turns, and compares their times and costs.

Need by need in one process: all graphs are built, garbage is collected, and then all are asked
in turns, pass after pass. The median over the passes counts for the need.
"""

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Final

from graph.paths.kernel.request import SearchResult
from graph.paths.kernel.search import EngineName
from tests.bench.bolt import NAME as NEO4J
from tests.bench.figures import clocked, no_collection
from tests.bench.limits import (
    ACCOUNT,
    EXPLANATION,
    EXPLANATION_FIRST,
    NONE,
    ONE,
    PLAIN_ENGINE,
    PLAIN_LIST,
    SEARCH,
    SEARCH_COLD,
    SEARCH_EXPLAINED,
    WHOLE,
)
from tests.bench.needs import HAS_COMPILED, Case, cases
from tests.bench.peers import (
    IGRAPH,
    NETWORKX,
    RUSTWORKX,
    SCIPY,
    Peer,
    SearchGraph,
    disagreements,
    filtered_graph,
)

Work = Callable[[], object]
SEED: Final = 1
_DRAWN_AT_MOST: Final = 6  # drawn per need with a path: four of ten have one
COMPILED: Final[EngineName] = "fast" if HAS_COMPILED else "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The extent of a run: `needs` with a path, and those without a path drawn meanwhile.

    `most` limits by name how many needs of either kind a slow search is asked; others get all.
    """

    size: int
    needs: int
    passes: int
    most: Mapping[str, int] = field(default_factory=dict[str, int])

    def asks(self, name: str, number: int) -> bool:
        """Return whether the need of that number, from 0, is asked of the search of that name."""
        return number < self.most.get(name, number + 1)


PLANS: Final = {
    5_000: Plan(size=5_000, needs=150, passes=3, most={NEO4J: 10, ACCOUNT: 60}),
    50_000: Plan(
        size=50_000,
        needs=40,
        passes=3,
        most={NETWORKX.name: 12, SCIPY.name: 12, NEO4J: 0, ACCOUNT: 20},
    ),
    500_000: Plan(
        size=500_000,
        needs=10,
        passes=2,
        most={NETWORKX.name: 3, SCIPY.name: 3, RUSTWORKX.name: 3, NEO4J: 0, ACCOUNT: 10},
    ),
}
"""Neo4j takes minutes to load a graph of 50,000 nodes, which every need requires."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One need: milliseconds by figure; peers take no part where there are no paths."""

    paths: int
    taken: Mapping[str, float]
    filtered: float = 0
    built: Mapping[str, float] = field(default_factory=dict[str, float])
    wrong: int = 0


def measured(plan: Plan, peers: Sequence[Peer]) -> list[Trial]:
    """Return the trials of a plan, drawn until `plan.needs` needs have a path."""
    here = [peer for peer in peers if peer.is_here]
    answered, lost = list[Trial](), list[Trial]()
    for case in cases(plan.size, SEED, _DRAWN_AT_MOST * plan.needs):
        now = [peer for peer in here if plan.asks(peer.name, len(answered))]
        trial = _trial(case, plan.passes, now, is_accounted=plan.asks(ACCOUNT, len(lost)))
        (answered if trial.paths else lost).append(trial)
        if len(answered) == plan.needs:
            break
    return [*answered, *lost]


def _trial(case: Case, passes: int, peers: Sequence[Peer], *, is_accounted: bool) -> Trial:
    """Measure one need; each search runs once untimed first, to find out what to measure."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # igraph: some vertices are out of reach
        result = case.search_plainly(COMPILED)
        filtered, search_graph = clocked(lambda: filtered_graph(case.arc_table()))
        if not result.paths:
            judges = [IGRAPH] if IGRAPH.is_here else []
            wrong = _wrong(
                case, search_graph, result, {peer: peer.build(search_graph) for peer in judges}
            )
            times = _passes(_proofs(case, is_accounted=is_accounted), passes)
            return Trial(paths=0, taken=times, wrong=wrong)
        built = {peer: clocked(lambda peer=peer: peer.build(search_graph)) for peer in peers}
        graphs = {peer: graph for peer, (_, graph) in built.items()}
        different = case.search(COMPILED)
        explained, _ = clocked(lambda: case.explain(different))
        works = {**_searches(case, different), **_questions(search_graph, graphs)}
        return Trial(
            paths=len(different.paths),
            wrong=_wrong(case, search_graph, result, graphs),
            taken={**_passes(works, passes), EXPLANATION_FIRST: 1_000 * explained},
            filtered=1_000 * filtered,
            built={peer.name: 1_000 * seconds for peer, (seconds, _) in built.items()},
        )


def _searches(case: Case, different: SearchResult) -> dict[str, Work]:
    """Return our searches; the first runs on processor caches that the others have filled."""
    look = case.searching(COMPILED)
    works: dict[str, Work] = {
        SEARCH_COLD: look,
        ONE: case.searching_plainly(COMPILED, max_paths=1),
        PLAIN_LIST: case.searching_plainly(COMPILED),
        SEARCH: look,
        SEARCH_EXPLAINED: lambda: case.explain(look()),
        EXPLANATION: lambda: case.explain(different),
        WHOLE: case.answer,
    }
    if HAS_COMPILED:
        works[PLAIN_ENGINE] = case.searching_plainly("plain")
    return works


def _proofs(case: Case, *, is_accounted: bool) -> dict[str, Work]:
    works: dict[str, Work] = {NONE: case.searching(COMPILED)}
    return {**works, ACCOUNT: case.no_path} if is_accounted else works


def _questions(search_graph: SearchGraph, graphs: Mapping[Peer, Any]) -> dict[str, Work]:
    return {
        peer.name: lambda peer=peer, graph=graph: peer.paths(graph, search_graph)
        for peer, graph in graphs.items()
    }


def _passes(works: Mapping[str, Work], passes: int) -> dict[str, float]:
    """Return the median milliseconds of each over the passes; they take turns."""
    seconds: dict[str, list[float]] = {name: [] for name in works}
    with no_collection():
        for _ in range(passes):
            for name, work in works.items():
                seconds[name].append(clocked(work)[0])
    return {name: 1_000 * median(durations) for name, durations in seconds.items()}


def _wrong(
    case: Case, search_graph: SearchGraph, result: SearchResult, graphs: Mapping[Peer, Any]
) -> int:
    return sum(
        disagreements(
            search_graph, peer, peer.paths(graph, search_graph), result, case.ask.max_hops
        )
        for peer, graph in graphs.items()
        if peer.is_weighted
    )
