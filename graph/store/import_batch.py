"""The changes of an import or a change set, with old values in clear, so that it can be undone.

Only this module decrypts old values of personal fields; elsewhere they stay sealed.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import LiteralString, cast

from graph.model import Change, Mark, Secret, marked_fields
from graph.snapshot.field_types import class_of
from graph.store import cypher
from graph.store.batches import batches
from graph.store.change_log import read_changes
from graph.store.connection import Connection, locked_revision
from graph.store.encryption.keyring import Keyring
from graph.store.encryption.sealing import OwnerKey, SealBroken, open_sealed
from graph.vocabulary import Label

_VALUE = "value"


def changes_of_batch(connection: Connection, keyring: Keyring, batch: str) -> tuple[Change, ...]:
    """Return the changes made by an import, in the order of revisions, then of ids.

    `before` has the old values in clear, that of a contact detail as a Secret. A value is left out
    if its key was destroyed.
    """
    return _changes(connection, keyring, cypher.CHANGES_OF_BATCH, batch=batch)


def changes_of_set(
    connection: Connection, keyring: Keyring, change_set: str, *, made_by: str
) -> tuple[Change, ...]:
    """Return the changes made by a change set of an account, as `changes_of_batch`."""
    statement = cypher.CHANGES_OF_SET
    return _changes(connection, keyring, statement, change_set=change_set, made_by=made_by)


def _changes(
    connection: Connection, keyring: Keyring, statement: LiteralString, **parameters: str
) -> tuple[Change, ...]:
    until = connection.write(locked_revision)  # a commit in progress is left for the next call
    changes = connection.read(lambda tx: read_changes(tx, statement, until=until, **parameters))
    changes.sort(key=lambda change: (change.revision, change.touched))
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
