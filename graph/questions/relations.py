"""Formal membership compared with working relations: who meets, and who knows whom.

A network's people are those who hold a post that coordinates it or is a member. Civilians are in no
network of this answer, and in no pair.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Final

import numpy as np

from graph.access.view import View
from graph.paths.answer import NodeRef
from graph.paths.need import area_row
from graph.paths.places import areas, inside
from graph.paths.resolve import node_ref
from graph.snapshot.csr import link_ends
from graph.vocabulary import Label, LinkType, NetworkKind

MOST: Final = 1_000


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
    around = None if area is None else area_row(view, "area", area)
    within = view.visible if around is None else inside(view, view.mask(around))
    # The pairs of people who know each other, the lower row first.
    pairs = np.sort(np.stack(link_ends(view, LinkType.KNOWS)), axis=0).T.tolist()
    known_pairs = frozenset((lower, higher) for lower, higher in pairs)
    meeting: set[tuple[int, int]] = set()
    rows: list[NetworkRelations] = []
    for network in view.rows(Label.NETWORK):
        members = view.sources(network, LinkType.COORDINATES, LinkType.MEMBER_OF)
        posts = [member for member in members if view.label(member) is Label.ACTOR]
        people = {person for post in posts for person in view.sources(post, LinkType.HOLDS)}
        pairs = list(combinations(sorted(people), 2))
        meeting.update(pairs)
        kind: NetworkKind = view.value(network, "kind")
        is_near = around is None or within[areas(view).of.of(network)].any()
        if is_near and (not kinds or kind in kinds):
            acquainted = sum(pair in known_pairs for pair in pairs)
            rows.append(
                NetworkRelations(
                    network=node_ref(view, network),
                    kind=kind,
                    posts=len(posts),
                    people=len(people),
                    pairs=len(pairs),
                    known=acquainted,
                    share=acquainted / len(pairs) if pairs else None,
                )
            )
    rows.sort(key=lambda row: (2 if row.share is None else row.share, -row.pairs, row.network.id))
    return Relations(
        area=None if around is None else node_ref(view, around),
        on=view.on,
        revision=view.revision,
        networks=tuple(rows[:MOST]),
        known=len(known_pairs),
        apart=len(known_pairs - meeting),
        is_cut=len(rows) > MOST,
    )
