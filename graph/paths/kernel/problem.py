"""One search problem: flags per node of the caller graph, the automaton, and the usable arcs.

A state is a node and a mode: how many items of `via` are met and, going across, whether the path
has descended yet. In the kernel state = node * modes + mode, but in an ArcTable state =
mode * nodes + node. A step of an ArcTable is an arc with the additional cost of entering its head;
of parallel arcs the cheapest counts.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from graph.paths.kernel.caller_graph import AnsweringCosts, CallerGraph
from graph.paths.kernel.request import Direction, SearchRequest
from graph.paths.policy import Policy, level_bits
from graph.snapshot.arc_costs import (
    ALL_LEVELS,
    CIVIL_BIT,
    CLIMBS,
    CODES,
    FALLS,
    GATE_BIT,
    SLOPE_BIT,
    Costs,
)
from graph.snapshot.arc_graph import is_new_pair, tails
from graph.snapshot.arcs import Flags
from graph.snapshot.columns import Rows
from graph.vocabulary import LegalGate, PreventionLevel

Bytes = NDArray[np.uint8]
ENTER, LEAVE, START, TARGET = 1, 2, 4, 8
"""Bits of the node flags: may be entered, may be left, is a start, is a target."""
SYMBOL_BIT: Final = 4
"""From this bit on, the flags hold which items of `via` the node meets."""
REFUSED: Final = 0
"""The class of an arc a need may not use; 1 falls, 2 is flat, 3 climbs."""
DEAD: Final = 255
"""The automaton's result for a step that is not allowed."""
SYMBOLS: Final = 4  # two items of via: what a node meets is two bits
CLASSES: Final = 4


class Automaton(NamedTuple):
    """The modes of a need: items of `via` met, times two going across (before, after a descent).

    `after[(mode * 4 + class) * 4 + symbol]` is the next mode or DEAD, `ahead` the same as a bit;
    `before`, by the next mode, has a bit for each mode it can come from. `goal[mode]`: whether a
    path may end in it. `kind`: how many items, and whether across.
    """

    after: Bytes
    ahead: Bytes
    before: Bytes
    goal: Bytes
    kind: tuple[int, bool]

    @property
    def modes(self) -> int:
        """The number of modes of a node."""
        return len(self.goal)


class SearchProblem(NamedTuple):
    """The input of one need's search; nodes are numbers of the arc graph, costs 16 * micro-nats.

    `starts` and `start_modes` have equal length, as have `targets` and `ends`: the cost of ending
    there (the fit of the target; the cost of who answers there is part of the arc).
    """

    caller_graph: CallerGraph
    answering_costs: AnsweringCosts
    node_flags: Bytes
    classes: Bytes
    automaton: Automaton
    starts: Rows
    start_modes: Rows
    targets: Rows
    ends: Costs
    max_hops: int


def build_problem(
    caller_graph: CallerGraph, answering_costs: AnsweringCosts, policy: Policy, ask: SearchRequest
) -> SearchProblem:
    """Set flags for starts, targets, closed and avoided nodes on the caller graph. O(nodes)."""
    node_flags = answering_costs.cross.copy()
    if ask.closed is not None:
        node_flags[ask.closed[caller_graph.arc_graph.row]] = 0
    starts = _nodes_of(caller_graph, sorted(set(ask.starts)))
    node_flags[starts] = LEAVE | START
    # The targets that are visible, answered and no start, and the costs of ending there.
    numbers = caller_graph.number[list(ask.targets)]
    is_goal = (numbers | answering_costs.stand[numbers]) >= 0  # negative if either is
    is_goal &= node_flags[numbers] < START
    targets = numbers[is_goal]
    ends = 16 * np.fromiter(ask.targets.values(), np.int32, len(ask.targets))[is_goal]
    node_flags[targets] = ENTER | TARGET
    if ask.avoid:
        node_flags[_nodes_of(caller_graph, ask.avoid)] = 0
        is_kept = node_flags[targets] != 0
        starts, targets, ends = starts[node_flags[starts] != 0], targets[is_kept], ends[is_kept]
    automaton = automaton_of(len(ask.via), ask.direction is Direction.ACROSS)
    for bit, item in enumerate(ask.via, SYMBOL_BIT):
        node_flags[_nodes_of(caller_graph, item)] |= 1 << bit
    phases = automaton.modes // (len(ask.via) + 1)
    start_modes = np.zeros(len(starts), np.int32)
    if ask.via:
        start_modes += (node_flags[starts] >> SYMBOL_BIT & 1) * phases
    return SearchProblem(
        caller_graph, answering_costs, node_flags, classes(policy, ask), automaton,
        starts, start_modes, targets, ends, ask.max_hops,
    )  # fmt: skip


def fees(problem: SearchProblem) -> Costs:
    """int32[nodes]: the cost of entering each besides its arc, 16 * micro-nats; 0 for a start."""
    fee = problem.answering_costs.leave.copy()
    fee[problem.targets] = problem.ends
    fee[problem.starts] = 0
    return fee


def _nodes_of(caller_graph: CallerGraph, rows: Collection[int]) -> Rows:
    """The numbers of the rows that are in the arc graph and visible, in the given order."""
    numbers = caller_graph.number[np.fromiter(rows, np.intp, len(rows))]
    return numbers[numbers >= 0]


# ---- arc classes


def classes(policy: Policy, ask: SearchRequest) -> Bytes:
    """u1[arc codes]: REFUSED, or the slope class of an arc the need may use.

    Source: docs/paths.md, "What a path is". A matter of a named person has no civilian at its head.
    """
    gates = tuple(
        gate.code
        for gate, rule in policy.gates.items()
        if (rule.is_named or not ask.is_named)
        and (ask.gate is None or gate in (ask.gate, LegalGate.INTERNAL))
    )
    return _classes(gates, ask.levels, ask.direction, ask.is_named)


@lru_cache(maxsize=256)
def _classes(
    gates: tuple[int, ...],
    levels: frozenset[PreventionLevel],
    direction: Direction,
    is_named: bool,
) -> Bytes:
    code = np.arange(CODES)
    slope = code >> SLOPE_BIT & 3
    is_open = (code & level_bits(levels) & ALL_LEVELS) != 0
    is_open &= np.isin(code >> GATE_BIT & 15, gates)
    if is_named:
        is_open &= (code >> CIVIL_BIT & 1) == 0
    if direction is Direction.DOWN:
        is_open &= slope != CLIMBS
    if direction is Direction.UP:
        is_open &= slope != FALLS
    classes_by_code = np.where(is_open, slope + 1, REFUSED).astype(np.uint8)
    classes_by_code.flags.writeable = False
    return classes_by_code


# ---- the automaton


@lru_cache
def automaton_of(items: int, is_across: bool) -> Automaton:
    """Return the automaton for `items` to be met in order; across, climbs precede descents."""
    phases = 2 if is_across else 1
    modes = (items + 1) * phases
    after = np.full((modes, CLASSES, SYMBOLS), DEAD, np.uint8)
    for mode in range(modes):
        met, is_down = divmod(mode, phases)
        for slope in (FALLS, 1, CLIMBS):
            if is_across and is_down and slope == CLIMBS:
                continue
            for symbol in range(SYMBOLS):
                meets = met < items and symbol >> met & 1
                falls = is_across and (is_down or slope == FALLS)
                after[mode, slope + 1, symbol] = (met + meets) * phases + falls
    before = np.zeros_like(after)
    for mode, slope, symbol in np.ndindex(after.shape):
        if (then := after[mode, slope, symbol]) != DEAD:
            before[then, slope, symbol] |= 1 << mode
    goal = np.array([mode // phases == items for mode in range(modes)], np.uint8)
    ahead = np.where(after == DEAD, 0, 1 << np.minimum(after, modes)).astype(np.uint8)
    tables = after.ravel(), ahead.ravel(), before.ravel(), goal
    for table in tables:
        table.flags.writeable = False
    return Automaton(*tables, kind=(items, is_across))


Numbers = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class ArcTable:
    """The steps of one need, sorted by tail and head; nodes are numbers of the arc graph.

    `step` and `fee` (of entering a node) are 16 * micro-nats; a step adds 1 for the hop.
    `leads[mode]` is the state a step leads to, or `dead`.
    """

    tail: Numbers
    head: Numbers
    step: Numbers
    leads: Numbers
    starts: tuple[tuple[int, int], ...]  # (node, state)
    targets: Flags
    fee: Numbers
    goal: tuple[int, ...]  # the modes in which a target ends a path

    @property
    def size(self) -> int:
        """The number of nodes."""
        return len(self.targets)

    @property
    def modes(self) -> int:
        """The number of modes of a node."""
        return len(self.leads)

    @property
    def dead(self) -> int:
        """The state no path can be in."""
        return self.modes * self.size


def arc_table(problem: SearchProblem) -> ArcTable:
    """Return the steps of a search problem. O(arcs)."""
    graph, node_flags, fee = (
        problem.caller_graph.arc_graph,
        problem.node_flags,
        fees(problem).astype(np.int64),
    )
    all_tails, arc_classes = tails(graph), problem.classes[graph.code]
    is_open = ~problem.answering_costs.blocked & (arc_classes != REFUSED)
    is_open &= (node_flags[all_tails] & LEAVE != 0) & (node_flags[graph.head] & ENTER != 0)
    arcs = np.flatnonzero(is_open)
    first = np.flatnonzero(is_new_pair(all_tails[arcs], graph.head[arcs]))
    step_arcs = arcs[first]
    head = graph.head[step_arcs].astype(np.int64)
    costs = problem.answering_costs.cost
    cost = np.minimum.reduceat(costs[arcs], first) if len(first) else costs[step_arcs]
    targets = np.zeros(len(node_flags), np.bool_)
    targets[problem.targets] = True
    states = problem.start_modes.astype(np.int64) * len(node_flags) + problem.starts
    # int64[modes, steps]: the automaton's next mode, as a state; parallel arcs share one class.
    modes, size = problem.automaton.modes, len(node_flags)
    after = problem.automaton.after.reshape(modes, CLASSES, SYMBOLS)
    symbols = node_flags[head] >> SYMBOL_BIT
    then = after[:, arc_classes[step_arcs], symbols].astype(np.int64)
    return ArcTable(
        tail=all_tails[step_arcs].astype(np.int64),
        head=head,
        step=cost + fee[head],
        leads=np.where(then == DEAD, modes * size, then * size + head),
        starts=tuple(zip(problem.starts.tolist(), states.tolist(), strict=True)),
        targets=targets,
        fee=fee,
        goal=tuple(np.flatnonzero(problem.automaton.goal).tolist()),
    )
