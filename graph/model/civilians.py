"""What protects a civilian: consent, a door opener, and never a gate that allows names."""

from collections.abc import Iterator
from typing import Final

from graph.errors import Fault
from graph.model.base import Hop, Link
from graph.model.cardinality import LinkRules, Needs
from graph.model.links import DoorOpenerFor, GaveConsent, GovernedBy, MemberOf, Represents
from graph.model.nodes import Network, Organization
from graph.model.people import Consent, ResourceIndividual
from graph.model.world import RuleContext, ends, has_gap
from graph.vocabulary import NetworkKind, OrganizationKind, Rule, Visibility

CIVILIAN_NETWORKS: Final = frozenset({NetworkKind.RESOURCE_PANEL, NetworkKind.DIALOGUE_FORUM})


def civilian_gate(world: RuleContext, link: Link) -> Iterator[Fault]:
    """Source: § 115 names authorities as parties; no civilian or association is one."""
    gate = link.gate if isinstance(link, Hop | GovernedBy) else None
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
    """To a faith community only with a consent that says so: the tie itself is art. 9 data."""
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
    """A consent that is not in the World covers nothing."""
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
    """A receipt is enough, also of a consent that is over: views judge whether it is in force."""
    if not world.links_from(individual.id, GaveConsent):
        yield Fault(individual.id, GaveConsent.type, Rule.CONSENT_MISSING)


CIVILIAN_NEEDS: Final[Needs] = {
    ResourceIndividual: (
        (DoorOpenerFor, _needs_a_door_opener),
        (GaveConsent, _needs_a_consent),
    ),
}
