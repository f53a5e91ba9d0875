"""Which links are there, and what is known of each?"""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from api.audited_route import AuditedRoute
from api.etags import tag
from api.known import question_context
from api.narrowed import Fields, parse_fields, select_fields
from api.pagination import USUAL, Limit, Token, place_in, text_in, token_of
from api.schemas.links import DueLink, DueLinks, LinkCard, Links
from api.state import RequestContext
from graph.model import LINK_CLASSES
from graph.questions import links
from graph.questions.due_links import due
from graph.vocabulary import LinkType

router = APIRouter(tags=["What is there?"], route_class=AuditedRoute)
_PLAIN = ("link_id", "source", "target", "type", "on", "lang", "limit", "fields")
Asking = Annotated[RequestContext, Depends(question_context(plain=_PLAIN))]
Listing = Annotated[RequestContext, Depends(question_context(plain=_PLAIN, lists_people=True))]
NodeId = Annotated[str | None, Query(max_length=120, examples=["post-ssp-0787"])]


@router.get("/links", response_model_exclude_none=True)
def read_links(
    context: Listing,
    source: NodeId = None,
    target: NodeId = None,
    type: LinkType | None = None,
    fields: Fields = None,
    on: date | None = None,
    page: Token = None,
    limit: Limit = USUAL,
) -> Links:
    """The links from a node, to a node, of a type: those that are all you name."""
    names = parse_fields(fields, LINK_CLASSES.values())
    found = links.links(
        context.view(on), source=source, target=target, type=type, after=text_in(page), limit=limit
    )
    return Links(
        found=tuple(select_fields(LinkCard.model_validate(one), names) for one in found.found),
        next=token_of(found.after),
    )


@router.get("/links/due", response_model_exclude_none=True)
def read_due(
    context: Asking, on: date | None = None, page: Token = None, limit: Limit = USUAL
) -> DueLinks:
    """The links I may verify that were not for 183 days, those first on which most depends.

    Each comes with its version, so that several can be verified in one change set.
    """
    found = due(context.view(on), context.directory.policy, after=place_in(page), limit=limit)
    return DueLinks(
        found=tuple(
            DueLink(
                link=LinkCard.model_validate(one.link),
                posts=one.posts,
                etag=_etag(context, one.link),
            )
            for one in found.found
        ),
        next_on=found.next_on,
        next=token_of(*found.after) if found.after else None,
    )


@router.get("/links/{link_id}", response_model_exclude_none=True)
def read_link(
    context: Asking, response: Response, link_id: str, fields: Fields = None, on: date | None = None
) -> LinkCard:
    """One link. Send the `ETag` back as `If-Match` when you change it.

    As it was known earlier it has none.
    """
    names = parse_fields(fields, LINK_CLASSES.values())
    found = links.link(context.view(on), link_id)
    etag = _etag(context, found)
    if etag is not None:
        response.headers["ETag"] = etag
    return select_fields(LinkCard.model_validate(found), names)


def _etag(context: RequestContext, link: links.LinkCard) -> str | None:
    """None: the caller may not know it, or asked what was known earlier, and changes nothing."""
    revision: int | None = link.fields.get("revision")
    return (
        None
        if revision is None or context.as_of_revision is not None
        else tag(context, link.type, link.id, revision)
    )
