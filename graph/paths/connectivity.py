"""Connectivity of a need: whether a path exists without given people or posts, whatever its cost.

All arcs that a need may use, each with the people who carry it, and the people who answer at each
post. For one set of targets, only the arcs are considered that lead to them within `max_hops`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graph.access.view import View
from graph.paths.availability import Candidate, candidates
from graph.paths.kernel.problem import (
    CLASSES,
    DEAD,
    ENTER,
    LEAVE,
    REFUSED,
    SYMBOLS,
    Numbers,
    SearchProblem,
)
from graph.paths.minimum_cut import BreakingGroups
from graph.snapshot.arc_graph import tails
from graph.snapshot.columns import Rows
from graph.snapshot.csr import Mask
from graph.vocabulary import Label

_NEW: Final = -1


@dataclass(frozen=True, eq=False)
class TraversableArcs:
    """The open arcs of a search problem; `tail` and `head` are numbers of its arc graph.

    `leads[mode]` is the mode an arc leads to, or DEAD. `carriers` are two people (rows of the
    View) per arc, -1: none. The limit of hops is that of `problem`.
    """

    view: View
    problem: SearchProblem
    tail: Numbers
    head: Numbers
    leads: NDArray[np.uint8]
    carriers: Rows

    def to(self, targets: Rows) -> "TargetReachability":
        """Return the arcs that lead to some targets, given as rows of the View."""
        numbers = self.problem.caller_graph.number[targets]
        numbers = numbers[numbers >= 0]
        numbers = numbers[self.problem.node_flags[numbers] & ENTER != 0]
        goal = np.zeros(len(self.problem.node_flags), np.bool_)
        goal[numbers] = True
        near = goal.copy()
        for _ in range(self.problem.max_hops):
            near[self.tail[near[self.head]]] = True
        return TargetReachability(self, np.flatnonzero(near[self.head]), goal)

    @cached_property
    def answerers_by_node(self) -> Mapping[int, frozenset[int]]:
        """By node of a post: the people who answer there; without all of them, no one answers.

        Networks are left out, and so are posts at which a unit, a line or a mailbox answers too.
        """
        by_node: dict[int, frozenset[int]] = {}
        for number, row in enumerate(self.problem.caller_graph.arc_graph.row.tolist()):
            if self.view.visible[row] and self.view.label(row) is Label.ACTOR:
                people = _people(candidates(self.view, row), self.view.day)
                if people:
                    by_node[number] = people
        return by_node


def traversable_arcs(view: View, problem: SearchProblem) -> TraversableArcs:
    """Return the open arcs of a search problem, parallel ones included. O(arcs)."""
    graph, flags = problem.caller_graph.arc_graph, problem.node_flags
    tail, kinds = tails(graph), problem.classes[graph.code]
    is_open = ~problem.caller_graph.blocked & (kinds != REFUSED)
    is_open &= (flags[tail] & LEAVE != 0) & (flags[graph.head] & ENTER != 0)
    arcs = np.flatnonzero(is_open)
    after = problem.automaton.after.reshape(problem.automaton.modes, CLASSES, SYMBOLS)
    return TraversableArcs(
        view=view,
        problem=problem,
        tail=tail[arcs].astype(np.int64),
        head=graph.head[arcs].astype(np.int64),
        leads=after[:, kinds[arcs], 0],
        carriers=view.arc_carriers(graph)[:, arcs],
    )


def _people(group: Iterable[Candidate], day: int) -> frozenset[int] | None:
    """Return all who answer, if all of them are people; None if something else answers too."""
    everybody: set[int] = set()
    for candidate in group:
        if not candidate.is_there(day):
            continue
        if candidate.inner:
            people = _people(candidate.inner, day)
        else:
            people = None if candidate.person is None else frozenset({candidate.person})
        if people is None:
            return None
        everybody |= people
    return frozenset(everybody)


@dataclass(frozen=True, eq=False)
class TargetReachability:
    """The arcs that lead to some targets, by index, and the mask of the targets."""

    traversable: TraversableArcs
    arcs: NDArray[np.intp]
    goal: Mask

    def by_posts(self, removed_rows: frozenset[int]) -> BreakingGroups | None:
        """Return the posts on a path around some posts (rows), without the first; None: no path."""
        problem = self.traversable.problem
        shut = np.zeros(len(problem.node_flags), np.bool_)
        shut[problem.caller_graph.number[sorted(removed_rows)]] = True
        way = self._way(~shut, self._arcs_without(frozenset()))
        if way is None:
            return None
        rows: list[int] = problem.caller_graph.arc_graph.row[self.traversable.head[way]].tolist()
        view = self.traversable.view
        return tuple(frozenset({row}) for row in rows if view.label(row) is Label.ACTOR)

    def by_people(self, removed_rows: frozenset[int]) -> BreakingGroups | None:
        """Return the groups of people a path around some people (rows) depends on; None: no path.

        Removing all people of any one group breaks the path.
        """
        problem, answerers = self.traversable.problem, self.traversable.answerers_by_node
        shut = np.zeros(len(problem.node_flags), np.bool_)
        nodes = {node for person in removed_rows for node in self._by_person.get(person, ())}
        shut[[node for node in nodes if answerers[node] <= removed_rows]] = True
        way = self._way(~shut, self._arcs_without(removed_rows))
        if way is None:
            return None
        heads: list[int] = self.traversable.head[way].tolist()
        at_posts = [answerers[node] - removed_rows for node in heads if node in answerers]
        carriers: list[int] = self.traversable.carriers[:, way].ravel().tolist()
        return (*at_posts, *(frozenset({person}) for person in carriers if person >= 0))

    @cached_property
    def _by_person(self) -> Mapping[int, tuple[int, ...]]:
        nodes_of: dict[int, tuple[int, ...]] = {}
        nodes = set(self.traversable.head[self.arcs].tolist())
        for node, people in self.traversable.answerers_by_node.items():
            for person in people if node in nodes else ():
                nodes_of[person] = (*nodes_of.get(person, ()), node)
        return nodes_of

    def _arcs_without(self, people: frozenset[int]) -> NDArray[np.intp]:
        if not people:
            return self.arcs
        carried = np.isin(self.traversable.carriers[:, self.arcs], sorted(people))
        return self.arcs[~carried.any(axis=0)]

    def _way(self, is_open: Mask, arcs: NDArray[np.intp]) -> list[int] | None:
        """Return the arcs of a path with the fewest hops over open nodes; None: there is none."""
        ways, problem = self.traversable, self.traversable.problem
        size, modes = len(problem.node_flags), problem.automaton.modes
        came = np.full(modes * size, _NEW, np.int64)  # by which arc
        before = np.full(modes * size, _NEW, np.int64)  # from which mode
        depth = np.full(modes * size, _NEW, np.int64)
        depth[problem.start_modes * size + problem.starts] = 0
        arcs = arcs[is_open[ways.head[arcs]]]
        for hop in range(1, problem.max_hops + 1):
            is_new = False
            for mode in range(modes):
                here = arcs[depth[mode * size + ways.tail[arcs]] == hop - 1]
                here = here[ways.leads[mode, here] != DEAD]
                state = ways.leads[mode, here].astype(np.int64) * size + ways.head[here]
                fresh = depth[state] == _NEW
                state, here = state[fresh][::-1], here[fresh][::-1]  # the first is written last
                depth[state], came[state], before[state] = hop, here, mode
                is_new |= bool(len(state))
            if not is_new:
                return None
            ends = np.flatnonzero((depth.reshape(modes, size) == hop) & self.goal)
            if len(ends):
                last, path = int(ends[0]), list[int]()
                while came[last] != _NEW:
                    path.append(int(came[last]))
                    last = int(before[last]) * size + int(ways.tail[path[-1]])
                return path[::-1]
        return None
