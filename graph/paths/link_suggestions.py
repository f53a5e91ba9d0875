"""Suggestions of missing links: which new link would give a path, its cost, and who could make it.

A suggested link is fresh, of unknown strength, and has labels and tiers that its type allows. For
each link type and area, the cheapest reached source is joined to the cheapest node that leads on,
both of the area; if no area has both, the cheapest source of all is used. No pairs are enumerated:
O(reached). Source: docs/paths.md, "No path".
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np

from graph.access.view import View
from graph.paths.answer import MissingLink, NodeRef
from graph.paths.capabilities import posts
from graph.paths.explain import chance_of
from graph.paths.kernel.caller_graph import rules_of
from graph.paths.kernel.problem import REFUSED, Numbers, classes
from graph.paths.kernel.reachability import NEVER
from graph.paths.kernel.request import MAX_HOPS, Direction, SearchRequest
from graph.paths.kernel.search import ReachableCosts, forward_costs
from graph.paths.places import among, areas
from graph.paths.policy import level_bits
from graph.paths.relaxation import RelaxableSearch
from graph.paths.resolve import node_ref
from graph.snapshot.arc_costs import (
    CIVIL_BIT,
    CLIMBS,
    FALLS,
    FLAT,
    GATE_BIT,
    SLOPE_BIT,
    UNKNOWN_STRENGTH,
)
from graph.snapshot.columns import Rows
from graph.snapshot.csr import Ends, Mask, those, through
from graph.snapshot.structure import areas_of
from graph.vocabulary import Label, LegalGate, LinkType, PreventionLevel

_OUTREACH: Final = frozenset({PreventionLevel.OUTREACH})


@dataclass(frozen=True, slots=True, kw_only=True)
class PossibleLink:
    """Possible links of one type in one direction a path may use: masks of the nodes at either end.

    The cost of an arc, in micro-nats, is the `fee` of its head plus the `toll` of both its ends.
    """

    type: LinkType
    tails: Mask
    heads: Mask
    toll: Numbers
    fee: Numbers
    slopes: tuple[int, ...]
    is_reversed: bool = False


def possible_links(search: RelaxableSearch) -> Iterator[PossibleLink]:
    """Yield the possible links that the need may use, each direction separately."""
    view, everyone = search.view, posts(search.view)
    rules, free = rules_of(view, search.policy), np.zeros(len(view.visible), np.int64)
    gate = referral_gate(search.ask)
    if _permits(search, gate, level_bits(frozenset())):
        yield PossibleLink(
            type=LinkType.REFERS_TO, tails=everyone, heads=everyone, toll=free,
            fee=_fee(search, LinkType.REFERS_TO, gate), slopes=_slopes(search, FALLS, FLAT),
        )  # fmt: skip
    if _permits(search, LegalGate.CONSENT, level_bits(_OUTREACH), is_civil=True):
        seats = view.seat_columns(LinkType.HOLDS)  # a door opener is a person who is present
        yield PossibleLink(
            type=LinkType.DOOR_OPENER_FOR,
            tails=view.mask(seats.post[~seats.is_away & (seats.source >= 0)]),
            heads=view.visible & (view.nodes.label == Label.RESOURCE_INDIVIDUAL.code), toll=free,
            fee=_fee(search, LinkType.DOOR_OPENER_FOR, LegalGate.CONSENT),
            slopes=_slopes(search, FALLS, FLAT),
        )  # fmt: skip
    # The networks the need may go through as a member, and the cost of the gate of each.
    rows, gates = view.column(Label.NETWORK, "gate")
    levels = view.column(Label.NETWORK, "levels")[1]
    levels = np.where(levels == 0, level_bits(frozenset()), levels) & rules.gate_levels[gates]
    code = levels | FLAT << SLOPE_BIT | gates.astype(np.int64) << GATE_BIT
    networks = np.zeros(len(view.visible), np.bool_)
    networks[rows] = classes(search.policy, search.ask)[code] != REFUSED
    networks &= view.visible
    toll = free.copy()
    toll[rows] = rules.gate_cost[gates]
    fee, slopes = _fee(search, LinkType.MEMBER_OF), _slopes(search, FALLS, FLAT, CLIMBS)
    for tails, heads, is_reversed in ((everyone, networks, False), (networks, everyone, True)):
        yield PossibleLink(
            type=LinkType.MEMBER_OF, tails=tails, heads=heads, toll=toll, fee=fee, slopes=slopes,
            is_reversed=is_reversed,
        )  # fmt: skip


def referral_gate(ask: SearchRequest) -> LegalGate:
    """Return the legal ground of a new referral: the need's gate, else what its matter requires.

    A named matter requires the info house, which every municipality has for it; others a contact
    in general terms.
    """
    return ask.gate or (LegalGate.INFOHOUSE if ask.is_named else LegalGate.GENERAL)


def _slopes(search: RelaxableSearch, *slopes: int) -> tuple[int, ...]:
    """Return the slopes that a path may take; across, it does not climb after a descent."""
    refused = {Direction.DOWN: CLIMBS, Direction.UP: FALLS}.get(search.ask.direction)
    return tuple(slope for slope in slopes if slope != refused)


def _permits(
    search: RelaxableSearch, gate: LegalGate, levels: int, *, is_civil: bool = False
) -> bool:
    """Return whether the need may use a link on this ground, at these levels."""
    open_for = int(rules_of(search.view, search.policy).gate_levels[gate.code])
    code = levels & open_for | FLAT << SLOPE_BIT | gate.code << GATE_BIT | is_civil << CIVIL_BIT
    return bool(classes(search.policy, search.ask)[code] != REFUSED)


def _fee(search: RelaxableSearch, link_type: LinkType, gate: LegalGate | None = None) -> Numbers:
    """int64[nodes]: the cost of a new link of a type to each node, including who answers there."""
    rules = rules_of(search.view, search.policy)
    cost = int(rules.type_cost[link_type.code] + rules.freshness_cost[link_type.code, 0])
    cost += int(rules.strength_cost[UNKNOWN_STRENGTH])
    cost += 0 if gate is None else int(rules.gate_cost[gate.code])
    return cost + np.maximum(search.answers.cost, 0).astype(np.int64)


_HEIGHTS: Final = 4
_NODE_BITS: Final = 24  # a cost and the number of a node in one integer: the cheapest, then by id
_NODE: Final = (1 << _NODE_BITS) - 1
_MOST: Final = 3  # a page shows no more


class SuggestedLink(NamedTuple):
    """A link from one row to another, the cost of a path over it, and its `area`."""

    cost: int
    type: LinkType
    source: int
    target: int
    area: int


def new_links(
    search: RelaxableSearch, near: ReachableCosts, far: ReachableCosts
) -> list[SuggestedLink]:
    """Return the cheapest links that would give a path: fresh, of unknown strength, permitted.

    There are none if the need has `via` items: a path joined from two parts might meet a node
    twice.
    """
    if search.ask.via:
        return []
    is_tail = np.ones(len(search.view.visible), np.bool_)
    is_tail[list(search.ends.targets)] = False  # a path does not continue from a target
    tails, heads = near.rows[is_tail[near.rows]], far.rows
    sorts = [sort for sort in possible_links(search) if sort.type in search.policy.missing]
    bridges = [_Bridge(search, sort, near, far) for sort in sorts]
    node_areas = areas(search.view).of
    far_off = through((heads, heads), node_areas)
    close_by = _in_the_same(search.view, through((tails, tails), node_areas), far_off)
    links = [link for bridge in bridges for link in bridge.within(*close_by)]
    links = links or [link for bridge in bridges for link in bridge.from_anywhere(tails, far_off)]
    return sorted(links)[:_MOST]


def _in_the_same(view: View, tails: Ends, heads: Ends) -> tuple[Ends, Ends]:
    """Return those pairs of a node and an area whose area is among both."""
    at_tails, at_heads = (view.mask(ends[1]) for ends in (tails, heads))
    return _among(tails, at_tails & at_heads), _among(heads, at_tails & at_heads)


def _among(ends: Ends, places: Mask) -> Ends:
    """Return the pairs whose second element is in a mask of nodes."""
    is_inside = places[ends[1]]
    return ends[0][is_inside], ends[1][is_inside]


# ---- the cheapest ends


@dataclass(frozen=True)
class _Bridge:
    """One type of link between the nodes reached from the starts and those that reach a target."""

    search: RelaxableSearch
    sort: PossibleLink
    near: ReachableCosts
    far: ReachableCosts

    def within(self, tails: Ends, heads: Ends) -> list[SuggestedLink]:
        """Return the cheapest links inside areas, by each reached node and head with its areas."""
        view, sort = self.search.view, self.sort
        tails, heads = _in_the_same(view, those(tails, sort.tails), those(heads, sort.heads))
        if not len(tails[0]):
            return []
        places, local = _distinct_areas(view, heads[1])
        coming = self._cells(self.near, (tails[0], local[tails[1]]), len(places), sort.toll)
        return self._cheapest_links(coming, places, (heads[0], local[heads[1]]))

    def from_anywhere(self, tails: Rows, heads: Ends) -> list[SuggestedLink]:
        """Return the cheapest links into areas, from the cheapest reached node."""
        tails, heads = tails[self.sort.tails[tails]], those(heads, self.sort.heads)
        if not len(tails) or not len(heads[0]):
            return []
        coming = self._cells(self.near, (tails, np.zeros_like(tails)), 1, self.sort.toll)
        places, local = _distinct_areas(self.search.view, heads[1])
        return self._cheapest_links(coming, places, (heads[0], local[heads[1]]))

    def _cheapest_links(self, coming: Numbers, places: Rows, heads: Ends) -> list[SuggestedLink]:
        going = self._cells(self.far, heads, len(places), self.sort.toll, self.sort.fee)
        return self._links(places, *_cheapest(self.sort, coming, going, self.search.ask.max_hops))

    def _cells(self, reach: ReachableCosts, ends: Ends, places: int, *more: Numbers) -> Numbers:
        """int64[places, heights, modes, hops]: the cheapest rows, including their extra costs.

        `ends` are rows and their places. A cell is a cost and the number of a node, or NEVER.
        """
        rows, local = ends
        numbers = reach.caller_graph.number[rows]
        packed, height = reach.ways(numbers), self.search.view.nodes.height[rows]
        modes = packed.shape[1]
        cells = np.full((places, _HEIGHTS, modes, MAX_HOPS + 1), NEVER, np.int64)
        for mode in range(modes):
            reached = np.flatnonzero(packed[:, mode] < NEVER)
            way = packed[reached, mode]
            costs = (way >> 4) + sum(costs[rows[reached]] for costs in more)
            keys = costs << _NODE_BITS | numbers[reached]
            where: Any = (local[reached], height[reached], mode, way & 15)
            np.minimum.at(cells, where, keys)
        return cells

    def _links(self, places: Rows, tails: Numbers, heads: Numbers) -> list[SuggestedLink]:
        """Return the links of places, by the cells of their ends: the cheapest few, each once."""
        cost = (tails >> _NODE_BITS) + (heads >> _NODE_BITS)
        tail, head = tails & _NODE, heads & _NODE
        order = np.lexsort((places, head, tail, cost))
        order = order[cost[order] < NEVER >> _NODE_BITS]
        links: dict[tuple[int, int], SuggestedLink] = {}
        columns = (column[order].tolist() for column in (cost, tail, head, places))
        for total, first, last, area in zip(*columns, strict=True):
            if (first, last) not in links and self._is_least(total, first, last):
                source, target = self.near.caller_graph.arc_graph.row[[first, last]].tolist()
                if self.sort.is_reversed:
                    source, target = target, source
                link = SuggestedLink(total, self.sort.type, source, target, area)
                links[first, last] = link
            if len(links) == _MOST:
                break
        return list(links.values())

    def _is_least(self, cost: int, tail: int, head: int) -> bool:
        """Return whether no path over this link is cheaper regardless of hops.

        If so, a path over it costs exactly that.
        """
        rows = self.near.caller_graph.arc_graph.row[[tail, head]]
        arc = int(self.sort.toll[rows].sum()) + int(self.sort.fee[rows[1]])
        above, below = self.search.view.nodes.height[rows].tolist()
        coming, going = (self.near.ways(np.array([tail]))[0], self.far.ways(np.array([head]))[0])
        slope = FLAT if above == below else FALLS if above < below else CLIMBS
        steps = _steps(slope, len(coming))
        return cost == arc + min(
            int(coming[mode] >> 4) + int(going[then] >> 4) for mode, then in steps
        )


def _distinct_areas(view: View, rows: Rows) -> tuple[Rows, Rows]:
    """Return the distinct areas, rising, and by row the place of each."""
    places = np.flatnonzero(view.mask(rows)).astype(np.int32)
    local = np.zeros(len(view.visible), np.int32)
    local[places] = np.arange(len(places))
    return places, local


def _steps(slope: int, modes: int) -> list[tuple[int, int]]:
    """The mode transitions over a link of a slope; of two modes, the second is after a descent."""
    if slope == FALLS:
        return [(mode, modes - 1) for mode in range(modes)]
    return [(mode, mode) for mode in range(modes)] if slope == FLAT else [(0, 0)]


def _cheapest(
    sort: PossibleLink, coming: Numbers, going: Numbers, max_hops: int
) -> tuple[Numbers, Numbers]:
    """By place, the cells of the two ends with the least joint cost whose hops fit."""
    within = np.minimum.accumulate(coming, axis=3)[..., max_hops - 1 :: -1]
    going = going[..., :max_hops]
    tails, heads = list[Numbers](), list[Numbers]()
    for slope in sort.slopes:
        for mode, then in _steps(slope, coming.shape[2]):
            ahead, behind = going[:, :, then], within[:, :, mode]
            # [places, heights, hops]: for each height of a head, the cheapest tail a slope allows.
            cheapest = behind if slope == FLAT else np.full_like(behind, NEVER)
            if slope == FALLS:  # from a higher tier: a smaller height
                cheapest[:, 1:] = np.minimum.accumulate(behind[:, :-1], axis=1)
            elif slope != FLAT:
                cheapest[:, :-1] = np.minimum.accumulate(behind[:, :0:-1], axis=1)[:, ::-1]
            tails.append(np.broadcast_to(cheapest, ahead.shape))
            heads.append(ahead)
    shape = (len(tails), len(going), -1)
    tail, head = (
        np.stack(cells).reshape(shape).swapaxes(0, 1).reshape(len(going), -1)
        for cells in (tails, heads)
    )
    best = ((tail >> _NODE_BITS) + (head >> _NODE_BITS)).argmin(axis=1)[:, np.newaxis]
    return np.take_along_axis(tail, best, 1)[:, 0], np.take_along_axis(head, best, 1)[:, 0]


def links_missing(
    search: RelaxableSearch, near: ReachableCosts, far: ReachableCosts
) -> tuple[MissingLink, ...]:
    """Return the links that would give a path, the cheapest first."""
    view = search.view
    missing: list[MissingLink] = []
    for link in new_links(search, near, far):
        gate = referral_gate(search.ask)
        if link.type is LinkType.MEMBER_OF:
            gate = view.value(link.target, "gate")
        elif link.type is LinkType.DOOR_OPENER_FOR:
            gate = LegalGate.CONSENT
        missing.append(
            MissingLink(
                type=link.type,
                source=node_ref(view, link.source),
                target=node_ref(view, link.target),
                gate=gate,
                path_cost=link.cost,
                path_chance=chance_of(link.cost),
                makers=_makers(search, link.type, [link.area], near),
                steward=node_ref(view, link.area),
            )
        )
    return tuple(missing)


# ---- where no one answers


def deputies_missing(search: RelaxableSearch, near: ReachableCosts) -> tuple[MissingLink, ...]:
    """Return the deputies that would give a path, one per closed target, the cheapest first."""
    if LinkType.DEPUTIZES_FOR not in search.policy.missing:
        return ()
    opened_search = search.with_deputies(search.closed_targets())
    ways = forward_costs(
        opened_search.view, opened_search.policy, opened_search.ask, opened_search.answers
    )
    rows = [row for row in search.closed_targets() if row in ways]
    costs: list[tuple[int, int]] = []
    for row in sorted(rows, key=lambda row: (ways[row][1], row)):
        # A lower bound: the cheapest walk can meet a node or a person twice, and a path may not.
        if len(costs) >= _MOST and ways[row][1] > costs[_MOST - 1][0]:
            break
        targets = {row: search.ends.targets[row]}
        result = search.with_deputies([row]).search_again(
            targets=targets, max_paths=1, old_last=False
        )
        costs = sorted([*costs, *((path.cost, row) for path in result.paths)])
    missing: list[MissingLink] = []
    for cost, row in costs[:_MOST]:
        areas = areas_of(search.view, row)
        missing.append(
            MissingLink(
                type=LinkType.DEPUTIZES_FOR,
                target=node_ref(search.view, row),
                path_cost=cost,
                path_chance=chance_of(cost),
                makers=_makers(search, LinkType.DEPUTIZES_FOR, areas, near, but=row),
                steward=node_ref(search.view, areas[0]) if areas else None,
            )
        )
    return tuple(missing)


# ---- who could make a link


def _makers(
    search: RelaxableSearch,
    link_type: LinkType,
    areas: list[int],
    near: ReachableCosts,
    *,
    but: int | None = None,
) -> tuple[NodeRef, ...]:
    """Return the posts that could make a link: of a listed kind, for an area or what it lies in.

    The cheapest to reach come first.
    """
    # bool[nodes]: the posts of a kind that is listed for a type of link.
    view = search.view
    codes = [kind.code for kind in search.policy.missing[link_type].makers]
    listed = view.memo(
        ("makers", search.policy.digest, link_type),
        lambda: posts(view) & np.isin(view.nodes.kind, codes),
    )
    around = {
        post
        for area in areas
        for fallback_level in (0, 1)
        for post in among(search.view, area, listed, fallback_level).tolist()
        if post != but
    }
    unreached = (0, np.iinfo(np.int32).max)
    makers = sorted(around, key=lambda post: (near.get(post, unreached)[1], post))[:_MOST]
    return tuple(node_ref(search.view, post) for post in makers)
