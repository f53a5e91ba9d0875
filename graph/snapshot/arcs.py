"""The arcs of a revision: its links in each direction a path may use them, by row.

A KNOWS link between two people becomes arcs between the posts they hold; DOOR_OPENER_FOR has one
arc for each holder of the opener's post. A civilian is reached through a door opener only.

Source: docs/domain.md, "Nodes and links".
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graph.snapshot.columns import TYPES, Adjacency, Days, Rows, adjacency, order_by
from graph.snapshot.snapshot import Snapshot
from graph.vocabulary import Label, LinkType, PathUse

Flags = NDArray[np.bool_]
STANDS: Final = (Label.NETWORK, Label.ACTOR, Label.RESOURCE_INDIVIDUAL, Label.ORGANIZATION)
"""The labels of nodes that a path may contain."""
_CARRIED: Final = (LinkType.KNOWS, LinkType.DOOR_OPENER_FOR)
_DAYS: Final = np.iinfo(np.int32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arcs:
    """All arcs of all dates, sorted by tail, head, link and carriers, as rows of the Snapshot.

    `tail_hold` and `head_hold` are the HOLDS links of an arc's carriers, or -1. An arc is valid
    from `valid_from` until before `valid_to`: while its link, both ends of the link, and the seats
    and persons of its carriers are valid. `back` is the permutation that orders the arcs by head,
    tail, link and carriers.
    """

    link: Rows
    tail: Rows
    head: Rows
    tail_hold: Rows
    head_hold: Rows
    valid_from: Days
    valid_to: Days
    back: Rows


@dataclass(frozen=True, slots=True)
class _Ends:
    """Unsorted arcs without their validity."""

    link: Rows
    tail: Rows
    head: Rows
    tail_hold: Rows
    head_hold: Rows

    def back(self) -> "_Ends":
        """Return the same arcs in the opposite direction."""
        return _Ends(self.link, self.head, self.tail, self.head_hold, self.tail_hold)

    def those(self, selection: Flags | NDArray[np.intp]) -> "_Ends":
        """Return the arcs selected by a mask or by positions, in that order."""
        return _Ends(*(getattr(self, name)[selection] for name in self.__slots__))


def arcs_of(snapshot: Snapshot) -> Arcs:
    """Return the arcs of a Snapshot, computed once. O(arcs log arcs)."""
    cached: Arcs | None = snapshot.memo.get("arcs")
    if cached is not None:
        return cached
    nodes, links = snapshot.nodes, snapshot.links
    holds = _rows(links.type == LinkType.HOLDS.code)
    both, acquaintances = _plain(snapshot, PathUse.BOTH), _acquaintances(snapshot, holds)
    # DOOR_OPENER_FOR has one arc per holder of the opener's post, and none by deputies.
    opening = _rows(links.type == LinkType.DOOR_OPENER_FOR.code)
    seats = adjacency(links.target[holds], len(nodes.ids))
    which, held_at = _matches(links.source[opening], seats)
    opening = opening[which]
    none = np.full(len(opening), -1, np.int32)
    openers = _Ends(opening, links.source[opening], links.target[opening], holds[held_at], none)
    parts = (
        both, both.back(), _plain(snapshot, PathUse.FORWARD),
        acquaintances, acquaintances.back(), openers,
    )  # fmt: skip
    ends = _Ends(
        *(np.concatenate([getattr(part, name) for part in parts]) for name in _Ends.__slots__)
    )
    # The days on which all elements of an arc are valid; an absent carrier (-1) sets no bound.
    start, end = np.append(links.valid_from, _DAYS.min), np.append(links.valid_to, _DAYS.max)
    for rows in (links.source, links.target):
        np.maximum(start[:-1], nodes.valid_from[rows], out=start[:-1])
        np.minimum(end[:-1], nodes.valid_to[rows], out=end[:-1])
    on = (ends.link, ends.tail_hold, ends.head_hold)
    start = np.maximum(np.maximum(start[on[0]], start[on[1]]), start[on[2]])
    end = np.minimum(np.minimum(end[on[0]], end[on[1]]), end[on[2]])
    stands = np.isin(nodes.label, [label.code for label in STANDS])
    places = np.flatnonzero((start < end) & stands[ends.tail] & stands[ends.head])
    those = ends.those(places)
    order = places[order_by(those.head_hold, those.tail_hold, those.link, those.head, those.tail)]
    ends = ends.those(order)
    arcs = Arcs(
        link=ends.link,
        tail=ends.tail,
        head=ends.head,
        tail_hold=ends.tail_hold,
        head_hold=ends.head_hold,
        valid_from=start[order],
        valid_to=end[order],
        back=order_by(ends.head),
    )
    for name in Arcs.__slots__:
        getattr(arcs, name).flags.writeable = False
    snapshot.memo["arcs"] = arcs
    return arcs


def _plain(snapshot: Snapshot, use: PathUse) -> _Ends:
    """Return the arcs of links that are a hop by themselves.

    Of memberships, only those of posts (docs/domain.md, "Nodes and links").
    """
    links = snapshot.links
    types = [what.code for what in TYPES if what.use is use and what not in _CARRIED]
    is_post = snapshot.nodes.label[links.source] == Label.ACTOR.code
    rows = _rows(np.isin(links.type, types) & (is_post | (links.type != LinkType.MEMBER_OF.code)))
    none = np.full(len(rows), -1, np.int32)
    return _Ends(rows, links.source[rows], links.target[rows], none, none)


def _acquaintances(snapshot: Snapshot, holds: Rows) -> _Ends:
    """Return the arcs of KNOWS: from each post of the one person to each post of the other."""
    links = snapshot.links
    rows = _rows(links.type == LinkType.KNOWS.code)
    seats = adjacency(links.source[holds], len(snapshot.nodes.ids))
    first, first_hold = _matches(links.source[rows], seats)
    second, second_hold = _matches(links.target[rows][first], seats)
    first_hold, second_hold = holds[first_hold][second], holds[second_hold]
    ends = _Ends(
        rows[first][second],
        links.target[first_hold],
        links.target[second_hold],
        first_hold,
        second_hold,
    )
    return ends.those(ends.tail != ends.head)


def _matches(nodes: Rows, seats: Adjacency) -> tuple[Rows, Rows]:
    """Return all pairs of a position in `nodes` and a position of a seat held at that node."""
    first, count = seats.start[nodes], np.diff(seats.start)[nodes]
    place = np.repeat(np.arange(len(nodes), dtype=np.int32), count)
    within = np.arange(len(place)) - np.repeat(np.cumsum(count) - count, count)
    return place, seats.links[first[place] + within]


def _rows(mask: Flags) -> Rows:
    return np.flatnonzero(mask).astype(np.int32)
