"""A question that the same caller asks again is answered by what was made for it.

A screen asks anew whenever anything on it is touched. What is kept belongs to one View, so it ends
with the revision, the date, the rights and the withholdings; and to one account, so that how fast
an answer comes tells nobody what a colleague has asked. The audit has each asking.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock
from typing import Final

_MOST_KEPT: Final = 16  # of one View: about 3 MB


@dataclass(frozen=True, slots=True, kw_only=True)
class CachedAnswer:
    """An answer as it is sent, the persons in it, and how much it found."""

    body: bytes
    persons: frozenset[str]
    count: int


class AnswerCache:
    """The last answers on one View; safe under threads."""

    def __init__(self, most: int = _MOST_KEPT) -> None:
        self._most, self._lock = most, Lock()
        self._kept: OrderedDict[Hashable, CachedAnswer] = OrderedDict()

    def answer(
        self, account: str, question: Hashable, make: Callable[[], CachedAnswer]
    ) -> CachedAnswer:
        """What was made for this account, else what `make` gives; what it raises is not kept."""
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
