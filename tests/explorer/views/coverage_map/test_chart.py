"""The drawing: an outline for each municipality, shaded by its row, the chosen one outlined."""

from pathlib import Path
from typing import Any

from explorer.outlines import outlines
from explorer.views.coverage_map import area_rows
from explorer.views.coverage_map.area_rows import SHADES, AreaRow


def row(row_id: str, *codes: str, shade: int | None = 2) -> AreaRow:
    return AreaRow(
        id=row_id, name=row_id, codes=codes, figure="2 af 6", size=shade, shade=shade,
        lack=None if shade is not None else "NO_POST", posts=7, states="", path=(),
    )  # fmt: skip


def drawn(found: list[AreaRow], *, within: str = "", selected: str | None = None) -> Any:
    shapes = area_rows.shapes(outlines(), found, within=within, unknown="Findes ikke")
    return area_rows.chart(shapes, dark=False, selected=selected, title="Kort", height=400)


def test_each_municipality_is_drawn_and_those_of_a_unit_are_told_alike() -> None:
    district = row("pol-1462", "0787", "0773")
    shapes = area_rows.shapes(outlines(), [district], unknown="Findes ikke")
    assert len(shapes) == 98
    told = {one["code"]: (one["area"], one["said"], one["fill"]) for one in shapes}
    assert told["0787"] == told["0773"] == ("pol-1462", "pol-1462: 2 af 6", SHADES[2])
    assert told["0400"] == (None, "Findes ikke", None)


def test_the_capital_area_is_drawn_by_itself() -> None:
    shapes = area_rows.shapes(outlines(), [], within=area_rows.CAPITAL)
    assert len(shapes) == 18
    assert all(one["code"].startswith("01") for one in shapes)


def test_each_shape_says_its_row_and_one_without_a_number_is_dashed() -> None:
    found = [row("a", "0787"), row("b", "0773", shade=None)]
    areas = drawn(found)["layer"][0]
    told = {one["code"]: one for one in areas["data"]["values"]}
    assert told["0773"]["fill"] is None
    encoding = areas["encoding"]
    assert encoding["description"]["field"] == "said"
    assert encoding["strokeDash"]["condition"]["test"] == "datum.fill"
    assert encoding["strokeDash"]["value"] != encoding["strokeDash"]["condition"]["value"]


def test_the_chosen_area_has_a_white_and_a_black_rim() -> None:
    layers = drawn([row("pol", "0787", "0773"), row("other", "0400")], selected="pol")["layer"]
    rims = layers[1:]
    assert [one["mark"]["stroke"] for one in rims] == ["#FFFFFF", "#000000"]
    assert rims[0]["mark"]["strokeWidth"] > rims[1]["mark"]["strokeWidth"]
    assert {one["code"] for one in rims[0]["data"]["values"]} == {"0787", "0773"}
    none = drawn([row("pol", "0787")], selected="gone")["layer"][1:]
    assert [one["data"]["values"] for one in none] == [[], []]


def test_the_same_rows_make_the_same_drawing() -> None:
    found = [row("a", "0787")]
    assert drawn(found) == drawn(found)  # else it would be drawn anew at each choice


def test_a_click_tells_the_area_and_one_beside_all_tells_none() -> None:
    assert area_rows.picked({"selection": {area_rows.PICKED: [{"area": "mun-0787"}]}}) == "mun-0787"
    assert area_rows.picked({"selection": {area_rows.PICKED: [{"area": None}]}}) is None
    assert area_rows.picked({"selection": {area_rows.PICKED: {}}}) is None
    assert area_rows.picked({}) is None


def test_the_shades_of_the_table_are_those_of_the_drawing() -> None:
    style = (Path(area_rows.__file__).parents[2] / "static" / "coverage_map.css").read_text("utf-8")
    for place, color in enumerate(area_rows.SHADES):
        assert f".kv-shade-{place} {{ background: {color}; }}" in style
