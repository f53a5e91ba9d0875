"""Where a seat is empty, over HTTP, and how far it is."""

from typing import Any

from graph.access.policy import Role
from tests.fixtures.app import TestApp


def read(app: TestApp, *roles: Role, person: str | None = None, **asked: Any) -> Any:
    answer = app.get("/coverage", app.as_(*roles, person=person), **asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_municipality_is_told_post_by_post_and_counted(app: TestApp) -> None:
    found = read(app, Role.COORDINATOR, area="kystby")
    assert {one["post"]["id"]: one["states"] for one in found["rows"]} == {
        "intake": ["UNIT", "STALE"],
        "outreach": ["HELD"],
        "release": ["VACANT"],
        "ssp-post": ["HELD", "AWAY"],
    }
    totals = {one["kind"]: (one["posts"], one["states"]) for one in found["totals"]}
    assert totals["RELEASE_CONTACT"] == (1, {"VACANT": 1})
    assert found["civilians"] == []


def test_a_post_whose_holder_is_hidden_is_held_for_every_role(app: TestApp) -> None:
    for role in (Role.COORDINATOR, Role.OUTREACH, Role.ANALYST, Role.STEWARD, Role.DPO):
        (row,) = read(app, role, area="nabo")["rows"]
        assert (row["states"], row["holders"], row["hidden_holders"]) == (["HELD"], [], 1), role
        assert "erik" not in str(row).lower()


def test_kinds_and_states_choose_and_without_any_there_are_counts_alone(app: TestApp) -> None:
    found = read(app, Role.ANALYST, kind=["SSP_COORDINATOR", "RELEASE_CONTACT"], state="VACANT")
    assert [one["post"]["id"] for one in found["rows"]] == ["release"]
    empty = [one["area"]["id"] for one in found["cells"] if one["posts"] == 0]
    assert empty == ["nabo"]  # it has no release contact
    assert read(app, Role.ANALYST)["rows"] == []
    assert app.get("/coverage", app.as_(Role.ANALYST), kind="X").status_code == 422


def test_reach_tells_each_municipality_how_far_its_info_app_is(app: TestApp) -> None:
    found = read(app, Role.COORDINATOR, person="carl", measure="reach")
    assert [(one["area"]["id"], one["cause"]) for one in found["municipalities"]] == [
        ("kystby", "NO_TARGET"),
        ("nabo", "NO_TARGET"),
    ]
    assert "rows" not in found
