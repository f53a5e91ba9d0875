"""Rights of a caller to see, use, create, edit, end, verify or withdraw a node or link.

A right is derived from a single grant: the one that opens an element must also give the right. An
absent or hidden element may not be used at all, so the two cases are indistinguishable.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from graph.access.context import SEATS
from graph.access.field_groups import FIELD_GROUP, FieldGroup, field_group, main_group
from graph.access.masks import GrantMasks
from graph.access.policy import (
    AccessRule,
    Action,
    Grant,
    Scope,
    detail_name,
    link_group,
    rules_of,
)
from graph.access.view import View
from graph.model import Element, HopLink, Knows, Link, Node, ReachedBy
from graph.vocabulary import Label, LinkType, PreventionLevel

_BOTH: Final = (
    LinkType.LIES_IN, LinkType.COVERS, LinkType.BELONGS_TO, LinkType.DOOR_OPENER_FOR,
    LinkType.GAVE_CONSENT, LinkType.GOVERNED_BY,
)  # fmt: skip
_TARGET: Final = (
    LinkType.MEMBER_OF, LinkType.COORDINATES, LinkType.ENTRY_POINT_FOR, *SEATS,
)  # fmt: skip
_SOURCE: Final = (LinkType.PART_OF, LinkType.SUCCEEDED_BY, LinkType.REPRESENTS)
_BODIES: Final = (LinkType.BELONGS_TO, LinkType.MEMBER_OF, LinkType.COORDINATES)
OPENING: Final = (*_BODIES, LinkType.DOOR_OPENER_FOR)
"""Link types of a post that extend what the holder of the post may see."""
_PLACED_BY_TARGET: Final = (LinkType.LIES_IN, LinkType.COVERS, LinkType.BELONGS_TO, *SEATS)
_PLACED_BY_SOURCE: Final = (
    LinkType.DOOR_OPENER_FOR, LinkType.REACHED_BY, LinkType.GAVE_CONSENT, LinkType.GOVERNED_BY,
)  # fmt: skip
_PLACING_ASSOCIATIONS: Final = (LinkType.MEMBER_OF, LinkType.BELONGS_TO)


def is_link_inside(
    link_type: LinkType, near: tuple[bool, bool], *, is_placing: bool = False
) -> bool:
    """Return whether a link counts as inside areas; `near`: whether source and target are inside.

    A link that determines a location needs both ends inside, since its author could otherwise widen
    the areas of a grant. For seats, memberships and entry points the target must be inside (post,
    network, area); for PART_OF, SUCCEEDED_BY and REPRESENTS the source. For other links either end
    suffices. `is_placing`: `determines_location` holds for the link.
    """
    source, target = near
    if link_type in _BOTH or is_placing:
        return source and target
    if link_type in _TARGET:
        return target
    return source if link_type in _SOURCE else source or target


def determines_location(view: View, link_type: LinkType, source: int) -> bool:
    """Return whether a link type affects the location of its visible source, which has one already.

    A seat does for a person; a membership does for an association located by its networks.
    """
    label = view.label(source)
    if label is Label.PERSON:
        return link_type in SEATS and view.is_placed(source)
    if label is not Label.ORGANIZATION or link_type is not LinkType.MEMBER_OF:
        return False
    has_own = view.targets(source, LinkType.COVERS) or view.sources(source, LinkType.BELONGS_TO)
    return not has_own and view.is_placed(source)


def may_create(view: View, element: Element, beside: Collection[Element] = ()) -> bool:
    """Return whether the caller may create an element; `beside`: all that its change set creates.

    No caller may give themselves a seat, nor give their own posts a membership, an authority or an
    existing civilian's door opener link: these would extend what they may see.
    """
    return CreateRights.of(view, beside).may_create(element)


def may_propose(view: View, element: Element, beside: Collection[Element] = ()) -> bool:
    """Return whether the caller may fill a seat once the steward of the person's home agrees."""
    return CreateRights.of(view, beside).may_propose(element)


@dataclass(frozen=True, slots=True)
class CreateRights:
    """Rights to each of the new elements of one change set, which are indexed once."""

    view: View
    new: "_NewElements"
    creations: "tuple[_CreationUnderGrant, ...]"

    @classmethod
    def of(cls, view: View, beside: Collection[Element]) -> "CreateRights":
        """Return the rights of the caller of a View; `beside`: all that the change set creates."""
        new = _NewElements.of(beside)
        return cls(
            view, new, tuple(_CreationUnderGrant.of(view, granted, new) for granted in view.grants)
        )

    def may_create(self, element: Element) -> bool:
        """See `may_create`."""
        return (
            not self._opens_to_oneself(element)
            and any(creation.may_make(element) for creation in self.creations)
            and not self._brings_nearer(element)
        )

    def may_propose(self, element: Element) -> bool:
        """See `may_propose`."""
        return (
            isinstance(element, Link)
            and element.type in SEATS
            and not self._opens_to_oneself(element)
            and any(
                replace(creation, is_agreed=True).may_make(element) for creation in self.creations
            )
        )

    def _brings_nearer(self, element: Element) -> bool:
        """Return whether a seat would bring a person into a grant's areas by another's right."""
        if not isinstance(element, Link) or element.type not in SEATS:
            return False
        person = self.view.find(element.source_id)
        if person is None or not self.view.is_placed(person):
            return False
        able = [creation.granted.grant for creation in self.creations if creation.may_make(element)]
        gaining = [
            creation.granted.grant
            for creation in self.creations
            if creation.reaches(element.target_id) and not creation.reaches(element.source_id)
        ]
        return not _have_alike(able, gaining)

    def _opens_to_oneself(self, element: Element) -> bool:
        if not isinstance(element, Link):
            return False
        if element.type in SEATS:
            return element.source_id == self.view.caller.person
        is_own = element.source_id in self.view.caller.posts
        if element.type is LinkType.DOOR_OPENER_FOR:
            return is_own and element.target_id not in self.new.ids
        return is_own and element.type in _BODIES


def _have_alike(able: Collection[Grant], gaining: Collection[Grant]) -> bool:
    """Return whether each grant in `gaining` has one in `able` of its role, with its levels."""
    return all(
        any(grant.role is gain.role and grant.levels >= gain.levels for grant in able)
        for gain in gaining
    )


@dataclass(frozen=True, slots=True)
class _NewElements:
    """New elements: their ids, nodes by id, and links by the ids of both ends."""

    ids: Collection[str]
    nodes: Mapping[str, Sequence[Node]]
    joined: Mapping[str, Sequence[Link]]

    @classmethod
    def of(cls, elements: Collection[Element]) -> "_NewElements":
        nodes: defaultdict[str, list[Node]] = defaultdict(list)
        joined: defaultdict[str, list[Link]] = defaultdict(list)
        for element in elements:
            if isinstance(element, Node):
                nodes[element.id].append(element)
            elif isinstance(element, Link):
                for end in {element.source_id, element.target_id}:
                    joined[end].append(element)
        return cls({element.id for element in elements}, nodes, joined)


@dataclass(frozen=True, slots=True)
class _CreationUnderGrant:
    """New elements under one grant; `is_agreed`: the person of a seat may be located anywhere.

    `inside` are the new nodes in the grant's areas.
    """

    view: View
    granted: GrantMasks
    new: _NewElements
    inside: Collection[str] = ()
    is_agreed: bool = False

    @classmethod
    def of(cls, view: View, granted: GrantMasks, new: _NewElements) -> "_CreationUnderGrant":
        creation = cls(view, granted, new)
        return replace(creation, inside=creation._new_inside())

    def may_make(self, element: Element) -> bool:
        """Return whether the grant's role may create the element at its location."""
        view, person = self.view, self.view.caller.person
        if isinstance(element, Node):
            owners = [link.source_id for link in self.new.joined.get(element.id, ())
                      if isinstance(link, ReachedBy)]  # fmt: skip
            what: str = element.label
            if element.label is Label.CONTACT_DETAIL:
                labels = filter(None, map(self._label, owners))
                what = next(map(detail_name, labels), what)
            is_inside = self.reaches(element.id) and (
                element.label is not Label.CONSENT or self._is_reach()
            )
            return self._permits(
                what, main_group(element.label), is_inside=is_inside, is_own=person in owners
            )
        if not isinstance(element, Link):
            return False
        labels = [self._label(end) for end in (element.source_id, element.target_id)]
        levels = element.levels if isinstance(element, HopLink) else frozenset[PreventionLevel]()
        if None in labels or (levels and levels.isdisjoint(self.granted.grant.levels)):
            return False
        if isinstance(element, ReachedBy):  # same right as its detail
            return any(map(self.may_make, self.new.nodes.get(element.target_id, ())))
        source, target = view.find(element.source_id), view.find(element.target_id)
        # A target plan without a location counts as inside: no other area decides on it.
        is_free = (
            element.type is LinkType.GOVERNED_BY
            and target is not None
            and not view.is_placed(target)
        )
        # An existing source only; a new one is located by the new links.
        is_placing = (
            not self.is_agreed
            and source is not None
            and determines_location(view, element.type, source)
        )
        near = (self.reaches(element.source_id), self.reaches(element.target_id) or is_free)
        return self._permits(
            element.type,
            link_group(element.type, is_civil=Label.RESOURCE_INDIVIDUAL in labels),
            is_inside=is_link_inside(element.type, near, is_placing=is_placing),
            is_own=isinstance(element, Knows) and element.declared_by == person,
        )

    def _permits(self, what: str, group: FieldGroup, *, is_inside: bool, is_own: bool) -> bool:
        grant = self.granted.grant
        rules = rules_of(grant.role, what, group)
        scopes = {rule.scope for rule in rules if rule.action is Action.EDIT}
        return (
            (Scope.AREA in scopes and is_inside)
            or (Scope.CONSENT_AREA in scopes and is_inside and self._is_reach())
            or (Scope.OWN in scopes and is_own)
        )

    def _is_reach(self) -> bool:
        """Return whether the grant includes OUTREACH, which access to civilians requires."""
        return PreventionLevel.OUTREACH in self.granted.grant.levels

    # ---- location

    def reaches(self, node_id: str) -> bool:
        """Whether a node is in the grant's areas; an existing node keeps its location."""
        row = self.view.find(node_id)
        return node_id in self.inside if row is None else bool(self.granted.near[row])

    def _new_inside(self) -> set[str]:
        """Return the new nodes that inherit a location in the grant's areas, at any depth."""
        heirs: defaultdict[str, list[str]] = defaultdict(list)
        for node_id, links in self.new.joined.items():
            if self.view.find(node_id) is None:
                origins = [
                    link.target_id
                    for link in links
                    if link.source_id == node_id and link.type is LinkType.COVERS
                ]
                # A node without own areas inherits those of other nodes.
                for link in () if origins else links:
                    is_source = link.source_id == node_id
                    if is_source and link.type in _PLACED_BY_TARGET:
                        origins.append(link.target_id)
                    elif not is_source and link.type in _PLACED_BY_SOURCE:
                        origins.append(link.source_id)
                    elif (
                        link.type in _PLACING_ASSOCIATIONS
                        and self._label(node_id) is Label.ORGANIZATION
                    ):
                        origins.append(link.target_id if is_source else link.source_id)
                for origin in origins:
                    heirs[origin].append(node_id)
        node_ids: set[str] = set()
        ahead = list(filter(self.reaches, heirs))
        while ahead:
            for heir in heirs.get(ahead.pop(), ()):
                if heir not in node_ids:
                    node_ids.add(heir)
                    ahead.append(heir)
        return node_ids

    def _label(self, node_id: str) -> Label | None:
        """Return the label of a node that the grant opens or the change set creates, or None."""
        row = self.view.find(node_id)
        if row is not None:
            return self.view.label(row) if self.granted.nodes[row] else None
        return next((node.label for node in self.new.nodes.get(node_id, ())), None)


__all__ = [
    "CreateRights",
    "is_own",
    "is_public",
    "link_types_to_add",
    "may_agree",
    "may_create",
    "may_edit",
    "may_end",
    "may_propose",
    "may_renew",
    "may_see",
    "may_use_field",
    "may_verify",
    "may_withdraw",
    "owner_of",
    "permitting_grants",
]  # fmt: skip
_FIXED: Final = frozenset({"id", "source_id", "target_id", "revision"})
_VERIFIED: Final = frozenset({"verified_on", "verified_by"})
_REACH: Final = frozenset({"valid_from", "valid_to", "levels", "consent_id"})
"""The fields on validity and reach of a link, which no caller may widen for themselves."""
_PLACE: Final = frozenset({"valid_from", "valid_to", "is_acting"})
"""The fields that decide whether a seat determines the location of a person."""


@dataclass(frozen=True, slots=True)
class _Subject:
    """A visible node, or an open link; `what` is its name in the policy table."""

    what: str
    row: int
    is_own: bool
    link: int | None = None


# ---- one node or link


def may_see(view: View, element_id: str) -> bool:
    """Return whether the caller may see a node or link on the View's date."""
    return view.find(element_id) is not None or view.find_link(element_id) is not None


def may_use_field(view: View, element_id: str, field: str, action: Action) -> bool:
    """Return whether the policy table alone permits an action on a field of a node or link.

    Raises: KeyError: the visible element has no such field.
    """
    subject = _subject(view, element_id)
    return subject is not None and _permits(view, subject, _group(view, subject, field), action)


def may_edit(view: View, element_id: str, field: str) -> bool:
    """Return whether the caller may change a field of a node or link.

    The caller may not change a field of their own seat, nor the reach of their own posts into
    networks and to civilians, since both would extend their own rights; nor a consent, which is
    renewed instead. The duration of a seat of a person located elsewhere may only be changed by the
    steward there, the verification date of a link by those who may verify it.

    Raises: KeyError: the visible element has no such field.
    """
    subject = _written_as(view, element_id)
    if subject is None or field in _FIXED or _is(view, subject, Label.CONSENT):
        return False
    if subject.link is None:
        is_node = view.find(element_id) is not None
        group = _group(view, subject, field) if is_node else FieldGroup.CHANNEL
        return _permits(view, subject, group, Action.EDIT)
    if field in _VERIFIED:
        return may_verify(view, element_id)
    link_type = view.link_type(subject.link)
    if link_type in SEATS and subject.is_own:
        return False
    if link_type in OPENING and field in _REACH and view.id(subject.row) in view.caller.posts:
        return False
    group, is_placing = _group(view, subject, field), field in _PLACE
    if not _permits(view, subject, group, Action.EDIT, is_placing=is_placing):
        return False
    person, post = view.source(subject.link), view.target(subject.link)
    if link_type not in SEATS or not is_placing or not view.is_placed(person):
        return True
    # As for a new seat: it must not bring a person into the areas of another grant.
    gaining = [
        granted.grant for granted in view.grants if granted.near[post] and not granted.near[person]
    ]
    able = [granted.grant for granted in view.grants
            if _grants(view, granted, subject, group, Action.EDIT, is_placing=True)]  # fmt: skip
    return _have_alike(able, gaining)


def may_end(view: View, element_id: str) -> bool:
    """Return whether the caller may end a node or link; never a consent or their own person."""
    subject = _written_as(view, element_id)
    if subject is None or _is(view, subject, Label.CONSENT):
        return False
    if _is(view, subject, Label.PERSON) and subject.is_own:
        return False
    return _permits(view, subject, _main_group(view, subject), Action.EDIT)


_ADDED_TO: Final[Mapping[Label, tuple[LinkType, ...]]] = {
    Label.ACTOR: (*SEATS, LinkType.REACHED_BY),
    Label.NETWORK: (LinkType.COORDINATES, LinkType.MEMBER_OF),
    Label.PERSON: (LinkType.REACHED_BY,),
    Label.AUTHORITY: (LinkType.REACHED_BY,),
    Label.ORGANIZATION: (LinkType.REACHED_BY,),
}


def link_types_to_add(view: View, node_id: str) -> frozenset[LinkType]:
    """Return the types of links that the caller may add to a visible node, by rights to it alone.

    `REACHED_BY` stands for a new contact detail. The rights to the other end of a link may still
    forbid it, and the caller may not be given a post.
    """
    row = view.find(node_id)
    if row is None:
        return frozenset()
    label = view.label(row)

    def may_add(link_type: LinkType) -> bool:
        what: str = link_type
        group = link_group(link_type, is_civil=False)
        is_own = False
        if link_type is LinkType.REACHED_BY:  # same right as its detail
            what, group = detail_name(label), main_group(Label.CONTACT_DETAIL)
            is_own = view.id(row) == view.caller.person
        return any(
            granted.nodes[row]
            and AccessRule(Action.EDIT, scope) in rules_of(granted.grant.role, what, group)
            for granted in view.grants
            for scope, is_inside in (
                (Scope.AREA, bool(granted.near[row])),
                (Scope.OWN, is_own),
            )
            if is_inside
        )

    return frozenset(filter(may_add, _ADDED_TO.get(label, ())))


def may_verify(view: View, link_id: str) -> bool:
    """Return whether the caller may verify a link; only links with a `verified_on` qualify."""
    link = view.find_link(link_id)
    if link is None or (view.link_type(link), "verified_on") not in FIELD_GROUP:
        return False
    subject = _of_link(view, link)
    return _permits(view, subject, _main_group(view, subject), Action.VERIFY)


def may_withdraw(view: View, consent_id: str) -> bool:
    """Return whether the caller may withdraw a consent on behalf of the civilian who gave it."""
    subject = _subject(view, consent_id)
    return (
        subject is not None
        and _is(view, subject, Label.CONSENT)
        and _permits(view, subject, FieldGroup.TERMS, Action.WITHDRAW)
    )


def may_agree(view: View, person_id: str) -> bool:
    """Return whether the caller may agree that a person gets a seat elsewhere, as their steward.

    No caller agrees for their own person.
    """
    row = view.find(person_id)
    if row is None or view.label(row) is not Label.PERSON or person_id == view.caller.person:
        return False
    right = AccessRule(Action.EDIT, Scope.AREA)
    return any(
        granted.nodes[row]
        and bool(granted.near[row])
        and right in rules_of(granted.grant.role, Label.PERSON, FieldGroup.IDENTITY)
        for granted in view.grants
    )


def may_renew(view: View, consent_id: str) -> bool:
    """Return whether the caller may renew a consent: in own areas, or of an own post.

    An expired consent may be renewed too: its civilian is hidden then, and only the post that
    renews it can find them again.
    """
    subject = _subject(view, consent_id)
    if subject is None or not _is(view, subject, Label.CONSENT):
        return False
    return any(
        granted.nodes[subject.row]
        and PreventionLevel.OUTREACH in granted.grant.levels
        and (subject.is_own or bool(granted.near[subject.row]))
        and AccessRule(Action.EDIT, Scope.AREA)
        in rules_of(granted.grant.role, Label.CONSENT, FieldGroup.TERMS)
        for granted in view.grants
    )


def permitting_grants(
    view: View, row: int, group: FieldGroup, action: Action
) -> Iterator[GrantMasks]:
    """Return the grants that permit an action on a field group of a visible node."""
    subject = _of_node(view, row)
    return (granted for granted in view.grants if _grants(view, granted, subject, group, action))


# ---- ownership


def owner_of(view: View, detail: int) -> int | None:
    """Return the row of the owner of a visible contact detail; None if hidden."""
    return next(iter(view.sources(detail, LinkType.REACHED_BY)), None)


def is_public(view: View, detail: int) -> bool:
    """Return whether a visible contact detail is the number of a public line."""
    return view.shows(detail, FieldGroup.SEALED)


def is_own(view: View, row: int) -> bool:
    """Return whether a node is the caller's person, its detail, or a consent an own post renews.

    Nothing that is withheld is anybody's own: only the data protection officer still sees it.
    """
    if view.is_withheld(row):
        return False
    match view.label(row):
        case Label.PERSON:
            return view.id(row) == view.caller.person
        case Label.CONTACT_DETAIL:
            owner = owner_of(view, row)
            return owner is not None and is_own(view, owner)
        case Label.CONSENT:
            return view.value(row, "renewal_by") in view.caller.posts
        case _:
            return False


def _subject(view: View, element_id: str) -> _Subject | None:
    row = view.find(element_id)
    if row is not None:
        return _of_node(view, row)
    link = view.find_link(element_id)
    return None if link is None else _of_link(view, link)


def _written_as(view: View, element_id: str) -> _Subject | None:
    """The element whose rights govern a write: for a detail's owner link, the detail."""
    link = view.find_link(element_id)
    if link is not None and view.link_type(link) is LinkType.REACHED_BY:
        return _of_node(view, view.target(link))
    return _subject(view, element_id)


def _is(view: View, subject: _Subject, label: Label) -> bool:
    return subject.link is None and view.label(subject.row) is label


def _of_node(view: View, row: int) -> _Subject:
    what: str = view.label(row)
    if what == Label.CONTACT_DETAIL:
        owner = owner_of(view, row)
        what = what if owner is None else detail_name(view.label(owner))
    return _Subject(what, row, is_own(view, row))


def _of_link(view: View, link: int) -> _Subject:
    ends = (view.source(link), view.target(link))
    own = any(view.id(end) == view.caller.person for end in ends)
    return _Subject(view.link_type(link), ends[0], own, link)


# ---- lookups in the policy table


def _group(view: View, subject: _Subject, field: str) -> FieldGroup:
    """The group of a field; for a link it depends on the labels of its ends."""
    if subject.link is None:
        return field_group(view.label(subject.row), field)
    group = field_group(view.link_type(subject.link), field)
    return group if group is FieldGroup.PROVENANCE else _main_group(view, subject)


def _main_group(view: View, subject: _Subject) -> FieldGroup:
    if subject.link is None:
        return main_group(view.label(subject.row))
    ends = (view.source(subject.link), view.target(subject.link))
    is_civil = any(view.label(end) is Label.RESOURCE_INDIVIDUAL for end in ends)
    return link_group(view.link_type(subject.link), is_civil=is_civil)


def _permits(
    view: View, subject: _Subject, group: FieldGroup, action: Action, *, is_placing: bool = False
) -> bool:
    return any(
        _grants(view, granted, subject, group, action, is_placing=is_placing)
        for granted in view.grants
    )


def _grants(
    view: View,
    granted: GrantMasks,
    subject: _Subject,
    group: FieldGroup,
    action: Action,
    *,
    is_placing: bool = False,
) -> bool:
    """Return whether one grant opens the element and gives the right.

    `is_placing`: the field may determine the location of the link's source.
    """
    link = subject.link
    if not (granted.nodes[subject.row] if link is None else granted.links[link]):
        return False
    if action is Action.SEE:  # computed in the masks for each field group
        if link is None:
            return bool(granted.fields[group][subject.row])
        return group is not FieldGroup.PROVENANCE or bool(granted.provenance[link])
    rules = rules_of(granted.grant.role, subject.what, group)
    scopes = {rule.scope for rule in rules if rule.action is action}
    if not scopes.isdisjoint({Scope.VIEW, Scope.CONSENT}) or (
        Scope.OWN in scopes and subject.is_own
    ):
        return True
    if scopes.isdisjoint({Scope.AREA, Scope.CONSENT_AREA}):
        return False
    if link is None:
        return bool(granted.near[subject.row])
    # The ends that determine whether a link is in the grant's areas depend on its type.
    link_type, source = view.link_type(link), view.source(link)
    near = (bool(granted.near[source]), bool(granted.near[view.target(link)]))
    return is_link_inside(
        link_type, near, is_placing=is_placing and determines_location(view, link_type, source)
    )
