"""Who works with whom? Posts and networks, and what joins them, as a graph for networkx.

Without direction, and whoever answers today: a post that is vacant is still a place in it. Its
nodes are numbered in order of id, so that nothing hidden moves a number. Civilians are not in it.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from graph.access.view import View
from graph.paths.kernel.caller_graph import CallerGraph, caller_graph
from graph.paths.kernel.problem import REFUSED, classes
from graph.paths.kernel.request import Direction, SearchRequest
from graph.paths.need import granted_levels
from graph.paths.policy_model import Policy
from graph.snapshot.arc_graph import tails
from graph.vocabulary import Label, PreventionLevel

if TYPE_CHECKING:
    from networkx import Graph as _Graph

    Graph = _Graph[int]
else:
    Graph = Any


@dataclass(frozen=True, eq=False)
class WorkingGraph:
    """`rows` are those of the View, by number; `pairs` has the links between two numbers, by row.

    The smaller number comes first in a pair.
    """

    rows: tuple[int, ...]
    pairs: Mapping[tuple[int, int], tuple[int, ...]]

    @cached_property
    def graph(self) -> Graph:
        """For networkx; nodes and links come in their order."""
        import networkx as nx  # a tenth of a second, for those who ask

        made: Graph = nx.Graph()
        made.add_nodes_from(range(len(self.rows)))
        made.add_edges_from(self.pairs)
        return made

    @cached_property
    def number(self) -> Mapping[int, int]:
        """By row, its number."""
        return {row: number for number, row in enumerate(self.rows)}


def dominators(graph: Graph, top: int) -> Mapping[int, int]:
    """By node, the last one that every walk from the top to it must pass; the top itself is out."""
    import networkx as nx

    found = cast("dict[int, int]", cast("Any", nx).immediate_dominators(graph.to_directed(), top))
    return {node: above for node, above in found.items() if node != top}


def threads(graph: Graph) -> tuple[tuple[int, int], ...]:
    """The two ends of each link without which the graph falls into more parts."""
    import networkx as nx

    return tuple(cast("list[tuple[int, int]]", list(cast("Any", nx).bridges(graph))))


def working_graph(view: View, policy: Policy) -> WorkingGraph:
    """All that may be crossed, and joined by what the caller may walk in some direction.

    With no matter and nobody named, at the caller's levels. Made once for a View; O(arcs).
    """
    return view.memo(("working graph", policy.digest), lambda: _made(view, policy))


def _made(view: View, policy: Policy) -> WorkingGraph:
    land = caller_graph(view, policy)
    walk = land.walk
    label = view.nodes.label[walk.row]
    works = land.cross & np.isin(label, [Label.ACTOR.code, Label.NETWORK.code])
    number = np.cumsum(works) - 1
    tail, head = tails(walk), walk.head
    chosen = ~land.shut & _walked(view, policy, land) & works[tail] & works[head]
    links = view.arc_links(walk)[chosen]
    ends = np.sort(np.stack([number[tail[chosen]], number[head[chosen]]]), axis=0)
    pairs: defaultdict[tuple[int, int], set[int]] = defaultdict(set)
    for one, other, link in zip(*ends.tolist(), links.tolist(), strict=True):
        pairs[one, other].add(link)
    rows: list[int] = walk.row[works].tolist()
    return WorkingGraph(
        rows=tuple(rows),
        pairs={pair: tuple(sorted(pairs[pair])) for pair in sorted(pairs)},
    )


def _walked(view: View, policy: Policy, land: CallerGraph) -> Any:
    """bool[arcs]: those that a need without a matter may walk."""
    levels = granted_levels(view)
    ask = SearchRequest(
        starts=(), targets={}, direction=Direction.ACROSS, max_hops=policy.search.default_hops,
        max_paths=1, overlap_percent=100,
        levels=frozenset() if levels == frozenset(PreventionLevel) else levels,
    )  # fmt: skip
    return classes(policy, ask)[land.walk.code] != REFUSED
