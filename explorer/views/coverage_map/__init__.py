"""The coverage map: vacant, unchecked, doubled and undeputized posts, and distances, by area."""

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from html import escape
from typing import cast

import streamlit as st

from api.client import AskedExport, AskedMap, AskedMatrix, NotFound, Unavailable
from api.schemas.coverage import CoverageMap, CoverageMatrix, MapUnit
from explorer import address, files, frame, problem_states, screen_state, session
from explorer.address import FIND, MAP, REGISTER
from explorer.components.map import area_map
from explorer.frame import ScreenContext
from explorer.i18n import _, day, number, short_day
from explorer.labels import Labels
from explorer.outlines import ATTRIBUTION
from explorer.views.analysis import query_parameters
from explorer.views.coverage_map import area_rows, matrix
from explorer.views.coverage_map.area_rows import (
    OF_POSTS,
    AreaRow,
    by_deficit,
    legend,
    nothing_amiss,
    rows,
)
from explorer.views.coverage_map.controls import (
    area_field,
    compared_with,
    controls,
    is_by_number,
    map_answer,
    networks_asked,
    order_field,
    posts_asked,
    sees_all,
    unit_asked,
)


def show(context: frame.ScreenContext) -> None:
    """Draw the controls, the map or two of them, the selected area, and the table of the rows."""
    against = compared_with(context)
    days = sorted({context.on, against or context.on})
    with screen_state.prefetch():
        for on in days:
            map_answer(context, on)
    frame.title(context, _(MAP.title))
    terms = session.terms
    by_day = [
        (on, rows(map_answer(context, on), lacks=terms("MapLack"), states=terms("PostState")))
        for on in days
    ]
    answer = map_answer(context)
    now = next(of_day for on, of_day in by_day if on == context.on)
    controls(context, answer)
    if nothing_amiss(now, answer.measure):
        st.success(
            {
                "POLICE_DISTRICT": _("No police district lacks this."),
                "REGION": _("No region lacks this."),
            }.get(answer.by, _("No municipality lacks this."))
        )
    selected = address.text("area")
    if len(by_day) == 1:
        _draw_one(context, answer, now, selected)
    else:
        _draw_two(context, answer, by_day, selected)
    _posts_of(context, now, selected)
    _part(_("The same as a table"))
    if len(by_day) == 1:
        order_field(answer)
        st.html(
            area_rows.table(
                by_deficit(now, answer.measure) if is_by_number() else now,
                unit=session.term("AreaKind", answer.by),
                measure=session.term("MapMeasure", answer.measure),
                selected=selected,
                with_posts=answer.measure not in OF_POSTS,
            )
        )
    else:
        st.html(
            area_rows.compared_table(
                _pairs(by_day),
                unit=session.term("AreaKind", answer.by),
                measure=answer.measure,
                name=session.term("MapMeasure", answer.measure),
                days=(short_day(days[0]), short_day(days[1])),
                selected=selected,
            )
        )
    take_table(context, answer)
    query_parameters.offer(context, query_parameters.OF_MEASURE[answer.measure])
    if sees_all(context.me):
        _part(_("Posts by area and network, kind, competence or language"))
        # The answer above shows that it may be out of date.
        with suppress(Unavailable):
            cells = matrix.matrix(context, answer)
            if cells is not None:
                take_matrix(context, cells)
    screen_state.watch(context.client, answer.revision)


# ---- the answer

Dated = Sequence[tuple[date, tuple[AreaRow, ...]]]
"""The rows of one date, or of two."""


def _pairs(by_day: Dated) -> list[tuple[AreaRow, AreaRow]]:
    """The rows of the areas that exist on both dates."""
    (_first, before), (_second, after) = by_day
    by_id = {row.id: row for row in before}
    return [(by_id[row.id], row) for row in after if row.id in by_id]


def _part(text: str) -> None:
    st.html(f'<h2 class="kv-part">{escape(text)}</h2>')


def _draw_one(
    context: ScreenContext, answer: CoverageMap, rows: tuple[AreaRow, ...], selected: str | None
) -> None:
    """Draw the country, and beside it the selected area and the capital enlarged."""
    country, beside = st.columns([5, 2])
    with country, st.container(key="map-picture"):
        _draw_map("map-country", _("The whole country"), rows, selected)
    with beside:
        area_field(answer, rows)
        _draw_selected_area(context, rows, selected)
        _part(_("The capital area"))
        _draw_map("map-capital", _("The capital area"), rows, selected, area_rows.CAPITAL)
        _legend(rows, answer)


def _draw_two(
    context: ScreenContext, answer: CoverageMap, by_day: Dated, selected: str | None
) -> None:
    """Draw the country on two dates side by side, the earlier first, and what has changed."""
    turns = Counter(
        area_rows.change(before, after, answer.measure) for before, after in _pairs(by_day)
    )
    st.markdown(
        " · ".join(
            f"{words}: {number(turns[turn])}"
            for turn, words in area_rows.change_words().items()
            if turns[turn]
        )
    )
    with st.container(key="map-picture"):
        for place, (column, (on, rows)) in enumerate(zip(st.columns(2), by_day, strict=True)):
            with column:
                _part(day(on))
                _draw_map(f"map-country-{place}", day(on), rows, selected)
                capital = _("The capital area") + f", {day(on)}"
                _draw_map(f"map-capital-{place}", capital, rows, selected, area_rows.CAPITAL)
    _legend(next(rows for on, rows in by_day if on == context.on), answer)
    area_field(answer, by_day[-1][1])
    _draw_selected_area(context, next(rows for on, rows in by_day if on == context.on), selected)


def _legend(rows: tuple[AreaRow, ...], answer: CoverageMap) -> None:
    st.html(area_rows.legend_table(legend(rows, answer.measure, answer.by)))
    st.caption(_("Map: {source}. Outlines, not surveyed.", source=ATTRIBUTION))


def _draw_map(
    key: str, title: str, rows: tuple[AreaRow, ...], selected: str | None, within: str = ""
) -> None:
    area_map(
        _("Map: {title}; the table says the same", title=title),
        area_rows.drawn_areas(rows),
        key=key,
        within=within,
        selected=selected,
        unknown=_("Not in the register on this date"),
        on_pick=lambda area: address.change(area=area),
    )


# ---- the selected area


def _draw_selected_area(
    context: frame.ScreenContext, rows: tuple[AreaRow, ...], selected: str | None
) -> None:
    """Draw the figure of the selected area, and links to contact paths and the register."""
    if selected is None:
        return
    row = next((row for row in rows if row.id == selected), None)
    if row is None:
        problem_states.not_found()
        return
    _part(row.shape_label)
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


def _posts_of(
    context: frame.ScreenContext, rows: tuple[AreaRow, ...], selected: str | None
) -> None:
    """Draw the posts and plans of the selected area, for roles that see them."""
    row = next((row for row in rows if row.id == selected), None)
    if row is None or not sees_all(context.me):
        return
    try:
        answer = screen_state.fetch(
            context.client, ("posts", row.id, posts_asked(), context.on),
            lambda: context.client.coverage(area=row.id, kind=posts_asked(), on=context.on),
        )  # fmt: skip
    except NotFound:
        problem_states.not_found()
        return
    except Unavailable:
        return  # the answer above shows that it may be out of date
    words = Labels({**session.all_terms(), **session.terms("PostState")})
    _part(_("Posts in {area}", area=row.name))
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
    files.download(_("Download the table"), "map", request)


def take_matrix(context: ScreenContext, answer: CoverageMatrix) -> None:
    """Draw the export of the matrix shown, for users who may export."""
    if not session.may(context.me, "EXPORT"):
        return
    request = AskedMatrix(
        columns=answer.columns, by=cast("MapUnit", answer.by),
        area=answer.area.id if answer.area else None, on=context.as_of,
    )  # fmt: skip
    files.download(_("Download the matrix"), "matrix", request)


def take_posts(context: ScreenContext, posts: tuple[str, ...]) -> None:
    """Draw the export of the posts listed, for users who may export."""
    if not posts or not session.may(context.me, "EXPORT"):
        return
    request = AskedExport(format="NODES_CSV", nodes=posts, on=context.as_of)
    files.download(_("Download these posts"), "nodes", request)
