"""Who is around …?"""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.audited_route import AuditedRoute
from api.known import question_context
from api.schemas.neighborhood import Neighborhood
from api.state import RequestContext
from graph.questions.neighborhood import neighborhood
from graph.vocabulary import LinkType, PreventionLevel

router = APIRouter(tags=["Who is around …?"], route_class=AuditedRoute)
_PLAIN = ("node_id", "hops", "level", "type", "on", "lang")
Asking = Annotated[RequestContext, Depends(question_context(plain=_PLAIN, lists_people=True))]


@router.get("/entities/{node_id}/neighborhood", response_model_exclude_none=True)
def read_neighborhood(
    context: Asking,
    node_id: str,
    hops: Annotated[int, Query(ge=1, le=2)] = 1,
    level: PreventionLevel | None = None,
    type: Annotated[tuple[LinkType, ...], Query()] = (),
    on: date | None = None,
) -> Neighborhood:
    """Who is around a node or in an area, by which chains, and on what terms a civilian is asked.

    Each chain says when its people were last in contact, how strong it is and how fresh.
    """
    found = neighborhood(context.view(on), node_id, hops=hops, level=level, types=type)
    return Neighborhood.model_validate(found)
