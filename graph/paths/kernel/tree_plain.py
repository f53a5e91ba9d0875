"""Paths one by one in their total order, each unlike those before: stage 4, in plain Python.

A tree of beginnings, the least bound first, ties by their nodes. A bound never exceeds the cost of
a path it stands for, so complete paths come out in their order. After `patience` pops in vain it
looks ahead for what may not be shared; the answer is the same. Source: paths.md §1.8, §1.9, §3.2.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush

from graph.paths.diversity import interior, is_alike
from graph.paths.kernel.ask import Enumeration, EnumerationLimits
from graph.paths.kernel.region_plain import PrunedStates
from graph.paths.kernel.steps_plain import FAR, Expansion

_Beginning = tuple[int, tuple[int, ...], int, int, tuple[int, ...]]
"""Bound, nodes, state, spent, arcs; two never have the same nodes."""


@dataclass(slots=True)
class _Likeness:
    """A path to stay apart from: its steps inside, how many may be shared, completions that do.

    `ahead[hops left][how many may be shared]` are made when it is worth it.
    """

    inside: frozenset[int]
    allowed: int | None
    ahead: list[list[Mapping[int, int]]] = field(default_factory=list[list[Mapping[int, int]]])

    def left(self, steps: Iterable[int]) -> int:
        """How many more steps may be shared; below 0: too many are."""
        shared = len(self.inside.intersection(steps))
        return FAR if self.allowed is None else self.allowed - shared


class PathEnumeration:
    """Grows the paths of a region that are wanted."""

    def __init__(self, steps: Expansion, region: PrunedStates, wanted: EnumerationLimits) -> None:
        self._steps, self._region, self._wanted = steps, region, wanted
        self._accepted: list[tuple[tuple[int, ...], tuple[int, ...]]] = []
        self._apart: list[_Likeness] = []
        self._heap: list[_Beginning] = []
        self._has_alike = False
        self._step = steps.step
        for nodes in wanted.given:
            self._keep_apart_from(nodes)
        for state in steps.starts():
            if state in region.edges:
                self._push((state // steps.modes,), state, 0, ())

    def grow(self) -> Enumeration:
        """The wanted paths, as far as there are any and the pops last."""
        pops = vain = 0
        most = self._wanted.max_paths - len(self._wanted.given)
        while self._heap and len(self._accepted) < most:
            if pops == self._wanted.max_pops:
                return Enumeration(tuple(self._accepted), True, self._has_alike)
            pops, vain = pops + 1, vain + 1
            _, nodes, state, spent, arcs = heappop(self._heap)
            if self._apart and vain == self._wanted.patience:
                self._look_ahead()
            if any(one.left(self._steps_of(nodes)) < 0 for one in self._apart):
                self._has_alike = True
            elif not self._steps.is_target(state):
                self._spread(nodes, state, spent, arcs)
            elif self._is_new(nodes):
                self._accept(nodes, arcs)
                vain = 0
        return Enumeration(tuple(self._accepted), False, self._has_alike)

    def _spread(
        self, nodes: tuple[int, ...], state: int, spent: int, arcs: tuple[int, ...]
    ) -> None:
        steps = self._steps_of(nodes)
        for then, cost, arc in self._region.edges[state]:
            node = then // self._steps.modes
            step = self._step[node]
            is_new = step != self._step[nodes[-1]]
            if node in nodes or (is_new and step in steps):
                continue
            if is_new and any(step in one.inside and one.left(steps) < 1 for one in self._apart):
                self._has_alike = True
            else:
                self._push((*nodes, node), then, spent + cost, (*arcs, arc))

    def _push(self, nodes: tuple[int, ...], state: int, spent: int, arcs: tuple[int, ...]) -> None:
        bound = self._bound(nodes, state, spent)
        if bound <= self._region.bound:
            heappush(self._heap, (bound, nodes, state, spent, arcs))

    def _bound(self, nodes: tuple[int, ...], state: int, spent: int) -> int:
        """What no path with this beginning can be cheaper than; FAR: there is none."""
        left = self._wanted.max_hops + 1 - len(nodes)
        to_come = self._region.left(state, left)
        for one in self._apart:
            if one.ahead:
                may = one.left(self._steps_of(nodes))
                to_come = max(to_come, one.ahead[left][may].get(state, FAR) if may >= 0 else FAR)
        return FAR if to_come == FAR else spent + to_come

    # ---- likeness

    def _steps_of(self, nodes: tuple[int, ...]) -> frozenset[int]:
        return frozenset([self._step[node] for node in nodes])

    def _inside(self, nodes: tuple[int, ...]) -> frozenset[int]:
        return interior(nodes, self._wanted.exempt, self._step)

    def _is_new(self, nodes: tuple[int, ...]) -> bool:
        """Is the path unlike every accepted one, and none of those given?"""
        inside, overlap = self._inside(nodes), self._wanted.overlap_percent
        is_alike_one = any(is_alike(inside, one.inside, overlap) for one in self._apart)
        if is_alike_one or nodes in self._wanted.given:
            self._has_alike = True
            return False
        return True

    def _accept(self, nodes: tuple[int, ...], arcs: tuple[int, ...]) -> None:
        self._accepted.append((nodes, arcs))
        self._keep_apart_from(nodes)

    def _keep_apart_from(self, nodes: tuple[int, ...]) -> None:
        inside = self._inside(nodes)
        allowed = len(inside) * self._wanted.overlap_percent // 100
        self._apart.append(_Likeness(inside, allowed if allowed < len(inside) else None))

    def _look_ahead(self) -> None:
        """Bounds that know what may not be shared: many beginnings lead to nothing but likeness."""
        self._has_alike = True
        for one in self._apart:
            if one.allowed is not None and not one.ahead:
                one.ahead = self._apart_from(one.inside, one.allowed)
        beginnings, self._heap = self._heap, []
        for _, nodes, state, spent, arcs in beginnings:
            if all(one.left(self._steps_of(nodes[:-1])) >= 0 for one in self._apart):
                self._push(nodes, state, spent, arcs)

    def _apart_from(self, inside: frozenset[int], allowed: int) -> list[list[Mapping[int, int]]]:
        """By hops left, then by how many of the steps may still be entered: what is left."""
        layers: list[Mapping[int, int]] = [self._region.potentials[0]] * (allowed + 1)
        found = [layers]
        for _ in range(self._wanted.max_hops):
            layers = [self._one_hop_more(layers, may, inside) for may in range(allowed + 1)]
            found.append(layers)
        return found

    def _one_hop_more(
        self, layers: list[Mapping[int, int]], may: int, inside: frozenset[int]
    ) -> dict[int, int]:
        after, modes = dict(layers[may]), self._steps.modes
        for state, onward in self._region.edges.items():
            best = after.get(state, FAR)
            here = self._step[state // modes]
            for then, cost, _ in onward:
                step = self._step[then // modes]
                is_shared = step in inside and step != here
                if not is_shared or may:
                    best = min(best, layers[may - is_shared].get(then, FAR) + cost)
            if best < FAR:
                after[state] = best
        return after
