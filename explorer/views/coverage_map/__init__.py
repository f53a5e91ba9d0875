"""The coverage map: vacant, unchecked, doubled and undeputized posts, and distances, by area."""

from contextlib import suppress
from html import escape
from typing import cast

import streamlit as st

from api.client import AskedExport, AskedMap, AskedMatrix, NotFound, Unavailable
from api.schemas.coverage import CoverageMap, CoverageMatrix, MapUnit
from explorer import address, files, frame, problem_states, screen_state, session
from explorer.address import FIND, MAP, REGISTER
from explorer.frame import ScreenContext
from explorer.i18n import _
from explorer.labels import Labels
from explorer.outlines import ATTRIBUTION, outlines
from explorer.views.analysis import query_parameters
from explorer.views.coverage_map import area_rows, matrix
from explorer.views.coverage_map.area_rows import (
    OF_POSTS,
    AreaRow,
    legend,
    nothing_amiss,
    ordered,
    rows,
)
from explorer.views.coverage_map.controls import (
    controls,
    is_by_number,
    map_answer,
    networks_asked,
    posts_asked,
    sees_all,
    unit_asked,
)


def show(context: frame.ScreenContext) -> None:
    """Draw the controls, the two maps, the table of the same rows, and the selected area.

    The table is drawn first, since it appears faster than a map.
    """
    with screen_state.prefetch():
        map_answer(context)
    frame.title(context, _(MAP.title))
    answer = map_answer(context)
    found = rows(answer, lacks=session.terms("MapLack"), states=session.terms("PostState"))
    selected = address.one("area")
    above = st.container()
    left, right = st.columns([9, 8], gap="medium")
    with right:
        _part(_("The same as a table"))
        st.html(
            area_rows.table(
                ordered(found, answer.measure) if is_by_number() else found,
                unit=session.term("AreaKind", answer.by),
                measure=session.term("MapMeasure", answer.measure),
                selected=selected,
                with_posts=answer.measure not in OF_POSTS,
            )
        )
    screen_state.lead()
    with above:
        controls(context, answer, found)
        if nothing_amiss(found, answer.measure):
            st.success(
                {
                    "POLICE_DISTRICT": _("No police district lacks this."),
                    "REGION": _("No region lacks this."),
                }.get(answer.by, _("No municipality lacks this."))
            )
    with right:
        take_table(context, answer)
        query_parameters.offer(context, query_parameters.OF_MEASURE[answer.measure])
    with left:
        country, capital = st.columns([3, 2])
        with country:
            _part(_("The whole country"))
            _draw_map("map-country", found, selected, within="", height=430)
        with capital:
            _part(_("The capital area"))
            _draw_map("map-capital", found, selected, within=area_rows.CAPITAL, height=230)
        st.html(area_rows.legend_table(legend(found, answer.measure, answer.by)))
        st.caption(_("Map: {source}. Outlines, not surveyed.", source=ATTRIBUTION))
        _detail(context, found, selected)
    if sees_all(context.me):
        _part(_("Posts by area and network, kind, competence or language"))
        # The answer above shows that it may be out of date.
        with suppress(Unavailable):
            cells = matrix.matrix(context, answer)
            if cells is not None:
                take_matrix(context, cells)
    screen_state.watch(context.client, answer.revision)


# ---- the answer


def _part(text: str) -> None:
    st.html(f'<h2 class="kv-part">{escape(text)}</h2>')


def _draw_map(
    key: str, found: tuple[AreaRow, ...], selected: str | None, *, within: str, height: int
) -> None:
    def pick() -> None:
        area = area_rows.picked(st.session_state[key])
        if area is not None:
            address.change(area=area)

    unknown = _("Not in the register on this date")
    st.vega_lite_chart(
        spec=area_rows.chart(
            area_rows.shapes(outlines(), found, within=within, unknown=unknown),
            dark=st.context.theme.type == "dark",
            selected=selected,
            title=_("Map of the municipalities; the table says the same"),
            height=height,
        ),
        theme=None, key=key, on_select=pick,
    )  # fmt: skip


# ---- the selected area


def _detail(context: frame.ScreenContext, found: tuple[AreaRow, ...], selected: str | None) -> None:
    if selected is None:
        return
    row = next((row for row in found if row.id == selected), None)
    if row is None:
        problem_states.hidden()
        return
    _part(row.said)
    st.markdown(area_rows.summary(row))
    on = context.as_of
    ends = {"start": row.path[0], "target": row.path[-1]} if row.path else {"area": row.id}
    ways = (
        (_("Find contact path"), address.link(FIND, **ends, on=on)),
        (_("Open in the register"), address.link(REGISTER, area=row.id, on=on)),
    )
    links = "".join(
        f'<a href="{escape(href)}" target="_self">{escape(text)}</a>' for text, href in ways
    )
    st.html(f'<div class="kv-doors">{links}</div>')
    if sees_all(context.me):
        try:
            answer = screen_state.fetch(
                context.client, ("posts", row.id, posts_asked(), context.on),
                lambda: context.client.coverage(area=row.id, kind=posts_asked(), on=context.on),
            )  # fmt: skip
        except NotFound:
            problem_states.hidden()
            return
        except Unavailable:
            return  # the answer above shows that it may be out of date
        words = Labels({**session.all_terms(), **session.terms("PostState")})
        st.html(area_rows.posts(answer.rows, words) + area_rows.plans(answer.plans))
        take_posts(context, tuple(dict.fromkeys(row.post.id for row in answer.rows)))


def take_table(context: ScreenContext, answer: CoverageMap) -> None:
    """Draw the export of all areas by the measure shown, for users who may export."""
    if not session.may(context.me, "EXPORT"):
        return
    request = AskedMap(
        measure=answer.measure, kind=posts_asked(), meets_in=networks_asked(), by=unit_asked(),
        on=context.as_of,
    )  # fmt: skip
    label = _("Make a file of the table (CSV)")
    files.export(label, request, context.client.make_map_export, key="map-make-table")


def take_matrix(context: ScreenContext, found: CoverageMatrix) -> None:
    """Draw the export of the matrix shown, for users who may export."""
    if not session.may(context.me, "EXPORT"):
        return
    request = AskedMatrix(
        columns=found.columns, by=cast("MapUnit", found.by),
        area=found.area.id if found.area else None, on=context.as_of,
    )  # fmt: skip
    label = _("Make a file of the matrix (CSV)")
    files.export(label, request, context.client.make_matrix_export, key="map-make-matrix")


def take_posts(context: ScreenContext, posts: tuple[str, ...]) -> None:
    """Draw the export of the posts listed, for users who may export."""
    if not posts or not session.may(context.me, "EXPORT"):
        return
    request = AskedExport(format="NODES_CSV", nodes=posts, on=context.as_of)
    label = _("Make a list of these posts (CSV)")
    files.export(label, request, context.client.make_export, key="map-make")
