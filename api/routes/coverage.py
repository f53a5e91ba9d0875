"""Routes of coverage: posts, the map and the matrix."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query

from api.audited_route import AuditedRoute
from api.dependencies import question_context
from api.schemas.base import OwnKindId
from api.schemas.coverage import Coverage, CoverageMap, CoverageMatrix, InfohouseReach, Speakers
from api.state import RequestContext
from graph.questions import coverage
from graph.questions.coverage_map import MapMeasure, coverage_map
from graph.questions.coverage_matrix import MatrixColumns, coverage_matrix
from graph.questions.post_states import PostState
from graph.questions.reach import reach_infohouses
from graph.questions.speakers import speakers
from graph.vocabulary import AreaKind, NetworkKind, PostKind

router = APIRouter(tags=["Where is a seat empty?"], route_class=AuditedRoute)
_PLAIN = ("area", "kind", "state", "measure", "start", "on", "lang")
QuestionContext = Annotated[RequestContext, Depends(question_context(plain=_PLAIN))]


class Measure(StrEnum):
    """The measure of each municipality."""

    POSTS = "posts"
    REACH = "reach"


@router.get("/coverage", response_model_exclude_none=True)
def read_coverage(
    context: QuestionContext,
    area: Annotated[str | None, Query(max_length=120, examples=["pol-1462"])] = None,
    kind: Annotated[tuple[PostKind | OwnKindId, ...], Query()] = (),
    state: Annotated[tuple[PostState, ...], Query()] = (),
    measure: Measure = Measure.POSTS,
    start: Annotated[str | None, Query(max_length=120, examples=["aut-pet-cfp"])] = None,
    on: date | None = None,
) -> Coverage | InfohouseReach:
    """Counts posts by area and kind, and how many are vacant, doubled or stale.

    Also those without a deputy. An own kind counts as the kind it belongs to, of which only its
    posts are listed. `measure=reach` returns instead how far it is to each info house, from `start`
    or your own posts.
    """
    view = context.view(on)
    if measure is Measure.REACH:
        answer = reach_infohouses(view, context.directory.policy, start=start)
        return InfohouseReach.model_validate(answer)
    only = context.directory.own_kinds.kind_filter(kind, PostKind)
    report = coverage.coverage(
        view, area=area, kinds=only.kinds, states=state, only=only if only.own else None
    )
    return Coverage.model_validate(report)


_PLAIN_MAP = ("measure", "kind", "meets_in", "by", "on", "lang")
MapContext = Annotated[RequestContext, Depends(question_context(plain=_PLAIN_MAP))]
MadeOfTowns = Literal[AreaKind.MUNICIPALITY, AreaKind.POLICE_DISTRICT, AreaKind.REGION]
"""Areas that consist of one or several municipalities."""


@router.get("/coverage/map", response_model_exclude_none=True)
def read_coverage_map(
    context: MapContext,
    measure: MapMeasure = MapMeasure.VERIFIED,
    kind: Annotated[tuple[PostKind, ...], Query()] = (),
    meets_in: Annotated[tuple[NetworkKind, ...], Query()] = (),
    by: MadeOfTowns = AreaKind.MUNICIPALITY,
    on: date | None = None,
) -> CoverageMap:
    """Returns one number for each municipality, police district or region.

    It counts the posts of the given kinds, or those that meet in networks of the given kinds;
    without either, all. Steps are counted from the national posts to these posts, or else to the
    info houses.
    """
    answer = coverage_map(
        context.view(on), measure, context.directory.policy, kinds=kind, meets_in=meets_in, by=by
    )
    context.count = len(answer.rows)
    return CoverageMap.model_validate(answer)


_PLAIN_MATRIX = ("columns", "column", "by", "area", "on", "lang")
MatrixContext = Annotated[RequestContext, Depends(question_context(plain=_PLAIN_MATRIX))]
_MOST_COLUMNS = 40
Head = Annotated[str, Query(max_length=60)]


@router.get("/coverage/matrix", response_model_exclude_none=True)
def read_coverage_matrix(
    context: MatrixContext,
    columns: MatrixColumns = MatrixColumns.NETWORK,
    column: Annotated[tuple[Head, ...], Query(max_length=_MOST_COLUMNS, examples=[["SSP"]])] = (),
    by: MadeOfTowns = AreaKind.MUNICIPALITY,
    area: Annotated[str | None, Query(max_length=120, examples=["pol-1462"])] = None,
    on: date | None = None,
) -> CoverageMatrix:
    """Counts posts by area and by network, kind, competence or language.

    Each cell has the number of posts, and how many are vacant, doubled, stale or without a deputy.
    Without `column` there is a column for every value that occurs. `area` keeps the rows inside it.
    """
    view = context.view(on)
    answer = coverage_matrix(view, columns, by=by, area=area, heads=column)
    context.count = len(answer.rows)
    return CoverageMatrix.model_validate(answer)


_PLAIN_SPEAKERS = ("language", "area", "within_km", "on", "lang")
SpeakersContext = Annotated[RequestContext, Depends(question_context(plain=_PLAIN_SPEAKERS))]


@router.get("/speakers", response_model_exclude_none=True)
def read_speakers(
    context: SpeakersContext,
    language: Annotated[str, Query(max_length=40, examples=["so"])],
    area: Annotated[str, Query(max_length=120, examples=["mun-0740"])],
    within_km: Annotated[int, Query(examples=[60])] = 60,
    on: date | None = None,
) -> Speakers:
    """Lists posts and civilians who speak a language near a place.

    Nearest first, in a straight line between the center of the place and that of their areas.
    """
    answer = speakers(context.view(on), language, area, within_km)
    context.count = len(answer.found)
    return Speakers.model_validate(answer)
