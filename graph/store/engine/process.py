"""The process of the embedded Neo4j: starting, sharing and ending it.

There is one engine per folder, shared by all processes of one user. The first process starts it; it
ends `linger_s` after its last user has ended in any way, or by `stop_engine`.
"""

import hashlib
import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread, Timer
from typing import Final, LiteralString

import psutil

from graph.errors import StoreUnavailable
from graph.store.disk import damage_error, require_room, translate_os_errors
from graph.store.encryption.key_file import create_private
from graph.store.engine.data_folder import (
    ENGINE_MODULE,
    EngineProcess,
    create_password,
    folder_lock,
    is_engine,
    log_file,
    note_running,
    open_folder,
    read_password,
    read_running,
    registered_use,
)
from graph.store.engine.jars import LOCK, Progress, class_path, silent

START_S: Final = 120.0  # 7 s on two idle cores; more on a busy laptop
STOP_S: Final = 5.0  # 0.5 s is usual; a hung engine is killed, which loses nothing committed
CLI_LINGER_S: Final = 600.0  # long enough for the next command; an unused engine ends
POLL_S: Final = 0.01
QUOTED_LINES: Final = 6
# Prefixes of variables that would affect Java, JPype, Python or the C library of the engine.
_LEFT_OUT: Final = ("JAVA", "_JAVA", "JDK_JAVA", "JPYPE", "CLASSPATH", "PYTHON", "MALLOC_")
_NEEDED_BY_WINDOWS: Final = ("SYSTEMROOT",)
_SHUT: Final = "DatabaseShutdownException"  # Neo4j runs, but could not open this database

_USER: Final = "neo4j"
_SALT_BYTES: Final = 32
_PASSWORD_S: Final = 15.0  # a database may refuse logins for a moment after it is ready
_PASSWORD_RETRY_S: Final = 0.2
_SET_PASSWORD: LiteralString = (  # the secrets themselves are parameters
    "ALTER CURRENT USER SET PASSWORD FROM $old TO $new"  # noqa: S105 - a statement, no secret
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """Differences of an engine from the one that stores the graph.

    `jvm_options` and `settings` override the usual ones. `is_bare`: the engine receives nothing of
    the caller's environment. `is_scratch`: it deletes its folder as it ends. `is_low_priority`: it
    runs at low priority.
    """

    jvm_options: tuple[str, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict[str, str])
    is_bare: bool = False
    is_scratch: bool = False
    is_low_priority: bool = False


USUAL: Final = Tuning()


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """A running engine: address, credentials, process id and folder."""

    uri: str
    user: str
    password: str = field(repr=False)
    pid: int
    home: Path


@contextmanager
def embedded_engine(
    home: Path,
    *,
    linger_s: float = 0.0,
    progress: Progress = silent,
    lock: Path = LOCK,
    tuning: Tuning = USUAL,
) -> Generator[Engine]:
    """Use the engine of this folder, started if there is none, while the context lasts.

    `linger_s`, how long the engine outlives its last user, and `tuning` only apply if this call
    starts the engine. If an engine has died, the context must be entered again.

    Raises:
        JarRefused: a jar is not the one in `lock`; nothing was started.
        StoreUnavailable: the folder cannot be used, or the engine does not start.
    """
    home = home.absolute()
    with ExitStack() as until_done:
        with translate_os_errors(home):
            open_folder(home)
            with folder_lock(home):
                until_done.enter_context(registered_use(home))
                engine = running_engine(home) or _start(home, linger_s, lock, progress, tuning)
        yield engine


def running_engine(home: Path) -> Engine | None:
    """Return the engine of this folder if one is ready, without starting or using it."""
    home = home.absolute()
    with translate_os_errors(home):
        running = read_running(home)
        if running is None or not running.port:
            return None
        return _engine(home, running, read_password(home))


def stop_engine(home: Path) -> bool:
    """End the engine of this folder now, even if in use; return whether there was one."""
    home = home.absolute()
    with translate_os_errors(home):
        running = read_running(home)
    if running is None:
        return False
    _end(running.pid, home)
    return True


def kill(pid: int, home: Path) -> None:
    """Kill a hung engine; what it had committed is on disk."""
    if is_engine(pid, home):
        with suppress(psutil.NoSuchProcess):
            psutil.Process(pid).kill()


def _end(pid: int, home: Path) -> None:
    """Stop the engine and wait until it has ended; kill it if it does not end within STOP_S."""
    kill_at = time.monotonic() + STOP_S
    with suppress(psutil.NoSuchProcess):  # it may end by itself meanwhile
        process = psutil.Process(pid)
        process.terminate()
        while is_engine(pid, home):  # false for a zombie and for another process with its id
            if time.monotonic() > kill_at:
                process.kill()
            time.sleep(POLL_S)


def _engine(home: Path, running: EngineProcess, password: str) -> Engine:
    uri = f"bolt://127.0.0.1:{running.port}"
    return Engine(uri=uri, user=_USER, password=password, pid=running.pid, home=home)


# ---- starting


def _start(home: Path, linger_s: float, lock: Path, progress: Progress, tuning: Tuning) -> Engine:
    orphan = read_running(home)
    if orphan:  # this process holds the lock, so the one that started the engine is dead
        _end(orphan.pid, home)
    require_room(home)
    orders = {
        "class_path": [str(file) for file in class_path(lock, progress=progress)],
        "linger_s": linger_s,
        "jvm_options": tuning.jvm_options,
        "settings": dict(tuning.settings),
        "is_scratch": tuning.is_scratch,
        "is_low_priority": tuning.is_low_priority,
    }
    password = create_password(home)
    initial_password = home / "data" / "dbms" / "auth.ini"
    if not (home / "data").exists():
        # The file has the format of `neo4j-admin dbms set-initial-password`, so that a new database
        # never accepts Neo4j's public default password.
        salt = secrets.token_bytes(_SALT_BYTES)
        digest = hashlib.sha256(salt + password.encode()).hexdigest()
        for folder in (initial_password.parent.parent, initial_password.parent):
            folder.mkdir(mode=0o700)
        line = f"{_USER}:SHA-256,{digest},{salt.hex()}:\n"
        create_private(initial_password, line.encode())
    process = _spawn(home, is_bare=tuning.is_bare)
    try:
        note_running(home, EngineProcess(pid=process.pid, port=0))
        running = EngineProcess(pid=process.pid, port=_port_of(process, home, orders))
        engine = _engine(home, running, password)
        # A password that is Neo4j's default is changed; another than the file's is an error.
        give_up_at = time.monotonic() + _PASSWORD_S
        while not _accepts_password(engine.uri, password):
            if time.monotonic() > give_up_at:
                raise StoreUnavailable(
                    "the database does not take the password in its file; fix: put the file "
                    "'password' back from the backup of the keys"
                )
            time.sleep(_PASSWORD_RETRY_S)
        initial_password.unlink(missing_ok=True)
        note_running(home, running)
    except BaseException:
        process.kill()
        process.wait()
        raise
    Thread(target=process.wait, daemon=True).start()  # reaps the process when it ends
    return engine


def _spawn(home: Path, *, is_bare: bool) -> "subprocess.Popen[bytes]":
    """Start the engine process in a new session, so that Ctrl-C in the terminal does not end it.

    It receives no variables that affect its Java or Python; if `is_bare`, none of the caller's
    environment but what Windows needs.
    """
    log = log_file(home)
    if log.exists():
        log.replace(log.with_suffix(".log.1"))
    create_private(log)
    environment = {
        name: value
        for name, value in os.environ.items()
        if (name in _NEEDED_BY_WINDOWS if is_bare else not name.startswith(_LEFT_OUT))
    }
    environment["PYTHONPATH"] = str(Path(__file__).parents[3])
    environment["MALLOC_ARENA_MAX"] = "2"  # glibc creates up to 8 per core, each retaining memory
    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603 - our own module, with our own interpreter
            [sys.executable, "-P", "-m", ENGINE_MODULE, str(home)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=output,
            cwd=home,
            env=environment,
            start_new_session=True,
        )


def _port_of(process: "subprocess.Popen[bytes]", home: Path, orders: Mapping[str, object]) -> int:
    """Send the engine its orders, wait until it is ready, and return its port.

    Raises: StoreUnavailable: it ended, or did not answer within `START_S`; quotes its log.
    """
    if process.stdin is None or process.stdout is None:
        raise ValueError(process)  # not started by `_spawn`, which sets both
    late = Timer(START_S, process.kill)
    late.daemon = True
    late.start()
    with process.stdout as answers:
        with suppress(BrokenPipeError), process.stdin as pipe:  # if it has ended; see its log
            pipe.write(json.dumps(orders).encode() + b"\n")
        answer = answers.readline()
    is_late = not late.is_alive()
    late.cancel()
    if answer:
        return int(answer)
    require_room(home)
    log = log_file(home)
    text = log.read_text("utf-8", errors="replace")
    if not is_late and _SHUT in text:
        raise damage_error(f"the database in {home}", f"see {home / 'logs' / 'debug.log'}")
    lines = [line for line in map(str.strip, text.splitlines()) if line]
    lines = [line for line in lines if not line.startswith(("at ", "..."))]  # Java's stack traces
    end = "\n".join(lines[-QUOTED_LINES:])
    problem = f"did not start within {START_S:.0f} s" if is_late else "did not start"
    raise StoreUnavailable(f"the database in {home} {problem}; the end of {log}:\n{end}")


# ---- the password of a fresh database


def _accepts_password(uri: str, password: str) -> bool:
    from neo4j import GraphDatabase  # imported late: the driver takes 0.5 s to import
    from neo4j.exceptions import DriverError, Neo4jError

    try:
        with GraphDatabase.driver(uri, auth=(_USER, password)) as driver:
            if driver.verify_authentication():
                return True
        with GraphDatabase.driver(uri, auth=(_USER, _USER)) as driver:
            driver.execute_query(_SET_PASSWORD, old=_USER, new=password, database_="system")
    except (DriverError, Neo4jError):
        return False
    return True
