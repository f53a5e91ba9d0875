"""The coverage map as rows: their figures, table and legend.

The drawing, the table and the legend are built from the same rows, so they cannot differ.

For districts and regions, all municipalities of a row are shaded and selected together.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import exp
from typing import Final, Literal

from api.schemas.coverage import CoverageMap, MapRow, PlanRow, PostRow
from api.schemas.words import AreaKind, MapLack, MapMeasure, PostState
from explorer import html_table
from explorer.components.map import DrawnArea
from explorer.i18n import _, danish_key, ngettext, number, percent, short_day
from explorer.labels import SIGNS, Labels, name_not_shown

WORST: Final = 4
"""The classes go from 0, the best, to this one. Their colors are in `static/coverage_map.css` and
in the map component."""
_NO_DEFICIT: Final[frozenset[MapLack]] = frozenset(("NO_SUCH_DUTY", "CHECKED_SINCE"))
_NOT_TOLD: Final[MapLack] = "NOT_TOLD"
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
Change = Literal["WORSE", "BETTER", "UNKNOWN", "SAME"]
_DEFICITS: Final[tuple[PostState, ...]] = ("VACANT", "DOUBLED", "WITHOUT_DEPUTY", "AWAY", "STALE")


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaRow:
    """An area: `size` is its value for sorting, `shade` its class; None where there is no number.

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
    def shape_label(self) -> str:
        """The label of the shape on the map: `Thisted: 57 % (4 af 7)`."""
        return f"{self.name}: {self.figure}"

    @property
    def fill(self) -> str:
        """The fill of the shape: its class, or the pattern of its lack."""
        return str(self.shade) if self.lack is None else pattern(self.lack)


def pattern(lack: MapLack) -> str:
    """The pattern of an area without a number: crossed lines only where that is a deficit."""
    if lack in _NO_DEFICIT:
        return "none"
    return "hidden" if lack == _NOT_TOLD else "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class LegendEntry:
    """A legend line: a fill, its meaning, and the number of areas."""

    fill: str
    words: str
    areas: int


def rows(
    answer: CoverageMap, *, lacks: Mapping[str, str], states: Mapping[str, str]
) -> tuple[AreaRow, ...]:
    """A row for each area of the answer, by name.

    `lacks` and `states` are the register's words.
    """
    areas: list[AreaRow] = []
    for row in answer.rows:
        size = _size(row, answer.measure)
        shade: int | None = None
        if size is not None:
            shade = min(bisect_left(_bounds(answer.measure, answer.by), size), WORST)
            if answer.measure in _RISES:  # where more is better, the lowest value is the worst
                shade = WORST - shade
        areas.append(
            AreaRow(
                id=row.area.id,
                name=row.area.name or row.area.id,
                codes=row.codes,
                figure=lacks.get(row.lack, row.lack) if row.lack else _figure(row, answer.measure),
                size=size,
                shade=shade,
                lack=row.lack,
                posts=row.posts,
                states=deficit_text(row.states, states),
                path=row.path,
            )
        )
    return tuple(sorted(areas, key=lambda row: danish_key(row.name)))


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
            "{share}% ({count} of {of})",
            share=_size(row, measure), count=number(count), of=number(row.of or 0),
        )  # fmt: skip
    if measure == "HOPS":
        return ngettext("{count} step", "{count} steps", count)
    if measure == "OLDEST_HOP":
        return ngettext("{count} day", "{count} days", count)
    if measure == "COST":
        return _("{share}% chance of an answer", share=_size(row, measure))
    if measure == "CIVILIANS":
        return _("at least {count}", count=number(count))
    return _("{count} of {of}", count=number(count), of=number(row.of or 0))


def deficit_text(counts: Mapping[PostState, int], words: Mapping[str, str]) -> str:
    """The deficits of an area's posts in words: `1 ubesat · 2 skal kontrolleres`."""
    return " · ".join(
        f"{number(counts[state])} {words.get(state, state).lower()}"
        for state in _DEFICITS
        if counts.get(state)
    )


def by_deficit(rows: Iterable[AreaRow], measure: MapMeasure) -> tuple[AreaRow, ...]:
    """The rows with the largest deficit first: lacks, then by number, then by posts.

    A lack is an area without any path, plan or post. Areas to which the measure does not apply, or
    where it is not known, come last.
    """
    sign = 1 if measure in _RISES else -1
    return tuple(
        sorted(
            rows,
            key=lambda row: (
                2 if row.lack in _NO_DEFICIT else int(row.lack is None),
                sign * (row.size or 0),
                -row.posts,
            ),
        )
    )


def is_lowest_first(measure: MapMeasure) -> bool:
    """Whether a low number is the deficit."""
    return measure in _RISES


def nothing_amiss(rows: Iterable[AreaRow], measure: MapMeasure) -> bool:
    """Whether no area has the deficit that is measured."""
    return measure in LACKING and not any(row.size for row in rows)


def legend(rows: Iterable[AreaRow], measure: MapMeasure, by: AreaKind) -> tuple[LegendEntry, ...]:
    """The classes by value, and each reason for a pattern that occurs."""
    listed = list(rows)
    shades = Counter(row.shade for row in listed)
    lacks = Counter((row.figure, row.fill) for row in listed if row.lack is not None)
    bounds = _bounds(measure, by)[:WORST]
    least = {"HOPS": 1, "CIVILIANS": 5}.get(measure, 0)
    lows = [least, *(bound + 1 for bound in bounds)]
    ranges = [
        number(low) if low == high else f"{number(low)}–{number(high)}"
        for low, high in zip(lows, bounds, strict=False)
    ]
    last = number(lows[-1])
    if measure in _OF_A_HUNDRED:
        words = [percent(span) for span in (*ranges, f"{last}–100")]
    elif measure == "OLDEST_HOP":
        words = [_("{days} days", days=days) for days in ranges]
        words.append(_("{days} days or more", days=last))
    elif measure == "HOPS":
        words = [ngettext("{count} step", "{count} steps", hops) for hops in bounds]
        words.append(_("{hops} steps or more", hops=last))
    else:
        words = [*ranges, _("{count} or more", count=last)]
    order = range(WORST, -1, -1) if measure in _RISES else range(WORST + 1)
    return (
        *(
            LegendEntry(fill=str(shade), words=text, areas=shades[shade])
            for shade, text in zip(order, words, strict=True)
        ),
        *(
            LegendEntry(fill=fill, words=text, areas=areas)
            for (text, fill), areas in sorted(lacks.items())
        ),
    )


def _bounds(measure: MapMeasure, by: AreaKind) -> tuple[int, ...]:
    """The largest value of each class but the last."""
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
        row_class, current = _marks(row.id == selected)
        lines.append(
            f'<tr{row_class}><th scope="row"{current}>{escape(row.name)}</th>'
            f'<td class="kv-figure">{swatch(row.fill)}{escape(row.figure)}</td>'
            f"<td>{escape(number(row.posts) if with_posts else row.states)}</td></tr>"
        )
    name = _("{measure}, as a table", measure=measure)
    return html_table.frame(name, (unit, measure, last), "".join(lines), kind="kv-areas")


def change(before: AreaRow, after: AreaRow, measure: MapMeasure) -> Change:
    """The change of an area between two dates; UNKNOWN if only one of them has a number."""
    if before.size is None or after.size is None:
        return "SAME" if before.lack == after.lack else "UNKNOWN"
    if before.size == after.size:
        return "SAME"
    return "BETTER" if (after.size > before.size) == (measure in _RISES) else "WORSE"


def compared_table(
    pairs: Iterable[tuple[AreaRow, AreaRow]],
    *,
    unit: str,
    measure: MapMeasure,
    name: str,
    days: tuple[str, str],
    selected: str | None,
) -> str:
    """All areas on two dates as an HTML table, those that became worse first."""
    words = change_words()
    order = list(words)
    lines: list[tuple[Change, AreaRow, AreaRow]] = [
        (change(before, after, measure), before, after) for before, after in pairs
    ]
    lines.sort(key=lambda line: (order.index(line[0]), danish_key(line[2].name)))
    body = "".join(
        f"<tr{_marks(after.id == selected)[0]}>"
        f'<th scope="row"{_marks(after.id == selected)[1]}>{escape(after.name)}</th>'
        + "".join(
            f'<td class="kv-figure">{swatch(row.fill)}{escape(row.figure)}</td>'
            for row in (before, after)
        )
        + f"<td>{escape(words[turn])}</td></tr>"
        for turn, before, after in lines
    )
    label = _("{measure}, as a table", measure=name)
    return html_table.frame(label, (unit, *days, _("Change")), body, kind="kv-areas")


def _marks(is_selected: bool) -> tuple[str, str]:
    return (' class="kv-chosen"', ' aria-current="true"') if is_selected else ("", "")


def change_words() -> dict[Change, str]:
    """The words for each change, the worst first."""
    return {
        "WORSE": _("Worse"),
        "BETTER": _("Better"),
        "UNKNOWN": _("Cannot be compared"),
        "SAME": _("Unchanged"),
    }


def legend_table(entries: Iterable[LegendEntry]) -> str:
    """The legend as an HTML list with the number of areas per shade."""
    lines = "".join(
        f"<li>{swatch(entry.fill)}{escape(entry.words)} ({entry.areas})</li>" for entry in entries
    )
    return f'<ul class="kv-legend">{lines}</ul>'


def summary(row: AreaRow) -> str:
    """An area in one line: `7 funktioner · 2 uden stedfortræder`."""
    posts = ngettext("{count} post", "{count} posts", row.posts)
    return " · ".join(filter(None, (posts, row.states)))


def posts(post_rows: Sequence[PostRow], words: Labels) -> str:
    """A table of an area's posts: their states and last checks."""
    heads = (_("Post"), _("State of the post"), _("Last checked"))
    rows: list[tuple[str, ...]] = []
    for row in post_rows:
        states = [words.word(state) for state in row.states]
        if "HELD" in row.states and not any(holder.name for holder in row.holders):
            states[row.states.index("HELD")] += f"; {name_not_shown()}"
        check = "–"
        if row.check is not None:
            freshness = row.check.freshness
            check = f"{SIGNS[freshness]} {words.check(freshness, row.check.on)}"
        name = row.post.name or words.generic_name("Actor")
        rows.append(html_table.texts(name, ", ".join(states), check))
    return html_table.table(_("Posts of the area"), heads, rows, has_names=True, kind="kv-posts")


def plans(plan_rows: Iterable[PlanRow]) -> str:
    """The plans of an area that are due for revision within a year."""
    lines: list[str] = []
    for row in plan_rows:
        due = _("to be revised by {day}", day=short_day(row.due_on))
        lines.append(f"<li>{escape(row.plan.name or row.plan.id)}: {escape(due)}</li>")
    return f"<ul>{''.join(lines)}</ul>" if lines else ""


def swatch(fill: str) -> str:
    """A small square filled as on the map."""
    return f'<span class="kv-shade kv-shade-{fill}" aria-hidden="true"></span>'


CAPITAL: Final = "01"
"""The code prefix of the 18 municipalities around Copenhagen."""


def drawn_areas(rows: Iterable[AreaRow]) -> list[DrawnArea]:
    """The rows as the map draws them."""
    return [
        DrawnArea(
            id=row.id,
            name=row.name,
            codes=row.codes,
            said=row.shape_label,
            detail=summary(row),
            fill=row.fill,
        )
        for row in rows
    ]
