"""Paths from the same starts to each of many posts, found by one search for all of them.

A separate search for one post is made where the path found so would visit the same answerer twice,
or pass another fitting post: such a path is not valid.
"""

from collections.abc import Iterable, Set
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby, pairwise
from typing import Final

import numpy as np

from graph.access.view import View
from graph.paths.answering_costs import post_answers
from graph.paths.asker import asker_offices
from graph.paths.ends import direction_of
from graph.paths.kernel.caller_graph import CallerGraph, PostAnswers, answering_costs, caller_graph
from graph.paths.kernel.problem import Numbers, SearchProblem, build_problem
from graph.paths.kernel.reachability import NEVER, HopBoundedCosts, hop_bounded_costs
from graph.paths.kernel.request import Direction, SearchRequest
from graph.paths.kernel.search import search
from graph.paths.need import Need, granted_levels
from graph.paths.policy_model import Policy
from graph.questions.reference_needs import ANYTHING, LocalStart
from graph.snapshot.columns import Rows
from graph.vocabulary import Label, PreventionLevel

_HOP_BITS: Final = 4  # bits of a packed cost that count hops


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalWay:
    """The rows of a path with its ends, whether it depends on an old check, hops, micro-nats.

    `is_bound`: not a valid path, but a bound: no valid path comes before it in order.
    """

    rows: tuple[int, ...]
    is_old: bool
    hops: int
    cost: int
    is_bound: bool = False

    @property
    def order(self) -> tuple[bool, int, int, tuple[int, ...]]:
        """The order of paths: old ones last, then cost, hops, rows."""
        return self.is_old, self.cost, self.hops, self.rows


class LocalSearches:
    """The searches in one View, cached."""

    def __init__(self, view: View, policy: Policy) -> None:
        self._view, self._policy = view, policy
        self._need = Need(on=view.on, network=ANYTHING)
        self._own: dict[tuple[int, ...], frozenset[int]] = {}
        self._problem: dict[tuple[tuple[int, ...], Direction], SearchProblem] = {}
        self._ways: dict[tuple[tuple[int, ...], Direction, bool], _Ways] = {}

    def way(self, start: LocalStart, post: int, around: Set[int]) -> LocalWay | None:
        """The best path to a post that avoids some others, or a bound of it; None: no path."""
        node = int(self._land.number[post])
        if node < 0 or self._standing.cost[post] < 0:
            return None
        for is_old in (False, True):
            way = self._found(start, self.direction(start, [post]), is_old=is_old).way(node)
            if way is not None:
                is_bound = not around.isdisjoint(way.rows) or not self._is_way(way.rows)
                return replace(way, is_old=is_old, is_bound=is_bound)
        return None

    def alone(self, start: LocalStart, post: int, around: Set[int]) -> LocalWay | None:
        """The same by a search for this post alone, never a bound."""
        ask = self._ask(start, self.direction(start, [post]))
        ask = replace(ask, targets={post: 0}, avoid=frozenset(around))
        found = search(self._view, self._policy, ask, self._standing)
        ways = (
            LocalWay(rows=path.rows, is_old=path.is_old, hops=path.steps, cost=path.cost)
            for path in found.paths
        )
        return next(ways, None)

    def own(self, start: LocalStart) -> frozenset[int]:
        """The posts of a start, and all posts and networks at which the same people answer."""
        found = self._own.get(start.posts)
        if found is None:
            asking = asker_offices(self._view, self._standing, start.posts)
            found = self._own[start.posts] = frozenset(asking)
        return found

    def direction(self, start: LocalStart, posts: Iterable[int]) -> Direction:
        """The direction through the tiers from a start to some posts."""
        return direction_of(self._view, self._need, start.posts, posts)

    def problem(self, start: LocalStart, direction: Direction) -> SearchProblem:
        """What all paths from a start in a direction share; targets are entered like others."""
        key = start.posts, direction
        if key not in self._problem:
            seats = answering_costs(self._view, self._policy, self._standing)
            is_end = (seats.cross[self._posts] == 0) & (seats.stand[self._posts] >= 0)
            ends: list[int] = self._land.walk.row[self._posts[is_end]].tolist()
            ask = replace(self._ask(start, direction), targets=dict.fromkeys(ends, 0))
            self._problem[key] = build_problem(self._land, seats, self._policy, ask)
        return self._problem[key]

    # ---- one search

    def _found(self, start: LocalStart, direction: Direction, *, is_old: bool) -> "_Ways":
        """The paths over arcs that are not old, or over all."""
        key = start.posts, direction, is_old
        if key not in self._ways:
            field = self.problem(start, direction)
            seats = field.answering_costs
            fresh = seats if is_old else seats.without_old(self._view, field.caller_graph)
            self._ways[key] = _Ways(
                hop_bounded_costs(field._replace(answering_costs=fresh)), self._posts
            )
        return self._ways[key]

    def _is_way(self, rows: tuple[int, ...]) -> bool:
        """Whether no answerer is visited twice."""
        keys: list[int] = self._standing.key[list(rows[1:])].tolist()
        steps = [key for key, _ in groupby(keys)]
        return len(set(steps)) == len(steps)

    def _ask(self, start: LocalStart, direction: Direction) -> SearchRequest:
        levels = granted_levels(self._view)
        return SearchRequest(
            starts=tuple(sorted(self.own(start))), targets={}, direction=direction,
            max_hops=self._policy.search.default_hops, max_paths=1, overlap_percent=100,
            levels=frozenset() if levels == frozenset(PreventionLevel) else levels,
        )  # fmt: skip

    # ---- shared data

    @cached_property
    def _standing(self) -> PostAnswers:
        return post_answers(self._view, self._policy)

    @cached_property
    def _land(self) -> CallerGraph:
        return caller_graph(self._view, self._policy)

    @cached_property
    def _posts(self) -> Rows:
        """The nodes of the arc graph that are visible posts, ascending."""
        is_post = self._view.nodes.label[self._land.walk.row] == Label.ACTOR.code
        return np.flatnonzero(is_post & self._land.visible).astype(np.int32)


@dataclass(frozen=True, eq=False)
class _Ways:
    """The cheapest paths to some nodes of the arc graph, ascending, traced back all at once."""

    layers: HopBoundedCosts
    nodes: Rows

    def way(self, node: int) -> LocalWay | None:
        """The path to one of the nodes."""
        packed = int(self.layers.ending[node])
        if packed >= NEVER:
            return None
        column = self._traced[:, np.searchsorted(self.nodes, node)]
        rows: list[int] = self.layers.field.caller_graph.walk.row[column].tolist()
        return LocalWay(
            rows=tuple(row for row, _ in groupby(rows)),
            is_old=False,
            hops=packed & 2**_HOP_BITS - 1,
            cost=packed >> _HOP_BITS,
        )

    @cached_property
    def _traced(self) -> Numbers:
        """int64[hops + 1, nodes]: by hop, the node of each path; shorter paths repeat one.

        Of equal steps the first mode and tail. O(hops * arcs).
        """
        ground, best = self.layers.ground, self.layers.best
        table = best[-1][:-1].reshape(ground.modes, ground.size)
        states = table[:, self.nodes].argmin(axis=0) * ground.size + self.nodes
        found = [states]
        for after, before in pairwise(reversed(best)):
            came = self._came(before, after)
            states = np.where(after[states] == before[states], states, came[states])
            found.append(states)
        return np.stack(found[::-1]) % ground.size

    def _came(self, before: Numbers, after: Numbers) -> Numbers:
        """int64[states + 1]: the predecessor of each state by the last hop."""
        ground = self.layers.ground
        came = np.zeros(ground.dead + 1, np.int64)
        for mode in reversed(range(ground.modes)):
            tail = mode * ground.size + ground.tail
            chosen = np.flatnonzero(before[tail] + ground.step == after[ground.leads[mode]])[::-1]
            came[ground.leads[mode][chosen]] = tail[chosen]  # the first is written last
        return came
