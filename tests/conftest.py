"""Fixtures of the whole suite: the store on a real Neo4j that is started once a run."""

from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import is_hypothesis_test
from playwright.sync_api import Browser

from graph.store.encryption.keyring import Keyring, open_keyring
from graph.store.store import Store
from tests.browser import MISSING, opened, ready
from tests.databases import Server, claim, test_server
from tests.drills.figures import FIGURES

_NEEDS_NEO4J = {"claimed_server"}
_NEEDS_CHROMIUM = {"browser"}
_HERE = Path(__file__).parent
# The nearest of these to a test names its lane.
_LANES = {
    "analysis": _HERE / "api" / "analysis",
    "routes": _HERE / "api" / "routes",
    "terminal": _HERE / "api" / "cli" / "test_app.py",
    "api": _HERE / "api",
    "screens": _HERE / "explorer",
    "looks": _HERE / "e2e" / "test_screens.py",
}

_DRILLS = _HERE / "drills"


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leaves out what stands in other lanes: to read all that a lane does not run takes seconds."""
    words = config.option.markexpr.split(" and ")
    lane = _lane_at(collection_path)
    asked = [place for name, place in _LANES.items() if name in words]
    if asked:
        is_above = any(place.is_relative_to(collection_path) for place in asked)
        is_elsewhere = lane not in words and not is_above
    else:
        is_elsewhere = "store" in words and f"not {lane}" in words
    if "cases" in words and collection_path.suffix == ".py":
        is_elsewhere = "hypothesis" not in collection_path.read_text(encoding="utf-8")
    return True if is_elsewhere else None


def _lane_at(path: Path) -> str | None:
    return next((lane for lane, at in _LANES.items() if path.is_relative_to(at)), None)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks whatever asks for the store, before `-m` chooses: so that nobody marks by hand.

    What asks for it behind the API is marked so, too: it has a lane and an engine of its own. And
    so are what asks for a browser, and what draws its cases.
    """
    for item in items:
        if isinstance(item, pytest.Function) and is_hypothesis_test(item.obj):
            item.add_marker("cases")
        if item.get_closest_marker("drill") and not item.path.is_relative_to(_DRILLS):
            item.add_marker("worlds")
        if isinstance(item, pytest.Function) and _NEEDS_CHROMIUM & set(item.fixturenames):
            item.add_marker("browser")
        if isinstance(item, pytest.Function) and _NEEDS_NEO4J & set(item.fixturenames):
            item.add_marker("store")
        if item.get_closest_marker("store") and (lane := _lane_at(item.path)) is not None:
            item.add_marker(lane)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Sees to it that each drill that passes tells a figure, its own or how much it has drawn."""
    report = yield
    if call.when == "setup":
        FIGURES.begin(is_drill=item.get_closest_marker("drill") is not None)
    elif call.when == "call" and report.passed:
        FIGURES.end(item.nodeid, getattr(item, "hypothesis_statistics", ""), call.duration)
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Shows the figures of the drills of this run."""
    if FIGURES.told:
        terminalreporter.section("figures of the drills")
        terminalreporter.write("".join(f"{line}\n" for line in FIGURES.told))


@pytest.fixture(scope="session")
def browser() -> Generator[Browser]:
    """Chromium, once for the whole run."""
    if not ready():
        pytest.skip(MISSING)
    with opened() as browser:
        yield browser


@pytest.fixture(scope="session")
def claimed_server(tmp_path_factory: pytest.TempPathFactory) -> Generator[Server]:
    """A running database that these tests may empty."""
    folder = tmp_path_factory.mktemp("store")
    with (
        test_server(folder / "neo4j") as server,
        open_keyring(folder / "keys") as keyring,
    ):
        claim(server, keyring)
        yield server


@pytest.fixture
def server(claimed_server: Server) -> Server:
    """The emptied database, for tests that look past the store or open it several times."""
    claimed_server.empty()
    return claimed_server


@pytest.fixture
def keyring(tmp_path: Path) -> Generator[Keyring]:
    """A keyring without keys."""
    with open_keyring(tmp_path / "keys") as keyring:
        yield keyring


@pytest.fixture
def store(server: Server, keyring: Keyring) -> Generator[Store]:
    """The store on the emptied database."""
    with server.opened(keyring) as store:
        yield store
