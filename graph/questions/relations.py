"""Formal membership compared with working relations: who meets, and who knows whom.

A network's people are those who hold a post that coordinates it or is a member. Civilians are in no
network of this answer, and in no pair.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Final

import numpy as np

from graph.access.view import View
from graph.errors import InvalidNeed
from graph.paths.answer import NodeRef
from graph.paths.places import areas, inside
from graph.paths.resolve import named
from graph.snapshot.csr import linked
from graph.vocabulary import Label, LinkType, NetworkKind

MOST: Final = 1_000
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkRelations:
    """A network, its posts and people; `known` of the `pairs` of people know each other.

    `share` is `known` / `pairs`; None where there are no pairs.
    """

    network: NodeRef
    kind: NetworkKind
    posts: int
    people: int
    pairs: int
    known: int
    share: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Relations:
    """Networks by lowest share of acquaintance first, then most pairs, then id.

    `known`: all pairs of people who know each other; `apart`: how many of these meet in no network.
    `is_cut`: there are more networks.
    """

    area: NodeRef | None
    on: date
    revision: int
    networks: tuple[NetworkRelations, ...]
    known: int
    apart: int
    is_cut: bool


def relations(
    view: View, *, kinds: Collection[NetworkKind] = (), area: str | None = None
) -> Relations:
    """Each network of some kinds (if empty: all) that answers for an area or an area in it.

    Raises:
        InvalidNeed: `area` is not an area.
        NotFound: the area is absent or hidden, and nothing visible succeeded it.
    """
    around = None if area is None else view.current(area)
    if around is not None and view.label(around) is not Label.AREA:
        raise InvalidNeed("area", "skal være et sted", "must be an area")
    # The pairs of people who know each other, the lower row first.
    one, other = linked(view, LinkType.KNOWS)
    pairs = np.sort(np.stack([one, other]), axis=0).T.tolist()
    known = frozenset((one, other) for one, other in pairs)
    # By network, the people who hold one of its posts.
    people = {network: frozenset(_holders(view, network)) for network in view.rows(Label.NETWORK)}
    chosen = [row for row in _networks(view, around) if not kinds or _kind(view, row) in kinds]
    rows = sorted((_row(view, row, people, known) for row in chosen), key=_order)
    meeting = {pair for some in people.values() for pair in combinations(sorted(some), 2)}
    return Relations(
        area=None if around is None else named(view, around),
        on=view.on,
        revision=view.revision,
        networks=tuple(rows[:MOST]),
        known=len(known),
        apart=len(known - meeting),
        is_cut=len(rows) > MOST,
    )


def _holders(view: View, network: int) -> Iterator[int]:
    for post in _posts(view, network):
        yield from view.sources(post, LinkType.HOLDS)


def _posts(view: View, network: int) -> list[int]:
    meeting = view.sources(network, LinkType.COORDINATES, LinkType.MEMBER_OF)
    return [one for one in meeting if view.label(one) is Label.ACTOR]


def _networks(view: View, around: int | None) -> Iterator[int]:
    if around is None:
        yield from view.rows(Label.NETWORK)
        return
    outer = view.mask(around)
    within, places = inside(view, outer), areas(view).of
    yield from (row for row in view.rows(Label.NETWORK) if within[places.of(row)].any())


def _kind(view: View, network: int) -> NetworkKind:
    kind: NetworkKind = view.value(network, "kind")
    return kind


def _row(
    view: View, network: int, people: Mapping[int, frozenset[int]], known: frozenset[Pair]
) -> NetworkRelations:
    pairs = list(combinations(sorted(people[network]), 2))
    acquainted = sum(pair in known for pair in pairs)
    return NetworkRelations(
        network=named(view, network),
        kind=_kind(view, network),
        posts=len(_posts(view, network)),
        people=len(people[network]),
        pairs=len(pairs),
        known=acquainted,
        share=acquainted / len(pairs) if pairs else None,
    )


def _order(one: NetworkRelations) -> tuple[float, int, str]:
    return (2.0 if one.share is None else one.share), -one.pairs, one.network.id
