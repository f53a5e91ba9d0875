"""Anchors: the head of the audit chain, recorded in a file on another volume.

Someone who truncates the log cannot truncate that file too. A line is an instant, a row's number
and its MAC. Without anchors a truncation of the log cannot be detected.
"""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from api.audit.entry import instant

_MAC_LETTERS: Final = 64


class UnreadableAnchor(Exception):
    """A line of the anchor file is invalid; `line` is its number."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line} of the anchor file is no anchor")
        self.line = line


class Anchors:
    """The anchor file, on another volume than the log."""

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
        found: dict[int, str] = {}
        lines = self.path.read_text("utf-8", errors="replace").splitlines(keepends=True)
        for number, line in enumerate(lines, start=1):
            parts = line.split()
            match parts:
                case [_at, seq, mac] if seq.isdecimal() and len(mac) == _MAC_LETTERS:
                    if found.setdefault(int(seq), mac) != mac:
                        raise UnreadableAnchor(number)
                case _ if _is_torn(lines, number):
                    continue
                case _:
                    raise UnreadableAnchor(number)
        return found

    def last_at(self) -> datetime | None:
        """The instant of the newest anchor; None if none can be read."""
        try:
            lines = self.path.read_text("utf-8", errors="replace").splitlines()
            return datetime.fromisoformat(lines[-1].split()[0])
        except (OSError, IndexError, ValueError):
            return None


def _is_torn(lines: list[str], number: int) -> bool:
    """Whether a line was left incomplete by a crash: it is shorter than any complete one."""
    return len(lines[number - 1]) < _MAC_LETTERS and not lines[number - 1].strip("\n").isspace()
