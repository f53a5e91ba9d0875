"""Sealing: AES-GCM encryption of names and contact details for the database, and decryption."""

import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from graph.errors import StoreUnavailable
from graph.store.encryption.key_file import KEY_BYTES

_VERSION: Final = b"\x01"
NONCE_BYTES: Final = 12  # 96 bits, the size AES-GCM is made for
_TAG_BYTES: Final = 16
_HEAD: Final = len(_VERSION) + NONCE_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerKey:
    """The key of one owner's sealed values; anyone who has the secret can decrypt them."""

    key_id: str
    secret: bytes = field(repr=False)

    @classmethod
    def new(cls) -> Self:
        """Return a random key with a random id."""
        return cls(key_id=secrets.token_hex(8), secret=secrets.token_bytes(KEY_BYTES))


class KeyMissing(StoreUnavailable):
    """Owners of sealed values have no key, and none of them was erased: the keys were lost."""

    def __init__(self, count: int) -> None:
        super().__init__(
            f"keys of names and numbers are lost, and nobody destroyed them (owners: {count}); "
            "fix: put the graph and the folder keys back from backups of the same day, or start "
            "again with an empty folder in KONTAKTVEJ_HOME"
        )


class SealBroken(StoreUnavailable):
    """A sealed value cannot be decrypted in its place: altered, moved, or sealed with another key.

    `node_id` and `field` name the place.
    """

    def __init__(self, node_id: str, field: str) -> None:
        super().__init__(
            f"{node_id}.{field} does not open with its owner's key; "
            "fix: put the graph and the folder keys back from backups of the same day"
        )
        self.node_id, self.field = node_id, field


def require_keys(
    owners: Iterable[str], keys: Mapping[str, OwnerKey], erased: Collection[str]
) -> None:
    """Check that each owner has a key or was erased.

    Raises: KeyMissing: some owners have no key although it was not destroyed.
    """
    keyless_owners = {*owners} - keys.keys() - {*erased}
    if keyless_owners:
        raise KeyMissing(len(keyless_owners))


def seal(clear: str, *, key: OwnerKey, node_id: str, owner: str, field: str) -> bytes:
    """Return version, nonce and ciphertext, bound to node, owner, field and key.

    For a contact detail, `field` is its channel.
    """
    nonce = secrets.token_bytes(NONCE_BYTES)
    bound_to = _bound_to(node_id, owner, field, key.key_id)
    return _VERSION + nonce + AESGCM(key.secret).encrypt(nonce, clear.encode(), bound_to)


def open_sealed(sealed: bytes, *, key: OwnerKey, node_id: str, owner: str, field: str) -> str:
    """Return the clear text of a sealed value.

    Raises: SealBroken: it was not sealed for this node, owner, field and key.
    """
    bound_to = _bound_to(node_id, owner, field, key.key_id)
    if not sealed.startswith(_VERSION) or len(sealed) < _HEAD + _TAG_BYTES:
        raise SealBroken(node_id, field)
    nonce = sealed[len(_VERSION) : _HEAD]
    try:
        return AESGCM(key.secret).decrypt(nonce, sealed[_HEAD:], bound_to).decode()
    except InvalidTag as error:
        raise SealBroken(node_id, field) from error


def _bound_to(*names: str) -> bytes:
    if any("|" in name for name in names):
        raise ValueError("an id, owner, field or key id holds the sign that parts them")
    return "|".join(("v1", *names)).encode()
