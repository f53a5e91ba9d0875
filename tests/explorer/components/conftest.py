"""A stage and a page for each component, and the packages it is built of."""

import subprocess
from collections.abc import Callable, Generator
from contextlib import ExitStack
from functools import cache
from typing import Final

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from explorer.components import build
from explorer.page import SESSION
from tests.explorer.components.stage import staged
from tests.oidc_provider.running import NO_NETWORK

UNREACHABLE: Final = "npm, where the components come from, cannot be reached"
Open = Callable[..., Page]
PATIENCE_MS: Final = 180_000  # on a machine that does much else
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def packages() -> None:
    """The locked npm packages, once; the test is skipped where they cannot be had."""
    try:
        build.install()
    except subprocess.CalledProcessError as error:
        if not NO_NETWORK.search(str(error.stderr)):
            raise
        pytest.skip(UNREACHABLE)


@pytest.fixture(scope="session")
def stage() -> Generator[Callable[[str], str]]:
    """The address of a script of this folder; each is served once for the whole run."""
    with ExitStack() as stack:

        @cache
        def address(script: str) -> str:
            return stack.enter_context(staged(script))

        yield address


@pytest.fixture
def open_page(browser: Browser, stage: Callable[[str], str]) -> Generator[Open]:
    """Opens a script in a page of its own; what the page complains of fails the test."""
    complaints: list[str] = []
    with ExitStack() as stack:

        def note(message: ConsoleMessage) -> None:
            if message.type == "error":
                complaints.append(message.text)

        def new_page(
            script: str, query: str = "", *, width: int = 1280, dark: bool = False
        ) -> Page:
            context = browser.new_context(
                viewport={"width": width, "height": 900},
                color_scheme="dark" if dark else "light",
                reduced_motion="reduce",
            )
            stack.callback(context.close)
            address = stage(script)
            # Whoever has a session is let in; whose it is, the API would ask.
            context.add_cookies([{"name": SESSION, "value": "a-session", "url": address}])
            context.set_default_timeout(PATIENCE_MS)
            page = context.new_page()
            page.on("console", note)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.goto(address + query)
            return page

        yield new_page
    assert not complaints
