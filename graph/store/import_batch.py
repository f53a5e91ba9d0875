"""The changes of an import or a change set, with old values in clear, so that it can be undone.

Only this module decrypts old values of personal fields; elsewhere they stay sealed.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import LiteralString, cast

from neo4j import ManagedTransaction

from graph.errors import NotFound
from graph.model import Change, Mark, Secret, marked_fields
from graph.model.changes import WrittenChanges
from graph.model.contact_forms import shown_form
from graph.snapshot.field_types import class_of
from graph.store import cypher
from graph.store.batches import batches
from graph.store.change_log import read_changes
from graph.store.connection import Connection, locked_revision
from graph.store.contact_values import reveal
from graph.store.encryption.keyring import Keyring
from graph.store.encryption.sealing import OwnerKey, SealBroken, open_sealed
from graph.vocabulary import Channel, Label

_VALUE = "value"


def changes_of_batch(connection: Connection, keyring: Keyring, batch: str) -> WrittenChanges:
    """Return the changes made by an import, and the later ones of the same elements.

    `before` has the old values in clear, that of a contact detail as a Secret. A value is left out
    if its key was destroyed.
    """
    return _read_written(connection, keyring, cypher.CHANGES_OF_BATCH, batch=batch)


def changes_of_set(
    connection: Connection, keyring: Keyring, change_set: str, *, made_by: str
) -> WrittenChanges:
    """Return the changes made by a change set of an account, as `changes_of_batch`."""
    statement = cypher.CHANGES_OF_SET
    return _read_written(connection, keyring, statement, change_set=change_set, made_by=made_by)


def _read_written(
    connection: Connection, keyring: Keyring, statement: LiteralString, **parameters: str
) -> WrittenChanges:
    until = connection.write(locked_revision)  # a commit in progress is left for the next call

    def read(tx: ManagedTransaction) -> tuple[list[Change], list[Change]]:
        changes = read_changes(tx, statement, until=until, **parameters)
        last = {change.touched: change.revision for change in sorted(changes, key=_place)}
        after = min(last.values(), default=until)
        later = [
            change
            for ids in batches(list(last))
            for change in read_changes(
                tx, cypher.CHANGES_OF_SOME, ids=ids, after=after, until=until
            )
            if change.revision > last[change.touched]
        ]
        return sorted(changes, key=_place), sorted(later, key=_place)

    changes, later = connection.read(read)
    clear = _in_clear(connection, keyring, (*changes, *later))
    written = WrittenChanges(changes=clear[: len(changes)], later=clear[len(changes) :])
    first = {  # of the later changes of a contact value
        change.touched: change for change in reversed(written.later) if _VALUE in change.fields
    }
    same = (node_id for node_id in first if _is_value_now(connection, keyring, first[node_id]))
    return replace(written, same_values=frozenset(same))


def _place(change: Change) -> tuple[int, str]:
    return change.revision, change.touched


def _is_value_now(connection: Connection, keyring: Keyring, change: Change) -> bool:
    """Whether the value that a change replaced is the present one of its contact detail."""
    old, ids = change.before.get(_VALUE), [change.touched]
    channels = connection.read(lambda tx: tx.run(cypher.DETAILS, ids=ids).value("channel"))
    if not channels or not isinstance(old, Secret):
        return False
    try:
        present = reveal(connection, keyring, change.touched)
    except NotFound:
        return False
    return shown_form(Channel(channels[0]), old.uncover()) == present.uncover()


def _in_clear(
    connection: Connection, keyring: Keyring, changes: Sequence[Change]
) -> tuple[Change, ...]:
    sealed = [change for change in changes if _sealed_names(change)]
    details = [change.touched for change in sealed if change.what is Label.CONTACT_DETAIL]
    records = connection.read(
        lambda tx: [
            record for ids in batches(details) for record in tx.run(cypher.DETAILS, ids=ids)
        ]
    )
    places = {record["id"]: (record["owner"], record["channel"]) for record in records}
    owners = [places.get(change.touched, (change.touched, ""))[0] for change in sealed]
    keys = keyring.existing_keys(owners)
    return tuple(
        replace(change, before=_decrypt_values(change, places.get(change.touched), keys))
        if _sealed_names(change)
        else change
        for change in changes
    )


def _sealed_names(change: Change) -> Sequence[str]:
    names = marked_fields(class_of(change.what), Mark.SEALED)
    is_detail = change.what is Label.CONTACT_DETAIL
    return [name for name in change.fields if name in names or (is_detail and name == _VALUE)]


def _decrypt_values(
    change: Change, place: tuple[str, str] | None, keys: Mapping[str, OwnerKey]
) -> dict[str, object]:
    """Return the old values of a change with the sealed ones opened.

    `place` are the owner and the present channel of a contact detail.
    """
    owner, channel = place or (change.touched, "")
    values = dict(change.before)
    for name in _sealed_names(change):
        sealed = cast("bytes | None", values.pop(name))
        if sealed is None:
            if name != _VALUE:  # it was empty
                values[name] = None
            continue
        if (key := keys.get(owner)) is None:
            continue
        field = str(change.before.get("channel", channel)) if name == _VALUE else name
        try:
            clear = open_sealed(
                bytes(sealed), key=key, node_id=change.touched, owner=owner, field=field
            )
        except SealBroken:  # an erased owner may have returned with another key
            continue
        values[name] = Secret(clear, is_stored=True) if name == _VALUE else json.loads(clear)
    return values
