"""The journeys to a contact path work without a network."""

import subprocess
import sys

import pytest

from tests.browser import MISSING, chromium
from tests.unplugged import REFUSED, is_lent, unplugged

JOURNEYS = (
    "tests/e2e/test_find_journeys.py",
    "tests/e2e/test_network_journeys.py",
    "tests/e2e/test_map_journeys.py",
)
_WAY_OUT = "import socket; socket.create_connection(('192.0.2.1', 53), timeout=5)"


@pytest.fixture(autouse=True)
def _lent() -> None:
    if not is_lent():
        pytest.skip(REFUSED)


def _run(*command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        unplugged([sys.executable, *command]), check=False, capture_output=True, text=True
    )


@pytest.mark.drill
def test_nothing_outside_can_be_reached_then() -> None:
    tried = _run("-c", _WAY_OUT)
    assert tried.returncode == 1
    assert "Network is unreachable" in tried.stderr


@pytest.mark.drill
def test_the_journeys_end_as_they_do_with_it() -> None:
    if chromium() is None:
        pytest.skip(MISSING)
    run = _run("-m", "pytest", "-q", "-p", "no:cacheprovider", *JOURNEYS)
    assert run.returncode == 0, run.stdout
    assert "0 to the outside" in run.stdout
