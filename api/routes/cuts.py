"""How little would cut a place off?"""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.audited_route import AuditedRoute
from api.known import question_context
from api.schemas.cuts import Cuts
from api.state import RequestContext
from graph.questions.cuts import cuts

router = APIRouter(tags=["What breaks if … leaves?"], route_class=AuditedRoute)
Asking = Annotated[RequestContext, Depends(question_context(plain=("area", "start", "on", "lang")))]


@router.get("/cuts", response_model_exclude_none=True)
def read_cuts(
    context: Asking,
    area: Annotated[str, Query(max_length=120, examples=["mun-0825"])],
    start: Annotated[str | None, Query(max_length=120, examples=["aut-pet-fc"])] = None,
    on: date | None = None,
) -> Cuts:
    """The fewest people, and posts, without whom nothing leads to a municipality's right contacts.

    For each cooperation and the social intake, and for all of them; from the national level and
    from the police district. For a district or region, each municipality in it.
    """
    found = cuts(context.view(on), context.directory.policy, area=area, start=start)
    context.count = len(found.cuts)
    return Cuts.model_validate(found)
