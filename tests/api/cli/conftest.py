"""A command line over a part of Denmark, shared by the tests of imports."""

from pathlib import Path

import pytest

from tests.api.shell import Shell, shell_with
from tests.databases import Server
from tests.graph.exchange.imports.office_lists import towns


@pytest.fixture
def shell(claimed_server: Server, tmp_path: Path) -> Shell:
    """Commands over the structure with nine of the municipalities, which is read in less time."""
    return shell_with(claimed_server, tmp_path, towns().elements())
