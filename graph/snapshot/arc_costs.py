"""Arc costs on a day, and the codes by which a need accepts or rejects arcs.

Source: docs/paths.md, "What a hop costs".
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graph.snapshot.arcs import arcs_of
from graph.snapshot.columns import Codes
from graph.snapshot.field_types import MISSING, NO_WORD
from graph.snapshot.snapshot import Snapshot
from graph.vocabulary import Label, PreventionLevel

Costs = NDArray[np.int32]
LAST_AGE: Final = 3650
"""Cap on the days since a link was verified."""
UNKNOWN_STRENGTH: Final = 101
"""Index for an unknown strength in a strength table, after the hundredths 0 to 100."""
QUARTERS: Final = 4
"""Units of waiting time per day: waits are counted in quarter days."""
LONGEST_WAIT: Final = 7 * QUARTERS
"""Cap on a wait: one week, in quarter days."""
FALLS, FLAT, CLIMBS = 0, 1, 2
SLOPE_BIT: Final = 3
GATE_BIT: Final = 5
CIVIL_BIT: Final = 9
CODES: Final = 1 << 10
ALL_LEVELS: Final = (1 << len(PreventionLevel)) - 1
_CIVIL: Final = (Label.RESOURCE_INDIVIDUAL, Label.ORGANIZATION)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArcCostRules:
    """A cost policy as int32 lookup tables in micro-nats.

    The tables are indexed by link type, by hundredth of strength (or UNKNOWN_STRENGTH), by link
    type and days since verification, and by gate. `gate_levels` is, for each gate, a bit mask of
    the levels it is open for.
    """

    digest: str
    type_cost: Costs
    strength_cost: Costs
    freshness_cost: Costs
    gate_cost: Costs
    gate_levels: Codes
    unverified_days: int
    older_than_holder_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ArcFacts:
    """The link and carriers of one arc, and the parts of its cost.

    `tail_hold` and `head_hold` are the carriers' HOLDS links, -1 for none. `days` counts from the
    link's verification, or is MISSING; `is_older_than_holder` is true if the link was verified
    before a carrier took the post. `parts` are the micro-nats of type, strength, freshness and
    gate.
    """

    link: int
    tail_hold: int
    head_hold: int
    days: int
    is_older_than_holder: bool
    parts: tuple[int, int, int, int]


def facts_on(snapshot: Snapshot, rules: ArcCostRules, place: int, day: int) -> ArcFacts:
    """Return the facts of one of the Snapshot's arcs on a day. O(1), no array is allocated."""
    arcs, links = arcs_of(snapshot), snapshot.links
    link = int(arcs.link[place])
    carriers = int(arcs.tail_hold[place]), int(arcs.head_hold[place])
    verified_on, link_type = int(links.verified_on[link]), int(links.type[link])
    days, age, is_older = MISSING, rules.unverified_days, False
    if verified_on != MISSING:
        days = age = max(day - verified_on, 0)
        is_older = any(verified_on < int(links.valid_from[hold]) for hold in carriers if hold >= 0)
        age = max(age, rules.older_than_holder_days) if is_older else age
    strength = float(links.strength[link])
    hundredths = round(strength * 100) if strength == strength else UNKNOWN_STRENGTH
    parts = (
        int(rules.type_cost[link_type]),
        int(rules.strength_cost[hundredths]),
        int(rules.freshness_cost[link_type, min(age, LAST_AGE)]),
        int(rules.gate_cost[links.gate[link]]),
    )
    return ArcFacts(
        link=link,
        tail_hold=carriers[0],
        head_hold=carriers[1],
        days=days,
        is_older_than_holder=is_older,
        parts=parts,
    )


def costs_on(snapshot: Snapshot, rules: ArcCostRules, day: int) -> Costs:
    """Return the cost of every arc on a day, int32[Arcs], including arcs not valid that day.

    A cost is 16 * micro-nats + 1.
    """
    arcs, links = arcs_of(snapshot), snapshot.links
    verified_on, link_type = links.verified_on, links.type.astype(np.int32)
    age = np.where(verified_on == MISSING, rules.unverified_days, np.maximum(day - verified_on, 0))
    age = np.minimum(age, LAST_AGE)
    hundredths = np.full(len(links.ids), UNKNOWN_STRENGTH, np.uint8)
    np.rint(links.strength * 100, out=hundredths, where=~np.isnan(links.strength), casting="unsafe")
    gate_cost = np.zeros(NO_WORD + 1, np.int32)
    gate_cost[: len(rules.gate_cost)] = rules.gate_cost
    # int32[links], meaningless for links that no path can use.
    aged_type = (rules.type_cost[:, np.newaxis] + rules.freshness_cost).ravel()
    link_cost = aged_type[link_type * (LAST_AGE + 1) + age]
    link_cost = link_cost + rules.strength_cost[hundredths] + gate_cost[links.gate]
    cost = link_cost[arcs.link]
    # The arcs whose link was last verified before a carrier took the post.
    carried = np.flatnonzero((arcs.tail_hold >= 0) | (arcs.head_hold >= 0))
    came = np.append(links.valid_from, MISSING)  # the last entry serves index -1: no carrier
    came = np.maximum(came[arcs.tail_hold[carried]], came[arcs.head_hold[carried]])
    checked = verified_on[arcs.link[carried]]
    older = carried[(checked != MISSING) & (checked < came)]
    link_type, age = links.type[arcs.link[older]], age[arcs.link[older]]
    aged = np.minimum(np.maximum(age, rules.older_than_holder_days), LAST_AGE)
    cost[older] += rules.freshness_cost[link_type, aged] - rules.freshness_cost[link_type, age]
    return 16 * cost + 1


def codes_of(snapshot: Snapshot, rules: ArcCostRules) -> NDArray[np.uint16]:
    """Return the codes a need is tested against, uint16[Arcs].

    The bits are described at `ArcGraph`.
    """
    nodes, links, arcs = snapshot.nodes, snapshot.links, arcs_of(snapshot)
    gate = links.gate[arcs.link].astype(np.uint16)
    levels = links.levels[arcs.link]
    levels = np.where(levels == 0, ALL_LEVELS, levels) & rules.gate_levels[gate]
    climb = nodes.height[arcs.tail].astype(np.int16) - nodes.height[arcs.head]
    slope = (np.sign(climb) + 1).astype(np.uint16)
    label = nodes.label[arcs.head]
    civil = (label == _CIVIL[0].code) | (label == _CIVIL[1].code)
    code = levels | slope << SLOPE_BIT | gate << GATE_BIT | civil.astype(np.uint16) << CIVIL_BIT
    return code.astype(np.uint16)
