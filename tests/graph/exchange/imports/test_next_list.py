"""A list and the next one of its source: who is one person, and what is kept, moved and ended."""

from datetime import date
from typing import Any

import pytest

from graph.exchange.imports import ImportRule, PreviewRow, RowState, SourceTable
from graph.exchange.imports.comparison import FieldVerdict, Likeness
from graph.exchange.imports.records import RecordFormat
from graph.model import ContactDetail, DeputizesFor, Holds, Person, ReachedBy
from graph.vocabulary import Channel
from tests.graph.exchange.imports.office_lists import ON, World, counts, table
from tests.graph.exchange.imports.records.record_files import (
    METTE,
    MO_WORDS,
    UNIT,
    mo_answer,
    previewed,
    read,
)

HEAD = "Kommune;Funktion;Navn;Tlf.;Stedfortræder;Ansat fra;Id"
LATER = date(2027, 2, 1)
SSP, PSP = "act-ssp-0787", "act-psp-0787"


def row(
    name: str, number: str = "", *, town: str = "Thisted", post: str = "SSP-koordinator",
    deputies: str = "", begins: str = "", id_: str = "",
) -> str:  # fmt: skip
    return f'{town};{post};{name};{number};"{deputies}";{begins};{id_}'


def table_of_rows(*rows: str) -> SourceTable:
    return table(HEAD, *rows)


def write(world: World, *rows: str, **more: Any) -> tuple[PreviewRow, ...]:
    """Import a list, and expect that the same list again changes nothing."""
    preview = world.preview(table_of_rows(*rows), **more)
    assert preview.is_clean, [fault.text("en") for fault in preview.all_faults()]
    world.write(preview)
    again = world.preview(table_of_rows(*rows), **more)
    assert (counts(again), len(again.change_set())) == ({"UNCHANGED": len(rows)}, 0)
    return preview.rows


def seats(world: World, source: str = "hr-test") -> dict[str, list[str | None]]:
    """The ids at the source of those who hold each post."""
    ids: dict[str, list[str | None]] = {}
    for link in sorted(world.of(Holds, source), key=lambda link: link.target_id):
        person: Any = world.elements[link.source_id]
        ids.setdefault(link.target_id, []).append(person.external_id)
    return ids


def links_by_person_name(world: World, cls: type[Any]) -> dict[str, Any]:
    """The links of a class by the name of the person where they begin."""
    links = [link for link in world.of(cls) if isinstance(world.elements[link.source_id], Person)]
    return {world.elements[link.source_id].name: link for link in links}  # type: ignore[attr-defined] - a person


# ---- persons by their id at the source


def test_the_same_name_with_two_ids_is_two_people() -> None:
    world = World()
    rows = write(
        world,
        row("Mette Nielsen", "05 11 11 11", id_="17"),
        row("Mette Nielsen", "05 22 22 22", post="PSP-koordinator", id_="18"),
    )
    assert seats(world) == {SSP: ["17"], PSP: ["18"]}
    assert {link.source_id for link in world.of(ReachedBy)} == {
        person.id for person in world.of(Person)
    }
    assert [[like.likeness for like in preview_row.duplicates] for preview_row in rows] == [
        [],
        [Likeness.NAME],
    ]


def test_a_known_name_with_another_id_is_a_new_person() -> None:
    world = World()
    write(world, row("Mette Nielsen", id_="17"))
    write(world, row("Mette Nielsen", post="PSP-koordinator", id_="18"))
    assert seats(world) == {SSP: ["17"], PSP: ["18"]}


def test_a_merged_person_is_recognized_by_both_ids() -> None:
    world = World()
    write(world, row("Mette Nielsen", id_="17"))
    (person,) = world.of(Person)
    second = table_of_rows(row("Mette Nielsen", post="PSP-koordinator", id_="18"))
    world.write(world.preview(second, merges={2: person.id}))
    assert counts(world.preview(second)) == {"UNCHANGED": 1}
    assert seats(world) == {SSP: ["17"], PSP: ["17"]}


@pytest.mark.parametrize("known", [False, True])
def test_one_id_is_one_person_at_two_authorities(known: bool) -> None:
    world = World()
    if known:  # by name, from a list without ids
        write(world, row("Mette Bæk"))
    write(world, row("Mette Bæk", id_="17"), row("Mette Bæk", town="Morsø", id_="17"))
    (person,) = world.of(Person)
    assert {link.target_id: link.source_id for link in world.of(Holds)} == {
        SSP: person.id, "act-ssp-0773": person.id,
    }  # fmt: skip


def test_holders_who_swap_post_ids_create_no_new_people() -> None:
    world = World()
    write(world, row("Mette Bæk", id_="A17"), row("Bo Holm", post="PSP-koordinator", id_="B18"))
    write(
        world,
        row("Bo Holm", id_="A17"),
        row("Mette Bæk", post="PSP-koordinator", id_="B18"),
        on=LATER,
    )
    assert len(world.of(Person)) == 2


def test_two_os2mo_people_with_the_same_name_are_separate() -> None:
    namesake = METTE[:-1] + "7"
    answer = mo_answer()
    engagements = answer["data"]["engagements"]["objects"]
    other = {**engagements[0]["validities"][1], "employee_uuid": namesake}
    other["job_function"] = {"name": "PSP-koordinator", "user_key": "psp"}
    engagements.append({"uuid": UNIT.format(6), "validities": [other]})
    answer["data"]["persons"]["objects"].append(
        {"uuid": namesake, "current": {"name": "Mette Rugvang Bæk", "addresses": []}}
    )
    world, records = World(), read(answer, RecordFormat.OS2MO)
    world.write(previewed(world, records, *MO_WORDS))
    assert seats(world, "os2mo-test") == {SSP: [METTE], PSP: [namesake]}
    assert len(previewed(world, records, *MO_WORDS).change_set()) == 0


def test_a_merged_person_gets_the_name_of_the_list() -> None:
    world = World()
    write(world, row("Mette Bæk"))
    (person,) = world.of(Person)
    renamed = table_of_rows(row("Mette Kær Bæk"))
    assert [like.id for like in world.preview(renamed).rows[0].duplicates] == [person.id]
    world.write(world.preview(renamed, merges={2: person.id}))
    assert [known.name for known in world.of(Person)] == ["Mette Kær Bæk"]
    again = world.preview(renamed, on=LATER)
    assert (counts(again), len(again.change_set())) == ({"UNCHANGED": 1}, 0)


def test_a_known_person_gets_the_id_that_a_later_list_gives() -> None:
    world = World()
    write(world, row("Mette Bæk"))
    write(world, row("Mette Bæk", id_="17"), on=LATER)
    assert seats(world) == {SSP: ["17"]}
    write(world, row("Mette Holm", id_="17"), on=date(2027, 3, 1))
    assert [person.name for person in world.of(Person)] == ["Mette Holm"]


def test_a_person_of_another_source_is_found_by_the_id_of_the_seat() -> None:
    world = World()
    world.elements["per-mette"] = Person(id="per-mette", name="Mette Bæk", source="form")
    world.elements["h-mette"] = Holds(
        id="h-mette", source_id="per-mette", target_id=PSP, source="form"
    )
    write(world, row("Mette Bæk", id_="17"))
    renamed = table_of_rows(row("Mette Holm", id_="17"))
    preview = world.preview(renamed, on=LATER)
    assert (counts(preview), len(preview.change_set())) == ({"CONFLICT": 1}, 0)
    assert preview.rows[0].differences[0].we_say == "Mette Bæk"


@pytest.mark.parametrize("id_", ["", "17"])
def test_a_new_spelling_of_a_name_in_the_list_is_taken_over(id_: str) -> None:
    world = World()
    write(world, row("METTE BAEK", id_=id_), row("Mette Baek", post="PSP-koordinator", id_=id_))
    assert [person.name for person in world.of(Person)] == ["METTE BAEK"]
    write(world, row("Mette Bæk", id_=id_), on=LATER)
    (person,) = world.of(Person)
    assert person.name == "Mette Bæk"
    world.edit(person.id, name="Mette BÆK")
    assert counts(world.preview(table_of_rows(row("Mette Bæk", id_=id_)))) == {"UNCHANGED": 1}


# ---- numbers


@pytest.mark.parametrize("is_last", [True, False])
def test_a_number_that_another_row_has_is_not_replaced(is_last: bool) -> None:
    world = World()
    write(world, row("Mette Bæk", "05 11 11 11"))
    rows = [
        row("Mette Bæk", "05 22 22 22", post="PSP-koordinator"),
        row("Mette Bæk", "05 11 11 11"),
    ]
    shown = write(world, *(rows if is_last else rows[::-1]))
    assert sorted(world.values.values()) == ["+4505111111", "+4505222222"]
    assert [preview_row.differences for preview_row in shown] == [(), ()]
    assert len(world.of(Person)) == 1


def test_a_new_phone_number_replaces_the_one_missing_from_all_rows() -> None:
    world = World()
    write(world, row("Mette Bæk", "05 11 11 11 / 05 33 33 33"))
    write(
        world,
        row("Mette Bæk", "05 22 22 22", post="PSP-koordinator"),
        row("Mette Bæk", "05 11 11 11"),
    )
    assert sorted(world.values.values()) == ["+4505111111", "+4505222222"]
    assert len(world.of(ContactDetail)) == 2


def test_a_phone_number_in_another_column_changes_its_channel() -> None:
    head = "Kommune;Funktion;Navn;Telefon;Mobil"
    world = World()
    world.write(world.preview(table(head, "Thisted;SSP-koordinator;Mette Bæk;05 11 11 11;")))
    moved = table(head, "Thisted;SSP-koordinator;Mette Bæk;;05 11 11 11")
    preview = world.preview(moved, on=LATER)
    assert [difference.field for difference in preview.rows[0].differences] == ["channel"]
    world.write(preview)
    (detail,) = world.of(ContactDetail)
    assert (detail.channel, world.values[detail.id]) == (Channel.MOBILE, "+4505111111")
    assert len(world.preview(moved, on=LATER).change_set()) == 0
    world.edit(detail.id, channel=Channel.PHONE)
    assert counts(world.preview(moved, on=LATER)) == {"UNCHANGED": 1}


# ---- a complete list


def test_a_future_seat_does_not_postpone_the_ends_of_others() -> None:
    world = World()
    mette = row("Mette Bæk", "05 11 11 11")
    write(
        world,
        mette,
        row("Bo Holm", "05 22 22 22", town="Morsø"),
        row("Ida Kær", "05 33 33 33", town="Aalborg", begins="01.06.2027"),
    )
    preview = world.preview(table_of_rows(mette), on=LATER, is_complete=True)
    assert preview.is_clean
    world.write(preview)
    ended = {name: link.valid_to for name, link in links_by_person_name(world, Holds).items()}
    assert ended == {"Mette Bæk": None, "Bo Holm": LATER, "Ida Kær": date(2027, 6, 2)}
    people = {person.name: person for person in world.of(Person)}
    assert people["Bo Holm"].valid_to == LATER
    assert people["Ida Kær"].valid_to == date(2027, 6, 2)
    for name, link in links_by_person_name(world, ReachedBy).items():
        days = {link.valid_to, world.elements[link.target_id].valid_to}
        assert days == {people[name].valid_to}


def test_a_present_seat_ends_on_the_day_despite_a_future_seat_of_the_person() -> None:
    world = World()
    mette = row("Mette Bæk")
    write(world, mette, row("Bo Holm", town="Morsø"),
          row("Bo Holm", town="Morsø", post="PSP-koordinator", begins="01.06.2027"))  # fmt: skip
    world.write(world.preview(table_of_rows(mette), on=LATER, is_complete=True))
    ended = {link.target_id: link.valid_to for link in world.of(Holds)}
    assert ended == {SSP: None, "act-ssp-0773": LATER, "act-psp-0773": date(2027, 6, 2)}


def test_a_person_with_a_seat_of_another_source_does_not_end() -> None:
    world = World()
    mette, bo = row("Mette Bæk"), row("Bo Holm", town="Morsø")
    write(world, mette, bo)
    person = next(person for person in world.of(Person) if person.name == "Bo Holm")
    world.elements["h-1"] = Holds(
        id="h-1", source_id=person.id, target_id="act-psp-0773", source="form"
    )
    write(world, mette, on=LATER, is_complete=True)
    seats_of_bo = {link.id: link.valid_to for link in (*world.of(Holds), *world.of(Holds, "form"))
                   if link.source_id == person.id}  # fmt: skip
    assert seats_of_bo.pop("h-1") is None
    assert list(seats_of_bo.values()) == [LATER]
    assert world.elements[person.id].valid_to is None


# ---- a new holder


@pytest.mark.parametrize("is_complete", [False, True])
def test_a_holder_ends_on_the_first_day_of_the_next_holder(is_complete: bool) -> None:
    world, first = World(), date(2027, 1, 1)
    write(world, row("Mette Bæk", "05 11 11 11", id_="A17"))
    karsten = row("Karsten Dam", "05 22 22 22", begins="01.01.2027", id_="A17")
    preview = world.preview(table_of_rows(karsten), is_complete=is_complete)
    assert preview.is_clean
    world.write(preview)
    links = links_by_person_name(world, Holds)
    assert (links["Mette Bæk"].valid_to, links["Karsten Dam"].valid_from) == (first, first)
    number = links_by_person_name(world, ReachedBy)["Mette Bæk"]
    assert number.valid_to == (first if is_complete else None)
    for on in (ON, date(2026, 12, 1), LATER):
        again = world.preview(table_of_rows(karsten), on=on, is_complete=is_complete)
        assert (counts(again), len(again.change_set())) == ({"UNCHANGED": 1}, 0)


# ---- deputies


def present_deputy_names(world: World) -> list[str]:
    """The names of the present deputies, in order."""
    links = links_by_person_name(world, DeputizesFor)
    present = [name for name, link in links.items() if link.valid_to is None]
    return sorted(present, key=lambda name: links[name].order)


@pytest.mark.parametrize("is_complete", [False, True])
@pytest.mark.parametrize("second", ["Ida Kær; Ole Dam", "Bo Holm; Ole Dam", "Ida Kær; Bo Holm"])
def test_deputies_follow_the_order_of_the_list(second: str, is_complete: bool) -> None:
    world = World()
    write(world, row("Mette Bæk", deputies="Ole Dam; Ida Kær"))
    given = table_of_rows(row("Mette Bæk", deputies=second))
    preview = world.preview(given, on=LATER, is_complete=is_complete)
    assert preview.is_clean
    assert preview.rows[0].state in (RowState.CHANGED, RowState.NEW)
    world.write(preview)
    names = second.split("; ")
    assert present_deputy_names(world)[: len(names)] == names
    assert len(present_deputy_names(world)) == (
        2 if is_complete or second == "Ida Kær; Ole Dam" else 3
    )
    links = world.of(DeputizesFor)
    assert len({link.order for link in links}) == len(links)
    again = world.preview(given, on=LATER, is_complete=is_complete)
    assert (counts(again), len(again.change_set())) == ({"UNCHANGED": 1}, 0)


def test_a_deputy_can_be_added_after_others_have_ended() -> None:
    world = World()
    write(world, row("Mette Bæk", deputies="Ole Dam; Ida Kær"))
    world.write(world.preview(table_of_rows(row("Mette Bæk")), on=LATER, is_complete=True))
    assert present_deputy_names(world) == []
    write(world, row("Mette Bæk", deputies="Bo Holm"), on=date(2027, 3, 1), is_complete=True)
    assert present_deputy_names(world) == ["Bo Holm"]


def test_a_person_like_a_deputy_is_no_duplicate_of_the_holder() -> None:
    world = World()
    write(world, row("Ole Dam", town="Morsø"))
    preview = world.preview(table_of_rows(row("Mette Bæk", deputies="Ole Dam")))
    assert preview.rows[0].duplicates == ()


def test_a_withheld_person_is_not_made_a_deputy() -> None:
    world = World()
    write(world, row("Ole Dam", post="PSP-koordinator"))
    (ole,) = world.of(Person)
    given = table_of_rows(row("Mette Bæk", deputies="Ole Dam"))
    (fault,) = world.preview(given, withheld=frozenset({ole.id})).all_faults()
    assert (fault.rule, fault.place.header) == (ImportRule.WITHHELD, "Stedfortræder")


def test_deputies_of_two_holders_of_a_post_are_in_the_order_of_the_rows() -> None:
    world = World()
    write(world, row("Mette Bæk", deputies="Ole Dam"), row("Jens Friis", deputies="Ida Kær"))
    write(world, row("Jens Friis", deputies="Ida Kær"), row("Mette Bæk", deputies="Ole Dam"))
    assert present_deputy_names(world) == ["Ida Kær", "Ole Dam"]


def test_a_deputy_order_changed_locally_is_a_conflict() -> None:
    world = World()
    given = row("Mette Bæk", deputies="Ole Dam; Ida Kær")
    write(world, given)
    links = links_by_person_name(world, DeputizesFor)
    for name, order in (("Ole Dam", 3), ("Ida Kær", 1)):
        world.edit(links[name].id, order=order)
    preview = world.preview(table_of_rows(given), on=LATER)
    (shown,) = preview.rows
    assert shown.state is RowState.CONFLICT
    assert [
        (difference.field, difference.source_says, difference.we_say, difference.verdict)
        for difference in shown.differences
    ] == [
        ("order", 1, 3, FieldVerdict.CONFLICT), ("order", 3, 1, FieldVerdict.CONFLICT),
    ]  # fmt: skip
    assert len(preview.change_set()) == 0
    world.write(world.preview(table_of_rows(given), on=LATER, takes_source=True))
    assert present_deputy_names(world) == ["Ole Dam", "Ida Kær"]


def test_a_deputy_of_another_source_keeps_their_order() -> None:
    world = World()
    write(world, row("Mette Bæk", deputies="Ole Dam; Ida Kær"))
    world.elements["per-anna"] = Person(id="per-anna", name="Anna Kjær Lund", source="form")
    world.elements["dep-anna"] = DeputizesFor(
        id="dep-anna", source_id="per-anna", target_id=SSP, order=3, source="form"
    )
    write(world, row("Mette Bæk", deputies="Ida Kær; Ole Dam; Anna Kjær Lund"), on=LATER)
    assert present_deputy_names(world) == ["Ida Kær", "Ole Dam"]
    assert world.elements["dep-anna"].order == 3
