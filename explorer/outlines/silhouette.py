"""The outline of Denmark for a small map: simplified `outlines.geojson` as a script for browsers.

`python -m explorer.outlines.silhouette` writes it where the drawing of a contact path reads it.
"""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from explorer.outlines import SCALE, area_and_center, outlines
from explorer.outlines.convert import simplify_ring

TARGET: Final = Path(__file__).parents[1] / "components/path/src/denmark.js"
_TOLERANCE: Final = 70
_SMALLEST: Final = 12_000  # square units; a smaller island is not visible on a map of this size


def main() -> None:
    """Write the script."""
    TARGET.write_text(script(), encoding="utf-8", newline="\n")


def script() -> str:
    """The module: the size of the map, and its shapes as the data of one SVG path."""
    rings: list[list[tuple[int, int]]] = []  # the outer rings of the parts visible on a small map
    features: Sequence[dict[str, Any]] = outlines()["features"]
    for feature in features:
        for polygon in feature["geometry"]["coordinates"]:
            whole = [(float(x), float(y)) for x, y in polygon[0]]
            coarse = simplify_ring(whole, _TOLERANCE)
            if coarse and area_and_center(whole)[0] >= _SMALLEST:
                rings.append([(round(x / SCALE), round(y / SCALE)) for x, y in coarse])
    width = max(x for ring in rings for x, _ in ring)
    height = max(y for ring in rings for _, y in ring)
    shapes = ""  # each ring: its first point, then each point relative to the previous one
    for ring in rings:
        steps = [f"{u - x} {v - y}" for (x, y), (u, v) in pairwise(ring[:-1])]
        shapes += f"M{ring[0][0]} {ring[0][1]}l{' '.join(steps)}z".replace(" -", "-")
    return (
        "// Denmark by municipality, simplified from react-denmark-map 1.0.0, "
        "© 2022 Martin Polley (MIT).\n"
        "// Written by `python -m explorer.outlines.silhouette`.\n\n"
        f"export const SIZE = [{width}, {height}];\n"
        f'export const DENMARK =\n  "{shapes}";\n'
    )


if __name__ == "__main__":
    main()
