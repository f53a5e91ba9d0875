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
QuestionContext = Annotated[RequestContext, Depends(question_context(plain=_PLAIN))]
Start = Annotated[str | None, Query(max_length=120, examples=["aut-pet-fc"])]


@router.get("/impact", response_model_exclude_none=True)
def read_bridges(
    context: QuestionContext,
    is_asked: Annotated[bool, Query(alias="bridges", examples=[True])],
    label: Leaving = Label.ACTOR,
    start: Start = None,
    on: date | None = None,
) -> Bridges:
    """Lists nodes whose loss makes a municipality harder to reach or unreachable.

    The nodes are posts, or by `label` networks or people; the worst come first. Also the posts and
    links that alone join others to the national level, at any number of steps. `bridges` must be
    `true`.
    """
    if not is_asked:
        raise InvalidNeed("bridges", *bilingual('must be "true"'))
    answer = bridges(context.view(on), context.directory.policy, label=label, start=start)
    context.count = len(answer.bridges)
    return Bridges.model_validate(answer)


@router.get("/impact/{node_id}", response_model_exclude_none=True)
def read_impact(
    context: QuestionContext, node_id: str, start: Start = None, on: date | None = None
) -> Impact:
    """Returns what is lost or harder to reach if a node ends on this date.

    The node is a person, post, network or authority. Also which posts, networks and working
    relations depend on it, and who could take over. Paths start at the national posts and in the
    police district of the municipality, or at `start`; civilians are only counted.
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
    """Returns the fewest people and posts whose loss cuts a municipality off.

    For each form of cooperation, for the social intake, and for all together; from the national
    level and from the police district. For a district or region, each municipality in it.
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
    """Returns a measure of who works with whom, with its method and version.

    The answer has the two hundred highest posts and networks, optionally of some kinds, or
    communities, or districts.
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
    """Counts which pairs of people in a network know each other, fewest first.

    For all networks, networks of some kinds, or those of an area and of what lies in it.
    """
    answer = relations(context.view(on), kinds=kind, area=area)
    context.count = len(answer.networks)
    return Relations.model_validate(answer)
