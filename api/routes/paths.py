"""Routes of the path search and of other queries with a need."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends

from api.audited_route import AuditedRoute
from api.dependencies import question_context
from api.i18n import bilingual
from api.public_numbers import acute_numbers
from api.requested_need import NEED_FIELDS, RequestedMoment, to_moment, to_need
from api.schemas.paths import (
    AskedHandover,
    AskedPathDiff,
    AskedReach,
    AskedStops,
    AskedTable,
    AskedWhyNot,
    Handover,
    PathDiff,
    Paths,
    PathsThroughStops,
    Reach,
    SmallestTable,
    WhyNotAnswer,
)
from api.schemas.paths import Need as AskedNeed
from api.state import RequestContext
from api.text.responses import (
    handover_response,
    path_diff_response,
    paths_response,
    stops_response,
    why_not_response,
)
from graph.access.view import View
from graph.errors import InvalidNeed
from graph.paths import Need, find
from graph.paths.path_diff import path_diff
from graph.paths.resolve import node_ref
from graph.paths.stops import stops
from graph.paths.why_not import excluded_nodes, why_not
from graph.questions.handover import SECTORS, handover
from graph.questions.meeting_participants import Requirement, meeting_participants
from graph.questions.reach import reach
from graph.vocabulary import PostKind, PreventionLevel, Sector, Trigger

PLAIN: Final = (*NEED_FIELDS, "stops", "node", "kinds", "lang")
router = APIRouter(tags=["Whom do I contact?"], route_class=AuditedRoute)
NeedContext = Annotated[RequestContext, Depends(question_context(plain=PLAIN))]


def need_at_moment(context: RequestContext, body: AskedNeed) -> tuple[View, Need, RequestedMoment]:
    """The View on the date of the need, the need, and the moment it refers to.

    In acute danger a time that cannot be asked about means now: nothing is refused then.

    Raises: InvalidNeed: as `to_moment` and `to_need`.
    """
    now = context.directory.now()
    try:
        moment = to_moment(now, body.on, body.at)
    except InvalidNeed:
        if body.trigger != Trigger.ACUTE.value:
            raise
        moment = to_moment(now, None, None)
    return context.view(moment.on), to_need(body, moment, context.directory.own_kinds), moment


def need_on_date(context: RequestContext, body: AskedNeed) -> tuple[View, Need]:
    """The View and the need of a query about a whole date.

    Raises: InvalidNeed: it has a minute; or as `to_need`.
    """
    if body.at is not None:
        raise InvalidNeed("at", *bilingual("cannot be asked here; give a date"))
    view = context.view(body.on)
    return view, to_need(body, RequestedMoment(on=view.on), context.directory.own_kinds)


@router.post("/paths")
def find_paths(context: NeedContext, body: AskedNeed) -> Paths:
    """Finds who meets a need, best first, when they answer, and the paths to them.

    Without a contact the status is still 200: `none` says why, and what would have to exist.
    """
    view, need, moment = need_at_moment(context, body)
    policy = context.directory.policy
    answer = find(view, need, policy)
    context.is_emergency = answer.acute is not None
    context.count = len(answer.contacts)
    numbers = None
    if answer.acute is not None:
        today = context.directory.view(context.who.caller)
        numbers = acute_numbers(answer.acute, today, context.directory.reveal)
    return paths_response(answer, policy, moment, context.lang, numbers=numbers or ())


@router.post("/paths/stops")
def find_paths_through_stops(context: NeedContext, body: AskedStops) -> PathsThroughStops:
    """Finds the best paths through given stops in order.

    Without a path, it says which part has none, and why.
    """
    view, need, moment = need_at_moment(context, body)
    answer = stops(view, need, context.directory.policy, through=body.stops)
    context.count = len(answer.paths)
    start, goal = (
        None if node is None else node_ref(view, view.current(node))
        for node in (need.start, need.target or need.area)
    )
    return stops_response(answer, (start, goal), moment, context.lang)


@router.post("/paths/why-not")
def find_why_not(context: NeedContext, body: AskedWhyNot) -> WhyNotAnswer:
    """Explains why no path of a need goes through a node.

    Also which nodes the rules on crossing excluded. A hidden or unknown node is no error: the
    obstacle is NOT_FOUND.
    """
    view, need, _ = need_at_moment(context, body)
    policy = context.directory.policy
    why = why_not(view, need, body.node, policy)
    return why_not_response(why, excluded_nodes(view, need, policy), need, context.lang)


path_diff_router = APIRouter(tags=["Whom do I contact?"], route_class=AuditedRoute)
PathDiffContext = Annotated[RequestContext, Depends(question_context(plain=(*PLAIN, "against")))]


@path_diff_router.post("/paths/diff")
def find_path_diff(context: PathDiffContext, body: AskedPathDiff) -> PathDiff:
    """Compares the paths of a need on two dates: kept, gone or new, and why.

    Both dates are as known at one revision, with the rights and consents of today.
    """
    view, need = need_on_date(context, body)
    diff = path_diff(view, context.view(body.against), need, context.directory.policy)
    context.count = len(diff.paths)
    return path_diff_response(diff, context.lang)


handover_router = APIRouter(tags=["Who hands over to whom?"], route_class=AuditedRoute)
HandoverContext = Annotated[
    RequestContext, Depends(question_context(plain=(*AskedHandover.model_fields, "lang")))
]


@handover_router.post("/handover")
def find_handover(context: HandoverContext, body: AskedHandover) -> Handover:
    """Returns the posts on both sides of a move, sector by sector, and the path between.

    Missing posts and paths are marked as gaps. Only two places and a kind of need are asked for,
    never who moves. Without `at`, answers are for this minute if the date is today, else for the
    first opening of the date.
    """
    moment = to_moment(context.directory.now(), body.on, body.at)
    answer = handover(
        context.view(moment.on),
        context.directory.policy,
        from_area=body.from_area,
        to_area=body.to_area,
        sectors=tuple(Sector(sector) for sector in body.sectors) or SECTORS,
        level=None if body.level is None else PreventionLevel(body.level),
        at=moment.at,
    )
    context.count = len(answer.sectors)
    return handover_response(answer, moment, context.lang)


meeting_participants_router = APIRouter(
    tags=["Who must be at the table?"], route_class=AuditedRoute
)
MeetingParticipantsContext = Annotated[
    RequestContext, Depends(question_context(plain=(*AskedTable.model_fields, "lang")))
]
_SECTORS: Final = frozenset(Sector)
_KINDS: Final = frozenset(PostKind)


@meeting_participants_router.post("/table")
def find_table(context: MeetingParticipantsContext, body: AskedTable) -> SmallestTable:
    """Finds the fewest people who together represent what is required in an area.

    Also which requirements no one represents.
    """
    required: list[Requirement] = []
    for word in body.required:  # words are upper-case and ids are not, so they are distinct
        requirement: Requirement = Sector(word) if word in _SECTORS else word
        required.append(PostKind(word) if word in _KINDS else requirement)
    table = meeting_participants(
        context.view(body.on), body.area, tuple(required), with_deputies=body.with_deputies
    )
    context.count = len(table.seats)
    return SmallestTable.model_validate(table)


reach_router = APIRouter(tags=["How far is it?"], route_class=AuditedRoute)


@reach_router.post("/reach")
def find_reach(context: NeedContext, body: AskedReach) -> Reach:
    """Returns the best path of a need to each municipality, or why there is none."""
    view, need = need_on_date(context, body)
    kinds = frozenset(PostKind(kind) for kind in body.kinds)
    answer = reach(view, need, context.directory.policy, kinds=kinds)
    context.count = len(answer.municipalities)
    return Reach.model_validate(answer)
