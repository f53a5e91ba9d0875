"""Preview of an import of a third-party file, record by record, before it is written."""

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
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
    rule_faults,
    state_of,
)
from graph.exchange.imports.records.record_mapping import RecordMapping
from graph.exchange.imports.records.record_plan import RecordPlan, RecordQuestion
from graph.exchange.imports.records.source_records import RecordNote, RecordSet
from graph.exchange.imports.register import ImportRegister
from graph.exchange.imports.targets import TargetField
from graph.exchange.imports.words import KindProposal
from graph.model import Actor, Change, Element
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

    while True:  # as for lists: replan without refused records
        plan = RecordPlan(
            records, mapping, register, options, known_contacts or NoKnownContacts(), history
        )
        plan.add_records(faults)
        if plan.questions:
            return _preview_with_questions(records, mapping, register, options, plan)
        new_faults = {
            row.line: tuple(fault_at(row.line, fault) for fault in row.faults)
            for row in plan.rows
            if row.faults
        }
        ended_elements: tuple[Element, ...] = ()
        if not new_faults:
            ended_elements = plan.end_unseen() if options.is_complete and not faults else ()
            new_faults = denied_faults(plan, denied(plan), fault_at) or rule_faults(
                plan, register, fault_at
            )
        if not new_faults:
            break
        faults |= new_faults
    return _preview(records, mapping, register, options, plan, faults, ended_elements, paths)


def record_digest(records: RecordSet, mapping: RecordMapping, options: ImportOptions) -> str:
    """Return the idempotency key of an import: its file, readings, source and choices."""
    parts = (
        records.digest, records.format, mapping.digest(), options.source, options.batch,
        mapping.own_kinds.version, str(options.is_complete), str(options.takes_source),
        str(sorted(options.merges.items())),
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
    faults: Mapping[int, tuple[ImportFault, ...]],
    ended_elements: Sequence[Element],
    paths: Mapping[int, str],
) -> RecordPreview:
    rows = {
        line: PreviewRow(line=line, state=RowState.REFUSED, faults=row_faults)
        for line, row_faults in faults.items()
    }
    for planned_row in plan.rows:
        rows[planned_row.line] = _row(planned_row, plan, register)
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


def _row(planned_row: PlannedRow, plan: RecordPlan, register: ImportRegister) -> PreviewRow:
    unit, person = plan.names.get(planned_row.line, (None, None))
    post = unit
    if planned_row.post is not None:
        node = plan.creates.get(planned_row.post) or register.context.nodes[planned_row.post]
        post = node.name if isinstance(node, Actor) else None
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
    )


def _notes(records: RecordSet, plan: RecordPlan) -> Mapping[Term, int]:
    total: Counter[RecordNote] = Counter(records.notes)
    total.update(plan.notes)
    return {note: total[note] for note in RecordNote if total[note]}
