"""What needs a new owner?"""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.audited_route import AuditedRoute
from api.known import question_context
from api.schemas.owners import Owners
from api.state import RequestContext
from graph.questions.owners import owners

router = APIRouter(tags=["What changes?"], route_class=AuditedRoute)
Asking = Annotated[RequestContext, Depends(question_context(plain=("from", "to", "lang")))]


@router.get("/history/owners", response_model_exclude_none=True)
def read_owners(
    context: Asking,
    begins: Annotated[date, Query(alias="from", examples=["2026-12-31"])],
    until: Annotated[date, Query(alias="to", examples=["2027-01-01"])],
) -> Owners:
    """Which posts, networks, plans and agreements are left without an owner between two dates.

    Their authority or area ends, or nobody new sits there; with the successor where one is named.
    """
    found = owners(context.view(begins), context.view(until))
    context.count = sum(one.count for one in found.sums)
    return Owners.model_validate(found)
