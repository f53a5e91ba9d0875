"""`kontaktvej seed`, `demo` and `stop`."""

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Final

from api.cli.console import OUT, _, language, show_waiting
from api.cli.local_store import open_store_with_notice
from api.cli.options import Lang, date_of, flag, option
from api.cli.paths import PathArguments, show_paths
from api.i18n import ngettext
from graph.errors import StoreUnavailable
from graph.store.engine.process import stop_engine
from graph.store.location import store_location
from graph.vocabulary import Language

if TYPE_CHECKING:
    from seed.loader import LoadReport

_EXAMPLE: Final = PathArguments(
    start="PET Forebyggelsescenter", to="Thisted", network="infohus", max_paths=3,
)  # fmt: skip
NEXT_COMMANDS: Final = """
  kontaktvej path --from "PET Forebyggelsescenter" --to Thisted --network infohus --on 2027-01-15
  kontaktvej path --from "Direktoratet for Kriminalforsorgen" --to Thisted --trigger release
  kontaktvej find "ssp laesoe"
  kontaktvej show "SSP-koordinator, Læsø"
  kontaktvej doctor
  kontaktvej stop
"""


def seed(
    is_structure_only: Annotated[
        bool, flag(_("Only the structure, no people"), "--structure-only")
    ] = False,
    number: Annotated[
        int | None, option(_("Random seed of the fictional people"), "--seed")
    ] = None,
    today: Annotated[str | None, option(_("The demo's today"), "--today")] = None,
    lang: Lang = None,
) -> None:
    """Fill the store with the real structure and fictional people; a second run changes nothing.

    Raises:
        StoreUnavailable: the store holds real data.
    """
    from seed.loader import load, load_structure

    counted_from, now = date_of("today", today), datetime.now(UTC)
    text = _("Loading the structure …", language(lang))
    with open_store_with_notice(store_location(), language(lang)) as store, show_waiting(text):
        if is_structure_only:
            report = load_structure(store, now=now)
        else:
            report = load(store, now=now, seed=number, today=counted_from)
    _show_report(report, language(lang))


def _show_report(report: "LoadReport", lang: Language) -> None:
    if report.created + report.updated + report.ended:
        text = _(
            "Created {created}, updated {updated}, ended {ended}, unchanged {unchanged}.", lang,
            created=report.created, updated=report.updated, ended=report.ended,
            unchanged=report.unchanged,
        )  # fmt: skip
    else:
        text = _(
            "Nothing to change: {unchanged} nodes and links are as they should be.", lang,
            unchanged=report.unchanged,
        )  # fmt: skip
    OUT.print(text)
    if report.changed_by_others:
        text = ngettext(
            "{count} node or link differs from the structure: somebody else changed it, so it was "
            "left as it is.",
            "{count} nodes and links differ from the structure: somebody else changed them, so "
            "they were left as they are.",
            report.changed_by_others,
            lang,
        )
        OUT.print(text, soft_wrap=True)


def demo(
    is_served: Annotated[bool, flag(_("Then start the API, until Ctrl-C"), "--serve")] = False,
    port: Annotated[int | None, option(_("Port of the API"), "--port")] = None,
    lang: Lang = None,
) -> None:
    """From nothing to a printed contact path; with `--serve`, the API until Ctrl-C.

    Raises:
        StoreUnavailable: a server is configured, which the demo never touches, or the folder is
            used for accounts.
    """
    from api.cli.serve import demo_settings, serve_demo
    from seed.loader import TODAY_MARK, load

    settings = demo_settings(port=port) if is_served else None
    if os.environ.get("NEO4J_URI"):
        raise StoreUnavailable(
            "NEO4J_URI is set: the demo never touches a server of yours. Unset it, and try again"
        )
    place = store_location()
    with open_store_with_notice(place, language(lang)) as store:
        is_seeded = store.mark(TODAY_MARK) is not None and store.revision() > 0
        if store.mark(TODAY_MARK) is None and (place.home / "accounts").exists():
            raise StoreUnavailable(
                f"{place.home} is served to people with accounts: the demo is not put there; "
                "choose another folder in KONTAKTVEJ_HOME"
            )
        if not is_seeded:  # otherwise later changes are kept
            with show_waiting(_("Loading the structure of Denmark …", language(lang))):
                report = load(store, now=datetime.now(UTC))
            _show_report(report, language(lang))
        OUT.print()
    show_paths(_EXAMPLE, lang=language(lang), as_json=False)
    OUT.print()
    text = _("The people are fictional. Try also (the command is in .venv/bin):", language(lang))
    OUT.print(f"{text}{NEXT_COMMANDS}", soft_wrap=True)  # to be copied in full
    if settings is not None:
        serve_demo(settings, lang=language(lang))


def stop(lang: Lang = None) -> None:
    """Stop the database engine of this machine, whoever uses it."""
    if stop_engine(store_location().engine_home):
        OUT.print(_("The database is stopped.", language(lang)))
    else:
        OUT.print(_("No database was running.", language(lang)))
