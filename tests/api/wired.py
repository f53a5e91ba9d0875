"""Kystby, served from a database that a test can make unavailable."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from api.store_monitor import Timeouts
from graph.store.encryption.keyring import Keyring
from graph.store.store import Store
from tests.change_sets import fill_with_kystby
from tests.databases import Server
from tests.fixtures.app import TestApp, opened_app
from tests.wire import Wire, wire_to


@contextmanager
def wired_app(
    store: Store, server: Server, keyring: Keyring, folder: Path, timeouts: Timeouts
) -> Generator[tuple[TestApp, Wire]]:
    fill_with_kystby(store)
    with (
        wire_to(server.uri) as wire,
        replace(server, uri=wire.uri).with_store(keyring) as far,
        opened_app(far, folder, timeouts=timeouts) as app,
    ):  # fmt: skip
        yield app, wire
