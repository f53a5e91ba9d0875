"""The logins of the demo: one for each role, created at its start and deleted at its stop.

They belong to accounts of the demo itself, whose passwords are random and not stored in plain text;
they need no second factor. A second demo over the same folder has logins of its own.
"""

import secrets
from collections.abc import Collection, Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout
from sqlalchemy import Connection, delete, select

from api.analysis.saved_queries import drop_questions_of
from api.identity.accounts import add_account
from api.identity.grants import insert_grant
from api.identity.store import IdentityStore
from api.identity.tables import (
    account_table,
    account_transaction,
    change_table,
    code_table,
    grant_table,
    session_table,
    subject_table,
    token_table,
)
from graph.access.policy import Grant, Role
from graph.access.view import View
from graph.errors import StoreUnavailable
from graph.snapshot.structure import areas_of
from graph.vocabulary import Label, LinkType, PostKind

ROLES: Final = (
    Role.COORDINATOR, Role.OUTREACH, Role.ANALYST, Role.STEWARD, Role.DPO, Role.ADMIN,
)  # fmt: skip
_DENMARK: Final = frozenset({"dk"})
_BY: Final = "demo"
_PLACES: Final = range(1, 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoSeat:
    """The person of a demo login, and the areas where that person works."""

    person: str
    areas: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoLogin:
    """A login to be printed; only this object holds the password."""

    role: Role
    login: str
    password: str
    person: str | None


@contextmanager
def demo_logins(
    accounts: IdentityStore,
    seats: Mapping[Role, DemoSeat] | None = None,
    *,
    folder: Path | None = None,
) -> Generator[tuple[DemoLogin, ...]]:
    """Create one login for each role while the demo runs; those left by a killed demo are deleted.

    `folder`: contains the lock files by which concurrent demos find each other; None: there is only
    this one.
    """
    seats = seats or {}
    with _place(folder) as (mine, free):
        logins = tuple(
            DemoLogin(
                role=role, login=_login(role, mine), password=secrets.token_urlsafe(12),
                person=seats[role].person if role in seats else None,
            )
            for role in ROLES
        )  # fmt: skip
        hashes = {login.login: accounts.passwords.hash(login.password) for login in logins}
        with account_transaction(accounts.engine) as connection:
            _forget(connection, {mine, *free})
            for login in logins:
                account = add_account(
                    connection, login.login, now=accounts.clock(), person=login.person,
                    is_demo=True, password=hashes[login.login],
                )  # fmt: skip
                areas = seats[login.role].areas if login.role in seats else _DENMARK
                grant = Grant(
                    role=login.role, areas=frozenset() if login.role is Role.ADMIN else areas
                )
                insert_grant(
                    connection, account, grant, by=_BY, now=accounts.clock(), is_waiting=False
                )
        try:
            yield logins
        finally:
            with account_transaction(accounts.engine) as connection:
                _forget(connection, {mine})


@contextmanager
def _place(folder: Path | None) -> Generator[tuple[int, frozenset[int]]]:
    """Lock the first place where no demo runs, and return it with the other free places."""
    if folder is None:
        yield 1, frozenset()
        return
    locks = {number: FileLock(folder / f"demo-{number}.lock", mode=0o600) for number in _PLACES}
    free: list[int] = []
    for number, lock in locks.items():
        with suppress(Timeout):
            lock.acquire(timeout=0)
            free.append(number)
    if not free:
        raise StoreUnavailable(f"{len(_PLACES)} demos already run over {folder}; fix: end one")
    mine, *others = free
    for number in others:
        locks[number].release()
    try:
        yield mine, frozenset(others)
    finally:
        locks[mine].release()


def demo_seats(view: View, near: str = "mun-0787") -> Mapping[Role, DemoSeat]:
    """The persons of the demo whose logins are the coordinator's and the outreach worker's.

    They hold such a post, if possible near where the first story of the demo happens (Thisted);
    their grants cover the areas of the post, else of its authority.
    """
    post_kinds = {
        Role.COORDINATOR: (PostKind.INFOHOUSE_COORDINATOR_MUNICIPAL, PostKind.SSP_COORDINATOR),
        Role.OUTREACH: (PostKind.OUTREACH_WORKER,),
    }
    seat_by_role: dict[Role, DemoSeat] = {}
    for role, kinds in post_kinds.items():
        seats: list[DemoSeat] = []
        for post in view.rows(Label.ACTOR):
            holders = view.sources(post, LinkType.HOLDS)
            if not holders or view.value(post, "kind") not in kinds:
                continue
            areas = frozenset(view.id(area) for area in areas_of(view, post))
            if areas:
                seats.append(DemoSeat(person=view.id(holders[0]), areas=areas))
        if seats:
            seat_by_role[role] = next((seat for seat in seats if near in seat.areas), seats[0])
    return seat_by_role


def _login(role: Role, place: int) -> str:
    """The login of a role: `coordinator`, in a second demo `coordinator-2`."""
    name = role.value.casefold()
    return name if place == 1 else f"{name}-{place}"


def _forget(connection: Connection, places: Collection[int]) -> None:
    """Delete the logins of the demos at these places, and all that belongs to them."""
    logins = [_login(role, place) for role in ROLES for place in places]
    is_theirs = account_table.c.is_demo & account_table.c.login.in_(logins)
    demo = select(account_table.c.id).where(is_theirs)
    for table in (grant_table, session_table, token_table, subject_table, change_table):
        connection.execute(delete(table).where(table.c.account.in_(demo)))
    connection.execute(delete(code_table).where(code_table.c.what_for.in_(demo)))
    drop_questions_of(connection, connection.scalars(demo).all())
    connection.execute(delete(account_table).where(is_theirs))
