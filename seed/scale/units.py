"""Units of Denmark, the units above each, and how many nodes each one gets."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graph.model import Area, Authority, Covers, LiesIn, PartOf
from graph.vocabulary import AreaKind, AuthorityKind, Label, LinkType, Sector, Tier
from seed.scale.draws import Columns, Ints, at, full_columns, stream
from seed.structure.sources import read_denmark

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
        count = len(units)
        above = self.any_above(units, rng)
        first = self.below_start[above]
        siblings = first + ((self.below_start[above + 1] - first) * rng.random(count)).astype(int)
        anywhere = rng.integers(0, len(self.tier), count)
        choices = np.stack((units, self.below[siblings], above, anywhere))
        return choices[rng.choice(4, count, p=(0.65, 0.15, 0.12, 0.08)), np.arange(count)]


def draw_units(size: int, seed: int) -> Units:
    """The real units of `data/`, and as many communities as the size requires."""
    denmark = read_denmark()
    municipalities = denmark.municipalities
    each = max(_FEWEST_COMMUNITIES, size // _NODES_A_COMMUNITY)
    today = {place.region for place in municipalities}  # without the future region
    rows = [
        ("dk", "DK", "Danmark", Tier.NATIONAL, ("dk", "dk")),
        *(
            (f"reg-{region.code}", region.code, region.name, Tier.REGIONAL, ("dk", "dk"))
            for region in denmark.regions
            if region.code in today
        ),
        *(
            (f"pol-{district.code}", district.code, district.name, Tier.DISTRICT, ("dk", "dk"))
            for district in denmark.districts
        ),
        *(
            (
                f"mun-{place.code}",
                place.code,
                place.name,
                Tier.MUNICIPAL,
                (f"pol-{place.district}", f"reg-{place.region}"),
            )
            for place in municipalities
        ),
        *(
            (
                f"com-{place.code}-{number}",
                f"{place.code}-{number}",
                f"{place.name}, lokalområde {number}",
                Tier.COMMUNITY,
                (f"mun-{place.code}", f"mun-{place.code}"),
            )
            for place in municipalities
            for number in range(1, each + 1)
        ),
    ]
    area_ids, codes, names, tiers, parents = zip(*rows, strict=True)
    number = {area_id: unit for unit, area_id in enumerate(area_ids)}
    above = np.array([[number[parent] for parent in pair] for pair in parents], np.int64)
    # The nation is under itself, too.
    pairs = np.unique(np.stack((above.ravel(), np.repeat(np.arange(len(above)), 2))), axis=1)
    below_counts = np.bincount(pairs[0], minlength=len(above))

    draws = stream(seed, "sizes").lognormal(0, _SPREAD, len(municipalities))
    weights = _EVEN / len(municipalities) + (1 - _EVEN) * draws / draws.sum()
    shares = (
        (Tier.NATIONAL, np.ones(1), _LEAST),
        (Tier.REGIONAL, np.ones(5), _LEAST),
        (Tier.DISTRICT, np.ones(12), _LEAST),
        (Tier.MUNICIPAL, weights, _LEAST),
        (Tier.COMMUNITY, np.repeat(weights, each), _LEAST_IN_COMMUNITY),
    )
    nodes = [
        _apportion(round(size * _SHARES[tier]), weight, least) for tier, weight, least in shares
    ]
    return Units(
        area_ids=area_ids,
        codes=codes,
        names=names,
        tier=np.array([tier.code for tier in tiers], np.int64),
        above=above,
        nodes=np.concatenate(nodes),
        below=pairs[1],
        below_start=np.concatenate(([0], np.cumsum(below_counts))),
    )


def _apportion(total: int, weights: NDArray[np.float64], least: int) -> Ints:
    """Split `total` in proportion to `weights`, each at least `least`, which may raise the sum."""
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
    area_ids, home = units.area_ids, units.of(Tier.COMMUNITY)
    authorities = [units.authority_id(unit) for unit in range(len(units.tier))]
    pairs = [
        (area_ids[unit], area_ids[above])
        for unit in range(1, len(units.tier))
        for above in sorted({int(parent) for parent in units.above[unit]})
    ]
    return {
        Label.AREA: full_columns(
            Area,
            id=area_ids,
            kind=at(_AREA_KINDS, units.tier),
            code=units.codes,
            name=units.names,
        ),
        Label.AUTHORITY: full_columns(
            Authority,
            id=authorities,
            kind=at(_AUTHORITY_KINDS, units.tier),
            tier=at(tuple(Tier), units.tier),
            sector=at(SECTORS, units.tier),
            name=units.names,
        ),
        LinkType.COVERS: full_columns(
            Covers,
            id=[f"cov-{area_id}" for area_id in area_ids],
            source_id=authorities,
            target_id=area_ids,
        ),
        LinkType.PART_OF: full_columns(
            PartOf,
            id=[f"par-{area_id}" for area_id in at(area_ids, home)],
            source_id=at(authorities, home),
            target_id=at(authorities, units.above[home, 0]),
        ),
        LinkType.LIES_IN: full_columns(
            LiesIn,
            id=[f"lie-{inner}-{outer}" for inner, outer in pairs],
            source_id=[inner for inner, _ in pairs],
            target_id=[outer for _, outer in pairs],
        ),
    }
