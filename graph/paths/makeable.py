"""Which links could be made that a need may walk, between whom, and what would each cost?

Fresh, of unknown strength, with the labels and tiers their type allows. Source: paths.md §4.4.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from graph.access.view import View
from graph.paths.costs import level_bits
from graph.paths.criteria import posts
from graph.paths.kernel.ask import Direction, SearchRequest
from graph.paths.kernel.caller_graph import rules_of
from graph.paths.kernel.ground import Numbers
from graph.paths.kernel.problem import REFUSED, classes
from graph.paths.relaxing import RelaxableSearch
from graph.snapshot.arc_costs import (
    CIVIL_BIT,
    CLIMBS,
    FALLS,
    FLAT,
    GATE_BIT,
    SLOPE_BIT,
    UNKNOWN_STRENGTH,
)
from graph.snapshot.csr import Mask
from graph.vocabulary import Label, LegalGate, LinkType, PreventionLevel

_OUTREACH: Final = frozenset({PreventionLevel.OUTREACH})


@dataclass(frozen=True, slots=True, kw_only=True)
class PossibleLink:
    """Links of one type in one direction a path may walk: by node, who can be at either end.

    What an arc costs, in micro-nats, is the `fee` of its head and the `toll` of both its ends.
    """

    type: LinkType
    tails: Mask
    heads: Mask
    toll: Numbers
    fee: Numbers
    slopes: tuple[int, ...]
    is_turned: bool = False


def possible_links(asked: RelaxableSearch) -> Iterator[PossibleLink]:
    """What could be made that the need may walk, each way by itself."""
    view, everyone = asked.view, posts(asked.view)
    free = view.memo("free", lambda: np.zeros(len(view.visible), np.int64))
    gate = referral_gate(asked.ask)
    if _permits(asked, gate, level_bits(frozenset())):
        yield PossibleLink(
            type=LinkType.REFERS_TO, tails=everyone, heads=everyone, toll=free,
            fee=_fee(asked, LinkType.REFERS_TO, gate), slopes=_slopes(asked, FALLS, FLAT),
        )  # fmt: skip
    if _permits(asked, LegalGate.CONSENT, level_bits(_OUTREACH), is_civil=True):
        yield PossibleLink(
            type=LinkType.DOOR_OPENER_FOR, tails=_is_held(view),
            heads=_civilians(view), toll=free,
            fee=_fee(asked, LinkType.DOOR_OPENER_FOR, LegalGate.CONSENT),
            slopes=_slopes(asked, FALLS, FLAT),
        )  # fmt: skip
    networks, gates = _open_networks(asked), _network_gates(asked)
    fee, slopes = _fee(asked, LinkType.MEMBER_OF), _slopes(asked, FALLS, FLAT, CLIMBS)
    for tails, heads, is_turned in ((everyone, networks, False), (networks, everyone, True)):
        yield PossibleLink(
            type=LinkType.MEMBER_OF, tails=tails, heads=heads, toll=gates, fee=fee, slopes=slopes,
            is_turned=is_turned,
        )  # fmt: skip


def referral_gate(ask: SearchRequest) -> LegalGate:
    """What a new referral stands on: what the need asks for, else what its matter takes.

    A named matter takes the info house, which every municipality has for it; others a contact in
    general terms.
    """
    return ask.gate or (LegalGate.INFOHOUSE if ask.is_named else LegalGate.GENERAL)


def _civilians(view: View) -> Mask:
    return view.visible & (view.nodes.label == Label.RESOURCE_INDIVIDUAL.code)


def _slopes(asked: RelaxableSearch, *slopes: int) -> tuple[int, ...]:
    """Those a path may go; across, it climbs no more once it has come down."""
    refused = {Direction.DOWN: CLIMBS, Direction.UP: FALLS}.get(asked.ask.direction)
    return tuple(slope for slope in slopes if slope != refused)


def _permits(
    asked: RelaxableSearch, gate: LegalGate, levels: int, *, is_civil: bool = False
) -> bool:
    """May the need walk a link on this ground, at these levels?"""
    open_for = int(rules_of(asked.view, asked.policy).gate_levels[gate.code])
    code = levels & open_for | FLAT << SLOPE_BIT | gate.code << GATE_BIT | is_civil << CIVIL_BIT
    return bool(classes(asked.policy, asked.ask)[code] != REFUSED)


def _open_networks(asked: RelaxableSearch) -> Mask:
    """bool[nodes]: the networks the need may go through as a member."""
    view, rules = asked.view, rules_of(asked.view, asked.policy)
    rows, gates = view.column(Label.NETWORK, "gate")
    levels = view.column(Label.NETWORK, "levels")[1]
    levels = np.where(levels == 0, level_bits(frozenset()), levels) & rules.gate_levels[gates]
    code = levels | FLAT << SLOPE_BIT | gates.astype(np.int64) << GATE_BIT
    networks = np.zeros(len(view.visible), np.bool_)
    networks[rows] = classes(asked.policy, asked.ask)[code] != REFUSED
    return networks & view.visible


def _network_gates(asked: RelaxableSearch) -> Numbers:
    """int64[nodes]: what the gate of each network costs; made once."""
    view, policy = asked.view, asked.policy
    return view.memo(("network_gates", policy.digest), lambda: _gate_costs(asked))


def _gate_costs(asked: RelaxableSearch) -> Numbers:
    rows, gates = asked.view.column(Label.NETWORK, "gate")
    costs = np.zeros(len(asked.view.visible), np.int64)
    costs[rows] = rules_of(asked.view, asked.policy).gate_cost[gates]
    return costs


def _fee(asked: RelaxableSearch, link_type: LinkType, gate: LegalGate | None = None) -> Numbers:
    """int64[nodes]: what a new link of a type to each costs, with who answers there."""
    rules = rules_of(asked.view, asked.policy)
    made = int(rules.type_cost[link_type.code] + rules.freshness_cost[link_type.code, 0])
    made += int(rules.strength_cost[UNKNOWN_STRENGTH])
    made += 0 if gate is None else int(rules.gate_cost[gate.code])
    return made + np.maximum(asked.standing.cost, 0).astype(np.int64)


def _is_held(view: View) -> Mask:
    """The posts with a holder who is there: a door is opened by somebody."""
    return view.memo("held", lambda: _held(view))


def _held(view: View) -> Mask:
    seats = view.seat_columns(LinkType.HOLDS)
    held = np.zeros(len(view.visible), np.bool_)
    held[seats.post[~seats.is_away & (seats.source >= 0)]] = True
    return held
