"""FK-Organisation: objects of the standard in both spellings, and files that are refused."""

from datetime import date
from typing import Any, Final

import pytest

from graph.exchange.imports import FileRefused
from graph.exchange.imports.records import RecordFormat, RecordNote, detect_format, read_records
from graph.model import Authority, Holds, PartOf, Person
from tests.graph.exchange.imports.office_lists import ON, World, counts
from tests.graph.exchange.imports.records.record_files import (
    DATA,
    JENS,
    METTE,
    UNIT,
    as_json,
    faults_of,
    files_of,
    previewed,
    read,
    source_of,
)

FORM: Final = RecordFormat.FK_ORG
LORA: Final = DATA / "os2mo" / "get_orgEnhed_from_uuidx3.json"


def _effect(end: str | None = None) -> dict[str, Any]:
    """A period of SF1500."""
    last: dict[str, Any] = {"GraenseIndikator": True} if end is None else {
        "TidsstempelDatoTid": end
    }  # fmt: skip
    return {
        "FraTidspunkt": {"TidsstempelDatoTid": "2024-01-01T00:00:00+01:00"}, "TilTidspunkt": last,
    }  # fmt: skip


def _object(
    object_id: str, attributes: dict[str, Any], relations: dict[str, Any], end: str | None = None
) -> dict[str, Any]:
    """An object as SF1500 has it."""
    return {
        "ObjektType": {"UUIDIdentifikator": object_id},
        "Registrering": [
            {
                "LivscyklusKode": "Rettet",
                "AttributListe": {"Egenskab": [{"Virkning": _effect(), **attributes}]},
                "TilstandListe": {
                    "Gyldighed": [{"Virkning": _effect(end), "GyldighedStatusKode": "Aktiv"}]
                },
                "RelationListe": {
                    name: [{"Virkning": _effect(), "ReferenceID": {"UUIDIdentifikator": target}}]
                    for name, target in relations.items()
                },
            }
        ],
    }


def answer(end: str | None = "2027-06-30T00:00:00+02:00") -> dict[str, Any]:
    return {
        "OrganisationEnhed": [
            _object(UNIT.format(1), {"EnhedNavn": "Thisted Kommune"}, {}),
            _object(UNIT.format(2), {"EnhedNavn": "Ungeenheden"},
                    {"Overordnet": UNIT.format(1), "Enhedstype": UNIT.format(4),
                     "Adresser": UNIT.format(6)}),
        ],
        "OrganisationFunktion": [
            _object(UNIT.format(3), {"FunktionNavn": "SSP-koordinator"},
                    {"TilknyttedeEnheder": UNIT.format(2), "TilknyttedeBrugere": METTE}, end),
        ],
        "Bruger": [
            _object(METTE, {"BrugerNavn": "mrb"}, {"TilknyttedePersoner": UNIT.format(5),
                                                   "Adresser": UNIT.format(7)}),
        ],
        "Person": [_object(UNIT.format(5), {"NavnTekst": "Mette Rugvang Bæk"}, {})],
        "Klasse": [_object(UNIT.format(4), {"TitelTekst": "Afdeling"}, {})],
        "Adresse": [
            _object(UNIT.format(6), {"AdresseTekst": "unge@thisted.example"}, {}),
            _object(UNIT.format(7), {"AdresseTekst": "05 12 34 78"}, {}),
        ],
    }  # fmt: skip


def test_units_of_lora_are_read_and_imported_once() -> None:
    source = files_of(LORA)
    assert detect_format(source) is FORM
    records = read_records(source, FORM, ON)
    assert [unit.name for unit in records.units] == [
        "Overordnet Enhed", "Samfundsvidenskabelige fakultet", "Humanistisk fakultet",
    ]  # fmt: skip
    assert {unit.valid_from for unit in records.units} == {date(2017, 1, 1)}
    world = World()
    draft = previewed(world, records, source="lora")
    assert sorted(question.count for question in draft.questions) == [1, 2]
    words = ("UNIT:eb3dc9d3-297d-4c3d-9056-435d7696a8e9=UNIT/REGIONAL/SCHOOL",
             "UNIT:14cf4675-e8c9-410f-aef4-abe3e4c1a9b7=UNIT")  # fmt: skip
    preview = previewed(world, records, *words, source="lora")
    assert counts(preview) == {"NEW": 3}
    world.write(preview)
    assert len(world.of(Authority, "lora")) == 3
    assert len(world.of(PartOf, "lora")) == 2
    again = previewed(world, records, *words, source="lora")
    assert (again.creates, again.updates, again.ends) == ((), (), ())


def test_a_lora_file_with_the_cpr_number_of_a_user_is_refused() -> None:
    source = files_of(DATA / "os2mo" / "create_bruger_andersand.json")
    assert detect_format(source) is FORM
    with pytest.raises(FileRefused) as refused:
        read_records(source, FORM, ON)
    (fault,) = refused.value.faults
    assert (fault.rule.value, fault.place.path) == (
        "CPR_NUMBER", "relationer.tilknyttedepersoner[0].urn",
    )  # fmt: skip
    assert "0906340000" not in refused.value.text("da")


def test_objects_of_the_web_service_are_imported_once_with_inclusive_ends() -> None:
    assert detect_format(source_of(as_json(answer()))) is FORM
    world, records = World(), read(answer(), FORM)
    preview = previewed(world, records, "UNIT:Afdeling=UNIT", source="fk")
    assert counts(preview) == {"NEW": 2, "UNCHANGED": 1}
    world.write(preview)
    (holds,) = world.of(Holds, "fk")
    assert (holds.valid_from, holds.valid_to) == (date(2024, 1, 1), date(2027, 7, 1))
    (person,) = world.of(Person, "fk")
    assert (person.name, person.external_id) == ("Mette Rugvang Bæk", METTE)
    assert sorted(world.values.values()) == ["+4505123478", "unge@thisted.example"]
    again = previewed(world, records, "UNIT:Afdeling=UNIT", source="fk")
    assert (again.creates, again.updates, again.ends) == ((), (), ())


def test_the_end_of_a_lora_period_is_exclusive() -> None:
    given = _lora_seat("2027-07-01 00:00:00+02")
    (seat,) = read(given, FORM).seats
    assert seat.valid_to == date(2027, 7, 1)
    (seat,) = read(_lora_seat("2027-06-30 12:00:00+02"), FORM).seats
    assert seat.valid_to == date(2027, 7, 1)
    past = read(_lora_seat("2026-01-01 00:00:00+01"), FORM)
    assert (past.seats, past.notes[RecordNote.PAST]) == ((), 1)


def _lora_seat(end: str) -> dict[str, Any]:
    span = {"from": "2020-01-01 00:00:00+01", "to": end, "to_included": False}
    return {
        "organisationfunktion": [
            {
                "id": UNIT.format(3),
                "attributter": {
                    "organisationfunktionegenskaber": [
                        {"funktionsnavn": "SSP-koordinator", "virkning": span}
                    ]
                },
                "tilstande": {
                    "organisationfunktiongyldighed": [{"gyldighed": "Aktiv", "virkning": span}]
                },
                "relationer": {"tilknyttedeenheder": [{"uuid": UNIT.format(1)}]},
            }
        ]
    }


def _lora_period(start: str, end: str = "infinity") -> dict[str, Any]:
    return {"virkning": {"from": f"{start} 00:00:00+01", "to": _moment(end), "to_included": False}}


def _moment(day: str) -> str:
    return day if day == "infinity" else f"{day} 00:00:00+01"


def _lora_holders(*holders: tuple[str, str, str], end: str = "infinity") -> dict[str, Any]:
    """A function from 2020 whose holders are given by id and period; the town and its people."""
    given = _lora_seat(_moment(end))
    given["organisationfunktion"][0]["relationer"]["tilknyttedebrugere"] = [
        {"uuid": holder, **_lora_period(start, until)} for holder, start, until in holders
    ]
    given["organisationenhed"] = [
        {
            "id": UNIT.format(1),
            "attributter": {"organisationenhedegenskaber": [{"enhedsnavn": "Thisted Kommune"}]},
        }
    ]
    given["bruger"] = [
        {"id": user, "attributter": {"brugeregenskaber": [{"brugernavn": name}]}}
        for user, name in ((METTE, "Mette Rugvang Bæk"), (JENS, "Jens Lyngtoft Kær"))
    ]
    return given


def test_each_holder_has_the_period_of_their_relation() -> None:
    next_year = "2027-01-01"
    given = _lora_holders((JENS, next_year, "infinity"), (METTE, "2020-01-01", next_year))
    world, records = World(), read(given, FORM)
    world.write(previewed(world, records, source="fk"))
    people = {person.id: person.external_id for person in world.of(Person, "fk")}
    seats = {people[seat.source_id]: seat for seat in world.of(Holds, "fk")}
    assert {holder: (seat.valid_from, seat.valid_to) for holder, seat in seats.items()} == {
        METTE: (date(2020, 1, 1), date(2027, 1, 1)), JENS: (date(2027, 1, 1), None),
    }  # fmt: skip
    assert {seat.target_id for seat in seats.values()} == {"act-ssp-0787"}
    again = previewed(world, records, source="fk")
    assert (again.creates, again.updates, again.ends) == ((), (), ())


@pytest.mark.parametrize(
    ("holders", "read_as"),
    [
        ([(METTE, "2019-01-01", "infinity")], [(METTE, date(2020, 1, 1), date(2030, 1, 1))]),
        ([(METTE, "2021-01-01", "2024-01-01"), (METTE, "2024-01-01", "2028-01-01")],
         [(METTE, date(2021, 1, 1), date(2028, 1, 1))]),
        ([(METTE, "2021-01-01", "2022-01-01"), (METTE, "2024-01-01", "infinity")],
         [(METTE, date(2024, 1, 1), date(2030, 1, 1))]),
        ([(METTE, "2021-01-01", "2028-01-01"), (METTE, "2029-01-01", "infinity")],
         [(METTE, date(2021, 1, 1), date(2028, 1, 1))]),
        ([(METTE, "2021-01-01", "2022-01-01"), (JENS, "2031-01-01", "infinity")],
         [(None, date(2020, 1, 1), date(2030, 1, 1))]),
    ],
)  # fmt: skip
def test_a_holder_is_read_within_the_period_of_the_function(
    holders: list[tuple[str, str, str]], read_as: list[tuple[str | None, date, date]]
) -> None:
    seats = read(_lora_holders(*holders, end="2030-01-01"), FORM).seats
    assert [(seat.person, seat.valid_from, seat.valid_to) for seat in seats] == read_as


def test_attributes_and_relations_that_begin_later_are_read_only_if_there_are_no_others() -> None:
    given = _lora_holders()
    (unit,), (user, _) = given["organisationenhed"], given["bruger"]
    later = _lora_period("2027-01-01")
    unit["attributter"]["organisationenhedegenskaber"] = [
        {"enhedsnavn": "Thisted Kommune", **_lora_period("2017-01-01", "2027-01-01")},
        {"enhedsnavn": "Thy Kommune", **later},
    ]
    unit["relationer"] = {
        "overordnet": [
            {"uuid": UNIT.format(8), **later},
            {"uuid": UNIT.format(7), **_lora_period("2017-01-01", "2027-01-01")},
        ]
    }
    user["attributter"]["brugeregenskaber"] = [
        {"brugernavn": "Mette Rugvang Kær", **_lora_period("2028-01-01")},
        {"brugernavn": "Mette Rugvang Holm", **_lora_period("2027-01-01", "2028-01-01")},
    ]
    records = read(given, FORM)
    assert [(record.name, record.parent) for record in records.units] == [
        ("Thisted Kommune", UNIT.format(7))
    ]
    assert records.persons[METTE].name == "Mette Rugvang Holm"


def test_an_address_whose_visibility_is_a_class_is_skipped() -> None:
    given: dict[str, Any] = {
        "bruger": [
            {
                "id": METTE,
                "attributter": {"brugeregenskaber": [{"brugernavn": "Mette Rugvang Bæk"}]},
            }
        ],
        "organisationfunktion": [
            _address(UNIT.format(6), "urn:mailto:m@thisted.example", None),
            _address(UNIT.format(7), "urn:magenta.dk:telefon:+4505123478", "synlighed"),
        ],
    }
    records = read(given, FORM)
    assert [value for _, value in records.persons[METTE].contacts] == ["m@thisted.example"]
    assert records.notes[RecordNote.SECRET_ADDRESSES] == 1


def _address(object_id: str, urn: str, visibility: str | None) -> dict[str, Any]:
    tasks = [{"objekttype": visibility, "uuid": UNIT.format(9)}] if visibility else []
    return {
        "id": object_id,
        "attributter": {"organisationfunktionegenskaber": [{"funktionsnavn": "Adresse"}]},
        "relationer": {
            "tilknyttedebrugere": [{"uuid": METTE}], "adresser": [{"urn": urn}], "opgaver": tasks,
        },
    }  # fmt: skip


def _changed(change: dict[str, Any], kind: str = "OrganisationEnhed") -> dict[str, Any]:
    given = answer()
    given[kind][0] |= change
    return given


def _attribute(**members: Any) -> dict[str, Any]:
    return _object(UNIT.format(3), members, {})


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ({"data": None}, "OTHER_FORMAT"),
        ([], "OTHER_FORMAT"),
        (_changed({"seCPR-nummer": "x"}), "FORBIDDEN_COLUMN"),
        (_changed({"Sagsnummer": "1"}), "FORBIDDEN_COLUMN"),
        (_changed({"Note": "010190-1234"}), "CPR_NUMBER"),
        (_changed({"ObjektType": None}), "MISSING_ID"),
        (_changed(_object(UNIT.format(1), {"EnhedNavn": "x" * 121}, {})), "TOO_LONG"),
        (_changed(_object(UNIT.format(1), {"EnhedNavn": 5 * ["x"]}, {})), "UNEXPECTED_VALUE"),
        (_changed(_object(UNIT.format(1), {"EnhedNavn": "Afsoner"}, {})), "OFFENSE"),
        (_changed(_attribute(FunktionNavn="Leder"), "OrganisationFunktion"), "MISSING_RECORD"),
        (answer("2027-99-01T00:00:00+01:00"), "BAD_DATE"),
        (answer("2023-06-30T00:00:00+01:00"), "FROM_AFTER_TO"),
        ({"organisationenhed": ["x", {"attributter": None}]}, "UNEXPECTED_VALUE"),
    ],
)
def test_a_malformed_file_is_refused_with_its_rule(given: Any, rule: str) -> None:
    assert rule in {fault for fault, _ in faults_of(given, FORM)}


@pytest.mark.parametrize("moment", ["2007-01-01 00:00:00+01", "2011-12-31 23:59:59.5+01:00"])
def test_a_database_timestamp_is_not_taken_for_a_cpr_number(moment: str) -> None:
    assert not faults_of(_changed({"Note": moment}), FORM)
