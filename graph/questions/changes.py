"""The history of writes to one node or link, reduced to what a caller may see.

Field by field, only what the caller sees on that node or link: asking about an old state reveals
nothing more. Old values of personal fields stay sealed, so they are left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from graph.access.field_groups import FieldGroup, change_group
from graph.access.view import View
from graph.model import Change, ChangeKind, ChangeReason, Mark, marked_fields
from graph.snapshot.field_types import class_of
from graph.vocabulary import Label, LinkType


@dataclass(frozen=True, slots=True, kw_only=True)
class VisibleChange:
    """What one write changed on one node or link.

    `fields` are the names of the changed fields that the caller sees; `before` holds their old
    values, without those that are sealed and those that were empty. `made_by` and `reason` are set
    only for a caller who may see provenance.
    """

    revision: int
    id: str
    what: Label | LinkType
    kind: ChangeKind
    made_at: datetime
    made_by: str | None
    reason: ChangeReason | None
    fields: tuple[str, ...]
    before: Mapping[str, Any]


def visible_changes(view: View, change: Change) -> VisibleChange | None:
    """A change as the caller may see it; None: no part of it is visible to this caller."""
    if isinstance(change.what, Label):
        row = view.find(change.touched)
        if row is None or not view.tells_changes(row):
            return None
        knows_why = view.shows(row, FieldGroup.PROVENANCE)
        fields = tuple(
            name for name in change.fields if view.shows(row, change_group(change.what, name))
        )
    else:
        link = view.find_link(change.touched)
        if link is None or not view.tells_link_changes(link):
            return None
        knows_why = view.shows_provenance(link)
        fields = tuple(
            name
            for name in change.fields
            if knows_why or change_group(change.what, name) is not FieldGroup.PROVENANCE
        )
    if change.fields and not fields:
        return None
    sealed = {*marked_fields(class_of(change.what), Mark.SEALED), "value"}
    return VisibleChange(
        revision=change.revision,
        id=change.touched,
        what=change.what,
        kind=change.kind,
        made_at=change.made_at,
        made_by=change.made_by if knows_why else None,
        reason=change.reason if knows_why else None,
        fields=fields,
        before={
            name: value
            for name in fields
            if name not in sealed and (value := change.before.get(name)) not in (None, [])
        },
    )
