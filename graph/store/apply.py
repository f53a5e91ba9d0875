"""Atomic application of a change set, written as nodes, links and change records.

The order is essential. First the revision counter is incremented, which serializes writers; then
revisions are compared and rules checked; only then is anything written. The lock that readers wait
for comes last.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import LiteralString, NoReturn

from neo4j import ManagedTransaction

from graph.errors import Conflict, Fault, Invalid, NotFound, PlanOutdated
from graph.model import (
    Actor,
    ChangeKind,
    ChangeSet,
    Consent,
    ContactDetail,
    Coordinates,
    DoorOpenerFor,
    Element,
    Link,
    Mark,
    MemberOf,
    Node,
    PartOf,
    Person,
    ReachedBy,
    Represents,
    ResourceIndividual,
    SucceededBy,
    marked_fields,
)
from graph.model.opening_hours import COPENHAGEN
from graph.model.rule_context import RuleContext, ends, rule_context
from graph.model.rules import lost_contacts, violations
from graph.store import cypher
from graph.store.batches import batches
from graph.store.codec import (
    Columns,
    open_columns,
    personal_ids,
    read_columns,
    sealed_in,
    things_in,
)
from graph.store.encryption.keyring import Keyring
from graph.store.external_ids import duplicate_faults
from graph.store.write_rows import AppliedChange, write_rows
from graph.vocabulary import Rule


@dataclass(frozen=True, slots=True)
class ReadSet:
    """The changed elements and their surroundings, as stored before a write, by id.

    `sealed` maps each element to change to its ciphertexts by property; `existing_ids` are
    the ids to create that exist already.
    """

    elements: Mapping[str, Element]
    sealed: Mapping[str, Mapping[str, object]]
    existing_ids: frozenset[str]


def _read_set(tx: ManagedTransaction, keyring: Keyring, changes: ChangeSet) -> ReadSet:
    """Read the changed elements, all links of changed nodes and of ends of changed links.

    Also read are the ends of these links, the consents named by links of civilians, the links
    above a new PART_OF or SUCCEEDED_BY link, all links of the networks that a changed post belongs
    to or coordinates, and, sealed, the details of owners who become less visible.
    """
    new_versions = (*changes.creates, *changes.updates)
    new = {element.id for element in changes.creates}
    existing_ids = [
        existing
        for ids in batches(sorted(new))
        for existing in tx.run(cypher.EXISTING_IDS, ids=ids).value("id")
    ]
    changed = {element.id for element in changes.updates} | {end.id for end in changes.ends}
    near = _read(tx, cypher.NODES, cypher.LINKS, ids=changed, with_values=True)
    sealed = sealed_in(near)
    elements = _decrypt(near, keyring)
    focus = {element.id for element in elements.values() if isinstance(element, Node)}
    focus |= _ends_of((*elements.values(), *new_versions)) - new
    around: list[LiteralString] = [cypher.LINKS_AROUND]
    if any(isinstance(element, PartOf | SucceededBy) for element in new_versions):
        around.append(cypher.LINKS_ABOVE)
    elements |= _decrypt(_read(tx, *around, ids=focus), keyring)
    narrowed = {
        owner.id for owner in changes.updates if _is_narrowed(elements.get(owner.id), owner)
    }
    owned = {
        link.target_id
        for link in elements.values()
        if isinstance(link, ReachedBy) and link.source_id in narrowed
    }
    details = _read(tx, cypher.NODES, ids=owned - elements.keys(), with_values=True)
    sealed |= sealed_in(details)
    elements |= _decrypt(details, keyring)
    # Read the networks of the changed posts, to check if a post was the last contact there.
    posts = {element_id for element_id in changed if isinstance(elements.get(element_id), Actor)}
    meetings = (
        element for element in elements.values() if isinstance(element, MemberOf | Coordinates)
    )
    networks_of = {link.target_id for link in meetings if link.source_id in posts}
    elements |= _decrypt(_read(tx, cypher.LINKS_AROUND, ids=networks_of), keyring)
    beyond = focus | _ends_of(elements.values())
    for element in (*elements.values(), *new_versions):
        if isinstance(element, DoorOpenerFor | Represents):
            beyond.add(element.consent_id)
    elements |= _decrypt(_read(tx, cypher.NODES, ids=beyond - elements.keys() - new), keyring)
    return ReadSet(elements, sealed, frozenset(existing_ids))


def _elements(tx: ManagedTransaction, keyring: Keyring, ids: Collection[str]) -> Iterable[Element]:
    """Return those of the given nodes and links that exist, as stored."""
    return _decrypt(_read(tx, cypher.NODES, cypher.LINKS, ids=ids), keyring).values()


def _read(
    tx: ManagedTransaction,
    *statements: LiteralString,
    ids: Collection[str],
    with_values: bool = False,
) -> Columns:
    """Read columns of some ids; without ids, as in most calls, no statement is run."""
    return read_columns(tx, *(statements if ids else ()), ids=sorted(ids), with_values=with_values)


def _decrypt(columns: Columns, keyring: Keyring) -> dict[str, Element]:
    keys = keyring.existing_keys(personal_ids(columns))
    open_columns(columns, keys, keyring.erased_owners())
    return {element.id: element for element in things_in(columns)}


def _ends_of(elements: Iterable[Element]) -> set[str]:
    return {end for element in elements if isinstance(element, Link) for end in ends(element)}


def draft(changes: ChangeSet, read_set: ReadSet) -> tuple[AppliedChange, ...]:
    """Return the change of each element, in the order of the change set.

    Raises:
        NotFound: an element to change or end does not exist.
        Conflict: it was changed since the revision the change is based on.
        Invalid: an id exists already, or an immutable field is changed.
    """
    batch = changes.batch
    touched = [
        AppliedChange(kind=ChangeKind.CREATED, before=None, after=_of(batch, element), sealed={})
        for element in changes.creates
    ]
    for element in changes.updates:
        before = _based_on(read_set, element.id, element.revision)
        after, sealed = _of(batch, element), read_set.sealed.get(element.id, {})
        touched.append(
            AppliedChange(kind=ChangeKind.UPDATED, before=before, after=after, sealed=sealed)
        )
    for end in changes.ends:
        before = _based_on(read_set, end.id, end.based_on)
        after = replace(before, valid_to=end.on, batch=batch or before.batch)
        sealed = read_set.sealed.get(end.id, {})
        touched.append(
            AppliedChange(kind=ChangeKind.ENDED, before=before, after=after, sealed=sealed)
        )
    direct = {change.after.id for change in touched}
    touched += _links_ended_with_nodes(changes, read_set, direct)
    touched += _details_narrowed_with_owners(changes, read_set, direct)
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
    node_ends = {
        end.id: end for end in changes.ends if isinstance(read_set.elements.get(end.id), Node)
    }
    if not node_ends:
        return
    for link in read_set.elements.values():
        if not isinstance(link, Link) or isinstance(link, SucceededBy) or link.id in direct:
            continue
        on = min((node_ends[node].on for node in ends(link) if node in node_ends), default=None)
        if on is None or link.valid_to is None or link.valid_to <= on:
            continue
        if link.valid_from is None or link.valid_from < on:
            after = replace(link, valid_to=on, batch=changes.batch or link.batch)
            yield AppliedChange(kind=ChangeKind.ENDED, before=link, after=after, sealed={})


def _is_narrowed(before: Element | None, after: Element) -> bool:
    """Return whether a person or civilian becomes less visible."""
    return (
        isinstance(before, Person | ResourceIndividual)
        and isinstance(after, Person | ResourceIndividual)
        and before.visibility.code < after.visibility.code  # wide to narrow
    )


def _details_narrowed_with_owners(
    changes: ChangeSet, read_set: ReadSet, direct: Collection[str]
) -> Iterator[AppliedChange]:
    """Give the details of an owner who becomes less visible the same visibility, if it was wider.

    Those in the change set, `direct`, are left as they are.
    """
    visible = {
        owner.id: owner.visibility
        for owner in changes.updates
        if isinstance(owner, Person | ResourceIndividual)
        and _is_narrowed(read_set.elements.get(owner.id), owner)
    }
    details = {
        link.target_id: visible[link.source_id]
        for link in read_set.elements.values()
        if isinstance(link, ReachedBy) and link.source_id in visible
    }
    for detail_id, visibility in details.items():
        detail = read_set.elements[detail_id]
        if detail_id in direct or not isinstance(detail, ContactDetail):
            continue
        if detail.visibility.code < visibility.code:
            after = _of(changes.batch, replace(detail, visibility=visibility))
            yield AppliedChange(
                kind=ChangeKind.UPDATED, before=detail, after=after,
                sealed=read_set.sealed[detail_id],
            )  # fmt: skip


def _of(batch: str | None, element: Element) -> Element:
    """Return an element with the id of the import that writes it, if one does."""
    return element if batch is None or element.batch == batch else replace(element, batch=batch)


def _based_on(read_set: ReadSet, element_id: str, revision: int) -> Element:
    element = read_set.elements.get(element_id)
    if element is None:
        raise NotFound(element_id)
    if element.revision != revision:
        raise Conflict(element_id, based_on=revision, current=element.revision)
    return element


def _faults(touched: Iterable[AppliedChange], read_set: ReadSet) -> Iterator[Fault]:
    ids: set[str] = set()
    for change in touched:
        element = change.after
        if element.id in ids or (change.before is None and element.id in read_set.existing_ids):
            yield Fault(element.id, "id", Rule.DUPLICATE)
        ids.add(element.id)
        # The type, the ends of a link and the terms of a consent are immutable.
        before = change.before
        if before is not None and type(before) is not type(element):
            yield Fault(element.id, "id", Rule.DUPLICATE)
        elif (
            isinstance(before, Link) and isinstance(element, Link) and ends(before) != ends(element)
        ):
            yield Fault(element.id, "source_id", Rule.WRONG_ENDS)
        elif isinstance(before, Consent):
            for name in {*change.changed_fields()} - {"batch"}:
                if name != "withdrawn_on" or before.withdrawn_on is not None:
                    yield Fault(element.id, name, Rule.CONSENT_FIXED)
        # A new channel needs the value too: the old ciphertext is bound to the old channel.
        if (
            isinstance(element, ContactDetail)
            and element.value is None
            and (change.before is None or "channel" in change.changed_fields())
        ):
            yield Fault(element.id, "value", Rule.REQUIRED)


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
    if changes.planned_on is not None and changes.planned_on != revision - 1:
        raise PlanOutdated(planned_on=changes.planned_on, current=revision - 1)
    touched, context = _validate(tx, keyring, changes)
    write_rows(tx, keyring, touched, context, changes, revision)
    tx.run(cypher.LOCK_COMMITS).consume()
    return revision


def _validate(
    tx: ManagedTransaction, keyring: Keyring, changes: ChangeSet
) -> tuple[tuple[AppliedChange, ...], RuleContext]:
    """Return the change of each element, and the rule context as it will be afterwards.

    Raises: NotFound, Conflict, Invalid: see `Store.apply`.
    """
    read_set = _read_set(tx, keyring, changes)
    touched = draft(changes, read_set)
    read = partial(_elements, tx, keyring)
    changed_elements = {change.after.id: change.after for change in touched}
    renamed = [change.after for change in touched if change.external_name() is not None]
    same = tuple(duplicate_faults(tx, keyring, changed_elements, renamed, read))
    after = rule_context((*read_set.elements.values(), *(change.after for change in touched)))
    ids = [change.after.id for change in touched]
    before = rule_context(read_set.elements.values())
    on = changes.made_at.astimezone(COPENHAGEN).date()
    faults = (*same, *violations(after, ids, on=on), *lost_contacts(before, after))
    if faults:
        raise Invalid(faults)
    return touched, after


def new_owners(changes: ChangeSet) -> Iterator[str]:
    """Yield the owners who need a key before the write.

    They are new nodes with sealed fields, and the owners of new contact details.
    """
    details = {element.id for element in changes.creates if isinstance(element, ContactDetail)}
    for element in changes.creates:
        if marked_fields(type(element), Mark.SEALED):
            yield element.id
        elif isinstance(element, ReachedBy) and element.target_id in details:
            yield element.source_id


def _increment_revision(tx: ManagedTransaction, idempotency: str | None) -> int:
    revision: int = tx.run(cypher.INCREMENT_REVISION).single(strict=True)["revision"]
    if idempotency is not None:
        first = tx.run(cypher.WRITTEN_BEFORE, idempotency=idempotency).single()
        if first is not None:
            raise WrittenBefore(first["revision"])
    return revision
