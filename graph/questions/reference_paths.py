"""The best contact for each reference in every municipality, and the nodes it depends on.

The best contact of each place is that of `find` among those a path leads to: by class, by how it is
answered on the date, then by path.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np

from graph.access.view import View
from graph.paths.answer_terms import AnswerRole, AvailabilityState, FitGroup
from graph.paths.availability import answerer, candidates
from graph.paths.capabilities import is_kind
from graph.paths.places import areas, inside
from graph.paths.policy import Policy
from graph.questions.reference_needs import (
    LocalClass,
    LocalNeed,
    LocalStart,
    local_needs,
    local_starts,
    starts_to,
)
from graph.questions.reference_searches import LocalSearches, LocalWay
from graph.snapshot.csr import Csr, Mask, csr_from_pairs, linked, those, through
from graph.vocabulary import Label, LinkType, NetworkKind, PostKind

_SEATS: Final = (LinkType.HOLDS, LinkType.DEPUTIZES_FOR)
_MEETINGS: Final = (LinkType.COORDINATES, LinkType.MEMBER_OF)
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
    key = ("local ways", policy.digest, starts)
    return view.memo(key, lambda: LocalWays(view, policy, _places(view, policy, starts)))


def _places(view: View, policy: Policy, starts: tuple[LocalStart, ...]) -> tuple[Place, ...]:
    return tuple(
        Place(start=start, need=need)
        for need in local_needs(view, policy)
        for start in starts_to(view, starts, need.area)
    )


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
        gone: frozenset[int] = frozenset(),
    ) -> None:
        self.view, self.policy, self.places = view, policy, places
        self._before, self._gone = before, gone
        self.searches = LocalSearches(view, policy)
        self._contacts: dict[int, LocalContact | None] = {}
        self._answering: dict[int, tuple[AnswerRole, AvailabilityState]] = {}
        self._involved: dict[int, frozenset[int]] = {}

    # ---- contacts

    def contact(self, place: int) -> LocalContact | None:
        """The best contact of a place, by its position; None: no contact is reached."""
        if place not in self._contacts:
            self._contacts[place] = self._contact(self.places[place])
        return self._contacts[place]

    def _contact(self, place: Place) -> LocalContact | None:
        own = self.searches.own(place.start)
        first = place.need.first - own
        for one in place.need.classes():
            way = self._best(place.start, one, own, first)
            if way is not None:
                return LocalContact(number=one.number, group=one.group, way=way)
        return None

    def _best(
        self, start: LocalStart, one: LocalClass, own: frozenset[int], first: frozenset[int]
    ) -> LocalWay | None:
        """The path to the best post of a class, avoiding all other posts of the first class.

        The asking side comes first, where it answers at such a post itself.
        """
        rows = [row for row in one.rows if self.view.visible[row]]
        if you := [row for row in rows if row in own and self.answering(row)[0].is_open]:
            return LocalWay(rows=(you[0],), is_old=False, hops=0, cost=0)
        found = (self.searches.way(start, row, first - {row}) for row in rows)
        ways = [way for way in found if way is not None]
        while ways:
            best = self._first(ways)
            if not best.is_bound:
                return best
            ways.remove(best)
            post = best.rows[-1]
            if (way := self.searches.alone(start, post, first - {post})) is not None:
                ways.append(way)
        return None

    def _first(self, ways: list[LocalWay]) -> LocalWay:
        """The path whose end is answered soonest, among equals the best."""
        ways.sort(key=lambda way: way.order)
        states: list[int] = []
        for way in ways if len(ways) > 1 else ():
            states.append(self.answering(way.rows[-1])[1].code)
            if states[-1] == 0:
                break
        return ways[states.index(min(states))] if states else ways[0]

    def answering(self, post: int) -> tuple[AnswerRole, AvailabilityState]:
        """Who answers at a post on the date, and whether from its first opening on."""
        before = self._before
        if before is not None and self._gone.isdisjoint(before.involved(post)):
            return before.answering(post)
        if post not in self._answering:
            asked = candidates(self.view, post)
            found = answerer(asked, self.view.on, self.policy.closing, None)
            rung = AnswerRole.CLOSED if found.chosen is None else found.chosen.rung
            self._answering[post] = rung, found.state
        return self._answering[post]

    @property
    def reached(self) -> list[int]:
        """The positions of the places for which a contact is reached."""
        return [place for place in range(len(self.places)) if self.contact(place) is not None]

    # ---- dependencies

    def touched(self, gone: frozenset[int]) -> tuple[int, ...]:
        """The positions of the places that can be worse without some nodes, ascending.

        If the path, its answerers and what qualifies its end all remain, nothing is worse: what is
        crossed costs the same, or less with fewer neighbors.
        """
        found = {place for row in gone for place in self.resting.get(row, ())}
        for network in self._networks(gone):
            for post in self.view.sources(network, *_MEETINGS):
                found.update(self._ending.get(post, ()))
        return tuple(sorted(found))

    def mattering(self, label: Label) -> list[int]:
        """The nodes of a label without which a place can be worse, by row."""
        found = set(self.resting)
        for post in self._ending:
            found.update(self.view.targets(post, *_MEETINGS))
        return sorted(row for row in found if self.view.label(row) is label)

    def without(self, left: View, gone: frozenset[int], places: Iterable[int]) -> "LocalWays":
        """Some of the places, in order, in the View that remains without some nodes."""
        classed = [self._classes(network) for network in self._networks(gone)]
        again: list[Place] = []
        for position in places:
            start, need = self.places[position].start, self.places[position].need
            if any(one.can_change(need) for one in classed):
                need = replace(need, view=left)
            again.append(Place(start=start.again(left), need=need))
        return LocalWays(left, self.policy, tuple(again), before=self, gone=gone)

    def _networks(self, gone: Iterable[int]) -> list[int]:
        return [row for row in gone if self.view.label(row) is Label.NETWORK]

    @cached_property
    def resting(self) -> Mapping[int, Sequence[int]]:
        """By node, the places whose best contact depends on it."""
        found: dict[int, list[int]] = {}
        for position in self.reached:
            contact = self.contact(position)
            if contact is not None:
                for row in self._nodes(self.places[position], contact):
                    found.setdefault(row, []).append(position)
        return found

    def _nodes(self, place: Place, contact: LocalContact) -> set[int]:
        """The nodes a contact depends on: its path, the answerers on it, and the start.

        A path can begin where one of the starting posts' holders also sits; then it depends on all
        of them.
        """
        rows, posts = contact.way.rows, place.start.posts
        nodes = set[int]().union(*map(self.involved, rows))
        return nodes if rows[0] in posts else nodes.union(posts)

    @cached_property
    def _ending(self) -> Mapping[int, Sequence[int]]:
        """By post, the places whose best contact it is."""
        found: dict[int, list[int]] = {}
        for place in self.reached:
            contact = self.contact(place)
            if contact is not None:
                found.setdefault(contact.post, []).append(place)
        return found

    def _classes(self, network: int) -> "_Classes":
        covered = self.view.mask(areas(self.view).of.of(network))
        return _Classes(
            kind=self.view.value(network, "kind"),
            within=inside(self.view, covered),
            meeting=frozenset(self.view.sources(network, *_MEETINGS)),
        )

    def involved(self, row: int) -> frozenset[int]:
        """A node, and all nodes whose removal could change who answers there."""
        known = self._involved.get(row)
        if known is None:
            pairs = self.view.memo("who can answer", lambda: _who_can_answer(self.view))
            found, new = {row}, {row}
            for _ in range(_DEPTH):
                new = {other for one in new for other in pairs.of(one).tolist()} - found
                found |= new
            known = self._involved[row] = frozenset(found)
        return known


@dataclass(frozen=True, slots=True, kw_only=True)
class _Classes:
    """How a network qualifies posts: its kind, the areas it is near, its participants."""

    kind: NetworkKind
    within: Mask
    meeting: frozenset[int]

    def can_change(self, need: LocalNeed) -> bool:
        """Whether the fit of posts for a need can change without the network."""
        return self.kind in need.reference.kinds and (
            bool(self.within[need.area])
            or not all(self.meeting.isdisjoint(one.rows) for one in need.classes())
        )


def _who_can_answer(view: View) -> Csr:
    """By post its holders, deputies and mailboxes, on any date; by network its coordinators.

    Whether a seat is in force on the date is ignored: a future holder affects when a post is
    answered.
    """
    links = view.links
    is_seat = np.isin(links.type, [one.code for one in _SEATS])
    is_seat &= view.visible[links.source] & view.visible[links.target]
    coordinator, network = linked(view, LinkType.COORDINATES)
    bodies = linked(view, LinkType.BELONGS_TO)
    boxes = those(bodies, is_kind(view, Label.ACTOR, [PostKind.FUNCTIONAL_MAILBOX]))
    by_body = csr_from_pairs(view, (boxes[1], boxes[0]))
    wholes = through(bodies, csr_from_pairs(view, linked(view, LinkType.PART_OF)))
    return csr_from_pairs(
        view, (links.target[is_seat], links.source[is_seat]), (network, coordinator),
        through(bodies, by_body), through(wholes, by_body),
    )  # fmt: skip
