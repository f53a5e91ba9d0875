"""Who is signed in: sessions, kept as digests, read again whenever anything was written."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, Engine, delete, insert, select, update

from api.identity.principal import Assurance, Principal, load_principal
from api.identity.tables import Clock, changing, digest, session_table, utc
from api.identity.watch import ChangeDetector, InvalidatingCache
from api.sql import reading, writing

_SEEN_EVERY: Final = timedelta(minutes=1)  # so that not every request writes
_TOKEN_BYTES: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedSession:
    """A session at its beginning: the token is told once."""

    token: str
    id: str
    account: str
    assurance: Assurance
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Session:
    """A session as it is stored, and whose it is."""

    who: Principal
    seen_at: datetime
    ends_at: datetime


class Sessions:
    """The sessions of one installation."""

    def __init__(self, engine: Engine, clock: Clock, watch: ChangeDetector) -> None:
        self._engine, self._clock = engine, clock
        self._remembered = InvalidatingCache[_Session](watch)

    def open(self, account: str, assurance: Assurance, *, hours: int) -> OpenedSession:
        """Signs an account in."""
        with changing(self._engine) as connection:
            return open_session(connection, account, assurance, now=self._clock(), hours=hours)

    def signed_in(self, token: str, *, idle_min: int, is_activity: bool) -> Principal | None:
        """Whose session a token is; None where it has ended or never was.

        What is no activity does not keep the session from ending idle.
        """
        now, idle, key = self._clock(), timedelta(minutes=idle_min), digest(token)
        session = self._remembered.get(key, lambda: self._read(key))
        if session is None or session.ends_at <= now or session.seen_at + idle <= now:
            return None
        if is_activity and now - session.seen_at >= min(_SEEN_EVERY, idle / 10):
            self._seen(key, now)
        return session.who

    def _read(self, key: str) -> _Session | None:
        with reading(self._engine) as connection:
            row = connection.execute(
                select(session_table).where(session_table.c.digest == key)
            ).first()
            if row is None:
                return None
            assurance = Assurance(row.assurance)
            who = load_principal(connection, row.account, via=row.id, assurance=assurance)
        return who and _Session(who=who, seen_at=utc(row.seen_at), ends_at=utc(row.ends_at))

    def ends_at(self, session: str) -> datetime | None:
        """When a session ends, however busy it is; None where it has ended or is none."""
        with reading(self._engine) as connection:
            row = connection.execute(
                select(session_table.c.ends_at).where(session_table.c.id == session)
            ).first()
        return None if row is None else utc(row.ends_at)

    def end(self, session: str) -> None:
        """Signs out; a session that has ended stays so."""
        with writing(self._engine) as connection:
            connection.execute(delete(session_table).where(session_table.c.id == session))

    def _seen(self, session: str, now: datetime) -> None:
        with writing(self._engine) as connection:
            connection.execute(
                update(session_table).where(session_table.c.digest == session).values(seen_at=now)
            )


def open_session(
    connection: Connection, account: str, assurance: Assurance, *, now: datetime, hours: int
) -> OpenedSession:
    """A session within a transaction that has found out who it is; sweeps up those that ended."""
    opened = OpenedSession(
        token=secrets.token_hex(_TOKEN_BYTES), id=f"ses-{secrets.token_hex(8)}", account=account,
        assurance=assurance, ends_at=now + timedelta(hours=hours),
    )  # fmt: skip
    connection.execute(delete(session_table).where(session_table.c.ends_at <= now))
    connection.execute(
        insert(session_table),
        {"digest": digest(opened.token), "id": opened.id, "account": account,
         "assurance": assurance.value, "made_at": now, "seen_at": now, "ends_at": opened.ends_at},
    )  # fmt: skip
    return opened


def end_sessions(connection: Connection, account: str) -> None:
    """Signs an account out everywhere."""
    connection.execute(delete(session_table).where(session_table.c.account == account))
