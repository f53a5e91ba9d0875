import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from graph.errors import NotFound, StoreUnavailable
from graph.store.encryption.keyring import Keyring, open_keyring
from graph.store.encryption.sealing import KeyMissing, SealBroken
from graph.store.store import Store
from tests.change_sets import change_set, changed
from tests.databases import Server


def lose(folder: Path, owner: str) -> None:
    """Remove a key without destroying it, as an older backup or a mistake would."""
    with closing(sqlite3.connect(folder / "keys" / "keys.sqlite")) as file:
        file.execute("DELETE FROM owner_key WHERE owner = ?", (owner,))
        file.commit()


def test_one_lost_key_raises_key_missing_on_reads_and_writes(town: Store, tmp_path: Path) -> None:
    town.require_keys()
    before = town.load()
    lose(tmp_path, "bo")
    with pytest.raises(KeyMissing, match=r"owners: 1.* backups of the same day"):
        town.load()
    with pytest.raises(KeyMissing):
        town.require_keys()
    with pytest.raises(KeyMissing):
        town.elements(["bo"])
    with pytest.raises(KeyMissing):
        town.reveal("phone-bo")
    with pytest.raises(KeyMissing):
        town.apply(change_set(updates=[changed(town, "ssp-post", hours=None)]))
    assert before.revision == town.revision()


def test_a_lost_key_of_an_owner_that_is_no_person_raises_key_missing(
    town: Store, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / "keys" / "keys.sqlite")) as file:
        owners = {owner for (owner,) in file.execute("SELECT owner FROM owner_key")}
    people = {element.id for element in town.load().elements() if hasattr(element, "title")}
    (office, *_) = sorted(owners - people)
    lose(tmp_path, office)
    with pytest.raises(KeyMissing):
        town.require_keys()


def test_an_empty_keyring_raises_key_missing(town: Store, server: Server, tmp_path: Path) -> None:
    with open_keyring(tmp_path / "another") as empty, server.with_store(empty) as other:
        with pytest.raises(KeyMissing):
            other.load()
        with pytest.raises(KeyMissing):
            other.require_keys()


def test_keys_of_another_keyring_raise_seal_broken_or_key_missing(
    town: Store, server: Server, tmp_path: Path
) -> None:
    with open_keyring(tmp_path / "another") as others:
        with closing(sqlite3.connect(tmp_path / "keys" / "keys.sqlite")) as file:
            owners = [owner for (owner,) in file.execute("SELECT owner FROM owner_key")]
        others.keys_for(owners)
        with server.with_store(others) as other:
            with pytest.raises(SealBroken, match="backups of the same day"):
                other.load()
            with pytest.raises(KeyMissing):
                other.reveal("phone-bo")
    assert issubclass(SealBroken, StoreUnavailable)


def test_an_erased_person_remains_erased_when_a_new_key_is_created(
    town: Store, keyring: Keyring
) -> None:
    keyring.destroy("bo")
    town.require_keys()
    for _ in range(2):
        snapshot = town.load()
        assert snapshot.nodes.name[snapshot.row_of["bo"]] == "Slettet person"
        with pytest.raises(NotFound):
            town.reveal("phone-bo")
        keyring.keys_for(["bo"])  # new keys, which decrypt no old values
