"""Who must be at the table?"""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Response

from api.audited_route import AuditedRoute
from api.known import question_context
from api.schemas.meeting_participants import SmallestTable
from api.schemas.needs import AskedTable
from api.sent import json_response
from api.state import RequestContext
from graph.questions.meeting_participants import Requirement, smallest_table
from graph.vocabulary import PostKind, Sector

router = APIRouter(tags=["Who must be at the table?"], route_class=AuditedRoute)
Asking = Annotated[
    RequestContext, Depends(question_context(plain=(*AskedTable.model_fields, "lang")))
]
_SECTORS: Final = frozenset(Sector)
_KINDS: Final = frozenset(PostKind)


@router.post("/table", response_model=SmallestTable)
def find_table(context: Asking, asked: AskedTable) -> Response:
    """The fewest people who together cover what is required in an area, and what nobody covers."""
    required = tuple(_requirement(one) for one in asked.required)
    table = smallest_table(
        context.view(asked.on), asked.area, required, with_deputies=asked.with_deputies
    )
    context.count = len(table.seats)
    return json_response(SmallestTable.model_validate(table))


def _requirement(one: str) -> Requirement:
    """Words are written in capitals and ids are not, so no id is taken for a word."""
    if one in _SECTORS:
        return Sector(one)
    return PostKind(one) if one in _KINDS else one
