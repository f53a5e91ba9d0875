"""With no database of one's own: which Neo4j serves this data folder, and how long does it live?

One engine per folder, shared by all processes of one user. Whoever comes first starts it; it ends
`linger_s` after the last one has gone, however that one went, or at `stop_engine`.
"""

from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Thread
from typing import Final

from graph.store.disk import require_room, told_of
from graph.store.engine import child
from graph.store.engine.child import USUAL, Tuning
from graph.store.engine.class_archive import archive_options
from graph.store.engine.data_folder import (
    Running,
    alone,
    joined,
    made_password,
    note_running,
    open_folder,
    read_password,
    read_running,
)
from graph.store.engine.jars import LOCK, class_path
from graph.store.progress import Progress, silent

CLI_LINGER_S: Final = 600.0  # the next command then answers at once; a forgotten engine ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """A running engine and how to sign in to it."""

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
    """The engine of this folder, started if there is none, kept while the context lasts.

    `linger_s` counts if this call starts the engine: how long it outlives its last user; `tuning`
    too. After an engine has died, enter anew.

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
    """The engine of this folder if one is ready; starts none, and keeps none from ending."""
    home = home.absolute()
    with told_of(home):
        running = read_running(home)
        if running is None or not running.port:
            return None
        return _engine(home, running, read_password(home))


def stop_engine(home: Path) -> bool:
    """Ends the engine of this folder now, whoever uses it; whether there was one."""
    home = home.absolute()
    with told_of(home):
        running = read_running(home)
    if running is None:
        return False
    child.end(running.pid, home)
    return True


def _engine(home: Path, running: Running, password: str) -> Engine:
    uri = f"bolt://127.0.0.1:{running.port}"
    return Engine(uri=uri, user="neo4j", password=password, pid=running.pid, home=home)


def _started(home: Path, linger_s: float, lock: Path, progress: Progress, tuning: Tuning) -> Engine:
    from graph.store.engine import (
        first_password,  # here, since the driver takes 0.5 s to import
    )

    orphan = read_running(home)
    if orphan:  # we are alone, so whoever was starting it is dead
        child.end(orphan.pid, home)
    require_room(home)
    jars = [str(file) for file in class_path(lock, progress=progress)]
    password = made_password(home)
    first_password.lay(home, password)
    process = child.spawn_engine(home, is_bare=tuning.is_bare)
    try:
        note_running(home, Running(pid=process.pid, port=0))
        options = (*archive_options(jars), *tuning.jvm_options)
        orders = replace(tuning, jvm_options=options).orders(jars, linger_s)
        running = Running(pid=process.pid, port=child.port_of(process, home, orders))
        engine = _engine(home, running, password)
        first_password.ensure(home, engine.uri, password)
        note_running(home, running)
    except BaseException:
        process.kill()
        process.wait()
        raise
    Thread(target=process.wait, daemon=True).start()  # or it stays a zombie as long as we live
    return engine
