"""What the structure offers the demo: posts by kind and place, whose they are, what lies where."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from graph.model import Actor, Area, BelongsTo, Covers, LiesIn, Node
from graph.vocabulary import AreaKind, PostKind
from seed.structure.structure import Structure

EARTH_KM = 6371.0


@dataclass(frozen=True, slots=True)
class StructureIndex:
    """Lookups over a structure.

    `owner` is the first authority of a post; `areas` what it covers, by itself or as its authority
    does; `district` the police district of a municipality. All in the order of the structure.
    """

    nodes: Mapping[str, Node]
    posts: tuple[Actor, ...]
    municipalities: tuple[Area, ...]
    districts: tuple[Area, ...]
    owner: Mapping[str, str]
    areas: Mapping[str, tuple[str, ...]]
    district: Mapping[str, str]
    seats: Mapping[tuple[PostKind, str], Actor]

    def seat(self, kind: PostKind, area_id: str) -> Actor:
        """The post of a kind that covers an area, the first one where there are more.

        Raises: KeyError: there is none.
        """
        return self.seats[kind, area_id]

    def area(self, area_id: str) -> Area:
        """An area by its id."""
        area = self.nodes[area_id]
        if not isinstance(area, Area):
            raise TypeError(f"{area_id} is no area")
        return area

    def municipalities_of(self, district_id: str) -> tuple[Area, ...]:
        """The municipalities of a police district, by code."""
        return tuple(one for one in self.municipalities if self.district[one.id] == district_id)

    def is_police(self, post_id: str) -> bool:
        """Does the post sit in a police district's section?"""
        return self.owner[post_id].startswith("aut-sec-")


def structure_index(structure: Structure) -> StructureIndex:
    """The lookups of one structure. O(nodes + links)."""
    nodes = {node.id: node for node in structure.nodes}
    owner: dict[str, str] = {}
    covered: defaultdict[str, list[str]] = defaultdict(list)
    district: dict[str, str] = {}
    for link in structure.links:
        if isinstance(link, BelongsTo):
            owner.setdefault(link.source_id, link.target_id)
        elif isinstance(link, Covers):
            covered[link.source_id].append(link.target_id)
        elif isinstance(link, LiesIn) and link.target_id.startswith("pol-"):
            district[link.source_id] = link.target_id
    posts = tuple(node for node in structure.nodes if isinstance(node, Actor))
    areas = {
        post.id: tuple(covered.get(post.id) or covered.get(owner[post.id], ())) for post in posts
    }
    seats: dict[tuple[PostKind, str], Actor] = {}
    for post in posts:
        for area in areas[post.id]:
            seats.setdefault((post.kind, area), post)
    return StructureIndex(
        nodes=nodes,
        posts=posts,
        municipalities=_areas(structure, AreaKind.MUNICIPALITY),
        districts=_areas(structure, AreaKind.POLICE_DISTRICT),
        owner=owner,
        areas=areas,
        district=district,
        seats=seats,
    )


def _areas(structure: Structure, kind: AreaKind) -> tuple[Area, ...]:
    found = (node for node in structure.nodes if isinstance(node, Area) and node.kind is kind)
    return tuple(sorted(found, key=lambda area: area.code))


def km_between(one: Area, other: Area) -> float:
    """The straight line between the centers of two areas, in km.

    Source: the haversine formula on a sphere.

    Raises: ValueError: one of them has no center.
    """
    places = one.lat, one.lon, other.lat, other.lon
    if None in places:
        raise ValueError(f"no center: {one.id} or {other.id}")
    south, west, north, east = (radians(degrees) for degrees in places if degrees is not None)
    half = sin((north - south) / 2) ** 2
    half += cos(south) * cos(north) * sin((east - west) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(half))
