"""`kontaktvej import`: a file of any format, read, previewed, and written when asked to.

Nothing is written without `--apply`; then the whole file is one change set, which the audit log has
before and after. The same file again changes nothing.
"""

import hashlib
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from filelock import Timeout

from api.audit.entry import AuditKind, Entry
from api.cli.audit import opened_log
from api.cli.console import OUT, CommandRefused, _, language, show_progress, write_json
from api.cli.import_choices import (
    ImportArguments,
    chosen_mapping,
    ends_of,
    format_of,
    holders_of,
    merges_of,
    unknown_format,
)
from api.cli.import_preview import ComparedImport, preview_json, show_preview
from api.cli.local_store import command_settings, open_installation
from api.cli.options import (
    NONE_FOUND,
    NOT_UNDERSTOOD,
    AsJson,
    Lang,
    On,
    date_of,
    flag,
    option,
    own_kinds_of,
)
from api.cli.saved_imports import leave_file
from api.danish_time import danish_now
from api.i18n import bilingual
from graph.access.policy import LOCAL_OPERATOR
from graph.errors import GraphError, InvalidNeed, OutcomeUnknown
from graph.model import Element, Node, Person
from graph.model.base import letters_of, random_id
from graph.model.content_filter import refuse_number
from graph.own_kinds import OwnKinds, own_ids
from graph.store.location import store_location
from graph.vocabulary import Language

if TYPE_CHECKING:
    from api.audit.log import AuditLog
    from graph.exchange.imports import ImportOptions, Preview
    from graph.exchange.imports.sent_file import SentFile
    from graph.store.store import Store


def import_list(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help=_(
                "CSV or Excel; OS2mo, FK-Organisation, Popolo, HSDS or Kontaktvej's own format"
            ),
            show_default=False,
        ),
    ],
    source: Annotated[
        str | None,
        option(_("Short name of the list, the same each time, e.g. hr-thisted"), "--source"),
    ] = None,
    saved: Annotated[
        str | None,
        option(_("A source imported on the screen before, e.g. mun-0787.hr: what differs waits "
                 "there for a steward, and nothing is written"), "--saved"),
    ] = None,
    form: Annotated[
        str | None,
        option(
            _("list, native, os2mo, fk-org, popolo or hsds; recognized where it is clear"),
            "--format",
        ),
    ] = None,
    ends: Annotated[
        str | None,
        option(_("The end of an OS2mo period: last-day (until version 28) or day-after"), "--ends"),
    ] = None,
    mapping: Annotated[
        str | None,
        option(_("A saved mapping of columns, by name or file; else that of the source"),
               "--mapping"),
    ] = None,
    sheet: Annotated[str | None, option(_("Name of the sheet"), "--sheet")] = None,
    encoding: Annotated[
        str | None,
        option(_("utf-8, windows-1252, cp850 or mac-roman; recognized where it is clear"),
               "--encoding"),
    ] = None,
    picks: Annotated[
        list[str] | None,
        option(_('What a column means: COLUMN=FIELD, "COLUMN=VALID_FROM:dmy", COLUMN= for none'),
               "--set"),
    ] = None,
    constants: Annotated[
        list[str] | None,
        option(_('The same value for all rows, e.g. "AUTHORITY=Thisted Kommune"'), "--fixed"),
    ] = None,
    readings: Annotated[
        list[str] | None,
        option(_('How a word is read, e.g. "POST:SSP-lærer=SSP_SCHOOL_CONTACT"'), "--read"),
    ] = None,
    merges: Annotated[
        list[str] | None,
        option(_("A row that means a known person: LINE=ID"), "--merge"),
    ] = None,
    holders: Annotated[
        list[str] | None,
        option(_("A new holder of a held post: LINE=replaces, beside or skip; *= for all others"),
               "--holder"),
    ] = None,
    is_complete: Annotated[
        bool, flag(_("The list is complete: end what it no longer has"), "--complete")
    ] = False,
    takes_source: Annotated[
        bool, flag(_("Follow the list where it conflicts with our own change"), "--take-source")
    ] = False,
    skips_refused: Annotated[
        bool, flag(_("Write the other rows although some are refused"), "--skip-refused")
    ] = False,
    is_applied: Annotated[
        bool, flag(_("Write it; without this, only a preview"), "--apply")
    ] = False,
    errors: Annotated[
        Path | None, option(_("Write the refused rows to this CSV file"), "--errors")
    ] = None,
    on: On = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:  # fmt: skip
    """Preview or write a list of posts and people as an office keeps it.

    Raises:
        FileRefused: nothing of the file can be read, with every fault.
        InvalidNeed: an option cannot be understood.
        InvalidVocabulary: the file of own kinds cannot be used.
        CommandRefused: it would be written, but rows are refused, or the own kinds have changed.
        StoreUnavailable: the store or the log cannot be used.
    """
    from graph.exchange.imports import (
        FileRefused,
        ImportOptions,
        SourceTable,
        TableMapping,
        faults_csv,
        require_source,
        rows_to_correct,
    )
    from graph.exchange.imports.saved_mappings import save_mapping

    locale, day = language(lang), date_of("on", on) or danish_now().date()
    arguments = ImportArguments(
        form=format_of(form), ends=ends_of(ends), sheet=sheet, encoding=encoding, mapping=mapping,
        picks=picks or (), constants=constants or (), readings=readings or (),
        own_kinds=own_kinds_of(),
    )  # fmt: skip
    if saved is not None:
        not_for_saved = {
            "--source": source, "--mapping": mapping, "--set": picks,
            "--fixed": constants, "--read": readings, "--merge": merges, "--holder": holders,
            "--complete": is_complete, "--take-source": takes_source,
            "--skip-refused": skips_refused, "--apply": is_applied, "--errors": errors,
            "--on": on, "--json": as_json,
        }  # fmt: skip
        if names := [name for name, value in not_for_saved.items() if value]:
            listed = ", ".join(names)
            raise InvalidNeed("--saved", *bilingual("not together with {listed}", listed=listed))
        leave_file(
            file, saved, form=arguments.form, sheet=sheet, encoding=encoding,
            ends=arguments.ends, lang=locale,
        )  # fmt: skip
        return
    source = require_source(source or "")
    try:
        with show_progress(locale):
            parsed_file = _read(file, day, arguments)
    except FileRefused as refused:
        if errors is not None:
            errors.write_bytes(faults_csv(refused.faults, locale))
        raise
    home, revision = store_location().home, None
    with open_installation(command_settings(), locale) as (store, accounts):
        options = ImportOptions(
            source=source, batch="", on=day, made_by=LOCAL_OPERATOR.account,
            made_at=datetime.now(UTC), is_complete=is_complete, takes_source=takes_source,
            merges=merges_of(merges or ()), holders=holders_of(holders or ()),
            withheld=frozenset(accounts.withholdings.withheld()),
        )  # fmt: skip
        with show_progress(locale):
            comparison = compare_import(parsed_file, store, options, arguments, home)
        preview, columns = comparison.preview, comparison.mapping
        if errors is not None and not preview.is_clean:
            data = faults_csv(preview.all_faults(), locale)
            if isinstance(parsed_file, SourceTable) and not preview.faults:
                data = rows_to_correct(parsed_file, preview.all_faults(), locale)
            errors.write_bytes(data)
        if as_json and not is_applied:
            with show_progress(locale):
                found = preview_json(comparison)
            write_json(found)
        elif not as_json:
            show_preview(comparison, locale)
        if is_applied:
            revision = apply_preview(
                store, preview, arguments.own_kinds, skips_refused=skips_refused
            )
            if columns is not None:
                words = TableMapping(columns=(), values=columns.values)
                columns = columns if isinstance(columns, TableMapping) else words
                save_mapping(home, source, columns, preview.options.batch)
    if is_applied:
        tell_written(preview, revision, as_json=as_json, lang=locale)
    if not preview.is_clean and not (is_applied and skips_refused):
        raise typer.Exit(NOT_UNDERSTOOD if preview.faults else NONE_FOUND)


def tell_written(
    preview: "Preview", revision: int | None, *, as_json: bool, lang: Language
) -> None:
    """Print the batch that was written, and of how many elements."""
    count, batch = len(preview.change_set()), preview.options.batch
    if as_json:
        write_json({"batch": batch, "revision": revision, "count": count})
    elif count:
        text = _(
            "Written as batch {batch}: {count} nodes and links.", lang, batch=batch, count=count
        )
        OUT.print(text, soft_wrap=True)
    else:
        OUT.print(_("Nothing to write: the register says the same.", lang))


def _read(file: Path, on: date, arguments: ImportArguments) -> "SentFile":
    """A file or folder as it was read.

    Raises: FileRefused, InvalidNeed, RefusedContent: it cannot be read.
    """
    from graph.exchange.imports import OPERATOR_LIMITS, FileRefused, ImportRule
    from graph.exchange.imports.sent_file import read_path

    refuse_number("FILE", file.name)
    if not file.exists():
        raise InvalidNeed("FILE", *bilingual("there is no file {file}", file=file))
    try:
        return read_path(
            file, on, limits=OPERATOR_LIMITS, form=arguments.form, sheet=arguments.sheet,
            ends=arguments.ends, encoding=arguments.encoding,
        )  # fmt: skip
    except FileRefused as refused:
        if refused.faults[0].rule is ImportRule.UNCLEAR_JSON:
            raise unknown_format() from None
        raise


def compare_import(
    parsed_file: "SentFile",
    store: "Store",
    options: "ImportOptions",
    arguments: ImportArguments,
    home: Path,
) -> ComparedImport:
    """Compare what was read with the register."""
    from graph.exchange.imports import ImportRegister
    from graph.exchange.imports.planned_elements import own_kind_faults
    from graph.exchange.imports.sent_file import preview_sent

    snapshot = store.load()
    register = ImportRegister.of(snapshot, options.on, arguments.own_kinds)
    mapping, origin = chosen_mapping(home, options.source, arguments, parsed_file, register)
    content = parsed_file.digest + ("" if mapping is None else mapping.digest())
    elements = {element.id: element for element in snapshot.elements()}
    preview = preview_sent(
        parsed_file, mapping, register,
        replace(options, batch=batch_id(options, content, snapshot.revision)),
        known_contacts=store.details_with,
        history=lambda element_id: store.changes_of(element_id, until=snapshot.revision),
        denied=lambda plan: own_kind_faults(plan, register.own_kinds, elements.get),
        all_elements=elements,
    )  # fmt: skip
    return ComparedImport(
        parsed_file=parsed_file, mapping=mapping, origin=origin, register=register,
        snapshot=snapshot, preview=preview,
    )  # fmt: skip


def batch_id(options: "ImportOptions", content: str, revision: int) -> str:
    """The id of a batch: its source, day, what was read how, and compared with which revision.

    A list that was undone can so be imported again, under an id of its own.
    """
    option_text = "".join(options.choice_parts())
    digest = hashlib.sha256(f"{content}{option_text}\x1f{revision}".encode()).hexdigest()
    return f"{options.source}:{options.on:%Y%m%d}:{letters_of(digest[:12])}"


# ---- writing


def apply_preview(
    store: "Store", preview: "Preview", own_kinds: OwnKinds, *, skips_refused: bool
) -> int:
    """Write the preview as one change set, in the log before and after.

    The file of own kinds is locked meanwhile if a node is of one. Raises: CommandRefused: rows are
    refused, or the own kinds are not those of the preview; or as `Store.apply`.
    """
    if not preview.is_clean and (preview.faults or not skips_refused):
        raise CommandRefused(
            *bilingual(
                "Nothing was written: correct the refused rows (--errors FILE writes them), or add "
                "--skip-refused."
            )
        )
    changes = replace(preview.change_set(), planned_on=preview.revision)
    if not len(changes):
        return preview.revision
    elements: tuple[Element, ...] = (*changes.creates, *changes.updates)
    subjects = tuple(sorted(element.id for element in elements if isinstance(element, Person)))
    parameters = {"source": preview.options.source, "batch": preview.options.batch}
    has_own = any(isinstance(element, Node) and any(own_ids(element)) for element in elements)
    with (
        unchanged_own_kinds(own_kinds) if has_own else nullcontext(),
        opened_log() as log,
        audit_record(log, "import_list", parameters, preview.digest, subjects, len(changes)),
    ):
        return store.apply(changes)


@contextmanager
def unchanged_own_kinds(own_kinds: OwnKinds) -> Generator[None]:
    """Keep the file of own kinds from being changed.

    Raises: CommandRefused: it has other own kinds by now, or somebody is changing it.
    """
    changed = CommandRefused(
        *bilingual("Nothing was written: the own kinds are being changed. Give the command again.")
    )
    with ExitStack() as until_done:
        try:
            until_done.enter_context(command_settings().own_kinds().hold())
        except Timeout:
            raise changed from None
        if own_kinds_of().version != own_kinds.version:
            raise changed
        yield


@contextmanager
def audit_record(
    log: "AuditLog",
    action: str,
    parameters: Mapping[str, str],
    change_set: str,
    subjects: tuple[str, ...],
    count: int,
) -> Generator[None]:
    """Record the write before it is made, and what came of it, unless that is not known."""
    roles = sorted(grant.role.value for grant in LOCAL_OPERATOR.grants)
    own: Mapping[str, Any] = {
        "action": action, "request_id": random_id("cmd"),
        "caller": LOCAL_OPERATOR.account, "role": "+".join(roles), "via": "host",
        "asked": parameters, "change_set": change_set,
    }  # fmt: skip
    log.append(Entry(kind=AuditKind.INTENT, **own))
    try:
        yield
    except OutcomeUnknown:  # the intent alone, since it may have been done
        raise
    except GraphError:
        log.append(Entry(kind=AuditKind.NOT_DONE, **own))
        raise
    log.append(Entry(kind=AuditKind.DONE, subjects=subjects, count=count, **own))
