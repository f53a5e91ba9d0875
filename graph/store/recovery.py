"""Recovery of an open store after its server hung or died, without reopening it."""

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from graph.store.engine import process
from graph.store.engine.data_folder import is_engine
from graph.store.engine.process import embedded_engine
from graph.store.progress import Progress, silent

if TYPE_CHECKING:
    from graph.store.store import Store


class EngineLease:
    """A use of the embedded engine that can replace the engine after it has died.

    Raises: StoreUnavailable: as `embedded_engine`.
    """

    def __init__(self, home: Path, *, linger_s: float = 0.0, progress: Progress = silent) -> None:
        self._home, self._linger_s = home, linger_s
        with ExitStack() as until_known:
            engine = embedded_engine(home, linger_s=linger_s, progress=progress)
            self.engine = until_known.enter_context(engine)
            self._use = until_known.pop_all()

    def restart(self) -> bool:
        """Join a new engine if the old one is dead, started if needed; return whether it was dead.

        Raises: StoreUnavailable: the engine does not start.
        """
        if is_engine(self.engine.pid, self.engine.home):
            return False
        with ExitStack() as until_known:
            fresh = until_known.enter_context(embedded_engine(self._home, linger_s=self._linger_s))
            use = until_known.pop_all()
        self._use.close()
        self.engine, self._use = fresh, use
        return True

    def kill(self) -> None:
        """Kill this engine, but not one that another process has started since."""
        process.kill(self.engine.pid, self.engine.home)

    def close(self) -> None:
        """End this use of the engine, which ends itself when it has no other users."""
        self._use.close()


class EngineRecovery:
    """Recovery actions for a store; not thread-safe. Created by `open_with_recovery`."""

    def __init__(self, store: "Store", use: EngineLease | None = None) -> None:
        self._store, self._use = store, use

    def renew(self) -> None:
        """Replace the driver; calls blocked on a hung server end with StoreUnavailable."""
        self._store.renew()

    def restart(self) -> bool:
        """Start or join a new engine if the embedded one has died; return whether it had.

        A server set by `NEO4J_URI` is never restarted.

        Raises: StoreUnavailable: the engine does not start.
        """
        if self._use is None or not self._use.restart():
            return False
        self._store.renew(self._use.engine.uri)
        return True

    def kill(self) -> None:
        """Kill a hung embedded engine, so that `restart` finds it dead."""
        if self._use is not None:
            self._use.kill()
