"""The graph store: loads the whole graph, reports changes, and applies one change set at a time."""

import logging
from collections.abc import Collection, Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Final

from neo4j import ManagedTransaction

from graph.errors import GraphError
from graph.model import Change, ChangeSet, Element, Secret
from graph.model.changes import WrittenChanges
from graph.own_kinds import OwnKindUse
from graph.snapshot.as_of import ChangesAfter, HistoricalSnapshot, snapshot_as_of
from graph.snapshot.incremental import apply_changes
from graph.snapshot.snapshot import Snapshot, build
from graph.store import contact_values, cypher
from graph.store.apply import DryRunResult, WrittenBefore, dry_run, new_owners, write
from graph.store.change_log import (
    changes_after,
    changes_of,
    changes_since,
    changes_to,
    read_all,
    read_changed,
    read_later,
    written_since,
)
from graph.store.codec import (
    SORTS,
    Columns,
    open_columns,
    personal_ids,
    read_columns,
    sort_named,
    things_in,
)
from graph.store.connection import READ_S, WRITE_S, Connection, connect, state
from graph.store.disk import damage_error
from graph.store.encryption.keyring import Keyring
from graph.store.encryption.sealing import require_keys
from graph.store.import_batch import changes_of_batch, changes_of_set
from graph.store.schema import migrate
from graph.store.write_rows import AppliedChange
from graph.vocabulary import Channel

FORM_SIZE: Final = 1_000  # elements changed by a form at most; more is an import
IMPORT_S: Final = 60.0
DRY_RUN_S: Final = 5.0  # a dry run blocks writers
_ELEMENT_S: Final = 0.001  # added for each element of an import, of which 0.2 ms is usual
_MARK: Final = "mark_"
_FEW: Final = 100  # this many changes are read incrementally, however small the graph

_log = logging.getLogger(__name__)


def write_limit_s(changes: ChangeSet) -> float:
    """Return the time limit of a write, which for an import grows with its size."""
    size = len(changes)
    return WRITE_S if size <= FORM_SIZE else IMPORT_S + size * _ELEMENT_S


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineInfo:
    """Product, version, edition and schema of the database; `agent` is the server's own name."""

    agent: str
    version: str
    edition: str
    schema: int


@contextmanager
def open_store(
    uri: str,
    *,
    user: str,
    password: str,
    database: str | None = None,
    keyring: Keyring,
) -> Generator["Store"]:
    """Open the store on a server, migrated, with its blind index up to date.

    The caller remains responsible for closing the keyring.

    Raises:
        StoreUnavailable: the server does not answer, or refuses the user.
        SchemaMismatch: a newer Kontaktvej, or another program, wrote the database.
    """
    with connect(uri, user=user, password=password, database=database) as connection:
        yield store_of(connection, keyring)


def store_of(connection: Connection, keyring: Keyring) -> "Store":
    """Return the store at a connection, migrated, with its blind index up to date.

    The caller remains responsible for closing connection and keyring.

    Raises: SchemaMismatch: a newer Kontaktvej, or another program, wrote the database.
    """
    migrate(connection)
    store = Store(connection, keyring)
    store.settle()
    return store


class Store:
    """Access to the graph database; thread-safe. Created by `open_store` or `store_of`."""

    def __init__(self, connection: Connection, keyring: Keyring) -> None:
        self._connection, self._keyring = connection, keyring

    def revision(self) -> int:
        """Return the revision counter, 0 in a new store; one indexed read."""
        return self._connection.read(state)["revision"]

    def load(self) -> Snapshot:
        """Return the whole graph at one revision, with personal fields decrypted."""
        try:
            revision, (columns, last_writes) = self._connection.read_consistent(read_all)
            return build(self._open(columns), revision, last_writes)
        except (KeyError, ValueError, TypeError) as error:
            place = f"the graph database at {self._connection.place}"
            raise damage_error(place, type(error).__name__) from error

    def refresh(self, snapshot: Snapshot) -> Snapshot:
        """Return the present graph, based on an older Snapshot of it.

        Later changes are read in one transaction. The whole graph is loaded again if they are more
        than 1 % of it (and more than 100), or if something was deleted.
        """
        max_changes = max(_FEW, (len(snapshot.nodes.ids) + len(snapshot.links.ids)) // 100)
        revision, changes = self._connection.read_locked(
            lambda tx: read_changed(tx, snapshot.revision, max_changes)
        )
        if changes is None:
            return self.load()
        try:
            new = apply_changes(snapshot, things_in(self._open(changes.columns)), revision)
            return replace(new, written=written_since(new, snapshot.written, changes.touched))
        except (KeyError, ValueError):  # an id reused for another type, or a missing end of a link
            return self.load()

    def known_at(self, snapshot: Snapshot, revision: int) -> HistoricalSnapshot:
        """Return the graph as known at an older revision than that of the loaded Snapshot."""
        return snapshot_as_of(snapshot, self.later(revision, snapshot.revision), revision)

    def later(self, revision: int, until: int) -> ChangesAfter:
        """Return what was written after a revision, up to one that is already loaded."""
        return self._connection.read(lambda tx: read_later(tx, revision, until))

    def elements(self, ids: Collection[str]) -> tuple[Element, ...]:
        """Return those of the given nodes and links that exist, in their present state."""
        _, columns = self._connection.read_locked(
            lambda tx: read_columns(tx, cypher.NODES, cypher.LINKS, ids=sorted(ids))
        )
        return tuple(things_in(self._open(columns)))

    def changes_since(self, revision: int) -> tuple[Change, ...]:
        """Return the changes after a revision, in the order of revisions, then of ids."""
        return changes_since(self._connection, self._keyring, revision)

    def changes_of(self, element_id: str, *, until: int) -> tuple[Change, ...]:
        """Return the changes of one element, up to a revision that is already loaded."""
        return changes_of(self._connection, self._keyring, element_id, until=until)

    def changes_to(self, field: str, *, until: int) -> tuple[Change, ...]:
        """Return the changes of a field of any element, up to a revision that is already loaded."""
        return changes_to(self._connection, self._keyring, field, until=until)

    def changes_after(
        self, place: tuple[int, str], *, until: int, limit: int
    ) -> tuple[Change, ...]:
        """Return the first `limit` changes after a (revision, id) position.

        Changes after the revision `until`, which is already loaded, are excluded.
        """
        return changes_after(self._connection, self._keyring, place, until=until, limit=limit)

    def batch(self, batch: str) -> WrittenChanges:
        """Return what an import wrote, with old values in clear; nothing for an unknown id.

        Personal values whose key was destroyed are left out.
        """
        return changes_of_batch(self._connection, self._keyring, batch)

    def change_set(self, idempotency: str, *, made_by: str) -> WrittenChanges:
        """Return what a change set of an account wrote, as `batch` does for an import."""
        return changes_of_set(self._connection, self._keyring, idempotency, made_by=made_by)

    def apply(self, changes: ChangeSet, *, timeout_s: float | None = None) -> int:
        """Write a change set atomically and return the revision it created.

        A repeated idempotency key changes nothing and returns the first revision; an empty change
        set changes nothing and returns the present one.

        Raises:
            Conflict: an element was changed since the revision it is based on, or the graph since
                the one on which the change set was planned.
            NotFound: an element to change or end does not exist, or its owner was erased.
            Invalid: rules are violated, with all faults; or an id exists already.
            TooExpensive: it took longer than `timeout_s`, by default `write_limit_s`.
            OutcomeUnknown: the connection to the database was lost during the commit.
            StoreUnavailable: the database or the keyring does not answer; nothing was saved.
        """
        if not len(changes):
            return self.revision()
        self._keyring.keys_for(new_owners(changes))
        work = partial(write, keyring=self._keyring, changes=changes)
        try:
            revision = self._connection.write(work, timeout_s=timeout_s or write_limit_s(changes))
        except WrittenBefore as before:
            return before.revision
        self.settle()
        return revision

    def dry_run(self, changes: ChangeSet) -> tuple[AppliedChange, ...]:
        """Return what a change set would do to each element, validated as in `apply`, unwritten.

        Raises: as `apply`, except OutcomeUnknown.
        """
        size = len(changes)
        limit_s = DRY_RUN_S if size <= FORM_SIZE else DRY_RUN_S + size * _ELEMENT_S
        work = partial(dry_run, keyring=self._keyring, changes=changes)
        try:
            return self._connection.write(work, timeout_s=limit_s)
        except DryRunResult as result:
            return result.touched

    def revision_by_key(self, idempotency: str, *, waits: bool = True) -> int | None:
        """Return the revision created with an idempotency key; None if there is none.

        Writers are blocked during the read, so that a write in progress is not missed. Without
        `waits` they are not, and it is missed.
        """

        def read(tx: ManagedTransaction) -> int | None:
            if waits:
                tx.run(cypher.LOCK).consume()
            record = tx.run(cypher.WRITTEN_BEFORE, idempotency=idempotency).single()
            return None if record is None else int(record["revision"])

        if waits:
            return self._connection.write(read, timeout_s=READ_S)
        return self._connection.read(read)

    def reveal(self, detail_id: str) -> Secret:
        """Return the decrypted value of one contact detail.

        Raises: NotFound: there is no such detail, or its owner was erased.
        """
        return contact_values.reveal(self._connection, self._keyring, detail_id)

    def details_with(
        self, contacts: Iterable[tuple[Channel, str]]
    ) -> Mapping[tuple[Channel, str], Collection[str]]:
        """Return the ids of the contact details with each number or address."""
        return self._keyring.details_with(contacts)

    def counts(self) -> Mapping[str, int]:
        """Return the number of nodes per label and of links per type. O(nodes + links)."""
        records = self._connection.read(lambda tx: list(tx.run(cypher.COUNTS)))
        counts = {sort_named(record["sort"]): int(record["count"]) for record in records}
        return {str(sort): counts.get(sort, 0) for sort in SORTS}

    def own_kinds_in_use(self, on: date) -> tuple[OwnKindUse, ...]:
        """Return how many nodes are of each own kind and have not ended on a date. O(nodes)."""
        records = self._connection.read(lambda tx: list(tx.run(cypher.OWN_KINDS_IN_USE, on=on)))
        return tuple(OwnKindUse(**record.data()) for record in records)

    def mark(self, name: str) -> str | None:
        """Return a small text saved with `set_mark`, such as the seed number of the demo."""
        return self._connection.read(state).get(_MARK + name)

    def set_mark(self, name: str, value: str) -> None:
        """Save a small text in the store; it is no part of the graph and creates no revision."""
        properties = {_MARK + name: value}
        self._connection.write(
            lambda tx: tx.run(cypher.SET_ON_STORE, properties=properties).consume()
        )

    def renew(self, uri: str | None = None) -> None:
        """Replace the driver, optionally with another address; see `Connection.renew`."""
        self._connection.renew(uri)

    def engine_info(self) -> EngineInfo:
        """Return product, version, edition and schema of the database."""
        connection = self._connection
        record = connection.read(lambda tx: tx.run(cypher.COMPONENTS).single(strict=True))
        return EngineInfo(
            agent=connection.agent(),
            version=record["version"],
            edition=record["edition"],
            schema=connection.read(state)["schema"],
        )

    def settle(self) -> None:
        """Bring the blind index up to date; on failure, the next write tries again."""
        try:
            contact_values.settle(self._connection, self._keyring)
        except GraphError as error:  # the preceding write is committed and reported as successful
            _log.warning("the blind index lacks the last contact details: %s", error)

    def require_keys(self) -> None:
        """Check that the key of every owner of sealed values exists, unless it was destroyed.

        Raises: KeyMissing: a key was lost.
        """
        owners = self._connection.read(lambda tx: tx.run(cypher.OWNERS).value("id"))
        require_keys(owners, self._keyring.existing_keys(owners), self._keyring.erased_owners())

    def _open(self, columns: Columns) -> Columns:
        keys = self._keyring.existing_keys(personal_ids(columns))
        open_columns(columns, keys, self._keyring.erased_owners())
        return columns
