"""User steps on the screens of the explorer: where each begins, and the text that ends it."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Final

from explorer.help_pages import VISITED
from tests.bench.explorer_times import Promise
from tests.bench.response_times import AwaitedText, felt_s, loaded_s, wait_until_drawn
from tests.e2e.desk import PASSWORD, ScreenDriver, Seat


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """An address, and the text that is on the screen once it is drawn."""

    path: str
    drawn: AwaitedText

    def load_s(self, seat: Seat) -> float:
        """Open the screen and return the seconds until it is drawn."""
        return loaded_s(seat.page, self.path, self.drawn)

    def open(self, seat: Seat) -> None:
        """Open the screen and wait until nothing is loading."""
        self.load_s(seat)
        seat.rest()


_DRAWING: Final = ".st-key-path"
PATH: Final = Screen(
    path="/?start=act-ihm-0615&trigger=CONCERN&area=mun-0746&answer=1",
    drawn=AwaitedText(where=_DRAWING, inside='[aria-label^="Fra "] button'),
)
NETWORK: Final = Screen(
    path="/netvaerk?id=act-pet-capacity&hops=2&expanded=act-psy-15&expanded=act-cde-3",
    drawn=AwaitedText(
        where=".st-key-network-drawing", inside='[role=application][aria-label*="300 noder"]'
    ),
)
MAP: Final = Screen(
    path="/kort?measure=VACANT",
    drawn=AwaitedText(where="[data-testid=stMain]", inside='[aria-label^="Herning:"]'),
)
FIND: Final = Screen(
    path="/", drawn=AwaitedText(where="[data-testid=stMain]", inside="[role=combobox]")
)
LOADS: Final = (
    (Promise(name="deep link to path", most_s=2, most_bare=2.5), PATH),
    (Promise(name="deep link to 300 nodes", most_s=2.5, most_bare=3), NETWORK),
    (Promise(name="deep link to map", most_s=2.5, most_bare=3), MAP),
)
SIGN_IN: Final = Promise(name="sign-in to first screen", most_s=2, most_bare=3)
ANSWER: Final = Promise(name="choice to new answer", most_s=0.4, most_bare=3)
ALTERNATIVE: Final = Promise(name="another alternative", most_s=0.4, most_bare=3)
PANEL: Final = Promise(name="node to panel, 300 nodes", most_s=0.4, most_bare=3)
ROW: Final = Promise(name="area on the map to its row", most_s=0.6, most_bare=5)
OPTIONS: Final = Promise(name="last key to options", most_s=0.3, most_bare=2, over_s=0.12)
Step = Callable[[], float]
"""Performs the step and returns the seconds of its measured part."""

_PLACES: Final = (
    "Thisted", "Aalborg", "Viborg", "Randers", "Herning", "Holstebro", "Silkeborg", "Frederikshavn",
    "Vejle", "Kolding", "Esbjerg", "Odense", "Svendborg", "Slagelse", "Roskilde", "Køge",
    "Hvidovre", "Gladsaxe", "Ballerup", "Egedal",
)  # fmt: skip
_TYPED: Final = ("thisted", "aalborg", "skanderborg", "egedal")
_SHAPES: Final = ("Herning", "Viborg", "Silkeborg", "Holstebro")


def steps(seat: Seat, count: int) -> Iterator[tuple[Promise, Step]]:
    """Yield each step `count` times on its screen; a step begins when the one before has ended."""
    PATH.open(seat)
    for at in range(count):
        yield ANSWER, lambda at=at: _choice(seat, _PLACES[at % len(_PLACES)])
    PATH.open(seat)
    texts = _texts(seat)
    for at in range(count):
        yield ALTERNATIVE, lambda at=at: _alternative(seat, texts, 2 - at % 2)
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


def sign_in_s(desk: ScreenDriver, login: str) -> float:
    """Return the seconds from sending the password to the first screen."""
    with desk.profile() as (context, seat):
        context.add_cookies([{"name": VISITED, "value": "1", "url": desk.address}])  # not the first
        page = seat.page
        page.goto("/login")
        page.locator("#login").fill(login)
        page.locator("#password").fill(PASSWORD)
        began = monotonic()
        page.locator("button[type=submit]").click(no_wait_after=True)
        wait_until_drawn(page, FIND.drawn)
        return monotonic() - began


def _choice(seat: Seat, place: str) -> float:
    """Return the seconds from choosing a place to its best contact."""
    box = seat.page.get_by_role("combobox", name="Kommune", exact=True)
    box.fill(place)
    option = seat.page.get_by_role("option", name=re.compile(f"^{place}\\b")).first
    option.wait_for()
    seat.rest()
    best = AwaitedText(where=".st-key-contact-1", text=place)
    return felt_s(seat.page, best, option.click)


def _texts(seat: Seat) -> Mapping[int, str]:
    """Return the text of the drawings of the first two paths; leaves the first one chosen."""
    texts: dict[int, str] = {}
    for number in (2, 1):
        seat.page.get_by_role("radio").nth(number - 1).check(force=True)
        seat.rest()
        texts[number] = seat.page.locator(f"{_DRAWING} ol").text_content() or ""
    return texts


def _alternative(seat: Seat, texts: Mapping[int, str], number: int) -> float:
    """Return the seconds from choosing another path to its drawing."""
    drawn = AwaitedText(where=_DRAWING, inside="ol", text=texts[number])
    chosen = seat.page.get_by_role("radio").nth(number - 1)
    return felt_s(seat.page, drawn, lambda: chosen.check(force=True))


def _nodes(seat: Seat) -> Sequence[str]:
    seat.page.get_by_role("combobox", name="Valgt node").press("ArrowDown")
    names = seat.page.get_by_role("option").all_inner_texts()
    seat.page.keyboard.press("Escape")
    return names


def _node(seat: Seat, name: str) -> float:
    """Return the seconds from choosing a node's name to its heading in the panel."""
    seat.page.get_by_role("combobox", name="Valgt node").press("ArrowDown")
    option = seat.page.get_by_role("option", name=name, exact=True).first
    option.wait_for()
    heading = AwaitedText(where="[data-testid=stHeading] h2", text=name.split(" · ")[0])
    return felt_s(seat.page, heading, option.click)


def _area(seat: Seat, name: str) -> float:
    shape = seat.page.locator(f'[aria-label^="{name}:"]').first
    row = AwaitedText(where="tr.kv-chosen th", text=name)
    return felt_s(seat.page, row, lambda: shape.click(force=True))


def _options(seat: Seat, word: str) -> float:
    box = seat.page.get_by_role("combobox", name="Jeg skal i kontakt med", exact=True)
    option = AwaitedText(where=".st-key-field-what", inside="[role=option]", text=word)
    return felt_s(seat.page, option, lambda: box.fill(word))
