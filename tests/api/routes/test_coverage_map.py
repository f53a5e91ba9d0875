"""How each area stands by one measure, over HTTP."""

from typing import Any

import pytest

from graph.access.policy import Role
from tests.fixtures.app import TestHouse


def read(house: TestHouse, role: Role, **asked: Any) -> Any:
    answer = house.http.get("/coverage/map", params=asked, headers=house.as_(role))
    assert answer.status_code == 200, answer.text
    return answer.json()


def numbers(found: Any) -> dict[str, tuple[Any, Any, Any]]:
    return {
        one["area"]["id"]: (one.get("number"), one.get("of"), one.get("lack"))
        for one in found["rows"]
    }


def test_each_municipality_has_its_number_and_the_states_of_its_posts(house: TestHouse) -> None:
    found = read(house, Role.COORDINATOR, measure="VACANT", on="2026-11-25")
    assert (found["measure"], found["by"], found["on"]) == ("VACANT", "MUNICIPALITY", "2026-11-25")
    assert numbers(found) == {"kystby": (1, 3, None), "nabo": (0, 1, None)}
    kystby = found["rows"][0]
    assert kystby["states"] == {"HELD": 2, "UNIT": 1, "VACANT": 1, "AWAY": 1, "STALE": 1}
    assert (kystby["posts"], kystby["codes"]) == (4, ["9999"])


def test_kinds_networks_and_units_choose(house: TestHouse) -> None:
    asked = {"kind": ["RELEASE_CONTACT"], "measure": "VACANT"}
    assert numbers(read(house, Role.ANALYST, **asked)) == {
        "kystby": (1, 1, None),
        "nabo": (None, None, "NO_POST"),
    }
    assert numbers(read(house, Role.ANALYST, **asked, by="POLICE_DISTRICT")) == {
        "pol-ost": (1, 1, None)
    }
    assert numbers(read(house, Role.ANALYST, meets_in="SSP"))["kystby"] == (1, 2, None)


def test_where_no_path_leads_the_cause_is_told(house: TestHouse) -> None:
    found = read(house, Role.COORDINATOR, measure="HOPS", kind="SSP_COORDINATOR")
    assert numbers(found)["kystby"] == (None, None, "NO_PATH")
    assert found["rows"][0]["cause"] == "NO_START"  # nobody in Kystby answers for the country


def test_fewer_civilians_than_may_be_told_have_no_number(house: TestHouse) -> None:
    found = read(house, Role.OUTREACH, measure="CIVILIANS")
    assert numbers(found) == {"kystby": (None, None, "NOT_TOLD"), "nabo": (None, None, "NOT_TOLD")}


@pytest.mark.parametrize("asked", [{"measure": "X"}, {"by": "COMMUNITY"}, {"meets_in": "ssp"}])
def test_what_is_no_such_word_is_refused(house: TestHouse, asked: dict[str, str]) -> None:
    headers = house.as_(Role.COORDINATOR)
    assert house.http.get("/coverage/map", params=asked, headers=headers).status_code == 422


def test_whoever_runs_the_machines_has_no_map(house: TestHouse) -> None:
    assert house.http.get("/coverage/map", headers=house.as_(Role.ADMIN)).status_code == 403
