"""When was each field group last written? The highest revision that wrote it, kept by a Snapshot.

What of it reaches a caller, `news.py` says.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Final, NamedTuple

from graph.access.field_groups import FIELD_GROUP, FieldGroup, change_group
from graph.access.policy import CIVIL_DETAIL, CIVIL_LINKS, link_group
from graph.vocabulary import Label, LinkType

Group = tuple[str, FieldGroup]
"""As the policy table names it; but the detail of a professional stands under an office's."""
Written = Mapping[Group, int]
CIVIL_TOO: Final = (LinkType.MEMBER_OF, LinkType.REACHED_BY)
"""The links that leave civilians and others alike."""
_OF_DETAIL: Final = (Label.CONTACT_DETAIL, LinkType.REACHED_BY)


class LastWritten(NamedTuple):
    """The last write of some fields of a label or type; without fields, of all there are.

    `is_civil`: of a civilian's detail, or of a link of `CIVIL_TOO` that leaves a civilian.
    """

    what: Label | LinkType
    fields: Collection[str]
    is_civil: bool
    revision: int


def carried_on(known: Written, writes: Iterable[LastWritten]) -> Written:
    """What was known to be written, and some more."""
    found = dict(known)
    for write in writes:
        for group in groups_of(write.what, write.fields, is_civil=write.is_civil):
            found[group] = max(found.get(group, 0), write.revision)
    return found


def all_at(revision: int) -> Written:
    """Every group written at one revision."""
    return dict.fromkeys(_EVERY, revision)


def groups_of(
    what: Label | LinkType, fields: Collection[str], *, is_civil: bool
) -> frozenset[Group]:
    """The groups that a write counts for: whatever it writes, the thing has a new `revision`.

    The link to a detail counts as the detail; a civilian's link is one whole, seen or not.
    """
    name: str = what
    if what in _OF_DETAIL:
        name = CIVIL_DETAIL if is_civil else Label.CONTACT_DETAIL
    elif is_civil or what in CIVIL_LINKS:
        return frozenset({(name, FieldGroup.TIES)})
    written = {*fields, "revision"} if fields else {one for of, one in FIELD_GROUP if of == what}
    return frozenset((name, _group(what, one)) for one in written if (what, one) in FIELD_GROUP)


def _group(what: Label | LinkType, name: str) -> FieldGroup:
    group = change_group(what, name)
    if isinstance(what, Label) or group is FieldGroup.PROVENANCE:
        return group
    return link_group(what, is_civil=False)


_EVERY: Final = frozenset[Group]().union(
    *(groups_of(what, (), is_civil=False) for what in (*Label, *LinkType)),
    *(groups_of(what, (), is_civil=True) for what in (Label.CONTACT_DETAIL, *CIVIL_TOO)),
)
