"""Minimum cuts: the fewest people, and the fewest posts, whose loss cuts a municipality off.

From the national level and the police district to each municipality, for each reference and for all
of them together. A post answered without a person (a unit, a duty line) is not lost by removing
people.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from graph.access.view import View
from graph.errors import InvalidNeed
from graph.paths.answer import NodeRef
from graph.paths.connectivity import TraversableArcs, traversable_arcs
from graph.paths.kernel.request import Direction
from graph.paths.minimum_cut import FindWay, MinimumCut, Rests, minimum_cut
from graph.paths.places import inside
from graph.paths.policy import Policy
from graph.paths.resolve import named
from graph.questions.reference_needs import LocalStart, Reference
from graph.questions.reference_paths import LocalContact, LocalWays, Place, local_ways
from graph.vocabulary import Label, Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class FewestNodes:
    """The nodes of a cut, by id; `is_exact`: it is minimal, else the bound is `at_least`."""

    nodes: tuple[NodeRef, ...]
    at_least: int
    is_exact: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """The cut of a municipality from its best contacts, by one reference or by all (None).

    `tier`: where paths begin, as in `impact`. `fit`: the number of the class that is reached, from
    whose posts the municipality is cut off; None: no class is reached, or all references together.
    `people`: the fewest whose leaving leaves no path; None: no number of people does, or there is
    no path now. `posts`: the fewest posts; None: there is no path now. The asking side is never
    removed, nor are its posts.
    """

    area: NodeRef
    reference: Reference | None
    tier: Tier | None
    fit: int | None
    people: FewestNodes | None
    posts: FewestNodes | None

    @property
    def bus_factor(self) -> int | None:
        """How many people must leave before no path is left."""
        return None if self.people is None else len(self.people.nodes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cuts:
    """By municipality and tier, then reference, with all references together last."""

    area: NodeRef | None
    on: date
    revision: int
    policy: str
    start: NodeRef | None
    cuts: tuple[Cut, ...]


def cuts(view: View, policy: Policy, *, area: str | None = None, start: str | None = None) -> Cuts:
    """The cuts of each municipality of an area; without one, of the country.

    Exact where few combinations must be tried, else bounded; `is_exact` says which. Each
    municipality is computed once for a View: about 20 ms in the demo, and a second at most.

    Raises:
        InvalidNeed: `area` is not an area.
        NotFound: the area or the start is absent or hidden.
    """
    around = None if area is None else view.current(area)
    if around is not None and view.label(around) is not Label.AREA:
        raise InvalidNeed("area", "skal være et sted", "must be an area")
    asked = view.memo(
        ("cutting", policy.digest, start), lambda: _Cutting(local_ways(view, policy, start))
    )
    return Cuts(
        area=None if around is None else named(view, around),
        on=view.on,
        revision=view.revision,
        policy=policy.digest,
        start=None if start is None else named(view, view.row(start)),
        cuts=tuple(one for place in asked.places(around) for one in asked.of(place)),
    )


class _Cutting:
    """What the municipalities share, and the cuts of each, cached."""

    def __init__(self, known: LocalWays) -> None:
        self._ways, self._view = known, known.view
        self._found: dict[int, tuple[Cut, ...]] = {}
        self._of: dict[tuple[LocalStart, Direction], TraversableArcs] = {}

    def places(self, around: int | None) -> list[int]:
        """The municipalities that lie in an area, itself included, by id."""
        every = sorted({place.need.area for place in self._ways.places})
        if around is None:
            return every
        outer = self._view.mask(around)
        within = inside(self._view, outer)
        return [area for area in every if within[area]]

    def of(self, area: int) -> tuple[Cut, ...]:
        """The cuts of one municipality."""
        if area not in self._found:
            self._found[area] = tuple(self._cuts(area))
        return self._found[area]

    def _cuts(self, area: int) -> Iterator[Cut]:
        by_start: dict[LocalStart, list[tuple[Place, LocalContact | None]]] = {}
        for position, place in enumerate(self._ways.places):
            contact = self._ways.contact(position) if place.need.area == area else None
            if place.need.area == area and not (contact is not None and contact.is_you):
                by_start.setdefault(place.start, []).append((place, contact))
        for asked in by_start.values():
            rows = [_right(place, contact) for place, contact in asked]
            for (place, contact), some in zip(asked, rows, strict=True):
                fit = None if contact is None else contact.number
                yield self._cut(place, place.need.reference, fit, some)
            yield self._cut(asked[0][0], None, None, [row for some in rows for row in some])

    def _cut(
        self, place: Place, reference: Reference | None, fit: int | None, rows: Iterable[int]
    ) -> Cut:
        # Reachability of some posts, one for each direction through the tiers.
        by_way: dict[Direction, list[int]] = {}
        for row in sorted(set(rows)):
            by_way.setdefault(self._ways.searches.direction(place.start, [row]), []).append(row)
        tracks = [
            self._footways(place.start, direction).to(np.array(some, np.int32))
            for direction, some in by_way.items()
        ]
        by_posts = _any_of([track.by_posts for track in tracks])
        is_there = by_posts(frozenset()) is not None
        by_people = _any_of([track.by_people for track in tracks])
        return Cut(
            area=named(self._view, place.need.area),
            reference=reference,
            tier=place.start.tier,
            fit=fit,
            people=self._told(minimum_cut(by_people)) if is_there else None,
            posts=self._told(minimum_cut(by_posts)) if is_there else None,
        )

    def _footways(self, start: LocalStart, direction: Direction) -> TraversableArcs:
        key = start, direction
        if key not in self._of:
            problem = self._ways.searches.problem(start, direction)
            self._of[key] = traversable_arcs(self._view, problem)
        return self._of[key]

    def _told(self, found: MinimumCut | None) -> FewestNodes | None:
        if found is None:
            return None
        return FewestNodes(
            nodes=tuple(named(self._view, row) for row in found.chosen),
            at_least=found.at_least,
            is_exact=found.is_exact,
        )


def _right(place: Place, contact: LocalContact | None) -> tuple[int, ...]:
    """The posts of the class that is reached."""
    if contact is None:
        return ()
    return next(one.rows for one in place.need.classes() if one.number == contact.number)


def _any_of(ways: list[FindWay]) -> FindWay:
    """A search that returns the first path around the removed nodes that any of these finds."""

    def find(gone: frozenset[int]) -> Rests | None:
        found = (way(gone) for way in ways)
        return next((rests for rests in found if rests is not None), None)

    return find
