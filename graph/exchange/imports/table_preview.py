"""Preview of an import of a list, by the mapping of its columns; rows to correct and send again."""

import csv
import hashlib
import io
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Final

from graph.exchange.csv import escape_formula
from graph.exchange.imports.comparison import ImportOptions, KnownContacts, no_contacts
from graph.exchange.imports.faults import FilePlace, ImportFault, ImportRule
from graph.exchange.imports.mapping import TableMapping, mapping_faults
from graph.exchange.imports.plan import ImportPlan
from graph.exchange.imports.planned_elements import PlannedChanges, PlannedFault
from graph.exchange.imports.post_defaults import SEVERAL
from graph.exchange.imports.preview import Preview, PreviewNote, RowState, preview_plan
from graph.exchange.imports.register import ImportRegister
from graph.exchange.imports.rows import read_rows
from graph.exchange.imports.tabular import CORRECTION_HEADERS, SourceTable, rows_by_line
from graph.exchange.imports.targets import TargetField
from graph.model import Change
from graph.own_kinds import OwnKinds
from graph.progress import Stage, with_progress
from graph.vocabulary import Language, Rule


def preview(
    table: SourceTable,
    mapping: TableMapping,
    register: ImportRegister,
    options: ImportOptions,
    *,
    known_contacts: KnownContacts = no_contacts,
    history: Callable[[str], Sequence[Change]] = lambda _element_id: (),
    denied: Callable[[PlannedChanges], Mapping[str, ImportRule | Rule]] = lambda _plan: {},
) -> Preview:
    """Compare a table with the register, and plan the change set.

    `known_contacts` finds contact details by value, asked once for all rows, and `history` returns
    the changes of an element, which distinguish a correction in the register from an older value of
    the source. A table of rows to correct is never complete. `denied` and errors as `preview_plan`.
    """
    choice_faults = mapping_faults(mapping, table)
    digest = import_digest(table.digest, mapping, register.own_kinds, options)
    if choice_faults:
        return Preview(
            options=options, revision=register.revision, digest=digest, rows=(),
            faults=choice_faults, notes={}, missing=mapping.missing,
        )  # fmt: skip
    reading = read_rows(table, mapping, register)
    is_correction = table.is_correction
    plan_options = replace(options, is_complete=options.is_complete and not is_correction)

    details_with = known_contacts({contact for row in reading.rows for contact in row.contacts})

    def make_plan(skipped: Collection[int]) -> ImportPlan:
        plan = ImportPlan(register, plan_options, details_with, history)
        plan.own_kinds_in_file = reading.own_kinds
        for row in with_progress(Stage.COMPARING, reading.rows):
            if row.line not in skipped:
                plan.add(row)
        for civilian in reading.civilians:
            if civilian.line not in skipped:
                plan.add_civilian(civilian)
        return plan

    planned, plan = preview_plan(
        make_plan, register, plan_options, digest,
        lambda line, fault: _fault(table, mapping, line or table.header_line, fault),
        denied, faults=reading.faults, left_out=reading.left_out, is_whole=not is_correction,
    )  # fmt: skip
    notes = {
        PreviewNote.UNIT: sum(
            row.unit is not None for row in reading.rows if row.kind not in SEVERAL
        ),
        PreviewNote.VACANT: sum(row.is_vacant for row in reading.rows),
        PreviewNote.COLUMNS: sum(
            column.field is None and bool(table.examples(at, 1))
            for at, column in enumerate(mapping.columns)
        ),
        PreviewNote.PAST: sum(row.is_past for row in plan.rows),
        PreviewNote.CORRECTION: (len(table.rows) if options.is_complete and is_correction else 0),
        PreviewNote.DUPLICATES: sum(bool(row.duplicates) for row in planned.rows),
        PreviewNote.CONFLICTS: sum(row.state is RowState.CONFLICT for row in planned.rows),
    }
    return replace(
        planned, options=options, notes={note: count for note, count in notes.items() if count},
        missing=mapping.missing,
    )  # fmt: skip


def import_digest(
    file: str, mapping: TableMapping, own_kinds: OwnKinds, options: ImportOptions
) -> str:
    """Return the idempotency key of an import: its file, mapping, own kinds, source and choices."""
    parts = (file, mapping.digest(), own_kinds.version, *options.choice_parts())
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


_ALSO: Final[Mapping[TargetField, tuple[TargetField, ...]]] = {
    TargetField.POST: (TargetField.POST_AND_TITLE,),
    TargetField.TITLE: (TargetField.POST_AND_TITLE,),
    TargetField.NAME: (TargetField.SURNAME, TargetField.GIVEN_NAME),
    TargetField.AUTHORITY: (TargetField.AUTHORITY_CODE,),
}
"""Other fields from which the value of a field may come."""


def _fault(
    table: SourceTable, mapping: TableMapping, line: int, fault: PlannedFault
) -> ImportFault:
    fields = () if fault.field is None else (fault.field, *_ALSO.get(fault.field, ()))
    columns = (mapping.column(target) for target in fields)
    column = next((at for at in columns if at is not None), None)
    place = FilePlace(
        file=table.file,
        sheet=table.sheet,
        line=line,
        column=column,
        header=None if column is None else table.headers[column],
    )
    other = None
    if fault.first_line is not None:
        other = FilePlace(file=table.file, sheet=table.sheet, line=fault.first_line)
    return ImportFault(place=place, rule=fault.rule, proposals=fault.proposals, other=other)


def rows_to_correct(table: SourceTable, faults: Sequence[ImportFault], lang: Language) -> bytes:
    """Return the refused rows as CSV, to be corrected and sent again, with a column saying why."""
    text = io.StringIO()
    write = csv.writer(text, delimiter=";", lineterminator="\r\n")
    width = len(table.headers)
    if table.is_correction:
        width -= 2
    write.writerow([*map(escape_formula, table.headers[:width]), *CORRECTION_HEADERS[lang]])
    by_line = rows_by_line(table)
    reasons: dict[int, list[str]] = {}
    for fault in faults:
        if fault.place.line in by_line:
            head = f"{fault.place.header}: " if fault.place.header else ""
            reasons.setdefault(fault.place.line or 0, []).append(head + fault.reason(lang))
    for line in sorted(reasons):
        why = " | ".join(reasons[line])
        cells = by_line[line].cells[:width]
        write.writerow([*map(escape_formula, cells), str(line), escape_formula(why)])
    return text.getvalue().encode("utf-8-sig")
