"""The worked answers of paths.md §4.5 on the pinned demo: as data, and as they are told.

A: national to local. B: the holder is absent. C: no path.
"""

from collections.abc import Iterator
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Final

from rich.console import Console

from api.terminal.as_json import as_json
from api.terminal.path_table import parts_of
from api.terminal.told_path import ToldPath
from graph.questions.paths import Need
from graph.questions.paths.policy import load_policy
from graph.questions.paths.whynot import excluded
from graph.vocabulary import Language, NetworkKind, PreventionLevel, Trigger
from seed import stories
from tests.seed.pinned import TODAY, answer, view_of

FOLDER: Final = Path(__file__).parent
_LANGUAGES: Final[tuple[Language, ...]] = ("da", "en")
_WIDTH: Final = 100  # of the page the texts are printed on
NEEDS: Final = {
    "a_national_to_local": Need(
        on=TODAY,
        start="act-pet-capacity",
        target="act-ihm-0787",
        level=PreventionLevel.CAPACITY_BUILDING,
    ),
    "b_holder_absent": Need(
        on=TODAY, start="act-kf-1462", trigger=Trigger.RELEASE, area=stories.THISTED
    ),
    "c_no_path": Need(
        on=date(2027, 2, 1),
        start="act-ssp-0851",
        network=frozenset({NetworkKind.SSP}),
        area=stories.LAESOE,
    ),
}


def worked(name: str) -> Iterator[tuple[str, str]]:
    """The files of one worked answer: their names and what is in them."""
    need = NEEDS[name]
    told = ToldPath(
        answer=answer(need),
        is_explained=True,
        excluded=excluded(view_of(need.on), need, load_policy()),
    )
    yield f"{name}.json", f"{as_json(told.plain())}\n"
    for lang in _LANGUAGES:
        yield f"{name}.{lang}.txt", _printed(told, lang)


def _printed(told: ToldPath, lang: Language) -> str:
    """What `kontaktvej path --explain` prints on a page."""
    page = StringIO()
    console = Console(file=page, width=_WIDTH, highlight=False, markup=False, emoji=False)
    for part in parts_of(told, lang):
        console.print(part)
    return "".join(f"{line.rstrip()}\n" for line in page.getvalue().splitlines())
