"""Preview of an import of Kontaktvej's own format, compared with the register by id.

The elements keep the source that they have in the files; the batch is that of the import.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence, Set
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import cache
from typing import Any, Final, cast

from graph.errors import Fault, Invalid
from graph.exchange.imports.comparison import (
    Contact,
    FieldDifference,
    FieldVerdict,
    ImportOptions,
    KnownContacts,
    contact_of,
    no_contacts,
    verdict_of,
)
from graph.exchange.imports.faults import FilePlace, ImportFault, ImportRule
from graph.exchange.imports.native import NativeData, NativeElement
from graph.exchange.imports.planned_elements import PlannedChanges
from graph.exchange.imports.preview import Preview, PreviewNote, PreviewRow, RowState
from graph.exchange.selection import EMPTY, PERSONAL
from graph.model import (
    Actor,
    Change,
    Consent,
    ContactDetail,
    Element,
    End,
    Link,
    Node,
    Person,
    rule_context,
    violations,
)
from graph.model.rule_context import ends
from graph.model.rules import lost_contacts
from graph.progress import Progress, Stage, report, with_progress
from graph.vocabulary import Rule

_NOT_COMPARED: Final = frozenset({"id", "revision", "batch", "value", "hint"})


@dataclass(frozen=True, slots=True)
class NativePlan:
    """The elements that are created and changed; a change may set an element's last day."""

    creates: dict[str, Node | Link] = field(default_factory=dict[str, Node | Link])
    updates: dict[str, Node | Link] = field(default_factory=dict[str, Node | Link])
    ends: Mapping[str, End] = field(default_factory=dict[str, End])


def preview_native(
    data: NativeData,
    present: Mapping[str, Element],
    revision: int,
    options: ImportOptions,
    *,
    known_contacts: KnownContacts = no_contacts,
    history: Callable[[str], Sequence[Change]] = lambda _element_id: (),
    compares: Callable[[Element, str], bool] = lambda _element, _field: True,
    denied: Callable[[PlannedChanges], Mapping[str, ImportRule | Rule]] = lambda _plan: {},
) -> Preview:
    """Compare the elements with those that are known, by id, and plan the change set.

    Fields without a column stay as they are, and so do those that an export leaves empty.
    `compares` tells which fields of a known element may be compared; others stay as they are.
    `denied` returns by id which elements of the plan may not be written, and why. An element that
    is missing in the files does not end: they are not a list of a source. O(elements of both).
    """
    plan = NativePlan()
    details_with = known_contacts({
        contact
        for entry in data.elements
        if isinstance(entry.element, ContactDetail) and (contact := contact_of(entry.element))
    })  # fmt: skip
    rows: dict[str, PreviewRow] = {}
    by_id = {entry.element.id: entry for entry in data.elements}
    new_elements = {element_id: entry.element for element_id, entry in by_id.items()}
    known = {
        entry.element.id: present[entry.element.id]
        for entry in data.elements
        if entry.is_unnamed and entry.element.id in present
    }
    names = _names({**new_elements, **known}, present)
    for entry in with_progress(Stage.COMPARING, data.elements):
        new, old = entry.element, present.get(entry.element.id)
        checked_on: date | None = getattr(new, "verified_on", None)
        if not options.withheld.isdisjoint((new.id, new.external_id)):  # not imported
            rows[new.id] = _refused_row(entry, names, ImportRule.WITHHELD)
        elif isinstance(new, Consent) and not all(
            isinstance(new_elements.get(post) or present.get(post), Actor)
            for post in (new.recorded_by, new.renewal_by)
        ):  # these duties belong to posts, not to people
            rows[new.id] = _refused_row(entry, names, Rule.WRONG_ENDS)
        elif checked_on is not None and checked_on > options.on:
            rows[new.id] = _refused_row(entry, names, ImportRule.CHECK_AHEAD, "verified_on")
        elif old is None:
            if entry.is_unnamed or (isinstance(new, ContactDetail) and new.value is None):
                name = "name" if entry.is_unnamed else None
                rows[new.id] = _refused_row(entry, names, Rule.REQUIRED, name)
                continue
            plan.creates[new.id] = new  # gets the batch of its change set when written
            rows[new.id] = _row(entry, names, RowState.NEW, created=(new.id,))
        elif type(old) is not type(new) or (
            isinstance(old, Link) and isinstance(new, Link) and ends(old) != ends(new)
        ):
            rows[new.id] = _refused_row(entry, names, Rule.DUPLICATE)
        else:
            differences = tuple(
                difference
                for difference in _differences(
                    old, new, details_with, options, history, columns=data.columns[entry.file]
                )
                if compares(old, difference.field)
                and not (entry.is_unnamed and difference.field == "name")
            )
            if isinstance(old, Consent) and differences:
                rows[new.id] = _refused_row(entry, names, Rule.CONSENT_FIXED)
                continue
            rows[new.id] = _row(entry, names, _state(old, differences), differences=differences)
            followed = {
                difference.field: getattr(new, difference.field)
                for difference in differences
                if difference.verdict is FieldVerdict.CHANGED
            }
            if followed:
                if "value" in followed and isinstance(new, ContactDetail):
                    followed["hint"] = new.hint
                if "verified_on" in followed:
                    followed["verified_by"] = getattr(new, "verified_by", None)
                try:
                    changed: Any = replace(cast("Any", old), **followed, batch=options.batch)
                except Invalid as error:  # values of the file beside those that are kept
                    fault = error.faults[0]
                    rows[new.id] = _refused_row(entry, names, fault.rule, fault.field)
                    continue
                plan.updates[new.id] = changed

    def refuse(element_id: str, rule: ImportRule | Rule, name: str | None = None) -> None:
        plan.creates.pop(element_id, None)
        plan.updates.pop(element_id, None)
        rows[element_id] = _refused_row(by_id[element_id], names, rule, name)

    _refuse_broken(present, plan, options.on, refuse)
    while rules := denied(plan):  # then the elements that depend on the denied ones
        for element_id, rule in rules.items():
            refuse(element_id, rule)
        _refuse_broken(present, plan, options.on, refuse)
    conflicts = sum(row.state is RowState.CONFLICT for row in rows.values())
    mark = (data.digest, options.source, options.batch, str(options.takes_source))
    return Preview(
        options=options,
        revision=revision,
        digest=hashlib.sha256("\x1f".join(mark).encode()).hexdigest(),
        rows=tuple(rows[entry.element.id] for entry in data.elements),
        notes={PreviewNote.CONFLICTS: conflicts} if conflicts else {},
        creates=tuple(plan.creates.values()),
        updates=tuple(plan.updates.values()),
    )


def _differences(
    old: Element,
    new: Element,
    details_with: Mapping[Contact, Collection[str]],
    options: ImportOptions,
    history: Callable[[str], Sequence[Change]],
    *,
    columns: Set[str],
) -> tuple[FieldDifference, ...]:
    # An export leaves these fields empty, whatever their values.
    left_out = {"external_id", *(PERSONAL if isinstance(new, Person) else ())}
    names = [
        name
        for name in _compared_fields(type(old))
        if name in columns
        and getattr(old, name) != getattr(new, name)
        and not (name in left_out and getattr(new, name) in EMPTY)
    ]
    if (
        isinstance(new, ContactDetail)
        and (contact := contact_of(new))
        and new.id not in details_with.get(contact, ())
    ):
        names.append("value")
    differences: list[FieldDifference] = []
    for name in names:
        is_value = name == "value"  # shown by its hint alone
        ours = getattr(old, "hint" if is_value else name)
        is_empty = ours in EMPTY
        differences.append(
            FieldDifference(
                id=old.id,
                field=name,
                source_says=getattr(new, "hint" if is_value else name),
                we_say=ours,
                verdict=FieldVerdict.CHANGED
                if is_empty
                else verdict_of(old, name, options, history),
            )
        )
    return tuple(differences)


@cache
def _compared_fields(cls: type[Element]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(cls) if field.name not in _NOT_COMPARED)


def _state(old: Element, differences: Sequence[FieldDifference]) -> RowState:
    if any(difference.verdict is FieldVerdict.CONFLICT for difference in differences):
        return RowState.CONFLICT
    ending = next(
        (difference.source_says for difference in differences if difference.field == "valid_to"),
        None,
    )
    if ending is not None and (old.valid_to is None or ending < old.valid_to):
        return RowState.ENDED
    return RowState.CHANGED if differences else RowState.UNCHANGED


def _names(elements: Mapping[str, Element], present: Mapping[str, Element]) -> Mapping[str, str]:
    """The names of the elements of the files and of the known ends of their links."""
    named_elements = dict(elements)
    for element in elements.values():
        for end in ends(element) if isinstance(element, Link) else ():
            if end not in named_elements and end in present:
                named_elements[end] = present[end]
    names: dict[str, str] = {}
    for element_id, element in named_elements.items():
        texts = (getattr(element, name, None) for name in ("name", "display_name", "title", "hint"))
        names[element_id] = next((str(text) for text in texts if text), element.id)
    return names


def _row(
    entry: NativeElement, names: Mapping[str, str], state: RowState, **more: Any
) -> PreviewRow:
    element = entry.element
    name = names[element.id]
    if isinstance(element, Link):
        name = " → ".join(names.get(end, end) for end in ends(element))
    is_person = isinstance(element, Person)
    return PreviewRow(
        line=entry.line,
        state=state,
        sort=element.label if isinstance(element, Node) else element.type,
        post=None if is_person else name,
        person=name if is_person else None,
        **more,
    )


def _refused_row(
    entry: NativeElement,
    names: Mapping[str, str],
    rule: ImportRule | Rule,
    field: str | None = None,
) -> PreviewRow:
    place = FilePlace(file=entry.file, line=entry.line, header=field)
    fault = ImportFault(place=place, rule=rule)
    return _row(entry, names, RowState.REFUSED, faults=(fault,))


def _refuse_broken(
    present: Mapping[str, Element],
    plan: NativePlan,
    on: date,
    refuse: Callable[[str, ImportRule | Rule, str | None], None],
) -> None:
    """Refuse the elements that break rules of the model, until no element does."""
    report(Progress(Stage.RULES))
    before = rule_context(present.values())
    while touched := {**plan.creates, **plan.updates}:
        after = rule_context([*present.values(), *touched.values()])
        broken: list[Fault] = [
            *violations(after, list(touched), on=on),
            *lost_contacts(before, after),
        ]
        joined: defaultdict[str, list[str]] = defaultdict(list)
        for element in touched.values():
            for end in ends(element) if isinstance(element, Link) else ():
                joined[end].append(element.id)
        blamed: dict[str, Fault] = {}
        for fault in broken:
            at_fault = [fault.where]
            if fault.where not in touched:  # at a neighbor; its links are blamed once
                at_fault = joined.pop(fault.where, [])
            for element_id in at_fault:
                blamed.setdefault(element_id, fault)
        if not blamed:
            return
        for element_id, fault in blamed.items():
            refuse(element_id, fault.rule, fault.field)
