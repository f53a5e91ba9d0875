"""Who hands over to whom when somebody moves?"""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from api.audited_route import AuditedRoute
from api.known import question_context
from api.schemas.handover import Handover
from api.schemas.needs import AskedHandover
from api.sent import json_response
from api.state import RequestContext
from api.text.responses import handover_response
from graph.questions.handover import SECTORS, handover
from graph.vocabulary import PreventionLevel, Sector

router = APIRouter(tags=["Who hands over to whom?"], route_class=AuditedRoute)
Asking = Annotated[
    RequestContext, Depends(question_context(plain=(*AskedHandover.model_fields, "lang")))
]


@router.post("/handover", response_model=Handover)
def find_handover(context: Asking, asked: AskedHandover) -> Response:
    """Both sides' posts sector by sector, and the path between them; gaps are marked.

    Who moves is never asked: a kind of matter and two places will do.
    """
    answer = handover(
        context.view(asked.on),
        context.directory.policy,
        from_area=asked.from_area,
        to_area=asked.to_area,
        sectors=tuple(Sector(sector) for sector in asked.sectors) or SECTORS,
        level=None if asked.level is None else PreventionLevel(asked.level),
    )
    context.count = len(answer.sectors)
    return json_response(handover_response(answer, context.lang))
