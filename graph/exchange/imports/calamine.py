"""Reads the spreadsheets of OpenDocument (.ods) and old Excel (.xls)."""

import io
from collections.abc import Mapping, Sequence
from typing import Any, Final
from xml.parsers import expat

from graph.exchange.imports.excel import (
    filled_rows,
    merged_cells_of,
    open_archive,
    refuse_entities,
    text_of,
)
from graph.exchange.imports.faults import FaultList, FileRefused, ImportRule
from graph.exchange.imports.limits import ReadingLimits
from graph.exchange.imports.tabular import MergedCells, Sheet, SheetRow

_ODS: Final = b"application/vnd.oasis.opendocument.spreadsheet"
_TABLE: Final = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
_VALUE_TYPE: Final = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 value-type"
_ERRORS: Final = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"})


def is_open_document(data: bytes) -> bool:
    """Return whether a zip is a spreadsheet of OpenDocument, by the type that it begins with."""
    return _ODS in data[:128]


def sheets_of(data: bytes, faults: FaultList, limits: ReadingLimits) -> list[Sheet]:
    """Return the sheets of a spreadsheet, each with the faults of its cells.

    A formula is a fault in OpenDocument; in old Excel, which does not tell it apart, its last
    saved value is read. Raises: FileRefused: it is damaged, locked, or too large.
    """
    import python_calamine

    tables: Mapping[str, _Table] = {}
    if is_open_document(data):
        tables = _tables(data, faults, limits)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        return [
            _sheet(book, about, tables.get(about.name, _Table(faults.file, about.name)), limits)
            for about in book.sheets_metadata
        ]
    except python_calamine.CalamineError:
        raise faults.refuse(ImportRule.LOCKED_FILE) from None


def _sheet(book: Any, about: Any, table: "_Table", limits: ReadingLimits) -> Sheet:
    import python_calamine

    sheet, faults = book.get_sheet_by_name(about.name), table.faults
    lines = enumerate(sheet.to_python(skip_empty_area=False), start=1)
    rows: Sequence[SheetRow] = ()
    merged: Sequence[MergedCells] = ()
    try:
        rows = filled_rows(
            ((line, [_text(cell) for cell in cells]) for line, cells in lines), faults, limits
        )
        ranges = (
            MergedCells(top + 1, bottom + 1, left)
            for (top, left), (bottom, _right) in sheet.merged_cell_ranges or ()
            if top < bottom
        )
        merged = merged_cells_of([*ranges, *table.merged_cells], rows, faults, limits)
    except FileRefused:
        rows = ()
    return Sheet(
        name=about.name,
        rows=tuple(rows),
        is_hidden=about.visible != python_calamine.SheetVisibleEnum.Visible,
        faults=tuple(faults.entries),
        hidden_lines=frozenset(table.hidden_lines),
        merged_cells=tuple(merged),
    )


def _text(value: object) -> str | ImportRule:
    return ImportRule.ERROR_VALUE if value in _ERRORS else text_of(value)


class _Table:
    """What calamine does not give of a table of OpenDocument."""

    def __init__(self, file: str, name: str) -> None:
        self.faults = FaultList(file, name)
        self.hidden_lines: set[int] = set()
        self.merged_cells: list[MergedCells] = []


def _tables(data: bytes, faults: FaultList, limits: ReadingLimits) -> Mapping[str, _Table]:
    """The tables of OpenDocument by their name.

    Raises: FileRefused: it is damaged, or its cells are so far apart that the table between them
        would fill the memory.
    """
    reader = _TableReader(faults.file, limits)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = reader.start
    with open_archive(data, faults, limits) as archive:
        refuse_entities(archive, faults)
        try:
            with archive.open("content.xml") as part:
                parser.ParseFile(part)
        except FileRefused:
            raise
        except Exception:  # noqa: BLE001 - zlib.error, EOFError, ExpatError and others
            raise faults.refuse(ImportRule.BROKEN_ARCHIVE) from None
    return reader.tables


class _TableReader:
    """Reads the rows and cells of tables; each may stand for several equal ones."""

    def __init__(self, file: str, limits: ReadingLimits) -> None:
        self.tables: dict[str, _Table] = {}
        self._file, self._limits, self._table = file, limits, _Table(file, "")
        self._above, self._rows, self._columns = 0, 0, 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Read the start of an element. Raises: FileRefused."""
        attribute = {name.removeprefix(_TABLE): value for name, value in attributes.items()}
        match tag.removeprefix(_TABLE):
            case "table":
                name = attribute.get("name", "")
                self._table = self.tables[name] = _Table(self._file, name)
                self._above = self._rows = 0
            case "table-row":
                self._above += self._rows
                self._rows = int(attribute.get("number-rows-repeated", 1))
                self._columns = 0
                if attribute.get("visibility") in ("collapse", "filter"):
                    last = self._above + min(self._rows, self._limits.rows)
                    self._table.hidden_lines.update(range(self._above + 1, last + 1))
            case "table-cell" | "covered-table-cell":
                self._cell(attribute)
            case _:
                pass

    def _cell(self, attribute: Mapping[str, str]) -> None:
        line, column = self._above + 1, self._columns
        self._columns += int(attribute.get("number-columns-repeated", 1))
        if "formula" in attribute:
            self._table.faults.add(ImportRule.FORMULA, line, column)
        if _VALUE_TYPE in attribute and self._columns > self._limits.columns:
            raise self._table.faults.refuse(ImportRule.TOO_MANY_COLUMNS, line)
        if _VALUE_TYPE in attribute and self._above + self._rows > self._limits.rows:
            raise self._table.faults.refuse(ImportRule.TOO_MANY_ROWS, line)
        spanned = int(attribute.get("number-rows-spanned", 1))
        if spanned > 1:
            self._table.merged_cells.append(MergedCells(line, self._above + spanned, column))
