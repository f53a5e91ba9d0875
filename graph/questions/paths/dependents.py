"""On which links do most posts of the caller's areas depend? Counted along the best ways down.

One tree of cheapest ways from the top of the structure to every node, as a search with no matter
named would walk it; a link counts the posts behind it. It says in which order links are worth
checking, and is no path search: bounds on hops and on likeness play no part.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graph.lanes import Walk, tails
from graph.questions.paths.ask import Ask, Direction
from graph.questions.paths.need import granted_levels
from graph.questions.paths.painting import LEAVE, REFUSED, classes
from graph.questions.paths.pairs import Mask
from graph.questions.paths.resolve import standing
from graph.questions.paths.rules import Policy
from graph.questions.paths.terrain import rules_of, seating, terrain
from graph.view import View
from graph.vocabulary import Label, PreventionLevel

Numbers = NDArray[np.int64]
_NONE: Final = -1
_FAR: Final = 1 << 60


def dependents(view: View, policy: Policy) -> Numbers:
    """int64[links]: how many posts of the caller's areas have their best way over each link.

    The way begins at the posts of the highest tier in the View, the national ones where there are
    any. Of equally good ways the first in order of id counts. Made once for a View; O(lanes) for
    each hop of the longest way.
    """
    return view.memo(("dependents", policy.digest), lambda: _dependents(view, policy))


@dataclass(frozen=True, slots=True)
class _Tree:
    """By node of the Walk: the cost of the best way there, and the lane it comes by."""

    walk: Walk
    best: Numbers
    tail: Numbers
    by: Numbers


def _dependents(view: View, policy: Policy) -> Numbers:
    posts = view.visible & (view.nodes.label == Label.ACTOR.code)
    count = np.zeros(len(view.links.ids), np.int64)
    if not posts.any():
        return count
    is_top = posts & (view.nodes.height == view.nodes.height[posts].min())
    tree = _tree(view, policy, is_top, posts)
    behind: list[int] = (posts & ~is_top & _own(view))[tree.walk.row].astype(np.int64).tolist()
    tail, by = tree.tail.tolist(), tree.by.tolist()
    rules = rules_of(view, policy)
    for node in np.argsort(-tree.best, kind="stable").tolist():  # the farthest first
        lane = by[node]
        if lane != _NONE and behind[node]:
            behind[tail[lane]] += behind[node]
            count[view.lane_facts(tree.walk, rules, lane).link] += behind[node]
    return count


def _own(view: View) -> Mask:
    """bool[nodes]: what lies in the areas of a grant."""
    own = np.zeros(len(view.visible), np.bool_)
    for granted in view.grants:
        own |= granted.near
    return own


def _tree(view: View, policy: Policy, is_top: Mask, posts: Mask) -> _Tree:
    land, seats = terrain(view, policy), seating(view, policy, standing(view, policy))
    walk = land.walk
    starts = is_top[walk.row]
    leaves = (seats.cross & LEAVE != 0) | starts
    enters = (seats.cross != 0) | (posts[walk.row] & (seats.stand >= 0))
    tail = tails(walk).astype(np.int64)
    is_open = ~land.shut & _walked(view, policy, walk) & leaves[tail] & enters[walk.head]
    lanes = np.flatnonzero(is_open & ~starts[walk.head])
    head = walk.head[lanes].astype(np.int64)
    step = walk.cost[lanes].astype(np.int64) + seats.leave[head]
    best = np.where(starts, 0, _FAR).astype(np.int64)
    while True:
        nearer = best.copy()
        np.minimum.at(nearer, head, best[tail[lanes]] + step)
        if np.array_equal(nearer, best):
            break
        best = nearer
    is_best = (best[head] < _FAR) & (best[tail[lanes]] + step == best[head])
    reached, first = np.unique(head[is_best], return_index=True)
    by = np.full(len(best), _NONE, np.int64)
    by[reached] = lanes[is_best][first]
    return _Tree(walk, best, tail, by)


def _walked(view: View, policy: Policy, walk: Walk) -> Mask:
    """bool[lanes]: those a need downward may walk that names no matter and nobody."""
    levels = granted_levels(view)
    ask = Ask(
        starts=(), targets={}, direction=Direction.DOWN, max_hops=policy.search.default_hops,
        max_paths=1, overlap_percent=100,
        levels=frozenset() if levels == frozenset(PreventionLevel) else levels,
    )  # fmt: skip
    return classes(policy, ask)[walk.code] != REFUSED
