"""Posts and networks of the units: their kinds, hours, and first coordinators.

The model restricts a kind of post to its tiers, so kinds are uniform within a tier, and the
sketch's twelve uniform kinds are here twelve uniform competences: a need asks for one of those.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from graph.model import Actor, BelongsTo, Network
from graph.snapshot.field_types import RawColumns
from graph.vocabulary import Competence, Label, LinkType, NetworkKind, PostKind, Tier
from seed.scale.draws import Columns, Flags, Group, Ints, at, ended, filled, group, stream
from seed.scale.units import NATION, SECTORS, Units

ENDED: Final = 0.04
COMPETENCES: Final = (
    Competence.SSP,
    Competence.PSP,
    Competence.KSP,
    Competence.FAMILY_COUNSELING,
    Competence.MENTORING,
    Competence.DRUG_TREATMENT,
    Competence.INTEGRATION,
    Competence.CLUBS,
    Competence.HOUSING_SOCIAL,
    Competence.EXTREMISM_ADVICE,
    Competence.DISENGAGEMENT,
    Competence.ONLINE,
)
_POST_KINDS: Final = tuple(
    tuple(kind for kind in PostKind if tier in kind.tiers and not kind.is_unit_only)
    for tier in Tier
)
HOURS: Final = ("00:00-24:00", "MO-FR 09:00-15:00", None, "MO 10:00-12:00; WE 10:00-12:00")
"""Mean waits of 0, 0.75, 1 (unknown) and 2 days (paths.md §1.7)."""
_HOURS_SHARES: Final = (0.1, 0.6, 0.2, 0.1)
_BASIC: Final = 4  # the first networks of a unit: SSP, PSP, KSP, infohus
_KIND_SHARES: Final = (0.3, 0.2, 0.15, 0.2, 0.05, 0.1)
_COMMUNITY_SHARES: Final = (0.5, *(share * 0.5 / 0.7 for share in _KIND_SHARES[1:]))
_UPPER_KINDS: Final = (
    NetworkKind.SSP,
    NetworkKind.PSP_STEERING,
    NetworkKind.KSP,
    NetworkKind.INFOHOUSE_NETWORK,
    NetworkKind.DISTRICT_COUNCIL,
    NetworkKind.DIALOGUE_FORUM,
)
"""Above the municipal tier, where councils are not crossed; SSP and KSP are municipal kinds."""
_LOCAL_KINDS: Final = (
    NetworkKind.SSP,
    NetworkKind.PSP_OPERATIONAL,
    NetworkKind.KSP,
    NetworkKind.INFOHOUSE_MUNICIPALITY,
    NetworkKind.LOCAL_COUNCIL,
    NetworkKind.DIALOGUE_FORUM,
)
_NETWORK_SHARE: Final = 0.25
_NETWORK_SHARE_IN_COMMUNITY: Final = 0.18
_COORDINATOR_SKEW: Final = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Bodies:
    """Posts and networks by unit; `competence` is an index into COMPETENCES.

    `coordinator` (int64[networks]) is the first coordinating post of each network, which never
    ends.
    """

    units: Units
    posts: Group
    networks: Group
    network_kinds: tuple[NetworkKind, ...]
    competence: Ints
    coordinator: Ints
    is_duty_line: Flags
    is_post_over: Flags
    is_network_over: Flags

    @property
    def size(self) -> int:
        """Posts and networks together."""
        return len(self.posts.ids) + len(self.networks.ids)

    def duty_line(self, units: Ints) -> Ints:
        """The post that answers for each unit: of its district, else of the nation."""
        place = np.full(len(self.units.tier), -1)
        lines = np.flatnonzero(self.is_duty_line)
        place[self.posts.unit[lines]] = lines
        chain = units
        while (place[chain] < 0).any():
            chain = np.where(place[chain] < 0, self.units.above[chain, 0], chain)
        return place[chain]


def draw_bodies(units: Units, seed: int) -> Bodies:
    """Posts and networks for every unit, and the first coordinator of each network."""
    rng = stream(seed, "bodies")
    networks = group("net", _network_counts(units), rng)
    posts = group("post", units.nodes - networks.sizes(), rng)
    coordinator = posts.pick(networks.unit, _COORDINATOR_SKEW, rng)
    is_duty_line = np.zeros(len(posts.unit), np.bool_)
    lines = np.concatenate(([NATION], units.of(Tier.DISTRICT)))
    is_duty_line[posts.start[lines + 1] - 1] = True
    return Bodies(
        units=units,
        posts=posts,
        networks=networks,
        network_kinds=tuple(_network_kinds(units, networks, rng)),
        competence=rng.integers(0, len(COMPETENCES), len(posts.unit)),
        coordinator=coordinator,
        is_duty_line=is_duty_line,
        is_post_over=_over(len(posts.unit), np.unique(coordinator), rng) & ~is_duty_line,
        is_network_over=rng.random(len(networks.unit)) < ENDED,
    )


def _network_counts(units: Units) -> Ints:
    is_community = units.tier == Tier.COMMUNITY.code
    share = np.where(is_community, _NETWORK_SHARE_IN_COMMUNITY, _NETWORK_SHARE)
    least = np.where(is_community, 1, 3)
    return np.maximum(np.rint(units.nodes * share).astype(np.int64), least)


def _over(count: int, spared: Ints, rng: np.random.Generator) -> Flags:
    """4 % of all, none of the spared ones: a network never lacks its coordinator."""
    is_over = np.zeros(count, np.bool_)
    others = np.setdiff1d(np.arange(count), spared)
    is_over[rng.choice(others, round(ENDED * count), replace=False)] = True
    return is_over


def _network_kinds(
    units: Units, networks: Group, rng: np.random.Generator
) -> Iterator[NetworkKind]:
    """The first four of a unit are the basic kinds, the others are drawn."""
    tier = units.tier[networks.unit]
    count = len(tier)
    usual = rng.choice(len(_KIND_SHARES), count, p=_KIND_SHARES)
    local = rng.choice(len(_KIND_SHARES), count, p=_COMMUNITY_SHARES)
    drawn = np.where(tier == Tier.COMMUNITY.code, local, usual)
    number = np.arange(count) - networks.start[networks.unit]
    kinds: list[int] = np.where(number < _BASIC, number, drawn).tolist()
    is_upper: list[bool] = (tier < Tier.MUNICIPAL.code).tolist()
    for kind, upper in zip(kinds, is_upper, strict=True):
        yield _UPPER_KINDS[kind] if upper else _LOCAL_KINDS[kind]


def body_columns(bodies: Bodies, seed: int) -> Columns:
    """Posts, networks, and the authority each post belongs to."""
    rng = stream(seed, "body fields")
    posts, units = bodies.posts, bodies.units
    authorities = [units.authority_id(unit) for unit in range(len(units.tier))]
    return {
        Label.ACTOR: _post_columns(bodies, rng),
        Label.NETWORK: _network_columns(bodies, rng),
        LinkType.BELONGS_TO: filled(
            BelongsTo,
            id=[f"bel-{post}" for post in posts.ids],
            source_id=posts.ids,
            target_id=at(authorities, posts.unit),
        ),
    }


def _post_columns(bodies: Bodies, rng: np.random.Generator) -> RawColumns:
    tier = bodies.units.tier[bodies.posts.unit]
    kinds = list(_post_kinds(bodies, tier, rng))
    return filled(
        Actor,
        id=bodies.posts.ids,
        valid_to=ended(bodies.is_post_over, rng, years=1),
        kind=kinds,
        name=_names([kind.label_da for kind in kinds], bodies.posts, bodies.units),
        tier=at(tuple(Tier), tier),
        sector=at(SECTORS, tier),
        is_unit_only=bodies.is_duty_line.tolist(),
        competences=at([(one,) for one in COMPETENCES], bodies.competence),
        hours=at(HOURS, rng.choice(len(HOURS), len(tier), p=_HOURS_SHARES)),
    )


def _post_kinds(bodies: Bodies, tier: Ints, rng: np.random.Generator) -> Iterator[PostKind]:
    tiers: list[int] = tier.tolist()
    shares: list[float] = rng.random(len(tier)).tolist()
    lines: list[bool] = bodies.is_duty_line.tolist()
    for code, share, is_line in zip(tiers, shares, lines, strict=True):
        kinds = _POST_KINDS[code]
        yield PostKind.DUTY_LINE if is_line else kinds[int(share * len(kinds))]


def _network_columns(bodies: Bodies, rng: np.random.Generator) -> RawColumns:
    kinds = bodies.network_kinds
    return filled(
        Network,
        id=bodies.networks.ids,
        valid_to=ended(bodies.is_network_over, rng, years=1),
        kind=kinds,
        name=_names([kind.label_da for kind in kinds], bodies.networks, bodies.units),
        gate=[kind.gate for kind in kinds],
        levels=[tuple(sorted(kind.levels)) for kind in kinds],
    )


def _names(labels: list[str], group: Group, units: Units) -> list[str]:
    """Names composed of kind, number and place."""
    places: list[str] = at(units.names, group.unit)
    numbers: list[int] = (np.arange(len(labels)) - group.start[group.unit] + 1).tolist()
    return [
        f"{label} {number}, {place}"
        for label, place, number in zip(labels, places, numbers, strict=True)
    ]
