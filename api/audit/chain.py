"""The MAC chain of the audit log: each row's MAC covers that of the row before it.

The key is stored apart from the rows. `Anchors` records the head of the chain in a file on another
volume: without it a truncation of the log cannot be detected.
"""

import base64
import hmac
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from filelock import FileLock

from api.audit.entry import instant, one_spelling
from graph.normal_form import normal_form
from graph.store.encryption.key_file import (
    KeyringRefused,
    MasterKeys,
    private_folder,
    read_master_keys,
    write_master_keys,
)
from graph.store.encryption.sealing import OwnerKey, open_sealed, seal

FIRST: Final = "0" * 64
"""The predecessor MAC of the very first row."""
SEALED: Final = "sealed:"
"""The prefix of an encrypted text that only the audit's own key decrypts."""
_SEALED_APART: Final = frozenset({"seq", "at", "prev", "mac"})
_MAC_LETTERS: Final = 64
_MOST_TYPED: Final = 4_000  # longer texts are never searched for, so they are digested as sent


class Seals:
    """The key ring of an audit log: new rows use its current key, old ones keep theirs."""

    def __init__(self, path: Path, ring: MasterKeys) -> None:
        self._path, self._ring = path, ring

    @property
    def current(self) -> str:
        """The id of the key that seals new rows."""
        return self._ring.current

    def knows(self, key_id: str) -> bool:
        """Whether a key exists; one added meanwhile is loaded, and seals new rows from then on."""
        if key_id not in self._ring.keys:
            self._ring = read_master_keys(self._path) or self._ring
        return key_id in self._ring.keys

    def mac(self, row: Mapping[str, Any], month: str | None) -> str:
        """The MAC of a row over month, number, instant, preceding MAC and all other columns.

        `month` is the one whose file or table holds it; None: without the month, as older versions
        did.
        """
        rest = {name: value for name, value in row.items() if name not in _SEALED_APART}
        text = f"{row['seq']}|{row['at']}|{row['prev']}|{one_spelling(rest)}"
        return self._digest(row["key_id"], text if month is None else f"row|{month}|{text}")

    def month_digest_mac(self, digest: Mapping[str, Any]) -> str:
        """The MAC of the digest of a dropped month."""
        rest = {name: value for name, value in digest.items() if name != "mac"}
        return self._digest(digest["key_id"], f"stub|{one_spelling(rest)}")

    def term(self, text: str) -> str:
        """The HMAC of a typed word: searchable for those who know the word, but not readable."""
        return self._digest(self._ring.current, _normalize_term(text))

    def terms(self, text: str) -> frozenset[str]:
        """The HMACs of a typed word under every key of the ring."""
        self._ring = read_master_keys(self._path) or self._ring
        return frozenset(self._digest(key_id, _normalize_term(text)) for key_id in self._ring.keys)

    def encrypt(self, text: str) -> str:
        """Encrypt a typed text, to be read by readers of the log, and only with the audit's keys.

        Used for texts that an audit cannot assess by a digest, such as a query.
        """
        key_id = self._ring.current
        sealed = seal(text, key=self._key(key_id), node_id="audit", owner="audit", field="asked")
        return f"{SEALED}{key_id}:{base64.b64encode(sealed).decode()}"

    def decrypt(self, sealed: str) -> str:
        """Decrypt a text that `encrypt` returned.

        Raises:
            KeyError: its key no longer exists.
            SealBroken: the text was changed.
        """
        key_id, _, text = sealed.removeprefix(SEALED).partition(":")
        if not self.knows(key_id):
            raise KeyError(key_id)
        return open_sealed(base64.b64decode(text), key=self._key(key_id), node_id="audit",
                           owner="audit", field="asked")  # fmt: skip

    def _key(self, key_id: str) -> OwnerKey:
        """The encryption key for texts, derived from the MAC key and different from it."""
        secret = hmac.digest(self._ring.keys[key_id], b"sealed texts", "sha256")
        return OwnerKey(key_id=key_id, secret=secret)

    def _digest(self, key_id: str, text: str) -> str:
        return hmac.digest(
            self._ring.keys[key_id], text.encode("utf-8", "surrogatepass"), "sha256"
        ).hex()


def _normalize_term(text: str) -> str:
    """A word normalized for comparison: case, white space and Unicode composition."""
    if len(text) > _MOST_TYPED:
        return f"term|{text}"
    return "term|" + " ".join(normal_form("NFC", text).casefold().split())


def open_seals(path: Path, *, is_new: bool) -> Seals:
    """Load the keys from a file of mode 0600; a new log gets its first one.

    Raises: KeyringRefused: the mode is too wide, the file is damaged, or it is missing although
        rows exist.
    """
    private_folder(path.parent)
    with FileLock(path.with_suffix(".lock"), mode=0o600):
        ring = read_master_keys(path)
        if ring is None:
            if not is_new:
                raise KeyringRefused(
                    f"{path} is missing, and the audit log has rows it has sealed; "
                    "fix: put the file back from the backup of the keys"
                )
            ring = MasterKeys.new()
            write_master_keys(path, ring)
    return Seals(path, ring)


def add_key(path: Path) -> str:
    """Add a key that seals rows from the next start on, and return its id; old keys still verify.

    A running process uses it as soon as it reads a row sealed with it.

    Raises: KeyringRefused: there is no key ring, or it may not be used.
    """
    with FileLock(path.with_suffix(".lock"), mode=0o600):
        ring = read_master_keys(path)
        if ring is None:
            raise KeyringRefused(f"{path} is missing; fix: start Kontaktvej once")
        fresh = ring.with_new_key()
        write_master_keys(path, fresh)
    return fresh.current


class UnreadableAnchor(Exception):
    """A line of the anchor file is invalid; `line` is its number."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line} of the anchor file is no anchor")
        self.line = line


class Anchors:
    """The anchor file: on each line an instant, the number of a row, and its MAC."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, seq: int, mac: str, *, at: datetime | None = None) -> None:
        """Append the head of the chain; on disk when it returns. Raises: OSError."""
        line = f"{instant(at or datetime.now(UTC))} {seq} {mac}\n".encode()
        handle = os.open(self.path, os.O_CREAT | os.O_APPEND | os.O_RDWR, 0o600)
        try:
            size = os.fstat(handle).st_size
            if size and os.pread(handle, 1, size - 1) != b"\n":
                line = b"\n" + line  # a crash left an incomplete line
            os.write(handle, line)  # one write: lines of several processes do not mix
            os.fsync(handle)
        finally:
            os.close(handle)

    def all(self) -> Mapping[int, str]:
        """The MAC of each anchored row.

        Raises:
            UnreadableAnchor: a line was changed, or two name one row with different MACs.
            OSError: the file cannot be read.
        """
        macs: dict[int, str] = {}
        lines = self.path.read_text("utf-8", errors="replace").splitlines(keepends=True)
        for number, line in enumerate(lines, start=1):
            parts = line.split()
            match parts:
                case [_at, seq, mac] if seq.isdecimal() and len(mac) == _MAC_LETTERS:
                    if macs.setdefault(int(seq), mac) != mac:
                        raise UnreadableAnchor(number)
                case _ if len(line) < _MAC_LETTERS and not line.strip("\n").isspace():
                    continue  # left incomplete by a crash: it is shorter than any complete one
                case _:
                    raise UnreadableAnchor(number)
        return macs

    def last_at(self) -> datetime | None:
        """The instant of the newest anchor; None if none can be read."""
        try:
            lines = self.path.read_text("utf-8", errors="replace").splitlines()
            return datetime.fromisoformat(lines[-1].split()[0])
        except (OSError, IndexError, ValueError):
            return None
