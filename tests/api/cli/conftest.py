"""A command line over the structure of Denmark, shared by the tests of imports."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from graph.store.encryption.keyring import open_keyring
from seed.loader import load_structure
from tests.api.shell import Shell, shell_over
from tests.databases import Server


@pytest.fixture
def shell(claimed_server: Server, tmp_path: Path) -> Shell:
    claimed_server.empty()
    with open_keyring(tmp_path / "keys") as keyring, claimed_server.with_store(keyring) as store:
        load_structure(store, now=datetime.now(UTC))
    return shell_over(claimed_server, tmp_path)
