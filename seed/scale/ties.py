"""Links that paths traverse: coordination, membership, support, referral, acquaintance."""

from collections.abc import Mapping
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
from seed.scale.draws import (
    Columns,
    Flags,
    Ints,
    at,
    days_ago,
    end_dates,
    full_columns,
    shuffled_ids,
    stream,
)
from seed.scale.people import People

_ENDED_SHARE: Final = 0.08
_MEAN_DAYS, _MAX_DAYS = 300, 2_500
_COORDINATOR_SKEW, _NETWORK_SKEW, _PARTNER_SKEW = 1.5, 2.0, 2.5
_SECOND_COORDINATOR, _COORDINATOR_ABOVE = 0.5, 0.35
_SECOND_NETWORK, _NETWORK_ABOVE = 0.3, 0.12
_SUPPORTS, _REFERS, _ESCALATES, _KNOWS = 0.12, 1.0, 0.35, 1.2  # per node, networks included
_SPARE: Final = 1.25  # oversampling, since duplicate pairs are dropped
_REFERS_GATES: Final = {
    LegalGate.INFOHOUSE: 0.5,
    LegalGate.KSP_115: 0.2,
    LegalGate.INTERNAL: 0.3,
}
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
    """Draws the links of one type from their own stream."""

    cls: type[HopLink]
    bodies: Bodies
    rng: np.random.Generator

    def seats(self, unit: Ints, second: float, above: float) -> tuple[Ints, Ints, Ints]:
        """Index, unit and round: 0 each index at its unit, 1 some again, 2 some at a unit above."""
        every = np.arange(len(unit))
        again = every[self.rng.random(len(unit)) < second]
        lifted = every[self.rng.random(len(unit)) < above]
        units_above = self.bodies.units.any_above(unit[lifted], self.rng)
        return (
            np.concatenate((every, again, lifted)),
            np.concatenate((unit, unit[again], units_above)),
            np.repeat((0, 1, 2), (len(every), len(again), len(lifted))),
        )

    def partners(self, each: float, among: Ints | None = None) -> tuple[Ints, Ints]:
        """Pairs of posts, `each` for every post and network; the first end is in `among`."""
        posts, rng = self.bodies.posts, self.rng
        first = np.arange(len(posts.unit)) if among is None else among
        source = rng.choice(first, round(each * self.bodies.size))
        units = self.bodies.units.partners(posts.unit[source], rng)
        target = posts.pick(units, _PARTNER_SKEW, rng)
        is_tie = source != target
        return source[is_tie], target[is_tie]

    def in_networks(self, posts: Ints, networks: Ints, **own: Any) -> RawColumns:
        """Links to networks, with gate and levels of the network."""
        kinds = at(self.bodies.network_kinds, networks)
        return self.hops(
            at(self.bodies.posts.ids, posts),
            at(self.bodies.networks.ids, networks),
            gate=[kind.gate for kind in kinds],
            levels=[_LEVELS[kind] for kind in kinds],
            **own,
        )

    def between_posts(
        self,
        each: float,
        levels: tuple[PreventionLevel, ...],
        gates: Mapping[LegalGate, float],
        *,
        downward: int = 0,
        **own: Any,
    ) -> RawColumns:
        """Links whose ends are swapped so that none leads upward (1) or downward (-1)."""
        source, target = self.partners(each)
        height = _HEIGHT_OF_TIER[self.bodies.units.tier[self.bodies.posts.unit]]
        is_wrong = downward * (height[source] - height[target]) > 0
        ids, count = self.bodies.posts.ids, len(source)
        gate = [*gates] * count
        if len(gates) > 1:
            gate = at([*gates], self.rng.choice(len(gates), count, p=[*gates.values()]))
        constants: dict[str, Any] = {name: [value] * count for name, value in own.items()}
        return self.hops(
            at(ids, np.where(is_wrong, target, source)),
            at(ids, np.where(is_wrong, source, target)),
            levels=[levels] * count,
            gate=gate,
            **constants,
        )

    def hops(
        self,
        source: list[str],
        target: list[str],
        *,
        is_lasting: Flags | None = None,
        **own: Any,
    ) -> RawColumns:
        """Fields common to all traversable links: an end for some, a verification, a strength."""
        rng, count = self.rng, len(source)
        is_over = rng.random(count) < _ENDED_SHARE
        if is_lasting is not None:
            is_over &= ~is_lasting
        days = np.minimum(rng.exponential(_MEAN_DAYS, count), _MAX_DAYS).astype(np.int64)
        fields = {"strength": np.round(rng.beta(5, 2, count), 2).tolist(), **own}
        return full_columns(
            self.cls,
            id=shuffled_ids(self.cls.type.lower().replace("_", "-"), count, rng),
            source_id=source,
            target_id=target,
            valid_to=end_dates(is_over, rng, years=2),
            verified_on=days_ago(days),
            **fields,
        )


def tie_columns(bodies: Bodies, people: People, seed: int) -> Columns:
    """All links a path may traverse; no self-links. Two posts may have two of one type.

    A network has a coordinator from its own unit, half also a second one, 35 % one from a unit
    above. Each post is in a network of its unit, 30 % in a second, 12 % in one of a unit above.
    """
    coordinates, member_of, supports, refers_to, escalates_to, knows = (
        _Drawer(cls, bodies, stream(seed, cls.type))
        for cls in (Coordinates, MemberOf, Supports, RefersTo, EscalatesTo, Knows)
    )
    networks, seats, function = coordinates.seats(
        bodies.networks.unit, _SECOND_COORDINATOR, _COORDINATOR_ABOVE
    )
    further = bodies.posts.pick(seats[function > 0], _COORDINATOR_SKEW, coordinates.rng)
    coordinators = np.concatenate((bodies.coordinator, further))
    first = _first_of_each_pair(coordinators, networks)
    coordination = coordinates.in_networks(
        coordinators[first],
        networks[first],
        is_lasting=function[first] == 0,
        function=at(_FUNCTIONS, function[first]),
    )
    members, seats, _ = member_of.seats(bodies.posts.unit, _SECOND_NETWORK, _NETWORK_ABOVE)
    networks = bodies.networks.pick(seats, _NETWORK_SKEW, member_of.rng)
    first = _first_of_each_pair(members, networks)
    general, internal = {LegalGate.GENERAL: 1.0}, {LegalGate.INTERNAL: 1.0}
    return {
        LinkType.COORDINATES: coordination,
        LinkType.MEMBER_OF: member_of.in_networks(members[first], networks[first]),
        LinkType.SUPPORTS: supports.between_posts(
            _SUPPORTS, _BUILD, general, kind=SupportKind.ADVICE
        ),
        LinkType.REFERS_TO: refers_to.between_posts(_REFERS, _ALL, _REFERS_GATES, downward=1),
        LinkType.ESCALATES_TO: escalates_to.between_posts(
            _ESCALATES, _EXIT_BUILD, internal, downward=-1
        ),
        LinkType.KNOWS: _acquaintances(knows, people),
    }


def _acquaintances(drawer: _Drawer, people: People) -> RawColumns:
    """KNOWS links between holders; the Snapshot maps such a link to the posts they hold.

    One end holds a single post: with several at both ends, this mapping gives 1.3 times the arcs.
    """
    persons, holder = people.persons.ids, people.holder
    sole = np.flatnonzero((holder >= 0) & (np.bincount(holder + 1)[holder + 1] == 1))
    source, target = (holder[posts] for posts in drawer.partners(_KNOWS * _SPARE, sole))
    is_tie = (target >= 0) & (source != target)
    source, target = source[is_tie], target[is_tie]
    first = _first_of_each_pair(np.minimum(source, target), np.maximum(source, target))
    first = first[: round(_KNOWS * drawer.bodies.size)]
    declarers, others = at(persons, source[first]), at(persons, target[first])
    choices = drawer.rng.choice(len(_STRENGTHS), len(first), p=_STRENGTH_SHARES)
    strength = at(_STRENGTHS, choices)
    return drawer.hops(
        [*map(min, declarers, others)],
        [*map(max, declarers, others)],
        levels=[_ALL] * len(first),
        strength=strength,
        declared_by=declarers,
        is_confirmed=[value > MAX_ONE_SIDED for value in strength],
    )


def _first_of_each_pair(source: Ints, target: Ints) -> Ints:
    """The index of the first occurrence of each pair, in order."""
    pairs = source * (int(target.max()) + 1) + target
    return np.sort(np.unique(pairs, return_index=True)[1])
