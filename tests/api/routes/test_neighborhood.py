"""Who is around, over HTTP: the two questions of an outreach worker."""

from typing import Any

from graph.access.policy import Role
from tests.fixtures.app import TestApp


def read(app: TestApp, path: str, *roles: Role, **asked: Any) -> Any:
    answer = app.get(path, app.as_(*roles, person="dina"), **asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_who_in_a_community_may_be_contacted_how_and_through_whom(app: TestApp) -> None:
    found = read(app, "/entities/havnen/neighborhood", Role.OUTREACH, level="OUTREACH")
    (jens,) = (one for one in found["neighbors"] if one["node"]["id"] == "jens")
    assert jens["terms"] == {
        "until": "2027-06-01", "channels": ["MEDIATED"], "is_mediated_only": True,
        "door_openers": [{"id": "outreach", "name": "Opsøgende medarbejder, Havnen"}],
    }  # fmt: skip
    assert "kaj" not in str(found)  # the consent has run out


def test_who_knows_somebody_in_an_association_within_two_steps(app: TestApp) -> None:
    found = read(app, "/entities/vindrosen/neighborhood", Role.OUTREACH, hops=2)
    assert [(one["nodes"], one["strength"], one["freshness"]) for one in found["chains"]] == [
        (["vindrosen", "jens"], 0.7, "NEVER"),
        (["vindrosen", "jens", "outreach"], 0.56, "NEVER"),
    ]
    alone = read(app, "/entities/vindrosen/neighborhood", Role.ANALYST, hops=2)
    assert alone["chains"] == []
    assert not found["is_cut"]


def test_more_steps_than_two_and_unknown_types_are_refused(app: TestApp) -> None:
    headers = app.as_(Role.OUTREACH)
    for asked in ({"hops": 3}, {"type": "LIKES"}, {"level": "HIGH"}):
        assert app.get("/entities/ssp/neighborhood", headers, **asked).status_code == 422
    found = app.get("/entities/ssp/neighborhood", headers, type=["COORDINATES", "MEMBER_OF"])
    assert [one["type"] for one in found.json()["ties"]] == ["MEMBER_OF", "COORDINATES"]
