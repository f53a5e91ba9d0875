"""The coverage map as a drawing: one outline per municipality, shaded by the row it is part of.

For districts and regions, all municipalities of a row are shaded and selected together.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Final

import altair as alt

from explorer.views.coverage_map.area_rows import SHADES, AreaRow

PICKED: Final = "picked"
"""The name of the selection parameter of the chart."""
CAPITAL: Final = "01"
"""The code prefix of the 18 municipalities around Copenhagen."""
_STROKE: Final = {False: "#3C4650", True: "#8894A3"}
_PAGE: Final = {False: "#FFFFFF", True: "#12181F"}
_DASHED: Final = [4, 3]
_SOLID: Final = [1, 0]


def shapes(
    outlines: Mapping[str, Any], rows: Iterable[AreaRow], *, within: str = "", unknown: str = "–"
) -> list[dict[str, Any]]:
    """The outlines with a code prefix, each with its row's data in separate fields.

    `unknown` is the label of an outline without a row: the register has no such area.
    """
    by_code = {code: row for row in rows for code in row.codes}
    features: Sequence[Mapping[str, Any]] = outlines["features"]
    return [
        _shape(one, by_code.get(one["properties"]["code"]), unknown)
        for one in features
        if str(one["properties"]["code"]).startswith(within)
    ]


def _shape(outline: Mapping[str, Any], row: AreaRow | None, unknown: str) -> dict[str, Any]:
    shade = None if row is None else row.shade
    return {
        "type": "Feature",
        "geometry": outline["geometry"],
        "code": outline["properties"]["code"],
        "area": None if row is None else row.id,
        "said": unknown if row is None else row.said,
        "fill": None if shade is None else SHADES[shade],
    }


def chart(
    drawn: Sequence[Mapping[str, Any]], *, dark: bool, selected: str | None, title: str, height: int
) -> dict[str, Any]:
    """The Vega-Lite chart of the shapes: a click selects an `area`; the selected has two outlines.

    The shapes are inserted last: Altair copies its data repeatedly, which took 0.3 s.
    """
    made: dict[str, Any] = json.loads(_empty(dark=dark, title=title, height=height))
    chosen = [one for one in drawn if selected is not None and one["area"] == selected]
    areas, *rims = made["layer"]
    areas["data"] = {"values": list(drawn)}
    for rim in rims:
        rim["data"] = {"values": chosen}
    return made


@cache
def _empty(*, dark: bool, title: str, height: int) -> str:
    """The chart without data as JSON: the areas, and above them two outlines of the selection."""
    filled = alt.Color("fill:N", scale=None)
    areas = (
        alt.Chart(name="areas")
        .mark_geoshape(cursor="pointer", strokeWidth=0.8, stroke=_STROKE[dark])
        .encode(
            color=alt.condition("datum.fill", filled, alt.value(_PAGE[dark])),
            strokeDash=alt.condition("datum.fill", alt.value(_SOLID), alt.value(_DASHED)),
            description=alt.Description("said:N"),
            tooltip=alt.Tooltip("said:N", title=" "),
        )
        .add_params(alt.selection_point(name=PICKED, fields=["area"], toggle=False))
    )
    rims = [
        alt.Chart().mark_geoshape(
            filled=False, stroke=stroke, strokeWidth=width, aria=False, tooltip=None
        )
        for stroke, width in (("#FFFFFF", 6), ("#000000", 2.5))
    ]
    return (
        alt.layer(areas, *rims)
        .project(type="identity")
        .properties(height=height, width="container", description=title)
        .configure(background="transparent", font="IBM Plex Sans")
        .configure_view(stroke=None)
        .to_json(indent=None)
    )


def picked(told: Mapping[str, Any]) -> str | None:
    """The id of the area that was clicked; None if the click hit none."""
    points: Sequence[Mapping[str, Any]] = told.get("selection", {}).get(PICKED, ())
    area = points[0].get("area") if points else None
    return area if isinstance(area, str) else None
