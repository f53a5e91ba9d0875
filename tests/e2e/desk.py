"""Whoever sits at the screen: signed in in a browser of their own, each with what they may see."""

from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from playwright.sync_api import Browser, ConsoleMessage, Page, Route

from graph.access import Role
from graph.vocabulary import PreventionLevel
from tests.api.house import TestHouse

PASSWORD: Final = "en lang ordret sætning"
WIDE: Final = (1280, 950)
PATIENCE_MS: Final = 20_000


@dataclass(slots=True)
class Seat:
    """A page of somebody, and what went wrong on it."""

    page: Page
    outside: list[str] = field(default_factory=list[str])
    errors: list[str] = field(default_factory=list[str])
    steps: int = 0

    def open(self, path: str, until: str) -> None:
        """Goes to an address and waits until a text stands there."""
        self.page.goto(path)
        self.wait(until)

    def wait(self, text: str) -> None:
        """Until a text stands there."""
        self.page.get_by_text(text).first.wait_for(timeout=PATIENCE_MS)

    def pick(self, label: str, typed: str, option: str) -> None:
        """One interaction: types into a field and picks what it finds."""
        box = self.page.get_by_role("combobox", name=label, exact=True)
        box.click()
        box.press("Control+a")
        box.press_sequentially(typed, delay=15)
        self.page.get_by_role("option", name=option).first.click(timeout=PATIENCE_MS)
        self.steps += 1

    def press(self, name: str) -> None:
        """One interaction: presses a button."""
        self.page.get_by_role("button", name=name).first.click(timeout=PATIENCE_MS)
        self.steps += 1

    def text(self) -> str:
        """All that can be read."""
        return self.page.locator("body").inner_text()


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The served demo."""

    house: TestHouse
    address: str
    browser: Browser

    def login(
        self,
        *roles: Role,
        areas: Iterable[str] = ("dk",),
        person: str | None = None,
        levels: frozenset[PreventionLevel] = frozenset(PreventionLevel),
    ) -> str:
        """The login of a new account with these roles."""
        accounts = self.house.accounts
        account = self.house.account(*roles, areas=areas, person=person, levels=levels)
        accounts.credentials.redeem(accounts.logins.invite(account), PASSWORD)
        return accounts.logins.find(account).login

    @contextmanager
    def seat(
        self,
        *roles: Role,
        areas: Iterable[str] = ("dk",),
        person: str | None = None,
        path: str = "/",
        size: tuple[int, int] = WIDE,
        lang: str = "da",
        is_dark: bool = False,
        has_csp: bool = True,
    ) -> Generator[Seat]:
        """Somebody signed in at an address, in a browser profile of their own.

        At the end: nothing was asked of the outside, and nothing went wrong in the browser.
        """
        width, height = size
        context = self.browser.new_context(
            base_url=self.address,
            viewport={"width": width, "height": height},
            locale="da-DK",
            color_scheme="dark" if is_dark else "light",
            bypass_csp=not has_csp,
        )
        context.set_default_timeout(PATIENCE_MS)
        context.add_cookies([{"name": "language", "value": lang, "url": self.address}])
        seat = Seat(context.new_page())
        context.route("**/*", lambda route: _kept_here(route, self.address, seat.outside))
        seat.page.on("console", lambda told: _noted(told, seat.errors))
        seat.page.on("pageerror", lambda error: seat.errors.append(str(error)))
        try:
            seat.page.goto(path)
            self._sign_in(seat.page, self.login(*roles, areas=areas, person=person))
            yield seat
            assert seat.outside == []
            assert seat.errors == []
        finally:
            context.close()

    def _sign_in(self, page: Page, login: str) -> None:
        page.locator("#login").fill(login)
        page.locator("#password").fill(PASSWORD)
        page.locator("button[type=submit]").click()
        page.locator("h1").first.wait_for(timeout=PATIENCE_MS)


def _kept_here(route: Route, address: str, outside: list[str]) -> None:
    url = route.request.url
    if url.startswith((address, address.replace("http", "ws", 1), "data:", "blob:")):
        route.continue_()
    else:
        outside.append(url)
        route.abort()


def _noted(told: ConsoleMessage, errors: list[str]) -> None:
    if told.type == "error":
        errors.append(f"{told.text} ({told.location.get('url', '')})")
