"""What is there, and what is known of it?"""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response

from api.audited_route import AuditedRoute
from api.etags import tag
from api.known import question_context
from api.narrowed import Fields, parse_fields, select_fields
from api.pagination import USUAL, Limit, Token, text_in, token_of
from api.schemas.entities import (
    AreaCard,
    AreaCards,
    Detail,
    Entities,
    Entity,
    Meeting,
    NetworkCard,
    NetworkCards,
    NodeName,
    WhoAnswers,
    WholeEntity,
)
from api.state import RequestContext
from graph.model import NODE_CLASSES
from graph.questions import entities
from graph.vocabulary import Label

router = APIRouter(tags=["What is there?"], route_class=AuditedRoute)
_PLAIN = ("node_id", "label", "kind", "area", "network", "on", "lang", "limit", "fields")
Asking = Annotated[RequestContext, Depends(question_context(plain=_PLAIN))]
Listing = Annotated[RequestContext, Depends(question_context(plain=_PLAIN, lists_people=True))]
Kind = Annotated[str | None, Query(max_length=60, examples=["SSP_COORDINATOR"])]
AreaId = Annotated[str | None, Query(max_length=120, examples=["mun-0787"])]


@router.get("/entities", response_model_exclude_none=True)
def read_entities(
    context: Listing,
    label: Label | None = None,
    kind: Kind = None,
    area: AreaId = None,
    network: Annotated[str | None, Query(max_length=120, examples=["net-ssp-0787"])] = None,
    fields: Fields = None,
    on: date | None = None,
    page: Token = None,
    limit: Limit = USUAL,
) -> Entities:
    """The nodes of a label, of a kind, in an area, in a network: those that are all you name."""
    names = parse_fields(fields, NODE_CLASSES.values())
    found = entities.entities(
        context.view(on), label=label, kind=kind, area=area, network=network,
        after=text_in(page), limit=limit,
    )  # fmt: skip
    return Entities(
        found=tuple(select_fields(Entity.model_validate(one), names) for one in found.found),
        next=token_of(found.after),
    )


@router.get("/entities/{node_id}", response_model_exclude_none=True)
def read_entity(
    context: Asking, response: Response, node_id: str, fields: Fields = None, on: date | None = None
) -> WholeEntity:
    """One node: all that is told of it, who answers there, and by what means it is reached.

    Send the `ETag` back as `If-Match` when you change it; as it was known earlier it has none.
    """
    names = parse_fields(fields, NODE_CLASSES.values())
    view = context.view(on)
    found = entities.entity(view, node_id, context.directory.policy)
    revision: int | None = found.entity.fields.get("revision")
    # Else the caller may not know it, or asked what was known earlier, and changes nothing.
    if revision is not None and context.as_of_revision is None:
        response.headers["ETag"] = tag(context, found.entity.label, node_id, revision)
    who = found.resolution
    return WholeEntity(
        entity=select_fields(Entity.model_validate(found.entity), names),
        answering=None if who is None else WhoAnswers.model_validate(who),
        details=tuple(_detail(context, one) for one in found.details),
    )


@router.get("/areas", response_model_exclude_none=True)
def read_areas(
    context: Asking,
    kind: Annotated[str | None, Query(max_length=60, examples=["MUNICIPALITY"])] = None,
    area: AreaId = None,
    on: date | None = None,
    page: Token = None,
    limit: Limit = USUAL,
) -> AreaCards:
    """The areas, what each lies in and what lies in it; `area` keeps those inside one."""
    found = entities.area_cards(
        context.view(on), kind=kind, area=area, after=text_in(page), limit=limit
    )
    return AreaCards(
        found=tuple(
            AreaCard(entity=Entity.model_validate(one.entity), lies_in=_names(one.lies_in),
                     holds=_names(one.holds))
            for one in found.found
        ),
        next=token_of(found.after),
    )  # fmt: skip


@router.get("/networks", response_model_exclude_none=True)
def read_networks(
    context: Asking,
    kind: Annotated[str | None, Query(max_length=60, examples=["SSP"])] = None,
    area: AreaId = None,
    on: date | None = None,
    page: Token = None,
    limit: Limit = USUAL,
) -> NetworkCards:
    """The networks and who meets in each; `area` keeps those that answer for it or inside it."""
    found = entities.network_cards(
        context.view(on), kind=kind, area=area, after=text_in(page), limit=limit
    )
    return NetworkCards(
        found=tuple(
            NetworkCard(
                entity=Entity.model_validate(one.entity),
                meeting=tuple(map(Meeting.model_validate, one.meeting)),
            )
            for one in found.found
        ),
        next=token_of(found.after),
    )


def _names(several: Iterable[Any]) -> tuple[NodeName, ...]:
    return tuple(map(NodeName.model_validate, several))


def _detail(context: RequestContext, one: entities.Detail) -> Detail:
    """A way to reach a node; the number of a public line is told without a reveal.

    It is the present number, and of a line that is public now, so never of what was known earlier.
    """
    told = Detail.model_validate(one)
    if not one.is_public or context.as_of_revision is not None:
        return told
    return told.model_copy(update={"number": context.directory.reveal(one.id).uncover()})
