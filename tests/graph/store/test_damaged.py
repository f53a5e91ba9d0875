import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from graph.errors import StoreUnavailable
from graph.store.engine.process import stop_engine
from graph.store.location import StoreLocation, open_location
from tests.change_sets import fill_with_kystby

pytestmark = [
    pytest.mark.store,
    pytest.mark.drill,
]  # it starts engines, so it runs only where one is available
Spoil = Callable[[Path], None]


def truncated(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:100])


def noise(file: Path) -> None:
    file.write_bytes(Random(1).randbytes(file.stat().st_size))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder with Kystby that no process uses."""
    home = tmp_path_factory.mktemp("whole") / "home"
    home.mkdir(mode=0o700)
    with open_location(StoreLocation(home=home, linger_s=0)) as store:
        fill_with_kystby(store)
    stop_engine(home / "neo4j")
    return home


@pytest.mark.parametrize(
    ("name", "spoil"),
    [
        ("neostore", truncated),
        ("neostore.nodestore.db", Path.unlink),
        ("neostore.propertystore.db", noise),
        ("neostore.nodestore.db", noise),
        ("neostore.relationshipstore.db", noise),
        ("neostore.propertystore.db.strings", noise),
    ],
)
def test_damaged_database_files_raise_store_unavailable_with_the_backup_as_fix(
    whole: Path, tmp_path: Path, name: str, spoil: Spoil
) -> None:
    home = tmp_path / "home"
    shutil.copytree(whole, home)
    spoil(home / "neo4j" / "data" / "databases" / "neo4j" / name)
    try:
        with (
            pytest.raises(StoreUnavailable) as refused,
            open_location(StoreLocation(home=home, linger_s=0)) as store,
        ):
            store.load()
    finally:
        stop_engine(home / "neo4j")
    message = str(refused.value)
    assert "are damaged and cannot be read" in message
    assert "fix: stop Kontaktvej and put the data folder back from its backup" in message
    assert "\n" not in message
    assert "Exception" not in message
