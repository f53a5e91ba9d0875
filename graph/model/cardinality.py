"""Cardinality rules of links: the most a node may have, the links it needs, and no cycles."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final, TypeVar

from graph.errors import Fault
from graph.model.base import Link, Node
from graph.model.links import (
    BelongsTo,
    Coordinates,
    DeputizesFor,
    EntryPointFor,
    GaveConsent,
    Knows,
    LiesIn,
    PartOf,
    ReachedBy,
    SucceededBy,
)
from graph.model.nodes import Actor, Area, Consent, ContactDetail, Network
from graph.model.rule_context import RuleContext, has_gap
from graph.vocabulary import AreaKind, CoordinationFunction, PostKind, Rule

L = TypeVar("L", bound=Link)
N = TypeVar("N", bound=Node)
LinkRule = Callable[[RuleContext, L], Iterable[Fault]]
NodeRule = Callable[[RuleContext, N], Iterable[Fault]]
LinkRules = Mapping[type[Link], tuple[LinkRule[Any], ...]]
Needs = Mapping[type[Node], tuple[tuple[type[Link], NodeRule[Any]], ...]]
"""For each class of node: the link classes it needs, each with its rule."""

_SHARED_LINES: Final = frozenset(
    {
        PostKind.HOTLINE,
        PostKind.EMERGENCY_LINE,
        PostKind.DUTY_LINE,
        PostKind.FUNCTIONAL_MAILBOX,
    }
)
_PARENTS: Final[Mapping[AreaKind, frozenset[AreaKind]]] = {
    AreaKind.COUNTRY: frozenset(),
    AreaKind.REGION: frozenset({AreaKind.COUNTRY}),
    AreaKind.POLICE_DISTRICT: frozenset({AreaKind.COUNTRY}),
    AreaKind.MUNICIPALITY: frozenset({AreaKind.POLICE_DISTRICT, AreaKind.REGION}),
    AreaKind.COMMUNITY: frozenset({AreaKind.MUNICIPALITY}),
}  # each lies in a larger kind only, so that areas cannot form a cycle
_PARENT_RULE: Final[Mapping[AreaKind, Rule]] = {
    AreaKind.MUNICIPALITY: Rule.HIERARCHY,
    AreaKind.COMMUNITY: Rule.COMMUNITY_PARENT,
}


def _one_order(world: RuleContext, link: DeputizesFor | EntryPointFor) -> Iterator[Fault]:
    rivals = world.at_once(link, world.links_to(link.target_id, type(link)))
    if any(rival.order == link.order for rival in rivals):
        yield Fault(link.id, "order", Rule.SAME_ORDER)


def _one_seat(world: RuleContext, link: BelongsTo) -> Iterator[Fault]:
    """At most one body at a time; a shared line may belong to several."""
    post = world.nodes[link.source_id]
    if isinstance(post, Actor) and post.kind in _SHARED_LINES:
        return
    if any(world.at_once(link, world.links_from(link.source_id, BelongsTo))):
        yield Fault(link.id, "target_id", Rule.ONE_SEAT)


def _one_parent(world: RuleContext, link: PartOf) -> Iterator[Fault]:
    if any(world.at_once(link, world.links_from(link.source_id, PartOf))):
        yield Fault(link.id, "target_id", Rule.ONE_PARENT)


def _one_chair(world: RuleContext, link: Coordinates) -> Iterator[Fault]:
    if link.function is not CoordinationFunction.CHAIR:
        return
    others = world.at_once(link, world.links_to(link.target_id, Coordinates))
    if any(other.function is CoordinationFunction.CHAIR for other in others):
        yield Fault(link.id, "function", Rule.ONE_CHAIR)


def _one_pair(world: RuleContext, link: Knows) -> Iterator[Fault]:
    others = world.at_once(link, world.links_from(link.source_id, Knows))
    if any(other.target_id == link.target_id for other in others):
        yield Fault(link.id, "target_id", Rule.ONE_PAIR)


def _one_owner(world: RuleContext, link: ReachedBy | GaveConsent) -> Iterator[Fault]:
    """One owner ever, not even in succession: the node is encrypted with its owner's key."""
    others = [*world.links_to(link.target_id, type(link))]
    is_shared = any(other.source_id != link.source_id for other in others)
    if is_shared or any(world.at_once(link, others)):
        rule = Rule.ONE_OWNER if isinstance(link, ReachedBy) else Rule.ONE_GIVER
        yield Fault(link.id, "source_id", rule)


def _one_area_of_a_kind(world: RuleContext, link: LiesIn) -> Iterator[Fault]:
    area, parent = world.nodes[link.source_id], world.nodes[link.target_id]
    if not (isinstance(area, Area) and isinstance(parent, Area)):
        return
    rule = _PARENT_RULE.get(area.kind, Rule.WRONG_ENDS)
    others = world.at_once(link, world.links_from(area.id, LiesIn))
    if parent.kind not in _PARENTS[area.kind] or parent.kind in _kinds_above(world, others):
        yield Fault(link.id, "target_id", rule)


def _kinds_above(world: RuleContext, links: Iterable[LiesIn]) -> set[AreaKind]:
    parents = (world.nodes.get(link.target_id) for link in links)
    return {parent.kind for parent in parents if isinstance(parent, Area)}


def _no_circle_at_a_time(world: RuleContext, link: PartOf) -> Iterator[Fault]:
    """No PART_OF cycle whose links are all valid at the same time.

    Limited to the links of the RuleContext: with only this link touched, a cycle of four or more
    nodes has a link that touches none of its ends, and is not detected.
    """
    start, stop = world.period(link)
    if _climbs_to(world, link.target_id, link.source_id, start, stop, frozenset()):
        yield Fault(link.id, "target_id", Rule.CYCLE)


def _climbs_to(
    world: RuleContext, node_id: str, goal: str, start: date, stop: date, passed: frozenset[str]
) -> bool:
    if start >= stop or node_id in passed:
        return False
    if node_id == goal:
        return True
    passed |= {node_id}
    for link in world.links_from(node_id, PartOf):
        begin, end = world.period(link)
        if _climbs_to(world, link.target_id, goal, max(start, begin), min(stop, end), passed):
            return True
    return False


def _no_circle_ever(world: RuleContext, link: SucceededBy) -> Iterator[Fault]:
    """No succession cycle, regardless of dates; limited as for PART_OF."""
    passed: set[str] = set()
    ahead = [link.target_id]
    while ahead:
        node_id = ahead.pop()
        if node_id not in passed:
            passed.add(node_id)
            ahead += [onward.target_id for onward in world.links_from(node_id, SucceededBy)]
    if link.source_id in passed:
        yield Fault(link.id, "target_id", Rule.CYCLE)


COUNT_RULES: Final[LinkRules] = {
    DeputizesFor: (_one_order,),
    EntryPointFor: (_one_order,),
    BelongsTo: (_one_seat,),
    PartOf: (_one_parent, _no_circle_at_a_time),
    Coordinates: (_one_chair,),
    Knows: (_one_pair,),
    ReachedBy: (_one_owner,),
    GaveConsent: (_one_owner,),
    LiesIn: (_one_area_of_a_kind,),
    SucceededBy: (_no_circle_ever,),
}


def _needs_a_seat(world: RuleContext, post: Actor) -> Iterator[Fault]:
    if has_gap(post, world.links_from(post.id, BelongsTo)):
        yield Fault(post.id, BelongsTo.type, Rule.ONE_SEAT)


def _needs_a_coordinator(world: RuleContext, network: Network) -> Iterator[Fault]:
    if has_gap(network, world.links_to(network.id, Coordinates)):
        yield Fault(network.id, Coordinates.type, Rule.NO_COORDINATOR)


def _needs_an_owner(world: RuleContext, detail: ContactDetail) -> Iterator[Fault]:
    if has_gap(detail, world.links_to(detail.id, ReachedBy)):
        yield Fault(detail.id, ReachedBy.type, Rule.ONE_OWNER)


def _needs_a_giver(world: RuleContext, consent: Consent) -> Iterator[Fault]:
    if has_gap(consent, world.links_to(consent.id, GaveConsent)):
        yield Fault(consent.id, GaveConsent.type, Rule.ONE_GIVER)


def _needs_areas_above(world: RuleContext, area: Area) -> Iterator[Fault]:
    """One area of each parent kind at all times: police districts and regions do not nest."""
    rule = _PARENT_RULE.get(area.kind)
    if rule is None:
        return
    upward = world.links_from(area.id, LiesIn)
    by_kind = (
        [one for one in upward if kind in _kinds_above(world, [one])]
        for kind in _PARENTS[area.kind]
    )
    if any(has_gap(area, links) for links in by_kind):
        yield Fault(area.id, LiesIn.type, rule)


NEEDS: Final[Needs] = {
    Actor: ((BelongsTo, _needs_a_seat),),
    Network: ((Coordinates, _needs_a_coordinator),),
    ContactDetail: ((ReachedBy, _needs_an_owner),),
    Consent: ((GaveConsent, _needs_a_giver),),
    Area: ((LiesIn, _needs_areas_above),),
}
