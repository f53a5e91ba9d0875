"""The Views that are kept, and what was known earlier: all of one Snapshot, the present one.

The next Snapshot ends them, so nothing that was erased stays in memory.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Final

from api.errors import Refused
from graph.access.view import View
from graph.snapshot.as_of import HistoricalSnapshot
from graph.snapshot.snapshot import Snapshot

MOST_VIEWS: Final = 32
MOST_EARLIER: Final = 2  # each is as large as the present one
WAIT_S: Final = 2.0  # one is made at a time; of 85,000 nodes and 290,000 links in a second


class ViewCache:
    """The last Views and the last older Snapshots; safe under threads."""

    def __init__(self, wait_s: float = WAIT_S) -> None:
        self._lock, self._making, self._wait_s = Lock(), Lock(), wait_s
        self._present: Snapshot | None = None
        self._views: OrderedDict[tuple[int | None, Hashable], View] = OrderedDict()
        self._earlier: OrderedDict[int, HistoricalSnapshot] = OrderedDict()

    def view(
        self, present: Snapshot, known: int | None, key: Hashable, make: Callable[[], View]
    ) -> View:
        """The View of a key, which is made where none is kept.

        One of an older revision, `known`, is kept no longer than what was known there.
        """
        with self._lock:
            self._turn_to(present)
            view = self._views.get((known, key))
            if view is not None:
                self._views.move_to_end((known, key))
                return view
        view = make()
        with self._lock:
            if present is not self._present or not (known is None or known in self._earlier):
                return view
            view = self._views.setdefault((known, key), view)
            while len(self._views) > MOST_VIEWS:
                self._views.popitem(last=False)
        return view

    def earlier(
        self, present: Snapshot, revision: int, make: Callable[[], HistoricalSnapshot]
    ) -> HistoricalSnapshot:
        """What was known at an older revision; the same, whoever asks.

        Raises: Refused: `busy`: others are being made for too long.
        """
        with self._lock:
            self._turn_to(present)
        kept = self._kept(present, revision)
        if kept is not None:
            return kept
        if not self._making.acquire(timeout=self._wait_s):
            raise Refused("busy")
        try:
            earlier = self._kept(present, revision) or make()
        finally:
            self._making.release()
        self._keep(present, revision, earlier)
        return earlier

    def _kept(self, present: Snapshot, revision: int) -> HistoricalSnapshot | None:
        """None of another Snapshot: who waited while the next one came, ends nothing of it."""
        with self._lock:
            if present is not self._present or revision not in self._earlier:
                return None
            self._earlier.move_to_end(revision)
            return self._earlier[revision]

    def _keep(self, present: Snapshot, revision: int, earlier: HistoricalSnapshot) -> None:
        with self._lock:
            if present is self._present:
                self._earlier[revision] = earlier
            while len(self._earlier) > MOST_EARLIER:
                oldest, _ = self._earlier.popitem(last=False)
                for key in [key for key in self._views if key[0] == oldest]:
                    del self._views[key]

    def _turn_to(self, present: Snapshot) -> None:
        """Drops what was made of another Snapshot."""
        if present is not self._present:
            self._views.clear()
            self._earlier.clear()
            self._present = present
