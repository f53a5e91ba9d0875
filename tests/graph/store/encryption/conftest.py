"""A keyring in a folder of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.store.encryption.keyring import Keyring, open_keyring


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "keys"


@pytest.fixture
def keyring(folder: Path) -> Iterator[Keyring]:
    with open_keyring(folder) as opened:
        yield opened
