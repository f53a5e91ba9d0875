"""The real prevention structure of Denmark as nodes and links, without any person."""

from dataclasses import dataclass

from graph.model import Link, Node
from seed.structure.areas import area_links, areas
from seed.structure.authorities import authorities, authority_links
from seed.structure.links import LinkFactory
from seed.structure.meetings import meetings
from seed.structure.networks import network_links, networks, plan_links, plans
from seed.structure.posts import posts
from seed.structure.referrals import escalations, referrals, seat_links, supports
from seed.structure.sources import read_denmark


@dataclass(frozen=True, slots=True)
class Structure:
    """Nodes, and the links between them; no hop is verified yet: `verified_on` is None."""

    nodes: tuple[Node, ...]
    links: tuple[Link, ...]


def structure() -> Structure:
    """1,872 nodes and 6,513 links, the same in every run.

    seed/data/SOURCES.md names the origin of each file and fact.
    """
    denmark = read_denmark()
    kinds = (areas, authorities, networks, posts, plans)
    nodes = tuple(node for kind in kinds for node in kind(denmark))
    tie = LinkFactory({node.id: node for node in nodes})
    ties = (
        area_links, authority_links, network_links, seat_links, meetings,
        supports, referrals, escalations, plan_links,
    )  # fmt: skip
    links = tuple(link for question in ties for link in question(denmark, tie))
    return Structure(nodes, links)
