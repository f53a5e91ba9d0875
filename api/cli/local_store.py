"""The settings of a command, and the store of this machine with its accounts."""

from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from pydantic import ValidationError

from api.cli.console import _, show_waiting
from api.cli.options import date_of
from api.danish_time import danish_now
from api.settings import Settings, describe_settings
from graph.access.historical_view import historical_view
from graph.access.policy import LOCAL_OPERATOR
from graph.access.view import View
from graph.errors import InvalidNeed
from graph.snapshot.as_of import require_known
from graph.store.engine.jars import bar
from graph.store.engine.process import running_engine
from graph.store.location import StoreLocation, open_location, require_graph, store_location
from graph.vocabulary import Language

if TYPE_CHECKING:
    from api.identity.store import IdentityStore
    from graph.store.store import Store


def command_settings() -> Settings:
    """Load the settings. Raises: InvalidNeed: a setting is invalid."""
    try:
        return Settings()
    except ValidationError as error:
        faults = describe_settings(error)
        raise InvalidNeed("settings", faults, faults) from None


@contextmanager
def open_store_with_notice(place: StoreLocation, lang: Language) -> Generator["Store"]:
    """The store of a location; a first download shows a bar, a start of the engine a message.

    Raises:
        StoreUnavailable: as `open_location`.
    """
    require_graph(place)
    with ExitStack() as stack:
        with ExitStack() as until_open:
            download_progress = progress = until_open.enter_context(bar("Neo4j"))
            if place.uri is None and running_engine(place.engine_home) is None:
                text = _("Starting the database (Neo4j) …", lang)
                end_waiting = until_open.enter_context(show_waiting(text))

                def after_waiting(done: int, total: int, name: str) -> None:
                    end_waiting()
                    download_progress(done, total, name)

                progress = after_waiting
            store = stack.enter_context(open_location(place, progress=progress))
        yield store


@contextmanager
def open_installation(
    settings: Settings, lang: Language
) -> Generator[tuple["Store", "IdentityStore"]]:
    """The store of this machine and its accounts.

    Raises: PartsMissing, StoreUnavailable: a part was lost, or cannot be used.
    """
    from api.installation import opened_accounts, require_all_parts

    place = store_location()
    require_all_parts(place, settings)
    with open_store_with_notice(place, lang) as store, opened_accounts(place, settings) as accounts:
        yield store, accounts


@contextmanager
def opened_view(on: str | None, lang: Language, revision: int | None = None) -> Generator[View]:
    """The View of the local operator on a date (default: today in Copenhagen), at a revision."""
    with opened_views(on, on, lang, revision=revision) as (view, _snapshot):
        yield view


@contextmanager
def opened_views(
    on: str | None,
    against: str | None,
    lang: Language,
    *,
    names: tuple[str, str] = ("on", "against"),
    revision: int | None = None,
) -> Generator[tuple[View, View]]:
    """The Views of the local operator on two dates, given by the options in `names`.

    People whose processing is restricted are left out.

    Raises: InvalidNeed: a date is invalid, or as `require_known`.
    """
    today = danish_now().date()
    typed_dates = zip(names, (on, against), strict=True)
    days = [date_of(name, text) or today for name, text in typed_dates]
    with open_installation(command_settings(), lang) as (store, accounts):
        withheld, snapshot = accounts.withholdings.withheld(), store.load()
        if revision is None:
            before, after = (
                View(snapshot, LOCAL_OPERATOR, day, today=today, withheld=withheld) for day in days
            )
        else:
            require_known(revision, snapshot.revision, "--revision")
            earlier = store.known_at(snapshot, revision)
            before, after = (
                historical_view(earlier, LOCAL_OPERATOR, day, today=today, withheld=withheld)
                for day in days
            )
    yield before, after
