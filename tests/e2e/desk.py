"""A browser at the served demo: signed in with roles, driven step by step, checked for leaks."""

from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Final
from urllib.parse import unquote_plus

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page

from explorer.page import SESSION
from graph.access.policy import Role
from graph.model import Person, ResourceIndividual
from graph.model.rule_context import RuleContext
from tests.e2e.idle import IS_IDLE, TRACK
from tests.e2e.report import REPORT, Journey
from tests.fixtures.app import TestApp
from tests.fixtures.examples import drills_after
from tests.seed.demo import holders

PASSWORD: Final = "en lang ordret sætning"
WIDE: Final = (1280, 950)
NARROW: Final = (360, 780)
"""Size of a telephone's screen in pixels."""
on_each_screen: Final = pytest.mark.parametrize(
    "desk", drills_after(1, [WIDE, NARROW]), indirect=True, ids=["wide", "narrow"]
)
"""Runs a journey on a desktop screen, and by `make drills` on that of a telephone."""
on_both_screens: Final = pytest.mark.parametrize(
    "desk", [WIDE, NARROW], indirect=True, ids=["wide", "narrow"]
)
"""Runs the first journey on both screens for every change."""
PATIENCE_MS: Final = 180_000
_APP: Final = '[data-testid="stApp"][data-test-connection-state="CONNECTED"]'
_RESTING: Final = f'{_APP}[data-test-script-state="notRunning"] h1'
_REST_MS: Final = 250  # a drawing sends a choice to the server after 150 ms


@dataclass(slots=True)
class Seat:
    """A page of a user, with its outside requests, errors and interactions."""

    page: Page
    outside: list[str] = field(default_factory=list[str])
    errors: list[str] = field(default_factory=list[str])
    messages: list[str] = field(default_factory=list[str])
    """All messages of the browser's console, errors included."""
    requests: list[str] = field(default_factory=list[str])
    locations: list[str] = field(default_factory=list[str])
    """The addresses and the titles of the page so far."""
    steps: int = 0
    began: float | None = None

    def open(self, path: str, until: str | None = None) -> None:
        """Open an address, and wait until its screen is drawn and shows the text `until`."""
        self.page.goto(path)
        if until is not None:
            self.wait(until)
        self.rest()

    def wait(self, text: str) -> None:
        self.page.get_by_text(text).first.wait_for(timeout=PATIENCE_MS)

    def rest(self) -> None:
        """Wait until the screen is drawn and no message is pending."""
        self.page.locator(_RESTING).first.wait_for(timeout=PATIENCE_MS)
        self.page.wait_for_timeout(_REST_MS)
        self.page.wait_for_function(IS_IDLE, timeout=PATIENCE_MS)
        self.page.locator(_RESTING).first.wait_for(timeout=PATIENCE_MS)
        self.locations.append(self.page.title())

    def pick(self, label: str, typed: str, option: str) -> None:
        """One interaction: type into a field and choose the option that it finds."""
        with self._step():
            box = self.page.get_by_role("combobox", name=label, exact=True)
            box.click()
            box.press("Control+a")
            box.press_sequentially(typed, delay=15)
            self.page.get_by_role("option", name=option).first.click(timeout=PATIENCE_MS)

    def choose(self, label: str, option: str) -> None:
        """One interaction: choose an option of a radio group."""
        group = self.page.get_by_role("radiogroup", name=label)
        group.get_by_text(option, exact=True).click(timeout=PATIENCE_MS)
        self.steps += 1

    def press(self, name: str) -> None:
        with self._step():
            self.page.get_by_role("button", name=name).first.click(timeout=PATIENCE_MS)

    def tick(self, control: Locator) -> None:
        """One interaction: choose an option or switch on a control by a click."""
        with self._step():
            control.dispatch_event("click", timeout=PATIENCE_MS)

    def write(self, field: Locator, text: str) -> None:
        """One interaction: type a text into a field, and leave the field and its button by Tab."""
        with self._step():
            field.press_sequentially(text, timeout=PATIENCE_MS)
            self.page.keyboard.press("Tab")
            self.page.keyboard.press("Tab")

    def follow(self, name: str) -> None:
        """One interaction: follows a link of the screen."""
        link = self.page.get_by_test_id("stMain").get_by_role("link", name=name).first
        with self._step():
            link.click(timeout=PATIENCE_MS)

    def fetch(self, name: str, *, within: float = PATIENCE_MS) -> Path:
        """One interaction: download the file of a link and return its path."""
        with self.page.expect_download(timeout=within) as download:
            self.follow(name)
        return download.value.path()

    def download(self, name: str) -> Path:
        """One interaction: download the file of a button and return its path."""
        with self.page.expect_download(timeout=PATIENCE_MS) as download:
            self.press(name)
        return download.value.path()

    def record(self, journey: str, most: int) -> None:
        """Record the end of a journey, assert its number of interactions, and reset the count."""
        seconds = 0.0 if self.began is None else perf_counter() - self.began
        REPORT.journeys.append(Journey(name=journey, steps=self.steps, most=most, seconds=seconds))
        assert self.steps <= most, journey
        self.steps, self.began = 0, None

    @contextmanager
    def _step(self) -> Generator[None]:
        if self.began is None:
            self.began = perf_counter()
        yield
        self.steps += 1

    def unfold(self, name: str) -> None:
        """Unfold a section; it counts as no interaction."""
        head = self.page.locator("summary", has_text=name).first
        for _ in range(2):  # a section that is redrawn during the click stays folded
            head.click(timeout=PATIENCE_MS)
            self.rest()  # its content may be drawn only now
            if head.evaluate("head => head.parentElement.open"):
                return

    def reach(self, control: Locator, *, most: int = 80) -> None:
        """Move the focus to a control with the Tab key alone."""
        for _ in range(most):
            if control.evaluate("node => node.getRootNode().activeElement === node"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"the Tab key does not lead to {control}")

    def text(self) -> str:
        return self.page.locator("body").inner_text()

    def traces(self) -> str:
        """Return the addresses, titles and cookies of the page, in lower case."""
        cookies = map(str, self.page.context.cookies())
        raw = "\n".join([*self.requests, *self.locations, self.page.title(), *cookies])
        once = unquote_plus(raw)
        return f"{raw}\n{once}\n{unquote_plus(once)}".casefold()  # may hold a nested address


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenDriver:
    app: TestApp
    address: str
    browser: Browser
    world: RuleContext
    people: frozenset[str]
    """The full names of everybody in the register, in lower case."""
    size: tuple[int, int] = WIDE

    def holder(self, post: str) -> Person:
        """Return the holder of a post."""
        return holders(self.world, post)[0]

    def invitation(self, *roles: Role) -> str:
        """Return the invitation code of a new account with these roles."""
        return self.app.accounts.logins.invite(self.app.account(*roles, areas=("dk",))).code

    def login(self, *roles: Role, areas: Iterable[str] = ("dk",), person: str | None = None) -> str:
        """The login of a new account with these roles."""
        accounts = self.app.accounts
        account = self.app.account(*roles, areas=areas, person=person)
        accounts.credentials.redeem(accounts.logins.invite(account).code, PASSWORD)
        return accounts.logins.find(account).login

    @contextmanager
    def profile(
        self, *, size: tuple[int, int] | None = None, lang: str = "da", is_dark: bool = False
    ) -> Generator[tuple[BrowserContext, Seat]]:
        """Yield a new browser profile that is not signed in, by default of the driver's size.

        At the end it asserts that there were no outside requests and no errors in the browser, that
        no name of the register was in an address, title or cookie, and that nothing was requested
        from Streamlit's media store, which is readable for everybody.
        """
        width, height = size or self.size
        context = self.browser.new_context(
            base_url=self.address,
            viewport={"width": width, "height": height},
            locale="da-DK",
            color_scheme="dark" if is_dark else "light",
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE_MS)
        context.add_init_script(TRACK)
        context.add_cookies([{"name": "language", "value": lang, "url": self.address}])
        seat = Seat(context.new_page())
        context.on("request", lambda request: _record(request.url, self.address, seat))
        seat.page.on("framenavigated", lambda frame: seat.locations.append(frame.url))
        seat.page.on("websocket", lambda socket: _record(socket.url, self.address, seat))
        seat.page.on("console", lambda message: _record_message(message, seat))
        seat.page.on("pageerror", lambda error: seat.errors.append(str(error)))
        try:
            yield context, seat
            assert seat.outside == []
            assert seat.errors == []
            traces = seat.traces()
            leaked = [name for name in self.people if name in traces]
            assert not leaked, leaked
            stored = [url for url in seat.requests if url.startswith(f"{self.address}/media/")]
            assert not stored, stored
        finally:
            context.close()
            REPORT.close(requests=len(seat.requests), outside=len(seat.outside), errors=seat.errors)

    @contextmanager
    def seat(
        self,
        *roles: Role,
        areas: Iterable[str] = ("dk",),
        person: str | None = None,
        path: str | None = "/",
        until: str | None = None,
        size: tuple[int, int] | None = None,
        lang: str = "da",
        is_dark: bool = False,
        token: str | None = None,
    ) -> Generator[Seat]:
        """Yield the page of a signed-in user at an address, in a new browser profile.

        `until`: a text on the screen that shows that it is drawn.
        `token`: the session of an existing account; else a new account with these roles is made.
        """
        token = token or self.app.token(*roles, areas=areas, person=person)
        with self.profile(size=size, lang=lang, is_dark=is_dark) as (context, seat):
            context.add_cookies([{"name": SESSION, "value": token, "url": self.address}])
            if path is not None:
                seat.open(path, until)
            yield seat

    def sign_in(self, page: Page, login: str) -> None:
        page.locator("#login").fill(login)
        page.locator("#password").fill(PASSWORD)
        page.locator("button[type=submit]").click()
        page.locator("h1").first.wait_for(timeout=PATIENCE_MS)


def names(world: RuleContext) -> Iterator[str]:
    """Yield the names of all people of the demo."""
    for node in world.nodes.values():
        if isinstance(node, Person):
            yield node.name
        elif isinstance(node, ResourceIndividual):
            yield node.display_name


def _record(url: str, address: str, seat: Seat) -> None:
    own = (address, address.replace("http", "ws", 1), "data:", "blob:")
    (seat.requests if url.startswith(own) else seat.outside).append(url)


def _record_message(message: ConsoleMessage, seat: Seat) -> None:
    if "Password field is not contained in a form" in message.text:
        return  # a form of Streamlit is not a form of HTML: a harmless hint of Chromium
    text = f"{message.text} ({message.location.get('url', '')})"
    seat.messages.append(f"{message.type}: {text}")
    if message.type == "error":
        seat.errors.append(text)
