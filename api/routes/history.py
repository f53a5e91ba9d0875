"""Routes of changes: between dates, by quarter, and in the order they were written."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from sse_starlette import EventSourceResponse

from api.audited_route import AuditedRoute
from api.change_stream import Feed, stream
from api.dependencies import may, question_context
from api.pagination import USUAL, Limit, Token, place_in, text_in, token_of
from api.routes.coverage import MadeOfTowns
from api.schemas.history import Changes, Event, History, HistoryTrend, Owners, Sum, ToldChange
from api.state import RequestContext
from graph.access.policy import Task
from graph.questions.changes import VisibleChange as Change
from graph.questions.history import history
from graph.questions.history_trend import (
    CHECKED_ON,
    MOST_QUARTERS,
    days_seen,
    history_trend,
    quarters_until,
)
from graph.questions.owners import owners
from graph.vocabulary import AreaKind

router = APIRouter(tags=["What changes?"], route_class=AuditedRoute)
_PLAIN = ("node_id", "link_id", "since", "lang", "limit")
QuestionContext = Annotated[
    RequestContext,
    Depends(question_context(plain=("from", "to", "lang", "limit"))),
]
FollowContext = Annotated[RequestContext, Depends(may(Task.QUESTION, plain=_PLAIN))]
_STREAM: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}
}


@router.get("/history", response_model_exclude_none=True)
def read_history(
    context: QuestionContext,
    begins: Annotated[date, Query(alias="from", examples=["2026-12-31"])],
    until: Annotated[date, Query(alias="to", examples=["2027-01-01"])],
    page: Token = None,
    limit: Limit = USUAL,
) -> History:
    """Lists what ends and begins between two dates, and what takes its place."""
    answer = history(context.view(begins), context.view(until))
    after = text_in(page)
    later_events = [event for event in answer.events if event.place > after]
    events = later_events[:limit]
    return History(
        begins=answer.begins,
        until=answer.until,
        revision=answer.revision,
        sums=tuple(map(Sum.model_validate, answer.sums)),
        events=tuple(map(Event.model_validate, events)),
        next=token_of(events[-1].place if len(later_events) > limit else None),
    )


@router.get("/entities/{node_id}/changes", response_model_exclude_none=True)
def read_entity_changes(
    context: FollowContext, node_id: str, page: Token = None, limit: Limit = USUAL
) -> Changes:
    """Lists the changes of a node, oldest first, field by field.

    Only the fields that you see today are included.
    """
    return _page_of(Feed(context), node_id, page, limit)


@router.get("/links/{link_id}/changes", response_model_exclude_none=True)
def read_link_changes(
    context: FollowContext, link_id: str, page: Token = None, limit: Limit = USUAL
) -> Changes:
    """Lists the changes of a link, oldest first, field by field.

    Only the fields that you see today are included.
    """
    return _page_of(Feed(context), link_id, page, limit)


@router.get("/changes", response_model_exclude_none=True, response_model=Changes, responses=_STREAM)
def read_changes(
    request: Request,
    context: FollowContext,
    since: Annotated[int | None, Query(ge=0, lt=2**53, examples=[1])] = None,
    page: Token = None,
    limit: Limit = USUAL,
) -> Changes | EventSourceResponse:
    """Lists changes after a revision, in order.

    Only what you see today is included. With `Accept: text/event-stream` the connection stays open
    and sends each new revision as an event: its id is the revision, its data `revision`, `changes`
    and `is_cut`.
    """
    if "text/event-stream" in request.headers.get("accept", ""):
        return stream(request, context, since)
    feed = Feed(context)
    place = place_in(page) or ((since or 0) + 1, "")
    return _page(feed, feed.after(place, limit + 1), limit)


def _page_of(feed: Feed, element_id: str, page: str | None, limit: int) -> Changes:
    place = place_in(page) or (0, "")
    changes = [change for change in feed.of(element_id) if (change.revision, change.id) > place]
    return _page(feed, tuple(changes), limit)


def _page(feed: Feed, changes: tuple[Change, ...], limit: int) -> Changes:
    page = changes[:limit]
    is_more = len(changes) > limit
    return Changes(
        changes=tuple(map(ToldChange.model_validate, page)),
        until=feed.until,
        next=token_of(page[-1].revision, page[-1].id) if is_more else None,
    )


HistoryTrendContext = Annotated[
    RequestContext, Depends(question_context(plain=("by", "quarters", "on", "lang")))
]


@router.get("/history/trend")
def read_history_trend(
    context: HistoryTrendContext,
    by: MadeOfTowns = AreaKind.POLICE_DISTRICT,
    quarters: Annotated[int, Query(ge=1, le=MOST_QUARTERS)] = 8,
    on: date | None = None,
) -> HistoryTrend:
    """Returns coverage, freshness and turnover by area and quarter.

    The last quarter is that of the date. The register stores only the latest check of a link; where
    you may see no change that tells an earlier one, the link counts as unknown in the earlier
    quarter.
    """
    today = context.view()
    body = quarters_until(on or today.on, quarters)
    views = [context.view(day) for day in days_seen(body)]
    changes = context.directory.changes_to(CHECKED_ON, until=today.revision)
    answer = history_trend(views, body, changes, today=today, by=by)
    context.count = len(answer.rows)
    return HistoryTrend.model_validate(answer)


OwnersContext = Annotated[RequestContext, Depends(question_context(plain=("from", "to", "lang")))]


@router.get("/history/owners", response_model_exclude_none=True)
def read_owners(
    context: OwnersContext,
    begins: Annotated[date, Query(alias="from", examples=["2026-12-31"])],
    until: Annotated[date, Query(alias="to", examples=["2027-01-01"])],
) -> Owners:
    """Lists posts, networks, plans and agreements that lose their owner between two dates.

    The authority or area ends, or there is no new holder, coordinator or member of the sector. A
    successor is included where one is named.
    """
    answer = owners(context.view(begins), context.view(until))
    context.count = sum(total.count for total in answer.sums)
    return Owners.model_validate(answer)
