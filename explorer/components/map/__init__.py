"""A map of the municipalities: shaded areas that show their figure and can be selected."""

from collections.abc import Callable, Sequence
from typing import TypedDict

from explorer.components import component_value, draw, is_dark


class DrawnArea(TypedDict):
    """An area of one municipality or several.

    `fill`: a class from `0`, the best, to `4`, the worst; `missing`, `hidden` or `none` are
    patterns. `said` is the label with its figure, `detail` a second line of the tooltip.
    """

    id: str
    name: str
    codes: Sequence[str]
    said: str
    detail: str
    fill: str


def area_map(
    title: str,
    areas: Sequence[DrawnArea],
    *,
    key: str,
    selected: str | None,
    unknown: str,
    on_pick: Callable[[str], None],
    within: str = "",
) -> None:
    """Draw the municipalities whose code begins with `within`, and call `on_pick` with a choice.

    `unknown` is the label of a municipality without an area.
    """

    def pick() -> None:
        area = component_value(key, "picked")
        if any(shape["id"] == area for shape in areas):
            on_pick(area)

    data = {
        "title": title,
        "within": within,
        "areas": list(areas),
        "unknown": unknown,
        "dark": is_dark(),
        "selected": selected,
    }
    draw("map", key=key, data=data, on_picked_change=pick)
