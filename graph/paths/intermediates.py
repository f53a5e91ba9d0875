"""Posts and networks that may stand between the start and the goal of a need.

A post is crossed only for matters, and between places, that it serves: a colleague takes no other
way. Starts, goals and the stops a need asks for are never closed.
Source: docs/paths.md, "What a path is".
"""

from collections.abc import Collection, Iterable
from functools import cached_property

import numpy as np

from graph.access.view import View
from graph.paths.capabilities import distance_origins, is_kind, named_of, posts, seats
from graph.paths.need import Need
from graph.paths.places import areas, around, distances, inside, sectors
from graph.paths.policy import Policy
from graph.snapshot.csr import Mask, firsts
from graph.snapshot.field_types import NO_WORD
from graph.vocabulary import AreaKind, Label, PostKind, Tier

EndGroup = tuple[bool, int]


class Intermediates:
    """One need with its starts: which nodes are closed as a step on the way to some targets.

    `stops` are never closed.
    """

    def __init__(
        self,
        view: View,
        need: Need,
        policy: Policy,
        starts: Collection[int],
        stops: Iterable[int] = (),
    ) -> None:
        self._view, self._need, self._rule = view, need, policy.intermediate
        self._starts, self._stops = list(starts), list(stops)
        self._target, self._area = named_of(view, need)
        self._closed: dict[frozenset[EndGroup], Mask] = {}

    def group(self, row: int) -> EndGroup:
        """Return what counts of a start or target: whether it is national, and its sector."""
        view = self._view
        is_national = int(view.nodes.height[row]) == Tier.NATIONAL.height
        return is_national, int(sectors(view)[row])

    def closed_nodes(self, targets: Iterable[int]) -> Mask:
        """bool[nodes]: those a path to some targets may not cross. The mask is not to be changed.

        O(nodes) once for the groups of the targets.
        """
        groups = frozenset(map(self.group, (*self._starts, *targets)))
        if groups not in self._closed:
            self._closed[groups] = self._closed_for(groups)
        return self._closed[groups]

    def _closed_for(self, groups: frozenset[EndGroup]) -> Mask:
        view, need = self._view, self._need
        asked = {sector for _, sector in groups} - {NO_WORD}
        if need.sector is not None:
            asked.add(need.sector.code)
        is_other = ~np.isin(sectors(view), list(asked))
        closed = is_kind(view, Label.ACTOR, self._other_kinds) & is_other
        if self._rule.is_national_apart:
            national = view.nodes.height == Tier.NATIONAL.height
            # A directorate is no switchboard for its own matters either.
            apart = is_kind(view, Label.ACTOR, list(self._rule.matters))
            if not any(is_national for is_national, _ in groups):
                apart = posts(view)
            closed |= apart & national & is_other
        if self._elsewhere is not None:
            closed |= self._elsewhere
        closed[self._stops] = False
        return closed

    @cached_property
    def _other_kinds(self) -> list[PostKind]:
        """The kinds of post that the policy lists for other matters only."""
        need, kinds = self._need, set(self._need.network)
        if self._target is not None and self._view.label(self._target) is Label.NETWORK:
            kinds.add(self._view.value(self._target, "kind"))
        return [
            kind
            for kind, matter in self._rule.matters.items()
            if need.trigger not in matter.triggers and kinds.isdisjoint(matter.networks)
        ]

    @cached_property
    def _elsewhere(self) -> Mask | None:
        """The posts and networks of other places than those of start and goal; None: anywhere.

        A place is that of start or goal if it lies in one of theirs, or one of theirs lies in it.
        """
        goal = self._goal_areas()
        if not self._rule.is_local or goal is None:
            return None
        view, pairs = self._view, areas(self._view).of
        rows, kinds = view.column(Label.AREA, "kind")
        countries = rows[kinds == AreaKind.COUNTRY.code]
        places = goal.copy()
        for row in self._starts:
            places[pairs.of(row)] = True
        places[countries] = False
        along = inside(view, places) | around(view, places)
        along[countries] = True  # who answers for the country is judged by tier
        placed = firsts(pairs)
        label = view.nodes.label
        is_step = (label == Label.ACTOR.code) | (label == Label.NETWORK.code)
        return is_step & view.mask(placed) & ~view.mask(placed[along[pairs.to]])

    def _goal_areas(self) -> Mask | None:
        """The areas the goal lies in or covers, as far as the need names them; None: anywhere."""
        view, need = self._view, self._need
        pairs = areas(view).of
        if need.within_km is not None:
            origins = distance_origins(view, need, self._starts)
            far = distances(view, origins).items()
            return view.mask([area for area, away in far if away <= need.within_km])
        if self._area is not None:
            return view.mask([self._area])
        if self._target is None:
            return None
        rows = [self._target, *seats(view, self._target)]
        covered = np.concatenate([pairs.of(row) for row in rows])
        return view.mask(covered) if len(covered) else None
