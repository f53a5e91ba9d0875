"""Reading of well-formed files: rows, headers, dates, notices."""

from datetime import date, datetime

import pytest

from graph.exchange.imports import ImportRule, read_file, table_of
from graph.exchange.imports.faults import FileRefused, column_letters
from graph.exchange.imports.tabular import ReadingNotice, SourceTable
from tests.graph.exchange.imports.office_lists import (
    HEADERS,
    csv_of,
    excel_of,
    office_csv,
    office_rows,
    office_workbook,
)


def read(data: bytes, name: str = "liste") -> SourceTable:
    return table_of(read_file(name, data))


@pytest.mark.parametrize("mark", [";", ",", "\t"])
def test_each_delimiter_is_recognized_by_the_header(mark: str) -> None:
    read_table = read(csv_of(f"Navn{mark}Tlf.{mark}Mail", f"Mette Bæk{mark}1{mark}a@b.example"))
    assert read_table.headers == ("Navn", "Tlf.", "Mail")
    assert read_table.rows[0].cells == ("Mette Bæk", "1", "a@b.example")


def test_a_comma_in_a_cell_is_no_delimiter() -> None:
    read_table = read(csv_of("Navn;Tlf;Funktion", "Bæk, Mette;1;SSP, skole", "Kær, Jens;2;PSP"))
    assert read_table.rows[0].cells == ("Bæk, Mette", "1", "SSP, skole")


def test_what_excel_writes_about_the_delimiter_is_followed() -> None:
    read_table = read(csv_of("sep=,", "Navn,Mail", "Mette Bæk,a@b.example"))
    assert (read_table.header_line, read_table.rows[0].line) == (2, 3)


def test_quotes_line_breaks_and_blank_lines_keep_the_numbers_of_lines() -> None:
    data = csv_of("Navn;Tlf", "", '"Mette";"05 12 34 78\n05 12 34 79"', ";", "Jens;1")
    read_table = read(data)
    assert [(row.line, row.cells) for row in read_table.rows] == [
        (3, ("Mette", "05 12 34 78\n05 12 34 79")), (6, ("Jens", "1")),
    ]  # fmt: skip


def test_titles_above_the_headers_are_skipped_and_told() -> None:
    read_table = read(csv_of("Kontaktliste 2026;;", ";;", "Navn;Tlf;Mail", "Mette Bæk;1;2"))
    assert (read_table.header_line, read_table.headers[0]) == (3, "Navn")
    assert read_table.notices == (ReadingNotice.LINES_ABOVE,)


def test_windows_1252_is_recognized_and_told() -> None:
    data = csv_of("Navn;Kommune", "Søren Bæk;Køge", encoding="cp1252")
    assert read(data).notices == (ReadingNotice.WINDOWS_1252,)
    assert read(data).rows[0].cells == ("Søren Bæk", "Køge")
    assert read(b"\xef\xbb\xbf" + csv_of("Navn;Kommune", "Søren Bæk;Køge")).notices == ()


def test_what_an_export_guarded_is_taken_away_again() -> None:
    read_table = read(csv_of("Navn;Telefon", "Mette Bæk;'+45 05 12 34 78"))
    assert read_table.rows[0].cells[1] == "+45 05 12 34 78"
    guarded = read(excel_of([["Navn", "Note"], ["Mette Bæk", "'=ikke en formel"]]))
    assert guarded.rows[0].cells[1] == "=ikke en formel"


def test_excel_values_become_text_as_a_reader_sees_them() -> None:
    cells = ["Bo Dam", 5123478, 787.0, date(2026, 3, 4), datetime(2026, 3, 4, 9, 30), True, 1.5]  # noqa: DTZ001
    heads = ["Navn", "Tlf", "Komm.nr", "Fra", "Opdateret", "Primær", "Tal"]
    assert read(excel_of([heads, cells])).rows[0].cells == (
        "Bo Dam", "5123478", "787", "2026-03-04", "2026-03-04 09:30", "ja", "1.5",
    )  # fmt: skip


def test_the_workbook_of_an_office_is_read_whole() -> None:
    read_table = read(office_workbook())
    assert (read_table.sheet, read_table.header_line) == ("SSP 2026", 3)
    assert read_table.headers == HEADERS
    assert [row.cells[3] for row in read_table.rows] == [row[3] for row in office_rows()]
    assert set(read_table.notices) == {ReadingNotice.OTHER_SHEETS, ReadingNotice.LINES_ABOVE}
    last = read_table.rows[-1]
    assert last.line == 3 + 300 + 3  # with three blank lines


def test_the_csv_of_an_office_says_the_same_as_its_workbook() -> None:
    by_csv, by_excel = read(office_csv()), read(office_workbook())
    assert by_csv.headers == by_excel.headers
    assert [row.cells[:9] for row in by_csv.rows] == [row.cells[:9] for row in by_excel.rows]


def test_examples_are_the_first_different_cells() -> None:
    read_table = read(csv_of("Navn;By", *[f"A B{number};{number % 2}" for number in range(20)]))
    assert len(read_table.examples(0)) == 5
    assert read_table.examples(1) == ("0", "1")


def test_columns_have_the_letters_of_a_spreadsheet() -> None:
    assert [column_letters(at) for at in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_two_phone_numbers_side_by_side_are_no_cpr_number() -> None:
    data = csv_of("Navn;Telefon", "Mette Bæk;05 12 34 78 / 05 12 34 79")
    assert read(data).rows[0].cells[1] == "05 12 34 78 / 05 12 34 79"


def test_a_single_column_is_a_table_too() -> None:
    assert read(csv_of("Navn", "Mette Bæk", "Jens Kær")).headers == ("Navn",)


def test_hidden_sheets_are_not_chosen_by_themselves() -> None:
    with pytest.raises(FileRefused) as refused:
        table_of(read_file("liste.xlsx", office_workbook(3)), "Ukendt")
    assert refused.value.faults[0].rule is ImportRule.UNKNOWN_SHEET
