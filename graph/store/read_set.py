"""The data read to validate a change set: the changed elements and their surroundings."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import LiteralString

from neo4j import ManagedTransaction

from graph.model import (
    Actor,
    ChangeSet,
    Coordinates,
    DoorOpenerFor,
    Element,
    Link,
    MemberOf,
    Node,
    PartOf,
    Represents,
    SucceededBy,
)
from graph.model.rule_context import ends
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


@dataclass(frozen=True, slots=True)
class ReadSet:
    """Elements as stored before a write, by id.

    `sealed` maps each element to change to its ciphertexts by property; `existing_ids` are
    the ids to create that exist already.
    """

    things: Mapping[str, Element]
    sealed: Mapping[str, Mapping[str, object]]
    existing_ids: frozenset[str]


def read_read_set(tx: ManagedTransaction, keyring: Keyring, changes: ChangeSet) -> ReadSet:
    """Read the changed elements, all links of changed nodes and of ends of changed links.

    Also read are the ends of these links, the consents named by links of civilians, the links
    above a new PART_OF or SUCCEEDED_BY link, and all links of the networks that a changed post
    belongs to or coordinates.
    """
    written = (*changes.creates, *changes.updates)
    new = {thing.id for thing in changes.creates}
    existing_ids = [
        taken for ids in batches(sorted(new)) for taken in tx.run(cypher.TAKEN, ids=ids).value("id")
    ]
    changed = {thing.id for thing in changes.updates} | {end.id for end in changes.ends}
    near = _read(tx, cypher.NODES, cypher.LINKS, ids=changed, with_values=True)
    sealed = sealed_in(near)
    things = _opened(near, keyring)
    focus = {thing.id for thing in things.values() if isinstance(thing, Node)}
    focus |= _ends_of((*things.values(), *written)) - new
    around: list[LiteralString] = [cypher.LINKS_AROUND]
    if any(isinstance(thing, PartOf | SucceededBy) for thing in written):
        around.append(cypher.LINKS_ABOVE)
    things |= _opened(_read(tx, *around, ids=focus), keyring)
    # Return the networks of the changed posts, to see if a post was the last contact there.
    posts = {thing_id for thing_id in changed if isinstance(things.get(thing_id), Actor)}
    meetings = (thing for thing in things.values() if isinstance(thing, MemberOf | Coordinates))
    networks_of = {link.target_id for link in meetings if link.source_id in posts}
    things |= _opened(_read(tx, cypher.LINKS_AROUND, ids=networks_of), keyring)
    beyond = focus | _ends_of(things.values())
    for thing in (*things.values(), *written):
        if isinstance(thing, DoorOpenerFor | Represents):
            beyond.add(thing.consent_id)
    things |= _opened(_read(tx, cypher.NODES, ids=beyond - things.keys() - new), keyring)
    return ReadSet(things, sealed, frozenset(existing_ids))


def read_elements(
    tx: ManagedTransaction, keyring: Keyring, ids: Collection[str]
) -> Iterable[Element]:
    """Return those of the given nodes and links that exist, as stored."""
    return _opened(_read(tx, cypher.NODES, cypher.LINKS, ids=ids), keyring).values()


def _read(
    tx: ManagedTransaction,
    *statements: LiteralString,
    ids: Collection[str],
    with_values: bool = False,
) -> Columns:
    """Read columns of some ids; without ids, no statement is run, as for most of them."""
    return read_columns(tx, *(statements if ids else ()), ids=sorted(ids), with_values=with_values)


def _opened(columns: Columns, keyring: Keyring) -> dict[str, Element]:
    keys = keyring.known(personal_ids(columns))
    open_columns(columns, keys, keyring.erased())
    return {thing.id: thing for thing in things_in(columns)}


def _ends_of(things: Iterable[Element]) -> set[str]:
    return {end for thing in things if isinstance(thing, Link) for end in ends(thing)}
