"""Fixtures of the screens: Kystby behind a real API on a port of its own, once for each module.

A screen that only reads shares `shown`; one that writes asks for `own_shown`, freshly filled.
"""

from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from streamlit.components.v2 import manifest_scanner

from api.client import ApiClient
from explorer import screen_state, session
from tests.api.serving import served
from tests.databases import SharedKystby
from tests.explorer.screen import Shown
from tests.fixtures.app import TestApp, opened_app


@pytest.fixture(scope="session", autouse=True)
def installed() -> Generator[None]:
    """What is installed is looked through once a run; each script on its own would do so anew."""
    scan = cache(manifest_scanner.scan_component_manifests)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", scan)
        yield


@contextmanager
def _shown(kystby: SharedKystby, folder: Path) -> Generator[Shown]:
    with opened_app(kystby.store(), folder) as app, served(app.http.app) as address:
        yield Shown(app=app, address=address)
        session.hang_up()


@pytest.fixture(scope="module")
def read_only(
    shared_kystby: SharedKystby, tmp_path_factory: pytest.TempPathFactory
) -> Generator[Shown]:
    """Kystby for all tests of a module that only read; it has none that ask for `own_shown`."""
    with _shown(shared_kystby, tmp_path_factory.mktemp("screens")) as shown:
        yield shown


@pytest.fixture
def shown(read_only: Shown, monkeypatch: pytest.MonkeyPatch) -> Shown:
    monkeypatch.setenv("KONTAKTVEJ_EXPLORER_API_URL", read_only.address)
    return read_only


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The revisions from which screens watch the register for changes, as they are drawn."""
    revisions: list[int] = []

    def watch(_: ApiClient, revision: int) -> None:
        revisions.append(revision)

    monkeypatch.setattr(screen_state, "watch", watch)
    return revisions


@pytest.fixture
def app(shown: Shown) -> TestApp:
    return shown.app


@pytest.fixture
def own_shown(
    shared_kystby: SharedKystby, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Generator[Shown]:
    """Kystby for a screen that writes, filled for this test alone."""
    with _shown(shared_kystby, tmp_path) as shown:
        monkeypatch.setenv("KONTAKTVEJ_EXPLORER_API_URL", shown.address)
        yield shown
