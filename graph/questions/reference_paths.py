"""The best contact for each reference in every municipality, and the nodes it depends on.

The best contact of each place is that of `find` among those a path leads to: by class, by how it is
answered on the date, then by path.

A separate search for one post is made where the path found so would visit the same answerer twice,
pass another fitting post, or cross a post that does not serve the place: such a path is not valid.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby, pairwise
from typing import Final

import numpy as np

from graph.access.context import MEETINGS, SEATS
from graph.access.view import View, memoize_by_view
from graph.paths.answer_terms import AnswerRole, AvailabilityState, FitGroup
from graph.paths.answering_costs import post_answers
from graph.paths.availability import answerer, candidates
from graph.paths.capabilities import is_kind
from graph.paths.ends import asker_posts_and_networks, direction_of
from graph.paths.intermediates import Intermediates
from graph.paths.kernel.caller_graph import (
    CallerGraph,
    PostAnswers,
    answering_costs,
    caller_graph_of,
)
from graph.paths.kernel.problem import Numbers, SearchProblem, build_problem
from graph.paths.kernel.reachability import NEVER, HopBoundedCosts, hop_bounded_costs
from graph.paths.kernel.request import Direction, SearchRequest
from graph.paths.kernel.search import search
from graph.paths.need import Need, granted_levels
from graph.paths.places import areas, inside
from graph.paths.policy import Policy
from graph.questions.reference_needs import (
    ANYTHING,
    LocalNeed,
    LocalStart,
    local_needs,
    local_starts,
    starts_to,
)
from graph.snapshot.columns import Rows
from graph.snapshot.csr import Csr, Mask, csr_from_pairs, link_ends, those, through
from graph.vocabulary import Label, LinkType, NetworkKind, PostKind, PreventionLevel

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
        self._intermediates: dict[tuple[tuple[int, ...], Need], Intermediates] = {}

    def way(self, start: LocalStart, post: int, around: Set[int], need: Need) -> LocalWay | None:
        """The best path to a post that avoids some others, or a bound of it; None: no path."""
        node = int(self._caller_graph.number[post])
        if node < 0 or self._post_answers.cost[post] < 0:
            return None
        direction = self.direction(start, [post])
        for is_old in (False, True):  # first over arcs that are not old, then over all
            key = start.posts, direction, is_old
            if key not in self._ways:
                problem = self.problem(start, direction)
                costs = problem.answering_costs
                if not is_old:
                    costs = costs.without_old(self._view, problem.caller_graph)
                layers = hop_bounded_costs(problem._replace(answering_costs=costs))
                self._ways[key] = _Ways.of(layers, self._posts)
            if (way := self._ways[key].way(node)) is not None:
                answerers: list[int] = self._post_answers.key[list(way.rows[1:])].tolist()
                steps = [answerer for answerer, _ in groupby(answerers)]
                is_bound = (
                    not around.isdisjoint(way.rows)
                    or len(set(steps)) < len(steps)
                    or bool(self._closed_nodes(start, post, need)[list(way.rows[1:-1])].any())
                )
                return replace(way, is_old=is_old, is_bound=is_bound)
        return None

    def alone(self, start: LocalStart, post: int, around: Set[int], need: Need) -> LocalWay | None:
        """Return the best path to a post by a separate search, never a bound."""
        ask = self._ask(start, self.direction(start, [post]))
        closed = self._closed_nodes(start, post, need)
        ask = replace(ask, targets={post: 0}, avoid=frozenset(around), closed=closed)
        for path in search(self._view, self._policy, ask, self._post_answers).paths:
            return LocalWay(rows=path.rows, is_old=path.is_old, hops=path.steps, cost=path.cost)
        return None

    def _closed_nodes(self, start: LocalStart, post: int, need: Need) -> Mask:
        """The nodes that a path to a post may not cross."""
        key = start.posts, need
        if key not in self._intermediates:
            self._intermediates[key] = Intermediates(
                self._view, need, self._policy, self.own(start)
            )
        return self._intermediates[key].closed_nodes([post])

    def own(self, start: LocalStart) -> frozenset[int]:
        """The posts of a start, and all posts and networks at which the same people answer."""
        if start.posts not in self._own:
            own = asker_posts_and_networks(self._view, self._post_answers, start.posts)
            self._own[start.posts] = frozenset(own)
        return self._own[start.posts]

    def direction(self, start: LocalStart, posts: Iterable[int]) -> Direction:
        """The direction through the tiers from a start to some posts."""
        return direction_of(self._view, self._need, start.posts, posts)

    def problem(self, start: LocalStart, direction: Direction) -> SearchProblem:
        """The search problem of a start and a direction; targets are entered like other nodes."""
        key = start.posts, direction
        if key not in self._problem:
            costs = answering_costs(self._view, self._policy, self._post_answers)
            is_end = (costs.cross[self._posts] == 0) & (costs.stand[self._posts] >= 0)
            ends: list[int] = self._caller_graph.arc_graph.row[self._posts[is_end]].tolist()
            ask = replace(self._ask(start, direction), targets=dict.fromkeys(ends, 0))
            self._problem[key] = build_problem(self._caller_graph, costs, self._policy, ask)
        return self._problem[key]

    def _ask(self, start: LocalStart, direction: Direction) -> SearchRequest:
        levels = granted_levels(self._view)
        return SearchRequest(
            starts=tuple(sorted(self.own(start))), targets={}, direction=direction,
            max_hops=self._policy.search.default_hops, max_paths=1, overlap_percent=100,
            levels=frozenset() if levels == frozenset(PreventionLevel) else levels,
        )  # fmt: skip

    # ---- shared data

    @cached_property
    def _post_answers(self) -> PostAnswers:
        return post_answers(self._view, self._policy)

    @cached_property
    def _caller_graph(self) -> CallerGraph:
        return caller_graph_of(self._view, self._policy)

    @cached_property
    def _posts(self) -> Rows:
        """The nodes of the arc graph that are visible posts, ascending."""
        is_post = self._view.nodes.label[self._caller_graph.arc_graph.row] == Label.ACTOR.code
        return np.flatnonzero(is_post & self._caller_graph.visible).astype(np.int32)


@dataclass(frozen=True, eq=False)
class _Ways:
    """The cheapest paths to some nodes of the arc graph, ascending; their costs are packed.

    `rows` is int32[hops + 1, nodes]: by hop, the row of each path; shorter paths repeat one.
    """

    nodes: Rows
    costs: Numbers
    rows: Rows

    @classmethod
    def of(cls, layers: HopBoundedCosts, nodes: Rows) -> "_Ways":
        """Trace the paths back all at once; the layers, which are large, are not kept."""
        row = layers.problem.caller_graph.arc_graph.row
        path_nodes = _path_nodes(layers, nodes)
        return cls(nodes, layers.end_costs[nodes], row[path_nodes].astype(np.int32))

    def way(self, node: int) -> LocalWay | None:
        """The path to one of the nodes."""
        at = np.searchsorted(self.nodes, node)
        packed = int(self.costs[at])
        if packed >= NEVER:
            return None
        rows: list[int] = self.rows[:, at].tolist()
        return LocalWay(
            rows=tuple(row for row, _ in groupby(rows)),
            is_old=False,
            hops=packed & 2**_HOP_BITS - 1,
            cost=packed >> _HOP_BITS,
        )


def _path_nodes(layers: HopBoundedCosts, nodes: Rows) -> Numbers:
    """int64[hops + 1, nodes]: by hop, the node of each path; shorter paths repeat one.

    Of equal steps the first mode and tail. O(hops * arcs).
    """
    table, best = layers.table, layers.best
    by_mode = best[-1][:-1].reshape(table.modes, table.size)
    states = by_mode[:, nodes].argmin(axis=0) * table.size + nodes
    hops = [states]
    for after, before in pairwise(reversed(best)):
        # int64[states + 1]: the predecessor of each state by this hop.
        came = np.zeros(table.dead + 1, np.int64)
        for mode in reversed(range(table.modes)):
            tail, head = mode * table.size + table.tail, table.leads[mode]
            best_arcs = np.flatnonzero(before[tail] + table.step == after[head])[::-1]
            came[head[best_arcs]] = tail[best_arcs]  # the first is written last
        states = np.where(after[states] == before[states], states, came[states])
        hops.append(states)
    return np.stack(hops[::-1]) % table.size


_DEPTH: Final = 3
"""Answering steps: a network's coordinator, the post that deputizes, its person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A local need, and where its paths begin."""

    start: LocalStart
    need: LocalNeed


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalContact:
    """The best contact that is reached: its class, and the best path to it.

    Where the asking side answers at the target itself, the path is that post alone.
    """

    number: int
    group: FitGroup
    way: LocalWay

    @property
    def post(self) -> int:
        """The row of the post."""
        return self.way.rows[-1]

    @property
    def is_you(self) -> bool:
        """Whether the contact is the asking side itself."""
        return len(self.way.rows) == 1


def local_ways(view: View, policy: Policy, start: str | None = None) -> "LocalWays":
    """The best contacts of a View, built once, in order of municipality, reference and start.

    Raises:
        NotFound: the start is absent or hidden.
    """
    starts = local_starts(view, start)

    def build() -> LocalWays:
        places = (
            Place(start=start, need=need)
            for need in local_needs(view, policy)
            for start in starts_to(view, starts, need.area)
        )
        return LocalWays(view, policy, tuple(places))

    return view.memo(("local ways", policy.digest, starts), build)


class LocalWays:
    """The best contacts of some places in one View, each computed on demand and cached.

    `before`: the same places in a View that has the nodes `gone`, which this one lacks.
    """

    def __init__(
        self,
        view: View,
        policy: Policy,
        places: tuple[Place, ...],
        *,
        before: "LocalWays | None" = None,
        removed_rows: frozenset[int] = frozenset(),
    ) -> None:
        self.view, self.policy, self.places = view, policy, places
        self._before, self._removed_rows = before, removed_rows
        self.searches = LocalSearches(view, policy)
        self._contacts: dict[int, LocalContact | None] = {}
        self._rung_and_state: dict[int, tuple[AnswerRole, AvailabilityState]] = {}
        self._dependencies: dict[int, frozenset[int]] = {}

    # ---- contacts

    def contact(self, place: int) -> LocalContact | None:
        """The best contact of a place, by its position; None: no contact is reached."""
        if place not in self._contacts:
            start, need = self.places[place].start, self.places[place].need
            contacts = (
                LocalContact(number=fitting.number, group=fitting.group, way=way)
                for fitting in need.classes()
                if (way := self._best(start, fitting.rows, need)) is not None
            )
            self._contacts[place] = next(contacts, None)
        return self._contacts[place]

    def _best(self, start: LocalStart, posts: Iterable[int], need: LocalNeed) -> LocalWay | None:
        """The path to the best post of a class, avoiding all other posts of the first class.

        The asking side comes first, where it answers at such a post itself; else the path whose end
        is answered soonest, among equals the best.
        """
        own, rows = self.searches.own(start), [row for row in posts if self.view.visible[row]]
        if you := [row for row in rows if row in own and self.rung_and_state(row)[0].is_open]:
            return LocalWay(rows=(you[0],), is_old=False, hops=0, cost=0)
        first = need.first - own
        paths = (self.searches.way(start, row, first - {row}, need.need) for row in rows)
        ways = [way for way in paths if way is not None]
        while ways:
            ways.sort(key=lambda way: way.order)
            best = ways[0] if len(ways) == 1 else self._soonest(ways)
            if not best.is_bound:
                return best
            ways.remove(best)
            post = best.rows[-1]
            if (way := self.searches.alone(start, post, first - {post}, need.need)) is not None:
                ways.append(way)
        return None

    def _soonest(self, ways: Sequence[LocalWay]) -> LocalWay:
        """The path whose end is answered soonest, among equals the first."""
        states: list[int] = []
        for way in ways:
            states.append(self.rung_and_state(way.rows[-1])[1].code)
            if states[-1] == 0:  # no state is better: the rest need not be resolved
                break
        return ways[states.index(min(states))]

    def rung_and_state(self, post: int) -> tuple[AnswerRole, AvailabilityState]:
        """Who answers at a post on the date, and whether from its first opening on."""
        before = self._before
        if before is not None and self._removed_rows.isdisjoint(before.dependencies(post)):
            return before.rung_and_state(post)
        if post not in self._rung_and_state:
            answers = answerer(candidates(self.view, post), self.view.on, self.policy.closing, None)
            rung = AnswerRole.CLOSED if answers.candidate is None else answers.candidate.rung
            self._rung_and_state[post] = rung, answers.state
        return self._rung_and_state[post]

    @property
    def positions_with_contact(self) -> list[int]:
        """The positions of the places for which a contact is reached."""
        return [position for position, _ in self._reached_contacts()]

    # ---- dependencies

    def affected_places(self, removed_rows: frozenset[int]) -> tuple[int, ...]:
        """The positions of the places that can be worse without some nodes, ascending.

        If the path, its answerers and the networks that qualify its end all remain, nothing is
        worse: crossing a node costs the same, or less with fewer neighbors.
        """
        places = {place for row in removed_rows for place in self.places_by_node.get(row, ())}
        for network in self._networks(removed_rows):
            for post in self.view.sources(network, *MEETINGS):
                places.update(self._places_by_contact.get(post, ()))
        return tuple(sorted(places))

    def critical_nodes(self, label: Label) -> list[int]:
        """The nodes of a label without which a place can be worse, by row."""
        rows = set(self.places_by_node)
        for post in self._places_by_contact:
            rows.update(self.view.targets(post, *MEETINGS))
        return sorted(row for row in rows if self.view.label(row) is label)

    def without(
        self, remaining_view: View, removed_rows: frozenset[int], places: Iterable[int]
    ) -> "LocalWays":
        """Some of the places, in order, in the View that remains without some nodes."""
        view = self.view
        qualifications = [
            _Qualification(
                kind=view.value(network, "kind"),
                within=inside(view, view.mask(areas(view).of.of(network))),
                meeting=frozenset(view.sources(network, *MEETINGS)),
            )
            for network in self._networks(removed_rows)
        ]
        remaining: list[Place] = []
        for position in places:
            start, need = self.places[position].start, self.places[position].need
            if any(qualification.can_change(need) for qualification in qualifications):
                need = replace(need, view=remaining_view)
            remaining.append(Place(start=start.in_view(remaining_view), need=need))
        return LocalWays(
            remaining_view, self.policy, tuple(remaining), before=self, removed_rows=removed_rows
        )

    def _networks(self, removed_rows: Iterable[int]) -> list[int]:
        return [row for row in removed_rows if self.view.label(row) is Label.NETWORK]

    @cached_property
    def places_by_node(self) -> Mapping[int, Sequence[int]]:
        """By node, the places whose best contact depends on it.

        A contact depends on its path, the answerers on it, and the start. A path can begin where
        one of the starting posts' holders also sits; then it depends on all of them.
        """
        places: dict[int, list[int]] = {}
        for position, contact in self._reached_contacts():
            rows, posts = contact.way.rows, self.places[position].start.posts
            nodes = set[int]().union(*map(self.dependencies, rows))
            for row in nodes if rows[0] in posts else nodes.union(posts):
                places.setdefault(row, []).append(position)
        return places

    @cached_property
    def _places_by_contact(self) -> Mapping[int, Sequence[int]]:
        """By post, the places whose best contact it is."""
        places: dict[int, list[int]] = {}
        for position, contact in self._reached_contacts():
            places.setdefault(contact.post, []).append(position)
        return places

    def _reached_contacts(self) -> Iterator[tuple[int, LocalContact]]:
        for position in range(len(self.places)):
            if (contact := self.contact(position)) is not None:
                yield position, contact

    def dependencies(self, row: int) -> frozenset[int]:
        """A node, and all nodes whose removal could change who answers there."""
        if row not in self._dependencies:
            pairs = _who_can_answer(self.view)
            nodes, new = {row}, {row}
            for _ in range(_DEPTH):
                new = {other for node in new for other in pairs.of(node).tolist()} - nodes
                nodes |= new
            self._dependencies[row] = frozenset(nodes)
        return self._dependencies[row]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Qualification:
    """How a network qualifies posts: its kind, the areas it is near, its participants."""

    kind: NetworkKind
    within: Mask
    meeting: frozenset[int]

    def can_change(self, need: LocalNeed) -> bool:
        """Whether the fit of posts for a need can change without the network."""
        return self.kind in need.reference.kinds and (
            bool(self.within[need.area])
            or not all(self.meeting.isdisjoint(fitting.rows) for fitting in need.classes())
        )


@memoize_by_view
def _who_can_answer(view: View) -> Csr:
    """By post its holders, deputies and mailboxes, on any date; by network its coordinators.

    Whether a seat is in force on the date is ignored: a future holder affects when a post is
    answered.
    """
    links = view.links
    is_seat = np.isin(links.type, [link_type.code for link_type in SEATS])
    is_seat &= view.visible[links.source] & view.visible[links.target]
    coordinator, network = link_ends(view, LinkType.COORDINATES)
    bodies = link_ends(view, LinkType.BELONGS_TO)
    boxes = those(bodies, is_kind(view, Label.ACTOR, [PostKind.FUNCTIONAL_MAILBOX]))
    by_body = csr_from_pairs(view, (boxes[1], boxes[0]))
    wholes = through(bodies, csr_from_pairs(view, link_ends(view, LinkType.PART_OF)))
    return csr_from_pairs(
        view, (links.target[is_seat], links.source[is_seat]), (network, coordinator),
        through(bodies, by_body), through(wholes, by_body),
    )  # fmt: skip
