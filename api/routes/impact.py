"""What breaks if somebody or something leaves?"""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.audited_route import AuditedRoute
from api.known import question_context
from api.schemas.bridges import Bridges
from api.schemas.impact import Impact
from api.state import RequestContext
from graph.errors import InvalidNeed
from graph.questions.bridges import Leaving, bridges
from graph.questions.impact import impact
from graph.vocabulary import Label

router = APIRouter(tags=["What breaks if … leaves?"], route_class=AuditedRoute)
_PLAIN = ("node_id", "start", "label", "bridges", "on", "lang")
Asking = Annotated[RequestContext, Depends(question_context(plain=_PLAIN))]
Start = Annotated[str | None, Query(max_length=120, examples=["aut-pet-fc"])]


@router.get("/impact", response_model_exclude_none=True)
def read_bridges(
    context: Asking,
    is_asked: Annotated[bool, Query(alias="bridges", examples=[True])],
    label: Leaving = Label.ACTOR,
    start: Start = None,
    on: date | None = None,
) -> Bridges:
    """On whom the country hangs: each whose leaving makes a municipality worse to reach, or lost.

    With `bridges=true`, posts, or networks or people by their label; the most first. And by which
    posts and links alone others are joined to the national level, however far one walks.
    """
    if not is_asked:
        raise InvalidNeed("bridges", "skal være »true«", 'must be "true"')
    found = bridges(context.view(on), context.directory.policy, label=label, start=start)
    context.count = len(found.bridges)
    return Bridges.model_validate(found)


@router.get("/impact/{node_id}", response_model_exclude_none=True)
def read_impact(
    context: Asking,
    node_id: str,
    start: Start = None,
    on: date | None = None,
) -> Impact:
    """Who is reached worse, or no more, if a person, post, network or authority goes on this date.

    And what hangs on it: posts and who could take over, networks, working relations. Ways begin at
    the national posts and in the municipality's police district, or at `start`; civilians are never
    told of one by one.
    """
    found = impact(context.view(on), node_id, context.directory.policy, start=start)
    context.count = len(found.losses)
    return Impact.model_validate(found)
