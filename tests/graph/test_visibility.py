"""The rules of security.md §2 once more, one node at a time in plain Python, against the masks.

The oracle asks each grant of a caller about each node; it shares no code with `graph.clearance`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.access import Caller, Grant, Role
from graph.model import (
    Actor,
    Area,
    Authority,
    Consent,
    ContactDetail,
    Hop,
    Link,
    Network,
    Node,
    Organization,
    Person,
    ResourceIndividual,
    Thing,
)
from graph.snapshot import snapshot_of
from graph.view import View
from graph.vocabulary import ConsentPurpose, Label, LinkType, PreventionLevel, Visibility
from tests.graph.drawn_worlds import DAYS, callers, worlds

_STAFF: Final = (Role.COORDINATOR, Role.OUTREACH)
_OWNING: Final = (LinkType.REACHED_BY, LinkType.GAVE_CONSENT)


@dataclass(frozen=True)
class Oracle:
    """One grant of a caller over a world, on a date."""

    nodes: dict[str, Node]
    links: tuple[Link, ...]
    caller: Caller
    grant: Grant
    days: tuple[date, date]

    def sees(self, node: Node) -> bool:
        """Is the node seen by this grant alone?"""
        return self.opens(node) or self.is_own(node)

    def is_own(self, node: Node) -> bool:
        """The caller's own person and details, and the receipts an own post renews."""
        match node:
            case Person():
                return node.id == self.caller.person and self.grant.role is not Role.SERVICE
            case ContactDetail():
                return any(self.is_own(one) for one in self._from(node, LinkType.REACHED_BY))
            case Consent():
                return self.grant.role is Role.OUTREACH and node.renewal_by in self.caller.posts
            case _:
                return False

    def opens(self, node: Node) -> bool:
        """Is the node of others seen by this grant alone?"""
        match node:
            case Area() | Authority() | Network() | Actor():
                return True
            case Person():
                return self._sees_person(node)
            case ResourceIndividual():
                return self._sees_civilian(node)
            case Consent():
                return any(
                    self._sees_owner(giver) for giver in self._from(node, LinkType.GAVE_CONSENT)
                )
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

    def _sees_owner(self, giver: Node) -> bool:
        return self.opens(giver)

    def _is_visible(self, node: Node, visibility: Visibility) -> bool:
        match visibility:
            case Visibility.OPEN:
                return True
            case Visibility.NETWORK:
                meets = [
                    *self._own_bodies(LinkType.MEMBER_OF),
                    *self._own_bodies(LinkType.COORDINATES),
                ]
                return bool(meets) or self._is_near(node)
            case Visibility.AREA:
                return self._is_near(node)
            case Visibility.NAMED:
                return self._is_named(node)

    def _is_named(self, node: Node) -> bool:
        """An own post or authority in the consent's audience, or an own post the door opener."""
        if isinstance(node, ContactDetail):
            owners = self._from(node, LinkType.REACHED_BY)
            return any(isinstance(one, ResourceIndividual) and self._is_named(one)
                       for one in owners)  # fmt: skip
        own = {*self.caller.posts, *self._own_bodies(LinkType.BELONGS_TO)}
        openers = {opener.id for opener in self._from(node, LinkType.DOOR_OPENER_FOR)}
        return bool(openers & self.caller.posts) or any(
            own & consent.audience for consent in self._consents(node)
        )

    def _consents(self, node: Node) -> list[Consent]:
        """Those for contact in force on both days."""
        given_by = [
            one for one in self._to(node, LinkType.GAVE_CONSENT) if isinstance(one, Consent)
        ]
        return [
            one
            for one in given_by
            if ConsentPurpose.CONTACT in one.purposes
            and all(self._is_in_force(one, day) for day in self.days)
        ]

    @staticmethod
    def _is_in_force(consent: Consent, day: date) -> bool:
        ends = [one for one in (consent.expires_on, consent.withdrawn_on) if one]
        return consent.given_on <= day < min(ends)

    def _holds_caller(self, consent: Consent) -> bool:
        bodies = (
            one
            for link_type in (LinkType.BELONGS_TO, LinkType.MEMBER_OF, LinkType.COORDINATES)
            for one in self._own_bodies(link_type)
        )
        inside = {
            one.id for one in self.nodes.values() if isinstance(one, Area) and self._is_inside(one)
        }
        return bool(consent.audience & {*bodies, *inside})

    def _own_bodies(self, link_type: LinkType) -> list[str]:
        posts = [self.nodes[post] for post in self.caller.posts if post in self.nodes]
        return [body.id for post in posts for body in self._to(post, link_type)]

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
        return [area for one in self._sits_in(node) for area in self._areas(one)]

    def _sits_in(self, node: Node) -> list[Node]:
        match node:
            case Person():
                return [*self._to(node, LinkType.HOLDS), *self._to(node, LinkType.DEPUTIZES_FOR)]
            case Actor():
                bodies = self._to(node, LinkType.BELONGS_TO)
                return [body for body in bodies if self._to(body, LinkType.COVERS)]
            case Organization():
                posts = self._from(node, LinkType.BELONGS_TO)
                return [*posts, *self._to(node, LinkType.MEMBER_OF)]
            case ResourceIndividual():
                return self._from(node, LinkType.DOOR_OPENER_FOR)
            case ContactDetail():
                return self._from(node, LinkType.REACHED_BY)
            case _:
                return []

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
        if isinstance(link, Hop) and link.levels and not link.levels & self.grant.levels:
            return False
        rests_on = getattr(link, "consent_id", None)
        if rests_on is None or self.grant.role is Role.DPO:
            return True
        civilian = link.target_id if link.type is LinkType.DOOR_OPENER_FOR else link.source_id
        consent = self.nodes.get(rests_on)
        gave = any(one.type is LinkType.GAVE_CONSENT and one.target_id == rests_on
                   and one.source_id == civilian for one in self.links)  # fmt: skip
        return (
            gave
            and isinstance(consent, Consent)
            and all(self._is_in_force(consent, day) for day in self.days)
        )


def seen_by_hand(
    things: tuple[Thing, ...], caller: Caller, on: date, today: date, withheld: frozenset[str]
) -> set[str]:
    nodes = {thing.id: thing for thing in things if isinstance(thing, Node)}
    links = tuple(thing for thing in things if isinstance(thing, Link))
    found: set[str] = set()
    for grant in caller.grants:
        oracle = Oracle(nodes, links, caller, grant, (on, today))
        owned = {
            link.target_id for link in links if link.type in _OWNING and link.source_id in withheld
        }
        opened = {node.id for node in nodes.values() if oracle.opens(node)}
        own = {node.id for node in nodes.values() if oracle.is_own(node)} - withheld
        own -= {one for one in owned if isinstance(nodes[one], ContactDetail)}
        found |= own | (opened if grant.role is Role.DPO else opened - withheld - owned)
    return found


@st.composite
def cases(draw: st.DrawFn) -> tuple[set[str], set[str]]:
    """What is seen by the masks and by hand."""
    things, caller = draw(worlds()), draw(callers())
    on, today = draw(DAYS), draw(DAYS)
    withheld = draw(st.frozensets(st.sampled_from(["jens", "bo", "carl"]), max_size=1))
    view = View(snapshot_of(things), caller, on, today=today, withheld=withheld)
    masks = {view.id(row) for label in Label for row in view.rows(label)}
    return masks, seen_by_hand(things, caller, on, today, withheld)


@settings(
    max_examples=200, derandomize=True, deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
@given(cases())
def test_the_masks_show_the_nodes_that_the_rules_open_one_by_one(
    case: tuple[set[str], set[str]],
) -> None:
    masks, by_hand = case
    assert masks == by_hand


@pytest.mark.drill
@settings(
    max_examples=10_000, deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
@given(cases())
def test_the_masks_show_the_nodes_that_the_rules_open_in_thousands_of_worlds(
    case: tuple[set[str], set[str]],
) -> None:
    masks, by_hand = case
    assert masks == by_hand
