"""Preview of an import of a third-party file, record by record, before it is written."""

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Final

from graph.exchange.imports.comparison import ImportOptions, KnownContacts, no_contacts
from graph.exchange.imports.faults import FilePlace, ImportFault, ImportRule
from graph.exchange.imports.planned_elements import PlannedChanges, PlannedFault, WordQuestion
from graph.exchange.imports.preview import Preview, preview_plan
from graph.exchange.imports.records.record_mapping import RecordMapping
from graph.exchange.imports.records.record_plan import RecordPlan
from graph.exchange.imports.records.source_records import RecordNote, RecordSet
from graph.exchange.imports.register import ImportRegister
from graph.exchange.imports.targets import TargetField
from graph.model import Change
from graph.vocabulary import Rule

_RULES: Final = {
    TargetField.UNIT: ImportRule.UNKNOWN_UNIT_TYPE,
    TargetField.POST: ImportRule.UNKNOWN_POST,
}


def preview_records(
    records: RecordSet,
    mapping: RecordMapping,
    register: ImportRegister,
    options: ImportOptions,
    *,
    known_contacts: KnownContacts = no_contacts,
    history: Callable[[str], Sequence[Change]] = lambda _element_id: (),
    denied: Callable[[PlannedChanges], Mapping[str, ImportRule | Rule]] = lambda _plan: {},
) -> Preview:
    """Compare the records of a file with the register, and plan the change set.

    If there are questions, nothing is planned. Otherwise as for lists.
    """
    paths = {record.number: record.path for record in (*records.units, *records.seats)}

    def place(line: int | None) -> FilePlace:
        return FilePlace(file=records.file, path=paths.get(line or 0))

    def fault_at(line: int | None, fault: PlannedFault) -> ImportFault:
        other = None if fault.first_line is None else place(fault.first_line)
        return ImportFault(
            place=place(line), rule=fault.rule, proposals=fault.proposals, other=other
        )

    def make_plan(skipped: Collection[int]) -> RecordPlan:
        plan = RecordPlan(records, mapping, register, options, details_with, history)
        plan.add_records(skipped)
        return plan

    details_with = known_contacts(records.contacts())
    digest = record_digest(records, mapping, options)
    planned, plan = preview_plan(make_plan, register, options, digest, fault_at, denied)
    questions = sorted(
        plan.questions.values(),
        key=lambda question: (question.field.code, -question.count, question.typed),
    )
    notes = Counter(records.notes) + plan.notes
    return replace(
        planned,
        faults=tuple(_question_fault(records.file, question) for question in questions),
        notes={note: notes[note] for note in RecordNote if notes[note]},
        questions=tuple(questions),
        readings=plan.readings,
        paths=paths,
    )


def record_digest(records: RecordSet, mapping: RecordMapping, options: ImportOptions) -> str:
    """Return the idempotency key of an import: its file, readings, source and choices."""
    parts = (
        records.digest, records.format, mapping.digest(), mapping.own_kinds.version,
        *options.choice_parts(),
    )  # fmt: skip
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def _question_fault(file: str, question: WordQuestion) -> ImportFault:
    place = FilePlace(file=file, path=question.path, header=question.typed)
    if question.removed_kind is not None:
        return ImportFault(
            place=place, rule=ImportRule.REMOVED_KIND, proposals=(question.removed_kind,)
        )
    return ImportFault(place=place, rule=_RULES[question.field], proposals=question.proposals)
