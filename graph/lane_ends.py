"""Where lanes lead: the live links of a date in each direction they may be walked, by row.

KNOWS is lifted from two people to the posts they hold, DOOR_OPENER_FOR has a lane for each holder
of the opener's post. A civilian is entered over a door opener alone. Source: paths.md §1.3.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graph.columns import TYPES, Rows
from graph.snapshot import Snapshot
from graph.vocabulary import Label, LinkType, PathUse

Flags = NDArray[np.bool_]
_CARRIED: Final = (LinkType.KNOWS, LinkType.DOOR_OPENER_FOR)


@dataclass(frozen=True, slots=True)
class Ends:
    """Lanes before they are numbered: the link, both ends and both HOLDS links, by row."""

    link: Rows
    tail: Rows
    head: Rows
    tail_hold: Rows
    head_hold: Rows

    def back(self) -> "Ends":
        """The same lanes the other way."""
        return Ends(self.link, self.head, self.tail, self.head_hold, self.tail_hold)

    def those(self, chosen: Flags) -> "Ends":
        """Some of them."""
        return Ends(*(getattr(self, name)[chosen] for name in self.__slots__))


def ends_of(snapshot: Snapshot, day: int, valid: Flags) -> Ends:
    """All lanes of a date, `valid` its nodes: plain links, acquaintances, opened doors."""
    links, live = snapshot.links, _live(snapshot, day, valid)
    holds = _rows(live & (links.type == LinkType.HOLDS.code))
    both = _plain(snapshot, live, PathUse.BOTH)
    known = _known(snapshot, live, holds)
    return _joined(
        both, both.back(), _plain(snapshot, live, PathUse.FORWARD),
        known, known.back(), _opened(snapshot, live, holds),
    )  # fmt: skip


def _live(snapshot: Snapshot, day: int, valid: Flags) -> Flags:
    links = snapshot.links
    live = (links.valid_from <= day) & (day < links.valid_to)
    return live & valid[links.source] & valid[links.target]


def _plain(snapshot: Snapshot, live: Flags, use: PathUse) -> Ends:
    """Links that are a hop as they stand; of memberships those of posts alone (domain.md §4)."""
    links = snapshot.links
    types = [what.code for what in TYPES if what.use is use and what not in _CARRIED]
    chosen = live & np.isin(links.type, types)
    is_post = snapshot.nodes.label[links.source] == Label.ACTOR.code
    chosen &= is_post | (links.type != LinkType.MEMBER_OF.code)
    rows = _rows(chosen)
    none = np.full(len(rows), -1, np.int32)
    return Ends(rows, links.source[rows], links.target[rows], none, none)


def _known(snapshot: Snapshot, live: Flags, holds: Rows) -> Ends:
    """An acquaintance from each post its one end holds to each post its other end holds."""
    links = snapshot.links
    rows = _rows(live & (links.type == LinkType.KNOWS.code))
    first, one = _matches(links.source[rows], links.source[holds])
    second, other = _matches(links.target[rows][first], links.source[holds])
    one, other = holds[one][second], holds[other]
    ends = Ends(rows[first][second], links.target[one], links.target[other], one, other)
    return ends.those(ends.tail != ends.head)


def _opened(snapshot: Snapshot, live: Flags, holds: Rows) -> Ends:
    """A door opened by each holder of the opener's post; no deputy inherits it."""
    links = snapshot.links
    rows = _rows(live & (links.type == LinkType.DOOR_OPENER_FOR.code))
    which, held = _matches(links.source[rows], links.target[holds])
    rows, hold = rows[which], holds[held]
    none = np.full(len(rows), -1, np.int32)
    return Ends(rows, links.source[rows], links.target[rows], hold, none)


def _matches(left: Rows, right: Rows) -> tuple[Rows, Rows]:
    """All pairs of places (i, j) with left[i] == right[j]."""
    order = np.argsort(right, kind="stable")
    first = np.searchsorted(right[order], left, "left")
    count = np.searchsorted(right[order], left, "right") - first
    i = np.repeat(np.arange(len(left)), count)
    within = np.arange(len(i)) - np.repeat(np.cumsum(count) - count, count)
    return i.astype(np.int32), order[first[i] + within].astype(np.int32)


def _joined(*several: Ends) -> Ends:
    return Ends(
        *(np.concatenate([getattr(ends, name) for ends in several]) for name in Ends.__slots__)
    )


def _rows(chosen: Flags) -> Rows:
    return np.flatnonzero(chosen).astype(np.int32)
