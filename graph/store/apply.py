"""Atomic application of a change set, written as nodes, links and change records.

The order is essential. First the revision counter is incremented, which serializes writers; then
revisions are compared and rules checked; only then is anything written.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC
from typing import Final, LiteralString, NoReturn

from neo4j import ManagedTransaction

from graph.errors import Conflict, Fault, Invalid, NotFound
from graph.model import (
    ChangeKind,
    ChangeSet,
    Consent,
    ContactDetail,
    Element,
    Link,
    Mark,
    Node,
    ReachedBy,
    SucceededBy,
    marked,
)
from graph.model.rule_context import RuleContext, ends, rule_context
from graph.model.rules import lost_contacts, violations
from graph.store import cypher
from graph.store.codec import (
    properties,
    sealed_detail,
    sealed_fields,
    sort_of,
    stored_value,
)
from graph.store.connection import state
from graph.store.encryption.keyring import Keyring
from graph.store.encryption.sealing import require_keys
from graph.store.read_set import ReadSet, read_read_set
from graph.vocabulary import Rule

_NOT_COMPARED: Final = frozenset({"id", "revision", "value"})


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedChange:
    """The change of one element; `sealed` is its ciphertext as stored in the database."""

    kind: ChangeKind
    before: Element | None
    after: Element
    sealed: Mapping[str, object]

    def changed(self) -> tuple[str, ...]:
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


def draft(changes: ChangeSet, read_set: ReadSet) -> tuple[AppliedChange, ...]:
    """Return the change of each element, in the order of the change set.

    Raises:
        NotFound: an element to change or end does not exist.
        Conflict: it was changed since the revision the change is based on.
        Invalid: an id exists already, or an immutable field is changed.
    """
    touched = [
        AppliedChange(kind=ChangeKind.CREATED, before=None, after=thing, sealed={})
        for thing in changes.creates
    ]
    for thing in changes.updates:
        before = _based_on(read_set, thing.id, thing.revision)
        sealed = read_set.sealed.get(thing.id, {})
        touched.append(
            AppliedChange(kind=ChangeKind.UPDATED, before=before, after=thing, sealed=sealed)
        )
    for end in changes.ends:
        before = _based_on(read_set, end.id, end.based_on)
        after = replace(before, valid_to=end.on)
        sealed = read_set.sealed.get(end.id, {})
        touched.append(
            AppliedChange(kind=ChangeKind.ENDED, before=before, after=after, sealed=sealed)
        )
    touched += _links_ended_with_nodes(changes, read_set, {change.after.id for change in touched})
    faults = tuple(_faults(touched, read_set))
    if faults:
        raise Invalid(faults)
    return tuple(touched)


def _links_ended_with_nodes(
    changes: ChangeSet, read_set: ReadSet, direct: Collection[str]
) -> Iterator[AppliedChange]:
    """End the links of an ended node on the same date where their own end is later.

    A link is valid only while both its ends are, so one without an end of its own is left as it
    is; so is one that begins on or after the date, which an end date cannot correct. SUCCEEDED_BY
    links and links in the change set, `direct`, are left as well.
    """
    ended = {end.id: end for end in changes.ends if isinstance(read_set.things.get(end.id), Node)}
    if not ended:
        return
    for link in read_set.things.values():
        if not isinstance(link, Link) or isinstance(link, SucceededBy) or link.id in direct:
            continue
        on = min((ended[node].on for node in ends(link) if node in ended), default=None)
        if on is None or link.valid_to is None or link.valid_to <= on:
            continue
        if link.valid_from is None or link.valid_from < on:
            after = replace(link, valid_to=on)
            yield AppliedChange(kind=ChangeKind.ENDED, before=link, after=after, sealed={})


def _based_on(read_set: ReadSet, thing_id: str, revision: int) -> Element:
    thing = read_set.things.get(thing_id)
    if thing is None:
        raise NotFound(thing_id)
    if thing.revision != revision:
        raise Conflict(thing_id, based_on=revision, current=thing.revision)
    return thing


def _faults(touched: Iterable[AppliedChange], read_set: ReadSet) -> Iterator[Fault]:
    ids: set[str] = set()
    for change in touched:
        thing = change.after
        if thing.id in ids or (change.before is None and thing.id in read_set.existing_ids):
            yield Fault(thing.id, "id", Rule.DUPLICATE)
        ids.add(thing.id)
        # The type, the ends of a link and the terms of a consent are immutable.
        before = change.before
        if before is not None and type(before) is not type(thing):
            yield Fault(thing.id, "id", Rule.DUPLICATE)
        elif isinstance(before, Link) and isinstance(thing, Link) and ends(before) != ends(thing):
            yield Fault(thing.id, "source_id", Rule.WRONG_ENDS)
        elif isinstance(before, Consent):
            for name in change.changed():
                if name != "withdrawn_on" or before.withdrawn_on is not None:
                    yield Fault(thing.id, name, Rule.CONSENT_FIXED)
        # A new channel needs the value too: the old ciphertext is bound to the old channel.
        if (
            isinstance(thing, ContactDetail)
            and thing.value is None
            and (change.before is None or "channel" in change.changed())
        ):
            yield Fault(thing.id, "value", Rule.REQUIRED)


Rows = list[dict[str, object]]


class WrittenBefore(Exception):
    """Rolls back a write whose idempotency key was used; holds the revision of the first write."""

    def __init__(self, revision: int) -> None:
        super().__init__(revision)
        self.revision = revision


class DryRunResult(Exception):
    """Rolls back a valid dry run; holds the changes it would have written."""

    def __init__(self, touched: tuple[AppliedChange, ...]) -> None:
        super().__init__(len(touched))
        self.touched = touched


def dry_run(tx: ManagedTransaction, keyring: Keyring, changes: ChangeSet) -> NoReturn:
    """Validate a change set as `write` does, and write nothing.

    Raises:
        DryRunResult: the change set is valid.
        NotFound, Conflict, Invalid: see `Store.apply`.
    """
    _increment_revision(tx, None)
    touched, _ = _validate(tx, keyring, changes)
    raise DryRunResult(touched)


def write(tx: ManagedTransaction, keyring: Keyring, changes: ChangeSet) -> int:
    """Apply a change set inside a transaction and return the new revision.

    New owners must have their keys already.

    Raises:
        WrittenBefore: its idempotency key was used.
        NotFound, Conflict, Invalid: see `Store.apply`.
    """
    revision = _increment_revision(tx, changes.idempotency)
    touched, context = _validate(tx, keyring, changes)
    _write_things(tx, _sealed_rows(touched, context, keyring, revision), context)
    _write_changes(tx, touched, changes, revision)
    # The details that the blind index lacks.
    new = [
        change.after.id
        for change in touched
        if isinstance(change.after, ContactDetail) and change.after.value is not None
    ]
    if new:
        unindexed: list[str] = state(tx).get("unindexed") or []
        marks = {"unindexed": sorted({*unindexed, *new})}
        tx.run(cypher.SET_ON_STORE, properties=marks).consume()
    return revision


def _validate(
    tx: ManagedTransaction, keyring: Keyring, changes: ChangeSet
) -> tuple[tuple[AppliedChange, ...], RuleContext]:
    """Return the change of each element, and the rule context as it will be afterwards.

    Raises: NotFound, Conflict, Invalid: see `Store.apply`.
    """
    read_set = read_read_set(tx, keyring, changes)
    touched = draft(changes, read_set)
    after = rule_context((*read_set.things.values(), *(change.after for change in touched)))
    ids = [change.after.id for change in touched]
    before = rule_context(read_set.things.values())
    faults = (*violations(after, ids), *lost_contacts(before, after))
    if faults:
        raise Invalid(faults)
    return touched, after


def new_owners(changes: ChangeSet) -> Iterator[str]:
    """Yield the owners who need a key before the write.

    They are new nodes with sealed fields, and the owners of new contact details.
    """
    details = {thing.id for thing in changes.creates if isinstance(thing, ContactDetail)}
    for thing in changes.creates:
        if marked(type(thing), Mark.SEALED):
            yield thing.id
        elif isinstance(thing, ReachedBy) and thing.target_id in details:
            yield thing.source_id


def _increment_revision(tx: ManagedTransaction, idempotency: str | None) -> int:
    revision: int = tx.run(cypher.INCREMENT_REVISION).single(strict=True)["revision"]
    if idempotency is not None:
        first = tx.run(cypher.WRITTEN_BEFORE, idempotency=idempotency).single()
        if first is not None:
            raise WrittenBefore(first["revision"])
    return revision


def _sealed_rows(
    touched: Sequence[AppliedChange], context: RuleContext, keyring: Keyring, revision: int
) -> list[tuple[AppliedChange, dict[str, object]]]:
    """Return each changed element with its properties as they will be stored.

    Ciphertexts that did not change stay as they were.

    Raises: NotFound: the key of a known owner was destroyed.
    """
    owners: dict[str, str] = {}  # whose key seals the new values, by id of the element
    for change in touched:
        thing = change.after
        if isinstance(thing, ContactDetail):
            if thing.value:
                owners[thing.id] = context.links_to(thing.id, ReachedBy)[0].source_id
        elif _sealed_anew(change):
            owners[thing.id] = thing.id
    keys = keyring.known(owners.values())
    require_keys(owners.values(), keys, keyring.erased())
    rows: list[tuple[AppliedChange, dict[str, object]]] = []
    for change in touched:
        thing, sealed, owner = change.after, change.sealed, owners.get(change.after.id)
        if owner is not None:
            if owner not in keys:
                raise NotFound(owner)
            if isinstance(thing, ContactDetail):
                sealed = sealed_detail(thing, owner, keys[owner])
            else:
                new = _sealed_anew(change)
                unchanged = {name: value for name, value in sealed.items() if name not in new}
                sealed = unchanged | sealed_fields(thing, new, keys[owner])
        rows.append((change, properties(thing, sealed) | {"revision": revision}))
    return rows


def _sealed_anew(change: AppliedChange) -> tuple[str, ...]:
    names = marked(type(change.after), Mark.SEALED)
    if change.before is None:
        return names
    return tuple(name for name in change.changed() if name in names)


def _write_things(
    tx: ManagedTransaction,
    rows: Iterable[tuple[AppliedChange, dict[str, object]]],
    context: RuleContext,
) -> None:
    """Write nodes before links, one statement per sort: 16,000 creates take about 50 statements."""
    batches: defaultdict[LiteralString, Rows] = defaultdict(list)
    ordered = sorted(rows, key=lambda row: isinstance(row[0].after, Link))
    for change, values in ordered:
        thing = change.after
        if change.before is not None:
            update = cypher.UPDATE_LINKS if isinstance(thing, Link) else cypher.UPDATE_NODES
            batches[update].append(values)
        elif isinstance(thing, Link):
            source, target = context.nodes[thing.source_id], context.nodes[thing.target_id]
            statement = cypher.create_links(thing.type, source.label, target.label)
            batches[statement].append(
                {"source_id": thing.source_id, "target_id": thing.target_id, "values": values}
            )
        elif isinstance(thing, Node):
            batches[cypher.create_nodes(thing.label)].append(values)
    for statement, batch in batches.items():
        tx.run(statement, rows=batch).consume()


def _write_changes(
    tx: ManagedTransaction, touched: Iterable[AppliedChange], changes: ChangeSet, revision: int
) -> None:
    written = {
        "revision": revision,
        "made_by": changes.made_by,
        "made_at": changes.made_at.astimezone(UTC),
        "reason": str(changes.reason),
        "idempotency": changes.idempotency,
    }
    tx.run(cypher.CREATE_CHANGE_SET, properties=written).consume()
    rows: Rows = []
    for change in touched:
        names, personal = change.changed(), marked(type(change.after), Mark.SEALED)
        before: dict[str, object] = {}  # as stored; a personal value remains sealed
        for name in names:
            if name == "value":
                old = change.sealed.get("sealed")
            elif name in personal:
                old = change.sealed.get(name)
            else:
                old = stored_value(getattr(change.before, name))
            before[f"before_{name}"] = old
        rows.append(
            {
                "revision": revision,
                "touched": change.after.id,
                "kind": str(change.kind),
                "what": str(sort_of(change.after)),
                "fields": list(names),
                **before,
            }
        )
    tx.run(cypher.CREATE_CHANGES, rows=rows).consume()
