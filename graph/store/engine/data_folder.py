"""What lies in the data folder of one embedded Neo4j, besides the database's own files?

| file | holds |
|---|---|
| `lock` | whoever starts or joins the engine locks it meanwhile; the engine too, to leave |
| `users/` | a file for each use of the engine, locked until that use ends or its process dies |
| `engine.json` | which process is the engine, and its port: 0 until it is ready |
| `password` | of the database, for its only user |
| `neo4j.conf`, `logs/engine.log` | the engine's settings and what it said |
"""

import json
import os
import secrets
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import psutil
from filelock import FileLock, Timeout

from graph.errors import StoreUnavailable
from graph.store.encryption.key_file import create_private, private_folder, require_private

ENGINE_MODULE: Final = "graph.store.engine.host"
WAIT_S: Final = 900.0  # another process may be fetching the jars, on a slow line
POLL_S: Final = 0.02  # how late we notice that the lock is free
PASSWORD_BYTES: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """The process of the engine; its `port` is 0 while it starts."""

    pid: int
    port: int


def open_folder(home: Path) -> None:
    """Makes the folder where it is missing.

    Raises:
        StoreUnavailable: it belongs to another user, or is open to others.
        OSError: it cannot be made or written.
    """
    private_folder(home)
    for part in ("users", "logs"):
        (home / part).mkdir(mode=0o700, exist_ok=True)


def log_file(home: Path) -> Path:
    """What the engine says: Java's and Neo4j's last words when it fails."""
    return home / "logs" / "engine.log"


@contextmanager
def alone(home: Path, *, wait_s: float = WAIT_S) -> Generator[None]:
    """As the only process that starts, joins or leaves as the last.

    Raises: StoreUnavailable: another process still does, after `wait_s`.
    """
    lock = FileLock(home / "lock", mode=0o600, timeout=wait_s, poll_interval=POLL_S)
    try:
        lock.acquire()
    except Timeout as error:
        raise StoreUnavailable(
            f"another process has been starting the database in {home} for {wait_s:.0f} s; "
            "fix: end that process, then try again"
        ) from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def joined(home: Path) -> Generator[None]:
    """As a user of the engine; to be entered alone, left at any time.

    A lock, and no list of process ids: the kernel drops it when the process is killed, and no
    later process with the same id can be taken for this one.
    """
    file = home / "users" / f"{os.getpid()}-{secrets.token_hex(4)}"
    lock = FileLock(file, mode=0o600, thread_local=False)
    lock.acquire()
    try:
        yield
    finally:
        lock.release()
        file.unlink(missing_ok=True)


def has_users(home: Path) -> bool:
    """Whether anyone still uses the engine; sweeps up after the killed. To be called alone."""
    return any(_is_held(file) for file in list((home / "users").iterdir()))


def _is_held(file: Path) -> bool:
    try:
        FileLock(file, timeout=0).acquire().lock.release()
    except Timeout:
        return True
    file.unlink(missing_ok=True)
    return False


def note_running(home: Path, running: Running) -> None:
    """Puts the state in place, whole or not at all."""
    fresh = home / "engine.json.new"
    fresh.unlink(missing_ok=True)  # left by a crash
    create_private(fresh, json.dumps(asdict(running)).encode())
    fresh.replace(home / "engine.json")


def forget_running(home: Path) -> None:
    """To be called alone, by the engine as it leaves."""
    (home / "engine.json").unlink(missing_ok=True)


def read_running(home: Path) -> Running | None:
    """The engine's process, if it lives; None too for the state of one that was killed."""
    try:
        running = Running(**json.loads((home / "engine.json").read_text("utf-8")))
    except (FileNotFoundError, NotADirectoryError, ValueError, TypeError):
        return None
    return running if is_engine(running.pid, home) else None


def is_engine(pid: int, home: Path) -> bool:
    """Whether the living process is the engine of this home.

    Asks for its command line, not for when it was made: a step of the clock moves the latter.
    """
    try:
        command = psutil.Process(pid).cmdline()
    except psutil.Error:
        return False
    return ENGINE_MODULE in command and command[-1] == str(home)


def read_password(home: Path) -> str:
    """Empty where there is none, or where a crash came before it was written.

    Raises: StoreUnavailable: other users can read it.
    """
    file = home / "password"
    if not file.exists():
        return ""
    require_private(file)
    return file.read_text("utf-8")


def made_password(home: Path) -> str:
    """The password; a random one, now on disk, where there was none."""
    known = read_password(home)
    if known:
        return known
    (home / "password").unlink(missing_ok=True)
    fresh = secrets.token_urlsafe(PASSWORD_BYTES)
    create_private(home / "password", fresh.encode())
    return fresh
