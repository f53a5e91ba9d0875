import json
from typing import Any

from graph.exchange.formats.popolo import popolo
from tests.graph.exchange.selections import ODD_NAME, everything, selection_of
from tests.graph.exchange.stamps import stamp


def read(*, with_names: bool = True) -> dict[str, dict[str, dict[str, Any]]]:
    selection = selection_of(everything(), with_names=with_names)
    document = json.loads(popolo(selection, stamp(selection), "en"))
    assert document.pop("meta")["Export"] == stamp().number
    return {
        kind: {record["id"]: record for record in objects} for kind, objects in document.items()
    }


def test_organizations_posts_people_and_areas_are_in_their_collections() -> None:
    document = read()
    assert set(document) == {"organizations", "posts", "persons", "memberships", "areas"}
    body = document["organizations"]["kystby-kommune"]
    assert (body["classification"], body["area_id"]) == ("Municipality", "kystby")
    assert body["other_names"] == [{"name": "Kystby"}, {"name": "a|b\\"}]
    assert document["organizations"]["ssp"]["name"] == ODD_NAME
    post = document["posts"]["ssp-post"]
    assert (post["organization_id"], post["label"]) == ("kystby-kommune", "SSP-koordinator, Kystby")
    assert document["persons"]["amina"]["name"] == "Amina Søkilde Østergård"
    assert document["persons"]["carl"] == {"id": "carl"}
    assert read(with_names=False)["persons"]["amina"] == {"id": "amina"}
    assert document["areas"]["havnen"]["parent_id"] == "kystby"


def test_a_membership_ends_on_its_last_date() -> None:
    memberships = read()["memberships"]
    held = memberships["amina--ssp-post"]
    assert (held["person_id"], held["post_id"]) == ("amina", "ssp-post")
    assert (held["start_date"], held["end_date"]) == ("2024-08-01", "2026-12-31")
    seat = memberships["ssp-post--ssp"]
    assert (seat["organization_id"], seat["post_id"]) == ("ssp", "ssp-post")
    assert seat["on_behalf_of_id"] == "kystby-kommune"
    deputy = memberships["duty--ihd"]
    assert (deputy["post_id"], "person_id" in deputy) == ("ihd", False)
    assert deputy["member"] == {"id": "duty"}


def test_no_object_refers_to_one_that_is_not_in_the_file() -> None:
    document = read()
    known = {record_id for objects in document.values() for record_id in objects}
    for objects in document.values():
        for record in objects.values():
            ends = {value for name, value in record.items() if name.endswith("_id")}
            assert ends <= known, record
