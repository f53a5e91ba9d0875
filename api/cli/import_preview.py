"""Terminal output of `kontaktvej import`: columns, words, rows by state, faults."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, cast

from api.cli.console import OUT, _, table_with
from api.cli.import_effects import effects_json, import_effects, show_effects
from api.cli.node import FIELD_WORDS
from api.i18n import N_, ngettext
from api.text.format import format_date, format_hours
from graph.own_kinds import NO_OWN_KINDS, OwnKind, OwnKinds
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
    from graph.snapshot.snapshot import Snapshot

MORE_ROWS: Final = 20  # rows of a state that are shown; all of them as JSON
_EXAMPLES: Final = 5
_HEADS: Final = (N_("Column"), N_("Field"), N_("Sure"), N_("Examples"))
_ROW_HEADS: Final = (N_("Line"), N_("Post"), N_("Person"), N_("What"))
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
    """A preview with what it was made of: a table by its mapping, or Kontaktvej's own format.

    `snapshot` is the register it was compared with. `origin` is the name under which the mapping
    was saved; None: it was guessed.
    """

    name: str
    snapshot: "Snapshot"
    preview: "Preview"
    table: "SourceTable | None" = None
    columns: "TableMapping | None" = None
    origin: str | None = None
    register: "ImportRegister | None" = None

    @property
    def own_kinds(self) -> OwnKinds:
        """The own kinds that words of a list may mean."""
        return NO_OWN_KINDS if self.register is None else self.register.own_kinds


def show_preview(comparison: ComparedImport, lang: Language) -> None:
    """Print columns with examples, words as they are read, counts, and rows by state."""
    table, columns = comparison.table, comparison.columns
    register, preview = comparison.register, comparison.preview
    if table is not None and columns is not None and register is not None:
        place = table.file if table.sheet is None else f"{table.file} · {table.sheet}"
        rows = ngettext("{count} row", "{count} rows", len(table.rows), lang)
        OUT.print(f"{place}: {rows}", style="bold")
        for notice in table.notices:
            OUT.print(table.notice_text(notice, lang))
        how = _("Columns as guessed:", lang)
        if comparison.origin is not None:
            how = _("Columns as saved ({name}):", lang, name=comparison.origin)
        OUT.print(f"\n{how}")
        _show_columns(table, columns, lang)
        for constant, value in columns.constants.items():
            OUT.print(f"{constant.label(lang)}: {value}")
        _show_readings(table, columns, register, lang)
    else:
        rows = ngettext("{count} row", "{count} rows", len(preview.rows), lang)
        OUT.print(f"{comparison.name}: {rows}", style="bold")
    OUT.print("")
    if preview.faults:
        for fault in preview.faults:
            OUT.print(fault.text(lang))
        return
    show_effects(import_effects(comparison.snapshot, preview), preview, lang)
    counts = preview.counts()
    OUT.print(
        " · ".join(f"{state.label(lang)} {count}" for state, count in counts.items()), style="bold"
    )
    for note, count in preview.notes.items():
        OUT.print(f"{note.label(lang)} ({count})")
    for state in counts:
        _show_rows([row for row in preview.rows if row.state is state], comparison.own_kinds, lang)
    if not preview.is_clean:
        OUT.print(_("Refused rows can be written to a file: --errors FILE.", lang))


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
    from graph.exchange.imports.kind_readings import reading_label

    cells = {cell.casefold() for row in table.rows for cell in row.cells}
    listed = [
        reading
        for reading in columns.values
        if any(reading.typed.casefold() in cell for cell in cells)
    ]
    if not listed:
        return
    heading = _("Words as they are read:", lang)
    OUT.print(f"\n{heading}")
    for reading in listed:
        value = reading_label(reading.value, register, lang)
        sure = _("{number}%", lang, number=reading.score)
        OUT.print(f"  {reading.typed} → {value} ({sure})")


def _show_rows(rows: Sequence["PreviewRow"], own_kinds: OwnKinds, lang: Language) -> None:
    if not rows or rows[0].state.value == "UNCHANGED":
        return
    OUT.print(f"\n{rows[0].state.label(lang)}", style="bold")
    table = table_with(_(head, lang) for head in _ROW_HEADS)
    for row in rows[:MORE_ROWS]:
        sort = "" if row.sort is None else f"{row.sort.label(lang)}: "
        cells = (
            "" if row.line is None else str(row.line),
            sort + (row.post or ""),
            row.person or "",
        )
        table.add_row(*cells, "\n".join(change_account(row, own_kinds, lang)))
    OUT.print(table)
    if len(rows) > MORE_ROWS:
        more = len(rows) - MORE_ROWS
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
    """The preview for programs: no contact value is in it, of a row its line and its fields."""
    preview, table, columns = comparison.preview, comparison.table, comparison.columns
    return {
        "file": comparison.name,
        "sheet": None if table is None else table.sheet,
        "batch": preview.options.batch,
        "notices": [] if table is None else [notice.value for notice in table.notices],
        "columns": () if columns is None else columns.columns,
        "values": () if columns is None else columns.values,
        "faults": [fault_json(fault) for fault in preview.faults],
        "counts": {state.value: count for state, count in preview.counts().items()},
        "notes": {note.value: count for note, count in preview.notes.items()},
        "rows": [row_json(row) for row in preview.rows],
        **effects_json(import_effects(comparison.snapshot, preview)),
    }


def row_json(row: "PreviewRow") -> dict[str, object]:
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
        "faults": [fault_json(fault) for fault in row.faults],
    }


def _plain(record: Any) -> dict[str, object]:
    return {
        field.name: value.value if isinstance(value, Enum) else value
        for field in fields(record)
        for value in (getattr(record, field.name),)
    }


def fault_json(fault: "ImportFault") -> dict[str, object]:
    """A fault for programs."""
    place = fault.place
    return {
        "sheet": place.sheet, "path": place.path, "line": place.line, "column": place.column,
        "header": place.header,
        "rule": fault.rule.value, "proposals": list(fault.proposals),
    }  # fmt: skip
