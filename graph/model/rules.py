"""Rules that concern more than one node or link.

Rules of a single node or link are in its own `faults`. "At a time" means in overlapping half-open
periods; a link is valid only while both its ends are.

Last contact of a network: its contacts on a day are the posts that coordinate it or are members of
it through a link that is valid on that day and was once verified. If such a link, or the post at
its end, is ended, the network must have a contact on the first day without it: another verified
one, or a successor, i.e. a post that the same change set links to it. A successor need not be
verified, since its author has just confirmed it and coverage reports it as new. The rule does not
apply to a network that has ended by that day, or that had no verified contact to lose. A post is
independent of its holder, so the last holder may leave: the post remains the contact and is
reached through deputy, duty line or unit.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from graph.errors import Fault
from graph.model.base import HopLink, Link, Node
from graph.model.links import (
    BelongsTo,
    Coordinates,
    DeputizesFor,
    DoorOpenerFor,
    EntryPointFor,
    EscalatesTo,
    GaveConsent,
    GovernedBy,
    Holds,
    Knows,
    LiesIn,
    MemberOf,
    PartOf,
    ReachedBy,
    RefersTo,
    Represents,
    SucceededBy,
)
from graph.model.nodes import (
    Actor,
    Area,
    Consent,
    ContactDetail,
    Network,
    Organization,
    Person,
    ResourceIndividual,
)
from graph.model.rule_context import RuleContext, ends, has_gap, own_period
from graph.vocabulary import (
    DUTY_LINES,
    AreaKind,
    CoordinationFunction,
    NetworkKind,
    OrganizationKind,
    PostKind,
    Rule,
    Visibility,
)

CIVILIAN_NETWORKS: Final = frozenset({NetworkKind.RESOURCE_PANEL, NetworkKind.DIALOGUE_FORUM})
_SHARED_LINES: Final = frozenset(
    {
        PostKind.HOTLINE,
        PostKind.EMERGENCY_LINE,
        *DUTY_LINES,
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
_NEEDS: Final[Mapping[tuple[type[Node], type[Link]], tuple[Callable[..., Any], Rule]]] = {
    (Actor, BelongsTo): (RuleContext.links_from, Rule.ONE_SEAT),
    (Network, Coordinates): (RuleContext.links_to, Rule.NO_COORDINATOR),
    (ContactDetail, ReachedBy): (RuleContext.links_to, Rule.ONE_OWNER),
    (Consent, GaveConsent): (RuleContext.links_to, Rule.ONE_GIVER),
    (Area, LiesIn): (RuleContext.links_from, Rule.HIERARCHY),
    (ResourceIndividual, DoorOpenerFor): (RuleContext.links_to, Rule.NO_DOOR_OPENER),
    (ResourceIndividual, GaveConsent): (RuleContext.links_from, Rule.CONSENT_MISSING),
}
"""The links a class of node must have, and the rule that is broken without them."""
Contact = MemberOf | Coordinates


def violations(
    world: RuleContext, touched: Collection[str], *, on: date | None = None
) -> Iterator[Fault]:
    """Yield the faults of touched elements, given by the ids of nodes and links. O(links).

    The checks cover the touched elements, the links of touched nodes, and the needs of the ends of
    touched links, so that an old fault elsewhere blocks no change. `where` may be a neighbor that
    no longer fits. A membership that ended by the date `on` need not fit its network any more.
    """
    ids = frozenset(touched)
    touched_links = [world.links[link_id] for link_id in touched if link_id in world.links]
    world = replace(world, whole=ids.union(*map(ends, touched_links)))
    for link in world.links.values():
        if not ids.isdisjoint((link.id, *ends(link))):
            misplaced = tuple(_end_faults(world, link))
            yield from misplaced
            if not misplaced:
                yield from _fit_faults(world, link, on)
                yield from _too_many(world, link)
    # All needs of touched nodes, and the needs that a touched link's ends have of its class.
    needs: dict[tuple[str, type[Link]], None] = {}
    for touched_id in touched:
        link = world.links.get(touched_id)
        for node_id in ends(link) if link else (touched_id,):
            sort = type(world.nodes.get(node_id))
            for owner, kind in _NEEDS:
                if owner is sort and (link is None or type(link) is kind):
                    needs[node_id, kind] = None
    for node_id, kind in needs:
        yield from _missing_link_faults(world, world.nodes[node_id], kind)


def lost_contacts(before: RuleContext, after: RuleContext) -> Iterator[Fault]:
    """Yield a fault for each ended link that was the last verified contact of its network.

    Both contexts include all links of the networks concerned. O(links).
    """
    for was in before.links.values():
        if not (isinstance(was, Contact) and was.verified_on and _is_of_post(before, was)):
            continue
        start, stop = before.period(was)
        gone_on = max(start, after.period(after.links[was.id])[1])
        if gone_on >= stop:
            continue
        first, last = own_period(after.nodes[was.target_id])
        kinds = (MemberOf, Coordinates)
        contacts = [link for kind in kinds for link in after.links_to(was.target_id, kind)]
        if first <= gone_on < last and not any(
            begin <= gone_on < end
            and _is_of_post(after, link)
            and (link.verified_on or link.id not in before.links)  # or named as a successor
            for link in contacts
            for begin, end in (after.period(link),)
        ):
            yield Fault(was.id, "valid_to", Rule.LAST_CONTACT)


def _is_of_post(world: RuleContext, link: Contact) -> bool:
    return isinstance(world.nodes.get(link.source_id), Actor)


def _end_faults(world: RuleContext, link: Link) -> Iterator[Fault]:
    """Yield faults unless both ends exist and have labels that the link type may join."""
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


def _fit_faults(world: RuleContext, link: Link, on: date | None) -> Iterator[Fault]:
    """Yield faults unless a link's dates, gate and fields fit both ends and the named consent."""
    source, target = (world.nodes[end] for end in ends(link))
    # SUCCEEDED_BY joins nodes that never overlap; a link that is never valid is exempt.
    if not isinstance(link, SucceededBy) and not link.is_taken_back():
        spans = (own_period(source), own_period(target))
        first, last = link.valid_from, link.valid_to
        if first and not all(start <= first < stop for start, stop in spans):
            yield Fault(link.id, "valid_from", Rule.OUTLIVES_END)
        if last and not all(start < last <= stop for start, stop in spans):
            yield Fault(link.id, "valid_to", Rule.OUTLIVES_END)
    # Source: § 115 names authorities as parties; no civilian or association is one.
    is_civil = any(isinstance(end, ResourceIndividual | Organization) for end in (source, target))
    gate = link.gate if isinstance(link, HopLink | GovernedBy) else None
    if is_civil and gate is not None and gate.allows_named:
        yield Fault(link.id, "gate", Rule.CIVILIAN_GATE)
    match link:
        case Holds():  # no named holder, not even in the past: PET's staff are not named
            if isinstance(target, Actor) and target.is_unit_only:
                yield Fault(link.id, "target_id", Rule.UNIT_ONLY)
        case RefersTo() | EscalatesTo() if isinstance(source, Actor) and isinstance(target, Actor):
            climb = source.tier.height - target.tier.height
            if isinstance(link, RefersTo) and climb > 0:
                yield Fault(link.id, "target_id", Rule.HIGHER_TIER)
            if isinstance(link, EscalatesTo) and climb < 0:
                yield Fault(link.id, "target_id", Rule.LOWER_TIER)
        case MemberOf() | Coordinates():
            is_over = on is not None and world.period(link)[1] <= on
            for name in ("gate", "levels") if isinstance(target, Network) and not is_over else ():
                if getattr(link, name) != getattr(target, name):
                    yield Fault(link.id, name, Rule.SAME_AS_NETWORK)
            is_open = isinstance(target, Network) and target.kind in CIVILIAN_NETWORKS
            if (
                isinstance(link, MemberOf)
                and isinstance(source, ResourceIndividual)
                and not is_open
            ):
                yield Fault(link.id, "target_id", Rule.CIVILIAN_NETWORK)
        case ReachedBy() if isinstance(target, ContactDetail):
            # Only a civilian has private details; no detail is more visible than its owner.
            if not target.is_work and not isinstance(source, ResourceIndividual):
                yield Fault(target.id, "is_work", Rule.OWN_CHANNEL)
            is_person = isinstance(source, Person | ResourceIndividual)
            if is_person and target.visibility.code < source.visibility.code:  # wide to narrow
                yield Fault(target.id, "visibility", Rule.WIDER_THAN_OWNER)
        case SucceededBy():
            ended_on, began_on = source.valid_to, target.valid_from
            if ended_on and began_on and ended_on != began_on:
                yield Fault(link.id, "target_id", Rule.SUCCESSION)
        case DoorOpenerFor():
            if _lacks_consent(world, link.target_id, link.consent_id):
                yield Fault(link.id, "consent_id", Rule.CONSENT_MISSING)
        case Represents():
            consent = world.nodes.get(link.consent_id)
            if _lacks_consent(world, link.source_id, link.consent_id):
                yield Fault(link.id, "consent_id", Rule.CONSENT_MISSING)
            # A link to a faith community is itself GDPR art. 9 data; the consent must cover it.
            elif (
                isinstance(target, Organization)
                and target.kind is OrganizationKind.FAITH_COMMUNITY
                and not (
                    isinstance(source, ResourceIndividual)
                    and source.visibility is Visibility.NAMED
                    and isinstance(consent, Consent)
                    and consent.covers_art9
                )
            ):
                yield Fault(link.id, "consent_id", Rule.CONSENT_ART9)
        case _:
            pass


def _lacks_consent(world: RuleContext, individual_id: str, consent_id: str) -> bool:
    consents = {link.target_id for link in world.links_from(individual_id, GaveConsent)}
    is_consent = isinstance(world.nodes.get(consent_id), Consent)
    return individual_id in world.whole and not (is_consent and consent_id in consents)


def _too_many(world: RuleContext, link: Link) -> Iterator[Fault]:
    """Yield faults of links that may not be valid at the same time, or form a cycle."""
    match link:
        case DeputizesFor() | EntryPointFor():
            rivals = world.at_once(link, world.links_to(link.target_id, type(link)))
            if any(rival.order == link.order for rival in rivals):
                yield Fault(link.id, "order", Rule.SAME_ORDER)
        case BelongsTo():
            post = world.nodes[link.source_id]
            is_shared = isinstance(post, Actor) and post.kind in _SHARED_LINES
            others = world.at_once(link, world.links_from(link.source_id, BelongsTo))
            if not is_shared and any(others):
                yield Fault(link.id, "target_id", Rule.ONE_SEAT)
        case PartOf():
            if any(world.at_once(link, world.links_from(link.source_id, PartOf))):
                yield Fault(link.id, "target_id", Rule.ONE_PARENT)
            start, stop = world.period(link)
            if _climbs_to(world, link.target_id, link.source_id, start, stop):
                yield Fault(link.id, "target_id", Rule.CYCLE)
        case Coordinates(function=CoordinationFunction.CHAIR):
            others = world.at_once(link, world.links_to(link.target_id, Coordinates))
            if any(other.function is CoordinationFunction.CHAIR for other in others):
                yield Fault(link.id, "function", Rule.ONE_CHAIR)
        case Knows():
            others = world.at_once(link, world.links_from(link.source_id, Knows))
            if any(other.target_id == link.target_id for other in others):
                yield Fault(link.id, "target_id", Rule.ONE_PAIR)
        case ReachedBy() | GaveConsent():
            # One owner ever, not even in succession: the node is encrypted with its owner's key.
            others = world.links_to(link.target_id, type(link))
            is_shared = any(other.source_id != link.source_id for other in others)
            if is_shared or any(world.at_once(link, others)):
                rule = Rule.ONE_OWNER if isinstance(link, ReachedBy) else Rule.ONE_GIVER
                yield Fault(link.id, "source_id", rule)
        case LiesIn():
            area, parent = (world.nodes[end] for end in ends(link))
            if isinstance(area, Area) and isinstance(parent, Area):
                others = world.at_once(link, world.links_from(area.id, LiesIn))
                kinds = _kinds_above(world, others)
                if parent.kind not in _PARENTS[area.kind] or parent.kind in kinds:
                    rule = _PARENT_RULE.get(area.kind, Rule.WRONG_ENDS)
                    yield Fault(link.id, "target_id", rule)
        case SucceededBy():  # regardless of dates; limited as for PART_OF
            visited_ids: set[str] = set()
            ahead = [link.target_id]
            while ahead:
                node_id = ahead.pop()
                if node_id not in visited_ids:
                    visited_ids.add(node_id)
                    ahead += [onward.target_id for onward in world.links_from(node_id, SucceededBy)]
            if link.source_id in visited_ids:
                yield Fault(link.id, "target_id", Rule.CYCLE)
        case _:
            pass


def _climbs_to(world: RuleContext, node_id: str, goal: str, start: date, stop: date) -> bool:
    """Return whether PART_OF links that are all valid at the same time lead to `goal`.

    Limited to the links of the RuleContext: with only one link touched, a cycle of four or more
    nodes has a link that touches none of its ends, and is not detected.
    """
    visited_states: set[tuple[str, date, date]] = set()
    ahead = [(node_id, start, stop)]
    while ahead:
        here = ahead.pop()
        at, first, last = here
        if first >= last or here in visited_states:
            continue
        if at == goal:
            return True
        visited_states.add(here)
        for link in world.links_from(at, PartOf):
            begin, end = world.period(link)
            ahead.append((link.target_id, max(first, begin), min(last, end)))
    return False


def _kinds_above(world: RuleContext, links: Iterable[Link]) -> set[AreaKind]:
    parents = (world.nodes.get(link.target_id) for link in links)
    return {parent.kind for parent in parents if isinstance(parent, Area)}


def _missing_link_faults(world: RuleContext, node: Node, kind: type[Link]) -> Iterator[Fault]:
    """Yield a fault if a node lacks, at any time, the links of a class that it needs."""
    links_of, rule = _NEEDS[type(node), kind]
    links: Sequence[Link] = links_of(world, node.id, kind)
    if isinstance(node, Area):  # one of each parent kind: police districts and regions do not nest
        if node.kind not in _PARENT_RULE:
            return
        rule = _PARENT_RULE[node.kind]
        is_lacking = any(
            has_gap(node, [link for link in links if parent in _kinds_above(world, [link])])
            for parent in _PARENTS[node.kind]
        )
    elif rule is Rule.CONSENT_MISSING:  # any receipt: Views check whether one is in force
        is_lacking = not links
    else:
        is_lacking = has_gap(node, links)
    if is_lacking:
        yield Fault(node.id, kind.type, rule)
