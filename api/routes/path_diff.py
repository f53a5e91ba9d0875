"""What becomes of the paths for a need between two dates?"""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from api.audited_route import AuditedRoute
from api.known import question_context
from api.routes.paths import PLAIN, asked_on_date
from api.schemas.needs import AskedPathDiff
from api.schemas.path_diff import PathDiff
from api.sent import json_response
from api.state import RequestContext
from api.text.told_diff import path_diff_response
from graph.paths.path_diff import path_diff

router = APIRouter(tags=["Whom do I contact?"], route_class=AuditedRoute)
Asking = Annotated[RequestContext, Depends(question_context(plain=(*PLAIN, "against")))]


@router.post("/paths/diff", response_model=PathDiff)
def find_path_diff(context: Asking, asked: AskedPathDiff) -> Response:
    """The paths of a need on one date and on a later one: kept, gone or new, and why.

    Dates are told apart, both as known at one revision; rights and consents are those of today.
    """
    view, need = asked_on_date(context, asked)
    found = path_diff(view, context.view(asked.against), need, context.directory.policy)
    context.count = len(found.paths)
    return json_response(path_diff_response(found, context.lang))
