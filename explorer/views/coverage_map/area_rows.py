"""The coverage map as rows: their figures, table and legend.

The drawing, the table and the legend are built from the same rows, so they cannot differ.

For districts and regions, all municipalities of a row are shaded and selected together.
"""

import json
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from math import exp
from typing import Any, Final

import altair as alt

from api.schemas.coverage import CoverageMap, MapRow, PlanRow, PostRow
from api.schemas.words import AreaKind, MapLack, MapMeasure, PostState
from explorer import html_table
from explorer.i18n import _, danish_key, ngettext, number, short_day
from explorer.labels import SIGNS, Labels, name_not_shown

SHADES: Final = ("#F1EEF6", "#BDC9E1", "#74A9CF", "#2B8CBE", "#045A8D")
"""Five classes; neighbors differ by a contrast of 1.5 to 2.0:1 only, so the table is required."""
WITHOUT_KINDS: Final[frozenset[MapMeasure]] = frozenset(("PLANS_DUE",))
"""The measures that no kind of post or network filters."""
OF_POSTS: Final[frozenset[MapMeasure]] = frozenset(
    ("VERIFIED", "VACANT", "WITHOUT_DEPUTY", "DOUBLED")
)
"""The measures that count posts out of posts."""
LACKING: Final[frozenset[MapMeasure]] = frozenset(
    ("VACANT", "WITHOUT_DEPUTY", "DOUBLED", "PLANS_DUE")
)
"""The measures for which zero everywhere means that no area has a deficit."""
_RISES: Final[frozenset[MapMeasure]] = frozenset(("VERIFIED", "COST", "CIVILIANS"))
_OF_A_HUNDRED: Final[frozenset[MapMeasure]] = frozenset(("VERIFIED", "COST"))
_SHARES: Final = (19, 39, 59, 79, 100)
_FEW: Final = (0, 1, 2, 3)
_MANY: Final = (0, 2, 5, 10)
_DAYS: Final = (61, 122, 183, 365)  # a check is fresh up to 183 days, expired after 365
_HOPS: Final = (1, 2, 3, 4)
_CIVILIANS: Final = (9, 14, 19, 24)
_NOTED: Final[tuple[PostState, ...]] = ("VACANT", "DOUBLED", "WITHOUT_DEPUTY", "AWAY", "STALE")


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaRow:
    """An area: `size` is its value for sorting and shading, None where there is no number.

    `lack` then says why; `figure` is the number in words, or that reason.
    """

    id: str
    name: str
    codes: tuple[str, ...]
    figure: str
    size: int | None
    shade: int | None
    lack: MapLack | None
    posts: int
    states: str
    path: tuple[str, ...]

    @property
    def said(self) -> str:
        """The label of the shape on the map: `Thisted: 57 % (4 af 7)`."""
        return f"{self.name}: {self.figure}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LegendEntry:
    """A legend line: a shade, or None for a dashed outline, and the number of areas."""

    shade: int | None
    words: str
    areas: int


def rows(
    answer: CoverageMap, *, lacks: Mapping[str, str], states: Mapping[str, str]
) -> tuple[AreaRow, ...]:
    """A row for each area of the answer, by name.

    `lacks` and `states` are the register's words.
    """
    bounds = _bounds(answer.measure, answer.by)
    found: list[AreaRow] = []
    for row in answer.rows:
        size = _size(row, answer.measure)
        found.append(
            AreaRow(
                id=row.area.id,
                name=row.area.name or row.area.id,
                codes=row.codes,
                figure=lacks.get(row.lack, row.lack) if row.lack else _figure(row, answer.measure),
                size=size,
                shade=None if size is None else min(bisect_left(bounds, size), len(SHADES) - 1),
                lack=row.lack,
                posts=row.posts,
                states=noted(row.states, states),
                path=row.path,
            )
        )
    return tuple(sorted(found, key=lambda row: danish_key(row.name)))


def _size(row: MapRow, measure: MapMeasure) -> int | None:
    if row.number is None:
        return None
    if measure == "COST":
        return round(100 * exp(-row.number / 1_000_000))  # micro-nats to chance of an answer
    return round(100 * row.number / row.of) if measure == "VERIFIED" and row.of else row.number


def _figure(row: MapRow, measure: MapMeasure) -> str:
    count = row.number or 0
    if measure == "VERIFIED":
        return _(
            "{share} % ({count} of {of})",
            share=_size(row, measure), count=number(count), of=number(row.of or 0),
        )  # fmt: skip
    if measure == "HOPS":
        return ngettext("{count} hop", "{count} hops", count)
    if measure == "OLDEST_HOP":
        return ngettext("{count} day", "{count} days", count)
    if measure == "COST":
        return _("{share} % chance of an answer", share=_size(row, measure))
    if measure == "CIVILIANS":
        return _("at least {count}", count=number(count))
    return _("{count} of {of}", count=number(count), of=number(row.of or 0))


def noted(counts: Mapping[PostState, int], words: Mapping[str, str]) -> str:
    """The deficits of an area's posts in words: `1 ubesat · 2 skal kontrolleres`."""
    return " · ".join(
        f"{number(counts[state])} {words.get(state, state).lower()}"
        for state in _NOTED
        if counts.get(state)
    )


def ordered(found: Iterable[AreaRow], measure: MapMeasure) -> tuple[AreaRow, ...]:
    """The rows with the largest deficit first: lacks, then by number, then by posts.

    A lack is an area without any path, plan or post. Areas to which the measure does not apply come
    last.
    """
    sign = 1 if measure in _RISES else -1
    return tuple(
        sorted(
            found,
            key=lambda row: (
                2 if row.lack == "NO_SUCH_DUTY" else int(row.lack is None),
                sign * (row.size or 0),
                -row.posts,
            ),
        )
    )


def is_lowest_first(measure: MapMeasure) -> bool:
    """Whether a low number is the deficit."""
    return measure in _RISES


def nothing_amiss(found: Iterable[AreaRow], measure: MapMeasure) -> bool:
    """Whether no area has the deficit that is measured."""
    return measure in LACKING and not any(one.size for one in found)


def legend(found: Iterable[AreaRow], measure: MapMeasure, by: AreaKind) -> tuple[LegendEntry, ...]:
    """The shades in order, and each reason for a dashed outline that occurs."""
    listed = list(found)
    shades = Counter(row.shade for row in listed)
    lacks = Counter(row.figure for row in listed if row.lack is not None)
    bounds = _bounds(measure, by)[: len(SHADES) - 1]
    least = {"HOPS": 1, "CIVILIANS": 5}.get(measure, 0)
    lows = [least, *(bound + 1 for bound in bounds)]
    ranges = [
        number(low) if low == high else f"{number(low)}–{number(high)}"
        for low, high in zip(lows, bounds, strict=False)
    ]
    last = number(lows[-1])
    if measure in _OF_A_HUNDRED:
        words = [*(f"{span} %" for span in ranges), f"{last}–100 %"]
    elif measure == "OLDEST_HOP":
        words = [_("{days} days", days=days) for days in ranges]
        words.append(_("{days} days or more", days=last))
    elif measure == "HOPS":
        words = [ngettext("{count} hop", "{count} hops", hops) for hops in bounds]
        words.append(_("{hops} hops or more", hops=last))
    else:
        words = [*ranges, _("{count} or more", count=last)]
    return (
        *(
            LegendEntry(shade=shade, words=text, areas=shades[shade])
            for shade, text in enumerate(words)
        ),
        *(LegendEntry(shade=None, words=text, areas=lacks[text]) for text in sorted(lacks)),
    )


def _bounds(measure: MapMeasure, by: AreaKind) -> tuple[int, ...]:
    """The largest number of each shade; anything above the last has the darkest."""
    counts = _FEW if by == "MUNICIPALITY" else _MANY
    return {
        "VERIFIED": _SHARES, "COST": _SHARES, "HOPS": _HOPS, "OLDEST_HOP": _DAYS,
        "CIVILIANS": _CIVILIANS,
    }.get(measure, counts)  # fmt: skip


def table(
    rows: Iterable[AreaRow],
    *,
    unit: str,
    measure: str,
    selected: str | None,
    with_posts: bool,
) -> str:
    """All areas as an HTML table; the selected row is marked and stays visible.

    `with_posts`: the number of posts in place of their deficits.
    """
    last = _("Number of posts") if with_posts else _("Issues")
    lines: list[str] = []
    for row in rows:
        chosen, current = (
            (' class="kv-chosen"', ' aria-current="true"') if row.id == selected else ("", "")
        )
        lines.append(
            f'<tr{chosen}><th scope="row"{current}>{escape(row.name)}</th>'
            f'<td class="kv-figure">{_swatch(row.shade)}{escape(row.figure)}</td>'
            f"<td>{escape(number(row.posts) if with_posts else row.states)}</td></tr>"
        )
    name = _("{measure}, as a table", measure=measure)
    return html_table.frame(name, (unit, measure, last), "".join(lines), kind="kv-areas")


def legend_table(entries: Iterable[LegendEntry]) -> str:
    """The legend as an HTML list with the number of areas per shade."""
    lines = "".join(
        f"<li>{_swatch(entry.shade)}{escape(entry.words)} ({entry.areas})</li>" for entry in entries
    )
    return f'<ul class="kv-legend">{lines}</ul>'


def summary(row: AreaRow) -> str:
    """An area in one line: `7 funktioner · 2 uden stedfortræder`."""
    posts = ngettext("{count} post", "{count} posts", row.posts)
    return " · ".join(filter(None, (posts, row.states)))


def posts(found: Sequence[PostRow], words: Labels) -> str:
    """A table of an area's posts: their states and last checks."""
    heads = (_("Post"), _("State of the post"), _("Last check"))
    rows: list[tuple[str, ...]] = []
    for row in found:
        states = [words.word(state) for state in row.states]
        if "HELD" in row.states and not any(holder.name for holder in row.holders):
            states[row.states.index("HELD")] += f"; {name_not_shown()}"
        check = "–"
        if row.check is not None:
            freshness = row.check.freshness
            check = f"{SIGNS[freshness]} {words.check(freshness, row.check.on)}"
        name = row.post.name or words.unnamed("Actor")
        rows.append(html_table.texts(name, ", ".join(states), check))
    return html_table.table(_("Posts of the area"), heads, rows, has_names=True, kind="kv-posts")


def plans(found: Iterable[PlanRow]) -> str:
    """The plans of an area that are due for revision within a year."""
    lines: list[str] = []
    for row in found:
        due = _("to be revised by {day}", day=short_day(row.due_on))
        lines.append(f"<li>{escape(row.plan.name or row.plan.id)}: {escape(due)}</li>")
    return f"<ul>{''.join(lines)}</ul>" if lines else ""


def _swatch(shade: int | None) -> str:
    name = "none" if shade is None else str(shade)
    return f'<span class="kv-shade kv-shade-{name}" aria-hidden="true"></span>'


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
    drawn: list[dict[str, Any]] = []
    for outline in features:
        code = str(outline["properties"]["code"])
        row = by_code.get(code)
        shade = None if row is None else row.shade
        if code.startswith(within):
            drawn.append(
                {
                    "type": "Feature",
                    "geometry": outline["geometry"],
                    "code": code,
                    "area": None if row is None else row.id,
                    "said": unknown if row is None else row.said,
                    "fill": None if shade is None else SHADES[shade],
                }
            )
    return drawn


def chart(
    drawn: Sequence[Mapping[str, Any]], *, dark: bool, selected: str | None, title: str, height: int
) -> dict[str, Any]:
    """The Vega-Lite chart of the shapes: a click selects an `area`; the selected has two outlines.

    The shapes are inserted last: Altair copies its data repeatedly, which took 0.3 s.
    """
    spec: dict[str, Any] = json.loads(_empty(dark=dark, title=title, height=height))
    chosen = [shape for shape in drawn if selected is not None and shape["area"] == selected]
    areas, *rims = spec["layer"]
    areas["data"] = {"values": list(drawn)}
    for rim in rims:
        rim["data"] = {"values": chosen}
    return spec


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


def picked(state: Mapping[str, Any]) -> str | None:
    """The id of the area that was clicked; None if the click hit none."""
    points: Sequence[Mapping[str, Any]] = state.get("selection", {}).get(PICKED, ())
    area = points[0].get("area") if points else None
    return area if isinstance(area, str) else None
