"""Changes visible to a caller, as a list and as Server-Sent Events.

A stream holds no thread between events. It ends with the session, when the rights end, when the
audit log cannot be written, and when the server stops; while the database is unavailable it waits.
A client that reconnects sends `Last-Event-ID` and misses nothing.
"""

import logging
from collections.abc import AsyncGenerator, Iterable, Iterator
from datetime import date
from itertools import groupby
from typing import Final

import anyio
from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from sse_starlette import EventSourceResponse, ServerSentEvent

from api.dependencies import recheck_access
from api.errors import Refusal
from api.schemas.history import ChangeEvent, ToldChange
from api.state import RequestContext
from graph.access.reference_dates import reference_date
from graph.access.view import View
from graph.errors import GraphError, NotFound
from graph.model import Change
from graph.questions.changes import VisibleChange, visible_changes

Place = tuple[int, str]
"""A revision and an id: a position in the feed."""
_AT_ONCE: Final = 500


class Feed:
    """The changes visible to one caller, up to `until`, the revision of today's View.

    Each change is checked against the View of the date that `reference_date` returns, with today's
    rights: the same View that `?on=` returns.
    """

    def __init__(self, context: RequestContext) -> None:
        self.context, self._views = context, dict[date, View]()
        self._today = context.directory.today()
        self.until = self._view(self._today).revision
        self._snapshot = context.directory.snapshot()  # at least as new as the View

    def of(self, element_id: str) -> tuple[VisibleChange, ...]:
        """The changes of one node or link, oldest first.

        Raises:
            NotFound: it is absent or hidden.
        """
        day = reference_date(self._snapshot, element_id, self._today)
        view = None if day is None else self._view(day)
        if view is None or (view.find(element_id) is None and view.find_link(element_id) is None):
            raise NotFound(element_id)
        return tuple(self._visible(self.context.directory.changes_of(element_id, until=self.until)))

    def after(self, place: Place, limit: int) -> tuple[VisibleChange, ...]:
        """The first `limit` changes after a position in the feed."""
        visible: list[VisibleChange] = []
        while len(visible) < limit:
            changes = self.context.directory.changes_after(place, until=self.until, limit=_AT_ONCE)
            visible += self._visible(changes)
            if len(changes) < _AT_ONCE:
                break
            place = (changes[-1].revision, changes[-1].touched)
        return tuple(visible[:limit])

    def _visible(self, changes: Iterable[Change]) -> Iterator[VisibleChange]:
        for change in changes:
            day = reference_date(self._snapshot, change.touched, self._today)
            visible = None if day is None else visible_changes(self._view(day), change)
            if visible is not None:
                yield visible

    def _view(self, on: date) -> View:
        if on not in self._views:
            self._views[on] = self.context.view(on)
        return self._views[on]


LOOKS_EVERY_S: Final = 0.25  # as often as a Snapshot is confirmed
BEATS_EVERY_S: Final = 15
STOPS_WITHIN_S: Final = 2
MOST_IN_EVENT: Final = 100
MOST_STREAMS: Final = 64  # each polls four times a second, in one process
_log = logging.getLogger(__name__)


def stream(request: Request, context: RequestContext, since: int | None) -> EventSourceResponse:
    """Stream the changes after a revision and then new ones; without `since`, only new ones.

    Raises: Refusal: too many streams are open in total, or for the account.
    """
    if not _has_room(context):
        raise Refusal("too-many")
    last = request.headers.get("last-event-id", "")
    start = int(last) if last.isdecimal() and len(last) < 19 else since
    begin = context.directory.newest(context.who.caller) if start is None else start
    stopping = anyio.Event()
    return EventSourceResponse(
        _events(request, context, begin, stopping), sep="\n",
        ping=BEATS_EVERY_S, send_timeout=BEATS_EVERY_S,
        shutdown_event=stopping, shutdown_grace_period=STOPS_WITHIN_S,
    )  # fmt: skip


async def _events(
    request: Request, context: RequestContext, since: int, stopping: anyio.Event
) -> AsyncGenerator[ServerSentEvent]:
    if not _has_room(context):  # several requests may have passed the first check at once
        return
    account = context.who.account
    context.app_state.streams[account] += 1
    try:
        while not stopping.is_set():
            events: list[ServerSentEvent] = []
            try:
                events, since = await run_in_threadpool(_new_events, request, context, since)
            except GraphError as error:  # no events while the database is unavailable
                _log.warning("stream %s waits: %s", context.request_id, error)
            for event in events:
                yield event
            with anyio.move_on_after(LOOKS_EVERY_S):
                await stopping.wait()
    except Refusal as refused:
        _log.info("stream %s ends: %s", context.request_id, refused.kind.slug)
    finally:
        context.app_state.streams[account] -= 1
        if not context.app_state.streams[account]:
            del context.app_state.streams[account]


def _has_room(context: RequestContext) -> bool:
    """Whether this process and this account may open one more stream."""
    streams, own = context.app_state.streams, context.app_state.settings.streams_each
    return streams.total() < MOST_STREAMS and streams[context.who.account] < own


def _new_events(
    request: Request, context: RequestContext, since: int
) -> tuple[list[ServerSentEvent], int]:
    """The events to send now, already audited, and the revision up to which they are complete.

    An event has the changes of a complete revision; one that is too large is truncated.
    """
    now = recheck_access(request, context)
    if now.directory.newest(now.who.caller) <= since:
        return [], since
    feed = Feed(now)
    changes = feed.after((since + 1, ""), MOST_IN_EVENT + 1)
    revisions = [list(group) for _, group in groupby(changes, lambda change: change.revision)]
    if len(changes) > MOST_IN_EVENT and len(revisions) > 1:
        revisions.pop()
    until = feed.until if len(changes) <= MOST_IN_EVENT else revisions[-1][0].revision
    events: list[ServerSentEvent] = []
    for group in revisions:
        revision = group[0].revision
        data = ChangeEvent(
            revision=revision,
            changes=tuple(map(ToldChange.model_validate, group[:MOST_IN_EVENT])),
            is_cut=len(group) > MOST_IN_EVENT,
        ).model_dump_json(exclude_none=True)
        now.show(now.persons_sent(data.encode()))
        events.append(ServerSentEvent(data=data, event="changes", id=str(revision)))
    return events, until
