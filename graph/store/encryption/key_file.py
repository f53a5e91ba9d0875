"""Files of master keys and other secrets, readable only by the service user."""

import json
import os
import secrets
import sys
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from graph.durable_file import replace_file
from graph.errors import StoreUnavailable

KEY_BYTES: Final = 32  # for AES-256, and for HMAC-SHA256, whose digest has this length
_OF_OTHERS: Final = 0o077


class KeyringRefused(StoreUnavailable):
    """A key file or the key database must not be used as it is; names it and the fix."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MasterKeys:
    """A ring of keys by id; the current one encrypts, the others only decrypt older data."""

    current: str
    keys: Mapping[str, bytes] = field(repr=False)

    @classmethod
    def new(cls) -> Self:
        """Return a ring of one random key."""
        key_id = secrets.token_hex(8)
        return cls(current=key_id, keys={key_id: secrets.token_bytes(KEY_BYTES)})

    def with_new_key(self) -> "MasterKeys":
        """Return the ring with one more random key as the current one."""
        new_ring = MasterKeys.new()
        return MasterKeys(current=new_ring.current, keys={**self.keys, **new_ring.keys})


def read_master_keys(path: Path) -> MasterKeys | None:
    """Return the ring in a file; None if there is no file.

    Raises: KeyringRefused: other users may read the file, or it holds no ring.
    """
    if not path.exists():
        return None
    require_private(path)
    try:
        content: Any = json.loads(path.read_text("utf-8"))
        current, keys = content["current"], content["keys"].items()
        keys = {str(key_id): b64decode(key, validate=True) for key_id, key in keys}
        if current not in keys or any(len(key) != KEY_BYTES for key in keys.values()):
            raise ValueError
    except OSError as error:
        raise KeyringRefused(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, TypeError, KeyError, AttributeError, NotBase64):
        # Not chained: a parser's message may quote the content of the file.
        raise KeyringRefused(
            f"{path} is damaged; fix: put the file back from the backup of the keys"
        ) from None
    return MasterKeys(current=current, keys=keys)


def write_master_keys(path: Path, ring: MasterKeys) -> None:
    """Replace the file atomically by the ring, synced to disk before the function returns."""
    keys = {key_id: b64encode(key).decode() for key_id, key in ring.keys.items()}
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)  # left by a crash
    create_private(fresh, json.dumps({"current": ring.current, "keys": keys}, indent=1).encode())
    replace_file(fresh, path)


def lone_key(path: Path, *, fix: str) -> bytes:
    """Return the single key in a file, which is created if missing.

    Raises: KeyringRefused: other users may read it, or it is damaged; `fix` goes into the message.
    """
    private_folder(path.parent)
    if not path.exists():
        # Create a key file atomically; a file that another process created meanwhile is kept.
        fresh = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        create_private(fresh, secrets.token_bytes(KEY_BYTES))
        with suppress(FileExistsError):
            path.hardlink_to(fresh)
        fresh.unlink()
    require_private(path)
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise KeyringRefused(f"{path} is damaged; fix: {fix}")
    return key


def create_private(path: Path, content: bytes = b"") -> None:
    """Create a file with mode 0600 from the start, synced to disk.

    Raises: FileExistsError: the file exists.
    """
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with open(handle, "wb") as file:  # noqa: PTH123 - a descriptor, which a Path cannot open
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def private_folder(path: Path) -> None:
    """Create the folder with mode 0700 if it is missing.

    Raises: KeyringRefused: it exists, and other users own it or may access it.
    """
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    require_private(path)


def require_private(path: Path) -> None:
    """Check that only this user owns and may access a file or folder.

    Raises: KeyringRefused: it belongs to another user, or is open to others.
    """
    if sys.platform == "win32":  # rights are in access lists, not in the mode
        return
    status = path.stat()
    if status.st_uid != os.geteuid():
        raise KeyringRefused(f"{path} belongs to another user; fix: chown {os.geteuid()} {path}")
    if status.st_mode & _OF_OTHERS:
        rights = "700" if path.is_dir() else "600"
        raise KeyringRefused(f"{path} is open to other users; fix: chmod {rights} {path}")
