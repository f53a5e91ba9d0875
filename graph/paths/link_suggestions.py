"""Which one link, made anew, would lead from where the starts come to where a target is reached?

Source: paths.md §4.4, "Missing link". For each type and area: the cheapest reached source and the
cheapest node that leads on, both of the area; where nowhere both are, the cheapest source of all.
No pairs are enumerated: O(reached).
"""

from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np

from graph.access.view import View
from graph.paths.areas import areas
from graph.paths.costs import MAX_HOPS
from graph.paths.kernel.ground import Numbers
from graph.paths.kernel.reachability import NEVER
from graph.paths.kernel.search import ReachableCosts
from graph.paths.makeable import PossibleLink, possible_links
from graph.paths.relaxing import RelaxableSearch
from graph.snapshot.arc_costs import CLIMBS, FALLS, FLAT
from graph.snapshot.columns import Rows
from graph.snapshot.csr import Ends, Mask, those, through
from graph.vocabulary import LinkType

_HEIGHTS: Final = 4
_NODE_BITS: Final = 24  # a cost and the number of a node in one integer: the cheapest, then by id
_NODE: Final = (1 << _NODE_BITS) - 1
_MOST: Final = 3  # a page holds no more, and nobody reads a fourth


class SuggestedLink(NamedTuple):
    """A link from one row to another and what a path over it would cost; `area`: where it lies."""

    cost: int
    type: LinkType
    source: int
    target: int
    area: int


def new_links(
    asked: RelaxableSearch, near: ReachableCosts, far: ReachableCosts
) -> list[SuggestedLink]:
    """The cheapest links that would give a path: fresh, of unknown strength, permitted to the need.

    None where the path has to meet something: what is made of two ways might pass a node twice.
    """
    if asked.ask.via:
        return []
    left = np.ones(len(asked.view.visible), np.bool_)
    left[list(asked.ends.targets)] = False  # a path goes no further from there
    tails, heads = near.rows[left[near.rows]], far.rows
    sorts = [sort for sort in possible_links(asked) if sort.type in asked.policy.missing]
    bridges = [_Bridge(asked, sort, near, far) for sort in sorts]
    known = areas(asked.view).of
    far_off = through((heads, heads), known)
    close_by = _in_the_same(asked.view, through((tails, tails), known), far_off)
    found = [link for bridge in bridges for link in bridge.within(*close_by)]
    found = found or [link for bridge in bridges for link in bridge.from_anywhere(tails, far_off)]
    return sorted(found)[:_MOST]


def _in_the_same(view: View, tails: Ends, heads: Ends) -> tuple[Ends, Ends]:
    """Those pairs of a node and an area whose area is among both."""
    here, there = (_marked(view, ends[1]) for ends in (tails, heads))
    return _among(tails, here & there), _among(heads, here & there)


def _marked(view: View, rows: Rows) -> Mask:
    mask = np.zeros(len(view.visible), np.bool_)
    mask[rows] = True
    return mask


def _among(ends: Ends, places: Mask) -> Ends:
    """The pairs whose second is in a mask of nodes."""
    chosen = places[ends[1]]
    return ends[0][chosen], ends[1][chosen]


# ---- the cheapest ends


@dataclass(frozen=True)
class _Bridge:
    """One sort of link between how far the starts come and whence a target is reached."""

    asked: RelaxableSearch
    sort: PossibleLink
    near: ReachableCosts
    far: ReachableCosts

    def within(self, tails: Ends, heads: Ends) -> list[SuggestedLink]:
        """The cheapest links inside areas, by each reached node and head with its areas."""
        view, sort = self.asked.view, self.sort
        tails, heads = _in_the_same(view, those(tails, sort.tails), those(heads, sort.heads))
        if not len(tails[0]):
            return []
        places, local = _numbered(view, heads[1])
        coming = self._cells(self.near, (tails[0], local[tails[1]]), len(places), sort.toll)
        return self._joined(coming, places, (heads[0], local[heads[1]]))

    def from_anywhere(self, tails: Rows, heads: Ends) -> list[SuggestedLink]:
        """The cheapest links into areas, from whichever reached node is cheapest."""
        tails, heads = tails[self.sort.tails[tails]], those(heads, self.sort.heads)
        if not len(tails) or not len(heads[0]):
            return []
        coming = self._cells(self.near, (tails, np.zeros_like(tails)), 1, self.sort.toll)
        places, local = _numbered(self.asked.view, heads[1])
        return self._joined(coming, places, (heads[0], local[heads[1]]))

    def _joined(self, coming: Numbers, places: Rows, heads: Ends) -> list[SuggestedLink]:
        going = self._cells(self.far, heads, len(places), self.sort.toll, self.sort.fee)
        return self._told(places, *_cheapest(self.sort, coming, going, self.asked.ask.max_hops))

    def _cells(self, reach: ReachableCosts, ends: Ends, places: int, *more: Numbers) -> Numbers:
        """int64[places, heights, modes, hops]: the cheapest rows, with what they pay besides.

        `ends` are rows and their places. A cell is a cost and the number of a node, or NEVER.
        """
        rows, local = ends
        numbers = reach.land.number[rows]
        packed, height = reach.ways(numbers), self.asked.view.nodes.height[rows]
        modes = packed.shape[1]
        cells = np.full((places, _HEIGHTS, modes, MAX_HOPS + 1), NEVER, np.int64)
        for mode in range(modes):
            there = np.flatnonzero(packed[:, mode] < NEVER)
            way = packed[there, mode]
            costs = (way >> 4) + sum(costs[rows[there]] for costs in more)
            keys = costs << _NODE_BITS | numbers[there]
            where: Any = (local[there], height[there], mode, way & 15)
            np.minimum.at(cells, where, keys)
        return cells

    def _told(self, places: Rows, tails: Numbers, heads: Numbers) -> list[SuggestedLink]:
        """The links of places, by the cells of their ends: the cheapest few, each once."""
        cost, tail, head = (
            (tails >> _NODE_BITS) + (heads >> _NODE_BITS),
            tails & _NODE,
            heads & _NODE,
        )
        order = np.lexsort((places, head, tail, cost))
        order = order[cost[order] < NEVER >> _NODE_BITS]
        columns = (cost, tail, head, places)
        found: dict[tuple[int, int], SuggestedLink] = {}
        for spent, one, other, area in zip(
            *(column[order].tolist() for column in columns), strict=True
        ):
            if (one, other) not in found and self._is_least(spent, one, other):
                found[one, other] = self._link(spent, one, other, area)
            if len(found) == _MOST:
                break
        return list(found.values())

    def _link(self, cost: int, tail: int, head: int, area: int) -> SuggestedLink:
        source, target = self.near.land.walk.row[[tail, head]].tolist()
        if self.sort.is_turned:
            source, target = target, source
        return SuggestedLink(cost, self.sort.type, source, target, area)

    def _is_least(self, cost: int, tail: int, head: int) -> bool:
        """Is no way over this link cheaper, if hops did not count? Then a path costs just that."""
        rows = self.near.land.walk.row[[tail, head]]
        arc = int(self.sort.toll[rows].sum()) + int(self.sort.fee[rows[1]])
        above, below = self.asked.view.nodes.height[rows].tolist()
        coming, going = (self.near.ways(np.array([tail]))[0], self.far.ways(np.array([head]))[0])
        steps = _steps(_slope(above, below), len(coming))
        return cost == arc + min(
            int(coming[mode] >> 4) + int(going[then] >> 4) for mode, then in steps
        )


def _numbered(view: View, found: Rows) -> tuple[Rows, Rows]:
    """The different areas among some, rising, and by row the place of each of them."""
    places = np.flatnonzero(_marked(view, found)).astype(np.int32)
    local = np.zeros(len(view.visible), np.int32)
    local[places] = np.arange(len(places))
    return places, local


def _slope(height: int, after: int) -> int:
    if height == after:
        return FLAT
    return FALLS if height < after else CLIMBS


def _steps(slope: int, modes: int) -> list[tuple[int, int]]:
    """From which mode to which a link of a slope leads; of two, the second has come down."""
    if slope == FALLS:
        return [(mode, modes - 1) for mode in range(modes)]
    return [(mode, mode) for mode in range(modes)] if slope == FLAT else [(0, 0)]


def _cheapest(
    sort: PossibleLink, coming: Numbers, going: Numbers, max_hops: int
) -> tuple[Numbers, Numbers]:
    """By place, the cells of the two ends that cost least together and whose hops fit."""
    within = np.minimum.accumulate(coming, axis=3)[..., max_hops - 1 :: -1]
    going = going[..., :max_hops]
    tails, heads = list[Numbers](), list[Numbers]()
    for slope in sort.slopes:
        for mode, then in _steps(slope, coming.shape[2]):
            ahead = going[:, :, then]
            tails.append(np.broadcast_to(_beside(within[:, :, mode], slope), ahead.shape))
            heads.append(ahead)
    shape = (len(tails), len(going), -1)
    tail, head = (
        np.stack(cells).reshape(shape).swapaxes(0, 1).reshape(len(going), -1)
        for cells in (tails, heads)
    )
    best = ((tail >> _NODE_BITS) + (head >> _NODE_BITS)).argmin(axis=1)[:, np.newaxis]
    return np.take_along_axis(tail, best, 1)[:, 0], np.take_along_axis(head, best, 1)[:, 0]


def _beside(cells: Numbers, slope: int) -> Numbers:
    """[places, heights, hops]: for each height of a head, the cheapest tail a slope allows."""
    if slope == FLAT:
        return cells
    found = np.full_like(cells, NEVER)
    if slope == FALLS:  # from a higher tier: a smaller height
        found[:, 1:] = np.minimum.accumulate(cells[:, :-1], axis=1)
    else:
        found[:, :-1] = np.minimum.accumulate(cells[:, :0:-1], axis=1)[:, ::-1]
    return found
