"""A command line over a part of Denmark, shared by the tests of imports."""

from pathlib import Path

import pytest

from graph.store.encryption.keyring import open_keyring
from tests.api.shell import Shell, shell_over
from tests.change_sets import change_set
from tests.databases import Server
from tests.graph.exchange.imports.office_lists import towns


@pytest.fixture
def shell(claimed_server: Server, tmp_path: Path) -> Shell:
    """Commands over the structure with nine of the municipalities, which is read in less time."""
    claimed_server.empty()
    with open_keyring(tmp_path / "keys") as keyring, claimed_server.with_store(keyring) as store:
        store.apply(change_set(creates=towns().elements()))
    return shell_over(claimed_server, tmp_path)
