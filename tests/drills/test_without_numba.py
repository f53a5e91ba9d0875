"""The tests of the path search pass where numba is not installed."""

import subprocess
import sys
from typing import Final

import pytest

from tests.drills.figures import note

PROGRAM: Final = """
import sys
sys.modules["numba"] = None  # an import fails, a search for it finds nothing
import pytest
sys.exit(pytest.main(sys.argv[1:]))
"""
TESTS: Final = ("tests/graph", "-m", "not drill and not store", "-q", "-p", "no:cacheprovider")


@pytest.mark.drill
def test_the_tests_of_the_path_search_pass_without_numba() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *TESTS], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-4_000:]
    assert "passed" in done.stdout
    note("without numba", summary=done.stdout.strip().splitlines()[-1])
