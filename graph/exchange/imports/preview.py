"""Preview of an import, row by row, before anything is written, and its change set.

The rules of the model are checked on the whole result, so that a row the store would refuse is
refused here, with its place.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeVar

from graph.errors import InvalidNeed
from graph.exchange.csv import escape_formula
from graph.exchange.imports.comparison import (
    FieldDifference,
    FieldVerdict,
    ImportOptions,
    PersonDuplicate,
)
from graph.exchange.imports.faults import (
    FileRefused,
    ImportFault,
    ImportRule,
    column_letters,
)
from graph.exchange.imports.plan import ImportPlan
from graph.exchange.imports.planned_elements import (
    PlannedChanges,
    PlannedFault,
    PlannedRow,
    WordQuestion,
    target_field,
)
from graph.exchange.imports.register import ImportRegister
from graph.exchange.imports.words import KindProposal
from graph.model import (
    Actor,
    Authority,
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
from graph.progress import Progress, Stage, report
from graph.vocabulary import Label, Language, LinkType, Rule, Term

PlanT = TypeVar("PlanT", bound=ImportPlan)
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


_MISSING: Final[Mapping[Language, str]] = {
    "da": "kolonner, som den sidste liste havde, mangler",
    "en": "columns that the last list had are missing",
}


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
    """The effects of an import. `faults` concern the mapping: if there are any, no row was read.

    Of records of other systems, `questions` are words for which a reading must be chosen first,
    `readings` words that nearly equal a kind, with that kind, and `paths` their places in the file,
    by line. `missing` are the columns that the last list had and this one does not have.
    """

    options: ImportOptions
    revision: int
    digest: str
    rows: tuple[PreviewRow, ...]
    faults: tuple[ImportFault, ...] = ()
    notes: Mapping[Term, int]
    creates: tuple[Node | Link, ...] = ()
    updates: tuple[Node | Link, ...] = ()
    ends: tuple[End, ...] = ()
    questions: tuple[WordQuestion, ...] = ()
    readings: Mapping[str, KindProposal] = field(default_factory=dict[str, KindProposal])
    paths: Mapping[int, str] = field(default_factory=dict[int, str])
    missing: tuple[str, ...] = ()

    def note_texts(self, lang: Language) -> Mapping[str, int]:
        """Return the notes in words, with their counts; missing columns by their headers."""
        missing = _MISSING[lang]
        return {
            **(
                {f"{missing}: {', '.join(self.missing)}": len(self.missing)} if self.missing else {}
            ),
            **{note.label(lang): count for note, count in self.notes.items()},
        }

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

    def asked_words(self) -> Mapping[str, int]:
        """Return the words for posts at which several rows meet, with the number of these rows."""
        return Counter(
            fault.proposals[0] for fault in self.all_faults() if fault.rule is ImportRule.SYNONYM
        )

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


def preview_plan(
    make_plan: Callable[[Collection[int]], PlanT],
    register: ImportRegister,
    options: ImportOptions,
    digest: str,
    fault_at: Callable[[int | None, PlannedFault], ImportFault],
    denied: Callable[[PlannedChanges], Mapping[str, ImportRule | Rule]],
    *,
    faults: Mapping[int, tuple[ImportFault, ...]] | None = None,
    left_out: Collection[int] = (),
    is_whole: bool = True,
) -> tuple[Preview, PlanT]:
    """Plan the rows of a file, and return their preview and the plan. O(rows + nodes + links).

    `make_plan` plans the rows of a file but those of some lines, `fault_at` places a fault in the
    file, and `faults` and `left_out` are the lines that are refused or left out already. A file
    that is not whole ends nothing. `denied` returns by id which elements of a plan may not be
    written, and why: their rows are refused, and elements that would end are kept. If words of the
    file have no meaning yet, nothing is planned.

    Raises: FileRefused: the result breaks a rule of the model, and no row is to blame.
    """
    refused = dict(faults or {})
    skipped, questions = set(left_out), dict[int, PlannedRow]()
    while True:  # replan without refused rows, since others may depend on them
        plan = make_plan({*refused, *skipped})
        ended: tuple[Element, ...] = ()
        if plan.questions:
            return Preview(
                options=options, revision=register.revision, digest=digest, rows=(), notes={}
            ), plan
        plan.compare_words()
        plan.compare_holders()
        questions |= {row.line: row for row in plan.rows if row.holders}
        new_faults = {
            row.line: tuple(fault_at(row.line, fault) for fault in row.faults)
            for row in plan.rows
            if row.faults
        }
        if not new_faults and not plan.left_out:
            if is_whole and not refused:
                ended = (*(plan.end_unseen() if options.is_complete else ()), *plan.end_vacant())
            new_faults = denied_faults(plan, denied(plan), fault_at) or rule_faults(
                plan, register, fault_at
            )
        if not new_faults and not plan.left_out:
            break
        refused |= new_faults
        skipped |= plan.left_out
    rows = {
        line: _unplanned_row(
            questions.get(line, PlannedRow(line=line)), plan, refused.get(line, ())
        )
        for line in {*refused, *skipped}
    }
    rows |= {row.line: _planned_row(row, plan) for row in plan.rows}
    preview = Preview(
        options=options,
        revision=register.revision,
        digest=digest,
        rows=(*(rows[line] for line in sorted(rows)), *ended_rows(ended, plan, register)),
        notes={},
        creates=tuple(plan.creates.values()),
        updates=tuple(plan.updates.values()),
        ends=tuple(plan.ends.values()),
    )
    return preview, plan


def _unplanned_row(
    asked: PlannedRow, plan: ImportPlan, faults: tuple[ImportFault, ...]
) -> PreviewRow:
    """A row that is refused, or left out if it has no faults; it may ask about holders."""
    return PreviewRow(
        line=asked.line,
        state=RowState.REFUSED if faults else RowState.LEFT_OUT,
        post=plan.post_name(asked.post),
        person=asked.person_name if asked.holders else None,
        duplicates=tuple(asked.duplicates),
        holders=asked.holders,
        faults=faults,
    )


def _planned_row(row: PlannedRow, plan: ImportPlan) -> PreviewRow:
    return PreviewRow(
        line=row.line,
        state=_state_of(row, plan),
        post=row.unit_name if row.post is None else plan.post_name(row.post),
        person=row.person_name,
        created=tuple(row.created_ids),
        ended=tuple(row.ended_ids),
        differences=tuple(row.differences),
        duplicates=tuple(row.duplicates),
        holders=row.holders,
    )


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
    report(Progress(Stage.RULES))
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


def _state_of(planned_row: PlannedRow, plan: ImportPlan) -> RowState:
    """Return the state of a planned row, compared with the register."""
    if any(difference.verdict is FieldVerdict.CONFLICT for difference in planned_row.differences):
        return RowState.CONFLICT
    nodes = [plan.creates[element_id] for element_id in planned_row.created_ids]
    kinds = Person | Actor | ResourceIndividual | Authority | Organization
    if any(isinstance(node, kinds) for node in nodes):
        return RowState.NEW
    if planned_row.unit_name is not None and planned_row.ended_ids:
        return RowState.CHANGED if planned_row.created_ids else RowState.ENDED
    if planned_row.created_ids or planned_row.ended_ids or planned_row.differences:
        return RowState.CHANGED
    return RowState.UNCHANGED


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
