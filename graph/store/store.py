"""The store: loads the whole graph, tells what changed, and applies one change set at a time."""

import logging
from collections.abc import Collection, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from graph.errors import GraphError
from graph.model import Change, ChangeSet, Element, Secret
from graph.snapshot.as_of import ChangesAfter, HistoricalSnapshot, snapshot_as_of
from graph.snapshot.incremental import apply_changes
from graph.snapshot.snapshot import Snapshot, build
from graph.store import contact_values, cypher
from graph.store.apply import AppliedChange, DryRunResult, WrittenBefore, dry_run, new_owners, write
from graph.store.change_log import (
    changes_after,
    changes_of,
    changes_since,
    changes_to,
    read_all,
    read_later,
    read_missed,
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
from graph.store.connection import WRITE_S, Connection, connect, state
from graph.store.disk import damaged
from graph.store.encryption.keyring import Keyring
from graph.store.encryption.sealing import require_keys
from graph.store.schema import migrate

FORM_SIZE: Final = 1_000  # what a form touches at most; more is an import
IMPORT_S: Final = 60.0
REHEARSAL_S: Final = 5.0  # writers wait for it
_MARK: Final = "mark_"
_FEW: Final = 100  # pulled alone from however small a graph

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineInfo:
    """Which database this is; `agent` is what the server calls itself."""

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
    """The store on a server, migrated and settled; the keyring stays the caller's.

    Raises:
        StoreUnavailable: the server does not answer, or not to us.
        SchemaMismatch: a newer Kontaktvej, or something else, wrote it.
    """
    with connect(uri, user=user, password=password, database=database) as connection:
        yield store_of(connection, keyring)


def store_of(connection: Connection, keyring: Keyring) -> "Store":
    """The store at a connection, migrated and settled; connection and keyring stay the caller's.

    Raises: SchemaMismatch: a newer Kontaktvej, or something else, wrote it.
    """
    migrate(connection)
    store = Store(connection, keyring)
    store.settle()
    return store


class Store:
    """The one way to the graph database; safe under threads. Made by `open_store`."""

    def __init__(self, connection: Connection, keyring: Keyring) -> None:
        self._connection, self._keyring = connection, keyring

    def revision(self) -> int:
        """The revision counter, 0 in a new store: one indexed read."""
        return self._connection.read(state)["revision"]

    def load(self) -> Snapshot:
        """The whole graph at one revision, personal fields opened."""
        try:
            revision, (columns, written) = self._connection.steady(read_all)
            return build(self._opened(columns), revision, written)
        except (KeyError, ValueError, TypeError) as error:
            place = f"the graph database at {self._connection.place}"
            raise damaged(place, type(error).__name__) from error

    def refreshed(self, snapshot: Snapshot) -> Snapshot:
        """The graph as it is now, made of an older Snapshot of it.

        What changed since is pulled, in one transaction; all is read anew where that is more than
        1 % of it, or where something was deleted.
        """
        most = max(_FEW, (len(snapshot.nodes.ids) + len(snapshot.links.ids)) // 100)
        revision, missed = self._connection.alone(
            lambda tx: read_missed(tx, snapshot.revision, most)
        )
        if missed is None:
            return self.load()
        try:
            new = apply_changes(snapshot, things_in(self._opened(missed.columns)), revision)
            return replace(new, written=written_since(new, snapshot.written, missed.touched))
        except (KeyError, ValueError):  # an id that came back as something else, or a lost end
            return self.load()

    def known_at(self, snapshot: Snapshot, revision: int) -> HistoricalSnapshot:
        """What was known at an older revision than a Snapshot's, which was loaded already."""
        return snapshot_as_of(snapshot, self.later(revision, snapshot.revision), revision)

    def later(self, revision: int, until: int) -> ChangesAfter:
        """What was written after a revision, up to one that was loaded already."""
        return self._connection.read(lambda tx: read_later(tx, revision, until))

    def things(self, ids: Collection[str]) -> tuple[Element, ...]:
        """Those of these nodes and links that exist, as they are now."""
        _, columns = self._connection.alone(
            lambda tx: read_columns(tx, cypher.NODES, cypher.LINKS, ids=sorted(ids))
        )
        return tuple(things_in(self._opened(columns)))

    def changes_since(self, revision: int) -> tuple[Change, ...]:
        """What was written after a revision, in the order of revisions, then of ids."""
        return changes_since(self._connection, self._keyring, revision)

    def changes_of(self, thing_id: str, *, until: int) -> tuple[Change, ...]:
        """What was written on one thing up to a revision that was loaded already."""
        return changes_of(self._connection, self._keyring, thing_id, until=until)

    def changes_to(self, field: str, *, until: int) -> tuple[Change, ...]:
        """What was written to a field of anything, up to a revision that was loaded already."""
        return changes_to(self._connection, self._keyring, field, until=until)

    def changes_after(
        self, place: tuple[int, str], *, until: int, limit: int
    ) -> tuple[Change, ...]:
        """The first so many after a revision and id, up to a revision that was loaded already."""
        return changes_after(self._connection, self._keyring, place, until=until, limit=limit)

    def apply(self, changes: ChangeSet, *, timeout_s: float | None = None) -> int:
        """Writes a change set as a whole or not at all; the revision it made.

        The same idempotency key again changes nothing and gives the first revision; so does an
        empty change set, with the present one.

        Raises:
            Conflict: a thing was changed since the revision it is based on.
            NotFound: a thing to change or end does not exist, or its owner was erased.
            Invalid: rules are broken, with all faults; an id exists already.
            TooExpensive: `timeout_s` are over; else 20 s, or 60 s for more than 1,000 things.
            OutcomeUnknown: the database went away while it saved.
            StoreUnavailable: the database or the keyring does not answer; nothing was saved.
        """
        if not len(changes):
            return self.revision()
        self._keyring.keys_for(new_owners(changes))
        work = partial(write, keyring=self._keyring, changes=changes)
        timeout_s = timeout_s or (WRITE_S if len(changes) <= FORM_SIZE else IMPORT_S)
        try:
            revision = self._connection.write(work, timeout_s=timeout_s)
        except WrittenBefore as before:
            return before.revision
        self.settle()
        return revision

    def dry_run(self, changes: ChangeSet) -> tuple[AppliedChange, ...]:
        """What a change set would do to each thing, judged as `apply` does; nothing is written.

        Raises: as `apply`, except OutcomeUnknown.
        """
        work = partial(dry_run, keyring=self._keyring, changes=changes)
        try:
            return self._connection.write(work, timeout_s=REHEARSAL_S)
        except DryRunResult as rehearsed:
            return rehearsed.touched

    def written(self, idempotency: str) -> int | None:
        """The revision that the change set of an idempotency key made; None where it made none.

        Asked while writers wait, so that one that is still being saved is not missed.
        """
        _, records = self._connection.alone(
            lambda tx: list(tx.run(cypher.WRITTEN_BEFORE, idempotency=idempotency))
        )
        return records[0]["revision"] if records else None

    def reveal(self, detail_id: str) -> Secret:
        """The value of one contact detail.

        Raises: NotFound: there is no such detail, or its owner was erased.
        """
        return contact_values.reveal(self._connection, self._keyring, detail_id)

    def counts(self) -> Mapping[str, int]:
        """How many nodes of each label and links of each type there are. O(nodes + links)."""
        found = self._connection.read(lambda tx: list(tx.run(cypher.COUNTS)))
        counted = {sort_named(record["sort"]): int(record["count"]) for record in found}
        return {str(sort): counted.get(sort, 0) for sort in SORTS}

    def mark(self, name: str) -> str | None:
        """A small text that was left with `set_mark`, such as the seed number of the demo."""
        return self._connection.read(state).get(_MARK + name)

    def set_mark(self, name: str, value: str) -> None:
        """Leaves a small text in the store itself; no part of the graph, and no revision."""
        properties = {_MARK + name: value}
        self._connection.write(
            lambda tx: tx.run(cypher.SET_ON_STORE, properties=properties).consume()
        )

    def renew(self, uri: str | None = None) -> None:
        """Goes on with a new driver, at another address where one is given; see `Connection`."""
        self._connection.renew(uri)

    def engine_info(self) -> EngineInfo:
        """Which database answers."""
        connection = self._connection
        record = connection.read(lambda tx: tx.run(cypher.COMPONENTS).single(strict=True))
        return EngineInfo(
            agent=connection.agent(),
            version=record["version"],
            edition=record["edition"],
            schema=connection.read(state)["schema"],
        )

    def settle(self) -> None:
        """Brings the blind index up to date; what does not work now is done at the next write."""
        try:
            contact_values.settle(self._connection, self._keyring)
        except GraphError as error:  # the write before it stands, and is reported as done
            _log.warning("the blind index lacks the last contact details: %s", error)

    def require_keys(self) -> None:
        """Raises: KeyMissing: somebody's sealed values have lost their key."""
        found = self._connection.read(lambda tx: tx.run(cypher.OWNERS).value("id"))
        require_keys(found, self._keyring.known(found), self._keyring.erased())

    def _opened(self, columns: Columns) -> Columns:
        keys = self._keyring.known(personal_ids(columns))
        open_columns(columns, keys, self._keyring.erased())
        return columns
