"""Fixtures of the API's tests: Kystby behind the real application."""

import os
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import pytest

from graph.store.encryption.keyring import Keyring
from graph.store.store import Store
from tests.api.process import Process, environment, serving
from tests.change_sets import fill_with_kystby
from tests.databases import Server
from tests.fixtures.accounts import ACCOUNTS_URL, AccountsFixture, Clock, opened_identity
from tests.fixtures.app import TestApp, opened_app
from tests.fixtures.faulty_proxy import Wire, wire_to


@pytest.fixture
def app(kystby_store: Store, tmp_path: Path) -> Generator[TestApp]:
    with opened_app(kystby_store, tmp_path) as app:
        yield app


@pytest.fixture
def breaking(server: Server, keyring: Keyring, tmp_path: Path) -> Generator[tuple[TestApp, Wire]]:
    """Kystby, served over a wire that a test can break, so that a write gets no answer."""
    with (
        wire_to(server) as wire,
        replace(server, uri=wire.uri).with_store(keyring) as store,
    ):  # fmt: skip
        fill_with_kystby(store)
        with opened_app(store, tmp_path) as app:
            yield app, wire


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def identity(tmp_path: Path, clock: Clock) -> Generator[AccountsFixture]:
    with opened_identity(tmp_path / "accounts", clock, os.environ.get(ACCOUNTS_URL)) as identity:
        yield identity


@pytest.fixture
def process(store: Store, server: Server, tmp_path: Path) -> Generator[Process]:
    """Kystby, served by a process of its own over the tests' database."""
    fill_with_kystby(store)
    variables = environment(tmp_path, server)
    with serving("serve", "--port", "0", variables=variables, folder=tmp_path) as process:
        process.until_ready()
        yield process
