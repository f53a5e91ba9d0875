"""Fixtures of the browser tests: the demo of 25 November 2026 behind API and explorer, in Chromium.

The browser is the system's. Whatever it asks for outside this machine is blocked and counted; every
error it logs fails the test in which it came.
"""

from collections.abc import Generator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser

from graph.store.keyring import open_keyring
from seed.planting import plant
from tests.api.house import opened_house
from tests.api.serving import served
from tests.databases import Server
from tests.e2e.desk import Desk
from tests.explorer.served import served_explorer
from tests.seed.pinned import TODAY, pinned


@pytest.fixture(scope="session")
def desk(
    claimed_server: Server, tmp_path_factory: pytest.TempPathFactory, browser: Browser
) -> Generator[Desk]:
    """The demo, served, and a browser to look at it."""
    folder = tmp_path_factory.mktemp("demo")
    claimed_server.empty()
    with open_keyring(folder / "keyring") as keyring, claimed_server.opened(keyring) as store:
        plant(store, now=datetime.now(UTC), today=TODAY)
        with (
            opened_house(store, folder) as house,
            served(house.http.app) as api,
            served_explorer(api) as explorer,
        ):
            yield Desk(house=house, address=explorer.address, browser=browser, world=pinned())
