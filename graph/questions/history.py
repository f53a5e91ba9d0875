"""Ended offices of one View, and what ends, begins and succeeds between two dates.

`ended` lists the areas and authorities that no longer exist and their successors. `history`
compares two Views of one caller. A node or link that is hidden on a date because a right or a
consent is missing has neither ended nor begun, so it is not reported; nor is one that begins and
ends between the dates.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np

from graph.access.context import SEATS
from graph.access.field_groups import FieldGroup
from graph.access.policy import scope_of
from graph.access.view import View
from graph.errors import InvalidNeed
from graph.paths.answer import NodeRef
from graph.paths.resolve import named
from graph.snapshot.columns import LABELS, TYPES
from graph.snapshot.field_types import class_of, date_to_day, day_to_date, field_types, unpack
from graph.vocabulary import Label, LinkType, Term

_LABELS: Final = (Label.AREA, Label.AUTHORITY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """An area or authority that has ended: its row, its label, and the row of its successor.

    `since`: the day the successor took over; None where it is not known. `ended_on`: the first day
    on which the office no longer existed.
    """

    row: int
    label: Label
    successor: int
    since: date | None
    ended_on: date | None

    @property
    def years(self) -> str | None:
        """The year of the end where the day is unknown: `2022/23` at the turn of a year."""
        if self.since is not None or self.ended_on is None:
            return None
        year = self.ended_on.year
        is_turn = (self.ended_on.month, self.ended_on.day) == (1, 1)
        return f"{year - 1}/{year % 100:02}" if is_turn else str(year)


def ended(view: View) -> tuple[Ended, ...]:
    """The ended areas and authorities whose successor the caller sees, in order of links.

    The two ends of such a link never exist on the same date, so no View contains it as a link.
    """
    links, nodes = view.links, view.nodes
    follows = (links.type == LinkType.SUCCEEDED_BY.code) & (links.valid_from <= view.day)
    follows &= (view.day < links.valid_to) & (nodes.valid_to[links.source] <= view.day)
    labels = [label for label in _LABELS if _sees(view, label)]
    follows &= np.isin(nodes.label[links.source], [label.code for label in labels])
    rows: list[int] = np.flatnonzero(follows).tolist()
    found: dict[int, Ended] = {}
    for link in rows if view.sees(LinkType.SUCCEEDED_BY) else ():
        row = view.source(link)
        successor = view.find_current(nodes.ids[view.target(link)])
        if successor is not None and not view.visible[row]:
            found.setdefault(row, Ended(
                row=row, label=next(one for one in labels if one.code == nodes.label[row]),
                successor=successor, since=day_to_date(int(links.valid_from[link])),
                ended_on=day_to_date(int(nodes.valid_to[row])),
            ))  # fmt: skip
    return tuple(found.values())


def _sees(view: View, label: Label) -> bool:
    grants = (grant for grant in view.caller.grants if grant.is_valid(view.today))
    return any(scope_of(one.role, label, FieldGroup.STRUCTURE) is not None for one in grants)


def value_of(view: View, one: Ended, name: str) -> Any:
    """A field of an ended office, which no View contains any more."""
    _, column = view.column(one.label, name)
    field = field_types(class_of(one.label))[name]
    return unpack(field, column, int(view.nodes.place[one.row]))


_BODY_STAYS: Final = frozenset(
    {LinkType.HOLDS, LinkType.DEPUTIZES_FOR, LinkType.MEMBER_OF, LinkType.COORDINATES,
     LinkType.ENTRY_POINT_FOR}
)  # fmt: skip
_SOURCE_STAYS: Final = frozenset(
    {LinkType.LIES_IN, LinkType.PART_OF, LinkType.BELONGS_TO, LinkType.COVERS,
     LinkType.GOVERNED_BY, LinkType.REACHED_BY}
)  # fmt: skip


class Turn(Term):
    """Whether a node or link ends or begins on a date."""

    ENDED = "ENDED", "Ophørt", "Ended"
    BEGUN = "BEGUN", "Begyndt", "Begun"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A node or link that ends or begins; `on` is the first date with the new state.

    A node has a `node`, a link its two ends. `successor` is the node that replaced an ended one.
    `has_successor`: for an ended node, whether a successor is named; for an ended link, whether
    another link of its type has begun at the end that remains (the network of a member, the post of
    a holder, even if the new holder is hidden); None for what begins, and for a link of which no
    end remains.
    """

    on: date
    turn: Turn
    what: Label | LinkType
    id: str
    node: NodeRef | None
    source: NodeRef | None
    target: NodeRef | None
    successor: NodeRef | None
    has_successor: bool | None

    @property
    def place(self) -> str:
        """The sort key of events: date, nodes before links, label or type, turn, id."""
        kind = "0" if isinstance(self.what, Label) else "1"
        return f"{self.on.isoformat()}|{kind}|{self.what}|{self.turn}|{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """How many of a label or type end or begin; of those that end, how many without a successor."""

    what: Label | LinkType
    turn: Turn
    count: int
    without_successor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Events by date, nodes before links, by label or type, then id; sums over all of them."""

    begins: date
    until: date
    revision: int
    sums: tuple[Sum, ...]
    events: tuple[Event, ...]


def history(before: View, after: View) -> History:
    """What ends and begins after the date of the first View, up to that of the second.

    Raises:
        InvalidNeed: the second date does not come after the first.
    """
    require_later(before, after)
    asked = _Between(before, after)
    events = sorted((*asked.nodes(), *asked.links()), key=lambda one: one.place)
    return History(
        begins=before.on,
        until=after.on,
        revision=after.revision,
        sums=tuple(_sums(events)),
        events=tuple(events),
    )


def require_later(before: View, after: View) -> None:
    """Raise InvalidNeed unless the second View's date comes after that of the first."""
    if after.on <= before.on:
        raise InvalidNeed("to", "skal ligge efter »from«", "must come after from")


def _sums(events: Sequence[Event]) -> Iterator[Sum]:
    counts = Counter((one.what, one.turn) for one in events)
    lacks = Counter((one.what, one.turn) for one in events if one.has_successor is False)
    for what in (*LABELS, *TYPES):
        for turn in Turn:
            if counts[what, turn]:
                yield Sum(
                    what=what, turn=turn, count=counts[what, turn],
                    without_successor=lacks[what, turn],
                )  # fmt: skip


@dataclass(frozen=True)
class _Between:
    """Two Views of one caller; ids identify nodes across both, row numbers do not."""

    before: View
    after: View

    def nodes(self) -> Iterator[Event]:
        """The nodes that end, then those that begin."""
        for view, turn in ((self.before, Turn.ENDED), (self.after, Turn.BEGUN)):
            for row in (row for label in Label for row in view.rows(label)):
                # For all nodes, the day their validity ends or begins.
                on = self._between(
                    int((view.nodes.valid_to if turn is Turn.ENDED else view.nodes.valid_from)[row])
                )
                if on is not None:
                    yield self._node(view, row, turn, on)

    def _node(self, view: View, row: int, turn: Turn, on: date) -> Event:
        successor = self._successor(view.id(row)) if turn is Turn.ENDED else None
        return Event(
            on=on, turn=turn, what=view.label(row), id=view.id(row), node=named(view, row),
            source=None, target=None, successor=successor,
            has_successor=successor is not None if turn is Turn.ENDED else None,
        )  # fmt: skip

    def _successor(self, node_id: str) -> NodeRef | None:
        row = self.after.find_current(node_id)
        return None if row is None else named(self.after, row)

    def links(self) -> Iterator[Event]:
        """The links that end, then those that begin."""
        begun = list(self._turning(self.after, Turn.BEGUN))
        seats = {seat for link, _ in begun if (seat := _seat(self.after, link))}
        seats |= {seat for link_type in SEATS for seat in self._taken(link_type)}
        for link, on in self._turning(self.before, Turn.ENDED):
            seat = _seat(self.before, link)
            yield _link(self.before, link, Turn.ENDED, on, seat and seat in seats)
        for link, on in begun:
            yield _link(self.after, link, Turn.BEGUN, on, None)

    def _taken(self, link_type: LinkType) -> Iterator[tuple[LinkType, str]]:
        """The posts where a holder or a deputy has begun, visible or not."""
        view = self.after
        seats = view.seat_columns(link_type)
        start = np.maximum(seats.from_day, view.nodes.valid_from[seats.post])
        posts: list[int] = seats.post[start > self.before.day].tolist()
        yield from ((link_type, view.id(post)) for post in posts)

    def _turning(self, view: View, turn: Turn) -> Iterator[tuple[int, date]]:
        """The links that end or begin, with the date; a link lasts no longer than its ends."""
        rows: list[int] = view.open_links.nonzero()[0].tolist()
        for link in rows:
            on = self._between(_end(view, link) if turn is Turn.ENDED else _start(view, link))
            if on is not None:
                yield link, on

    def _between(self, day: int) -> date | None:
        """The date of a day after the first View's date and not after the second's."""
        is_between = date_to_day(self.before.on) < day <= date_to_day(self.after.on)
        return day_to_date(day) if is_between else None


def _end(view: View, link: int) -> int:
    ends = (view.source(link), view.target(link))
    return min(int(view.links.valid_to[link]), *(int(view.nodes.valid_to[row]) for row in ends))


def _start(view: View, link: int) -> int:
    ends = (view.source(link), view.target(link))
    return max(int(view.links.valid_from[link]), *(int(view.nodes.valid_from[row]) for row in ends))


def _seat(view: View, link: int) -> tuple[LinkType, str] | None:
    """The type and the end of a link at which another link may replace it."""
    link_type = view.link_type(link)
    if link_type in _BODY_STAYS:
        return link_type, view.id(view.target(link))
    return (link_type, view.id(view.source(link))) if link_type in _SOURCE_STAYS else None


def _link(view: View, link: int, turn: Turn, on: date, has_successor: bool | None) -> Event:
    return Event(
        on=on, turn=turn, what=view.link_type(link), id=view.links.ids[link], node=None,
        source=named(view, view.source(link)), target=named(view, view.target(link)),
        successor=None, has_successor=has_successor,
    )  # fmt: skip
