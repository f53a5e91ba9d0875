"""The matrix below the map: posts per area and column, and their deficits."""

from collections.abc import Iterator, Mapping
from typing import Final, cast, get_args

import streamlit as st
from babel import Locale

from api.schemas.coverage import CoverageMap, CoverageMatrix, MapUnit
from api.schemas.words import MatrixColumns, PostState
from explorer import address, screen_state, session
from explorer.frame import ScreenContext
from explorer.html_table import table, texts
from explorer.i18n import _, danish_key, language, ngettext, number
from explorer.views.coverage_map.area_rows import noted

_KEY: Final = "map-columns"
_WORDS: Final[Mapping[MatrixColumns, str]] = {
    "NETWORK": "NetworkKind", "POST_KIND": "PostKind", "COMPETENCE": "Competence",
}  # fmt: skip


def columns_asked() -> MatrixColumns | None:
    """The column dimension in the address; None: no matrix."""
    columns = address.one("columns")
    return cast("MatrixColumns", columns) if columns in get_args(MatrixColumns) else None


def matrix(context: ScreenContext, shown: CoverageMap) -> CoverageMatrix | None:
    """Draw the choice of columns and the matrix of the map's areas or of the selected one.

    A selected district or region is broken down by its municipalities.
    """
    words = session.terms("MatrixColumns")
    chosen = columns_asked()
    st.session_state[_KEY] = chosen
    st.selectbox(
        _("Posts by area and …"), [None, *words], key=_KEY,
        format_func=lambda columns: words[columns] if columns else _("None chosen"),
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
    if found.columns == "LANGUAGE":
        names = cast("Mapping[str, str]", Locale(language()).languages)
    else:
        names = session.terms(_WORDS[found.columns])
    heads = [session.term("AreaKind", found.by), _("All posts")]
    heads += [names.get(head, head) for head in found.heads]
    has_civilians = any(row.civilians is not None for row in found.rows)
    if has_civilians:
        heads.append(_("Civilians"))
    rows = _rows(found, has_civilians=has_civilians)
    st.html(table(words[chosen], heads, rows, kind="kv-areas"))
    st.caption(_("A post that is of several columns stands in each. – is an empty cell."))
    return found


def units_asked(shown: CoverageMap) -> tuple[MapUnit, str | None]:
    """The areas of the rows: those of the map, or the municipalities of the selected one."""
    selected = address.one("area")
    if selected in {row.area.id for row in shown.rows}:
        return "MUNICIPALITY", selected
    return cast("MapUnit", shown.by), None


def _rows(found: CoverageMatrix, *, has_civilians: bool) -> Iterator[tuple[str, ...]]:
    words = session.terms("PostState")
    for row in sorted(found.rows, key=lambda row: danish_key(row.area.name or row.area.id)):
        cells = [row.area.name or row.area.id]
        for cell in (row.whole, *row.cells):  # `2`, `2 (1 ubesat)`, or a dash for none
            lacks = noted(cast("Mapping[PostState, int]", cell.states), words)
            posts = number(cell.posts) if cell.posts else "–"
            cells.append(f"{posts} ({lacks})" if cell.posts and lacks else posts)
        if has_civilians:
            least = row.civilians
            cells.append("" if least is None else _("at least {count}", count=number(least)))
        yield texts(*cells)
    totals = [
        number(total.posts)
        + (" · " + ngettext("{count} empty", "{count} empty", total.empty) if total.empty else "")
        for total in found.totals
    ]
    yield texts(_("In all"), "", *totals, *([""] if has_civilians else []))
