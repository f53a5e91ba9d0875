import os
import sqlite3
from pathlib import Path

import pytest

from graph.errors import StoreUnavailable
from graph.store.encryption.keyring import IndexEntry, Keyring, KeyringRefused, open_keyring
from graph.vocabulary import Channel


def test_files_and_folder_are_for_the_service_user_alone(folder: Path, keyring: Keyring) -> None:
    keyring.keys_for(["a"])
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()} == {
        "index.key": 0o600, "keys.sqlite": 0o600, "keys.sqlite-shm": 0o600,
        "keys.sqlite-wal": 0o600, "master.json": 0o600, "opening.lock": 0o600,
    }  # fmt: skip


@pytest.mark.parametrize("name", ["", "master.json", "index.key", "keys.sqlite"])
def test_wider_rights_are_refused_with_the_file_and_the_fix(folder: Path, name: str) -> None:
    open_keyring(folder).close()
    path = folder / name if name else folder
    path.chmod(0o750 if path.is_dir() else 0o640)
    rights = "700" if path.is_dir() else "600"
    with pytest.raises(KeyringRefused, match=f"{path} is open.*chmod {rights} {path}"):
        open_keyring(folder)


@pytest.mark.parametrize("missing", ["master.json", "index.key"])
def test_a_lost_key_file_is_refused_and_never_made_anew(folder: Path, missing: str) -> None:
    with open_keyring(folder) as keyring:
        keyring.keys_for(["a"])
        number = IndexEntry(detail_id="d1", owner="a", channel=Channel.MOBILE, value="05123478")
        keyring.index([number])
    (folder / missing).unlink()
    with pytest.raises(KeyringRefused, match=missing):
        open_keyring(folder)
    assert not (folder / missing).exists()


@pytest.mark.parametrize("missing", ["master.json", "index.key"])
def test_a_key_file_lost_while_open_is_refused_when_it_is_needed(
    folder: Path, keyring: Keyring, missing: str
) -> None:
    keyring.keys_for(["a"])
    (folder / missing).unlink()
    with pytest.raises(KeyringRefused, match=f"{missing} is missing"):
        keyring.keys_for(["b"]) if missing == "master.json" else keyring.index([])
    assert keyring.all().keys() == {"a"}


def test_a_key_database_locked_by_a_writer_raises_store_unavailable(
    folder: Path, keyring: Keyring
) -> None:
    with open_keyring(folder, busy_s=0.05) as impatient:
        writer = sqlite3.connect(folder / "keys.sqlite", isolation_level=None)
        writer.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="locked"):
            impatient.keys_for(["a"])
        writer.close()
        assert impatient.keys_for(["a"]) == keyring.all()


def test_a_master_ring_of_another_installation_is_refused(folder: Path, tmp_path: Path) -> None:
    with open_keyring(folder) as keyring:
        keyring.keys_for(["a"])
    open_keyring(tmp_path / "other").close()
    (tmp_path / "other" / "master.json").replace(folder / "master.json")
    with pytest.raises(KeyringRefused, match=r"master\.json does not hold the keys"):
        open_keyring(folder)


@pytest.mark.parametrize(
    "content",
    ["", "{}", "[]", "null", '{"current": "a", "keys": {}}', '{"current": "a", "keys": []}',
     '{"current": "a", "keys": {"a": "c2hvcnQ="}}', '{"current": "a", "keys": {"a": "?"}}',
     '{"current": ["a"], "keys": {"a": 1}}', '{"current": [], "keys": {}}'],
)  # fmt: skip
def test_a_damaged_key_file_is_refused_without_quoting_it(folder: Path, content: str) -> None:
    open_keyring(folder).close()
    (folder / "master.json").write_text(content)
    with pytest.raises(KeyringRefused, match=r"master\.json is damaged") as refused:
        open_keyring(folder)
    assert refused.value.__cause__ is None


@pytest.mark.parametrize("kept", [
    [], ["opening.lock"], ["master.json"], ["index.key"], ["keys.sqlite"],
    ["master.json", "keys.sqlite"], ["master.json", "index.key"],
])  # fmt: skip
def test_a_first_opening_that_broke_off_is_finished_by_the_next(
    folder: Path, kept: list[str]
) -> None:
    open_keyring(folder).close()
    for path in folder.iterdir():
        if path.name not in kept:
            path.unlink()
    (folder / "master.json.new").write_text("half a ke")
    with open_keyring(folder) as keyring:
        assert keyring.keys_for(["a"])
    assert not (folder / "master.json.new").exists()


def test_an_empty_database_file_is_filled(folder: Path) -> None:
    folder.mkdir(0o700)
    os.close(os.open(folder / "keys.sqlite", os.O_CREAT, 0o600))
    with open_keyring(folder) as keyring:
        assert keyring.keys_for(["a"])


def test_a_key_database_file_that_is_no_database_raises_store_unavailable(folder: Path) -> None:
    open_keyring(folder).close()
    (folder / "keys.sqlite").write_bytes(b"not a database, whatever it is" * 100)
    with pytest.raises(StoreUnavailable, match="not a database"):
        open_keyring(folder)


def test_the_master_ring_can_be_in_another_folder(folder: Path, tmp_path: Path) -> None:
    apart = tmp_path / "apart" / "master.json"
    with open_keyring(folder, master=apart) as keyring:
        keys = keyring.keys_for(["a"])
    with open_keyring(folder, master=apart) as keyring:
        assert keyring.all() == keys
    assert not (folder / "master.json").exists()
    with pytest.raises(KeyringRefused, match=r"master\.json"):
        open_keyring(folder)
