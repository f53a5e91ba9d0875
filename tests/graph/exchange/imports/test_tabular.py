"""Reading of well-formed files: rows, headers, dates, notices."""

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest

from graph.exchange.imports import ImportRule, read_file, rows_to_correct, table_of
from graph.exchange.imports.faults import FilePlace, FileRefused, ImportFault, column_letters
from graph.exchange.imports.tabular import ReadingNotice, SourceTable
from graph.vocabulary import Language, Rule
from tests.graph.exchange.imports.office_lists import (
    HEADERS,
    csv_of,
    excel_of,
    office_csv,
    office_rows,
    office_workbook,
    saved,
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


def test_an_excel_sep_line_sets_the_delimiter() -> None:
    read_table = read(csv_of("sep=,", "Navn,Mail", "Mette Bæk,a@b.example"))
    assert (read_table.header_line, read_table.rows[0].line) == (2, 3)


def test_line_numbers_count_quoted_line_breaks_and_blank_lines() -> None:
    data = csv_of("Navn;Tlf", "", '"Mette";"05 12 34 78\n05 12 34 79"', ";", "Jens;1")
    read_table = read(data)
    assert [(row.line, row.cells) for row in read_table.rows] == [
        (3, ("Mette", "05 12 34 78\n05 12 34 79")), (6, ("Jens", "1")),
    ]  # fmt: skip


def test_titles_above_the_headers_are_skipped_with_a_notice() -> None:
    read_table = read(csv_of("Kontaktliste 2026;;", ";;", "Navn;Tlf;Mail", "Mette Bæk;1;2"))
    assert (read_table.header_line, read_table.headers[0]) == (3, "Navn")
    assert read_table.notices == (ReadingNotice.LINES_ABOVE,)


def test_the_formula_guard_of_an_export_is_removed() -> None:
    read_table = read(csv_of("Navn;Telefon", "Mette Bæk;'+45 05 12 34 78"))
    assert read_table.rows[0].cells[1] == "+45 05 12 34 78"
    guarded = read(excel_of([["Navn", "Note"], ["Mette Bæk", "'=ikke en formel"]]))
    assert guarded.rows[0].cells[1] == "=ikke en formel"


def test_excel_values_become_text_as_a_reader_sees_them() -> None:
    cells = ["Bo Dam", 5123478, 787.0, date(2026, 3, 4), datetime(2026, 3, 4, 9, 30), True, 1.5]  # noqa: DTZ001 - a cell has no zone
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


def test_the_csv_and_the_workbook_of_an_office_read_alike() -> None:
    by_csv, by_excel = read(office_csv()), read(office_workbook())
    assert by_csv.headers == by_excel.headers
    assert [row.cells[:9] for row in by_csv.rows] == [row.cells[:9] for row in by_excel.rows]


def test_column_examples_are_the_first_distinct_cells() -> None:
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


def test_a_hidden_sheet_is_read_only_if_it_is_named() -> None:
    book = openpyxl.Workbook()
    for name in ("Skjult", "Politi", "Skoler"):
        sheet = book.create_sheet(name)
        for row in PEOPLE:
            sheet.append(row)
    book["Skjult"].sheet_state = "hidden"
    file = read_file("liste.xlsx", saved(book))
    assert table_of(file, "Skjult").sheet == "Skjult"
    with pytest.raises(FileRefused) as refused:
        table_of(file)
    (fault,) = refused.value.faults
    assert (fault.rule, fault.proposals) == (ImportRule.CHOOSE_SHEET, ("Politi", "Skoler"))
    book.remove(book["Politi"])
    assert table_of(read_file("liste.xlsx", saved(book))).sheet == "Skoler"
    book.remove(book["Skoler"])
    with pytest.raises(FileRefused) as refused:
        table_of(read_file("liste.xlsx", saved(book)))
    assert [fault.rule for fault in refused.value.faults] == [ImportRule.EMPTY_FILE]


def with_replaced_bytes(data: bytes, old: bytes, new: bytes) -> bytes:
    """A workbook with other bytes in its first sheet."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as whole, zipfile.ZipFile(file, "w") as target:
        for entry in whole.infolist():
            part = whole.read(entry)
            if entry.filename == "xl/worksheets/sheet1.xml":
                assert old in part
                part = part.replace(old, new)
            target.writestr(entry.filename, part)
    return file.getvalue()


def sheet_of(rows: Sequence[Sequence[object]], change: Callable[[Any], None]) -> bytes:
    """A workbook with one sheet of these rows, changed as an office would."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    change(sheet)
    return saved(book)


PEOPLE = [
    ["Kommune", "Navn", "Tlf."], ["Thisted", "Mette Bæk", "05 12 34 78"], [None, "Jens Kær", None],
    [None, "Ida Holm", "05 12 34 80"],
]  # fmt: skip


def test_merged_cells_fill_all_their_rows_with_a_notice() -> None:
    def merge(sheet: Any) -> None:
        sheet.merge_cells("A2:A4")
        sheet.merge_cells("C2:C3")

    read_table = read(sheet_of(PEOPLE, merge))
    assert [row.cells for row in read_table.rows] == [
        ("Thisted", "Mette Bæk", "05 12 34 78"), ("Thisted", "Jens Kær", "05 12 34 78"),
        ("Thisted", "Ida Holm", "05 12 34 80"),
    ]  # fmt: skip
    assert read_table.notices == (ReadingNotice.MERGED,)
    assert read_table.notice_text(ReadingNotice.MERGED, "da") == (
        "flettede celler er læst som samme værdi i alle deres rækker (linje 2)"
    )


def test_merged_titles_and_merged_columns_change_nothing() -> None:
    def merge(sheet: Any) -> None:
        sheet.insert_rows(1, 2)
        sheet["A1"] = "Kontaktliste"
        sheet.merge_cells("A1:C2")
        sheet.merge_cells("B5:C5")

    plain = read(sheet_of(PEOPLE, lambda _sheet: None))
    read_table = read(sheet_of(PEOPLE, merge))
    assert [row.cells for row in read_table.rows] == [row.cells for row in plain.rows]
    assert read_table.notices == (ReadingNotice.LINES_ABOVE,)


def test_hidden_rows_are_read_with_a_notice_of_their_lines() -> None:
    def hide(sheet: Any) -> None:
        for line in (1, 3, 4):
            sheet.row_dimensions[line].hidden = True

    read_table = read(sheet_of(PEOPLE, hide))
    assert [row.line for row in read_table.rows] == [2, 3, 4]
    assert read_table.notices == (ReadingNotice.HIDDEN_ROWS,)
    assert read_table.notice_count(ReadingNotice.HIDDEN_ROWS) == 2
    assert read_table.notice_text(ReadingNotice.HIDDEN_ROWS, "en") == (
        "hidden rows were read too; delete those that do not belong (lines 3, 4)"
    )


def test_the_notice_of_hidden_rows_lists_at_most_five_lines() -> None:
    def hide(sheet: Any) -> None:
        for line in range(2, 12):
            sheet.row_dimensions[line].hidden = True

    rows = [PEOPLE[0], *[PEOPLE[1]] * 20]
    text = read(sheet_of(rows, hide)).notice_text(ReadingNotice.HIDDEN_ROWS, "da")
    assert text.endswith(" (linjerne 2, 3, 4, 5, 6 …)")


def test_faults_of_an_unselected_sheet_do_not_refuse_the_file() -> None:
    book = openpyxl.Workbook()
    liste, hidden = book.active, book.create_sheet("Statistik")
    assert liste is not None
    liste.title = "Liste"
    for row in PEOPLE:
        liste.append(row)
    hidden.append(["Antal", "=COUNTA(Liste!B:B)"])
    hidden["ZZ1"] = "langt ude"
    hidden.sheet_state = "hidden"
    file = read_file("liste.xlsx", saved(book))
    for chosen in (None, "Liste"):
        assert len(table_of(file, chosen).rows) == 3
    with pytest.raises(FileRefused) as refused:
        table_of(file, "Statistik")
    assert [(fault.rule, fault.place.sheet) for fault in refused.value.faults] == [
        (ImportRule.FORMULA, "Statistik"), (ImportRule.TOO_MANY_COLUMNS, "Statistik"),
    ]  # fmt: skip


def test_excel_escape_sequences_are_decoded() -> None:
    cells = [
        "Ida Åkjær_x000D_\nx",
        "a_x005F_x0041_b",
        "_x0041__x00e6_",
        "x_x12_y",
        "_xD83D__xDE00_",
    ]
    read_table = read(excel_of([["Navn", "Note", "Kommentar", "Andet", "Bemærkning"], cells]))
    assert read_table.rows[0].cells == (
        "Ida Åkjær\nx", "a_x0041_b", "Aæ", "x_x12_y", "\U0001f600",
    )  # fmt: skip


@pytest.mark.parametrize("number", [10**15, 123456789012345678, -(10**16), 1.5e20, 1e999])
def test_a_number_beyond_the_precision_of_excel_is_refused(number: float) -> None:
    data = excel_of([["Navn", "Id"], ["Mette Bæk", number]])
    if number == float("inf"):
        data = excel_of([["Navn", "Id"], ["Mette Bæk", 4]])
        data = with_replaced_bytes(data, b"<v>4</v>", b"<v>1E999</v>")
    with pytest.raises(FileRefused) as refused:
        read(data)
    (fault,) = refused.value.faults
    assert (fault.rule, fault.place.line, fault.place.column) == (ImportRule.LONG_NUMBER, 2, 1)
    assert "som tekst" in fault.text("da")


@pytest.mark.parametrize(
    ("number", "shown_as", "text"),
    [
        (7, "0000", "0007"), (7.0, "0000", "0007"), (12345, "0000", "12345"), (7, "0", "7"),
        (0, "000", "000"), (7, "General", "7"), (1.5, "000", "1.5"), (7, "0.00", "7"),
        (5123478, "00000000", "05123478"), (5123478, r"00\ 00\ 00\ 00", "05 12 34 78"),
        (5123478, "00 00 00 00", "05 12 34 78"), (4505123478, r"00\ 00\ 00\ 00", "4505 12 34 78"),
        (101904321, r"000000\-0000", "010190-4321"), (-7, "0000", "-7"),
    ],
)  # fmt: skip
def test_leading_zeros_of_a_number_format_are_read(number: float, shown_as: str, text: str) -> None:
    def show(sheet: Any) -> None:
        sheet["B2"].number_format = shown_as

    file = read_file("liste.xlsx", sheet_of([["Navn", "Id"], ["Mette Bæk", number]], show))
    assert file.sheets[0].rows[1].cells[1] == text


def test_a_number_with_a_style_that_is_not_in_the_file_is_read() -> None:
    data = with_replaced_bytes(
        excel_of([["Navn", "Tlf."], ["Mette Bæk", 5]]), b'<c r="B2" t="n"', b'<c r="B2" s="9" t="n"'
    )
    assert read(data).rows[0].cells[1] == "5"


def test_a_cpr_number_with_a_zero_only_from_its_number_format_is_refused() -> None:
    def show(sheet: Any) -> None:
        sheet["B2"].number_format = r"000000\-0000"

    with pytest.raises(FileRefused) as refused:
        read(sheet_of([["Navn", "Note"], ["Mette Bæk", 101904321]], show))
    assert refused.value.faults[0].rule is Rule.CPR_NUMBER


@pytest.mark.parametrize("lang", ["da", "en"])
def test_refused_rows_can_be_corrected_more_than_once(lang: Language) -> None:
    given = read(csv_of("Kommune;Navn", "Thisted;Mette Bæk", "Atlantis;Jens Kær"))
    for line in (3, 2, 2):
        place = FilePlace(file="liste.csv", line=line, column=0, header="Kommune")
        fault = ImportFault(place=place, rule=ImportRule.UNKNOWN_AUTHORITY)
        given = read(rows_to_correct(given, [fault], lang))
        lang = "da"
        assert given.headers == ("Kommune", "Navn", *given.headers[-2:])
        (row,) = given.rows
        assert row.cells[:3] == ("Atlantis", "Jens Kær", str(line))
    assert given.headers[-2:] == ("Linje", "Hvad skal rettes")
