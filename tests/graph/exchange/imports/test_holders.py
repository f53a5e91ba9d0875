"""A new holder of a post that somebody else holds: a question, and what its answers do."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from graph.exchange.imports import ImportRule, Preview, RowState, SourceTable
from graph.exchange.imports.comparison import HolderChoice
from graph.exchange.imports.records import RecordFormat
from graph.model import DeputizesFor, Holds, Person
from tests.graph.exchange.imports.office_lists import ON, World, counts, table
from tests.graph.exchange.imports.records.record_files import MO_WORDS, mo_answer, previewed, read

SSP, PSP = "act-ssp-0787", "act-psp-0787"
METTE, IDA = "Thisted;SSP-koordinator;Mette Rugvang Bæk;", "Thisted;SSP-koordinator;Ida Dam Holm;"
LATER = date(2027, 2, 1)


def given(*rows: str) -> SourceTable:
    return table("Kommune;Funktion;Navn;Ansat fra", *rows)


def known(source: str = "form") -> World:
    """A register in which Mette holds the post."""
    world = World()
    world.elements["mette"] = Person(id="mette", name="Mette Rugvang Bæk", source=source)
    world.elements["seat"] = Holds(
        id="seat", source_id="mette", target_id=SSP, source=source, valid_from=date(2020, 1, 1)
    )
    return world


def choose(world: World, choice: HolderChoice, *rows: str, **more: Any) -> Preview:
    holders: Mapping[int | None, HolderChoice] = {None: choice}
    return world.preview(given(*rows), holders=holders, **more)


def test_a_new_holder_of_a_held_post_is_a_question_that_names_the_holder() -> None:
    preview = known().preview(given(IDA))
    (row,) = preview.rows
    assert (row.state, row.person, row.holders) == (RowState.REFUSED, "Ida Dam Holm", ("mette",))
    assert row.post == "SSP-koordinator, Thisted"
    (fault,) = row.faults
    assert (fault.rule, fault.proposals) == (ImportRule.HELD, ("Mette Rugvang Bæk",))
    assert fault.place.header == "Navn"
    assert (preview.creates, preview.updates, preview.ends) == ((), (), ())


def test_a_holder_who_is_replaced_ends_when_the_new_one_begins() -> None:
    world, row = known(), IDA.replace("Holm;", "Holm;1.3.2027")
    preview = choose(world, HolderChoice.REPLACES, row)
    assert preview.is_clean
    assert [(end.id, end.on) for end in preview.ends] == [("seat", date(2027, 3, 1))]
    world.write(preview)
    assert counts(world.preview(given(row))) == {"UNCHANGED": 1}
    today = choose(known(), HolderChoice.REPLACES, IDA)
    assert [(end.id, end.on) for end in today.ends] == [("seat", ON)]


def test_a_holder_beside_another_ends_nobody_and_is_not_asked_about_again() -> None:
    world = known()
    world.write(choose(world, HolderChoice.BESIDE, IDA))
    assert {seat.source_id for seat in world.of(Holds, "hr-test")} != {"mette"}
    again = world.preview(given(IDA))
    assert (counts(again), again.ends) == ({"UNCHANGED": 1}, ())


def test_a_row_that_is_skipped_is_listed_as_left_out_and_does_nothing() -> None:
    other = "Thisted;PSP-koordinator;Jens Dam Kjær;"
    preview = choose(known(), HolderChoice.SKIP, IDA, other)
    assert [row.state for row in preview.rows] == [RowState.LEFT_OUT, RowState.NEW]
    assert preview.is_clean
    assert {person.name for person in preview.creates if isinstance(person, Person)} == {
        "Jens Dam Kjær"
    }


def test_each_row_has_its_own_answer_before_that_for_all() -> None:
    world = known()
    holders = {None: HolderChoice.SKIP, 2: HolderChoice.REPLACES}
    preview = world.preview(given(IDA), holders=holders)
    assert ([row.state for row in preview.rows], len(preview.ends)) == ([RowState.NEW], 1)


def test_nobody_is_asked_about_a_holder_whom_the_list_names_or_a_complete_list_leaves_out() -> None:
    world = World()
    world.write(world.preview(given(METTE)))
    both = world.preview(given(METTE, IDA))
    assert [row.state for row in both.rows] == [RowState.UNCHANGED, RowState.NEW]
    whole = world.preview(given(IDA), on=LATER, is_complete=True)
    assert (whole.is_clean, {end.on for end in whole.ends}) == (True, {LATER})
    assert not known().preview(given(IDA), is_complete=True).is_clean  # of another source


def test_a_seat_that_is_over_before_the_new_one_begins_is_no_question() -> None:
    world = known()
    world.edit("seat", valid_to=date(2027, 2, 1))
    row = IDA.replace("Holm;", "Holm;1.2.2027")
    assert counts(world.preview(given(row))) == {"NEW": 1}
    assert counts(world.preview(given(row.replace("1.2.", "31.1.")))) == {"REFUSED": 1}


def test_a_deputy_is_no_holder() -> None:
    world = known()
    world.edit("seat", valid_to=ON)
    world.elements["deputy"] = DeputizesFor(
        id="deputy", source_id="mette", target_id=SSP, source="form", order=1
    )
    assert counts(world.preview(given(IDA))) == {"NEW": 1}


def test_the_records_of_another_system_are_asked_about_too() -> None:
    world, records = known(), read(mo_answer(), RecordFormat.OS2MO)
    world.edit("mette", name="Karsten Lund Holm")
    refused = previewed(world, records, *MO_WORDS)
    rules = [fault.rule for row in refused.rows for fault in row.faults]
    assert rules == [ImportRule.HELD]
    (asked,) = (row for row in refused.rows if row.holders)
    assert (asked.person, asked.holders) == ("Mette Rugvang Bæk", ("mette",))
    world.write(previewed(world, records, *MO_WORDS, holders={asked.line: HolderChoice.REPLACES}))
    assert world.elements["seat"].valid_to == ON
