"""Encodings of CSV files: recognized, asked about, or refused; never other letters in a name."""

from typing import Final

import pytest

from graph.exchange.imports import FileRefused, ImportRule, read_file, table_of
from graph.exchange.imports.tabular import ReadingNotice, SourceTable
from tests.graph.exchange.imports.office_lists import csv_of, office_rows

PAGES: Final = {
    "windows-1252": ReadingNotice.WINDOWS_1252,
    "cp850": ReadingNotice.CP850,
    "mac-roman": ReadingNotice.MAC_ROMAN,
}
NAMES: Final = (
    "Søren Bæk", "Åse Kær", "René Holm", "Anna Sjögren", "Hülya Öztürk", "Lærke Ågård",
    "Øjvind Dam", "Zoë Bang", "François Møller", "Peter Müller", "Jens Blå", "Aino Mäkinen",
    "Sören Äng", "André Æbelø", "Tom Strauß", "Kontor – Nord", "Team “Ung”", "Søren\u2019s Team",
)  # fmt: skip


def read(data: bytes, encoding: str | None = None) -> SourceTable:
    return table_of(read_file("liste.csv", data, encoding=encoding))


@pytest.mark.parametrize("encoding", PAGES)
def test_a_list_of_an_office_is_read_by_its_code_page_with_a_notice(encoding: str) -> None:
    lines = ["Kommune;Navn;Stedfortræder", *(f"{row[0]};{row[3]};" for row in office_rows(60))]
    given = read(csv_of(*lines, encoding=encoding))
    assert [row.cells for row in given.rows] == [tuple(line.split(";")) for line in lines[1:]]
    assert given.notices == (PAGES[encoding],)


@pytest.mark.parametrize("encoding", PAGES)
@pytest.mark.parametrize("name", NAMES)
def test_a_single_name_is_read_right_or_asked_about(name: str, encoding: str) -> None:
    try:
        data = csv_of("Navn;Kommune", f"{name};Thisted", encoding=encoding)
    except UnicodeEncodeError:
        return
    try:
        assert read(data).rows[0].cells[0] == name
    except FileRefused as refused:
        (fault,) = refused.faults
        assert (fault.rule, fault.place.line) == (ImportRule.ENCODING_UNCLEAR, 2)
        assert any(word in proposal for word in name.split() for proposal in fault.proposals)
    assert read(data, encoding).rows[0].cells[0] == name


def test_an_ambiguous_name_is_asked_about_with_its_readings() -> None:
    data = csv_of("Navn;Kommune", "Anna Sjögren;Thisted", encoding="mac-roman")
    with pytest.raises(FileRefused) as refused:
        read(data)
    assert refused.value.text("en") == (
        "liste.csv, line 2: it cannot be told which letters are meant; choose the encoding, or "
        "save the file as UTF-8: Sjšgren (windows-1252) · Sjögren (mac-roman)"
    )


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_read_with_and_without_its_mark(encoding: str) -> None:
    given = read(csv_of("Navn;Kommune", "Søren Bæk;Køge", encoding=encoding))
    assert (given.headers, given.rows[0].cells) == (("Navn", "Kommune"), ("Søren Bæk", "Køge"))
    assert given.notices == ()


def test_lines_of_utf_8_in_another_encoding_are_read_with_a_notice() -> None:
    data = csv_of("Navn;Kommune", "Søren Bæk;Køge", encoding="windows-1252")
    given = read(data + csv_of("Åse Kær;Køge"))
    assert [row.cells[0] for row in given.rows] == ["Søren Bæk", "Åse Kær"]
    assert given.notice_lines == {ReadingNotice.UTF_8_LINES: (3,)}


def test_a_line_of_another_code_page_is_refused() -> None:
    data = csv_of("Navn;Kommune", "Søren Bæk;Køge", "Åse Kær;Køge", encoding="windows-1252")
    with pytest.raises(FileRefused) as refused:
        read(data + csv_of("Lærke Ågård;Køge", encoding="cp850"))
    (fault,) = refused.value.faults
    assert (fault.rule, fault.place.line) == (ImportRule.MIXED_ENCODINGS, 4)


@pytest.mark.parametrize("encoding", ["utf-8", "ebcdic", "cp500", "utf-16"])
def test_a_wrong_or_unknown_declared_encoding_is_refused(encoding: str) -> None:
    data = csv_of("Navn;Kommune", "Søren Bæk;Køge", encoding="windows-1252")
    with pytest.raises(FileRefused) as refused:
        read(data + b";", encoding)
    assert refused.value.faults[0].rule is ImportRule.ENCODING
