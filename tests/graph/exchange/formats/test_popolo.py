import json
from typing import Any

from graph.exchange.formats.popolo import popolo
from tests.graph.exchange.selections import ODD_NAME, everything, selection_of
from tests.graph.exchange.stamps import stamp


def read(*, with_names: bool = True) -> dict[str, dict[str, dict[str, Any]]]:
    found = selection_of(everything(), with_names=with_names)
    told = json.loads(popolo(found, stamp(found), "en"))
    assert told.pop("meta")["Export"] == stamp().number
    return {kind: {one["id"]: one for one in objects} for kind, objects in told.items()}


def test_bodies_posts_people_and_areas_have_their_places() -> None:
    told = read()
    assert set(told) == {"organizations", "posts", "persons", "memberships", "areas"}
    body = told["organizations"]["kystby-kommune"]
    assert (body["classification"], body["area_id"]) == ("Municipality", "kystby")
    assert body["other_names"] == [{"name": "Kystby"}, {"name": "a|b\\"}]
    assert told["organizations"]["ssp"]["name"] == ODD_NAME
    post = told["posts"]["ssp-post"]
    assert (post["organization_id"], post["label"]) == ("kystby-kommune", "SSP-koordinator, Kystby")
    assert told["persons"]["amina"]["name"] == "Amina Søkilde Østergård"
    assert told["persons"]["carl"] == {"id": "carl"}
    assert read(with_names=False)["persons"]["amina"] == {"id": "amina"}
    assert told["areas"]["havnen"]["parent_id"] == "kystby"


def test_a_membership_ends_on_its_last_date() -> None:
    told = read()["memberships"]
    held = told["amina--ssp-post"]
    assert (held["person_id"], held["post_id"]) == ("amina", "ssp-post")
    assert (held["start_date"], held["end_date"]) == ("2024-08-01", "2026-12-31")
    seat = told["ssp-post--ssp"]
    assert (seat["organization_id"], seat["post_id"]) == ("ssp", "ssp-post")
    assert seat["on_behalf_of_id"] == "kystby-kommune"
    deputy = told["duty--ihd"]
    assert (deputy["post_id"], "person_id" in deputy) == ("ihd", False)
    assert deputy["member"] == {"id": "duty"}


def test_no_object_refers_to_one_that_stayed_behind() -> None:
    told = read()
    known = {one for objects in told.values() for one in objects}
    for objects in told.values():
        for one in objects.values():
            ends = {value for name, value in one.items() if name.endswith("_id")}
            assert ends <= known, one
