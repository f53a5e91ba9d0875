"""Routes of nodes, links, names and neighborhoods."""

from dataclasses import fields as model_fields
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from api.audited_route import AuditedRoute
from api.dependencies import question_context
from api.editing.assignments import assignees
from api.editing.fields import OURS
from api.etags import tag
from api.pagination import (
    USUAL,
    Fields,
    Limit,
    Token,
    parse_fields,
    place_in,
    select_fields,
    text_in,
    token_of,
)
from api.requested_need import to_moment
from api.schemas.entities import (
    AreaCards,
    Detail,
    DueLink,
    DueLinks,
    Entities,
    Entity,
    LinkCard,
    Links,
    Names,
    Neighborhood,
    NetworkCards,
    Rights,
    WhoAnswers,
    WholeEntity,
)
from api.state import RequestContext
from api.text.availability import availability
from api.text.search import search_answer
from graph.access.permissions import link_types_to_add, may_edit, may_end
from graph.model import LINK_CLASSES, NODE_CLASSES
from graph.paths.resolve import owner_to_call, resolve
from graph.questions import entities
from graph.questions.due_links import due
from graph.questions.names import NAMED_LABELS, search
from graph.questions.neighborhood import neighborhood
from graph.vocabulary import Label, LinkType, PreventionLevel

router = APIRouter(tags=["What is there?"], route_class=AuditedRoute)
_PLAIN = ("node_id", "label", "kind", "area", "network", "on", "lang", "limit", "fields")
QuestionContext = Annotated[RequestContext, Depends(question_context(plain=_PLAIN))]
Kind = Annotated[str | None, Query(max_length=60, examples=["SSP_COORDINATOR"])]
AreaId = Annotated[str | None, Query(max_length=120, examples=["mun-0787"])]


@router.get("/entities", response_model_exclude_none=True)
def read_entities(
    context: QuestionContext,
    label: Label | None = None,
    kind: Kind = None,
    area: AreaId = None,
    network: Annotated[str | None, Query(max_length=120, examples=["net-ssp-0787"])] = None,
    fields: Fields = None,
    on: date | None = None,
    page: Token = None,
    limit: Limit = USUAL,
) -> Entities:
    """Lists nodes by label, kind, area or network; all given filters apply."""
    names = parse_fields(fields, NODE_CLASSES.values())
    answer = entities.entities(
        context.view(on), label=label, kind=kind, area=area, network=network,
        own_kinds=context.directory.own_kinds, after=text_in(page), limit=limit,
    )  # fmt: skip
    return Entities(
        found=tuple(select_fields(Entity.model_validate(entity), names) for entity in answer.found),
        next=token_of(answer.after),
    )


@router.get("/entities/{node_id}", response_model_exclude_none=True)
def read_entity(
    context: QuestionContext,
    response: Response,
    node_id: str,
    fields: Fields = None,
    on: date | None = None,
) -> WholeEntity:
    """Returns a node with its fields, who answers there, and its contact channels.

    Send its `ETag` back as `If-Match` to change it; with `revision` there is none.
    """
    names = parse_fields(fields, NODE_CLASSES.values())
    view = context.view(on)
    answer = entities.entity(view, node_id, context.directory.policy)
    etag = _etag(context, answer.entity.label, answer.entity)
    if etag is not None:
        response.headers["ETag"] = etag
    is_now = context.as_of_revision is None and on in (None, context.directory.today())
    answering = None
    if (who := answer.resolution) is not None:
        answering = WhoAnswers.model_validate(who)
        if is_now:  # then also who answers at this minute
            moment = to_moment(context.directory.now(), view.on, None)
            at_once = resolve(view, view.row(who.post.id), context.directory.policy, at=moment.at)
            now = availability(at_once, moment, context.lang)
            answering = answering.model_copy(
                update={"now": now, "reveal": owner_to_call(view, at_once)}
            )
    details: list[Detail] = []
    for detail in answer.details:
        may_change = is_now and may_edit(view, detail.id, "value")
        card = Detail.model_validate(detail).model_copy(update={"may_change": may_change or None})
        # The number of a public line is included without a reveal. It is the current number of a
        # line that is public now, so it is omitted for earlier data.
        if detail.is_public and context.as_of_revision is None:
            number = context.directory.reveal(detail.id).uncover()
            card = card.model_copy(update={"number": number})
        details.append(card)
    rights = None
    if is_now:  # what the caller may change of a node that they see today; None if nothing
        label = view.label(view.row(node_id))
        own_names = (field.name for field in model_fields(NODE_CLASSES[label]))
        rights = Rights(
            fields=tuple(
                name for name in own_names if name not in OURS and may_edit(view, node_id, name)
            ),
            may_end=may_end(view, node_id),
            links=tuple(sorted(link_types_to_add(view, node_id))),
        )
        if not (rights.fields or rights.may_end or rights.links):
            rights = None
    return WholeEntity(
        entity=select_fields(Entity.model_validate(answer.entity), names),
        answering=answering, details=tuple(details), rights=rights,
    )  # fmt: skip


@router.get("/areas", response_model_exclude_none=True)
def read_areas(
    context: QuestionContext,
    kind: Annotated[str | None, Query(max_length=60, examples=["MUNICIPALITY"])] = None,
    area: AreaId = None,
    on: date | None = None,
    page: Token = None,
    limit: Limit = USUAL,
) -> AreaCards:
    """Lists areas, with what each lies in and what lies in it.

    `area` keeps the areas inside one.
    """
    answer = entities.area_cards(
        context.view(on), kind=kind, area=area, after=text_in(page), limit=limit
    )
    return AreaCards.model_validate({"found": answer.found, "next": token_of(answer.after)})


@router.get("/networks", response_model_exclude_none=True)
def read_networks(
    context: QuestionContext,
    kind: Annotated[str | None, Query(max_length=60, examples=["SSP"])] = None,
    area: AreaId = None,
    on: date | None = None,
    page: Token = None,
    limit: Limit = USUAL,
) -> NetworkCards:
    """Lists networks and who meets in each.

    `area` keeps the networks of that area and of the areas inside it.
    """
    answer = entities.network_cards(
        context.view(on), kind=kind, area=area, own_kinds=context.directory.own_kinds,
        after=text_in(page), limit=limit,
    )  # fmt: skip
    return NetworkCards.model_validate({"found": answer.found, "next": token_of(answer.after)})


names_router = APIRouter(tags=["Who is called …?"], route_class=AuditedRoute)
NamesContext = Annotated[
    RequestContext,
    Depends(
        question_context(
            plain=("label", "area", "on", "limit", "starts_only", "lang"),
            per_min=lambda settings: settings.names_per_min,
        )
    ),
]


@names_router.get("/names")
def read_names(
    context: NamesContext,
    text: Annotated[str, Query(min_length=2, max_length=80, examples=["ssp thisted"])],
    label: Annotated[tuple[Label, ...], Query(max_length=len(NAMED_LABELS))] = (),
    area: Annotated[str | None, Query(max_length=120, examples=["mun-0787"])] = None,
    on: date | None = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
    starts_only: bool = False,
) -> Names:
    """Finds nodes by name, best match first, and says how the text was read.

    Spelling does not matter. Other names count too: English and former names, towns, estates,
    postcodes, codes, competences and synonyms such as "PPR". A body that has ended is listed with
    its successor. Every known word counts; those that are not known are in `left_out`. Small words
    are ignored, as in "hvem er i ssp på læsø". Those of the area of your own post come first.
    `label` and `area` limit the search to some labels, and to a place and who answers there;
    `starts_only` to nodes from which a contact path can start. A text with a CPR number is refused.
    """
    own_kinds = context.directory.own_kinds
    answer = search(
        context.view(on), text, labels=label or NAMED_LABELS, area=area, limit=limit,
        starts_only=starts_only, own_kinds=own_kinds, lang=context.lang,
    )  # fmt: skip
    return search_answer(answer, own_kinds, context.lang)


neighborhood_router = APIRouter(tags=["Who is around …?"], route_class=AuditedRoute)
_PLAIN_NEIGHBORHOOD = ("node_id", "hops", "level", "type", "on", "lang")
NeighborhoodContext = Annotated[
    RequestContext, Depends(question_context(plain=_PLAIN_NEIGHBORHOOD))
]


@neighborhood_router.get("/entities/{node_id}/neighborhood", response_model_exclude_none=True)
def read_neighborhood(
    context: NeighborhoodContext,
    node_id: str,
    hops: Annotated[int, Query(ge=1, le=2)] = 1,
    level: PreventionLevel | None = None,
    type: Annotated[tuple[LinkType, ...], Query()] = (),
    on: date | None = None,
) -> Neighborhood:
    """Returns who is linked to a node or area, and by which chains of links.

    Each chain has its last contact, strength and freshness; each civilian, the terms of the
    consent.
    """
    answer = neighborhood(context.view(on), node_id, hops=hops, level=level, types=type)
    return Neighborhood.model_validate(answer)


links_router = APIRouter(tags=["What is there?"], route_class=AuditedRoute)
_PLAIN_LINKS = (
    "link_id", "source", "target", "area", "type", "mine", "taken", "on", "lang",
    "limit", "fields",
)  # fmt: skip
LinksContext = Annotated[RequestContext, Depends(question_context(plain=_PLAIN_LINKS))]
NodeId = Annotated[str | None, Query(max_length=120, examples=["post-ssp-0787"])]


@links_router.get("/links", response_model_exclude_none=True)
def read_links(
    context: LinksContext,
    source: NodeId = None,
    target: NodeId = None,
    type: LinkType | None = None,
    fields: Fields = None,
    on: date | None = None,
    page: Token = None,
    limit: Limit = USUAL,
) -> Links:
    """Lists links by source, target or type; all given filters apply."""
    names = parse_fields(fields, LINK_CLASSES.values())
    answer = entities.links(
        context.view(on), source=source, target=target, type=type, after=text_in(page), limit=limit
    )
    return Links(
        found=tuple(select_fields(LinkCard.model_validate(link), names) for link in answer.found),
        next=token_of(answer.after),
    )


@links_router.get("/links/due", response_model_exclude_none=True)
def read_due(
    context: LinksContext,
    area: AreaId = None,
    type: LinkType | None = None,
    mine: bool = False,
    taken: bool = False,
    on: date | None = None,
    page: Token = None,
    limit: Limit = USUAL,
) -> DueLinks:
    """Lists links that you may verify and that are due for a check.

    A link that a post answers for is due after the days between checks of that post, any other
    after 183 days. Those on which most posts depend come first. `area` keeps links with an end that
    answers for that area, `mine` those of your own posts, `taken` those assigned to you. Each has
    its version, so that several can be verified in one change set.
    """
    among = None
    if taken:
        among = context.app_state.accounts.assignments.links_of(context.who.account)
    answer = due(
        context.view(on), context.directory.policy, area=area, link_type=type, is_mine=mine,
        among=among, after=place_in(page), limit=limit,
    )  # fmt: skip
    taken_by = assignees(context, (due_link.link.id for due_link in answer.found))
    return DueLinks(
        found=tuple(
            DueLink(
                link=LinkCard.model_validate(due_link.link),
                posts=due_link.posts,
                etag=_etag(context, due_link.link.type, due_link.link),
                assignee=taken_by.get(due_link.link.id),
            )
            for due_link in answer.found
        ),
        next_on=answer.next_on,
        next=token_of(*answer.after) if answer.after else None,
    )


@links_router.get("/links/{link_id}", response_model_exclude_none=True)
def read_link(
    context: LinksContext,
    response: Response,
    link_id: str,
    fields: Fields = None,
    on: date | None = None,
) -> LinkCard:
    """Returns a link. Send its `ETag` back as `If-Match` to change it.

    With `revision` there is no `ETag`.
    """
    names = parse_fields(fields, LINK_CLASSES.values())
    answer = entities.link(context.view(on), link_id)
    etag = _etag(context, answer.type, answer)
    if etag is not None:
        response.headers["ETag"] = etag
    return select_fields(LinkCard.model_validate(answer), names)


def _etag(
    context: RequestContext, what: Label | LinkType, element: entities.Entity | entities.LinkCard
) -> str | None:
    """The ETag of a node or link; None if the caller may not know it or asked for earlier data."""
    revision: int | None = element.fields.get("revision")
    if revision is None or context.as_of_revision is not None:
        return None
    return tag(context, what, element.id, revision)
