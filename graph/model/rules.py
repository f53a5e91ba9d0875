"""Rules that concern more than one node or link.

Rules of a single node or link are in its own `faults`; domain.md §3 and §4 list both sorts. "At a
time" means in overlapping half-open periods; a link is valid only while both its ends are.

Last contact of a network: its contacts on a day are the posts that coordinate it or are members of
it through a link that is valid on that day and was once verified. If such a link, or the post at
its end, is ended, the network must have a contact on the first day without it: another verified
one, or a successor, i.e. a post that the same change set links to it. A successor need not be
verified, since its author has just confirmed it and coverage reports it as new. The rule does not
apply to a network that has ended by that day, or that had no verified contact to lose. A post is
independent of its holder, so the last holder may leave: the post remains the contact and is
reached through deputy, duty line or unit.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date
from typing import Any, Final

from graph.errors import Fault
from graph.model.base import HopLink, Link, Node
from graph.model.cardinality import COUNT_RULES, NEEDS, LinkRules, Needs, NodeRule
from graph.model.links import (
    Coordinates,
    DoorOpenerFor,
    EscalatesTo,
    GaveConsent,
    GovernedBy,
    Holds,
    MemberOf,
    PartOf,
    ReachedBy,
    RefersTo,
    Represents,
    SucceededBy,
)
from graph.model.nodes import (
    Actor,
    Consent,
    ContactDetail,
    Network,
    Organization,
    Person,
    ResourceIndividual,
)
from graph.model.rule_context import RuleContext, ends, has_gap, own_period
from graph.vocabulary import NetworkKind, OrganizationKind, Rule, Visibility

CIVILIAN_NETWORKS: Final = frozenset({NetworkKind.RESOURCE_PANEL, NetworkKind.DIALOGUE_FORUM})


def civilian_gate(world: RuleContext, link: Link) -> Iterator[Fault]:
    """Yield a fault if a gate allows named persons although a civilian or association is an end.

    Source: § 115 names authorities as parties; no civilian or association is one.
    """
    gate = link.gate if isinstance(link, HopLink | GovernedBy) else None
    joined = (world.nodes[end] for end in ends(link))
    is_civil = any(isinstance(node, ResourceIndividual | Organization) for node in joined)
    if gate and gate.allows_named and is_civil:
        yield Fault(link.id, "gate", Rule.CIVILIAN_GATE)


def _civilian_network(world: RuleContext, link: MemberOf) -> Iterator[Fault]:
    member, network = (world.nodes[end] for end in ends(link))
    is_open = isinstance(network, Network) and network.kind in CIVILIAN_NETWORKS
    if isinstance(member, ResourceIndividual) and not is_open:
        yield Fault(link.id, "target_id", Rule.CIVILIAN_NETWORK)


def _door_opened_by_consent(world: RuleContext, link: DoorOpenerFor) -> Iterator[Fault]:
    if link.target_id in world.whole and not _gave(world, link.target_id, link.consent_id):
        yield Fault(link.id, "consent_id", Rule.CONSENT_MISSING)


def _represents_by_consent(world: RuleContext, link: Represents) -> Iterator[Fault]:
    """A link to a faith community is itself GDPR art. 9 data, so the consent must cover it."""
    if link.source_id in world.whole and not _gave(world, link.source_id, link.consent_id):
        yield Fault(link.id, "consent_id", Rule.CONSENT_MISSING)
    elif _is_faith(world, link) and not _may_show_faith(world, link):
        yield Fault(link.id, "consent_id", Rule.CONSENT_ART9)


def _gave(world: RuleContext, individual_id: str, consent_id: str) -> bool:
    given = world.links_from(individual_id, GaveConsent)
    is_consent = isinstance(world.nodes.get(consent_id), Consent)
    return is_consent and any(link.target_id == consent_id for link in given)


def _is_faith(world: RuleContext, link: Represents) -> bool:
    represented = world.nodes[link.target_id]
    return (
        isinstance(represented, Organization)
        and represented.kind is OrganizationKind.FAITH_COMMUNITY
    )


def _may_show_faith(world: RuleContext, link: Represents) -> bool:
    """A consent that is not in the context covers nothing."""
    individual, consent = world.nodes[link.source_id], world.nodes.get(link.consent_id)
    return (
        isinstance(individual, ResourceIndividual)
        and individual.visibility is Visibility.NAMED
        and isinstance(consent, Consent)
        and consent.covers_art9
    )


CIVILIAN_RULES: Final[LinkRules] = {
    MemberOf: (_civilian_network,),
    DoorOpenerFor: (_door_opened_by_consent,),
    Represents: (_represents_by_consent,),
}


def _needs_a_door_opener(world: RuleContext, individual: ResourceIndividual) -> Iterator[Fault]:
    if has_gap(individual, world.links_to(individual.id, DoorOpenerFor)):
        yield Fault(individual.id, DoorOpenerFor.type, Rule.NO_DOOR_OPENER)


def _needs_a_consent(world: RuleContext, individual: ResourceIndividual) -> Iterator[Fault]:
    """Any receipt suffices, also an expired one: Views check whether a consent is in force."""
    if not world.links_from(individual.id, GaveConsent):
        yield Fault(individual.id, GaveConsent.type, Rule.CONSENT_MISSING)


CIVILIAN_NEEDS: Final[Needs] = {
    ResourceIndividual: (
        (DoorOpenerFor, _needs_a_door_opener),
        (GaveConsent, _needs_a_consent),
    ),
}


Contact = MemberOf | Coordinates


def lost_contacts(before: RuleContext, after: RuleContext) -> Iterator[Fault]:
    """Yield a fault for each ended link that was the last verified contact of its network.

    Both contexts include all links of the networks concerned. O(links).
    """
    for was in before.links.values():
        if isinstance(was, Contact) and was.verified_on is not None and _is_of_post(before, was):
            # The new end of a link's validity if it is earlier than before, else None.
            now = after.links[was.id]
            start, stop = before.period(was)
            _, ends_on = after.period(now)
            gone_on = max(start, ends_on) if max(start, ends_on) < stop else None
            if gone_on is not None and _is_bereft(before, after, was.target_id, gone_on):
                yield Fault(was.id, "valid_to", Rule.LAST_CONTACT)


def _is_of_post(world: RuleContext, link: Contact) -> bool:
    return isinstance(world.nodes.get(link.source_id), Actor)


def _is_bereft(before: RuleContext, after: RuleContext, network_id: str, on: date) -> bool:
    """Whether the network is valid on a day and has no contact on it."""
    start, stop = own_period(after.nodes[network_id])
    if not start <= on < stop:
        return False
    contacts = (*after.links_to(network_id, MemberOf), *after.links_to(network_id, Coordinates))
    return not any(_answers(before, after, link, on) for link in contacts)


def _answers(before: RuleContext, after: RuleContext, link: Contact, on: date) -> bool:
    """Whether a link is a contact on a day, or a successor named by this change set."""
    start, stop = after.period(link)
    is_new = link.id not in before.links
    return start <= on < stop and _is_of_post(after, link) and bool(link.verified_on or is_new)


def violations(world: RuleContext, touched: Collection[str]) -> Iterator[Fault]:
    """Yield the faults of touched elements, given by the ids of nodes and links. O(links).

    The checks cover the touched elements, the links of touched nodes, and the needs of the ends of
    touched links, so that an old fault elsewhere blocks no change. `where` may be a neighbor that
    no longer fits.
    """
    # The ids of touched nodes (and links) and of the ends of touched links.
    found = [world.links[one] for one in touched if one in world.links]
    whole = frozenset((*touched, *(end for link in found for end in ends(link))))
    world = replace(world, whole=whole)
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


def _judged_links(world: RuleContext, touched: Collection[str]) -> Iterator[Link]:
    among = frozenset(touched)
    for link in world.links.values():
        if link.id in among or link.source_id in among or link.target_id in among:
            yield link


def _judged_needs(
    world: RuleContext, touched: Collection[str]
) -> Iterator[tuple[Node, NodeRule[Any]]]:
    """All needs of touched nodes, and the needs that a touched link's ends have of its class.

    In the order of `touched`, each once.
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
    """Both ends exist and have labels that this link type may join."""
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
    """A link's own dates are within both ends; a succession joins nodes that never overlap."""
    if isinstance(link, SucceededBy):
        return
    spans = [own_period(world.nodes[end]) for end in ends(link)]
    first, last = link.valid_from, link.valid_to
    if first and not all(start <= first < stop for start, stop in spans):
        yield Fault(link.id, "valid_from", Rule.OUTLIVES_END)
    if last and not all(start < last <= stop for start, stop in spans):
        yield Fault(link.id, "valid_to", Rule.OUTLIVES_END)


def _unit_only(world: RuleContext, link: Holds) -> Iterator[Fault]:
    """Such a post never has a named holder, not even in the past: PET's staff are not named."""
    post = world.nodes[link.target_id]
    if isinstance(post, Actor) and post.is_unit_only:
        yield Fault(link.id, "target_id", Rule.UNIT_ONLY)


def _climb(world: RuleContext, link: Link) -> int:
    """The number of tiers from the source up to the target; negative is down."""
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
    """Only a civilian has private details; no detail is more visible than its owner."""
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
