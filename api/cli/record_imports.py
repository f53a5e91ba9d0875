"""`kontaktvej import` of files in formats of others: OS2mo, FK-Organisation, Popolo and HSDS."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import typer

from api.cli.console import OUT, _, table_with, write_json
from api.cli.import_effects import effects_json, import_effects, show_effects
from api.cli.import_preview import MORE_ROWS, change_account, fault_json, row_json
from api.cli.imports import apply_preview, batch_id, options_of, readings_of, tell_written
from api.cli.options import NONE_FOUND, NOT_UNDERSTOOD
from api.i18n import N_, bilingual, ngettext
from graph.errors import InvalidNeed
from graph.own_kinds import OwnKinds
from graph.store.location import store_location
from graph.vocabulary import Language

if TYPE_CHECKING:
    from api.identity.store import IdentityStore
    from graph.exchange.imports import Preview, PreviewRow
    from graph.exchange.imports.records import (
        EndMeaning,
        RecordFormat,
        RecordMapping,
        RecordSet,
        SourceFiles,
    )
    from graph.store.store import Store

_ROW_HEADS: Final = (N_("Place"), N_("Post or unit"), N_("Person"), N_("What"))
_QUESTION_HEADS: Final = (N_("Field"), N_("Word"), N_("Count"), N_("Did you mean"))
_UNREAD: Final = 12  # keys that are named; all of them as JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordArguments:
    """The options of the command for a file in a format of others."""

    source: str
    mapping: str | None
    readings: Sequence[str]
    merges: Sequence[str]
    holders: Sequence[str]
    is_complete: bool
    takes_source: bool
    skips_refused: bool
    is_applied: bool
    errors: Path | None
    on: date
    as_json: bool
    lang: Language
    ends: "EndMeaning | None"
    own_kinds: OwnKinds


def format_of(text: str | None) -> "RecordFormat | None":
    """Return a format, as typed. Raises: InvalidNeed: there is no such format."""
    from graph.exchange.imports.records import RecordFormat

    if text is None:
        return None
    for form in RecordFormat:
        if text.casefold() == form.word:
            return form
    raise _no_format()


def _no_format() -> InvalidNeed:
    from graph.exchange.imports.records import RecordFormat

    listed = ", ".join(form.word for form in RecordFormat)
    return InvalidNeed("--format", *bilingual("one of {listed}", listed=listed))


def chosen_format(file: Path, text: str | None) -> "tuple[SourceFiles, RecordFormat] | None":
    """Return the files and the format; None: it is a list, or our own.

    Raises: InvalidNeed: there is no such format or file, or the format must be chosen.
    """
    from graph.exchange.imports import OPERATOR_LIMITS
    from graph.exchange.imports.native import is_native
    from graph.exchange.imports.records import SourceFiles, detect_format, is_json

    if not file.exists():
        raise InvalidNeed("FILE", *bilingual("there is no file {file}", file=file))
    form = format_of(text)
    if form is None and is_native(file):
        return None
    source = SourceFiles.of(file, OPERATOR_LIMITS)
    form = form or detect_format(source)
    if form is None:
        if is_json(source):
            raise _no_format()
        return None
    return source, form


def ends_of(text: str | None) -> "EndMeaning | None":
    """Return what an end is, as typed. Raises: InvalidNeed: it is neither."""
    from graph.exchange.imports.records import EndMeaning

    if text is None:
        return None
    for ends in EndMeaning:
        if text.casefold() == ends.value:
            return ends
    listed = ", ".join(ends.value for ends in EndMeaning)
    raise InvalidNeed("--ends", *bilingual("one of {listed}", listed=listed))


def import_records(
    source: "SourceFiles",
    form: "RecordFormat",
    arguments: RecordArguments,
    installation: "AbstractContextManager[tuple[Store, IdentityStore]]",
) -> None:
    """Preview or write a file in a format of others.

    Raises:
        FileRefused: nothing of the file can be read, with every fault.
        InvalidNeed: an option cannot be understood.
        CommandRefused: it would be written, but records are refused.
    """
    from graph.exchange.imports import (
        OPERATOR_LIMITS,
        FileRefused,
        ImportRegister,
        TableMapping,
        faults_csv,
    )
    from graph.exchange.imports.planned_elements import own_kind_faults
    from graph.exchange.imports.records import preview_records, read_records
    from graph.exchange.imports.saved_mappings import save_mapping

    home, lang = store_location().home, arguments.lang
    mapping = _mapping(home, arguments)
    try:
        records = read_records(
            source, form, arguments.on, ends=arguments.ends, limits=OPERATOR_LIMITS
        )
    except FileRefused as refused:
        if arguments.errors is not None:
            arguments.errors.write_bytes(faults_csv(refused.faults, lang))
        raise
    revision = None
    with installation as (store, accounts):
        snapshot = store.load()
        register = ImportRegister.of(snapshot, arguments.on, arguments.own_kinds)
        options = options_of(
            accounts, arguments.source, arguments.on, arguments.merges, arguments.holders,
            is_complete=arguments.is_complete, takes_source=arguments.takes_source,
        )  # fmt: skip
        content = records.digest + mapping.digest()
        options = replace(options, batch=batch_id(options, content, register.revision))
        preview = preview_records(
            records, mapping, register, options, known_contacts=store,
            history=lambda element_id: store.changes_of(element_id, until=register.revision),
            denied=lambda plan: own_kind_faults(
                plan, register.own_kinds, register.context.nodes.get
            ),
        )  # fmt: skip
        if arguments.errors is not None and not preview.is_clean:
            arguments.errors.write_bytes(faults_csv(preview.all_faults(), lang))
        if arguments.as_json and not arguments.is_applied:
            write_json(
                {
                    **record_preview_json(records, preview),
                    **effects_json(import_effects(snapshot, preview)),
                }
            )
        elif not arguments.as_json:
            show_effects(import_effects(snapshot, preview), preview, lang)
            _show(records, form, preview, arguments)
        if arguments.is_applied:
            revision = apply_preview(
                store, preview, arguments.own_kinds, skips_refused=arguments.skips_refused
            )
            saved = TableMapping(columns=(), values=mapping.values)
            save_mapping(home, arguments.source, saved)
    if arguments.is_applied:
        tell_written(preview, revision, as_json=arguments.as_json, lang=lang)
    if not preview.is_clean and not (arguments.is_applied and arguments.skips_refused):
        raise typer.Exit(NOT_UNDERSTOOD if preview.faults else NONE_FOUND)


def _mapping(home: Path, arguments: RecordArguments) -> "RecordMapping":
    """The saved readings with those of the options."""
    from graph.exchange.imports import TableMapping
    from graph.exchange.imports.records import RecordMapping
    from graph.exchange.imports.saved_mappings import mapping_names, saved_mapping

    if arguments.mapping is not None and arguments.mapping.endswith(".json"):
        path = Path(arguments.mapping)
        if not path.is_file():
            raise InvalidNeed("--mapping", *bilingual("there is no file {file}", file=path))
        saved = TableMapping.from_json(path.read_text("utf-8"))
    else:
        mapping = saved_mapping(home, arguments.mapping or arguments.source)
        if mapping is None and arguments.mapping is not None:
            names = ", ".join(mapping_names(home)) or "–"
            raise InvalidNeed("--mapping", *bilingual("one of {listed}", listed=names))
        saved = mapping or TableMapping(columns=())
    readings = readings_of(arguments.readings, arguments.own_kinds)
    readings_by_word = {
        (reading.field, reading.typed.casefold()): reading for reading in (*saved.values, *readings)
    }
    return RecordMapping.of_saved(readings_by_word.values(), arguments.own_kinds)


# ---- output


def _show(
    records: "RecordSet", form: "RecordFormat", preview: "Preview", arguments: RecordArguments
) -> None:
    """What was read, the words that must be chosen, counts, notes, and rows by state."""
    lang = arguments.lang
    count = ngettext("{count} record", "{count} records", len(records), lang)
    OUT.print(f"{records.file}: {form.label(lang)}, {count}", style="bold")
    for word, kind in preview.readings.items():
        sure = _("{number}%", lang, number=round(kind.score))
        OUT.print(f"  {word} → {kind.label(lang)} ({sure})")
    for note, number in preview.notes.items():
        OUT.print(f"{note.label(lang)} ({number})")
    if records.unread:
        keys = sorted(records.unread, key=lambda key: (-records.unread[key], key))
        more = " …" if len(keys) > _UNREAD else ""
        OUT.print("  " + ", ".join(keys[:_UNREAD]) + more)
    if preview.questions:
        _show_questions(preview, lang)
        return
    counts = preview.counts()
    OUT.print("")
    OUT.print(
        " · ".join(f"{state.label(lang)} {number}" for state, number in counts.items()),
        style="bold",
    )
    for state in counts:
        _show_rows([row for row in preview.rows if row.state is state], preview.paths, arguments)
    if not preview.is_clean:
        OUT.print(_("Refused records can be listed in a file: --errors FILE.", lang))


def _show_questions(preview: "Preview", lang: Language) -> None:
    OUT.print("\n" + _("These words must be read as something, or left out:", lang))
    table = table_with(_(head, lang) for head in _QUESTION_HEADS)
    for question in preview.questions:
        word = question.typed or _("(none)", lang)
        table.add_row(
            question.field.value, word, str(question.count), " · ".join(question.proposals)
        )
    OUT.print(table)
    for fault in preview.faults:
        if fault.rule.value == "REMOVED_KIND":
            OUT.print(f"{fault.place.header}: {fault.reason(lang)}", soft_wrap=True)
    OUT.print(
        _(
            'Choose by --read, e.g. "UNIT:Afdeling=UNIT", "UNIT:Forvaltning=UNIT/MUNICIPAL/SCHOOL" '
            'or "POST:SSP-lærer=SSP_SCHOOL_CONTACT"; with nothing after = the word is left out, '
            'and "POST:*=" leaves out all the others.',
            lang,
        ),
        soft_wrap=True,
    )


def _show_rows(
    rows: Sequence["PreviewRow"], paths: Mapping[int, str], arguments: RecordArguments
) -> None:
    if not rows or rows[0].state.value == "UNCHANGED":
        return
    lang = arguments.lang
    OUT.print(f"\n{rows[0].state.label(lang)}", style="bold")
    table = table_with(_(head, lang) for head in _ROW_HEADS)
    for row in rows[:MORE_ROWS]:
        place = paths.get(row.line or 0, "")
        cells = (place, row.post or "", row.person or "")
        table.add_row(*cells, "\n".join(change_account(row, arguments.own_kinds, lang)))
    OUT.print(table)
    if len(rows) > MORE_ROWS:
        more = len(rows) - MORE_ROWS
        OUT.print(ngettext("and {count} row more", "and {count} rows more", more, lang))


def record_preview_json(records: "RecordSet", preview: "Preview") -> dict[str, Any]:
    """The preview for programs: no contact value is in it, of a record its place."""
    return {
        "file": records.file,
        "format": records.format,
        "batch": preview.options.batch,
        "notes": {note.value: count for note, count in preview.notes.items()},
        "unread": dict(records.unread),
        "questions": [
            {
                "field": question.field.value, "word": question.typed, "count": question.count,
                "path": question.path, "proposals": list(question.proposals),
            }
            for question in preview.questions
        ],
        "faults": [fault_json(fault) for fault in preview.faults],
        "counts": {state.value: count for state, count in preview.counts().items()},
        "rows": [
            {**row_json(row), "path": preview.paths.get(row.line or 0)} for row in preview.rows
        ],
    }  # fmt: skip
