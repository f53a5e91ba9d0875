"""Outlines of the 98 municipalities as GeoJSON, read once per process."""

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

ATTRIBUTION: Final = "react-denmark-map 1.0.0, © 2022 Martin Polley (MIT)"
_FILE: Final = Path(__file__).with_name("outlines.geojson")


@cache
def outlines() -> dict[str, Any]:
    """GeoJSON in drawing units, y downwards: a MultiPolygon and a `code` each, by code."""
    read: dict[str, Any] = json.loads(_FILE.read_bytes())
    return read
