"""How fast is the explorer as felt in a browser, beside a bare screen of the framework?

The served demo in the system's Chromium. Each load is in a browser profile of its own; each time
ends with the text that was waited for. The bare screen takes its turn in every round, so that what
else the machine does strikes both alike.
"""

import gzip
import re
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import psutil
from playwright.sync_api import Browser, Page

from explorer.page import SESSION
from graph.access import Role
from graph.store.keyring import open_keyring
from tests.bench.figures import Figure, Subject, at_most, clocked, ratios
from tests.browser import opened
from tests.databases import claim, test_server
from tests.e2e.demo import served_demo
from tests.e2e.desk import Desk, Seat
from tests.explorer.components.stage import staged

LOADS: Final = 5
CLICKS: Final = 20
SESSIONS: Final = 12
WAIT_S: Final = 0.12  # the combobox asks so long after the last key
BARE: Final = Path(__file__).with_name("bare_screen.py")
EXPLORER: Final = Path(__file__).parents[2] / "explorer"
PATH: Final = "/?start=act-ihm-0615&trigger=CONCERN&area=mun-0746"
NETWORK: Final = "/netvaerk?id=act-ihd-1462&hops=2"
MAP: Final = "/kort?measure=VACANT"
DEEP: Final = {
    "path": (PATH, "Kontakt i denne rækkefølge", 2.5),
    "network": (NETWORK, "Netværket som tabel", 3),
    "map": (MAP, "Omrids, ikke opmålt", 3),
}
"""Where each begins, what it ends with, and how many bare loads it may take."""


@dataclass(slots=True)
class Taken:
    """Seconds by name, each with those of the bare screen in the same round."""

    ours: dict[str, list[float]] = field(default_factory=dict[str, list[float]])
    bare: dict[str, list[float]] = field(default_factory=dict[str, list[float]])

    def add(self, name: str, ours: float, bare: float) -> None:
        """One round."""
        self.ours.setdefault(name, []).append(ours)
        self.bare.setdefault(name, []).append(bare)

    def figures(self, name: str, most: float, *, over: float = 0.0) -> Iterator[Figure]:
        """The seconds, and how many bare ones they are; `over` is taken off before."""
        ours = tuple(self.ours[name])
        yield Figure(name=name, unit="s", runs=ours)
        beyond = (max(one - over, 0.0) for one in ours)
        told = f"{name} / bare" if not over else f"({name} − {over} s) / bare"
        times = ratios(beyond, self.bare[name])
        yield Figure(name=told, unit="×", runs=times, limits=at_most(p50=most))


def subjects() -> Iterator[Subject]:
    """The explorer over the demo."""
    with (
        TemporaryDirectory(ignore_cleanup_errors=True) as named,
        test_server(Path(named) / "neo4j") as server,
    ):
        folder = Path(named) / "demo"
        folder.mkdir()
        with open_keyring(folder / "keyring") as keyring:
            claim(server, keyring)
        server.empty()
        with (
            opened() as browser,
            served_demo(server, folder, browser) as desk,
            staged(str(BARE)) as bare,
        ):
            yield Subject(
                name="explorer",
                figures=(_memory(desk), *_loads(desk, bare), *_clicks(desk, bare), *_sizes()),
                about={"loads": LOADS, "clicks": CLICKS, "sessions": SESSIONS},
            )


# ---- loads: a new browser profile each


def _loads(desk: Desk, bare: str) -> Iterator[Figure]:
    taken = Taken()
    first: list[float] = []
    for _ in range(LOADS):
        yardstick = _bare_load(desk.browser, bare)
        first.append(yardstick)
        for name, (address, until, _) in DEEP.items():
            taken.add(f"deep link to {name}", _load(desk, address, until), yardstick)
    yield Figure(name="bare screen, load", unit="s", runs=tuple(first))
    for name, (_, _, most) in DEEP.items():
        yield from taken.figures(f"deep link to {name}", most)


def _load(desk: Desk, address: str, until: str) -> float:
    with desk.seat(Role.COORDINATOR, path=None) as seat:

        def load() -> None:
            seat.page.goto(address)
            seat.wait(until)

        return clocked(load)[0]


def _bare_load(browser: Browser, bare: str) -> float:
    with _bare_page(browser, bare) as page:
        return clocked(lambda: _bare_opened(page))[0]


def _bare_opened(page: Page) -> None:
    page.goto("/")
    page.get_by_text("pressed 0").wait_for()


@contextmanager
def _bare_page(browser: Browser, bare: str) -> Generator[Page]:
    context = browser.new_context(base_url=bare)
    context.add_cookies([{"name": SESSION, "value": "a-session", "url": bare}])
    try:
        yield context.new_page()
    finally:
        context.close()


# ---- clicks: in a page that is open


def _clicks(desk: Desk, bare: str) -> Iterator[Figure]:
    taken, yardsticks = Taken(), list[float]()
    with (
        _bare_page(desk.browser, bare) as page,
        desk.seat(Role.COORDINATOR, path=None) as seat,
    ):
        _bare_opened(page)

        def measured(name: str, do: Callable[[int], None]) -> None:
            for number in range(CLICKS):
                yardsticks.append(clocked(lambda: _bare_click(page, len(yardsticks) + 1))[0])
                taken.add(name, clocked(lambda at=number: do(at))[0], yardsticks[-1])
                seat.rest()

        seat.open(PATH, "Kontakt i denne rækkefølge")
        measured("another alternative", lambda at: _alternative(seat, at))
        seat.open(NETWORK, "Netværket som tabel")
        nodes = _nodes(seat)
        measured("node to panel", lambda at: _node(seat, nodes[at % len(nodes)]))
        seat.open(MAP, "Omrids, ikke opmålt")
        measured("area on the map to its row", lambda at: _area(seat, at))
        seat.open("/", "Vælg")
        measured("last key to options", lambda at: _typed(seat, at))
    yield Figure(name="bare screen, click", unit="s", runs=tuple(yardsticks))
    yield from taken.figures("another alternative", 3)
    yield from taken.figures("node to panel", 3)
    yield from taken.figures("area on the map to its row", 5)
    yield from taken.figures("last key to options", 2, over=WAIT_S)


def _bare_click(page: Page, number: int) -> None:
    page.get_by_role("button", name="Press").click()
    page.get_by_text(f"pressed {number}", exact=True).wait_for()


def _alternative(seat: Seat, at: int) -> None:
    """The first and the second by turns: the drawing of the one gives way to the other's."""
    number = 2 - at % 2
    seat.page.get_by_role("radio").nth(number - 1).check(force=True)
    seat.page.wait_for_url(re.compile(f"answer={number}"))
    seat.page.locator(f".st-key-path-{number}").wait_for()


def _nodes(seat: Seat) -> list[str]:
    seat.page.get_by_role("combobox", name="Valgt node").press("ArrowDown")
    names = seat.page.get_by_role("option").all_inner_texts()
    seat.page.keyboard.press("Escape")
    return names


def _node(seat: Seat, option: str) -> None:
    """From the key that chooses it to its heading in the panel."""
    seat.page.get_by_role("combobox", name="Valgt node").press("ArrowDown")
    seat.page.get_by_role("option", name=option, exact=True).first.click()
    seat.page.get_by_role("heading", name=option.split(" · ")[0]).first.wait_for()


def _area(seat: Seat, at: int) -> None:
    name = ("Herning", "Viborg", "Silkeborg", "Holstebro")[at % 4]
    shape = seat.page.locator(f'[aria-label^="{name}:"]').first
    shape.click(force=True)
    seat.page.locator("tr.kv-chosen th", has_text=name).wait_for()


def _typed(seat: Seat, at: int) -> None:
    word = ("thisted", "aalborg", "skanderborg", "egedal")[at % 4]
    box = seat.page.get_by_role("combobox", name="og skal nå", exact=True)
    box.fill(word)
    seat.page.get_by_role("option", name=re.compile(word, re.IGNORECASE)).first.wait_for()


# ---- what it holds, and what is sent


def _memory(desk: Desk) -> Figure:
    """What a session adds to the explorer's process, over sessions that are open together.

    Taken before all else, after one session that loads what all share: memory that earlier ones
    gave back would be used again.
    """
    _load(desk, *DEEP["path"][:2])
    port = int(desk.address.rpartition(":")[2])
    served = next(
        one.pid
        for one in psutil.net_connections("tcp")
        if one.laddr and one.laddr.port == port and one.status == psutil.CONN_LISTEN
    )
    process = psutil.Process(served)
    before = process.memory_info().rss
    _open_at_once(desk, SESSIONS)
    grown = (process.memory_info().rss - before) / SESSIONS / 2**20
    return Figure(name="memory a session", unit="MB", runs=(grown,), limits=at_most(p50=12))


def _open_at_once(desk: Desk, left: int) -> None:
    if left:
        with desk.seat(Role.COORDINATOR, path=PATH) as seat:
            seat.wait("Kontakt i denne rækkefølge")
            _open_at_once(desk, left - 1)


def _sizes() -> Iterator[Figure]:
    """What a browser is sent, packed as a proxy packs it; fonts are packed already."""
    built = {name: _only(EXPLORER / "components" / name / "built") for name in _MOST_KB}
    for name, most in _MOST_KB.items():
        yield _size(f"{name}, sent", gzip.compress(built[name].read_bytes(), 9), most)
    yield _size(
        "outlines, sent",
        gzip.compress((EXPLORER / "outlines/outlines.geojson").read_bytes(), 9),
        35,
    )
    fonts = b"".join(one.read_bytes() for one in (EXPLORER / "static").glob("*.woff2"))
    yield _size("fonts, sent", fonts, 50)


_MOST_KB: Final = {"network": 200, "path": 4, "combobox": 4}


def _only(built: Path) -> Path:
    (script,) = built.glob("*.js")
    return script


def _size(name: str, sent: bytes, most_kb: float) -> Figure:
    return Figure(name=name, unit="kB", runs=(len(sent) / 1000,), limits=at_most(p50=most_kb))
