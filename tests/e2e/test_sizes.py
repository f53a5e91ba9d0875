"""Every screen in the list of screens at every size, in both themes and languages.

At each size: no violation found by axe-core, no sideways scroll, no text cut off, and no message
in the browser's console. Some screens in the smallest and the largest size, in Danish and in the
light theme, for every change; all of them by `make drills`.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Page

from explorer.address import CURATION, FIND, NETWORK, REGISTER, SCREENS, Screen
from explorer.components import build
from tests.e2e.desk import ScreenDriver, Seat
from tests.e2e.examples import example
from tests.explorer.components.accessible import violations

SIZES: Final = ((360, 780), (768, 1024), (1280, 900), (1920, 1080))
OFTEN: Final = (FIND, REGISTER, NETWORK, CURATION)
SITTING: Final = "act-ihm-0615"
SETTLED_MS: Final = 500  # a page is redrawn after a change of its width
CUT: Final = Path(__file__).with_name("cut.js").read_text(encoding="utf-8")
"""Finds texts that are cut off by a surrounding element, and fields with overflowing text."""


@pytest.fixture(scope="module", autouse=True)
def axe() -> None:
    build.install()


def _screen_cases() -> Iterable[Any]:
    """Yield some screens in two sizes for every change, and all in all sizes for the drills."""
    for screen in SCREENS:
        marks = () if screen in OFTEN else pytest.mark.drill
        yield pytest.param(screen, "da", False, SIZES[::3], marks=marks, id=f"{screen.module}-few")
        for lang in ("da", "en"):
            for is_dark in (False, True):
                name = f"{screen.module}-{lang}-{'dark' if is_dark else 'light'}"
                yield pytest.param(screen, lang, is_dark, SIZES, marks=pytest.mark.drill, id=name)


@pytest.mark.parametrize(("screen", "lang", "is_dark", "sizes"), list(_screen_cases()))
def test_every_screen_fits_at_every_size(
    desk: ScreenDriver,
    screen: Screen,
    lang: str,
    is_dark: bool,
    sizes: Sequence[tuple[int, int]],
) -> None:
    """Open a screen once and resize it."""
    role, path = example(screen)
    person = desk.holder(SITTING).id
    with desk.seat(
        role, person=person, path=path, size=sizes[0], lang=lang, is_dark=is_dark
    ) as seat:
        faults = [
            f"{width} px: {fault}"
            for width, height in sizes
            for fault in _faults(seat, width, height)
        ]
        faults += [f"console: {message}" for message in seat.messages]
    assert faults == []


def _faults(seat: Seat, width: int, height: int) -> Iterable[str]:
    page = seat.page
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_timeout(SETTLED_MS)
    seat.rest()
    yield from violations(page, "body")
    yield from _too_wide(page)
    yield from (f"cut off: {text!r}" for text in page.evaluate(CUT))


def _too_wide(page: Page) -> Iterable[str]:
    wider: int = page.evaluate(
        """() => {
          const main = document.querySelector('[data-testid="stMain"]') ?? document.body;
          const room = Math.max(main.scrollWidth, document.documentElement.scrollWidth);
          return room - Math.min(innerWidth, room);
        }"""
    )
    if wider:
        yield f"{wider} px too wide"


def test_a_text_that_is_cut_off_is_found(desk: ScreenDriver) -> None:
    """Texts that are hidden on purpose, scrolled or whole are no faults."""
    cases = {
        "cut": "overflow: hidden; width: 40px; white-space: nowrap",
        "cut by dots": "overflow: hidden; width: 9ch; white-space: nowrap; text-overflow: ellipsis",
        "scrolled": "overflow: auto; width: 40px; white-space: nowrap",
        "for readers alone": "position: absolute; overflow: hidden; clip-path: inset(50%)",
        "whole": "overflow: hidden",
    }
    with desk.profile() as (_, seat):
        seat.page.set_content(
            "".join(f'<p style="{style}">{name} {"long " * 9}</p>' for name, style in cases.items())
        )
        cut: list[str] = seat.page.evaluate(CUT)
    assert [text.partition(" long")[0] for text in cut] == ["cut", "cut by dots"]
