"""Reads CSV files and spreadsheets as sheets of rows, or refuses them with the place of each fault.

`read_file` does not interpret the columns; `table_of` finds the row of headers, and empties every
cell that the content filter refuses. Nothing is imported of a sheet with a fault.
"""

import hashlib
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from graph.errors import RefusedContent
from graph.exchange.csv import unescape_formula
from graph.exchange.imports.contacts import guarded_parts
from graph.exchange.imports.cpr_columns import CprColumns
from graph.exchange.imports.faults import (
    FaultList,
    FileRefused,
    ImportFault,
    ImportRule,
    column_letters,
)
from graph.exchange.imports.header_exclusions import is_other_number
from graph.exchange.imports.headers import header_rows, headers_of
from graph.exchange.imports.limits import ReadingLimits
from graph.exchange.imports.words import plain
from graph.model.content_filter import (
    forbidden_column,
    normalize_text,
    refuse_cells,
    refuse_content,
)
from graph.vocabulary import Language, Rule, Term

ZIP_MARK: Final = b"PK\x03\x04"
_EMPTY_ZIP: Final = b"PK\x05\x06"
_OLE_MARK: Final = bytes.fromhex("d0cf11e0a1b11ae1")
CORRECTION_HEADERS: Final[Mapping[Language, tuple[str, str]]] = {
    "da": ("Linje", "Hvad skal rettes"),
    "en": ("Line", "What to correct"),
}
"""The last columns of rows to correct: the line of the first file, and what was wrong."""
_FIRST_LINES: Final = 5  # lines that a notice names


class ReadingNotice(Term):
    """A notice about how a file was read; it is not a fault."""

    WINDOWS_1252 = (
        "WINDOWS_1252",
        "filen er læst som Windows-1252, ikke UTF-8; se efter, at æ, ø og å er rigtige",
        "the file was read as Windows-1252, not UTF-8; check that æ, ø and å are right",
    )  # fmt: skip
    CP850 = (
        "CP850", "filen er læst som CP850 (DOS); se efter, at æ, ø og å er rigtige",
        "the file was read as CP850 (DOS); check that æ, ø and å are right",
    )  # fmt: skip
    MAC_ROMAN = (
        "MAC_ROMAN", "filen er læst som Mac Roman; se efter, at æ, ø og å er rigtige",
        "the file was read as Mac Roman; check that æ, ø and å are right",
    )  # fmt: skip
    UTF_8_LINES = (
        "UTF_8_LINES", "nogle linjer er læst som UTF-8, som de er skrevet i",
        "some lines were read as UTF-8, in which they are written",
    )  # fmt: skip
    OTHER_SHEETS = (
        "OTHER_SHEETS", "andre ark i filen er ikke læst", "other sheets of the file were not read",
    )  # fmt: skip
    LINES_ABOVE = (
        "LINES_ABOVE", "linjer over overskrifterne er sprunget over",
        "lines above the headers were skipped",
    )  # fmt: skip
    NO_HEADER = (
        "NO_HEADER", "en kolonne uden overskrift er navngivet efter sit bogstav",
        "a column without a header is named after its letter",
    )  # fmt: skip
    HIDDEN_ROWS = (
        "HIDDEN_ROWS", "skjulte rækker er læst med; slet dem, der ikke skal med",
        "hidden rows were read too; delete those that do not belong",
    )  # fmt: skip
    OLD_EXCEL = (
        "OLD_EXCEL",
        "gammel Excel (.xls): formler er læst med deres sidst gemte værdi, og skjulte rækker er "
        "læst med",
        "old Excel (.xls): formulas were read as their last saved value, and hidden rows too",
    )  # fmt: skip
    MERGED = (
        "MERGED", "flettede celler er læst som samme værdi i alle deres rækker",
        "merged cells were read as one value in all their rows",
    )  # fmt: skip
    NEVER_STORED = (
        "NEVER_STORED", "celler med et CPR-nummer eller andet, der aldrig gemmes, er ikke læst",
        "cells with a CPR number or other content that is never stored were not read",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row that is not blank; `line` is its number in the file, from 1.

    `refused` has the columns whose content is never stored, with the rule; their cells are empty.
    """

    line: int
    cells: tuple[str, ...]
    refused: tuple[tuple[int, Rule], ...] = ()


class MergedCells(NamedTuple):
    """Merged cells that span lines, with their left column, from 0."""

    first: int
    last: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The rows of a sheet of Excel or of a CSV file, whose only sheet has no name.

    `is_even`: each row must have as many cells as the header, as in CSV. `faults` refuse the sheet,
    not the file.
    """

    name: str | None
    rows: tuple[SheetRow, ...]
    is_hidden: bool = False
    is_even: bool = False
    faults: tuple[ImportFault, ...] = ()
    hidden_lines: frozenset[int] = frozenset()
    merged_cells: tuple[MergedCells, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was read."""
        return not self.rows and not self.faults


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """A file as read; `digest` is the SHA-256 of its bytes, `notices` have their lines."""

    name: str
    digest: str
    sheets: tuple[Sheet, ...]
    notices: Mapping[ReadingNotice, tuple[int, ...]] = field(
        default_factory=dict[ReadingNotice, tuple[int, ...]]
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTable:
    """A sheet with its headers; each row has as many cells as there are headers.

    `notice_lines` are the lines that a notice is about.
    """

    file: str
    sheet: str | None
    digest: str
    header_line: int
    headers: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    notices: tuple[ReadingNotice, ...]
    notice_lines: Mapping[ReadingNotice, tuple[int, ...]] = field(
        default_factory=dict[ReadingNotice, tuple[int, ...]]
    )

    @property
    def is_correction(self) -> bool:
        """Whether the table is the refused rows of another, corrected and sent again."""
        return self.headers[-2:] in CORRECTION_HEADERS.values()

    def notice_count(self, notice: ReadingNotice) -> int:
        """Return how many lines a notice is about; 1 where it is about the whole sheet."""
        return len(self.notice_lines.get(notice, ())) or 1

    def notice_text(self, notice: ReadingNotice, lang: Language) -> str:
        """Return a notice with the first of its lines."""
        lines = self.notice_lines.get(notice, ())
        if not lines:
            return notice.label(lang)
        if len(lines) == 1:
            word = "linje" if lang == "da" else "line"
        else:
            word = "linjerne" if lang == "da" else "lines"
        more = " …" if len(lines) > _FIRST_LINES else ""
        first = ", ".join(map(str, lines[:_FIRST_LINES]))
        return f"{notice.label(lang)} ({word} {first}{more})"

    def examples(self, column: int, most: int = 5) -> tuple[str, ...]:
        """Return the first different cells of a column, for display."""
        cells: dict[str, None] = {}
        for row in self.rows:
            if row.cells[column]:
                cells.setdefault(row.cells[column])
            if len(cells) == most:
                break
        return tuple(cells)


def digest_of(data: bytes) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(data).hexdigest()


def read_file(
    name: str,
    data: bytes,
    *,
    limits: ReadingLimits | None = None,
    encoding: str | None = None,
) -> SourceFile:
    """Read a CSV file or a spreadsheet; the format follows from the content, not from the name.

    `encoding` is that of a CSV file; without it, it is recognized.

    Raises: FileRefused: with every fault found; those of a sheet of Excel by `table_of`.
    """
    from graph.exchange.imports import calamine, delimited, excel

    limits = limits or ReadingLimits()
    faults = FaultList(name)
    notices: Mapping[ReadingNotice, tuple[int, ...]] = {}
    if len(data) > limits.file:
        raise faults.refuse(ImportRule.FILE_TOO_LARGE)
    foreign_format = foreign_format_of(data)
    if foreign_format is not None:
        raise faults.refuse(foreign_format)
    if data.startswith(_OLE_MARK) or calamine.is_open_document(data):
        sheets = calamine.sheets_of(data, faults, limits)
        if data.startswith(_OLE_MARK):
            notices = {ReadingNotice.OLD_EXCEL: ()}
    elif data.startswith((ZIP_MARK, _EMPTY_ZIP)):
        sheets = excel.sheets_of(data, faults, limits)
    else:
        sheets, notices = delimited.sheets_of(data, faults, limits, encoding)
    faults.require_none()
    if all(sheet.is_empty for sheet in sheets):
        raise faults.refuse(ImportRule.EMPTY_FILE)
    return SourceFile(name=name, digest=digest_of(data), sheets=tuple(sheets), notices=notices)


def foreign_format_of(data: bytes) -> ImportRule | None:
    """Return the refusal of a file of a known format that is not read, by how it begins."""
    start = data[:1000].decode("latin-1").removeprefix("ï»¿").lstrip()
    patterns = _FOREIGN_FORMATS.items()
    return next((rule for rule, pattern in patterns if pattern.match(start)), None)


_FOREIGN_FORMATS: Final = {
    ImportRule.VCARD: re.compile(r"BEGIN:V(?:CARD|CALENDAR)\s", re.IGNORECASE),
    ImportRule.LDIF: re.compile(
        r"(?:#.*\s+)*(?:version:\s*\d+\s+)?(?:#.*\s+)*dn::?\s", re.IGNORECASE
    ),
    ImportRule.YAML: re.compile(r"(?:#.*\s+)*(?:%YAML|---\s*\n|-[ \t]+[\w-]+:[ \t])"),
    ImportRule.WEB_PAGE: re.compile(r"<(?:!doctype html|html|table|\?xml)", re.IGNORECASE),
    ImportRule.DOCUMENT: re.compile(r"%PDF-|\{\\rtf"),
}


def clean_cell(text: str) -> str:
    """Return a cell as it is compared: the guard of an export removed, each line normalized."""
    text = unescape_formula(text)
    if "\n" in text or "\r" in text:
        lines = (normalize_text(line) for line in text.splitlines())
        return "\n".join(line for line in lines if line)
    return normalize_text(text)


def table_of(file: SourceFile, sheet: str | None = None) -> SourceTable:
    """Return the table of a sheet; without a name, of the only visible one that is not empty.

    Raises: FileRefused: no such sheet or several, faults of the sheet, no headers, forbidden
        columns or content.
    """
    chosen_sheet = _chosen_sheet(file, sheet)
    if chosen_sheet.faults:
        raise FileRefused(chosen_sheet.faults)
    faults = FaultList(file.name, chosen_sheet.name)
    notices = list(file.notices)
    others = [other for other in file.sheets if other is not chosen_sheet and not other.is_empty]
    if others:
        notices.append(ReadingNotice.OTHER_SHEETS)
    places = header_rows(chosen_sheet.rows)
    if places is None:
        raise faults.refuse(ImportRule.NO_HEADER, chosen_sheet.rows[0].line)
    first, last = places
    if first:
        notices.append(ReadingNotice.LINES_ABOVE)
    header = chosen_sheet.rows[last]
    _refuse_forbidden(chosen_sheet.rows[: last + 1], faults)
    rows, merged_lines = _with_merged(chosen_sheet, last + 1)
    lines = {
        **file.notices,
        ReadingNotice.HIDDEN_ROWS: tuple(
            row.line for row in rows if row.line in chosen_sheet.hidden_lines
        ),
        ReadingNotice.MERGED: merged_lines,
    }
    headers = list(headers_of(chosen_sheet.rows[first : last + 1]))
    width = len(headers)
    for fault in faults.entries:  # a refused text is not repeated as the name of its column
        if fault.place.line == header.line and fault.place.column is not None:
            headers[fault.place.column] = ""
    if not chosen_sheet.is_even:
        width = max([width, *(len(row.cells) for row in rows)])
        headers += [""] * (width - len(headers))
    for column in range(width):
        if not headers[column] and any(
            column < len(row.cells) and row.cells[column] for row in rows
        ):
            headers[column] = f"Kolonne {column_letters(column)}"
            notices.append(ReadingNotice.NO_HEADER)
    first_columns: dict[str, int] = {}
    for column, text in enumerate(headers):
        if text and first_columns.setdefault(text.casefold(), column) != column:
            faults.add(ImportRule.SAME_HEADER, header.line, column, text)
    even: list[SheetRow] = []
    for row in rows:
        if len(row.cells) != width and chosen_sheet.is_even:
            faults.add(ImportRule.RAGGED_ROW, row.line)
            continue
        even.append(SheetRow(row.line, row.cells + ("",) * (width - len(row.cells))))
    even = list(_without_forbidden(even, headers, header.line, faults))
    faults.require_none()
    lines[ReadingNotice.NEVER_STORED] = tuple(row.line for row in even if row.refused)
    notices += [notice for notice in lines if lines[notice]]
    if not even:
        raise faults.refuse(ImportRule.EMPTY_FILE)
    return SourceTable(
        file=file.name,
        sheet=chosen_sheet.name,
        digest=file.digest,
        header_line=header.line,
        headers=tuple(headers),
        rows=tuple(even),
        notices=tuple(dict.fromkeys(notices)),
        notice_lines={notice: numbers for notice, numbers in lines.items() if numbers},
    )


def _chosen_sheet(file: SourceFile, name: str | None) -> Sheet:
    faults = FaultList(file.name)
    names = [sheet.name for sheet in file.sheets if sheet.name]
    if name is not None:
        for sheet in file.sheets:
            if sheet.name is not None and sheet.name.casefold() == name.strip().casefold():
                if sheet.is_empty:
                    raise FaultList(file.name, sheet.name).refuse(ImportRule.EMPTY_FILE)
                return sheet
        faults.add(ImportRule.UNKNOWN_SHEET, proposals=names)
    else:
        filled = [sheet for sheet in file.sheets if not sheet.is_empty and not sheet.is_hidden]
        if len(filled) == 1:
            return filled[0]
        faults.add(
            ImportRule.CHOOSE_SHEET if filled else ImportRule.EMPTY_FILE,
            proposals=[sheet.name or "" for sheet in filled],
        )
    faults.require_none()
    raise AssertionError


def _with_merged(sheet: Sheet, start: int) -> tuple[Sequence[SheetRow], tuple[int, ...]]:
    """The rows from a place on, with the value of merged cells in all their rows.

    Returns also the first line of each merged range; those that begin above are left as they are.
    """
    rows = list(sheet.rows[start:])
    lines = [row.line for row in rows]
    first_lines: set[int] = set()
    for first, last, column in sheet.merged_cells:
        at, stop = bisect_left(lines, first), bisect_right(lines, last)
        if stop - at < 2 or lines[at] != first or column >= len(rows[at].cells):
            continue
        value = rows[at].cells[column]
        if not value:
            continue
        first_lines.add(first)
        for below in range(at + 1, stop):
            cells = rows[below].cells
            cells += ("",) * (column + 1 - len(cells))
            rows[below] = replace(rows[below], cells=(*cells[:column], value, *cells[column + 1 :]))
    return rows, tuple(sorted(first_lines))


def _refuse_forbidden(rows: Sequence[SheetRow], faults: FaultList) -> None:
    """Refuse columns about citizens and cases, also above the row that was taken for the header."""
    for row in rows:
        is_header = row is rows[-1]
        if is_header or sum(map(bool, row.cells)) > 2:
            for column, cell in enumerate(row.cells):
                if forbidden_column(cell):
                    faults.add(Rule.FORBIDDEN_COLUMN, row.line, column)
        for column, cell in enumerate(row.cells):
            try:
                for part in guarded_parts(cell):
                    refuse_content("", part)
            except RefusedContent as error:
                faults.add(error.rule, row.line, column)


def _without_forbidden(
    rows: Sequence[SheetRow], headers: Sequence[str], header_line: int, faults: FaultList
) -> Iterator[SheetRow]:
    """Empty the cells whose content is never stored; a column of CPR numbers is a fault."""
    other_numbers = {at for at, text in enumerate(headers) if is_other_number(plain(text))}
    cpr_columns = CprColumns[int]()
    for row in rows:
        refused = _forbidden_cells(row.cells, other_numbers)
        for column, cell in enumerate(row.cells):
            if cell:
                is_number = refused.get(column) is Rule.CPR_NUMBER
                cpr_columns.add(column, cell, is_number=is_number)
        if refused:
            cells = ("" if at in refused else cell for at, cell in enumerate(row.cells))
            row = SheetRow(row.line, tuple(cells), tuple(refused.items()))
        yield row
    for column, header in enumerate(headers):
        if column in cpr_columns:
            faults.add(Rule.CPR_NUMBER, header_line, column, header)


def _forbidden_cells(cells: Sequence[str], other_numbers: Set[int]) -> Mapping[int, Rule]:
    """The rule for each cell whose content is never stored; columns of other numbers are believed.

    The model still refuses a CPR number there where it would be stored.
    """
    refused: dict[int, Rule] = {}
    for column, cell in enumerate(cells):
        try:
            for part in guarded_parts(cell):
                refuse_content("", part)
        except RefusedContent as error:
            if error.rule is not Rule.CPR_NUMBER or column not in other_numbers:
                refused[column] = error.rule
    try:
        refuse_cells(["" if at in other_numbers else cell for at, cell in enumerate(cells)])
    except RefusedContent as error:
        first = int(error.field) - 1
        refused[first] = refused[first + 1] = error.rule
    return refused


def rows_by_line(table: SourceTable) -> Mapping[int, SheetRow]:
    """Return the rows by their line."""
    return {row.line: row for row in table.rows}
