"""HSDS: the example data set of the standard as folder, zip and JSON; tables; refused files."""

from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest

from graph.exchange.imports import FileRefused, ReadingLimits
from graph.exchange.imports.records import (
    RecordFormat,
    RecordNote,
    RecordSet,
    SourceFiles,
    detect_format,
    read_records,
)
from graph.model import Actor, Person
from graph.vocabulary import Channel
from tests.graph.exchange.imports.office_lists import ON, World, counts
from tests.graph.exchange.imports.records.record_files import (
    DATA,
    as_json,
    faults_of,
    files_of,
    previewed,
    read,
    source_of,
    zipped,
)

FORM: Final = RecordFormat.HSDS
FOLDER: Final = DATA / "hsds"
TABLES: Final = {path.name: path.read_bytes() for path in FOLDER.glob("*.csv")}


def tables() -> dict[str, Any]:
    return {
        "organization": [{"id": "o1", "name": "Thisted Kommune", "description": "Kommune"}],
        "service": [
            {
                "id": "s1", "organization_id": "o1", "name": "SSP i Thy", "status": "active",
                "description": "SSP-koordinator", "assured_date": "2026-09-01",
            }
        ],
        "contact": [
            {"id": "c1", "service_id": "s1", "name": "Mette Rugvang Bæk", "title": "Konsulent"}
        ],
        "phone": [
            {"id": "f1", "contact_id": "c1", "number": "05 12 34 78", "type": "cell"},
            {"id": "f2", "service_id": "s1", "number": "05 12 34 00", "type": "voice"},
            {"id": "f3", "service_id": "s1", "number": "05 12 34 01", "type": "fax"},
        ],
        "language": [{"id": "l1", "service_id": "s1", "code": "ar"}],
        "schedule": [
            {"id": "h1", "service_id": "s1", "freq": "WEEKLY", "byday": "MO,TU,WE,FR",
             "opens_at": "09:00", "closes_at": "15:00"},
            {"id": "h2", "service_id": "s1", "freq": "MONTHLY", "bymonthday": "1",
             "opens_at": "09:00", "closes_at": "15:00"},
            {"id": "h3", "service_id": "s1", "freq": "WEEKLY", "byday": "SA",
             "opens_at": "09:00", "closes_at": "15:00", "valid_to": "2026-11-24"},
        ],
        "program": [{"id": "g1", "organization_id": "o1", "name": "SSP"}],
    }  # fmt: skip


def example(sort: str) -> RecordSet:
    if sort == "folder":
        source = files_of(FOLDER)
    elif sort == "zip":
        source = source_of(zipped(TABLES), "hsds.zip")
    else:
        source = files_of(FOLDER / "organization_full.json")
    assert detect_format(source) is FORM
    return read_records(source, FORM, ON)


@pytest.mark.parametrize("sort", ["folder", "zip", "json"])
def test_the_standard_example_reads_alike_from_folder_zip_and_json(sort: str) -> None:
    records = example(sort)
    (unit,) = records.units
    assert (unit.name, unit.type) == ("Example Organization Inc.", "Limited Company")
    assert [seat.words for seat in records.seats] == [
        ("Community Counselling",),
        ("Reception Manager", "Community Counselling"),
    ]
    assert records.seats[0].languages == frozenset({"ur"})
    assert records.seats[0].checked_on == date(2005, 1, 1)
    (person,) = records.persons.values()
    assert person.name == "Ann Persona"
    assert (Channel.PHONE, "+441234234567") in person.contacts
    assert records.notes[RecordNote.NETWORKS] == 1
    assert records.notes[RecordNote.PAST] == 1  # the schedule ended in 2005


@pytest.mark.slow
@pytest.mark.parametrize("sort", ["folder", "zip", "json"])
def test_a_second_import_of_the_standard_example_changes_nothing(sort: str) -> None:
    words = ("UNIT:Limited Company=UNIT/MUNICIPAL/YOUTH",
             "POST:Community Counselling=OUTREACH_WORKER", "POST:Reception Manager=")  # fmt: skip
    world, records = World(), example(sort)
    preview = previewed(world, records, *words, source="hsds-test")
    assert counts(preview) == {"NEW": 2}
    assert preview.notes[RecordNote.PERSONS_WITHOUT_POST] == 1
    world.write(preview)
    (post,) = world.of(Actor, "hsds-test")
    assert (post.kind.value, post.languages) == ("OUTREACH_WORKER", frozenset({"ur"}))
    again = previewed(world, records, *words, source="hsds-test")
    assert (again.creates, again.updates, again.ends) == ((), (), ())


def test_tables_as_json_become_posts_with_hours_and_holders() -> None:
    records = read(tables(), FORM)
    assert records.seats[0].hours == "MO-WE 09:00-15:00; FR 09:00-15:00"
    assert records.notes == {
        RecordNote.NETWORKS: 1, RecordNote.HOURS: 1, RecordNote.PAST: 1,
        RecordNote.OTHER_CHANNELS: 1, RecordNote.UNREAD_KEYS: 1,
    }  # fmt: skip
    world = World()
    preview = previewed(world, records, source="hsds-test")
    assert counts(preview) == {"NEW": 1, "CHANGED": 1, "UNCHANGED": 1}
    world.write(preview)
    (person,) = world.of(Person, "hsds-test")
    assert (person.name, person.title) == ("Mette Rugvang Bæk", "Konsulent")
    again = previewed(world, records, source="hsds-test")
    assert (again.creates, again.updates, again.ends) == ((), (), ())


def test_equal_hours_in_another_notation_change_nothing() -> None:
    world, records = World(), read(tables(), FORM)
    world.write(previewed(world, records, source="hsds-test"))
    given = tables()
    given["schedule"][0]["byday"] = "FR,MO,WE"
    given["schedule"].append({**given["schedule"][0], "id": "h4", "byday": "TU"})
    again = previewed(world, read(given, FORM), source="hsds-test")
    assert (again.creates, again.updates, again.ends) == ((), (), ())


_WEEKEND: Final = {
    "id": "h2", "service_id": "s1", "freq": "WEEKLY", "byday": "SA,SU", "opens_at": "10:00",
    "closes_at": "20:00",
}  # fmt: skip


@pytest.mark.parametrize(
    ("season", "hours", "note"),
    [
        ({"valid_from": "2027-06-01", "valid_to": "2027-08-31"}, None, RecordNote.HOURS),
        ({"dtstart": "2026-11-26"}, None, RecordNote.HOURS),
        ({"count": "3"}, None, RecordNote.HOURS),
        ({"byweekno": "41,42"}, None, RecordNote.HOURS),
        ({"valid_from": "2026-06-01", "valid_to": "2026-08-31"}, None, RecordNote.PAST),
        ({"until": "2026-11-24T23:00:00+01:00"}, None, RecordNote.PAST),
        ({"valid_from": "2026-11-25"}, "; SA-SU 10:00-20:00", None),
        ({"until": "2026-11-25"}, "; SA-SU 10:00-20:00", RecordNote.HOURS_END),
        ({"valid_to": "2027-08-31"}, "; SA-SU 10:00-20:00", RecordNote.HOURS_END),
    ],
)
def test_hours_of_the_date_are_read_and_other_seasons_are_noted(
    season: dict[str, str], hours: str | None, note: RecordNote | None
) -> None:
    given = tables()
    given["schedule"] = [{**given["schedule"][0], "byday": "MO,TU"}, {**_WEEKEND, **season}]
    records = read(given, FORM)
    assert records.seats[0].hours == f"MO-TU 09:00-15:00{hours or ''}"
    notes = (RecordNote.HOURS, RecordNote.PAST, RecordNote.HOURS_END)
    assert {kind: records.notes[kind] for kind in notes if records.notes.get(kind)} == (
        {note: 1} if note else {}
    )


def _changed_tables(table: str, **members: Any) -> dict[str, Any]:
    given = tables()
    given[table][0] |= members
    return given


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ({"taxonomy": []}, "OTHER_FORMAT"),
        ([], "OTHER_FORMAT"),
        ({"contents": [{"id": "x"}]}, "UNEXPECTED_VALUE"),
        (_changed_tables("organization", id=None), "MISSING_ID"),
        (_changed_tables("organization", name=None), "UNEXPECTED_VALUE"),
        (_changed_tables("service", organization_id=None), "MISSING_RECORD"),
        (_changed_tables("service", assured_date="2026-02-30"), "BAD_DATE"),
        (_changed_tables("service", assured_date="2099-01-01"), "CHECK_AHEAD"),
        (_changed_tables("contact", name="x" * 121), "TOO_LONG"),
        (_changed_tables("contact", name="Mette tidligere straffet"), "OFFENSE"),
        (_changed_tables("contact", cpr="1"), "FORBIDDEN_COLUMN"),
        (_changed_tables("phone", number="010190-1234"), "CPR_NUMBER"),
        (_changed_tables("schedule", valid_to="snart"), "BAD_DATE"),
        (_changed_tables("schedule", dtstart="snart"), "BAD_DATE"),
    ],
)
def test_malformed_tables_are_refused_with_their_rule(given: Any, rule: str) -> None:
    assert rule in {fault for fault, _ in faults_of(given, FORM)}


def test_files_of_the_same_name_in_two_folders_of_a_zip_are_both_read() -> None:
    files = {
        "nord/organizations.csv": b"id,name\no1,Thisted\n",
        "syd/organizations.csv": b"id,name\no2,Morsoe\n",
    }
    records = read_records(source_of(zipped(files), "hsds.zip"), FORM, ON)
    assert {unit.id for unit in records.units} == {"o1", "o2"}


@pytest.mark.parametrize(
    ("files", "rule"),
    [
        ({"organizations.csv": b"id,name\no1,A\no2,B,C\n"}, "RAGGED_ROW"),
        ({"organizations.csv": b'id,name\no1,"A\n'}, "QUOTES"),
        ({"organizations.csv": b"id,id\no1,A\n"}, "SAME_HEADER"),
        ({"organizations.csv": b"id,name\no1,=A1\n"}, "FORMULA"),
        ({"organizations.csv": b"id,name\no1,\xe6\n"}, "ENCODING"),
        ({"organizations.csv": b"id,name,cpr\no1,A,x\n"}, "FORBIDDEN_COLUMN"),
        ({"organizations.csv": b"id,name\no1,010190-1234\n"}, "CPR_NUMBER"),
        ({"organizations.csv": b"id,a,b\no1,010190,1234\n"}, "CPR_NUMBER"),
        ({"organizations.csv": b"id,name\n,A\n"}, "MISSING_ID"),
        ({"organizations.csv": b"id,name\no1," + b"A" * 5000 + b"\n"}, "CELL_TOO_LONG"),
        ({"phones.csv": b"id,number\nf1,1\n"}, "OTHER_FORMAT"),
        ({"organizations.csv": b"id,name\no1,A\n", "../x.csv": b"id\n1\n"}, "ARCHIVE_PATH"),
        ({"organizations.csv": b"id,name\no1,A\n", "x.zip": b"PK"}, "ARCHIVE_PATH"),
        ({"organizations.csv": b"0" * 30_000_000}, "ARCHIVE_RATIO"),
        ({f"{number}.csv": b"id\n1\n" for number in range(201)}, "ARCHIVE_ENTRIES"),
    ],
)
def test_a_malformed_zip_is_refused_with_its_rule(files: dict[str, bytes], rule: str) -> None:
    with pytest.raises(FileRefused) as refused:
        read_records(source_of(zipped(files), "hsds.zip"), FORM, ON)
    assert rule in {fault.rule.value for fault in refused.value.faults}


def test_a_damaged_zip_and_a_large_file_are_refused() -> None:
    data = zipped(TABLES)
    for given, rule in ((data[: len(data) // 2], "BROKEN_ARCHIVE"), (data, "FILE_TOO_LARGE")):
        with pytest.raises(FileRefused) as refused:
            read_records(source_of(given), FORM, ON, limits=ReadingLimits(file=len(data) - 1))
        assert refused.value.faults[0].rule.value == rule


def test_a_zip_with_a_damaged_table_is_refused() -> None:
    data = bytearray(zipped({"organizations.csv": b"id,name\n" + b"o1,A\n" * 100}))
    start = 30 + len("organizations.csv")
    data[start : start + 4] = b"\xff" * 4
    with pytest.raises(FileRefused) as refused:
        read_records(source_of(bytes(data), "hsds.zip"), FORM, ON)
    assert [fault.rule.value for fault in refused.value.faults] == ["BROKEN_ARCHIVE"]


def test_a_table_of_a_zip_above_the_size_limit_is_refused() -> None:
    data = zipped({"organizations.csv": b"id,name\n" + b"o1,A\n" * 1_000})
    with pytest.raises(FileRefused) as refused:
        read_records(source_of(data, "hsds.zip"), FORM, ON, limits=ReadingLimits(file=5_000))
    (fault,) = refused.value.faults
    assert fault.rule.value == "FILE_TOO_LARGE"
    assert fault.place.file == "hsds.zip/organizations.csv"


def test_a_folder_of_unrecognized_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "liste.csv").write_bytes(b"a,b\n1,2\n")
    source = SourceFiles.of(tmp_path, ReadingLimits())
    assert detect_format(source) is None
    for form in (FORM, RecordFormat.POPOLO):
        with pytest.raises(FileRefused):
            read_records(source, form, ON)


def test_a_fault_of_a_table_names_its_file_line_and_column() -> None:
    data = zipped({"organizations.csv": b"id,name\no1,010190-1234\n"})
    with pytest.raises(FileRefused) as refused:
        read_records(source_of(data, "hsds.zip"), FORM, ON)
    assert refused.value.text("en").startswith(
        "hsds.zip/organizations.csv, line 2, column B (name): looks like a CPR number"
    )


def test_a_json_above_the_size_limit_is_refused_before_it_is_parsed() -> None:
    malformed = as_json(tables())[:-1]
    rules: list[str] = []
    for size in (len(malformed), len(malformed) - 1):
        with pytest.raises(FileRefused) as refused:
            read_records(source_of(malformed), FORM, ON, limits=ReadingLimits(file=size))
        rules += [fault.rule.value for fault in refused.value.faults]
    assert rules == ["BROKEN_JSON", "FILE_TOO_LARGE"]
