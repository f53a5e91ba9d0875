"""Whom do I contact, through whom, in what order? Also through stops, and why not through …?"""

from functools import partial
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Response

from api.again import AnswerCache, CachedAnswer
from api.asked_moment import RequestedMoment, to_moment
from api.asked_need import NEED_FIELDS, to_need
from api.audited_route import AuditedRoute
from api.known import question_context
from api.parts import FragmentCache, written_once
from api.schemas.answers import Paths
from api.schemas.needs import AskedStops, AskedWhyNot
from api.schemas.needs import Need as AskedNeed
from api.schemas.stops import PathsThroughStops
from api.schemas.why_not import WhyNotAnswer
from api.sent import json_response, json_response_as
from api.state import RequestContext
from api.text.responses import ResponseText, paths_response, stops_response, why_not_response
from graph.access.view import View
from graph.errors import InvalidNeed
from graph.paths import Need, find
from graph.paths.resolve import named
from graph.paths.stops import stops
from graph.paths.why_not import excluded, why_not

PLAIN: Final = (*NEED_FIELDS, "stops", "node", "kinds", "lang")
router = APIRouter(tags=["Whom do I contact?"], route_class=AuditedRoute)
Asking = Annotated[RequestContext, Depends(question_context(plain=PLAIN))]


def asked_of(context: RequestContext, asked: AskedNeed) -> tuple[View, Need, RequestedMoment]:
    """What the caller sees on the need's date, the need, and the moment it is asked about.

    Raises: InvalidNeed: as `to_moment` and `to_need`.
    """
    moment = to_moment(context.directory.now(), asked.on, asked.at)
    return context.view(moment.on), to_need(asked, moment), moment


def asked_on_date(context: RequestContext, asked: AskedNeed) -> tuple[View, Need]:
    """The same of a question about a date as a whole.

    Raises: InvalidNeed: it names a minute; or as `to_need`.
    """
    if asked.at is not None:
        raise InvalidNeed(
            "at", "kan der ikke spørges om her; angiv en dato", "cannot be asked here; give a date"
        )
    view = context.view(asked.on)
    return view, to_need(asked, RequestedMoment(on=view.on))


@router.post("/paths", response_model=Paths)
def find_paths(context: Asking, asked: AskedNeed) -> Response:
    """Who meets a need, best first, when they answer, and by which ways; or why nobody can be had.

    Without a contact the answer is 200 all the same: `none` says why, and what would have to exist.
    """
    view, need, moment = asked_of(context, asked)
    again = view.memo("paths again", AnswerCache)
    question = need, moment.is_now, context.lang
    made = again.answer(context.who.account, question, lambda: _made(context, view, need, moment))
    context.count, context.shown_persons = made.count, made.persons
    return json_response_as(made.body)


def _made(context: RequestContext, view: View, need: Need, moment: RequestedMoment) -> CachedAnswer:
    policy, lang = context.directory.policy, context.lang
    answer = find(view, need, policy)
    persons = partial(context.directory.persons_sent, views=(view,))
    kept = view.memo(("written", lang), lambda: FragmentCache(written_once(persons)))
    telling = ResponseText(answer=answer, policy=policy, moment=moment, lang=lang)
    whole = paths_response(telling, kept, persons)
    return CachedAnswer(body=whole.body, persons=whole.persons, count=len(answer.contacts))


@router.post("/paths/stops", response_model=PathsThroughStops)
def find_paths_through_stops(context: Asking, asked: AskedStops) -> Response:
    """The best whole paths through stops in order; or which leg has none, and why."""
    view, need, moment = asked_of(context, asked)
    answer = stops(view, need, context.directory.policy, through=asked.stops)
    context.count = len(answer.paths)
    start, goal = (
        None if node is None else named(view, view.current(node))
        for node in (need.start, need.target or need.area)
    )
    return json_response(stops_response(answer, (start, goal), moment, context.lang))


@router.post("/paths/why-not", response_model=WhyNotAnswer)
def find_why_not(context: Asking, asked: AskedWhyNot) -> Response:
    """Why no path of a need goes through a node, and whom the rules on crossing kept out.

    A node that is hidden or unknown is no error: the obstacle is NOT_FOUND.
    """
    view, need, _ = asked_of(context, asked)
    policy = context.directory.policy
    why = why_not(view, need, asked.node, policy)
    return json_response(why_not_response(why, excluded(view, need, policy), need, context.lang))
