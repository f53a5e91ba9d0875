"""The settings of a command, and the store of this machine opened with progress messages."""

from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager

from pydantic import ValidationError

from api.cli.console import _, show_waiting
from api.settings import Settings, describe_settings
from graph.errors import InvalidNeed
from graph.store.engine.jars import Progress, bar
from graph.store.engine.process import running_engine
from graph.store.location import StoreLocation, open_location, require_graph
from graph.store.store import Store
from graph.vocabulary import Language


def command_settings() -> Settings:
    """Load the settings. Raises: InvalidNeed: a setting is invalid."""
    try:
        return Settings()
    except ValidationError as error:
        told = describe_settings(error)
        raise InvalidNeed("settings", told, told) from None


@contextmanager
def open_store_with_notice(place: StoreLocation, lang: Language) -> Generator[Store]:
    """The store of a location; a first download shows a bar, a start of the engine a message.

    Raises:
        StoreUnavailable: as `open_location`.
    """
    require_graph(place)
    with ExitStack() as opened:
        with ExitStack() as until_open:
            progress = until_open.enter_context(bar("Neo4j"))
            if place.uri is None and running_engine(place.engine_home) is None:
                text = _("Starting the database (Neo4j) …", lang)
                end_waiting = until_open.enter_context(show_waiting(text))
                progress = _after(end_waiting, progress)
            store = opened.enter_context(open_location(place, progress=progress))
        yield store


def _after(end_waiting: Callable[[], None], progress: Progress) -> Progress:
    """A progress report that ends the waiting display before it draws."""

    def report(done: int, total: int, name: str) -> None:
        end_waiting()
        progress(done, total, name)

    return report
