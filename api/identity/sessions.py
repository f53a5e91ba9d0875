"""Sessions, stored as digests."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, Engine, delete, insert, select, update

from api.identity.principal import Assurance, Principal, load_principal
from api.identity.tables import Clock, account_transaction, digest, is_storable, session_table, utc
from api.sql import read_connection, write_connection
from graph.errors import NotFound
from graph.model.base import random_id

_SEEN_EVERY: Final = timedelta(minutes=1)  # so that not every request writes
_TOKEN_BYTES: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedSession:
    """A newly opened session; its token is returned only once."""

    token: str
    id: str
    account: str
    assurance: Assurance
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSession:
    """A session that has not ended: how it was signed in, and when it was last used."""

    id: str
    assurance: Assurance
    made_at: datetime
    seen_at: datetime
    ends_at: datetime


class Sessions:
    """The sessions of one installation."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock

    def open(self, account: str, assurance: Assurance, *, hours: int) -> OpenedSession:
        """Open a session for an account."""
        with account_transaction(self._engine) as connection:
            return open_session(connection, account, assurance, now=self._clock(), hours=hours)

    def signed_in(self, token: str, *, idle_min: int, is_activity: bool) -> Principal | None:
        """The principal of a session token; None if it has ended or never existed.

        A request with `is_activity` False does not extend an idle session.
        """
        now, idle, key = self._clock(), timedelta(minutes=idle_min), digest(token)
        with read_connection(self._engine) as connection:
            row = connection.execute(
                select(session_table).where(session_table.c.digest == key)
            ).first()
            if row is None or utc(row.ends_at) <= now or utc(row.seen_at) + idle <= now:
                return None
            assurance = Assurance(row.assurance)
            who = load_principal(connection, row.account, via=row.id, assurance=assurance)
        if who and is_activity and now - utc(row.seen_at) >= min(_SEEN_EVERY, idle / 10):
            with write_connection(self._engine) as connection:
                statement = update(session_table).where(session_table.c.digest == key)
                connection.execute(statement.values(seen_at=now))
        return who

    def ends_at(self, session: str) -> datetime | None:
        """The latest end of a session, despite activity; None if it has ended or never existed."""
        with read_connection(self._engine) as connection:
            row = connection.execute(
                select(session_table.c.ends_at).where(session_table.c.id == session)
            ).first()
        return None if row is None else utc(row.ends_at)

    def of(self, account: str, *, idle_min: int) -> tuple[StoredSession, ...]:
        """The sessions of an account that have not ended, the newest first."""
        now, columns = self._clock(), session_table.c
        query = select(session_table).where(columns.account == account, columns.ends_at > now)
        with read_connection(self._engine) as connection:
            rows = connection.execute(query.order_by(columns.made_at.desc(), columns.id)).all()
        idle = timedelta(minutes=idle_min)
        return tuple(
            StoredSession(
                id=row.id, assurance=Assurance(row.assurance), made_at=utc(row.made_at),
                seen_at=utc(row.seen_at), ends_at=utc(row.ends_at),
            )
            for row in rows
            if utc(row.seen_at) + idle > now
        )  # fmt: skip

    def end(self, session: str) -> None:
        """End a session; has no effect on one that has ended."""
        with write_connection(self._engine) as connection:
            connection.execute(delete(session_table).where(session_table.c.id == session))

    def end_one_of(self, account: str, session: str) -> None:
        """End a session of an account. Raises: NotFound: the account has no such session."""
        columns = session_table.c
        statement = delete(session_table).where(columns.id == session, columns.account == account)
        if not is_storable(session):
            raise NotFound(session)
        with write_connection(self._engine) as connection:
            if not connection.execute(statement).rowcount:
                raise NotFound(session)

    def end_all_of(self, account: str, *, but: str = "") -> None:
        """End all sessions of an account, except the one named."""
        columns = session_table.c
        others = delete(session_table).where(columns.account == account, columns.id != but)
        with write_connection(self._engine) as connection:
            connection.execute(others)


def open_session(
    connection: Connection, account: str, assurance: Assurance, *, now: datetime, hours: int
) -> OpenedSession:
    """Open a session within a transaction that has authenticated it; deletes expired ones."""
    session = OpenedSession(
        token=secrets.token_hex(_TOKEN_BYTES), id=random_id("ses"), account=account,
        assurance=assurance, ends_at=now + timedelta(hours=hours),
    )  # fmt: skip
    connection.execute(delete(session_table).where(session_table.c.ends_at <= now))
    connection.execute(
        insert(session_table),
        {"digest": digest(session.token), "id": session.id, "account": account,
         "assurance": assurance.value, "made_at": now, "seen_at": now, "ends_at": session.ends_at},
    )  # fmt: skip
    return session


def end_sessions(connection: Connection, account: str) -> None:
    """End all sessions of an account."""
    connection.execute(delete(session_table).where(session_table.c.account == account))
