"""Undoing what was written: an import, or a change set by its author on the same day.

Old values are restored from the change log, also those of contact details, which no answer has in
clear. Each element is checked like a change of it. What was edited since is kept, and an undo says
what that is; a change set of a form is then not undone at all.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from api.danish_time import danish_minute, danish_now
from api.editing.change_plan import element_in, persons_at
from api.errors import Refusal
from api.etags import tag
from api.i18n import bilingual
from api.imports.rights import Judge, ended_by, may_update, may_write_end
from api.imports.uploads import at_one_revision
from api.schemas import imports as wire
from api.schemas.changes import WriteResult, WrittenElement
from api.schemas.entities import NodeName
from api.state import RequestContext, record_intent
from graph.access.permissions import owner_of
from graph.access.view import View
from graph.errors import Conflict, Invalid, NotFound
from graph.exchange.imports.undo import KeepReason, KeptElement, undo_key, undo_of
from graph.model import ChangeSet
from graph.model.changes import WrittenChanges
from graph.snapshot.snapshot import Snapshot
from graph.vocabulary import Label

_NOT_YOURS: Final = bilingual("Some of it is in areas that you have no rights in.")
_NEEDED: Final = bilingual("It cannot be undone any more: it has been changed since.")
_CHANGED: Final = bilingual("The register has changed meanwhile. Look at it, and try again.")
_RULE: Final = bilingual(
    "It cannot be undone: later changes build on what it wrote, or it begins today or later. "
    "Correct it in the register, or end it."
)
_ANOTHER_DAY: Final = bilingual(
    "A change can only be undone on the day it was made. Correct it instead."
)
_CONSENT: Final = bilingual("A consent is not undone. It is given or withdrawn anew.")


@dataclass(frozen=True, slots=True)
class UndoPlan:
    """The change set that undoes something, what it keeps, and the persons it is about.

    `ends` counts ends as a limit does, `restored` what gets old values back; `kept` holds what the
    caller may see of it.
    """

    changes: ChangeSet
    restored: int
    ends: int
    subjects: frozenset[str]
    kept: tuple[wire.KeptElement, ...]
    kept_count: int


def plan_undo(context: RequestContext, written: WrittenChanges) -> UndoPlan:
    """Return what would undo these changes now, if the caller may write all of it.

    Raises: Refusal: `forbidden`.
    """
    snapshot, view = at_one_revision(context)
    whole = undo_of(
        written, snapshot, made_by=context.who.account,
        made_at=datetime.now(UTC), on=context.directory.today(),
    )  # fmt: skip
    undo = whole.changes
    judge = Judge(context, snapshot, view, is_undo=True)
    # in order of the days, since the judge keeps the View of one past day only
    updates = sorted(undo.updates, key=lambda element: judge.day_of(element.id))
    endings = sorted(undo.ends, key=lambda end: judge.day_of(end.id))
    if not all(may_update(judge, element) for element in updates) or not all(
        may_write_end(judge, end) for end in endings
    ):
        raise Refusal("forbidden", _NOT_YOURS, needed="EDIT")
    ended = (element_in(snapshot, end.id) for end in undo.ends)
    touched = (*undo.updates, *(element for element in ended if element is not None))
    about = (node_id for element in touched for node_id in persons_at(element))
    return UndoPlan(
        undo,
        whole.restored,
        ended_by(snapshot, view, undo.updates, undo.ends),
        context.directory.persons().intersection(about),
        tuple(_kept_elements(context, whole.kept, snapshot, view)),
        len(whole.kept),
    )


def _kept_elements(
    context: RequestContext, kept: Iterable[KeptElement], snapshot: Snapshot, view: View
) -> Iterator[wire.KeptElement]:
    """What an undo keeps, without what the caller may not see."""
    for entry in kept:
        row = _row_to_open(snapshot, view, entry.id)
        if row is None:
            continue
        by: NodeName | None = None
        if entry.why is KeepReason.NEEDED:
            other = _row_to_open(snapshot, view, entry.by, besides=row)
            by = None if other is None else NodeName(id=view.id(other), name=view.name(other))
        elif entry.why is KeepReason.EDITED:
            by = context.person_of(entry.by)
        yield wire.KeptElement(
            node=NodeName(id=view.id(row), name=view.name(row)), why=entry.why.value, by=by
        )


def _row_to_open(
    snapshot: Snapshot, view: View, element_id: str, *, besides: int | None = None
) -> int | None:
    """The node whose card shows an element; of a link one of its ends. None: it is hidden."""
    link = snapshot.link_row_of.get(element_id)
    if link is None:
        row = view.find(element_id)
        is_detail = row is not None and view.label(row) is Label.CONTACT_DETAIL
        return owner_of(view, row) if is_detail and row is not None else row
    ends = (int(snapshot.links.source[link]), int(snapshot.links.target[link]))
    return next((row for row in ends if row != besides and view.visible[row]), None)


def write_undo(context: RequestContext, undo: UndoPlan, change_set: str) -> int:
    """Write an undo under its idempotency key, and return its revision.

    Raises: Refusal: `conflict`; GraphError: as `Directory.apply`.
    """
    try:
        revision = context.directory.apply(replace(undo.changes, idempotency=change_set))
    except Conflict as conflict:
        raise Refusal("conflict", _CHANGED) from conflict
    except Invalid as error:
        raise Refusal("conflict", _RULE) from error
    context.count = len(undo.changes)
    context.subjects |= undo.subjects
    return revision


def undo_change_set(context: RequestContext, change_set: str) -> WriteResult:
    """Undo a change set of the caller's own, on the Danish day on which it was written.

    It is undone once: a repetition writes nothing more.

    Raises:
        NotFound: the caller has written no such change set.
        Refusal: `conflict`: of another day, about a consent, or changed since; `forbidden`.
        GraphError: as `Directory.apply`.
    """
    context.change_set = undo_id = undo_key(change_set)
    record_intent(context)
    written = context.directory.change_set(change_set, made_by=context.who.account)
    changes = written.changes
    if not changes:
        raise NotFound(change_set)
    if danish_minute(changes[0].made_at).date() != danish_now().date():
        raise Refusal("conflict", _ANOTHER_DAY)
    if any(change.what is Label.CONSENT for change in changes):
        raise Refusal("conflict", _CONSENT)
    revision = context.directory.revision_by_key(undo_id)
    if revision is not None:
        return WriteResult(change_set=undo_id, revision=revision, things=())
    undo = plan_undo(context, written)
    if undo.kept_count:
        raise Refusal("conflict", _NEEDED)
    revision = write_undo(context, undo, undo_id)
    ended = {end.id for end in undo.changes.ends}
    written = {element.id for element in undo.changes.updates} | ended
    things = (
        WrittenElement(
            id=change.touched,
            kind="ENDED" if change.touched in ended else "UPDATED",
            etag=tag(context, change.what, change.touched, revision),
        )
        for change in changes
        if change.touched in written
    )
    return WriteResult(change_set=undo_id, revision=revision, things=tuple(things))
