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


def test_one_lost_key_is_told_and_nobody_is_called_erased(town: Store, tmp_path: Path) -> None:
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


def test_an_owner_of_contact_details_alone_has_a_key_too(town: Store, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "keys" / "keys.sqlite")) as file:
        owners = {owner for (owner,) in file.execute("SELECT owner FROM owner_key")}
    people = {element.id for element in town.load().elements() if hasattr(element, "title")}
    (office, *_) = sorted(owners - people)
    lose(tmp_path, office)
    with pytest.raises(KeyMissing):
        town.require_keys()


def test_a_key_database_that_is_gone_is_no_empty_register(
    town: Store, server: Server, tmp_path: Path
) -> None:
    with open_keyring(tmp_path / "another") as empty, server.with_store(empty) as other:
        with pytest.raises(KeyMissing):
            other.load()
        with pytest.raises(KeyMissing):
            other.require_keys()


def test_keys_of_another_day_open_nothing_and_call_nobody_erased(
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


def test_whoever_was_erased_is_and_stays_so_with_another_key(town: Store, keyring: Keyring) -> None:
    keyring.destroy("bo")
    town.require_keys()
    for _ in range(2):
        snapshot = town.load()
        assert snapshot.nodes.name[snapshot.row_of["bo"]] == "Slettet person"
        with pytest.raises(NotFound):
            town.reveal("phone-bo")
        keyring.keys_for(["bo"])  # new keys, which decrypt no old values
