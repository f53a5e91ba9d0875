"""Benchmark needs for a generated graph: caller clearance, starts, targets and constraints.

Separate from `Need` of the application: a benchmark converts these into the input of each engine.
At 5,000 nodes six of ten have no path, nine of ten of the named ones: outside municipalities the
model has no network that carries names at its own tier, so these use referrals alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np

from graph.vocabulary import NetworkKind, PreventionLevel, Tier
from seed.scale.bodies import Bodies
from seed.scale.draws import Ints, at, stream

T = TypeVar("T")
SHUT_PERCENT: Final = (15, 8, 2, 0)
"""The percentage of arcs closed to a caller, by its clearance."""
_CLEARANCE_SHARES: Final = (0.1, 0.4, 0.4, 0.1)
_START_TIERS: Final = (
    (Tier.NATIONAL,),
    (Tier.REGIONAL, Tier.DISTRICT),
    (Tier.MUNICIPAL,),
)
_START_SHARES: Final = (0.25, 0.35, 0.4)
_STARTS, _STARTS_SHARES = (1, 2, 4), (0.7, 0.2, 0.1)
_COMMUNITIES_ONLY: Final = 0.3
_VIAS: Final = (
    frozenset[NetworkKind](),
    frozenset({NetworkKind.SSP}),
    frozenset({NetworkKind.PSP_STEERING, NetworkKind.PSP_OPERATIONAL}),
    frozenset({NetworkKind.KSP}),
    frozenset({NetworkKind.INFOHOUSE_NETWORK, NetworkKind.INFOHOUSE_MUNICIPALITY}),
)
_VIA_SHARES: Final = (0.7, 0.12, 0.06, 0.06, 0.06)
_LEVELS: Final = (None, *PreventionLevel)
_LEVEL_SHARES: Final = (0.4, 0.2, 0.2, 0.2)
_NAMED_SHARE: Final = 0.4
_HOPS, _HOPS_SHARES = (6, 8), (0.7, 0.3)


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnNeed:
    """From posts to posts: those of one competence in a municipality, or in its communities only.

    `clearance` is an index into SHUT_PERCENT; `via` holds kinds of network, empty for none; `level`
    None means all levels.
    """

    clearance: int
    start: tuple[str, ...]
    target: tuple[str, ...]
    via: frozenset[NetworkKind]
    level: PreventionLevel | None
    is_named: bool
    max_hops: int


def draw_needs(bodies: Bodies, seed: int, count: int) -> tuple[DrawnNeed, ...]:
    """Needs drawn one after the other, so that the first n are the same for each count.

    A start is some posts of one unit; a target has the competence of a post drawn there, so that
    it exists.
    """
    rng, ids, units = stream(seed, "needs"), bodies.posts.ids, bodies.units
    needs: list[DrawnNeed] = []
    for _ in range(count):
        clearance = _draw(range(len(SHUT_PERCENT)), _CLEARANCE_SHARES, rng)
        places = np.concatenate(
            [units.of(tier) for tier in _draw(_START_TIERS, _START_SHARES, rng)]
        )
        posts = _current_posts(bodies, places[rng.integers(0, len(places), 1)])
        size = min(_draw(_STARTS, _STARTS_SHARES, rng), len(posts))
        start = np.sort(rng.choice(posts, size, replace=False))
        places = units.of(Tier.MUNICIPAL)
        place = places[rng.integers(0, len(places), 1)]
        communities = np.flatnonzero(units.above[:, 0] == place)
        is_narrow = rng.random() < _COMMUNITIES_ONLY
        posts = _current_posts(
            bodies, communities if is_narrow else np.concatenate((place, communities))
        )
        target = posts[bodies.competence[posts] == bodies.competence[rng.choice(posts)]]
        needs.append(
            DrawnNeed(
                clearance=clearance,
                start=tuple(at(ids, start)),
                target=tuple(at(ids, target)),
                via=_draw(_VIAS, _VIA_SHARES, rng),
                level=_draw(_LEVELS, _LEVEL_SHARES, rng),
                is_named=bool(rng.random() < _NAMED_SHARE),
                max_hops=_draw(_HOPS, _HOPS_SHARES, rng),
            )
        )
    return tuple(needs)


def _current_posts(bodies: Bodies, units: Ints) -> Ints:
    """The posts of these units that have not ended."""
    posts = np.flatnonzero(np.isin(bodies.posts.unit, units))
    return posts[~bodies.is_post_over[posts]]


def _draw(choices: Sequence[T], shares: tuple[float, ...], rng: np.random.Generator) -> T:
    return choices[rng.choice(len(choices), p=shares)]
