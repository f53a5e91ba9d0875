"""A command without a network reaches nothing outside: what `make unplugged` relies on."""

import subprocess
import sys

import pytest

from tests.unplugged import REFUSED, is_lent, unplugged

_WAY_OUT = "import socket; socket.create_connection(('192.0.2.1', 53), timeout=5)"


@pytest.mark.drill
def test_nothing_outside_can_be_reached_without_a_network() -> None:
    if not is_lent():
        pytest.skip(REFUSED)
    tried = subprocess.run(
        unplugged([sys.executable, "-c", _WAY_OUT]), check=False, capture_output=True, text=True
    )
    assert tried.returncode == 1
    assert "Network is unreachable" in tried.stderr
