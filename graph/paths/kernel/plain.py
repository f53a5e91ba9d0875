"""The search engine in plain Python: the fallback without compilation, and the reference in tests.

Stages 1 to 3 do in dictionaries what `compiled_pruning.py` does in arrays, touching only what they
need; property tests compare the two.

Stage 4 is a best-first search over a tree of partial paths, ordered by lower bound, ties by their
nodes. A bound never exceeds the cost of any completion, so complete paths are found in order. After
`patience` pops without a new path, the bounds also account for steps that may not be shared; the
answer is the same. Source: docs/paths.md, "The search".
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from typing import Final

from graph.paths.kernel.problem import DEAD, ENTER, LEAVE, START, SYMBOL_BIT, TARGET, SearchProblem
from graph.paths.kernel.request import EnumeratedPaths, EnumerationLimits, interior, is_alike

FAR: Final = 2**31 - 1
"""The cost of a path that does not exist."""
Edge = tuple[int, int, int]
"""Head state, cost, and arc of the arc graph."""


class Expansion:
    """Expansion of states for one need; arcs are read only on request."""

    def __init__(self, problem: SearchProblem) -> None:
        self.modes = problem.automaton.modes
        self._problem = problem
        self._flags = problem.node_flags.tobytes()  # indexing bytes is much faster than an array
        self._classes = problem.classes.tobytes()
        self._after = problem.automaton.after.tobytes()
        self._before = problem.automaton.before.tobytes()
        self._goal = problem.automaton.goal.tobytes()
        self._arcs = problem.answering_costs.arcs
        self.step: list[int] = problem.answering_costs.step.tolist()

    def starts(self) -> list[int]:
        """Return the states a path starts in."""
        ends = zip(self._problem.starts.tolist(), self._problem.start_modes.tolist(), strict=True)
        return [node * self.modes + mode for node, mode in ends]

    def targets(self) -> dict[int, int]:
        """Return the states a path ends in, with the cost of ending there."""
        goal = [mode for mode in range(self.modes) if self._goal[mode]]
        ends = zip(self._problem.targets.tolist(), self._problem.ends.tolist(), strict=True)
        return {node * self.modes + mode: cost for node, cost in ends for mode in goal}

    def is_target(self, state: int) -> bool:
        """Return whether a path ends in a state."""
        return bool(self._flags[state // self.modes] & TARGET)

    def onward(self, state: int) -> Iterator[Edge]:
        """Yield the next states, parallel arcs consecutively; the leaving cost is not included."""
        node, mode = divmod(state, self.modes)
        if not self._flags[node] & LEAVE:
            return
        for head, cost, code, arc in self._arcs.onward(node):
            flags = self._flags[head]
            if flags & ENTER:
                at = (mode * 4 + self._classes[code]) * 4 + (flags >> SYMBOL_BIT)
                then = self._after[at]
                if then != DEAD and (self._goal[then] or not flags & TARGET):
                    yield head * self.modes + then, cost, arc

    def backward(self, state: int) -> Iterator[tuple[int, int]]:
        """Yield the previous states, and the cost of the arc."""
        node, then = divmod(state, self.modes)
        if not self._flags[node] & ENTER:
            return
        symbol = self._flags[node] >> SYMBOL_BIT
        for tail, cost, code in self._arcs.backward(node):
            if self._flags[tail] & LEAVE:
                modes_before = self._before[(then * 4 + self._classes[code]) * 4 + symbol]
                for mode in range(self.modes) if modes_before else ():
                    if modes_before >> mode & 1:
                        yield tail * self.modes + mode, cost

    def fee(self, state: int) -> int:
        """Return the cost of leaving a state: the hub cost of a node that is crossed."""
        node = state // self.modes
        return 0 if self._flags[node] & START else int(self._problem.answering_costs.leave[node])


_Step = Callable[[int], Iterable[int]]


class BudgetExceeded(Exception):
    """Raised when a stage exceeds its budget; the stage has no result."""


# ---- stage 1: hops


@dataclass(slots=True)
class _Reach:
    """Number of hops to each state from one end, and the states met last."""

    front: list[int]
    step: _Step
    depth: dict[int, int]
    hops: int = 0

    def spread(self, within: Mapping[int, int] | None = None, max_hops: int = 0) -> None:
        """Expand by one hop.

        `within`: only from and to states whose depth from the other end keeps them within
        `max_hops`: no path that short leads through another one.
        """
        self.hops += 1
        front: list[int] = []
        for state in self.front:
            if within is not None and self.hops - 1 + within.get(state, FAR) > max_hops:
                continue
            for then in self.step(state):
                if then in self.depth:
                    continue
                if within is not None and self.hops + within.get(then, max_hops) > max_hops:
                    continue
                self.depth[then] = self.hops
                front.append(then)
        self.front = front


def prune_by_hops(steps: Expansion, max_hops: int, budget: int) -> list[int]:
    """Return the states on a path of so many hops; none proves that there is no path.

    Raises:
        BudgetExceeded: more than `budget` states were met before that was known.
    """
    ahead = _reach(steps.starts(), lambda state: (then for then, _, _ in steps.onward(state)))
    back = _reach(
        list(steps.targets()), lambda state: (before for before, _ in steps.backward(state))
    )
    while ahead.hops + back.hops < max_hops and ahead.front and back.front:
        (ahead if len(ahead.front) <= len(back.front) else back).spread()
        if len(ahead.depth) + len(back.depth) > budget:
            raise BudgetExceeded
    if ahead.depth.keys().isdisjoint(back.depth):
        return []
    for here, there in ((ahead, back), (back, ahead)):
        while here.front and here.hops < max_hops:
            here.spread(there.depth, max_hops)
    return [
        state
        for state, depth in ahead.depth.items()
        if depth + back.depth.get(state, max_hops + 1) <= max_hops
    ]


def _reach(front: list[int], step: _Step) -> _Reach:
    return _Reach(front, step, dict.fromkeys(front, 0))


# ---- stage 2: costs


# States settled at a time; see `compiled_pruning.py`. Both must use up a budget alike.
TURNS: Final = 8


@dataclass(slots=True)
class _Side:
    """The Dijkstra search from one end: least costs so far, settled states, heap.

    `step` returns the states one hop further with the cost of that hop.
    """

    cost: dict[int, int]
    step: Callable[[int], Iterable[tuple[int, int]]]
    done: set[int] = field(default_factory=set[int])
    heap: list[tuple[int, int]] = field(init=False)

    def __post_init__(self) -> None:
        self.heap = sorted((cost, state) for state, cost in self.cost.items())

    def top(self) -> int:
        """Return the least cost in the heap; FAR: it is empty."""
        while self.heap and self.heap[0][1] in self.done:
            heappop(self.heap)
        return self.heap[0][0] if self.heap else FAR


@dataclass(frozen=True, slots=True)
class MeetingCosts:
    """States on a path within the bound, and their least cost from the starts and to the targets.

    No states: there is no path. `least` has the states that were settled from the starts.
    """

    states: tuple[int, ...]
    bound: int
    least: Mapping[int, int]
    left: Mapping[int, int]


def prune_by_cost(steps: Expansion, eps: float, budget: int) -> MeetingCosts:
    """Run Dijkstra from both ends; the bound is the cheapest path's cost times 1 + `eps`.

    Raises:
        BudgetExceeded: more than `budget` states were settled before the searches met conclusively.
    """

    def onward(state: int) -> Iterator[tuple[int, int]]:
        fee = steps.fee(state)
        return ((then, fee + cost) for then, cost, _ in steps.onward(state))

    def backward(state: int) -> Iterator[tuple[int, int]]:
        return ((before, cost + steps.fee(before)) for before, cost in steps.backward(state))

    ahead = _Side(dict.fromkeys(steps.starts(), 0), onward)
    back = _Side(steps.targets(), backward)
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
    least = {state: ahead.cost[state] for state in ahead.done}
    states = tuple(
        state for state in back.done if least.get(state, top) + back.cost[state] <= bound
    )
    return MeetingCosts(states, bound, least, back.cost)


def _bound(best: int, eps: float) -> int:
    return min(best + int(best * eps), FAR - 1)


def _advance(side: _Side, other: _Side, best: int, eps: float, far_top: int | None) -> int:
    """Settle some states from one end, and return the cost of the cheapest path met.

    `far_top` is the least cost in the heap of the other end: a path through a state that is not
    settled from there costs at least that more. None: the last run, only states settled there.
    """
    bound = _bound(best, eps)
    for _ in count() if far_top is None else range(TURNS):
        if side.top() > bound:
            break
        cost_so_far, state = heappop(side.heap)
        if far_top is None and (state not in other.done or cost_so_far + other.cost[state] > bound):
            continue
        side.done.add(state)
        for then, cost in side.step(state):
            total = cost_so_far + cost
            if side.cost.get(then, FAR) <= total:
                continue
            more = other.cost[then] if then in other.done else far_top
            if more is None or total + more > bound:
                continue  # any path through that state is too expensive
            side.cost[then] = total
            heappush(side.heap, (total, then))
            if then in other.cost:
                best = min(best, total + other.cost[then])
                bound = _bound(best, eps)
    return best


# ---- stage 3: completions


@dataclass(frozen=True, slots=True)
class PrunedStates:
    """The relevant states, with one edge for all parallel arcs, and potentials by hops left.

    They contain every path that costs no more than `bound`.
    """

    edges: Mapping[int, list[Edge]]
    potentials: list[Mapping[int, int]]
    bound: int

    def remaining_cost(self, state: int, hops: int) -> int:
        """Return a lower bound of a completion from a state in so many hops; FAR: none."""
        return self.potentials[min(hops, len(self.potentials) - 1)].get(state, FAR)


def pruned_states(
    steps: Expansion, states: Iterable[int], max_hops: int, meeting: MeetingCosts | None
) -> PrunedStates:
    """Return the edges between the states, and the least completions; `meeting` limits the cost."""
    inside = set(states)
    edges = {state: _edges(steps, state, inside, meeting) for state in inside}
    layer = {state: cost for state, cost in steps.targets().items() if state in inside}
    potentials: list[Mapping[int, int]] = [layer]
    for _ in range(max_hops):
        after = relax(edges, layer)
        if after == layer:
            break
        potentials.append(after)
        layer = after
    return PrunedStates(edges, potentials, FAR - 1 if meeting is None else meeting.bound)


def relax(edges: Mapping[int, list[Edge]], layer: Mapping[int, int]) -> dict[int, int]:
    """Return the least completions with one more hop."""
    after = dict(layer)
    for state, onward in edges.items():
        best = layer.get(state, FAR)
        for then, cost, _ in onward:
            if then in layer and layer[then] + cost < best:
                best = layer[then] + cost
        if best < FAR:
            after[state] = best
    return after


def _edges(
    steps: Expansion, state: int, inside: set[int], meeting: MeetingCosts | None
) -> list[Edge]:
    """Return the edges that leave a state: of parallel arcs the cheapest, of equals the first."""
    fee, edges = steps.fee(state), list[Edge]()
    for then, cost, arc in steps.onward(state):
        if then not in inside:
            continue
        if (
            meeting is not None
            and meeting.least.get(state, 0) + fee + cost + meeting.left[then] > meeting.bound
        ):
            continue
        edge = then, fee + cost, arc
        if edges and edges[-1][0] == then:
            if edge[1] < edges[-1][1]:
                edges[-1] = edge
        else:
            edges.append(edge)
    return edges


_PartialPath = tuple[int, tuple[int, ...], int, int, tuple[int, ...]]
"""Bound, nodes, state, cost so far, arcs; no two have the same nodes."""


@dataclass(slots=True)
class _Likeness:
    """A path from which others must differ: its interior steps, and how many of them may be shared.

    `ahead[hops left][how many may be shared]` are the least completions, computed when needed.
    """

    inside: frozenset[int]
    allowed: int | None
    ahead: list[list[Mapping[int, int]]] = field(default_factory=list[list[Mapping[int, int]]])

    def remaining_shared(self, steps: Iterable[int]) -> int:
        """Return how many more steps may be shared; below 0: too many already are."""
        shared = len(self.inside.intersection(steps))
        return FAR if self.allowed is None else self.allowed - shared


class PathEnumeration:
    """Enumeration of the wanted paths of a region."""

    def __init__(self, steps: Expansion, region: PrunedStates, limits: EnumerationLimits) -> None:
        self._steps, self._region, self._limits = steps, region, limits
        self._accepted: list[tuple[tuple[int, ...], tuple[int, ...]]] = []
        self._apart: list[_Likeness] = []
        self._heap: list[_PartialPath] = []
        self._has_alike = False
        self._step = steps.step
        for nodes in limits.given:
            self._keep_apart_from(nodes)
        for state in steps.starts():
            if state in region.edges:
                self._push((state // steps.modes,), state, 0, ())

    def enumerate_paths(self) -> EnumeratedPaths:
        """Return the wanted paths, as far as they exist and the pops suffice."""
        pops = pops_since_accept = 0
        most = self._limits.max_paths - len(self._limits.given)
        while self._heap and len(self._accepted) < most:
            if pops == self._limits.max_pops:
                return EnumeratedPaths(tuple(self._accepted), True, self._has_alike)
            pops, pops_since_accept = pops + 1, pops_since_accept + 1
            _, nodes, state, cost_so_far, arcs = heappop(self._heap)
            if self._apart and pops_since_accept == self._limits.patience:
                self._look_ahead()
            if any(other.remaining_shared(self._steps_of(nodes)) < 0 for other in self._apart):
                self._has_alike = True
            elif not self._steps.is_target(state):
                self._spread(nodes, state, cost_so_far, arcs)
            else:
                inside, overlap = self._inside(nodes), self._limits.overlap_percent
                if nodes in self._limits.given or any(
                    is_alike(inside, other.inside, overlap) for other in self._apart
                ):
                    self._has_alike = True
                else:
                    self._accepted.append((nodes, arcs))
                    self._keep_apart_from(nodes)
                    pops_since_accept = 0
        return EnumeratedPaths(tuple(self._accepted), False, self._has_alike)

    def _spread(
        self, nodes: tuple[int, ...], state: int, cost_so_far: int, arcs: tuple[int, ...]
    ) -> None:
        steps = self._steps_of(nodes)
        for then, cost, arc in self._region.edges[state]:
            node = then // self._steps.modes
            step = self._step[node]
            is_new = step != self._step[nodes[-1]]
            if node in nodes or (is_new and step in steps):
                continue
            if is_new and any(
                step in other.inside and other.remaining_shared(steps) < 1 for other in self._apart
            ):
                self._has_alike = True
            else:
                self._push((*nodes, node), then, cost_so_far + cost, (*arcs, arc))

    def _push(
        self, nodes: tuple[int, ...], state: int, cost_so_far: int, arcs: tuple[int, ...]
    ) -> None:
        bound = self._lower_bound(nodes, state, cost_so_far)
        if bound <= self._region.bound:
            heappush(self._heap, (bound, nodes, state, cost_so_far, arcs))

    def _lower_bound(self, nodes: tuple[int, ...], state: int, cost_so_far: int) -> int:
        """Return a lower bound of the paths that begin so; FAR: there is none."""
        remaining_hops = self._limits.max_hops + 1 - len(nodes)
        to_come = self._region.remaining_cost(state, remaining_hops)
        for other in self._apart:
            if other.ahead:
                may = other.remaining_shared(self._steps_of(nodes))
                to_come = max(
                    to_come, other.ahead[remaining_hops][may].get(state, FAR) if may >= 0 else FAR
                )
        return FAR if to_come == FAR else cost_so_far + to_come

    # ---- overlap

    def _steps_of(self, nodes: tuple[int, ...]) -> frozenset[int]:
        return frozenset([self._step[node] for node in nodes])

    def _inside(self, nodes: tuple[int, ...]) -> frozenset[int]:
        return interior(nodes, self._limits.exempt, self._step)

    def _keep_apart_from(self, nodes: tuple[int, ...]) -> None:
        inside = self._inside(nodes)
        allowed = len(inside) * self._limits.overlap_percent // 100
        self._apart.append(_Likeness(inside, allowed if allowed < len(inside) else None))

    def _look_ahead(self) -> None:
        """Compute bounds that account for steps that may not be shared, and rebuild the heap.

        Needed when many partial paths lead only to paths that overlap too much.
        """
        self._has_alike = True
        for other in self._apart:
            if other.allowed is not None and not other.ahead:
                # The least completions, by hops left and steps that may still be shared.
                spare = range(other.allowed + 1)
                layers: list[Mapping[int, int]] = [self._region.potentials[0] for _ in spare]
                other.ahead = [layers]
                for _ in range(self._limits.max_hops):
                    layers = [self._one_hop_more(layers, may, other.inside) for may in spare]
                    other.ahead.append(layers)
        partial_paths, self._heap = self._heap, []
        for _, nodes, state, cost_so_far, arcs in partial_paths:
            if all(
                other.remaining_shared(self._steps_of(nodes[:-1])) >= 0 for other in self._apart
            ):
                self._push(nodes, state, cost_so_far, arcs)

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


class PlainEngine:
    """The search of one need, stage by stage."""

    def __init__(self, problem: SearchProblem) -> None:
        self._steps = Expansion(problem)
        self._max_hops = problem.max_hops
        self._states: Iterable[int] = ()
        self._meeting: MeetingCosts | None = None
        self._region: PrunedStates | None = None

    def prune_by_hops(self, budget: int) -> int:
        """Stage 1: the number of states on a path within the hops; 0 proves there is none.

        Raises:
            BudgetExceeded: more than `budget` states were met before that was known.
        """
        states = prune_by_hops(self._steps, self._max_hops, budget)
        self._states, self._meeting, self._region = states, None, None
        return len(states)

    def prune_by_cost(self, eps: float, budget: int) -> int:
        """Stage 2: the number of states on a path of at most (1 + `eps`) times the least cost.

        0 proves that there is none.

        Raises:
            BudgetExceeded: more than `budget` states were settled.
        """
        meeting = prune_by_cost(self._steps, eps, budget)
        self._states, self._meeting, self._region = meeting.states, meeting, None
        return len(meeting.states)

    def enumerate_paths(self, limits: EnumerationLimits) -> EnumeratedPaths:
        """Stages 3 and 4: the wanted paths among the states of the last stage."""
        if self._region is None:
            self._region = pruned_states(self._steps, self._states, self._max_hops, self._meeting)
        return PathEnumeration(self._steps, self._region, limits).enumerate_paths()
