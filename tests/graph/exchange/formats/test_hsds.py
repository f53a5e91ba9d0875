import json
import uuid
from typing import Any

from graph.exchange.formats.hsds import hsds, uuid_of
from tests.graph.exchange.selections import everything, selection_of
from tests.graph.exchange.stamps import stamp

FIELDS = {
    "organization": "id name alternate_name description website parent_organization_id",
    "organization_identifier": "id organization_id identifier_scheme identifier_type identifier",
    "location": "id organization_id location_type name",
    "program": "id organization_id name description",
    "service": "id organization_id program_id name description status assured_date",
    "attribute": "id link_id link_type link_entity value taxonomy_term_id",
    "taxonomy_term": "id code name description taxonomy",
    "service_area": "id service_id name uri",
    "language": "id service_id code",
    "schedule": "id service_id valid_from valid_to freq wkst byday opens_at closes_at",
    "contact": "id service_id name title",
}
"""The fields of HSDS 3.0 that are used. Source: openreferral/specification, `schema/`."""
REQUIRED = {
    "organization": "id name description", "program": "id name description",
    "service": "id name status", "location": "id location_type",
    "organization_identifier": "id identifier_type identifier",
    "taxonomy_term": "id name description",
}  # fmt: skip


def read() -> dict[str, list[dict[str, Any]]]:
    selection = selection_of(everything(), with_names=True)
    tables = json.loads(hsds(selection, stamp(selection), "en"))
    assert tables.pop("about")["Export"] == stamp().number
    return tables


def test_each_table_has_fields_of_the_specification_and_those_it_requires() -> None:
    tables = read()
    assert set(tables) == set(FIELDS)
    ids: set[str] = set()
    for table, rows in tables.items():
        for row in rows:
            assert set(REQUIRED.get(table, "id").split()) <= set(row) <= set(FIELDS[table].split())
            assert str(uuid.UUID(row["id"])) == row["id"]
            assert row["id"] not in ids
            ids.add(row["id"])
    for rows in tables.values():
        for row in rows:
            assert {value for name, value in row.items() if name.endswith("_id")} <= ids, row


def test_a_post_is_a_service_with_hours_languages_and_competences() -> None:
    tables = read()
    key = uuid_of("ssp-post")
    (service,) = (row for row in tables["service"] if row["id"] == key)
    assert service["organization_id"] == uuid_of("kystby-kommune")
    assert service["program_id"] == uuid_of("ssp")
    assert service["assured_date"] == "2026-10-15"
    of = {table: [row for row in rows if row.get("service_id") == key]
          for table, rows in tables.items()}  # fmt: skip
    assert [row["code"] for row in of["language"]] == ["da", "so"]
    assert [(row["byday"], row["opens_at"], row["closes_at"]) for row in of["schedule"]] == [
        ("MO,TU,WE,TH,FR", "09:00", "15:00"), ("SA", "10:00", "23:59"),
    ]  # fmt: skip
    assert [row["name"] for row in of["service_area"]] == ["Kystby"]
    assert [row["name"] for row in of["contact"]] == ["Amina Søkilde Østergård"]
    values = [row["value"] for row in tables["attribute"] if row["link_id"] == key]
    assert values == ["ssp-post", "kv:05", "27.25"]


def test_an_id_that_is_a_uuid_is_unchanged_and_others_map_to_stable_uuids() -> None:
    known = "018f4e3a-0000-7000-8000-000000000001"
    assert uuid_of(known) == known
    assert uuid_of("ssp-post") == uuid_of("ssp-post") != uuid_of("ssp")
