"""The graph as the API reads and writes it: the newest Snapshot, and a cache of Views.

Views are cached by caller and date. The next Snapshot clears the cache, so nothing that was erased
remains in memory. This is the only state of an API process besides its accounts and its audit log.
"""

from collections.abc import (
    Callable,
    Collection,
    Generator,
    Hashable,
    Iterable,
    Iterator,
    Mapping,
)
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date, datetime
from threading import Lock
from typing import Final, Self

from cachetools import LRUCache
from filelock import Timeout

from api.danish_time import danish_now
from api.errors import Refusal
from api.store_monitor import StoreMonitor, Timeouts
from graph.access.historical_view import historical_view
from graph.access.policy import Caller
from graph.access.view import View
from graph.access.visible_revision import latest_visible_revision
from graph.errors import Invalid
from graph.model import Change, ChangeSet, Node, Secret
from graph.model.changes import WrittenChanges
from graph.own_kinds import NO_OWN_KINDS, SHIPPED_FIELDS, OwnKinds, OwnKindUse, own_ids
from graph.own_kinds_file import OwnKindsFile
from graph.paths.policy import Policy
from graph.snapshot.as_of import HistoricalSnapshot, require_known, snapshot_as_of
from graph.snapshot.snapshot import Snapshot
from graph.snapshot.structure import own_posts
from graph.store.location import EngineRecovery, StoreLocation, open_with_recovery
from graph.store.store import FORM_SIZE, Store, write_limit_s
from graph.store.write_rows import AppliedChange
from graph.vocabulary import Channel, Label

MOST_VIEWS: Final = 32
MOST_EARLIER: Final = 2  # each is as large as the present one
WAIT_S: Final = 2.0  # one is built at a time; 85,000 nodes and 290,000 links take a second


class ViewCache:
    """LRU caches of the latest Views and historical Snapshots; thread-safe."""

    def __init__(self, wait_s: float = WAIT_S) -> None:
        self._lock, self._building, self._wait_s = Lock(), Lock(), wait_s
        self._present: Snapshot | None = None
        self._views: LRUCache[tuple[int | None, Hashable], View] = LRUCache(MOST_VIEWS)
        self._earlier: LRUCache[int, HistoricalSnapshot] = LRUCache(MOST_EARLIER)

    def view(
        self, present: Snapshot, revision: int | None, key: Hashable, build: Callable[[], View]
    ) -> View:
        """Return the View of a key, built if it is not cached.

        A View of an older `revision` is cached no longer than the Snapshot of that revision.
        """
        with self._lock:
            self._turn_to(present)
            view = self._views.get((revision, key))
        if view is None:
            view = build()
            with self._lock:
                if present is self._present and (revision is None or revision in self._earlier):
                    view = self._views.setdefault((revision, key), view)
        return view

    def earlier(
        self, present: Snapshot, revision: int, build: Callable[[], HistoricalSnapshot]
    ) -> HistoricalSnapshot:
        """Return the Snapshot of an older revision, which is the same for every caller.

        Raises: Refusal: `busy`: other Snapshots are being built for too long.
        """
        with self._lock:
            self._turn_to(present)
            earlier = self._earlier.get(revision)
        if earlier is not None:
            return earlier
        if not self._building.acquire(timeout=self._wait_s):
            raise Refusal("busy")
        try:
            with self._lock:
                # Another thread may have built it, or the present Snapshot may have changed.
                earlier = self._earlier.get(revision) if present is self._present else None
            earlier = earlier or build()
        finally:
            self._building.release()
        with self._lock:
            if present is self._present:
                self._earlier[revision] = earlier
                for key in list(self._views):
                    if key[0] is not None and key[0] not in self._earlier:
                        del self._views[key]
        return earlier

    def _turn_to(self, present: Snapshot) -> None:
        """Clear the caches if the present Snapshot has changed."""
        if present is not self._present:
            self._views.clear()
            self._earlier.clear()
            self._present = present


Withheld = Callable[[], frozenset[str]]


class Directory:
    """The graph as the API reads and writes it; thread-safe. Built by `open_directory`."""

    def __init__(
        self,
        store: Store,
        policy: Policy,
        *,
        own_kinds: OwnKindsFile | None = None,
        withheld: Withheld = frozenset,
        now: Callable[[], datetime] = danish_now,
        recovery: EngineRecovery | None = None,
        timeouts: Timeouts | None = None,
    ) -> None:
        self.policy, self.own_kinds_file, self.now = policy, own_kinds, now
        self._store, self._withheld = store, withheld
        self._store_monitor = StoreMonitor(store, recovery, timeouts)
        self._views = ViewCache()

    def today(self) -> date:
        """Today's date in Denmark."""
        return self.now().date()

    @property
    def own_kinds(self) -> OwnKinds:
        """The own kinds of the installation, as the file has them now."""
        if self.own_kinds_file is None:
            return NO_OWN_KINDS
        return self.own_kinds_file.current(self.own_kinds_in_use)

    def own_kinds_in_use(self) -> tuple[OwnKindUse, ...]:
        """The number of nodes of each own kind, read from the store. Raises: StoreUnavailable."""
        return self._store_monitor.read(lambda: self._store.own_kinds_in_use(self.today()))

    def snapshot(self) -> Snapshot:
        """The newest Snapshot, confirmed no longer than a second ago.

        Raises:
            StoreUnavailable: the store does not confirm it in time.
        """
        return self._store_monitor.snapshot()

    def close(self) -> None:
        """Stop monitoring the store, which its owner closes."""
        self._store_monitor.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def revision(self) -> int:
        """The revision of the newest Snapshot, never returned to a caller. Raises as `snapshot`."""
        return self.snapshot().revision

    def newest(self, caller: Caller) -> int:
        """The revision of a caller's current Views, for any date. Raises as `snapshot`."""
        return latest_visible_revision(self.snapshot(), caller, self.today())

    def withheld(self) -> frozenset[str]:
        """The ids of persons that only the DPO's Views show now."""
        return self._withheld()

    def view(self, caller: Caller, on: date | None = None, *, revision: int | None = None) -> View:
        """The View of a caller on a date, by default today; Views are built only here.

        With `revision`, the View shows the state at that revision, restricted to what the caller
        may see today; the newest possible value is the revision of the current View. Views are
        cached by clearance and not by account: callers with the same rights see the same.

        Raises: InvalidNeed: as `require_known`.
        """
        present = self.snapshot()
        now = self._view(present, caller, on)
        if revision is None:
            return now
        require_known(revision, now.revision)
        return now if revision == now.revision else self._view(present, caller, on, revision)

    def view_to_write(self, caller: Caller, on: date) -> View:
        """The View that a caller's writes are checked against: today's, or that of a future date.

        For an element that begins later, it is the View of that date, restricted to what today's
        View shows, with the caller's own posts of today. Raises as `view`.
        """
        present, day = self.snapshot(), self.today()
        today = self._view(present, caller, day)
        if on <= day:
            return today
        return self._view(present, caller, on, posts_on=day).within(today)

    def last_snapshot(self) -> Snapshot:
        """The newest Snapshot known, whether or not the store responds; never used for answers."""
        return self._store_monitor.last_known()

    def last_view(self, caller: Caller) -> View:
        """The View of a caller today on the last known Snapshot; used to check a withdrawal."""
        return self._view(self.last_snapshot(), caller, None)

    def _view(
        self,
        present: Snapshot,
        caller: Caller,
        on: date | None,
        revision: int | None = None,
        *,
        posts_on: date | None = None,
    ) -> View:
        day, withheld = self.today(), self._withheld()
        on = on or day
        posts = own_posts(present, caller.person, posts_on or on)
        reader = replace(caller, account="", posts=posts)

        def build() -> View:
            if revision is None:
                return View(present, reader, on, today=day, withheld=withheld)
            earlier = self._earlier(present, revision)
            return historical_view(earlier, reader, on, today=day, withheld=withheld)

        return self._views.view(present, revision, (reader, on, day, withheld), build)

    def _earlier(self, present: Snapshot, revision: int) -> HistoricalSnapshot:
        def build() -> HistoricalSnapshot:
            until = present.revision
            later = self._store_monitor.read(lambda: self._store.later(revision, until))
            return snapshot_as_of(present, later, revision)

        return self._views.earlier(present, revision, build)

    def apply(self, changes: ChangeSet) -> int:
        """Write a change set atomically and return its revision, which the next Snapshot contains.

        Raises:
            OutcomeUnknown: there was no response in time; retrying with the same idempotency key
                settles it.
            StoreUnavailable: the store is unavailable, and nothing was written.
            GraphError: as `Store.apply`; Invalid also for a node of an own kind that was removed.
        """
        with self._own_kinds_held(changes):
            return self._store_monitor.write(
                lambda timeout_s: self._store.apply(changes, timeout_s=timeout_s),
                write_s=write_limit_s(changes) + 1 if len(changes) > FORM_SIZE else None,
            )

    @contextmanager
    def _own_kinds_held(self, changes: ChangeSet) -> Generator[None]:
        """Keep the own kinds unchanged while nodes of own kinds are written.

        Raises:
            Invalid: a node gets an own kind that does not exist, or that has another parent.
            Refusal: `busy`: another process holds the file of own kinds for too long.
        """
        nodes = list(_of_own_kinds(self.last_snapshot, changes))
        if self.own_kinds_file is None or not nodes:
            yield
            return
        with self.hold_own_kinds(self.own_kinds_file):
            own_kinds = self.own_kinds
            faults = [fault for pair in nodes for fault in own_kinds.faults_of_change(*pair)]
            if faults:
                raise Invalid(faults)
            yield

    @contextmanager
    def hold_own_kinds(self, file: OwnKindsFile) -> Generator[None]:
        """Hold the inter-process lock of the file of own kinds. Raises: Refusal: `busy`."""
        with ExitStack() as until_done:
            try:
                until_done.enter_context(file.hold())
            except Timeout as error:
                raise Refusal("busy") from error
            yield

    def dry_run(self, changes: ChangeSet) -> tuple[AppliedChange, ...]:
        """Validate a change set as `apply` does and return its effects; nothing is written.

        Raises: GraphError: as `Store.dry_run`.
        """
        return self._store_monitor.read(lambda: self._store.dry_run(changes))

    def revision_by_key(self, change_set: str, *, waits: bool = True) -> int | None:
        """The revision created by a change set, by its idempotency key; None if there is none.

        `waits`: for a write in progress.
        """
        return self._store_monitor.read(
            lambda: self._store.revision_by_key(change_set, waits=waits)
        )

    def details_with(
        self, contacts: Iterable[tuple[Channel, str]]
    ) -> Mapping[tuple[Channel, str], Collection[str]]:
        """Return the ids of the details with each value, hidden ones too; filter them by a View."""
        return self._store_monitor.read(lambda: self._store.details_with(contacts))

    def batch(self, batch: str) -> WrittenChanges:
        """The changes of an import, with old values in clear; only for its undo."""
        return self._store_monitor.read(lambda: self._store.batch(batch))

    def change_set(self, change_set: str, *, made_by: str) -> WrittenChanges:
        """The changes of an account's change set, with old values in clear; only for its undo."""
        return self._store_monitor.read(lambda: self._store.change_set(change_set, made_by=made_by))

    def reveal(self, detail_id: str) -> Secret:
        """Return the value of one contact detail; the caller must have been authorized before.

        Raises: NotFound, StoreUnavailable: as `Store.reveal`.
        """
        return self._store_monitor.read(lambda: self._store.reveal(detail_id))

    def changes_since(self, revision: int) -> tuple[Change, ...]:
        """All changes after a revision; the caller must filter them by a View."""
        return self._store_monitor.read(lambda: self._store.changes_since(revision))

    def changes_of(self, element_id: str, *, until: int) -> tuple[Change, ...]:
        """The changes of one node or link, up to the revision of a View."""
        return self._store_monitor.read(lambda: self._store.changes_of(element_id, until=until))

    def changes_to(self, field: str, *, until: int) -> tuple[Change, ...]:
        """The changes of one field on all elements, up to the revision of a View."""
        return self._store_monitor.read(lambda: self._store.changes_to(field, until=until))

    def changes_after(
        self, place: tuple[int, str], *, until: int, limit: int
    ) -> tuple[Change, ...]:
        """The first `limit` changes after a revision and id, up to the revision of a View."""
        return self._store_monitor.read(
            lambda: self._store.changes_after(place, until=until, limit=limit)
        )

    def persons(self) -> frozenset[str]:
        """The ids of all professionals and civilians: those that the audit counts as shown."""
        snapshot = self.last_snapshot()  # no answer is based on a newer one
        if "persons" not in snapshot.memo:
            labels = Label.PERSON, Label.RESOURCE_INDIVIDUAL
            rows: list[int] = [
                row for label in labels for row in snapshot.tables[label].rows.tolist()
            ]
            snapshot.memo["persons"] = frozenset(snapshot.nodes.ids[row] for row in rows)
        persons: frozenset[str] = snapshot.memo["persons"]
        return persons

    def persons_among(self, ids: Iterable[str], views: Collection[View]) -> frozenset[str]:
        """Return which of these ids belong to persons that one of the Views shows."""
        persons = self.persons().intersection(ids)
        return frozenset(
            person for person in persons if any(view.find(person) is not None for view in views)
        )

    def persons_sent(self, body: bytes, views: Collection[View]) -> frozenset[str]:
        """Return the persons in a JSON text that one of the Views shows.

        An id is found as the text between two quotes: ids hold no characters that JSON escapes.
        """
        return self.persons_among(body.decode("utf-8", "replace").split('"'), views)


_OF_OWN_KIND: Final = (*SHIPPED_FIELDS, *SHIPPED_FIELDS.values(), "tier", "is_unit_only", "gate")
"""The fields of a node whose change requires a check of its own kind."""


def _of_own_kinds(
    snapshot: Callable[[], Snapshot], changes: ChangeSet
) -> Iterator[tuple[Node | None, Node]]:
    """Yield (before, after) for each node of an own kind that is new or changes in `_OF_OWN_KIND`.

    The Snapshot is read only if a node is of an own kind.
    """
    for node in (*changes.creates, *changes.updates):
        if not isinstance(node, Node) or not any(own_ids(node)):
            continue
        current = snapshot()
        row = current.row_of.get(node.id)
        before = None if row is None else current.node(row)
        if before is None or any(
            getattr(before, name, None) != getattr(node, name, None) for name in _OF_OWN_KIND
        ):
            yield before, node


@contextmanager
def open_directory(
    place: StoreLocation,
    policy: Policy,
    *,
    own_kinds: OwnKindsFile,
    withheld: Withheld = frozenset,
) -> Generator[Directory]:
    """Open the store of a location, load its Snapshot, and close both afterwards.

    Raises: StoreUnavailable: as `open_with_recovery`.
    """
    with (
        open_with_recovery(place) as (store, recovery),
        Directory(
            store, policy, own_kinds=own_kinds, withheld=withheld, recovery=recovery
        ) as directory,
    ):
        yield directory
