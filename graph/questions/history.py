"""What ends and begins between two dates, and what takes its place.

Asked of two Views of one caller. A thing that is hidden on a date because a right or a consent is
not there has neither ended nor begun, so it is not told of; nor is what begins and ends between.
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
from graph.snapshot.columns import LABELS, TYPES, Days
from graph.snapshot.field_types import class_of, date_to_day, day_to_date, field_types, unpack
from graph.vocabulary import Label, LinkType, Term

_LABELS: Final = (Label.AREA, Label.AUTHORITY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """An area or authority that is no more: its row, its label, and the row of what follows it.

    `since`: the day the successor took over; None where it is not known. `ended_on`: the first day
    on which the office was no more.
    """

    row: int
    label: Label
    successor: int
    since: date | None
    ended_on: date | None

    @property
    def years(self) -> str | None:
        """When it was, as far as that is known without the day: `2022/23` at the turn of a year."""
        if self.since is not None or self.ended_on is None:
            return None
        year = self.ended_on.year
        is_turn = (self.ended_on.month, self.ended_on.day) == (1, 1)
        return f"{year - 1}/{year % 100:02}" if is_turn else str(year)


def ended(view: View) -> tuple[Ended, ...]:
    """The ended areas and authorities whose successor the caller sees, in order of links.

    Such a link joins what is never there together, so it is in no View as a link.
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
    """A field of an ended office, which a View tells of nothing that is not there."""
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
    """What happens to a thing on a date."""

    ENDED = "ENDED", "Ophørt", "Ended"
    BEGUN = "BEGUN", "Begyndt", "Begun"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A node or link that ends or begins on a date: `on` is the first on which it is so.

    A node has a `node`, a link its two ends. `successor` is the node that took an ended one's
    place. `has_successor`: of an ended node, one is named; of an ended link, another of its type
    has begun at the end that stays (the network of a member, the post of a holder, whoever may see
    the new one); None of what begins, and of a link of which no end stays.
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
        """Where it stands in the order of events."""
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
    """What ends after the date of one View, and what begins, until that of the other.

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
    """Raises: InvalidNeed: the date of the second View does not come after that of the first."""
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
    """Two Views of one caller; a row of the one is no row of the other, an id is."""

    before: View
    after: View

    def nodes(self) -> Iterator[Event]:
        """The nodes that end, then those that begin."""
        for view, turn in ((self.before, Turn.ENDED), (self.after, Turn.BEGUN)):
            for row in (row for label in Label for row in view.rows(label)):
                on = self._between(int(_bound(view, turn)[row]))
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
        """The posts at which somebody has begun to hold, or to deputize."""
        view = self.after
        seats = view.seat_columns(link_type)
        start = np.maximum(seats.from_day, view.nodes.valid_from[seats.post])
        posts: list[int] = seats.post[start > self.before.day].tolist()
        yield from ((link_type, view.id(post)) for post in posts)

    def _turning(self, view: View, turn: Turn) -> Iterator[tuple[int, date]]:
        """The links that turn, and when; a link is there no longer than both its ends."""
        rows: list[int] = view.open_links.nonzero()[0].tolist()
        for link in rows:
            on = self._between(_end(view, link) if turn is Turn.ENDED else _start(view, link))
            if on is not None:
                yield link, on

    def _between(self, day: int) -> date | None:
        """The date of a day that lies after the first View's and not after the second's."""
        is_between = date_to_day(self.before.on) < day <= date_to_day(self.after.on)
        return day_to_date(day) if is_between else None


def _bound(view: View, turn: Turn) -> Days:
    """Of all nodes, the day from which they are no more, or are."""
    return view.nodes.valid_to if turn is Turn.ENDED else view.nodes.valid_from


def _end(view: View, link: int) -> int:
    ends = (view.source(link), view.target(link))
    return min(int(view.links.valid_to[link]), *(int(view.nodes.valid_to[row]) for row in ends))


def _start(view: View, link: int) -> int:
    ends = (view.source(link), view.target(link))
    return max(int(view.links.valid_from[link]), *(int(view.nodes.valid_from[row]) for row in ends))


def _seat(view: View, link: int) -> tuple[LinkType, str] | None:
    """A type, and the end of a link at which another may take its place."""
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
