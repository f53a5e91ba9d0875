"""Which rules does a change break that need more than one thing to be judged?

What one thing can tell is in its own `faults`; domain.md §3 and §4 list both sorts. "At a time"
means at overlapping half-open periods, and a link is true only while both its ends are.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any, Final

from graph.errors import Fault
from graph.model.base import Link, Node
from graph.model.cardinality import COUNT_RULES, NEEDS, LinkRules, Needs, NodeRule
from graph.model.civilians import CIVILIAN_NEEDS, CIVILIAN_RULES, civilian_gate
from graph.model.links import (
    Coordinates,
    EscalatesTo,
    Holds,
    MemberOf,
    PartOf,
    ReachedBy,
    RefersTo,
    SucceededBy,
)
from graph.model.nodes import Actor, Network
from graph.model.people import ContactDetail, Person, ResourceIndividual
from graph.model.world import RuleContext, ends, own_period
from graph.vocabulary import Rule


def violations(world: RuleContext, touched: Collection[str]) -> Iterator[Fault]:
    """The faults that concern touched things, given by the ids of nodes and links. O(links).

    Judged are the touched things, the links of touched nodes, and what the ends of touched links
    need: an old flaw elsewhere blocks nobody. `where` may be a neighbor that no longer fits.
    """
    world = replace(world, whole=_whole(world, touched))
    for link in _judged_links(world, touched):
        broken = tuple(_ends_that_cannot_be(world, link))
        yield from broken
        if not broken:
            yield from _outlived(world, link)
            yield from civilian_gate(world, link)
            for rules in _LINK_RULES:
                for rule in rules.get(type(link), ()):
                    yield from rule(world, link)
    for node, rule in _judged_needs(world, touched):
        yield from rule(world, node)


def _whole(world: RuleContext, touched: Collection[str]) -> frozenset[str]:
    """Touched nodes and the ends of touched links."""
    found = [world.links[one] for one in touched if one in world.links]
    return frozenset((*touched, *(end for link in found for end in ends(link))))


def _judged_links(world: RuleContext, touched: Collection[str]) -> Iterator[Link]:
    among = frozenset(touched)
    for link in world.links.values():
        if link.id in among or link.source_id in among or link.target_id in among:
            yield link


def _judged_needs(
    world: RuleContext, touched: Collection[str]
) -> Iterator[tuple[Node, NodeRule[Any]]]:
    """All needs of a touched node, and what the ends of a touched link need of links of its sort.

    In the order of touched, each once.
    """
    judged: dict[tuple[str, NodeRule[Any]], Node] = {}
    for one in touched:
        link = world.links.get(one)
        for node_id in ends(link) if link else (one,):
            node = world.nodes.get(node_id)
            for sort, rule in _NODE_NEEDS.get(type(node), ()) if node else ():
                if node and (link is None or type(link) is sort):
                    judged[node_id, rule] = node
    for (_, rule), node in judged.items():
        yield node, rule


def _ends_that_cannot_be(world: RuleContext, link: Link) -> Iterator[Fault]:
    """Both ends are there, and of labels this type may join."""
    source, target = (world.nodes.get(end) for end in ends(link))
    for name, node, labels in (
        ("source_id", source, link.type.sources),
        ("target_id", target, link.type.targets),
    ):
        if node is None:
            yield Fault(link.id, name, Rule.MISSING_END)
        elif node.label not in labels:
            yield Fault(link.id, name, Rule.WRONG_ENDS)
    alike = not (source and target) or source.label is target.label
    if isinstance(link, PartOf | SucceededBy) and not alike:
        yield Fault(link.id, "target_id", Rule.SAME_LABEL)


def _outlived(world: RuleContext, link: Link) -> Iterator[Fault]:
    """A date of its own lies within both ends; only a succession joins what is never together."""
    if isinstance(link, SucceededBy):
        return
    spans = [own_period(world.nodes[end]) for end in ends(link)]
    first, last = link.valid_from, link.valid_to
    if first and not all(start <= first < stop for start, stop in spans):
        yield Fault(link.id, "valid_from", Rule.OUTLIVES_END)
    if last and not all(start < last <= stop for start, stop in spans):
        yield Fault(link.id, "valid_to", Rule.OUTLIVES_END)


def _unit_only(world: RuleContext, link: Holds) -> Iterator[Fault]:
    """Never a name on such a post, not even in the past: PET's staff are not named."""
    post = world.nodes[link.target_id]
    if isinstance(post, Actor) and post.is_unit_only:
        yield Fault(link.id, "target_id", Rule.UNIT_ONLY)


def _climb(world: RuleContext, link: Link) -> int:
    """How many tiers up from the source to the target; below 0 is down."""
    source, target = (world.nodes[end] for end in ends(link))
    if isinstance(source, Actor) and isinstance(target, Actor):
        return source.tier.height - target.tier.height
    return 0


def _never_up(world: RuleContext, link: RefersTo) -> Iterator[Fault]:
    if _climb(world, link) > 0:
        yield Fault(link.id, "target_id", Rule.HIGHER_TIER)


def _never_down(world: RuleContext, link: EscalatesTo) -> Iterator[Fault]:
    if _climb(world, link) < 0:
        yield Fault(link.id, "target_id", Rule.LOWER_TIER)


def _as_the_network(world: RuleContext, link: MemberOf | Coordinates) -> Iterator[Fault]:
    network = world.nodes[link.target_id]
    if isinstance(network, Network):
        for name in ("gate", "levels"):
            if getattr(link, name) != getattr(network, name):
                yield Fault(link.id, name, Rule.SAME_AS_NETWORK)


def _as_the_owner(world: RuleContext, link: ReachedBy) -> Iterator[Fault]:
    """Only a civilian has private details, and nobody's detail is seen where they are not."""
    owner, detail = (world.nodes[end] for end in ends(link))
    if not isinstance(detail, ContactDetail):
        return
    if not detail.is_work and not isinstance(owner, ResourceIndividual):
        yield Fault(detail.id, "is_work", Rule.OWN_CHANNEL)
    is_person = isinstance(owner, Person | ResourceIndividual)
    if is_person and detail.visibility.code < owner.visibility.code:  # codes go wide to narrow
        yield Fault(detail.id, "visibility", Rule.WIDER_THAN_OWNER)


def _begins_where_the_old_ends(world: RuleContext, link: SucceededBy) -> Iterator[Fault]:
    ended_on = world.nodes[link.source_id].valid_to
    began_on = world.nodes[link.target_id].valid_from
    if ended_on and began_on and ended_on != began_on:
        yield Fault(link.id, "target_id", Rule.SUCCESSION)


_ALONE: Final[LinkRules] = {
    Holds: (_unit_only,),
    RefersTo: (_never_up,),
    EscalatesTo: (_never_down,),
    MemberOf: (_as_the_network,),
    Coordinates: (_as_the_network,),
    ReachedBy: (_as_the_owner,),
    SucceededBy: (_begins_where_the_old_ends,),
}
_LINK_RULES: Final[tuple[LinkRules, ...]] = (_ALONE, COUNT_RULES, CIVILIAN_RULES)
_NODE_NEEDS: Final[Needs] = {**NEEDS, **CIVILIAN_NEEDS}
