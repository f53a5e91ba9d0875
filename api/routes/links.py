"""Which links are there, and what is known of each?"""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from api.audited import AuditedRoute
from api.etags import tag
from api.identity.dependencies import may
from api.pages import USUAL, Limit, Token, text_in, token_of
from api.schemas.links import LinkCard, Links
from api.visit import Visit
from graph.access import Task
from graph.questions import links
from graph.vocabulary import LinkType

router = APIRouter(tags=["What is there?"], route_class=AuditedRoute)
_PLAIN = ("link_id", "source", "target", "type", "on", "lang", "limit")
Asking = Annotated[Visit, Depends(may(Task.QUESTION, plain=_PLAIN))]
NodeId = Annotated[str | None, Query(max_length=120, examples=["post-ssp-0787"])]


@router.get("/links", response_model_exclude_none=True)
def read_links(
    visit: Asking,
    source: NodeId = None,
    target: NodeId = None,
    type: LinkType | None = None,
    on: date | None = None,
    page: Token = None,
    limit: Limit = USUAL,
) -> Links:
    """The links from a node, to a node, of a type: those that are all you name."""
    found = links.links(
        visit.view(on), source=source, target=target, type=type, after=text_in(page), limit=limit
    )
    return Links(found=tuple(map(LinkCard.model_validate, found.found)), next=token_of(found.after))


@router.get("/links/{link_id}", response_model_exclude_none=True)
def read_link(visit: Asking, response: Response, link_id: str, on: date | None = None) -> LinkCard:
    """One link. Send the `ETag` back as `If-Match` when you change it."""
    found = links.link(visit.view(on), link_id)
    revision: int | None = found.fields.get("revision")
    if revision is not None:  # else the caller may not know it, and changes nothing
        response.headers["ETag"] = tag(visit, found.type, link_id, revision)
    return LinkCard.model_validate(found)
