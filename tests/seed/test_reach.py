"""The real structure connects the national level with each municipality, in both directions."""

from collections import defaultdict
from datetime import date

import pytest

from graph.model import Actor, Area, Network
from graph.vocabulary import PathUse, Tier
from tests.seed.real_structure import BUILT, NODES, REFORM, TODAY, nodes


def arcs(on: date) -> dict[str, set[str]]:
    """Return by node those one hop away; a hop that is walked both ways leads back as well."""
    neighbors: defaultdict[str, set[str]] = defaultdict(set)
    for link in BUILT.links:
        if link.type.use.is_hop and link.is_valid(on):
            neighbors[link.source_id].add(link.target_id)
            if link.type.use is PathUse.BOTH:
                neighbors[link.target_id].add(link.source_id)
    return neighbors


def reachable(start: str, onward: dict[str, set[str]], max_hops: int = 4) -> set[str]:
    """Return all nodes within `max_hops`; a network that may not be crossed is an end only."""
    seen, border = {start}, {start}
    for _ in range(max_hops):
        inside = {node_id for node_id in border if node_id == start or may_cross(node_id)}
        border = {far for near in inside for far in onward[near]} - seen
        seen |= border
    return seen


def may_cross(node_id: str) -> bool:
    node = NODES[node_id]
    return isinstance(node, Actor) or (isinstance(node, Network) and node.kind.crosses)


def municipalities_of(node_ids: set[str]) -> set[str]:
    """Return the municipalities that have a post among the nodes."""
    posts = (NODES[node_id] for node_id in node_ids)
    return {
        post.id.rpartition("-")[2]
        for post in posts
        if isinstance(post, Actor) and post.tier is Tier.MUNICIPAL
    }


@pytest.mark.parametrize("on", [TODAY, REFORM])
def test_every_national_post_but_three_reaches_each_municipality_within_four_links(
    on: date,
) -> None:
    onward = arcs(on)
    national = {post.id for post in nodes(Actor) if post.tier is Tier.NATIONAL}
    assert len(national) == 16
    everywhere = {area.code for area in nodes(Area) if area.id.startswith("mun-")}
    falling_short = {
        post for post in national if municipalities_of(reachable(post, onward)) != everywhere
    }
    assert falling_short == {"act-112", "act-pet-outreach", "act-corps"}


@pytest.mark.parametrize("on", [TODAY, REFORM])
def test_every_municipal_post_reaches_a_national_one_within_four_links(on: date) -> None:
    onward = arcs(on)
    national = {post.id for post in nodes(Actor) if post.tier is Tier.NATIONAL}
    municipal = [post.id for post in nodes(Actor) if post.tier is Tier.MUNICIPAL]
    assert [post for post in municipal if not reachable(post, onward) & national] == []
