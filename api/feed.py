"""What was written, as one caller is told it: the changes of one thing, or all that came since."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Final

from api.state import RequestContext
from graph.access.reference_dates import reference_date
from graph.access.view import View
from graph.errors import NotFound
from graph.model import Change
from graph.questions.changes import VisibleChange, visible_changes
from graph.snapshot.snapshot import Snapshot

Place = tuple[int, str]
"""A revision and an id: where in the feed something stands."""
_AT_ONCE: Final = 500


@dataclass(frozen=True)
class Feed:
    """The changes that one caller is told, up to the revision of today's View.

    Each is judged by the View of the date that `reference_date` names, with today's rights: the
    same View `?on=` opens.
    """

    context: RequestContext
    _views: dict[date, View] = field(default_factory=dict[date, View])

    @cached_property
    def until(self) -> int:
        """The revision up to which there is something to tell."""
        return self._view(self._today).revision

    def of(self, thing_id: str) -> tuple[VisibleChange, ...]:
        """What was written on one node or link, oldest first.

        Raises:
            NotFound: it is absent or hidden.
        """
        day = self._day(thing_id)
        view = None if day is None else self._view(day)
        if view is None or (view.find(thing_id) is None and view.find_link(thing_id) is None):
            raise NotFound(thing_id)
        return tuple(self._told(self.context.directory.changes_of(thing_id, until=self.until)))

    def after(self, place: Place, limit: int) -> tuple[VisibleChange, ...]:
        """The first so many changes after a place in the feed."""
        found: list[VisibleChange] = []
        while len(found) < limit:
            changes = self.context.directory.changes_after(place, until=self.until, limit=_AT_ONCE)
            found += self._told(changes)
            if len(changes) < _AT_ONCE:
                break
            place = (changes[-1].revision, changes[-1].touched)
        return tuple(found[:limit])

    def _told(self, changes: Iterable[Change]) -> Iterator[VisibleChange]:
        for change in changes:
            day = self._day(change.touched)
            one = None if day is None else visible_changes(self._view(day), change)
            if one is not None:
                yield one

    @cached_property
    def _today(self) -> date:
        return self.context.directory.today()

    @cached_property
    def _snapshot(self) -> Snapshot:
        return self.context.directory.snapshot()

    def _view(self, on: date) -> View:
        if on not in self._views:
            self._views[on] = self.context.view(on)
        return self._views[on]

    def _day(self, thing_id: str) -> date | None:
        return reference_date(self._snapshot, thing_id, self._today)
