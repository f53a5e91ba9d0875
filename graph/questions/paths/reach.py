"""How far do the starts come, and whence can a target be reached? For the account of no path.

Over the whole ground of a need at once, in numpy: ways that may meet a node twice, no paths.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graph.questions.paths.ask import Ask
from graph.questions.paths.ground import Ground, Numbers, ground
from graph.questions.paths.rules import Policy
from graph.questions.paths.terrain import Standing, terrain
from graph.view import View

NEVER: Final = 1 << 60
"""What a way costs that is not there; no sum of steps comes near it."""
Reach = Mapping[int, tuple[int, int]]
"""By row: hops and micro-nats of the cheapest way."""


def reached(view: View, policy: Policy, ask: Ask, standing: Standing) -> Reach:
    """Where the cheapest ways of at most `max_hops` hops come to: starts, crossed nodes, targets.

    The cost includes what entering the node costs; a start costs nothing.
    """
    land = ground(terrain(view, policy), policy, ask, standing)
    return _told(land, cheapest_from(land, ask.max_hops))


def reaching(view: View, policy: Policy, ask: Ask, standing: Standing) -> Reach:
    """Whence a target can be reached within `max_hops`, with what entering that node costs too.

    So a way that enters a node over a new lane costs `reached` + the lane + `reaching`. Of several
    modes (stops met, come down or not) the cheapest counts. Starts, never entered, are left out.
    """
    land = ground(terrain(view, policy), policy, ask, standing)
    best = cheapest_to(land, ask.max_hops)[:-1]
    keys = best.reshape(land.modes, land.size).min(axis=0) + 16 * land.fee
    keys[[node for node, _ in land.starts]] = np.iinfo(np.int64).max
    return _told(land, keys)


def cheapest_from(ground: Ground, max_hops: int) -> Numbers:
    """int64[nodes]: 16 * micro-nats + hops of the cheapest way from a start, NEVER where none is.

    O(hops * steps).
    """
    best = np.full(ground.dead + 1, NEVER, np.int64)
    best[[state for _, state in ground.starts]] = 0
    for _ in range(max_hops):
        spent = best[:-1].reshape(ground.modes, ground.size)[:, ground.tail] + ground.step
        after = best.copy()
        np.minimum.at(after, ground.leads, spent)
        after[-1] = NEVER
        best = after
    return best[:-1].reshape(ground.modes, ground.size).min(axis=0)


def cheapest_to(ground: Ground, max_hops: int) -> Numbers:
    """int64[states + 1]: the same of the cheapest way on to a target. O(hops * steps)."""
    best = np.full(ground.dead + 1, NEVER, np.int64)
    goal = np.flatnonzero(ground.targets)
    for mode in ground.goal:
        best[mode * ground.size + goal] = 0
    tails, begins = np.unique(ground.tail, return_index=True)
    for _ in range(max_hops if len(tails) else 0):
        through = np.minimum.reduceat(best[ground.leads] + ground.step, begins, axis=1)
        after = best.copy()
        table = after[:-1].reshape(ground.modes, ground.size)
        table[:, tails] = np.minimum(table[:, tails], through)
        best = after
    return best


def _told(land: Ground, keys: NDArray[np.int64]) -> Reach:
    nodes: list[int] = np.flatnonzero(keys < NEVER).tolist()
    return {
        int(land.walk.row[node]): (int(keys[node]) & 15, int(keys[node]) >> 4) for node in nodes
    }
