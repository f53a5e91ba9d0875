"""Which link, made anew, would give a path, what would that cost, and who could make it?

Source: paths.md §4.4, "Missing link" and "Who could make it".
"""

from collections.abc import Iterator
from typing import Final

import numpy as np

from graph.access.view import View
from graph.paths.answer import Missing, NodeRef
from graph.paths.criteria import posts
from graph.paths.explain import chance_of
from graph.paths.kernel.search import ReachableCosts, forward_costs
from graph.paths.link_suggestions import SuggestedLink, new_links
from graph.paths.makeable import referral_gate
from graph.paths.places import among
from graph.paths.relaxing import RelaxableSearch
from graph.paths.resolve import named
from graph.paths.rules import Policy
from graph.snapshot.csr import Mask
from graph.snapshot.structure import areas_of
from graph.vocabulary import LegalGate, LinkType

_MOST: Final = 3  # of each list: a page holds no more, and nobody reads a fourth


def links_missing(
    asked: RelaxableSearch, near: ReachableCosts, far: ReachableCosts
) -> tuple[Missing, ...]:
    """The links that would make a path, the cheapest first."""
    return tuple(_link_missing(asked, link, near) for link in new_links(asked, near, far))


def _link_missing(asked: RelaxableSearch, link: SuggestedLink, near: ReachableCosts) -> Missing:
    view = asked.view
    return Missing(
        type=link.type,
        source=named(view, link.source),
        target=named(view, link.target),
        gate=_gate(asked, link),
        path_cost=link.cost,
        path_chance=chance_of(link.cost),
        makers=_makers(asked, link.type, [link.area], near),
        steward=named(view, link.area),
    )


def _gate(asked: RelaxableSearch, link: SuggestedLink) -> LegalGate:
    match link.type:
        case LinkType.MEMBER_OF:
            return asked.view.value(link.target, "gate")
        case LinkType.DOOR_OPENER_FOR:
            return LegalGate.CONSENT
        case _:
            return referral_gate(asked.ask)


# ---- where nobody answers


def deputies_missing(asked: RelaxableSearch, near: ReachableCosts) -> tuple[Missing, ...]:
    """The deputies that would make a path, one for each closed target, the cheapest first."""
    found: list[tuple[int, int]] = []
    if LinkType.DEPUTIZES_FOR not in asked.policy.missing:
        return ()
    for row, bound, cost in _if_answered(asked):
        if len(found) >= _MOST and bound > found[_MOST - 1][0]:
            break
        found = sorted([*found, *((one, row) for one in cost)])
    return tuple(_deputy_missing(asked, row, cost, near) for cost, row in found[:_MOST])


def _if_answered(asked: RelaxableSearch) -> Iterator[tuple[int, int, Iterator[int]]]:
    """Each closed target a way leads to, the cheapest way first, and what a path would cost.

    A path may cost more than the way, which can meet a node or somebody twice; or there is none.
    """
    opened = asked.opened(asked.closed())
    ways = forward_costs(opened.view, opened.policy, opened.ask, opened.standing)
    rows = [row for row in asked.closed() if row in ways]
    for row in sorted(rows, key=lambda row: (ways[row][1], row)):
        bound = ways[row][1]
        yield row, bound, _costs_to(asked, row)


def _costs_to(asked: RelaxableSearch, row: int) -> Iterator[int]:
    one = {row: asked.ends.targets[row]}
    found = asked.opened([row]).again(targets=one, max_paths=1, old_last=False)
    return (path.cost for path in found.paths)


def _deputy_missing(asked: RelaxableSearch, row: int, cost: int, near: ReachableCosts) -> Missing:
    areas = areas_of(asked.view, row)
    return Missing(
        type=LinkType.DEPUTIZES_FOR,
        target=named(asked.view, row),
        path_cost=cost,
        path_chance=chance_of(cost),
        makers=_makers(asked, LinkType.DEPUTIZES_FOR, areas, near, but=row),
        steward=named(asked.view, areas[0]) if areas else None,
    )


# ---- who could make it


def _makers(
    asked: RelaxableSearch,
    link_type: LinkType,
    areas: list[int],
    near: ReachableCosts,
    *,
    but: int | None = None,
) -> tuple[NodeRef, ...]:
    """The posts that could: of a listed kind, for the area or what it lies in, cheapest first."""
    listed = _listed(asked.view, asked.policy, link_type)
    around = {
        post
        for area in areas
        for rung in (0, 1)
        for post in among(asked.view, area, listed, rung).tolist()
        if post != but
    }
    unreached = (0, np.iinfo(np.int32).max)
    makers = sorted(around, key=lambda post: (near.get(post, unreached)[1], post))[:_MOST]
    return tuple(named(asked.view, post) for post in makers)


def _listed(view: View, policy: Policy, link_type: LinkType) -> Mask:
    """bool[nodes]: the posts of a kind that is listed for a type of link."""
    return view.memo(
        ("makers", policy.digest, link_type), lambda: _of_kinds(view, policy, link_type)
    )


def _of_kinds(view: View, policy: Policy, link_type: LinkType) -> Mask:
    codes = [kind.code for kind in policy.missing[link_type].makers]
    return posts(view) & np.isin(view.nodes.kind, codes)
