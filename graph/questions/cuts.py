"""Minimum cuts: the fewest people, and the fewest posts, whose loss cuts a municipality off.

From the national level and the police district to each municipality, for each reference and for all
of them together. A post answered without a person (a unit, a duty line) is not lost by removing
people.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np

from graph.access.view import View
from graph.paths.answer import NodeRef
from graph.paths.connectivity import TargetReachability, TraversableArcs, traversable_arcs
from graph.paths.kernel.request import Direction
from graph.paths.minimum_cut import BreakingGroups, FindWay, MinimumCut, minimum_cut
from graph.paths.need import area_row
from graph.paths.places import inside
from graph.paths.policy import Policy
from graph.paths.resolve import node_ref
from graph.questions.reference_needs import LocalStart, Reference
from graph.questions.reference_paths import LocalContact, LocalWays, Place, local_ways
from graph.vocabulary import Tier


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
    `people`: the fewest whose removal leaves no path; None: removing people never does, or there is
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
    """Cuts by municipality and tier, then reference, with all references together last."""

    area: NodeRef | None
    on: date
    revision: int
    policy: str
    start: NodeRef | None
    cuts: tuple[Cut, ...]


def cuts(view: View, policy: Policy, *, area: str | None = None, start: str | None = None) -> Cuts:
    """The cuts of each municipality of an area; without one, of the country.

    Exact if few combinations must be tried, else bounded; see `is_exact`. Each
    municipality is computed once for a View: about 20 ms in the demo, and a second at most.

    Raises:
        InvalidNeed: `area` is not an area.
        NotFound: the area or the start is absent or hidden.
    """
    around = None if area is None else area_row(view, "area", area)
    cache = view.memo(
        ("cutting", policy.digest, start), lambda: _CutCache(local_ways(view, policy, start))
    )
    municipalities = sorted({place.need.area for place in cache.ways.places})
    if around is not None:
        within = inside(view, view.mask(around))
        municipalities = [area for area in municipalities if within[area]]
    return Cuts(
        area=None if around is None else node_ref(view, around),
        on=view.on,
        revision=view.revision,
        policy=policy.digest,
        start=None if start is None else node_ref(view, view.row(start)),
        cuts=tuple(cut for municipality in municipalities for cut in cache.of(municipality)),
    )


class _CutCache:
    """The data shared by the municipalities, and the cuts of each, cached."""

    def __init__(self, ways: LocalWays) -> None:
        self.ways, self._view = ways, ways.view
        self._cuts: dict[int, tuple[Cut, ...]] = {}
        self._arcs: dict[tuple[LocalStart, Direction], TraversableArcs] = {}

    def of(self, area: int) -> tuple[Cut, ...]:
        """The cuts of one municipality."""
        if area in self._cuts:
            return self._cuts[area]
        by_start: dict[LocalStart, list[tuple[Place, LocalContact | None]]] = {}
        for position, place in enumerate(self.ways.places):
            if place.need.area == area:
                contact = self.ways.contact(position)
                if contact is None or not contact.is_you:
                    by_start.setdefault(place.start, []).append((place, contact))
        cuts: list[Cut] = []
        for contacts in by_start.values():
            every: list[int] = []
            for place, contact in contacts:
                fit, rows = None, ()
                if contact is not None:
                    fit, classes = contact.number, place.need.classes()
                    rows = next(fitting.rows for fitting in classes if fitting.number == fit)
                cuts.append(self._cut(place, place.need.reference, fit, rows))
                every += rows
            cuts.append(self._cut(contacts[0][0], None, None, every))
        return self._cuts.setdefault(area, tuple(cuts))

    def _cut(
        self, place: Place, reference: Reference | None, fit: int | None, rows: Iterable[int]
    ) -> Cut:
        # Reachability of posts, one for each direction through the tiers.
        searches = self.ways.searches
        by_direction: dict[Direction, list[int]] = {}
        for row in sorted(set(rows)):
            by_direction.setdefault(searches.direction(place.start, [row]), []).append(row)
        targets: list[TargetReachability] = []
        for direction, posts in by_direction.items():
            key = place.start, direction
            if key not in self._arcs:
                self._arcs[key] = traversable_arcs(self._view, searches.problem(*key))
            targets.append(self._arcs[key].to(np.array(posts, np.int32)))
        by_posts = _any_of([target.by_posts for target in targets])
        is_reached = by_posts(frozenset()) is not None
        by_people = _any_of([target.by_people for target in targets])
        return Cut(
            area=node_ref(self._view, place.need.area),
            reference=reference,
            tier=place.start.tier,
            fit=fit,
            people=self._fewest(minimum_cut(by_people)) if is_reached else None,
            posts=self._fewest(minimum_cut(by_posts)) if is_reached else None,
        )

    def _fewest(self, cut: MinimumCut | None) -> FewestNodes | None:
        if cut is None:
            return None
        return FewestNodes(
            nodes=tuple(node_ref(self._view, row) for row in cut.elements),
            at_least=cut.at_least,
            is_exact=cut.is_exact,
        )


def _any_of(ways: list[FindWay]) -> FindWay:
    """A search that returns the first path around the removed nodes that any of these finds."""

    def find(removed_rows: frozenset[int]) -> BreakingGroups | None:
        paths = (way(removed_rows) for way in ways)
        return next((groups for groups in paths if groups is not None), None)

    return find
