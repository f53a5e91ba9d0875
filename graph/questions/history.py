"""Ended offices of one View, and what ends, begins and succeeds between two dates.

`ended_offices` lists the areas and authorities that no longer exist and their successors. `history`
compares two Views of one caller. A node or link that is hidden on a date because a right or a
consent is missing has neither ended nor begun, so it is not reported; nor is one that begins and
ends between the dates.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, cast

import numpy as np

from graph.access.context import SEATS
from graph.access.field_groups import FieldGroup
from graph.access.policy import scope_of
from graph.access.view import View
from graph.errors import InvalidNeed
from graph.paths.answer import NodeRef
from graph.paths.resolve import node_ref
from graph.snapshot.columns import LABELS, TYPES, Days
from graph.snapshot.csr import Mask
from graph.snapshot.field_types import class_of, day_to_date, field_types, unpack
from graph.vocabulary import Label, LinkType, Term


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedOffice:
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


def ended_offices(view: View) -> tuple[EndedOffice, ...]:
    """The ended areas and authorities whose successor the caller sees, in order of links.

    The two ends of such a link never exist on the same date, so no View contains it as a link.
    """
    links, nodes = view.links, view.nodes
    follows = (links.type == LinkType.SUCCEEDED_BY.code) & (links.valid_from <= view.day)
    follows &= (view.day < links.valid_to) & (nodes.valid_to[links.source] <= view.day)
    grants = [grant for grant in view.caller.grants if grant.is_valid(view.today)]
    labels = [
        label
        for label in (Label.AREA, Label.AUTHORITY)
        if any(scope_of(grant.role, label, FieldGroup.STRUCTURE) is not None for grant in grants)
    ]
    follows &= np.isin(nodes.label[links.source], [label.code for label in labels])
    rows: list[int] = np.flatnonzero(follows).tolist()
    offices: dict[int, EndedOffice] = {}
    for link in rows if view.sees(LinkType.SUCCEEDED_BY) else ():
        row = view.source(link)
        successor = view.find_current(nodes.ids[view.target(link)])
        if successor is not None and not view.visible[row]:
            offices.setdefault(row, EndedOffice(
                row=row, label=LABELS[int(nodes.label[row])],
                successor=successor, since=day_to_date(int(links.valid_from[link])),
                ended_on=day_to_date(int(nodes.valid_to[row])),
            ))  # fmt: skip
    return tuple(offices.values())


def value_of(view: View, office: EndedOffice, name: str) -> Any:
    """A field of an ended office, which no View contains any more."""
    _, column = view.column(office.label, name)
    field = field_types(class_of(office.label))[name]
    return unpack(field, column, int(view.nodes.place[office.row]))


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
    `has_successor`: for an ended node, whether a successor is named; for a holder or deputy who
    leaves, whether the post has another afterwards, even a hidden one; for any other ended link,
    whether another of its type has begun at the end that remains (the network of a member); None
    for what begins, and for a link of which no end remains.
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
    """The number of elements of a label or type that end or begin, and end without a successor."""

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
    """Return the elements that end or begin after the first View's date, up to the second's.

    Ids identify nodes across both Views, row numbers do not.

    Raises:
        InvalidNeed: the second date does not come after the first.
    """
    require_later(before, after)

    def between(mask: Mask, days: Days) -> list[tuple[int, date]]:
        """The rows in a mask whose day lies between the Views, with its date."""
        is_between = mask & (before.day < days) & (days <= after.day)
        return [(row, cast("date", day_to_date(int(days[row]))))
                for row in np.flatnonzero(is_between).tolist()]  # fmt: skip

    begun_links = between(after.open_links, link_days(after, Turn.BEGUN))
    seats = {_seat(after, link) for link, _ in begun_links}
    for link_type in SEATS:  # the posts with a holder or a deputy afterwards, visible or not
        posts: list[int] = after.seat_columns(link_type).post.tolist()
        seats |= {(link_type, after.id(post)) for post in posts}
    events: list[Event] = []
    for view, turn in ((before, Turn.ENDED), (after, Turn.BEGUN)):
        is_end = turn is Turn.ENDED
        days = view.nodes.valid_to if is_end else view.nodes.valid_from
        for row, on in between(view.visible, days):
            successor = after.find_current(view.id(row)) if is_end else None
            events.append(Event(
                on=on, turn=turn, what=view.label(row), id=view.id(row), node=node_ref(view, row),
                source=None, target=None,
                successor=None if successor is None else node_ref(after, successor),
                has_successor=successor is not None if is_end else None,
            ))  # fmt: skip
        for link, on in between(view.open_links, link_days(view, turn)):
            seat = _seat(view, link)
            events.append(Event(
                on=on, turn=turn, what=view.link_type(link), id=view.links.ids[link], node=None,
                source=node_ref(view, view.source(link)), target=node_ref(view, view.target(link)),
                successor=None, has_successor=seat in seats if is_end and seat else None,
            ))  # fmt: skip
    events.sort(key=lambda event: event.place)
    counts = Counter((event.what, event.turn) for event in events)
    lacks = Counter((event.what, event.turn) for event in events if event.has_successor is False)
    return History(
        begins=before.on,
        until=after.on,
        revision=after.revision,
        sums=tuple(
            Sum(what=what, turn=turn, count=counts[what, turn], without_successor=lacks[what, turn])
            for what in (*LABELS, *TYPES)
            for turn in Turn
            if counts[what, turn]
        ),
        events=tuple(events),
    )


def link_days(view: View, turn: Turn) -> Days:
    """The day each link ends or begins; it lasts no longer than the nodes at its ends."""
    first, name = (np.minimum, "valid_to") if turn is Turn.ENDED else (np.maximum, "valid_from")
    links, nodes = view.links, getattr(view.nodes, name)
    days: Days = first(getattr(links, name), nodes[links.source])
    return first(days, nodes[links.target])


def require_later(before: View, after: View) -> None:
    """Raise InvalidNeed unless the second View's date comes after that of the first."""
    if after.on <= before.on:
        raise InvalidNeed("to", "skal ligge efter »from«", "must come after from")


def _seat(view: View, link: int) -> tuple[LinkType, str] | None:
    """The type and the end of a link at which another link may replace it."""
    link_type = view.link_type(link)
    if link_type in _BODY_STAYS:
        return link_type, view.id(view.target(link))
    return (link_type, view.id(view.source(link))) if link_type in _SOURCE_STAYS else None
