"""The matrix below the map: posts per area and column, and their deficits."""

from collections.abc import Mapping
from html import escape
from typing import Final, cast, get_args

import streamlit as st
from babel import Locale

from api.schemas.coverage import CoverageMap, CoverageMatrix, MapUnit, MatrixCell, MatrixRow
from api.schemas.words import MatrixColumns, PostState
from explorer import address, screen_state, session
from explorer.frame import ScreenContext
from explorer.html_table import table
from explorer.i18n import _, danish_key, language, ngettext, number
from explorer.views.coverage_map.area_rows import noted

_KEY: Final = "map-columns"
_WORDS: Final[Mapping[MatrixColumns, str]] = {
    "NETWORK": "NetworkKind", "POST_KIND": "PostKind", "COMPETENCE": "Competence",
}  # fmt: skip


def columns_asked() -> MatrixColumns | None:
    """The column dimension in the address; None: no matrix."""
    told = address.one("columns")
    return cast("MatrixColumns", told) if told in get_args(MatrixColumns) else None


def matrix(context: ScreenContext, shown: CoverageMap) -> CoverageMatrix | None:
    """Draw the choice of columns and the matrix of the map's areas or of the selected one.

    A selected district or region is broken down by its municipalities.
    """
    words = session.terms("MatrixColumns")
    chosen = columns_asked()
    st.session_state[_KEY] = chosen
    st.selectbox(
        _("Posts by area and …"), [None, *words], key=_KEY,
        format_func=lambda one: _("None chosen") if one is None else words[one],
        on_change=lambda: address.change(columns=st.session_state[_KEY]), filter_mode=None,
    )  # fmt: skip
    if chosen is None:
        return None
    by, area = units_asked(shown)
    found = screen_state.fetch(
        context.client, ("matrix", chosen, by, area, context.on),
        lambda: context.client.coverage_matrix(chosen, by=by, area=area, on=context.on),
    )  # fmt: skip
    if not found.heads:
        st.info(_("No post here is of any column."))
        return None
    name = session.terms("MatrixColumns")[chosen]
    unit = session.term("AreaKind", found.by)
    heads = [unit, _("All posts"), *(_head(found.columns, one) for one in found.heads)]
    st.html(
        table(
            name,
            (*heads, _("Civilians")) if _tells_civilians(found) else tuple(heads),
            _rows(found),
            kind="kv-areas",
        )
    )
    st.caption(_("A post that is of several columns stands in each. – is an empty cell."))
    return found


def units_asked(shown: CoverageMap) -> tuple[MapUnit, str | None]:
    """The areas of the rows: those of the map, or the municipalities of the selected one."""
    selected = address.one("area")
    if selected in {one.area.id for one in shown.rows}:
        return "MUNICIPALITY", selected
    return cast("MapUnit", shown.by), None


def _head(columns: MatrixColumns, head: str) -> str:
    if columns == "LANGUAGE":
        return cast("Mapping[str, str]", Locale(language()).languages).get(head, head)
    return session.term(_WORDS[columns], head)


def _tells_civilians(found: CoverageMatrix) -> bool:
    return any(row.civilians is not None for row in found.rows)


def _rows(found: CoverageMatrix) -> list[tuple[str, ...]]:
    words, civil = session.terms("PostState"), _tells_civilians(found)
    several = sorted(found.rows, key=lambda one: danish_key(one.area.name or one.area.id))
    rows = [_row(one, words, with_civilians=civil) for one in several]
    totals = [
        escape(f"{number(one.posts)} · {_empty(one.empty)}" if one.empty else number(one.posts))
        for one in found.totals
    ]
    last = (escape(_("In all")), "", *totals)
    return [*rows, (*last, "") if civil else last]


def _empty(count: int) -> str:
    return ngettext("{count} empty", "{count} empty", count)


def _row(one: MatrixRow, words: Mapping[str, str], *, with_civilians: bool) -> tuple[str, ...]:
    cells = [escape(_said(cell, words)) for cell in (one.whole, *one.cells)]
    told = [escape(one.area.name or one.area.id), *cells]
    if with_civilians:
        least = one.civilians
        told.append("" if least is None else escape(_("at least {count}", count=number(least))))
    return tuple(told)


def _said(cell: MatrixCell, words: Mapping[str, str]) -> str:
    """A cell in words: `2`, `2 (1 ubesat)`, or a dash for none."""
    if not cell.posts:
        return "–"
    amiss = noted(cast("Mapping[PostState, int]", cell.states), words)
    return f"{number(cell.posts)} ({amiss})" if amiss else number(cell.posts)
