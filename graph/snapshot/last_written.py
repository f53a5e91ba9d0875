"""The highest revision that wrote each field group, stored in a Snapshot.

Which of these revisions a caller may learn is decided in `graph.access.visible_revision`.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Final, NamedTuple

from graph.access.field_groups import FIELD_GROUP, FieldGroup, change_group
from graph.access.policy import CIVIL_DETAIL, CIVIL_LINKS, link_group
from graph.vocabulary import Label, LinkType

Group = tuple[str, FieldGroup]
"""A name as in the policy table, but a professional's contact detail counts as an office's."""
LastWrites = Mapping[Group, int]
CIVIL_TOO: Final = (LinkType.MEMBER_OF, LinkType.REACHED_BY)
"""Link types whose source may be a civilian or another node."""
_OF_DETAIL: Final = (Label.CONTACT_DETAIL, LinkType.REACHED_BY)


class LastWritten(NamedTuple):
    """The last write of some fields of a label or type; no fields means all of them.

    `is_civil` marks a civilian's contact detail, or a link of `CIVIL_TOO` from a civilian.
    """

    what: Label | LinkType
    fields: Collection[str]
    is_civil: bool
    revision: int


def with_writes(last_writes: LastWrites, writes: Iterable[LastWritten]) -> LastWrites:
    """Return the last-written revisions, updated with further writes."""
    updated = dict(last_writes)
    for write in writes:
        for group in groups_of(write.what, write.fields, is_civil=write.is_civil):
            updated[group] = max(updated.get(group, 0), write.revision)
    return updated


def all_at(revision: int) -> LastWrites:
    """Return every field group as written at one revision."""
    return dict.fromkeys(_EVERY, revision)


def groups_of(
    what: Label | LinkType, fields: Collection[str], *, is_civil: bool
) -> frozenset[Group]:
    """Return the field groups that a write counts for.

    The group of `revision` is always included, since every write changes it. The link to a contact
    detail counts as the detail; a civilian's link is a single group, since it is visible as a
    whole or not at all.
    """
    name: str = what
    if what in _OF_DETAIL:
        name = CIVIL_DETAIL if is_civil else Label.CONTACT_DETAIL
    elif is_civil or what in CIVIL_LINKS:
        return frozenset({(name, FieldGroup.TIES)})
    field_names = (
        {*fields, "revision"}
        if fields
        else {field_name for of, field_name in FIELD_GROUP if of == what}
    )
    groups = set[Group]()
    for field_name in field_names:
        if (what, field_name) in FIELD_GROUP:
            group = change_group(what, field_name)
            if not isinstance(what, Label) and group is not FieldGroup.PROVENANCE:
                group = link_group(what, is_civil=False)
            groups.add((name, group))
    return frozenset(groups)


_EVERY: Final = frozenset[Group]().union(
    *(groups_of(what, (), is_civil=False) for what in (*Label, *LinkType)),
    *(groups_of(what, (), is_civil=True) for what in (Label.CONTACT_DETAIL, *CIVIL_TOO)),
)
