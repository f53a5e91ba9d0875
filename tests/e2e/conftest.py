"""Fixtures of the browser tests: the demo, served, in the system's Chromium.

Requests of the browser to other hosts are blocked and counted; an error in its console fails the
test in which it occurs.
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
    """Yield the served demo and a browser for it."""
    claimed_server.empty()
    with served_demo(claimed_server, tmp_path_factory.mktemp("demo"), browser) as served:
        yield served


@pytest.fixture
def desk(demo_desk: ScreenDriver, request: pytest.FixtureRequest) -> ScreenDriver:
    """Return the served demo on a screen of the usual size, or of the size of the parameter."""
    return replace(demo_desk, size=getattr(request, "param", WIDE))
