"""OS2mo: a response becomes units, posts and holders; secret or unclear data is left out."""

import copy
from datetime import date
from typing import Any

import pytest

from graph.exchange.imports import FileRefused, RowState
from graph.exchange.imports.records import (
    EndMeaning,
    RecordFormat,
    RecordNote,
    detect_format,
    read_records,
)
from graph.model import Actor, Authority, ContactDetail, DeputizesFor, Holds, PartOf, Person
from tests.graph.exchange.imports.office_lists import ON, World, counts
from tests.graph.exchange.imports.records.record_files import (
    DATA,
    JENS,
    METTE,
    MO_WORDS,
    PUBLIC,
    UNIT,
    as_json,
    faults_of,
    mo_address,
    mo_answer,
    previewed,
    read,
    source_of,
)

FORM = RecordFormat.OS2MO


def test_a_response_is_recognized_whole_and_in_pages() -> None:
    assert detect_format(source_of(as_json(mo_answer()))) is FORM
    assert detect_format(source_of(as_json([mo_answer(), mo_answer()]))) is FORM


def test_units_posts_and_holders_are_read_with_half_open_dates() -> None:
    records = read(mo_answer(), FORM)
    assert [unit.name for unit in records.units] == ["Thisted Kommune", "Ungeenheden"]
    assert records.units[1].parent == UNIT.format(1)
    ssp = next(seat for seat in records.seats if seat.person == METTE)
    assert ssp.words == ("SSP-konsulent",)
    assert ssp.valid_to == date(2027, 7, 1)  # 30 June is the last day, as the periods prove
    assert records.persons[METTE].name == "Mette Rugvang Bæk"
    assert [value for _, value in records.persons[METTE].contacts] == ["+4505123478"]
    assert records.notes == {
        RecordNote.UNREAD_KEYS: 1, RecordNote.PERSONAL_KEYS: 1, RecordNote.SECRET_ADDRESSES: 3,
        RecordNote.OTHER_CHANNELS: 1, RecordNote.PAST: 1,
    }  # fmt: skip
    assert records.unread == {"is_primary": 1}


def test_a_parent_reference_does_not_replace_the_full_unit() -> None:
    answer = mo_answer()
    units = answer["data"]["org_units"]["objects"]
    units[1]["current"]["parent"] = {"uuid": UNIT.format(1), "name": "Thisted Kommune"}
    for order in (units, units[::-1]):
        answer["data"]["org_units"]["objects"] = order
        records = read(answer, FORM)
        assert sorted(unit.type for unit in records.units) == ["Afdeling", "Kommune"]


def test_an_import_writes_unit_person_and_seat_and_a_second_changes_nothing() -> None:
    world, records = World(), read(mo_answer(), FORM)
    preview = previewed(world, records, *MO_WORDS)
    assert counts(preview) == {"NEW": 2, "UNCHANGED": 1}
    assert preview.is_clean
    world.write(preview)
    (unit,) = world.of(Authority, "os2mo-test")
    assert (unit.name, unit.external_id) == ("Ungeenheden", UNIT.format(2))
    assert (unit.tier.value, unit.sector.value) == ("MUNICIPAL", "SOCIAL_SERVICES")
    (part,) = world.of(PartOf, "os2mo-test")
    assert world.elements[part.target_id].name == "Thisted Kommune"  # type: ignore[attr-defined] - an authority
    (person,) = world.of(Person, "os2mo-test")
    assert (person.name, person.title) == ("Mette Rugvang Bæk", "SSP-konsulent")
    (holds,) = world.of(Holds, "os2mo-test")
    assert (holds.valid_from, holds.valid_to) == (date(2026, 1, 1), date(2027, 7, 1))
    post = world.elements[holds.target_id]
    assert isinstance(post, Actor)
    assert post.name == "SSP-koordinator, Thisted"
    assert len(world.of(ContactDetail, "os2mo-test")) == 2  # her phone, and the unit's address
    again = previewed(world, records, *MO_WORDS)
    assert (again.creates, again.updates, again.ends) == ((), (), ())
    assert counts(again) == {"UNCHANGED": 3}


def test_the_same_response_on_a_later_day_changes_nothing() -> None:
    world, records = World(), read(mo_answer(), FORM)
    world.write(previewed(world, records, *MO_WORDS))
    later = date(2027, 2, 1)
    again = previewed(world, read(mo_answer(), FORM, later), *MO_WORDS, on=later)
    assert (again.creates, again.updates, again.ends) == ((), (), ())


def test_an_end_date_removed_at_the_source_is_removed_here() -> None:
    world, answer = World(), mo_answer()
    world.write(previewed(world, read(answer, FORM), *MO_WORDS))
    answer["data"]["engagements"]["objects"][0]["validities"][1]["validity"]["to"] = None
    records = read(answer, FORM)
    world.write(previewed(world, records, *MO_WORDS))
    (holds,) = world.of(Holds, "os2mo-test")
    assert (holds.valid_from, holds.valid_to) == (date(2026, 1, 1), None)
    assert len(previewed(world, records, *MO_WORDS).change_set()) == 0


def test_unknown_types_and_posts_become_questions_and_nothing_is_planned() -> None:
    preview = previewed(World(), read(mo_answer(), FORM))
    questions = [
        (question.field.value, question.typed, question.count) for question in preview.questions
    ]
    assert questions == [("POST", "Leder", 1), ("UNIT", "Afdeling", 1)]
    assert (preview.rows, preview.creates, preview.is_clean) == ((), (), False)
    with pytest.raises(FileRefused):
        preview.change_set()
    others = previewed(World(), read(mo_answer(), FORM), "UNIT:*=", "POST:*=")
    assert others.notes[RecordNote.LEFT_OUT] == 2
    assert counts(others) == {"NEW": 1, "UNCHANGED": 2}  # the post is then the municipality's
    assert others.notes[RecordNote.PERSONS_WITHOUT_POST] == 1


def test_a_new_holder_a_renamed_unit_and_an_ended_unit_are_detected() -> None:
    world = World()
    world.write(previewed(world, read(mo_answer(), FORM), *MO_WORDS))
    changed = mo_answer()
    unit = changed["data"]["org_units"]["objects"][1]["current"]
    unit["name"] = "Ungeenhed Thy"
    for validity in changed["data"]["engagements"]["objects"][0]["validities"]:
        validity["employee_uuid"] = JENS
    preview = previewed(world, read(changed, FORM), *MO_WORDS, is_complete=True)
    assert [row.state for row in preview.rows if row.line] == [
        RowState.UNCHANGED, RowState.CHANGED, RowState.NEW,
    ]  # fmt: skip
    assert any(row.state is RowState.ENDED and row.person for row in preview.rows)
    world.write(preview)
    assert {person.name for person in world.of(Person, "os2mo-test") if not person.valid_to} == {
        "Jens Lyngtoft Kær"
    }
    gone = mo_answer()
    del gone["data"]["org_units"]["objects"][1]
    gone["data"]["engagements"]["objects"] = []
    ended = previewed(world, read(gone, FORM), *MO_WORDS, is_complete=True)
    assert "Ungeenhed Thy" in {row.post for row in ended.rows if row.state is RowState.ENDED}
    world.write(ended)
    (unit,) = world.of(Authority, "os2mo-test")
    assert unit.valid_to == ON


def test_a_substitute_becomes_a_deputy() -> None:
    answer = mo_answer()
    answer["data"]["associations"] = [
        {
            "uuid": UNIT.format(7), "association_type": {"name": "SSP-koordinator"},
            "org_unit": [{"uuid": UNIT.format(2)}], "person": [{"uuid": METTE}],
            "substitute": [{"uuid": JENS}], "validity": {"from": "2025-01-01", "to": None},
        }
    ]  # fmt: skip
    answer["data"]["engagements"] = None
    world = World()
    preview = previewed(world, read(answer, FORM), *MO_WORDS)
    world.write(preview)
    assert {person.name for person in world.of(Person, "os2mo-test")} == {
        "Mette Rugvang Bæk", "Jens Lyngtoft Kær",
    }  # fmt: skip
    (holds,) = world.of(Holds, "os2mo-test")
    (deputy,) = world.of(DeputizesFor, "os2mo-test")
    assert world.elements[holds.source_id].name == "Mette Rugvang Bæk"  # type: ignore[attr-defined] - a person
    assert world.elements[deputy.source_id].name == "Jens Lyngtoft Kær"  # type: ignore[attr-defined] - a person
    assert deputy.target_id == holds.target_id == "act-ssp-0787"
    again = previewed(world, read(answer, FORM), *MO_WORDS)
    assert (again.creates, again.updates, again.ends) == ((), (), ())


def test_a_person_with_two_functions_holds_both_posts_and_has_the_first_title() -> None:
    answer = mo_answer()
    engagements = answer["data"]["engagements"]["objects"]
    second = copy.deepcopy(engagements[0])
    second["uuid"] = UNIT.format(8)
    for validity in second["validities"]:
        validity["job_function"]["name"] = "PSP-konsulent"
    engagements.append(second)
    world, records = World(), read(answer, FORM)
    preview = previewed(world, records, *MO_WORDS)
    assert preview.is_clean, [fault.text("en") for fault in preview.all_faults()]
    world.write(preview)
    (person,) = world.of(Person, "os2mo-test")
    assert (person.name, person.title) == ("Mette Rugvang Bæk", "SSP-konsulent")
    assert {link.target_id for link in world.of(Holds, "os2mo-test")} == {
        "act-ssp-0787", "act-psp-0787",
    }  # fmt: skip
    again = previewed(world, records, *MO_WORDS)
    assert (again.creates, again.updates, again.ends) == ((), (), ())


@pytest.mark.parametrize(
    ("first", "second", "option", "end"),
    [
        ("2026-12-31T00:00:00+01:00", "2027-01-01T00:00:00+01:00", None, date(2027, 7, 1)),
        ("2027-01-01T00:00:00+01:00", "2027-01-01T00:00:00+01:00", None, date(2027, 6, 30)),
        ("2026-06-01T00:00:00+02:00", "2027-01-01T00:00:00+01:00", EndMeaning.LAST_DAY,
         date(2027, 7, 1)),
        ("2026-06-01T00:00:00+02:00", "2027-01-01T00:00:00+01:00", EndMeaning.DAY_AFTER,
         date(2027, 6, 30)),
        ("2026-06-01T00:00:00+02:00", "2027-01-01T00:00:00+01:00", None, None),
    ],
)  # fmt: skip
def test_the_meaning_of_an_end_date_is_proved_or_chosen_and_never_guessed(
    first: str, second: str, option: EndMeaning | None, end: date | None
) -> None:
    answer = mo_answer()
    former, other = answer["data"]["engagements"]["objects"][0]["validities"]
    former["validity"] = {"from": "2024-01-01T00:00:00+01:00", "to": first}
    other["validity"] = {"from": second, "to": "2027-06-30T00:00:00+02:00"}
    if end is None:
        assert faults_of(answer, FORM)[0][0] == "ENDS_UNCLEAR"
        return
    records = read(answer, FORM, ends=option)
    assert max(seat.valid_to for seat in records.seats if seat.valid_to) == end


def test_an_address_with_missing_or_unknown_visibility_is_left_out() -> None:
    answer = mo_answer()
    person = answer["data"]["persons"]["objects"][0]["current"]
    unasked = mo_address("PHONE", "05 11 11 11", None)
    del unasked["visibility"]
    person["addresses"] = [
        unasked,
        mo_address("PHONE", "05 22 22 22", {"name": "Noget andet", "user_key": "x"}),
        {**mo_address("PHONE", "05 33 33 33", None), "visibility_uuid": METTE},
        mo_address("PHONE", "05 44 44 44", None),
        mo_address("PHONE", "05 55 55 55", {"scope": "INTERNAL"}, "Mobil"),
        mo_address("PHONE", "ukendt", PUBLIC),
    ]
    records = read(answer, FORM)
    assert [(channel.value, value) for channel, value in records.persons[METTE].contacts] == [
        ("PHONE", "+4505444444"),
        ("MOBILE", "+4505555555"),
    ]
    assert records.notes[RecordNote.SECRET_ADDRESSES] == 3
    assert records.notes[RecordNote.BAD_CONTACTS] == 1


def _set(path: str, value: Any) -> Any:
    def change(answer: dict[str, Any]) -> None:
        here: Any = answer["data"]
        *steps, last = path.split(".")
        for step in steps:
            here = here[int(step) if step.isdecimal() else step]
        here[last] = value

    return change


PERSON = "persons.objects.0.current"
ENGAGEMENT = "engagements.objects.0.validities.1"


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (_set(f"{PERSON}.cpr_number", None), "FORBIDDEN_COLUMN"),
        (_set(f"{PERSON}.cpr_no", "x"), "FORBIDDEN_COLUMN"),
        (_set(f"{PERSON}.user_key", "010190-1234"), "CPR_NUMBER"),
        (_set(f"{PERSON}.user_key", 1101901234), "CPR_NUMBER"),
        (_set(f"{PERSON}.name", "Mette sigtet for vold"), "OFFENSE"),
        (_set(f"{PERSON}.sag", "1"), "FORBIDDEN_COLUMN"),
        (_set(f"{PERSON}.name", ["Mette"]), "UNEXPECTED_VALUE"),
        (_set("persons.objects.0.uuid", None), "MISSING_ID"),
        (_set("org_units.objects.0.uuid", None), "MISSING_ID"),
        (_set("org_units.objects.0.current.name", None), "UNEXPECTED_VALUE"),
        (_set("org_units.objects.0.current.name", "x" * 121), "TOO_LONG"),
        (_set(f"{ENGAGEMENT}.org_unit_uuid", None), "MISSING_RECORD"),
        (_set(f"{ENGAGEMENT}.validity", {"from": "2026-13-01", "to": None}), "BAD_DATE"),
        (_set(f"{ENGAGEMENT}.validity", {"from": "2028-01-01", "to": "2027-01-01"}),
         "FROM_AFTER_TO"),
        (_set("org_units.objects", "ingen"), "UNEXPECTED_VALUE"),
    ],
)  # fmt: skip
def test_a_malformed_answer_is_refused_with_rule_and_place(change: Any, rule: str) -> None:
    answer = copy.deepcopy(mo_answer())
    change(answer)
    faults = faults_of(answer, FORM)
    assert rule in {fault for fault, _ in faults}
    assert all(path for fault, path in faults if fault == rule)


def test_a_response_with_errors_or_of_another_format_is_refused() -> None:
    assert faults_of({**mo_answer(), "errors": [{"message": "x"}]}, FORM) == [
        ("ANSWER_WITH_ERRORS", "errors")
    ]
    assert faults_of({"data": {"itsystems": []}}, FORM) == [("OTHER_FORMAT", None)]
    assert faults_of([], FORM) == [("OTHER_FORMAT", None)]


def test_the_documented_example_is_refused_because_it_has_no_ids() -> None:
    text = (DATA / "os2mo" / "reads.md").read_text("utf-8")
    block = text.split("```json")[1].split("```")[0].encode()
    assert detect_format(source_of(block)) is FORM
    with pytest.raises(FileRefused) as refused:
        read_records(source_of(block), FORM, ON)
    assert {fault.rule.value for fault in refused.value.faults} == {"MISSING_ID"}


def test_an_engagement_with_an_unknown_employee_is_refused() -> None:
    answer = mo_answer()
    answer["data"]["engagements"]["objects"][0]["validities"][1]["employee_uuid"] = UNIT.format(9)
    preview = previewed(World(), read(answer, FORM), *MO_WORDS)
    (row,) = [row for row in preview.rows if row.faults]
    assert row.faults[0].rule.value == "MISSING_RECORD"
    assert "engagements" in (row.faults[0].place.path or "")
    assert not any(isinstance(element, Person) for element in preview.creates)


def test_units_in_a_parent_cycle_are_refused() -> None:
    answer = mo_answer()
    units = answer["data"]["org_units"]["objects"]
    units[0]["current"]["parent"] = {"uuid": UNIT.format(2)}
    preview = previewed(World(), read(answer, FORM), *MO_WORDS, "UNIT:Kommune=")
    assert "CYCLE" in {fault.rule.value for fault in preview.all_faults()}
    assert preview.creates == ()
