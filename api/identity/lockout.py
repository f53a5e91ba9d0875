"""How often sign-in has failed, and what follows: counted in SQL, so exactly.

Who guesses is slowed down, and nobody else: a try waits longer after each that failed for the same
login from the same address. What fails for the login elsewhere, or from the address for others,
takes the free tries away and nothing more, so that a rightful owner is heard at once.
Source: security.md §4.
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
"""Failures in an hour after which no try is free; an administrator is then told."""
QUEUE_LIMIT: Final = 10
"""Failures in an hour after which an address waits for its turn in one queue with all such."""
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=15), timedelta(minutes=15)
_MOST_DOUBLED: Final = 6  # 15 s six times doubled is more than the longest wait


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptKey:
    """Who tries to sign in: the login as HMAC, and the address it comes from."""

    login: str
    address: str


def attempt_key(login: str, address: str) -> AttemptKey:
    """A whole line counts as one address."""
    return AttemptKey(login=login, address=line_of(address))


def wait_s(connection: Connection, who: AttemptKey, now: datetime) -> int:
    """The seconds until a try for this login from this address is heard; 0 where it is now."""
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
    """Has so much failed for the login, or `from_address`, that no try is free?"""
    return (
        _count(connection, failure_table.c.login == who.login, now) >= LOGIN_LIMIT
        or _count(connection, failure_table.c.address == who.address, now) >= from_address
    )


def note_failure(connection: Connection, who: AttemptKey, now: datetime) -> bool:
    """Counts a failure; is it the one that fills an hour, so that an administrator should know?"""
    connection.execute(delete(failure_table).where(failure_table.c.at <= now - _HOUR))
    connection.execute(
        insert(failure_table), {"login": who.login, "address": who.address, "at": now}
    )
    of_login = _count(connection, failure_table.c.login == who.login, now)
    of_address = _count(connection, failure_table.c.address == who.address, now)
    return of_login == LOGIN_LIMIT or of_address == ADDRESS_LIMIT


def forgive(connection: Connection, who: AttemptKey) -> None:
    """Forgets the failures of somebody who has now come in from the same address."""
    connection.execute(
        delete(failure_table).where(
            failure_table.c.login == who.login, failure_table.c.address == who.address
        )
    )


def _count(connection: Connection, whose: ColumnElement[bool], now: datetime) -> int:
    found = select(func.count()).where(whose, failure_table.c.at > now - _HOUR)
    return connection.scalar(found) or 0
