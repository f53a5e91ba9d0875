"""Seats: who holds a post or deputizes for it, including people hidden from the caller.

That a post is held, vacant, or its holder on leave is a fact about the office (field group HELD);
who holds it is a fact about a person. The seat of a hidden person has only the facts about the
office: no row or id, no influence on the order, and nothing that would link two of their posts.
"""

from dataclasses import dataclass
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from graph.access.context import SEATS, Mask
from graph.snapshot.columns import TYPES, Codes, Days, Rows
from graph.snapshot.field_types import MISSING
from graph.snapshot.snapshot import Snapshot
from graph.vocabulary import Label, LinkType

NO_SOURCE: Final = -1
NEVER: Final = int(np.iinfo(np.int32).max)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatRecord:
    """One seat: a holder or deputy of a post, with rows of nodes and half-open days since 1970.

    `source` is None if the caller may not see the person. `order` counts deputies from 1 and is 0
    for holders. `from_day` to `to_day` is when both the link and its source are valid;
    `absent_from` to `absent_to` is the leave, NEVER where there is none.
    """

    link_type: LinkType
    post: int
    source: int | None
    is_acting: bool
    share: float
    order: int
    from_day: int
    to_day: int
    absent_from: int
    absent_to: int

    def is_in_force(self, day: int) -> bool:
        """Return whether the seat is valid on a day, on leave or not."""
        return self.from_day <= day < self.to_day

    def is_away(self, day: int) -> bool:
        """Return whether the person in the seat is on leave on a day."""
        return self.absent_from <= day < self.absent_to


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatColumns:
    """The seats of one link type as columns; `source` is NO_SOURCE where it is hidden.

    Days are as in `SeatRecord`; `is_away` means on leave on the date.
    """

    post: Rows
    source: Rows
    is_away: Mask
    is_acting: Mask
    share: NDArray[np.float64]
    order: Rows
    from_day: Days
    to_day: Days


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatRows:
    """The seats of both link types as columns, by post, holders first, hidden ones of a type last.

    Days and missing values are as in `SeatColumns` and `SeatRecord`.
    """

    post: Rows
    type: Codes
    source: Rows
    is_acting: Mask
    share: NDArray[np.float64]
    order: Rows
    from_day: Days
    to_day: Days
    absent_from: Days
    absent_to: Days


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatVisibility:
    """What a caller may see of seats on a date, as masks of a View.

    `visible`, `people` and `posts` are masks of nodes: the visible ones, all people who exist on
    the date, and posts whose HELD group is visible. `open_links` and `seats` are masks of links:
    the visible ones, and the seats of people in force. `types` are the link types visible at all.
    """

    day: int
    visible: Mask
    people: Mask
    posts: Mask
    open_links: Mask
    seats: Mask
    types: frozenset[LinkType]


def seat_rows(snapshot: Snapshot, visibility: SeatVisibility) -> SeatRows:
    """Return the seats in force on the date, and past and future ones of people. O(n log n)."""
    links, nodes = snapshot.links, snapshot.nodes
    # By type: the visible links, and those with only the post's facts visible.
    shown_by_type, hidden_by_type = list[Rows](), list[Rows]()
    for link_type in SEATS:
        rows = snapshot.tables[link_type].rows
        sources, targets = links.source[rows], links.target[rows]
        is_now = links.valid_from[rows] <= visibility.day
        is_now &= visibility.day < links.valid_to[rows]
        is_other_day = ~is_now & visibility.people[sources]
        is_shown = is_other_day & visibility.visible[sources] & visibility.visible[targets]
        is_shown &= link_type in visibility.types
        is_shown |= visibility.open_links[rows]
        is_partial = (visibility.seats[rows] | is_other_day) & visibility.posts[targets] & ~is_shown
        shown_by_type.append(np.sort(rows[is_shown]))
        hidden_by_type.append(rows[is_partial])
    visible_rows, hidden_rows = np.concatenate(shown_by_type), np.concatenate(hidden_by_type)
    link = np.concatenate((visible_rows, hidden_rows))
    source, place = links.source[link], links.place[link]
    is_hidden = np.arange(len(link)) >= len(visible_rows)
    person = snapshot.tables[Label.PERSON]
    is_person = nodes.label[source] == Label.PERSON.code
    away, back = np.full((2, len(link)), NEVER, np.int32)
    for name, days in (("absent_from", away), ("absent_to", back)):
        column = cast("Days", person.columns[name])[nodes.place[source][is_person]]
        days[is_person] = np.where(column == MISSING, NEVER, column)
    holds = links.type[link] == LinkType.HOLDS.code
    seats = SeatRows(
        post=links.target[link],
        type=links.type[link],
        source=np.where(is_hidden, NO_SOURCE, source).astype(np.int32),
        is_acting=_field(snapshot, LinkType.HOLDS, "is_acting", place, holds, other=False),
        share=_field(snapshot, LinkType.HOLDS, "share", place, holds, other=1.0),
        order=_field(snapshot, LinkType.DEPUTIZES_FOR, "order", place, ~holds, other=0),
        from_day=np.maximum(links.valid_from[link], nodes.valid_from[source]),
        to_day=np.minimum(links.valid_to[link], nodes.valid_to[source]),
        absent_from=away,
        absent_to=back,
    )
    # Visible seats by their links, hidden ones only by the facts returned about them.
    order = np.lexsort((
        seats.absent_to, seats.absent_from, seats.to_day, seats.from_day, seats.is_acting,
        -seats.share, seats.order, np.where(is_hidden, NO_SOURCE, link), is_hidden, seats.type,
        seats.post,
    ))  # fmt: skip
    return SeatRows(**{name: getattr(seats, name)[order] for name in SeatRows.__slots__})


def _field(
    snapshot: Snapshot, link_type: LinkType, name: str, place: Rows, mask: Mask, *, other: Any
) -> Any:
    """Return a field of the links of one type, with a default value for the other links."""
    column = cast("NDArray[Any]", snapshot.tables[link_type].columns[name])
    values = np.full(len(place), other, column.dtype)
    values[mask] = column[place[mask]]
    return values


def seats_of(rows: SeatRows, post: int) -> tuple[SeatRecord, ...]:
    """Return the seats of one post. O(log seats)."""
    first, last = np.searchsorted(rows.post, (post, post + 1)).tolist()
    columns: list[list[Any]] = [
        getattr(rows, name)[first:last].tolist() for name in SeatRows.__slots__
    ]
    return tuple(
        SeatRecord(
            link_type=TYPES[int(code)], post=at, source=None if source == NO_SOURCE else source,
            is_acting=is_acting, share=share, order=order, from_day=start, to_day=end,
            absent_from=away, absent_to=back,
        )
        for at, code, source, is_acting, share, order, start, end, away, back in zip(
            *columns, strict=True
        )
    )  # fmt: skip


def seat_columns(rows: SeatRows, link_type: LinkType, day: int) -> SeatColumns:
    """Return the seats of one link type in force on a day."""
    mask = (rows.type == link_type.code) & (rows.from_day <= day) & (day < rows.to_day)
    away, back = rows.absent_from[mask], rows.absent_to[mask]
    return SeatColumns(
        post=rows.post[mask],
        source=rows.source[mask],
        is_away=(away <= day) & (day < back),
        is_acting=rows.is_acting[mask],
        share=rows.share[mask],
        order=rows.order[mask],
        from_day=rows.from_day[mask],
        to_day=rows.to_day[mask],
    )
