"""Location of the store: the embedded engine of a data folder, or a server set by environment.

An open store can be recovered after its server hung or died, without reopening it.
"""

import os
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from graph.errors import StoreUnavailable
from graph.store.engine import process
from graph.store.engine.data_folder import is_engine
from graph.store.engine.jars import Progress, silent
from graph.store.engine.process import CLI_LINGER_S, embedded_engine
from graph.store.installation import Part, begin, has_keys, note_begun, require_whole

if TYPE_CHECKING:
    from graph.store.store import Store

HOME: Final = "KONTAKTVEJ_HOME"
LINGER: Final = "KONTAKTVEJ_LINGER_S"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreLocation:
    """The location of the graph and its keys.

    `home` holds the engine's files in `neo4j/` and, apart from them, the keys in `keys/`. With a
    `uri` the graph is on that server and `home` holds the keys only.
    """

    home: Path
    uri: str | None = None
    user: str = "neo4j"
    password: str = field(default="", repr=False)
    database: str | None = None
    linger_s: float = CLI_LINGER_S

    @property
    def engine_home(self) -> Path:
        """The folder of the embedded engine."""
        return self.home / "neo4j"

    @property
    def keys(self) -> Path:
        """The folder of the keyring."""
        return self.home / "keys"

    def has_engine_files(self) -> bool:
        """Return whether the embedded engine has created its database here."""
        return (self.engine_home / "data" / "databases").exists()


def store_location(environment: Mapping[str, str] = os.environ) -> StoreLocation:
    """Return the location set in the environment; by default, the user's data folder.

    Raises:
        StoreUnavailable: KONTAKTVEJ_LINGER_S is not a number of seconds.
    """
    linger = environment.get(LINGER, str(CLI_LINGER_S))
    if not linger.replace(".", "", 1).isdecimal():
        raise StoreUnavailable(f"{LINGER} is {linger!r}: give a number of seconds, such as 600")
    home = environment.get(HOME)
    if home:
        folder = Path(home)
    else:
        from platformdirs import user_data_path

        folder = user_data_path("kontaktvej", appauthor=False)
    return StoreLocation(
        home=folder,
        uri=environment.get("NEO4J_URI") or None,
        user=environment.get("NEO4J_USERNAME") or "neo4j",
        password=environment.get("NEO4J_PASSWORD", ""),
        database=environment.get("NEO4J_DATABASE") or None,
        linger_s=float(linger),
    )


def require_graph(place: StoreLocation) -> None:
    """Check the files of the embedded engine and their keys before it is started.

    The content of a server is checked when the store is opened.

    Raises: PartsMissing: keys or graph were lost.
    """
    if place.uri is None:
        require_whole(place.keys, {Part.GRAPH: place.has_engine_files()})


@contextmanager
def open_location(place: StoreLocation, *, progress: Progress = silent) -> Generator["Store"]:
    """Open the store of a location, migrated; the embedded engine is started if needed.

    Raises:
        StoreUnavailable: no engine or server answers, or a file may not be used; names the fix.
        PartsMissing: keys or graph were lost.
        SchemaMismatch: a newer Kontaktvej, or another program, wrote the database.
    """
    with open_with_recovery(place, progress=progress) as (store, _):
        yield store


@contextmanager
def open_with_recovery(
    place: StoreLocation, *, progress: Progress = silent
) -> Generator[tuple["Store", "EngineRecovery"]]:
    """Open the store of a location, with the means to recover it after its server has failed.

    Raises: as `open_location`.
    """
    from graph.store.connection import connect
    from graph.store.encryption.keyring import open_keyring
    from graph.store.schema import revision_in
    from graph.store.store import store_of

    with ExitStack() as until_done:
        uri, user, password, use = place.uri, place.user, place.password, None
        if uri is None:
            require_graph(place)
            begin(place.keys)
            use = EngineLease(place.engine_home, linger_s=place.linger_s, progress=progress)
            until_done.callback(use.close)
            uri, user, password = use.engine.uri, use.engine.user, use.engine.password
        connection = until_done.enter_context(
            connect(uri, user=user, password=password, database=place.database)
        )
        revision = revision_in(connection)
        is_there = revision is not None and (revision > 0 or has_keys(place.keys))
        require_whole(place.keys, {Part.GRAPH: is_there})
        begin(place.keys)
        keyring = until_done.enter_context(open_keyring(place.keys))
        store = store_of(connection, keyring)
        note_begun(place.keys, Part.GRAPH)
        yield store, EngineRecovery(store, use)


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

    def is_dead(self) -> bool:
        """Return whether the engine in use has died."""
        return not is_engine(self.engine.pid, self.engine.home)

    def restart(self) -> None:
        """Join a new engine, started if needed, in place of a dead one.

        Raises: StoreUnavailable: the engine does not start.
        """
        with ExitStack() as until_known:
            fresh = until_known.enter_context(embedded_engine(self._home, linger_s=self._linger_s))
            use = until_known.pop_all()
        self._use.close()
        self.engine, self._use = fresh, use

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

    def is_dead(self) -> bool:
        """Return whether the embedded engine has died; of another server it is not known."""
        return self._use is not None and self._use.is_dead()

    def restart(self) -> None:
        """Start or join a new engine in place of an embedded one that has died.

        A server set by `NEO4J_URI` is never restarted.

        Raises: StoreUnavailable: the engine does not start.
        """
        if self._use is not None:
            self._use.restart()
            self._store.renew(self._use.engine.uri)

    def kill(self) -> None:
        """Kill a hung embedded engine, so that `restart` finds it dead."""
        if self._use is not None:
            self._use.kill()
