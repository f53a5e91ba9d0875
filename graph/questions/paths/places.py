"""Which posts answer for a place: exactly, by what it lies in, or by distance?

Areas lie in a police district and in a region, and the two do not nest: a post is looked for in
the hierarchy of its own sector only. Source: paths.md §1.2, "Area rungs".
"""

from collections.abc import Iterable, Iterator
from math import asin, cos, radians, sin, sqrt
from typing import Final

from graph.errors import InvalidNeed
from graph.view import View
from graph.vocabulary import AreaKind, Label, LinkType, Sector, Tier

_EARTH_KM: Final = 6371.0088  # mean radius, IUGG


def posts_covering(view: View, area: int) -> list[int]:
    """The posts one of whose areas is exactly this one."""
    covering = view.memo("posts_covering", lambda: _covering(view))
    return covering.get(area, [])


def _covering(view: View) -> dict[int, list[int]]:
    covering: dict[int, list[int]] = {}
    for post in view.rows(Label.ACTOR):
        for area in view.areas_of(post):
            covering.setdefault(area, []).append(post)
    return covering


def on_rung(view: View, area: int, rows: Iterable[int], rung: int) -> list[int]:
    """The rows that answer for an area on a rung: 0 itself, 1 what it lies in, 2 the country."""
    chosen = list(rows)
    if rung == 0:
        return [row for row in chosen if area in view.areas_of(row)]
    if rung == 1:
        for parents in _parents(view, area):
            if found := _lying_in(view, parents, chosen):
                return found
        return []
    return [row for row in chosen if _is_national(view, row)]


def _parents(view: View, area: int) -> Iterator[list[int]]:
    """What an area lies in, below the country: first its municipality, then district and region."""
    around = [
        parent
        for parent in view.targets(area, LinkType.LIES_IN)
        if view.value(parent, "kind") is not AreaKind.COUNTRY
    ]
    if around:
        yield around
        for parent in around:
            yield from _parents(view, parent)


def _lying_in(view: View, parents: list[int], rows: Iterable[int]) -> list[int]:
    """The rows that answer for one of these areas, in the hierarchy of their sector."""
    return [
        row
        for row in rows
        if any(
            area in parents and _is_own_hierarchy(view, row, area) for area in view.areas_of(row)
        )
    ]


def _is_own_hierarchy(view: View, row: int, area: int) -> bool:
    """Psychiatry looks to the region, all others to the police district, probation to its own."""
    kind: AreaKind = view.value(area, "kind")
    sector = view.value(row, "sector") if view.label(row) is Label.ACTOR else None
    if kind is AreaKind.REGION:
        return sector in (Sector.PSYCHIATRY, Sector.PRISON_PROBATION)
    return kind is not AreaKind.POLICE_DISTRICT or sector is not Sector.PSYCHIATRY


def _is_national(view: View, row: int) -> bool:
    areas = (view.value(area, "kind") for area in view.areas_of(row))
    is_post = view.label(row) is Label.ACTOR
    return AreaKind.COUNTRY in areas or (is_post and view.value(row, "tier") is Tier.NATIONAL)


def is_near(view: View, rows: Iterable[int], origins: Iterable[int], within_km: int) -> list[int]:
    """The rows one of whose areas has its center within a straight line of an origin's center.

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
    return [row for row in rows if _distance(view, row, starts) <= within_km]


def _distance(view: View, row: int, starts: list[tuple[float, float]]) -> float:
    centers = (center_of(view, area) for area in view.areas_of(row))
    return min(
        (kilometers(start, center) for center in centers if center for start in starts),
        default=float("inf"),
    )


def center_of(view: View, area: int) -> tuple[float, float] | None:
    """Latitude and longitude of an area's center; a community without one has its municipality's.

    The country's center is nobody's neighborhood, so it has none.
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


def kilometers(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The distance along the surface. Source: the haversine formula."""
    lat, lon = radians(one[0]), radians(one[1])
    to_lat, to_lon = radians(other[0]), radians(other[1])
    half = sin((to_lat - lat) / 2) ** 2 + cos(lat) * cos(to_lat) * sin((to_lon - lon) / 2) ** 2
    return 2 * _EARTH_KM * asin(sqrt(half))
