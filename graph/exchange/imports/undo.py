"""Undoing an import or a change set: the change set that takes back what it wrote.

Nothing is deleted. An element that an import created ends on the day it began, so that it is never
valid, and does not overlap with the one it had replaced; without a first day it gets that of the
undo. What a form created ends on the day of the undo. A link without dates at a new node lasts as
long as the node, and is left as it is. What was changed or ended gets its old values back.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final, cast

from graph.errors import Dependent, StillNeeded
from graph.model import (
    Change,
    ChangeKind,
    ChangeReason,
    ChangeSet,
    Consent,
    Element,
    End,
    Link,
    Mark,
    Node,
    id_of,
    marked_fields,
)
from graph.model.rule_context import ends
from graph.snapshot.columns import LABELS, TYPES
from graph.snapshot.field_types import FieldKind, class_of, field_types, pack, unpack
from graph.snapshot.snapshot import Snapshot

_VALUE: Final = "value"
_NOT_NEEDED: Final = frozenset({"verified_by", "declared_by", "source_id", "target_id"})
"""References that do not prevent an undo: of checkers; link ends are examined separately."""


@dataclass(frozen=True, slots=True)
class _ImportEffect:
    """The effect of an import on one element, over all its change sets.

    `revision` is that of its last write, `before` holds the values before its first.
    """

    is_new: bool
    revision: int
    before: Mapping[str, object]


def undo_key(batch: str) -> str:
    """Return the idempotency key of the undo of an import: nobody undoes it a second time."""
    return id_of("undo of", batch)


def undo_of(
    changes: Iterable[Change], snapshot: Snapshot, *, made_by: str, made_at: datetime, on: date
) -> ChangeSet:
    """Return the change set that undoes an import or a change set on a day.

    `changes` are those of `Store.batch` or `Store.change_set`, `snapshot` is the present graph.
    Elements erased since are left out, and so are old values that can no longer be read.

    Raises: StillNeeded: a later change touched an element of the import, or needs it.
    """
    touched: dict[str, _ImportEffect] = {}
    for change in sorted(changes, key=lambda change: change.revision):
        first = touched.get(change.touched)
        is_new = change.kind is ChangeKind.CREATED if first is None else first.is_new
        before = change.before if first is None else {**change.before, **first.before}
        touched[change.touched] = _ImportEffect(is_new, change.revision, before)
    present: dict[str, Element] = {}
    for element_id in touched:
        if (row := snapshot.row_of.get(element_id)) is not None:
            present[element_id] = snapshot.node(row)
        elif (row := snapshot.link_row_of.get(element_id)) is not None:
            present[element_id] = snapshot.link(row)
    dependents: set[Dependent] = set()
    for element_id, element in present.items():
        # A new consent is a receipt and never ends.
        is_receipt = touched[element_id].is_new and isinstance(element, Consent)
        if element.revision != touched[element_id].revision or is_receipt:
            dependents.add(Dependent(element_id, element_id))
    dependents.update(_dependents(touched, snapshot))
    if dependents:
        raise StillNeeded(sorted(dependents))
    updates: list[Element] = []
    endings: list[End] = []
    for element_id, element in present.items():
        if not touched[element_id].is_new:
            updates.append(_restore(element, touched[element_id].before))
        elif (  # a link without dates at a new node lasts as long as the node
            isinstance(element, Link)
            and element.valid_from is None
            and element.valid_to is None
            and any(end in touched and touched[end].is_new for end in ends(element))
        ):
            continue
        elif element.batch is None:
            endings.append(End(id=element.id, on=on, based_on=element.revision))
        elif element.valid_from is not None:
            endings.append(End(id=element.id, on=element.valid_from, based_on=element.revision))
        else:
            updates.append(replace(element, valid_from=on, valid_to=on))
    return ChangeSet(
        made_by=made_by,
        made_at=made_at,
        reason=ChangeReason.CORRECTED,
        updates=tuple(cast("list[Node | Link]", updates)),
        ends=tuple(endings),
    )


def _dependents(touched: Mapping[str, _ImportEffect], snapshot: Snapshot) -> Iterator[Dependent]:
    """New nodes that a later element is linked to or refers to; no earlier one can be."""
    new = {element_id for element_id, effect in touched.items() if effect.is_new}
    for node_id in new & snapshot.row_of.keys():
        row = snapshot.row_of[node_id]
        for around in (snapshot.out, snapshot.into):
            links: list[int] = around.links[around.start[row] : around.start[row + 1]].tolist()
            for link in links:
                if (link_id := snapshot.links.ids[link]) not in new:
                    yield Dependent(node_id, link_id)
    for what in (*LABELS, *TYPES):
        cls, columns = class_of(what), snapshot.tables[what].columns
        # The fields that contain ids of nodes which must continue to exist.
        references = [name for name in marked_fields(cls, Mark.REF) if name not in _NOT_NEEDED]
        if cls is Consent:
            references.append("audience")
        for name in references:
            for element_id, value in zip(
                columns["id"], cast("Sequence[Any]", columns[name]), strict=True
            ):
                if element_id not in touched:
                    node_ids = {value} if isinstance(value, str) else value
                    for node_id in new.intersection(node_ids):
                        yield Dependent(node_id, str(element_id))


def _restore(element: Element, before: Mapping[str, object]) -> Element:
    """Return an element with its old values."""
    types = field_types(type(element))
    old: dict[str, object] = {}
    for name, value in before.items():
        if name == _VALUE:
            old[name] = value
        elif name in types:
            field = types[name]
            is_set = field.kind in (FieldKind.TEXTS, FieldKind.WORDS)
            old[name] = unpack(field, pack(field, [value or () if is_set else value]), 0)
    return replace(element, **old)
