"""Reads Excel files: the limits of the archive first, then the values of the cells.

Macros, pictures, comments and links to other files are never read; formulas are refused, since
their cached value may be outdated.
"""

import io
import re
import stat
import warnings
import zipfile
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from pathlib import PurePosixPath
from typing import Any, Final
from xml.parsers import expat

from graph.exchange.imports.faults import FaultList, FileRefused, ImportRule
from graph.exchange.imports.limits import ReadingLimits
from graph.exchange.imports.tabular import MergedCells, Sheet, SheetRow, clean_cell

_MOST_ROWS: Final = 1_048_576  # of a sheet of Excel
_ENTITIES: Final = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_ROW: Final = f"{_MAIN} row"
_MERGE_CELL: Final = f"{_MAIN} mergeCell"
_MERGED_PER_ROW: Final = 10  # cells that merged ranges may fill, on average
_DIGIT_LIMIT: Final = 10**15  # Excel keeps 15 digits of a number
_ZEROS: Final = re.compile(r"0(?:\\?[ -]?0)+")
_CHUNK: Final = 1 << 20
_OVERLAP: Final = 16
_ENCRYPTED: Final = 0x1
_NESTED: Final = (".zip", ".xlsx", ".xlsm", ".docx", ".7z", ".rar", ".gz", ".tar")


def open_archive(data: bytes, faults: FaultList, limits: ReadingLimits) -> zipfile.ZipFile:
    """Open a zip within the limits on entries, size, ratio and paths.

    Raises: FileRefused: it is damaged, or beyond a limit.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise faults.refuse(ImportRule.BROKEN_ARCHIVE) from None
    if len(entries) > limits.archive_entries:
        raise faults.refuse(ImportRule.ARCHIVE_ENTRIES)
    size = sum(entry.file_size for entry in entries)
    if size > limits.archive_size:
        raise faults.refuse(ImportRule.ARCHIVE_SIZE)
    if any(
        entry.file_size > limits.archive_ratio * max(entry.compress_size, 1)
        and entry.file_size > _CHUNK
        for entry in entries
    ) or size > limits.archive_ratio * max(len(data), 1):
        raise faults.refuse(ImportRule.ARCHIVE_RATIO)
    for entry in entries:
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        is_link = stat.S_ISLNK(entry.external_attr >> 16)
        is_nested = path.suffix.casefold() in _NESTED and "embeddings" not in path.parts
        if path.is_absolute() or ".." in path.parts or is_link or is_nested:
            raise faults.refuse(ImportRule.ARCHIVE_PATH)
        if entry.flag_bits & _ENCRYPTED:
            raise faults.refuse(ImportRule.LOCKED_FILE)
    return archive


def read_members(
    archive: zipfile.ZipFile,
    entries: Iterable[zipfile.ZipInfo],
    faults: FaultList,
    limits: ReadingLimits,
    *,
    folder: str = "",
) -> list[tuple[str, bytes]]:
    """Return files of a zip with their names, each within the size limit.

    `folder` is the prefix of the name of a refused file.

    Raises: FileRefused: one is too large, or damaged.
    """
    members = list(entries)
    for entry in members:
        if entry.file_size > limits.file:
            raise FaultList(f"{folder}{entry.filename}").refuse(ImportRule.FILE_TOO_LARGE)
    try:
        return [(entry.filename, archive.read(entry)) for entry in members]
    except Exception:  # noqa: BLE001 - zlib.error, EOFError, BadZipFile and others
        raise faults.refuse(ImportRule.BROKEN_ARCHIVE) from None


def is_workbook(data: bytes) -> bool:
    """Return whether a zip file is one of Office, such as an Excel file."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "[Content_Types].xml" in archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return False


def sheets_of(data: bytes, faults: FaultList, limits: ReadingLimits) -> list[Sheet]:
    """Return the sheets of an Excel file, each with the faults of its cells.

    Raises: FileRefused: it is not an Excel file, damaged, or dangerous to unpack.
    """
    with open_archive(data, faults, limits) as archive:
        if "word/document.xml" in archive.namelist():
            raise faults.refuse(ImportRule.DOCUMENT)
        if "[Content_Types].xml" not in archive.namelist():
            raise faults.refuse(ImportRule.UNKNOWN_FORMAT)
        refuse_entities(archive, faults)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about parts not read: print areas, conditional formats
        return _sheets(data, faults, limits)


def _sheets(data: bytes, faults: FaultList, limits: ReadingLimits) -> list[Sheet]:
    import openpyxl

    try:
        book = openpyxl.load_workbook(
            io.BytesIO(data), read_only=True, data_only=False, keep_links=False
        )
    except Exception:  # noqa: BLE001 - the library raises what the damage happens to cause
        raise faults.refuse(ImportRule.BROKEN_ARCHIVE) from None
    try:
        return [
            _sheet(sheet, FaultList(faults.file, sheet.title), limits) for sheet in book.worksheets
        ]
    except Exception:  # noqa: BLE001 - as above
        raise faults.refuse(ImportRule.BROKEN_ARCHIVE) from None
    finally:
        book.close()


def _sheet(sheet: Any, faults: FaultList, limits: ReadingLimits) -> Sheet:
    """The rows of a sheet with its faults; beyond a limit it has no rows."""
    rows: Sequence[SheetRow] = ()
    marks = _SheetMarks()
    merged: Sequence[MergedCells] = ()
    try:
        rows = _rows(sheet, faults, limits)
        if rows:
            marks.read(sheet)
        merged = merged_cells_of(marks.merged_cells, rows, faults, limits)
    except FileRefused:
        rows = ()
    return Sheet(
        name=sheet.title,
        rows=tuple(rows),
        is_hidden=sheet.sheet_state != "visible",
        faults=tuple(faults.entries),
        hidden_lines=frozenset(marks.hidden_lines),
        merged_cells=tuple(merged),
    )


def merged_cells_of(
    merged_cells: Iterable[MergedCells],
    rows: Sequence[SheetRow],
    faults: FaultList,
    limits: ReadingLimits,
) -> Sequence[MergedCells]:
    """Return merged cells that span lines, from a row on. Raises: FileRefused: too many."""
    lines = [row.line for row in rows]
    known_lines = set(lines)
    found = [cells for cells in merged_cells if cells.first in known_lines]
    filled = sum(
        bisect_right(lines, cells.last) - bisect_right(lines, cells.first) for cells in found
    )
    if filled > _MERGED_PER_ROW * limits.rows:
        raise faults.refuse(ImportRule.TOO_MANY_MERGED)
    return found


class _SheetMarks:
    """Hidden rows and merged cells, which openpyxl does not give while it reads row by row."""

    def __init__(self) -> None:
        self.hidden_lines: set[int] = set()
        self.merged_cells: list[MergedCells] = []
        self._line = 0

    def read(self, sheet: Any) -> None:
        """Read the part of a sheet, in which DTDs and entities are refused already."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._start
        with sheet._get_source() as part:
            parser.ParseFile(part)

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == _ROW:
            self._line = int(float(attributes.get("r", self._line + 1)))
            if attributes.get("hidden") in ("1", "true"):
                self.hidden_lines.add(self._line)
        elif name == _MERGE_CELL:
            from openpyxl.utils import range_boundaries

            left, top, _right, bottom = range_boundaries(attributes["ref"])
            if left and top and bottom and top < bottom:
                self.merged_cells.append(MergedCells(top, bottom, left - 1))


def refuse_entities(archive: zipfile.ZipFile, faults: FaultList) -> None:
    """Refuse a DTD or entities in any part, whatever its name, before a parser sees them."""
    try:
        for entry in archive.infolist():
            with archive.open(entry) as part:
                before = b""
                while chunk := part.read(_CHUNK):
                    # In UTF-16 every other byte is NUL.
                    if _ENTITIES.search((before + chunk).replace(b"\0", b"")):
                        raise faults.refuse(ImportRule.XML_ENTITIES)
                    before = chunk[-_OVERLAP:]
    except FileRefused:
        raise
    except Exception:  # noqa: BLE001 - zlib.error, EOFError, BadZipFile and others
        raise faults.refuse(ImportRule.BROKEN_ARCHIVE) from None


def _rows(sheet: Any, faults: FaultList, limits: ReadingLimits) -> list[SheetRow]:
    """The rows that are not blank."""
    sheet.reset_dimensions()  # those stated in the file may be wrong
    lines = enumerate(sheet.iter_rows(max_row=_MOST_ROWS), start=1)
    return filled_rows(
        ((line, [_text(cell) for cell in cells]) for line, cells in lines if cells), faults, limits
    )


def filled_rows(
    lines: Iterable[tuple[int, Sequence[str | ImportRule]]],
    faults: FaultList,
    limits: ReadingLimits,
) -> list[SheetRow]:
    """Return the rows of a spreadsheet that are not blank, without empty cells at their end.

    A cell that is a rule is a fault. Raises: FileRefused: too many rows or columns.
    """
    rows: list[SheetRow] = []
    for line, cells in lines:
        texts: list[str] = []
        for column, cell in enumerate(cells):
            text = "" if isinstance(cell, ImportRule) else clean_cell(cell)
            if isinstance(cell, ImportRule):
                faults.add(cell, line, column)
            elif limits.is_long_cell(text):
                faults.add(ImportRule.CELL_TOO_LONG, line, column)
            texts.append(text)
        while texts and not texts[-1]:
            texts.pop()
        if not texts:
            continue
        if len(texts) > limits.columns:
            raise faults.refuse(ImportRule.TOO_MANY_COLUMNS, line)
        if len(rows) > limits.rows:
            raise faults.refuse(ImportRule.TOO_MANY_ROWS, line)
        rows.append(SheetRow(line, tuple(texts)))
    return rows


def _text(cell: Any) -> str | ImportRule:
    from openpyxl.utils.escape import unescape

    match cell.data_type, cell.value:
        case "f", _:
            return ImportRule.FORMULA
        case "e", _:
            return ImportRule.ERROR_VALUE
        case _, str() as value:
            text: str = unescape(value)
            if text != value:  # a character beyond 16 bits is escaped as two
                text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            return text
        case _, int() | float() as value if not isinstance(value, bool):
            shown = text_of(value)
            is_whole = shown.lstrip("-").isdecimal()
            return _with_zeros(int(value), cell) if is_whole else shown
        case _, value:
            return text_of(value)


def text_of(value: object) -> str | ImportRule:
    """Return a value as it is shown: dates as ISO, whole numbers without a point."""
    match value:
        case None:
            return ""
        case bool():
            return "ja" if value else "nej"
        case datetime():
            is_day = value.time() == time()
            return value.date().isoformat() if is_day else value.isoformat(" ", "minutes")
        case date():
            return value.isoformat()
        case time():
            return value.isoformat("minutes")
        case int() | float() if abs(value) >= _DIGIT_LIMIT:
            return ImportRule.LONG_NUMBER
        case int() | float() if float(value).is_integer():
            return str(int(value))
        case _:
            return str(value)


def _with_zeros(number: int, cell: Any) -> str:
    """A whole number with the leading zeros of its format, as 7 by `0000` or `00 00`."""
    try:
        shown_as: str = cell.number_format
    except IndexError:  # of a style that is not in the file
        return str(number)
    if number < 0 or not _ZEROS.fullmatch(shown_as):
        return str(number)
    digits = list(str(number).zfill(shown_as.count("0")))
    text = ""
    for mark in reversed(shown_as.replace("\\", "")):
        text = (digits.pop() if mark == "0" else mark) + text
    return "".join(digits) + text
