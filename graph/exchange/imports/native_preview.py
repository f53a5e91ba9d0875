"""What an import of Kontaktvej's own format would do, compared with a Snapshot by id.

The elements keep the source that they have in the files; the batch is that of the import.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from functools import cache
from typing import Any, Final, cast

from graph.errors import Fault
from graph.exchange.imports.comparison import (
    FieldDifference,
    FieldVerdict,
    ImportOptions,
    KnownContacts,
    NoKnownContacts,
    verdict_of,
)
from graph.exchange.imports.faults import FilePlace, ImportFault, ImportRule
from graph.exchange.imports.native import NativeData, NativeElement
from graph.exchange.imports.preview import Preview, PreviewNote, PreviewRow, RowState
from graph.model import (
    Actor,
    Change,
    Consent,
    ContactDetail,
    Element,
    Link,
    Node,
    Person,
    rule_context,
    violations,
)
from graph.model.rule_context import ends
from graph.model.rules import lost_contacts
from graph.snapshot.snapshot import Snapshot
from graph.vocabulary import Rule

_NOT_COMPARED: Final = frozenset({"id", "revision", "batch", "value", "hint"})


def preview_native(
    data: NativeData,
    snapshot: Snapshot,
    options: ImportOptions,
    *,
    known: KnownContacts | None = None,
    history: Callable[[str], Sequence[Change]] = lambda _thing_id: (),
) -> Preview:
    """Compare the elements with a Snapshot, and plan the change set. O(elements of both).

    Nothing ends: the files are not a list of a source.
    """
    present = {thing.id: thing for thing in snapshot.things()}
    contacts = known or NoKnownContacts()
    rows: dict[str, PreviewRow] = {}
    creates: dict[str, Node | Link] = {}
    updates: dict[str, Node | Link] = {}
    for read in data.elements:
        new, old = read.element, present.get(read.element.id)
        if new.id in options.withheld:
            rows[new.id] = _refused(read, ImportRule.WITHHELD)
        elif old is None:
            if isinstance(new, ContactDetail) and new.value is None:
                rows[new.id] = _refused(read, Rule.REQUIRED)
                continue
            creates[new.id] = replace(new, revision=1, batch=options.batch)
            rows[new.id] = _row(read, RowState.NEW, created=(new.id,))
        elif type(old) is not type(new) or _joins_others(old, new):
            rows[new.id] = _refused(read, Rule.DUPLICATE)
        else:
            differences = _differences(old, new, contacts, options, history)
            if isinstance(old, Consent) and differences:
                rows[new.id] = _refused(read, Rule.CONSENT_FIXED)
                continue
            rows[new.id] = _row(read, _state(differences), differences=differences)
            followed = {
                one.field: getattr(new, one.field)
                for one in differences
                if one.verdict is FieldVerdict.CHANGED
            }
            if followed:
                if "value" in followed and isinstance(new, ContactDetail):
                    followed["hint"] = new.hint
                changed: Any = replace(cast("Any", old), **followed, batch=options.batch)
                updates[new.id] = changed
    _refuse_broken(data, present, rows, creates, updates)
    conflicts = sum(row.state is RowState.CONFLICT for row in rows.values())
    mark = (data.digest, options.source, options.batch, str(options.takes_source))
    return Preview(
        options=options,
        revision=snapshot.revision,
        digest=hashlib.sha256("\x1f".join(mark).encode()).hexdigest(),
        rows=tuple(rows[read.element.id] for read in data.elements),
        notes={PreviewNote.CONFLICTS: conflicts} if conflicts else {},
        creates=tuple(creates.values()),
        updates=tuple(updates.values()),
    )


def _joins_others(old: Element, new: Element) -> bool:
    return isinstance(old, Link) and isinstance(new, Link) and ends(old) != ends(new)


def _differences(
    old: Element,
    new: Element,
    known: KnownContacts,
    options: ImportOptions,
    history: Callable[[str], Sequence[Change]],
) -> tuple[FieldDifference, ...]:
    names = [name for name in _compared(type(old)) if getattr(old, name) != getattr(new, name)]
    if (
        isinstance(new, ContactDetail)
        and new.value is not None
        and new.id not in known.details_with(new.channel, new.value.uncover())
    ):
        names.append("value")
    found: list[FieldDifference] = []
    for name in names:
        is_value = name == "value"  # shown by its hint alone
        ours = getattr(old, "hint" if is_value else name)
        is_empty = ours in (None, frozenset())
        found.append(
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
    return tuple(found)


@cache
def _compared(cls: type[Element]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(cls) if field.name not in _NOT_COMPARED)


def _state(differences: Sequence[FieldDifference]) -> RowState:
    if any(one.verdict is FieldVerdict.CONFLICT for one in differences):
        return RowState.CONFLICT
    return RowState.CHANGED if differences else RowState.UNCHANGED


def _row(read: NativeElement, state: RowState, **more: Any) -> PreviewRow:
    thing = read.element
    return PreviewRow(
        line=read.line,
        state=state,
        post=thing.name if isinstance(thing, Actor) else None,
        person=thing.name if isinstance(thing, Person) else None,
        **more,
    )


def _refused(read: NativeElement, rule: ImportRule | Rule, field: str | None = None) -> PreviewRow:
    place = FilePlace(file=read.file, line=read.line, header=field)
    return PreviewRow(
        line=read.line, state=RowState.REFUSED, faults=(ImportFault(place=place, rule=rule),)
    )


def _refuse_broken(
    data: NativeData,
    present: dict[str, Element],
    rows: dict[str, PreviewRow],
    creates: dict[str, Node | Link],
    updates: dict[str, Node | Link],
) -> None:
    """Refuse the elements that break rules of the model, until none is left that does."""
    by_id = {read.element.id: read for read in data.elements}
    before = rule_context(present.values())
    while touched := {**creates, **updates}:
        after = rule_context([*present.values(), *touched.values()])
        broken: list[Fault] = [*violations(after, list(touched)), *lost_contacts(before, after)]
        blamed: dict[str, Fault] = {}
        for fault in broken:
            if fault.where in touched:
                blamed.setdefault(fault.where, fault)
                continue
            for thing in touched.values():  # the fault is at a neighbor
                if isinstance(thing, Link) and fault.where in ends(thing):
                    blamed.setdefault(thing.id, fault)
        if not blamed:
            return
        for thing_id, fault in blamed.items():
            creates.pop(thing_id, None)
            updates.pop(thing_id, None)
            rows[thing_id] = _refused(by_id[thing_id], fault.rule, fault.field)
