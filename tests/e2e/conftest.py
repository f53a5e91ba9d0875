"""Fixtures of the browser tests: the demo, served, in the system's Chromium.

Whatever the browser asks for outside this machine reaches nobody and is counted; every error it
logs fails the test in which it came.
"""

from collections.abc import Generator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser

from tests.databases import Server
from tests.e2e.demo import served_demo
from tests.e2e.desk import WIDE, ScreenDriver


@pytest.fixture(scope="session")
def demo_desk(
    claimed_server: Server, tmp_path_factory: pytest.TempPathFactory, browser: Browser
) -> Generator[ScreenDriver]:
    """The demo, served, and a browser to look at it."""
    claimed_server.empty()
    with served_demo(claimed_server, tmp_path_factory.mktemp("demo"), browser) as served:
        yield served


@pytest.fixture
def desk(demo_desk: ScreenDriver, request: pytest.FixtureRequest) -> ScreenDriver:
    """The served demo on a screen of the usual size, or of the one a test is given."""
    return replace(demo_desk, size=getattr(request, "param", WIDE))
