"""Coverage, freshness and turnover in each district, quarter by quarter.

Each quarter is evaluated on its last day, a current one on the date asked about. Which posts,
holders and links existed then is what the register says now. The date of a link's check is
reconstructed: a link that was checked again later had an earlier check, found in the history of
changes. Where a link has no such history, it is unknown whether it had been checked in time; these
links are counted separately, so that the true share lies between `in_time` and `in_time + unknown`
of the `links`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Any, Final

import numpy as np

from graph.access.view import View
from graph.model import Change
from graph.paths.answer import NodeRef
from graph.paths.places import areas, inside
from graph.paths.resolve import named
from graph.questions.changes import visible_changes
from graph.questions.post_states import HOPS, PostState, every_seat, mask_of, post_masks
from graph.snapshot.columns import Days, Rows
from graph.snapshot.csr import Mask
from graph.snapshot.field_types import MISSING, date_to_day
from graph.snapshot.seats import SeatColumns
from graph.vocabulary import FRESH_DAYS, AreaKind, Label, LinkType

CHECKED_ON: Final = "verified_on"
MOST_QUARTERS: Final = 12
_MONTHS: Final = 3
_HOP_CODES: Final = [link_type.code for link_type in HOPS]
_MEETING: Final = [Label.ACTOR.code, Label.NETWORK.code]
Memory = Mapping[str, Sequence[int]]
"""By link, the days of its former checks, newest first; MISSING: it had none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarter:
    """A quarter, and the date it is evaluated on: its last day, unless it has not ended."""

    year: int
    number: int
    begins: date
    seen_on: date
    is_whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendPoint:
    """The values of an area in a quarter.

    `seats` are posts a person could hold, `held` those that a person holds. `links` are the
    verifiable links between posts and networks, `in_time` those checked at most 183 days before,
    `unknown` those for which that is not known. `begun` and `ended` count the holders who began or
    ended in the quarter.
    """

    seats: int
    held: int
    links: int
    in_time: int
    unknown: int
    begun: int
    ended: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendRow:
    """An area, and a point for each quarter; None where the area did not exist."""

    area: NodeRef
    points: tuple[TrendPoint | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryTrend:
    """The quarters, oldest first, and a row for each area, by id."""

    by: AreaKind
    on: date
    revision: int
    quarters: tuple[Quarter, ...]
    rows: tuple[TrendRow, ...]


def quarters_until(on: date, count: int) -> tuple[Quarter, ...]:
    """The last `count` quarters up to and including that of the date, oldest first."""
    newest = (on.year * 12 + on.month - 1) // _MONTHS
    return tuple(_quarter(one, on) for one in range(newest - count + 1, newest + 1))


def days_seen(quarters: Sequence[Quarter]) -> tuple[date, ...]:
    """The dates of the Views `history_trend` needs: the day before the first quarter, then each."""
    return (quarters[0].begins - timedelta(1), *(one.seen_on for one in quarters))


def _quarter(number: int, on: date) -> Quarter:
    begins, ends = (_first_day(one) for one in (number, number + 1))
    last = ends - timedelta(1)
    return Quarter(
        year=begins.year, number=number % 4 + 1, begins=begins, seen_on=min(last, on),
        is_whole=last <= on,
    )  # fmt: skip


def _first_day(number: int) -> date:
    year, quarter = divmod(number, 12 // _MONTHS)
    return date(year, quarter * _MONTHS + 1, 1)


def history_trend(
    views: Sequence[View],
    quarters: Sequence[Quarter],
    changes: Iterable[Change],
    *,
    today: View,
    by: AreaKind = AreaKind.POLICE_DISTRICT,
) -> HistoryTrend:
    """Coverage, freshness and turnover of each area of a kind.

    `views` are those of `days_seen`, all of one caller; `changes` are the writes to `CHECKED_ON`.
    They are reduced to what the caller may see today, or in the last View that contains the link.
    """
    memory = _memory((today, *reversed(views)), changes)
    asked = [_Seen(view, by) for view in views]
    columns = [
        dict(after.points(before, memory)) for before, after in pairwise(asked)
    ]  # one for each quarter, by area
    names = {area: name for one in asked[1:] for area, name in one.names.items()}
    return HistoryTrend(
        by=by,
        on=views[-1].on,
        revision=views[-1].revision,
        quarters=tuple(quarters),
        rows=tuple(
            TrendRow(area=names[area], points=tuple(column.get(area) for column in columns))
            for area in sorted(names)
        ),
    )


# ---- former checks


def _memory(views: Sequence[View], changes: Iterable[Change]) -> Memory:
    """The former checks of links, as far as the caller may see what was written on them."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for change in sorted(changes, key=lambda one: one.revision, reverse=True):
        if not isinstance(change.what, LinkType):
            continue
        there = next((view for view in views if view.find_link(change.touched) is not None), None)
        one = None if there is None else visible_changes(there, change)
        if one is not None and CHECKED_ON in one.fields:
            found[one.id].append(_day(one.before.get(CHECKED_ON)))
    return found


def _day(value: Any) -> int:
    return date_to_day(value) if isinstance(value, date) else MISSING


def _as_it_was(view: View, memory: Memory) -> tuple[Days, Mask]:
    """When each link had last been checked by a View's date, and for which this is unknown."""
    days: Days = view.links.verified_on.copy()
    for link_id, former in memory.items():
        link = view.find_link(link_id)
        if link is not None and days[link] > view.day:
            days[link] = next((day for day in former if day <= view.day), days[link])
    return days, days > view.day


# ---- one View


@dataclass(frozen=True)
class _Seen:
    """A View, and the nodes of each area of a kind."""

    view: View
    by: AreaKind

    @cached_property
    def within(self) -> Mapping[str, Mask]:
        """By area, bool[nodes]: those that answer for it or for an area in it."""
        answering = areas(self.view).answering
        found: dict[str, Mask] = {}
        for row in self.view.rows(Label.AREA):
            if self.view.value(row, "kind") is self.by:
                lying = np.flatnonzero(inside(self.view, mask_of(self.view, [row])))
                rows = [one for area in lying.tolist() for one in answering.of(area).tolist()]
                found[self.view.id(row)] = mask_of(self.view, rows)
        return found

    @cached_property
    def names(self) -> Mapping[str, NodeRef]:
        return {area: named(self.view, self.view.row(area)) for area in self.within}

    def points(self, before: "_Seen", memory: Memory) -> Iterator[tuple[str, TrendPoint]]:
        """The value of each area in the quarter between the date of `before` and this View's."""
        view = self.view
        seats = every_seat(view) & ~post_masks(view)[PostState.UNIT]
        checked = self._checked()
        days, is_unknown = _as_it_was(view, memory)
        in_time = ~is_unknown & (days != MISSING) & (view.day - days.astype(int) <= FRESH_DAYS)
        begun, ended = self._begun(before), before._ended(self)
        for area, nodes in self.within.items():
            links = checked & (nodes[view.links.source] | nodes[view.links.target])
            gone = ended[before.within.get(area, np.zeros_like(nodes))[ended]]
            yield (
                area,
                TrendPoint(
                    seats=int((seats & nodes).sum()),
                    held=int((post_masks(view)[PostState.HELD] & nodes).sum()),
                    links=int(links.sum()),
                    in_time=int((links & in_time).sum()),
                    unknown=int((links & is_unknown).sum()),
                    begun=int(nodes[begun].sum()),
                    ended=len(gone),
                ),
            )

    def _checked(self) -> Mask:
        """bool[links]: the verifiable links between posts and networks."""
        view = self.view
        meets = np.isin(view.nodes.label, _MEETING)
        checked = view.open_links & np.isin(view.links.type, _HOP_CODES)
        return checked & meets[view.links.source] & meets[view.links.target]

    def _begun(self, before: "_Seen") -> Rows:
        """The posts of the holders who began after another View's date."""
        seats, begins = self._seats, self.view.nodes.valid_from
        start = np.maximum(seats.from_day, begins[seats.post])
        return seats.post[start > before.view.day]

    def _ended(self, after: "_Seen") -> Rows:
        """The posts of the holders who left by another View's date."""
        seats, ends = self._seats, self.view.nodes.valid_to
        end = np.minimum(seats.to_day, ends[seats.post])
        return seats.post[end <= after.view.day]

    @property
    def _seats(self) -> SeatColumns:
        return self.view.seat_columns(LinkType.HOLDS)
