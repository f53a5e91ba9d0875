"""All tests of accounts pass on a real PostgreSQL too."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.drills.figures import note
from tests.drills.postgresql import cluster
from tests.fixtures.accounts import ACCOUNTS_URL

pytestmark = pytest.mark.drill
ROOT = Path(__file__).parents[2]


def test_every_test_of_accounts_passes_on_postgresql() -> None:
    with cluster() as server:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/api/identity"],
            cwd=ROOT, env={**os.environ, ACCOUNTS_URL: server.database().owner},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout
    assert "skipped" not in done.stdout
    note("accounts on PostgreSQL", summary=done.stdout.strip().splitlines()[-1])
