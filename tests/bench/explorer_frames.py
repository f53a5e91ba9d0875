"""Measures frame times while a network of 300 nodes and their names is panned and zoomed."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final

from playwright.sync_api import FloatRect, Page

from tests.bench.figures import Figure, at_most
from tests.e2e.desk import PATIENCE_MS, Seat

MOST_MS: Final = 33
_STEPS: Final = 60
_TURNS: Final = 30
_WHEEL: Final = 80  # pixels per turn: about a notch
_RECORD: Final = """() => {
  const at = (window.framesAt = []);
  const note = (now) => { at.push(now); if (window.framesAt === at) requestAnimationFrame(note); };
  requestAnimationFrame(note);
}"""
_TELL: Final = "() => { const at = window.framesAt; window.framesAt = null; return at; }"


def frames(seat: Seat) -> Iterator[Figure]:
    """Yield the frame times of an open network while it is dragged and while it is zoomed."""
    canvas = seat.page.get_by_role("application")
    canvas.scroll_into_view_if_needed(timeout=PATIENCE_MS)
    box = canvas.bounding_box()
    if box is None:
        raise RuntimeError("the network is not drawn")
    canvas.focus()
    yield _figure("frame while panning, 300 nodes", seat.page, lambda: _pan(seat.page, box))
    yield _figure("frame while zooming, 300 nodes", seat.page, lambda: _zoom(seat.page, box))


def _figure(name: str, page: Page, move: Callable[[], None]) -> Figure:
    page.evaluate(_RECORD)
    move()
    at: list[float] = page.evaluate(_TELL)
    runs = tuple(after - before for before, after in pairwise(at))
    return Figure(name=name, unit="ms", runs=runs, limits=at_most(p95=MOST_MS))


def _pan(page: Page, box: FloatRect) -> None:
    """Drag there and back, from a point at the left edge where no node is."""
    x, y = box["x"] + 12, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 240, y + 120, steps=_STEPS)
    page.mouse.move(x, y, steps=_STEPS)
    page.mouse.up()


def _zoom(page: Page, box: FloatRect) -> None:
    """Zoom in and out again, at the center of the canvas."""
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    for turn in range(2 * _TURNS):
        page.mouse.wheel(0, -_WHEEL if turn < _TURNS else _WHEEL)
