"""Rate limits: calls per minute, people shown per hour, and the wait after failed sign-ins.

Calls are counted by account or address, in one process. People shown and failed sign-ins are
counted in SQL, and therefore exactly across processes. Only the guesser is slowed down: the wait
grows after each failure for the same login from the same address. Failures for the login elsewhere,
or from the address for others, only take the free attempts away, so that a rightful owner is not
locked out. Source: docs/operations.md, "Limits before sign-in".

People are counted by identity, not by request, and whatever the question was: a search for two
letters, a list read page by page, and paths from everywhere disclose the same register.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from math import ceil
from threading import Lock
from time import monotonic
from typing import Final

from sqlalchemy import ColumnElement, Connection, Engine, delete, func, insert, select

from api.client_address import line_of
from api.danish_time import danish_minute
from api.errors import Refusal
from api.i18n import bilingual
from api.identity.tables import (
    Clock,
    account_transaction,
    digest,
    failure_table,
    shown_table,
    utc,
)
from api.sql import read_connection
from api.text.format import format_time

_HOUR: Final = timedelta(hours=1)
_MINUTE_S: Final = 60
_MOST_KNOWN: Final = 50_000  # accounts and addresses of a minute; some 30 MB


class CallLimits:
    """Sliding-window limit of sixty seconds on the calls in one process; thread-safe."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock, self._lock = clock, Lock()
        self._calls = defaultdict[tuple[str, str], deque[float]](deque)

    def require(self, account: str, what: str, per_min: int) -> None:
        """Count a call.

        Raises: Refusal: `too-many`, with the seconds until the next is accepted.
        """
        with self._lock:
            now = self._clock()
            if len(self._calls) >= _MOST_KNOWN:
                # drop keys without recent calls, and if that is not enough, those known longest
                recent = {
                    key: calls for key, calls in self._calls.items() if calls[-1] > now - _MINUTE_S
                }
                for key in list(islice(recent, max(0, len(recent) - _MOST_KNOWN * 9 // 10))):
                    del recent[key]
                self._calls = defaultdict(deque, recent)
            calls = self._calls[account, what]
            while calls and calls[0] <= now - _MINUTE_S:
                calls.popleft()
            if len(calls) < per_min:
                calls.append(now)
                return
            opens_at = calls[-per_min] + _MINUTE_S
        raise Refusal("too-many", retry_after=max(1, ceil(opens_at - now)))


class PeopleShown:
    """The persons each account was shown within the last hour, exact across processes.

    A person counts once an hour, from when the account was first shown them; repeats are free.
    """

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock

    def count(
        self, account: str, people: Iterable[str], most: int, *, is_refusable: bool = True
    ) -> bool:
        """Count the persons an account is shown; True if they reach the hourly limit.

        Raises: Refusal: `people-limit`, with the time from which others may be shown; nobody is
            counted then. With `is_refusable` false they are counted beyond the limit.
        """
        digests = {digest(person) for person in people}
        with read_connection(self._engine) as connection:
            if not digests - set(self._shown_at(connection, account)):
                return False
        with account_transaction(self._engine) as connection:
            shown_at = self._shown_at(connection, account)
            new = digests - set(shown_at)
            if new and is_refusable and len(shown_at) >= most:
                raise self._refusal(sorted(shown_at.values())[-most], most)
            now = self._clock()
            connection.execute(delete(shown_table).where(shown_table.c.at <= now - _HOUR))
            if new:
                rows = [{"account": account, "person": person, "at": now} for person in new]
                connection.execute(insert(shown_table), rows)
            return len(shown_at) < most <= len(shown_at) + len(new)

    def _shown_at(self, connection: Connection, account: str) -> dict[str, datetime]:
        query = select(shown_table.c.person, shown_table.c.at).where(
            shown_table.c.account == account, shown_table.c.at > self._clock() - _HOUR
        )
        return {person: utc(at) for person, at in connection.execute(query)}

    def _refusal(self, shown_at: datetime, most: int) -> Refusal:
        opens_at = shown_at + _HOUR
        minute = danish_minute(opens_at + timedelta(seconds=59))  # the first whole minute after
        return Refusal(
            "people-limit",
            bilingual(
                "You have been shown {count} different people within an hour. You can still see "
                "those. You can go on with others at {time}.",
                count=most, time=partial(format_time, minute),
            ),
            retry_after=max(1, ceil((opens_at - self._clock()).total_seconds())),
        )  # fmt: skip


# ---- failed sign-ins

FREE_TRIES: Final = 4
LOGIN_LIMIT, ADDRESS_LIMIT = 20, 50
"""Failures in an hour after which no attempt is free; an administrator is then alerted."""
QUEUE_LIMIT: Final = 10
"""Failures in an hour after which an address shares one queue with all such addresses."""
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=15), timedelta(minutes=15)
_MOST_DOUBLED: Final = 6  # 15 s doubled six times exceeds the longest wait


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptKey:
    """The key under which failures are counted: the login as HMAC, and the client address."""

    login: str
    address: str


def attempt_key(login: str, address: str) -> AttemptKey:
    """The key of an attempt; addresses of one subscriber line count as one."""
    return AttemptKey(login=login, address=line_of(address))


def wait_after_failures(connection: Connection, who: AttemptKey, now: datetime) -> int:
    """Seconds until an attempt for this login from this address is accepted; 0 if it is now."""
    is_theirs = (failure_table.c.login == who.login) & (failure_table.c.address == who.address)
    free = 0 if has_many_failures(connection, who, now) else FREE_TRIES
    failed = _count(connection, is_theirs, now) - free
    if failed < 1:
        return 0
    last = connection.scalar(select(func.max(failure_table.c.at)).where(is_theirs))
    waits = min(FIRST_WAIT * 2 ** min(failed - 1, _MOST_DOUBLED), LONGEST_WAIT)
    return 0 if last is None else max(0, ceil((utc(last) + waits - now).total_seconds()))


def has_many_failures(
    connection: Connection, who: AttemptKey, now: datetime, *, from_address: int = ADDRESS_LIMIT
) -> bool:
    """Whether so many attempts failed for the login, or from the address, that none is free.

    `from_address` is the limit for the address.
    """
    return (
        _count(connection, failure_table.c.login == who.login, now) >= LOGIN_LIMIT
        or _count(connection, failure_table.c.address == who.address, now) >= from_address
    )


def count_failure(connection: Connection, who: AttemptKey, now: datetime) -> bool:
    """Count a failure; True if it reaches an hourly limit, so that an alert is due."""
    connection.execute(delete(failure_table).where(failure_table.c.at <= now - _HOUR))
    connection.execute(
        insert(failure_table), {"login": who.login, "address": who.address, "at": now}
    )
    of_login = _count(connection, failure_table.c.login == who.login, now)
    of_address = _count(connection, failure_table.c.address == who.address, now)
    return of_login == LOGIN_LIMIT or of_address == ADDRESS_LIMIT


def clear_failures(connection: Connection, who: AttemptKey) -> None:
    """Delete the failures of a login from an address after a successful sign-in."""
    connection.execute(
        delete(failure_table).where(
            failure_table.c.login == who.login, failure_table.c.address == who.address
        )
    )


def _count(connection: Connection, whose: ColumnElement[bool], now: datetime) -> int:
    query = select(func.count()).where(whose, failure_table.c.at > now - _HOUR)
    return connection.scalar(query) or 0
