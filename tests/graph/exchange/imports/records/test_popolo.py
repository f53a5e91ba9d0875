"""Popolo: the examples of the specification, collections, and files that are refused."""

from datetime import date
from typing import Any, Final

import pytest

from graph.exchange.imports.records import RecordFormat, RecordNote, detect_format, read_records
from graph.model import Actor, Authority, DeputizesFor, Holds, Organization, Person
from tests.graph.exchange.imports.office_lists import ON, World, counts
from tests.graph.exchange.imports.records.record_files import (
    DATA,
    as_json,
    faults_of,
    files_of,
    previewed,
    read,
    source_of,
)

FORM: Final = RecordFormat.POPOLO
THEN: Final = date(1971, 6, 1)
EXAMPLES: Final = sorted((DATA / "popolo").glob("*.json"))


def collection() -> dict[str, Any]:
    return {
        "organizations": [
            {"id": "o1", "name": "Thisted Kommune", "classification": "Kommune"},
            {"id": "o2", "name": "Ungeenheden", "classification": "Afdeling", "parent_id": "o1"},
        ],
        "posts": [
            {
                "id": "p1", "label": "SSP-koordinator i Thy", "role": "SSP-koordinator",
                "organization_id": "o2",
                "contact_details": [
                    {"type": "email", "value": "ssp@thisted.example"},
                    {"type": "fax", "value": "05 00 00 00"},
                ],
            }
        ],
        "persons": [
            {
                "id": "n1", "name": "Mette Rugvang Bæk", "birth_date": "1980-05-05",
                "gender": "female",
                "contact_details": [
                    {"type": "cell", "value": "05 12 34 78"},
                    {"type": "voice", "label": "Privat", "value": "05 98 76 54"},
                    {"type": "address", "value": "Hjemmevej 2"},
                ],
            }
        ],
        "memberships": [
            {
                "id": "m1", "person_id": "n1", "post_id": "p1", "organization_id": "o2",
                "start_date": "2025", "end_date": "2027-06",
            }
        ],
    }  # fmt: skip


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_of_the_specification_is_recognized_and_read(path: Any) -> None:
    assert len(EXAMPLES) == 8
    source = files_of(path)
    assert detect_format(source) is FORM
    records = read_records(source, FORM, THEN)
    assert records.units or records.seats or records.persons


def test_partial_and_inclusive_dates_of_the_specification_become_half_open() -> None:
    records = read_records(files_of(DATA / "popolo" / "embedding-person.json"), FORM,
                           date(1971, 6, 1))  # fmt: skip
    spans = [(seat.valid_from, seat.valid_to) for seat in records.seats]
    assert spans == [
        (date(1970, 1, 1), date(1972, 1, 1)),
        (date(1972, 1, 1), date(1980, 3, 16)),
    ]
    unit = read_records(files_of(DATA / "popolo" / "organization.json"), FORM, THEN).units[0]
    assert (unit.valid_from, unit.valid_to) == (date(1950, 1, 1), date(2000, 1, 2))


def test_personal_fields_of_the_specification_are_never_read() -> None:
    records = read_records(files_of(DATA / "popolo" / "person.json"), FORM, ON)
    assert records.notes[RecordNote.PERSONAL_KEYS] == 9
    assert "1920" not in repr(records)
    contacts = [value for _, value in records.persons["john-q-public"].contacts]
    assert contacts == ["jqpublic@xyz.example.com"]  # its number, +1 555 555 0100, is not in use
    assert records.notes[RecordNote.BAD_CONTACTS] == 1


def test_an_example_with_chosen_readings_is_imported_once() -> None:
    words = ("UNIT:=UNIT/MUNICIPAL/YOUTH", "POST:Chef at Joe's Diner=OUTREACH_WORKER",
             "POST:Kitchen Assistant at Joe's Diner=")  # fmt: skip
    world = World()
    person = read_records(files_of(DATA / "popolo" / "person.json"), FORM, THEN)
    held = read_records(files_of(DATA / "popolo" / "embedding-organization.json"), FORM, THEN)
    draft = previewed(world, held, source="diner", on=THEN)
    assert [question.typed for question in draft.questions if question.field.value == "UNIT"] == [
        ""
    ]
    refused = previewed(world, held, *words, source="diner", on=THEN)
    # The record of John is missing.
    assert [fault.rule.value for fault in refused.all_faults()] == ["MISSING_RECORD"]
    both = {
        "organizations": [
            {"id": "abc-inc", "name": "ABC, Inc.", "posts": [
                {"id": "abc-inc-chef", "label": "Chef at Joe's Diner"}]},
        ],
        "persons": [{"id": "john-q-public", "name": person.persons["john-q-public"].name}],
        "memberships": [
            {"id": "700", "person_id": "john-q-public", "post_id": "abc-inc-chef",
             "organization_id": "abc-inc", "start_date": "1972-01-01", "end_date": "1980-03-15"}
        ],
    }  # fmt: skip
    preview = previewed(world, read(both, FORM, THEN), *words, source="diner", on=THEN)
    world.write(preview)
    (holds,) = world.of(Holds, "diner")
    assert holds.valid_to == date(1980, 3, 16)
    again = previewed(world, read(both, FORM, THEN), *words, source="diner", on=THEN)
    assert (again.creates, again.updates, again.ends) == ((), (), ())


def test_a_second_import_of_a_collection_changes_nothing() -> None:
    assert detect_format(source_of(as_json(collection()))) is FORM
    world, records = World(), read(collection(), FORM)
    assert records.notes[RecordNote.SECRET_ADDRESSES] == 2
    assert records.notes[RecordNote.OTHER_CHANNELS] == 1
    preview = previewed(world, records, "UNIT:Afdeling=UNIT", source="popolo-test")
    assert counts(preview) == {"NEW": 2, "CHANGED": 1, "UNCHANGED": 1}
    world.write(preview)
    (holds,) = world.of(Holds, "popolo-test")
    assert (holds.valid_from, holds.valid_to) == (date(2025, 1, 1), date(2027, 7, 1))
    assert world.of(Actor, "popolo-test") == []  # the municipality's post is known
    assert [unit.name for unit in world.of(Authority, "popolo-test")] == ["Ungeenheden"]
    again = previewed(world, records, "UNIT:Afdeling=UNIT", source="popolo-test")
    assert (again.creates, again.updates, again.ends) == ((), (), ())


def test_a_unit_may_be_an_association() -> None:
    given = {"organizations": [{"id": "o9", "name": "Boldklubben Vindrosen",
                                "classification": "Klub"}], "posts": []}  # fmt: skip
    world = World()
    preview = previewed(world, read(given, FORM), "UNIT:Klub=SPORTS_CLUB", source="klubber")
    world.write(preview)
    again = previewed(world, read(given, FORM), "UNIT:Klub=SPORTS_CLUB", source="andre-klubber")
    assert again.creates == ()  # it is known by its name
    (club,) = world.of(Organization, "klubber")
    assert (club.kind.value, club.external_id) == ("SPORTS_CLUB", "o9")


def test_an_exported_deputy_and_network_are_not_read_as_holder_and_unit() -> None:
    given = collection()
    given["organizations"].append(
        {"id": "o3", "name": "SSP Thisted", "classification": "SSP-samarbejde"}
    )
    given["memberships"][0]["role"] = "deputizes for"
    world = World()
    preview = previewed(world, read(given, FORM), "UNIT:Afdeling=UNIT", source="popolo-test")
    assert preview.notes[RecordNote.NETWORKS] == 1
    world.write(preview)
    assert world.of(Holds, "popolo-test") == []
    (deputy,) = world.of(DeputizesFor, "popolo-test")
    person = world.elements[deputy.source_id]
    assert isinstance(person, Person)
    assert person.name == "Mette Rugvang Bæk"
    again = previewed(world, read(given, FORM), "UNIT:Afdeling=UNIT", source="popolo-test")
    assert (again.creates, again.updates, again.ends) == ((), (), ())


def test_persons_without_a_post_are_not_imported() -> None:
    given = collection()
    given["persons"].append({"id": "n2", "name": "Jens Lyngtoft Kær", "gender": "male"})
    preview = previewed(World(), read(given, FORM), "UNIT:Afdeling=UNIT", source="popolo-test")
    assert preview.notes[RecordNote.PERSONS_WITHOUT_POST] == 1
    assert [element.name for element in preview.creates if isinstance(element, Person)] == [
        "Mette Rugvang Bæk"
    ]


def _changed_collection(name: str, key: str, value: Any) -> dict[str, Any]:
    given = collection()
    given[name][0][key] = value
    return given


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        (b"{", "BROKEN_JSON"),
        (b"", "EMPTY_FILE"),
        (b'{"organizations": [], "organizations": []}', "DUPLICATE_KEY"),
        (b'{"organizations": [], "persons": [NaN]}', "NOT_A_NUMBER"),
        (b'{"organizations": [1e999], "persons": []}', "NOT_A_NUMBER"),
        (b'{"organizations": [' + b"9" * 50 + b'], "persons": []}', "NOT_A_NUMBER"),
        (b'{"organizations": ' + b"[" * 40 + b"]" * 40 + b"}", "TOO_DEEP"),
        (b'{"organizations": [], "x": "\xe6"}', "ENCODING"),
        (b'{"organizations": [], "x": "\0"}', "NUL"),
        (b'{"organizations": [], "persons": [{"id": "\\ud800"}]}', "CONTROL_CHARACTER"),
        (_changed_collection("organizations", "description", "x" * 65_537), "TEXT_TOO_LONG"),
        (_changed_collection("organizations", "\ufdfa" * 22_000, "x"), "TEXT_TOO_LONG"),
        (b'{"organizations": [], "x": "' + rb"\ud800" * 22_000 + b'"}', "TEXT_TOO_LONG"),
        (b"[1, 2]", "OTHER_FORMAT"),
        ({"results": []}, "OTHER_FORMAT"),
        ({"organizations": [], "persons": ["x"]}, "UNEXPECTED_VALUE"),
        (_changed_collection("persons", "cpr", "x"), "FORBIDDEN_COLUMN"),
        (
            _changed_collection("persons", "identifiers", [{"identifier": "010190-1234"}]),
            "CPR_NUMBER",
        ),
        (_changed_collection("persons", "name", "Mette, dømt for vold"), "OFFENSE"),
        (_changed_collection("organizations", "id", None), "MISSING_ID"),
        (_changed_collection("organizations", "id", "a@b.example"), "BAD_FORMAT"),
        (_changed_collection("posts", "organization_id", None), "MISSING_RECORD"),
        (_changed_collection("memberships", "end_date", "i morgen"), "BAD_DATE"),
        (_changed_collection("memberships", "start_date", "2028"), "FROM_AFTER_TO"),
    ],
)
def test_a_malformed_file_is_refused_with_its_rule(given: Any, rule: str) -> None:
    assert rule in {fault for fault, _ in faults_of(given, FORM)}


def test_units_are_nested_in_sixty_four_levels_at_most() -> None:
    levels = [
        {"id": f"o{level}", "name": f"Enhed {level}", "parent_id": f"o{level - 1}"}
        for level in range(900)
    ]
    del levels[0]["parent_id"]
    given = {**collection(), "organizations": levels[:64]}
    assert faults_of(given, FORM) == []
    assert previewed(World(), read(given, FORM), "UNIT:*=UNIT/MUNICIPAL/YOUTH").creates
    deep = faults_of({**given, "organizations": levels}, FORM)
    assert deep[0] == ("TOO_MANY_LEVELS", "organizations[64]")
    assert len(deep) == 900 - 64
    levels[0]["parent_id"] = "o899"
    assert len(faults_of({**given, "organizations": levels}, FORM)) == 900


def test_a_file_with_a_remote_context_is_recognized_and_noted() -> None:
    given = {**collection(), "@context": "https://example.com/context.json"}
    assert read(given, FORM).notes[RecordNote.CONTEXT] == 1
    assert detect_format(source_of(as_json(given))) is FORM
