"""Implementation of `seed`, `demo` and `stop`."""

import os
from datetime import UTC, datetime
from typing import Final

from api.cli.console import OUT, _, show_waiting
from api.cli.local_store import open_store_with_notice
from api.cli.paths import PathArguments, date_of, path
from graph.errors import StoreUnavailable
from graph.store.engine.process import stop_engine
from graph.store.location import store_location
from graph.vocabulary import Language
from seed.loader import TODAY_MARK, LoadReport, load, load_structure

_EXAMPLE: Final = PathArguments(
    start="PET Forebyggelsescenter", to="Thisted", network="infohus", max_paths=3,
)  # fmt: skip


def seed(*, number: int | None, today: str | None, has_people: bool, lang: Language) -> None:
    """Load the missing data and print how much; a second run changes nothing.

    Raises:
        StoreUnavailable: the store holds real data.
    """
    counted_from, now = date_of("today", today), datetime.now(UTC)
    text = _("Loading the structure …", lang)
    with open_store_with_notice(store_location(), lang) as store, show_waiting(text):
        if has_people:
            planted = load(store, now=now, seed=number, today=counted_from)
        else:
            planted = load_structure(store, now=now)
    OUT.print(_summary(planted, lang))


def _summary(planted: LoadReport, lang: Language) -> str:
    if not planted.created + planted.updated + planted.ended:
        return _(
            "Nothing to change: {unchanged} nodes and links are as they should be.",
            lang,
            unchanged=planted.unchanged,
        )
    return _(
        "Created {created}, updated {updated}, ended {ended}, unchanged {unchanged}.",
        lang,
        created=planted.created,
        updated=planted.updated,
        ended=planted.ended,
        unchanged=planted.unchanged,
    )


def demo(*, lang: Language) -> None:
    """Seed the store of this machine, print a path, and list further commands.

    Raises:
        StoreUnavailable: a server is configured, which the demo never touches, or the folder is
            used for accounts.
    """
    if os.environ.get("NEO4J_URI"):
        raise StoreUnavailable(
            "NEO4J_URI is set: the demo never touches a server of yours. Unset it, and try again"
        )
    place = store_location()
    with open_store_with_notice(place, lang) as store:
        is_seeded = store.mark(TODAY_MARK) is not None and store.revision() > 0
        if store.mark(TODAY_MARK) is None and (place.home / "accounts").exists():
            raise StoreUnavailable(
                f"{place.home} is served to people with accounts: the demo is not put there; "
                "choose another folder in KONTAKTVEJ_HOME"
            )
        if not is_seeded:  # otherwise later changes are kept
            text = _("Loading the structure of Denmark …", lang)
            with show_waiting(text):
                planted = load(store, now=datetime.now(UTC))
            OUT.print(_summary(planted, lang))
        OUT.print()
    path(_EXAMPLE, lang=lang, as_json=False)
    OUT.print()
    text = _("The people are fictional. Try also (the command is in .venv/bin):", lang)
    OUT.print(f"{text}{NEXT_COMMANDS}", soft_wrap=True)  # to be copied in full


NEXT_COMMANDS: Final = """
  kontaktvej path --from "PET Forebyggelsescenter" --to Thisted --network infohus --on 2027-01-15
  kontaktvej path --from "Direktoratet for Kriminalforsorgen" --to Thisted --trigger release
  kontaktvej find "ssp laesoe"
  kontaktvej show "SSP-koordinator, Læsø"
  kontaktvej doctor
  kontaktvej stop
"""


def stop(*, lang: Language) -> None:
    """Stop the engine of this data folder."""
    home = store_location().engine_home
    if stop_engine(home):
        OUT.print(_("The database is stopped.", lang))
    else:
        OUT.print(_("No database was running.", lang))
