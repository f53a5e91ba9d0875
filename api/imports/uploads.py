"""Uploaded files: read, and compared with the data that the caller may see.

A file is stored sealed; its parsed content stays in memory for some minutes at most.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Generator, Hashable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from time import monotonic
from typing import Any, Final, cast

from pydantic import TypeAdapter

from api.errors import Refusal
from api.identity.imports import HOST, StoredUpload
from api.imports.choices import (
    chosen_mapping,
    clear_choices,
    holders_of,
    merges_of,
    stored_mapping,
)
from api.imports.effects import ImportEffects, effects_of
from api.imports.rights import Judge, compares, denied_in
from api.schemas.imports import AskedMapping
from api.state import RequestContext
from graph.access.policy import Role
from graph.access.view import View
from graph.errors import NotFound
from graph.exchange.imports import (
    FileRefused,
    ImportOptions,
    ImportRegister,
    ImportRule,
    Preview,
    SourceTable,
    TableMapping,
    require_source,
)
from graph.exchange.imports.native import NativeData
from graph.exchange.imports.planned_elements import PlannedChanges
from graph.exchange.imports.records import EndMeaning, RecordMapping
from graph.exchange.imports.sent_file import (
    ImportFormat,
    SentFile,
    format_read,
    preview_sent,
    read_sent,
)
from graph.model.content_filter import refuse_number
from graph.progress import Progress, progress_to
from graph.snapshot.snapshot import Snapshot
from graph.vocabulary import Rule

_QUICK_S: Final = 0.5
"""The progress of a preview that is made within this time is not kept."""
_EVERY_S: Final = 1.0
MOST_BYTES: Final = 10 * 1024 * 1024
_TRIES: Final = 5
_TABLES: Final = TypeAdapter(SourceTable)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingChoice:
    """How a file is to be read: format, a list's sheet and encoding, the meaning of OS2mo's ends.

    None: determined from the content.
    """

    form: ImportFormat | None = None
    sheet: str | None = None
    ends: EndMeaning | None = None
    encoding: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedImport:
    """A file with its mapping and its preview, for one caller at one revision.

    `mapping` is that of a list or of words; an element of Kontaktvej's own format needs none. `key`
    is the cache key: all values that the preview depends on. `file` is the name of the file, or of
    its source if the file is somebody else's. `taken_ids` are ids of new elements that the store
    has refused; their rows are refused.
    """

    key: tuple[Hashable, ...]
    upload: StoredUpload
    choices: AskedMapping
    file: str
    parsed_file: SentFile
    mapping: TableMapping | RecordMapping | None
    register: ImportRegister
    snapshot: Snapshot
    view: View
    preview: Preview
    taken_ids: frozenset[str] = frozenset()

    @property
    def table(self) -> SourceTable | None:
        """The table, if the file is a list."""
        return self.parsed_file if isinstance(self.parsed_file, SourceTable) else None


def receive(
    context: RequestContext,
    data: bytes,
    *,
    name: str,
    source: str,
    area: str,
    reading: ReadingChoice,
) -> OpenedImport:
    """Read a file, and store it for some hours.

    Raises:
        NotFound: the caller is no steward of the area.
        Refusal: `import-refused`, with every fault; `too-large`.
        InvalidNeed: the name of the source cannot be used.
        RefusedContent: the name of the file, sheet or source contains a CPR number.
    """
    for field, text in (("file", name), ("sheet", reading.sheet or ""), ("source", source)):
        refuse_number(field, text)
    if len(data) > MOST_BYTES:
        raise Refusal("too-large", limit=MOST_BYTES)
    if not is_steward_of(context, area):
        raise NotFound(area)
    full = require_source(f"{area}.{source}".lower())
    parsed_file = _read(context, name, data, context.directory.today(), reading)
    content = stored_file(name, data, parsed_file, reading.ends)
    imports = context.app_state.accounts.imports
    saved = imports.saved_source(full)
    audit = context.app_state.audit
    sealed_content, sealed_choices = audit.encrypt_text(content), None
    if saved is not None:  # its readings are kept; how to import the list is chosen anew
        choices = clear_choices(audit, saved.choices).model_copy(
            update={"is_complete": False, "takes_source": False}
        )
        sealed_choices = audit.encrypt_text(choices.model_dump_json(exclude_defaults=True))
    upload = imports.keep(
        context.who.account, source=full, area=area, content=sealed_content, choices=sealed_choices
    )
    return open_import(context, upload, parsed_file=parsed_file)


def stored_file(name: str, data: bytes, parsed_file: SentFile, ends: EndMeaning | None) -> str:
    """Return the stored form of a file, as JSON: its bytes, and how it was read.

    Of a list the table is stored, without the cells whose content is never stored.
    """
    if isinstance(parsed_file, SourceTable):
        return json.dumps({"name": name, "table": _TABLES.dump_python(parsed_file, mode="json")})
    return json.dumps(
        {
            "name": name, "data": b64encode(data).decode(),
            "format": format_read(parsed_file).value,
            "ends": None if ends is None else ends.value,
        }
    )  # fmt: skip


def open_import(
    context: RequestContext,
    upload: StoredUpload,
    *,
    parsed_file: SentFile | None = None,
    taken_ids: frozenset[str] = frozenset(),
) -> OpenedImport:
    """Read a stored file, and compare it with the data that the caller sees now.

    `parsed_file` is given if the file has just been read. `taken_ids` are ids that the store has
    refused.

    Raises: Refusal: the file cannot be read; `busy`.
    """
    snapshot, view = at_one_revision(context)
    withheld = context.directory.withheld()
    own_kinds = context.directory.own_kinds
    saved = context.app_state.accounts.imports.saved_source(upload.source)
    key = (
        upload.id, upload.account, upload.choices, saved and saved.choices, context.who.caller,
        snapshot.revision, view.on, withheld, own_kinds.version,
    )  # fmt: skip
    cached = context.app_state.imports.get(key)
    if (
        isinstance(cached, OpenedImport)
        and cached.snapshot is snapshot
        and taken_ids <= cached.taken_ids
    ):
        return replace(cached, upload=upload)
    content, choices = _content(context, upload)
    name = content["name"] if is_own(context, upload) else upload.source
    if parsed_file is None and "table" in content:
        parsed_file = replace(_TABLES.validate_python(content["table"]), file=name)
    elif parsed_file is None:
        reading = ReadingChoice(
            form=ImportFormat(content["format"]),
            ends=None if content["ends"] is None else EndMeaning(content["ends"]),
        )
        parsed_file = _read(context, name, b64decode(content["data"]), view.on, reading)
    if isinstance(parsed_file, NativeData):  # which has nodes of all labels
        register = ImportRegister.of_view(
            snapshot, view, upload.source, skips=frozenset(), own_kinds=own_kinds
        )
    else:
        register = ImportRegister.of_view(snapshot, view, upload.source, own_kinds=own_kinds)
    mapping = stored_mapping(
        parsed_file, register, choices, upload.area, saved_choices(context, upload.source)
    )
    options = ImportOptions(
        source=upload.source,
        batch=f"{upload.source}:{view.on:%Y%m%d}:{upload.id}",
        on=view.on,
        made_by=context.who.account,
        made_at=datetime.now(UTC),
        is_complete=choices.is_complete,
        takes_source=choices.takes_source,
        merges=merges_of(choices, register),
        holders=holders_of(choices),
        withheld=withheld,
        area=upload.area,
    )
    directory, judge = context.directory, Judge(context, snapshot, view)

    def denials(plan: PlannedChanges) -> Mapping[str, ImportRule | Rule]:
        new_but_taken = taken_ids.intersection(plan.creates)
        return {**denied_in(judge, plan), **dict.fromkeys(new_but_taken, ImportRule.TAKEN)}

    try:
        with _progress_kept(context, upload):
            preview = preview_sent(
                parsed_file, mapping, register, options,
                known_contacts=directory.details_with,
                history=lambda element_id: directory.changes_of(element_id, until=view.revision),
                compares=partial(compares, view),
                denied=denials,
            )  # fmt: skip
    except FileRefused as refused:
        raise list_refusal(context, refused) from refused
    opened_import = OpenedImport(
        key=key, upload=upload, choices=choices, file=name, parsed_file=parsed_file,
        mapping=mapping, register=register, snapshot=snapshot, view=view, preview=preview,
        taken_ids=taken_ids,
    )  # fmt: skip
    if taken_ids:
        context.app_state.imports.forget(upload.id)  # also the paths of the earlier preview
    context.app_state.imports.put(key, opened_import)
    return opened_import


def import_effects(context: RequestContext, opened_import: OpenedImport) -> ImportEffects | None:
    """Return who would answer and which paths change, computed once; None if nothing is written."""
    key = (*opened_import.key, "effects")
    cached = context.app_state.imports.get(key)
    if cached is not None:
        return cast("tuple[ImportEffects | None]", cached)[0]
    with _progress_kept(context, opened_import.upload):
        effects = effects_of(
            opened_import.snapshot, opened_import.view, opened_import.preview,
            context.directory.policy,
        )  # fmt: skip
    context.app_state.imports.put(key, (effects,))
    return effects


@contextmanager
def _progress_kept(context: RequestContext, upload: StoredUpload) -> Generator[None]:
    """Keep how far a computation is, where every process sees it, about once a second.

    Raises: NotFound: the list was discarded meanwhile.
    """
    imports, next_at = context.app_state.accounts.imports, monotonic() + _QUICK_S
    is_kept = False

    def keep(progress: Progress) -> None:
        nonlocal next_at, is_kept
        if monotonic() >= next_at:
            if not imports.note_progress(upload.id, progress):
                raise NotFound(upload.id)
            next_at, is_kept = monotonic() + _EVERY_S, True

    try:
        with progress_to(keep):
            yield
    finally:
        if is_kept:
            imports.note_progress(upload.id, None)


def discard(context: RequestContext, upload_id: str) -> None:
    """Delete a list of the caller that is not written; its preview, if it is being made, stops.

    Raises: NotFound: there is none.
    """
    imports = context.app_state.accounts.imports
    upload = imports.find(upload_id)
    if upload is None or not is_own(context, upload):
        raise NotFound(upload_id)
    imports.drop(upload_id)
    context.app_state.imports.forget(upload_id)


def _read(
    context: RequestContext, name: str, data: bytes, on: date, reading: ReadingChoice
) -> SentFile:
    """A file as it was read. Raises: Refusal: `import-refused`, with every fault."""
    try:
        return read_sent(
            name, data, on, form=reading.form, sheet=reading.sheet, ends=reading.ends,
            encoding=reading.encoding,
        )  # fmt: skip
    except FileRefused as refused:
        raise list_refusal(context, refused) from refused


def find_import(context: RequestContext, upload_id: str) -> OpenedImport:
    """Return a list of the caller, or one that awaits their approval and that they may write whole.

    Raises: NotFound: there is none.
    """
    upload = context.app_state.accounts.imports.find(upload_id)
    if upload is None:
        raise NotFound(upload_id)
    if is_own(context, upload):
        return open_import(context, upload)
    if not may_second(context, upload):
        raise NotFound(upload_id)
    opened_import = open_import(context, upload)
    if isinstance(opened_import.parsed_file, NativeData):
        # the first steward may see an element that the caller does not, and have planned otherwise
        snapshot, rule_context = opened_import.snapshot, opened_import.register.context
        if any(
            (entry.element.id in snapshot.row_of or entry.element.id in snapshot.link_row_of)
            and entry.element.id not in rule_context.nodes
            and entry.element.id not in rule_context.links
            for entry in opened_import.parsed_file.elements
        ):
            raise NotFound(upload_id)
    theirs = {ImportRule.NOT_YOURS, ImportRule.HOME_ELSEWHERE}
    if any(fault.rule in theirs for fault in opened_import.preview.all_faults()):
        raise NotFound(upload_id)
    return opened_import


def may_second(context: RequestContext, upload: StoredUpload) -> bool:
    """Return whether a list waits for a second approval that the caller may give."""
    accounts = context.app_state.accounts
    return (
        upload.first_yes is not None
        and is_steward_of(context, upload.area)
        and not accounts.is_same_person(upload.account, context.who.account)
    )


def is_own(context: RequestContext, upload: StoredUpload) -> bool:
    """Return whether the caller may correct a list: their own, or one uploaded on the host."""
    return upload.account in (context.who.account, HOST) and is_steward_of(context, upload.area)


def is_steward_of(context: RequestContext, area: str) -> bool:
    """Return whether the caller is a steward of a whole area today."""
    view = context.view()
    row = view.find(area)
    return row is not None and any(
        granted.grant.role is Role.STEWARD and bool(granted.near[row]) for granted in view.grants
    )


def choose(
    context: RequestContext, opened_import: OpenedImport, choices: AskedMapping
) -> OpenedImport:
    """Store the meaning of the columns and words of the caller's own file.

    Raises: InvalidNeed: there is no such column, field or kind; NotFound: a merged person.
    """
    upload = opened_import.upload
    chosen_mapping(
        opened_import.parsed_file, opened_import.register, choices, upload.area,
        saved_choices(context, upload.source),
    )  # fmt: skip
    merges_of(choices, opened_import.register)
    holders_of(choices)
    sealed = context.app_state.audit.encrypt_text(choices.model_dump_json(exclude_defaults=True))
    context.app_state.accounts.imports.choose(opened_import.upload.id, sealed, context.who.account)
    upload = context.app_state.accounts.imports.find(opened_import.upload.id)
    if upload is None:
        raise NotFound(opened_import.upload.id)
    return open_import(context, upload)


def saved_choices(context: RequestContext, source: str) -> AskedMapping | None:
    """Return what the columns of a source's last list meant; None if there was none."""
    saved = context.app_state.accounts.imports.saved_source(source)
    return None if saved is None else clear_choices(context.app_state.audit, saved.choices)


def list_refusal(context: RequestContext, refused: FileRefused) -> Refusal:
    """The problem for a list that cannot be read, with every fault but no content."""
    from api.imports.answers import problem_errors

    return Refusal(
        "import-refused",
        (refused.faults[0].text("da"), refused.faults[0].text("en")),
        errors=problem_errors(refused.faults, context.lang),
    )


def at_one_revision(context: RequestContext) -> tuple[Snapshot, View]:
    """The Snapshot and its View. Raises: Refusal: `busy`: the Snapshot keeps changing."""
    for _ in range(_TRIES):
        snapshot, view = context.directory.snapshot(), context.view()
        if view.nodes is snapshot.nodes:
            return snapshot, view
    raise Refusal("busy")


def _content(context: RequestContext, upload: StoredUpload) -> tuple[dict[str, Any], AskedMapping]:
    """The stored file and choices, decrypted. Raises: NotFound: the key no longer exists."""
    audit = context.app_state.audit
    content = audit.decrypt_parameters({"content": upload.content})["content"]
    if content == upload.content:
        raise NotFound(upload.id)
    sealed = upload.choices
    choices = AskedMapping() if sealed is None else clear_choices(audit, sealed)
    return json.loads(content), choices
