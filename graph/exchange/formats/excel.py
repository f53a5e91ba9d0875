"""The structure as an Excel workbook: sheets of nodes, of links, and of provenance.

The columns are those of the CSV tables. Dates and numbers are typed cells; a text that a
spreadsheet could interpret as a formula is escaped as in CSV, and never written as a formula.
"""

import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import UTC, date
from typing import Any, Final

from graph.exchange.csv import escape_formula
from graph.exchange.formats.csv_tables import (
    LINK_HEAD,
    NODE_HEAD,
    link_rows,
    lost_fields,
    node_rows,
)
from graph.exchange.loss_report import ExportLoss, LossKind, nonzero_losses
from graph.exchange.provenance import Provenance
from graph.exchange.selection import ExportSelection, in_words
from graph.exchange.shared_terms import with_grounds
from graph.exchange.structure_format import StructureFormat
from graph.exchange.zip_file import zip_files
from graph.vocabulary import Language

_SHEETS: Final[dict[Language, tuple[str, str, str]]] = {
    "da": ("Noder", "Forbindelser", "Om filen"),
    "en": ("Nodes", "Links", "About"),
}
_CORE: Final = "docProps/core.xml"
_MOST_WIDE: Final = 60
_NOT_IN_XML: Final = dict.fromkeys(
    code for code in (*range(32), 0xFFFE, 0xFFFF) if chr(code) not in "\t\n\r"
)


def excel(selection: ExportSelection, stamp: Provenance, lang: Language) -> bytes:
    """The workbook."""
    nodes, links, about = _SHEETS[lang]
    tables = (
        (nodes, NODE_HEAD[lang], node_rows(selection, lang)),
        (links, LINK_HEAD[lang], link_rows(selection, lang)),
        (about, (), stamp.lines(lang)),
    )
    return workbook(tables, stamp, lang)


def workbook(
    tables: Iterable[tuple[str, Sequence[str], Iterable[Sequence[object]]]],
    stamp: Provenance,
    lang: Language,
) -> bytes:
    """Return a workbook with a sheet for each table, given by its name, headers and rows."""
    from openpyxl import Workbook  # 20 MB, imported on demand
    from openpyxl.xml.functions import tostring

    book = Workbook(write_only=True)
    for name, head, rows in tables:
        _fill(book.create_sheet(name), head, rows, lang)
    made_at = stamp.made_at.astimezone(UTC).replace(tzinfo=None)
    buffer = io.BytesIO()
    book.save(buffer)
    # Repacked, since the library stamps its output with the time of writing.
    book.properties.creator = "Kontaktvej"
    book.properties.created = book.properties.modified = made_at
    with zipfile.ZipFile(buffer) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    entries[_CORE] = tostring(book.properties.to_tree())
    return zip_files(entries, stamp.made_at)


def excel_losses(selection: ExportSelection) -> tuple[ExportLoss, ...]:
    """Return what has no column in either sheet, and the sets, which become one text."""
    values = [
        value
        for element in (*selection.nodes, *selection.links)
        for value in element.fields.values()
    ]
    sets = sum(isinstance(value, frozenset) for value in values)
    return nonzero_losses(
        (LossKind.GROUNDS, with_grounds(selection.nodes)),
        (LossKind.FIELDS, len(lost_fields(selection))),
        (LossKind.LISTS, sets),
    )


def _fill(
    sheet: Any, head: Sequence[str], rows: Iterable[Sequence[object]], lang: Language
) -> None:
    """Write a table with a frozen head and columns as wide as their contents."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    cells = [[_cell(value, lang) for value in row] for row in rows]
    for place, column in enumerate(zip(*((head,) if head else ()), *cells, strict=True), 1):
        width = max(len(str(value)) for value in column if value is not None) if any(column) else 0
        sheet.column_dimensions[get_column_letter(place)].width = min(width + 2, _MOST_WIDE)
    if head:
        sheet.freeze_panes = "A2"
        titles = [WriteOnlyCell(sheet, value=title) for title in head]
        for title in titles:
            title.font = Font(bold=True)
        sheet.append(titles)
    for row in cells:
        sheet.append(row)


def _cell(value: object, lang: Language) -> str | float | date | None:
    """Return a value as a cell value; texts are escaped, so that none begins a formula."""
    match in_words(value, lang):
        case None | "":
            return None
        case bool() | int() | float() | date() as plain:
            return plain
        case text:
            return escape_formula(str(text).translate(_NOT_IN_XML))


FORMATS: Final = (
    StructureFormat(
        id="EXCEL", label_da="Excel", label_en="Excel", suffix="xlsx",
        media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        write=excel, losses=excel_losses,
    ),
)  # fmt: skip
