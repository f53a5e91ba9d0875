"""Terminal output of `kontaktvej import`: columns, words, rows by state, faults."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, cast

from api.cli.console import OUT, _, show_progress, table_with
from api.cli.import_effects import effects_json, import_effects, show_effects
from api.cli.node import FIELD_WORDS
from api.i18n import N_, ngettext
from api.text.format import format_date, format_hours
from graph.own_kinds import OwnKind, OwnKinds
from graph.vocabulary import Label, Language, Term

if TYPE_CHECKING:
    from graph.exchange.imports import (
        ImportFault,
        ImportRegister,
        Preview,
        PreviewRow,
        SourceTable,
        TableMapping,
    )
    from graph.exchange.imports.records import RecordMapping
    from graph.exchange.imports.sent_file import SentFile
    from graph.snapshot.snapshot import Snapshot

_MORE_ROWS: Final = 20  # rows of a state that are shown; all of them as JSON
_EXAMPLES: Final = 5
_HEADS: Final = (N_("Column"), N_("Field"), N_("Sure"), N_("Examples"))
_ROW_HEADS: Final = (N_("Place"), N_("Post or unit"), N_("Person"), N_("What"))
_QUESTION_HEADS: Final = (N_("Field"), N_("Word"), N_("Count"), N_("Did you mean"))
_UNREAD: Final = 12  # keys that are named; all of them as JSON
_VERDICTS: Final = {"CHANGED": N_("changed"), "CONFLICT": N_("conflict")}
_FIELD_WORDS: Final = {
    "name": N_("Name"), "valid_to": N_("Last day"), "verified_on": N_("Checked"),
    "verified_by": N_("Checked by"), "order": N_("Place in the order"), "channel": N_("Channel"),
    "external_id": N_("Id in the source"),
}  # fmt: skip
"""The fields of elements that a card has no word for, or another one."""
_LIKENESS: Final = {
    "NAME": N_("same name elsewhere: {id}"),
    "SPELLING": N_("nearly the same name: {id}"),
    "CONTACT": N_("same number or address: {id}"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedImport:
    """A preview with what it was made of: a file and its mapping, if the format needs one.

    `snapshot` is the register it was compared with. `origin` is the name under which the mapping
    was saved; None: it was guessed.
    """

    parsed_file: "SentFile"
    mapping: "TableMapping | RecordMapping | None"
    origin: str | None
    register: "ImportRegister"
    snapshot: "Snapshot"
    preview: "Preview"

    @property
    def table(self) -> "SourceTable | None":
        """The table, if the file is a list."""
        from graph.exchange.imports import SourceTable

        return self.parsed_file if isinstance(self.parsed_file, SourceTable) else None

    @property
    def columns(self) -> "TableMapping | None":
        """The mapping of the columns of a list."""
        from graph.exchange.imports import TableMapping

        return self.mapping if isinstance(self.mapping, TableMapping) else None

    @property
    def unread(self) -> Mapping[str, int]:
        """The keys of records of another system that were not read, with their counts."""
        from graph.exchange.imports.records import RecordSet

        return self.parsed_file.unread if isinstance(self.parsed_file, RecordSet) else {}


def show_preview(comparison: ComparedImport, lang: Language) -> None:
    """Print what was read and how, who answers afterwards, counts, and rows by state."""
    preview, own_kinds = comparison.preview, comparison.register.own_kinds
    _show_reading(comparison, lang)
    if preview.questions:
        _show_questions(preview, lang)
        return
    OUT.print("")
    notes = [f"{text} ({count})" for text, count in preview.note_texts(lang).items()]
    if preview.faults:
        for line in (*notes, *(fault.text(lang) for fault in preview.faults)):
            OUT.print(line)
        return
    with show_progress(lang):
        effects = import_effects(comparison.snapshot, preview)
    show_effects(effects, preview, lang)
    counts = preview.counts()
    OUT.print(
        " · ".join(f"{state.label(lang)} {count}" for state, count in counts.items()), style="bold"
    )
    for note in notes:
        OUT.print(note)
    for state in counts:
        rows = [row for row in preview.rows if row.state is state]
        _show_rows(rows, preview.paths, own_kinds, lang)
    if not preview.is_clean:
        OUT.print(_("Refused rows can be written to a file: --errors FILE.", lang))


def _show_reading(comparison: ComparedImport, lang: Language) -> None:
    """Print the file, its columns with examples, and the words that are read as something else."""
    from graph.exchange.imports.sent_file import format_read, rows_in

    parsed_file, table, columns = comparison.parsed_file, comparison.table, comparison.columns
    number = rows_in(parsed_file)
    if table is None or columns is None:
        count = ngettext("{count} record", "{count} records", number, lang)
        OUT.print(
            f"{parsed_file.file}: {format_read(parsed_file).label(lang)}, {count}", style="bold"
        )
        for word, kind in comparison.preview.readings.items():
            sure = _("{number}%", lang, number=round(kind.score))
            OUT.print(f"  {word} → {kind.label(lang)} ({sure})")
        if unread := comparison.unread:
            keys = sorted(unread, key=lambda key: (-unread[key], key))
            OUT.print("  " + ", ".join(keys[:_UNREAD]) + (" …" if len(keys) > _UNREAD else ""))
        return
    place = table.file if table.sheet is None else f"{table.file} · {table.sheet}"
    count = ngettext("{count} row", "{count} rows", number, lang)
    OUT.print(f"{place}: {count}", style="bold")
    for notice in table.notices:
        OUT.print(table.notice_text(notice, lang))
    how = _("Columns as guessed:", lang)
    if comparison.origin is not None:
        how = _("Columns as saved ({name}):", lang, name=comparison.origin)
    OUT.print(f"\n{how}")
    _show_columns(table, columns, lang)
    for constant, value in columns.constants.items():
        OUT.print(f"{constant.label(lang)}: {value}")
    _show_readings(table, columns, comparison.register, lang)


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


def _show_columns(table: "SourceTable", columns: "TableMapping", lang: Language) -> None:
    column_table = table_with(_(head, lang) for head in _HEADS)
    for at, column in enumerate(columns.columns):
        examples = table.examples(at, _EXAMPLES)
        if not column.header and not examples:
            continue
        meaning = _("not imported", lang)
        if column.field is not None:
            order = "" if column.dates is None else f" ({column.dates.label(lang).lower()})"
            meaning = column.field.label(lang) + order
        sure = _("{number}%", lang, number=column.score) if column.field else ""
        column_table.add_row(
            column.header or "–", meaning, sure, " · ".join(examples).replace("\n", " / ")
        )
    OUT.print(column_table)


def _show_readings(
    table: "SourceTable", columns: "TableMapping", register: "ImportRegister", lang: Language
) -> None:
    """Print the words of this list that are read as something else than they say."""
    from graph.exchange.imports import TargetField
    from graph.exchange.imports.kind_readings import reading_label
    from graph.exchange.imports.mapping import listed_words
    from graph.exchange.imports.words import kinds_of

    own_kinds = register.own_kinds
    scores = {(reading.field, reading.typed): reading.score for reading in columns.values}
    lines: list[str] = []
    for target, word, number in listed_words(columns, table, own_kinds):
        value, sure = columns.reading(target, word), scores.get((target, word), 100)
        if value is None and target is TargetField.POST and columns.is_synonym(word, own_kinds):
            value = kinds_of(word, "post", own_kinds)[0].id
        if value is not None:
            share = _("{number}%", lang, number=sure)
            count = ngettext("{count} row", "{count} rows", number, lang)
            label = reading_label(value, register, lang)
            lines.append(f"  {word} → {label} ({share}, {count})")
    if lines:
        OUT.print("\n" + _("Words as they are read:", lang))
        for line in lines:
            OUT.print(line, soft_wrap=True)


def _show_rows(
    rows: Sequence["PreviewRow"], paths: Mapping[int, str], own_kinds: OwnKinds, lang: Language
) -> None:
    if not rows or rows[0].state.value == "UNCHANGED":
        return
    OUT.print(f"\n{rows[0].state.label(lang)}", style="bold")
    table = table_with(_(head, lang) for head in _ROW_HEADS)
    for row in rows[:_MORE_ROWS]:
        sort = "" if row.sort is None else f"{row.sort.label(lang)}: "
        cells = (
            paths.get(row.line or 0) or str(row.line or ""),
            sort + (row.post or ""),
            row.person or "",
        )
        table.add_row(*cells, "\n".join(change_account(row, own_kinds, lang)))
    OUT.print(table)
    if len(rows) > _MORE_ROWS:
        more = len(rows) - _MORE_ROWS
        OUT.print(ngettext("and {count} row more", "and {count} rows more", more, lang))


def change_account(row: "PreviewRow", own_kinds: OwnKinds, lang: Language) -> Generator[str]:
    """Yield the faults of a row, the fields in which source and register differ, and likenesses."""
    for fault in row.faults:
        head = f"{fault.place.header}: " if fault.place.header else ""
        yield head + fault.reason(lang)
    for difference in row.differences:
        theirs, ours = difference.source_says, difference.we_say
        if difference.field == "own_kind":
            theirs, ours = (own_kinds.by_id.get(value, value) for value in (theirs, ours))
        yield _(
            "{field}: the list says {theirs}, we say {ours} ({verdict})", lang,
            field=_field(difference.field, lang),
            theirs=_format_value(difference.field, theirs, lang),
            ours=_format_value(difference.field, ours, lang),
            verdict=_(_VERDICTS[difference.verdict.value], lang),
        )  # fmt: skip
    for like in row.duplicates:
        yield _(_LIKENESS[like.likeness.value], lang, id=like.id)


def _field(name: str, lang: Language) -> str:
    """The word for a field of the model."""
    if name == "value":
        return Label.CONTACT_DETAIL.label(lang)
    if name == "own_kind":
        name = "kind"
    heading = _FIELD_WORDS.get(name) or FIELD_WORDS.get(name)
    return name if heading is None else _(heading, lang)


def _format_value(field: str, value: object, lang: Language) -> str:
    match value:
        case None:
            return "–"
        case Term() | OwnKind():
            return value.label(lang)
        case date() if field == "valid_to":  # in the register it is the day after
            return format_date(value - timedelta(days=1), lang)
        case date():
            return format_date(value, lang)
        case str() if field == "hours":
            return format_hours(value, lang)
        case frozenset():
            members = cast("frozenset[object]", value)
            return (
                ", ".join(sorted(_format_value(field, member, lang) for member in members)) or "–"
            )
        case _:
            return str(value)


def preview_json(comparison: ComparedImport) -> dict[str, object]:
    """The preview for programs: no contact value is in it, of a row its place and its fields."""
    from graph.exchange.imports.sent_file import format_read

    preview, table, columns = comparison.preview, comparison.table, comparison.columns
    parsed_file = comparison.parsed_file
    return {
        "file": parsed_file.file,
        "format": format_read(parsed_file).value,
        "sheet": None if table is None else table.sheet,
        "batch": preview.options.batch,
        "notices": [] if table is None else [notice.value for notice in table.notices],
        "columns": () if columns is None else columns.columns,
        "values": () if columns is None else columns.values,
        "unread": dict(comparison.unread),
        "questions": [
            {
                "field": question.field.value, "word": question.typed, "count": question.count,
                "path": question.path, "proposals": list(question.proposals),
            }
            for question in preview.questions
        ],
        "faults": [_fault_json(fault) for fault in preview.faults],
        "counts": {state.value: count for state, count in preview.counts().items()},
        "notes": {note.value: count for note, count in preview.notes.items()},
        "missing": list(preview.missing),
        "rows": [
            {**_row_json(row), "path": preview.paths.get(row.line or 0)} for row in preview.rows
        ],
        **effects_json(import_effects(comparison.snapshot, preview)),
    }  # fmt: skip


def _row_json(row: "PreviewRow") -> dict[str, object]:
    """A row of a preview for programs."""
    return {
        **{
            field.name: getattr(row, field.name)
            for field in fields(row)
            if field.name not in ("faults", "differences", "duplicates", "sort")
        },
        "sort": None if row.sort is None else row.sort.value,
        "differences": [_plain(difference) for difference in row.differences],
        "duplicates": [_plain(duplicate) for duplicate in row.duplicates],
        "faults": [_fault_json(fault) for fault in row.faults],
    }


def _plain(record: Any) -> dict[str, object]:
    return {
        field.name: value.value if isinstance(value, Enum) else value
        for field in fields(record)
        for value in (getattr(record, field.name),)
    }


def _fault_json(fault: "ImportFault") -> dict[str, object]:
    """A fault for programs."""
    place = fault.place
    return {
        "sheet": place.sheet, "path": place.path, "line": place.line, "column": place.column,
        "header": place.header,
        "rule": fault.rule.value, "proposals": list(fault.proposals),
    }  # fmt: skip
