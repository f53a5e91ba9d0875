"""The coverage map: vacant, unchecked, doubled and undeputized posts, and distances, by area."""

from functools import partial
from html import escape
from typing import Final

import streamlit as st

from api.client import NotFound, Unavailable
from api.schemas.coverage import CoverageMap
from api.schemas.words import AreaKind
from explorer import address, frame, problem_states, screen_state, session
from explorer.i18n import _
from explorer.labels import Labels
from explorer.outlines import ATTRIBUTION, outlines
from explorer.screens import FIND, MAP, REGISTER
from explorer.views.analysis import origins
from explorer.views.coverage_map import area_rows, chart, matrix, take
from explorer.views.coverage_map.area_rows import (
    OF_POSTS,
    AreaRow,
    legend,
    nothing_amiss,
    ordered,
    rows,
)
from explorer.views.coverage_map.controls import (
    asked,
    controls,
    is_by_number,
    posts_asked,
    sees_all,
)

_HEIGHT: Final = 430
_CAPITAL_HEIGHT: Final = 230


def show(context: frame.ScreenContext) -> None:
    """Draw the controls, the two maps, the table of the same rows, and the selected area.

    The table is drawn first, since it appears faster than a map.
    """
    with screen_state.prefetch():
        asked(context)
    frame.title(context, _(MAP.title))
    answer = asked(context)
    found = rows(answer, lacks=session.terms("MapLack"), states=session.terms("PostState"))
    selected = address.one("area")
    above = st.container()
    left, right = st.columns([9, 8], gap="medium")
    with right:
        _table(answer, found, selected)
    screen_state.lead()
    with above:
        controls(context, answer, found)
        if nothing_amiss(found, answer.measure):
            st.success(_nothing(answer.by))
    with right:
        take.take_table(context, answer)
        origins.offer(context, origins.OF_MEASURE[answer.measure])
    with left:
        _maps(answer, found, selected)
        _detail(context, found, selected)
    if sees_all(context.me):
        _matrix(context, answer)
    screen_state.watch(context.client, answer.revision)


# ---- the answer


def _part(text: str) -> None:
    st.html(f'<h2 class="kv-part">{escape(text)}</h2>')


def _maps(answer: CoverageMap, found: tuple[AreaRow, ...], selected: str | None) -> None:
    country, capital = st.columns([3, 2])
    with country:
        _part(_("The whole country"))
        _drawn("map-country", found, selected, within="", height=_HEIGHT)
    with capital:
        _part(_("The capital area"))
        _drawn("map-capital", found, selected, within=chart.CAPITAL, height=_CAPITAL_HEIGHT)
    st.html(area_rows.legend_table(legend(found, answer.measure, answer.by)))
    st.caption(_("Map: {source}. Outlines, not surveyed.", source=ATTRIBUTION))


def _drawn(
    key: str, found: tuple[AreaRow, ...], selected: str | None, *, within: str, height: int
) -> None:
    unknown = _("Not in the register on this date")
    st.vega_lite_chart(
        spec=chart.chart(
            chart.shapes(outlines(), found, within=within, unknown=unknown),
            dark=st.context.theme.type == "dark",
            selected=selected,
            title=_("Map of the municipalities; the table says the same"),
            height=height,
        ),
        theme=None,
        key=key,
        on_select=partial(_pick, key),
    )


def _pick(key: str) -> None:
    area = chart.picked(st.session_state[key])
    if area is not None:
        address.change(area=area)


def _table(answer: CoverageMap, found: tuple[AreaRow, ...], selected: str | None) -> None:
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


def _nothing(by: AreaKind) -> str:
    if by == "POLICE_DISTRICT":
        return _("No police district lacks this.")
    return _("No region lacks this.") if by == "REGION" else _("No municipality lacks this.")


# ---- the selected area


def _detail(context: frame.ScreenContext, found: tuple[AreaRow, ...], selected: str | None) -> None:
    if selected is None:
        return
    row = next((one for one in found if one.id == selected), None)
    if row is None:
        problem_states.hidden()
        return
    _part(row.said)
    st.markdown(area_rows.summary(row))
    st.html(_ways(context, row))
    if sees_all(context.me):
        _posts(context, row)


def _matrix(context: frame.ScreenContext, answer: CoverageMap) -> None:
    _part(_("Posts by area and network, kind, competence or language"))
    try:
        found = matrix.matrix(context, answer)
    except Unavailable:
        return  # the answer above shows that it may be out of date
    if found is not None:
        take.take_matrix(context, found)


def _ways(context: frame.ScreenContext, row: AreaRow) -> str:
    """Links to the contact path and to the register, on the date of the screen."""
    on = None if context.is_today else context.on
    ends = {"start": row.path[0], "target": row.path[-1]} if row.path else {"area": row.id}
    ways = (
        (_("Find contact path"), address.link(FIND, **ends, on=on)),
        (_("Open in the register"), address.link(REGISTER, area=row.id, on=on)),
    )
    links = "".join(
        f'<a href="{escape(href)}" target="_self">{escape(text)}</a>' for text, href in ways
    )
    return f'<div class="kv-doors">{links}</div>'


def _posts(context: frame.ScreenContext, row: AreaRow) -> None:
    try:
        there = screen_state.fetch(
            context.client, ("posts", row.id, posts_asked(), context.on),
            lambda: context.client.coverage(area=row.id, kind=posts_asked(), on=context.on),
        )  # fmt: skip
    except NotFound:
        problem_states.hidden()
        return
    except Unavailable:
        return  # the answer above shows that it may be out of date
    words = Labels({**session.all_terms(), **session.terms("PostState")})
    st.html(area_rows.posts(there.rows, words) + area_rows.plans(there.plans))
    take.take_posts(context, tuple(dict.fromkeys(one.post.id for one in there.rows)))
