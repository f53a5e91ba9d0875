"""Posts and networks of the units: their kinds, hours, and first coordinators.

The model restricts a kind of post to its tiers, so kinds are uniform within a tier, and the
sketch's twelve uniform kinds are here twelve uniform competences: a need asks for one of those.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from graph.model import Actor, BelongsTo, Network
from graph.vocabulary import Competence, Label, LinkType, NetworkKind, PostKind, Tier
from seed.scale.draws import Columns, Flags, Group, Ints, at, end_dates, full_columns, group, stream
from seed.scale.units import NATION, SECTORS, Units

ENDED_SHARE: Final = 0.04
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
"""Mean waits of 0, 0.75, 1 (unknown) and 2 days."""
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
    network_kinds: Sequence[NetworkKind]
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
    is_community = units.tier == Tier.COMMUNITY.code
    share = np.where(is_community, _NETWORK_SHARE_IN_COMMUNITY, _NETWORK_SHARE)
    least = np.where(is_community, 1, 3)
    sizes = np.maximum(np.rint(units.nodes * share).astype(np.int64), least)
    networks = group("net", sizes, rng)
    posts = group("post", units.nodes - sizes, rng)
    post_count, network_count = len(posts.unit), len(networks.unit)
    coordinator = posts.pick(networks.unit, _COORDINATOR_SKEW, rng)
    is_duty_line = np.zeros(post_count, np.bool_)
    lines = np.concatenate(([NATION], units.of(Tier.DISTRICT)))
    is_duty_line[posts.start[lines + 1] - 1] = True

    tier = units.tier[networks.unit]
    usual = rng.choice(len(_KIND_SHARES), network_count, p=_KIND_SHARES)
    local = rng.choice(len(_KIND_SHARES), network_count, p=_COMMUNITY_SHARES)
    random_kinds = np.where(tier == Tier.COMMUNITY.code, local, usual)
    number = np.arange(network_count) - networks.start[networks.unit]
    kinds = np.where(number < _BASIC, number, random_kinds)
    is_local = tier >= Tier.MUNICIPAL.code
    competence = rng.integers(0, len(COMPETENCES), post_count)
    # 4 % have ended, but no coordinator: a network never lacks its own.
    is_post_over = np.zeros(post_count, np.bool_)
    others = np.setdiff1d(np.arange(post_count), coordinator)
    is_post_over[rng.choice(others, round(ENDED_SHARE * post_count), replace=False)] = True
    return Bodies(
        units=units,
        posts=posts,
        networks=networks,
        network_kinds=at(_UPPER_KINDS + _LOCAL_KINDS, kinds + len(_UPPER_KINDS) * is_local),
        competence=competence,
        coordinator=coordinator,
        is_duty_line=is_duty_line,
        is_post_over=is_post_over & ~is_duty_line,
        is_network_over=rng.random(network_count) < ENDED_SHARE,
    )


def body_columns(bodies: Bodies, seed: int) -> Columns:
    """Posts, networks, and the authority each post belongs to."""
    rng = stream(seed, "body fields")
    posts, units, network_kinds = bodies.posts, bodies.units, bodies.network_kinds
    authorities = [units.authority_id(unit) for unit in range(len(units.tier))]
    tier = units.tier[posts.unit]
    post_kinds: list[PostKind] = []
    shares: list[float] = rng.random(len(tier)).tolist()
    for kinds, share, is_line in zip(
        at(_POST_KINDS, tier), shares, bodies.is_duty_line, strict=True
    ):
        post_kinds.append(PostKind.DUTY_LINE if is_line else kinds[int(share * len(kinds))])
    return {
        Label.ACTOR: full_columns(
            Actor,
            id=posts.ids,
            valid_to=end_dates(bodies.is_post_over, rng, years=1),
            kind=post_kinds,
            name=_names([kind.label_da for kind in post_kinds], posts, units),
            tier=at(tuple(Tier), tier),
            sector=at(SECTORS, tier),
            is_unit_only=bodies.is_duty_line.tolist(),
            competences=at([(competence,) for competence in COMPETENCES], bodies.competence),
            hours=at(HOURS, rng.choice(len(HOURS), len(tier), p=_HOURS_SHARES)),
        ),
        Label.NETWORK: full_columns(
            Network,
            id=bodies.networks.ids,
            valid_to=end_dates(bodies.is_network_over, rng, years=1),
            kind=network_kinds,
            name=_names([kind.label_da for kind in network_kinds], bodies.networks, units),
            gate=[kind.gate for kind in network_kinds],
            levels=[tuple(sorted(kind.levels)) for kind in network_kinds],
        ),
        LinkType.BELONGS_TO: full_columns(
            BelongsTo,
            id=[f"bel-{post}" for post in posts.ids],
            source_id=posts.ids,
            target_id=at(authorities, posts.unit),
        ),
    }


def _names(labels: list[str], group: Group, units: Units) -> list[str]:
    """Names composed of kind, number and place."""
    places: list[str] = at(units.names, group.unit)
    numbers: list[int] = (np.arange(len(labels)) - group.start[group.unit] + 1).tolist()
    return [
        f"{label} {number}, {place}"
        for label, place, number in zip(labels, places, numbers, strict=True)
    ]
