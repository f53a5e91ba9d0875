"""The matrix below the map: posts per area and column, shaded by how many have a deficit.

The municipalities of the country are folded by police district, those with most deficits first.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape
from math import ceil
from typing import Final, cast, get_args

import streamlit as st

from api.schemas.coverage import CoverageMap, CoverageMatrix, MapUnit, MatrixCell, MatrixRow
from api.schemas.words import MapMeasure, MatrixColumns, PostState
from explorer import address, screen_state, session
from explorer.frame import ScreenContext
from explorer.html_table import table, texts
from explorer.i18n import _, danish_key, ngettext, number
from explorer.languages import language_name
from explorer.views.coverage_map.area_rows import WORST, deficit_text

_KEY: Final = "map-columns"
_WORDS: Final[Mapping[MatrixColumns, str]] = {
    "NETWORK": "NetworkKind", "POST_KIND": "PostKind", "COMPETENCE": "Competence",
}  # fmt: skip
_STATE_BY_MEASURE: Final[Mapping[MapMeasure, PostState]] = {
    "VACANT": "VACANT", "WITHOUT_DEPUTY": "WITHOUT_DEPUTY", "DOUBLED": "DOUBLED",
}  # fmt: skip
_OTHERWISE: Final[PostState] = "STALE"
"""The state counted in the cells if the map's measure is not a state of posts."""
_OPEN: Final = 1
"""The number of districts with a deficit that are unfolded at first: about a screen of rows."""
_NO_POST: Final = MatrixCell(posts=0, states={})


def columns_asked() -> MatrixColumns | None:
    """The column dimension in the address; None: no matrix."""
    columns = address.text("columns")
    return cast("MatrixColumns", columns) if columns in get_args(MatrixColumns) else None


def matrix(context: ScreenContext, coverage_map: CoverageMap) -> CoverageMatrix | None:
    """Draw the choice of columns and the matrix of the map's areas or of the selected one.

    A selected district or region is broken down by its municipalities.
    """
    words = session.terms("MatrixColumns")
    column_kind = columns_asked()
    st.session_state[_KEY] = column_kind
    st.selectbox(
        _("Posts by area and …"), [None, *words], key=_KEY,
        format_func=lambda columns: words[columns] if columns else _("None chosen"),
        on_change=lambda: address.change(columns=st.session_state[_KEY]), filter_mode=None,
    )  # fmt: skip
    if column_kind is None:
        return None
    by, area = units_asked(coverage_map)
    fetch = partial(_fetch_matrix, context, column_kind)
    answer = fetch(by, area)
    if not answer.heads:
        st.info(_("No post here is of any column."))
        return None
    if answer.columns == "LANGUAGE":
        names = {head: language_name(head) for head in answer.heads}
    else:
        names = session.terms(_WORDS[answer.columns])
    heads = [_("All posts"), *(names.get(head, head) for head in answer.heads)]
    has_civilians = any(row.civilians is not None for row in answer.rows)
    if has_civilians:
        heads.append(_("Civilians"))
    state: PostState = _STATE_BY_MEASURE.get(coverage_map.measure, _OTHERWISE)
    tables = _MatrixTables(answer.heads, heads, state, has_civilians, words[column_kind])
    if by == "MUNICIPALITY" and area is None:
        st.html(tables.by_district(answer, fetch("POLICE_DISTRICT", None)))
    else:
        unit = session.term("AreaKind", answer.by)
        st.html(
            tables.table(tables.title, unit, [*tables.rows(answer.rows), tables.totals(answer)])
        )
    st.caption(
        _(
            "{state}, of the posts in the cell. A post that is of several columns stands in each. "
            "A crossed cell has no post.",
            state=session.term("PostState", state),
        )
    )
    return answer


def units_asked(coverage_map: CoverageMap) -> tuple[MapUnit, str | None]:
    """The areas of the rows: those of the map, or the municipalities of the selected one."""
    selected = address.text("area")
    if selected in {row.area.id for row in coverage_map.rows}:
        return "MUNICIPALITY", selected
    return cast("MapUnit", coverage_map.by), None


def _fetch_matrix(
    context: ScreenContext, columns: MatrixColumns, by: MapUnit, area: str | None
) -> CoverageMatrix:
    return screen_state.fetch(
        context.client, ("matrix", columns, by, area, context.on),
        lambda: context.client.coverage_matrix(columns, by=by, area=area, on=context.on),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _MatrixTables:
    """The matrix as HTML: one table, or one for each district below their sums."""

    columns: Sequence[str]
    heads: Sequence[str]
    state: PostState
    has_civilians: bool
    title: str

    def by_district(self, answer: CoverageMatrix, districts: CoverageMatrix) -> str:
        """The sums of the districts, then the municipalities of each, folded."""
        unit = session.term("AreaKind", answer.by)
        sums = [*self.rows(districts.rows, districts.heads), self.totals(answer)]
        parts = [self.table(self.title, session.term("AreaKind", districts.by), sums)]
        left = {row.area.id: row for row in answer.rows}
        for at, district in enumerate(
            sorted(districts.rows, key=lambda row: (-self._count(row.whole), _order(row)))
        ):
            own = [row for row in left.values() if {*row.codes} <= {*district.codes}]
            left = {row.area.id: row for row in left.values() if row not in own}
            if own:
                is_open = at < _OPEN and self._count(district.whole) > 0
                parts.append(self._district(district, own, unit, is_open=is_open))
        if left:
            parts.append(self.table(unit, unit, self.rows(left.values())))
        return "".join(parts)

    def _district(
        self, district: MatrixRow, rows: Sequence[MatrixRow], unit: str, *, is_open: bool
    ) -> str:
        name = district.area.name or district.area.id
        cell = district.whole
        figures = " · ".join((
            self._figure(cell),
            ngettext("{count} municipality", "{count} municipalities", len(rows)),
        ))  # fmt: skip
        shade = f'<span class="kv-shade kv-shade-{self._shade(cell)}" aria-hidden="true"></span>'
        return (
            f'<details class="kv-district"{" open" if is_open else ""}>'
            f"<summary>{shade}<b>{escape(name)}</b> {escape(figures)}</summary>"
            f"{self.table(name, unit, self.rows(rows))}</details>"
        )

    def table(self, name: str, unit: str, rows: Iterable[Sequence[str]]) -> str:
        """A table of rows, in which the name of an area stays in sight."""
        return table(name, [unit, *self.heads], rows, has_names=True, kind="kv-areas kv-matrix")

    def rows(
        self, areas: Iterable[MatrixRow], columns: Sequence[str] | None = None
    ) -> Iterator[tuple[str, ...]]:
        """The row of each area, in Danish order; `columns`: those of its cells, if others."""
        words = session.terms("PostState")
        for row in sorted(areas, key=_order):
            cells = dict(zip(columns or self.columns, row.cells, strict=True))
            shown = (row.whole, *(cells.get(column, _NO_POST) for column in self.columns))
            line = [
                escape(row.area.name or row.area.id),
                *(self._heat_cell(cell, words) for cell in shown),
            ]
            if self.has_civilians:
                least = row.civilians
                line.append("" if least is None else _("at least {count}", count=number(least)))
            yield tuple(line)

    def totals(self, answer: CoverageMatrix) -> tuple[str, ...]:
        """The last row: the posts of each column, and how many areas have none."""
        totals = [
            number(total.posts)
            + (
                " · " + ngettext("{count} empty", "{count} empty", total.empty)
                if total.empty
                else ""
            )
            for total in answer.totals
        ]
        return texts(_("In all"), "", *totals, *([""] if self.has_civilians else []))

    def _count(self, cell: MatrixCell) -> int:
        return cell.states.get(self.state, 0)

    def _figure(self, cell: MatrixCell) -> str:
        return _("{count} of {of}", count=number(self._count(cell)), of=number(cell.posts))

    def _shade(self, cell: MatrixCell) -> str:
        """The class of a cell's share, as of a figure on the map."""
        return str(ceil(WORST * self._count(cell) / cell.posts)) if cell.posts else "missing"

    def _heat_cell(self, cell: MatrixCell, words: Mapping[str, str]) -> str:
        """A cell as HTML: its number of posts in a state, shaded by share; a dash for no post.

        The tooltip and the text for screen readers list all deficits.
        """
        heat = f"kv-heat kv-shade-{self._shade(cell)}"
        if not cell.posts:
            return f'<div class="{heat}">–</div>'
        figure = escape(self._figure(cell))
        lacks = escape(deficit_text(cell.states, words))
        return (
            f'<div class="{heat}" title="{lacks}">{figure}'
            f'<span class="kv-unseen"> ({lacks})</span></div>'
            if lacks
            else f'<div class="{heat}">{figure}</div>'
        )


def _order(row: MatrixRow) -> str:
    return danish_key(row.area.name or row.area.id)
