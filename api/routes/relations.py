"""Where do formal membership and working relations differ most?"""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.audited_route import AuditedRoute
from api.known import question_context
from api.schemas.relations import Relations
from api.state import RequestContext
from graph.questions.relations import relations
from graph.vocabulary import NetworkKind

router = APIRouter(tags=["Who knows whom?"], route_class=AuditedRoute)
Asking = Annotated[RequestContext, Depends(question_context(plain=("kind", "area", "on", "lang")))]


@router.get("/relations", response_model_exclude_none=True)
def read_relations(
    context: Asking,
    kind: Annotated[tuple[NetworkKind, ...], Query()] = (),
    area: Annotated[str | None, Query(max_length=120, examples=["pol-1462"])] = None,
    on: date | None = None,
) -> Relations:
    """How many pairs of a network's people know each other, the networks with fewest first.

    Of all networks, or of some kinds, or of those of an area and what lies in it.
    """
    found = relations(context.view(on), kinds=kind, area=area)
    context.count = len(found.networks)
    return Relations.model_validate(found)
