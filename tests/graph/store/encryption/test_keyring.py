import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from graph.errors import StoreUnavailable
from graph.store.encryption.keyring import Keyring, KeyringRefused, open_keyring

ROOT = Path(__file__).parents[4]
MANY = [f"person-{number}" for number in range(2_000)]


def wrapped_rows(folder: Path) -> dict[str, bytes]:
    connection = sqlite3.connect(folder / "keys.sqlite")
    try:
        return dict(connection.execute("SELECT owner, wrapped FROM owner_key"))
    finally:
        connection.close()


def bytes_on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


# Owner keys


def test_each_owner_has_a_unique_key_that_is_the_same_after_reopening(folder: Path) -> None:
    with open_keyring(folder) as first:
        keys = first.keys_for(MANY)
    with open_keyring(folder) as second:
        assert second.keys_for(reversed(MANY)) == keys == second.all()
    assert len({key.secret for key in keys.values()}) == len(MANY)
    assert len({key.key_id for key in keys.values()}) == len(MANY)


def test_existing_keys_creates_no_key(keyring: Keyring) -> None:
    keyring.keys_for(["a"])
    assert keyring.existing_keys(["a", "b"]).keys() == {"a"}
    assert keyring.all().keys() == {"a"}


def test_no_owners_give_no_keys(keyring: Keyring) -> None:
    assert keyring.keys_for([]) == {} == keyring.existing_keys([])


def test_no_key_is_on_disk_in_plaintext(folder: Path, keyring: Keyring) -> None:
    keys = keyring.keys_for(MANY[:50])
    content = bytes_on_disk(folder)
    assert not [owner for owner, key in keys.items() if key.secret in content]


def test_two_keyrings_that_create_keys_concurrently_return_the_same_keys(folder: Path) -> None:
    with (
        open_keyring(folder) as first,
        open_keyring(folder) as second,
        ThreadPoolExecutor(8) as pool,
    ):
        started = [pool.submit(ring.keys_for, MANY[:200]) for ring in (first, second) * 8]
        answers = [future.result() for future in started]
    assert all(answer == answers[0] for answer in answers)


MAKER = """
import sys
from pathlib import Path
from graph.store.encryption.keyring import open_keyring
with open_keyring(Path(sys.argv[1])) as keyring:
    for number in range(40):
        keyring.keys_for([f"shared-{number}", f"{sys.argv[2]}-{number}"])
"""


def test_processes_create_keys_concurrently_and_every_key_opens(folder: Path) -> None:
    started = [
        subprocess.Popen([sys.executable, "-c", MAKER, str(folder), name], cwd=ROOT)
        for name in ("one", "two")
    ]
    assert [process.wait(300) for process in started] == [0, 0]
    with open_keyring(folder) as keyring:
        assert len(keyring.all()) == 120


# Destroying


def test_a_destroyed_key_is_gone_for_every_process(folder: Path, keyring: Keyring) -> None:
    with open_keyring(folder) as other:
        key = other.keys_for(["a", "b"])["b"]
        assert keyring.destroy("a")
        assert other.all() == {"b": key}


def test_destroying_an_unknown_owner_returns_false_and_destroys_no_key(keyring: Keyring) -> None:
    keyring.keys_for(["a"])
    assert not keyring.destroy("b")
    assert keyring.all().keys() == {"a"}


def test_an_owner_gets_a_new_key_after_the_old_one_is_destroyed(keyring: Keyring) -> None:
    old = keyring.keys_for(["a"])["a"]
    keyring.destroy("a")
    new = keyring.keys_for(["a"])["a"]
    assert new.secret != old.secret
    assert new.key_id != old.key_id


def test_no_byte_of_a_destroyed_row_stays_in_database_or_log(
    folder: Path, keyring: Keyring
) -> None:
    keyring.keys_for(MANY)
    rows = wrapped_rows(folder)
    before = bytes_on_disk(folder)
    assert all(rows[owner] in before for owner in MANY)  # the search does find what is there
    for owner in MANY[::50]:
        keyring.destroy(owner)
    after = bytes_on_disk(folder)
    assert not [owner for owner in MANY[::50] if rows[owner][:16] in after]
    assert (folder / "keys.sqlite-wal").stat().st_size == 0


def test_destroying_a_key_fails_until_a_reader_releases_the_write_ahead_log(
    folder: Path, keyring: Keyring
) -> None:
    keyring.keys_for(["a"])
    reader = sqlite3.connect(folder / "keys.sqlite", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM owner_key").fetchall()
    with open_keyring(folder, busy_s=0.05) as impatient:
        with pytest.raises(StoreUnavailable, match="holds the log"):
            impatient.destroy("a")
        reader.close()
        assert not impatient.destroy("a")
    assert (folder / "keys.sqlite-wal").stat().st_size == 0


def test_a_wrapped_key_moved_to_another_owner_does_not_open(folder: Path, keyring: Keyring) -> None:
    keyring.keys_for(["a", "b"])
    connection = sqlite3.connect(folder / "keys.sqlite", isolation_level=None)
    moved = "UPDATE owner_key SET wrapped = (SELECT wrapped FROM owner_key WHERE owner = 'b')"
    connection.execute(f"{moved} WHERE owner = 'a'")
    connection.close()
    with pytest.raises(KeyringRefused, match="the key of a does not open"):
        keyring.existing_keys(["a"])
    assert keyring.existing_keys(["b"])
