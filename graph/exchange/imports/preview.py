"""Preview of an import, row by row, before anything is written, and its change set.

`preview` is a pure function of a table, its mapping and a Snapshot. The rules of the model are
checked on the whole result, so that a row the store would refuse is refused here, with its line.
"""

import csv
import hashlib
import io
import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from graph.errors import InvalidNeed
from graph.exchange.csv import escape_formula
from graph.exchange.imports.comparison import (
    FieldDifference,
    FieldVerdict,
    ImportOptions,
    KnownContacts,
    NoKnownContacts,
    PersonDuplicate,
)
from graph.exchange.imports.faults import (
    FilePlace,
    FileRefused,
    ImportFault,
    ImportRule,
    column_letters,
)
from graph.exchange.imports.mapping import TableMapping, mapping_faults
from graph.exchange.imports.plan import ImportPlan
from graph.exchange.imports.planned_elements import (
    PlannedChanges,
    PlannedFault,
    PlannedRow,
    target_field,
)
from graph.exchange.imports.post_defaults import SEVERAL
from graph.exchange.imports.register import ImportRegister
from graph.exchange.imports.rows import SourceRow, read_rows
from graph.exchange.imports.tabular import SourceTable, rows_by_line
from graph.exchange.imports.targets import TargetField
from graph.model import (
    Actor,
    Authority,
    Change,
    ChangeReason,
    ChangeSet,
    ContactDetail,
    Element,
    End,
    Link,
    Node,
    Organization,
    Person,
    ResourceIndividual,
    RuleContext,
    rule_context,
    violations,
)
from graph.model.rule_context import ends
from graph.model.rules import lost_contacts
from graph.own_kinds import OwnKinds
from graph.vocabulary import Label, Language, LinkType, Rule, Term

_SOURCE: Final = re.compile(r"[a-z0-9][a-z0-9_.-]{0,39}")
_RESERVED: Final = frozenset({"form", "demo", "model"})


class RowState(Term):
    """The state of a row of the source, compared with the register."""

    NEW = "NEW", "Ny", "New"
    CHANGED = "CHANGED", "Ændret", "Changed"
    CONFLICT = "CONFLICT", "I strid", "Conflicting"
    UNCHANGED = "UNCHANGED", "Uændret", "Unchanged"
    REFUSED = "REFUSED", "Afvist", "Refused"
    ENDED = "ENDED", "Afsluttet", "Ended"
    LEFT_OUT = "LEFT_OUT", "Udeladt", "Left out"


class PreviewNote(Term):
    """Something an import leaves out, or that a reader should look at."""

    UNIT = (
        "UNIT", "enhedens navn gemmes ikke for funktioner, som myndigheden kun har én af",
        "the unit's name is not stored for posts of which the authority has only one",
    )  # fmt: skip
    VACANT = (
        "VACANT", "rækker, hvor navnet er læst som ingen person, fordi funktionen er ledig",
        "rows whose name was read as nobody, since the post is vacant",
    )  # fmt: skip
    COLUMNS = (
        "COLUMNS", "kolonner, der ikke er valgt til et felt, indlæses ikke",
        "columns that have no field are not imported",
    )  # fmt: skip
    PAST = (
        "PAST", "rækker, der var slut før datoen eller ikke er aktive, indlæses ikke",
        "rows that ended before the date or are not active are not imported",
    )  # fmt: skip
    CORRECTION = (
        "CORRECTION", "rækker, der er rettet og sendt igen: de er ikke hele listen, så intet "
        "afsluttes", "rows that were corrected and sent again: they are not the whole list, so "
        "nothing ends",
    )  # fmt: skip
    DUPLICATES = (
        "DUPLICATES", "nye personer ligner nogen, der findes i forvejen",
        "new persons look like known ones",
    )  # fmt: skip
    CONFLICTS = (
        "CONFLICTS", "hvor I har rettet det samme, beholdes jeres", "where you changed the same, "
        "yours is kept",
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewRow:
    """A row of the source, or with `line` None an element of the source that ends.

    `post` and `person` are names for display; `created`, `ended` and `holders` are ids: `holders`
    are those who hold the post of a new holder, which is a question. `sort` is the label or
    type of an element of Kontaktvej's own format, of which `post` is the name.
    """

    line: int | None
    state: RowState
    sort: Label | LinkType | None = None
    post: str | None = None
    person: str | None = None
    created: tuple[str, ...] = ()
    ended: tuple[str, ...] = ()
    differences: tuple[FieldDifference, ...] = ()
    duplicates: tuple[PersonDuplicate, ...] = ()
    holders: tuple[str, ...] = ()
    faults: tuple[ImportFault, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The effects of an import. `faults` concern the mapping: if there are any, no row was read."""

    options: ImportOptions
    revision: int
    digest: str
    rows: tuple[PreviewRow, ...]
    faults: tuple[ImportFault, ...] = ()
    notes: Mapping[Term, int]
    creates: tuple[Node | Link, ...] = ()
    updates: tuple[Node | Link, ...] = ()
    ends: tuple[End, ...] = ()

    def counts(self) -> Mapping[RowState, int]:
        """Return the number of rows in each state, in the order of the states."""
        counts = Counter(row.state for row in self.rows)
        return {state: counts[state] for state in RowState}

    @property
    def is_clean(self) -> bool:
        """Whether no row is refused and nothing has to be chosen."""
        return not self.faults and not any(row.faults for row in self.rows)

    def all_faults(self) -> tuple[ImportFault, ...]:
        """Return every fault, of the mapping and of rows."""
        return (*self.faults, *(fault for row in self.rows for fault in row.faults))

    def change_set(self) -> ChangeSet:
        """Return the whole import as one change set, written once by its idempotency key.

        Raises: FileRefused: something must be chosen first.
        """
        if self.faults:
            raise FileRefused(self.faults)
        return ChangeSet(
            made_by=self.options.made_by,
            made_at=self.options.made_at,
            reason=ChangeReason.CORRECTED,
            creates=self.creates,
            updates=self.updates,
            ends=self.ends,
            idempotency=self.digest,
            batch=self.options.batch,
        )


def require_source(source: str) -> str:
    """Return the name of a source, if it is valid.

    Raises: InvalidNeed: it has characters that ids may not have, or is reserved.
    """
    if not _SOURCE.fullmatch(source) or source in _RESERVED:
        raise InvalidNeed(
            "source",
            "skriv et kort navn med små bogstaver a-z, tal og bindestreg, fx hr-thisted",
            "write a short name of small letters a-z, digits and hyphens, such as hr-thisted",
        )
    return source


def preview(
    table: SourceTable,
    mapping: TableMapping,
    register: ImportRegister,
    options: ImportOptions,
    *,
    known_contacts: KnownContacts | None = None,
    history: Callable[[str], Sequence[Change]] = lambda _element_id: (),
    denied: Callable[[PlannedChanges], Mapping[str, ImportRule | Rule]] = lambda _plan: {},
) -> Preview:
    """Compare a table with the register, and plan the change set. O(rows + nodes + links).

    `known_contacts` finds contact details by value, and `history` returns the changes of an
    element, which distinguish a correction in the register from an older value of the source.
    `denied` returns by id which elements of a plan may not be written, and why: their rows are
    refused, and elements that would end are kept. A table of rows to correct is never complete.
    """
    choice_faults = mapping_faults(mapping, table)
    digest = import_digest(table.digest, mapping, register.own_kinds, options)
    if choice_faults:
        return Preview(
            options=options, revision=register.revision, digest=digest, rows=(),
            faults=choice_faults, notes={},
        )  # fmt: skip
    reading = read_rows(table, mapping, register)
    faults = dict(reading.faults)
    is_correction = _is_correction(table)
    is_complete = options.is_complete and not is_correction
    plan_options = replace(options, is_complete=is_complete)

    def fault_at(line: int | None, fault: PlannedFault) -> ImportFault:
        return _fault(table, mapping, line or table.header_line, fault)

    questions: dict[int, PlannedRow] = {}
    left_out = set(reading.left_out)
    while True:  # replan without refused rows, since others may depend on them
        plan = ImportPlan(register, plan_options, known_contacts or NoKnownContacts(), history)
        plan.own_kinds_in_file = reading.own_kinds
        for row in reading.rows:
            if row.line not in faults and row.line not in left_out:
                plan.add(row)
        for civilian in reading.civilians:
            if civilian.line not in faults:
                plan.add_civilian(civilian)
        plan.compare_holders()
        questions |= {row.line: row for row in plan.rows if row.holders}
        new_faults = {
            row.line: tuple(fault_at(row.line, fault) for fault in row.faults)
            for row in plan.rows
            if row.faults
        }
        ended_elements: tuple[Element, ...] = ()
        if not new_faults and not plan.left_out:
            if not faults and not is_correction:
                ended_elements = (*(plan.end_unseen() if is_complete else ()), *plan.end_vacant())
            new_faults = denied_faults(plan, denied(plan), fault_at) or rule_faults(
                plan, register, fault_at
            )
        if not new_faults and not plan.left_out:
            break
        faults |= new_faults
        left_out |= plan.left_out
    unplanned_rows = rows_without_plan(faults, left_out, questions, plan)
    return _preview(
        table, mapping, register, options, digest, reading.rows, unplanned_rows, plan,
        ended_elements,
    )  # fmt: skip


def rows_without_plan(
    faults: Mapping[int, tuple[ImportFault, ...]],
    left_out: Collection[int],
    questions: Mapping[int, PlannedRow],
    plan: ImportPlan,
) -> dict[int, PreviewRow]:
    """Return the rows that are refused or left out, by line; `questions` are about holders."""
    states = {
        **dict.fromkeys(left_out, RowState.LEFT_OUT), **dict.fromkeys(faults, RowState.REFUSED)
    }  # fmt: skip
    rows: dict[int, PreviewRow] = {}
    for line, state in states.items():
        asked = questions.get(line, PlannedRow(line=line))
        rows[line] = PreviewRow(
            line=line,
            state=state,
            post=plan.post_name(asked.post),
            duplicates=tuple(asked.duplicates),
            holders=asked.holders,
            faults=faults.get(line, ()),
        )
    return rows


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


def denied_faults(
    plan: ImportPlan,
    denied: Mapping[str, ImportRule | Rule],
    fault_at: Callable[[int | None, PlannedFault], ImportFault],
) -> dict[int, tuple[ImportFault, ...]]:
    """Return the faults of denied elements by line; a denied end without a line is dropped."""
    line_faults: dict[int, dict[ImportFault, None]] = {}
    for element_id, rule in denied.items():
        line = plan.line_of.get(element_id)
        line = plan.ended_by.get(element_id) if line is None else line
        if line is None:
            plan.ends.pop(element_id, None)
        else:
            line_faults.setdefault(line, {}).setdefault(fault_at(line, PlannedFault(rule)))
    return {line: tuple(faults) for line, faults in line_faults.items()}


def rule_faults(
    plan: ImportPlan,
    register: ImportRegister,
    fault_at: Callable[[int | None, PlannedFault], ImportFault],
) -> dict[int, tuple[ImportFault, ...]]:
    """Return the rules of the model that the result would break, by the line that caused it.

    Raises: FileRefused: no line of the file caused it.
    """
    context = register.context
    present = [*context.nodes.values(), *context.links.values()]
    while True:
        ended_elements = [
            replace(element, valid_to=end.on)
            for end in plan.ends.values()
            for element in (context.nodes.get(end.id) or context.links.get(end.id),)
            if element is not None
        ]
        touched = [*plan.creates.values(), *plan.updates.values(), *ended_elements]
        after = rule_context([*present, *touched])
        ids = [element.id for element in touched]
        broken = list(violations(after, ids, on=register.on))
        broken += lost_contacts(context, after)
        line_faults: dict[int, list[ImportFault]] = {}
        dropped_ends: set[str] = set()
        for fault in broken:
            line = _line_of(fault.where, plan, after)
            element = after.nodes.get(fault.where) or after.links.get(fault.where)
            at_fault = PlannedFault(fault.rule, field=target_field(fault.field, element))
            if line is not None:
                line_faults.setdefault(line, []).append(fault_at(line, at_fault))
                continue
            # The planned end of the element, else those of its end nodes or of its links.
            if fault.where in plan.ends:
                ending = {fault.where}
            elif fault.where in after.links:
                ending = plan.ends.keys() & set(ends(after.links[fault.where]))
            else:
                ending = {
                    element_id
                    for element_id in plan.ends
                    if element_id in after.links and fault.where in ends(after.links[element_id])
                }
            if not ending:
                raise FileRefused([fault_at(None, at_fault)])
            dropped_ends |= ending
        if not dropped_ends:
            return {line: tuple(dict.fromkeys(faults)) for line, faults in line_faults.items()}
        for element_id in dropped_ends:  # an end that would break a rule is dropped
            del plan.ends[element_id]


def _line_of(where: str, plan: ImportPlan, after: RuleContext) -> int | None:
    """The line that caused a fault at an element: of the element, its end nodes or a new link."""
    if where in plan.line_of:
        return plan.line_of[where]
    link = after.links.get(where)
    near = (where,) if link is None else ends(link)
    lines = [plan.line_of[end] for end in near if end in plan.line_of]
    lines += [
        plan.line_of[new.id]
        for new in plan.creates.values()
        if isinstance(new, Link)
        and (link is None or type(new) is type(link))
        and not set(near).isdisjoint(ends(new))
    ]
    return min(lines, default=None)


def _preview(
    table: SourceTable,
    mapping: TableMapping,
    register: ImportRegister,
    options: ImportOptions,
    digest: str,
    rows: Sequence[SourceRow],
    unplanned_rows: Mapping[int, PreviewRow],
    plan: ImportPlan,
    ended_elements: Sequence[Element],
) -> Preview:
    by_line = {row.line: row for row in rows}
    preview_rows = {
        line: row if not row.holders else replace(row, person=by_line[line].name)
        for line, row in unplanned_rows.items()
    }
    for planned_row in plan.rows:
        source = by_line.get(planned_row.line)
        preview_rows[planned_row.line] = PreviewRow(
            line=planned_row.line,
            state=state_of(planned_row, plan),
            post=plan.post_name(planned_row.post),
            person=None if source is None else source.name,
            created=tuple(planned_row.created_ids),
            ended=tuple(planned_row.ended_ids),
            differences=tuple(planned_row.differences),
            duplicates=tuple(planned_row.duplicates),
            holders=planned_row.holders,
        )
    omitted_rows = ended_rows(ended_elements, plan, register)
    listed = (*(preview_rows[line] for line in sorted(preview_rows)), *omitted_rows)
    units = sum(row.unit is not None for row in rows if row.kind not in SEVERAL)
    conflicts = sum(row.state is RowState.CONFLICT for row in listed)
    notes = {
        PreviewNote.UNIT: units,
        PreviewNote.VACANT: sum(row.is_vacant for row in rows),
        PreviewNote.COLUMNS: sum(
            column.field is None and bool(table.examples(at, 1))
            for at, column in enumerate(mapping.columns)
        ),
        PreviewNote.PAST: sum(row.is_past for row in plan.rows),
        PreviewNote.CORRECTION: (
            len(table.rows) if options.is_complete and _is_correction(table) else 0
        ),
        PreviewNote.DUPLICATES: sum(bool(row.duplicates) for row in listed),
        PreviewNote.CONFLICTS: conflicts,
    }
    return Preview(
        options=options,
        revision=register.revision,
        digest=digest,
        rows=listed,
        notes={note: count for note, count in notes.items() if count},
        creates=tuple(plan.creates.values()),
        updates=tuple(plan.updates.values()),
        ends=tuple(plan.ends.values()),
    )


def ended_rows(
    ended_elements: Sequence[Element], plan: ImportPlan, register: ImportRegister
) -> list[PreviewRow]:
    """Return rows for elements that a complete file omits: persons, posts, units, then links."""
    nodes = register.context.nodes
    present = [element for element in ended_elements if element.id in plan.ends]
    ended_node_ids = {
        element.id
        for element in present
        if isinstance(element, Person | Actor | Authority | Organization)
    }

    def row(*elements: Element, **more: Any) -> PreviewRow:
        person = next((element.name for element in elements if isinstance(element, Person)), None)
        post = next(
            (
                element.name
                for element in elements
                if isinstance(element, Actor | Authority | Organization)
            ),
            None,
        )
        return PreviewRow(line=None, state=RowState.ENDED, person=person, post=post, **more)

    rows = [row(nodes[node_id], ended=(node_id,)) for node_id in sorted(ended_node_ids)]
    for link in present:
        if not isinstance(link, Link) or not ended_node_ids.isdisjoint(ends(link)):
            continue
        source, target = (nodes[end] for end in ends(link))
        if isinstance(target, ContactDetail):
            difference = FieldDifference(
                id=target.id, field="value", source_says=None, we_say=target.hint,
                verdict=FieldVerdict.CHANGED,
            )  # fmt: skip
            rows.append(row(source, ended=(link.id, target.id), differences=(difference,)))
        else:
            rows.append(row(source, target, ended=(link.id,)))
    return rows


def state_of(planned_row: PlannedRow, plan: ImportPlan) -> RowState:
    """Return the state of a planned row, compared with the register."""
    if any(difference.verdict is FieldVerdict.CONFLICT for difference in planned_row.differences):
        return RowState.CONFLICT
    nodes = [plan.creates[element_id] for element_id in planned_row.created_ids]
    kinds = Person | Actor | ResourceIndividual | Authority | Organization
    if any(isinstance(node, kinds) for node in nodes):
        return RowState.NEW
    if planned_row.created_ids or planned_row.ended_ids or planned_row.differences:
        return RowState.CHANGED
    return RowState.UNCHANGED


_CORRECT_HEAD: Final[Mapping[Language, tuple[str, str]]] = {
    "da": ("Linje", "Hvad skal rettes"),
    "en": ("Line", "What to correct"),
}


def _is_correction(table: SourceTable) -> bool:
    """Whether a table was made by `rows_to_correct`."""
    return table.headers[-2:] in _CORRECT_HEAD.values()


def rows_to_correct(table: SourceTable, faults: Sequence[ImportFault], lang: Language) -> bytes:
    """Return the refused rows as CSV, to be corrected and sent again, with a column saying why."""
    text = io.StringIO()
    write = csv.writer(text, delimiter=";", lineterminator="\r\n")
    width = len(table.headers)
    if _is_correction(table):
        width -= 2
    write.writerow([*map(escape_formula, table.headers[:width]), *_CORRECT_HEAD[lang]])
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


def faults_csv(faults: Sequence[ImportFault], lang: Language) -> bytes:
    """Return faults of a refused file as CSV: file, sheet, place and rule, no content."""
    heads: Mapping[Language, tuple[str, ...]] = {
        "da": ("Fil", "Ark", "Linje eller sti", "Kolonne", "Regel", "Forklaring"),
        "en": ("File", "Sheet", "Line or path", "Column", "Rule", "Explanation"),
    }
    text = io.StringIO()
    write = csv.writer(text, delimiter=";", lineterminator="\r\n")
    write.writerow(heads[lang])
    for fault in faults:
        place = fault.place
        column = "" if place.column is None else column_letters(place.column)
        cells = (
            place.file, place.sheet or "", str(place.line or place.path or ""), column,
            fault.rule.value, fault.reason(lang),
        )  # fmt: skip
        write.writerow([escape_formula(cell) for cell in cells])
    return text.getvalue().encode("utf-8-sig")
