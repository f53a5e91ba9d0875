"""How does every municipality, district or region stand by one measure?"""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query

from api.audited_route import AuditedRoute
from api.known import question_context
from api.schemas.coverage_map import CoverageMap
from api.state import RequestContext
from graph.questions.coverage_map import MapMeasure, coverage_map
from graph.vocabulary import AreaKind, NetworkKind, PostKind

router = APIRouter(tags=["Where is a seat empty?"], route_class=AuditedRoute)
_PLAIN = ("measure", "kind", "meets_in", "by", "on", "lang")
Asking = Annotated[RequestContext, Depends(question_context(plain=_PLAIN))]
MadeOfTowns = Literal[AreaKind.MUNICIPALITY, AreaKind.POLICE_DISTRICT, AreaKind.REGION]
"""Each of these is one municipality or several."""


@router.get("/coverage/map", response_model_exclude_none=True)
def read_coverage_map(
    context: Asking,
    measure: MapMeasure = MapMeasure.VERIFIED,
    kind: Annotated[tuple[PostKind, ...], Query()] = (),
    meets_in: Annotated[tuple[NetworkKind, ...], Query()] = (),
    by: MadeOfTowns = AreaKind.MUNICIPALITY,
    on: date | None = None,
) -> CoverageMap:
    """One number for each municipality (or district, or region), as a map shows it.

    It counts the posts of some kinds, or that meet in networks of some kinds; without any, all.
    Hops are those from whoever answers for the country, to these posts or else to the info houses.
    """
    found = coverage_map(
        context.view(on), measure, context.directory.policy, kinds=kind, meets_in=meets_in, by=by
    )
    context.count = len(found.rows)
    return CoverageMap.model_validate(found)
