"""Writing of the changes of a change set: elements with sealed fields, and change records.

The rows per statement are limited, and rows are created as they are sent, so that an import needs
little memory in addition to its elements.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC
from typing import Final, LiteralString

from neo4j import ManagedTransaction

from graph.errors import NotFound
from graph.model import (
    ChangeKind,
    ChangeSet,
    ContactDetail,
    Element,
    Link,
    Mark,
    Node,
    ReachedBy,
    marked_fields,
)
from graph.model.rule_context import RuleContext
from graph.store import cypher
from graph.store.batches import batches
from graph.store.codec import properties, sealed_detail, sealed_fields, sort_of, stored_value
from graph.store.connection import state
from graph.store.encryption.keyring import Keyring
from graph.store.encryption.sealing import OwnerKey, require_keys
from graph.store.external_ids import external_name, is_personal

_NOT_COMPARED: Final = frozenset({"id", "revision", "value"})
Row = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedChange:
    """The change of one element; `sealed` is its ciphertext as stored in the database."""

    kind: ChangeKind
    before: Element | None
    after: Element
    sealed: Mapping[str, object]

    def changed_fields(self) -> tuple[str, ...]:
        """Return the names of the fields that change; none for a new element.

        If a value of a contact detail is given, it counts as changed.
        """
        if self.before is None:
            return ()
        names = [
            field.name
            for field in fields(self.after)
            if field.name not in _NOT_COMPARED
            and getattr(self.before, field.name) != getattr(self.after, field.name)
        ]
        has_value = isinstance(self.after, ContactDetail) and self.after.value is not None
        return (*names, "value") if has_value else tuple(names)

    def external_name(self) -> str | None:
        """Return the external id with its source if either is new; otherwise None."""
        name = external_name(self.after)
        is_old = self.before is not None and external_name(self.before) == name
        return None if is_old else name


def write_rows(
    tx: ManagedTransaction,
    keyring: Keyring,
    touched: Sequence[AppliedChange],
    context: RuleContext,
    changes: ChangeSet,
    revision: int,
) -> None:
    """Write each element and the record of its change, nodes before links.

    Raises: NotFound: the key of a known owner was destroyed.
    """
    # By the id of an element, the owner whose key seals its new values.
    owners: dict[str, str] = {}
    for change in touched:
        element = change.after
        if isinstance(element, ContactDetail):
            if element.value:
                owners[element.id] = context.links_to(element.id, ReachedBy)[0].source_id
        elif _sealed_anew(change):
            owners[element.id] = element.id
    keys = keyring.existing_keys(owners.values())
    require_keys(owners.values(), keys, keyring.erased_owners())
    if keyless_owner := next((owner for owner in owners.values() if owner not in keys), None):
        raise NotFound(keyless_owner)
    # The keyring is written first: if this transaction fails, it only lists an id too many.
    keyring.index_external_ids(
        (name, change.after.id)
        for change in touched
        if is_personal(change.after) and (name := change.external_name()) is not None
    )
    change_set = {
        "revision": revision,
        "made_by": changes.made_by,
        "made_at": changes.made_at.astimezone(UTC),
        "reason": str(changes.reason),
        "idempotency": changes.idempotency,
        "batch": changes.batch,
    }
    tx.run(cypher.CREATE_CHANGE_SET, properties=change_set).consume()
    for statement, group in _groups(touched, context).items():
        what = str(sort_of(group[0].after))
        for batch in batches(group):
            rows = [_row(change, owners, keys, revision) for change in batch]
            tx.run(statement, rows=rows, revision=revision, what=what).consume()
    for batch in batches(change for change in touched if change.before is not None):
        rows = [_record(change, revision) for change in batch]
        tx.run(cypher.CREATE_CHANGES, rows=rows).consume()
    # Note the details that the blind index lacks.
    new = [
        change.after.id
        for change in touched
        if isinstance(change.after, ContactDetail) and change.after.value is not None
    ]
    if new:
        unindexed: list[str] = state(tx).get("unindexed") or []
        marks = {"unindexed": sorted({*unindexed, *new})}
        tx.run(cypher.SET_ON_STORE, properties=marks).consume()


def _groups(
    touched: Iterable[AppliedChange], context: RuleContext
) -> dict[LiteralString, list[AppliedChange]]:
    """Return the changes by the statement that writes them, nodes before links."""
    groups: defaultdict[LiteralString, list[AppliedChange]] = defaultdict(list)
    for change in sorted(touched, key=lambda change: isinstance(change.after, Link)):
        element = change.after
        if isinstance(element, Link):
            source, target = context.nodes[element.source_id], context.nodes[element.target_id]
            statement = (
                cypher.create_links(element.type, source.label, target.label)
                if change.before is None
                else cypher.update_links(element.type)
            )
            groups[statement].append(change)
        elif isinstance(element, Node):
            write = cypher.create_nodes if change.before is None else cypher.update_nodes
            groups[write(element.label)].append(change)
    return groups


def _row(
    change: AppliedChange, owners: Mapping[str, str], keys: Mapping[str, OwnerKey], revision: int
) -> Row:
    """Return an element as it is stored; ciphertexts that did not change stay as they were."""
    element, sealed, owner = change.after, change.sealed, owners.get(change.after.id)
    if owner is not None:
        if isinstance(element, ContactDetail):
            sealed = sealed_detail(element, owner, keys[owner])
        else:
            new = _sealed_anew(change)
            unchanged = {name: value for name, value in sealed.items() if name not in new}
            sealed = unchanged | sealed_fields(element, new, keys[owner])
    row: Row = {"values": properties(element, sealed) | {"revision": revision}}
    if change.before is None:
        row["external_name"] = None if is_personal(element) else external_name(element)
        if isinstance(element, Link):
            row |= {"source_id": element.source_id, "target_id": element.target_id}
    return row


def _sealed_anew(change: AppliedChange) -> tuple[str, ...]:
    names = marked_fields(type(change.after), Mark.SEALED)
    if not names or change.before is None:
        return names
    return tuple(name for name in change.changed_fields() if name in names)


def _record(change: AppliedChange, revision: int) -> Row:
    """Return the change record of an element that existed; a personal value remains sealed."""
    names, personal = change.changed_fields(), marked_fields(type(change.after), Mark.SEALED)
    before: Row = {}
    for name in names:
        if name == "value":
            old = change.sealed.get("sealed")
        elif name in personal:
            old = change.sealed.get(name)
        else:
            old = stored_value(getattr(change.before, name))
        before[f"before_{name}"] = old
    return {
        "revision": revision,
        "touched": change.after.id,
        "kind": str(change.kind),
        "what": str(sort_of(change.after)),
        "fields": list(names),
        "external_name": None if is_personal(change.after) else change.external_name(),
        **before,
    }
