"""Fit classes of a need: classes of posts, the best first, as the policy lists them.

A post is in the first class that accepts it. All other terms of the need narrow every class alike.
Source: answer.md §3.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
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
    is_kind,
    is_sector,
    named_of,
    posts,
    seats,
)
from graph.paths.need import Need
from graph.paths.places import among, areas, around, inside, is_near
from graph.paths.policy import FitRule, Policy
from graph.snapshot.columns import Rows
from graph.snapshot.csr import Mask
from graph.vocabulary import AreaKind, Label, LinkType, NetworkKind, PostKind, Tier

LAST_RUNG: Final = 2
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

    `rung` is that of the areas they answer for: 0 the area itself, 1 what it lies in, 2 national.
    """

    need: FitNeed
    number: int
    rule: FitRule
    rows: tuple[int, ...]
    rung: int
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
    return tuple(_Fitting(view, need, policy, tuple(starts), kinds).classes())


class _Fitting:
    """One need, and what its classes share."""

    def __init__(
        self, view: View, need: Need, policy: Policy, starts: tuple[int, ...], kinds: Mask | None
    ) -> None:
        self.view, self.need, self.policy, self.starts = view, need, policy, starts
        self.kind = fit_need(view, need)
        self.target, self.area = named_of(view, need)
        self.left = self._others(kinds)  # without those that an earlier class holds

    def classes(self) -> Iterator[FitClass]:
        for number, rule in enumerate(self.policy.fit[self.kind], 1):
            rows, through = self._group(rule.who)
            mask = self._mask(rows) & self.left
            found, rung = self._landed(mask)
            self.left = self.left & ~mask  # one too far away is not in a later class either
            listed = found.tolist()
            yield FitClass(
                need=self.kind,
                number=number,
                rule=rule,
                rows=tuple(listed),
                rung=rung,
                through={row: through[row] for row in listed if row in through},
            )

    def _others(self, kinds: Mask | None) -> Mask:
        """Return the nodes that meet all terms of the need except those that define its kind."""
        masks = criteria(self.view, self.need, self.policy)
        own = {
            FitNeed.NETWORK_IN_AREA: ("network",),
            FitNeed.NETWORK: ("network",),
            FitNeed.TRIGGER: ("trigger",),
            FitNeed.SECTOR: ("sector",),
            FitNeed.ABILITY: ("competence", "language", "channel"),
        }.get(self.kind, ("target",))
        for name in own:
            masks.pop(name, None)
        mask = all_of(self.view, masks)
        if self.target is not None and self.view.label(self.target) in _ENDS:
            mask = self._mask([self.target])
            for other in masks.values():
                mask = mask & other
        if self.need.within_km is not None:
            mask = mask & is_near(self.view, self._origins(), self.need.within_km)
        return mask if kinds is None else mask & kinds

    def _origins(self) -> Iterable[int]:
        """Return the areas a distance is counted from."""
        if self.area is not None:
            return (self.area,)
        if self.need.from_area is not None:
            return (self.view.current(self.need.from_area),)
        return {area for start in self.starts for area in areas(self.view).of.of(start).tolist()}

    def _landed(self, mask: Mask) -> tuple[Rows, int]:
        """Return the nodes that answer for the need's area, on the first rung that has any."""
        is_local = self.kind in (FitNeed.NETWORK_IN_AREA, FitNeed.SECTOR, FitNeed.AREA)
        is_anywhere = self.kind is FitNeed.NETWORK  # also where the country is named
        if self.area is None or self.need.within_km is not None or is_local or is_anywhere:
            rows = np.flatnonzero(mask).astype(np.int32)
            return rows, self._rung(rows) if is_local and self.area is not None else 0
        for rung in range(LAST_RUNG + 1):
            found = among(self.view, self.area, mask, rung)
            if len(found):
                return np.unique(found), rung
        return np.empty(0, np.int32), 0

    def _rung(self, rows: Rows) -> int:
        """Return the first rung on which one of these nodes answers for the need's area."""
        if self.area is None or not len(rows):
            return 0
        mask = self._mask(rows.tolist())
        rungs = range(LAST_RUNG + 1)
        return next((rung for rung in rungs if len(among(self.view, self.area, mask, rung))), 0)

    def _mask(self, rows: Iterable[int]) -> Mask:
        return self.view.mask(list(rows))

    def _rows(self, mask: Mask) -> list[int]:
        rows: list[int] = np.flatnonzero(mask).tolist()
        return rows

    # ---- the groups

    def _group(self, who: FitGroup) -> tuple[list[int], Mapping[int, int]]:
        """Return the nodes of a group before narrowing, and the node that makes each one fit."""
        match who:
            case (
                FitGroup.COORDINATOR
                | FitGroup.COORDINATOR_ABOVE
                | FitGroup.MEMBER
                | FitGroup.MEMBER_ABOVE
            ):
                return self._in_networks(who)
            case FitGroup.TOP_COORDINATOR:
                return self._top_coordinators()
            case FitGroup.OWN_COORDINATOR | FitGroup.OTHER_COORDINATOR | FitGroup.ANY_MEMBER:
                return self._of_network(who)
            case FitGroup.FIRST_KIND | FitGroup.SECOND_KIND | FitGroup.LATER_KIND:
                return self._of_trigger(who), {}
            case FitGroup.ENTRY_POINT | FitGroup.EXACT | FitGroup.AROUND:
                return self._covering(who)
            case FitGroup.HEAD | FitGroup.POST:
                return self._of_authority(who)
            case FitGroup.ITSELF:
                return self._rows(able_themselves(self.view, self.need)), {}
            case FitGroup.BY_DEPUTY:
                return self._rows(able_by_deputy(self.view, self.need)), {}
            case FitGroup.BROADER:
                return self._rows(able_in_broader_subject(self.view, self.need)), {}
            case FitGroup.NAMED | FitGroup.STANDS_IN:
                return self._named(who)

    def _in_networks(self, who: FitGroup) -> tuple[list[int], Mapping[int, int]]:
        """Return the coordinators or members of the area's networks, by tier."""
        view, home = self.view, self._home()
        wanted = is_kind(view, Label.NETWORK, self.need.network)
        here = among(view, home, wanted, 0).tolist()
        tier = _TIERS[view.value(home, "kind")].height
        link_type = (
            LinkType.COORDINATES
            if who in (FitGroup.COORDINATOR, FitGroup.COORDINATOR_ABOVE)
            else LinkType.MEMBER_OF
        )
        posts = _tied(view, here, link_type)
        is_own = who in (FitGroup.COORDINATOR, FitGroup.MEMBER)
        if is_own:
            posts = self._of_wider_networks(home, wanted, link_type) | posts
        chosen = {
            post: network
            for post, network in posts.items()
            if (int(view.nodes.height[post]) == tier) is is_own
        }
        if who is FitGroup.COORDINATOR_ABOVE:
            for post, network in _tied(view, self._above(home, wanted), link_type).items():
                chosen.setdefault(post, network)
        return list(chosen), chosen

    def _of_wider_networks(self, home: int, wanted: Mask, link_type: LinkType) -> dict[int, int]:
        """The area's own posts in networks of areas that contain it or lie in it."""
        view, place = self.view, self._mask([home])
        along, covered = inside(view, place) | around(view, place), areas(view).of
        found: dict[int, int] = {}
        for post in among(view, home, posts(view), 0).tolist():
            for network in view.targets(post, link_type):
                if wanted[network] and along[covered.of(network)].any():
                    found.setdefault(post, network)
        return found

    def _home(self) -> int:
        """The need's area; for a community without such a network, its municipality."""
        view, area = self.view, self.area
        assert area is not None  # noqa: S101 - the kind of need has one
        if view.value(area, "kind") is not AreaKind.COMMUNITY:
            return area
        wanted = is_kind(view, Label.NETWORK, self.need.network)
        if len(among(view, area, wanted, 0)):
            return area
        return next(iter(view.targets(area, LinkType.LIES_IN)), area)

    def _top_coordinators(self) -> tuple[list[int], Mapping[int, int]]:
        """Return the coordinators of the highest tier, of all networks of the kinds."""
        view = self.view
        networks = self._rows(is_kind(view, Label.NETWORK, self.need.network))
        posts = _tied(view, networks, LinkType.COORDINATES)
        height = view.nodes.height[list(posts)].min(initial=255)
        chosen = {post: one for post, one in posts.items() if view.nodes.height[post] == height}
        return list(chosen), chosen

    def _of_network(self, who: FitGroup) -> tuple[list[int], Mapping[int, int]]:
        view, network = self.view, self.target
        assert network is not None  # noqa: S101 - the kind of need has one
        kind: NetworkKind = view.value(network, "kind")
        if who is FitGroup.ANY_MEMBER:
            posts = _tied(view, [network], LinkType.MEMBER_OF)
        else:
            is_own = who is FitGroup.OWN_COORDINATOR
            posts = {
                post: network
                for post in _tied(view, [network], LinkType.COORDINATES)
                if (int(view.nodes.height[post]) == kind.tier.height) is is_own
            }
        return list(posts), posts

    def _of_trigger(self, who: FitGroup) -> list[int]:
        trigger = self.need.trigger
        assert trigger is not None  # noqa: S101 - the kind of need has one
        kinds = self.policy.triggers[trigger].posts
        chosen = {
            FitGroup.FIRST_KIND: kinds[:1],
            FitGroup.SECOND_KIND: kinds[1:2],
            FitGroup.LATER_KIND: kinds[2:],
        }[who]
        return self._rows(is_kind(self.view, Label.ACTOR, chosen))

    def _covering(self, who: FitGroup) -> tuple[list[int], Mapping[int, int]]:
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
            rows = self._above(area, mask & self.left)
        return rows, dict.fromkeys(rows, area)

    def _above(self, area: int, mask: Mask) -> list[int]:
        """Return the nodes that answer for what an area lies in, on the nearest level with any."""
        for rung in (1, LAST_RUNG):
            rows: list[int] = among(self.view, area, mask, rung).tolist()
            if rows:
                return rows
        return []

    def _of_authority(self, who: FitGroup) -> tuple[list[int], Mapping[int, int]]:
        """Return an authority's first entry points and heads (HEAD), or all its posts (POST)."""
        view, authority = self.view, self.target
        assert authority is not None  # noqa: S101 - the kind of need has one
        own = seats(view, authority)
        if who is FitGroup.HEAD:
            order = {
                view.source(link): int(view.link_value(link, "order"))
                for post in own
                for link in view.out(post, LinkType.ENTRY_POINT_FOR)
                if not view.link_value(link, "is_acute")
            }
            first = min(order.values(), default=0)
            own = [
                post
                for post in own
                if order.get(post) == first or view.value(post, "kind") in _HEADS
            ]
        return own, dict.fromkeys(own, authority)

    def _named(self, who: FitGroup) -> tuple[list[int], Mapping[int, int]]:
        """Return the named node or its posts (NAMED), or the posts that deputize for them."""
        view, target = self.view, self.target
        assert target is not None  # noqa: S101 - the kind of need has one
        own = [target] if view.label(target) in _ENDS else seats(view, target)
        if who is FitGroup.NAMED:
            return own, {}
        standing_in = {
            seat.source: post
            for post in own
            if view.label(post) is Label.ACTOR
            for seat in view.seats(post)
            if seat.link_type is LinkType.DEPUTIZES_FOR
            and seat.source is not None
            and seat.is_in_force(view.day)
            and view.label(seat.source) is Label.ACTOR
        }
        return list(standing_in), standing_in


def _tied(view: View, networks: Iterable[int], link_type: LinkType) -> dict[int, int]:
    """Return the posts with a link of a type to some networks, each with the first of them."""
    tier_of: dict[int, int] = {}
    for network in sorted(networks):
        for post in view.sources(network, link_type):
            if view.label(post) is Label.ACTOR:
                tier_of.setdefault(post, network)
    return tier_of
