"""Content that is never stored: what refuses a file, a row, or nothing."""

from typing import Final

import pytest

from graph.exchange.imports import FileRefused, read_file, table_of
from graph.exchange.imports.mapping import guess
from graph.exchange.imports.rows import read_rows
from graph.exchange.imports.tabular import ReadingNotice
from graph.vocabulary import Rule
from tests.graph.exchange.imports.office_lists import World, csv_of, register_of, table

NUMBER: Final = "010190-1234"  # the form of a CPR number
HEAD: Final = "Kommune;Funktion;Navn;Telefon;Bemærkning"
GOOD: Final = "Thisted;SSP-konsulent;Mette Rugvang Bæk;05 12 34 78;ny"
CONTENT: Final = {
    f"se {NUMBER} hos os": Rule.CPR_NUMBER,
    f"05 12 34 78 / {NUMBER}": Rule.CPR_NUMBER,
    "er dømt for vold": Rule.OFFENSE,
    "underretning på barnet": Rule.CASE_LANGUAGE,
    "19-årig ung mand": Rule.WEAK_CASE_LANGUAGE,
    "adgangskode: sol1234": Rule.SECRET,
    "Mеtte Bæk": Rule.MIXED_SCRIPT,  # noqa: RUF001 - a Cyrillic letter
}


@pytest.mark.parametrize("text", CONTENT)
def test_content_of_a_column_that_is_left_out_is_dropped_and_refuses_nothing(text: str) -> None:
    given = table(HEAD, GOOD, GOOD.replace("ny", text), GOOD.replace("ny", "fra august"))
    assert text not in repr(given)
    assert given.notice_lines[ReadingNotice.NEVER_STORED] == (3,)
    reading = read_rows(given, guess(given, register_of()), register_of())
    assert (len(reading.rows), reading.faults) == (3, {})


@pytest.mark.parametrize("text", CONTENT)
def test_content_of_a_column_that_is_read_refuses_its_row_alone(text: str) -> None:
    given = table(HEAD, GOOD, GOOD.replace("Mette Rugvang Bæk", text), GOOD)
    assert text not in repr(given)
    reading = read_rows(given, guess(given, register_of()), register_of())
    assert [row.line for row in reading.rows] == [2, 4]
    (fault,) = reading.faults[3]
    assert (fault.rule, fault.place.header) == (CONTENT[text], "Navn")


def test_a_column_of_cpr_numbers_refuses_the_file_once() -> None:
    rows = [GOOD.replace("ny", f"{day:02}0190-1234") for day in range(1, 29)]
    with pytest.raises(FileRefused) as refused:
        table(HEAD, *rows, GOOD)
    (fault,) = refused.value.faults
    assert fault.rule is Rule.CPR_NUMBER
    assert fault.place.text("da") == "liste.csv, linje 1, kolonne E (Bemærkning)"


def test_cpr_numbers_in_two_columns_refuse_the_file() -> None:
    with pytest.raises(FileRefused) as refused:
        table("Navn;Dato;Nr", "A B;010190;1234", "C D;020190;1234")
    assert [fault.place.column for fault in refused.value.faults] == [1, 2]


@pytest.mark.parametrize(
    "header",
    ["P-nr.", "P-nummer", "EAN", "CVR-nr.", "Konto nr.", "GUID", "Lønnr.", "DAR-id", "KLE"],
)
def test_a_column_of_other_numbers_refuses_nothing(header: str) -> None:
    numbers = [f"10{month:02}12345{month % 10}" for month in range(1, 13)]
    head, rows = f"{HEAD};{header}", [f"{GOOD};{number}" for number in numbers]
    given = table_of(read_file("liste.csv", csv_of(head, *rows)))
    assert [row.cells[5] for row in given.rows] == numbers
    assert given.notices == ()
    assert read_rows(given, guess(given, register_of()), register_of()).faults == {}


def test_a_number_of_the_form_of_a_cpr_number_is_no_id() -> None:
    world = World()
    other = GOOD.replace("Mette", "Bodil").replace("SSP-konsulent", "SSP-kontaktlærer")
    result = world.preview(
        table(f"{HEAD};Lønnr.", f"{GOOD};1001123451", f"{other};10", f"{other};11")
    )
    assert [fault.rule for fault in result.all_faults()] == [Rule.CPR_NUMBER]


def test_a_date_beside_a_postal_code_is_no_cpr_number() -> None:
    given = table(f"{HEAD};Opdateret;Postnr.", f"{GOOD};010126;7700", f"{GOOD};020126;7700")
    assert [row.refused for row in given.rows] == [(), ()]
