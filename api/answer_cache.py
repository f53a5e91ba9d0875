"""Cache of serialized answers, keyed by account and request, for one View.

The explorer repeats a request whenever a widget changes. The cache belongs to one View, so it is
dropped when the revision, the date, the rights or the withholdings change. It is keyed by account,
so that response times do not reveal what a colleague has asked. Every request is still recorded in
the audit log.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock
from typing import Final

_MOST_KEPT: Final = 16  # per View: about 3 MB


@dataclass(frozen=True, slots=True, kw_only=True)
class CachedAnswer:
    """A serialized answer, the ids of the persons in it, and its number of results."""

    body: bytes
    persons: frozenset[str]
    count: int


class AnswerCache:
    """LRU cache of the latest answers on one View; thread-safe."""

    def __init__(self, most: int = _MOST_KEPT) -> None:
        self._most, self._lock = most, Lock()
        self._kept: OrderedDict[Hashable, CachedAnswer] = OrderedDict()

    def answer(
        self, account: str, question: Hashable, make: Callable[[], CachedAnswer]
    ) -> CachedAnswer:
        """Return the cached answer for this account, else that of `make`; errors are not cached."""
        key = account, question
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
                return kept
        made = make()
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made
