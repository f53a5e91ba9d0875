"""Fixtures of the whole suite: the store on a real Neo4j that is started once per worker."""

import os
from collections import defaultdict
from collections.abc import Generator
from dataclasses import asdict
from pathlib import Path

import pytest
from coverage import Coverage
from hypothesis import is_hypothesis_test, settings
from playwright.sync_api import Browser

from graph.store.encryption.keyring import Keyring, open_keyring
from graph.store.store import Store
from tests.browser import MISSING, chromium, open_browser
from tests.databases import Server, SharedKystby, claim, test_server
from tests.drills.figures import FIGURES
from tests.e2e.report import REPORT
from tests.outcome import unexpected_skips

os.environ["COLUMNS"] = "200"  # before the command line reads the width of its terminal

settings.register_profile("suite", deadline=None)  # no test asserts how long something took
settings.load_profile("suite")

_TESTS = Path(__file__).parent
_DRILLS = _TESTS / "drills"
_MEASURED = (_TESTS / "api" / "cli", _TESTS / "explorer")
"""Folders whose slow tests run lines that no other test does."""
_SECONDS = {"browser": 10, "cases": 8, "store": 4}
"""The usual duration of a test with a marker; without one, a fifth of a second."""


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> Generator[None]:
    """Marks tests by what they use, before `-m` selects; sorts them for workers."""
    for item in items:
        fixtures: list[str] = getattr(item, "fixturenames", [])
        if isinstance(item, pytest.Function) and is_hypothesis_test(item.obj):
            item.add_marker("cases")
        if item.get_closest_marker("drill") and not item.path.is_relative_to(_DRILLS):
            item.add_marker("worlds")
        if "browser" in fixtures:
            item.add_marker("browser")
        if "claimed_server" in fixtures:
            item.add_marker("store")
    yield
    if hasattr(config, "workerinput"):
        _sort_files(items)


def _sort_files(items: list[pytest.Item]) -> None:
    """Sorts files by their usual duration, the longest first, so that workers end together.

    Files that use the served demo come last, since other files empty its database.
    """
    seconds: defaultdict[Path, float] = defaultdict(float)
    uses_demo: set[Path] = set()
    for item in items:
        marked = (n for name, n in _SECONDS.items() if item.get_closest_marker(name))
        seconds[item.path] += max(marked, default=0.2)
        if "demo_desk" in getattr(item, "fixturenames", ()):
            uses_demo.add(item.path)
    items.sort(key=lambda item: (item.path in uses_demo, -seconds[item.path], item.path))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Exclude tests from coverage that it makes twice as slow, and that add few covered lines.

    These are generated cases and slow tests, except those of the folders in `_MEASURED`.
    """
    is_plain = item.get_closest_marker("cases") and not item.get_closest_marker("store")
    is_slow = item.get_closest_marker("slow") and not any(map(item.path.is_relative_to, _MEASURED))
    measuring = Coverage.current() if is_plain or is_slow else None
    if measuring is None:
        return (yield)
    measuring.stop()
    try:
        return (yield)
    finally:
        measuring.start()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note a figure for each drill that passes: its own, or its number of cases."""
    report = yield
    if call.when == "setup":
        FIGURES.begin(is_drill=item.get_closest_marker("drill") is not None)
    elif call.when == "call" and report.passed:
        FIGURES.end(item.nodeid, getattr(item, "hypothesis_statistics", ""), call.duration)
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run with an unexpected skip; a worker hands over its figures and journeys."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output |= {"figures": FIGURES.lines, "journeys": asdict(REPORT)}
    elif _unexpected_skips(session.config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: object) -> None:
    """Take over figures and journeys of a worker; a crashed worker hands over nothing."""
    output = getattr(node, "workeroutput", None)
    if output is not None:
        FIGURES.lines += output["figures"]
        REPORT.add(**output["journeys"])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Shows the figures of the drills and of the journeys, and unexpected skips."""
    sections = {
        "figures of the drills": FIGURES.lines,
        "journeys": list(REPORT.lines()) if REPORT.profiles else [],
        "unexpected skips": _unexpected_skips(terminalreporter.config),
    }
    for title, lines in sections.items():
        if lines:
            terminalreporter.section(title)
            terminalreporter.write("".join(f"{line}\n" for line in lines))


def _unexpected_skips(config: pytest.Config) -> list[str]:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    return unexpected_skips(reporter.stats.get("skipped", ())) if reporter else []


@pytest.fixture(scope="session")
def browser() -> Generator[Browser]:
    """Chromium, once for the whole run."""
    if chromium() is None:
        pytest.skip(MISSING)
    with open_browser() as browser:
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


@pytest.fixture(scope="session")
def shared_kystby(
    claimed_server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Generator[SharedKystby]:
    """Kystby in a shared store, refilled after each test that changed it."""
    shared = SharedKystby(claimed_server, tmp_path_factory.mktemp("kystby"))
    yield shared
    shared.close()


@pytest.fixture
def kystby_store(shared_kystby: SharedKystby) -> Store:
    """Kystby at revision 1, for tests that need neither its keyring nor an empty database."""
    return shared_kystby.store()


@pytest.fixture
def server(claimed_server: Server) -> Server:
    """The emptied database, for tests that bypass the store or open it several times."""
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
    with server.with_store(keyring) as store:
        yield store
