"""Spreadsheets of OpenDocument, and of old Excel as written by the library xlwt."""

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

from graph.exchange.imports import FileRefused, ImportRule, ReadingLimits, read_file, table_of
from graph.exchange.imports.sent_file import ImportFormat, format_of
from graph.exchange.imports.tabular import ReadingNotice
from graph.vocabulary import Term

XLS: Final = Path(__file__).with_name("personale.xls").read_bytes()
HEAD: Final = ("Kommune", "Funktion", "Navn", "Tlf.", "Mail", "Startdato", "Åbningstid")
METTE: Final = ("Thisted", "SSP-koordinator", "Mette Rugvang Bæk", "51234500", "m@t.example",
                "2024-08-01", "man-fre 9-15")  # fmt: skip
BO: Final = ("Thisted", "SSP-medarbejder", "Bo Dam Holm", "51234511", "bo@m.example",
             "2023-01-15", "efter aftale")  # fmt: skip
MIMETYPE: Final = "application/vnd.oasis.opendocument.spreadsheet"


EMPTY: Final = (
    "<table:table-row {}>"
    '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
)
REST: Final = EMPTY.format('table:number-rows-repeated="1048000"')


def ods(*rows: str) -> bytes:
    """A spreadsheet of rows of XML in a first table, and of a second, empty one."""
    content = f"""<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
  xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
  xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.3">
 <office:body><office:spreadsheet>
  <table:table table:name="SSP">{"".join(rows)}{REST}</table:table>
  <table:table table:name="Tom"/>
 </office:spreadsheet></office:body>
</office:document-content>"""
    manifest = f"""<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">
 <manifest:file-entry manifest:full-path="/" manifest:media-type="{MIMETYPE}"/>
 <manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>
</manifest:manifest>"""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", MIMETYPE)
        archive.writestr("content.xml", content, zipfile.ZIP_DEFLATED)
        archive.writestr("META-INF/manifest.xml", manifest, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def cell(text: str, attributes: str = "") -> str:
    if text.isdecimal():
        value = f'office:value-type="float" office:value="{text}"'
    elif len(text) == 10 and text[4] == "-":
        value = f'office:value-type="date" office:date-value="{text}"'
    else:
        value = 'office:value-type="string"'
    return f"<table:table-cell {value} {attributes}><text:p>{text}</text:p></table:table-cell>"


def row(cells: Sequence[str], attributes: str = "") -> str:
    return f"<table:table-row {attributes}>{''.join(cells)}</table:table-row>"


ODS: Final = ods(
    row([cell("Medarbejdere pr. 1. december")]),
    EMPTY.format(""),
    row([cell(text) for text in HEAD]),
    row([cell("Thisted", 'table:number-rows-spanned="2"'), *map(cell, METTE[1:])]),
    row(["<table:covered-table-cell/>", *map(cell, BO[1:])]),
)


@pytest.mark.parametrize(("name", "data"), [("personale.xls", XLS), ("personale.ods", ODS)])
def test_a_spreadsheet_of_another_program_is_the_table_that_excel_would_give(
    name: str, data: bytes
) -> None:
    assert format_of(name, data, ReadingLimits()) is ImportFormat.LIST
    table = table_of(read_file(name, data))
    assert (table.sheet, table.header_line, table.headers) == ("SSP", 3, HEAD)
    assert [(row.line, row.cells) for row in table.rows] == [(4, METTE), (5, BO)]
    assert table.notice_lines == {ReadingNotice.MERGED: (4,)}


def test_old_excel_has_a_notice_about_its_formulas_and_hidden_rows() -> None:
    assert ReadingNotice.OLD_EXCEL in table_of(read_file("personale.xls", XLS)).notices
    assert ReadingNotice.OLD_EXCEL not in table_of(read_file("personale.ods", ODS)).notices


def test_hidden_rows_and_repeated_rows_of_opendocument_keep_their_lines() -> None:
    first, second = row([*map(cell, METTE)]), row([*map(cell, BO)], 'table:visibility="filter"')
    twice = row([*map(cell, METTE)], 'table:number-rows-repeated="2"')
    table = table_of(
        read_file("a.ods", ods(row([*map(cell, HEAD)]), first, second, EMPTY.format(""), twice))
    )
    assert [row.line for row in table.rows] == [2, 3, 5, 6]
    assert table.notice_lines[ReadingNotice.HIDDEN_ROWS] == (3,)


@pytest.mark.parametrize(
    ("data", "rule", "line"),
    [
        (ods(row([cell("Navn")]), row([cell("4", 'table:formula="of:=2+2"')])),
         ImportRule.FORMULA, 2),
        (ods(row([cell("Navn")]), row([cell("#N/A")])), ImportRule.ERROR_VALUE, 2),
        (ods(row([cell("1234567890123456")])), ImportRule.LONG_NUMBER, 1),
        (ods(row([cell("x", 'table:number-columns-repeated="16384"')])),
         ImportRule.TOO_MANY_COLUMNS, 1),
        (ods(row([cell("x")], 'table:number-rows-repeated="1048576"')),
         ImportRule.TOO_MANY_ROWS, 1),
        (ods(EMPTY.format('table:number-rows-repeated="99999"'), row([cell("x")])),
         ImportRule.TOO_MANY_ROWS, 100_000),
        (ODS[:-40], ImportRule.BROKEN_ARCHIVE, None),
        (XLS[: len(XLS) // 3], ImportRule.LOCKED_FILE, None),
    ],
)  # fmt: skip
def test_a_spreadsheet_is_refused_with_the_place_of_its_fault(
    data: bytes, rule: Term, line: int | None
) -> None:
    with pytest.raises(FileRefused) as refused:
        table_of(read_file("a.ods", data))
    assert [(fault.rule, fault.place.line) for fault in refused.value.faults] == [(rule, line)]
