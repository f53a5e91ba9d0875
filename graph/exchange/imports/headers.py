"""Finds the headers of a sheet: one row, or two of which the upper one names groups of columns."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from graph.exchange.imports.header_exclusions import excluded_fields
from graph.exchange.imports.words import header_score, plain

if TYPE_CHECKING:
    from graph.exchange.imports.tabular import SheetRow

_FIRST_ROWS: Final = 20  # rows in which the headers are searched
_RECOGNIZED: Final = 80
_MOSTLY: Final = 0.6  # of the widest row: a title or a line "updated on" fills fewer cells


def header_rows(rows: Sequence["SheetRow"]) -> tuple[int, int] | None:
    """Return the places of the first and last row of headers; None if there is none."""
    at = header_row(rows)
    if at is None:
        return None
    if at and _are_headers_together(rows[at - 1], rows[at]):
        return at - 1, at
    if at + 1 < len(rows) and _are_headers_together(rows[at], rows[at + 1]):
        return at, at + 1
    return at, at


def headers_of(rows: Sequence["SheetRow"]) -> tuple[str, ...]:
    """Return the headers of one or two rows; that of a group stands before those of its columns.

    A group reaches to the next cell of its row, or to a column without a name of its own.
    """
    if len(rows) == 1:
        return rows[0].cells
    headers: list[str] = []
    group = ""
    for above, below in zip_longest(rows[0].cells, rows[1].cells, fillvalue=""):
        if above or not below:
            group = above if below else ""
        is_same = plain(group) == plain(below)
        headers.append((f"{group} {below}" if group and not is_same else below) or above)
    return tuple(headers)


def header_row(rows: Sequence["SheetRow"]) -> int | None:
    """Return the place of the row with most headers among the first; None if there is none.

    It is the row with most known headers; in a table of unknown ones, the first row that is nearly
    as wide as the widest, if none of its cells is a number or an address.
    """
    first = rows[:_FIRST_ROWS]
    best, best_count = None, 0
    for place, row in enumerate(first):
        filled = [cell for cell in row.cells if cell]
        count = sum(map(_is_known, filled))
        if count > best_count and 2 * count >= len(filled) - 1:
            best, best_count = place, count
    if best_count >= 2 or (best is not None and len(first[best].cells) == 1):
        return best
    widest = max((sum(map(bool, row.cells)) for row in first), default=0)
    for place, row in enumerate(first):
        filled = [cell for cell in row.cells if cell]
        if len(filled) >= _MOSTLY * widest:
            is_text = not any(map(_has_number, filled))
            return place if is_text and len(filled) > 1 else None
    return None


def _are_headers_together(upper: "SheetRow", lower: "SheetRow") -> bool:
    """Whether the upper row names groups of the lower one, or columns that it leaves without name.

    A title or a remark above the headers does not, and a row of data below them is no header.
    """
    groups = [cell for cell in upper.cells if cell]
    names = [cell for cell in lower.cells if cell]
    if lower.line != upper.line + 1 or len(groups) < 2 or any(map(_has_number, groups)):
        return False
    if 2 * sum(map(_is_known, names)) < len(names):
        return False
    pairs = list(zip_longest(upper.cells, lower.cells, fillvalue=""))
    if not any(below and not above for above, below in pairs):
        return False  # a group has several columns
    is_name_above = any(above and not below for above, below in pairs)
    has_same_names = len(set(map(plain, names))) < len(names)
    known = sum(_is_known(cell) or bool(excluded_fields(plain(cell))) for cell in groups)
    return is_name_above or has_same_names or 2 * known > len(groups)


def _is_known(cell: str) -> bool:
    return header_score(cell) >= _RECOGNIZED


def _has_number(cell: str) -> bool:
    return "@" in cell or any(map(str.isdigit, cell))
