"""The demo of 25 November 2026 behind API and explorer, for the tests and pictures in a browser."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser

from api.store_monitor import Timeouts
from graph.store.encryption.keyring import open_keyring
from seed.loader import load
from tests.api.serving import served
from tests.databases import Server
from tests.e2e.desk import ScreenDriver, names
from tests.explorer.server import served_explorer
from tests.fixtures.app import TIMEOUTS, opened_app
from tests.seed.demo import TODAY, pinned


@contextmanager
def served_demo(
    server: Server, folder: Path, browser: Browser, timeouts: Timeouts = TIMEOUTS
) -> Generator[ScreenDriver]:
    """Load the demo into an empty database, serve it, and yield a browser driver for it."""
    with open_keyring(folder / "keyring") as keyring, server.with_store(keyring) as store:
        load(store, now=datetime.now(UTC), today=TODAY)
        with (
            opened_app(store, folder, timeouts=timeouts) as app,
            served(app.http.app) as api,
            served_explorer(api) as explorer,
        ):
            world = pinned()
            yield ScreenDriver(
                app=app,
                address=explorer.address,
                browser=browser,
                world=world,
                people=frozenset(name.casefold() for name in names(world)),
            )
