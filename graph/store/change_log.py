"""What was written since a revision, by whom and why."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC

from neo4j import Record
from neo4j.time import Date, DateTime

from graph.model import Change, ChangeKind, Mark, Reason, marked
from graph.snapshot.field_types import class_of
from graph.store import cypher
from graph.store.codec import sort_named
from graph.store.connection import Connection, locked_revision
from graph.store.encryption.keyring import Keyring


def changes_since(connection: Connection, keyring: Keyring, revision: int) -> tuple[Change, ...]:
    """In the order of revisions, then of ids; see `Change` for what `before` holds."""
    until = connection.write(locked_revision)  # what is not whole yet comes next time
    records = connection.read(
        lambda tx: list(tx.run(cypher.CHANGES_SINCE, after=revision, until=until))
    )
    return _told(keyring, records)


def changes_of(
    connection: Connection, keyring: Keyring, thing_id: str, *, until: int
) -> tuple[Change, ...]:
    """Those of one thing, up to a revision that is known to be whole."""
    records = connection.read(
        lambda tx: list(tx.run(cypher.CHANGES_OF, touched=thing_id, until=until))
    )
    return _told(keyring, records)


def changes_to(
    connection: Connection, keyring: Keyring, field: str, *, until: int
) -> tuple[Change, ...]:
    """Those that changed a field of anything, up to a revision that is known to be whole.

    O(changes): every change there is is looked at.
    """
    records = connection.read(lambda tx: list(tx.run(cypher.CHANGES_TO, field=field, until=until)))
    return _told(keyring, records)


def changes_after(
    connection: Connection, keyring: Keyring, place: tuple[int, str], *, until: int, limit: int
) -> tuple[Change, ...]:
    """The first so many after a revision and id, up to a revision that is known to be whole."""
    after, touched = place
    asked = {"after": after, "touched": touched, "until": until, "limit": limit}
    records = connection.read(lambda tx: list(tx.run(cypher.CHANGES_AFTER, asked)))
    return _told(keyring, records)


def _told(keyring: Keyring, records: Iterable[Record]) -> tuple[Change, ...]:
    changes = tuple(map(_change, records))
    readable = keyring.known(change.touched for change in changes if _sealed_names(change))
    return tuple(
        change if change.touched in readable else _without_sealed(change) for change in changes
    )


def _change(record: Record) -> Change:
    stored: Mapping[str, object] = record["stored"]
    names = tuple(record["fields"])
    made_at: DateTime = record["made_at"]
    return Change(
        revision=record["revision"],
        touched=record["touched"],
        kind=ChangeKind(record["kind"]),
        what=sort_named(record["what"]),
        fields=names,
        before={name: native(stored.get(f"before_{name}")) for name in names},
        made_by=record["made_by"],
        made_at=made_at.to_native().astimezone(UTC),
        reason=Reason(record["reason"]),
    )


def native(value: object) -> object:
    """A stored value as Python has it."""
    return value.to_native() if isinstance(value, Date) else value


def _sealed_names(change: Change) -> frozenset[str]:
    return frozenset(marked(class_of(change.what), Mark.SEALED)) & frozenset(change.fields)


def _without_sealed(change: Change) -> Change:
    gone = dict.fromkeys(_sealed_names(change))
    return replace(change, before={**change.before, **gone}) if gone else change
