"""The process of the embedded Neo4j: starting, sharing and ending it.

There is one engine per folder, shared by all processes of one user. The first process starts it; it
ends `linger_s` after its last user has ended in any way, or by `stop_engine`.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread, Timer
from typing import Final

import psutil

from graph.errors import StoreUnavailable
from graph.store.disk import damaged, require_room, told_of
from graph.store.encryption.key_file import create_private
from graph.store.engine.data_folder import (
    ENGINE_MODULE,
    Running,
    alone,
    is_engine,
    joined,
    log_file,
    made_password,
    note_running,
    open_folder,
    read_password,
    read_running,
)
from graph.store.engine.jars import LOCK, class_path
from graph.store.progress import Progress, silent

Child = subprocess.Popen[bytes]

START_S: Final = 120.0  # 5 s on two idle cores; more on a busy laptop
STOP_S: Final = 5.0  # 0.5 s is usual; a hung engine is killed, which loses nothing committed
POLL_S: Final = 0.01
QUOTED_LINES: Final = 6
# Prefixes of variables that would affect Java, JPype, Python or the C library of the engine.
KEPT_OUT: Final = ("JAVA", "_JAVA", "JDK_JAVA", "JPYPE", "CLASSPATH", "PYTHON", "MALLOC_")


NEEDED_BY_WINDOWS: Final = ("SYSTEMROOT",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """Differences of an engine from the one that stores the graph.

    `jvm_options` and `settings` override the usual ones. `is_bare`: the engine receives nothing of
    the caller's environment. `is_scratch`: it deletes its folder as it ends. `gives_way`: it runs
    at low priority.
    """

    jvm_options: tuple[str, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict[str, str])
    is_bare: bool = False
    is_scratch: bool = False
    gives_way: bool = False

    def orders(self, jars: Sequence[str], linger_s: float = 0.0) -> dict[str, object]:
        """Return the orders sent to the engine; it ends `linger_s` after its last user."""
        return {
            "class_path": jars,
            "linger_s": linger_s,
            "jvm_options": self.jvm_options,
            "settings": dict(self.settings),
            "is_scratch": self.is_scratch,
            "gives_way": self.gives_way,
        }


USUAL: Final = Tuning()
_SHUT: Final = "DatabaseShutdownException"  # Neo4j runs, but could not open this database


def spawn_engine(home: Path, *, is_bare: bool = False) -> Child:
    """Start the engine process in a new session, so that Ctrl-C in the terminal does not end it."""
    log = _fresh_log(home)
    with log.open("ab") as said:
        return subprocess.Popen(  # noqa: S603 - our own module, with our own interpreter
            [sys.executable, "-P", "-m", ENGINE_MODULE, str(home)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            cwd=home,
            env=environment(is_bare=is_bare),
            start_new_session=True,
        )


def _fresh_log(home: Path) -> Path:
    log = log_file(home)
    if log.exists():
        log.replace(log.with_suffix(".log.1"))
    create_private(log)
    return log


def environment(*, is_bare: bool) -> dict[str, str]:
    """Return the engine's environment, without variables that affect its Java or Python.

    If `is_bare`, it contains nothing of the caller's environment but what Windows needs.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if (name in NEEDED_BY_WINDOWS if is_bare else not name.startswith(KEPT_OUT))
    }
    return kept | {
        "PYTHONPATH": str(Path(__file__).parents[3]),
        "MALLOC_ARENA_MAX": "2",  # glibc creates up to 8 per core, and each retains memory
    }


def port_of(child: Child, home: Path, orders: Mapping[str, object]) -> int:
    """Send the engine its orders, wait until it is ready, and return its port.

    Raises: StoreUnavailable: it ended, or did not answer within `START_S`; quotes its log.
    """
    late = Timer(START_S, child.kill)
    late.daemon = True
    late.start()
    answer = _answer(child, orders)
    is_late = not late.is_alive()
    late.cancel()
    if answer:
        return int(answer)
    raise StoreUnavailable(_why(home, is_late=is_late))


def _answer(child: Child, orders: Mapping[str, object]) -> bytes:
    if child.stdin is None or child.stdout is None:
        raise ValueError(child)  # not started by `spawn_engine`, which sets both
    with child.stdout as answers:
        try:
            with child.stdin as asked:
                asked.write(json.dumps(orders).encode() + b"\n")
        except BrokenPipeError:  # the engine has ended; its log contains the reason
            return b""
        return answers.readline()


def _why(home: Path, *, is_late: bool) -> str:
    require_room(home)
    log = log_file(home)
    if not is_late and _SHUT in log.read_text("utf-8", errors="replace"):
        return str(damaged(f"the database in {home}", f"see {home / 'logs' / 'debug.log'}"))
    tail = "\n".join(_telling(log.read_text("utf-8", errors="replace"))[-QUOTED_LINES:])
    what = f"did not start within {START_S:.0f} s" if is_late else "did not start"
    return f"the database in {home} {what}; the end of {log}:\n{tail}"


def _telling(said: str) -> list[str]:
    """Return the lines of a log without Java's stack traces and empty lines."""
    lines = [line.strip() for line in said.splitlines()]
    return [line for line in lines if line and not line.startswith(("at ", "..."))]


def kill(pid: int, home: Path) -> None:
    """Kill a hung engine; what it had committed is on disk."""
    if is_engine(pid, home):
        with suppress(psutil.NoSuchProcess):
            psutil.Process(pid).kill()


def end(pid: int, home: Path) -> None:
    """Stop the engine and wait until it has ended; kill it if it does not end within STOP_S."""
    kill_at = time.monotonic() + STOP_S
    with suppress(psutil.NoSuchProcess):  # it may end by itself meanwhile
        process = psutil.Process(pid)
        process.terminate()
        while is_engine(pid, home):  # false for a zombie and for another process with its id
            if time.monotonic() > kill_at:
                process.kill()
            time.sleep(POLL_S)


CLI_LINGER_S: Final = 600.0  # long enough for the next command; an unused engine ends


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
        with told_of(home):
            open_folder(home)
            with alone(home):
                until_done.enter_context(joined(home))
                engine = running_engine(home) or _started(home, linger_s, lock, progress, tuning)
        yield engine


def running_engine(home: Path) -> Engine | None:
    """Return the engine of this folder if one is ready, without starting or using it."""
    home = home.absolute()
    with told_of(home):
        running = read_running(home)
        if running is None or not running.port:
            return None
        return _engine(home, running, read_password(home))


def stop_engine(home: Path) -> bool:
    """End the engine of this folder now, even if in use; return whether there was one."""
    home = home.absolute()
    with told_of(home):
        running = read_running(home)
    if running is None:
        return False
    end(running.pid, home)
    return True


def _engine(home: Path, running: Running, password: str) -> Engine:
    uri = f"bolt://127.0.0.1:{running.port}"
    return Engine(uri=uri, user="neo4j", password=password, pid=running.pid, home=home)


def _started(home: Path, linger_s: float, lock: Path, progress: Progress, tuning: Tuning) -> Engine:
    from graph.store.engine import (
        first_password,  # imported late: it imports the driver, which takes 0.5 s
    )

    orphan = read_running(home)
    if orphan:  # this process holds the lock, so the one that started the engine is dead
        end(orphan.pid, home)
    require_room(home)
    jars = [str(file) for file in class_path(lock, progress=progress)]
    password = made_password(home)
    first_password.lay(home, password)
    process = spawn_engine(home, is_bare=tuning.is_bare)
    try:
        note_running(home, Running(pid=process.pid, port=0))
        port = port_of(process, home, tuning.orders(jars, linger_s))
        running = Running(pid=process.pid, port=port)
        engine = _engine(home, running, password)
        first_password.ensure(home, engine.uri, password)
        note_running(home, running)
    except BaseException:
        process.kill()
        process.wait()
        raise
    Thread(target=process.wait, daemon=True).start()  # reaps the process when it ends
    return engine
