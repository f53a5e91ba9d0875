"""Undoing what was written: an import, or a change set by its author on the same day.

Old values are restored from the change log, also those of contact details, which no answer has in
clear. Each element is checked like a change of it; nothing is undone that was changed since.
"""

from collections.abc import Iterable
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
from api.schemas.changes import WriteResult, WrittenElement
from api.state import RequestContext, record_intent
from graph.access.permissions import may_see
from graph.errors import Conflict, Invalid, NotFound, StillNeeded
from graph.exchange.imports.undo import undo_key, undo_of
from graph.model import Change, ChangeSet
from graph.vocabulary import Label

_NOT_YOURS: Final = bilingual("Some of it is in areas that you have no rights in.")
_NEEDED: Final = bilingual(
    "It cannot be undone: later changes build on what it wrote. Correct it in the register."
)
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
    """The change set that undoes something, the number of ends, and the persons it is about."""

    changes: ChangeSet
    ends: int
    subjects: frozenset[str]


def plan_undo(context: RequestContext, changes: Iterable[Change]) -> UndoPlan:
    """Return what would undo these changes now, if the caller may write all of it.

    Raises: Refusal: `conflict` with the elements that depend on it; `forbidden`.
    """
    snapshot, view = at_one_revision(context)
    try:
        undo = undo_of(
            changes, snapshot, made_by=context.who.account,
            made_at=datetime.now(UTC), on=context.directory.today(),
        )  # fmt: skip
    except StillNeeded as needed:
        dependents = [
            {"id": dependent.id, "by": dependent.by}
            for dependent in needed.dependents
            if may_see(view, dependent.id) and may_see(view, dependent.by)
        ]
        raise Refusal("conflict", _NEEDED, dependents=dependents) from needed
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
        ended_by(snapshot, view, undo.updates, undo.ends),
        context.directory.persons().intersection(about),
    )


def write_undo(context: RequestContext, undo: UndoPlan, change_set: str) -> int:
    """Write an undo under its idempotency key, and return its revision.

    Raises: Refusal: `conflict`; GraphError: as `Directory.apply`.
    """
    try:
        revision = context.directory.apply(replace(undo.changes, idempotency=change_set))
    except Conflict as conflict:
        raise Refusal("conflict", _CHANGED) from conflict
    except Invalid as error:
        raise Refusal("conflict", _RULE, dependents=[]) from error
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
    changes = context.directory.change_set(change_set, made_by=context.who.account)
    if not changes:
        raise NotFound(change_set)
    if danish_minute(changes[0].made_at).date() != danish_now().date():
        raise Refusal("conflict", _ANOTHER_DAY)
    if any(change.what is Label.CONSENT for change in changes):
        raise Refusal("conflict", _CONSENT)
    revision = context.directory.revision_by_key(undo_id)
    if revision is not None:
        return WriteResult(change_set=undo_id, revision=revision, things=())
    undo = plan_undo(context, changes)
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
