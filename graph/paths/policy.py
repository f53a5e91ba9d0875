"""Policy of a path search: permitted links and gates, and every number.

The rules are a pydantic model of `policy.toml`, which has all values: there is no default in code.
Source: docs/paths.md, "What a path is" and the two sections after it.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from hashlib import sha256
from math import log
from operator import itemgetter
from typing import Annotated, Any, Final, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, ConfigDict, Field, GetCoreSchemaHandler
from pydantic_core import core_schema

from graph.paths.answer_terms import FitGroup, FitNeed
from graph.paths.kernel.request import MAX_HOPS, MOST_PATHS
from graph.snapshot.arc_costs import (
    ALL_LEVELS,
    LAST_AGE,
    LONGEST_WAIT,
    QUARTERS,
    UNKNOWN_STRENGTH,
    ArcCostRules,
    Costs,
)
from graph.vocabulary import (
    AuthorityKind,
    Label,
    LegalGate,
    LinkType,
    NetworkKind,
    PathUse,
    PostKind,
    PreventionLevel,
    Trigger,
)

MICRO: Final = 1_000_000


def micro_nats(factor: float) -> int:
    """Return the cost of a factor: its -ln in millionths, rounded on its own."""
    return round(-log(factor) * MICRO)


# ---- types of values in the file


@dataclass(frozen=True, slots=True)
class _Form:
    """Annotation of a field that the file states as `form`, perhaps as the only key of a table."""

    form: Any
    convert: Callable[[Any], Any]
    key: str | None = None

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        form = handler.generate_schema(self.form)
        if self.key:
            form = core_schema.no_info_after_validator_function(
                itemgetter(self.key),
                core_schema.typed_dict_schema(
                    {self.key: core_schema.typed_dict_field(form)}, extra_behavior="forbid"
                ),
            )
        return core_schema.no_info_after_validator_function(self.convert, form)


def _unique(terms: tuple[Any, ...]) -> tuple[Any, ...]:
    for term, count in Counter(terms).items():
        if count > 1:
            raise ValueError(f"{term} is named twice")
    return terms


def _by_code(table: Mapping[Any, Any]) -> Mapping[Any, Any]:
    return dict(sorted(table.items(), key=lambda item: item[0].code))


def _check_rising(numbers: tuple[float, ...]) -> tuple[float, ...]:
    if list(numbers) != sorted(set(numbers)):
        raise ValueError(f"{list(numbers)} is not a list of rising numbers")
    return numbers


def _sentence(text: str) -> str:
    if not text:
        raise ValueError("is empty")
    if re.search(r"[{}]", text.replace("{what}", "")):
        raise ValueError(f"{text!r} may hold {{what}} and no other braces")
    return text


def _month_and_day(text: str) -> tuple[int, int]:
    try:
        day = date.fromisoformat(f"2024-{text}" if re.fullmatch(r"\d\d-\d\d", text) else "")
    except ValueError:
        raise ValueError(f"{text!r} is not a month and day such as 12-24") from None
    return day.month, day.day


def _ground_for_named(gate: LegalGate) -> LegalGate:
    if not gate.allows_named:
        raise ValueError(f"{gate} is no ground for discussing a named person")
    return gate


T = TypeVar("T")
K = TypeVar("K")
Share = Annotated[float, Field(gt=0, le=1)]
Positive = Annotated[int, Field(ge=1)]
Amount = Annotated[int, Field(ge=0)]
Most = Annotated[int, Field(ge=1, le=MOST_PATHS)]
Unique = Annotated[tuple[T, ...], AfterValidator(_unique)]
ByTerm = Annotated[Mapping[K, T], AfterValidator(_by_code)]
Sentence = Annotated[str, AfterValidator(_sentence)]


@dataclass(frozen=True)
class _StandingShares:
    holder: Share
    unit: Share
    acting: Share
    deputy: Share
    duty_line: Share
    own_channel: Share
    mailbox: Share

    def costs(self) -> dict[str, int]:
        return {rung: micro_nats(share) for rung, share in asdict(self).items()}


@dataclass(frozen=True)
class _Introduction:
    by: tuple[LinkType, ...]
    onward: tuple[LinkType, ...]
    opener: Literal["holder_present"]


@dataclass(frozen=True)
class _UnwalkedLinks:
    types: tuple[LinkType, ...]
    gates: tuple[LegalGate, ...]


# ---- the rules


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRule:
    """Width and depth of a search; a need may only lower them."""

    max_paths: Most
    overlap_percent: Annotated[int, Field(ge=0, le=100)]
    default_hops: Positive
    max_hops: Annotated[int, Field(ge=1, le=MAX_HOPS)]
    max_starts: Positive
    max_targets: Positive


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchBudget:
    """Work limits of a search, in visible elements; only `pops` can end a search early.

    After `look_ahead` pops without a new path, a search computes bounds that account for overlap.
    """

    hop_states: Amount
    settled: Amount
    region_states: Amount
    pops: Positive
    look_ahead: Positive
    widen: Annotated[tuple[Annotated[float, Field(gt=0)], ...], AfterValidator(_check_rising)]


@dataclass(frozen=True, slots=True, kw_only=True)
class CostRule:
    """Costs of strength, freshness and response, equal for every type of link."""

    strength_doubt: Annotated[float, Field(gt=0, lt=1)]
    strength_unknown: Share
    unverified_days: Positive
    older_than_holder_days: Positive
    patience_days: Positive
    hours_unknown_days: Annotated[int, Field(ge=1, le=7)]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRule:
    """How a type of link is traversed, its factor, and how its freshness falls towards `floor`."""

    walk: Annotated[PathUse, _Form(Literal["both", "forward"], lambda way: PathUse[way.upper()])]
    factor: Share
    half_life_days: Positive
    floor: Share
    is_lifted: Annotated[bool, Field(alias="lift")] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GateRule:
    """The factor of a gate, whether named persons may pass, and the levels it is open for."""

    factor: Share
    is_named: Annotated[bool, Field(alias="named")]
    levels: Annotated[
        frozenset[PreventionLevel],
        _Form(Unique[PreventionLevel], lambda levels: frozenset(levels or PreventionLevel)),
    ] = frozenset(PreventionLevel)


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossingRule:
    """Labels that may be crossed, that only end a path, that are never on one; kinds that end."""

    cross: frozenset[Label]
    end: frozenset[Label]
    never: frozenset[Label]
    end_kinds: Annotated[
        frozenset[str],
        _Form(Unique[PostKind | NetworkKind], lambda kinds: frozenset(map(str, kinds))),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterRule:
    """The triggers and kinds of network for which a kind of post may be a step on the way."""

    triggers: Unique[Trigger]
    networks: Unique[NetworkKind]


@dataclass(frozen=True, slots=True, kw_only=True)
class IntermediateRule:
    """Who may be a step between start and goal; these, and stops asked for, always may.

    `is_local`: who answers for a place is a step only from or to that place. `is_national_apart`:
    a national post is a step only for a start or goal that is national or of its sector. `matters`:
    kinds of post that are a step only for some matters, or for a start or goal of their sector;
    for the latter alone where the post is national.
    """

    is_local: Annotated[bool, Field(alias="local")]
    is_national_apart: Annotated[bool, Field(alias="national_apart")]
    matters: ByTerm[PostKind, MatterRule]


@dataclass(frozen=True, slots=True, kw_only=True)
class HubRule:
    """Cost of crossing a hub: applies above `free` onward nodes, up to `closed_above`.

    A node with more than `closed_above` is not crossed at all.
    """

    free: Positive
    exponent: Annotated[float, Field(gt=0, le=4)]
    cap_nat: Annotated[float, Field(gt=0, le=10)]
    closed_above: Positive


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRule:
    """Numbers of contacts in an answer, of paths to each, and of paths to a single named one.

    A path with a chance below `least_chance` is left out where a better one, or a direct call, is.
    """

    most: Most
    ways: Most
    ways_alone: Most
    least_chance: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class FitRule:
    """A class of posts that fit a need: the group in it, and the sentence that says so.

    The sentences contain `{what}` in place of the network, place, authority or term of the need.
    """

    who: FitGroup
    danish: Annotated[Sentence, Field(alias="da")]
    english: Annotated[Sentence, Field(alias="en")]


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverRule:
    """The line that covers the closed posts of each kind of authority; kinds nobody covers."""

    lines: ByTerm[AuthorityKind, PostKind]
    none: Annotated[frozenset[PostKind], _Form(Unique[PostKind], frozenset)]


@dataclass(frozen=True, slots=True, kw_only=True)
class TriggerRule:
    """Whether the matter concerns a named person, and which posts to contact, the best kind first.

    `grounds` are the preferred gates for discussing a named person; other gates come after them.
    """

    is_named: Annotated[bool, Field(alias="named")]
    posts: Unique[PostKind]
    grounds: Unique[Annotated[LegalGate, AfterValidator(_ground_for_named)]]


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingRule:
    """The kinds of posts that could make a missing link."""

    makers: Unique[PostKind]


_Proposed = Literal[
    LinkType.DEPUTIZES_FOR, LinkType.DOOR_OPENER_FOR, LinkType.MEMBER_OF, LinkType.REFERS_TO
]
"""Link types that `no_path` can propose as missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """All rules of a path search. `digest` identifies the content: 12 hex digits of its SHA-256.

    `standing` (by rung: holder, unit, acting, deputy, duty_line, own_channel, mailbox) is already
    in micro-nats. `direct` are the labels that may be called directly, `closing` the months and
    days on which offices are closed besides public holidays, `local` the standing posts of a place.
    """

    digest: Annotated[str, Field(max_length=0)] = ""  # computed: a file does not state it
    search: SearchRule
    budget: SearchBudget
    cost: CostRule
    links: ByTerm[LinkType, LinkRule]
    gates: ByTerm[LegalGate, GateRule]
    crossing: CrossingRule
    intermediate: IntermediateRule
    hub: HubRule
    standing: Annotated[Mapping[str, int], _Form(_StandingShares, _StandingShares.costs)]
    contacts: ContactRule
    fit: ByTerm[FitNeed, tuple[FitRule, ...]]
    direct: Annotated[
        frozenset[Label],
        _Form(Unique[Literal[Label.ACTOR, Label.RESOURCE_INDIVIDUAL]], frozenset, "labels"),
    ]
    closing: Annotated[
        frozenset[tuple[int, int]],
        _Form(tuple[Annotated[str, AfterValidator(_month_and_day)], ...], frozenset, "days"),
    ]
    cover: CoverRule
    local: Annotated[tuple[PostKind, ...], _Form(Unique[PostKind], tuple, "posts")]
    triggers: ByTerm[Trigger, TriggerRule]
    missing: Annotated[Mapping[LinkType, MissingRule], _Form(Mapping[_Proposed, MissingRule], dict)]


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyFile(Policy):
    """A policy file; the further keys state what is fixed, so no search reads them."""

    __pydantic_config__ = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)

    version: Annotated[int, Field(ge=1, le=1)]
    unwalked: _UnwalkedLinks
    introduce: Mapping[Literal[Label.RESOURCE_INDIVIDUAL], _Introduction]


# ---- costs of its factors, in tables of whole micro-nats (10^-6 nat)


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
    return np.rint(nats * MICRO).astype(np.int32)


def level_bits(levels: frozenset[PreventionLevel]) -> int:
    """Return levels as bits; the empty set means all levels."""
    return sum(1 << level.code for level in levels) or ALL_LEVELS


def dearest_path(policy: Policy) -> int:
    """Return an upper bound of the packed cost of any path: 16 * micro-nats, plus one per hop."""
    rules = arc_rules(policy)
    tables = (rules.type_cost, rules.strength_cost, rules.freshness_cost, rules.gate_cost)
    arc = sum(int(table.max()) for table in tables)
    node = max(policy.standing.values()) + int(response_costs(policy).max())
    hop = arc + node + round(policy.hub.cap_nat * MICRO)
    return 16 * MAX_HOPS * hop + MAX_HOPS


def response_costs(policy: Policy) -> Costs:
    """Costs by quarter days until someone answers, relative to `patience_days`."""
    factor = np.ones(LONGEST_WAIT + 1)
    waits = np.arange(1, LONGEST_WAIT + 1) / QUARTERS
    factor[1:] = 1 - np.exp2(-policy.cost.patience_days / waits)
    return _costs(factor)


def _costs(factors: NDArray[np.float64]) -> Costs:
    return np.rint(-np.log(factors) * MICRO).astype(np.int32)
