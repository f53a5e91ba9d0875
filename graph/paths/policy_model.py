"""What a policy says, typed: the parts of `policy.toml` (paths.md §2)."""

from collections.abc import Mapping
from dataclasses import dataclass

from graph.paths.answer_terms import FitGroup, FitNeed
from graph.vocabulary import Label, LegalGate, LinkType, PathUse, PostKind, PreventionLevel, Trigger


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRule:
    """How wide and deep a search goes unless the need says less."""

    max_paths: int
    overlap_percent: int
    default_hops: int
    max_hops: int
    max_starts: int
    max_targets: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How much work a search may do, in visible things; only `pops` can end one early.

    After `look_ahead` pops in vain a search looks ahead for what may not be shared.
    """

    hop_states: int
    settled: int
    region_states: int
    pops: int
    look_ahead: int
    widen: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CostRule:
    """What strength, freshness and response cost on every type of link alike."""

    strength_doubt: float
    strength_unknown: float
    unverified_days: int
    older_than_holder_days: int
    patience_days: float
    hours_unknown_days: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRule:
    """How a type of link is walked, its factor, and how its freshness falls towards `floor`."""

    walk: PathUse
    factor: float
    half_life_days: int
    floor: float
    is_lifted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GateRule:
    """What a gate costs, whether named persons may pass, and at which levels (all: every one)."""

    factor: float
    is_named: bool
    levels: frozenset[PreventionLevel]


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossingRule:
    """Labels that may be crossed, that only end a path, that are never on one; kinds that end."""

    cross: frozenset[Label]
    end: frozenset[Label]
    never: frozenset[Label]
    end_kinds: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class HubRule:
    """What crossing a much connected node costs: above `free` onward nodes, up to `closed_above`.

    A node with more than `closed_above` is not crossed at all.
    """

    free: int
    exponent: float
    cap_nat: float
    closed_above: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRule:
    """How many contacts an answer has, and how many ways to each, or to a single named one."""

    most: int
    ways: int
    ways_alone: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FitRule:
    """A class of posts that fit a need: who is in it, and the sentence that says so.

    The sentences hold `{what}` where the network, place, authority or word of the need stands.
    """

    who: FitGroup
    danish: str
    english: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TriggerRule:
    """Whether the matter is about somebody named, and who is contacted, the best kind first.

    `grounds` are the gates a named person is first discussed behind; other gates come after them.
    """

    is_named: bool
    posts: tuple[PostKind, ...]
    grounds: tuple[LegalGate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingRule:
    """Which posts could make a link that is missing."""

    makers: tuple[PostKind, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """All rules of a path search. `digest` names the content: 12 hex digits of its SHA-256.

    `standing` (by rung: holder, unit, acting, deputy, duty_line, own_channel, mailbox) is in
    micro-nats already. `direct` are the labels that may be called directly, `closing` the months
    and days offices are closed besides public holidays, `local` the standing posts of a place.
    """

    digest: str
    search: SearchRule
    budget: Budget
    cost: CostRule
    links: Mapping[LinkType, LinkRule]
    gates: Mapping[LegalGate, GateRule]
    crossing: CrossingRule
    hub: HubRule
    standing: Mapping[str, int]
    contacts: ContactRule
    fit: Mapping[FitNeed, tuple[FitRule, ...]]
    direct: frozenset[Label]
    closing: frozenset[tuple[int, int]]
    local: tuple[PostKind, ...]
    triggers: Mapping[Trigger, TriggerRule]
    missing: Mapping[LinkType, MissingRule]
