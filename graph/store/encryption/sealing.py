"""How a name or contact detail becomes unreadable before it reaches the database, and back."""

import secrets
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from graph.errors import StoreUnavailable
from graph.store.encryption.key_wrapping import OwnerKey

_VERSION: Final = b"\x01"
_NONCE_BYTES: Final = 12  # 96 bits, the size AES-GCM is made for
_TAG_BYTES: Final = 16
_HEAD: Final = len(_VERSION) + _NONCE_BYTES


class KeyMissing(StoreUnavailable):
    """Owners of sealed values have no key, and none of them was erased: the keys were lost."""

    def __init__(self, count: int) -> None:
        super().__init__(
            f"keys of names and numbers are lost, and nobody destroyed them (owners: {count}); "
            "fix: put the graph and the folder keys back from backups of the same day, or begin "
            "anew with an empty folder in KONTAKTVEJ_HOME"
        )


class SealBroken(StoreUnavailable):
    """A sealed value does not open where it stands: changed, moved, or sealed with another key."""

    def __init__(self, node_id: str, field: str) -> None:
        super().__init__(
            f"{node_id}.{field} does not open with its owner's key; "
            "fix: put the graph and the folder keys back from backups of the same day"
        )
        self.node_id, self.field = node_id, field


def require_keys(
    owners: Iterable[str], keys: Mapping[str, OwnerKey], erased: Collection[str]
) -> None:
    """Raises: KeyMissing: some of these owners have no key, though nobody destroyed it."""
    lost = {*owners} - keys.keys() - {*erased}
    if lost:
        raise KeyMissing(len(lost))


def seal(clear: str, *, key: OwnerKey, node_id: str, owner: str, field: str) -> bytes:
    """Version, nonce and ciphertext, which open only for the same node, owner, field and key.

    `field` is the channel for a contact detail.
    """
    nonce = secrets.token_bytes(_NONCE_BYTES)
    bound_to = _bound_to(node_id, owner, field, key.key_id)
    return _VERSION + nonce + AESGCM(key.secret).encrypt(nonce, clear.encode(), bound_to)


def open_sealed(sealed: bytes, *, key: OwnerKey, node_id: str, owner: str, field: str) -> str:
    """The clear text.

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
