"""An oracle of who may be a step on the way, row by row.

Written from docs/paths.md, "What a path is", with the View's own methods.
"""

from collections.abc import Collection, Iterable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from graph.access.view import View
from graph.paths.need import Need
from graph.paths.places import center_of, kilometers
from graph.paths.policy import Policy
from graph.snapshot.structure import areas_of, posts_of
from graph.vocabulary import AreaKind, Label, LinkType
from tests.graph.paths.oracle import height


class Steps:
    """The steps of one need from its starts; `stops` are the rows it asks to go through."""

    def __init__(
        self,
        view: View,
        need: Need,
        policy: Policy,
        starts: Iterable[int],
        stops: Collection[Collection[int]],
    ) -> None:
        self.view, self.need, self.policy = view, need, policy
        self.starts, self.stops = tuple(starts), stops
        self.is_on_the_way = cache(self._is_on_the_way)

    def closed(self, target: int) -> NDArray[np.bool_]:
        """bool[rows]: those that a path to a target does not cross."""
        rows = range(len(self.view.visible))
        return ~np.array([self._may_stand_between(row, target) for row in rows])

    def _may_stand_between(self, row: int, target: int) -> bool:
        """Return whether a path to a target may cross a post or network."""
        view, rule = self.view, self.policy.intermediate
        if any(row in item for item in self.stops) or not view.visible[row]:
            return True
        label = view.label(row)
        if label not in (Label.ACTOR, Label.NETWORK):
            return True
        if rule.is_local and not self.is_on_the_way(row):
            return False
        if label is Label.NETWORK:
            return True
        ends = [end for end in (*self.starts, target) if view.label(end) is Label.ACTOR]
        sector = view.value(row, "sector")
        if sector in {self.need.sector, *(view.value(end, "sector") for end in ends)} - {None}:
            return True
        is_above = rule.is_national_apart and height(view, row) == 0
        if is_above and not any(height(view, end) == 0 for end in (*self.starts, target)):
            return False
        matter = rule.matters.get(view.value(row, "kind"))
        if is_above and matter is not None:  # of another sector, as above
            return False
        networks = set(self.need.network)
        if (
            self.need.target
            and view.label(named := view.current(self.need.target)) is Label.NETWORK
        ):
            networks.add(view.value(named, "kind"))
        return (
            matter is None
            or self.need.trigger in matter.triggers
            or any(kind in matter.networks for kind in networks)
        )

    def _is_on_the_way(self, row: int) -> bool:
        """Return whether a node answers for a place of start or goal, within or around it."""
        goal, here = self._goal_places(), set(areas_of(self.view, row))
        if goal is None or not here:
            return True
        ends = goal.union(*(areas_of(self.view, start) for start in self.starts))
        return any(
            self.view.value(area, "kind") is AreaKind.COUNTRY
            or any(area in self._around(end) or end in self._around(area) for end in ends)
            for area in here
        )

    def _around(self, area: int) -> set[int]:
        """Return an area with all it lies in, the country aside."""
        around = {area}
        for outer in self.view.targets(area, LinkType.LIES_IN):
            around |= self._around(outer)
        kinds = {each: self.view.value(each, "kind") for each in around}
        return {each for each, kind in kinds.items() if kind is not AreaKind.COUNTRY}

    def _goal_places(self) -> set[int] | None:
        """Return the areas of the goal; None: it may be anywhere."""
        view, need = self.view, self.need
        target = None if need.target is None else view.current(need.target)
        area = None if need.area is None else view.current(need.area)
        if target is not None and view.label(target) is Label.AREA:
            target, area = None, target if area is None else area
        if need.within_km is not None:
            places = {area} if area is not None else set[int]()
            if not places and need.from_area is not None:
                places = {view.current(need.from_area)}
            places = places or {own for row in self.starts for own in areas_of(view, row)}
            centers = [center for place in places if (center := center_of(view, place))]
            return {
                other
                for other in view.rows(Label.AREA)
                if (to := center_of(view, other))
                and any(kilometers(center, to) <= need.within_km for center in centers)
            }
        if area is not None:
            return {area}
        if target is None:
            return None
        covered = {own for row in (target, *posts_of(view, target)) for own in areas_of(view, row)}
        return covered or None
