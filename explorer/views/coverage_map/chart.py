"""The coverage map as a drawing: an outline for each municipality, shaded by the row it is part of.

A unit is whatever a row is: of a district, all its municipalities are shaded and chosen together.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Final

import altair as alt

from explorer.views.coverage_map.area_rows import SHADES, AreaRow

PICKED: Final = "picked"
"""The name of the selection in what the chart tells."""
CAPITAL: Final = "01"
"""What the codes of the 18 municipalities around Copenhagen begin with."""
_STROKE: Final = {False: "#3C4650", True: "#8894A3"}
_PAGE: Final = {False: "#FFFFFF", True: "#12181F"}
_DASHED: Final = [4, 3]
_SOLID: Final = [1, 0]


def shapes(
    outlines: Mapping[str, Any], rows: Iterable[AreaRow], *, within: str = "", unknown: str = "–"
) -> list[dict[str, Any]]:
    """The outlines whose codes begin so, each with what is told of it in fields of its own.

    `unknown` is what an outline says that is part of no row: the register has no such area.
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
    """The shapes as a Vega-Lite chart whose click tells the `area`; the selected is outlined twice.

    The shapes are put in last: Altair copies what it is given time and again, which took 0.3 s.
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
    """The areas, and above them the two rims of what is chosen, as JSON without any data."""
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
    """The id of the area that was clicked; None where the click met none."""
    points: Sequence[Mapping[str, Any]] = told.get("selection", {}).get(PICKED, ())
    area = points[0].get("area") if points else None
    return area if isinstance(area, str) else None
