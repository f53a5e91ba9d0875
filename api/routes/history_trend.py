"""How do coverage, freshness and turnover go, quarter by quarter?"""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.audited_route import AuditedRoute
from api.known import question_context
from api.routes.coverage_map import MadeOfTowns
from api.schemas.history_trend import HistoryTrend
from api.state import RequestContext
from graph.questions.history_trend import (
    CHECKED_ON,
    MOST_QUARTERS,
    days_seen,
    history_trend,
    quarters_until,
)
from graph.vocabulary import AreaKind

router = APIRouter(tags=["What changes?"], route_class=AuditedRoute)
Asking = Annotated[
    RequestContext, Depends(question_context(plain=("by", "quarters", "on", "lang")))
]


@router.get("/history/trend")
def read_history_trend(
    context: Asking,
    by: MadeOfTowns = AreaKind.POLICE_DISTRICT,
    quarters: Annotated[int, Query(ge=1, le=MOST_QUARTERS)] = 8,
    on: date | None = None,
) -> HistoryTrend:
    """How coverage, freshness and turnover went in each police district, over eight quarters.

    The last quarter is that of the date. A check made later hides the one before it; where nothing
    that you may see tells of that one, the link is counted as unknown for the quarter.
    """
    today = context.view()
    asked = quarters_until(on or today.on, quarters)
    views = [context.view(day) for day in days_seen(asked)]
    changes = context.directory.changes_to(CHECKED_ON, until=today.revision)
    found = history_trend(views, asked, changes, today=today, by=by)
    context.count = len(found.rows)
    return HistoryTrend.model_validate(found)
