"""What each arc costs for itself on a day, and what a need tests it by. Source: paths.md §1.7."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graph.model.opening_hours import mean_wait_days
from graph.snapshot.arcs import Arcs, arcs_of
from graph.snapshot.columns import Codes, Days, Places
from graph.snapshot.field_types import MISSING, NO_WORD
from graph.snapshot.snapshot import Snapshot
from graph.vocabulary import Label, PreventionLevel

Costs = NDArray[np.int32]
LAST_AGE: Final = 3650
"""The days since a check are counted so far, and no further."""
UNKNOWN_STRENGTH: Final = 101
"""The place behind the hundredths 0 to 100 in a table of strengths."""
QUARTERS: Final = 4
"""A wait is counted in quarter days ..."""
LONGEST_WAIT: Final = 7 * QUARTERS
"""... and no further than a week."""
FALLS, FLAT, CLIMBS = 0, 1, 2
SLOPE_BIT: Final = 3
GATE_BIT: Final = 5
CIVIL_BIT: Final = 9
CODES: Final = 1 << 10
ALL_LEVELS: Final = (1 << len(PreventionLevel)) - 1
_NO_HOURS: Final = 255
"""The wait of a node that does not say when it is open."""
_CIVIL: Final = (Label.RESOURCE_INDIVIDUAL, Label.ORGANIZATION)
_EVERY: Final = slice(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArcCostRules:
    """A policy as tables in micro-nats: by type, hundredth of strength, type and days, and gate.

    `gate_levels` are the levels a gate is open for, as bits.
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
    """What one arc rests on and what its cost sums; the carriers' HOLDS links are -1 for none.

    `days` since the link was verified, or MISSING; `is_older_than_holder`: before a carrier's time.
    `parts` are the micro-nats of type, strength, freshness and gate.
    """

    link: int
    tail_hold: int
    head_hold: int
    days: int
    is_older_than_holder: bool
    parts: tuple[int, int, int, int]


def facts_on(snapshot: Snapshot, rules: ArcCostRules, place: int, day: int) -> ArcFacts:
    """What one of the Snapshot's arcs rests on, on a day: a few reads, no array is made."""
    arcs, links = arcs_of(snapshot), snapshot.links
    link = int(arcs.link[place])
    carriers = int(arcs.tail_hold[place]), int(arcs.head_hold[place])
    verified_on, link_type = int(links.verified_on[link]), int(links.type[link])
    days, age, is_older = MISSING, rules.unverified_days, False
    if verified_on != MISSING:
        days = age = max(day - verified_on, 0)
        is_older = any(verified_on < int(links.valid_from[one]) for one in carriers if one >= 0)
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
    """int32[Arcs]: what each costs on a day, those included that are not there."""
    arcs, links, freshness_cost = arcs_of(snapshot), snapshot.links, rules.freshness_cost
    age = _ages(snapshot, rules, day)
    cost = _link_costs(snapshot, rules, age)[arcs.link]
    older = _older_than_holder(snapshot, arcs)
    link_type, age = links.type[arcs.link[older]], age[arcs.link[older]]
    aged = np.minimum(np.maximum(age, rules.older_than_holder_days), LAST_AGE)
    cost[older] += freshness_cost[link_type, aged] - freshness_cost[link_type, age]
    return 16 * cost + 1


def _link_costs(snapshot: Snapshot, rules: ArcCostRules, age: Days) -> Costs:
    """int32[links]: what type, strength, freshness and gate cost; no number where no path walks."""
    links = snapshot.links
    hundredths = np.full(len(links.ids), UNKNOWN_STRENGTH, np.uint8)
    np.rint(links.strength * 100, out=hundredths, where=~np.isnan(links.strength), casting="unsafe")
    gate_cost = np.zeros(NO_WORD + 1, np.int32)
    gate_cost[: len(rules.gate_cost)] = rules.gate_cost
    cost = (rules.type_cost[:, np.newaxis] + rules.freshness_cost).ravel()[
        links.type.astype(np.int32) * (LAST_AGE + 1) + age
    ]
    return cost + rules.strength_cost[hundredths] + gate_cost[links.gate]


def _ages(snapshot: Snapshot, rules: ArcCostRules, day: int) -> Days:
    """int32[links]: the days freshness is judged by, whoever carries a link."""
    verified_on = snapshot.links.verified_on
    age = np.where(verified_on == MISSING, rules.unverified_days, np.maximum(day - verified_on, 0))
    return np.minimum(age, LAST_AGE)


def _older_than_holder(snapshot: Snapshot, arcs: Arcs) -> NDArray[np.intp]:
    """The places of arcs whose link was last verified before a carrier's time."""
    links = snapshot.links
    carried = np.flatnonzero((arcs.tail_hold >= 0) | (arcs.head_hold >= 0))
    came = np.append(links.valid_from, MISSING)  # the last: -1
    came = np.maximum(came[arcs.tail_hold[carried]], came[arcs.head_hold[carried]])
    verified_on = links.verified_on[arcs.link[carried]]
    return carried[(verified_on != MISSING) & (verified_on < came)]


def waits_of(snapshot: Snapshot) -> Codes:
    """uint8[nodes]: quarter days until each answers, a network at once, a post by its hours."""
    waits: Codes | None = snapshot.memo.get("waits")
    if waits is None:
        waits = np.full(len(snapshot.nodes.ids), _NO_HOURS, np.uint8)
        waits[snapshot.tables[Label.NETWORK].rows] = 0
        posts = snapshot.tables[Label.ACTOR]
        waits[posts.rows] = [_wait(str(hours)) for hours in posts.columns["hours"]]
        snapshot.memo["waits"] = waits
    return waits


def _wait(hours: str) -> int:
    return min(round(mean_wait_days(hours) * QUARTERS), LONGEST_WAIT) if hours else _NO_HOURS


def codes_of(
    snapshot: Snapshot, rules: ArcCostRules, places: Places | slice = _EVERY
) -> NDArray[np.uint16]:
    """uint16[places]: what a need is tested against, of all Arcs or of those at some places."""
    nodes, links, arcs = snapshot.nodes, snapshot.links, arcs_of(snapshot)
    link, head = arcs.link[places], arcs.head[places]
    gate = links.gate[link].astype(np.uint16)
    levels = links.levels[link]
    levels = np.where(levels == 0, ALL_LEVELS, levels) & rules.gate_levels[gate]
    climb = nodes.height[arcs.tail[places]].astype(np.int16) - nodes.height[head]
    slope = (np.sign(climb) + 1).astype(np.uint16)
    label = nodes.label[head]
    civil = (label == _CIVIL[0].code) | (label == _CIVIL[1].code)
    code = levels | slope << SLOPE_BIT | gate << GATE_BIT | civil.astype(np.uint16) << CIVIL_BIT
    return code.astype(np.uint16)
