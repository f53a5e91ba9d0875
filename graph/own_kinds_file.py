"""The file of own kinds: reloaded when it changes, and edited one row at a time.

An edit keeps the text of all other rows unchanged, comments included. The file is replaced
atomically, so a reader finds the old text or the new one.
"""

import json
import logging
import os
from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Final

from filelock import FileLock

from graph.durable_file import replace_file
from graph.errors import InvalidVocabulary, StoreUnavailable
from graph.own_kinds import (
    HEAD,
    KEYS,
    NO_OWN_KINDS,
    OwnKind,
    OwnKinds,
    OwnKindUse,
    load_own_kinds,
    read_own_kinds,
    shipped_kind,
)
from graph.vocabulary import Tier

FILE_NAME: Final = "vocabulary.toml"
"""The name of the file in the data folder, used if the setting names no file."""
_LOCK_NAME: Final = "vocabulary.lock"
_WAIT_S: Final = 10
_HEADER: Final = "# Own kinds, each beneath one of the vocabulary.\n"
_log = logging.getLogger(__name__)

Values = Mapping[str, str | bool | Sequence[str]]
"""The values of a row by key, as written to the file."""


class OwnKindsFile:
    """The current own kinds of a file; thread-safe.

    `may_be_missing`: without the file there are no own kinds. A lock in the data folder keeps all
    processes from changing the file while nodes of own kinds are written.
    """

    def __init__(self, path: Path, lock: Path, *, may_be_missing: bool = False) -> None:
        self.path, self._lock, self._may_be_missing = path, lock, may_be_missing
        self._reading = Lock()
        self._stamp: object = None
        self._kinds: OwnKinds | None = None
        self.fault: InvalidVocabulary | None = None
        """The error of the current file, if the last valid content is used instead."""

    def load(self) -> OwnKinds:
        """Return the own kinds, read from the file.

        Raises: InvalidVocabulary: with every fault of the file.
        """
        if self._may_be_missing and not self.path.exists():
            return NO_OWN_KINDS
        return load_own_kinds(self.path)

    def current(self, uses: Callable[[], Collection[OwnKindUse]] = tuple) -> OwnKinds:
        """Return the own kinds, reloaded if the file has changed.

        If the file has become unusable, or lacks a kind in `uses`, a warning is logged and its last
        valid content stays in force.

        Raises: InvalidVocabulary: the file cannot be used, and no valid content was loaded before.
        """
        try:
            stat = self.path.stat()
            stamp: object = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
        except OSError:
            stamp = "missing"
        if self._kinds is not None and stamp == self._stamp:
            return self._kinds
        with self._reading:
            if self._kinds is None:
                self._kinds = self.load()
            elif stamp != self._stamp:
                try:
                    self._kinds = self._reload(self._kinds, uses)
                    self.fault = None
                except InvalidVocabulary as fault:
                    self.fault = fault
                    _log.warning("%s is not used as it is now: %s", self.path, fault)
                except StoreUnavailable:  # it is not known which kinds are in use
                    return self._kinds
            self._stamp = stamp
            return self._kinds

    def _reload(self, before: OwnKinds, uses: Callable[[], Collection[OwnKindUse]]) -> OwnKinds:
        if before.rows and not self.path.exists():
            return load_own_kinds(self.path)  # raises: deleting the file removes no kinds
        after = self.load()
        current_uses = uses()
        known_misfits = {(use.own_kind, use.words) for use in before.misfits(current_uses)}
        missing = [
            use
            for use in after.misfits(current_uses)
            if (use.own_kind, use.words) not in known_misfits
        ]
        if missing:
            raise InvalidVocabulary(
                [f"{use.own_kind}: bruges af {use.nodes} i registret" for use in missing],
                [f"{use.own_kind}: in use by {use.nodes} in the register" for use in missing],
            )
        return after

    @contextmanager
    def hold(self) -> Generator[None]:
        """Hold the lock that keeps all processes of the data folder from changing the file.

        Raises: filelock.Timeout: another process still holds it after `_WAIT_S`.
        """
        self._lock.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with FileLock(self._lock, timeout=_WAIT_S, mode=0o600):
            yield

    def text(self) -> str:
        """Return the content of the file; empty if it is missing and `may_be_missing` is set."""
        if self._may_be_missing and not self.path.exists():
            return ""
        return self.path.read_text("utf-8")

    def is_writable(self) -> bool:
        """Return whether this process may replace the file."""
        folder = self.path.resolve().parent
        while not folder.exists():
            folder = folder.parent
        return os.access(folder, os.W_OK)

    def write(self, text: str) -> None:
        """Replace the file atomically, synced to disk; its mode is kept. Raises: OSError."""
        path = self.path.resolve()  # a symbolic link is kept
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = path.with_name(f"{path.name}.new")
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o600
        with fresh.open("w", encoding="utf-8", newline="\n") as file:
            fresh.chmod(mode)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        replace_file(fresh, path)


def own_kinds_file(setting: Path | None, home: Path) -> OwnKindsFile:
    """Return the file of a setting; without one, `vocabulary.toml` in the data folder."""
    return OwnKindsFile(
        setting or home / FILE_NAME, home / _LOCK_NAME, may_be_missing=setting is None
    )


def version_of(text: str) -> str:
    """Return a digest of the content of the file."""
    return sha256(text.encode()).hexdigest()[:16]


# ---- the text of the file


def row_values(kind: OwnKind, kinds: OwnKinds) -> Values:
    """Return an own kind as a row, without inherited values."""
    above = kinds.by_id.get(kind.is_a) or shipped_kind(kind.parent)
    values: dict[str, str | bool | Sequence[str]] = {
        "id": kind.id, "of": type(kind.parent).__name__, "is_a": kind.is_a,
        "label_da": kind.label_da, "label_en": kind.label_en,
    }  # fmt: skip
    if kind.tiers != above.tiers:
        values["tiers"] = [tier.value for tier in Tier if tier in kind.tiers]
    if kind.is_unit_only != above.is_unit_only:
        values["is_unit_only"] = kind.is_unit_only
    if kind.gate is not None and kind.gate is not above.gate:
        values["gate"] = kind.gate.value
    return values


def row_text(values: Values) -> str:
    """Return a row as TOML."""
    lines = (f"{key} = {_toml(values[key])}" for key in KEYS if key in values)
    return "\n".join(("[[kind]]", *lines, ""))


def file_text(rows: Sequence[Values]) -> str:
    """Return the text of a file with these rows."""
    return "\n".join((_HEADER, *map(row_text, rows)))


def with_row(text: str, values: Values) -> str:
    """Return the text of a valid file with a row added, or replaced if its id exists."""
    own_id, kinds = str(values["id"]), read_own_kinds(text)
    if own_id not in kinds.by_id:
        return f"{text.rstrip()}\n\n{row_text(values)}" if text.strip() else file_text([values])
    return _replace_row(text, kinds, own_id, values)


def without_row(text: str, own_id: str) -> str:
    """Return the text of a valid file without one row and the comment directly above it."""
    return _replace_row(text, read_own_kinds(text), own_id, None)


def _replace_row(text: str, kinds: OwnKinds, own_id: str, values: Values | None) -> str:
    """Replace or remove the lines of one row; if the layout does not allow it, rewrite the file."""
    rows = [values if kind.id == own_id else row_values(kind, kinds) for kind in kinds.rows]
    new_rows = [row for row in rows if row is not None]
    lines = text.splitlines(keepends=True)
    heads = [number for number, line in enumerate(lines) if HEAD.match(line)]
    if len(heads) != len(kinds.rows):
        return file_text(new_rows)
    place = [kind.id for kind in kinds.rows].index(own_id)
    begin, end = heads[place], heads[place + 1] if place + 1 < len(heads) else len(lines)
    # Blank lines and comments above the next row belong to it.
    while end > begin + 1 and (
        not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")
    ):
        end -= 1
    if values is None:
        while begin > 0 and lines[begin - 1].lstrip().startswith("#"):
            begin -= 1
        while end < len(lines) and not lines[end].strip():
            end += 1
    changed = "".join((*lines[:begin], "" if values is None else row_text(values), *lines[end:]))
    return changed if _holds(changed, new_rows) else file_text(new_rows)


def _holds(text: str, rows: Sequence[Values]) -> bool:
    """Return whether a text has exactly these rows; a text with faulty values must only be TOML."""
    try:
        kinds = read_own_kinds(text)
    except InvalidVocabulary as error:
        return bool(error.faults)  # faults of values, not of the layout
    return kinds.rows == read_own_kinds(file_text(rows)).rows


def _toml(value: str | bool | Sequence[str]) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):  # JSON escapes as TOML does, except for one control character
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return f"[{', '.join(map(_toml, value))}]"
