"""Costs of a policy's factors: tables of whole micro-nats (10^-6 nat). Source: paths.md §1.7."""

from dataclasses import fields, replace
from hashlib import sha256
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from graph.paths.kernel.request import MAX_HOPS
from graph.paths.policy import Policy, micro_nats
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

_MICRO: Final = 1_000_000


def arc_rules(policy: Policy) -> ArcCostRules:
    """Return the policy as tables, with one number for every case of an arc."""
    type_cost = np.zeros(len(LinkType), np.int32)
    freshness_cost = np.zeros((len(LinkType), LAST_AGE + 1), np.int32)
    days = np.arange(LAST_AGE + 1)
    for link_type, link in policy.links.items():
        type_cost[link_type.code] = micro_nats(link.factor)
        fresh = np.exp2(-days / link.half_life_days)
        freshness_cost[link_type.code] = _costs(link.floor + (1 - link.floor) * fresh)
    gate_cost = np.zeros(len(LegalGate), np.int32)
    gate_levels = np.zeros(len(LegalGate), np.uint8)
    for gate, rule in policy.gates.items():
        gate_cost[gate.code] = micro_nats(rule.factor)
        gate_levels[gate.code] = level_bits(rule.levels)
    # By hundredths of strength, with a last entry for unknown strength.
    strength = np.arange(UNKNOWN_STRENGTH + 1) / 100
    strength[UNKNOWN_STRENGTH] = policy.cost.strength_unknown
    rules = ArcCostRules(
        digest="",
        type_cost=type_cost,
        strength_cost=_costs(1 - policy.cost.strength_doubt * (1 - strength)),
        freshness_cost=freshness_cost,
        gate_cost=gate_cost,
        gate_levels=gate_levels,
        unverified_days=policy.cost.unverified_days,
        older_than_holder_days=policy.cost.older_than_holder_days,
    )
    # The digest is that of the tables: policies with equal arc costs share their arc graphs.
    content = sha256()
    for field in fields(rules):
        value = getattr(rules, field.name)
        content.update(value.tobytes() if isinstance(value, np.ndarray) else repr(value).encode())
    return replace(rules, digest=content.hexdigest()[:12])


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
    rules = arc_rules(policy)
    tables = (rules.type_cost, rules.strength_cost, rules.freshness_cost, rules.gate_cost)
    arc = sum(int(table.max()) for table in tables)
    node = max(policy.standing.values()) + int(response_costs(policy).max())
    hop = arc + node + round(policy.hub.cap_nat * _MICRO)
    return 16 * MAX_HOPS * hop + MAX_HOPS


def response_costs(policy: Policy) -> Costs:
    """Costs by quarter days until someone answers, relative to `patience_days`."""
    factor = np.ones(LONGEST_WAIT + 1)
    waits = np.arange(1, LONGEST_WAIT + 1) / QUARTERS
    factor[1:] = 1 - np.exp2(-policy.cost.patience_days / waits)
    return _costs(factor)


def _costs(factors: NDArray[np.float64]) -> Costs:
    return np.rint(-np.log(factors) * _MICRO).astype(np.int32)
