"""On which links do most posts of the caller's areas depend? Counted along the best ways down.

One tree of cheapest ways from the top of the structure to every node, as a search with no matter
named would walk it; a link counts the posts behind it. It says in which order links are worth
checking, and is no path search: bounds on hops and on likeness play no part.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graph.access.view import View
from graph.paths.answering_costs import post_answers
from graph.paths.kernel.caller_graph import answering_costs, caller_graph
from graph.paths.kernel.problem import LEAVE, REFUSED, classes
from graph.paths.kernel.request import Direction, SearchRequest
from graph.paths.need import granted_levels
from graph.paths.policy_model import Policy
from graph.snapshot.arc_graph import ArcGraph, tails
from graph.snapshot.csr import Mask
from graph.vocabulary import Label, PreventionLevel

Numbers = NDArray[np.int64]
_NONE: Final = -1
_FAR: Final = 1 << 60


def posts_depending_on(view: View, policy: Policy) -> Numbers:
    """int64[links]: how many posts of the caller's areas have their best way over each link.

    The way begins at the posts of the highest tier in the View, the national ones where there are
    any. Of equally good ways the first in order of id counts. Made once for a View; O(arcs) for
    each hop of the longest way: 7 ms at 5,000 nodes, 80 ms at 50,000.
    """
    return view.memo(("dependents", policy.digest), lambda: _dependents(view, policy))


@dataclass(frozen=True, slots=True)
class _Tree:
    """By node of the Walk: the arc its best way comes by and the node before; none: `_NONE`."""

    walk: ArcGraph
    by: Numbers
    before: Numbers

    def depths(self) -> Numbers:
        """int64[nodes]: how many arcs lie behind each."""
        depth = np.zeros(len(self.by), np.int64)
        behind = self.before
        while (is_on := behind != _NONE).any():
            depth += is_on
            behind = np.where(is_on, self.before[behind], _NONE)
        return depth


def _dependents(view: View, policy: Policy) -> Numbers:
    posts = view.visible & (view.nodes.label == Label.ACTOR.code)
    count = np.zeros(len(view.links.ids), np.int64)
    if not posts.any():
        return count
    is_top = posts & (view.nodes.height == view.nodes.height[posts].min())
    tree = _tree(view, policy, is_top, posts)
    behind = (posts & ~is_top & _own(view))[tree.walk.row].astype(np.int64)
    links, depths = view.arc_links(tree.walk), tree.depths()
    for depth in range(int(depths.max(initial=0)), 0, -1):  # the farthest first
        nodes = np.flatnonzero((depths == depth) & (behind > 0))
        np.add.at(behind, tree.before[nodes], behind[nodes])
        np.add.at(count, links[tree.by[nodes]], behind[nodes])
    return count


def _own(view: View) -> Mask:
    """bool[nodes]: what lies in the areas of a grant."""
    own = np.zeros(len(view.visible), np.bool_)
    for granted in view.grants:
        own |= granted.near
    return own


def _tree(view: View, policy: Policy, is_top: Mask, posts: Mask) -> _Tree:
    land, seats = (
        caller_graph(view, policy),
        answering_costs(view, policy, post_answers(view, policy)),
    )
    walk = land.walk
    starts = is_top[walk.row]
    leaves = (seats.cross & LEAVE != 0) | starts
    enters = (seats.cross != 0) | (posts[walk.row] & (seats.stand >= 0))
    tail = tails(walk).astype(np.int64)
    is_open = ~land.shut & _walked(view, policy, walk) & leaves[tail] & enters[walk.head]
    arcs = np.flatnonzero(is_open & ~starts[walk.head])
    head = walk.head[arcs].astype(np.int64)
    step = walk.cost[arcs].astype(np.int64) + np.maximum(seats.stand, 0)[head] + seats.leave[head]
    tail = tail[arcs]
    best = _best(starts, tail, head, step)
    is_best = (best[tail] < _FAR) & (best[tail] + step == best[head])
    reached, first = np.unique(head[is_best], return_index=True)
    by, before = (np.full(len(best), _NONE, np.int64) for _ in range(2))
    by[reached], before[reached] = arcs[is_best][first], tail[is_best][first]
    return _Tree(walk, by, before)


def _best(starts: Mask, tail: Numbers, head: Numbers, step: Numbers) -> Numbers:
    """int64[nodes]: what the best way from a start costs; only what has become nearer goes on."""
    best = np.where(starts, 0, _FAR).astype(np.int64)
    is_nearer = starts
    while is_nearer.any():
        arcs = np.flatnonzero(is_nearer[tail])
        after = best.copy()
        np.minimum.at(after, head[arcs], best[tail[arcs]] + step[arcs])
        is_nearer, best = after < best, after
    return best


def _walked(view: View, policy: Policy, walk: ArcGraph) -> Mask:
    """bool[arcs]: those a need downward may walk that names no matter and nobody."""
    levels = granted_levels(view)
    ask = SearchRequest(
        starts=(), targets={}, direction=Direction.DOWN, max_hops=policy.search.default_hops,
        max_paths=1, overlap_percent=100,
        levels=frozenset() if levels == frozenset(PreventionLevel) else levels,
    )  # fmt: skip
    return classes(policy, ask)[walk.code] != REFUSED
