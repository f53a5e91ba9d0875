"""Decryption of single contact details, and the update of the blind index that finds them.

The blind index is stored apart from the graph, so no transaction covers both. A write records in
its own transaction which details the index lacks; `settle` adds them and clears the record, under
the writers' lock, after each write and each time the store is opened. The record survives a crash
at any point.
"""

from collections.abc import Collection, Mapping, Sequence

from neo4j import ManagedTransaction, Record

from graph.errors import NotFound
from graph.model import Secret
from graph.model.contact_forms import shown_form
from graph.store import cypher
from graph.store.batches import batches
from graph.store.connection import Connection, state
from graph.store.encryption.blind_index import IndexEntry
from graph.store.encryption.keyring import Keyring
from graph.store.encryption.sealing import KeyMissing, OwnerKey, open_sealed
from graph.vocabulary import Channel


def reveal(connection: Connection, keyring: Keyring, detail_id: str) -> Secret:
    """Return the decrypted value of a contact detail, in the form in which it is shown.

    Raises:
        NotFound: there is no such detail, or its owner's key was destroyed.
        KeyMissing: the key was lost.
        SealBroken: the value was not sealed for this detail, owner and channel.
    """
    records = connection.read(lambda tx: _read(tx, [detail_id]))
    keys, erased = _keys(records, keyring)
    for record in records:
        clear = _clear(record, keys, erased)
        if clear is not None:
            channel = Channel(record["channel"])
            return Secret(shown_form(channel, clear), is_stored=True)
    raise NotFound(detail_id)


def settle(connection: Connection, keyring: Keyring) -> None:
    """Add the details that the blind index lacks."""

    def work(tx: ManagedTransaction) -> None:
        tx.run(cypher.LOCK).consume()
        unindexed: Sequence[str] | None = state(tx).get("unindexed")
        if unindexed:
            records = _read(tx, unindexed)
            keys, erased = _keys(records, keyring)
            values = ((record, _clear(record, keys, erased)) for record in records)
            entries = [
                IndexEntry(
                    detail_id=record["id"], owner=record["owner"],
                    channel=Channel(record["channel"]), value=value,
                )
                for record, value in values
                if value is not None
            ]  # fmt: skip
            keyring.index(entries)
            tx.run(cypher.SET_ON_STORE, properties={"unindexed": []}).consume()

    if connection.read(state).get("unindexed"):
        connection.write(work)


def _read(tx: ManagedTransaction, ids: Sequence[str]) -> list[Record]:
    return [record for part in batches(ids) for record in tx.run(cypher.DETAILS, ids=part)]


def _keys(
    records: Sequence[Record], keyring: Keyring
) -> tuple[Mapping[str, OwnerKey], Collection[str]]:
    """Return the keys of the owners, and the erased owners."""
    return keyring.existing_keys(record["owner"] for record in records), keyring.erased_owners()


def _clear(record: Record, keys: Mapping[str, OwnerKey], erased: Collection[str]) -> str | None:
    """Return the decrypted value, or None if the key was destroyed."""
    owner: str = record["owner"]
    key = keys.get(owner)
    if key is None or key.key_id != record["key_id"]:
        if owner not in erased:
            raise KeyMissing(1)
        return None
    sealed = bytes(record["sealed"])
    return open_sealed(sealed, key=key, node_id=record["id"], owner=owner, field=record["channel"])
