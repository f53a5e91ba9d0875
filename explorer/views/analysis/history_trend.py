"""Ready question: coverage, freshness and turnover over eight quarters."""

from collections.abc import Callable, Sequence
from typing import Any, Final, cast

import altair

from api.schemas.history import HistoryTrend, Quarter, TrendPoint
from api.schemas.words import AreaKind
from explorer import screen_state, session
from explorer.frame import ScreenContext
from explorer.html_table import texts
from explorer.i18n import _
from explorer.views.analysis import choices
from explorer.views.analysis.question_answer import (
    AnswerDrawing,
    AnswerPart,
    QuestionAnswer,
    name_of,
)

_UNITS: Final = ("POLICE_DISTRICT", "REGION", "MUNICIPALITY")
_MOST_LINES: Final = 12
Share = Callable[[TrendPoint], tuple[int, int, int]]
"""Of a point: the lower bound, the upper bound, and the total."""


def _held(one: TrendPoint) -> tuple[int, int, int]:
    return one.held, one.held, one.seats


def _in_time(one: TrendPoint) -> tuple[int, int, int]:
    return one.in_time, one.in_time + one.unknown, one.links


def _turned(one: TrendPoint) -> tuple[int, int, int]:
    return one.begun + one.ended, one.begun + one.ended, one.seats


def trend(context: ScreenContext) -> QuestionAnswer | None:
    """Three shares per area and quarter, each as a table and a line chart."""
    names = session.terms("AreaKind")
    units = {one: names[one] for one in _UNITS}
    chosen = choices.word(_("Divided into"), "by", units, usual=_UNITS[0])
    by = cast("AreaKind | None", chosen)
    on = None if context.is_today else context.on
    answer: HistoryTrend = screen_state.fetch(
        context.client, ("trend", by, on), lambda: context.client.history_trend(by=by, on=on)
    )
    heads = (names[answer.by], *(_quarter(one) for one in answer.quarters))
    measures: tuple[tuple[str, Share], ...] = (
        (_("Posts that are held"), _held),
        (_("Links checked in time"), _in_time),
        (_("Holders who came or left, per post"), _turned),
    )
    return QuestionAnswer(
        parts=tuple(
            AnswerPart(name=name, heads=heads, rows=_rows(answer, share))
            for name, share in measures
        ),
        nodes=(),
        revision=answer.revision,
        notes=tuple(_notes(answer)),
        drawings=tuple(
            AnswerDrawing(name=name, chart=_lines(answer, heads[1:], share))
            for name, share in measures
            if len(answer.rows) <= _MOST_LINES
        ),
    )


def _quarter(one: Quarter) -> str:
    return _("Q{number} {year}", number=one.number, year=one.year)


def _notes(answer: HistoryTrend) -> list[str]:
    notes = [_("Which posts, holders and links there were is as the register knows it now.")]
    if any(one is not None and one.unknown for row in answer.rows for one in row.points):
        notes.append(
            _("A share between two numbers: of some links it is not known when they were "
                "checked before the last time.")
        )  # fmt: skip
    if not answer.quarters[-1].is_whole:
        notes.append(_("The last quarter has not ended."))
    return notes


def _rows(answer: HistoryTrend, share: Share) -> list[tuple[str, ...]]:
    return [
        texts(name_of(row.area), *(_said(one, share) for one in row.points)) for row in answer.rows
    ]


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
