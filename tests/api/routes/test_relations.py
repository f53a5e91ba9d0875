"""Where membership and working relations differ, over HTTP."""

from api.schemas.impact import Relations
from graph.access.policy import Role
from tests.fixtures.app import TestApp


def test_networks_are_told_with_how_many_of_their_people_know_each_other(app: TestApp) -> None:
    headers = app.as_(Role.ANALYST, areas=("dk",))
    answer = app.http.get("/relations", headers=headers)
    found = Relations.model_validate_json(answer.content)
    assert [(one.network.id, one.people, one.pairs) for one in found.networks] == [
        ("forum", 1, 0), ("ssp", 1, 0),
    ]  # fmt: skip
    assert (found.known, found.apart) == (1, 1)
    only = {"kind": "SSP", "area": "kystby"}
    ssp = app.http.get("/relations", params=only, headers=headers).json()
    assert [one["network"]["id"] for one in ssp["networks"]] == ["ssp"]
    assert ssp["area"]["id"] == "kystby"
    assert "share" not in ssp["networks"][0]


def test_no_civilian_and_no_person_is_named(app: TestApp) -> None:
    headers = app.as_(Role.COORDINATOR, Role.OUTREACH, areas=("dk",), person="dina")
    text = app.http.get("/relations", headers=headers).text
    assert not [one for one in ("jens", "kaj", "carl", "dina") if f'"{one}"' in text]


def test_what_is_no_place_is_refused(app: TestApp) -> None:
    headers = app.as_(Role.COORDINATOR)
    for area, status in (("ssp", 422), ("nowhere", 404)):
        answer = app.http.get("/relations", params={"area": area}, headers=headers)
        assert answer.status_code == status
    assert app.http.get("/relations").status_code == 401
