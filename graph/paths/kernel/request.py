"""What a search is asked and what it found, in rows of the View and whole micro-nats."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from graph.paths.costs import MAX_HOPS
from graph.vocabulary import STALE_DAYS, LegalGate, PreventionLevel, Term

MOST_PATHS: Final = 32
"""How many paths a search can tell apart: a bit of 32 for each."""
MOST_STOPS: Final = 2
"""How many items `via` can have: what a node meets of them is two bits."""


class Direction(Term):
    """Which way through the tiers a path may go (paths.md §1.5)."""

    AUTO = "AUTO", "Automatisk", "Automatic"
    DOWN = "DOWN", "Nedad"
    UP = "UP", "Opad"
    ACROSS = "ACROSS", "På tværs"


class FewerWhy(Term):
    """Why there are fewer paths than were asked for."""

    ALL_FOUND = "ALL_FOUND", "Der er ikke flere", "There are no more"
    OVERLAP = "OVERLAP", "Resten ligner dem, der er vist", "The others are too like these"
    CUT_OFF = "CUT_OFF", "Søgningen blev afbrudt", "The search was cut off"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest:
    """One question to the kernel. Rows that are not visible, closed or avoided count for nothing.

    `targets` gives each target's cost of fit; `levels` empty means all; `gate` admits itself and
    INTERNAL alone; each item of `via` is a set of which one node must be met, in order. `old_last`:
    paths over links that are not verified for a year come after all others.
    """

    starts: tuple[int, ...]
    targets: Mapping[int, int]
    direction: Direction
    max_hops: int
    max_paths: int
    overlap_percent: int
    levels: frozenset[PreventionLevel] = frozenset()
    is_named: bool = False
    gate: LegalGate | None = None
    via: tuple[frozenset[int], ...] = ()
    avoid: frozenset[int] = frozenset()
    old_last: bool = True

    def __post_init__(self) -> None:
        """Whatever is beyond these bounds, compiled code would write where it has no room."""
        if not 0 <= self.max_hops <= MAX_HOPS:
            raise ValueError(f"{self.max_hops} hops are not in [0, {MAX_HOPS}]")
        if not 1 <= self.max_paths <= MOST_PATHS:
            raise ValueError(f"{self.max_paths} paths are not in [1, {MOST_PATHS}]")
        if len(self.via) > MOST_STOPS:
            raise ValueError(f"{len(self.via)} stops are more than {MOST_STOPS}")


class EnumerationLimits(NamedTuple):
    """How many paths, how unlike, how hard to look; `exempt` nodes count as shared by none.

    After `patience` pops in vain a search looks ahead. `given` are paths, as nodes of the Walk,
    that were accepted before: they count among `max_paths`, and others must be unlike them.
    """

    max_paths: int
    max_hops: int
    overlap_percent: int
    exempt: frozenset[int]
    max_pops: int
    patience: int
    given: tuple[tuple[int, ...], ...] = ()


class Enumeration(NamedTuple):
    """New accepted paths in their order, as nodes and arcs of the Walk; did the pops run out?

    `has_alike`: something was left out that is too like an accepted path.
    """

    paths: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]
    is_cut_off: bool
    has_alike: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CostParts:
    """What the link itself costs, in micro-nats; the sum is its cost."""

    type: int
    strength: int
    freshness: int
    gate: int

    @property
    def total(self) -> int:
        """The cost of the link."""
        return self.type + self.strength + self.freshness + self.gate


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchHop:
    """One link as used; `hub`, `standing`, `response`, `fit` are what entering its target costs.

    `is_inside`: the same one answers at both ends, so it is no call; `is_free`: and costs nothing,
    both being posts. `carriers` are the people whose acquaintance or door opening the hop is;
    `also` the other links that would do, in order of cost. `days` since it was verified, None:
    never.
    """

    source: int
    target: int
    link: int
    carriers: tuple[int, ...]
    also: tuple[int, ...]
    parts: CostParts
    hub: int
    standing: int
    response: int
    fit: int
    is_inside: bool
    is_free: bool
    days: int | None
    is_older_than_holder: bool

    @property
    def cost(self) -> int:
        """All of it; of a link between two posts at which the same one answers, the hub alone."""
        if self.is_free:
            return self.hub + self.fit
        return self.parts.total + self.hub + self.standing + self.response + self.fit

    @property
    def is_old(self) -> bool:
        """Was the link verified more than a year ago, or never?"""
        return self.days is None or self.days > STALE_DAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPath:
    """A path: n + 1 rows, n hops."""

    rows: tuple[int, ...]
    hops: tuple[SearchHop, ...]

    @property
    def cost(self) -> int:
        """The sum over its hops."""
        return sum(hop.cost for hop in self.hops)

    @property
    def steps(self) -> int:
        """How many calls it takes: hops that do not lead to the same one again."""
        return sum(not hop.is_inside for hop in self.hops)

    @property
    def is_old(self) -> bool:
        """Does it use a link that was verified more than a year ago, or never?"""
        return any(hop.is_old for hop in self.hops)

    @property
    def order(self) -> tuple[bool, int, int, tuple[int, ...], tuple[int, ...]]:
        """The total order of ways: old ones last, then cost, steps, nodes and links."""
        links = tuple(hop.link for hop in self.hops)
        return self.is_old, self.cost, self.steps, self.rows, links


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchCutoff:
    """Why there are fewer; for OVERLAP an interior node common to all given, if there is one."""

    why: FewerWhy
    bottleneck: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """The paths in their total order; `fewer` is None when as many as asked were found."""

    paths: tuple[SearchPath, ...]
    is_exact: bool
    is_cut_off: bool
    fewer: SearchCutoff | None
