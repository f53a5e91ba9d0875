"""How many calls an account or an address may make: by the minute in memory, and of two-letter
searches in SQL.

Source: security.md §4.
"""

from collections import defaultdict, deque
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import islice
from math import ceil
from threading import Lock
from time import monotonic
from typing import Final

from sqlalchemy import Engine, delete, func, insert, select

from api.errors import Refused
from api.identity.tables import Clock, changing, short_search_table, utc

_HOUR: Final = timedelta(hours=1)
_MINUTE_S: Final = 60
_MOST_KNOWN: Final = 50_000  # accounts and addresses of a minute; some 30 MB


class CallLimits:
    """The calls of any sixty seconds, of one process; safe under threads."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock, self._lock = clock, Lock()
        self._calls = defaultdict[tuple[str, str], deque[float]](deque)

    def require(self, account: str, what: str, per_min: int) -> None:
        """Counts a call. Raises: Refused: `too-many`, with the seconds until the next is heard."""
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
        """Forgets those who have called no more, and where that is not enough, the first known."""
        kept = {who: calls for who, calls in self._calls.items() if calls[-1] > now - _MINUTE_S}
        first = list(islice(kept, max(0, len(kept) - _MOST_KNOWN * 9 // 10)))
        for who in first:
            del kept[who]
        self._calls = defaultdict(deque, kept)


class ShortSearches:
    """Two-letter searches: who makes many different ones is reading the register out."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock

    def note(self, account: str, text: str, *, per_hour: int) -> bool:
        """Counts a search, whose text comes as HMAC; is it the one that fills the hour?

        Raises: Refused: `too-many`.
        """
        with changing(self._engine) as connection:
            now = self._clock()
            table = short_search_table.c
            connection.execute(delete(short_search_table).where(table.at <= now - _HOUR))
            mine = select(func.count()).where(table.account == account)
            if connection.execute(
                select(table.text).where(table.account == account, table.text == text)
            ).first():
                return False
            if (connection.scalar(mine) or 0) < per_hour:
                connection.execute(
                    insert(short_search_table), {"account": account, "text": text, "at": now}
                )
                return connection.scalar(mine) == per_hour
            first = connection.scalar(select(func.min(table.at)).where(table.account == account))
        raise Refused("too-many", retry_after=_until(first, now))


def _until(first: datetime | None, now: datetime) -> int:
    return 1 if first is None else ceil((utc(first) + _HOUR - now).total_seconds())
