"""Preview of an import of a third-party file, record by record, before it is written."""

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from graph.exchange.imports.comparison import (
    FieldVerdict,
    ImportOptions,
    KnownContacts,
    NoKnownContacts,
)
from graph.exchange.imports.faults import FilePlace, ImportFault, ImportRule
from graph.exchange.imports.planned_elements import PlannedChanges, PlannedFault, PlannedRow
from graph.exchange.imports.preview import (
    Preview,
    PreviewRow,
    RowState,
    denied_faults,
    ended_rows,
    rows_without_plan,
    rule_faults,
    state_of,
)
from graph.exchange.imports.records.record_mapping import RecordMapping
from graph.exchange.imports.records.record_plan import RecordPlan, RecordQuestion
from graph.exchange.imports.records.source_records import RecordNote, RecordSet
from graph.exchange.imports.register import ImportRegister
from graph.exchange.imports.targets import TargetField
from graph.exchange.imports.words import KindProposal
from graph.model import Change, Element
from graph.vocabulary import Rule, Term

_RULES: Final = {
    TargetField.UNIT: ImportRule.UNKNOWN_UNIT_TYPE,
    TargetField.POST: ImportRule.UNKNOWN_POST,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPreview(Preview):
    """A preview whose rows are records; `paths` are their places in the file, by line.

    `questions` are words for which a reading must be chosen first, `readings` words that nearly
    equal a kind, with that kind.
    """

    questions: tuple[RecordQuestion, ...] = ()
    readings: Mapping[str, KindProposal] = field(default_factory=dict[str, KindProposal])
    paths: Mapping[int, str] = field(default_factory=dict[int, str])


def preview_records(
    records: RecordSet,
    mapping: RecordMapping,
    register: ImportRegister,
    options: ImportOptions,
    *,
    known_contacts: KnownContacts | None = None,
    history: Callable[[str], Sequence[Change]] = lambda _element_id: (),
    denied: Callable[[PlannedChanges], Mapping[str, ImportRule | Rule]] = lambda _plan: {},
) -> RecordPreview:
    """Compare the records of a file with the register, and plan the change set.

    If there are questions, nothing is planned. A record the store would refuse is refused here;
    `denied` as for lists.
    """
    faults: dict[int, tuple[ImportFault, ...]] = {}
    paths = {record.number: record.path for record in (*records.units, *records.seats)}

    def fault_at(line: int | None, fault: PlannedFault) -> ImportFault:
        def place(line: int | None) -> FilePlace:
            return FilePlace(file=records.file, path=paths.get(line or 0))

        other = None if fault.first_line is None else place(fault.first_line)
        return ImportFault(
            place=place(line), rule=fault.rule, proposals=fault.proposals, other=other
        )

    questions: dict[int, PlannedRow] = {}
    names: dict[int, tuple[str | None, str | None]] = {}
    left_out: set[int] = set()
    while True:  # as for lists: replan without refused records
        plan = RecordPlan(
            records, mapping, register, options, known_contacts or NoKnownContacts(), history
        )
        plan.add_records({*faults, *left_out})
        if plan.questions:
            return _preview_with_questions(records, mapping, register, options, plan)
        plan.compare_holders()
        questions |= {row.line: row for row in plan.rows if row.holders}
        names |= plan.names
        new_faults = {
            row.line: tuple(fault_at(row.line, fault) for fault in row.faults)
            for row in plan.rows
            if row.faults
        }
        ended_elements: tuple[Element, ...] = ()
        if not new_faults and not plan.left_out:
            ended_elements = plan.end_unseen() if options.is_complete and not faults else ()
            new_faults = denied_faults(plan, denied(plan), fault_at) or rule_faults(
                plan, register, fault_at
            )
        if not new_faults and not plan.left_out:
            break
        faults |= new_faults
        left_out |= plan.left_out
    rows = {
        line: row if not row.holders else replace(row, person=names[line][1])
        for line, row in rows_without_plan(faults, left_out, questions, plan).items()
    }
    return _preview(records, mapping, register, options, plan, rows, ended_elements, paths)


def record_digest(records: RecordSet, mapping: RecordMapping, options: ImportOptions) -> str:
    """Return the idempotency key of an import: its file, readings, source and choices."""
    parts = (
        records.digest, records.format, mapping.digest(), mapping.own_kinds.version,
        *options.choice_parts(),
    )  # fmt: skip
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def _preview_with_questions(
    records: RecordSet,
    mapping: RecordMapping,
    register: ImportRegister,
    options: ImportOptions,
    plan: RecordPlan,
) -> RecordPreview:
    questions = tuple(
        sorted(
            plan.questions.values(),
            key=lambda question: (question.field.code, -question.count, question.typed),
        )
    )
    return RecordPreview(
        options=options,
        revision=register.revision,
        digest=record_digest(records, mapping, options),
        rows=(),
        faults=tuple(
            ImportFault(
                place=FilePlace(file=records.file, path=question.path, header=question.typed),
                rule=_RULES[question.field]
                if question.removed_kind is None
                else ImportRule.REMOVED_KIND,
                proposals=question.proposals
                if question.removed_kind is None
                else (question.removed_kind,),
            )
            for question in questions
        ),
        notes=_notes(records, plan),
        questions=questions,
        readings=plan.readings,
    )


def _preview(
    records: RecordSet,
    mapping: RecordMapping,
    register: ImportRegister,
    options: ImportOptions,
    plan: RecordPlan,
    rows: dict[int, PreviewRow],
    ended_elements: Sequence[Element],
    paths: Mapping[int, str],
) -> RecordPreview:
    for planned_row in plan.rows:
        rows[planned_row.line] = _row(planned_row, plan)
    return RecordPreview(
        options=options,
        revision=register.revision,
        digest=record_digest(records, mapping, options),
        rows=(*(rows[line] for line in sorted(rows)), *ended_rows(ended_elements, plan, register)),
        notes=_notes(records, plan),
        creates=tuple(plan.creates.values()),
        updates=tuple(plan.updates.values()),
        ends=tuple(plan.ends.values()),
        readings=plan.readings,
        paths=paths,
    )


def _row(planned_row: PlannedRow, plan: RecordPlan) -> PreviewRow:
    unit, person = plan.names.get(planned_row.line, (None, None))
    post = unit if planned_row.post is None else plan.post_name(planned_row.post)
    is_conflict = any(
        difference.verdict is FieldVerdict.CONFLICT for difference in planned_row.differences
    )
    state = state_of(planned_row, plan)
    if (
        not is_conflict
        and unit is not None
        and planned_row.ended_ids
        and not planned_row.created_ids
    ):
        state = RowState.ENDED
    return PreviewRow(
        line=planned_row.line,
        state=state,
        post=post,
        person=person,
        created=tuple(planned_row.created_ids),
        ended=tuple(planned_row.ended_ids),
        differences=tuple(planned_row.differences),
        duplicates=tuple(planned_row.duplicates),
        holders=planned_row.holders,
    )


def _notes(records: RecordSet, plan: RecordPlan) -> Mapping[Term, int]:
    total: Counter[RecordNote] = Counter(records.notes)
    total.update(plan.notes)
    return {note: total[note] for note in RecordNote if total[note]}
