"""Links that paths traverse: coordination, membership, support, referral, acquaintance."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from graph.model import Coordinates, EscalatesTo, HopLink, Knows, MemberOf, RefersTo, Supports
from graph.model.links import MAX_ONE_SIDED
from graph.snapshot.field_types import RawColumns
from graph.vocabulary import (
    CoordinationFunction,
    LegalGate,
    LinkType,
    NetworkKind,
    PreventionLevel,
    SupportKind,
    Tier,
)
from seed.scale.bodies import Bodies
from seed.scale.draws import Columns, Flags, Ints, at, days_ago, ended, filled, shuffled_ids, stream
from seed.scale.people import People

_ENDED: Final = 0.08
_MEAN_DAYS, _MAX_DAYS = 300, 2_500
_COORDINATOR_SKEW, _NETWORK_SKEW, _PARTNER_SKEW = 1.5, 2.0, 2.5
_SECOND_COORDINATOR, _COORDINATOR_ABOVE = 0.5, 0.35
_SECOND_NETWORK, _NETWORK_ABOVE = 0.3, 0.12
_SUPPORTS, _REFERS, _ESCALATES, _KNOWS = 0.12, 1.0, 0.35, 1.2  # per node, networks included
_SPARE: Final = 1.25  # oversampling, since duplicate pairs are dropped
_REFERS_GATES: Final = (LegalGate.INFOHOUSE, LegalGate.KSP_115, LegalGate.INTERNAL)
_REFERS_SHARES: Final = (0.5, 0.2, 0.3)
_ALL: Final = tuple(PreventionLevel)
_BUILD: Final = (PreventionLevel.CAPACITY_BUILDING,)
_EXIT_BUILD: Final = (PreventionLevel.EXIT, PreventionLevel.CAPACITY_BUILDING)
_LEVELS: Final = {kind: tuple(sorted(kind.levels)) for kind in NetworkKind}
_STRENGTHS: Final = (0.33, 0.5, 0.67, 1.0)
_STRENGTH_SHARES: Final = (0.3, 0.2, 0.3, 0.2)
_HEIGHT_OF_TIER: Final = np.array([tier.height for tier in Tier])
_FUNCTIONS: Final = (
    CoordinationFunction.COORDINATOR,
    CoordinationFunction.SECRETARIAT,
    CoordinationFunction.CHAIR,  # from a unit above; one for each network
)


@dataclass(frozen=True, slots=True)
class _Drawer:
    """The shared input of all link types."""

    bodies: Bodies
    people: People
    rng: np.random.Generator


def tie_columns(bodies: Bodies, people: People, seed: int) -> Columns:
    """All links a path may traverse; no self-links. Two posts may have two of one type."""
    kinds = {
        LinkType.COORDINATES: _coordinates,
        LinkType.MEMBER_OF: _memberships,
        LinkType.SUPPORTS: _supports,
        LinkType.REFERS_TO: _referrals,
        LinkType.ESCALATES_TO: _escalations,
        LinkType.KNOWS: _acquaintances,
    }
    return {kind: draw(_Drawer(bodies, people, stream(seed, kind))) for kind, draw in kinds.items()}


def _coordinates(drawer: _Drawer) -> RawColumns:
    """One from its own unit, half also a second one, 35 % one from a unit above."""
    bodies, rng = drawer.bodies, drawer.rng
    unit = bodies.networks.unit
    networks = np.arange(len(unit))
    second = networks[rng.random(len(unit)) < _SECOND_COORDINATOR]
    lifted = networks[rng.random(len(unit)) < _COORDINATOR_ABOVE]
    seats = np.concatenate((unit[second], bodies.units.any_above(unit[lifted], rng)))
    further = bodies.posts.pick(seats, _COORDINATOR_SKEW, rng)
    function = np.repeat((0, 1, 2), (len(networks), len(second), len(lifted)))
    source = np.concatenate((bodies.coordinator, further))
    target = np.concatenate((networks, second, lifted))
    kept = _once(source, target)
    return _in_networks(
        Coordinates,
        drawer,
        source[kept],
        target[kept],
        is_lasting=function[kept] == 0,
        function=at(_FUNCTIONS, function[kept]),
    )


def _memberships(drawer: _Drawer) -> RawColumns:
    """Each post in a network of its unit, 30 % in a second, 12 % in one of a unit above."""
    bodies, rng = drawer.bodies, drawer.rng
    unit = bodies.posts.unit
    posts = np.arange(len(unit))
    second = posts[rng.random(len(unit)) < _SECOND_NETWORK]
    lifted = posts[rng.random(len(unit)) < _NETWORK_ABOVE]
    above = bodies.units.any_above(unit[lifted], rng)
    source = np.concatenate((posts, second, lifted))
    seats = np.concatenate((unit, unit[second], above))
    target = bodies.networks.pick(seats, _NETWORK_SKEW, rng)
    kept = _once(source, target)
    return _in_networks(MemberOf, drawer, source[kept], target[kept])


def _supports(drawer: _Drawer) -> RawColumns:
    source, target = _partners(drawer, _SUPPORTS)
    return _between_posts(
        Supports,
        drawer,
        source,
        target,
        levels=[_BUILD] * len(source),
        gate=[LegalGate.GENERAL] * len(source),
        kind=[SupportKind.ADVICE] * len(source),
    )


def _referrals(drawer: _Drawer) -> RawColumns:
    """Ends swapped so that none leads to a higher tier."""
    source, target = _partners(drawer, _REFERS)
    height = _heights(drawer.bodies)
    source, target = _turned(source, target, height[source] > height[target])
    gates = drawer.rng.choice(len(_REFERS_GATES), len(source), p=_REFERS_SHARES)
    return _between_posts(
        RefersTo,
        drawer,
        source,
        target,
        levels=[_ALL] * len(source),
        gate=at(_REFERS_GATES, gates),
    )


def _escalations(drawer: _Drawer) -> RawColumns:
    """Ends swapped so that none leads to a lower tier."""
    source, target = _partners(drawer, _ESCALATES)
    height = _heights(drawer.bodies)
    source, target = _turned(source, target, height[source] < height[target])
    return _between_posts(
        EscalatesTo,
        drawer,
        source,
        target,
        levels=[_EXIT_BUILD] * len(source),
        gate=[LegalGate.INTERNAL] * len(source),
    )


def _acquaintances(drawer: _Drawer) -> RawColumns:
    """Between holders; the Snapshot maps such a link to the posts they hold.

    One end holds a single post: with several at both ends, this mapping gives 1.3 times the arcs of
    §6.
    """
    persons, holder = drawer.people.persons.ids, drawer.people.holder
    sole = np.flatnonzero((holder >= 0) & (np.bincount(holder + 1)[holder + 1] == 1))
    ends = _partners(drawer, _KNOWS * _SPARE, sole)
    source, target = (holder[posts] for posts in ends)
    is_tie = (target >= 0) & (source != target)
    source, target = source[is_tie], target[is_tie]
    kept = _once(np.minimum(source, target), np.maximum(source, target))
    kept = kept[: round(_KNOWS * drawer.bodies.size)]
    pairs = list(zip(at(persons, source[kept]), at(persons, target[kept]), strict=True))
    drawn = drawer.rng.choice(len(_STRENGTHS), len(kept), p=_STRENGTH_SHARES)
    strength = at(_STRENGTHS, drawn)
    return _hops(
        Knows,
        drawer,
        [min(pair) for pair in pairs],
        [max(pair) for pair in pairs],
        levels=[_ALL] * len(kept),
        strength=strength,
        declared_by=[one for one, _ in pairs],
        is_confirmed=[one > MAX_ONE_SIDED for one in strength],
    )


def _partners(drawer: _Drawer, each: float, among: Ints | None = None) -> tuple[Ints, Ints]:
    """Pairs of posts, `each` for every post and network; the first end is in `among`."""
    posts, rng = drawer.bodies.posts, drawer.rng
    first = np.arange(len(posts.unit)) if among is None else among
    source = rng.choice(first, round(each * drawer.bodies.size))
    units = drawer.bodies.units.partners(posts.unit[source], rng)
    target = posts.pick(units, _PARTNER_SKEW, rng)
    is_tie = source != target
    return source[is_tie], target[is_tie]


def _heights(bodies: Bodies) -> Ints:
    """The tier height of each post: 0 is national, larger is lower."""
    return _HEIGHT_OF_TIER[bodies.units.tier[bodies.posts.unit]]


def _turned(source: Ints, target: Ints, is_wrong: Flags) -> tuple[Ints, Ints]:
    return np.where(is_wrong, target, source), np.where(is_wrong, source, target)


def _once(source: Ints, target: Ints) -> Ints:
    """The index of the first occurrence of each pair, in order."""
    pairs = source * (int(target.max()) + 1) + target
    return np.sort(np.unique(pairs, return_index=True)[1])


def _in_networks(
    cls: type[HopLink], drawer: _Drawer, posts: Ints, networks: Ints, **own: Any
) -> RawColumns:
    """Links to networks, with gate and levels of the network."""
    bodies = drawer.bodies
    kinds = at(bodies.network_kinds, networks)
    return _hops(
        cls,
        drawer,
        at(bodies.posts.ids, posts),
        at(bodies.networks.ids, networks),
        gate=[kind.gate for kind in kinds],
        levels=[_LEVELS[kind] for kind in kinds],
        **own,
    )


def _between_posts(
    cls: type[HopLink], drawer: _Drawer, source: Ints, target: Ints, **own: Any
) -> RawColumns:
    ids = drawer.bodies.posts.ids
    return _hops(cls, drawer, at(ids, source), at(ids, target), **own)


def _hops(
    cls: type[HopLink],
    drawer: _Drawer,
    source: list[str],
    target: list[str],
    *,
    is_lasting: Flags | None = None,
    **own: Any,
) -> RawColumns:
    """Fields common to all traversable links: an end for some, a verification, a strength."""
    rng, count = drawer.rng, len(source)
    is_over = rng.random(count) < _ENDED
    if is_lasting is not None:
        is_over &= ~is_lasting
    days = np.minimum(rng.exponential(_MEAN_DAYS, count), _MAX_DAYS).astype(np.int64)
    strength: list[float] = np.round(rng.beta(5, 2, count), 2).tolist()
    fields = {"strength": strength, **own}
    return filled(
        cls,
        id=shuffled_ids(cls.type.lower().replace("_", "-"), count, rng),
        source_id=source,
        target_id=target,
        valid_to=ended(is_over, rng, years=2),
        verified_on=days_ago(days),
        **fields,
    )
