"""Throttling of failed sign-ins, counted in SQL and therefore exact across processes.

Only the guesser is slowed down: the wait grows after each failure for the same login from the same
address. Failures for the login elsewhere, or from the address for others, only take the free
attempts away, so that a rightful owner is not locked out. Source: security.md §4.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Final

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select

from api.client_address import line_of
from api.identity.tables import failure_table, utc

_HOUR: Final = timedelta(hours=1)
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


def wait_s(connection: Connection, who: AttemptKey, now: datetime) -> int:
    """Seconds until an attempt for this login from this address is accepted; 0 if it is now."""
    is_theirs = (failure_table.c.login == who.login) & (failure_table.c.address == who.address)
    free = 0 if is_crowded(connection, who, now) else FREE_TRIES
    failed = _count(connection, is_theirs, now) - free
    if failed < 1:
        return 0
    last = connection.scalar(select(func.max(failure_table.c.at)).where(is_theirs))
    waits = min(FIRST_WAIT * 2 ** min(failed - 1, _MOST_DOUBLED), LONGEST_WAIT)
    return 0 if last is None else max(0, ceil((utc(last) + waits - now).total_seconds()))


def is_crowded(
    connection: Connection, who: AttemptKey, now: datetime, *, from_address: int = ADDRESS_LIMIT
) -> bool:
    """Whether so many attempts failed for the login, or from the address, that none is free.

    `from_address` is the limit for the address.
    """
    return (
        _count(connection, failure_table.c.login == who.login, now) >= LOGIN_LIMIT
        or _count(connection, failure_table.c.address == who.address, now) >= from_address
    )


def note_failure(connection: Connection, who: AttemptKey, now: datetime) -> bool:
    """Count a failure; True if it reaches an hourly limit, so that an alert is due."""
    connection.execute(delete(failure_table).where(failure_table.c.at <= now - _HOUR))
    connection.execute(
        insert(failure_table), {"login": who.login, "address": who.address, "at": now}
    )
    of_login = _count(connection, failure_table.c.login == who.login, now)
    of_address = _count(connection, failure_table.c.address == who.address, now)
    return of_login == LOGIN_LIMIT or of_address == ADDRESS_LIMIT


def forgive(connection: Connection, who: AttemptKey) -> None:
    """Delete the failures of a login from an address after a successful sign-in."""
    connection.execute(
        delete(failure_table).where(
            failure_table.c.login == who.login, failure_table.c.address == who.address
        )
    )


def _count(connection: Connection, whose: ColumnElement[bool], now: datetime) -> int:
    found = select(func.count()).where(whose, failure_table.c.at > now - _HOUR)
    return connection.scalar(found) or 0
