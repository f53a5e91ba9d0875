"""The store of this machine, opened with a word to whoever waits for it."""

from collections.abc import Generator
from contextlib import contextmanager

from api.terminal.language import said
from api.terminal.telling import ERR
from graph.store.embedded import running_engine
from graph.store.opening import Place, open_place
from graph.store.progress import bar
from graph.store.store import Store
from graph.vocabulary import Language


@contextmanager
def opened_store(place: Place, lang: Language) -> Generator[Store]:
    """The store of a place; a first fetch shows a bar, a start of the engine says so.

    Raises:
        StoreUnavailable: as `open_place`.
    """
    if place.uri is None and running_engine(place.engine_home) is None:
        ERR.print(said("Starter databasen (Neo4j) …", "Starting the database (Neo4j) …", lang))
    with bar("Neo4j") as progress, open_place(place, progress=progress) as store:
        yield store
