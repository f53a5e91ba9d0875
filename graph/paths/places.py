"""Areas a node answers for, and posts that answer for a place.

Areas lie in a police district and in a region, and the two do not nest: a post is looked up only in
the hierarchy of its own sector. Source: docs/domain.md, "The structure".
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from typing import Final

import numpy as np

from graph.access.view import View, memoize_by_view
from graph.errors import InvalidNeed
from graph.snapshot.columns import NO_HEIGHT, Codes, Rows, distinct
from graph.snapshot.csr import (
    Csr,
    Ends,
    Mask,
    csr_from_pairs,
    firsts,
    link_ends,
    those,
    through,
    transpose,
)
from graph.snapshot.field_types import NO_WORD
from graph.vocabulary import AreaKind, Label, LinkType, Sector, Tier


@dataclass(frozen=True, slots=True)
class Areas:
    """`of`: the areas of each node, as by `areas_of`; `answering`: the inverse, by area."""

    of: Csr
    answering: Csr


@memoize_by_view
def areas(view: View) -> Areas:
    """Return the areas of all nodes of a View, computed once. O(nodes + links)."""
    covers, is_area = link_ends(view, LinkType.COVERS), _is(view, Label.AREA)
    itself = np.flatnonzero(is_area).astype(np.int32)
    own = view.mask(covers[0])
    covered, away = csr_from_pairs(view, covers), ~(own | is_area)
    is_person, is_civilian = _is(view, Label.PERSON), _is(view, Label.RESOURCE_INDIVIDUAL)
    owners = those(link_ends(view, LinkType.BELONGS_TO), away & ~is_person & ~is_civilian)
    area_pairs = [covers, (itself, itself), through(owners, covered)]
    offices = csr_from_pairs(view, *area_pairs)
    seats = link_ends(view, LinkType.HOLDS, LinkType.DEPUTIZES_FOR)
    openers, civilians = link_ends(view, LinkType.DOOR_OPENER_FOR)
    area_pairs.append(through(those(seats, away & is_person), offices))
    area_pairs.append(through(those((civilians, openers), away & is_civilian), offices))
    covered_areas = csr_from_pairs(view, *area_pairs)
    return Areas(of=covered_areas, answering=transpose(view, covered_areas))


def _is(view: View, label: Label) -> Mask:
    return view.visible & (view.nodes.label == label.code)


def inside(view: View, outer: Mask) -> Mask:
    """bool[nodes]: these areas and all that lie in them, at any depth."""
    inner, around = _lies_in_pairs(view)
    return _spread(outer, around, inner)


def around(view: View, inner: Mask) -> Mask:
    """bool[nodes]: these areas and all they lie in, at any height."""
    return _spread(inner, *_lies_in_pairs(view))


@memoize_by_view
def _lies_in_pairs(view: View) -> Ends:
    return link_ends(view, LinkType.LIES_IN)


def _spread(mask: Mask, source: Rows, target: Rows) -> Mask:
    """Return these nodes and all reachable from them over some links."""
    reached = mask.copy()
    while len(more := target[reached[source] & ~reached[target]]):
        reached[more] = True
    return reached


_EARTH_KM: Final = 6371.0088  # mean radius, IUGG
_BY_REGION: Final = np.zeros(NO_WORD + 1, np.bool_)
_BY_REGION[[Sector.PSYCHIATRY.code, Sector.PRISON_PROBATION.code]] = True


def posts_covering(view: View, area: int) -> list[int]:
    """Return the posts one of whose areas is exactly this one."""
    rows = areas(view).answering.of(area)
    posts: list[int] = rows[view.nodes.label[rows] == Label.ACTOR.code].tolist()
    return posts


def at_fallback_level(view: View, area: int, rows: Iterable[int], fallback_level: int) -> list[int]:
    """Return the rows that answer for an area on a fallback level.

    Level 0 is the area itself, 1 what it lies in, 2 the country.
    """
    mask = view.mask(list(rows))
    answering: list[int] = among(view, area, mask, fallback_level).tolist()
    return answering


def among(view: View, area: int, mask: Mask, fallback_level: int) -> Rows:
    """As `at_fallback_level`, for a mask of nodes.

    O(nodes that answer for the area); on the last level O(nodes).
    """
    if fallback_level == 0:
        rows = areas(view).answering.of(area)
        return rows[mask[rows]]
    if fallback_level == 1:
        for parents in _parents(view, area):
            by_parent: list[Rows] = []
            for parent in parents:
                rows = areas(view).answering.of(parent)
                rows = rows[mask[rows]]
                # By sector: psychiatry uses the region, others the police district, probation both.
                kind: AreaKind = view.value(parent, "kind")
                if kind is AreaKind.REGION:
                    rows = rows[_BY_REGION[sectors(view)[rows]]]
                elif kind is AreaKind.POLICE_DISTRICT:
                    rows = rows[sectors(view)[rows] != Sector.PSYCHIATRY.code]
                by_parent.append(rows)
            if len(answering := distinct(np.concatenate(by_parent))):
                return answering
        return np.empty(0, np.int32)
    return np.flatnonzero(_national(view) & mask).astype(np.int32)


@memoize_by_view
def _parents(view: View, area: int) -> list[list[int]]:
    """Return what an area lies in, below the country: municipality, then district and region."""
    around = [
        parent
        for parent in view.targets(area, LinkType.LIES_IN)
        if view.value(parent, "kind") is not AreaKind.COUNTRY
    ]
    above = [parents for parent in around for parents in _parents(view, parent)]
    return [around, *above] if around else []


@memoize_by_view
def sectors(view: View) -> Codes:
    """u8[nodes]: the sector of each post; NO_WORD for a node that is no post, or hidden."""
    sectors = np.full(len(view.visible), NO_WORD, np.uint8)
    rows, column = view.column(Label.ACTOR, "sector")
    is_visible = view.field_mask(Label.ACTOR, "sector")
    sectors[rows[is_visible]] = column[is_visible]
    return sectors


@memoize_by_view
def _national(view: View) -> Mask:
    """The posts of the national tier, and the nodes that answer for the country."""
    heights = np.where(view.nodes.label == Label.ACTOR.code, view.nodes.height, NO_HEIGHT)
    national = view.visible & (heights == Tier.NATIONAL.height)
    rows, kinds = view.column(Label.AREA, "kind")
    for country in rows[(kinds == AreaKind.COUNTRY.code) & view.visible[rows]].tolist():
        national[areas(view).answering.of(country)] = True
    return national


def is_near(view: View, origins: Iterable[int], within_km: int) -> Mask:
    """bool[nodes]: an area of the node has its center within a straight line of an origin's center.

    Raises:
        InvalidNeed: no origin has a center.
    """
    pairs = areas(view).of
    is_close = np.zeros(len(view.visible), np.bool_)
    for area, away in distances(view, origins).items():
        is_close[area] = away <= within_km
    return view.mask(firsts(pairs)[is_close[pairs.to]])


def distances(view: View, origins: Iterable[int]) -> dict[int, float]:
    """The kilometers from the nearest origin's center to that of each area that has one.

    Raises:
        InvalidNeed: no origin has a center.
    """
    starts = [center for area in origins if (center := center_of(view, area))]
    if not starts:
        raise InvalidNeed(
            "within_km",
            "stedet, der måles fra, har ingen koordinater",
            "the place to count from has no coordinates",
        )
    return {
        area: min(kilometers(start, center) for start in starts)
        for area, center in _centers(view).items()
    }


@memoize_by_view
def _centers(view: View) -> dict[int, tuple[float, float]]:
    """The areas that have a center, with it."""
    centers = {area: center_of(view, area) for area in view.rows(Label.AREA)}
    return {area: center for area, center in centers.items() if center is not None}


def center_of(view: View, area: int) -> tuple[float, float] | None:
    """Return latitude and longitude of an area's center.

    A community without a center has its municipality's. The country has none, since distances to
    its center mean nothing.
    """
    kind: AreaKind = view.value(area, "kind")
    lat: float | None = view.value(area, "lat")
    if kind is AreaKind.COUNTRY:
        return None
    if lat is not None:
        return lat, view.value(area, "lon")
    if kind is not AreaKind.COMMUNITY:
        return None
    around = (center_of(view, parent) for parent in view.targets(area, LinkType.LIES_IN))
    return next((center for center in around if center), None)


def kilometers(start: tuple[float, float], end: tuple[float, float]) -> float:
    """Return the distance along the surface. Source: the haversine formula."""
    lat, lon = radians(start[0]), radians(start[1])
    to_lat, to_lon = radians(end[0]), radians(end[1])
    half = sin((to_lat - lat) / 2) ** 2 + cos(lat) * cos(to_lat) * sin((to_lon - lon) / 2) ** 2
    return 2 * _EARTH_KM * asin(sqrt(half))
