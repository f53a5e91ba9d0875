"""The rules of docs/security.md, "Roles" implemented again, one node or link at a time.

The oracle checks each grant of a caller against each element; it shares no code with
`graph.access.masks` and `graph.access.permissions`, and reads the table that was typed by hand.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from graph.access.field_groups import FieldGroup
from graph.access.policy import AccessRule, Action, Caller, Grant, Role, Scope
from graph.model import (
    Actor,
    Area,
    Authority,
    Consent,
    ContactDetail,
    Element,
    Holds,
    HopLink,
    Link,
    Network,
    Node,
    Organization,
    Person,
    ResourceIndividual,
)
from graph.vocabulary import ConsentPurpose, Label, LinkType, PreventionLevel, Visibility

Cell = tuple[str, FieldGroup, Role]
ANYTHING: Final = (
    *Label, *LinkType, "ContactDetail of Person", "ContactDetail of ResourceIndividual",
)  # fmt: skip
_ACTIONS: Final = {
    "S": "SEE", "N": "COUNT", "R": "REVEAL", "K": "ASK", "V": "VERIFY", "E": "EDIT",
    "W": "WITHDRAW",
}  # fmt: skip
_SCOPES: Final = {
    "": "VIEW", "a": "AREA", "o": "OWN", "p": "PREVIEW", "†": "CONSENT", "a†": "CONSENT_AREA",
}  # fmt: skip
_STAFF: Final = (Role.COORDINATOR, Role.OUTREACH)
_OWNING: Final = (LinkType.REACHED_BY, LinkType.GAVE_CONSENT)
_OWN: Final = {
    ("Person", "STRUCTURE"): "SE", ("Person", "IDENTITY"): "SE", ("Person", "PROFILE"): "SE",
    ("Person", "PROVENANCE"): "S",
    ("ContactDetail of Person", "STRUCTURE"): "SE", ("ContactDetail of Person", "CHANNEL"): "SE",
    ("ContactDetail of Person", "SEALED"): "RE", ("ContactDetail of Person", "PROVENANCE"): "S",
}  # fmt: skip
_BOTH_INSIDE: Final = {
    "LIES_IN", "COVERS", "BELONGS_TO", "DOOR_OPENER_FOR", "GAVE_CONSENT", "GOVERNED_BY",
}  # fmt: skip
_SOURCE_INSIDE: Final = {"PART_OF", "SUCCEEDED_BY", "REPRESENTS"}
_PUBLIC_LINES: Final = {"EMERGENCY_LINE", "HOTLINE", "DUTY_LINE", "SOCIAL_DUTY_LINE"}
_TARGET_INSIDE: Final = {"MEMBER_OF", "COORDINATES", "ENTRY_POINT_FOR", "HOLDS", "DEPUTIZES_FOR"}


@cache
def typed_table() -> dict[Cell, frozenset[AccessRule]]:
    """Return every cell of the table that was typed by hand."""
    table: dict[Cell, frozenset[AccessRule]] = {}
    with Path(__file__).with_name("access_table.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            named: tuple[str, ...] = ANYTHING if row["what"] == "*" else (row["what"],)
            for what in named:
                for role in Role:
                    cell = row[role].replace("-", "").split()
                    table[what, FieldGroup(row["group"]), role] = frozenset(
                        AccessRule(Action(_ACTIONS[code[0]]), Scope(_SCOPES[code[1:]]))
                        for code in cell
                    )
    return table


@dataclass(frozen=True)
class Oracle:
    """One grant of a caller over a world, on a date."""

    nodes: dict[str, Node]
    links: tuple[Link, ...]
    caller: Caller
    grant: Grant
    days: tuple[date, date]

    def is_own(self, node: Node) -> bool:
        """Return whether the node is the caller's own; receipts an own post renews are own too."""
        match node:
            case Person():
                return node.id == self.caller.person and self.grant.role is not Role.SERVICE
            case ContactDetail():
                return any(self.is_own(owner) for owner in self._from(node, LinkType.REACHED_BY))
            case Consent():
                return self.grant.role is Role.OUTREACH and node.renewal_by in self.caller.posts
            case _:
                return False

    def opens(self, node: Node) -> bool:
        """Return whether this grant alone opens the node of somebody else."""
        match node:
            case Area() | Authority() | Network() | Actor():
                return True
            case Person():
                return self._sees_person(node)
            case ResourceIndividual():
                return self._sees_civilian(node)
            case Consent():
                return any(map(self.opens, self._from(node, LinkType.GAVE_CONSENT)))
            case ContactDetail():
                return self._sees_detail(node)
            case _:
                return self.grant.role is not Role.ADMIN

    def _sees_person(self, node: Person) -> bool:
        if self.grant.role is Role.ADMIN:
            return False
        if self.grant.role is Role.DPO:
            return self._is_near(node)
        is_far = self.grant.role is Role.SERVICE and not self._is_near(node)
        return not is_far and self._is_visible(node, node.visibility)

    def _sees_civilian(self, node: ResourceIndividual) -> bool:
        if self.grant.role is Role.DPO:
            return self._is_near(node)
        is_staff = self.grant.role in _STAFF and PreventionLevel.OUTREACH in self.grant.levels
        return (
            is_staff
            and any(self._from(node, LinkType.DOOR_OPENER_FOR))
            and any(self._holds_caller(consent) for consent in self._consents(node))
            and self._is_visible(node, node.visibility)
        )

    def _sees_detail(self, node: ContactDetail) -> bool:
        role = self.grant.role
        if self._is_public(node):
            return role is not Role.ADMIN
        if role in (Role.ADMIN, Role.ANALYST):
            return False
        (owner,) = self._from(node, LinkType.REACHED_BY) or (None,)
        if role is Role.DPO:
            return owner is not None and self._is_near(node)
        if owner is None or not self.opens(owner):
            return False
        only_near = role is Role.SERVICE or (role is Role.STEWARD and isinstance(owner, Person))
        if only_near and not self._is_near(node):
            return False
        return self._is_visible(node, node.visibility)

    def _is_public(self, node: Node) -> bool:
        """Return whether the node is the number of a line that everybody may call."""
        return isinstance(node, ContactDetail) and any(
            isinstance(owner, Actor) and owner.kind.value in _PUBLIC_LINES
            for owner in self._from(node, LinkType.REACHED_BY)
        )

    def _is_visible(self, node: Node, visibility: Visibility) -> bool:
        match visibility:
            case Visibility.OPEN:
                return True
            case Visibility.NETWORK:
                meets = self._own_bodies(LinkType.MEMBER_OF, LinkType.COORDINATES)
                return bool(meets) or self._is_near(node)
            case Visibility.AREA:
                return self._is_near(node)
            case Visibility.NAMED:
                return self._is_named(node)

    def _is_named(self, node: Node) -> bool:
        """Return whether an own post or authority is in the audience, or an own post the opener."""
        if isinstance(node, ContactDetail):
            owners = self._from(node, LinkType.REACHED_BY)
            return any(isinstance(owner, ResourceIndividual) and self._is_named(owner)
                       for owner in owners)  # fmt: skip
        own = {*self.caller.posts, *self._own_bodies(LinkType.BELONGS_TO)}
        openers = {opener.id for opener in self._from(node, LinkType.DOOR_OPENER_FOR)}
        return bool(openers & self.caller.posts) or any(
            own & consent.audience for consent in self._consents(node)
        )

    def _consents(self, node: Node) -> list[Consent]:
        """Return the consents to contact that are in force on both days."""
        return [
            consent
            for consent in self._to(node, LinkType.GAVE_CONSENT)
            if isinstance(consent, Consent)
            and ConsentPurpose.CONTACT in consent.purposes
            and self._is_in_force(consent)
        ]

    def _is_in_force(self, consent: Consent) -> bool:
        end = min(limit for limit in (consent.expires_on, consent.withdrawn_on) if limit)
        return all(consent.given_on <= day < end for day in self.days)

    def _holds_caller(self, consent: Consent) -> bool:
        bodies = self._own_bodies(LinkType.BELONGS_TO, LinkType.MEMBER_OF, LinkType.COORDINATES)
        inside = {
            area.id
            for area in self.nodes.values()
            if isinstance(area, Area) and self._is_inside(area)
        }
        return bool(consent.audience & {*bodies, *inside})

    def _own_bodies(self, *types: LinkType) -> list[str]:
        posts = [self.nodes[post] for post in self.caller.posts if post in self.nodes]
        return [
            body.id for post in posts for link_type in types for body in self._to(post, link_type)
        ]

    # ---- fields

    def uses(self, element: Element, group: FieldGroup, action: Action, hidden: set[str]) -> bool:
        """Return whether this grant alone allows the action on a group; `hidden` are withheld."""
        if isinstance(element, Link):
            return self.sees_link(element, hidden) and self._uses_link(element, group, action)
        assert isinstance(element, Node)
        opened, own = self.reaches(element, hidden)
        what = self._called(element)
        scopes = self._scopes(what, group, action)
        if self._is_public(element):
            scopes |= self._scopes("Number of a public line", group, action)
        seen = opened if action is Action.SEE else opened or own
        is_own_right = self.grant.role is not Role.SERVICE and action.value in {
            _ACTIONS[letter] for letter in _OWN.get((what, group.value), "")
        }
        return (
            (seen and not scopes.isdisjoint({Scope.VIEW, Scope.CONSENT}))
            or (
                seen
                and not scopes.isdisjoint({Scope.AREA, Scope.CONSENT_AREA})
                and self._is_near(element)
            )
            or (own and (Scope.OWN in scopes or is_own_right))
        )

    def reaches(self, node: Node, hidden: set[str]) -> tuple[bool, bool]:
        """Return whether the node is opened as somebody else's, and whether it is the caller's own.

        Withholding makes both False, but for the DPO not the first; a receipt is not withheld with
        its giver from the post that renews it.
        """
        owners = {
            link.source_id
            for link in self.links
            if link.type in _OWNING and link.target_id == node.id
        }
        gone = node.id in hidden or bool(owners & hidden)
        is_officer = self.grant.role is Role.DPO
        gone_own = node.id in hidden if isinstance(node, Consent) else gone
        return self.opens(node) and (is_officer or not gone), self.is_own(node) and not gone_own

    def sees_link(self, link: Link, hidden: set[str]) -> bool:
        """Return whether both ends are seen, the level is the grant's, and the table allows it."""
        ends = [self.nodes[link.source_id], self.nodes[link.target_id]]
        if not self._opens(link) or not all(any(self.reaches(end, hidden)) for end in ends):
            return False
        scopes = self._scopes(link.type, self._link_group(link), Action.SEE)
        near = any(self._is_near(end) for end in ends)
        return bool(scopes - {Scope.AREA}) or (Scope.AREA in scopes and near)

    def _uses_link(self, link: Link, group: FieldGroup, action: Action) -> bool:
        if group is not FieldGroup.PROVENANCE:
            group = self._link_group(link)
        scopes = self._scopes(link.type, group, action)
        if action is Action.SEE:
            return bool(scopes)
        ends = (self.nodes[end_id] for end_id in (link.source_id, link.target_id))
        source, target = map(self._is_near, ends)
        inside = source or target
        if link.type.value in _BOTH_INSIDE:
            inside = source and target
        elif link.type.value in _TARGET_INSIDE:
            inside = target
        elif link.type.value in _SOURCE_INSIDE:
            inside = source
        own = self.caller.person in (link.source_id, link.target_id)
        return (
            not scopes.isdisjoint({Scope.VIEW, Scope.CONSENT})
            or (not scopes.isdisjoint({Scope.AREA, Scope.CONSENT_AREA}) and inside)
            or (Scope.OWN in scopes and own)
        )

    def _link_group(self, link: Link) -> FieldGroup:
        ends = (self.nodes[link.source_id], self.nodes[link.target_id])
        is_civil = any(isinstance(end, ResourceIndividual) for end in ends)
        is_tie = link.type is LinkType.KNOWS or (is_civil and link.type is not LinkType.REACHED_BY)
        return FieldGroup.TIES if is_tie else FieldGroup.STRUCTURE

    def _scopes(self, what: str, group: FieldGroup, action: Action) -> set[Scope]:
        rules = typed_table().get((what, group, self.grant.role), frozenset())
        return {rule.scope for rule in rules if rule.action is action}

    def _called(self, node: Node) -> str:
        if not isinstance(node, ContactDetail):
            return node.label.value
        for owner in self._from(node, LinkType.REACHED_BY):
            if isinstance(owner, Person | ResourceIndividual):
                return f"ContactDetail of {owner.label.value}"
        return "ContactDetail"

    # ---- areas

    def _is_near(self, node: Node) -> bool:
        return any(self._is_inside(area) for area in self._areas(node))

    def _is_inside(self, area: Node) -> bool:
        return area.id in self.grant.areas or any(
            self._is_inside(around) for around in self._to(area, LinkType.LIES_IN)
        )

    def _areas(self, node: Node) -> list[Node]:
        own = self._to(node, LinkType.COVERS)
        if isinstance(node, Area) or own:
            return own or [node]
        return [area for place in self._sits_in(node) for area in self._areas(place)]

    def _sits_in(self, node: Node) -> list[Node]:
        match node:
            case Person():
                return self._homes(node)
            case Actor():
                bodies = self._to(node, LinkType.BELONGS_TO)
                return [body for body in bodies if self._to(body, LinkType.COVERS)]
            case Organization():
                posts = self._from(node, LinkType.BELONGS_TO)
                return posts or self._to(node, LinkType.MEMBER_OF)
            case ResourceIndividual():
                return self._from(node, LinkType.DOOR_OPENER_FOR)
            case ContactDetail():
                return self._from(node, LinkType.REACHED_BY)
            case Consent():
                return self._from(node, LinkType.GAVE_CONSENT)
            case _:
                return []

    def _homes(self, node: Person) -> list[Node]:
        """Return the posts held and not as acting; if there are none, any post with a seat."""
        types = (LinkType.HOLDS, LinkType.DEPUTIZES_FOR)
        seats = [link for each in types for link in self._of(each) if link.source_id == node.id]
        held = [seat for seat in seats if isinstance(seat, Holds) and not seat.is_acting]
        return [self.nodes[seat.target_id] for seat in held or seats]

    # ---- links this grant opens

    def _to(self, node: Node, link_type: LinkType) -> list[Node]:
        return [self.nodes[link.target_id] for link in self._of(link_type)
                if link.source_id == node.id]  # fmt: skip

    def _from(self, node: Node, link_type: LinkType) -> list[Node]:
        return [self.nodes[link.source_id] for link in self._of(link_type)
                if link.target_id == node.id]  # fmt: skip

    def _of(self, link_type: LinkType) -> Iterator[Link]:
        return (link for link in self.links if link.type is link_type and self._opens(link))

    def _opens(self, link: Link) -> bool:
        if isinstance(link, HopLink) and link.levels and not link.levels & self.grant.levels:
            return False
        rests_on = getattr(link, "consent_id", None)
        if rests_on is None or self.grant.role is Role.DPO:
            return True
        civilian = link.target_id if link.type is LinkType.DOOR_OPENER_FOR else link.source_id
        consent = self.nodes.get(rests_on)
        gave = any(edge.type is LinkType.GAVE_CONSENT and edge.target_id == rests_on
                   and edge.source_id == civilian for edge in self.links)  # fmt: skip
        return gave and isinstance(consent, Consent) and self._is_in_force(consent)


def seen_by_hand(
    elements: tuple[Element, ...], caller: Caller, on: date, today: date, withheld: frozenset[str]
) -> set[str]:
    ids: set[str] = set()
    for oracle in oracles(elements, caller, on, today):
        nodes = oracle.nodes.values()
        ids |= {node.id for node in nodes if any(oracle.reaches(node, {*withheld}))}
    return ids


def oracles(
    elements: tuple[Element, ...], caller: Caller, on: date, today: date
) -> Iterator[Oracle]:
    nodes = {element.id: element for element in elements if isinstance(element, Node)}
    links = tuple(element for element in elements if isinstance(element, Link))
    return (Oracle(nodes, links, caller, grant, (on, today)) for grant in caller.grants)
