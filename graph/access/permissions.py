"""Rights of a caller to see, use, create, edit, end, verify or withdraw a node or link.

A right is derived from a single grant: the one that opens an element must also give the right. An
absent or hidden element may not be used at all, so the two cases are indistinguishable.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from graph.access.field_groups import FIELD_GROUP, FieldGroup, field_group, main_group
from graph.access.masks import GrantMasks
from graph.access.policy import AccessRule, Action, Scope, detail_name, link_group, rules_of
from graph.access.view import View
from graph.model import Element, HopLink, Knows, Link, Node, ReachedBy
from graph.vocabulary import Label, LinkType, PreventionLevel

SEATS: Final = (LinkType.HOLDS, LinkType.DEPUTIZES_FOR)
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
"""Links of a post that open something to the holder of the post."""
_PLACED_BY_TARGET: Final = (LinkType.LIES_IN, LinkType.COVERS, LinkType.BELONGS_TO, *SEATS)
_PLACED_BY_SOURCE: Final = (
    LinkType.DOOR_OPENER_FOR, LinkType.REACHED_BY, LinkType.GAVE_CONSENT, LinkType.GOVERNED_BY,
)  # fmt: skip
_PLACING_CLUBS: Final = (LinkType.MEMBER_OF, LinkType.BELONGS_TO)


def decides(link_type: LinkType, near: tuple[bool, bool], *, is_placing: bool = False) -> bool:
    """Return whether a link counts as inside areas; `near`: its source, its target is inside.

    A link that determines a location needs both ends inside, since its author could otherwise widen
    the areas of a grant. The post decides on its seats, the network on its memberships, the area on
    its entry points, all by the target; PART_OF, SUCCEEDED_BY and REPRESENTS by the source. For
    other links either end suffices. `is_placing`: `says_where` holds for the link.
    """
    source, target = near
    if link_type in _BOTH or is_placing:
        return source and target
    if link_type in _TARGET:
        return target
    return source if link_type in _SOURCE else source or target


def says_where(view: View, link_type: LinkType, source: int) -> bool:
    """Return whether a link type determines the location of its visible source, already placed.

    A seat does for a person; a membership does for an association located by its networks.
    """
    label = view.label(source)
    if label is Label.PERSON:
        return link_type in SEATS and view.is_placed(source)
    if label is not Label.ORGANIZATION or link_type is not LinkType.MEMBER_OF:
        return False
    has_own = view.targets(source, LinkType.COVERS) or view.sources(source, LinkType.BELONGS_TO)
    return not has_own and view.is_placed(source)


def may_create(view: View, thing: Element, beside: Collection[Element] = ()) -> bool:
    """Return whether the caller may create an element; `beside`: all new ones of its change set.

    No caller may give themselves a seat, nor give their own posts a membership, an authority or an
    existing civilian's door opener link: these would extend what they may see.
    """
    return not _opens_to_oneself(view, thing, beside) and any(
        _Draft(view, granted, beside).may_make(thing) for granted in view.grants
    )


def may_propose(view: View, thing: Element, beside: Collection[Element] = ()) -> bool:
    """Return whether the caller may fill a seat once the steward of the person's home agrees."""
    return (
        isinstance(thing, Link)
        and thing.type in SEATS
        and not _opens_to_oneself(view, thing, beside)
        and any(
            _Draft(view, granted, beside, is_agreed=True).may_make(thing) for granted in view.grants
        )
    )


def _opens_to_oneself(view: View, thing: Element, beside: Collection[Element]) -> bool:
    if not isinstance(thing, Link):
        return False
    if thing.type in SEATS:
        return thing.source_id == view.caller.person
    is_own = thing.source_id in view.caller.posts
    if thing.type is LinkType.DOOR_OPENER_FOR:
        return is_own and all(one.id != thing.target_id for one in beside)
    return is_own and thing.type in _BODIES


@dataclass(frozen=True, slots=True)
class _Draft:
    """New elements under one grant; `is_agreed`: the seated person may be from anywhere."""

    view: View
    granted: GrantMasks
    beside: Collection[Element]
    is_agreed: bool = False

    def may_make(self, thing: Element) -> bool:
        """Return whether the grant's role may create the element in its place."""
        if isinstance(thing, Link):
            return self._may_join(thing)
        return isinstance(thing, Node) and self._permits(
            self._what(thing),
            main_group(thing.label),
            is_inside=self._lies(thing.id)
            and (thing.label is not Label.CONSENT or self._is_reach()),
            is_own=any(one.source_id == self._self() for one in self._owners(thing.id)),
        )

    def _may_join(self, link: Link) -> bool:
        labels = [self._label(end) for end in (link.source_id, link.target_id)]
        if None in labels or not self._is_level_fitting(link):
            return False
        if isinstance(link, ReachedBy):  # same right as its detail
            return any(self.may_make(one) for one in self._new(link.target_id))
        group = link_group(link.type, is_civil=Label.RESOURCE_INDIVIDUAL in labels)
        near = (self._lies(link.source_id), self._lies(link.target_id) or self._is_free(link))
        return self._permits(
            link.type,
            group,
            is_inside=decides(link.type, near, is_placing=self._is_placing(link)),
            is_own=isinstance(link, Knows) and link.declared_by == self._self(),
        )

    def _is_free(self, link: Link) -> bool:
        """Whether the target is a plan in no area, so that no other area decides on it."""
        row = self.view.find(link.target_id)
        is_plan = link.type is LinkType.GOVERNED_BY
        return is_plan and row is not None and not self.view.is_placed(row)

    def _is_placing(self, link: Link) -> bool:
        """For an existing source only; a new one is located by the new links."""
        row = self.view.find(link.source_id)
        return not self.is_agreed and row is not None and says_where(self.view, link.type, row)

    def _permits(self, what: str, group: FieldGroup, *, is_inside: bool, is_own: bool) -> bool:
        grant = self.granted.grant
        rules = rules_of(grant.role, what, group)
        scopes = {rule.scope for rule in rules if rule.action is Action.EDIT}
        return (
            (Scope.AREA in scopes and is_inside)
            or (Scope.CONSENT_AREA in scopes and is_inside and self._is_reach())
            or (Scope.OWN in scopes and is_own)
        )

    def _what(self, node: Node) -> str:
        if node.label is not Label.CONTACT_DETAIL:
            return node.label
        owners = (self._label(one.source_id) for one in self._owners(node.id))
        return next((detail_name(owner) for owner in owners if owner), node.label)

    def _owners(self, node_id: str) -> list[Link]:
        return [one for one in self._joined(node_id) if isinstance(one, ReachedBy)]

    def _self(self) -> str | None:
        return self.view.caller.person

    def _is_reach(self) -> bool:
        """Whether the grant has the level without which it opens no civilian."""
        return PreventionLevel.OUTREACH in self.granted.grant.levels

    def _is_level_fitting(self, link: Link) -> bool:
        levels = link.levels if isinstance(link, HopLink) else frozenset[PreventionLevel]()
        return not levels or not levels.isdisjoint(self.granted.grant.levels)

    # ---- location

    def _lies(self, node_id: str, passed: frozenset[str] = frozenset()) -> bool:
        """Whether a node is in the grant's areas; an existing node keeps its location."""
        row = self.view.find(node_id)
        if row is not None:
            return bool(self.granted.near[row])
        if node_id in passed:
            return False
        own = [one for one in self._joined(node_id)
               if one.source_id == node_id and one.type is LinkType.COVERS]  # fmt: skip
        origins = [one.target_id for one in own] or list(self._origins(node_id))
        return any(self._lies(origin, passed | {node_id}) for origin in origins)

    def _origins(self, node_id: str) -> Iterator[str]:
        """The nodes from which a new node inherits its areas."""
        for link in self._joined(node_id):
            is_source = link.source_id == node_id
            if is_source and link.type in _PLACED_BY_TARGET:
                yield link.target_id
            elif not is_source and link.type in _PLACED_BY_SOURCE:
                yield link.source_id
            elif link.type in _PLACING_CLUBS and self._label(node_id) is Label.ORGANIZATION:
                yield link.target_id if is_source else link.source_id

    def _joined(self, node_id: str) -> list[Link]:
        return [one for one in self.beside
                if isinstance(one, Link) and node_id in (one.source_id, one.target_id)]  # fmt: skip

    def _new(self, node_id: str) -> list[Node]:
        return [one for one in self.beside if isinstance(one, Node) and one.id == node_id]

    def _label(self, node_id: str) -> Label | None:
        """The label of a node that the grant opens or the change set creates; None without one."""
        row = self.view.find(node_id)
        if row is not None:
            return self.view.label(row) if self.granted.nodes[row] else None
        return next((one.label for one in self._new(node_id)), None)


__all__ = [
    "granting",
    "is_own",
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


def may_see(view: View, thing_id: str) -> bool:
    """Return whether the caller may see a node or link on the View's date."""
    return view.find(thing_id) is not None or view.find_link(thing_id) is not None


def may_use_field(view: View, thing_id: str, field: str, action: Action) -> bool:
    """Return whether the policy table alone permits an action on a field of a node or link.

    Raises: KeyError: the visible element has no such field.
    """
    subject = _subject(view, thing_id)
    return subject is not None and _permits(view, subject, _group(view, subject, field), action)


def may_edit(view: View, thing_id: str, field: str) -> bool:
    """Return whether the caller may change a field of a node or link.

    Never a field of the caller's own seat, nor the reach of the caller's own posts into networks
    and to civilians, since both would extend their own rights; nor a consent, which is renewed
    instead. The duration of a seat of a person placed elsewhere is up to the steward there, the
    verification date of a link up to those who may verify it.

    Raises: KeyError: the visible element has no such field.
    """
    subject = _written_as(view, thing_id)
    if subject is None or field in _FIXED or _is(view, subject, Label.CONSENT):
        return False
    if subject.link is None:
        is_node = view.find(thing_id) is not None
        group = _group(view, subject, field) if is_node else FieldGroup.CHANNEL
        return _permits(view, subject, group, Action.EDIT)
    if field in _VERIFIED:
        return may_verify(view, thing_id)
    link_type = view.link_type(subject.link)
    if link_type in SEATS and subject.is_own:
        return False
    if link_type in OPENING and field in _REACH and view.id(subject.row) in view.caller.posts:
        return False
    group = _group(view, subject, field)
    return _permits(view, subject, group, Action.EDIT, is_placing=field in _PLACE)


def may_end(view: View, thing_id: str) -> bool:
    """Return whether the caller may end a node or link; never a consent or their own person."""
    subject = _written_as(view, thing_id)
    if subject is None or _is(view, subject, Label.CONSENT):
        return False
    if _is(view, subject, Label.PERSON) and subject.is_own:
        return False
    return _permits(view, subject, _main_group(view, subject), Action.EDIT)


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


def granting(view: View, row: int, group: FieldGroup, action: Action) -> Iterator[GrantMasks]:
    """Return the grants that permit an action on a field group of a visible node."""
    subject = _of_node(view, row)
    return (one for one in view.grants if _grants(view, one, subject, group, action))


# ---- ownership


def owner_of(view: View, detail: int) -> int | None:
    """Return the row of the owner of a visible contact detail; None if hidden."""
    return next(iter(view.sources(detail, LinkType.REACHED_BY)), None)


def is_own(view: View, row: int) -> bool:
    """Return whether a node is the caller's person, its detail, or a consent an own post renews."""
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


def _subject(view: View, thing_id: str) -> _Subject | None:
    row = view.find(thing_id)
    if row is not None:
        return _of_node(view, row)
    link = view.find_link(thing_id)
    return None if link is None else _of_link(view, link)


def _written_as(view: View, thing_id: str) -> _Subject | None:
    """The element whose rights govern a write: for a detail's owner link, the detail."""
    link = view.find_link(thing_id)
    if link is not None and view.link_type(link) is LinkType.REACHED_BY:
        return _of_node(view, view.target(link))
    return _subject(view, thing_id)


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
    """Whether one grant opens the element and gives the right.

    `is_placing`: the field may determine the location of the link's source.
    """
    opened = granted.nodes if subject.link is None else granted.links
    opens = bool(opened[subject.row if subject.link is None else subject.link])
    if not opens:
        return False
    if action is Action.SEE:  # the masks hold this for each field group
        if subject.link is None:
            return bool(granted.fields[group][subject.row])
        return group is not FieldGroup.PROVENANCE or bool(granted.provenance[subject.link])
    rules = rules_of(granted.grant.role, subject.what, group)
    scopes = {rule.scope for rule in rules if rule.action is action}
    return (
        not scopes.isdisjoint({Scope.VIEW, Scope.CONSENT})
        or (Scope.OWN in scopes and subject.is_own)
        or (
            not scopes.isdisjoint({Scope.AREA, Scope.CONSENT_AREA})
            and _is_inside(view, granted, subject, is_placing=is_placing)
        )
    )


def _is_inside(view: View, granted: GrantMasks, subject: _Subject, *, is_placing: bool) -> bool:
    """Whether the element is in the grant's areas; a link by the ends that decide on it."""
    if subject.link is None:
        return bool(granted.near[subject.row])
    link_type = view.link_type(subject.link)
    source, target = view.source(subject.link), view.target(subject.link)
    near = (bool(granted.near[source]), bool(granted.near[target]))
    return decides(link_type, near, is_placing=is_placing and says_where(view, link_type, source))
