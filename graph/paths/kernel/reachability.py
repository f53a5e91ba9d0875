"""Reachability from the starts and to the targets, with least costs; used to explain missing paths.

Walks that may meet a node twice, not paths: over all arcs a need may use, in rounds of hops.
Compiled (`compiled_reachability.py`) once that is ready, otherwise with arrays of all steps; both
return the same.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from graph.access.view import View
from graph.deadline import check_deadline
from graph.paths.kernel.caller_graph import (
    CallerGraph,
    PostAnswers,
    answering_costs,
    caller_graph_of,
)
from graph.paths.kernel.engine_choice import EngineName, is_fast
from graph.paths.kernel.problem import (
    LEAVE,
    START,
    ArcTable,
    Numbers,
    SearchProblem,
    arc_table,
    build_problem,
    fees,
)
from graph.paths.kernel.request import SearchRequest
from graph.paths.policy import Policy
from graph.snapshot.columns import Rows

NEVER: Final = 1 << 60
"""The cost of a walk that does not exist; no sum of steps comes near it."""


@dataclass(frozen=True, eq=False)
class ReachableCosts(Mapping[int, tuple[int, int]]):
    """By row: hops and micro-nats of the cheapest walk; rows rise.

    `best` is [nodes of the arc graph, modes]: 16 * micro-nats + hops, `never` if there is none;
    `fee` of a node is added to that.
    """

    caller_graph: CallerGraph
    best: NDArray[Any]
    never: int
    fee: NDArray[Any] | None = None

    @cached_property
    def _least(self) -> NDArray[Any]:
        """The least over all modes."""
        return reduce(np.minimum, self.best.T)

    @cached_property
    def rows(self) -> Rows:
        """The rows that are reached, rising."""
        return self.caller_graph.arc_graph.row[np.flatnonzero(self._least < self.never)]

    def ways(self, nodes: NDArray[Any]) -> Numbers:
        """int64[nodes, modes]: 16 * micro-nats + hops for nodes of the arc graph, NEVER: none."""
        return self._whole(self.best[nodes], None if self.fee is None else self.fee[nodes, None])

    def packed_of(self, rows: Rows) -> Numbers:
        """int64[rows]: the least of `ways` over all modes, by row."""
        numbers = self.caller_graph.number[rows]
        fee = None if self.fee is None else self.fee[numbers]
        return np.where(numbers >= 0, self._whole(self._least[numbers], fee), NEVER)

    def _whole(self, costs: NDArray[Any], fee: NDArray[Any] | None) -> Numbers:
        whole = costs.astype(np.int64) if fee is None else costs.astype(np.int64) + fee
        return np.where(costs < self.never, whole, NEVER)

    def cheapest(self, rows: Rows, most: int) -> list[int]:
        """Return the first few reached rows, the cheapest first, then by row; each once.

        O(rows).
        """
        packed = self.packed_of(rows)
        is_there = packed < NEVER
        rows, order = np.unique(rows[is_there], return_index=True)
        costs = packed[is_there][order] >> 4
        if len(rows) > most:
            dearest = np.partition(costs, most - 1)[most - 1]
            rows, costs = rows[costs <= dearest], costs[costs <= dearest]
        cheapest_rows: list[int] = rows[np.lexsort((rows, costs))][:most].tolist()
        return cheapest_rows

    def __getitem__(self, row: int) -> tuple[int, int]:
        """Return hops and micro-nats."""
        number = int(self.caller_graph.number[row])
        least = int(self._least[number]) if number >= 0 else self.never
        if least >= self.never:
            raise KeyError(row)
        packed = least + (0 if self.fee is None else int(self.fee[number]))
        return packed & 15, packed >> 4

    def __iter__(self) -> Iterator[int]:
        """Iterate over the rows, rising."""
        rows: list[int] = self.rows.tolist()
        return iter(rows)

    def __len__(self) -> int:
        """Return the number of reached rows."""
        return len(self.rows)


def forward_costs(
    view: View,
    policy: Policy,
    ask: SearchRequest,
    answers: PostAnswers,
    engine: EngineName | None = None,
) -> ReachableCosts:
    """Return the nodes reached within `max_hops` hops: starts, crossed nodes, targets.

    The cost includes that of entering the node; a start costs nothing.
    """
    problem = build_problem(
        caller_graph_of(view, policy), answering_costs(view, policy, answers), policy, ask
    )
    if is_fast(engine):
        from graph.paths.kernel.compiled_reachability import FAR, ways_from

        graph, modes, fee = problem.caller_graph.arc_graph, problem.automaton.modes, fees(problem)
        costs = problem.answering_costs
        best, front_costs, nodes, marks = _allocate(len(fee), modes)
        best[problem.starts * modes + problem.start_modes] = 0
        nodes[0, : len(problem.starts)] = problem.starts
        ways_from(
            graph.start, graph.head, costs.cost, graph.code, costs.blocked.view(np.uint8),
            problem.node_flags, fee, problem.classes, problem.automaton.ahead, modes,
            best, front_costs, nodes, marks, len(problem.starts), problem.max_hops,
        )  # fmt: skip
        return ReachableCosts(problem.caller_graph, best.reshape(-1, modes), FAR, fee)

    steps = arc_table(problem)
    return ReachableCosts(
        problem.caller_graph, _by_node(steps, cheapest_from(steps, ask.max_hops)), NEVER
    )


def backward_costs(
    view: View,
    policy: Policy,
    ask: SearchRequest,
    answers: PostAnswers,
    engine: EngineName | None = None,
) -> ReachableCosts:
    """Return the nodes from which a target is reached within `max_hops`, including their fee.

    The fee is the cost of entering the node. So a walk that enters a node over a new arc costs
    `forward_costs` + the arc + `backward_costs`. Of several modes (stops met, descended or not) the
    cheapest counts. Starts, which are never entered, are left out.
    """
    problem = build_problem(
        caller_graph_of(view, policy), answering_costs(view, policy, answers), policy, ask
    )
    if is_fast(engine):
        from graph.paths.kernel.compiled_reachability import FAR, ways_to

        graph, modes, fee = problem.caller_graph.arc_graph, problem.automaton.modes, fees(problem)
        costs = problem.answering_costs
        best, front_costs, nodes, marks = _allocate(len(fee), modes)
        for mode in np.flatnonzero(problem.automaton.goal).tolist():
            best[problem.targets * modes + mode] = problem.ends
        nodes[0, : len(problem.targets)] = problem.targets
        fee[(problem.node_flags & (LEAVE | START)) != LEAVE] = -1
        ways_to(
            graph.back_start, graph.tail, costs.back_cost, graph.back_code,
            costs.back_blocked.view(np.uint8), problem.node_flags, fee, problem.classes,
            problem.automaton.before, modes, best, front_costs, nodes, marks, len(problem.targets),
            problem.max_hops,
        )  # fmt: skip
        return ReachableCosts(problem.caller_graph, best.reshape(-1, modes), FAR)

    steps = arc_table(problem)
    best = _by_node(steps, cheapest_to(steps, ask.max_hops))
    best[[node for node, _ in steps.starts]] = NEVER
    return ReachableCosts(problem.caller_graph, best, NEVER, steps.fee)


# ---- compiled


def _allocate(nodes: int, modes: int) -> tuple[Any, Any, Any, Any]:
    from graph.paths.kernel.compiled_reachability import FAR

    best, front_costs = np.full(nodes * modes, FAR, np.int32), np.empty(nodes * modes, np.int32)
    return best, front_costs, np.empty((2, nodes), np.int32), np.zeros(nodes, np.uint8)


# ---- in arrays


def cheapest_from(table: ArcTable, max_hops: int) -> Numbers:
    """int64[states + 1]: 16 * micro-nats + hops of the cheapest walk from a start, NEVER: none.

    O(hops * steps).
    """
    return deque(layers_from(table, max_hops), maxlen=1).pop()


def layers_from(table: ArcTable, max_hops: int) -> Iterator[Numbers]:
    """Yield these costs for at most 0, 1, ... hops; stops when more hops change nothing."""
    check_deadline()
    best = np.full(table.dead + 1, NEVER, np.int64)
    best[[state for _, state in table.starts]] = 0
    yield best
    for _ in range(max_hops):
        costs = best[:-1].reshape(table.modes, table.size)[:, table.tail] + table.step
        after = best.copy()
        np.minimum.at(after, table.leads, costs)
        after[-1] = NEVER
        if np.array_equal(after, best):
            return
        yield (best := after)


def cheapest_to(table: ArcTable, max_hops: int) -> Numbers:
    """int64[states + 1]: 16 * micro-nats + hops of the cheapest walk to a target, NEVER: none.

    O(hops * steps)."""
    best = np.full(table.dead + 1, NEVER, np.int64)
    goal = np.flatnonzero(table.targets)
    for mode in table.goal:
        best[mode * table.size + goal] = 0
    tails, begins = np.unique(table.tail, return_index=True)
    for _ in range(max_hops if len(tails) else 0):
        through = np.minimum.reduceat(best[table.leads] + table.step, begins, axis=1)
        after = best.copy()
        by_mode = after[:-1].reshape(table.modes, table.size)
        by_mode[:, tails] = np.minimum(by_mode[:, tails], through)
        best = after
    return best


def _by_node(table: ArcTable, best: Numbers) -> Numbers:
    return best[:-1].reshape(table.modes, table.size).T


# ---- by number of hops


_HUB_BITS: Final = 16  # costs are 16 * micro-nats, with hops in the low bits


@dataclass(frozen=True, eq=False)
class HopBoundedCosts:
    """`best[h]` is int64[states + 1]: least 16 * micro-nats + hops within at most `h` hops.

    `hub` is the cost of crossing each node in addition to entering it, in the same unit; it is not
    paid at the last node.
    """

    problem: SearchProblem
    table: ArcTable
    best: tuple[Numbers, ...]
    hub: Numbers

    @cached_property
    def end_costs(self) -> Numbers:
        """int64[nodes]: the cost of ending at each, 0 at a start; NEVER if it is not reached."""
        table = self.best[-1][:-1].reshape(self.table.modes, self.table.size)
        least = table.min(axis=0)
        return np.where(least < NEVER, least - self.hub, NEVER)


def hop_bounded_costs(problem: SearchProblem) -> HopBoundedCosts:
    """Return the costs over a search problem; targets are entered and not left, as everywhere.

    O(hops * arcs): 3 ms at 5,000 nodes, 30 ms at 50,000.
    """
    steps = arc_table(problem)
    caller_graph = problem.caller_graph
    crossed = problem.answering_costs.cross != 0
    hub = np.where(crossed, _HUB_BITS * caller_graph.hub.astype(np.int64), 0)
    hub[problem.starts] = 0
    hub[problem.targets] = 0
    return HopBoundedCosts(problem, steps, tuple(layers_from(steps, problem.max_hops)), hub)
