"""Reads CSV files: delimiter, quotes, and rows."""

import csv
import io
import re
from collections.abc import Mapping
from typing import Final

from graph.exchange.imports.encodings import decode
from graph.exchange.imports.faults import FaultList, ImportRule
from graph.exchange.imports.headers import header_row
from graph.exchange.imports.limits import ReadingLimits
from graph.exchange.imports.tabular import ReadingNotice, Sheet, SheetRow, clean_cell

DELIMITERS: Final = (";", ",", "\t")
_GARBLED: Final = re.compile(
    "Ã[¦\u00b8¥†\u02dc…\u0085\u0098\u0086]"
)  # æ ø å Æ Ø Å, read as Windows-1252
_SEPARATOR: Final = re.compile(r"\ufeff?sep=(.)\r?\n", re.IGNORECASE)  # a hint of Excel's
_BLANK: Final = " \t\r\n;,\ufeff"
_FIRST_ROWS: Final = 40  # by which the delimiter is chosen
_FORMULA: Final = re.compile("[=＝]")  # noqa: RUF001 - the full-width sign is meant


def sheets_of(
    data: bytes, faults: FaultList, limits: ReadingLimits, encoding: str | None
) -> tuple[list[Sheet], Mapping[ReadingNotice, tuple[int, ...]]]:
    """Return the only sheet of a CSV file, and notices with their lines; faults are added.

    Raises: FileRefused: it cannot be read as text.
    """
    text, notices = decode(data, faults, encoding)
    if garbled := _GARBLED.search(text):
        line = text.count("\n", 0, garbled.start()) + 1
        raise faults.refuse(ImportRule.GARBLED, line)
    for number, line in enumerate(text.split("\n"), start=1):
        if limits.is_long_line(line):
            faults.add(ImportRule.LINE_TOO_LONG, number)
    faults.require_none()
    start = 0
    if hint := _SEPARATOR.match(text):
        text, start = text[hint.end() :], 1
    if not text.strip(_BLANK):
        raise faults.refuse(ImportRule.EMPTY_FILE)
    delimiter = hint[1] if hint else _delimiter(text, faults)
    rows = _rows(text, delimiter, faults, limits, start)
    faults.require_none()
    return [Sheet(name=None, rows=tuple(rows), is_even=True)], notices


def _delimiter(text: str, faults: FaultList) -> str:
    """Return the delimiter that gives the header most columns, and the rows below as many.

    Raises: FileRefused: none separates the header, or two do equally well.
    """
    layouts: list[tuple[bool, int, str]] = []
    for delimiter in DELIMITERS:
        rows = _first_rows(text, delimiter)
        place = header_row([SheetRow(number, tuple(row)) for number, row in enumerate(rows)])
        if place is None:
            place = 0
        width = len(rows[place])
        if width < 2:
            continue
        below = rows[place + 1 :]
        is_even = all(len(row) == width for row in below)
        layouts.append((is_even, width, delimiter))
    if not layouts:
        if len(text.splitlines()) and not any(mark in text for mark in DELIMITERS):
            return DELIMITERS[0]  # a single column
        raise faults.refuse(ImportRule.DELIMITER, 1)
    even = [layout for layout in layouts if layout[0]]
    if len(even) == 1:
        return even[0][2]
    if len(even) > 1 or len(layouts) > 1:
        candidates = sorted(even or layouts, key=lambda layout: -layout[1])
        if candidates[0][1] >= 2 * candidates[1][1]:
            return candidates[0][2]
        raise faults.refuse(ImportRule.DELIMITER, 1)
    return layouts[0][2]


def _first_rows(text: str, delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            if any(cell.strip() for cell in row):
                rows.append([clean_cell(cell) for cell in row])
            if len(rows) == _FIRST_ROWS:
                break
    except csv.Error:
        pass  # reported by `_rows`
    return rows or [[""]]


def _rows(
    text: str, delimiter: str, faults: FaultList, limits: ReadingLimits, start: int
) -> list[SheetRow]:
    rows: list[SheetRow] = []
    others: dict[int, list[int]] = {}
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = start + 1
    try:
        for cells in reader:
            here, line = line, start + reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if len(rows) > limits.rows:  # one is the header
                raise faults.refuse(ImportRule.TOO_MANY_ROWS, here)
            if len(cells) > limits.columns:
                faults.add(ImportRule.TOO_MANY_COLUMNS, here)
                continue
            for column, cell in enumerate(cells):
                if limits.is_long_cell(cell):
                    faults.add(ImportRule.CELL_TOO_LONG, here, column)
                elif _FORMULA.match(cell.lstrip()):
                    faults.add(ImportRule.FORMULA, here, column)
            others[here] = [
                len(cells) + sum(cell.count(mark) for cell in cells)
                for mark in DELIMITERS
                if mark != delimiter
            ]
            rows.append(SheetRow(here, tuple(map(clean_cell, cells))))
    except csv.Error as error:
        is_long = "limit" in str(error)
        raise faults.refuse(
            ImportRule.CELL_TOO_LONG if is_long else ImportRule.QUOTES, line
        ) from None
    # Rows that another delimiter would split into as many cells as the header.
    place = header_row(rows)
    for row in rows[place + 1 :] if place is not None else ():
        width = len(rows[place or 0].cells)
        if len(row.cells) != width and width in others[row.line]:
            faults.add(ImportRule.DELIMITER, row.line)
    return rows
