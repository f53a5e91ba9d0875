"""Outlines of the 98 municipalities as GeoJSON, read once per process."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

ATTRIBUTION: Final = "react-denmark-map 1.0.0, © 2022 Martin Polley (MIT)"
SCALE: Final = 50
"""Drawing units per unit of the small map of `silhouette`."""
_FILE: Final = Path(__file__).with_name("outlines.geojson")


@cache
def outlines() -> dict[str, Any]:
    """GeoJSON in drawing units, y downwards: a MultiPolygon and a `code` each, by code."""
    geojson: dict[str, Any] = json.loads(_FILE.read_bytes())
    return geojson


@cache
def centers() -> Mapping[str, tuple[float, float]]:
    """The center of the largest part of each municipality that is drawn, on the small map."""
    points: dict[str, tuple[float, float]] = {}
    for feature in outlines()["features"]:
        parts = [area_and_center(polygon[0]) for polygon in feature["geometry"]["coordinates"]]
        if parts:
            _area, (x, y) = max(parts)
            points[feature["properties"]["code"]] = (x / SCALE, y / SCALE)
    return points


def area_and_center(ring: Sequence[Sequence[float]]) -> tuple[float, tuple[float, float]]:
    """The area of a closed ring and its centroid."""
    twice = along = down = 0.0
    for (x, y), (u, v) in pairwise(ring):
        part = x * v - u * y
        twice += part
        along += (x + u) * part
        down += (y + v) * part
    return abs(twice) / 2, (along / (3 * twice), down / (3 * twice))
