"""Which states can be on a path, and how cheaply a path gets on from each: stages 1 to 3, plainly.

Source: paths.md §3.2. What `compiled_pruning.py` does in arrays is here done in dictionaries,
touching only what it needs; property tests hold the two together.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from typing import Final

from graph.paths.kernel.steps_plain import FAR, Edge, Expansion

_Step = Callable[[int], Iterable[int]]


class BudgetExceeded(Exception):
    """A stage went over its budget and has decided nothing."""


# ---- stage 1: hops


@dataclass(slots=True)
class _Reach:
    """How many hops from one end each state is, and those met last."""

    edge: list[int]
    step: _Step
    depth: dict[int, int]
    hops: int = 0

    def spread(self, within: Mapping[int, int] | None = None, max_hops: int = 0) -> None:
        """One more hop.

        `within`: only from and to states whose other depth leaves them inside `max_hops`: no path
        that short leads through another one.
        """
        self.hops += 1
        edge: list[int] = []
        for state in self.edge:
            if within is not None and self.hops - 1 + within.get(state, FAR) > max_hops:
                continue
            for then in self.step(state):
                if then in self.depth:
                    continue
                if within is not None and self.hops + within.get(then, max_hops) > max_hops:
                    continue
                self.depth[then] = self.hops
                edge.append(then)
        self.edge = edge


def prune_by_hops(steps: Expansion, max_hops: int, budget: int) -> list[int]:
    """The states on a way of so many hops; none proves that there is no way.

    Raises: Over: more than `budget` states were met before that was known.
    """
    ahead = _reach(steps.starts(), lambda state: (then for then, _, _ in steps.onward(state)))
    back = _reach(list(steps.targets()), lambda state: (one for one, _ in steps.backward(state)))
    while ahead.hops + back.hops < max_hops and ahead.edge and back.edge:
        (ahead if len(ahead.edge) <= len(back.edge) else back).spread()
        if len(ahead.depth) + len(back.depth) > budget:
            raise BudgetExceeded
    if ahead.depth.keys().isdisjoint(back.depth):
        return []
    for here, there in ((ahead, back), (back, ahead)):
        while here.edge and here.hops < max_hops:
            here.spread(there.depth, max_hops)
    return [
        state
        for state, depth in ahead.depth.items()
        if depth + back.depth.get(state, max_hops + 1) <= max_hops
    ]


def _reach(edge: list[int], step: _Step) -> _Reach:
    return _Reach(edge, step, dict.fromkeys(edge, 0))


# ---- stage 2: costs


TURNS: Final = (
    8  # settled at a time: `compiled_pruning.py` says why; both must use up a budget alike
)


@dataclass(slots=True)
class _Side:
    """What is known from one end: the cheapest cost so far, what is settled, what waits.

    `step` gives the states one hop further with what that costs.
    """

    cost: dict[int, int]
    step: Callable[[int], Iterable[tuple[int, int]]]
    done: set[int] = field(default_factory=set[int])
    heap: list[tuple[int, int]] = field(init=False)

    def __post_init__(self) -> None:
        self.heap = sorted((cost, state) for state, cost in self.cost.items())

    def top(self) -> int:
        """The least cost that waits; FAR: none."""
        while self.heap and self.heap[0][1] in self.done:
            heappop(self.heap)
        return self.heap[0][0] if self.heap else FAR


@dataclass(frozen=True, slots=True)
class MeetingCosts:
    """States on a way as cheap as the bound: what comes before costs `least`, what is left `left`.

    No states: there is no way.
    """

    states: tuple[int, ...]
    bound: int
    least: Mapping[int, int]
    left: Mapping[int, int]


def prune_by_cost(steps: Expansion, eps: float, budget: int) -> MeetingCosts:
    """Dijkstra from both ends; the bound is the cheapest way's cost and a share `eps` of it.

    Raises: Over: more than `budget` states were settled before the ends met for good.
    """
    ahead = _Side(dict.fromkeys(steps.starts(), 0), lambda state: _onward(steps, state))
    back = _Side(steps.targets(), lambda state: _backward(steps, state))
    best = FAR
    while True:
        top, back_top = ahead.top(), back.top()
        bound = _bound(best, eps)
        if FAR in (top, back_top) or top + back_top > bound:
            break
        if len(ahead.done) + len(back.done) > budget:
            raise BudgetExceeded
        if len(ahead.done) <= len(back.done):
            best = _advance(ahead, back, best, eps, back_top)
        else:
            best = _advance(back, ahead, best, eps, top)
    if best == FAR:
        return MeetingCosts((), 0, {}, {})
    _advance(back, ahead, best, eps, None)
    least = {state: ahead.cost[state] if state in ahead.done else top for state in back.done}
    states = tuple(state for state in back.done if least[state] + back.cost[state] <= bound)
    return MeetingCosts(states, bound, least, back.cost)


def _onward(steps: Expansion, state: int) -> Iterator[tuple[int, int]]:
    fee = steps.fee(state)
    return ((then, fee + cost) for then, cost, _ in steps.onward(state))


def _backward(steps: Expansion, state: int) -> Iterator[tuple[int, int]]:
    return ((before, cost + steps.fee(before)) for before, cost in steps.backward(state))


def _bound(best: int, eps: float) -> int:
    return min(best + int(best * eps), FAR - 1)


def _advance(side: _Side, other: _Side, best: int, eps: float, far_top: int | None) -> int:
    """Settles some states from one end; the cheapest way that is met.

    `far_top` is the least cost that waits at the other end: a way through a state that is not
    settled from there costs at least that more. None: the last time, only states settled there.
    """
    bound = _bound(best, eps)
    for _ in count() if far_top is None else range(TURNS):
        if side.top() > bound:
            break
        spent, state = heappop(side.heap)
        if far_top is None and (state not in other.done or spent + other.cost[state] > bound):
            continue
        side.done.add(state)
        for then, cost in side.step(state):
            total = spent + cost
            if side.cost.get(then, FAR) <= total:
                continue
            more = other.cost[then] if then in other.done else far_top
            if more is None or total + more > bound:
                continue  # whatever way goes through there is too dear
            side.cost[then] = total
            heappush(side.heap, (total, then))
            if then in other.cost:
                best = min(best, total + other.cost[then])
                bound = _bound(best, eps)
    return best


# ---- stage 3: what is left


@dataclass(frozen=True, slots=True)
class PrunedStates:
    """The states that count, with one edge for all parallels, and potentials by hops left.

    They hold every path that costs no more than `bound`.
    """

    edges: Mapping[int, list[Edge]]
    potentials: list[Mapping[int, int]]
    bound: int

    def left(self, state: int, hops: int) -> int:
        """What a path still costs at least from a state, in so many hops; FAR: there is none."""
        return self.potentials[min(hops, len(self.potentials) - 1)].get(state, FAR)


def pruned_states(
    steps: Expansion, states: Iterable[int], max_hops: int, met: MeetingCosts | None
) -> PrunedStates:
    """The edges between the states, and the cheapest completions; `met`: as cheap as its bound."""
    inside = set(states)
    edges = {state: _edges(steps, state, inside, met) for state in inside}
    layer = {state: cost for state, cost in steps.targets().items() if state in inside}
    potentials: list[Mapping[int, int]] = [layer]
    for _ in range(max_hops):
        after = relax(edges, layer)
        if after == layer:
            break
        potentials.append(after)
        layer = after
    return PrunedStates(edges, potentials, FAR - 1 if met is None else met.bound)


def relax(edges: Mapping[int, list[Edge]], layer: Mapping[int, int]) -> dict[int, int]:
    """The cheapest completions in one more hop."""
    after = dict(layer)
    for state, onward in edges.items():
        best = layer.get(state, FAR)
        for then, cost, _ in onward:
            if then in layer and layer[then] + cost < best:
                best = layer[then] + cost
        if best < FAR:
            after[state] = best
    return after


def _edges(steps: Expansion, state: int, inside: set[int], met: MeetingCosts | None) -> list[Edge]:
    """The edges that leave a state: of parallels the cheapest, of equal ones the first."""
    fee, found = steps.fee(state), list[Edge]()
    for then, cost, arc in steps.onward(state):
        if then not in inside:
            continue
        if met is not None and met.least[state] + fee + cost + met.left[then] > met.bound:
            continue
        edge = then, fee + cost, arc
        if found and found[-1][0] == then:
            if edge[1] < found[-1][1]:
                found[-1] = edge
        else:
            found.append(edge)
    return found
