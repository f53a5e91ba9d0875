"""Typed model of a policy: the parts of `policy.toml` (paths.md §2)."""

from collections.abc import Mapping
from dataclasses import dataclass

from graph.paths.answer_terms import FitGroup, FitNeed
from graph.vocabulary import Label, LegalGate, LinkType, PathUse, PostKind, PreventionLevel, Trigger


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRule:
    """Width and depth of a search; a need may only lower them."""

    max_paths: int
    overlap_percent: int
    default_hops: int
    max_hops: int
    max_starts: int
    max_targets: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchBudget:
    """Work limits of a search, in visible elements; only `pops` can end a search early.

    After `look_ahead` pops without a new path, a search computes bounds that account for overlap.
    """

    hop_states: int
    settled: int
    region_states: int
    pops: int
    look_ahead: int
    widen: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CostRule:
    """Costs of strength, freshness and response, equal for every type of link."""

    strength_doubt: float
    strength_unknown: float
    unverified_days: int
    older_than_holder_days: int
    patience_days: float
    hours_unknown_days: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRule:
    """How a type of link is traversed, its factor, and how its freshness falls towards `floor`."""

    walk: PathUse
    factor: float
    half_life_days: int
    floor: float
    is_lifted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GateRule:
    """The factor of a gate, whether named persons may pass, and the levels it is open for."""

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
    """Cost of crossing a hub: applies above `free` onward nodes, up to `closed_above`.

    A node with more than `closed_above` is not crossed at all.
    """

    free: int
    exponent: float
    cap_nat: float
    closed_above: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRule:
    """Numbers of contacts in an answer, of paths to each, and of paths to a single named one."""

    most: int
    ways: int
    ways_alone: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FitRule:
    """A class of posts that fit a need: the group in it, and the sentence that says so.

    The sentences contain `{what}` in place of the network, place, authority or term of the need.
    """

    who: FitGroup
    danish: str
    english: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TriggerRule:
    """Whether the matter concerns a named person, and which posts to contact, the best kind first.

    `grounds` are the preferred gates for discussing a named person; other gates come after them.
    """

    is_named: bool
    posts: tuple[PostKind, ...]
    grounds: tuple[LegalGate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingRule:
    """The kinds of posts that could make a missing link."""

    makers: tuple[PostKind, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """All rules of a path search. `digest` identifies the content: 12 hex digits of its SHA-256.

    `standing` (by rung: holder, unit, acting, deputy, duty_line, own_channel, mailbox) is already
    in micro-nats. `direct` are the labels that may be called directly, `closing` the months and
    days on which offices are closed besides public holidays, `local` the standing posts of a place.
    """

    digest: str
    search: SearchRule
    budget: SearchBudget
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
