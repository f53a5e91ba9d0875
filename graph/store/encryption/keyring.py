"""Which key opens an owner's sealed values, and how is it destroyed for good?"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Self

from filelock import FileLock
from sqlalchemy import Connection, Engine, delete, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import IntegrityError

from graph.errors import StoreUnavailable
from graph.store.encryption.blind_index import IndexEntry, digest, normalized
from graph.store.encryption.key_database import (
    BUSY_S,
    blind_index,
    empty_log,
    erased,
    metadata,
    open_database,
    owner_keys,
    read_transaction,
    rows_of,
    write_transaction,
)
from graph.store.encryption.key_file import (
    KeyringRefused,
    MasterKeys,
    private_folder,
    read_master_keys,
    write_master_keys,
)
from graph.store.encryption.key_wrapping import OwnerKey, unwrap_key, wrap_key
from graph.vocabulary import Channel

__all__ = ["IndexEntry", "Keyring", "KeyringRefused", "OwnerKey", "open_keyring"]


def open_keyring(folder: Path, *, master: Path | None = None, busy_s: float = BUSY_S) -> "Keyring":
    """The keyring in a folder of rights 0700: `keys.sqlite`, `index.key` and `master.json`.

    What a first opening did not finish, the next one finishes. `master` puts the master key ring
    elsewhere, so that whoever copies the folder holds no open key; `busy_s` is how long to wait
    for other processes.

    Raises:
        KeyringRefused: rights are too wide, a file is damaged, or keys exist whose master is gone.
        StoreUnavailable: the database does not answer.
    """
    private_folder(folder)
    master_path = master or folder / "master.json"
    private_folder(master_path.parent)
    # The lock is for first openings side by side: SQLite cannot change to WAL in company.
    with FileLock(folder / "opening.lock", mode=0o600):
        engine = open_database(folder / "keys.sqlite", busy_s=busy_s)
        keyring = Keyring(engine, master_path, folder / "index.key")
        try:
            keyring.prepare()
        except BaseException:
            keyring.close()
            raise
    return keyring


class Keyring:
    """One key per owner, each wrapped by the current master key; safe under threads and processes.

    Made by `open_keyring`.
    """

    def __init__(self, engine: Engine, master_path: Path, index_path: Path) -> None:
        self._engine, self._master_path, self._index_path = engine, master_path, index_path
        self._master = MasterKeys(current="", keys={})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Lets the files go; a closed keyring is not used again."""
        self._engine.dispose()

    def prepare(self) -> None:
        """Makes what is missing, and refuses where something must not be made anew."""
        with write_transaction(self._engine) as connection:
            metadata.create_all(connection)
            wrapping = set(connection.scalars(select(owner_keys.c.master_id).distinct()))
            indexing = set(connection.scalars(select(blind_index.c.ring_id).distinct()))
            self._master = _ring_with(self._master_path, wrapping)
            _ring_with(self._index_path, indexing)
        empty_log(self._engine)  # a crash may have left a destroyed key in it

    def known(self, owners: Iterable[str]) -> Mapping[str, OwnerKey]:
        """The keys of those owners who have one."""
        return self._read(sorted(set(owners)))

    def all(self) -> Mapping[str, OwnerKey]:
        """Every owner's key, by owner."""
        return self._read(None)

    def keys_for(self, owners: Iterable[str]) -> Mapping[str, OwnerKey]:
        """The keys of all these owners; who has none gets one, all new ones in one transaction.

        Whoever calls this for an erased owner makes a new one, which opens nothing of the old.
        """
        wanted = set(owners)
        found = self.known(wanted)
        missing = sorted(wanted - found.keys())
        return {**found, **self._create(missing)} if missing else found

    def destroy(self, owner: str) -> bool:
        """Deletes the owner's key and blind-index rows, also from the log; was there a key?

        Raises: StoreUnavailable: the log could not be emptied; repeat until it can.
        """
        with write_transaction(self._engine) as connection:
            connection.execute(delete(blind_index).where(blind_index.c.owner == owner))
            gone = connection.execute(delete(owner_keys).where(owner_keys.c.owner == owner))
            if gone.rowcount:
                connection.execute(insert(erased).on_conflict_do_nothing(), {"owner": owner})
        self._cut_log()
        return gone.rowcount > 0

    def erased(self) -> frozenset[str]:
        """Whose key was destroyed: an owner without a key who is not among them has lost it."""
        with read_transaction(self._engine) as connection:
            return frozenset(connection.scalars(select(erased.c.owner)))

    def index(self, entries: Iterable[IndexEntry]) -> None:
        """Puts details into the blind index, or in place of their old values.

        Channels that are never compared are passed over. Every owner needs a key beforehand.
        """
        with write_transaction(self._engine) as connection:
            _add(connection, entries, _required(self._index_path))

    def details_with(self, channel: Channel, value: str) -> tuple[str, ...]:
        """The ids of the details that hold this number or address, in order of their ids."""
        compared = normalized(channel, value)
        if compared is None:
            return ()
        digests = [digest(key, compared) for key in _required(self._index_path).keys.values()]
        found = select(blind_index.c.detail_id).where(blind_index.c.digest.in_(digests))
        with read_transaction(self._engine) as connection:
            return tuple(connection.scalars(found.order_by(blind_index.c.detail_id)))

    def _cut_log(self) -> None:
        if not empty_log(self._engine):
            raise StoreUnavailable(
                "the row is deleted, but a reader holds the log in which it still stands; try again"
            )

    def _read(self, owners: Sequence[str] | None) -> dict[str, OwnerKey]:
        with read_transaction(self._engine) as connection:
            return unwrap_key(rows_of(connection, owners), self._master)

    def _create(self, owners: Sequence[str]) -> dict[str, OwnerKey]:
        with write_transaction(self._engine) as connection:
            self._master = _required(self._master_path)  # no key is made that nobody can open
            fresh = {owner: OwnerKey.new() for owner in owners}
            rows = [row._asdict() for row in wrap_key(fresh, self._master)]
            connection.execute(insert(owner_keys).on_conflict_do_nothing(), rows)
            return unwrap_key(rows_of(connection, owners), self._master)


def _ring_with(path: Path, used: set[str]) -> MasterKeys:
    """The ring in a file; a new one only where nothing depends on an old one."""
    path.with_name(f"{path.name}.new").unlink(missing_ok=True)  # a key that a crash left behind
    ring = read_master_keys(path)
    if ring is None and not used:
        ring = MasterKeys.new()
        write_master_keys(path, ring)
    if ring is None or not used <= ring.keys.keys():
        raise KeyringRefused(
            f"{path} does not hold the keys that the key database was written with; "
            "fix: put the file back from the backup of the keys"
        )
    return ring


def _required(path: Path) -> MasterKeys:
    ring = read_master_keys(path)
    if ring is None:
        raise KeyringRefused(
            f"{path} is missing; fix: put the file back from the backup of the keys"
        )
    return ring


def _add(connection: Connection, entries: Iterable[IndexEntry], ring: MasterKeys) -> None:
    key = ring.keys[ring.current]
    rows = [
        {
            "detail_id": entry.detail_id,
            "owner": entry.owner,
            "ring_id": ring.current,
            "digest": digest(key, compared),
        }
        for entry in entries
        if (compared := normalized(entry.channel, entry.value)) is not None
    ]
    if not rows:
        return
    new = insert(blind_index)
    changed = {name: new.excluded[name] for name in ("owner", "ring_id", "digest")}
    try:
        connection.execute(new.on_conflict_do_update(set_=changed), rows)
    except IntegrityError as error:
        raise KeyringRefused("the blind index takes only details whose owner has a key") from error
