"""Fit classes of a need: classes of posts, the best first, as the policy lists them.

A post is in the first class that accepts it. All other terms of the need narrow every class alike.
Source: docs/paths.md, "The right contact".
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Final

import numpy as np

from graph.access.view import View
from graph.paths.answer_terms import FitGroup, FitNeed
from graph.paths.capabilities import (
    able_by_deputy,
    able_in_broader_subject,
    able_themselves,
    all_of,
    criteria,
    distance_origins,
    is_kind,
    is_sector,
    named_of,
    posts,
    seats,
)
from graph.paths.need import Need
from graph.paths.places import among, areas, around, inside, is_near
from graph.paths.policy import FitRule, Policy
from graph.snapshot.csr import Mask
from graph.vocabulary import AreaKind, Label, LinkType, NetworkKind, PostKind, Tier

LAST_FALLBACK_LEVEL: Final = 2
_TIERS: Final[Mapping[AreaKind, Tier]] = {
    AreaKind.COUNTRY: Tier.NATIONAL,
    AreaKind.REGION: Tier.REGIONAL,
    AreaKind.POLICE_DISTRICT: Tier.DISTRICT,
    AreaKind.MUNICIPALITY: Tier.MUNICIPAL,
    AreaKind.COMMUNITY: Tier.COMMUNITY,
}
_ENDS: Final = (Label.ORGANIZATION, Label.RESOURCE_INDIVIDUAL)
_HEADS: Final = (PostKind.HEAD_OF_CRIME_PREVENTION,)


@dataclass(frozen=True, slots=True, kw_only=True)
class FitClass:
    """The nodes of one class, rising; `through` maps a node to the one that makes it fit, if any.

    `fallback_level` is that of the areas they answer for: 0 the area itself, 1 what it lies in,
    2 the country.
    """

    need: FitNeed
    number: int
    rule: FitRule
    rows: tuple[int, ...]
    fallback_level: int
    through: Mapping[int, int] = field(default_factory=dict[int, int])


def fit_need(view: View, need: Need) -> FitNeed:
    """Return the kind of a need: the first that holds."""
    target, area = named_of(view, need)
    if target is not None:
        match view.label(target):
            case Label.NETWORK:
                return FitNeed.NAMED_NETWORK
            case Label.AUTHORITY:
                return FitNeed.AUTHORITY
            case _:
                return FitNeed.NODE
    if need.trigger is not None:
        return FitNeed.TRIGGER
    if need.network:
        is_country = area is not None and view.value(area, "kind") is AreaKind.COUNTRY
        return FitNeed.NETWORK if area is None or is_country else FitNeed.NETWORK_IN_AREA
    if need.sector is not None:
        return FitNeed.SECTOR
    is_able = (need.competence, need.language, need.channel)
    return FitNeed.ABILITY if any(is_able) else FitNeed.AREA


def fit_classes(
    view: View, need: Need, policy: Policy, starts: Iterable[int], kinds: Mask | None = None
) -> tuple[FitClass, ...]:
    """Return the classes of a need in their order, each post in the first that accepts it.

    `kinds` restricts them to a mask of nodes.

    Raises:
        InvalidNeed: a distance has no place to be counted from.
        NotFound: a node the need names is absent or hidden.
    """
    return tuple(_FitClassBuilder(view, need, policy, tuple(starts), kinds).classes())


class _FitClassBuilder:
    """One need, and what its classes share."""

    def __init__(
        self, view: View, need: Need, policy: Policy, starts: tuple[int, ...], kinds: Mask | None
    ) -> None:
        self.view, self.need, self.policy = view, need, policy
        self.kind = fit_need(view, need)
        self.target, self.area = named_of(view, need)
        masks = criteria(view, need, policy)
        defining = {
            FitNeed.NETWORK_IN_AREA: ("network",),
            FitNeed.NETWORK: ("network",),
            FitNeed.TRIGGER: ("trigger",),
            FitNeed.SECTOR: ("sector",),
            FitNeed.ABILITY: ("competence", "language", "channel"),
        }
        for name in defining.get(self.kind, ("target",)):
            masks.pop(name, None)
        if self.target is not None and view.label(self.target) in _ENDS:
            mask = reduce(np.logical_and, masks.values(), self._mask([self.target]))
        else:
            mask = all_of(view, masks)
        if need.within_km is not None:
            mask = mask & is_near(view, distance_origins(view, need, starts), need.within_km)
        # The nodes that meet all other terms, without those of earlier classes.
        self.remaining = mask if kinds is None else mask & kinds

    def classes(self) -> Iterator[FitClass]:
        for number, rule in enumerate(self.policy.fit[self.kind], 1):
            group, through = self._group(rule.who)
            mask = self._mask(group) & self.remaining
            rows, fallback_level = self._on_first_fallback_level(mask)
            # A node too far away is not in a later class either.
            self.remaining = self.remaining & ~mask
            yield FitClass(
                need=self.kind,
                number=number,
                rule=rule,
                rows=tuple(rows),
                fallback_level=fallback_level,
                through={row: through[row] for row in rows if row in through},
            )

    def _on_first_fallback_level(self, mask: Mask) -> tuple[list[int], int]:
        """Return the nodes that answer for the need's area, on the first fallback level with any.

        Where the place defines the class or a distance replaces it, all nodes.
        """
        is_local = self.kind in (FitNeed.NETWORK_IN_AREA, FitNeed.SECTOR, FitNeed.AREA)
        is_everywhere = is_local or self.kind is FitNeed.NETWORK or self.need.within_km is not None
        if self.area is None:
            return self._rows(mask), 0
        levels = range(LAST_FALLBACK_LEVEL + 1) if is_local or not is_everywhere else ()
        for fallback_level in levels:
            rows = among(self.view, self.area, mask, fallback_level)
            if len(rows):
                level_rows = self._rows(mask) if is_everywhere else np.unique(rows).tolist()
                return level_rows, fallback_level
        return self._rows(mask) if is_everywhere else [], 0

    def _mask(self, rows: Iterable[int]) -> Mask:
        return self.view.mask(list(rows))

    def _rows(self, mask: Mask) -> list[int]:
        rows: list[int] = np.flatnonzero(mask).tolist()
        return rows

    # ---- the groups

    def _group(self, who: FitGroup) -> tuple[list[int], Mapping[int, int]]:
        """Return the nodes of a group before narrowing, and the node that makes each one fit."""
        view, need = self.view, self.need
        match who:
            case (
                FitGroup.COORDINATOR
                | FitGroup.COORDINATOR_ABOVE
                | FitGroup.MEMBER
                | FitGroup.MEMBER_ABOVE
            ):
                return self._in_networks(who)
            case FitGroup.TOP_COORDINATOR:
                networks = self._rows(is_kind(view, Label.NETWORK, need.network))
                tied = _linked_posts(view, networks, LinkType.COORDINATES)
                heights = view.nodes.height
                top = heights[list(tied)].min(initial=255)
                tied = {post: row for post, row in tied.items() if heights[post] == top}
                return list(tied), tied
            case FitGroup.FIRST_KIND | FitGroup.SECOND_KIND | FitGroup.LATER_KIND:
                assert need.trigger is not None  # noqa: S101 - the kind of need has one
                kinds = self.policy.triggers[need.trigger].posts
                group_kinds = {
                    FitGroup.FIRST_KIND: kinds[:1],
                    FitGroup.SECOND_KIND: kinds[1:2],
                    FitGroup.LATER_KIND: kinds[2:],
                }[who]
                return self._rows(is_kind(view, Label.ACTOR, group_kinds)), {}
            case FitGroup.ENTRY_POINT | FitGroup.EXACT | FitGroup.AROUND:
                return self._posts_of_place(who)
            case FitGroup.ITSELF:
                return self._rows(able_themselves(view, need)), {}
            case FitGroup.BY_DEPUTY:
                return self._rows(able_by_deputy(view, need)), {}
            case FitGroup.BROADER:
                return self._rows(able_in_broader_subject(view, need)), {}
            case _:
                return self._of_target(who)

    def _in_networks(self, who: FitGroup) -> tuple[list[int], Mapping[int, int]]:
        """Return the coordinators or members of the area's networks, by tier.

        A community without such a network has its municipality's.
        """
        view, area = self.view, self.area
        assert area is not None  # noqa: S101 - the kind of need has one
        networks = is_kind(view, Label.NETWORK, self.need.network)
        here = among(view, area, networks, 0)
        if view.value(area, "kind") is AreaKind.COMMUNITY and not len(here):
            area = next(iter(view.targets(area, LinkType.LIES_IN)), area)
            here = among(view, area, networks, 0)
        is_coordinator = who in (FitGroup.COORDINATOR, FitGroup.COORDINATOR_ABOVE)
        link_type = LinkType.COORDINATES if is_coordinator else LinkType.MEMBER_OF
        is_own = who in (FitGroup.COORDINATOR, FitGroup.MEMBER)
        tied = _linked_posts(view, here.tolist(), link_type)
        if is_own:
            # The area's own posts in networks of areas that contain it or lie in it.
            place, covered = self._mask([area]), areas(view).of
            along = inside(view, place) | around(view, place)
            wider: dict[int, int] = {}
            for post in among(view, area, posts(view), 0).tolist():
                for network in view.targets(post, link_type):
                    if networks[network] and along[covered.of(network)].any():
                        wider.setdefault(post, network)
            tied = wider | tied
        tier = _TIERS[view.value(area, "kind")].height
        network_by_post = {
            post: network
            for post, network in tied.items()
            if (int(view.nodes.height[post]) == tier) is is_own
        }
        if who is FitGroup.COORDINATOR_ABOVE:
            for post, network in _linked_posts(
                view, self._above(area, networks), link_type
            ).items():
                network_by_post.setdefault(post, network)
        return list(network_by_post), network_by_post

    def _posts_of_place(self, who: FitGroup) -> tuple[list[int], Mapping[int, int]]:
        """Return the posts of a place: its entry points, all that cover it, or those around it.

        If no place narrows them, all posts are one class.
        """
        view, area, mask = self.view, self.area, posts(self.view)
        if self.need.sector is not None:
            mask = mask & is_sector(view, self.need.sector)
        if who is FitGroup.EXACT and (area is None or self.need.within_km is not None):
            return self._rows(mask), {}
        if area is None:
            return [], {}
        if who is FitGroup.ENTRY_POINT:
            rows = [
                view.source(link)
                for link in view.into(area, LinkType.ENTRY_POINT_FOR)
                if not view.link_value(link, "is_acute") and mask[view.source(link)]
            ]
        elif who is FitGroup.EXACT:
            rows = among(view, area, mask, 0).tolist()
        else:
            rows = self._above(area, mask & self.remaining)
        return rows, dict.fromkeys(rows, area)

    def _above(self, area: int, mask: Mask) -> list[int]:
        """Return the nodes that answer for what an area lies in, on the first level with any."""
        for fallback_level in (1, LAST_FALLBACK_LEVEL):
            rows: list[int] = among(self.view, area, mask, fallback_level).tolist()
            if rows:
                return rows
        return []

    def _of_target(self, who: FitGroup) -> tuple[list[int], Mapping[int, int]]:
        """Return posts of the target: of a network, an authority, or any other node."""
        view, target = self.view, self.target
        assert target is not None  # noqa: S101 - the kind of need has one
        match who:
            case FitGroup.ANY_MEMBER:
                rows = list(_linked_posts(view, [target], LinkType.MEMBER_OF))
            case FitGroup.OWN_COORDINATOR | FitGroup.OTHER_COORDINATOR:
                kind: NetworkKind = view.value(target, "kind")
                is_own = who is FitGroup.OWN_COORDINATOR
                rows = [
                    post
                    for post in _linked_posts(view, [target], LinkType.COORDINATES)
                    if (int(view.nodes.height[post]) == kind.tier.height) is is_own
                ]
            case FitGroup.HEAD:  # an authority's first entry points, and its heads
                own = seats(view, target)
                order = {
                    view.source(link): int(view.link_value(link, "order"))
                    for post in own
                    for link in view.out(post, LinkType.ENTRY_POINT_FOR)
                    if not view.link_value(link, "is_acute")
                }
                first = min(order.values(), default=0)
                rows = [
                    post
                    for post in own
                    if order.get(post) == first or view.value(post, "kind") in _HEADS
                ]
            case FitGroup.STANDS_IN:
                own = [target] if view.label(target) in _ENDS else seats(view, target)
                deputies = {
                    seat.source: post
                    for post in own
                    if view.label(post) is Label.ACTOR
                    for seat in view.seats(post)
                    if seat.link_type is LinkType.DEPUTIZES_FOR
                    and seat.source is not None
                    and seat.is_in_force(view.day)
                    and view.label(seat.source) is Label.ACTOR
                }
                return list(deputies), deputies
            case FitGroup.NAMED:
                return [target] if view.label(target) in _ENDS else seats(view, target), {}
            case _:
                rows = seats(view, target)
        return rows, dict.fromkeys(rows, target)


def _linked_posts(view: View, networks: Iterable[int], link_type: LinkType) -> dict[int, int]:
    """Return the posts with a link of a type to some networks, each with the first of them."""
    network_of: dict[int, int] = {}
    for network in sorted(networks):
        for post in view.sources(network, link_type):
            if view.label(post) is Label.ACTOR:
                network_of.setdefault(post, network)
    return network_of
