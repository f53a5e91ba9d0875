"""How fast is our search beside networkx, which is given the filtered graph and no rules at all?

Its problem is the easier one: no hop limit, no diversity, parallels removed, `via` and direction
as a product copy. Costs must agree wherever its best path has as few hops as ours may have.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Any, cast

import networkx
import numpy as np

from graph.access import LOCAL_OPERATOR
from graph.questions.paths.ask import Ask, Direction
from graph.questions.paths.ground import Ground, ground
from graph.questions.paths.kernel import search
from graph.questions.paths.policy import load_policy
from graph.questions.paths.resolve import standing
from graph.questions.paths.rules import Policy
from graph.questions.paths.terrain import terrain
from graph.snapshot import build
from graph.view import View
from graph.vocabulary import Label, NetworkKind
from seed.scale import ON, DrawnNeed, columns, needs
from tests.bench.figures import Figure, timed

SIZE, SEED, COUNT, PATHS = 5_000, 1, 24, 5
_SUBJECT = f"search {SIZE // 1_000}k"
_START, _STOP = -1, -2
_networkx = cast("Any", networkx)  # it has no types


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trial:
    """Seconds of one need: ours with its filtering, theirs without and with theirs."""

    ours: float
    searched: float
    prepared: float
    has_path: bool
    is_equal: bool


def figures() -> Iterator[Figure]:
    """Per need; needs without a path are reported apart and no ratio counts them."""
    snapshot = build(columns(SIZE, SEED), 1)
    view, policy = View(snapshot, LOCAL_OPERATOR, ON, today=ON), load_policy()
    trials = [_trial(view, policy, ask_of(view, need)) for need in needs(SIZE, SEED, COUNT)]
    found = [one for one in trials if one.has_path]
    lost = [one for one in trials if not one.has_path]
    yield _figure("5 paths, plain search", "s", [one.ours for one in found])
    yield _figure("no path, plain search", "s", [one.ours for one in lost])
    yield _figure(
        "networkx, already filtered / ours", "×", [one.searched / one.ours for one in found]
    )
    yield _figure(
        "networkx, filtered and built / ours",
        "×",
        [(one.prepared + one.searched) / one.ours for one in found],
    )
    wrong = sum(not one.is_equal for one in trials)
    yield Figure(
        subject=_SUBJECT, name="costs that disagree", unit="", runs=(float(wrong),), at_most=0
    )


def _figure(name: str, unit: str, runs: list[float]) -> Figure:
    return Figure(subject=_SUBJECT, name=name, unit=unit, runs=tuple(runs))


def ask_of(view: View, need: DrawnNeed) -> Ask:
    """A drawn need in rows; the direction is that of AUTO."""
    starts = tuple(view.row(one) for one in need.start)
    targets = {view.row(one): 0 for one in need.target if view.row(one) not in starts}
    return Ask(
        starts=starts,
        targets=targets,
        direction=_direction(view, starts, tuple(targets)),
        max_hops=need.max_hops,
        max_paths=PATHS,
        overlap_percent=100,
        levels=frozenset({need.level}) if need.level else frozenset(),
        is_named=need.is_named,
        via=(_networks(view, need.via),) if need.via else (),
    )


def _direction(view: View, starts: tuple[int, ...], targets: tuple[int, ...]) -> Direction:
    above, below = (min(view.nodes.height[list(rows)]) for rows in (starts, targets))
    if above == below:
        return Direction.ACROSS
    return Direction.DOWN if above < below else Direction.UP


def _networks(view: View, kinds: frozenset[NetworkKind]) -> frozenset[int]:
    is_one = view.visible & (view.nodes.label == Label.NETWORK.code)
    is_one &= np.isin(view.nodes.kind, [kind.code for kind in kinds])
    return frozenset(np.flatnonzero(is_one).tolist())


def _trial(view: View, policy: Policy, ask: Ask) -> _Trial:
    """What is true of all needs alike is made before the clock runs."""
    land_of, stand = terrain(view, policy), standing(view, policy)
    ours, found = timed(lambda: search(view, policy, ask, stand))
    land = ground(land_of, policy, ask, stand)
    prepared, graph = timed(lambda: _peer(ground(land_of, policy, ask, stand)))
    searched, paths = timed(lambda: _paths(graph))
    mine = found.paths[0].cost if found.paths else None
    theirs = _cost(graph, paths[0]) if paths else None
    is_judged = not paths or _is_ours_too(paths[0], land.size, ask.max_hops)
    return _Trial(
        ours=ours,
        searched=searched,
        prepared=prepared,
        has_path=bool(found.paths),
        is_equal=mine == theirs or not is_judged,
    )


def _peer(land: Ground) -> Any:
    """States and steps of a need, between one node before all starts and one behind all targets."""
    graph = _networkx.DiGraph()
    costs: list[int] = (land.step // 16).tolist()
    for mode, heads in enumerate(land.leads):
        tails: list[int] = (land.tail + mode * land.size).tolist()
        steps = zip(tails, cast("list[int]", heads.tolist()), costs, strict=True)
        graph.add_weighted_edges_from(step for step in steps if step[1] != land.dead)
    goals: list[int] = np.flatnonzero(land.targets).tolist()
    stops = [node + mode * land.size for node in goals for mode in land.goal]
    graph.add_weighted_edges_from((_START, state, 0) for _, state in land.starts)
    graph.add_weighted_edges_from((stop, _STOP, 0) for stop in stops)
    return graph


def _paths(graph: Any) -> list[list[int]]:
    found = _networkx.shortest_simple_paths(graph, _START, _STOP, weight="weight")
    try:
        return list(islice(found, PATHS))
    except (_networkx.NetworkXNoPath, _networkx.NodeNotFound):
        return []


def _cost(graph: Any, path: list[int]) -> int:
    return sum(graph[tail][head]["weight"] for tail, head in pairwise(path))


def _is_ours_too(path: list[int], size: int, max_hops: int) -> bool:
    """Is it short enough, and simple in nodes too and not in states alone?"""
    nodes = [state % size for state in path[1:-1]]
    return len(nodes) - 1 <= max_hops and len(set(nodes)) == len(nodes)
