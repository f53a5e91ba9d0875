"""What one need may walk: its starts and targets, the lanes it is permitted, each step's cost.

A step is a lane with what entering its head costs besides; parallel lanes collapse to the cheapest.
A state is a node and a mode: how many items of `via` are met and, going across, whether the path
has come down yet. State = mode * nodes + node.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from graph.lane_costs import CLIMBS, FALLS
from graph.lane_ends import Flags
from graph.lanes import Walk, is_new_pair, tails
from graph.questions.paths.ask import Ask, Direction
from graph.questions.paths.painting import REFUSED, classes
from graph.questions.paths.rules import Policy
from graph.questions.paths.terrain import Terrain

Numbers = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Ground:
    """The steps of one need, sorted by tail and head; nodes are numbers of the Walk.

    `step` is 16 * micro-nats + 1. `lane` is the cheapest of each step's lanes, the next ones of
    `lanes[first]` its parallels. `leads[mode]` is the state a step leads to, or `dead`.
    """

    walk: Walk
    tail: Numbers
    head: Numbers
    step: Numbers
    lanes: NDArray[np.intp]
    first: NDArray[np.intp]
    leads: Numbers
    starts: tuple[tuple[int, int], ...]  # (node, state)
    targets: Flags
    hub: Numbers
    standing: Numbers
    fit: Numbers
    goal: tuple[int, ...]  # the modes in which a target ends a path

    @property
    def size(self) -> int:
        """How many nodes there are."""
        return len(self.targets)

    @property
    def modes(self) -> int:
        """How many modes a node can be in."""
        return len(self.leads)

    @property
    def dead(self) -> int:
        """The state no path can be in."""
        return self.modes * self.size

    @cached_property
    def fee(self) -> Numbers:
        """Micro-nats for entering a node: hub (interior), standing, fit (target)."""
        return self.hub + self.standing + self.fit

    @cached_property
    def bounds(self) -> list[int]:
        """The steps of node v are `bounds[v]` to `bounds[v + 1]`."""
        found: list[int] = np.searchsorted(self.tail, np.arange(self.size + 1)).tolist()
        return found

    def step_between(self, tail: int, head: int) -> int:
        """The step from a node to its neighbor."""
        low, high = self.bounds[tail], self.bounds[tail + 1]
        return low + int(np.searchsorted(self.head[low:high], head))

    def parallels(self, step: int) -> list[int]:
        """The lanes of a step, the cheapest first."""
        end = self.first[step + 1] if step + 1 < len(self.first) else len(self.lanes)
        found: list[int] = self.lanes[self.first[step] : end].tolist()
        return found


def ground(terrain: Terrain, policy: Policy, ask: Ask, standing: NDArray[np.int32]) -> Ground:
    """Paints the Terrain for one need; `standing` is by row of the View, -1: nobody answers."""
    walk, all_tails = terrain.walk, tails(terrain.walk)
    stand = standing[walk.row].astype(np.int64)
    starts, crossed, targets = _roles(terrain, ask, stand)
    kinds = classes(policy, ask)[walk.code]
    is_open = ~terrain.shut & (kinds != REFUSED)
    is_open &= (starts | crossed)[all_tails] & (targets | crossed)[walk.head]
    lanes = np.flatnonzero(is_open)
    first = np.flatnonzero(is_new_pair(all_tails[lanes], walk.head[lanes]))
    lanes = _cheapest_first(walk, lanes, first)
    chosen = lanes[first]
    head = walk.head[chosen].astype(np.int64)
    hub = np.where(crossed, terrain.hub, 0).astype(np.int64)
    stand = np.where(crossed | targets, stand, 0)
    fit = _fits(walk, ask, targets)
    modes = _Modes(ask, walk)
    return Ground(
        walk=walk,
        tail=all_tails[chosen].astype(np.int64),
        head=head,
        step=walk.cost[chosen] + 16 * (hub + stand + fit)[head],
        lanes=lanes,
        first=first,
        leads=modes.leads(head, kinds[chosen] - 1),
        starts=modes.starts(np.flatnonzero(starts).tolist()),
        targets=targets,
        hub=hub,
        standing=stand,
        fit=fit,
        goal=modes.goal,
    )


def _cheapest_first(
    walk: Walk, lanes: NDArray[np.intp], first: NDArray[np.intp]
) -> NDArray[np.intp]:
    """The same lanes, those of each step in order of cost, then of link and carriers."""
    count = np.diff(first, append=len(lanes))
    step = np.repeat(np.arange(len(first)), count)
    parallel = np.flatnonzero(count[step] > 1)  # few: the others stand already
    order = parallel[np.lexsort((walk.cost[lanes[parallel]], step[parallel]))]
    sorted_lanes = lanes.copy()
    sorted_lanes[parallel] = lanes[order]
    return sorted_lanes


def _roles(terrain: Terrain, ask: Ask, stand: Numbers) -> tuple[Flags, Flags, Flags]:
    """Which nodes start a path, may be crossed, end one: each has one role at most."""
    allowed = terrain.visible & ~_marked(terrain.walk, ask.avoid)
    starts = _marked(terrain.walk, ask.starts) & allowed
    answered = allowed & (stand >= 0) & ~starts
    targets = _marked(terrain.walk, ask.targets) & answered
    return starts, terrain.cross & answered & ~targets, targets


class _Modes:
    """The modes of a need: items of `via` met, times two when going across (not down yet, down)."""

    def __init__(self, ask: Ask, walk: Walk) -> None:
        self._items = [_marked(walk, item) for item in ask.via]
        self._is_across = ask.direction is Direction.ACROSS
        self._size = len(walk.row)
        phases = 2 if self._is_across else 1
        self._count = (len(self._items) + 1) * phases
        self.goal = tuple(range(len(self._items) * phases, self._count))

    def starts(self, nodes: Sequence[int]) -> tuple[tuple[int, int], ...]:
        """Each start with its state: it may meet the first item itself."""
        mode = 2 if self._is_across else 1
        return tuple(
            (node, node + (mode * self._size if self._items and self._items[0][node] else 0))
            for node in nodes
        )

    def leads(self, head: Numbers, slope: NDArray[np.uint8]) -> Numbers:
        """int64[modes, steps]: where a step leads; a path that has come down never climbs again."""
        leads = np.empty((self._count, len(head)), np.int64)
        for mode in range(self._count):
            met, is_down = divmod(mode, 2) if self._is_across else (mode, 0)
            after = np.full(len(head), met, np.int64)
            if met < len(self._items):
                after += self._items[met][head]
            if self._is_across:
                after = 2 * after + (is_down | (slope == FALLS))
            leads[mode] = after * self._size + head
            if is_down:
                leads[mode][slope == CLIMBS] = self._count * self._size
        return leads


def _marked(walk: Walk, rows: Iterable[int]) -> Flags:
    """bool[nodes of the Walk]: those of some rows; a row that is on no lane counts for nothing."""
    marked = np.zeros(len(walk.row), np.bool_)
    numbers = walk.number[np.fromiter(rows, np.int64)]
    marked[numbers[numbers >= 0]] = True
    return marked


def _fits(walk: Walk, ask: Ask, targets: Flags) -> Numbers:
    fit = np.zeros(len(walk.row), np.int64)
    for row, cost in ask.targets.items():
        if walk.number[row] >= 0:
            fit[walk.number[row]] = cost
    return np.where(targets, fit, 0)
