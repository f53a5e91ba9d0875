"""The matrix below the map: posts per area and column, shaded by how many have a deficit."""

from collections.abc import Iterator, Mapping
from html import escape
from math import ceil
from typing import Final, cast, get_args

import streamlit as st

from api.schemas.coverage import CoverageMap, CoverageMatrix, MapUnit, MatrixCell
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
    answer = screen_state.fetch(
        context.client, ("matrix", column_kind, by, area, context.on),
        lambda: context.client.coverage_matrix(column_kind, by=by, area=area, on=context.on),
    )  # fmt: skip
    if not answer.heads:
        st.info(_("No post here is of any column."))
        return None
    if answer.columns == "LANGUAGE":
        names = {head: language_name(head) for head in answer.heads}
    else:
        names = session.terms(_WORDS[answer.columns])
    heads = [session.term("AreaKind", answer.by), _("All posts")]
    heads += [names.get(head, head) for head in answer.heads]
    has_civilians = any(row.civilians is not None for row in answer.rows)
    if has_civilians:
        heads.append(_("Civilians"))
    state: PostState = _STATE_BY_MEASURE.get(coverage_map.measure, _OTHERWISE)
    rows = _rows(answer, state, has_civilians=has_civilians)
    st.html(table(words[column_kind], heads, rows, has_names=True, kind="kv-areas"))
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


def _rows(
    answer: CoverageMatrix, state: PostState, *, has_civilians: bool
) -> Iterator[tuple[str, ...]]:
    words = session.terms("PostState")
    for row in sorted(answer.rows, key=lambda row: danish_key(row.area.name or row.area.id)):
        cells = [escape(row.area.name or row.area.id)]
        cells += [heat_cell(cell, state, words) for cell in (row.whole, *row.cells)]
        if has_civilians:
            least = row.civilians
            cells.append("" if least is None else _("at least {count}", count=number(least)))
        yield tuple(cells)
    totals = [
        number(total.posts)
        + (" · " + ngettext("{count} empty", "{count} empty", total.empty) if total.empty else "")
        for total in answer.totals
    ]
    yield texts(_("In all"), "", *totals, *([""] if has_civilians else []))


def heat_cell(cell: MatrixCell, state: PostState, words: Mapping[str, str]) -> str:
    """A cell as HTML: its number of posts in a state, shaded by share; a dash for no post.

    The tooltip and the text for screen readers list all deficits.
    """
    if not cell.posts:
        return '<div class="kv-heat kv-shade-missing">–</div>'
    count = cell.states.get(state, 0)
    shade = ceil(WORST * count / cell.posts)
    figure = _("{count} of {of}", count=number(count), of=number(cell.posts))
    lacks = escape(deficit_text(cell.states, words))
    return (
        f'<div class="kv-heat kv-shade-{shade}" title="{lacks}">{escape(figure)}'
        f'<span class="kv-unseen"> ({lacks})</span></div>'
        if lacks
        else f'<div class="kv-heat kv-shade-{shade}">{escape(figure)}</div>'
    )
