"""How often sign-in has failed, and what follows: counted in SQL, so exactly.

Source: security.md §4.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from typing import Final

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select

from api.identity.tables import failure_table, utc

_LOCK: Final = timedelta(minutes=15)
_HOUR: Final = timedelta(hours=1)
PAIR_LIMIT, LOGIN_LIMIT, ADDRESS_LIMIT = 5, 20, 50
_NEIGHBORS: Final = 64  # bits of an IPv6 address that one line has to itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Knocking:
    """Who tries to sign in: the login as HMAC, and the address it comes from."""

    login: str
    address: str


def knocking(login: str, address: str) -> Knocking:
    """A whole line counts as one address."""
    try:
        found = ip_address(address)
    except ValueError:
        return Knocking(login=login, address=address)
    if isinstance(found, IPv6Address) and found.ipv4_mapped is None:
        found = IPv6Address(int(found) >> _NEIGHBORS << _NEIGHBORS)
    return Knocking(login=login, address=str(found))


def is_locked(connection: Connection, who: Knocking, now: datetime) -> bool:
    """Have five failed from here for this login in a quarter? Those while locked do not count: the
    lock ends 15 minutes after what set it, however impatient its owner.
    """
    count = _count(
        connection,
        failure_table.c.login == who.login,
        failure_table.c.address == who.address,
        ~failure_table.c.was_locked,
        failure_table.c.at > now - _LOCK,
    )
    return count >= PAIR_LIMIT


def wait_s(connection: Connection, who: Knocking, now: datetime) -> int:
    """The seconds until a try is heard again; 0 where it is now."""
    return max(
        _wait_s(connection, failure_table.c.login == who.login, LOGIN_LIMIT, now),
        _wait_s(connection, failure_table.c.address == who.address, ADDRESS_LIMIT, now),
    )


def note_failure(connection: Connection, who: Knocking, now: datetime, *, was_locked: bool) -> bool:
    """Counts a failure; is it the one that fills an hour, so that an administrator should know?"""
    connection.execute(delete(failure_table).where(failure_table.c.at <= now - _HOUR))
    connection.execute(
        insert(failure_table),
        {"login": who.login, "address": who.address, "was_locked": was_locked, "at": now},
    )
    of_login = _count(connection, failure_table.c.login == who.login)
    of_address = _count(connection, failure_table.c.address == who.address)
    return of_login == LOGIN_LIMIT or of_address == ADDRESS_LIMIT


def forgive(connection: Connection, who: Knocking) -> None:
    """Forgets the failures of somebody who has now come in from the same address."""
    connection.execute(
        delete(failure_table).where(
            failure_table.c.login == who.login, failure_table.c.address == who.address
        )
    )


def _wait_s(connection: Connection, whose: ColumnElement[bool], limit: int, now: datetime) -> int:
    filling = connection.scalar(  # the one whose end lets the next one in
        select(failure_table.c.at)
        .where(whose, failure_table.c.at > now - _HOUR)
        .order_by(failure_table.c.at.desc(), failure_table.c.number.desc())
        .offset(limit - 1)
        .limit(1)
    )
    return 0 if filling is None else int((utc(filling) + _HOUR - now).total_seconds()) + 1


def _count(connection: Connection, *conditions: ColumnElement[bool]) -> int:
    found = select(func.count()).select_from(failure_table).where(*conditions)
    return connection.scalar(found) or 0
