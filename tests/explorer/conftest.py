"""Fixtures of the screens: Kystby behind a real API on a port of its own, once for each module.

A screen that only reads shares `screens`; one that writes asks for `own_screens`, freshly filled.
"""

from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from streamlit.components.v2 import manifest_scanner

from api.client import ApiClient
from explorer import screen_state, session
from graph.own_kinds_file import OwnKindsFile
from tests.api.serving import served
from tests.databases import SharedKystby
from tests.explorer.screen import Screens
from tests.fixtures.app import TestApp, opened_app
from tests.fixtures.own_kinds import file_in


@pytest.fixture(scope="session", autouse=True)
def installed() -> Generator[None]:
    """Scan the installed packages for components once per run instead of once per script."""
    scan = cache(manifest_scanner.scan_component_manifests)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", scan)
        yield


@contextmanager
def _served_explorer(
    kystby: SharedKystby, folder: Path, own_kinds: OwnKindsFile | None = None
) -> Generator[Screens]:
    with (
        opened_app(kystby.store(), folder, own_kinds=own_kinds) as app,
        served(app.http.app) as address,
    ):
        yield Screens(app=app, address=address)
        session.close_pool()


@pytest.fixture(scope="module")
def read_only(
    shared_kystby: SharedKystby, tmp_path_factory: pytest.TempPathFactory
) -> Generator[Screens]:
    """Kystby for the tests of a module that only read; such a module may not use `own_screens`."""
    with _served_explorer(shared_kystby, tmp_path_factory.mktemp("screens")) as screens:
        yield screens


@pytest.fixture
def screens(read_only: Screens, monkeypatch: pytest.MonkeyPatch) -> Screens:
    monkeypatch.setenv("KONTAKTVEJ_EXPLORER_API_URL", read_only.address)
    return read_only


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list that collects the revisions from which drawn screens watch for changes."""
    revisions: list[int] = []

    def watch(_: ApiClient, revision: int) -> None:
        revisions.append(revision)

    monkeypatch.setattr(screen_state, "watch", watch)
    return revisions


@pytest.fixture
def app(screens: Screens) -> TestApp:
    return screens.app


@pytest.fixture
def own_screens(
    shared_kystby: SharedKystby, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Generator[Screens]:
    """Kystby for a screen that writes, filled for this test alone."""
    with _served_explorer(shared_kystby, tmp_path) as screens:
        monkeypatch.setenv("KONTAKTVEJ_EXPLORER_API_URL", screens.address)
        yield screens


@pytest.fixture
def own_kinds_screens(
    shared_kystby: SharedKystby, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Generator[Screens]:
    """Kystby with a file of own kinds, filled for this test alone."""
    with _served_explorer(shared_kystby, tmp_path, file_in(tmp_path)) as screens:
        monkeypatch.setenv("KONTAKTVEJ_EXPLORER_API_URL", screens.address)
        yield screens
