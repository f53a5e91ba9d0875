"""Units of Denmark, the units above each, and how many nodes each one gets."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graph.model import Area, Authority, Covers, LiesIn, PartOf
from graph.snapshot.field_types import RawColumns
from graph.vocabulary import AreaKind, AuthorityKind, Label, LinkType, Sector, Tier
from seed.scale.draws import Columns, Ints, at, filled, stream
from seed.structure.sources import Denmark, read_denmark

NATION: Final = 0
_SHARES: Final = {
    Tier.NATIONAL: 0.015,
    Tier.REGIONAL: 0.03,
    Tier.DISTRICT: 0.04,
    Tier.MUNICIPAL: 0.315,
    Tier.COMMUNITY: 0.6,
}
_LEAST: Final = 10
_LEAST_IN_COMMUNITY: Final = 6
_EVEN: Final = 0.3  # share split evenly among municipalities, the rest by a long-tailed draw
_SPREAD: Final = 0.8
_NODES_A_COMMUNITY: Final = 12_500  # one more community in each municipality for this many nodes
_FEWEST_COMMUNITIES: Final = 2
_AREA_KINDS: Final = tuple(AreaKind)  # in the order of Tier
_AUTHORITY_KINDS: Final = (
    AuthorityKind.AGENCY,
    AuthorityKind.REGION,
    AuthorityKind.POLICE_DISTRICT,
    AuthorityKind.MUNICIPALITY,
    AuthorityKind.UNIT,
)
SECTORS: Final = (
    Sector.POLICE,
    Sector.PSYCHIATRY,
    Sector.POLICE,
    Sector.SOCIAL_SERVICES,
    Sector.SOCIAL_SERVICES,
)
"""By the code of the tier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """The nation first, then regions, districts, municipalities, communities.

    `above` (int64[units, 2]) are a municipality's district and region, else the same unit twice;
    the nation is above itself. `below` are the units under each, delimited by `below_start`.
    """

    area_ids: tuple[str, ...]
    codes: tuple[str, ...]
    names: tuple[str, ...]
    tier: Ints
    above: Ints
    nodes: Ints
    below: Ints
    below_start: Ints

    def authority_id(self, unit: int) -> str:
        """The id of the body that covers the unit's area."""
        return f"aut-{self.area_ids[unit]}"

    def of(self, tier: Tier) -> Ints:
        """The units of a tier."""
        return np.flatnonzero(self.tier == tier.code)

    def any_above(self, units: Ints, rng: np.random.Generator) -> Ints:
        """For each unit one of those above it."""
        return self.above[units, rng.integers(0, 2, len(units))]

    def partners(self, units: Ints, rng: np.random.Generator) -> Ints:
        """Units of a link's other end: own 65 %, sibling 15 %, above 12 %, anywhere 8 %."""
        above = self.any_above(units, rng)
        choices = np.stack((units, self._siblings(above, rng), above, self._anywhere(units, rng)))
        kind = rng.choice(4, len(units), p=(0.65, 0.15, 0.12, 0.08))
        return choices[kind, np.arange(len(units))]

    def _siblings(self, above: Ints, rng: np.random.Generator) -> Ints:
        count = self.below_start[above + 1] - self.below_start[above]
        return self.below[self.below_start[above] + (count * rng.random(len(above))).astype(int)]

    def _anywhere(self, units: Ints, rng: np.random.Generator) -> Ints:
        return rng.integers(0, len(self.tier), len(units))


def draw_units(size: int, seed: int) -> Units:
    """The real units of `data/`, and as many communities as the size requires."""
    denmark = read_denmark()
    each = max(_FEWEST_COMMUNITIES, size // _NODES_A_COMMUNITY)
    rows = list(_rows(denmark, each))
    place = {row.area_id: number for number, row in enumerate(rows)}
    above = np.array([[place[one] for one in row.above] for row in rows], np.int64)
    below, below_start = _below(above)
    return Units(
        area_ids=tuple(place),
        codes=tuple(row.code for row in rows),
        names=tuple(row.name for row in rows),
        tier=np.array([row.tier.code for row in rows], np.int64),
        above=above,
        nodes=_nodes(size, len(denmark.municipalities), each, seed),
        below=below,
        below_start=below_start,
    )


@dataclass(frozen=True, slots=True)
class _Row:
    area_id: str
    code: str
    name: str
    tier: Tier
    above: tuple[str, str]


def _rows(denmark: Denmark, communities: int) -> Iterator[_Row]:
    yield _Row("dk", "DK", "Danmark", Tier.NATIONAL, ("dk", "dk"))
    today = {one.region for one in denmark.municipalities}  # without the future region
    for region in denmark.regions:
        if region.code in today:
            place = f"reg-{region.code}"
            yield _Row(place, region.code, region.name, Tier.REGIONAL, ("dk", "dk"))
    for one in denmark.districts:
        yield _Row(f"pol-{one.code}", one.code, one.name, Tier.DISTRICT, ("dk", "dk"))
    for one in denmark.municipalities:
        above = f"pol-{one.district}", f"reg-{one.region}"
        yield _Row(f"mun-{one.code}", one.code, one.name, Tier.MUNICIPAL, above)
    for one in denmark.municipalities:
        for number in range(1, communities + 1):
            place, name = f"com-{one.code}-{number}", f"{one.name}, lokalområde {number}"
            home = f"mun-{one.code}"
            yield _Row(place, f"{one.code}-{number}", name, Tier.COMMUNITY, (home, home))


def _below(above: Ints) -> tuple[Ints, Ints]:
    """The units under each one, and where they begin; the nation is under itself, too."""
    pairs = np.unique(np.stack((above.ravel(), np.repeat(np.arange(len(above)), 2))), axis=1)
    return pairs[1], np.concatenate(([0], np.cumsum(np.bincount(pairs[0], minlength=len(above)))))


def _nodes(size: int, municipalities: int, communities: int, seed: int) -> Ints:
    draws = stream(seed, "sizes").lognormal(0, _SPREAD, municipalities)
    weights = _EVEN / municipalities + (1 - _EVEN) * draws / draws.sum()
    local = np.repeat(weights, communities)
    shares = (
        (Tier.NATIONAL, np.ones(1), _LEAST),
        (Tier.REGIONAL, np.ones(5), _LEAST),
        (Tier.DISTRICT, np.ones(12), _LEAST),
        (Tier.MUNICIPAL, weights, _LEAST),
        (Tier.COMMUNITY, local, _LEAST_IN_COMMUNITY),
    )
    return np.concatenate(
        [_parted(round(size * _SHARES[tier]), weight, least) for tier, weight, least in shares]
    )


def _parted(total: int, weights: NDArray[np.float64], least: int) -> Ints:
    """Integers in these proportions, none below `least`; above `total` only for that reason."""
    is_small = np.zeros(len(weights), np.bool_)
    while True:
        rest = max(total - least * int(is_small.sum()), 0)
        exact = rest * weights / weights[~is_small].sum() if not is_small.all() else weights
        lifted = is_small | (exact < least)
        if (lifted == is_small).all():
            break
        is_small = lifted
    counts = np.where(is_small, least, np.floor(exact)).astype(np.int64)
    largest = np.argsort(-weights, kind="stable")[: max(total - int(counts.sum()), 0)]
    counts[largest] += 1
    return counts


def unit_columns(units: Units) -> Columns:
    """Areas and their bodies, with LIES_IN, COVERS and PART_OF."""
    authorities = [units.authority_id(unit) for unit in range(len(units.tier))]
    home = units.of(Tier.COMMUNITY)
    return {
        Label.AREA: filled(
            Area,
            id=units.area_ids,
            kind=at(_AREA_KINDS, units.tier),
            code=units.codes,
            name=units.names,
        ),
        Label.AUTHORITY: filled(
            Authority,
            id=authorities,
            kind=at(_AUTHORITY_KINDS, units.tier),
            tier=at(tuple(Tier), units.tier),
            sector=at(SECTORS, units.tier),
            name=units.names,
        ),
        LinkType.COVERS: filled(
            Covers, id=_ids("cov", units.area_ids), source_id=authorities, target_id=units.area_ids
        ),
        LinkType.PART_OF: filled(
            PartOf,
            id=_ids("par", at(units.area_ids, home)),
            source_id=at(authorities, home),
            target_id=at(authorities, units.above[home, 0]),
        ),
        LinkType.LIES_IN: _lying(units),
    }


def _lying(units: Units) -> RawColumns:
    pairs = [
        (units.area_ids[unit], units.area_ids[above])
        for unit in range(1, len(units.tier))
        for above in sorted({int(one) for one in units.above[unit]})
    ]
    inner, outer = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    return filled(
        LiesIn,
        id=[f"lie-{one}-{other}" for one, other in pairs],
        source_id=inner,
        target_id=outer,
    )


def _ids(prefix: str, area_ids: Sequence[str]) -> list[str]:
    return [f"{prefix}-{area_id}" for area_id in area_ids]
