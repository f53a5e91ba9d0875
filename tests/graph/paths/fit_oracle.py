"""An oracle of who is right for a need: every post is checked against every term.

Written from docs/paths.md, "The right contact" with the View's own methods.
"""

from collections.abc import Iterable, Iterator
from math import asin, cos, radians, sin, sqrt
from typing import Final

from graph.access.view import View
from graph.errors import InvalidNeed
from graph.paths.answer_terms import FitGroup, FitNeed
from graph.paths.need import Need, has_competence, speaks
from graph.paths.policy import Policy
from graph.snapshot.structure import areas_of, posts_of
from graph.vocabulary import (
    AreaKind,
    Channel,
    Competence,
    Label,
    LinkType,
    NetworkKind,
    PostKind,
    Sector,
    Tier,
)

_REGIONAL: Final = (Sector.PSYCHIATRY, Sector.PRISON_PROBATION)
_TIERS: Final = {
    AreaKind.COUNTRY: Tier.NATIONAL,
    AreaKind.REGION: Tier.REGIONAL,
    AreaKind.POLICE_DISTRICT: Tier.DISTRICT,
    AreaKind.MUNICIPALITY: Tier.MUNICIPAL,
    AreaKind.COMMUNITY: Tier.COMMUNITY,
}
_CIVIL: Final = (Label.ORGANIZATION, Label.RESOURCE_INDIVIDUAL)
_BOTH: Final = (LinkType.HOLDS, LinkType.DEPUTIZES_FOR)
_TAKES_PART: Final = (LinkType.COORDINATES, LinkType.MEMBER_OF)
_AREA_IN_CLASS: Final = (FitNeed.NETWORK_IN_AREA, FitNeed.NETWORK)


class Fitting:
    """The classes of one need, best first, as rows; a post is in the first class that takes it."""

    def __init__(self, view: View, need: Need, policy: Policy, starts: Iterable[int]) -> None:
        self.view, self.need, self.policy = view, need, policy
        self.starts = tuple(starts)
        self.target, self.area = self._ends()
        self.kind = self._kind()

    def classes(self) -> list[list[int]]:
        classes: list[list[int]] = []
        left = set(self._nodes())
        for rule in self.policy.fit[self.kind]:
            rows = self._group(rule.who, sorted(left))
            left -= set(rows)
            is_tied = rule.who is FitGroup.ENTRY_POINT  # of the area itself, whatever it covers
            classes.append(rows if is_tied else self._near(rows))
        return classes

    def _ends(self) -> tuple[int | None, int | None]:
        """The target and the area; a target that is an area is the area."""
        view, need = self.view, self.need
        target = None if need.target is None else view.current(need.target)
        area = None if need.area is None else view.current(need.area)
        if target is not None and view.label(target) is Label.AREA:
            return None, target if area is None else area
        return target, area

    def _kind(self) -> FitNeed:
        view, need = self.view, self.need
        if self.target is not None:
            label = view.label(self.target)
            kinds = {Label.NETWORK: FitNeed.NAMED_NETWORK, Label.AUTHORITY: FitNeed.AUTHORITY}
            return kinds.get(label, FitNeed.NODE)
        if need.trigger is not None:
            return FitNeed.TRIGGER
        if need.network:
            is_country = self.area is None or self._area_kind(self.area) is AreaKind.COUNTRY
            return FitNeed.NETWORK if is_country else FitNeed.NETWORK_IN_AREA
        if need.sector is not None:
            return FitNeed.SECTOR
        if need.competence or need.language or need.channel:
            return FitNeed.ABILITY
        return FitNeed.AREA

    # ---- terms that hold for every class

    def _nodes(self) -> Iterator[int]:
        """Yield all posts, or the named target, that meet the terms except area and ability."""
        named = set(self.view.rows(Label.ACTOR))
        if self.target is not None and self.view.label(self.target) in _CIVIL:
            named = {self.target}
        near = self._is_near()
        for row in sorted(named):
            if self._meets_terms(row) and (self.need.within_km is None or row in near):
                yield row

    def _meets_terms(self, row: int) -> bool:
        view, need = self.view, self.need
        if need.trigger is not None:
            kinds = self.policy.triggers[need.trigger].posts
            if view.label(row) is not Label.ACTOR or view.value(row, "kind") not in kinds:
                return False
        if need.sector is not None and self._sector(row) is not need.sector:
            return False
        if need.network:
            met = {view.value(network, "kind") for network in view.targets(row, *_TAKES_PART)}
            if not met & need.network:
                return False
        return self.kind is FitNeed.ABILITY or self._is_able(row, *_BOTH)

    def _is_able(self, row: int, *seats: LinkType, is_broader: bool = False) -> bool:
        """Return whether the row has each requested ability, itself or by people in its seats."""
        need = self.need
        who = [row]
        if self.view.label(row) is Label.ACTOR:
            sources = self.view.sources(row, *seats) if seats else []
            who += [source for source in sources if self.view.label(source) is Label.PERSON]
        return (
            (
                need.competence is None
                or any(self._is_competent(node, need.competence, is_broader) for node in who)
            )
            and (need.language is None or any(self._speaks(node, need.language) for node in who))
            and (need.channel is None or any(self._has(node, need.channel) for node in who))
        )

    def _is_competent(self, row: int, prefix: str, is_broader: bool) -> bool:
        if self.view.label(row) is Label.ORGANIZATION:
            return False
        known: frozenset[Competence] = self.view.value(row, "competences")
        if is_broader and any(prefix.startswith(f"{competence.number}.") for competence in known):
            return True
        return has_competence(known, prefix)

    def _speaks(self, row: int, language: str) -> bool:
        if self.view.label(row) is Label.ORGANIZATION:
            return False
        return speaks(self.view.value(row, "languages"), language)

    def _has(self, row: int, channel: Channel) -> bool:
        details = self.view.targets(row, LinkType.REACHED_BY)
        return any(self.view.value(detail, "channel") is channel for detail in details)

    # ---- classes

    def _group(self, who: FitGroup, rows: list[int]) -> list[int]:
        match who:
            case FitGroup.COORDINATOR:
                own = self._tie(self._local(rows), self._along())
                posts = {*self._tie(rows, self._covering(here=True)), *own}
                return [row for row in sorted(posts) if self._is_of_area_tier(row)]
            case FitGroup.COORDINATOR_ABOVE:
                covering = self._covering(here=True) | self._covering(here=False)
                return self._tie(rows, covering)
            case FitGroup.MEMBER:
                own = self._members(self._local(rows), self._along())
                posts = {*self._members(rows, self._covering(here=True)), *own}
                return [row for row in sorted(posts) if self._is_of_area_tier(row)]
            case FitGroup.MEMBER_ABOVE:
                return self._members(rows, self._covering(here=True))
            case FitGroup.TOP_COORDINATOR:
                networks = set(self.view.rows(Label.NETWORK))
                posts = self._tie(self.view.rows(Label.ACTOR), networks)
                top = min(map(self._height, posts), default=0)
                return [row for row in posts if row in rows and self._height(row) == top]
            case FitGroup.OWN_COORDINATOR:
                own = self._named_tier()
                return [
                    row for row in self._tie(rows, self._target_rows()) if self._height(row) == own
                ]
            case FitGroup.OTHER_COORDINATOR:
                return self._tie(rows, self._target_rows())
            case FitGroup.ANY_MEMBER:
                return self._members(rows, self._target_rows())
            case FitGroup.FIRST_KIND:
                return self._of_kinds(rows, slice(0, 1))
            case FitGroup.SECOND_KIND:
                return self._of_kinds(rows, slice(1, 2))
            case FitGroup.LATER_KIND:
                return self._of_kinds(rows, slice(2, None))
            case FitGroup.ENTRY_POINT:
                return [row for row in rows if self.area in set(self._entered(row))]
            case FitGroup.EXACT:
                is_placed = self.area is not None and self.need.within_km is None
                return [row for row in rows if self._on_rung(row, 0)] if is_placed else rows
            case FitGroup.AROUND:
                return rows
            case FitGroup.HEAD:
                return [row for row in self._of_authority(rows) if self._is_head(row)]
            case FitGroup.POST:
                return self._of_authority(rows)
            case FitGroup.ITSELF:
                return [row for row in rows if self._is_able(row, LinkType.HOLDS)]
            case FitGroup.BY_DEPUTY:
                return [row for row in rows if self._is_able(row, *_BOTH)]
            case FitGroup.BROADER:
                return [row for row in rows if self._is_able(row, *_BOTH, is_broader=True)]
            case FitGroup.NAMED:
                return [row for row in rows if row in self._named_nodes()]
            case FitGroup.STANDS_IN:
                named = self._named_nodes()
                stand_in = {
                    deputy
                    for row in named
                    if self.view.label(row) is Label.ACTOR
                    for deputy in self.view.sources(row, LinkType.DEPUTIZES_FOR)
                }
                return [row for row in rows if row in stand_in]

    def _covering(self, *, here: bool) -> set[int]:
        """Return the networks of the requested kinds that cover the area, else the level above."""
        networks, home = self._of_kind(), self._home()
        if here:
            return {row for row in networks if home in areas_of(self.view, row)}
        return set(self._rung(networks, 1, home) or self._rung(networks, 2, home))

    def _home(self) -> int:
        """Return the area; for a community without such a network, its municipality."""
        assert self.area is not None
        if self._area_kind(self.area) is not AreaKind.COMMUNITY:
            return self.area
        if any(self.area in areas_of(self.view, row) for row in self._of_kind()):
            return self.area
        return next(iter(self.view.targets(self.area, LinkType.LIES_IN)), self.area)

    def _of_kind(self) -> list[int]:
        rows = self.view.rows(Label.NETWORK)
        return [row for row in rows if self.view.value(row, "kind") in self.need.network]

    def _along(self) -> set[int]:
        """Return the networks of the requested kinds that cover an area inside or around it."""
        home = self._home()
        return {
            row
            for row in self._of_kind()
            for area in areas_of(self.view, row)
            if area in self._upward(home) or home in self._upward(area)
        }

    def _upward(self, area: int) -> set[int]:
        """Return an area and all areas it lies in, at any level."""
        above = (self._upward(outer) for outer in self.view.targets(area, LinkType.LIES_IN))
        return {area}.union(*above)

    def _local(self, rows: list[int]) -> list[int]:
        """Return the rows that answer for the area itself: in a wider network, its own."""
        return [row for row in rows if self._home() in areas_of(self.view, row)]

    def _tie(self, rows: list[int], networks: set[int]) -> list[int]:
        """Return the rows that coordinate one of the networks; requested kinds narrow these."""
        if self.need.network and self.target is None:
            networks = networks & set(self._of_kind())
        coordinated = [set(self.view.targets(row, LinkType.COORDINATES)) for row in rows]
        return [row for row, own in zip(rows, coordinated, strict=True) if own & networks]

    def _members(self, rows: list[int], networks: set[int]) -> list[int]:
        return [row for row in rows if networks & set(self.view.targets(row, LinkType.MEMBER_OF))]

    def _target_rows(self) -> set[int]:
        return set() if self.target is None else {self.target}

    def _named_tier(self) -> int:
        assert self.target is not None
        kind: NetworkKind = self.view.value(self.target, "kind")
        return kind.tier.height

    def _named_nodes(self) -> list[int]:
        """Return the nodes that a target stands for: itself, or its posts."""
        if self.target is None:
            return []
        if self.view.label(self.target) in _CIVIL:
            return [self.target]
        return posts_of(self.view, self.target)

    def _of_authority(self, rows: list[int]) -> list[int]:
        posts = self._named_nodes()
        return [row for row in rows if row in posts]

    def _is_head(self, row: int) -> bool:
        is_entry = any(True for _ in self._entered(row))
        return is_entry or self.view.value(row, "kind") is PostKind.HEAD_OF_CRIME_PREVENTION

    def _entered(self, row: int) -> Iterator[int]:
        """The areas a post is the entry point for, acute danger aside."""
        for link in self.view.out(row, LinkType.ENTRY_POINT_FOR):
            if not self.view.link_value(link, "is_acute"):
                yield self.view.target(link)

    def _of_kinds(self, rows: list[int], places: slice) -> list[int]:
        assert self.need.trigger is not None
        kinds = self.policy.triggers[self.need.trigger].posts[places]
        return [row for row in rows if self.view.value(row, "kind") in kinds]

    def _sector(self, row: int) -> Sector | None:
        return self.view.value(row, "sector") if self.view.label(row) is Label.ACTOR else None

    def _tier(self, row: int) -> Tier:
        return self.view.value(row, "tier")

    def _height(self, row: int) -> int:
        return self._tier(row).height

    def _area_kind(self, area: int) -> AreaKind:
        return self.view.value(area, "kind")

    def _is_of_area_tier(self, row: int) -> bool:
        return self._height(row) == _TIERS[self._area_kind(self._home())].height

    # ---- nearness

    def _near(self, rows: list[int]) -> list[int]:
        """Return the rows on the first rung that has any, where an area decides who is near."""
        if self.kind in _AREA_IN_CLASS or self.area is None or self.need.within_km is not None:
            return rows
        for rung in (0, 1, 2):
            nearest = self._rung(rows, rung, self.area)
            if nearest:
                return nearest
        return []

    def _on_rung(self, row: int, rung: int) -> bool:
        assert self.area is not None
        return bool(self._rung([row], rung, self.area))

    def _rung(self, rows: list[int], rung: int, area: int) -> list[int]:
        """Return the rows that answer for an area, for what it lies in, or for the country."""
        if rung == 0:
            return [row for row in rows if area in areas_of(self.view, row)]
        if rung == 2:
            return [row for row in rows if self._is_national(row)]
        for around in self._around(area):
            nearest = [
                row for row in rows if any(self._answers_for(row, outer) for outer in around)
            ]
            if nearest:
                return nearest
        return []

    def _around(self, area: int) -> Iterator[list[int]]:
        """Yield the areas that an area lies in, below the country, level by level."""
        parents = [
            parent
            for parent in self.view.targets(area, LinkType.LIES_IN)
            if self._area_kind(parent) is not AreaKind.COUNTRY
        ]
        if parents:
            yield parents
        for parent in parents:
            yield from self._around(parent)

    def _answers_for(self, row: int, area: int) -> bool:
        """Return whether a row answers for an area.

        A region counts for psychiatry and probation alone, a district for all but psychiatry.
        """
        if area not in areas_of(self.view, row):
            return False
        if self._area_kind(area) is AreaKind.REGION:
            return self._sector(row) in _REGIONAL
        is_district = self._area_kind(area) is AreaKind.POLICE_DISTRICT
        return not (is_district and self._sector(row) is Sector.PSYCHIATRY)

    def _is_national(self, row: int) -> bool:
        is_post = self.view.label(row) is Label.ACTOR
        if is_post and self._tier(row) is Tier.NATIONAL:
            return True
        covered = areas_of(self.view, row)
        return any(self._area_kind(area) is AreaKind.COUNTRY for area in covered)

    def _is_near(self) -> set[int]:
        """Return the posts within the distance; none where no distance is asked for."""
        if self.need.within_km is None:
            return set()
        origins = [center for area in self._origins() if (center := self._center(area))]
        if not origins:
            raise InvalidNeed("within_km", "uden koordinater", "without coordinates")
        rows = {*self.view.rows(Label.ACTOR), *self._named_nodes()}
        return {
            row
            for row in rows
            for area in areas_of(self.view, row)
            if (center := self._center(area))
            and any(kilometers(origin, center) <= self.need.within_km for origin in origins)
        }

    def _origins(self) -> list[int]:
        if self.area is not None:
            return [self.area]
        if self.need.from_area is not None:
            return [self.view.current(self.need.from_area)]
        return [area for start in self.starts for area in areas_of(self.view, start)]

    def _center(self, area: int) -> tuple[float, float] | None:
        if self._area_kind(area) is AreaKind.COUNTRY:
            return None
        lat: float | None = self.view.value(area, "lat")
        if lat is not None:
            return lat, self.view.value(area, "lon")
        if self._area_kind(area) is not AreaKind.COMMUNITY:
            return None
        around = (self._center(outer) for outer in self.view.targets(area, LinkType.LIES_IN))
        return next((center for center in around if center), None)


def kilometers(point: tuple[float, float], other: tuple[float, float]) -> float:
    lat, lon, to_lat, to_lon = map(radians, (*point, *other))
    half = sin((to_lat - lat) / 2) ** 2 + cos(lat) * cos(to_lat) * sin((to_lon - lon) / 2) ** 2
    return 2 * 6371.0088 * asin(sqrt(half))
