"""The data folder of one embedded Neo4j: its files besides those of the database itself.

| file | content |
|---|---|
| `lock` | locked while a process starts or joins the engine, and while the engine ends |
| `users/` | a file for each use of the engine, locked until that use ends or its process dies |
| `engine.json` | the engine's process id and port; the port is 0 until it is ready |
| `password` | the password of the database's only user |
| `neo4j.conf`, `logs/engine.log` | the engine's settings and output |
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
WAIT_S: Final = 900.0  # another process may be downloading the jars on a slow connection
POLL_S: Final = 0.02  # delay until a free lock is noticed
PASSWORD_BYTES: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineProcess:
    """The process of an engine; its `port` is 0 while it starts."""

    pid: int
    port: int


def open_folder(home: Path) -> None:
    """Create the folder if it is missing.

    Raises:
        StoreUnavailable: it belongs to another user, or is open to others.
        OSError: it cannot be created or written.
    """
    private_folder(home)
    for part in ("users", "logs"):
        (home / part).mkdir(mode=0o700, exist_ok=True)


def log_file(home: Path) -> Path:
    """Return the path of the engine's output, which contains Java's and Neo4j's errors."""
    return home / "logs" / "engine.log"


@contextmanager
def folder_lock(home: Path, *, wait_s: float = WAIT_S) -> Generator[None]:
    """Hold the folder's lock, needed to start or join the engine, and by the engine to end.

    Raises: StoreUnavailable: another process still holds it after `wait_s`.
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
def registered_use(home: Path) -> Generator[None]:
    """Register a use of the engine; entered while holding `folder_lock`, left at any time.

    It is a file lock rather than a list of process ids: the kernel releases it when the process is
    killed, and a later process with the same id cannot be mistaken for this one.
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
    """Return whether the engine has users, and delete files of killed ones.

    Requires `folder_lock`.
    """
    for file in list((home / "users").iterdir()):
        try:
            FileLock(file, timeout=0).acquire().lock.release()
        except Timeout:
            return True
        file.unlink(missing_ok=True)
    return False


def note_running(home: Path, running: EngineProcess) -> None:
    """Write `engine.json` atomically."""
    fresh = home / "engine.json.new"
    fresh.unlink(missing_ok=True)  # left by a crash
    create_private(fresh, json.dumps(asdict(running)).encode())
    fresh.replace(home / "engine.json")


def forget_running(home: Path) -> None:
    """Delete `engine.json`; called by the engine as it ends, while holding `folder_lock`."""
    (home / "engine.json").unlink(missing_ok=True)


def read_running(home: Path) -> EngineProcess | None:
    """Return the engine's process if it is alive; None also if a killed one left its state."""
    try:
        running = EngineProcess(**json.loads((home / "engine.json").read_text("utf-8")))
    except (FileNotFoundError, NotADirectoryError, ValueError, TypeError):
        return None
    return running if is_engine(running.pid, home) else None


def is_engine(pid: int, home: Path) -> bool:
    """Return whether a process is alive and is the engine of this folder.

    It is identified by its command line, not its start time, which changes with the system clock.
    """
    try:
        command = psutil.Process(pid).cmdline()
    except psutil.Error:
        return False
    return ENGINE_MODULE in command and command[-1] == str(home)


def read_password(home: Path) -> str:
    """Return the password; empty if there is none, or a crash prevented its writing.

    Raises: StoreUnavailable: other users can read it.
    """
    file = home / "password"
    if not file.exists():
        return ""
    require_private(file)
    return file.read_text("utf-8")


def create_password(home: Path) -> str:
    """Return the password; if there is none, a random one is created and synced to disk."""
    password = read_password(home)
    if not password:
        (home / "password").unlink(missing_ok=True)
        password = secrets.token_urlsafe(PASSWORD_BYTES)
        create_private(home / "password", password.encode())
    return password
