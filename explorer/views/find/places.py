"""The positions of areas on the small map of Denmark."""

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Final

import streamlit as st

from api.client import Problem
from api.schemas.paths import Stop
from explorer.components.path import Point
from explorer.frame import ScreenContext
from explorer.outlines import centers

_PLACES: Final = "places"
_KINDS: Final = ("POLICE_DISTRICT", "REGION", "COMMUNITY")
_NATION: Final = "dk"


def places(context: ScreenContext, stops: Iterable[Stop]) -> Mapping[str, Point]:
    """The positions of the areas of these stops, by id.

    A district or region is at the mean of its municipalities. They are fetched once per session,
    when a stop first needs them; without them the map has fewer dots.
    """
    positions: dict[str, Point]
    fetched_kinds: set[str]
    positions, fetched_kinds = st.session_state.setdefault(_PLACES, ({}, set()))
    areas = {stop.area.id for stop in stops if stop.area is not None} - {_NATION}
    for area in areas:
        if (center := _center(area)) is not None:
            positions[area] = center
    for kind in _KINDS:
        if areas <= positions.keys() or kind in fetched_kinds:
            continue
        try:
            pages = list(context.client.areas(kind=kind))
        except Problem:
            break
        fetched_kinds.add(kind)  # an area that is not among them is not requested again
        for card in chain.from_iterable(page.found for page in pages):
            # The mean of the municipalities in an area, or the municipality in which it lies.
            within = [_center(municipality.id) for municipality in (*card.holds, *card.lies_in)]
            points = [point for point in within if point is not None]
            if points:
                count = len(points)
                middle = sum(x for x, _ in points) / count, sum(y for _, y in points) / count
                positions[card.entity.id] = middle
    return positions


def _center(area: str) -> Point | None:
    """The center of a municipality on the small map: its id ends with its code."""
    center = centers().get(area.rpartition("-")[2])
    return None if center is None else (round(center[0], 1), round(center[1], 1))
