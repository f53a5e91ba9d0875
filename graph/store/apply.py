"""Atomic application of a change set, written as nodes, links and change records.

The order is essential. First the revision counter is incremented, which serializes writers; then
revisions are compared and rules checked; only then is anything written.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, date
from typing import Final, LiteralString, NoReturn, TypeVar

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
from graph.store.encryption.key_wrapping import OwnerKey
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


def draft(changes: ChangeSet, found: ReadSet) -> tuple[AppliedChange, ...]:
    """Return the change of each element, in the order of the change set.

    Raises:
        NotFound: an element to change or end does not exist.
        Conflict: it was changed since the revision the change is based on.
        Invalid: an id exists already, or an immutable field is changed.
    """
    named = (*_created(changes), *_updated(changes, found), *_ended(changes, found))
    touched = (*named, *_ended_along(changes, found, {one.after.id for one in named}))
    faults = tuple(_faults(touched, found))
    if faults:
        raise Invalid(faults)
    return touched


def _created(changes: ChangeSet) -> Iterator[AppliedChange]:
    for thing in changes.creates:
        yield AppliedChange(kind=ChangeKind.CREATED, before=None, after=thing, sealed={})


def _updated(changes: ChangeSet, found: ReadSet) -> Iterator[AppliedChange]:
    for thing in changes.updates:
        before = _based_on(found, thing.id, thing.revision)
        sealed = found.sealed.get(thing.id, {})
        yield AppliedChange(kind=ChangeKind.UPDATED, before=before, after=thing, sealed=sealed)


def _ended(changes: ChangeSet, found: ReadSet) -> Iterator[AppliedChange]:
    for end in changes.ends:
        before = _based_on(found, end.id, end.based_on)
        after = replace(before, valid_to=end.on)
        sealed = found.sealed.get(end.id, {})
        yield AppliedChange(kind=ChangeKind.ENDED, before=before, after=after, sealed=sealed)


def _ended_along(
    changes: ChangeSet, found: ReadSet, named: Collection[str]
) -> Iterator[AppliedChange]:
    """End the links of an ended node on the same date where their own end is later.

    A link is valid only while both its ends are, so one without an end of its own is left as it
    is. SUCCEEDED_BY links and links named in the change set are left as well.
    """
    ended = {end.id: end for end in changes.ends if isinstance(found.things.get(end.id), Node)}
    for thing in found.things.values() if ended else ():
        if isinstance(thing, Link) and not isinstance(thing, SucceededBy) and thing.id not in named:
            on = min((ended[one].on for one in ends(thing) if one in ended), default=None)
            if on and _lasts_beyond(thing, on):
                after = replace(thing, valid_to=on)
                yield AppliedChange(kind=ChangeKind.ENDED, before=thing, after=after, sealed={})


def _lasts_beyond(link: Link, on: date) -> bool:
    """Return whether the link has an end of its own after a date, and begins before it.

    A link that begins on or after the date cannot be corrected by an end date.
    """
    has_begun = link.valid_from is None or link.valid_from < on
    return has_begun and link.valid_to is not None and on < link.valid_to


def _based_on(found: ReadSet, thing_id: str, revision: int) -> Element:
    thing = found.things.get(thing_id)
    if thing is None:
        raise NotFound(thing_id)
    if thing.revision != revision:
        raise Conflict(thing_id, based_on=revision, current=thing.revision)
    return thing


def _faults(touched: Iterable[AppliedChange], found: ReadSet) -> Iterator[Fault]:
    seen: set[str] = set()
    for one in touched:
        thing = one.after
        if thing.id in seen or (one.before is None and thing.id in found.taken):
            yield Fault(thing.id, "id", Rule.DUPLICATE)
        seen.add(thing.id)
        if one.before is not None:
            yield from _fixed(one, one.before)
        if isinstance(thing, ContactDetail) and thing.value is None:
            yield from _needs_value(one)


def _fixed(one: AppliedChange, before: Element) -> Iterator[Fault]:
    """Yield changes of immutable facts: the type, the ends of a link, the terms of a consent."""
    after = one.after
    if type(before) is not type(after):
        yield Fault(after.id, "id", Rule.DUPLICATE)
    elif isinstance(before, Link) and isinstance(after, Link) and ends(before) != ends(after):
        yield Fault(after.id, "source_id", Rule.WRONG_ENDS)
    elif isinstance(before, Consent):
        for name in one.changed():
            if name != "withdrawn_on" or before.withdrawn_on is not None:
                yield Fault(after.id, name, Rule.CONSENT_FIXED)


def _needs_value(one: AppliedChange) -> Iterator[Fault]:
    """Require a value of a new detail, and with a new channel, which the old seal is bound to."""
    if one.before is None or "channel" in one.changed():
        yield Fault(one.after.id, "value", Rule.REQUIRED)


K = TypeVar("K")
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
    _raised(tx, None)
    touched, _ = _judged(tx, keyring, changes)
    raise DryRunResult(touched)


def write(tx: ManagedTransaction, keyring: Keyring, changes: ChangeSet) -> int:
    """Apply a change set inside a transaction and return the new revision.

    New owners must have their keys already.

    Raises:
        WrittenBefore: its idempotency key was used.
        NotFound, Conflict, Invalid: see `Store.apply`.
    """
    revision = _raised(tx, changes.idempotency)
    touched, world = _judged(tx, keyring, changes)
    _write_things(tx, _sealed_rows(touched, world, keyring, revision), world)
    _write_changes(tx, touched, changes, revision)
    _note_unindexed(tx, touched)
    return revision


def _judged(
    tx: ManagedTransaction, keyring: Keyring, changes: ChangeSet
) -> tuple[tuple[AppliedChange, ...], RuleContext]:
    """Return the change of each element, and the rule context as it will be afterwards.

    Raises: NotFound, Conflict, Invalid: see `Store.apply`.
    """
    found = read_read_set(tx, keyring, changes)
    touched = draft(changes, found)
    after = rule_context((*found.things.values(), *(one.after for one in touched)))
    ids = [one.after.id for one in touched]
    before = rule_context(found.things.values())
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


def _raised(tx: ManagedTransaction, idempotency: str | None) -> int:
    revision: int = tx.run(cypher.INCREMENT_REVISION).single(strict=True)["revision"]
    if idempotency is not None:
        first = tx.run(cypher.WRITTEN_BEFORE, idempotency=idempotency).single()
        if first is not None:
            raise WrittenBefore(first["revision"])
    return revision


def _sealed_rows(
    touched: Sequence[AppliedChange], world: RuleContext, keyring: Keyring, revision: int
) -> list[tuple[AppliedChange, dict[str, object]]]:
    """Return each changed element with its properties as they will be stored."""
    owners = {one.after.id: _owner(one, world) for one in touched}
    sealing = [owner for owner in owners.values() if owner is not None]
    keys = keyring.known(sealing)
    require_keys(sealing, keys, keyring.erased())
    return [
        (
            one,
            properties(one.after, _sealed(one, owners[one.after.id], keys))
            | {"revision": revision},
        )
        for one in touched
    ]


def _owner(one: AppliedChange, world: RuleContext) -> str | None:
    """Return the owner whose key seals the element's new values; None if none are to be sealed."""
    thing = one.after
    if isinstance(thing, ContactDetail):
        return world.links_to(thing.id, ReachedBy)[0].source_id if thing.value else None
    return thing.id if _sealed_anew(one) else None


def _sealed(
    one: AppliedChange, owner: str | None, keys: Mapping[str, OwnerKey]
) -> Mapping[str, object]:
    """Return the ciphertexts of the element: unchanged ones as they were, and newly sealed ones.

    Raises: NotFound: the key of a known owner was destroyed.
    """
    if owner is None:
        return one.sealed
    if owner not in keys:
        raise NotFound(owner)
    if isinstance(one.after, ContactDetail):
        return sealed_detail(one.after, owner, keys[owner])
    fresh = _sealed_anew(one)
    kept = {name: value for name, value in one.sealed.items() if name not in fresh}
    return kept | sealed_fields(one.after, fresh, keys[owner])


def _sealed_anew(one: AppliedChange) -> tuple[str, ...]:
    names = marked(type(one.after), Mark.SEALED)
    if one.before is None:
        return names
    return tuple(name for name in one.changed() if name in names)


def _write_things(
    tx: ManagedTransaction,
    rows: Iterable[tuple[AppliedChange, dict[str, object]]],
    world: RuleContext,
) -> None:
    """Write nodes before links, one statement per sort: 16,000 creates take about 50 statements."""
    batches: defaultdict[LiteralString, Rows] = defaultdict(list)
    ordered = sorted(rows, key=lambda row: isinstance(row[0].after, Link))
    for one, values in ordered:
        thing = one.after
        if one.before is not None:
            update = cypher.UPDATE_LINKS if isinstance(thing, Link) else cypher.UPDATE_NODES
            batches[update].append(values)
        elif isinstance(thing, Link):
            source, target = world.nodes[thing.source_id], world.nodes[thing.target_id]
            statement = cypher.create_links(thing.type, source.label, target.label)
            batches[statement].append(_link_row(thing, values))
        elif isinstance(thing, Node):
            batches[cypher.create_nodes(thing.label)].append(values)
    for statement, batch in batches.items():
        tx.run(statement, rows=batch).consume()


def _link_row(link: Link, values: dict[str, object]) -> dict[str, object]:
    return {"source_id": link.source_id, "target_id": link.target_id, "values": values}


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
    rows = [_change_row(one, revision) for one in touched]
    tx.run(cypher.CREATE_CHANGES, rows=rows).consume()


def _change_row(one: AppliedChange, revision: int) -> dict[str, object]:
    names = one.changed()
    return {
        "revision": revision,
        "touched": one.after.id,
        "kind": str(one.kind),
        "what": str(sort_of(one.after)),
        "fields": list(names),
        **{f"before_{name}": _before(one, name) for name in names},
    }


def _before(one: AppliedChange, name: str) -> object:
    """Return an old value as stored; a personal one remains sealed."""
    if name == "value":
        return one.sealed.get("sealed")
    if name in marked(type(one.after), Mark.SEALED):
        return one.sealed.get(name)
    return stored_value(getattr(one.before, name))


def _note_unindexed(tx: ManagedTransaction, touched: Iterable[AppliedChange]) -> None:
    """Record, in the same transaction, the details that the blind index lacks."""
    fresh = [
        one.after.id
        for one in touched
        if isinstance(one.after, ContactDetail) and one.after.value is not None
    ]
    if fresh:
        known: list[str] = state(tx).get("unindexed") or []
        unindexed = {"unindexed": sorted({*known, *fresh})}
        tx.run(cypher.SET_ON_STORE, properties=unindexed).consume()
