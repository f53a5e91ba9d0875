"""Routes of impact, bridges, cuts, metrics and relations."""

from dataclasses import fields
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.audited_route import AuditedRoute
from api.dependencies import question_context
from api.i18n import _, bilingual
from api.schemas.impact import Bridges, Cuts, Impact, Metrics, MetricsWords, Relations
from api.state import RequestContext
from api.text.metrics import MEANING
from graph.errors import InvalidNeed
from graph.questions.bridges import Leaving, bridges
from graph.questions.cuts import cuts
from graph.questions.impact import impact
from graph.questions.metrics import Metric, metrics
from graph.questions.relations import relations
from graph.vocabulary import Label, NetworkKind, PostKind

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
        raise InvalidNeed("bridges", *bilingual('must be "true"'))
    answer = bridges(context.view(on), context.directory.policy, label=label, start=start)
    context.count = len(answer.bridges)
    return Bridges.model_validate(answer)


@router.get("/impact/{node_id}", response_model_exclude_none=True)
def read_impact(
    context: Asking, node_id: str, start: Start = None, on: date | None = None
) -> Impact:
    """Who is reached worse, or no more, if a person, post, network or authority goes on this date.

    And what hangs on it: posts and who could take over, networks, working relations. Ways begin at
    the national posts and in the municipality's police district, or at `start`; civilians are never
    told of one by one.
    """
    answer = impact(context.view(on), node_id, context.directory.policy, start=start)
    context.count = len(answer.losses)
    return Impact.model_validate(answer)


cuts_router = APIRouter(tags=["What breaks if … leaves?"], route_class=AuditedRoute)
CutsContext = Annotated[
    RequestContext, Depends(question_context(plain=("area", "start", "on", "lang")))
]


@cuts_router.get("/cuts", response_model_exclude_none=True)
def read_cuts(
    context: CutsContext,
    area: Annotated[str, Query(max_length=120, examples=["mun-0825"])],
    start: Annotated[str | None, Query(max_length=120, examples=["aut-pet-fc"])] = None,
    on: date | None = None,
) -> Cuts:
    """The fewest people, and posts, without whom nothing leads to a municipality's right contacts.

    For each cooperation and the social intake, and for all of them; from the national level and
    from the police district. For a district or region, each municipality in it.
    """
    answer = cuts(context.view(on), context.directory.policy, area=area, start=start)
    context.count = len(answer.cuts)
    return Cuts.model_validate(answer)


metrics_router = APIRouter(tags=["Who is central?"], route_class=AuditedRoute)
MetricsContext = Annotated[
    RequestContext, Depends(question_context(plain=("measure", "kind", "on", "lang")))
]


@metrics_router.get("/metrics", response_model_exclude_none=True)
def read_metrics(
    context: MetricsContext,
    measure: Annotated[Metric, Query(examples=["HARMONIC"])],
    kind: Annotated[tuple[PostKind | NetworkKind, ...], Query()] = (),
    on: date | None = None,
) -> Metrics:
    """A measure of who works with whom, by a method that is named with its version.

    The highest two hundred of the posts and networks, or of some kinds; communities; or districts.
    """
    answer = metrics(context.view(on), measure, context.directory.policy, kinds=kind)
    context.count = len(answer.rows) or len(answer.communities)
    lang = context.lang
    words = MetricsWords(name=measure.label(lang), meaning=_(MEANING[measure], lang))
    members = {field.name: getattr(answer, field.name) for field in fields(answer)}
    return Metrics.model_validate({**members, "words": words}, from_attributes=True)


relations_router = APIRouter(tags=["Who knows whom?"], route_class=AuditedRoute)
RelationsContext = Annotated[
    RequestContext, Depends(question_context(plain=("kind", "area", "on", "lang")))
]


@relations_router.get("/relations", response_model_exclude_none=True)
def read_relations(
    context: RelationsContext,
    kind: Annotated[tuple[NetworkKind, ...], Query()] = (),
    area: Annotated[str | None, Query(max_length=120, examples=["pol-1462"])] = None,
    on: date | None = None,
) -> Relations:
    """How many pairs of a network's people know each other, the networks with fewest first.

    Of all networks, or of some kinds, or of those of an area and what lies in it.
    """
    answer = relations(context.view(on), kinds=kind, area=area)
    context.count = len(answer.networks)
    return Relations.model_validate(answer)
