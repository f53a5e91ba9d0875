"""Credentials of an account: passwords and the second factor (TOTP).

Passwords are hashed with argon2id with 64 MiB, three rounds and four lanes: 0.2 s for this server,
and for an attacker with stolen hashes. More than two hashes at a time would take memory and
processors from other requests. Of each address one attempt is processed at a time, so that a flood
of attempts from one address delays only itself.

TOTP secrets are stored encrypted, so that the database or a backup of it is not enough to compute
codes.
"""

import hmac
import secrets
from base64 import b32encode, b64encode
from collections.abc import Callable
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

from api.errors import Refusal
from api.i18n import bilingual
from api.identity.accounts import account_of, change_account, end_all
from api.identity.one_time_links import invited_account
from api.identity.principal import NEEDS_STRONG
from api.identity.rate_limits import AttemptKey, count_failure, wait_after_failures
from api.identity.tables import Clock, account_table, account_transaction, grant_table
from api.sql import read_connection
from graph.errors import NotFound
from graph.normal_form import normal_form
from graph.store.encryption.key_file import KeyringRefused, lone_key
from graph.store.encryption.sealing import OwnerKey, SealBroken, open_sealed, seal

T = TypeVar("T")
SHORTEST, LONGEST = 14, 128
_MOST_BYTES: Final = 1024
_FEWEST_DIFFERENT: Final = 5
_TELLING: Final = 4  # a shorter login occurs in many words by chance
_AT_ONCE: Final = 2
_MOST_IN_QUEUE: Final = 16
CROWDED: Final = "crowded"
"""The queue shared by all logins and addresses with many failures."""


@dataclass(slots=True)
class _AddressQueue:
    """The attempts of one address: one is in the global queue, the others wait behind it."""

    turn: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(1))
    inside: int = 0


class Passwords:
    """Hashes and verifies passwords; thread-safe. Smaller parameters are for tests."""

    def __init__(
        self, *, memory_kib: int = 65_536, rounds: int = 3, lanes: int = 4, rest_s: float = 0.5
    ) -> None:
        argon2id = Argon2Hasher(time_cost=rounds, memory_cost=memory_kib, parallelism=lanes)
        self._hasher = PasswordHash((argon2id,))
        self._room = BoundedSemaphore(_AT_ONCE)
        self._limiter = CapacityLimiter(_AT_ONCE)
        self._queues, self._rest_s = dict[str, _AddressQueue](), rest_s
        # a hash that no password matches, as expensive to verify as any
        salt, key = (b64encode(secrets.token_bytes(size)).decode().rstrip("=") for size in (16, 32))
        self._nobodys = f"$argon2id$v=19$m={memory_kib},t={rounds},p={lanes}${salt}${key}"

    def hash(self, password: str) -> str:
        """The hash of a password, to be stored."""
        with self._room:
            return self._hasher.hash(_cut(password))

    def is_right(self, password: str, stored_hash: str | None) -> bool:
        """Whether a password matches a hash; takes the same time if there is no hash."""
        with self._room:
            try:
                is_same = self._hasher.verify(_cut(password), stored_hash or self._nobodys)
            except UnknownHashError:
                return False
        return is_same and stored_hash is not None

    def require_room(self, queue: str) -> None:
        """Check that a queue is not full. Raises: Refusal: `too-many`: it is."""
        own = self._queues.get(queue)
        if own is not None and own.inside >= _MOST_IN_QUEUE:
            raise Refusal("too-many", retry_after=1)

    async def in_turn(self, work: Callable[[], T], queue: str) -> T:
        """Run hashing work in a thread, one at a time per queue.

        Callers wait as coroutines, not in threads: a flood of sign-ins would otherwise occupy the
        threads that answer other requests. The crowded queue pauses after each item, which leaves
        the processors to others.

        Raises: Refusal: `too-many`: the queue is full.
        """
        self.require_room(queue)
        own = self._queues.setdefault(queue, _AddressQueue())
        own.inside += 1
        try:
            async with own.turn:
                try:
                    return await to_thread.run_sync(work, limiter=self._limiter)
                finally:
                    if queue == CROWDED:
                        await sleep(self._rest_s)
        finally:
            own.inside -= 1
            if not own.inside:
                del self._queues[queue]


def _cut(password: str) -> bytes:
    """A password in NFC, since keyboards differ in how they send an å, and limited in size."""
    same = normal_form("NFC", password[:_MOST_BYTES])
    return same.encode("utf-8", "surrogatepass")[:_MOST_BYTES]


def require_usable(password: str, login: str) -> None:
    """Check a new password.

    Raises: Refusal: it is too short, too long, too simple, or contains the login.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise _unusable(
            *bilingual(
                "Choose {shortest} to {longest} characters.", shortest=SHORTEST, longest=LONGEST
            )
        )
    names_itself = len(login) >= _TELLING and login.casefold() in password.casefold()
    if len(set(password)) < _FEWEST_DIFFERENT or names_itself:
        raise _unusable(
            *bilingual(
                "Choose something harder to guess: more different characters, and not your login."
            )
        )


def _unusable(danish: str, english: str) -> Refusal:
    return Refusal("invalid", (danish, english), errors=[
        {"pointer": "/password", "field": "password", "rule": "PASSWORD"}
    ])  # fmt: skip


_STEP_S: Final = 30
_SECRET_BYTES: Final = 20
_AROUND: Final = (0, -1, 1)  # clocks differ by a step


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrollment:
    """An account, and the secret for its authenticator app, shown once; None if none is needed."""

    account: str
    login: str
    totp_secret: str | None = None

    @property
    def totp_uri(self) -> str | None:
        """The secret as a provisioning URI, for a QR code."""
        if self.totp_secret is None:
            return None
        app = TOTP(self.totp_secret, name=self.login, issuer="Kontaktvej")
        return app.provisioning_uri()


def new_secret() -> str:
    """A new secret of 160 random bits, in base32 as apps read it."""
    return b32encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The 30-second step a code belongs to; None if it is wrong."""
    app, current = TOTP(secret), int(now.timestamp()) // _STEP_S
    code_bytes = "".join(code.split()).encode("utf-8", "surrogatepass")
    for step in (current + offset for offset in _AROUND):
        if hmac.compare_digest(app.generate_otp(step).encode(), code_bytes):
            return step
    return None


def use_step(connection: Connection, account: str, step: int) -> bool:
    """Record that a code was used; False if it, or a later one, had been used before."""
    last_step = account_table.c.totp_step
    result = connection.execute(
        update(account_table)
        .where(account_table.c.id == account, or_(last_step.is_(None), last_step < step))
        .values(totp_step=step)
    )
    return result.rowcount == 1


FILE: Final = "factor.key"
_COLUMNS: Final = ("totp_secret", "totp_pending")
_SEALED: Final = "01"  # the version byte of a sealed value; a base32 secret contains neither digit


class FactorSeal:
    """Encrypts TOTP secrets, each bound to one account, and decrypts them."""

    def __init__(self, key: bytes) -> None:
        self._key = OwnerKey(key_id="factor", secret=key)

    def encrypt_secret(self, account: str, secret: str) -> str:
        """A secret, encrypted for storage."""
        return seal(secret, key=self._key, node_id=account, owner=account, field="totp").hex()

    def decrypt_secret(self, account: str, hexadecimal: str) -> str:
        """The decrypted secret.

        Raises: SealBroken: it was not sealed for this account with this key.
        """
        return open_sealed(
            bytes.fromhex(hexadecimal), key=self._key, node_id=account, owner=account, field="totp"
        )


def factor_seal(engine: Engine, keys: Path) -> FactorSeal:
    """Load the seal of these accounts; secrets left unencrypted by an earlier version are sealed.

    Raises: KeyringRefused: the key is missing, is a different one, or is readable by others.
    """
    path = keys / FILE
    with account_transaction(engine) as connection:
        has_secret = [column.is_not(None) for column in map(account_table.c.__getitem__, _COLUMNS)]
        rows = connection.execute(select(account_table).where(or_(*has_secret))).all()
        stored_secrets: list[tuple[str, str, str]] = [
            (row.id, column, text)
            for row in rows
            for column in _COLUMNS
            if (text := getattr(row, column)) is not None
        ]
        if not path.exists() and any(text.startswith(_SEALED) for _, _, text in stored_secrets):
            raise _not_its_key(path)
        own_seal = FactorSeal(lone_key(path, fix="put it back from the backup of the keys"))
        for account, column, text in stored_secrets:
            if not text.startswith(_SEALED):
                change_account(
                    connection, account, **{column: own_seal.encrypt_secret(account, text)}
                )
                continue
            try:
                own_seal.decrypt_secret(account, text)
            except SealBroken as error:
                raise _not_its_key(path) from error
    if engine.dialect.name == "sqlite" and not all(
        text.startswith(_SEALED) for *_, text in stored_secrets
    ):
        with engine.connect() as connection:  # its write-ahead log would retain the plain text
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return own_seal


def _not_its_key(path: Path) -> KeyringRefused:
    return KeyringRefused(
        f"{path} is missing or is not the key that the second factors of these accounts are sealed "
        "with; fix: put the key and the accounts back from one and the same backup"
    )


class Credentials:
    """How accounts obtain and change their credentials."""

    def __init__(
        self, engine: Engine, clock: Clock, passwords: Passwords, seal: FactorSeal
    ) -> None:
        self._engine, self._clock, self._passwords = engine, clock, passwords
        self._seal = seal

    def redeem(self, code: str, password: str) -> Enrollment:
        """Give an invited account its password, and a second factor if its roles need one.

        An existing second factor is retained. All sessions, tokens and codes of the account end.

        Raises: Refusal: there is no such invitation, or the password is unusable.
        """
        with read_connection(self._engine) as connection:
            account = invited_account(connection, code, now=self._clock())
            login = account_of(connection, account, now=self._clock()).login if account else ""
        if account is None:
            raise _no_invitation()
        require_usable(password, login)
        password_hash = self._passwords.hash(password)
        with account_transaction(self._engine) as connection:
            if invited_account(connection, code, now=self._clock()) != account:
                raise _no_invitation()
            has_app = account_of(connection, account, now=self._clock()).has_totp
            strong_grants = select(grant_table.c.id).where(  # also those that wait for approval
                grant_table.c.account == account,
                grant_table.c.ended_at.is_(None),
                grant_table.c.role.in_(sorted(NEEDS_STRONG)),
            )
            needs_app = not has_app and connection.execute(strong_grants).first() is not None
            secret = new_secret() if needs_app else None
            change_account(connection, account, password=password_hash, totp_pending=None)
            if secret:
                sealed = self._seal.encrypt_secret(account, secret)
                change_account(connection, account, totp_secret=sealed, totp_step=None)
            end_all(connection, account, self._clock())
        return Enrollment(account=account, login=login, totp_secret=secret)

    def change_password(self, account: str, old: str, new: str, *, key: AttemptKey) -> None:
        """Change the password, given the old one; ends all sessions and tokens.

        Raises: Refusal: the old password is wrong, or the new one is unusable.
        """
        row = self._row(account)
        self._prove(row, old, "", key, needs_app=False)
        require_usable(new, row.login)
        fresh = self._passwords.hash(new)
        with account_transaction(self._engine) as connection:
            result = connection.execute(
                update(account_table)
                .where(account_table.c.id == account, account_table.c.password == row.password)
                .values(password=fresh, totp_pending=None)
            )
            if not result.rowcount:
                raise _not_yours("password")
            end_all(connection, account, self._clock())

    def begin_second_factor(
        self, account: str, password: str, totp: str, *, key: AttemptKey
    ) -> Enrollment:
        """Create a secret for the account's app; it takes effect once a code has confirmed it.

        An account with a second factor must prove it by `totp`.

        Raises: Refusal: the password, or the code of the existing app, is wrong.
        """
        row = self._row(account)
        self._prove(row, password, totp, key, needs_app=True)
        secret = new_secret()
        with account_transaction(self._engine) as connection:
            result = connection.execute(
                update(account_table)
                .where(
                    account_table.c.id == account,
                    account_table.c.password == row.password,
                    account_table.c.totp_secret.is_not_distinct_from(row.totp_secret),
                )
                .values(totp_pending=self._seal.encrypt_secret(account, secret))
            )
            if not result.rowcount:
                raise _not_yours("password")
        return Enrollment(account=account, login=row.login, totp_secret=secret)

    def confirm_second_factor(self, account: str, code: str) -> None:
        """Activate the new secret for sign-in.

        Raises: Refusal: the code is not of the new secret.
        """
        with account_transaction(self._engine) as connection:
            pending = connection.scalar(
                select(account_table.c.totp_pending).where(account_table.c.id == account)
            )
            secret = self._seal.decrypt_secret(account, pending) if pending else None
            step = step_of(secret, code, self._clock()) if secret else None
            if step is None:
                raise _not_yours("totp")
            change_account(
                connection, account, totp_secret=pending, totp_pending=None, totp_step=None
            )
            use_step(connection, account, step)

    def _row(self, account: str) -> Row[Any]:
        with read_connection(self._engine) as connection:
            row = connection.execute(
                select(account_table).where(account_table.c.id == account)
            ).first()
        if row is None:
            raise NotFound(account)
        return row

    def _prove(
        self, row: Row[Any], password: str, totp: str, key: AttemptKey, *, needs_app: bool
    ) -> None:
        """Verify the password and, with `needs_app`, a code.

        The holder of a stolen session must not be able to guess passwords or codes either: a
        failure counts like one at sign-in, with the same waiting time. Which of them was wrong is
        not disclosed.

        Raises: Refusal: one of them was wrong, or the waiting time after failures is not over.
        """
        with read_connection(self._engine) as connection:
            _require_heard(connection, key, self._clock())
        is_right = self._passwords.is_right(password, row.password)
        with account_transaction(self._engine) as connection:
            now = self._clock()
            _require_heard(connection, key, now)
            if is_right and needs_app and row.totp_secret is not None:
                step = step_of(self._seal.decrypt_secret(row.id, row.totp_secret), totp, now)
                is_right = step is not None and use_step(connection, row.id, step)
            if not is_right:
                count_failure(connection, key, now)
        if not is_right:
            raise _not_yours("password")


def _require_heard(connection: Connection, key: AttemptKey, now: datetime) -> None:
    """Check that no waiting time after failures is running.

    Raises: Refusal: `too-many`: one is.
    """
    if wait_s := wait_after_failures(connection, key, now):
        raise Refusal("too-many", retry_after=wait_s)


def _no_invitation() -> Refusal:
    return Refusal(
        "unauthenticated",
        bilingual("The invitation is used, has ended or does not exist. Ask for a new one."),
    )


def _not_yours(field: str) -> Refusal:
    """The refusal of a wrong proof; not 401, because the session remains valid."""
    fault = {"pointer": f"/{field}", "field": field, "rule": "PROOF"}
    return Refusal("invalid", bilingual("Password or code is wrong."), errors=[fault])
