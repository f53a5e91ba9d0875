"""How little would cut a place off? The fewest people, and the fewest posts, without whom no way.

From the national level to each municipality, by each cooperation and by all of them together. What
answers without a person (a unit, a duty line) no number of people can take away.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from graph.columns import distinct
from graph.errors import InvalidNeed
from graph.questions.impact import ways
from graph.questions.local_needs import Cooperation, LocalNeed
from graph.questions.local_ways import LocalWays
from graph.questions.paths.answer import Named
from graph.questions.paths.areas import inside
from graph.questions.paths.ask import Direction
from graph.questions.paths.fewest import Fewest, fewest
from graph.questions.paths.footways import Footways, footways
from graph.questions.paths.resolve import named
from graph.questions.paths.rules import Policy
from graph.view import View
from graph.vocabulary import Label


@dataclass(frozen=True, slots=True, kw_only=True)
class FewestNodes:
    """Whom it takes, by id; `is_exact`: no fewer do. Else no fewer than `at_least`."""

    nodes: tuple[Named, ...]
    at_least: int
    is_exact: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """What would cut a municipality off, by a cooperation or (None) by all of them.

    `people`: the fewest whose leaving leaves no way; None: no number of people does, or there is no
    way now. `posts`: the fewest posts, those one starts from aside; None: there is no way now.
    """

    area: Named
    cooperation: Cooperation | None
    people: FewestNodes | None
    posts: FewestNodes | None

    @property
    def bus_factor(self) -> int | None:
        """How many people must go before no way is left."""
        return None if self.people is None else len(self.people.nodes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cuts:
    """By municipality, then cooperation, all of them together last."""

    area: Named | None
    on: date
    revision: int
    policy: str
    start: Named | None
    cuts: tuple[Cut, ...]


def cuts(view: View, policy: Policy, *, area: str | None = None, start: str | None = None) -> Cuts:
    """What would cut off each municipality of an area; without one, of the country.

    Exact where little has to be tried, else bounded, and it says which. Each municipality is found
    once for a View: about 10 ms in the demo, and half a second at most.

    Raises:
        InvalidNeed: the area is none.
        NotFound: the area or the start is absent or hidden.
    """
    around = None if area is None else view.current(area)
    if around is not None and view.label(around) is not Label.AREA:
        raise InvalidNeed("area", "skal være et sted", "must be an area")
    asked = view.memo(
        ("cutting", policy.digest, start), lambda: _Cutting(ways(view, policy, start))
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
    """All that the municipalities share, and what was found of each."""

    def __init__(self, known: LocalWays) -> None:
        self._ways, self._view = known, known.view
        self._found: dict[int, tuple[Cut, ...]] = {}
        self._of: dict[Direction, Footways] = {}

    def places(self, around: int | None) -> list[int]:
        """The municipalities that lie in an area, itself included, by id."""
        every = sorted({need.area for need in self._ways.needs})
        if around is None:
            return every
        outer = np.zeros(len(self._view.visible), np.bool_)
        outer[around] = True
        within = inside(self._view, outer)
        return [area for area in every if within[area]]

    def of(self, area: int) -> tuple[Cut, ...]:
        """The cuts of one municipality."""
        if area not in self._found:
            self._found[area] = tuple(self._cuts(area))
        return self._found[area]

    def _cuts(self, area: int) -> Iterator[Cut]:
        needs = [need for need in self._ways.needs if need.area == area]
        for need in needs:
            yield self._cut(area, need.cooperation, [need])
        yield self._cut(area, None, needs)

    def _cut(self, area: int, cooperation: Cooperation | None, needs: Sequence[LocalNeed]) -> Cut:
        targets = distinct(np.concatenate([need.targets for need in needs]))
        track = self._footways(self._ways.direction(targets)).to(targets)
        is_there = track.by_posts(frozenset()) is not None
        return Cut(
            area=named(self._view, area),
            cooperation=cooperation,
            people=self._told(fewest(track.by_people)) if is_there else None,
            posts=self._told(fewest(track.by_posts)) if is_there else None,
        )

    def _footways(self, direction: Direction) -> Footways:
        if direction not in self._of:
            self._of[direction] = footways(self._view, self._ways.painted(direction))
        return self._of[direction]

    def _told(self, found: Fewest | None) -> FewestNodes | None:
        if found is None:
            return None
        return FewestNodes(
            nodes=tuple(named(self._view, row) for row in found.chosen),
            at_least=found.at_least,
            is_exact=found.is_exact,
        )
