"""Questions about time: changes, the trend, nodes without an owner, and paths on two dates."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from html import escape
from itertools import islice
from typing import Final, cast

import altair
import streamlit as st

from api.client import AskedPathDiff
from api.schemas.entities import NodeName
from api.schemas.history import HistoryTrend, Owners, TrendPoint
from api.schemas.paths import PathDiff
from api.schemas.words import AreaKind, NetworkKind
from explorer import session
from explorer.components import is_dark
from explorer.frame import ScreenContext
from explorer.html_table import texts
from explorer.i18n import _, number, percent, short_day
from explorer.labels import labels
from explorer.views.analysis import question_answer
from explorer.views.analysis.query_parameters import Origin
from explorer.views.analysis.question_answer import (
    AnswerDrawing,
    AnswerPart,
    QuestionAnswer,
    ReadyQuestion,
    name_of,
)
from explorer.views.analysis.small_multiples import Point, Series, small_multiples

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
    pages = question_answer.fetch(
        context, ("history", begins, until),
        lambda: list(islice(context.client.history(begins, until, limit=_EVENTS), _PAGES)),
    )  # fmt: skip
    first, words = pages[0], labels()
    sums = [
        texts(words.word(total.what), session.term("Turn", total.turn), number(total.count),
              number(total.without_successor) if total.turn == "ENDED" else "")
        for total in first.sums
    ]  # fmt: skip
    rows: list[tuple[str, ...]] = []
    nodes, ended_ids = list[str](), set[str]()
    for event in (event for page in pages for event in page.events):
        ends = [node for node in (event.source, event.target) if node is not None]
        every = (event.node, *ends, event.successor)
        nodes += [node.id for node in every if node is not None]
        if event.node is not None and event.turn == "ENDED":
            ended_ids.add(event.node.id)
        successor = ""
        if event.successor:
            successor = name_of(event.successor)
        elif event.has_successor is not None:
            successor = _("yes") if event.has_successor else _("no")
        who = [event.node] if event.node else ends
        rows.append(texts(
            short_day(event.on), session.term("Turn", event.turn), words.word(event.what),
            " → ".join(map(name_of, who)), successor,
        ))  # fmt: skip
    return QuestionAnswer(
        parts=(
            AnswerPart(
                _("Sums"), (_("What"), _("Change"), _("Number"), _("Without a successor")), sums
            ),
            AnswerPart(
                _("Day by day"), (_("Day"), _("Change"), _("What"), _("Who"), _("Successor")), rows
            ),
        ),
        nodes=tuple(node_id for node_id in nodes if node_id not in ended_ids),
        on=until,
        parameters={"from": begins, "to": until},
        revision=first.revision,
        is_cut=pages[-1].next is not None,
    )


_UNITS: Final = ("POLICE_DISTRICT", "REGION", "MUNICIPALITY")
_MOST_SERIES: Final = 12
Share = Callable[[TrendPoint], tuple[int, int, int]]
"""A function of a point that returns the lower bound, the upper bound, and the total."""


def trend(context: ScreenContext) -> QuestionAnswer | None:
    """Three shares per area and quarter, each as small line charts and a table."""
    names = session.terms("AreaKind")
    units = {unit: names[unit] for unit in _UNITS}
    area_kind = question_answer.word(_("Divided into"), "by", units, usual=_UNITS[0])
    by, on = cast("AreaKind | None", area_kind), context.as_of
    answer: HistoryTrend = question_answer.fetch(
        context, ("trend", by, on), lambda: context.client.history_trend(by=by, on=on)
    )
    quarters = [
        _("Q{number} {year}", number=quarter.number, year=quarter.year)
        for quarter in answer.quarters
    ]
    fell = _("{name}: the {count} that fell most")
    rose = _("{name}: the {count} that rose most")
    measures: tuple[tuple[str, Share, str], ...] = (
        (_("Posts that are held"), lambda at: (at.held, at.held, at.seats), fell),
        (
            _("Links checked in time"),
            lambda at: (at.in_time, at.in_time + at.unknown, at.links),
            fell,
        ),
        (
            _("Holders who came or left, per post"),
            lambda at: (at.begun + at.ended, at.begun + at.ended, at.seats),
            rose,
        ),
    )
    how = [_("Which posts, holders and links there were is as the register knows it now.")]
    notes = [_("From {first} to {last}.", first=quarters[0], last=quarters[-1])]
    if any(point is not None and point.unknown for row in answer.rows for point in row.points):
        notes.append(
            _("A share between two numbers: of some links it is not known when they were "
                "checked before the last time.")
        )  # fmt: skip
    if not answer.quarters[-1].is_whole:
        how.append(_("The last quarter has not ended."))
    parts: list[AnswerPart] = []
    drawings: list[AnswerDrawing] = []
    for name, share, worst in measures:
        series = [
            Series(name_of(row.area), tuple(_share_of(point, share) for point in row.points))
            for row in answer.rows
        ]
        rows = [
            texts(line.name, *(point.words if point else "" for point in line.points))
            for line in series
        ]
        parts.append(AnswerPart(name, (names[answer.by], *quarters), rows))
        title = name
        if len(series) > _MOST_SERIES:
            by_change = sorted(series, key=lambda line: line.change, reverse=worst is rose)
            series, title = by_change[:_MOST_SERIES], worst.format(name=name, count=_MOST_SERIES)
        drawings.append(AnswerDrawing(title, small_multiples(series, is_dark=is_dark())))
    return QuestionAnswer(
        parts=tuple(parts),
        nodes=(),
        revision=answer.revision,
        notes=tuple(notes),
        how=tuple(how),
        drawings=tuple(drawings),
    )


def _share_of(point: TrendPoint | None, share: Share) -> Point | None:
    """A share as a percentage; None if the area did not exist, or the total is zero."""
    low, high, of = (0, 0, 0) if point is None else share(point)
    if not of:
        return None
    least, most = 100 * low / of, 100 * high / of
    first, last = round(least), round(most)
    return Point(least, most, percent(first if first == last else f"{first}–{last}"))


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
    answer: Owners = question_answer.fetch(
        context, ("owners", begins, until), lambda: context.client.owners(begins, until)
    )
    words, why = labels(), session.terms("OwnerWhy")
    sums = [
        texts(words.word(total.label), why[total.why], number(total.count),
              number(total.without_successor))
        for total in answer.sums
    ]  # fmt: skip
    orphans = [(group, orphan) for group in answer.groups for orphan in group.found]

    def name(node: NodeName | None) -> str:
        return name_of(node) if node else ""

    rows = [
        texts(
            name(group.region), name(group.district), words.word(orphan.kind or orphan.label),
            name_of(orphan.node), why[orphan.why], short_day(orphan.on), name(orphan.owner),
            name(orphan.successor),
        )
        for group, orphan in orphans
    ]  # fmt: skip
    reason = _("Why it needs an owner")
    sum_heads = (_("What"), reason, _("Number"), _("Without a successor"))
    heads = (_("Region"), _("Police district"), _("What"), _("Who"), reason, _("Day"),
             _("Owner before"), _("Successor"))  # fmt: skip
    drawings: tuple[AnswerDrawing, ...] = ()
    if answer.groups:
        nowhere = _("Several districts or none")
        counts = Counter(
            (name(group.district) or nowhere, why[orphan.why]) for group, orphan in orphans
        )
        drawings = (AnswerDrawing(_("By police district"), _bars(counts)),)
    return QuestionAnswer(
        parts=(
            AnswerPart(_("Sums"), sum_heads, sums),
            AnswerPart(_("By region and district"), heads, rows),
        ),
        nodes=tuple(orphan.node.id for _group, orphan in orphans),
        revision=answer.revision,
        drawings=drawings,
    )


def _bars(counts: Mapping[tuple[str, str], int]) -> altair.Chart:
    """A bar chart of the count per district, by reason."""
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
    request = AskedPathDiff(start=start, area=area, network=networks, on=on, against=against)
    answer: PathDiff = question_answer.fetch(
        context, ("path diff", request), lambda: context.client.path_diff(request)
    )
    heads = (_("What becomes of it"), _("Path"), _("Place before"), _("Place after"),
             _("Where and why"))  # fmt: skip
    fates, rows = session.terms("PathFate"), list[tuple[str, ...]]()
    for path in answer.paths:
        stops = " → ".join(stop.name or stop.id for stop in path.stops)
        places = ("" if side is None else number(side.number) for side in (path.before, path.after))
        why = "<br>".join(escape(reason.words.text) for reason in path.why)
        rows.append((escape(fates[path.fate]), escape(stops), *places, why))
    return QuestionAnswer(
        parts=(AnswerPart(_("Path by path"), heads, rows),),
        nodes=tuple(stop.id for path in answer.paths for stop in path.stops),
        revision=answer.revision,
        notes=(answer.words.headline, *answer.words.causes),
    )


def questions() -> dict[str, ReadyQuestion]:
    """The ready questions of this subject, by their code in the address."""
    return {
        "changes": ReadyQuestion(
            _("What changes between two dates?"),
            _("What began and ended, day by day; first the last three months."),
            changes,
            Origin("ends", is_whole=False),
        ),
        "owners": ReadyQuestion(
            _("2027: who needs a new owner?"),
            _("What has no owner once authorities change, by region and police district."),
            owners,
            Origin("ends", is_whole=False),
        ),
        "paths": ReadyQuestion(
            _("What becomes of the paths between two dates?"),
            _("Choose a start and a place: which contact paths are lost, changed or new."),
            paths,
            Origin("shortest", is_whole=False),
        ),
        "trend": ReadyQuestion(
            _("Trend, last eight quarters"),
            _("Held posts, links checked in time, and holders who came or left."),
            trend,
            Origin("kinds", is_whole=False),
        ),
    }
