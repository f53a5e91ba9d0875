"""Complete paths one by one in their total order: exact, in plain Python. Source: paths.md §3.2.

First how cheap a path can still get from every state in so many hops (`completions`), then a tree
of beginnings, the most promising first (`Tree`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Final

import numpy as np

from graph.questions.paths.ground import Ground, Numbers

Nodes = tuple[int, ...]
_Beginning = tuple[int, Nodes, int, int]  # bound, nodes, state, spent
PATIENCE: Final = 300  # pops: about what looking ahead costs at demo size
NEVER: Final = 1 << 60
"""What a way costs that is not there; no sum of steps comes near it."""


def completions(
    ground: Ground, max_hops: int, apart: Iterable[int] = (), allowed: int = 0
) -> list[Numbers]:
    """Cheapest way to a target, as 16 * micro-nats + hops: by hops left, then by state.

    With nodes to stay `apart` from: by how many of them the way may enter, 0 to `allowed`, state.
    A way may meet a node twice, so no path is cheaper than what stands here. O(hops * steps).
    """
    states, layers = ground.dead, allowed + 1
    leads = _layered_leads(ground, apart, layers)
    best = np.full(layers * states + 1, NEVER, np.int64)
    goal = np.flatnonzero(ground.targets)
    for layer in range(layers):
        for mode in ground.goal:
            best[layer * states + mode * ground.size + goal] = 0
    tails, begins = np.unique(ground.tail, return_index=True)
    found = [best]
    for _ in range(max_hops):
        after = best.copy()
        if len(tails):
            through = np.minimum.reduceat(best[leads] + ground.step, begins, axis=1)
            table = after[:-1].reshape(layers * ground.modes, ground.size)
            table[:, tails] = np.minimum(table[:, tails], through)
        found.append(after)
        best = after
    return found


def _layered_leads(ground: Ground, apart: Iterable[int], layers: int) -> Numbers:
    """int64[layers * modes, steps]: entering a node to stay apart from costs one layer."""
    is_apart = np.zeros(ground.size, np.bool_)
    is_apart[list(apart)] = True
    costs_layer = is_apart[ground.head]
    dead = layers * ground.dead
    rows: list[Numbers] = []
    for layer in range(layers):
        onward = ground.leads + (layer - costs_layer) * ground.dead
        is_dead = (ground.leads == ground.dead) | (costs_layer & (layer == 0))
        rows.append(np.where(is_dead, dead, onward))
    return np.concatenate(rows)


@dataclass(slots=True)
class _Likeness:
    """A path to stay apart from: its nodes, how many may be shared, completions that keep to it.

    The completions cost as much as a whole search, so they wait until they are worth it.
    """

    nodes: frozenset[int]
    allowed: int
    completions: list[Numbers] | None = None


class Tree:
    """Beginnings of paths, the least bound first; ties by their nodes, as the total order has it.

    A bound never exceeds the cost of a path it stands for, so complete paths come out in order.
    After `patience` pops in vain it looks ahead for what may not be shared; the answer is the same.
    """

    def __init__(
        self, ground: Ground, max_hops: int, max_pops: int, patience: int = PATIENCE
    ) -> None:
        self._ground, self._max_hops, self._pops_left = ground, max_hops, max_pops
        self._patience = patience
        self._completions = completions(ground, max_hops)
        self._apart: list[_Likeness] = []
        self._steps: dict[int, list[tuple[int, int, list[int]]]] = {}
        self._is_target: list[bool] = ground.targets.tolist()
        self._heap: list[_Beginning] = []
        self._pops_in_vain = 0
        self.is_cut_off = False
        for node, state in ground.starts:
            self._push((node,), state, 0)

    def next(self) -> Nodes | None:
        """The next path; None when there is no more or the pops are used up."""
        while self._heap:
            if self._pops_left == 0:
                self.is_cut_off = True
                return None
            self._pops_left -= 1
            _, nodes, state, spent = heappop(self._heap)
            self._pops_in_vain += 1
            if self._apart and self._pops_in_vain == self._patience:
                self._look_ahead()
            if self._is_target[nodes[-1]]:
                return nodes
            self._grow(nodes, state, spent)
        return None

    def stay_apart(self, nodes: frozenset[int], allowed: int) -> None:
        """From now on only paths that enter at most so many of these nodes are looked for."""
        self._apart.append(_Likeness(nodes, allowed))
        self._pops_in_vain = 0

    def _look_ahead(self) -> None:
        """Bounds that know what may not be shared: many beginnings lead to nothing but likeness."""
        for likeness in self._apart:
            if likeness.completions is None:
                likeness.completions = completions(
                    self._ground, self._max_hops, likeness.nodes, likeness.allowed
                )
        beginnings, self._heap = self._heap, []
        for _, nodes, state, spent in beginnings:
            self._push(nodes, state, spent)

    def _grow(self, nodes: Nodes, state: int, spent: int) -> None:
        mode = state // self._ground.size
        for head, step, leads in self._steps_of(nodes[-1]):
            if head not in nodes and leads[mode] != self._ground.dead:
                self._push((*nodes, head), leads[mode], spent + step)

    def _push(self, nodes: Nodes, state: int, spent: int) -> None:
        bound = self._bound(nodes, state, spent)
        if bound < NEVER:
            heappush(self._heap, (bound, nodes, state, spent))

    def _bound(self, nodes: Nodes, state: int, spent: int) -> int:
        """What no path with this beginning can be cheaper than; NEVER: there is none."""
        left = self._max_hops + 1 - len(nodes)
        to_come = int(self._completions[left][state])
        for likeness in self._apart:
            allowed = likeness.allowed - len(likeness.nodes.intersection(nodes))
            if allowed < 0:
                return NEVER
            if likeness.completions is not None:
                apart = likeness.completions[left][allowed * self._ground.dead + state]
                to_come = max(to_come, int(apart))
        return spent + to_come if to_come < NEVER else NEVER

    def _steps_of(self, node: int) -> list[tuple[int, int, list[int]]]:
        """Head, cost and the state led to by mode, for each step of a node."""
        if node not in self._steps:
            chosen = slice(self._ground.bounds[node], self._ground.bounds[node + 1])
            heads: list[int] = self._ground.head[chosen].tolist()
            costs: list[int] = self._ground.step[chosen].tolist()
            leads: list[list[int]] = self._ground.leads[:, chosen].T.tolist()
            self._steps[node] = list(zip(heads, costs, leads, strict=True))
        return self._steps[node]
