"""Writes a list atomically as one batch, and undoes a batch."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from api.editing.idempotency import IdempotencyKey, idempotency_record
from api.editing.second_approval import MOST_ENDS
from api.errors import Refusal
from api.i18n import bilingual
from api.identity.imports import SavedSource, StoredBatch
from api.imports.answers import batch_of, problem_errors, waiting_of
from api.imports.choices import next_choices
from api.imports.rights import ended_by
from api.imports.undo import plan_undo, write_undo
from api.imports.uploads import (
    OpenedImport,
    find_import,
    is_own,
    is_steward_of,
    may_second,
    open_import,
    saved_choices,
)
from api.schemas import imports as wire
from api.state import RequestContext, record_intent
from graph.errors import (
    Conflict,
    Invalid,
    NotFound,
    OutcomeUnknown,
    PlanOutdated,
    StoreUnavailable,
    TooExpensive,
)
from graph.exchange.imports import ImportFault, ImportRule
from graph.exchange.imports.faults import FilePlace
from graph.exchange.imports.undo import undo_key
from graph.model import ChangeSet, Person, id_of

_CHANGED: Final = bilingual("The register has changed since the preview. Look at it again first.")
_REFUSED: Final = bilingual(
    "Nothing was written: correct the refused rows, or choose to write the list without them."
)
_OWN: Final = bilingual(
    "The list ends more than {most_ends} things. Nothing is written yet: another steward of the "
    "area must look at it and write it within seven days.",
    most_ends=MOST_ENDS,
)
_UNDO_OWN: Final = bilingual(
    "The import is somebody else's, and its undo ends more than {most_ends} things. Another "
    "steward of the area must ask for it too.",
    most_ends=MOST_ENDS,
)
_WRITTEN: Final = bilingual(
    "The list has been written meanwhile, with other choices. See the past imports."
)
_NOTHING: Final = bilingual("The register says all of this already: there is nothing to write.")
_TRIES: Final = 10


def apply_import(
    context: RequestContext, upload_id: str, request: wire.AskedApply, key: IdempotencyKey
) -> wire.ImportBatch:
    """Write a previewed list atomically, once for all who ask for it.

    The key of the write is that of the list as previewed, so that of two concurrent requests one
    writes, and both get the batch.

    Raises:
        NotFound: the caller has no such list.
        Refusal: `preview-changed`; `import-refused` with the refused rows; `second-yes`.
        OutcomeUnknown: sending the same key again settles it.
        GraphError: as `Directory.apply`.
    """
    context.change_set = change_set = id_of("import", upload_id, request.digest)
    record_intent(context)
    with idempotency_record(context, key):
        if (before := _batch_written(context, upload_id, change_set)) is not None:
            return before
        opened_import = find_import(context, upload_id)
        for _attempt in range(_TRIES):
            changes = replace(
                _changes_of(context, opened_import, request),
                made_by=context.who.account,
                made_at=datetime.now(UTC),
                batch=opened_import.preview.options.batch,
                idempotency=change_set,
                planned_on=opened_import.snapshot.revision,
            )
            try:
                return _write(context, opened_import, changes, change_set)
            except PlanOutdated:  # again, if nothing that the caller sees has changed
                opened_import = find_import(context, upload_id)
            except Invalid as error:  # again without the rows whose new elements the store refuses
                where = {fault.where for fault in error.faults}
                taken_ids = opened_import.taken_ids.union(
                    element.id for element in changes.creates if element.id in where
                )
                if taken_ids == opened_import.taken_ids:
                    raise _import_refusal(context, tuple(_by_row(opened_import, where))) from error
                opened_import = open_import(
                    context,
                    opened_import.upload,
                    parsed_file=opened_import.parsed_file,
                    taken_ids=taken_ids,
                )
        raise Refusal("busy")


def _batch_written(
    context: RequestContext, upload_id: str, change_set: str
) -> wire.ImportBatch | None:
    """The batch that an earlier request wrote; None if the list is not written.

    Raises: Refusal: `preview-changed`: it was written as somebody else previewed it.
    """
    stored_batch = context.app_state.accounts.imports.batch(upload_id)
    if stored_batch is None or not is_steward_of(context, stored_batch.area):
        return None
    with outcome_known_later():
        batch = _settle_batch(context, stored_batch)
    if batch is None:
        return None
    if batch.change_set != change_set:
        raise Refusal("preview-changed", _WRITTEN)
    return batch_of(context, batch)


@contextmanager
def outcome_known_later() -> Generator[None]:
    """Report a failure after a write, or while one is looked up, as an unknown outcome.

    Raises: OutcomeUnknown: the graph or the accounts do not answer.
    """
    try:
        yield
    except OutcomeUnknown:
        raise
    except (StoreUnavailable, TooExpensive, SQLAlchemyError) as error:
        raise OutcomeUnknown("the outcome of an import could not be looked up") from error


def _changes_of(
    context: RequestContext, opened_import: OpenedImport, request: wire.AskedApply
) -> ChangeSet:
    """The change set of a preview, if it may be written now.

    Raises: Refusal: as `apply_import`.
    """
    preview = opened_import.preview
    if (preview.digest, preview.revision) != (request.digest, request.revision):
        raise Refusal("preview-changed", _CHANGED)
    if preview.faults or (not preview.is_clean and not request.skips_refused):
        raise _import_refusal(context, preview.all_faults())
    if not (preview.creates or preview.updates or preview.ends):
        raise Refusal("invalid", _NOTHING, errors=[])
    ends = ended_by(opened_import.snapshot, opened_import.view, preview.updates, preview.ends)
    if ends > MOST_ENDS and is_own(context, opened_import.upload):  # it waits for another steward
        if opened_import.upload.first_yes is None:
            context.app_state.accounts.imports.wait(opened_import.upload.id, context.who.account)
        raise Refusal("second-yes", _OWN, waiting=opened_import.upload.id, ends=ends)
    return preview.change_set()


def _import_refusal(context: RequestContext, faults: Sequence[ImportFault]) -> Refusal:
    return Refusal("import-refused", _REFUSED, errors=problem_errors(faults, context.lang))


def _write(
    context: RequestContext, opened_import: OpenedImport, changes: ChangeSet, change_set: str
) -> wire.ImportBatch:
    """Write a change set as the batch of an import.

    Raises: Refusal: `preview-changed`; `import-refused`; Invalid: the store refuses elements.
    """
    imports, upload = context.app_state.accounts.imports, opened_import.upload
    counts = {
        state.value: count for state, count in opened_import.preview.counts().items() if count
    }
    counts |= {
        "created": len(changes.creates), "updated": len(changes.updates), "ended": len(changes.ends)
    }  # fmt: skip
    batch = StoredBatch(
        id=upload.id, batch=opened_import.preview.options.batch, account=context.who.account,
        source=upload.source, area=upload.area, counts=counts, change_set=change_set,
        revision=None, made_at=context.app_state.accounts.clock(),
    )  # fmt: skip
    imports.begin(batch)
    try:
        revision = context.directory.apply(changes)
    except PlanOutdated:
        imports.abandon(batch)
        raise
    except Conflict as conflict:
        imports.abandon(batch)
        raise Refusal("preview-changed", _CHANGED) from conflict
    except NotFound as error:
        imports.abandon(batch)
        raise _import_refusal(context, tuple(_by_row(opened_import, set()))) from error
    except Invalid:
        imports.abandon(batch)
        raise
    context.subjects |= {
        element.id
        for element in (*changes.creates, *changes.updates)
        if isinstance(element, Person)
    }
    context.count = len(changes)
    context.extra_parameters["batch"] = batch.batch
    with outcome_known_later():
        imports.settle(batch, revision)
        choices = next_choices(
            opened_import.choices, opened_import.mapping, saved_choices(context, upload.source)
        )
        sealed = context.app_state.audit.encrypt_text(
            choices.model_dump_json(exclude_defaults=True)
        )
        imports.save(
            SavedSource(
                source=upload.source, area=upload.area, account=context.who.account, choices=sealed
            ),
            upload.id,
        )
        imports.drop(upload.id)
        context.app_state.imports.forget(upload.id)
        return batch_of(context, imports.batch(upload.id) or batch)


def _by_row(opened_import: OpenedImport, where: set[str]) -> Iterator[ImportFault]:
    """Faults that only the store found, at the rows that cause them; no person is named."""
    lines = [
        row.line
        for row in opened_import.preview.rows
        if where & {*row.created, *row.ended, *(difference.id for difference in row.differences)}
    ]
    for line in lines or [None]:
        sheet = None if opened_import.table is None else opened_import.table.sheet
        place = FilePlace(file=opened_import.file, sheet=sheet, line=line)
        yield ImportFault(place=place, rule=ImportRule.TAKEN)


# ---- lists and batches


def imports_of(context: RequestContext) -> wire.Imports:
    """The lists and batches that concern the caller."""
    imports = context.app_state.accounts.imports
    progress = imports.progress()
    return wire.Imports(
        open=tuple(
            waiting_of(context, upload, progress.get(upload.id))
            for upload in imports.uploads()
            if is_own(context, upload) or may_second(context, upload)
        ),
        batches=tuple(
            batch_of(context, batch)
            for stored_batch in imports.batches(partial(is_steward_of, context))
            if (batch := _settle_batch(context, stored_batch, waits=False)) is not None
        ),
        saved=tuple(
            wire.SavedImport(source=saved.source, area=saved.area)
            for saved in imports.saved_sources()
            if is_steward_of(context, saved.area)
        ),
    )


def _settle_batch(
    context: RequestContext, batch: StoredBatch, *, waits: bool = True
) -> StoredBatch | None:
    """Record that a batch was written, if the graph says so; return it, or None.

    `waits`: for a batch that is being written.
    """
    if batch.revision is not None:
        return batch
    revision = context.directory.revision_by_key(batch.change_set, waits=waits)
    if revision is None:
        return None
    context.app_state.accounts.imports.settle(batch, revision)
    context.app_state.accounts.imports.drop(batch.id)
    return replace(batch, revision=revision)


# ---- undo


def preview_undo(context: RequestContext, batch_id: str) -> wire.ImportUndo:
    """What undoing a batch would do; nothing is written.

    Raises:
        NotFound: no such batch in the caller's areas, or it is undone.
        Refusal: `forbidden`.
    """
    batch = _settle_batch(context, _batch_of_caller(context, batch_id))
    if batch is None or batch.undone_at is not None:
        raise NotFound(batch_id)
    undo = plan_undo(context, context.directory.batch(batch.batch))
    context.count = len(undo.changes)
    return wire.ImportUndo(
        id=batch.id, ends=len(undo.changes) - undo.restored, restores=undo.restored,
        kept=undo.kept, kept_count=undo.kept_count,
    )  # fmt: skip


def undo_import(context: RequestContext, batch_id: str, key: IdempotencyKey) -> wire.ImportBatch:
    """Undo a batch, except for what was edited since or is needed by later changes.

    Raises:
        NotFound: no such batch in the caller's areas.
        Refusal: `conflict`; `second-yes`; `forbidden`.
        OutcomeUnknown: sending the same key again settles it.
        GraphError: as `Directory.apply`.
    """
    imports = context.app_state.accounts.imports
    stored_batch = _batch_of_caller(context, batch_id)
    context.change_set = change_set = undo_key(stored_batch.batch)
    record_intent(context)
    with idempotency_record(context, key):
        with outcome_known_later():
            batch = _settle_batch(context, stored_batch)
        if batch is None:
            raise NotFound(batch_id)
        context.extra_parameters["batch"] = batch.batch
        if batch.undone_at is None:
            if context.directory.revision_by_key(change_set) is None:
                _undo(context, batch, change_set)
            with outcome_known_later():
                imports.undone(batch.batch, context.who.account)
        with outcome_known_later():
            return batch_of(context, imports.batch(batch_id) or batch)


def _batch_of_caller(context: RequestContext, batch_id: str) -> StoredBatch:
    """A batch of an area of the caller. Raises: NotFound."""
    batch = context.app_state.accounts.imports.batch(batch_id)
    if batch is None or not is_steward_of(context, batch.area):
        raise NotFound(batch_id)
    return batch


def _undo(context: RequestContext, batch: StoredBatch, change_set: str) -> None:
    undo = plan_undo(context, context.directory.batch(batch.batch))
    if not len(undo.changes):  # all of it is kept, or gone
        return
    # many ends need a second approval, unless the author of the batch undoes it
    accounts, me = context.app_state.accounts, context.who.account
    if undo.ends > MOST_ENDS and not accounts.is_same_person(batch.account, me):
        asked_by = batch.undo_asked_by
        if asked_by is None or accounts.is_same_person(asked_by, me):
            accounts.imports.ask_undo(batch.id, me)
            raise Refusal("second-yes", _UNDO_OWN, waiting=batch.id, ends=undo.ends)
    write_undo(context, undo, change_set)
