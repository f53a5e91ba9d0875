"""How far is it to everyone?"""

from fastapi import APIRouter, Response

from api.audited_route import AuditedRoute
from api.routes.paths import Asking, asked_on_date
from api.schemas.needs import AskedReach
from api.schemas.reach import Reach
from api.sent import json_response
from graph.questions.reach import reach
from graph.vocabulary import PostKind

router = APIRouter(tags=["How far is it?"], route_class=AuditedRoute)


@router.post("/reach", response_model=Reach)
def find_reach(context: Asking, asked: AskedReach) -> Response:
    """The best path of a need to each municipality, or why there is none: one row for each."""
    view, need = asked_on_date(context, asked)
    kinds = frozenset(PostKind(kind) for kind in asked.kinds)
    answer = reach(view, need, context.directory.policy, kinds=kinds)
    context.count = len(answer.municipalities)
    return json_response(Reach.model_validate(answer))
