"""The nodes around a node, the chains of links to them, and contact terms of civilians."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from math import prod
from typing import Final

from graph.access.view import View
from graph.paths.answer import NodeRef
from graph.paths.places import areas
from graph.paths.resolve import named
from graph.questions.entities import KINDS
from graph.questions.post_states import HOPS, LastCheck, check_of_link
from graph.snapshot.columns import TYPES
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
    given = view.targets(civilian, LinkType.GAVE_CONSENT)
    consents = [consent for consent in given if view.lets_contact(consent)]
    if not consents:
        return None
    channels = {channel for one in consents for channel in view.value(one, "channels")}
    return Terms(
        until=max(_until(view, consent) for consent in consents),
        channels=tuple(channel for channel in Channel if channel in channels),
        is_mediated_only=all(view.value(consent, "is_mediated_only") for consent in consents),
        door_openers=tuple(
            named(view, opener) for opener in view.sources(civilian, LinkType.DOOR_OPENER_FOR)
        ),
    )


def _until(view: View, consent: int) -> date:
    """The first date on which a consent is not in force, or no longer in the graph."""
    expires_on: date = view.value(consent, "expires_on")
    ends = (view.value(consent, "withdrawn_on"), view.value(consent, "valid_to"))
    return min([expires_on, *(end for end in ends if end)])


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

    `tier`: its tier, for nodes that have one. `links`: how many links that count the caller sees at
    it, drawn or not.
    """

    node: NodeRef
    label: Label
    kind: Term | None
    tier: Tier | None
    links: int
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
class Neighborhood:
    """Neighbors by steps, then id; ties by id; chains the shortest, then strongest first.

    `kind`, `tier` and `links` are the center's, as for a neighbor. `is_cut`: there are more chains
    than `MOST_CHAINS`; neighbors and ties are those of the listed chains.
    """

    center: NodeRef
    label: Label
    kind: Term | None
    tier: Tier | None
    links: int
    on: date
    revision: int
    neighbors: tuple[Neighbor, ...]
    ties: tuple[Tie, ...]
    chains: tuple[Chain, ...]
    is_cut: bool


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
    ways = sorted(around.ways(row, hops), key=lambda way: _order(view, way))
    shown = ways[:MOST_CHAINS]
    steps: dict[int, int] = {}
    for way in shown:
        steps.setdefault(way.nodes[-1], len(way.nodes) - 1)
    links = sorted({link for way in shown for link in way.links})
    return Neighborhood(
        center=named(view, row),
        label=view.label(row),
        kind=_kind(view, row),
        tier=_tier(view, row),
        links=around.count(row),
        on=view.on,
        revision=view.revision,
        neighbors=tuple(
            _neighbor(around, node, count)
            for node, count in sorted(steps.items(), key=lambda item: (item[1], item[0]))
        ),
        ties=tuple(_tie(view, link) for link in links),
        chains=tuple(_chain(view, way) for way in shown),
        is_cut=len(ways) > MOST_CHAINS,
    )


@dataclass(frozen=True)
class _Around:
    """The links that count, and where they lead."""

    view: View
    level: PreventionLevel | None
    types: frozenset[LinkType]

    def ways(self, center: int, hops: int) -> Iterator[_Way]:
        """All chains from a center."""
        last = list(self._first(center))
        yield from last
        for _ in range(hops - 1):
            if len(last) > MOST_CHAINS:  # shorter chains come first: longer ones would be cut
                return
            last = [longer for way in last for longer in self._longer(way)]
            yield from last

    def count(self, row: int) -> int:
        """The number of links that count at a node."""
        return sum(1 for _ in self._steps(row))

    def _first(self, center: int) -> Iterator[_Way]:
        if self.view.label(center) is not Label.AREA:
            yield from self._longer(_Way((center,), ()))
            return
        for row in areas(self.view).answering.of(center).tolist():
            if row != center and any(True for _ in self._steps(row, is_at_level=True)):
                yield _Way((center, row), ())

    def _longer(self, way: _Way) -> Iterator[_Way]:
        end = way.nodes[-1]
        if self.view.label(end) is Label.AREA:
            return
        for link, other in self._steps(end):
            if other not in way.nodes:
                yield _Way((*way.nodes, other), (*way.links, link))

    def _steps(self, row: int, *, is_at_level: bool = False) -> Iterator[tuple[int, int]]:
        """The links that count at a node, and the node at their other end."""
        view = self.view
        for link in view.out(row, *self.types):
            if self._counts(link, is_at_level):
                yield link, view.target(link)
        for link in view.into(row, *self.types):
            if self._counts(link, is_at_level):
                yield link, view.source(link)

    def _counts(self, link: int, is_at_level: bool) -> bool:
        """Whether a link is at the level; one without levels is, unless `is_at_level`."""
        levels = int(self.view.links.levels[link])
        if self.level is None or (levels == 0 and not is_at_level):
            return True
        return bool(levels >> self.level.code & 1)


def _order(view: View, way: _Way) -> tuple[int, float, tuple[str, ...], tuple[str, ...]]:
    strength = _strength(view, way)
    ids = tuple(view.id(row) for row in way.nodes)
    return len(way.nodes), -(strength or 0), ids, tuple(view.links.ids[link] for link in way.links)


def _strength(view: View, way: _Way) -> float | None:
    known = [float(view.links.strength[link]) for link in way.links if _has_strength(view, link)]
    return round(prod(known), 4) if known else None


def _has_strength(view: View, link: int) -> bool:
    strength = float(view.links.strength[link])
    return strength == strength  # NaN: unknown


def _chain(view: View, way: _Way) -> Chain:
    ties = [_tie(view, link) for link in way.links]
    fresh = [tie.check.freshness for tie in ties if tie.check]
    contacts = [tie.last_contact_on for tie in ties if tie.last_contact_on]
    return Chain(
        nodes=tuple(view.id(row) for row in way.nodes),
        ties=tuple(tie.id for tie in ties),
        strength=_strength(view, way),
        freshness=max(fresh, key=lambda one: one.code, default=None),
        last_contact_on=min(contacts, default=None),
    )


def _tie(view: View, link: int) -> Tie:
    link_type = view.link_type(link)
    is_hop = link_type in HOPS
    return Tie(
        id=view.links.ids[link],
        type=link_type,
        source=named(view, view.source(link)),
        target=named(view, view.target(link)),
        levels=view.link_value(link, "levels") if is_hop else frozenset(),
        gate=view.link_value(link, "gate") if is_hop else None,
        strength=view.link_value(link, "strength") if is_hop else None,
        check=check_of_link(view, link),
        last_contact_on=(
            view.link_value(link, "last_contact_on") if link_type is LinkType.KNOWS else None
        ),
        until=view.link_value(link, "valid_to"),
    )


def _neighbor(around: _Around, row: int, steps: int) -> Neighbor:
    view = around.view
    label = view.label(row)
    return Neighbor(
        node=named(view, row),
        label=label,
        kind=_kind(view, row),
        tier=_tier(view, row),
        links=around.count(row),
        steps=steps,
        terms=terms_of(view, row) if label is Label.RESOURCE_INDIVIDUAL else None,
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
