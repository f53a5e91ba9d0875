"""Size limits of imported files, checked before parsing."""

from dataclasses import dataclass
from typing import Final

MIB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingLimits:
    """Limits of a file; sizes are in bytes, `cell` and `line` in bytes of UTF-8.

    A text in JSON may be as long as a line.
    """

    file: int = 10 * MIB
    rows: int = 60_000
    columns: int = 200
    cell: int = 4 * 1024
    line: int = 64 * 1024
    archive_entries: int = 200
    archive_size: int = 100 * MIB
    archive_ratio: int = 100

    def is_long_line(self, text: str) -> bool:
        """Return whether a line, or a text in JSON, is too long."""
        return _is_longer(text, self.line)

    def is_long_cell(self, text: str) -> bool:
        """Return whether a cell is too long."""
        return _is_longer(text, self.cell)


def _is_longer(text: str, most: int) -> bool:
    return len(text) > most // 4 and len(text.encode(errors="surrogatepass")) > most


OPERATOR_LIMITS: Final = ReadingLimits(file=50 * MIB, rows=500_000)
"""Limits for the operator at the command line, who is responsible for the machine."""
