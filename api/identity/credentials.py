"""Credentials of an account: passwords and the second factor.

argon2id with 64 MiB, three rounds, four lanes: 0.2 s for us, and for whoever steals the hashes.
More than two at once would take memory and processors from the questions. Of one address one is
tried at once, so that a flood of tries from there waits for itself, and not everybody for it.

Whoever reads the database, or a backup of it, can then make no code.
"""

import hmac
import secrets
from base64 import b32encode, b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any, Final, TypeVar

from anyio import CapacityLimiter, sleep, to_thread
from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher
from pyotp.totp import TOTP
from sqlalchemy import Connection, Engine, Row, or_, select, update

from api.errors import Refused
from api.identity import lockout
from api.identity.accounts import account_of, change_account, end_all
from api.identity.lockout import AttemptKey
from api.identity.one_time_links import invited
from api.identity.principal import NEEDS_STRONG
from api.identity.tables import Clock, account_table, changing, grant_table
from api.sql import reading
from graph.errors import NotFound
from graph.normal_form import normal_form
from graph.store.encryption.key_file import KeyringRefused, lone_key
from graph.store.encryption.key_wrapping import OwnerKey
from graph.store.encryption.sealing import SealBroken, open_sealed, seal

T = TypeVar("T")
SHORTEST, LONGEST = 14, 128
_MOST_BYTES: Final = 1024
_FEWEST_DIFFERENT: Final = 5
_TELLING: Final = 4  # a shorter login stands in many a word
_AT_ONCE: Final = 2
_MOST_IN_LANE: Final = 16
CROWDED: Final = "crowded"
"""The lane of all logins and addresses of which much fails."""


@dataclass(slots=True)
class _Lane:
    """Tries of one address: one is in the queue of all, the others wait behind it."""

    turn: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(1))
    inside: int = 0


class Passwords:
    """Hashes passwords and checks them; safe under threads. Smaller numbers are for tests."""

    def __init__(
        self, *, memory_kib: int = 65_536, rounds: int = 3, lanes: int = 4, rest_s: float = 0.5
    ) -> None:
        argon2id = Argon2Hasher(time_cost=rounds, memory_cost=memory_kib, parallelism=lanes)
        self._hasher = PasswordHash((argon2id,))
        self._room = BoundedSemaphore(_AT_ONCE)
        self._queue = CapacityLimiter(_AT_ONCE)
        self._lanes, self._rest_s = dict[str, _Lane](), rest_s
        self._nobodys = _hash_of_nothing(memory_kib, rounds, lanes)

    def hash(self, password: str) -> str:
        """What is kept of a password."""
        with self._room:
            return self._hasher.hash(_cut(password))

    def is_right(self, password: str, kept: str | None) -> bool:
        """Is it the password? Takes as long where there is none to compare with."""
        with self._room:
            try:
                is_same = self._hasher.verify(_cut(password), kept or self._nobodys)
            except UnknownHashError:
                return False
        return is_same and kept is not None

    def require_room(self, lane: str) -> None:
        """Raises: Refused: `too-many`: the lane is full."""
        own = self._lanes.get(lane)
        if own is not None and own.inside >= _MOST_IN_LANE:
            raise Refused("too-many", retry_after=1)

    async def in_turn(self, work: Callable[[], T], lane: str) -> T:
        """Runs what hashes in a thread, one at once of a lane. Whoever waits for a turn waits
        outside of all threads: a flood of sign-ins would else take those that answer questions.
        The crowded lane rests after each, and leaves the processors to others.

        Raises: Refused: `too-many`: the lane is full.
        """
        self.require_room(lane)
        own = self._lanes.setdefault(lane, _Lane())
        own.inside += 1
        try:
            async with own.turn:
                try:
                    return await to_thread.run_sync(work, limiter=self._queue)
                finally:
                    if lane == CROWDED:
                        await sleep(self._rest_s)
        finally:
            own.inside -= 1
            if not own.inside:
                del self._lanes[lane]


def _cut(password: str) -> bytes:
    """One spelling for what looks the same: keyboards differ in how they send an å."""
    same = normal_form("NFC", password[:_MOST_BYTES])
    return same.encode("utf-8", "surrogatepass")[:_MOST_BYTES]


def _hash_of_nothing(memory_kib: int, rounds: int, lanes: int) -> str:
    """A hash that no password has, as dear to try as any."""
    salt, key = (b64encode(secrets.token_bytes(size)).decode().rstrip("=") for size in (16, 32))
    return f"$argon2id$v=19$m={memory_kib},t={rounds},p={lanes}${salt}${key}"


def require_usable(password: str, login: str) -> None:
    """Raises: Refused: too short, too long, too plain, or the login itself."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise _unusable(
            f"Vælg {SHORTEST} til {LONGEST} tegn.", f"Choose {SHORTEST} to {LONGEST} characters."
        )
    names_itself = len(login) >= _TELLING and login.casefold() in password.casefold()
    if len(set(password)) < _FEWEST_DIFFERENT or names_itself:
        raise _unusable(
            "Vælg noget sværere at gætte: flere forskellige tegn, og ikke dit brugernavn.",
            "Choose something harder to guess: more different characters, and not your login.",
        )


def _unusable(danish: str, english: str) -> Refused:
    return Refused("invalid", (danish, english), errors=[
        {"pointer": "/password", "field": "password", "rule": "PASSWORD"}
    ])  # fmt: skip


_STEP_S: Final = 30
_SECRET_BYTES: Final = 20
_AROUND: Final = (0, -1, 1)  # clocks differ by a step


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """An account, and the secret its app must be told, shown once; None where none is needed."""

    account: str
    login: str
    totp_secret: str | None = None

    @property
    def totp_uri(self) -> str | None:
        """The same for a QR code."""
        if self.totp_secret is None:
            return None
        app = TOTP(self.totp_secret, name=self.login, issuer="Kontaktvej")
        return app.provisioning_uri()


def new_secret() -> str:
    """160 random bits, as apps read them."""
    return b32encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """Which half minute a code belongs to; None for a wrong one."""
    app, current = TOTP(secret), int(now.timestamp()) // _STEP_S
    typed = "".join(code.split()).encode("utf-8", "surrogatepass")
    for step in (current + one for one in _AROUND):
        if hmac.compare_digest(app.generate_otp(step).encode(), typed):
            return step
    return None


def use_step(connection: Connection, account: str, step: int) -> bool:
    """Notes that a code was used; False where it, or a later one, had been used before."""
    used = account_table.c.totp_step
    done = connection.execute(
        update(account_table)
        .where(account_table.c.id == account, or_(used.is_(None), used < step))
        .values(totp_step=step)
    )
    return done.rowcount == 1


FILE: Final = "factor.key"
_COLUMNS: Final = ("totp_secret", "totp_pending")
_SEALED: Final = "01"  # the version a seal begins with; a secret in base32 has neither sign


class FactorSeal:
    """Seals secrets, each for one account, and opens them again."""

    def __init__(self, key: bytes) -> None:
        self._key = OwnerKey(key_id="factor", secret=key)

    def sealed(self, account: str, secret: str) -> str:
        """A secret as it is kept."""
        return seal(secret, key=self._key, node_id=account, owner=account, field="totp").hex()

    def opened(self, account: str, kept: str) -> str:
        """The secret.

        Raises: SealBroken: it was not sealed for this account with this key.
        """
        return open_sealed(
            bytes.fromhex(kept), key=self._key, node_id=account, owner=account, field="totp"
        )


def factor_seal(engine: Engine, keys: Path) -> FactorSeal:
    """The seal of these accounts; what an earlier version left unsealed is sealed now.

    Raises: KeyringRefused: the key is missing, is another one, or lies open.
    """
    path = keys / FILE
    with changing(engine) as connection:
        found = [column.is_not(None) for column in map(account_table.c.__getitem__, _COLUMNS)]
        rows = connection.execute(select(account_table).where(or_(*found))).all()
        kept = [one for row in rows for one in _kept(row)]
        if not path.exists() and any(text.startswith(_SEALED) for _, _, text in kept):
            raise _not_its_key(path)
        of_app_state = FactorSeal(lone_key(path, fix="put it back from the backup of the keys"))
        for account, column, text in kept:
            if not text.startswith(_SEALED):
                change_account(connection, account, **{column: of_app_state.sealed(account, text)})
                continue
            try:
                of_app_state.opened(account, text)
            except SealBroken as error:
                raise _not_its_key(path) from error
    if engine.dialect.name == "sqlite" and not all(text.startswith(_SEALED) for *_, text in kept):
        with engine.connect() as connection:  # its log would keep them a while
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return of_app_state


def _kept(row: Row[Any]) -> Iterator[tuple[str, str, str]]:
    """Account, column and text of each secret of an account."""
    for column in _COLUMNS:
        text = getattr(row, column)
        if text is not None:
            yield row.id, column, text


def _not_its_key(path: Path) -> KeyringRefused:
    return KeyringRefused(
        f"{path} is missing or is not the key that the second factors of these accounts are sealed "
        "with; fix: put the key and the accounts back from one and the same backup"
    )


class Credentials:
    """How accounts come by their proofs, and change them."""

    def __init__(
        self, engine: Engine, clock: Clock, passwords: Passwords, seal: FactorSeal
    ) -> None:
        self._engine, self._clock, self._passwords = engine, clock, passwords
        self._seal = seal

    def redeem(self, code: str, password: str) -> Enrolled:
        """Gives an invited account its password, and a second factor where its roles need one and
        it has none: one there is stays. What was signed in before is so no longer.

        Raises: Refused: no such invitation, or a password that will not do.
        """
        with reading(self._engine) as connection:
            account = invited(connection, code, now=self._clock())
            login = account_of(connection, account).login if account else ""
        if account is None:
            raise _no_invitation()
        require_usable(password, login)
        kept = self._passwords.hash(password)
        with changing(self._engine) as connection:
            if invited(connection, code, now=self._clock()) != account:
                raise _no_invitation()
            has_app = account_of(connection, account).has_totp
            secret = new_secret() if not has_app and _needs_app(connection, account) else None
            change_account(connection, account, password=kept, totp_pending=None)
            if secret:
                sealed = self._seal.sealed(account, secret)
                change_account(connection, account, totp_secret=sealed, totp_step=None)
            end_all(connection, account, self._clock())
        return Enrolled(account=account, login=login, totp_secret=secret)

    def change_password(self, account: str, old: str, new: str, *, knocking: AttemptKey) -> None:
        """A new password for whoever knows the old one; signs out everywhere, ends every token.

        Raises: Refused: it is not the old one, or the new one will not do.
        """
        row = self._row(account)
        self._prove(row, old, "", knocking, needs_app=False)
        require_usable(new, row.login)
        fresh = self._passwords.hash(new)
        with changing(self._engine) as connection:
            done = connection.execute(
                update(account_table)
                .where(account_table.c.id == account, account_table.c.password == row.password)
                .values(password=fresh, totp_pending=None)
            )
            if not done.rowcount:
                raise _not_yours("password")
            end_all(connection, account, self._clock())

    def begin_second_factor(
        self, account: str, password: str, totp: str, *, knocking: AttemptKey
    ) -> Enrolled:
        """A secret for the account's app; it counts once a code has shown that the app knows it.
        Whoever has a second factor already proves it by `totp`.

        Raises: Refused: not the password, or not a code of the app there is.
        """
        row = self._row(account)
        self._prove(row, password, totp, knocking, needs_app=True)
        secret = new_secret()
        with changing(self._engine) as connection:
            done = connection.execute(
                update(account_table)
                .where(
                    account_table.c.id == account,
                    account_table.c.password == row.password,
                    account_table.c.totp_secret.is_not_distinct_from(row.totp_secret),
                )
                .values(totp_pending=self._seal.sealed(account, secret))
            )
            if not done.rowcount:
                raise _not_yours("password")
        return Enrolled(account=account, login=row.login, totp_secret=secret)

    def confirm_second_factor(self, account: str, code: str) -> None:
        """From now on sign-in asks for a code. Raises: Refused: not the code of the new secret."""
        with changing(self._engine) as connection:
            pending = connection.scalar(
                select(account_table.c.totp_pending).where(account_table.c.id == account)
            )
            secret = self._seal.opened(account, pending) if pending else None
            step = step_of(secret, code, self._clock()) if secret else None
            if step is None:
                raise _not_yours("totp")
            change_account(
                connection, account, totp_secret=pending, totp_pending=None, totp_step=None
            )
            use_step(connection, account, step)

    def _row(self, account: str) -> Row[Any]:
        with reading(self._engine) as connection:
            row = connection.execute(
                select(account_table).where(account_table.c.id == account)
            ).first()
        if row is None:
            raise NotFound(account)
        return row

    def _prove(
        self, row: Row[Any], password: str, totp: str, knocking: AttemptKey, *, needs_app: bool
    ) -> None:
        """Whoever holds a stolen session may not try out passwords or codes either: a failure
        counts as one of sign-in does, and is waited for as long. Which of them was wrong is not
        told.

        Raises: Refused: one of them was, or so much has failed that this try is not heard yet.
        """
        with reading(self._engine) as connection:
            _require_heard(connection, knocking, self._clock())
        is_right = self._passwords.is_right(password, row.password)
        with changing(self._engine) as connection:
            now = self._clock()
            _require_heard(connection, knocking, now)
            if is_right and needs_app and row.totp_secret is not None:
                step = step_of(self._seal.opened(row.id, row.totp_secret), totp, now)
                is_right = step is not None and use_step(connection, row.id, step)
            if not is_right:
                lockout.note_failure(connection, knocking, now)
        if not is_right:
            raise _not_yours("password")


def _require_heard(connection: Connection, knocking: AttemptKey, now: datetime) -> None:
    """Raises: Refused: `too-many`: so much has failed that the next try is not heard yet."""
    if wait_s := lockout.wait_s(connection, knocking, now):
        raise Refused("too-many", retry_after=wait_s)


def _needs_app(connection: Connection, account: str) -> bool:
    """Also for a role that a second administrator has yet to confirm."""
    found = select(grant_table.c.id).where(
        grant_table.c.account == account,
        grant_table.c.ended_at.is_(None),
        grant_table.c.role.in_(sorted(NEEDS_STRONG)),
    )
    return connection.execute(found).first() is not None


def _no_invitation() -> Refused:
    return Refused("unauthenticated", (
        "Invitationen er brugt, udløbet eller findes ikke. Bed om en ny.",
        "The invitation is used, has ended or does not exist. Ask for a new one.",
    ))  # fmt: skip


def _not_yours(field: str) -> Refused:
    """Not 401: the session is as good as it was."""
    fault = {"pointer": f"/{field}", "field": field, "rule": "PROOF"}
    return Refused("invalid", (
        "Adgangskode eller engangskode passer ikke.", "Password or code do not fit.",
    ), errors=[fault])  # fmt: skip
