"""Measures the explorer's response times in a browser, beside a bare screen of the framework.

The served demo in the system's Chromium. Each load has a browser profile of its own; each time
ends when the awaited text is on the screen.
"""

from collections.abc import Iterator
from typing import Final

from api.store_monitor import Timeouts
from graph.access.policy import Role
from tests.bench.explorer_frames import frames
from tests.bench.explorer_memory import SESSIONS, memory, sizes
from tests.bench.explorer_steps import LOADS, NETWORK, PATH, SIGN_IN, Screen, sign_in_s, steps
from tests.bench.explorer_times import BARE, PromiseTimes, bare_page, open_bare, press_bare
from tests.bench.figures import Figure, Subject
from tests.browser import open_browser
from tests.databases import server_for_demo
from tests.e2e.demo import served_demo
from tests.e2e.desk import ScreenDriver
from tests.explorer.components.stage import staged

ROUNDS: Final = 5
CLICKS: Final = 20


def subjects() -> Iterator[Subject]:
    """Yield the figures of the explorer with the demo."""
    with (
        server_for_demo() as (server, folder),
        open_browser() as browser,
        served_demo(server, folder, browser, Timeouts()) as desk,
        staged(str(BARE)) as bare,
    ):
        yield Subject(
            name="explorer",
            figures=tuple(_figures(desk, bare)),
            about={"loads": ROUNDS, "clicks": CLICKS, "sessions": SESSIONS},
        )


def _figures(desk: ScreenDriver, bare: str) -> Iterator[Figure]:
    yield memory(desk, PATH)
    yield from _loads(desk, bare).figures("bare screen, load")
    yield from _clicks(desk, bare).figures("bare screen, click")
    with desk.seat(Role.COORDINATOR, path=None) as seat:
        NETWORK.open(seat)
        yield from frames(seat)
    yield from sizes()


def _loads(desk: ScreenDriver, bare: str) -> PromiseTimes:
    times, login = PromiseTimes(), desk.login(Role.COORDINATOR)
    for _ in range(ROUNDS):
        times.add(SIGN_IN, sign_in_s(desk, login), _bare_load(desk, bare))
        for promise, screen in LOADS:
            times.add(promise, _load(desk, screen), _bare_load(desk, bare))
    return times


def _load(desk: ScreenDriver, screen: Screen) -> float:
    with desk.seat(Role.COORDINATOR, path=None) as seat:
        return screen.load_s(seat)


def _bare_load(desk: ScreenDriver, bare: str) -> float:
    with bare_page(desk.browser, bare) as page:
        return open_bare(page)


def _clicks(desk: ScreenDriver, bare: str) -> PromiseTimes:
    times = PromiseTimes()
    with (
        bare_page(desk.browser, bare) as page,
        desk.seat(Role.COORDINATOR, path=None) as seat,
    ):
        open_bare(page)
        for number, (promise, step) in enumerate(steps(seat, CLICKS), start=1):
            yardstick = press_bare(page, number)
            times.add(promise, step(), yardstick)
            seat.rest()
    return times
