"""Times in a browser, each beside that of a bare screen of the framework in the same round.

Other load on the machine affects both alike, so the ratio is the promise; the seconds are shown
beside it with the goals of the design, for a quiet machine.
"""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page

from explorer.page import SESSION
from tests.bench.figures import Figure, at_most, ratios
from tests.bench.response_times import AwaitedText, felt_s, loaded_s

BARE: Final = Path(__file__).with_name("bare_screen.py")


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """Limits of a step in the browser: seconds at p95, and the median ratio to the bare screen.

    `over_s`: deliberate wait, subtracted before the ratio.
    """

    name: str
    most_s: float
    most_bare: float
    over_s: float = 0.0

    @property
    def ratio(self) -> str:
        """Return the name of the ratio."""
        return f"({self.name} − {self.over_s} s) / bare" if self.over_s else f"{self.name} / bare"


@dataclass(slots=True)
class PromiseTimes:
    """Seconds by promise, each with those of the bare screen in the same round."""

    ours: dict[Promise, list[float]] = field(default_factory=dict[Promise, list[float]])
    bare: dict[Promise, list[float]] = field(default_factory=dict[Promise, list[float]])

    def add(self, promise: Promise, ours: float, bare: float) -> None:
        """Add one round."""
        self.ours.setdefault(promise, []).append(ours)
        self.bare.setdefault(promise, []).append(bare)

    def figures(self, yardstick: str) -> Iterator[Figure]:
        """Yield the yardstick, then for each promise its seconds and its ratio to the bare one."""
        every = tuple(seconds for rounds in self.bare.values() for seconds in rounds)
        yield Figure(name=yardstick, unit="s", runs=every)
        for promise, ours in self.ours.items():
            yield Figure(
                name=promise.name, unit="s", runs=tuple(ours), limits=at_most(p95=promise.most_s)
            )
            beyond = (max(seconds - promise.over_s, 0.0) for seconds in ours)
            times = ratios(beyond, self.bare[promise])
            yield Figure(
                name=promise.ratio, unit="×", runs=times, limits=at_most(p50=promise.most_bare)
            )


@contextmanager
def bare_page(browser: Browser, address: str) -> Generator[Page]:
    """Yield a page in a new browser profile, before it opens the bare screen."""
    context = browser.new_context(base_url=address)
    context.add_cookies([{"name": SESSION, "value": "a-session", "url": address}])
    try:
        yield context.new_page()
    finally:
        context.close()


def open_bare(page: Page) -> float:
    """Load the bare screen and return the seconds until it is drawn."""
    return loaded_s(page, "/", _press_result(0))


def press_bare(page: Page, number: int) -> float:
    """Press its button for the `number`-th time and return the seconds until the count is shown."""
    return felt_s(page, _press_result(number), page.get_by_role("button", name="Press").click)


def _press_result(number: int) -> AwaitedText:
    return AwaitedText(where="[data-testid=stMarkdown] p", text=f"pressed {number}")
