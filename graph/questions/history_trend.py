"""Coverage, freshness and turnover in each district, quarter by quarter.

Each quarter is evaluated on its last day, the current one on the requested date. The posts, holders
and links of a past date are those that the present register has for it. The date of a link's check
is reconstructed: a link that was checked later had an earlier check, found in the history of
changes. If a link has no such history, it is unknown whether it had been checked in time; these
links are counted separately, so that the true share lies between `in_time` and `in_time + unknown`
of the `links`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Final

import numpy as np

from graph.access.view import View
from graph.model import Change
from graph.paths.answer import NodeRef
from graph.paths.places import areas, inside
from graph.paths.resolve import node_ref
from graph.questions.changes import visible_changes
from graph.questions.post_states import HOPS, PostState, every_seat, post_masks
from graph.snapshot.columns import Days
from graph.snapshot.csr import Mask
from graph.snapshot.field_types import MISSING, date_to_day
from graph.vocabulary import FRESH_DAYS, AreaKind, Label, LinkType

CHECKED_ON: Final = "verified_on"
MOST_QUARTERS: Final = 12


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


_QUARTERS: Final = range(4 * MINYEAR + 1, 4 * MAXYEAR + 3)
"""The quarters by number that have a day before them and a quarter after them in the calendar."""


def quarters_until(on: date, count: int) -> tuple[Quarter, ...]:
    """The last `count` quarters up to and including that of the date, oldest first.

    There are fewer near the first year; a date outside `_QUARTERS` gets the nearest quarter.
    """
    newest = min(max(on.year * 4 + (on.month - 1) // 3, _QUARTERS.start), _QUARTERS.stop - 1)
    oldest = max(newest - count + 1, _QUARTERS.start)
    begins = [date(number // 4, number % 4 * 3 + 1, 1) for number in range(oldest, newest + 2)]
    return tuple(
        Quarter(
            year=first.year, number=first.month // 3 + 1, begins=first, seen_on=min(last, on),
            is_whole=last <= on,
        )
        for first, following in pairwise(begins)
        for last in (following - timedelta(1),)
    )  # fmt: skip


def days_seen(quarters: Sequence[Quarter]) -> tuple[date, ...]:
    """The dates of the Views `history_trend` needs: the day before the first quarter, then each."""
    return (quarters[0].begins - timedelta(1), *(quarter.seen_on for quarter in quarters))


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
    # By link, the days of its former checks, newest first; MISSING: it had none.
    former: defaultdict[str, list[int]] = defaultdict(list)
    for change in sorted(changes, key=lambda change: change.revision, reverse=True):
        for view in (today, *reversed(views)):
            if isinstance(change.what, LinkType) and view.find_link(change.touched) is not None:
                visible = visible_changes(view, change)
                if visible is not None and CHECKED_ON in visible.fields:
                    day = visible.before.get(CHECKED_ON)
                    former[visible.id].append(MISSING if day is None else date_to_day(day))
                break
    data = [_AreaNodes(view, by) for view in views]
    columns = [dict(after.points(before, former)) for before, after in pairwise(data)]
    names = {area: name for nodes in data[1:] for area, name in nodes.names.items()}
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


@dataclass(frozen=True)
class _AreaNodes:
    """A View, and the nodes of each area of a kind."""

    view: View
    by: AreaKind

    @cached_property
    def within(self) -> Mapping[str, Mask]:
        """By area, bool[nodes]: those that answer for it or for an area in it."""
        view, answering = self.view, areas(self.view).answering
        within: dict[str, Mask] = {}
        for row in view.rows(Label.AREA):
            if view.value(row, "kind") is self.by:
                lying: list[int] = np.flatnonzero(inside(view, view.mask(row))).tolist()
                nodes = [node for area in lying for node in answering.of(area).tolist()]
                within[view.id(row)] = view.mask(nodes)
        return within

    @cached_property
    def names(self) -> Mapping[str, NodeRef]:
        return {area: node_ref(self.view, self.view.row(area)) for area in self.within}

    def points(
        self, before: "_AreaNodes", former: Mapping[str, Sequence[int]]
    ) -> Iterator[tuple[str, TrendPoint]]:
        """The value of each area in the quarter between the date of `before` and this View's."""
        view, links, nodes = self.view, self.view.links, self.view.nodes
        seats = every_seat(view) & ~post_masks(view)[PostState.UNIT]
        is_held = post_masks(view)[PostState.HELD]
        # The verifiable links between posts and networks.
        meets = np.isin(nodes.label, [Label.ACTOR.code, Label.NETWORK.code])
        checked = view.open_links & np.isin(links.type, [link_type.code for link_type in HOPS])
        checked &= meets[links.source] & meets[links.target]
        # The day of each link's last check by the View's date; a later day means unknown.
        days: Days = links.verified_on.copy()
        for link_id, former_days in former.items():
            link = view.find_link(link_id)
            if link is not None and days[link] > view.day:
                days[link] = next((day for day in former_days if day <= view.day), days[link])
        is_unknown = days > view.day
        in_time = ~is_unknown & (days != MISSING) & (view.day - days.astype(int) <= FRESH_DAYS)
        # The posts of the holders who began after the date of `before`, or left by this View's.
        now, then = (which.seat_columns(LinkType.HOLDS) for which in (view, before.view))
        begun_posts = now.post[
            np.maximum(now.from_day, nodes.valid_from[now.post]) > before.view.day
        ]
        ended_posts = then.post[
            np.minimum(then.to_day, before.view.nodes.valid_to[then.post]) <= view.day
        ]
        for area, within in self.within.items():
            is_in_area = checked & (within[links.source] | within[links.target])
            was_within = before.within.get(area, np.zeros_like(within))
            yield (
                area,
                TrendPoint(
                    seats=int((seats & within).sum()),
                    held=int((is_held & within).sum()),
                    links=int(is_in_area.sum()),
                    in_time=int((is_in_area & in_time).sum()),
                    unknown=int((is_in_area & is_unknown).sum()),
                    begun=int(within[begun_posts].sum()),
                    ended=int(was_within[ended_posts].sum()),
                ),
            )
