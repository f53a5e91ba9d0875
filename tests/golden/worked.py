"""Worked answers on the pinned demo: as data, and as printed text.

For a date alone: A: national to local. B: the holder is absent. C: no path.
At a given minute: D: a cooperation at night. E: acute danger. F: a release, asked by a
colleague. G: on an island. H: whoever asks is the one.
"""

from collections.abc import Iterator
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from typing import Final

from rich.console import Console

from api.cli.console import as_json
from api.cli.tables import PathText, parts_of
from api.requested_need import RequestedMoment
from graph.paths import Need
from graph.paths.policy_file import load_policy
from graph.paths.why_not import excluded_nodes
from graph.vocabulary import Language, NetworkKind, PreventionLevel, Trigger
from seed.people import scenarios
from tests.seed.demo import TODAY, answer, view_of

_RINGSTED: Final = "mun-0329"
FOLDER: Final = Path(__file__).parent
_LANGUAGES: Final[tuple[Language, ...]] = ("da", "en")
_WIDTH: Final = 100  # of the page the texts are printed on
_NIGHT: Final = datetime.fromisoformat("2026-11-28T22:00")  # a Saturday
_MORNING: Final = datetime.fromisoformat("2026-11-25T10:00")  # a Wednesday
NEEDS: Final = {
    "a_national_to_local": Need(
        on=TODAY,
        start="act-pet-capacity",
        target="act-ihm-0787",
        level=PreventionLevel.CAPACITY_BUILDING,
    ),
    "b_holder_absent": Need(
        on=TODAY, start="act-kf-1462", trigger=Trigger.RELEASE, area=scenarios.THISTED
    ),
    "c_no_path": Need(
        on=date(2027, 2, 1),
        start="act-ssp-0851",
        network=frozenset({NetworkKind.SSP}),
        area=scenarios.LAESOE,
    ),
    "d_at_night": Need(
        on=_NIGHT.date(),
        at=_NIGHT,
        start="aut-pet-fc",
        network=frozenset({NetworkKind.SSP}),
        area=_RINGSTED,
    ),
    "e_acute": Need(
        on=_NIGHT.date(),
        at=_NIGHT,
        start="act-ihm-0787",
        trigger=Trigger.ACUTE,
        area=_RINGSTED,
    ),
    "f_release": Need(
        on=_MORNING.date(),
        at=_MORNING,
        start="act-ihm-0787",
        trigger=Trigger.RELEASE,
        area=scenarios.THISTED,
    ),
    "g_laesoe": Need(
        on=_MORNING.date(),
        at=_MORNING,
        start="aut-pet-fc",
        network=frozenset({NetworkKind.SSP}),
        area=scenarios.LAESOE,
    ),
    "h_yourself": Need(
        on=_MORNING.date(),
        at=_MORNING,
        start="act-ihm-0787",
        network=frozenset({NetworkKind.PSP_OPERATIONAL}),
        area=scenarios.THISTED,
    ),
}


def worked(name: str) -> Iterator[tuple[str, str]]:
    """The files of one worked answer: their names and what is in them."""
    need, policy = NEEDS[name], load_policy()
    text = PathText(
        answer=answer(need),
        policy=policy,
        moment=RequestedMoment(on=need.on, at=need.at, is_now=need.at is not None),
        is_explained=need.at is None,
        excluded=excluded_nodes(view_of(need.on), need, policy) if need.at is None else (),
    )
    yield f"{name}.json", f"{as_json(text.members())}\n"
    for lang in _LANGUAGES:
        yield f"{name}.{lang}.txt", _printed(text, lang)


def _printed(text: PathText, lang: Language) -> str:
    """What `kontaktvej path` prints on a page; of a date alone with `--explain`."""
    page = StringIO()
    console = Console(file=page, width=_WIDTH, highlight=False, markup=False, emoji=False)
    for part in parts_of(text, lang):
        console.print(part)
    return "".join(f"{line.rstrip()}\n" for line in page.getvalue().splitlines())
