"""The outlines that are shipped, and the program that makes them."""

import csv
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import pytest

from explorer.outlines import convert, outlines
from explorer.outlines.convert import Point, Ring, UnknownPackage, rings_of, simplify_ring
from tests.oidc_provider.running import NO_NETWORK
from tests.outcome import expected_reasons

UNREACHABLE: Final = "npm, where the outlines of the map come from, cannot be reached"
_SHIPPED: Final = Path(convert.__file__).parent
_REGISTER: Final = Path("seed/data/municipalities.csv")


def rings() -> list[tuple[str, list[list[int]]]]:
    """Each ring that is shipped, with the code of its area."""
    features: list[dict[str, Any]] = outlines()["features"]
    return [
        (feature["properties"]["code"], polygon[0])
        for feature in features
        for polygon in feature["geometry"]["coordinates"]
    ]


def test_each_municipality_of_the_register_has_an_outline_and_nothing_else_has() -> None:
    with _REGISTER.open(encoding="utf-8", newline="") as register:
        codes = sorted(row["code"] for row in csv.DictReader(register))
    assert [feature["properties"]["code"] for feature in outlines()["features"]] == codes
    assert len(codes) == 98


def test_each_ring_is_closed_and_repeats_no_point_in_a_row() -> None:
    for code, ring in rings():
        assert ring[0] == ring[-1], code
        assert len(ring) > 3, code
        assert all(point != other for point, other in pairwise(ring)), code
    assert (len(rings()), sum(len(ring) for _, ring in rings())) == (115, 5_991)


def test_the_drawing_has_bornholm_in_its_upper_right_corner() -> None:
    across, down = zip(*(point for _, ring in rings() for point in ring), strict=True)
    assert (min(across), min(down)) >= (0, 0)
    assert (max(across), max(down)) <= (10_116, 12_289)
    bornholm = [point for code, ring in rings() if code == "0400" for point in ring]
    assert all(x > 8_500 and y < 2_000 for x, y in bornholm)


def test_the_license_of_the_outlines_is_included() -> None:
    text = (_SHIPPED / "LICENSE.react-denmark-map.md").read_text("utf-8")
    assert text.startswith("MIT License\n\nCopyright (c) 2022 Martin Polley")


def test_a_rebuild_from_the_package_produces_the_same_bytes(tmp_path: Path) -> None:
    try:
        package = convert.fetch_package(tmp_path)
    except subprocess.CalledProcessError as error:
        if not NO_NETWORK.search(str(error.stderr)):
            raise
        pytest.skip(UNREACHABLE)
    assert convert.geojson_of(convert.module_of(package)).encode() == convert.OUTLINES.read_bytes()


def test_the_skip_reason_without_npm_is_an_expected_reason() -> None:
    assert UNREACHABLE in expected_reasons()


def test_a_package_with_another_digest_is_refused() -> None:
    with pytest.raises(UnknownPackage, match="digest"):
        convert.check_digest(b"another package of that name")


def test_relative_lines_and_curves_start_at_the_end_of_the_previous_one() -> None:
    assert list(rings_of("M10,20l5,-5l5,0l0,5Z")) == [
        [(10, 20), (15, 15), (20, 15), (20, 20), (10, 20)]
    ]
    (curved,) = rings_of("M0,0c0,4 4,4 4,0Z")
    assert curved == [(0, 0), (0.625, 2.25), (2, 3), (3.375, 2.25), (4, 0), (0, 0)]
    (_, second) = rings_of("M10,10l5,0l0,5Zm100,0l5,0l0,5Z")
    assert second == [(110, 10), (115, 10), (115, 15), (110, 10)]


def test_an_unknown_path_command_is_refused() -> None:
    with pytest.raises(UnknownPackage, match="Q"):
        list(rings_of("M0,0Q1,1 2,2Z"))


@pytest.mark.parametrize(("away", "is_kept"), [(5.0, False), (6.0, True)])
def test_a_point_farther_than_the_tolerance_is_kept_and_a_nearer_one_is_not(
    away: float, is_kept: bool
) -> None:
    corner: Point = (50, -away)
    ring: Ring = [(0, 0), corner, (100, 0), (100, 100), (0, 100), (0, 0)]
    assert (corner in simplify_ring(ring)) is is_kept


def test_a_tiny_ring_is_dropped() -> None:
    assert simplify_ring([(0, 0), (1, 1), (2, 0), (0, 0)]) == []
