"""Key wrapping: owner keys encrypted with a master key (AES-GCM) and bound to their owner."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from graph.store.encryption.key_file import KEY_BYTES, KeyringRefused, MasterKeys

_NONCE_BYTES: Final = 12  # 96 bits, the size AES-GCM is made for


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerKey:
    """The key of one owner's sealed values; anyone who has the secret can decrypt them."""

    key_id: str
    secret: bytes = field(repr=False)

    @classmethod
    def new(cls) -> Self:
        """Return a random key with a random id."""
        return cls(key_id=secrets.token_hex(8), secret=secrets.token_bytes(KEY_BYTES))


class WrappedKey(NamedTuple):
    """A row of the key database; `wrapped` is nonce and ciphertext."""

    owner: str
    key_id: str
    master_id: str
    wrapped: bytes


def wrap_key(keys: Mapping[str, OwnerKey], ring: MasterKeys) -> list[WrappedKey]:
    """Return a row for each owner's key, wrapped by the current master key."""
    cipher = AESGCM(ring.keys[ring.current])
    rows: list[WrappedKey] = []
    for owner, key in keys.items():
        nonce = secrets.token_bytes(_NONCE_BYTES)
        bound_to = _bound_to(owner, key.key_id, ring.current)
        sealed = nonce + cipher.encrypt(nonce, key.secret, bound_to)
        rows.append(WrappedKey(owner, key.key_id, ring.current, sealed))
    return rows


def unwrap_key(rows: Iterable[WrappedKey], ring: MasterKeys) -> dict[str, OwnerKey]:
    """Return the unwrapped keys by owner.

    Raises: KeyringRefused: a row and the master keys do not belong together.
    """
    ciphers = {master_id: AESGCM(key) for master_id, key in ring.keys.items()}
    keys: dict[str, OwnerKey] = {}
    for owner, key_id, master_id, sealed in rows:
        bound_to = _bound_to(owner, key_id, master_id)
        try:
            secret = ciphers[master_id].decrypt(
                sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], bound_to
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
