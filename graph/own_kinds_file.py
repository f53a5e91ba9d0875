"""The file of own kinds: read again when it changes, and changed a row at a time.

A change leaves the text of all other rows as somebody wrote it, comments included. The file is
replaced atomically, so a reader finds the old text or the new one.
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
"""The name of the file in the data folder, where the setting names no other."""
_LOCK_NAME: Final = "vocabulary.lock"
_WAIT_S: Final = 10
_HEADER: Final = "# Own kinds, each beneath one of the vocabulary.\n"
_log = logging.getLogger(__name__)

Values = Mapping[str, str | bool | Sequence[str]]
"""A row by its keys, as it is written."""


class OwnKindsFile:
    """The own kinds of a file, as they are now; thread-safe.

    `may_be_missing`: without the file there are no own kinds. A lock in the data folder keeps the
    kinds as they are while nodes of them are written, in all processes of the folder.
    """

    def __init__(self, path: Path, lock: Path, *, may_be_missing: bool = False) -> None:
        self.path, self._lock, self._may_be_missing = path, lock, may_be_missing
        self._reading = Lock()
        self._stamp: object = None
        self._kinds: OwnKinds | None = None
        self.fault: InvalidVocabulary | None = None
        """Why the file as it is now is not used; the kinds are those of its last good content."""

    def load(self) -> OwnKinds:
        """Return the own kinds, read from the file.

        Raises: InvalidVocabulary: with every fault of the file.
        """
        if self._may_be_missing and not self.path.exists():
            return NO_OWN_KINDS
        return load_own_kinds(self.path)

    def current(self, uses: Callable[[], Collection[OwnKindUse]] = tuple) -> OwnKinds:
        """Return the own kinds, read again if the file has changed since.

        A file that has become unusable, or that lacks a kind in `uses`, is logged, and its last
        good content stays in force.

        Raises: InvalidVocabulary: the file cannot be used, and never could since the start.
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
                    self._kinds = self._reloaded(self._kinds, uses)
                    self.fault = None
                except InvalidVocabulary as fault:
                    self.fault = fault
                    _log.warning("%s is not used as it is now: %s", self.path, fault)
                except StoreUnavailable:  # it is not known which kinds are in use
                    return self._kinds
            self._stamp = stamp
            return self._kinds

    def _reloaded(self, before: OwnKinds, uses: Callable[[], Collection[OwnKindUse]]) -> OwnKinds:
        if before.rows and not self.path.exists():
            return load_own_kinds(self.path)  # raises: deleting the file takes no kinds away
        after = self.load()
        used = uses()
        known = {(use.own_kind, use.words) for use in before.misfits(used)}
        missing = [use for use in after.misfits(used) if (use.own_kind, use.words) not in known]
        if missing:
            raise InvalidVocabulary(
                [f"{use.own_kind}: bruges af {use.nodes} i registret" for use in missing],
                [f"{use.own_kind}: in use by {use.nodes} in the register" for use in missing],
            )
        return after

    @contextmanager
    def hold(self) -> Generator[None]:
        """Keep all processes of the data folder from changing the file meanwhile.

        Raises: filelock.Timeout: another one holds it for too long.
        """
        self._lock.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with FileLock(self._lock, timeout=_WAIT_S, mode=0o600):
            yield

    def text(self) -> str:
        """Return the content of the file; empty where it is missing and may be."""
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
        """Replace the file atomically, synced to disk; its mode stays. Raises: OSError."""
        path = self.path.resolve()  # a link stays one
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
    """Return what differs between any two contents of the file."""
    return sha256(text.encode()).hexdigest()[:16]


# ---- the text of the file


def row_values(kind: OwnKind, kinds: OwnKinds) -> Values:
    """Return an own kind as a row, without what it only inherits."""
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
    """Return a whole file of these rows."""
    return "\n".join((_HEADER, *map(row_text, rows)))


def with_row(text: str, values: Values) -> str:
    """Return the text of a usable file with a row more, or with the row of this id changed."""
    own_id, kinds = str(values["id"]), read_own_kinds(text)
    if own_id not in kinds.by_id:
        return f"{text.rstrip()}\n\n{row_text(values)}" if text.strip() else file_text([values])
    return _replaced(text, kinds, own_id, values)


def without_row(text: str, own_id: str) -> str:
    """Return the text of a usable file without the row of an id, and the comment right above it."""
    return _replaced(text, read_own_kinds(text), own_id, None)


def _replaced(text: str, kinds: OwnKinds, own_id: str, values: Values | None) -> str:
    """Replace the lines of one row. A file laid out otherwise than line by line is written anew."""
    rows = [values if kind.id == own_id else row_values(kind, kinds) for kind in kinds.rows]
    wanted = [row for row in rows if row is not None]
    lines = text.splitlines(keepends=True)
    heads = [number for number, line in enumerate(lines) if HEAD.match(line)]
    if len(heads) != len(kinds.rows):
        return file_text(wanted)
    place = [kind.id for kind in kinds.rows].index(own_id)
    begin, end = heads[place], heads[place + 1] if place + 1 < len(heads) else len(lines)
    while end > begin + 1 and _is_beside(lines[end - 1]):
        end -= 1  # blank lines and comments above the next row are its own
    if values is None:
        while begin > 0 and lines[begin - 1].lstrip().startswith("#"):
            begin -= 1
        while end < len(lines) and not lines[end].strip():
            end += 1
    changed = "".join((*lines[:begin], "" if values is None else row_text(values), *lines[end:]))
    return changed if _holds(changed, wanted) else file_text(wanted)


def _is_beside(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")


def _holds(text: str, rows: Sequence[Values]) -> bool:
    """Whether a text has exactly these rows, as far as it can be read at all."""
    try:
        found = read_own_kinds(text)
    except InvalidVocabulary as error:
        return bool(error.faults)  # of the values, not of how they are laid out
    return found.rows == read_own_kinds(file_text(rows)).rows


def _toml(value: str | bool | Sequence[str]) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):  # JSON escapes as TOML does, except for one control character
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return f"[{', '.join(map(_toml, value))}]"
