"""Access masks over a Snapshot: the rows a caller may see on a date, by the rules of `policy.py`.

A right is derived from a single grant: the masks of each grant are computed independently of other
grants, and united at the end. O(nodes + links) for each grant, and O(consents) in Python.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from graph.access.consent_rules import (
    contact_consents,
    in_force,
    links_without_consent,
    named_civilians,
    reachable_civilians,
)
from graph.access.context import (
    MEETINGS,
    SEATS,
    AccessContext,
    Mask,
    access_context,
    inside,
    nodes_in,
)
from graph.access.field_groups import FieldGroup
from graph.access.policy import (
    CHANGES_SEEN,
    PERSON_DETAIL,
    PUBLIC_NUMBER,
    AccessRule,
    Action,
    Caller,
    Grant,
    Role,
    Scope,
    link_group,
    rules_of,
    scope_of,
)
from graph.snapshot.columns import LABELS, TYPES
from graph.snapshot.field_types import mask_of
from graph.snapshot.snapshot import Snapshot
from graph.vocabulary import Label, LinkType, Visibility

_OWN_NAMES: Final = tuple(
    PERSON_DETAIL if label is Label.CONTACT_DETAIL else label for label in LABELS
)
_OWN_LABELS: Final = {
    (role, group): np.array(
        [AccessRule(Action.SEE, Scope.OWN) in rules_of(role, name, group) for name in _OWN_NAMES]
    )
    for role in Role
    for group in FieldGroup
}
NODE_MASKS: Final = ("nodes", "changes", "consents")
"""The masks of AccessMasks over all nodes, except `fields` and `people`."""
LINK_MASKS: Final = ("links", "provenance", "link_changes")
"""The masks of AccessMasks over all links, except `seats`."""
_PERSONAL: Final = (Label.PERSON, Label.RESOURCE_INDIVIDUAL, Label.CONTACT_DETAIL)


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantMasks:
    """The masks of one grant: nodes, links, and for each field group the nodes it is seen on.

    `near` are the nodes located in the grant's areas, visible or not. `provenance` are the links
    whose provenance is visible; all other fields of an open link are visible. `countable_consents`
    are consents that may only be counted, small numbers suppressed. `changes` and `link_changes`
    are the nodes and links whose changes may be reported to the caller. `consents` are those in
    force that permit contact by the caller; for the DPO, all in force.
    """

    grant: Grant
    near: Mask
    nodes: Mask
    links: Mask
    fields: dict[FieldGroup, Mask]
    provenance: Mask
    countable_consents: Mask
    changes: Mask
    link_changes: Mask
    consents: Mask


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessMasks:
    """The masks of one caller: the union of their grants, each right from a single grant.

    `people` are the persons valid on the date, visible or not; `seats` are the seats of people in
    force at posts whose HELD is visible, for which `seats.py` reports the facts about the post.
    """

    nodes: Mask
    links: Mask
    fields: dict[FieldGroup, Mask]
    provenance: Mask
    changes: Mask
    link_changes: Mask
    consents: Mask
    people: Mask
    seats: Mask
    grants: tuple[GrantMasks, ...]

    def restricted_to(self, limit: "AccessMasks") -> "AccessMasks":
        """Return the intersection with other masks; `countable_consents` becomes empty."""
        grants = (
            replace(
                granted,
                **_both(granted, limit),
                countable_consents=np.zeros_like(granted.countable_consents),
            )
            for granted in self.grants
        )
        return replace(
            self,
            **_both(self, limit),
            people=self.people & limit.people,
            seats=self.seats & limit.seats,
            grants=tuple(grants),
        )


def _both(own: "AccessMasks | GrantMasks", limit: AccessMasks) -> dict[str, Any]:
    masks = {name: getattr(own, name) & getattr(limit, name) for name in (*NODE_MASKS, *LINK_MASKS)}
    fields = {group: mask & limit.fields[group] for group, mask in own.fields.items()}
    return {**masks, "fields": fields}


def access_masks(
    snapshot: Snapshot,
    caller: Caller,
    on: date,
    *,
    today: date,
    withheld: frozenset[str] = frozenset(),
    limit: AccessMasks | None = None,
) -> AccessMasks:
    """Return the masks of a caller on a date; consent and grants are checked on `today` as well.

    `withheld` are ids visible to the DPO only, regardless of other rules. With `limit`, all that
    it does not open is treated as absent: present access limits access to an older revision.
    """
    among = None if limit is None else (limit.nodes, limit.links)
    context = access_context(snapshot, caller, on, today=today, withheld=withheld, among=among)
    current = in_force(context)
    shut = links_without_consent(context, current)
    grants = tuple(
        _grant_masks(context, grant, current, shut)
        for grant in caller.grants
        if grant.is_valid(today)
    )
    nodes, links = len(snapshot.nodes.ids), len(snapshot.links.ids)
    fields = {
        group: _any((granted.fields[group] for granted in grants), nodes) for group in FieldGroup
    }
    people = context.valid & context.is_label(Label.PERSON)
    # The seats in force of people at posts whose HELD is seen.
    source, target = snapshot.links.source, snapshot.links.target
    seats = np.isin(snapshot.links.type, [link_type.code for link_type in SEATS])
    seats &= context.live & people[source] & fields[FieldGroup.HELD][target]
    masks = AccessMasks(
        nodes=_any((granted.nodes for granted in grants), nodes),
        links=_any((granted.links for granted in grants), links),
        fields=fields,
        provenance=_any((granted.provenance for granted in grants), links),
        changes=_any((granted.changes for granted in grants), nodes),
        link_changes=_any((granted.link_changes for granted in grants), links),
        consents=_any((granted.consents for granted in grants), nodes),
        people=people,
        seats=seats,
        grants=grants,
    )
    return masks if limit is None else masks.restricted_to(limit)


def _any(masks: Iterable[Mask], size: int) -> Mask:
    joined = np.zeros(size, np.bool_)
    for mask in masks:
        joined |= mask
    return joined


def _grant_masks(context: AccessContext, grant: Grant, current: Mask, shut: Mask) -> GrantMasks:
    """Return the masks of a grant; `current`: consents in force, `shut`: links that lack one."""
    role, is_dpo = grant.role, grant.role is Role.DPO
    columns = context.snapshot.links
    # The live links at a level of the grant; a link without levels is at every level.
    levels = columns.levels
    among = context.live & ((levels == 0) | ((levels & mask_of(grant.levels)) != 0))
    if not is_dpo:
        among &= ~shut
    around = inside(context, grant.areas)
    near = nodes_in(context, around, among)
    visible = context.valid & _group_mask(context, role, FieldGroup.STRUCTURE, near)
    consents = current
    if not is_dpo:
        consents = contact_consents(context, grant, around, among, current)
        civil = reachable_civilians(context, among, consents)
        visible &= ~context.is_label(Label.RESOURCE_INDIVIDUAL) | civil
        visible &= ~context.withheld & _visible(context, near, among, current)
        visible &= _of_owner(context, visible, role, near)
    # For each field group, the caller's own nodes on which the role sees it.
    own = {group: context.own & _OWN_LABELS[role, group][context.snapshot.nodes.label]
           for group in FieldGroup}  # fmt: skip
    nodes = visible | own[FieldGroup.STRUCTURE]
    links = among & _link_mask(context, role, near)
    links &= nodes[columns.source] & nodes[columns.target]
    sees_provenance = scope_of(role, LinkType.HOLDS, FieldGroup.PROVENANCE) is not None
    # The nodes and links whose changes are reported to the role, if it sees them.
    match CHANGES_SEEN.get(role):
        case Scope.VIEW:
            changes, link_changes = np.ones_like(near), np.ones_like(context.live)
        case Scope.AREA:
            changes, link_changes = near, near[columns.source] | near[columns.target]
        case _:
            changes, link_changes = np.zeros_like(near), np.zeros_like(context.live)
    # The consents in the grant's areas that its role may count; none that is withheld.
    countable_consents = np.zeros_like(near)
    if AccessRule(Action.COUNT, Scope.VIEW) in rules_of(role, Label.CONSENT, FieldGroup.TERMS):
        giver, consent = context.ends(LinkType.GAVE_CONSENT)
        countable_consents[consent[~context.withheld[giver]]] = True
        countable_consents &= ~context.withheld & near
    return GrantMasks(
        grant=grant,
        near=near,
        nodes=nodes,
        links=links,
        fields={
            group: (visible & _group_mask(context, role, group, near)) | own[group]
            for group in FieldGroup
        },
        provenance=links if sees_provenance else np.zeros_like(links),
        countable_consents=countable_consents,
        # A detail or consent inherits no location from a hidden owner.
        changes=nodes & changes & _of_owner(context, nodes, role, near),
        link_changes=links & link_changes,
        consents=visible & consents,
    )


def _group_mask(context: AccessContext, role: Role, group: FieldGroup, near: Mask) -> Mask:
    """The nodes on which the role sees a field group; STRUCTURE decides on the node itself."""
    scopes = [scope_of(role, label, group) for label in LABELS]
    code = context.snapshot.nodes.label
    sees = np.array([scope is not None for scope in scopes])[code]
    only_inside = np.array([scope is Scope.AREA for scope in scopes])[code]
    if role is Role.DPO:
        only_inside = np.isin(code, [label.code for label in (*_PERSONAL, Label.CONSENT)])
    mask = sees & (~only_inside | near)
    return mask if scope_of(role, PUBLIC_NUMBER, group) is None else mask | context.public


def _visible(context: AccessContext, near: Mask, among: Mask, current: Mask) -> Mask:
    """Return the nodes that their `visibility` permits; only three labels have that field.

    That of a public number limits nobody.
    """
    is_open = np.ones(len(near), np.bool_)
    has_network = bool(context.targets_of(context.posts, *MEETINGS, among=among).any())
    is_named = named_civilians(context, among, current)
    for label in _PERSONAL:
        table = context.snapshot.tables[label]
        visibility = cast("NDArray[np.uint8]", table.columns["visibility"])
        rows = table.rows
        is_open[rows] = (
            (visibility == Visibility.OPEN.code)
            | ((visibility == Visibility.NETWORK.code) & (has_network | near[rows]))
            | ((visibility == Visibility.AREA.code) & near[rows])
            | ((visibility == Visibility.NAMED.code) & is_named[rows])
        )
    return is_open | context.public


def _of_owner(context: AccessContext, visible: Mask, role: Role, near: Mask) -> Mask:
    """Return all nodes, but details and consents only if their owner is visible.

    A steward sees those of a person only in the steward's own areas.
    """
    source, target = context.ends(LinkType.REACHED_BY, LinkType.GAVE_CONSENT)
    owner_seen = visible[source]
    if role is Role.STEWARD:
        owner_seen &= ~context.is_label(Label.PERSON)[source] | near[source]
    nodes = ~(context.is_label(Label.CONTACT_DETAIL) | context.is_label(Label.CONSENT))
    nodes[target[owner_seen]] = True
    return nodes


def _link_mask(context: AccessContext, role: Role, near: Mask) -> Mask:
    """Return the links whose type the role sees, depending on whether an end is a civilian."""
    links = context.snapshot.links
    civil = context.is_label(Label.RESOURCE_INDIVIDUAL)
    at_civil = civil[links.source] | civil[links.target]
    is_near = near[links.source] | near[links.target]
    allowed = np.zeros(len(links.ids), np.bool_)
    for is_civil in (False, True):
        scopes = [scope_of(role, what, link_group(what, is_civil=is_civil)) for what in TYPES]
        sees = np.array([scope is not None for scope in scopes])[links.type]
        only_inside = np.array([scope is Scope.AREA for scope in scopes])[links.type]
        allowed |= (at_civil == is_civil) & sees & (~only_inside | is_near)
    return allowed
