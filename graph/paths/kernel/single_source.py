"""Single-source search: least costs from the starts to every node, by number of hops.

One search for all targets of all needs that are otherwise equal: walks of at most so many hops from
the starts to a node, possibly repeating nodes. It uses arrays only, so it needs no compiler.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from graph.paths.kernel.problem import ArcTable, Numbers, SearchProblem, arc_table
from graph.paths.kernel.reachability import NEVER, layers_from

__all__ = ["NEVER", "HopBoundedCosts", "hop_bounded_costs"]
_HUB_BITS: Final = 16  # costs are 16 * micro-nats, with hops in the low bits


@dataclass(frozen=True, eq=False)
class HopBoundedCosts:
    """`best[h]` is int64[states + 1]: least 16 * micro-nats + hops within at most `h` hops.

    `hub` is the cost of crossing each node in addition to entering it, in the same unit; it is not
    paid at the last node.
    """

    field: SearchProblem
    ground: ArcTable
    best: tuple[Numbers, ...]
    hub: Numbers

    @cached_property
    def ending(self) -> Numbers:
        """int64[nodes]: the cost of ending at each, 0 at a start; NEVER if it is not reached."""
        table = self.best[-1][:-1].reshape(self.ground.modes, self.ground.size)
        least = table.min(axis=0)
        return np.where(least < NEVER, least - self.hub, NEVER)


def hop_bounded_costs(field: SearchProblem) -> HopBoundedCosts:
    """Return the costs over a search problem; targets are entered and not left, as everywhere.

    O(hops * arcs): 3 ms at 5,000 nodes, 30 ms at 50,000.
    """
    steps = arc_table(field)
    land = field.caller_graph
    crossed = field.answering_costs.cross != 0
    hub = np.where(crossed, _HUB_BITS * land.hub.astype(np.int64), 0)
    hub[field.starts] = 0
    hub[field.targets] = 0
    return HopBoundedCosts(field, steps, tuple(layers_from(steps, field.max_hops)), hub)
