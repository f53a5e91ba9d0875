"""How each area stands by one measure, over HTTP."""

from typing import Any

import pytest

from graph.access.policy import Role
from tests.fixtures.app import TestApp


def read(app: TestApp, role: Role, **asked: Any) -> Any:
    answer = app.get("/coverage/map", app.as_(role), **asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def numbers(found: Any) -> dict[str, tuple[Any, Any, Any]]:
    return {
        one["area"]["id"]: (one.get("number"), one.get("of"), one.get("lack"))
        for one in found["rows"]
    }


def test_each_municipality_has_its_number_and_the_states_of_its_posts(app: TestApp) -> None:
    found = read(app, Role.COORDINATOR, measure="VACANT", on="2026-11-25")
    assert (found["measure"], found["by"], found["on"]) == ("VACANT", "MUNICIPALITY", "2026-11-25")
    assert numbers(found) == {"kystby": (1, 3, None), "nabo": (0, 1, None)}
    kystby = found["rows"][0]
    assert kystby["states"] == {"HELD": 2, "UNIT": 1, "VACANT": 1, "AWAY": 1, "STALE": 1}
    assert (kystby["posts"], kystby["codes"]) == (4, ["9999"])


def test_kinds_networks_and_units_choose(app: TestApp) -> None:
    asked = {"kind": ["RELEASE_CONTACT"], "measure": "VACANT"}
    assert numbers(read(app, Role.ANALYST, **asked)) == {
        "kystby": (1, 1, None),
        "nabo": (None, None, "NO_POST"),
    }
    assert numbers(read(app, Role.ANALYST, **asked, by="POLICE_DISTRICT")) == {
        "pol-ost": (1, 1, None)
    }
    assert numbers(read(app, Role.ANALYST, meets_in="SSP"))["kystby"] == (1, 2, None)


def test_where_no_path_leads_the_cause_is_told(app: TestApp) -> None:
    found = read(app, Role.COORDINATOR, measure="HOPS", kind="SSP_COORDINATOR")
    assert numbers(found)["kystby"] == (None, None, "NO_PATH")
    assert found["rows"][0]["cause"] == "NO_START"  # nobody in Kystby answers for the country


def test_fewer_civilians_than_may_be_told_have_no_number(app: TestApp) -> None:
    found = read(app, Role.OUTREACH, measure="CIVILIANS")
    assert numbers(found) == {"kystby": (None, None, "NOT_TOLD"), "nabo": (None, None, "NOT_TOLD")}


@pytest.mark.parametrize("asked", [{"measure": "X"}, {"by": "COMMUNITY"}, {"meets_in": "ssp"}])
def test_what_is_no_such_word_is_refused(app: TestApp, asked: dict[str, str]) -> None:
    assert app.get("/coverage/map", app.as_(Role.COORDINATOR), **asked).status_code == 422


def test_whoever_runs_the_machines_has_no_map(app: TestApp) -> None:
    assert app.get("/coverage/map", app.as_(Role.ADMIN)).status_code == 403
