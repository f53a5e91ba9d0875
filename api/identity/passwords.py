"""Passwords: how long, and how dear to try; at most two are tried at once.

argon2id with 64 MiB, three rounds, four lanes: 0.2 s for us, and for whoever steals the hashes.
More than two at once would take memory and processors from the questions. Of one address one is
tried at once, so that a flood of tries from there waits for itself, and not everybody for it.
"""

import secrets
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import BoundedSemaphore
from typing import Final, TypeVar

from anyio import CapacityLimiter, sleep, to_thread
from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

from api.errors import Refused
from graph.normal_form import normal_form

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
