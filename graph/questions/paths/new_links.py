"""Which one link, made anew, would lead from where the starts come to where a target is reached?

Source: paths.md §4.4, "Missing link". For each type and area: the cheapest reached source and the
cheapest node that leads on, both of the area; where nowhere both are, the cheapest source of all.
No pairs are enumerated: O(reached).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np

from graph.columns import Rows
from graph.lane_costs import CIVIL_BIT, CLIMBS, FALLS, FLAT, GATE_BIT, SLOPE_BIT, UNKNOWN_STRENGTH
from graph.questions.paths.areas import areas
from graph.questions.paths.ask import Ask, Direction
from graph.questions.paths.costs import MAX_HOPS, level_bits
from graph.questions.paths.ground import Numbers
from graph.questions.paths.kernel import Reach
from graph.questions.paths.painting import REFUSED, classes
from graph.questions.paths.pairs import Ends, Mask, linked, those, through
from graph.questions.paths.reach import NEVER
from graph.questions.paths.relaxing import Search
from graph.questions.paths.terrain import rules_of
from graph.tables import MISSING
from graph.view import NO_HOURS, View
from graph.vocabulary import Label, LegalGate, LinkType, PreventionLevel

_HEIGHTS: Final = 4
_NODE_BITS: Final = 24  # a cost and the number of a node in one integer: the cheapest, then by id
_NODE: Final = (1 << _NODE_BITS) - 1
_MOST: Final = 3  # a page holds no more, and nobody reads a fourth
_OUTREACH: Final = frozenset({PreventionLevel.OUTREACH})


class NewLink(NamedTuple):
    """A link from one row to another and what a path over it would cost; `area`: where it lies."""

    cost: int
    type: LinkType
    source: int
    target: int
    area: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sort:
    """Links of one type in one direction a path may walk: by node, who can be at either end.

    `fee` is what a lane costs by its head, `toll` by its tail, in micro-nats.
    """

    type: LinkType
    tails: Mask
    heads: Mask
    toll: Numbers
    fee: Numbers
    slopes: tuple[int, ...]
    is_turned: bool = False


def new_links(asked: Search, near: Reach, far: Reach) -> list[NewLink]:
    """The cheapest links that would give a path: fresh, of unknown strength, permitted to the need.

    None where the path has to meet something: what is made of two ways might pass a node twice.
    """
    if asked.ask.via:
        return []
    left = np.ones(len(asked.view.visible), np.bool_)
    left[list(asked.ends.targets)] = False  # a path goes no further from there
    tails, heads = near.rows[left[near.rows]], far.rows
    sorts = [sort for sort in _sorts(asked) if sort.type in asked.policy.missing]
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


# ---- what could be made


def _sorts(asked: Search) -> Iterator[_Sort]:
    """What could be made that the need may walk."""
    view, policy = asked.view, asked.policy
    posts, nobody = _is(view, Label.ACTOR), np.zeros(len(view.visible), np.int64)
    gate, gates = referral_gate(asked.ask), rules_of(view, policy).gate_cost
    if _permits(asked, gate, level_bits(frozenset())):
        yield _Sort(
            type=LinkType.REFERS_TO, tails=posts, heads=posts, toll=nobody,
            fee=_fee(asked, LinkType.REFERS_TO) + gates[gate.code],
            slopes=_slopes(asked, FALLS, FLAT),
        )  # fmt: skip
    if _permits(asked, LegalGate.CONSENT, level_bits(_OUTREACH), is_civil=True):
        yield _Sort(
            type=LinkType.DOOR_OPENER_FOR, tails=posts & _is_held(view),
            heads=_is(view, Label.RESOURCE_INDIVIDUAL), toll=nobody,
            fee=_fee(asked, LinkType.DOOR_OPENER_FOR) + gates[LegalGate.CONSENT.code],
            slopes=_slopes(asked, FALLS, FLAT),
        )  # fmt: skip
    networks, toll = _open_networks(asked)
    fee, slopes = _fee(asked, LinkType.MEMBER_OF), _slopes(asked, FALLS, FLAT, CLIMBS)
    for tails, heads, is_turned in ((posts, networks, False), (networks, posts, True)):
        at_tail, at_head = (toll, nobody) if is_turned else (nobody, toll)
        yield _Sort(
            type=LinkType.MEMBER_OF, tails=tails, heads=heads, toll=at_tail, fee=fee + at_head,
            slopes=slopes, is_turned=is_turned,
        )  # fmt: skip


def referral_gate(ask: Ask) -> LegalGate:
    """What a new referral stands on: what the need asks for; else, for a named matter, the info
    house, which is there for it in every municipality; else a general contact."""
    return ask.gate or (LegalGate.INFOHOUSE if ask.is_named else LegalGate.GENERAL)


def _is(view: View, label: Label) -> Mask:
    return view.visible & (view.nodes.label == label.code)


def _slopes(asked: Search, *slopes: int) -> tuple[int, ...]:
    """Those a path may go; across, it climbs no more once it has come down."""
    refused = {Direction.DOWN: CLIMBS, Direction.UP: FALLS}.get(asked.ask.direction)
    return tuple(slope for slope in slopes if slope != refused)


def _permits(asked: Search, gate: LegalGate, levels: int, *, is_civil: bool = False) -> bool:
    """May the need walk a link on this ground, at these levels?"""
    open_for = int(rules_of(asked.view, asked.policy).gate_levels[gate.code])
    code = levels & open_for | FLAT << SLOPE_BIT | gate.code << GATE_BIT | is_civil << CIVIL_BIT
    return bool(classes(asked.policy, asked.ask)[code] != REFUSED)


def _open_networks(asked: Search) -> tuple[Mask, Numbers]:
    """The networks a member of which the need may go through, and what the gate of each costs."""
    view, rules = asked.view, rules_of(asked.view, asked.policy)
    rows, gates = view.column(Label.NETWORK, "gate")
    levels = view.column(Label.NETWORK, "levels")[1]
    levels = np.where(levels == 0, level_bits(frozenset()), levels) & rules.gate_levels[gates]
    code = levels | FLAT << SLOPE_BIT | gates.astype(np.int64) << GATE_BIT
    networks = np.zeros(len(view.visible), np.bool_)
    networks[rows] = classes(asked.policy, asked.ask)[code] != REFUSED
    toll = np.zeros(len(view.visible), np.int64)
    toll[rows] = rules.gate_cost[gates]
    return networks & view.visible, toll


def _fee(asked: Search, link_type: LinkType) -> Numbers:
    """int64[nodes]: what a new link of a type to each costs, the gate aside; made once."""
    view, policy = asked.view, asked.policy
    return view.memo(("new", policy.digest, link_type), lambda: _new_cost(asked, link_type))


def _new_cost(asked: Search, link_type: LinkType) -> Numbers:
    rules = rules_of(asked.view, asked.policy)
    response = np.full(NO_HOURS + 1, rules.response_cost[rules.unknown_wait], np.int64)
    response[: len(rules.response_cost)] = rules.response_cost
    code = link_type.code
    made = rules.type_cost[code] + rules.freshness_cost[code, 0]
    return response[asked.view.waits()] + made + rules.strength_cost[UNKNOWN_STRENGTH]


def _is_held(view: View) -> Mask:
    """The posts with a holder who is there: a door is opened by somebody."""
    return view.memo("held", lambda: _held(view))


def _held(view: View) -> Mask:
    rows, away = view.column(Label.PERSON, "absent_from")
    back = view.column(Label.PERSON, "absent_to")[1]
    is_away = (away != MISSING) & (away <= view.day) & (view.day < back)
    gone, held = np.zeros(len(view.visible), np.bool_), np.zeros(len(view.visible), np.bool_)
    gone[rows[is_away & view.shown(Label.PERSON, "absent_from")]] = True
    person, post = linked(view, LinkType.HOLDS)
    held[post[~gone[person]]] = True
    return held


# ---- the cheapest ends


@dataclass(frozen=True)
class _Bridge:
    """One sort of link between how far the starts come and whence a target is reached."""

    asked: Search
    sort: _Sort
    near: Reach
    far: Reach

    def within(self, tails: Ends, heads: Ends) -> list[NewLink]:
        """The cheapest links inside areas, by each reached node and head with its areas."""
        view, sort = self.asked.view, self.sort
        tails, heads = _in_the_same(view, those(tails, sort.tails), those(heads, sort.heads))
        if not len(tails[0]):
            return []
        places, local = _numbered(view, heads[1])
        coming = self._cells(self.near, (tails[0], local[tails[1]]), sort.toll, len(places))
        return self._joined(coming, places, (heads[0], local[heads[1]]))

    def from_anywhere(self, tails: Rows, heads: Ends) -> list[NewLink]:
        """The cheapest links into areas, from whichever reached node is cheapest."""
        tails, heads = tails[self.sort.tails[tails]], those(heads, self.sort.heads)
        if not len(tails) or not len(heads[0]):
            return []
        coming = self._cells(self.near, (tails, np.zeros_like(tails)), self.sort.toll, 1)
        places, local = _numbered(self.asked.view, heads[1])
        return self._joined(coming, places, (heads[0], local[heads[1]]))

    def _joined(self, coming: Numbers, places: Rows, heads: Ends) -> list[NewLink]:
        going = self._cells(self.far, heads, self.sort.fee, len(places))
        return self._told(places, *_cheapest(self.sort, coming, going, self.asked.ask.max_hops))

    def _cells(self, reach: Reach, ends: Ends, extra: Numbers, places: int) -> Numbers:
        """int64[places, heights, modes, hops]: the cheapest rows, with what they pay besides.

        `ends` are rows and their places. A cell is a cost and the number of a node, or NEVER.
        """
        rows, local = ends
        numbers = reach.land.number[rows]
        packed, height = reach.ways[numbers], self.asked.view.nodes.height[rows]
        modes = packed.shape[1]
        cells = np.full((places, _HEIGHTS, modes, MAX_HOPS + 1), NEVER, np.int64)
        for mode in range(modes):
            there = np.flatnonzero(packed[:, mode] < NEVER)
            way = packed[there, mode]
            keys = (way >> 4) + extra[rows[there]] << _NODE_BITS | numbers[there]
            where: Any = (local[there], height[there], mode, way & 15)
            np.minimum.at(cells, where, keys)
        return cells

    def _told(self, places: Rows, tails: Numbers, heads: Numbers) -> list[NewLink]:
        """The links of places, by the cells of their ends: the cheapest few, each once."""
        cost, tail, head = (
            (tails >> _NODE_BITS) + (heads >> _NODE_BITS),
            tails & _NODE,
            heads & _NODE,
        )
        order = np.lexsort((places, head, tail, cost))
        order = order[cost[order] < NEVER >> _NODE_BITS]
        columns = (cost, tail, head, places)
        found: dict[tuple[int, int], NewLink] = {}
        for spent, one, other, area in zip(
            *(column[order].tolist() for column in columns), strict=True
        ):
            if (one, other) not in found and self._is_least(spent, one, other):
                found[one, other] = self._link(spent, one, other, area)
            if len(found) == _MOST:
                break
        return list(found.values())

    def _link(self, cost: int, tail: int, head: int, area: int) -> NewLink:
        source, target = self.near.land.walk.row[[tail, head]].tolist()
        if self.sort.is_turned:
            source, target = target, source
        return NewLink(cost, self.sort.type, source, target, area)

    def _is_least(self, cost: int, tail: int, head: int) -> bool:
        """Is no way over this link cheaper, if hops did not count? Then a path costs just that."""
        rows = self.near.land.walk.row[[tail, head]]
        lane = int(self.sort.toll[rows[0]]) + int(self.sort.fee[rows[1]])
        above, below = self.asked.view.nodes.height[rows].tolist()
        coming, going = self.near.ways[tail] >> 4, self.far.ways[head] >> 4
        steps = _steps(_slope(above, below), len(coming))
        return cost == lane + min(int(coming[mode] + going[then]) for mode, then in steps)


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
    sort: _Sort, coming: Numbers, going: Numbers, max_hops: int
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
