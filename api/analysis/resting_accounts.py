"""The accounts whose queries ended a replica: they wait before their next query, longer each time.

So the spare replica stays available for all other callers and is not ended as well.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from math import ceil
from threading import Lock
from time import monotonic
from typing import Final

from api.danish_time import COPENHAGEN, danish_minute
from api.errors import Refusal
from api.i18n import bilingual
from api.text.format import format_time

REST_S: Final = 10.0
"""Wait of an account whose query ended a replica; doubled by each further one within
`FORGOTTEN_S`, up to that time.
"""
FORGOTTEN_S: Final = 3600.0
SPARE_S: Final = 50.0
"""Longest time that an account must wait in addition for a spare replica to be ready."""


class RestingAccounts:
    """The accounts whose queries ended a replica, in one API process; thread-safe.

    An account that is only likely to have ended one waits for a spare, the first time.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock, self._lock = clock, Lock()
        self._ended: dict[str, tuple[int, float]] = {}  # how often for sure, and when last

    def add(self, account: str, *, is_sure: bool) -> None:
        """Count the end of a replica; an account that is suspected again is taken as sure."""
        with self._lock:
            times = self._times(account)
            is_first = times is None and not is_sure
            self._ended[account] = 0 if is_first else (times or 0) + 1, self._clock()

    def require_rested(self, account: str, has_spare: Callable[[], bool]) -> None:
        """Require that the account has waited. Raises: Refusal: `too-many`: it has not."""
        with self._lock:
            times = self._times(account)
            if times is None:
                return
            passed_s = self._clock() - self._ended[account][1]
        rest_s = min(REST_S * 2 ** (times - 1), FORGOTTEN_S) if times else 0.0
        if passed_s < rest_s:
            wait_s = rest_s - passed_s
        elif passed_s < rest_s + SPARE_S and not has_spare():
            wait_s = rest_s + SPARE_S - passed_s
        else:
            return
        minute = danish_minute(datetime.now(COPENHAGEN) + timedelta(seconds=wait_s + 59))
        raise Refusal(
            "too-many",
            bilingual(
                "Your last query was too heavy and stopped the copy. Ask for less; you can go on "
                "at {time}.",
                time=partial(format_time, minute),
            ),
            retry_after=max(2, ceil(wait_s)),
        )

    def _times(self, account: str) -> int | None:
        times, at = self._ended.get(account, (None, 0.0))
        if times is not None and self._clock() - at >= FORGOTTEN_S:
            del self._ended[account]
            return None
        return times
