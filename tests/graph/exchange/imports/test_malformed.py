"""Files that are refused: each with its rule, its place, and no row."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

import openpyxl
import pytest

from graph.exchange.imports import FileRefused, ImportRule, ReadingLimits, read_file, table_of
from graph.exchange.imports.preview import faults_csv
from graph.vocabulary import Rule, Term
from tests.graph.exchange.imports.office_lists import csv_of, excel_of, saved

SMALL: Final = ReadingLimits(file=100_000, rows=50, columns=20)
HEAD: Final = "Navn;Telefon;Kommune"
ROW: Final = "Mette Rugvang Bæk;05 12 34 78;Thisted"
GOOD: Final = excel_of([HEAD.split(";"), ROW.split(";")])
NUMBER: Final = "010190-1234"  # the form of a CPR number


def workbook_with(**parts: bytes) -> bytes:
    """A good workbook with other parts in it."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(GOOD)) as good,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for entry in good.infolist():
            if entry.filename not in parts:
                target.writestr(entry, good.read(entry))
        for name, content in parts.items():
            target.writestr(name, content)
    return file.getvalue()


def archive(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return file.getvalue()


def part(name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(GOOD)) as good:
        return good.read(name)


def workbook(fill: Callable[[openpyxl.Workbook], None]) -> bytes:
    book = openpyxl.Workbook()
    fill(book)
    return saved(book)


def _two_sheets(book: openpyxl.Workbook) -> None:
    for name in ("Politi", "Skoler"):
        sheet = book.create_sheet(name)
        sheet.append(HEAD.split(";"))
        sheet.append(ROW.split(";"))


def _empty(book: openpyxl.Workbook) -> None:
    book.create_sheet("Tom")


def _far_column(book: openpyxl.Workbook) -> None:
    sheet = book.active
    assert sheet is not None
    sheet.append(HEAD.split(";"))
    sheet["XFD2"] = "langt ude"


def _merged(book: openpyxl.Workbook) -> None:
    sheet = book.active
    assert sheet is not None
    sheet.append([f"Felt {letter}" for letter in "abcdefghijklmno"])
    for number in range(40):
        sheet.append([f"x{number}" for _ in range(16)])
    for column in "ABCDEFGHIJKLMNO":
        sheet.merge_cells(f"{column}2:{column}41")


def encrypted_workbook() -> bytes:
    data = bytearray(GOOD)
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    return bytes(data)


SHEET: Final = "xl/worksheets/sheet1.xml"
DTD: Final = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>'
R = ImportRule
MALFORMED: Final[dict[str, tuple[bytes, Term, int | None]]] = {
    "nothing at all": (b"", R.EMPTY_FILE, None),
    "only blank lines": (b"\n\n;;\n", R.EMPTY_FILE, None),
    "only headers": (csv_of(HEAD), R.EMPTY_FILE, None),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(40), R.NUL, 3),
    "a pdf": (b"%PDF-1.4\n%\xe2\xe3\x01\x02\n1 0 obj\n", R.DOCUMENT, None),
    "vCard": (b"BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Mette B\xc3\xa6k\r\n", R.VCARD, None),
    "LDIF": (b"# people\nversion: 1\n\ndn: cn=Mette,dc=t\ncn: Mette\n", R.LDIF, None),
    "YAML": (b"\xef\xbb\xbf---\nnavn: Mette\n", R.YAML, None),
    "YAML list": (b"- navn: Mette\n  kommune: Thisted\n", R.YAML, None),
    "a web page": (b"\n<html><table><tr><td>Navn", R.WEB_PAGE, None),
    "Word": (archive({"[Content_Types].xml": b"<a/>", "word/document.xml": b"<a/>"}), R.DOCUMENT,
             None),
    "old Excel": (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(100), R.LOCKED_FILE, None),
    "too large": (b"a;b\n" * 30_000, R.FILE_TOO_LARGE, None),
    "NUL in a cell": (csv_of(HEAD, "Mette\0;1;2"), R.NUL, 2),
    "half a character of UTF-16": (csv_of(HEAD, ROW, encoding="utf-16")[:-1], R.ENCODING, None),
    "no encoding at all": (b"Navn;By\nS\xf8ren \xc5g\xe5rd;x\nx\x81\xdf;y\n", R.ENCODING, 3),
    "broken UTF-8 behind a mark": (b"\xef\xbb\xbfNavn;Kommune\nS\xf8ren;x\n", R.ENCODING, 2),
    "UTF-8 read as Windows-1252": (csv_of(HEAD, "S\u00c3\u00b8ren Dam;1;2"), R.GARBLED, 2),
    "control characters": (csv_of(HEAD, "Mette\x07;1;2"), R.UNKNOWN_FORMAT, 2),
    "an open quote": (csv_of(HEAD, '"Mette;1;2'), R.QUOTES, 2),
    "a quote inside a quoted cell": (csv_of(HEAD, '"Mette "x" B";1;2'), R.QUOTES, 2),
    "a short row": (csv_of(HEAD, ROW, "Jens;1"), R.RAGGED_ROW, 3),
    "a long row": (csv_of(HEAD, ROW, f"{ROW};mere"), R.RAGGED_ROW, 3),
    "two delimiters in the header": (csv_of("Navn;Telefon,Mail", "A B;1,2"), R.DELIMITER, 1),
    "another delimiter in a row": (csv_of(HEAD, ROW, "Jens,1,2"), R.DELIMITER, 3),
    "tabs in a row": (csv_of(HEAD, ROW, "Jens\t1\t2"), R.DELIMITER, 3),
    "no headers": (csv_of("Mette Bæk;05 12 34 78", "Jens Kær;05 12 34 79"), R.NO_HEADER, 1),
    "the same header twice": (csv_of("Navn;Mail;Mail", "A B;c;d"), R.SAME_HEADER, 1),
    "the same header in other case": (csv_of("Navn;Mail;MAIL", "A B;c;d"), R.SAME_HEADER, 1),
    "too many rows": (csv_of(HEAD, *[ROW] * 60), R.TOO_MANY_ROWS, 52),
    "too many columns": (
        csv_of(";".join(f"Felt {one}" for one in "abcdefghijklmnopqrstuvwxyz"), "1" + ";" * 25),
        R.TOO_MANY_COLUMNS, 1),
    "a long cell": (csv_of(HEAD, f"{'x' * 5000};1;2"), R.CELL_TOO_LONG, 2),
    "a long cell of few letters": (csv_of(HEAD, f"{'å' * 2500};1;2"), R.CELL_TOO_LONG, 2),
    "a long line": (csv_of(HEAD, ";".join(["x" * 4000] * 20)), R.LINE_TOO_LONG, 2),
    "a formula": (csv_of(HEAD, "=1+1;2;3"), R.FORMULA, 2),
    "a formula behind a space": (csv_of(HEAD, " =CMD();2;3"), R.FORMULA, 2),
    "a full-width formula": (csv_of(HEAD, "\uff1d1+1;2;3"), R.FORMULA, 2),
    "a column of CPR numbers": (csv_of("Navn;CPR", "A B;1"), Rule.FORBIDDEN_COLUMN, 1),
    "a column CPR-nr.": (csv_of("Navn;CPR-nr.;Kommune", "A B;1;2"), Rule.FORBIDDEN_COLUMN, 1),
    "a column of cases": (csv_of("Navn;Sagsnr.;Kommune", "A B;1;2"), Rule.FORBIDDEN_COLUMN, 1),
    "a column of citizens": (csv_of("Navn;Borger;Kommune", "A B;1;2"), Rule.FORBIDDEN_COLUMN, 1),
    "a column of concerns": (csv_of("Navn;Bekymring;Tlf", "A B;1;2"), Rule.FORBIDDEN_COLUMN, 1),
    "a column client_id": (csv_of("Navn;klientId;Tlf", "A B;1;2"), Rule.FORBIDDEN_COLUMN, 1),
    "a column of case ids": (csv_of("Name;case_id;Phone", "A B;1;2"), Rule.FORBIDDEN_COLUMN, 1),
    "a forbidden column under a title": (
        csv_of("Liste 2026;;", "", "Navn;Sag;Tlf", "A B;1;2"), Rule.FORBIDDEN_COLUMN, 3),
    "a column of nothing but CPR numbers": (
        csv_of(HEAD, f"Mette Bæk;{NUMBER};Thisted"), Rule.CPR_NUMBER, 1),
    "CPR numbers in two cells": (csv_of("Navn;Dato;Nr", "A B;010190;1234"), Rule.CPR_NUMBER, 1),
    "CPR numbers beside phone numbers": (
        csv_of(HEAD, f"A B;05 12 34 78 / {NUMBER};Thisted"), Rule.CPR_NUMBER, 1),
    "an empty zip": (b"PK\x05\x06" + bytes(18), R.UNKNOWN_FORMAT, None),
    "a zip of something else": (archive({"a.txt": b"x"}), R.UNKNOWN_FORMAT, None),
    "a damaged workbook": (GOOD[: len(GOOD) // 2], R.BROKEN_ARCHIVE, None),
    "a workbook with a damaged sheet": (workbook_with(**{SHEET: b"<worksheet><sheetData><row"}),
                                        R.BROKEN_ARCHIVE, None),
    "a workbook without its parts": (
        archive({"[Content_Types].xml": part("[Content_Types].xml")}), R.BROKEN_ARCHIVE, None),
    "a locked workbook": (encrypted_workbook(), R.LOCKED_FILE, None),
    "too many parts": (
        workbook_with(**{f"x/{number}.bin": b"" for number in range(250)}),
        R.ARCHIVE_ENTRIES, None),
    "a bomb in parts": (
        workbook_with(**{f"x/{number}.bin": bytes(5_000_000) for number in range(2)}),
        R.ARCHIVE_RATIO, None),
    "a bomb in the sheet": (
        workbook_with(**{SHEET: part(SHEET) + b" " * 20_000_000}), R.ARCHIVE_RATIO, None),
    "a path out of the folder": (workbook_with(**{"../evil.txt": b"x"}), R.ARCHIVE_PATH, None),
    "an absolute path": (workbook_with(**{"/etc/evil": b"x"}), R.ARCHIVE_PATH, None),
    "a path of Windows": (workbook_with(**{"..\\evil.txt": b"x"}), R.ARCHIVE_PATH, None),
    "a zip in the zip": (workbook_with(**{"inner.zip": GOOD}), R.ARCHIVE_PATH, None),
    "entities in the sheet": (
        workbook_with(**{SHEET: part(SHEET).replace(b"<worksheet", DTD + b"<worksheet", 1)}),
        R.XML_ENTITIES, None),
    "entities in UTF-16": (
        workbook_with(**{"xl/x.xml": DTD.decode().encode("utf-16")}), R.XML_ENTITIES, None),
    "entities in a part whose name is not that of XML": (
        workbook_with(**{"xl/worksheets/sheet2.bin": DTD + b"<a>&a;</a>"}), R.XML_ENTITIES, None),
    "an external entity": (
        workbook_with(**{"xl/y.xml": b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'}),
        R.XML_ENTITIES, None),
    "several sheets": (workbook(_two_sheets), R.CHOOSE_SHEET, None),
    "an empty workbook": (workbook(_empty), R.EMPTY_FILE, None),
    "a formula in Excel": (excel_of([HEAD.split(";"), ["=A1", "1", "2"]]), R.FORMULA, 2),
    "a link to another file": (
        excel_of([HEAD.split(";"), ["=[1]Ark1!A1", "1", "2"]]), R.FORMULA, 2),
    "an error value": (excel_of([HEAD.split(";"), ["#N/A", "1", "2"]]), R.ERROR_VALUE, 2),
    "a long number": (excel_of([HEAD.split(";"), ["x", 1e17, "2"]]), R.LONG_NUMBER, 2),
    "endless merged cells": (workbook(_merged), R.TOO_MANY_MERGED, None),
    "a cell far to the right": (workbook(_far_column), R.TOO_MANY_COLUMNS, 2),
    "many rows in Excel": (
        excel_of([HEAD.split(";"), *[ROW.split(";")] * 60]), R.TOO_MANY_ROWS, 52),
    "a long cell in Excel": (excel_of([HEAD.split(";"), ["x" * 5000, "", ""]]), R.CELL_TOO_LONG, 2),
    "CPR numbers in Excel": (
        excel_of([HEAD.split(";"), [NUMBER, "", "Thisted"]]), Rule.CPR_NUMBER, 1),
    "CPR numbers as numbers": (
        excel_of([HEAD.split(";"), [3112991234, "", "Thisted"]]), Rule.CPR_NUMBER, 1),
    "a column of cases in Excel": (
        excel_of([["Navn", "Sager", "By"], ["A B", "1", "x"]]), Rule.FORBIDDEN_COLUMN, 1),
}  # fmt: skip


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_file_is_refused_with_its_rule_and_place(name: str) -> None:
    data, rule, line = MALFORMED[name]
    with pytest.raises(FileRefused) as refused:
        table_of(read_file("liste", data, limits=SMALL))
    fault = refused.value.faults[0]
    assert (fault.rule, fault.place.line) == (rule, line)
    for lang in ("da", "en"):
        assert refused.value.text(lang).startswith("liste")
        assert NUMBER not in refused.value.text(lang)
    assert rule.value in faults_csv(refused.value.faults, "da").decode()


def test_the_installed_packages_refuse_entities_that_openpyxl_reads() -> None:
    assert openpyxl.DEFUSEDXML
    assert "\ndefusedxml==" in Path("requirements.lock").read_text(encoding="utf-8")


def test_at_least_sixty_malformed_files_are_tested() -> None:
    assert len(MALFORMED) >= 60


def test_all_faults_of_a_file_are_reported() -> None:
    data = csv_of("Navn;CPR;Navn", "A B;1;x", "Jens;1", "C D;1;y", "Bo;1")
    with pytest.raises(FileRefused) as refused:
        table_of(read_file("liste.csv", data))
    assert [(fault.place.line, fault.rule) for fault in refused.value.faults] == [
        (1, Rule.FORBIDDEN_COLUMN), (1, R.SAME_HEADER), (3, R.RAGGED_ROW), (5, R.RAGGED_ROW),
    ]  # fmt: skip
    assert refused.value.faults[1].place.text("da") == "liste.csv, linje 1, kolonne C (Navn)"


def test_a_refused_header_is_not_repeated_as_the_name_of_its_column() -> None:
    data = csv_of(f"Navn;Note {NUMBER};By", f"A B;{NUMBER};x")
    with pytest.raises(FileRefused) as refused:
        table_of(read_file("liste.csv", data))
    assert [fault.place.line for fault in refused.value.faults] == [1, 1]
    assert NUMBER not in refused.value.text("da")


def test_at_most_a_thousand_faults_are_reported() -> None:
    rows = [f"Navn {'abcdefgh'[at % 8]};=1;{at}" for at in range(2_000)]
    with pytest.raises(FileRefused) as refused:
        read_file("liste.csv", csv_of(HEAD, *rows))
    assert len(refused.value.faults) == 1_001
    assert refused.value.faults[-1].rule is R.TOO_MANY_FAULTS


def test_an_unknown_sheet_is_refused_with_the_names_of_the_sheets() -> None:
    file = read_file("liste.xlsx", workbook(_two_sheets))
    with pytest.raises(FileRefused) as refused:
        table_of(file, "Kommuner")
    assert refused.value.faults[0].rule is R.UNKNOWN_SHEET
    assert refused.value.faults[0].proposals == ("Sheet", "Politi", "Skoler")
    assert table_of(file, "politi").rows[0].cells[0] == "Mette Rugvang Bæk"


def test_a_workbook_above_the_archive_size_limit_is_refused() -> None:
    with pytest.raises(FileRefused) as refused:
        read_file("liste.xlsx", GOOD, limits=replace(SMALL, archive_size=100))
    assert refused.value.faults[0].rule is R.ARCHIVE_SIZE
