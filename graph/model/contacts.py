"""Does a network lose its last verified contact?

A network's contacts on a day are the posts that coordinate it or are its members, through a link
that is true on that day and was once verified. Where such a link, or the post at its end, is ended,
the network must have a contact on the first day without it: another verified one, or a successor,
which is a post that the same change set ties to it. A successor need not be verified: whoever names
it has just spoken for it, and coverage shows that it is new. No rule holds for a network that has
ended by that day, or that had no verified contact left to lose. A post outlives its holder, so the
last holder may leave: the post stays the contact, and answers through deputy, duty line or unit.
"""

from collections.abc import Iterator
from datetime import date

from graph.errors import Fault
from graph.model.links import Coordinates, MemberOf
from graph.model.nodes import Actor
from graph.model.world import RuleContext, own_period
from graph.vocabulary import Rule

Contact = MemberOf | Coordinates


def lost_contacts(before: RuleContext, after: RuleContext) -> Iterator[Fault]:
    """A fault for each ended link that was the last verified contact of its network. O(links).

    Both Worlds hold all links of the networks concerned.
    """
    for was in before.links.values():
        if isinstance(was, Contact) and was.verified_on is not None and _is_of_post(before, was):
            gone_on = _ended_on(before, after, was)
            if gone_on is not None and _is_bereft(before, after, was.target_id, gone_on):
                yield Fault(was.id, "valid_to", Rule.LAST_CONTACT)


def _is_of_post(world: RuleContext, link: Contact) -> bool:
    return isinstance(world.nodes.get(link.source_id), Actor)


def _ended_on(before: RuleContext, after: RuleContext, was: Contact) -> date | None:
    """From when on the link is no longer true, where that is earlier than it was."""
    now = after.links[was.id]
    start, stop = before.period(was)
    _, ends_on = after.period(now)
    return max(start, ends_on) if max(start, ends_on) < stop else None


def _is_bereft(before: RuleContext, after: RuleContext, network_id: str, on: date) -> bool:
    """Is the network there on that day, and nobody to ask in it?"""
    start, stop = own_period(after.nodes[network_id])
    if not start <= on < stop:
        return False
    contacts = (*after.links_to(network_id, MemberOf), *after.links_to(network_id, Coordinates))
    return not any(_answers(before, after, link, on) for link in contacts)


def _answers(before: RuleContext, after: RuleContext, link: Contact, on: date) -> bool:
    """Is it a contact on that day, or named as a successor by this change set?"""
    start, stop = after.period(link)
    is_new = link.id not in before.links
    return start <= on < stop and _is_of_post(after, link) and bool(link.verified_on or is_new)
