"""The nodes around a node, the chains of links to them, and contact terms of civilians."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from math import isnan, prod
from typing import Final

import numpy as np

from graph.access.view import View
from graph.paths.answer import NodeRef
from graph.paths.places import areas, inside
from graph.paths.places import around as outside
from graph.paths.resolve import node_ref
from graph.questions.entities import KINDS, own_kind_of
from graph.questions.post_states import HOPS, LastCheck, check_of_link
from graph.questions.reach import municipality_codes
from graph.snapshot.columns import TYPES
from graph.snapshot.csr import Mask
from graph.vocabulary import (
    Channel,
    Freshness,
    Label,
    LegalGate,
    LinkType,
    NetworkKind,
    PreventionLevel,
    Term,
    Tier,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The terms on which the caller may contact a civilian.

    `until`: the first date without a consent; `channels` are those of the consents in force whose
    audience includes the caller; `is_mediated_only`: all of them allow contact only through a door
    opener.
    """

    until: date
    channels: tuple[Channel, ...]
    is_mediated_only: bool
    door_openers: tuple[NodeRef, ...]


def terms_of(view: View, civilian: int) -> Terms | None:
    """The terms on which the caller may contact a visible civilian; None without a consent."""
    consents = view.targets(civilian, LinkType.GAVE_CONSENT)
    consents = [consent for consent in consents if view.lets_contact(consent)]
    if not consents:
        return None
    channels = {channel for consent in consents for channel in view.value(consent, "channels")}
    # The first date on which a consent is not in force, or no longer in the graph.
    ends = ("expires_on", "withdrawn_on", "valid_to")
    return Terms(
        until=max(
            min(day for name in ends if (day := view.value(consent, name))) for consent in consents
        ),
        channels=tuple(channel for channel in Channel if channel in channels),
        is_mediated_only=all(view.value(consent, "is_mediated_only") for consent in consents),
        door_openers=tuple(
            node_ref(view, opener) for opener in view.sources(civilian, LinkType.DOOR_OPENER_FOR)
        ),
    )


MOST_CHAINS: Final = 300  # what a screen can draw
_NOT_AROUND: Final = frozenset(
    {LinkType.REACHED_BY, LinkType.GAVE_CONSENT, LinkType.SUCCEEDED_BY, LinkType.GOVERNED_BY,
     LinkType.COVERS, LinkType.LIES_IN, LinkType.ENTRY_POINT_FOR}
)  # fmt: skip
AROUND: Final = frozenset(TYPES) - _NOT_AROUND
"""Link types that relate people and bodies; lying in the same area does not count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbor:
    """A node around the center, its number of steps, and the `terms` of a civilian.

    `tier`: its tier, for nodes that have one. `links`: how many included links the caller sees at
    it, drawn or not. `unit`: the authority it belongs to. `areas`: the ids of the areas it answers
    for or lies in, which the answer's `places` describe.
    """

    node: NodeRef
    label: Label
    kind: Term | None
    own_kind: str | None
    tier: Tier | None
    links: int
    unit: NodeRef | None
    areas: tuple[str, ...]
    steps: int
    terms: Terms | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """A link of a chain; `last_contact_on` only for two people who know each other."""

    id: str
    type: LinkType
    source: NodeRef
    target: NodeRef
    levels: frozenset[PreventionLevel]
    gate: LegalGate | None
    strength: float | None
    check: LastCheck | None
    last_contact_on: date | None
    until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """A path from the center: ids of its nodes, the center first, and of its links.

    The step from an area to a node that answers for it has no link. `strength` is the product of
    the known ones, None if none is; `freshness` the worst; `last_contact_on` the earliest.
    """

    nodes: tuple[str, ...]
    ties: tuple[str, ...]
    strength: float | None
    freshness: Freshness | None
    last_contact_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaCodes:
    """An area, and the public codes of the municipalities in it, or of the one it lies in."""

    area: NodeRef
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighborhood:
    """Neighbors by steps, then id; ties by id; chains the shortest, then strongest first.

    `kind`, `own_kind`, `tier`, `links`, `unit` and `areas` are the center's, as for a neighbor.
    `is_cut`: there are more chains than `MOST_CHAINS`; neighbors and ties are those of the listed
    chains. `places`: the areas of the center and the neighbors, by id.
    """

    center: NodeRef
    label: Label
    kind: Term | None
    own_kind: str | None
    tier: Tier | None
    links: int
    unit: NodeRef | None
    areas: tuple[str, ...]
    on: date
    revision: int
    neighbors: tuple[Neighbor, ...]
    ties: tuple[Tie, ...]
    chains: tuple[Chain, ...]
    is_cut: bool
    places: tuple[AreaCodes, ...]


@dataclass(frozen=True, slots=True)
class _Way:
    """A chain as rows."""

    nodes: tuple[int, ...]
    links: tuple[int, ...]


def neighborhood(
    view: View,
    center: str,
    *,
    hops: int = 1,
    level: PreventionLevel | None = None,
    types: Collection[LinkType] = (),
) -> Neighborhood:
    """All chains of at most `hops` links (1 or 2) from a node.

    `level` selects the links at that level, and those without levels; `types` the link types, by
    default `AROUND`. An area's neighbors are the nodes that answer for it and have such a link. A
    chain passes through no area, and contains no node twice.

    Raises:
        NotFound: the center is absent or hidden, and nothing visible succeeded it.
    """
    row = view.current(center)
    around = _Around(view, level, frozenset(types) or AROUND)
    ways = sorted(  # rows are in order of id
        around.ways(row, hops),
        key=lambda way: (len(way.nodes), -(_strength(view, way) or 0), way.nodes, way.links),
    )
    visible_ways = ways[:MOST_CHAINS]
    steps: dict[int, int] = {}
    for way in visible_ways:
        steps.setdefault(way.nodes[-1], len(way.nodes) - 1)
    neighbors = [
        Neighbor(
            node=node_ref(view, node),
            label=view.label(node),
            kind=_kind(view, node),
            own_kind=own_kind_of(view, node),
            tier=_tier(view, node),
            links=around.count(node),
            unit=_unit(view, node),
            areas=_areas(view, node),
            steps=count,
            terms=(terms_of(view, node) if view.label(node) is Label.RESOURCE_INDIVIDUAL else None),
        )
        for node, count in sorted(steps.items(), key=lambda item: (item[1], item[0]))
    ]
    return Neighborhood(
        center=node_ref(view, row),
        label=view.label(row),
        kind=_kind(view, row),
        own_kind=own_kind_of(view, row),
        tier=_tier(view, row),
        links=around.count(row),
        unit=_unit(view, row),
        areas=_areas(view, row),
        on=view.on,
        revision=view.revision,
        neighbors=tuple(neighbors),
        ties=tuple(
            _tie(view, link)
            for link in sorted({link for way in visible_ways for link in way.links})
        ),
        chains=tuple(_chain(view, way) for way in visible_ways),
        is_cut=len(ways) > MOST_CHAINS,
        places=_places(view, (row, *steps)),
    )


@dataclass(frozen=True)
class _Around:
    """The links included by level and type, and the chains over them."""

    view: View
    level: PreventionLevel | None
    types: frozenset[LinkType]

    def ways(self, center: int, hops: int) -> Iterator[_Way]:
        """All chains from a center."""
        if self.view.label(center) is Label.AREA:
            answering: list[int] = areas(self.view).answering.of(center).tolist()
            last = [
                _Way((center, row), ())
                for row in answering
                if row != center and any(True for _ in self._steps(row, is_at_level=True))
            ]
        else:
            last = list(self._longer(_Way((center,), ())))
        yield from last
        for _ in range(hops - 1):
            if len(last) > MOST_CHAINS:  # shorter chains come first: longer ones would be cut
                return
            last = [longer for way in last for longer in self._longer(way)]
            yield from last

    def count(self, row: int) -> int:
        """The number of included links at a node."""
        return sum(1 for _ in self._steps(row))

    def _longer(self, way: _Way) -> Iterator[_Way]:
        end = way.nodes[-1]
        for link, node in self._steps(end) if self.view.label(end) is not Label.AREA else ():
            if node not in way.nodes:
                yield _Way((*way.nodes, node), (*way.links, link))

    def _steps(self, row: int, *, is_at_level: bool = False) -> Iterator[tuple[int, int]]:
        """The included links at a node, each with the node at its other end.

        A link without levels is included at any level, unless `is_at_level`.
        """
        view, level = self.view, self.level
        for links, end in (
            (view.out(row, *self.types), view.target), (view.into(row, *self.types), view.source),
        ):  # fmt: skip
            for link in links:
                levels = int(view.links.levels[link])
                is_free = levels == 0 and not is_at_level
                if level is None or is_free or levels >> level.code & 1:
                    yield link, end(link)


def _strength(view: View, way: _Way) -> float | None:
    strengths = [float(view.links.strength[link]) for link in way.links]
    known_strengths = [strength for strength in strengths if not isnan(strength)]
    return round(prod(known_strengths), 4) if known_strengths else None


def _chain(view: View, way: _Way) -> Chain:
    ties = [_tie(view, link) for link in way.links]
    fresh = [tie.check.freshness for tie in ties if tie.check]
    return Chain(
        nodes=tuple(view.id(row) for row in way.nodes),
        ties=tuple(tie.id for tie in ties),
        strength=_strength(view, way),
        freshness=max(fresh, key=lambda freshness: freshness.code, default=None),
        last_contact_on=min(filter(None, (tie.last_contact_on for tie in ties)), default=None),
    )


def _tie(view: View, link: int) -> Tie:
    link_type = view.link_type(link)
    is_hop = link_type in HOPS
    return Tie(
        id=view.links.ids[link],
        type=link_type,
        source=node_ref(view, view.source(link)),
        target=node_ref(view, view.target(link)),
        levels=view.link_value(link, "levels") if is_hop else frozenset(),
        gate=view.link_value(link, "gate") if is_hop else None,
        strength=view.link_value(link, "strength") if is_hop else None,
        check=check_of_link(view, link),
        last_contact_on=(
            view.link_value(link, "last_contact_on") if link_type is LinkType.KNOWS else None
        ),
        until=view.link_value(link, "valid_to"),
    )


def _kind(view: View, row: int) -> Term | None:
    return view.value(row, "kind") if view.label(row) in KINDS else None


def _tier(view: View, row: int) -> Tier | None:
    """The tier of a node; a network's is its kind's, civilians' and organizations' COMMUNITY."""
    match view.label(row):
        case Label.ACTOR | Label.AUTHORITY:
            return view.value(row, "tier")
        case Label.NETWORK:
            kind: NetworkKind = view.value(row, "kind")
            return kind.tier
        case Label.RESOURCE_INDIVIDUAL | Label.ORGANIZATION:
            return Tier.COMMUNITY
        case _:
            return None


def _unit(view: View, row: int) -> NodeRef | None:
    """The authority or association a node belongs to, the first by id."""
    return next((node_ref(view, unit) for unit in view.targets(row, LinkType.BELONGS_TO)), None)


def _areas(view: View, row: int) -> tuple[str, ...]:
    return tuple(map(view.id, areas(view).of.of(row).tolist()))


def _places(view: View, nodes: Iterable[int]) -> tuple[AreaCodes, ...]:
    """The areas of some nodes, by id."""
    codes, of = municipality_codes(view), areas(view).of
    area_codes: list[AreaCodes] = []
    for area in sorted({area for node in nodes for area in of.of(node).tolist()}):
        itself = view.mask([area])
        coded_places = [place for place in _rows(inside(view, itself)) if place in codes]
        coded_places = coded_places or [
            place for place in _rows(outside(view, itself)) if place in codes
        ]
        municipalities = tuple(sorted(codes[place] for place in coded_places))
        area_codes.append(AreaCodes(area=node_ref(view, area), codes=municipalities))
    return tuple(area_codes)


def _rows(mask: Mask) -> list[int]:
    return np.flatnonzero(mask).tolist()
