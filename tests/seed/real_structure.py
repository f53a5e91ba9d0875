"""The real structure, built once for the tests of this folder, and ways to count it."""

from collections import Counter
from datetime import date
from typing import Any, TypeVar

from graph.model import Actor, Link, Node
from graph.vocabulary import Tier
from seed.structure import structure

TODAY = date(2026, 11, 25)
LAST_DAY_OF_FIVE_REGIONS = date(2026, 12, 31)
REFORM = date(2027, 1, 1)

BUILT = structure()
NODES = {node.id: node for node in BUILT.nodes}

NodeT = TypeVar("NodeT", bound=Node)
LinkT = TypeVar("LinkT", bound=Link)


def nodes(cls: type[NodeT]) -> list[NodeT]:
    return [node for node in BUILT.nodes if isinstance(node, cls)]


def links(cls: type[LinkT], on: date | None = None) -> list[LinkT]:
    """Links of a type; those valid on a date, where one is given."""
    of_type = [link for link in BUILT.links if isinstance(link, cls)]
    return [link for link in of_type if on is None or link.is_valid(on)]


def kind(node_id: str) -> str:
    node: Any = NODES[node_id]
    return node.kind.value


def kinds(cls: type[Node]) -> Counter[str]:
    return Counter(kind(node.id) for node in nodes(cls))


def targets(cls: type[Link]) -> Counter[str]:
    return Counter(kind(link.target_id) for link in links(cls))


def pairs(cls: type[Link]) -> Counter[tuple[str, str]]:
    return Counter((kind(link.source_id), kind(link.target_id)) for link in links(cls))


def tier(post_id: str) -> Tier:
    post = NODES[post_id]
    assert isinstance(post, Actor)
    return post.tier
