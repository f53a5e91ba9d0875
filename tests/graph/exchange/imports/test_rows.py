"""Rows of lists: names in parts, accounts that are not active, words that are left out, dates."""

from datetime import date

import pytest

from graph.exchange.imports import ImportRule, RowState, TargetField, ValueReading, guess
from graph.exchange.imports.values import date_of_cell
from graph.model import Holds, Person
from tests.graph.exchange.imports.office_lists import ON, World, counts, register_of, table

POST = "Thisted;SSP-koordinator"


def names(world: World, *lines: str) -> list[str]:
    preview = world.preview(table(*lines))
    assert preview.is_clean, [fault.text("en") for fault in preview.all_faults()]
    return [element.name for element in preview.creates if isinstance(element, Person)]


def test_a_middle_name_belongs_to_the_name() -> None:
    head = "Kommune;Funktion;Fornavn;Mellemnavn;Efternavn"
    assert names(World(), head, f"{POST};Ditte;Rugvang;Holm") == ["Ditte Rugvang Holm"]
    assert names(World(), head, f"{POST};Ditte;;Holm") == ["Ditte Holm"]


@pytest.mark.parametrize(
    ("name", "given", "surname", "agrees"),
    [
        ("Ditte Rugvang Holm", "Ditte", "Holm", True),
        ("Holm, Ditte", "Ditte", "Holm", True),
        ("Ditte R. Holm", "Ditte Rugvang", "Holm", True),
        ("DITTE HOLM", "Ditte", "Holm", True),
        ("Ditte Holm", "", "", True),
        ("Ditte Holm", "Hans", "Holm", False),
        ("Ditte Holm", "Ditte", "Forkertsen", False),
    ],
)
def test_a_full_name_must_agree_with_its_parts(
    name: str, given: str, surname: str, agrees: bool
) -> None:
    lines = ("Kommune;Funktion;Navn;Fornavn;Efternavn", f'{POST};"{name}";{given};{surname}')
    faults = World().preview(table(*lines)).all_faults()
    assert [fault.rule for fault in faults] == ([] if agrees else [ImportRule.NAME_PARTS])
    assert all(fault.place.header == "Navn" for fault in faults)


@pytest.mark.parametrize(
    ("head", "yes", "no"),
    [
        ("Enabled", "True", "False"), ("accountEnabled", "true", "false"),
        ("Aktiv", "Ja", "Nej"), ("Status", "Ansat", "Fratrådt"),
    ],
)  # fmt: skip
def test_an_account_that_is_not_active_holds_nothing(head: str, yes: str, no: str) -> None:
    world = World()
    lines = (f"Kommune;Funktion;Navn;{head}", f"{POST};Ditte Rugvang Holm;{yes}")
    assert names(world, *lines, f"{POST};Bo Dam Bæk;{no}") == ["Ditte Rugvang Holm"]
    world.write(world.preview(table(*lines)))
    gone = world.preview(table(lines[0], lines[1].replace(yes, no)), on=date(2027, 2, 1))
    assert counts(gone) == {"CHANGED": 1}
    world.write(gone)
    (seat,) = world.of(Holds)
    assert seat.valid_to == date(2027, 2, 1)


def test_a_status_of_another_sort_is_not_read_and_an_unknown_word_is_refused() -> None:
    lines = ("Kommune;Funktion;Navn;Status", f"{POST};Ditte Rugvang Holm;Godkendt")
    assert names(World(), *lines) == ["Ditte Rugvang Holm"]
    chosen = table("Kommune;Funktion;Navn;Aktiv?", f"{POST};Ditte Rugvang Holm;måske")
    register = register_of(World().snapshot(), ON)
    mapping = guess(chosen, register).with_choices(fields={"Aktiv?": TargetField.ACTIVE})
    (fault,) = World().preview(chosen, mapping).all_faults()
    assert fault.rule is ImportRule.BAD_ANSWER


@pytest.mark.parametrize("word", ["Byrådssekretær", "*"])
def test_a_complete_list_is_complete_without_the_rows_that_are_left_out(word: str) -> None:
    world, head = World(), "Kommune;Funktion;Navn"
    ssp, psp = f"{POST};Ditte Rugvang Holm", "Thisted;PSP-koordinator;Bo Dam Bæk"
    world.write(world.preview(table(head, ssp, psp)))
    given = table(head, ssp, "Thisted;Byrådssekretær;Lis Lund Kjær")
    register = register_of(world.snapshot(), ON)
    reading = ValueReading(field=TargetField.POST, typed=word, value="")
    mapping = guess(given, register).with_choices(values=[reading])
    preview = world.preview(given, mapping, is_complete=True, on=date(2027, 2, 1))
    assert preview.is_clean
    states = {row.state for row in preview.rows}
    assert states == {RowState.UNCHANGED, RowState.LEFT_OUT, RowState.ENDED}
    assert {row.person for row in preview.rows if row.state is RowState.ENDED} == {"Bo Dam Bæk"}


def test_a_number_of_a_colleague_is_not_the_holders() -> None:
    head = "Kommune;Funktion;Navn;Makker mobil;2. kontaktperson telefon;Tlf. ved ferie"
    given = table(head, f"{POST};Ditte Rugvang Holm;33112233;33112244;33112255")
    mapping = guess(given, register_of(World().snapshot(), ON))
    assert [column.field for column in mapping.columns[3:]] == [None, None, None]


@pytest.mark.parametrize(
    "text",
    [
        "15/8 2022",
        "d. 15/8 2022",
        "15-08-2022 00:00",
        "15.08.2022 08:30:00",
        "2022-08-15T00:00:00Z",
    ],
)
def test_a_date_may_have_a_space_before_its_year_and_a_time_after_it(text: str) -> None:
    from graph.exchange.imports import DateOrder

    assert date_of_cell(text, DateOrder.DMY, ON) == date(2022, 8, 15)
