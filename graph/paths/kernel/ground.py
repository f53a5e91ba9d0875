"""All steps a need may walk, in arrays: for whole-graph answers in numpy, and for other engines.

A step is an arc with what entering its head costs besides; of parallel arcs the cheapest counts.
A state is here a node and a mode too, but state = mode * nodes + node.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graph.paths.kernel.problem import (
    CLASSES,
    DEAD,
    ENTER,
    LEAVE,
    REFUSED,
    SYMBOL_BIT,
    SYMBOLS,
    SearchProblem,
    fees,
)
from graph.snapshot.arc_graph import is_new_pair, tails
from graph.snapshot.arcs import Flags

Numbers = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class ArcTable:
    """The steps of one need, sorted by tail and head; nodes are numbers of the Walk.

    `step` and `fee` (of entering a node) are 16 * micro-nats, a step's with 1 for the hop.
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


def arc_table(field: SearchProblem) -> ArcTable:
    """The steps of what is painted. O(arcs)."""
    walk, paint, fee = field.caller_graph.walk, field.paint, fees(field).astype(np.int64)
    all_tails, kinds = tails(walk), field.classes[walk.code]
    is_open = ~field.answering_costs.shut & (kinds != REFUSED)
    is_open &= (paint[all_tails] & LEAVE != 0) & (paint[walk.head] & ENTER != 0)
    arcs = np.flatnonzero(is_open)
    first = np.flatnonzero(is_new_pair(all_tails[arcs], walk.head[arcs]))
    chosen = arcs[first]
    head = walk.head[chosen].astype(np.int64)
    costs = field.answering_costs.cost
    cost = np.minimum.reduceat(costs[arcs], first) if len(first) else costs[chosen]
    targets = np.zeros(len(paint), np.bool_)
    targets[field.targets] = True
    states = field.start_modes.astype(np.int64) * len(paint) + field.starts
    return ArcTable(
        tail=all_tails[chosen].astype(np.int64),
        head=head,
        step=cost + fee[head],
        leads=_leads(field, head, kinds[chosen]),
        starts=tuple(zip(field.starts.tolist(), states.tolist(), strict=True)),
        targets=targets,
        fee=fee,
        goal=tuple(np.flatnonzero(field.automaton.goal).tolist()),
    )


def _leads(field: SearchProblem, head: Numbers, kinds: NDArray[np.uint8]) -> Numbers:
    """int64[modes, steps]: the automaton's next mode, as a state; parallels are of one class."""
    modes, size = field.automaton.modes, len(field.paint)
    after = field.automaton.after.reshape(modes, CLASSES, SYMBOLS)
    then = after[:, kinds, field.paint[head] >> SYMBOL_BIT].astype(np.int64)
    return np.where(then == DEAD, modes * size, then * size + head)
