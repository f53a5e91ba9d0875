"""Permission to reveal a contact detail, and the door openers to ask where it is refused.

For a civilian's details a consent must name the channel; where contact is mediated only, the door
opener passes the request on and the detail is never shown. Source: docs/security.md, "Names and
numbers" and docs/security.md, "Consent and restriction".
"""

from typing import Final

from graph.access.field_groups import FieldGroup
from graph.access.masks import GrantMasks
from graph.access.permissions import is_own, is_public, owner_of, permitting_grants
from graph.access.policy import CIVIL_DETAIL, Action, Role, detail_name, rules_of
from graph.access.purposes import AT_HOME, Purpose, purposes_of
from graph.access.view import View
from graph.vocabulary import Channel, ConsentPurpose, Label, LinkType

_BODIES: Final = (LinkType.BELONGS_TO, LinkType.MEMBER_OF, LinkType.COORDINATES)


def may_reveal(view: View, detail_id: str, purpose: Purpose) -> bool:
    """Whether the caller may be shown a contact detail for that purpose on the View's date.

    The caller's own details and public numbers may be shown for any purpose.
    """
    detail = view.find(detail_id)
    if detail is None or view.label(detail) is not Label.CONTACT_DETAIL:
        return False
    if is_public(view, detail):
        return True
    grants = permitting_grants(view, detail, FieldGroup.SEALED, Action.REVEAL)
    if is_own(view, detail):
        return any(True for _ in grants)
    return any(_serves(view, granted, detail, purpose) for granted in grants)


def may_reveal_for(view: View, detail_id: str) -> tuple[Purpose, ...]:
    """The purposes for which the caller may be shown a contact detail, in order of `Purpose`."""
    return tuple(purpose for purpose in Purpose if may_reveal(view, detail_id, purpose))


def is_metered(view: View, detail: int) -> bool:
    """Whether showing a visible detail is metered: not the caller's own, nor a public number."""
    return not is_public(view, detail) and not is_own(view, detail)


def may_ask(view: View, individual_id: str) -> bool:
    """Whether the caller may ask a civilian's door opener to pass a request on."""
    individual = view.find(individual_id)
    if individual is None or view.label(individual) is not Label.RESOURCE_INDIVIDUAL:
        return False
    return any(
        granted.nodes[individual]
        and any(
            rule.action is Action.ASK
            for rule in rules_of(granted.grant.role, CIVIL_DETAIL, FieldGroup.SEALED)
        )
        for granted in view.grants
    )


def door_openers(view: View, individual: int) -> list[int]:
    """The posts that are door openers for a visible civilian.

    Those whose holder or a deputy is present, hidden people included, come first, then in order of
    id.
    """
    posts = view.sources(individual, LinkType.DOOR_OPENER_FOR)
    return sorted(
        posts,
        key=lambda post: (
            not any(
                seat.is_in_force(view.day)
                and not seat.is_away(view.day)
                and (seat.source is None or view.label(seat.source) is Label.PERSON)
                for seat in view.seats(post)
            )
        ),
    )


def _serves(view: View, granted: GrantMasks, detail: int, purpose: Purpose) -> bool:
    """Whether a grant with the right holds for that purpose, with the civilian's consent."""
    role, owner = granted.grant.role, owner_of(view, detail)
    if owner is None or purpose not in purposes_of(role, detail_name(view.label(owner))):
        return False
    if purpose in AT_HOME and not granted.near[owner]:
        return False
    if view.label(owner) is not Label.RESOURCE_INDIVIDUAL or role is Role.DPO:
        return True
    channel: Channel = view.value(detail, "channel")
    for consent in view.targets(owner, LinkType.GAVE_CONSENT):
        given_on, expires_on = view.value(consent, "given_on"), view.value(consent, "expires_on")
        until = min(expires_on, view.value(consent, "withdrawn_on") or expires_on)
        if (
            all(given_on <= day < until for day in (view.on, view.today))
            and ConsentPurpose.CONTACT in view.value(consent, "purposes")
            and channel in view.value(consent, "channels")
            and not view.value(consent, "is_mediated_only")
            and _is_for(view, granted, consent)
        ):
            return True
    return False


def _is_for(view: View, granted: GrantMasks, consent: int) -> bool:
    """Whether a consent's audience includes the caller's area, body or network, by this grant."""
    rows = (view.find(node_id) for node_id in view.value(consent, "audience"))
    return any(
        granted.near[row]
        if view.label(row) is Label.AREA
        else any(
            view.id(view.source(link)) in view.caller.posts and granted.links[link]
            for link in view.into(row, *_BODIES)
        )
        for row in rows
        if row is not None
    )
