"""`kontaktvej import`: a list as an office keeps it, read, previewed, and written when asked to.

Nothing is written without `--apply`; then the whole list is one change set, which the audit log has
before and after. The same file again changes nothing.
"""

import secrets
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, cast

import typer

from api.audit.entry import AuditKind, Entry
from api.cli.audit import opened_log
from api.cli.console import OUT, CommandRefused, _, language, table_with, write_json
from api.cli.local_store import command_settings, open_installation
from api.cli.node import FIELD_WORDS
from api.cli.options import NONE_FOUND, NOT_UNDERSTOOD, AsJson, Lang, On, date_of, flag, option
from api.danish_time import danish_now
from api.i18n import N_, bilingual, ngettext
from graph.access.policy import LOCAL_OPERATOR
from graph.errors import GraphError, InvalidNeed
from graph.model import Element, Person
from graph.store.location import store_location
from graph.vocabulary import Label, Language, NetworkKind, PostKind, Term

if TYPE_CHECKING:
    from api.audit.log import AuditLog
    from graph.exchange.imports import (
        ImportFault,
        ImportRegister,
        Preview,
        PreviewRow,
        SourceTable,
        TableMapping,
        ValueReading,
    )
    from graph.store.store import Store

MORE_ROWS: Final = 20  # rows of a state that are shown; all of them as JSON
_EXAMPLES: Final = 5
_HEADS: Final = (N_("Column"), N_("Field"), N_("Sure"), N_("Examples"))
_ROW_HEADS: Final = (N_("Line"), N_("Post"), N_("Person"), N_("What"))
_VERDICTS: Final = {"CHANGED": N_("changed"), "CONFLICT": N_("conflict")}
_LIKENESS: Final = {
    "NAME": N_("same name elsewhere: {id}"),
    "SPELLING": N_("nearly the same name: {id}"),
    "CONTACT": N_("same number or address: {id}"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportArguments:
    """The options of the command that say how a list is read."""

    sheet: str | None
    encoding: str | None
    mapping: str | None
    picks: Sequence[str]
    constants: Sequence[str]
    readings: Sequence[str]


def import_list(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help=_("CSV or Excel; OS2mo, FK-Organisation, Popolo or HSDS as JSON, folder or zip"),
            show_default=False,
        ),
    ],
    source: Annotated[
        str, option(_("Short name of the list, the same each time, e.g. hr-thisted"), "--source")
    ],
    form: Annotated[
        str | None,
        option(_("os2mo, fk-org, popolo or hsds; recognized where it is clear"), "--format"),
    ] = None,
    ends: Annotated[
        str | None,
        option(_("What an end of OS2mo is: last-day (until version 28) or day-after"), "--ends"),
    ] = None,
    mapping: Annotated[
        str | None,
        option(_("A saved mapping of columns, by name or file; else that of the source"),
               "--mapping"),
    ] = None,
    sheet: Annotated[str | None, option(_("Name of the sheet"), "--sheet")] = None,
    encoding: Annotated[
        str | None, option(_("utf-8 or windows-1252; recognized by default"), "--encoding")
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
    is_complete: Annotated[
        bool, flag(_("The list is complete: what it no longer has is ended"), "--complete")
    ] = False,
    takes_source: Annotated[
        bool, flag(_("Where we changed the same, follow the list"), "--take-source")
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
        CommandRefused: it would be written, but rows are refused.
        StoreUnavailable: the store or the log cannot be used.
    """
    from api.cli import record_imports
    from graph.exchange.imports import (
        FileRefused,
        ImportOptions,
        ImportRegister,
        faults_csv,
        preview,
        require_source,
        rows_to_correct,
    )
    from graph.exchange.imports.saved_mappings import save_mapping

    spoken, day = language(lang), date_of("on", on) or danish_now().date()
    require_source(source)
    if (chosen := record_imports.chosen_format(file, form)) is not None:
        record_imports.import_records(
            *chosen,
            record_imports.RecordArguments(
                source=source, mapping=mapping, readings=readings or (), merges=merges or (),
                is_complete=is_complete, takes_source=takes_source, skips_refused=skips_refused,
                is_applied=is_applied, errors=errors, on=day, as_json=as_json, lang=spoken,
                ends=record_imports.ends_of(ends),
            ),
            open_installation(command_settings(), spoken),
        )  # fmt: skip
        return
    home = store_location().home
    arguments = ImportArguments(
        sheet=sheet, encoding=encoding, mapping=mapping, picks=picks or (),
        constants=constants or (), readings=readings or (),
    )  # fmt: skip
    try:
        table = read_table(file, arguments)
    except FileRefused as refused:
        if errors is not None:
            errors.write_bytes(faults_csv(refused.faults, spoken))
        raise
    with open_installation(command_settings(), spoken) as (store, accounts):
        register = ImportRegister.of(store.load(), day)
        columns, origin = chosen_mapping(home, source, arguments, table, register)
        options = ImportOptions(
            source=source,
            batch=batch_id(
                source,
                day,
                f"{table.digest}{columns.digest()}{is_complete}{takes_source}{merges}",
            ),
            on=day,
            made_by=LOCAL_OPERATOR.account,
            made_at=datetime.now(UTC),
            is_complete=is_complete,
            takes_source=takes_source,
            merges=merges_of(merges or ()),
            withheld=frozenset(accounts.withholdings.withheld()),
        )
        found = preview(
            table, columns, register, options, known=store,
            history=lambda thing_id: store.changes_of(thing_id, until=register.revision),
        )  # fmt: skip
        if errors is not None and not found.is_clean:
            errors.write_bytes(rows_to_correct(table, found.refused(), spoken))
        if as_json and not is_applied:
            write_json(preview_json(table, columns, found))
        elif not as_json:
            _show(table, columns, origin, found, register, spoken)
        if is_applied:
            revision = apply_preview(store, found, skips_refused=skips_refused)
            save_mapping(home, source, columns)
    if is_applied:
        count = len(found.creates) + len(found.updates) + len(found.ends)
        if as_json:
            write_json({"batch": options.batch, "revision": revision, "count": count})
        elif count:
            text = _(
                "Written as batch {batch}: {count} nodes and links.", spoken,
                batch=options.batch, count=count,
            )  # fmt: skip
            OUT.print(text, soft_wrap=True)
        else:
            OUT.print(_("Nothing to write: the register says the same.", spoken))
    if not found.is_clean and not (is_applied and skips_refused):
        raise typer.Exit(NOT_UNDERSTOOD if found.faults else NONE_FOUND)


def read_table(file: Path, arguments: ImportArguments) -> "SourceTable":
    """The table of a file. Raises: FileRefused, InvalidNeed: it cannot be read."""
    from graph.exchange.imports import OPERATOR_LIMITS, read_file, table_of

    if not file.is_file():
        raise InvalidNeed("FILE", *bilingual("there is no file {file}", file=file))
    with file.open("rb") as opened:
        data = opened.read(OPERATOR_LIMITS.file + 1)
    read = read_file(file.name, data, limits=OPERATOR_LIMITS, encoding=arguments.encoding)
    return table_of(read, arguments.sheet)


def batch_id(source: str, on: date, content: str) -> str:
    """The id of a batch: its source, day, and what was read how."""
    import hashlib

    return f"{source}:{on:%Y%m%d}:{hashlib.sha256(content.encode()).hexdigest()[:12]}"


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
        columns = guess(table, register) if saved is None else for_table(saved, table, register)
        origin = None if saved is None else name
    corrected = columns.corrected(**_corrections(arguments))
    return with_readings(corrected, table, register), origin


def _corrections(arguments: ImportArguments) -> dict[str, Any]:
    from graph.exchange.imports import DateOrder, TargetField

    chosen: dict[str, TargetField | None] = {}
    dates: dict[str, DateOrder] = {}
    for pick in arguments.picks:
        header, named, text = pick.rpartition("=")
        if not named:
            raise _not_pair("--set", pick)
        word, _colon, order = text.partition(":")
        chosen[header] = _word(TargetField, "--set", word) if word.strip() else None
        if order:
            dates[header] = _word(DateOrder, "--set", order)
    constants: dict[TargetField, str] = {}
    for constant in arguments.constants:
        word, named, text = constant.partition("=")
        if not named:
            raise _not_pair("--fixed", constant)
        constants[_word(TargetField, "--fixed", word)] = text.strip()
    return {
        "fields": chosen,
        "dates": dates,
        "constants": constants,
        "values": readings_of(arguments.readings),
    }


def readings_of(typed: Iterable[str]) -> "list[ValueReading]":
    """Return how words are read, as typed: FIELD:WORD=VALUE; nothing after = leaves it out.

    Raises: InvalidNeed: not of the form, or no such field or kind.
    """
    from graph.exchange.imports import TargetField, ValueReading

    readings: list[ValueReading] = []
    for reading in typed:
        said, named, value = reading.rpartition("=")
        word, colon, said = said.partition(":")
        if not named or not colon:
            raise _not_pair("--read", reading)
        target, value = _word(TargetField, "--read", word), value.strip()
        kinds: Mapping[str, type[Term]] = {"POST": PostKind, "NETWORK": NetworkKind}
        if target.value in kinds and value:
            value = _word(kinds[target.value], "--read", value).value
        readings.append(ValueReading(field=target, typed=said, value=value))
    return readings


def _not_pair(name: str, text: str) -> InvalidNeed:
    return InvalidNeed(name, *bilingual('"{text}" is not of the form A=B', text=text))


def _word(terms: type[Any], name: str, text: str) -> Any:
    """A member by its identifier or label. Raises: InvalidNeed: there is none."""
    key = text.strip().casefold()
    for term in terms:
        if key in (term.value.casefold(), term.label_da.casefold(), term.label_en.casefold()):
            return term
    listed = ", ".join(term.value for term in terms)
    raise InvalidNeed(name, *bilingual("one of {listed}", listed=listed))


def merges_of(typed: Iterable[str]) -> dict[int, str]:
    """Return the persons that rows mean, as typed. Raises: InvalidNeed: not of the form."""
    merges: dict[int, str] = {}
    for text in typed:
        line, named, person = text.partition("=")
        if not named or not line.strip().isdecimal():
            raise _not_pair("--merge", text)
        merges[int(line)] = person.strip()
    return merges


# ---- writing


def apply_preview(store: "Store", found: "Preview", *, skips_refused: bool) -> int:
    """Write the preview as one change set, in the log before and after.

    Raises: CommandRefused: rows are refused; or as `Store.apply`.
    """
    if not found.is_clean and (found.faults or not skips_refused):
        raise CommandRefused(
            *bilingual(
                "Nothing was written: correct the refused rows (--errors FILE writes them), or add "
                "--skip-refused."
            )
        )
    changes = found.change_set()
    things: tuple[Element, ...] = (*changes.creates, *changes.updates)
    subjects = tuple(sorted(thing.id for thing in things if isinstance(thing, Person)))
    with opened_log() as log, _logged(log, found, subjects, len(changes)):
        return store.apply(changes)


@contextmanager
def _logged(
    log: "AuditLog", found: "Preview", subjects: tuple[str, ...], count: int
) -> Generator[None]:
    """Record the write before it is made, and what came of it."""
    roles = sorted(grant.role.value for grant in LOCAL_OPERATOR.grants)
    own: Mapping[str, Any] = {
        "action": "import_list", "request_id": f"cmd-{secrets.token_hex(8)}",
        "caller": LOCAL_OPERATOR.account, "role": "+".join(roles), "via": "host",
        "asked": {"source": found.options.source, "batch": found.options.batch},
        "change_set": found.digest,
    }  # fmt: skip
    log.append(Entry(kind=AuditKind.INTENT, **own))
    try:
        yield
    except GraphError:
        log.append(Entry(kind=AuditKind.NOT_DONE, **own))
        raise
    log.append(Entry(kind=AuditKind.DONE, subjects=subjects, count=count, **own))


# ---- output


def _show(
    table: "SourceTable",
    columns: "TableMapping",
    origin: str | None,
    found: "Preview",
    register: "ImportRegister",
    lang: Language,
) -> None:
    """The mapping with examples, how words are read, notices, counts, and rows by state."""
    place = table.file if table.sheet is None else f"{table.file} · {table.sheet}"
    rows = ngettext("{count} row", "{count} rows", len(table.rows), lang)
    OUT.print(f"{place}: {rows}", style="bold")
    for notice in table.notices:
        OUT.print(notice.label(lang))
    how = _("Columns as guessed:", lang)
    if origin is not None:
        how = _("Columns as saved ({name}):", lang, name=origin)
    OUT.print(f"\n{how}")
    _show_columns(table, columns, lang)
    for constant, value in columns.constants.items():
        OUT.print(f"{constant.label(lang)}: {value}")
    _show_readings(columns, register, lang)
    if found.faults:
        OUT.print("")
        for fault in found.faults:
            OUT.print(fault.text(lang))
        return
    OUT.print("")
    counts = found.counts()
    OUT.print(
        " · ".join(f"{state.label(lang)} {count}" for state, count in counts.items()), style="bold"
    )
    for note, count in found.notes.items():
        OUT.print(f"{note.label(lang)} ({count})")
    for state in counts:
        _show_rows([row for row in found.rows if row.state is state], lang)
    if not found.is_clean:
        OUT.print(_("Refused rows can be written to a file: --errors FILE.", lang))


def _show_columns(table: "SourceTable", columns: "TableMapping", lang: Language) -> None:
    shown = table_with(_(head, lang) for head in _HEADS)
    for at, one in enumerate(columns.columns):
        examples = table.examples(at, _EXAMPLES)
        if not one.header and not examples:
            continue
        meaning = _("not imported", lang)
        if one.field is not None:
            order = "" if one.dates is None else f" ({one.dates.label(lang).lower()})"
            meaning = one.field.label(lang) + order
        sure = f"{one.score} %" if one.field else ""
        shown.add_row(one.header or "–", meaning, sure, " · ".join(examples).replace("\n", " / "))
    OUT.print(shown)


def _show_readings(columns: "TableMapping", register: "ImportRegister", lang: Language) -> None:
    if not columns.values:
        return
    OUT.print(f"\n{_('Words as they are read:', lang)}")
    for one in columns.values:
        value = register.names.get(one.value, one.value)
        for kinds in (PostKind, NetworkKind):
            if one.value in set(kinds):
                value = cast("Term", kinds(one.value)).label(lang)
        OUT.print(f"  {one.typed} → {value} ({one.score} %)")


def _show_rows(rows: Sequence["PreviewRow"], lang: Language) -> None:
    if not rows or rows[0].state.value == "UNCHANGED":
        return
    OUT.print(f"\n{rows[0].state.label(lang)}", style="bold")
    shown = table_with(_(head, lang) for head in _ROW_HEADS)
    for row in rows[:MORE_ROWS]:
        cells = ("" if row.line is None else str(row.line), row.post or "", row.person or "")
        shown.add_row(*cells, "\n".join(change_account(row, lang)))
    OUT.print(shown)
    if len(rows) > MORE_ROWS:
        more = len(rows) - MORE_ROWS
        OUT.print(ngettext("and {count} row more", "and {count} rows more", more, lang))


def change_account(row: "PreviewRow", lang: Language) -> Generator[str]:
    """Yield the faults of a row, the fields in which source and register differ, and likenesses."""
    for fault in row.faults:
        head = f"{fault.place.header}: " if fault.place.header else ""
        yield head + fault.reason(lang)
    for one in row.differences:
        yield _(
            "{field}: the list says {theirs}, we say {ours} ({verdict})", lang,
            field=_field(one.field, lang), theirs=_shown(one.source_says, lang),
            ours=_shown(one.we_say, lang), verdict=_(_VERDICTS[one.verdict.value], lang),
        )  # fmt: skip
    for like in row.duplicates:
        yield _(_LIKENESS[like.likeness.value], lang, id=like.id)


def _field(name: str, lang: Language) -> str:
    """The word for a field of the model."""
    if name == "value":
        return Label.CONTACT_DETAIL.label(lang)
    if name == "verified_on":
        return _("Verified", lang)
    if name == "name":
        return _("Name", lang)
    return _(FIELD_WORDS[name], lang) if name in FIELD_WORDS else name


def _shown(value: object, lang: Language) -> str:
    match value:
        case None:
            return "–"
        case Term():
            return value.label(lang)
        case date():
            return value.isoformat()
        case frozenset():
            members = cast("frozenset[object]", value)
            return ", ".join(sorted(_shown(one, lang) for one in members)) or "–"
        case _:
            return str(value)


def preview_json(
    table: "SourceTable", columns: "TableMapping", found: "Preview"
) -> dict[str, object]:
    """The preview for programs: no contact value is in it, of a row its line and its fields."""
    return {
        "file": table.file,
        "sheet": table.sheet,
        "batch": found.options.batch,
        "notices": [notice.value for notice in table.notices],
        "columns": columns.columns,
        "values": columns.values,
        "faults": [fault_json(fault) for fault in found.faults],
        "counts": {state.value: count for state, count in found.counts().items()},
        "notes": {note.value: count for note, count in found.notes.items()},
        "rows": [row_json(row) for row in found.rows],
    }


def row_json(row: "PreviewRow") -> dict[str, object]:
    """A row of a preview for programs."""
    return {
        **{
            field.name: getattr(row, field.name)
            for field in fields(row)
            if field.name not in ("faults", "differences", "duplicates")
        },
        "differences": [_plain(one) for one in row.differences],
        "duplicates": [_plain(one) for one in row.duplicates],
        "faults": [fault_json(fault) for fault in row.faults],
    }


def _plain(one: Any) -> dict[str, object]:
    return {
        field.name: value.value if isinstance(value, Enum) else value
        for field in fields(one)
        for value in (getattr(one, field.name),)
    }


def fault_json(fault: "ImportFault") -> dict[str, object]:
    """A fault for programs."""
    place = fault.place
    return {
        "sheet": place.sheet, "path": place.path, "line": place.line, "column": place.column,
        "header": place.header,
        "rule": fault.rule.value, "proposals": list(fault.proposals),
    }  # fmt: skip
