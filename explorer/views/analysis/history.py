"""Questions about time: changes, the trend, owners of old links, and paths then and now."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial
from html import escape
from itertools import islice
from typing import Any, Final, cast

import altair
import streamlit as st

from api.client import AskedPathDiff
from api.schemas.history import (
    History,
    HistoryTrend,
    Owners,
    TrendPoint,
)
from api.schemas.paths import ComparedPath, PathDiff
from api.schemas.words import AreaKind, NetworkKind
from explorer import screen_state, session
from explorer.frame import ScreenContext
from explorer.html_table import texts
from explorer.i18n import _, number, short_day
from explorer.labels import labels
from explorer.views.analysis import question_answer
from explorer.views.analysis.question_answer import (
    AnswerDrawing,
    AnswerPart,
    QuestionAnswer,
    name_of,
)

_EVENTS: Final = 100
_PAGES: Final = 5
_DAYS_BACK: Final = 91


def changes(context: ScreenContext) -> QuestionAnswer | None:
    """The nodes and links that end and begin between two dates."""
    left, right = st.columns(2)
    with left:
        begins = question_answer.day(_("From"), "from", context.on - timedelta(days=_DAYS_BACK))
    with right:
        until = question_answer.day(_("To"), "to", context.on)
    if until < begins:
        st.warning(_("The second date must not be before the first."))
        return None
    asked = ("history", begins, until)
    pages = screen_state.fetch(context.client, asked, partial(_history, context, begins, until))
    first, events = pages[0], [one for page in pages for one in page.events]
    words = labels()
    sums = [
        texts(words.word(one.what), session.term("Turn", one.turn), number(one.count),
              number(one.without_successor) if one.turn == "ENDED" else "")
        for one in first.sums
    ]  # fmt: skip
    ended = {one.node.id for one in events if one.node is not None and one.turn == "ENDED"}
    return QuestionAnswer(
        parts=(
            AnswerPart(
                name=_("Sums"),
                heads=(_("What"), _("Turn"), _("Number"), _("Without a successor")),
                rows=sums,
            ),
            AnswerPart(
                name=_("Day by day"),
                heads=(_("Day"), _("Turn"), _("What"), _("Who"), _("Successor")),
                rows=[
                    texts(
                        short_day(one.on),
                        session.term("Turn", one.turn),
                        words.word(one.what),
                        name_of(one.node)
                        if one.node
                        else " → ".join(
                            name_of(node) for node in (one.source, one.target) if node is not None
                        ),
                        name_of(one.successor)
                        if one.successor
                        else (
                            ""
                            if one.has_successor is None
                            else _("yes")
                            if one.has_successor
                            else _("no")
                        ),
                    )
                    for one in events
                ],
            ),
        ),
        nodes=tuple(
            node.id
            for one in events
            for node in [
                node
                for node in (one.node, one.source, one.target, one.successor)
                if node is not None
            ]
            if node.id not in ended
        ),
        on=until,
        asked={"from": begins, "to": until},
        revision=first.revision,
        is_cut=pages[-1].next is not None,
    )


def _history(context: ScreenContext, begins: date, until: date) -> list[History]:
    return list(islice(context.client.history(begins, until, limit=_EVENTS), _PAGES))


_UNITS: Final = ("POLICE_DISTRICT", "REGION", "MUNICIPALITY")
_MOST_LINES: Final = 12
Share = Callable[[TrendPoint], tuple[int, int, int]]
"""Of a point: the lower bound, the upper bound, and the total."""


def trend(context: ScreenContext) -> QuestionAnswer | None:
    """Three shares per area and quarter, each as a table and a line chart."""
    names = session.terms("AreaKind")
    units = {one: names[one] for one in _UNITS}
    chosen = question_answer.word(_("Divided into"), "by", units, usual=_UNITS[0])
    by = cast("AreaKind | None", chosen)
    on = None if context.is_today else context.on
    answer: HistoryTrend = screen_state.fetch(
        context.client, ("trend", by, on), lambda: context.client.history_trend(by=by, on=on)
    )
    heads = (
        names[answer.by],
        *(_("Q{number} {year}", number=one.number, year=one.year) for one in answer.quarters),
    )
    measures: tuple[tuple[str, Share], ...] = (
        (_("Posts that are held"), lambda one: one.held, one.held, one.seats),
        (_("Links checked in time"), lambda one: one.in_time, one.in_time + one.unknown, one.links),
        (
            _("Holders who came or left, per post"),
            lambda one: one.begun + one.ended,
            one.begun + one.ended,
            one.seats,
        ),
    )
    notes = [_("Which posts, holders and links there were is as the register knows it now.")]
    if any(one is not None and one.unknown for row in answer.rows for one in row.points):
        notes.append(
            _("A share between two numbers: of some links it is not known when they were "
                "checked before the last time.")
        )  # fmt: skip
    if not answer.quarters[-1].is_whole:
        notes.append(_("The last quarter has not ended."))
    return QuestionAnswer(
        parts=tuple(
            AnswerPart(
                name=name,
                heads=heads,
                rows=[
                    texts(name_of(row.area), *(_said(one, share) for one in row.points))
                    for row in answer.rows
                ],
            )
            for name, share in measures
        ),
        nodes=(),
        revision=answer.revision,
        notes=tuple(notes),
        drawings=tuple(
            AnswerDrawing(name=name, chart=_lines(answer, heads[1:], share))
            for name, share in measures
            if len(answer.rows) <= _MOST_LINES
        ),
    )


def _said(one: TrendPoint | None, share: Share) -> str:
    """A share as `92 %` or `40–80 %`; empty if the area did not exist or the total is zero."""
    if one is None or not (told := share(one))[2]:
        return ""
    least, most = (round(100 * part / told[2]) for part in told[:2])
    return f"{least} %" if least == most else f"{least}–{most} %"


def _lines(
    answer: HistoryTrend, quarters: Sequence[str], share: Share
) -> altair.LayerChart | altair.FacetChart:
    """A line per area through the lower bounds, and a band up to the upper bounds."""
    values: list[dict[str, Any]] = [
        {"area": name_of(row.area), "quarter": quarter,
         "least": 100 * share(one)[0] / share(one)[2], "most": 100 * share(one)[1] / share(one)[2]}
        for row in answer.rows
        for quarter, one in zip(quarters, row.points, strict=True)
        if one is not None and share(one)[2]
    ]  # fmt: skip
    drawn = altair.Chart(altair.Data(values=values))
    across = altair.X("quarter:N", sort=list(quarters), title=None)
    color = altair.Color("area:N", title=None)
    top = max((one["most"] for one in values), default=100)
    height = altair.Scale(domain=[0, top or 1])
    band = drawn.mark_area(opacity=0.08).encode(
        x=across, y=altair.Y("least:Q", scale=height), y2="most:Q",
        color=color,
    )  # fmt: skip
    line = drawn.mark_line(point=True).encode(
        x=across,
        y=altair.Y("least:Q", title="%", scale=height),
        color=color,
        tooltip=["area:N", "quarter:N"],
    )
    return altair.layer(band, line)


_EVE: Final = date(2026, 12, 31)  # the day before two regions become one
_NEW_YEAR: Final = date(2027, 1, 1)
_BAR: Final = 28


def owners(context: ScreenContext) -> QuestionAnswer | None:
    """The nodes left without an owner between two dates, by region and district."""
    left, right = st.columns(2)
    with left:
        begins = question_answer.day(_("From"), "from", _EVE)
    with right:
        until = question_answer.day(_("To"), "to", _NEW_YEAR)
    if until <= begins:
        st.warning(_("The second date must come after the first."))
        return None
    answer: Owners = screen_state.fetch(
        context.client, ("owners", begins, until), lambda: context.client.owners(begins, until)
    )
    words, why = labels(), session.terms("OwnerWhy")
    return QuestionAnswer(
        parts=(
            AnswerPart(
                name=_("Sums"),
                heads=(
                    _("What"),
                    _("Why it needs an owner"),
                    _("Number"),
                    _("Without a successor"),
                ),
                rows=[
                    texts(
                        words.word(one.label),
                        why[one.why],
                        number(one.count),
                        number(one.without_successor),
                    )
                    for one in answer.sums
                ],
            ),
            AnswerPart(
                name=_("By region and district"),
                heads=(
                    _("Region"),
                    _("Police district"),
                    _("What"),
                    _("Who"),
                    _("Why it needs an owner"),
                    _("Day"),
                    _("Owner before"),
                    _("Successor"),
                ),
                rows=[
                    texts(
                        *(
                            name_of(place) if place else ""
                            for place in (group.region, group.district)
                        ),
                        words.word(one.kind or one.label),
                        name_of(one.node),
                        why[one.why],
                        short_day(one.on),
                        name_of(one.owner) if one.owner else "",
                        name_of(one.successor) if one.successor else "",
                    )
                    for group in answer.groups
                    for one in group.found
                ],
            ),
        ),
        nodes=tuple(one.node.id for group in answer.groups for one in group.found),
        revision=answer.revision,
        drawings=(AnswerDrawing(name=_("By police district"), chart=_bars(answer, why)),)
        if answer.groups
        else (),
    )


def _bars(answer: Owners, why: dict[str, str]) -> altair.Chart:
    """A bar chart of the count per district, by reason."""
    nowhere = _("Several districts or none")
    counts = Counter(
        (name_of(group.district) if group.district else nowhere, why[one.why])
        for group in answer.groups
        for one in group.found
    )
    values = [
        {"district": district, "why": reason, "count": count}
        for (district, reason), count in sorted(counts.items())
    ]
    sums: Counter[str] = Counter()
    for (district, _why), count in counts.items():
        sums[district] += count
    width = altair.Scale(domain=[0, max(sums.values())])
    return (
        altair.Chart(altair.Data(values=values))
        .mark_bar()
        .encode(
            x=altair.X("count:Q", title=None, axis=altair.Axis(tickMinStep=1), scale=width),
            y=altair.Y("district:N", title=None, sort="-x", axis=altair.Axis(labelLimit=400)),
            color=altair.Color("why:N", title=None),
            tooltip=["district:N", "why:N", "count:Q"],
        )
        .properties(height=_BAR * len(sums) + _BAR)
    )


_DAYS_ON: Final = 91


def paths(context: ScreenContext) -> QuestionAnswer | None:
    """The paths from a start to an area on one date and on a later one."""
    left, right = st.columns(2)
    with left:
        start = question_answer.start(context, _("Start"))
        on = question_answer.day(_("From"), "from", context.on)
    with right:
        area = question_answer.area(context, _("Municipality, district or region"))
        against = question_answer.day(_("To"), "to", context.on + timedelta(days=_DAYS_ON))
    kind = question_answer.word(_("Kind of network"), "kind", session.terms("NetworkKind"))
    if area is None or (start is None and not context.me.posts):
        st.info(_("Choose where to start, and a place."))
        return None
    if against <= on:
        st.warning(_("The second date must come after the first."))
        return None
    networks = (cast("NetworkKind", kind),) if kind else ()
    asked = AskedPathDiff(start=start, area=area, network=networks, on=on, against=against)
    answer: PathDiff = screen_state.fetch(
        context.client, ("path diff", asked), lambda: context.client.path_diff(asked)
    )
    fates = session.terms("PathFate")
    return QuestionAnswer(
        parts=(
            AnswerPart(
                name=_("Path by path"),
                heads=(_("What becomes of it"), _("Path"), _("Place before"),
                       _("Place after"), _("Where and why")),
                rows=[_compared_row(fates, one) for one in answer.paths],
            ),
        ),
        nodes=tuple(stop.id for one in answer.paths for stop in one.stops),
        revision=answer.revision,
        notes=(answer.words.headline, *answer.words.causes),
    )  # fmt: skip


def _compared_row(fates: dict[str, str], one: ComparedPath) -> tuple[str, ...]:
    stops = " → ".join(stop.name or stop.id for stop in one.stops)
    places = ("" if side is None else number(side.number) for side in (one.before, one.after))
    why = "<br>".join(escape(each.words.text) for each in one.why)
    return escape(fates[one.fate]), escape(stops), *places, why
