"""Undoing an import or a change set: the change set that takes back what it wrote.

Nothing is deleted. An element that an import created ends on the day it began, so that it is never
valid, and does not overlap with the one it had replaced; without a first day it gets that of the
undo. What a form created ends on the day of the undo. A link without dates at a new node lasts as
long as the node, and is left as it is. What was changed or ended gets its old values back.

What was edited since, and is not as it was again, is kept: the edited fields of an element that was
there before; otherwise the whole element with what it links to, such as a person with the post that
they hold, and the authority of the post. Therefore imports are undone the newest first.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple, cast

from graph.model import (
    Change,
    ChangeKind,
    ChangeReason,
    ChangeSet,
    Consent,
    ContactDetail,
    Element,
    End,
    Link,
    Mark,
    Node,
    id_of,
    marked_fields,
)
from graph.model.changes import WrittenChanges
from graph.model.rule_context import ends
from graph.snapshot.columns import LABELS, TYPES
from graph.snapshot.field_types import FieldKind, class_of, field_types, pack, unpack
from graph.snapshot.snapshot import Snapshot

_VALUE: Final = "value"
_NOT_NEEDED: Final = frozenset({"verified_by", "declared_by", "source_id", "target_id"})
"""References that do not prevent an undo: of checkers; link ends are examined separately."""


_CONTACT: Final = frozenset({"channel", "hint", _VALUE})
"""Fields of a contact detail that are restored together, or not at all."""


class KeepReason(StrEnum):
    """Why an undo keeps something."""

    EDITED = "EDITED"
    NEEDED = "NEEDED"
    CONSENT = "CONSENT"


class KeptElement(NamedTuple):
    """An element that an undo keeps, wholly or in the fields that were edited since.

    `by` is the later element that needs it, or the account that edited it last.
    """

    id: str
    why: KeepReason
    by: str = ""


@dataclass(frozen=True, slots=True)
class Undo:
    """The change set of an undo, and what it keeps.

    `restored` is the number of elements that get old values back; the others of the change set were
    created by what is undone.
    """

    changes: ChangeSet
    restored: int
    kept: tuple[KeptElement, ...]


@dataclass(frozen=True, slots=True)
class _ImportEffect:
    """The effect of an import on one element, over all its change sets.

    `before` holds the values before its first write.
    """

    is_new: bool
    before: Mapping[str, object]


def undo_key(batch: str) -> str:
    """Return the idempotency key of the undo of an import: nobody undoes it a second time."""
    return id_of("undo of", batch)


def undo_of(
    written: WrittenChanges, snapshot: Snapshot, *, made_by: str, made_at: datetime, on: date
) -> Undo:
    """Return what undoes an import or a change set on a day, and what it keeps.

    `written` is that of `Store.batch` or `Store.change_set`, `snapshot` is the present graph.
    Elements erased since are left out, and so are old values that can no longer be read.
    """
    effects: dict[str, _ImportEffect] = {}
    for change in written.changes:
        first = effects.get(change.touched)
        is_new = change.kind is ChangeKind.CREATED if first is None else first.is_new
        before = change.before if first is None else {**change.before, **first.before}
        effects[change.touched] = _ImportEffect(is_new, before)
    present: dict[str, Element] = {}
    for element_id in effects:
        if (row := snapshot.row_of.get(element_id)) is not None:
            present[element_id] = snapshot.node(row)
        elif (row := snapshot.link_row_of.get(element_id)) is not None:
            present[element_id] = snapshot.link(row)
    later: dict[str, list[Change]] = {}
    for change in written.later:
        later.setdefault(change.touched, []).append(change)
    edited = {
        element_id: _edited_fields(
            present[element_id], changes, written.same_values, is_new=effects[element_id].is_new
        )
        for element_id, changes in later.items()
        if element_id in present
    }
    kept: list[KeptElement] = []
    for element_id, element in present.items():
        effect, fields = effects[element_id], edited.get(element_id, frozenset()) - {"batch"}
        if effect.is_new and isinstance(element, Consent):  # a receipt, which never ends
            kept.append(KeptElement(element_id, KeepReason.CONSENT))
        elif fields if effect.is_new else fields & effect.before.keys():
            kept.append(KeptElement(element_id, KeepReason.EDITED, later[element_id][-1].made_by))
    new = {element_id for element_id, effect in effects.items() if effect.is_new}
    kept += _nodes_in_use(new, set(effects), snapshot)
    kept_ids = _with_needs((entry.id for entry in kept), new, present, snapshot)
    restored: list[Element] = []
    updates: list[Element] = []
    endings: list[End] = []
    for element_id, element in present.items():
        if not effects[element_id].is_new:
            fields = edited.get(element_id, frozenset())
            before = {
                name: value
                for name, value in effects[element_id].before.items()
                if name not in fields
            }
            if before.keys() - {"batch"}:
                restored.append(_restore(element, before))
        elif element_id in kept_ids or (
            isinstance(element, Link)
            and element.valid_from is None
            and element.valid_to is None
            and any(end in new - kept_ids for end in ends(element))
        ):
            continue
        elif element.batch is None:
            endings.append(End(id=element.id, on=on, based_on=element.revision))
        elif element.valid_from is not None:
            endings.append(End(id=element.id, on=element.valid_from, based_on=element.revision))
        else:
            updates.append(replace(element, valid_from=on, valid_to=on))
    changes = ChangeSet(
        made_by=made_by,
        made_at=made_at,
        reason=ChangeReason.CORRECTED,
        updates=tuple(cast("list[Node | Link]", restored + updates)),
        ends=tuple(endings),
    )
    return Undo(changes, len(restored), tuple(sorted(kept)))


def _edited_fields(
    element: Element, later: Sequence[Change], same_values: frozenset[str], *, is_new: bool
) -> frozenset[str]:
    """The fields whose value is not the one before the later changes.

    That a new element has ended since is no edit: the undo ends it too.
    """
    before: dict[str, object] = {}
    for change in reversed(later):
        before |= {**dict.fromkeys(change.fields), **change.before}
    edited: set[str] = set()
    for name in before.keys() - {_VALUE}:
        value, present = _unpack(element, name, before[name]), getattr(element, name)
        is_end = is_new and name == "valid_to" and present and (not value or present < value)
        if value != present and not is_end:
            edited.add(name)
    if _VALUE in before and element.id not in same_values:
        edited.add(_VALUE)
    return frozenset(edited | _CONTACT if edited & _CONTACT else edited)


def _nodes_in_use(new: set[str], touched: set[str], snapshot: Snapshot) -> Iterator[KeptElement]:
    """New nodes that a later element is linked to or refers to; no earlier one can be."""
    for node_id in new & snapshot.row_of.keys():
        row = snapshot.row_of[node_id]
        for around in (snapshot.out, snapshot.into):
            links: list[int] = around.links[around.start[row] : around.start[row + 1]].tolist()
            for link in links:
                if snapshot.links.ids[link] not in touched and not _is_gone(snapshot, link):
                    yield KeptElement(node_id, KeepReason.NEEDED, snapshot.links.ids[link])
    for what in (*LABELS, *TYPES):
        columns = snapshot.tables[what].columns
        for name in _references(class_of(what)):
            for element_id, value in zip(
                columns["id"], cast("Sequence[Any]", columns[name]), strict=True
            ):
                if element_id not in touched:
                    for node_id in new.intersection(_ids_in(value)):
                        if not _is_taken_back(snapshot, str(element_id)):
                            yield KeptElement(node_id, KeepReason.NEEDED, str(element_id))


def _is_gone(snapshot: Snapshot, link: int) -> bool:
    """Whether a link, or a node that it joins, was taken back."""
    return snapshot.link(link).is_taken_back() or any(
        snapshot.node(int(rows[link])).is_taken_back()
        for rows in (snapshot.links.source, snapshot.links.target)
    )


def _is_taken_back(snapshot: Snapshot, element_id: str) -> bool:
    row = snapshot.row_of.get(element_id)
    if row is not None:
        return snapshot.node(row).is_taken_back()
    return _is_gone(snapshot, snapshot.link_row_of[element_id])


def _references(cls: type[Element]) -> list[str]:
    """The fields that contain ids of nodes which must continue to exist."""
    references = [name for name in marked_fields(cls, Mark.REF) if name not in _NOT_NEEDED]
    return [*references, "audience"] if cls is Consent else references


def _ids_in(value: Any) -> set[str]:
    return {value} if isinstance(value, str) else set(value or ())


def _with_needs(
    kept: Iterable[str], new: set[str], present: Mapping[str, Element], snapshot: Snapshot
) -> set[str]:
    """What is kept, with what the undone change set created and it needs.

    A link needs its ends, a node what it is linked to and refers to, a contact detail or consent
    also whose it is.
    """
    found: set[str] = set()
    waiting = list(kept)
    while waiting:
        element_id = waiting.pop()
        if element_id in found or element_id not in new or element_id not in present:
            continue
        found.add(element_id)
        element = present[element_id]
        for name in _references(type(element)):
            waiting += _ids_in(getattr(element, name))
        if isinstance(element, Link):
            waiting += ends(element)
            continue
        row = snapshot.row_of[element_id]
        is_owned = isinstance(element, ContactDetail | Consent)
        for around in (snapshot.out, snapshot.into) if is_owned else (snapshot.out,):
            links: list[int] = around.links[around.start[row] : around.start[row + 1]].tolist()
            waiting += (snapshot.links.ids[link] for link in links)
    return found


def _restore(element: Element, before: Mapping[str, object]) -> Element:
    """Return an element with its old values."""
    types = field_types(type(element))
    return replace(
        element,
        **{
            name: value if name == _VALUE else _unpack(element, name, value)
            for name, value in before.items()
            if name == _VALUE or name in types
        },
    )


def _unpack(element: Element, name: str, value: object) -> Any:
    """Return a value of a field as the element has it."""
    field = field_types(type(element))[name]
    is_set = field.kind in (FieldKind.TEXTS, FieldKind.WORDS)
    return unpack(field, pack(field, [value or () if is_set else value]), 0)
