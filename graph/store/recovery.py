"""How does a store come back after its server hung or died, without opening anew?"""

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
    """A use of our own engine that outlives the engine: where it has died, another is started.

    Raises: StoreUnavailable: as `embedded_engine`.
    """

    def __init__(self, home: Path, *, linger_s: float = 0.0, progress: Progress = silent) -> None:
        self._home, self._linger_s = home, linger_s
        with ExitStack() as until_known:
            engine = embedded_engine(home, linger_s=linger_s, progress=progress)
            self.engine = until_known.enter_context(engine)
            self._use = until_known.pop_all()

    def restart(self) -> bool:
        """Joins a new engine where the old one is dead, and starts it if nobody has; was it dead?

        Raises: StoreUnavailable: it does not start.
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
        """Ends this very engine at once: not the one that another process has started since."""
        process.kill(self.engine.pid, self.engine.home)

    def close(self) -> None:
        """Leaves the engine to its other users, or to end."""
        self._use.close()


class EngineRecovery:
    """What brings a store back; used by one thread at a time. Made by `open_with_recovery`."""

    def __init__(self, store: "Store", use: EngineLease | None = None) -> None:
        self._store, self._use = store, use

    def renew(self) -> None:
        """A new driver; those who wait for a hung server hear that it is away."""
        self._store.renew()

    def restart(self) -> bool:
        """A new engine where ours has died; was there one to start? A server stays its owner's.

        Raises: StoreUnavailable: it does not start.
        """
        if self._use is None or not self._use.restart():
            return False
        self._store.renew(self._use.engine.uri)
        return True

    def kill(self) -> None:
        """Ends our engine where it hangs, so that `restart` finds it dead."""
        if self._use is not None:
            self._use.kill()
