"""Rate limits: calls per minute by account or address, and people shown per hour by account.

People are counted by identity, not by request: a search for two letters and a list read page by
page disclose the same register.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from itertools import islice
from math import ceil
from threading import Lock
from time import monotonic
from typing import Final

from api.errors import Refused

_HOUR_S: Final = 3_600
_MINUTE_S: Final = 60
_MOST_KNOWN: Final = 50_000  # accounts and addresses of a minute; some 30 MB


class CallLimits:
    """Sliding-window limit of sixty seconds on the calls in one process; thread-safe."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock, self._lock = clock, Lock()
        self._calls = defaultdict[tuple[str, str], deque[float]](deque)

    def require(self, account: str, what: str, per_min: int) -> None:
        """Count a call.

        Raises: Refused: `too-many`, with the seconds until the next is accepted.
        """
        with self._lock:
            now = self._clock()
            if len(self._calls) >= _MOST_KNOWN:
                self._forget(now)
            calls = self._calls[account, what]
            while calls and calls[0] <= now - _MINUTE_S:
                calls.popleft()
            if len(calls) < per_min:
                calls.append(now)
                return
            opens_at = calls[-per_min] + _MINUTE_S
        raise Refused("too-many", retry_after=max(1, ceil(opens_at - now)))

    def _forget(self, now: float) -> None:
        """Drop keys without recent calls, and if that is not enough, the ones known longest."""
        kept = {who: calls for who, calls in self._calls.items() if calls[-1] > now - _MINUTE_S}
        first = list(islice(kept, max(0, len(kept) - _MOST_KNOWN * 9 // 10)))
        for who in first:
            del kept[who]
        self._calls = defaultdict(deque, kept)


class PeopleShown:
    """The persons each account was shown within the last hour, in one process; thread-safe."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock, self._lock = clock, Lock()
        self._shown = defaultdict[str, dict[str, float]](dict)  # the least recently shown first

    def note(self, account: str, people: Iterable[str], most: int) -> bool:
        """Count the persons an account is shown; True if they reach the hourly limit."""
        with self._lock:
            shown, now = self._of_this_hour(account)
            before = len(shown)
            for person in people:
                shown.pop(person, None)
                shown[person] = now
            return before < most <= len(shown)

    def require(self, account: str, most: int) -> None:
        """Check the hourly limit.

        Raises: Refused: `too-many`, with the seconds until another person may be shown.
        """
        with self._lock:
            shown, now = self._of_this_hour(account)
            if len(shown) < most:
                return
            gone_at = next(islice(shown.values(), len(shown) - most, None)) + _HOUR_S
        raise Refused("too-many", retry_after=max(1, ceil(gone_at - now)))

    def _of_this_hour(self, account: str) -> tuple[dict[str, float], float]:
        shown, now = self._shown[account], self._clock()
        while shown and now - shown[first := next(iter(shown))] >= _HOUR_S:
            del shown[first]
        return shown, now
