"""What somebody does on the screens of the explorer: where each begins, and what it ends with."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tests.bench.explorer_taken import Promise
from tests.bench.figures import clocked
from tests.e2e.desk import PATIENCE_MS, Seat


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """An address, and what stands there once it is drawn, as a selector."""

    path: str
    drawn: str

    def load(self, seat: Seat) -> None:
        """Goes there, and waits for that."""
        seat.page.goto(self.path)
        seat.page.locator(self.drawn).first.wait_for(timeout=PATIENCE_MS)

    def open(self, seat: Seat) -> None:
        """The same, and until nothing is on its way."""
        self.load(seat)
        seat.rest()


PATH: Final = Screen(
    path="/?start=act-ihm-0615&trigger=CONCERN&area=mun-0746",
    drawn='.st-key-path-1 [aria-label^="Fra "] button',
)
NETWORK: Final = Screen(
    path="/netvaerk?id=act-pet-capacity&hops=2&expanded=act-psy-15&expanded=act-cde-3",
    drawn='[role=application][aria-label*="300 noder"]',
)
MAP: Final = Screen(path="/kort?measure=VACANT", drawn='[aria-label^="Herning:"]')
FIND: Final = Screen(path="/", drawn="[role=combobox]")
LOADS: Final = (
    (Promise(name="deep link to path", most_s=2, most_bare=2.5), PATH),
    (Promise(name="deep link to 300 nodes", most_s=2.5, most_bare=3), NETWORK),
    (Promise(name="deep link to map", most_s=2.5, most_bare=3), MAP),
)
ANSWER: Final = Promise(name="choice to new answer", most_s=0.4, most_bare=3)
ALTERNATIVE: Final = Promise(name="another alternative", most_s=0.4, most_bare=3)
PANEL: Final = Promise(name="node to panel, 300 nodes", most_s=0.4, most_bare=3)
ROW: Final = Promise(name="area on the map to its row", most_s=0.6, most_bare=5)
OPTIONS: Final = Promise(name="last key to options", most_s=0.3, most_bare=2, over_s=0.12)
Step = Callable[[], float]
"""Does it, and tells the seconds of the part that is measured."""

_PLACES: Final = (
    "Thisted", "Aalborg", "Viborg", "Randers", "Herning", "Holstebro", "Silkeborg", "Horsens",
    "Vejle", "Kolding", "Esbjerg", "Odense", "Svendborg", "Slagelse", "Roskilde", "Køge",
    "Hvidovre", "Gladsaxe", "Ballerup", "Egedal",
)  # fmt: skip
_TYPED: Final = ("thisted", "aalborg", "skanderborg", "egedal")
_SHAPES: Final = ("Herning", "Viborg", "Silkeborg", "Holstebro")


def steps(seat: Seat, count: int) -> Iterator[tuple[Promise, Step]]:
    """Each so many times, on the screen where it is done; the next begins when one has ended."""
    PATH.open(seat)
    for at in range(count):
        yield ANSWER, lambda at=at: _choice(seat, _PLACES[at % len(_PLACES)])
    PATH.open(seat)
    for at in range(count):
        yield ALTERNATIVE, lambda at=at: _alternative(seat, 2 - at % 2)
    NETWORK.open(seat)
    nodes = _nodes(seat)
    for at in range(count):
        yield PANEL, lambda at=at: _node(seat, nodes[at % len(nodes)])
    MAP.open(seat)
    for at in range(count):
        yield ROW, lambda at=at: _area(seat, _SHAPES[at % len(_SHAPES)])
    FIND.open(seat)
    for at in range(count):
        yield OPTIONS, lambda at=at: _options(seat, _TYPED[at % len(_TYPED)])


def _choice(seat: Seat, place: str) -> float:
    """From the click on a place to a path that ends there."""
    box = seat.page.get_by_role("combobox", name="i", exact=True)
    box.fill(place)
    option = seat.page.get_by_role("option", name=re.compile(f"^{place}\\b")).first
    option.wait_for()
    seat.rest()
    drawn = seat.page.get_by_role("list", name=re.compile(f"^Fra .*{place}"))

    def choose() -> None:
        option.click()
        drawn.wait_for()

    return clocked(choose)[0]


def _alternative(seat: Seat, number: int) -> float:
    """The drawing of the one gives way to the other's."""
    chosen = seat.page.get_by_role("radio").nth(number - 1)
    drawn = seat.page.locator(f".st-key-path-{number}")

    def choose() -> None:
        chosen.check(force=True)
        drawn.wait_for()

    return clocked(choose)[0]


def _nodes(seat: Seat) -> Sequence[str]:
    seat.page.get_by_role("combobox", name="Valgt node").press("ArrowDown")
    names = seat.page.get_by_role("option").all_inner_texts()
    seat.page.keyboard.press("Escape")
    return names


def _node(seat: Seat, name: str) -> float:
    """From the click on its name to its heading in the panel."""
    seat.page.get_by_role("combobox", name="Valgt node").press("ArrowDown")
    option = seat.page.get_by_role("option", name=name, exact=True).first
    option.wait_for()
    panel = seat.page.get_by_role("heading", name=name.split(" · ")[0])

    def choose() -> None:
        option.click()
        panel.first.wait_for()

    return clocked(choose)[0]


def _area(seat: Seat, name: str) -> float:
    shape = seat.page.locator(f'[aria-label^="{name}:"]').first
    row = seat.page.locator("tr.kv-chosen th", has_text=name)

    def choose() -> None:
        shape.click(force=True)
        row.wait_for()

    return clocked(choose)[0]


def _options(seat: Seat, word: str) -> float:
    box = seat.page.get_by_role("combobox", name="og skal nå", exact=True)
    option = seat.page.get_by_role("option", name=re.compile(word, re.IGNORECASE))

    def type_it() -> None:
        box.fill(word)
        option.first.wait_for()

    return clocked(type_it)[0]
