"""What breaks if somebody or something leaves?"""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.audited import AuditedRoute
from api.identity.dependencies import may
from api.schemas.impact import Impact
from api.visit import Visit
from graph.access import Task
from graph.questions.impact import impact

router = APIRouter(tags=["What breaks if … leaves?"], route_class=AuditedRoute)
_PLAIN = ("node_id", "start", "on", "lang")
Asking = Annotated[Visit, Depends(may(Task.QUESTION, plain=_PLAIN))]


@router.get("/impact/{node_id}", response_model_exclude_none=True)
def read_impact(
    visit: Asking,
    node_id: str,
    start: Annotated[str | None, Query(max_length=120, examples=["aut-pet-fc"])] = None,
    on: date | None = None,
) -> Impact:
    """Whom nobody reaches any more if a person, post, network or authority goes on this date.

    And what hangs on it: posts and who could take over, networks, working relations. Ways begin at
    the national posts, or at `start`; civilians are never told of one by one.
    """
    found = impact(visit.view(on), node_id, visit.directory.policy, start=start)
    visit.count = len(found.losses)
    return Impact.model_validate(found)
