"""`kontaktvej stop`: the engine of this machine ended."""

from api.cli.console import OUT
from api.cli.language import said
from graph.store.engine.process import stop_engine
from graph.store.location import store_location
from graph.vocabulary import Language


def stop(*, lang: Language) -> None:
    """Ends the engine of this data folder now."""
    home = store_location().engine_home
    if stop_engine(home):
        OUT.print(said("Databasen er stoppet.", "The database is stopped.", lang))
    else:
        OUT.print(said("Der kørte ingen database.", "No database was running.", lang))
