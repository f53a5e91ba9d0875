"""Request and result types of a search, in rows of the View and whole micro-nats; overlap."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from graph.vocabulary import STALE_DAYS, LegalGate, PreventionLevel, Term

MAX_HOPS: Final = 12
"""Largest number of hops of a search: four bits of a packed cost hold the hops."""
MOST_PATHS: Final = 32
"""Largest number of paths a search can distinguish: one bit of 32 each."""
MOST_STOPS: Final = 2
"""Largest number of items in `via`: the items a node meets are two bits."""


class Direction(Term):
    """Direction of a path through the tiers: docs/paths.md, "What a path is"."""

    AUTO = "AUTO", "Automatisk", "Automatic"
    DOWN = "DOWN", "Nedad"
    UP = "UP", "Opad"
    ACROSS = "ACROSS", "På tværs"


class FewerWhy(Term):
    """Why there are fewer paths than requested."""

    ALL_FOUND = "ALL_FOUND", "Der er ikke flere", "There are no more"
    OVERLAP = "OVERLAP", "Resten ligner dem, der er vist", "The others are too like these"
    CUT_OFF = "CUT_OFF", "Søgningen blev afbrudt", "The search was cut off"
    UNLIKELY = "UNLIKELY", "Mindre sikre veje vises ikke", "Less reliable paths are not shown"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest:
    """One search request. Rows that are not visible, closed or avoided are ignored.

    `targets` maps each target to its cost of fit; `levels` empty means all; `gate` admits only
    itself and INTERNAL; each item of `via` is a set of which one node must be met, in order.
    `closed` is a mask of rows that are not crossed; it does not concern starts and targets.
    `old_last`: paths over links that were not verified within a year come after all others.
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
    closed: NDArray[np.bool_] | None = field(default=None, compare=False)
    old_last: bool = True

    def __post_init__(self) -> None:
        """Check the bounds, beyond which compiled code would write outside its arrays.

        Raises:
            ValueError: a bound is exceeded.
        """
        if not 0 <= self.max_hops <= MAX_HOPS:
            raise ValueError(f"{self.max_hops} hops are not in [0, {MAX_HOPS}]")
        if not 1 <= self.max_paths <= MOST_PATHS:
            raise ValueError(f"{self.max_paths} paths are not in [1, {MOST_PATHS}]")
        if len(self.via) > MOST_STOPS:
            raise ValueError(f"{len(self.via)} stops are more than {MOST_STOPS}")


class EnumerationLimits(NamedTuple):
    """Limits of paths, overlap and work; `exempt` nodes never count as shared.

    After `patience` pops without a new path a search looks ahead. `given` are paths, as nodes of
    the arc graph, that were accepted before: they count towards `max_paths`, and others must differ
    from them.
    """

    max_paths: int
    max_hops: int
    overlap_percent: int
    exempt: frozenset[int]
    max_pops: int
    patience: int
    given: tuple[tuple[int, ...], ...] = ()


class EnumeratedPaths(NamedTuple):
    """New accepted paths in their order, as nodes and arcs of the arc graph.

    `is_cut_off`: the pops ran out. `has_alike`: a path was left out that is too like an accepted
    one.
    """

    paths: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]
    is_cut_off: bool
    has_alike: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CostParts:
    """The costs of the link itself, in micro-nats; their sum is its cost."""

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
    """One link as used; `hub`, `standing`, `response`, `fit` are the costs of entering its target.

    `is_inside`: both ends have the same answerer, so it is no call; `is_free`: in addition both are
    posts, so it costs nothing but `hub` and `fit`. `carriers` are the people whose acquaintance or
    door opening the hop is; `also` the other links that could be used, in order of cost. `days`
    since it was verified, None: never.
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
        """The whole cost; if both ends are posts with the same answerer, `hub` and `fit` alone."""
        if self.is_free:
            return self.hub + self.fit
        return self.parts.total + self.hub + self.standing + self.response + self.fit

    @property
    def is_old(self) -> bool:
        """Whether the link was verified more than a year ago, or never."""
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
        """The number of calls: hops that do not lead to the same answerer again."""
        return sum(not hop.is_inside for hop in self.hops)

    @property
    def is_old(self) -> bool:
        """Whether it uses a link that was verified more than a year ago, or never."""
        return any(hop.is_old for hop in self.hops)

    @property
    def order(self) -> tuple[bool, int, int, tuple[int, ...], tuple[int, ...]]:
        """The total order of paths: old ones last, then cost, steps, nodes and links."""
        links = tuple(hop.link for hop in self.hops)
        return self.is_old, self.cost, self.steps, self.rows, links


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchCutoff:
    """Why there are fewer paths; for OVERLAP with an interior node common to all, if any."""

    why: FewerWhy
    bottleneck: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """The paths in their total order; `fewer` is None if as many as requested were found."""

    paths: tuple[SearchPath, ...]
    is_exact: bool
    is_cut_off: bool
    fewer: SearchCutoff | None


NO_PATHS: Final = SearchResult(paths=(), is_exact=True, is_cut_off=False, fewer=None)
"""The result of a search without starts or targets."""


# ---- overlap of interior steps (docs/paths.md, "Order and difference")


Nodes = tuple[int, ...]


def interior(
    path: Nodes, exempt: frozenset[int], step: Sequence[int] | NDArray[np.int32]
) -> frozenset[int]:
    """Return the steps a path crosses, without those of its ends and of the exempt nodes.

    `step` is by node.
    """
    ends = {int(step[path[0]]), int(step[path[-1]]), *(int(step[node]) for node in exempt)}
    return frozenset(int(step[node]) for node in path[1:-1]) - ends


def is_alike(path: frozenset[int], other: frozenset[int], overlap_percent: int) -> bool:
    """Return whether two paths share more of the shorter than is allowed."""
    return 100 * len(path & other) > overlap_percent * min(len(path), len(other))


def bottleneck(paths: Sequence[Nodes], exempt: frozenset[int]) -> int | None:
    """Return the first node, in order of id, that every given path crosses."""
    first, *others = (frozenset(path[1:-1]) - exempt for path in paths)
    return min(first.intersection(*others), default=None)
