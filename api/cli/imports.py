"""`kontaktvej import`: a list as an office keeps it, read, previewed, and written when asked to.

Nothing is written without `--apply`; then the whole list is one change set, which the audit log has
before and after. The same file again changes nothing.
"""

import hashlib
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from filelock import Timeout

from api.audit.entry import AuditKind, Entry
from api.cli.audit import opened_log
from api.cli.console import OUT, CommandRefused, _, language, write_json
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
from api.cli.saved_imports import leave_list
from api.danish_time import danish_now
from api.i18n import bilingual
from graph.access.policy import LOCAL_OPERATOR
from graph.errors import GraphError, InvalidNeed, OutcomeUnknown
from graph.model import Change, Element, Node, Person
from graph.model.base import letters_of, random_id
from graph.model.content_filter import refuse_number
from graph.own_kinds import OwnKinds, own_ids
from graph.store.location import store_location
from graph.vocabulary import Language, Term

if TYPE_CHECKING:
    from api.audit.log import AuditLog
    from api.identity.store import IdentityStore
    from graph.exchange.imports import (
        ImportOptions,
        ImportRegister,
        Preview,
        SourceTable,
        TableMapping,
        ValueReading,
    )
    from graph.exchange.imports.comparison import HolderChoice
    from graph.exchange.imports.native import NativeData
    from graph.store.store import Store


T = TypeVar("T", bound=Term)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportArguments:
    """The options of the command that say how a list is read."""

    sheet: str | None
    encoding: str | None
    mapping: str | None
    picks: Sequence[str]
    constants: Sequence[str]
    readings: Sequence[str]
    own_kinds: OwnKinds


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
        option(_("os2mo, fk-org, popolo or hsds; recognized where it is clear"), "--format"),
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
    from api.cli import record_imports
    from graph.exchange.imports import (
        FileRefused,
        faults_csv,
        require_source,
        rows_to_correct,
    )
    from graph.exchange.imports.saved_mappings import save_mapping

    locale, day = language(lang), date_of("on", on) or danish_now().date()
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
        leave_list(
            file, saved, form=record_imports.format_of(form), sheet=sheet,
            encoding=encoding, ends=record_imports.ends_of(ends), lang=locale,
        )  # fmt: skip
        return
    source = require_source(source or "")
    if (record_source := record_imports.chosen_format(file, form)) is not None:
        record_imports.import_records(
            *record_source,
            record_imports.RecordArguments(
                source=source, mapping=mapping, readings=readings or (), merges=merges or (),
                holders=holders or (), is_complete=is_complete, takes_source=takes_source,
                skips_refused=skips_refused, is_applied=is_applied, errors=errors, on=day,
                as_json=as_json, lang=locale, ends=record_imports.ends_of(ends),
                own_kinds=own_kinds_of(),
            ),
            open_installation(command_settings(), locale),
        )  # fmt: skip
        return
    home = store_location().home
    arguments = ImportArguments(
        sheet=sheet, encoding=encoding, mapping=mapping, picks=picks or (),
        constants=constants or (), readings=readings or (), own_kinds=own_kinds_of(),
    )  # fmt: skip
    try:
        source_data = read_given(file, arguments)
    except FileRefused as refused:
        if errors is not None:
            errors.write_bytes(faults_csv(refused.faults, locale))
        raise
    with open_installation(command_settings(), locale) as (store, accounts):
        options = options_of(
            accounts, source, day, merges or (), holders or (), is_complete=is_complete,
            takes_source=takes_source,
        )  # fmt: skip
        revision = None
        comparison = compare_import(source_data, store, options, arguments, home)
        preview = comparison.preview
        if errors is not None and not preview.is_clean:
            data = faults_csv(preview.all_faults(), locale)
            if comparison.table is not None and not preview.faults:
                data = rows_to_correct(comparison.table, preview.all_faults(), locale)
            errors.write_bytes(data)
        if as_json and not is_applied:
            write_json(preview_json(comparison))
        elif not as_json:
            show_preview(comparison, locale)
        if is_applied:
            revision = apply_preview(
                store, preview, arguments.own_kinds, skips_refused=skips_refused
            )
            if comparison.columns is not None:
                save_mapping(home, source, comparison.columns)
    if is_applied:
        tell_written(preview, revision, as_json=as_json, lang=locale)
    if not preview.is_clean and not (is_applied and skips_refused):
        raise typer.Exit(NOT_UNDERSTOOD if preview.faults else NONE_FOUND)


def options_of(
    accounts: "IdentityStore",
    source: str,
    on: date,
    merges: Iterable[str],
    holders: Iterable[str],
    *,
    is_complete: bool,
    takes_source: bool,
) -> "ImportOptions":
    """The options of an import by the operator; its batch has no id yet."""
    from graph.exchange.imports import ImportOptions

    return ImportOptions(
        source=source,
        batch="",
        on=on,
        made_by=LOCAL_OPERATOR.account,
        made_at=datetime.now(UTC),
        is_complete=is_complete,
        takes_source=takes_source,
        merges=merges_of(merges),
        holders=holders_of(holders),
        withheld=frozenset(accounts.withholdings.withheld()),
    )


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


def read_given(file: Path, arguments: ImportArguments) -> "SourceTable | NativeData":
    """The table of a file, or the elements of a folder or zip of Kontaktvej's own format.

    Raises: FileRefused, InvalidNeed, RefusedContent: it cannot be read.
    """
    from graph.exchange.imports import OPERATOR_LIMITS, read_file, table_of
    from graph.exchange.imports.native import is_native, native_files, read_native

    refuse_number("FILE", file.name)
    if is_native(file):
        files = native_files(file, OPERATOR_LIMITS)
        return read_native(file.name, files, OPERATOR_LIMITS)
    if not file.is_file():
        raise InvalidNeed("FILE", *bilingual("there is no file {file}", file=file))
    with file.open("rb") as stream:
        data = stream.read(OPERATOR_LIMITS.file + 1)
    source_file = read_file(file.name, data, limits=OPERATOR_LIMITS, encoding=arguments.encoding)
    return table_of(source_file, arguments.sheet)


def compare_import(
    source_data: "SourceTable | NativeData",
    store: "Store",
    options: "ImportOptions",
    arguments: ImportArguments,
    home: Path,
) -> ComparedImport:
    """Compare what was read with the register."""
    from graph.exchange.imports import ImportRegister, SourceTable, preview
    from graph.exchange.imports.native_preview import preview_native
    from graph.exchange.imports.planned_elements import own_kind_faults

    snapshot = store.load()

    def history(element_id: str) -> Sequence[Change]:
        return store.changes_of(element_id, until=snapshot.revision)

    if not isinstance(source_data, SourceTable):
        batch = batch_id(options, source_data.digest, snapshot.revision)
        own = replace(options, batch=batch)
        present = {element.id: element for element in snapshot.elements()}
        import_preview = preview_native(
            source_data, present, snapshot.revision, own, known_contacts=store, history=history
        )
        return ComparedImport(name=source_data.name, snapshot=snapshot, preview=import_preview)
    register = ImportRegister.of(snapshot, options.on, arguments.own_kinds)
    columns, origin = chosen_mapping(home, options.source, arguments, source_data, register)
    batch = batch_id(options, source_data.digest + columns.digest(), snapshot.revision)
    import_preview = preview(
        source_data, columns, register, replace(options, batch=batch),
        known_contacts=store, history=history,
        denied=lambda plan: own_kind_faults(
            plan, register.own_kinds, register.context.nodes.get
        ),
    )  # fmt: skip
    return ComparedImport(
        name=source_data.file, snapshot=snapshot, preview=import_preview, table=source_data,
        columns=columns, origin=origin, register=register,
    )  # fmt: skip


def batch_id(options: "ImportOptions", content: str, revision: int) -> str:
    """The id of a batch: its source, day, what was read how, and compared with which revision.

    A list that was undone can so be imported again, under an id of its own.
    """
    option_text = "".join(options.choice_parts())
    digest = hashlib.sha256(f"{content}{option_text}\x1f{revision}".encode()).hexdigest()
    return f"{options.source}:{options.on:%Y%m%d}:{letters_of(digest[:12])}"


def chosen_mapping(
    home: Path,
    source: str,
    arguments: ImportArguments,
    table: "SourceTable",
    register: "ImportRegister",
) -> tuple["TableMapping", str | None]:
    """The mapping with the options' picks, and the name it was saved under; None: guessed.

    Raises: InvalidNeed: an option names no column, field, kind or saved mapping.
    """
    from graph.exchange.imports import TableMapping, for_table, guess
    from graph.exchange.imports.mapping import with_readings
    from graph.exchange.imports.saved_mappings import mapping_names, saved_mapping

    origin: str | None = None
    if arguments.mapping is not None and arguments.mapping.endswith(".json"):
        path = Path(arguments.mapping)
        if not path.is_file():
            raise InvalidNeed("--mapping", *bilingual("there is no file {file}", file=path))
        columns = for_table(TableMapping.from_json(path.read_text("utf-8")), table, register)
        origin = path.name
    else:
        name = arguments.mapping or source
        saved = saved_mapping(home, name)
        if saved is None and arguments.mapping is not None:
            names = ", ".join(mapping_names(home)) or "–"
            raise InvalidNeed("--mapping", *bilingual("one of {listed}", listed=names))
        if saved is None or not saved.columns:  # it has the words of another's format alone
            columns = guess(table, register)
        else:
            columns, origin = for_table(saved, table, register), name
    corrected = columns.with_choices(**_corrections(arguments))
    return with_readings(corrected, table, register), origin


def _corrections(arguments: ImportArguments) -> dict[str, Any]:
    from graph.exchange.imports import DateOrder, TargetField

    fields: dict[str, TargetField | None] = {}
    dates: dict[str, DateOrder] = {}
    for pick in arguments.picks:
        header, equals, text = pick.rpartition("=")
        if not equals:
            raise _not_pair("--set", pick)
        word, _colon, order = text.partition(":")
        fields[header] = _word(TargetField, "--set", word) if word.strip() else None
        if order:
            dates[header] = _word(DateOrder, "--set", order)
    constants: dict[TargetField, str] = {}
    for constant in arguments.constants:
        word, equals, text = constant.partition("=")
        if not equals:
            raise _not_pair("--fixed", constant)
        constants[_word(TargetField, "--fixed", word)] = text.strip()
    return {
        "fields": fields,
        "dates": dates,
        "constants": constants,
        "values": readings_of(arguments.readings, arguments.own_kinds),
    }


def readings_of(texts: Iterable[str], own_kinds: OwnKinds) -> "list[ValueReading]":
    """Return how words are read, as typed: FIELD:WORD=VALUE; nothing after = leaves it out.

    A kind is returned by its identifier. Raises: InvalidNeed: not of the form, or no such field or
    kind.
    """
    from graph.exchange.imports import TargetField, ValueReading
    from graph.exchange.imports.kind_readings import KINDS_OF, find_kind
    from graph.exchange.imports.records.record_mapping import unit_reading

    readings: list[ValueReading] = []
    for reading in texts:
        head, equals, value = reading.rpartition("=")
        word, colon, cell = head.partition(":")
        if not equals or not colon:
            raise _not_pair("--read", reading)
        target, value = _word(TargetField, "--read", word), value.strip()
        kinds = KINDS_OF.get(target)
        if kinds is not None and value:
            value = find_kind(value, (kinds,), own_kinds, name="--read").id
        elif target is TargetField.UNIT:
            unit = unit_reading(value, own_kinds)
            value = "" if unit is None else unit.text()
        readings.append(ValueReading(field=target, typed=cell, value=value))
    return readings


def _not_pair(name: str, text: str) -> InvalidNeed:
    return InvalidNeed(name, *bilingual('"{text}" is not of the form A=B', text=text))


def _word(terms: type[T], name: str, text: str) -> T:
    """A member by its identifier or label. Raises: InvalidNeed: there is none."""
    key = text.strip().casefold()
    for term in terms:
        if key in (term.value.casefold(), term.label_da.casefold(), term.label_en.casefold()):
            return term
    listed = ", ".join(term.value for term in terms)
    raise InvalidNeed(name, *bilingual("one of {listed}", listed=listed))


def merges_of(texts: Iterable[str]) -> dict[int, str]:
    """Return the persons that rows mean, as typed. Raises: InvalidNeed: not of the form."""
    merges: dict[int, str] = {}
    for text in texts:
        line, equals, person = text.partition("=")
        if not equals or not line.strip().isdecimal():
            raise _not_pair("--merge", text)
        merges[int(line)] = person.strip()
    return merges


def holders_of(texts: Iterable[str]) -> "dict[int | None, HolderChoice]":
    """Return what new holders are to those who hold their posts, as typed.

    Raises: InvalidNeed: not of the form.
    """
    from graph.exchange.imports.comparison import HolderChoice

    holders: dict[int | None, HolderChoice] = {}
    for text in texts:
        line, equals, word = text.partition("=")
        if not equals or not (line.strip().isdecimal() or line.strip() == "*"):
            raise _not_pair("--holder", text)
        choice = _word(HolderChoice, "--holder", word)
        holders[None if line.strip() == "*" else int(line)] = choice
    return holders


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
