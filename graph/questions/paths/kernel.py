"""Which paths lead from the starts to the targets, cheapest first? The way into the search.

Source: paths.md §1 (what a path is, what it costs, their order) and §3 (how they are found).
"""

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from graph.lanes import LaneRules
from graph.questions.paths.ask import (
    Ask,
    Direction,
    Fewer,
    FewerWhy,
    Found,
    FoundHop,
    FoundPath,
    Parts,
)
from graph.questions.paths.diversity import Diverse, diverse
from graph.questions.paths.ground import Ground, ground
from graph.questions.paths.kernel_plain import NEVER, Nodes, completions
from graph.questions.paths.reach import cheapest_from
from graph.questions.paths.rules import Policy
from graph.questions.paths.terrain import rules_of, terrain
from graph.tables import MISSING
from graph.view import View

__all__ = [
    "Ask", "Direction", "Fewer", "FewerWhy", "Found", "FoundHop", "FoundPath", "Parts",
    "reached", "reaching", "search",
]  # fmt: skip

Standing = NDArray[np.int32]
"""By row of the View: micro-nats for entering a post, 0 for what is no post, -1: nobody answers."""
Reach = Mapping[int, tuple[int, int]]
"""By row: hops and micro-nats of the cheapest way."""


def search(view: View, policy: Policy, ask: Ask, standing: Standing) -> Found:
    """The best paths in their total order: (cost, hops, ids of nodes, ids of links)."""
    land = ground(terrain(view, policy), policy, ask, standing)
    sole = [row for item in ask.via if len(item) == 1 for row in item]
    found = diverse(
        land,
        max_paths=ask.max_paths,
        max_hops=ask.max_hops,
        overlap_percent=ask.overlap_percent,
        exempt=frozenset(int(land.walk.number[row]) for row in sole),
        max_pops=policy.budget.pops,
    )
    return Found(
        paths=tuple(_path(view, policy, land, nodes) for nodes in found.paths),
        is_exact=not found.is_cut_off,
        is_cut_off=found.is_cut_off,
        fewer=_fewer(land, found),
    )


def reached(view: View, policy: Policy, ask: Ask, standing: Standing) -> Reach:
    """Where the cheapest ways of at most `max_hops` hops come to: starts, crossed nodes, targets.

    The cost includes what entering the node costs; a start costs nothing.
    """
    land = ground(terrain(view, policy), policy, ask, standing)
    return _reach(land, cheapest_from(land, ask.max_hops))


def reaching(view: View, policy: Policy, ask: Ask, standing: Standing) -> Reach:
    """Whence a target can be reached within `max_hops`, with what entering that node costs too.

    So a way that enters a node over a new lane costs `reached` + the lane + `reaching`. Of several
    modes (stops met, come down or not) the cheapest counts. Starts, never entered, are left out.
    """
    land = ground(terrain(view, policy), policy, ask, standing)
    best = completions(land, ask.max_hops)[-1][:-1]
    keys = best.reshape(land.modes, land.size).min(axis=0) + 16 * land.fee
    keys[[node for node, _ in land.starts]] = np.iinfo(np.int64).max
    return _reach(land, keys)


def _reach(land: Ground, keys: NDArray[np.int64]) -> Reach:
    nodes: list[int] = np.flatnonzero(keys < NEVER).tolist()
    return {
        int(land.walk.row[node]): (int(keys[node]) & 15, int(keys[node]) >> 4) for node in nodes
    }


def _fewer(land: Ground, found: Diverse) -> Fewer | None:
    if found.why is None:
        return None
    node = found.bottleneck
    return Fewer(why=found.why, bottleneck=None if node is None else int(land.walk.row[node]))


def _path(view: View, policy: Policy, land: Ground, nodes: Nodes) -> FoundPath:
    rules = rules_of(view, policy)
    return FoundPath(
        rows=tuple(int(land.walk.row[node]) for node in nodes),
        hops=tuple(_hop(view, rules, land, tail, head) for tail, head in pairwise(nodes)),
    )


def _hop(view: View, rules: LaneRules, land: Ground, tail: int, head: int) -> FoundHop:
    walk = land.walk
    lane, *others = land.parallels(land.step_between(tail, head))
    facts = view.lane_facts(walk, rules, lane)
    parts = facts.parts
    also = dict.fromkeys(view.lane_facts(walk, rules, other).link for other in others)
    carriers = (hold for hold in (facts.tail_hold, facts.head_hold) if hold >= 0)
    return FoundHop(
        source=int(walk.row[tail]),
        target=int(walk.row[head]),
        link=facts.link,
        carriers=tuple(view.source(hold) for hold in carriers),
        also=tuple(other for other in also if other != facts.link),
        parts=Parts(
            type=parts[0], strength=parts[1], freshness=parts[2], response=parts[3], gate=parts[4]
        ),
        hub=int(land.hub[head]),
        standing=int(land.standing[head]),
        fit=int(land.fit[head]),
        days=None if facts.days == MISSING else facts.days,
        is_older_than_holder=facts.is_older_than_holder,
    )
