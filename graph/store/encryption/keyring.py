"""The keyring: one key per owner of sealed values, its irreversible destruction, blind indexes.

Owner keys and blind indexes are rows of one SQLite database, `keys.sqlite`.
"""

import json
import secrets
from collections.abc import Collection, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from filelock import FileLock
from sqlalchemy import (
    Column,
    Connection,
    Engine,
    ForeignKey,
    LargeBinary,
    MetaData,
    Table,
    Text,
    delete,
    func,
    select,
)
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import DBAPIError, IntegrityError

from graph.errors import StoreUnavailable
from graph.store.encryption.blind_index import IndexEntry, digest, normalize_value
from graph.store.encryption.key_file import (
    KeyringRefused,
    MasterKeys,
    private_folder,
    read_master_keys,
    write_master_keys,
)
from graph.store.encryption.sealing import NONCE_BYTES, OwnerKey
from graph.store.sqlite_file import open_sqlite, write_connection
from graph.vocabulary import Channel

__all__ = ["IndexEntry", "Keyring", "KeyringRefused", "OwnerKey", "open_keyring"]

BUSY_S: Final = 10.0  # a rotation holds the write lock for about a second per 50,000 keys
_ASKED_AT_ONCE: Final = 10_000  # digests; SQLite takes at most 32,766 values in a statement

_metadata: Final = MetaData()

_owner_keys: Final = Table(
    "owner_key",
    _metadata,
    Column("owner", Text, primary_key=True),
    Column("key_id", Text, nullable=False, unique=True),
    Column("master_id", Text, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
)

_erased: Final = Table(  # owners whose key was destroyed, as opposed to lost
    "erased",
    _metadata,
    Column("owner", Text, primary_key=True),
)

_blind_index: Final = Table(
    "blind_index",
    _metadata,
    Column("detail_id", Text, primary_key=True),
    # Rows are deleted with their owner's key, whichever statement deletes the key.
    Column(
        "owner",
        Text,
        ForeignKey("owner_key.owner", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("ring_id", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False, index=True),
)

_external_ids: Final = Table(  # the digests of all external ids that a person ever had
    "external_id",
    _metadata,
    Column("digest", Text, primary_key=True),
    Column(
        "owner",
        Text,
        ForeignKey("owner_key.owner", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    ),
    Column("ring_id", Text, nullable=False),
)


class _WrappedKey(NamedTuple):
    """A row of the key database; `wrapped` is nonce and ciphertext."""

    owner: str
    key_id: str
    master_id: str
    wrapped: bytes


def open_keyring(folder: Path, *, master: Path | None = None, busy_s: float = BUSY_S) -> "Keyring":
    """Open the keyring in a folder of mode 0700: `keys.sqlite`, `index.key` and `master.json`.

    An interrupted first opening is completed by the next one. `master` stores the master key ring
    elsewhere, so that a copy of the folder contains no usable key; `busy_s` is how long to wait for
    locks of other processes.

    Raises:
        KeyringRefused: rights are too wide, a file is damaged, or existing keys lack their master.
        StoreUnavailable: the database does not answer.
    """
    private_folder(folder)
    master_path = master or folder / "master.json"
    private_folder(master_path.parent)
    # The lock serializes first openings: SQLite cannot switch to WAL with other connections open.
    with FileLock(folder / "opening.lock", mode=0o600):
        engine = open_sqlite(folder / "keys.sqlite", busy_s=busy_s)
        keyring = Keyring(engine, master_path, folder / "index.key")
        try:
            keyring.prepare()
        except BaseException:
            keyring.close()
            raise
    return keyring


class Keyring:
    """One key per owner, wrapped by the current master key; safe for threads and processes.

    Created by `open_keyring`.
    """

    def __init__(self, engine: Engine, master_path: Path, index_path: Path) -> None:
        self._engine, self._master_path, self._index_path = engine, master_path, index_path
        self._master = MasterKeys(current="", keys={})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the database; a closed keyring must not be used again."""
        self._engine.dispose()

    def prepare(self) -> None:
        """Create missing tables and key rings.

        Raises: KeyringRefused: a ring that existing rows depend on is missing.
        """
        with _write_connection(self._engine) as connection:
            _metadata.create_all(connection)
            wrapping = set(connection.scalars(select(_owner_keys.c.master_id).distinct()))
            indexing = {
                ring_id
                for table in (_blind_index, _external_ids)
                for ring_id in connection.scalars(select(table.c.ring_id).distinct())
            }
            self._master = _ring_with(self._master_path, wrapping)
            _ring_with(self._index_path, indexing)
        _empty_log(self._engine)  # after a crash it may still contain a destroyed key

    def existing_keys(self, owners: Iterable[str]) -> Mapping[str, OwnerKey]:
        """Return the keys of those owners who have one."""
        return self._read(sorted(set(owners)))

    def all(self) -> Mapping[str, OwnerKey]:
        """Return the keys of all owners, by owner."""
        return self._read(None)

    def keys_for(self, owners: Iterable[str]) -> Mapping[str, OwnerKey]:
        """Return the keys of all given owners; missing ones are created in one transaction.

        For an erased owner a new key is created, which decrypts none of the old values.
        """
        owner_set = set(owners)
        keys = self.existing_keys(owner_set)
        missing = sorted(owner_set - keys.keys())
        if not missing:
            return keys
        with _write_connection(self._engine) as connection:
            # Read again, so that no key is wrapped by a master key that is not on disk.
            self._master = _require_ring(self._master_path)
            fresh = {owner: OwnerKey.new() for owner in missing}
            current = self._master.current
            cipher = AESGCM(self._master.keys[current])
            rows: list[_WrappedKey] = []
            for owner, key in fresh.items():
                nonce = secrets.token_bytes(NONCE_BYTES)
                bound_to = _bound_to(owner, key.key_id, current)
                sealed = nonce + cipher.encrypt(nonce, key.secret, bound_to)
                rows.append(_WrappedKey(owner, key.key_id, current, sealed))
            connection.execute(
                insert(_owner_keys).on_conflict_do_nothing(), [row._asdict() for row in rows]
            )
            return {**keys, **_unwrap(_rows_of(connection, missing), self._master)}

    def destroy(self, owner: str) -> bool:
        """Delete the owner's key and blind-index rows, also from the log; return if a key existed.

        Raises: StoreUnavailable: the log could not be emptied; repeat the call until it succeeds.
        """
        with _write_connection(self._engine) as connection:
            for table in (_blind_index, _external_ids):
                connection.execute(delete(table).where(table.c.owner == owner))
            deletion = connection.execute(delete(_owner_keys).where(_owner_keys.c.owner == owner))
            if deletion.rowcount:
                connection.execute(insert(_erased).on_conflict_do_nothing(), {"owner": owner})
        if not _empty_log(self._engine):
            raise StoreUnavailable(
                "the row is deleted, but a reader holds the log in which it still stands; try again"
            )
        return deletion.rowcount > 0

    def erased_owners(self) -> frozenset[str]:
        """Return the owners whose key was destroyed; any other owner without a key has lost it."""
        with _read_connection(self._engine) as connection:
            return frozenset(connection.scalars(select(_erased.c.owner)))

    def index(self, entries: Iterable[IndexEntry]) -> None:
        """Insert or update contact details in the blind index.

        Raises: KeyringRefused: an owner has no key.
        """
        with _write_connection(self._engine) as connection:
            ring = _require_ring(self._index_path)
            rows = [
                {
                    "detail_id": entry.detail_id,
                    "owner": entry.owner,
                    "ring_id": ring.current,
                    "digest": digest(
                        ring.keys[ring.current], normalize_value(entry.channel, entry.value)
                    ),
                }
                for entry in entries
            ]
            if not rows:
                return
            new = insert(_blind_index)
            changed = {name: new.excluded[name] for name in ("owner", "ring_id", "digest")}
            try:
                connection.execute(new.on_conflict_do_update(set_=changed), rows)
            except IntegrityError as error:
                raise KeyringRefused(
                    "the blind index takes only details whose owner has a key"
                ) from error

    def details_with(
        self, contacts: Iterable[tuple[Channel, str]]
    ) -> Mapping[tuple[Channel, str], Collection[str]]:
        """Return the ids of the details with each number or address that is known, in order."""
        keys = _require_ring(self._index_path).keys.values()
        contacts_of: dict[bytes, set[tuple[Channel, str]]] = {}
        for contact in contacts:
            compared = normalize_value(*contact)
            for key in keys:
                contacts_of.setdefault(digest(key, compared), set()).add(contact)
        columns, digests = _blind_index.c, [*contacts_of]
        details: dict[tuple[Channel, str], list[str]] = {}
        with _read_connection(self._engine) as connection:
            for start in range(0, len(digests), _ASKED_AT_ONCE):
                query = select(columns.digest, columns.detail_id).order_by(columns.detail_id)
                asked = columns.digest.in_(digests[start : start + _ASKED_AT_ONCE])
                for found, detail_id in connection.execute(query.where(asked)):
                    for contact in contacts_of[found]:
                        details.setdefault(contact, []).append(detail_id)
        return details

    def index_external_ids(self, names: Iterable[tuple[str, str]]) -> None:
        """Add pairs of a name, i.e. an external id with its source, and its owner.

        Raises: KeyringRefused: an owner has no key.
        """
        with _write_connection(self._engine) as connection:
            ring = _require_ring(self._index_path)
            key = ring.keys[ring.current]
            rows = [
                {"digest": digest(key, name).hex(), "owner": owner, "ring_id": ring.current}
                for name, owner in names
            ]
            if not rows:
                return
            try:
                connection.execute(insert(_external_ids).on_conflict_do_nothing(), rows)
            except IntegrityError as error:
                raise KeyringRefused(
                    "the blind index takes only external ids whose owner has a key"
                ) from error

    def owners_by_external_id(self, names: Iterable[str]) -> Mapping[str, Collection[str]]:
        """Return by name the owners who were ever given that external id and whose keys exist."""
        keys = _require_ring(self._index_path).keys.values()
        name_of = {digest(key, name).hex(): name for name in names for key in keys}
        table = _external_ids.c
        values = func.json_each(json.dumps([*name_of])).table_valued("value")
        query = select(table.digest, table.owner).where(table.digest.in_(select(values.c.value)))
        owners: dict[str, set[str]] = {}
        with _read_connection(self._engine) as connection:
            for hex_digest, owner in connection.execute(query):
                owners.setdefault(name_of[hex_digest], set()).add(owner)
        return owners

    def _read(self, owners: Sequence[str] | None) -> dict[str, OwnerKey]:
        with _read_connection(self._engine) as connection:
            return _unwrap(_rows_of(connection, owners), self._master)


def _ring_with(path: Path, used_ids: set[str]) -> MasterKeys:
    """Return the ring in a file; a new ring is created only if no row depends on an old one.

    Raises: KeyringRefused: the ring lacks a key in `used_ids`.
    """
    path.with_name(f"{path.name}.new").unlink(missing_ok=True)  # left by a crash
    ring = read_master_keys(path)
    if ring is None and not used_ids:
        ring = MasterKeys.new()
        write_master_keys(path, ring)
    if ring is None or not used_ids <= ring.keys.keys():
        raise KeyringRefused(
            f"{path} does not hold the keys that the key database was written with; "
            "fix: put the file back from the backup of the keys"
        )
    return ring


def _require_ring(path: Path) -> MasterKeys:
    ring = read_master_keys(path)
    if ring is None:
        raise KeyringRefused(
            f"{path} is missing; fix: put the file back from the backup of the keys"
        )
    return ring


@contextmanager
def _read_connection(engine: Engine) -> Generator[Connection]:
    """Open a connection for single SELECTs, each of which sees one state of the database."""
    with _translate_errors(), engine.connect() as connection:
        yield connection


@contextmanager
def _write_connection(engine: Engine) -> Generator[Connection]:
    """Run one write transaction, which excludes all other writers from its start."""
    with _translate_errors(), write_connection(engine) as connection:
        yield connection


def _empty_log(engine: Engine) -> bool:
    """Checkpoint and truncate the write-ahead log, so that no deleted row remains in it.

    Returns False if a reader is still using the log; the call may be repeated.
    """
    with _read_connection(engine) as connection:
        is_busy: int = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar_one()
    return not is_busy


@contextmanager
def _translate_errors() -> Generator[None]:
    try:
        yield
    except DBAPIError as error:
        raise StoreUnavailable(f"the key database does not answer: {error.orig}") from error
    except OSError as error:
        raise StoreUnavailable(f"the key files cannot be used: {error}") from error


def _rows_of(connection: Connection, owners: Sequence[str] | None = None) -> list[_WrappedKey]:
    """Return the rows of the given owners, or all rows; none for an owner without a key."""
    table = _owner_keys.c
    query = select(table.owner, table.key_id, table.master_id, table.wrapped)
    if owners is not None:
        # One parameter for any number of owners: SQLite accepts at most 32,766 parameters.
        values = func.json_each(json.dumps(owners)).table_valued("value")
        query = query.where(table.owner.in_(select(values.c.value)))
    return [_WrappedKey(*row) for row in connection.execute(query)]


# ---- wrapping: owner keys encrypted with a master key and bound to their owner


def _unwrap(rows: Iterable[_WrappedKey], ring: MasterKeys) -> dict[str, OwnerKey]:
    """Return the unwrapped keys by owner.

    Raises: KeyringRefused: a row and the master keys do not belong together.
    """
    ciphers = {master_id: AESGCM(key) for master_id, key in ring.keys.items()}
    keys: dict[str, OwnerKey] = {}
    for owner, key_id, master_id, sealed in rows:
        bound_to = _bound_to(owner, key_id, master_id)
        try:
            secret = ciphers[master_id].decrypt(
                sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound_to
            )
        except (KeyError, InvalidTag, ValueError) as error:
            raise KeyringRefused(
                f"the key of {owner} does not open with master key {master_id}; "
                "fix: put keys.sqlite and master.json back from one and the same backup"
            ) from error
        keys[owner] = OwnerKey(key_id=key_id, secret=secret)
    return keys


def _bound_to(owner: str, key_id: str, master_id: str) -> bytes:
    return f"owner-key|v1|{owner}|{key_id}|{master_id}".encode()
