"""Costs of a policy's factors: tables of whole micro-nats (10^-6 nat). Source: paths.md §1.7."""

from dataclasses import fields, replace
from hashlib import sha256
from math import log
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from graph.paths.policy_model import Policy
from graph.snapshot.arc_costs import (
    ALL_LEVELS,
    LAST_AGE,
    LONGEST_WAIT,
    QUARTERS,
    UNKNOWN_STRENGTH,
    ArcCostRules,
    Costs,
)
from graph.vocabulary import LegalGate, LinkType, PreventionLevel

MAX_HOPS: Final = 12
"""Largest number of hops of a search: four bits of a packed cost hold the hops."""
_MICRO: Final = 1_000_000


def micro_nats(factor: float) -> int:
    """Return the cost of a factor: its -ln in millionths, rounded on its own."""
    return round(-log(factor) * _MICRO)


def arc_rules(policy: Policy) -> ArcCostRules:
    """Return the policy as tables, with one number for every case of an arc."""
    type_cost = np.zeros(len(LinkType), np.int32)
    freshness_cost = np.zeros((len(LinkType), LAST_AGE + 1), np.int32)
    for link_type, link in policy.links.items():
        type_cost[link_type.code] = micro_nats(link.factor)
        freshness_cost[link_type.code] = _freshness(link.half_life_days, link.floor)
    gate_cost = np.zeros(len(LegalGate), np.int32)
    gate_levels = np.zeros(len(LegalGate), np.uint8)
    for gate, rule in policy.gates.items():
        gate_cost[gate.code] = micro_nats(rule.factor)
        gate_levels[gate.code] = level_bits(rule.levels)
    rules = ArcCostRules(
        digest="",
        type_cost=type_cost,
        strength_cost=_strength(policy),
        freshness_cost=freshness_cost,
        gate_cost=gate_cost,
        gate_levels=gate_levels,
        unverified_days=policy.cost.unverified_days,
        older_than_holder_days=policy.cost.older_than_holder_days,
    )
    return replace(rules, digest=_digest(rules))


def _digest(rules: ArcCostRules) -> str:
    """Digest of the tables: policies with equal arc costs share their arc graphs."""
    told = sha256()
    for field in fields(rules):
        value = getattr(rules, field.name)
        told.update(value.tobytes() if isinstance(value, np.ndarray) else repr(value).encode())
    return told.hexdigest()[:12]


def hub_costs(policy: Policy, degree: NDArray[Any]) -> Costs:
    """Return the cost of crossing nodes by their out-degree: positive above `free`, capped."""
    over = np.maximum(degree, policy.hub.free) / policy.hub.free
    nats = np.minimum(policy.hub.exponent * np.log(over), policy.hub.cap_nat)
    return np.rint(nats * _MICRO).astype(np.int32)


def level_bits(levels: frozenset[PreventionLevel]) -> int:
    """Return levels as bits; the empty set means all levels."""
    return sum(1 << level.code for level in levels) or ALL_LEVELS


def dearest_path(policy: Policy) -> int:
    """Return an upper bound of the packed cost of any path: 16 * micro-nats, plus one per hop."""
    return 16 * MAX_HOPS * _dearest_hop(policy) + MAX_HOPS


def _dearest_hop(policy: Policy) -> int:
    """Return an upper bound, in micro-nats, of any hop, hub and standing included."""
    rules = arc_rules(policy)
    tables = (rules.type_cost, rules.strength_cost, rules.freshness_cost, rules.gate_cost)
    arc = sum(int(table.max()) for table in tables)
    node = max(policy.standing.values()) + int(response_costs(policy).max())
    return arc + node + round(policy.hub.cap_nat * _MICRO)


def _strength(policy: Policy) -> Costs:
    """Costs by hundredths of strength, plus one entry for unknown strength.

    The factor is 1 - strength_doubt * (1 - strength).
    """
    strength = np.arange(UNKNOWN_STRENGTH + 1) / 100
    strength[UNKNOWN_STRENGTH] = policy.cost.strength_unknown
    return _costs(1 - policy.cost.strength_doubt * (1 - strength))


def _freshness(half_life_days: int, floor: float) -> Costs:
    days = np.arange(LAST_AGE + 1)
    return _costs(floor + (1 - floor) * np.exp2(-days / half_life_days))


def response_costs(policy: Policy) -> Costs:
    """Costs by quarter days until someone answers, relative to `patience_days`."""
    factor = np.ones(LONGEST_WAIT + 1)
    waits = np.arange(1, LONGEST_WAIT + 1) / QUARTERS
    factor[1:] = 1 - np.exp2(-policy.cost.patience_days / waits)
    return _costs(factor)


def _costs(factors: NDArray[np.float64]) -> Costs:
    return np.rint(-np.log(factors) * _MICRO).astype(np.int32)
