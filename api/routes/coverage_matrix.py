"""How many posts has each area, by network, kind, competence or language, and in what state?"""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.audited_route import AuditedRoute
from api.known import question_context
from api.routes.coverage_map import MadeOfTowns
from api.schemas.coverage_matrix import CoverageMatrix
from api.state import RequestContext
from graph.questions.coverage_matrix import MatrixColumns, coverage_matrix
from graph.vocabulary import AreaKind

router = APIRouter(tags=["Where is a seat empty?"], route_class=AuditedRoute)
_PLAIN = ("columns", "column", "by", "area", "on", "lang")
_MOST_COLUMNS = 40
Asking = Annotated[RequestContext, Depends(question_context(plain=_PLAIN))]
Head = Annotated[str, Query(max_length=60)]


@router.get("/coverage/matrix", response_model_exclude_none=True)
def read_coverage_matrix(
    context: Asking,
    columns: MatrixColumns = MatrixColumns.NETWORK,
    column: Annotated[tuple[Head, ...], Query(max_length=_MOST_COLUMNS, examples=[["SSP"]])] = (),
    by: MadeOfTowns = AreaKind.MUNICIPALITY,
    area: Annotated[str | None, Query(max_length=120, examples=["pol-1462"])] = None,
    on: date | None = None,
) -> CoverageMatrix:
    """The posts of each municipality (or district, or region) by what they are or can.

    Each cell counts them, and how many are vacant, doubled, stale or alone. Where no `column` is
    named there are all that anybody is in; with an `area`, only rows that lie in it.
    """
    view = context.view(on)
    found = coverage_matrix(view, columns, by=by, area=area, heads=column)
    context.count = len(found.rows)
    return CoverageMatrix.model_validate(found)
