"""A disk that fills up under the store loses no write and blocks no caller."""

import shutil
import subprocess
from collections.abc import Generator
from contextlib import suppress
from itertools import count
from pathlib import Path

import psutil
import pytest

from graph.errors import StoreUnavailable
from graph.model import Area, ChangeSet
from graph.store.encryption.keyring import open_keyring
from graph.store.engine.process import running_engine
from graph.store.store import Store
from graph.vocabulary import AreaKind
from tests.change_sets import change_set
from tests.drills.figures import note
from tests.drills.test_store_crash import store_of

DISK = "72m"  # twice the space that an engine needs at its start
LEFT_BYTES = 1_000_000
TOGETHER = 1_000
GONE_S = 300  # for a wait that ends as soon as the engine has gone


@pytest.fixture
def disk(tmp_path: Path) -> Generator[Path]:
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root can mount a small disk")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def areas(write: str) -> ChangeSet:
    nodes = [
        Area(id=f"{write}-{part}", kind=AreaKind.COUNTRY, code="x", name="Land", source="drill")
        for part in range(TOGETHER)
    ]
    return change_set(creates=nodes, idempotency=write)


def fill(disk: Path) -> Path:
    rest = disk / "rest"
    rest.write_bytes(bytes(shutil.disk_usage(disk).free - LEFT_BYTES))
    return rest


def writes_until_full(store: Store) -> Generator[ChangeSet]:
    """Write until the disk is full; end with the error of the failed write."""
    for write in map(str, count()):
        store.apply(areas(write))
        yield areas(write)


@pytest.mark.drill
def test_a_full_disk_raises_unavailable_loses_no_write_and_ends_the_engine(
    disk: Path, tmp_path: Path
) -> None:
    home, acknowledged = disk / "neo4j", [areas("first")]
    with open_keyring(tmp_path / "keys") as keyring:
        with store_of(home, keyring) as store:
            engine = running_engine(home)
            store.apply(acknowledged[0])
            rest = fill(disk)
            with pytest.raises(StoreUnavailable):
                acknowledged.extend(writes_until_full(store))
        assert engine
        with suppress(psutil.NoSuchProcess):  # it has ended already
            psutil.Process(engine.pid).wait(GONE_S)
        rest.unlink()
        with store_of(home, keyring) as store:
            stored_ids = {element.id for element in store.load().elements()}
    promised = {area.id for change in acknowledged for area in change.creates}
    note("store disk full", acknowledged=len(promised), lost=len(promised - stored_ids))
    assert promised <= stored_ids
