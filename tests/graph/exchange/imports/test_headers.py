"""Headers of one or two rows, and columns without a header."""

import openpyxl
import pytest

from graph.exchange.imports import read_file, table_of
from graph.exchange.imports.tabular import ReadingNotice
from tests.graph.exchange.imports.office_lists import csv_of, saved

_PERSON = "Thisted;SSP;Mette Bæk;51 23 45 00;m@t.example"


@pytest.mark.parametrize(
    ("lines", "headers"),
    [
        (
            ("Kommune;Funktion;Kontakt;;", ";;Navn;Telefon;Mail", _PERSON),
            ("Kommune", "Funktion", "Kontakt Navn", "Kontakt Telefon", "Kontakt Mail"),
        ),
        (
            ("SSP-listen 2026;;;;", "Kommune;Funktion;Person;;", ";;Navn;Telefon;Mail", _PERSON),
            ("Kommune", "Funktion", "Person Navn", "Person Telefon", "Person Mail"),
        ),
        (
            ("Ansat;;Stedfortræder;", "Navn;Telefon;Navn;Telefon", "Mette Bæk;1;Jens Kær;2"),
            ("Ansat Navn", "Ansat Telefon", "Stedfortræder Navn", "Stedfortræder Telefon"),
        ),
        (
            ("Opdateret;Hanne Holm;;;", "Kommune;Funktion;Navn;Telefon;Mail", _PERSON),
            ("Kommune", "Funktion", "Navn", "Telefon", "Mail"),
        ),
        (
            ("Kommune;Funktion;Navn;Telefon;Mail", ";SSP;Mette Bæk;;", _PERSON),
            ("Kommune", "Funktion", "Navn", "Telefon", "Mail"),
        ),
    ],
    ids=["names above", "title above", "same names twice", "remark above", "data below"],
)
def test_groups_of_columns_are_named_before_their_columns(
    lines: tuple[str, ...], headers: tuple[str, ...]
) -> None:
    assert table_of(read_file("liste.csv", csv_of(*lines))).headers == headers


def test_merged_headers_of_excel_are_those_of_two_rows() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["Kommune", "Funktion", "Kontakt", "", "Bemærkning"], ["", "", "Navn", "Telefon", ""],
        ["Thisted", "SSP", "Mette Bæk", "51234500", "x"],
    ):  # fmt: skip
        sheet.append(row)
    for cells in ("A1:A2", "B1:B2", "C1:D1", "E1:E2"):
        sheet.merge_cells(cells)
    table = table_of(read_file("liste.xlsx", saved(book)))
    assert table.headers == ("Kommune", "Funktion", "Kontakt Navn", "Kontakt Telefon", "Bemærkning")
    assert (table.header_line, [row.line for row in table.rows]) == (2, [3])


def test_a_column_without_a_header_is_named_after_its_letter() -> None:
    table = table_of(read_file("liste.csv", csv_of("Kommune;;Navn;", "Thisted;SSP;Mette Bæk;")))
    assert table.headers == ("Kommune", "Kolonne B", "Navn", "")
    assert ReadingNotice.NO_HEADER in table.notices
