"""What a caller may do with one node or link: the policy table, asked of a View.

A right comes whole from one grant: the one that opens a thing must also give the right to it. What
is absent or hidden may not be used at all, which tells nobody which of the two it is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from graph.access.creating import (
    OPENING,
    SEATS,
    decides,
    may_create,
    may_propose,
    says_where,
)
from graph.access.field_groups import FIELD_GROUP, FieldGroup, field_group, main_group
from graph.access.masks import GrantMasks
from graph.access.policy import AccessRule, Action, Scope, detail_name, link_group, rules_of
from graph.access.view import View
from graph.vocabulary import Label, LinkType, PreventionLevel

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
"""When and for whom a link is there: what may not be widened for oneself."""
_PLACE: Final = frozenset({"valid_from", "valid_to", "is_acting"})
"""What decides whether a person is at home in a seat."""


@dataclass(frozen=True, slots=True)
class _Subject:
    """A visible node, or an open link between two: `what` the table calls it."""

    what: str
    row: int
    is_own: bool
    link: int | None = None


# ---- one thing


def may_see(view: View, thing_id: str) -> bool:
    """May the caller see a node or link on the View's date?"""
    return view.find(thing_id) is not None or view.find_link(thing_id) is not None


def may_use_field(view: View, thing_id: str, field: str, action: Action) -> bool:
    """May the caller do that with a field of a node or link, by the table alone?

    Raises: KeyError: what the caller sees has no such field.
    """
    subject = _subject(view, thing_id)
    return subject is not None and _permits(view, subject, _group(view, subject, field), action)


def may_edit(view: View, thing_id: str, field: str) -> bool:
    """May the caller give a field of a node or link another value?

    Never of one's own seat, nor how far the own posts reach into networks and to civilians, which
    would be to give oneself rights; nor of a receipt: that is renewed. How long the seat lasts of
    somebody at home elsewhere is for the steward there, when a link was verified for those who may
    verify it.

    Raises: KeyError: what the caller sees has no such field.
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
    """May the caller end a node or link? A receipt is withdrawn instead; nobody ends themselves."""
    subject = _written_as(view, thing_id)
    if subject is None or _is(view, subject, Label.CONSENT):
        return False
    if _is(view, subject, Label.PERSON) and subject.is_own:
        return False
    return _permits(view, subject, _main_group(view, subject), Action.EDIT)


def may_verify(view: View, link_id: str) -> bool:
    """May the caller say that a link is still true? Only of those that carry such a date."""
    link = view.find_link(link_id)
    if link is None or (view.link_type(link), "verified_on") not in FIELD_GROUP:
        return False
    subject = _of_link(view, link)
    return _permits(view, subject, _main_group(view, subject), Action.VERIFY)


def may_withdraw(view: View, consent_id: str) -> bool:
    """May the caller end a consent for the civilian who gave it?"""
    subject = _subject(view, consent_id)
    return (
        subject is not None
        and _is(view, subject, Label.CONSENT)
        and _permits(view, subject, FieldGroup.TERMS, Action.WITHDRAW)
    )


def may_agree(view: View, person_id: str) -> bool:
    """May the caller agree that somebody sits elsewhere, too: the steward where they are at home?

    Nobody agrees for themselves.
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
    """May the caller record a new receipt in place of one? Of the own areas, or of an own post.

    Also of one that is over: whoever gave it is hidden then, and only its post can find them again.
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
    """The grants that let the caller do that with a field group of a visible node."""
    subject = _of_node(view, row)
    return (one for one in view.grants if _grants(view, one, subject, group, action))


# ---- whose it is


def owner_of(view: View, detail: int) -> int | None:
    """The row of whoever a visible contact detail reaches; None where that is not seen."""
    return next(iter(view.sources(detail, LinkType.REACHED_BY)), None)


def is_own(view: View, row: int) -> bool:
    """Is a visible node the caller's own person, its detail, or a receipt an own post renews?"""
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
    """What the right to write a thing hangs on: a detail's link to its owner goes with it."""
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


# ---- by the table


def _group(view: View, subject: _Subject, field: str) -> FieldGroup:
    """The group of a field; of a link's, the one that its ends put it in."""
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
    """Does one grant open the thing and give the right? `is_placing`: to what may say where it lies
    or its source does.
    """
    if not _opens(granted, subject):
        return False
    if action is Action.SEE:  # the masks say so already, field group by field group
        return _shows(granted, subject, group)
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


def _opens(granted: GrantMasks, subject: _Subject) -> bool:
    opened = granted.nodes if subject.link is None else granted.links
    return bool(opened[subject.row if subject.link is None else subject.link])


def _shows(granted: GrantMasks, subject: _Subject, group: FieldGroup) -> bool:
    if subject.link is None:
        return bool(granted.fields[group][subject.row])
    return group is not FieldGroup.PROVENANCE or bool(granted.provenance[subject.link])


def _is_inside(view: View, granted: GrantMasks, subject: _Subject, *, is_placing: bool) -> bool:
    """Does it lie in the grant's areas? A link by the ends that decide on it."""
    if subject.link is None:
        return bool(granted.near[subject.row])
    link_type = view.link_type(subject.link)
    source, target = view.source(subject.link), view.target(subject.link)
    near = (bool(granted.near[source]), bool(granted.near[target]))
    return decides(link_type, near, is_placing=is_placing and says_where(view, link_type, source))
