"""Where is a seat empty, stale, doubled or without a deputy, and how far is it to everyone?"""

from datetime import date
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.audited_route import AuditedRoute
from api.known import question_context
from api.schemas.coverage import Coverage, InfohouseReach
from api.state import RequestContext
from graph.questions import coverage
from graph.questions.post_states import PostState
from graph.questions.reach import reach_infohouses
from graph.vocabulary import PostKind

router = APIRouter(tags=["Where is a seat empty?"], route_class=AuditedRoute)
_PLAIN = ("area", "kind", "state", "measure", "start", "on", "lang")
Asking = Annotated[RequestContext, Depends(question_context(plain=_PLAIN))]


class Measure(StrEnum):
    """What is asked of each municipality."""

    POSTS = "posts"
    REACH = "reach"


@router.get("/coverage", response_model_exclude_none=True)
def read_coverage(
    context: Asking,
    area: Annotated[str | None, Query(max_length=120, examples=["pol-1462"])] = None,
    kind: Annotated[tuple[PostKind, ...], Query()] = (),
    state: Annotated[tuple[PostState, ...], Query()] = (),
    measure: Measure = Measure.POSTS,
    start: Annotated[str | None, Query(max_length=120, examples=["aut-pet-cfp"])] = None,
    on: date | None = None,
) -> Coverage | InfohouseReach:
    """How many posts of each kind an area has, and which are vacant, doubled, stale or alone.

    `measure=reach` tells how far it is instead, from `start` or your own posts, to each info house.
    """
    view = context.view(on)
    if measure is Measure.REACH:
        found = reach_infohouses(view, context.directory.policy, start=start)
        return InfohouseReach.model_validate(found)
    return Coverage.model_validate(coverage.coverage(view, area=area, kinds=kind, states=state))
