"""Fixtures: a stage and a page for each component, and the npm packages of its build."""

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
PATIENCE_MS: Final = 180_000  # for a busy machine
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def packages() -> None:
    """Install the locked npm packages once; skip the test where they cannot be downloaded."""
    try:
        build.install()
    except subprocess.CalledProcessError as error:
        if not NO_NETWORK.search(str(error.stderr)):
            raise
        pytest.skip(UNREACHABLE)


@pytest.fixture(scope="session")
def stage() -> Generator[Callable[[str], str]]:
    """Yield a function from a script of this folder to its address; each is served once per run."""
    with ExitStack() as stack:

        @cache
        def address(script: str) -> str:
            return stack.enter_context(staged(script))

        yield address


@pytest.fixture
def open_page(browser: Browser, stage: Callable[[str], str]) -> Generator[Open]:
    """Yield a function that opens a script in a page; an error in its console fails the test."""
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
            # The explorer accepts any session cookie; only the API checks its owner.
            context.add_cookies([{"name": SESSION, "value": "a-session", "url": address}])
            context.set_default_timeout(PATIENCE_MS)
            page = context.new_page()
            page.on("console", note)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.goto(address + query)
            return page

        yield new_page
    assert not complaints
