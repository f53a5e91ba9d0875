"""The newest revision that affects what a caller may see.

The counter of the store also counts writes that the caller may not see. A View instead reports the
highest revision among the field groups that affect what its caller sees: the visible groups, and
those from which they are derived. Source: docs/security.md, "The View".
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from graph.access.context import public_links
from graph.access.field_groups import FieldGroup
from graph.access.policy import (
    COUNTED_FOR,
    PERSON_DETAIL,
    PUBLIC_NUMBER,
    RULES,
    Action,
    Caller,
    Role,
    Scope,
)
from graph.snapshot.columns import LABELS, TYPES
from graph.snapshot.last_written import Group
from graph.snapshot.snapshot import Snapshot
from graph.vocabulary import Label, LinkType, PreventionLevel

COUNTED_ON: Final[frozenset[Group]] = frozenset(
    {
        (Label.RESOURCE_INDIVIDUAL, FieldGroup.STRUCTURE),
        (Label.CONSENT, FieldGroup.STRUCTURE),
        (Label.CONSENT, FieldGroup.TERMS),
        (LinkType.GAVE_CONSENT, FieldGroup.TIES),
        (LinkType.DOOR_OPENER_FOR, FieldGroup.TIES),
    }
)
"""The groups that affect counts of civilians or consents, beyond those visible to all readers.

A caller who sees civilians sees all of these groups, so the visibility of civilians needs no entry
of its own: it depends on visible groups only. The same holds for the areas and seats from which the
masks are computed; an administrator, who sees none of them, sees nothing that depends on them.
"""
HELD_ON: Final[frozenset[Group]] = frozenset(
    {
        (LinkType.HOLDS, FieldGroup.STRUCTURE),
        (LinkType.DEPUTIZES_FOR, FieldGroup.STRUCTURE),
        (Label.PERSON, FieldGroup.STRUCTURE),
        (Label.PERSON, FieldGroup.PROFILE),
    }
)
"""The groups from which HELD is derived: a post is held, vacant, or its holder on leave."""
UNRESTRICTED_ROLES: Final = frozenset({Role.DPO})
"""The roles that see withheld elements, and so notice an erasure, which no Change records.

For all others the element disappeared when it was withheld; a revision that only deletes does not
affect them.
"""
_TO_THE_PUBLIC: Final = frozenset(RULES[PUBLIC_NUMBER, FieldGroup.SEALED])
"""The roles that see the numbers of public lines."""
_BY_CONSENT: Final = frozenset({Scope.CONSENT, Scope.CONSENT_AREA})
_OWN_LINKS: Final = (LinkType.HOLDS, LinkType.DEPUTIZES_FOR, LinkType.REACHED_BY)


def latest_visible_revision(snapshot: Snapshot, caller: Caller, today: date) -> int:
    """Return the highest revision that affects what a caller sees on any date; 0: none."""
    grants = [grant for grant in caller.grants if grant.is_valid(today)]
    if any(grant.role in UNRESTRICTED_ROLES for grant in grants):
        return snapshot.revision
    groups = frozenset[Group]().union(
        *(VISIBLE_GROUPS[grant.role, PreventionLevel.OUTREACH in grant.levels] for grant in grants)
    )
    revisions = (snapshot.written.get(group, 0) for group in groups)
    public = _public(snapshot) if any(grant.role in _TO_THE_PUBLIC for grant in grants) else 0
    return max((*_own(snapshot, caller.person), *revisions, public), default=0)


def _public(snapshot: Snapshot) -> int:
    """Return the newest revision of the numbers of public lines; other details have no part."""
    if "public revision" not in snapshot.memo:
        links = snapshot.links
        snapshot.memo["public revision"] = max(
            (
                revision
                for link in public_links(snapshot).tolist()
                for revision in (
                    snapshot.value(LinkType.REACHED_BY, int(links.place[link]), "revision"),
                    _revision(snapshot, int(links.target[link])),
                )
            ),
            default=0,
        )
    revision: int = snapshot.memo["public revision"]
    return revision


def _own(snapshot: Snapshot, person: str | None) -> Iterator[int]:
    """Yield the revisions of the caller's own person, seats and details, visible in any role."""
    row = -1 if person is None else snapshot.row_of.get(person, -1)
    if row < 0:
        return
    yield _revision(snapshot, row)
    links, out = snapshot.links, snapshot.out
    around: list[int] = out.links[out.start[row] : out.start[row + 1]].tolist()
    for link in around:
        link_type = TYPES[int(links.type[link])]
        if link_type in _OWN_LINKS:
            yield snapshot.value(link_type, int(links.place[link]), "revision")
        if link_type is LinkType.REACHED_BY:
            yield _revision(snapshot, int(links.target[link]))


def _revision(snapshot: Snapshot, row: int) -> int:
    nodes = snapshot.nodes
    return snapshot.value(LABELS[int(nodes.label[row])], int(nodes.place[row]), "revision")


def _visible_groups(role: Role, *, is_outreach: bool) -> frozenset[Group]:
    """Return the groups that affect what a role sees; civilians only with a grant for outreach."""
    shut = frozenset[Scope]() if is_outreach else _BY_CONSENT
    groups = {
        (Label.CONTACT_DETAIL if what == PERSON_DETAIL else what, group)
        for (what, group), row in RULES.items()
        for rule in row.get(role, ())
        if what != PUBLIC_NUMBER and rule.action is Action.SEE and rule.scope not in shut
    }
    visible = {what for what, group in groups if group is not FieldGroup.PROVENANCE}
    counted_groups = COUNTED_ON if role in COUNTED_FOR else frozenset[Group]()
    held_groups = HELD_ON if (Label.ACTOR, FieldGroup.HELD) in groups else frozenset[Group]()
    return (
        counted_groups | held_groups | {(what, group) for what, group in groups if what in visible}
    )


VISIBLE_GROUPS: Final[Mapping[tuple[Role, bool], frozenset[Group]]] = {
    (role, is_outreach): _visible_groups(role, is_outreach=is_outreach)
    for role in Role
    for is_outreach in (False, True)
}
"""Role and whether its grant includes OUTREACH -> the groups that affect what it sees."""
