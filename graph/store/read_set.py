"""What must be read before a change can be judged: the touched things and all that borders them."""

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
    """Things as they lie in the database before a write, by id.

    `sealed` is what is sealed in things to change, as ciphertext by property; `taken` are the ids
    to create that exist already.
    """

    things: Mapping[str, Element]
    sealed: Mapping[str, Mapping[str, object]]
    taken: frozenset[str]


def read_read_set(tx: ManagedTransaction, keyring: Keyring, changes: ChangeSet) -> ReadSet:
    """The touched things, the links of touched nodes and of ends of touched links, their ends.

    Also the consents that links of civilians name, what lies above a new roll-up, and all links of
    the networks that a changed post meets in.
    """
    written = (*changes.creates, *changes.updates)
    new = {thing.id for thing in changes.creates}
    taken = tx.run(cypher.TAKEN, ids=sorted(new)).value("id") if new else []
    named = {thing.id for thing in changes.updates} | {end.id for end in changes.ends}
    near = _read(tx, cypher.NODES, cypher.LINKS, ids=named, with_values=True)
    sealed = sealed_in(near)
    things = _opened(near, keyring)
    focus = {thing.id for thing in things.values() if isinstance(thing, Node)}
    focus |= _ends_of((*things.values(), *written)) - new
    things |= _opened(_read(tx, *_ways_around(written), ids=focus), keyring)
    things |= _opened(_read(tx, cypher.LINKS_AROUND, ids=_networks_of(things, named)), keyring)
    beyond = focus | _ends_of(things.values()) | _consents_of((*things.values(), *written))
    things |= _opened(_read(tx, cypher.NODES, ids=beyond - things.keys() - new), keyring)
    return ReadSet(things, sealed, frozenset(taken))


def _read(
    tx: ManagedTransaction,
    *statements: LiteralString,
    ids: Collection[str],
    with_values: bool = False,
) -> Columns:
    """Asks nothing where nothing is wanted: most writes touch few sorts of things."""
    asked = statements if ids else ()
    return read_columns(tx, *asked, ids=sorted(ids), with_values=with_values)


def _opened(columns: Columns, keyring: Keyring) -> dict[str, Element]:
    keys = keyring.known(personal_ids(columns))
    open_columns(columns, keys, keyring.erased())
    return {thing.id: thing for thing in things_in(columns)}


def _ways_around(written: Iterable[Element]) -> Collection[LiteralString]:
    is_climb = any(isinstance(thing, PartOf | SucceededBy) for thing in written)
    return (cypher.LINKS_AROUND, cypher.LINKS_ABOVE) if is_climb else (cypher.LINKS_AROUND,)


def _ends_of(things: Iterable[Element]) -> set[str]:
    return {end for thing in things if isinstance(thing, Link) for end in ends(thing)}


def _networks_of(things: Mapping[str, Element], named: Collection[str]) -> set[str]:
    """Where the changed posts meet others: whether one was the last there, only the others tell."""
    posts = {one for one in named if isinstance(things.get(one), Actor)}
    meetings = (thing for thing in things.values() if isinstance(thing, MemberOf | Coordinates))
    return {link.target_id for link in meetings if link.source_id in posts}


def _consents_of(things: Iterable[Element]) -> set[str]:
    return {thing.consent_id for thing in things if isinstance(thing, DoorOpenerFor | Represents)}
