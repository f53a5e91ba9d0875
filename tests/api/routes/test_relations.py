"""Where membership and working relations differ, over HTTP."""

from api.schemas.impact import Relations
from graph.access.policy import Role
from tests.fixtures.app import TestApp


def test_networks_are_told_with_how_many_of_their_people_know_each_other(app: TestApp) -> None:
    headers = app.as_(Role.ANALYST, areas=("dk",))
    found = Relations.model_validate_json(app.get("/relations", headers).content)
    assert [(one.network.id, one.people, one.pairs) for one in found.networks] == [
        ("forum", 1, 0), ("ssp", 1, 0),
    ]  # fmt: skip
    assert (found.known, found.apart) == (1, 1)
    ssp = app.get("/relations", headers, **{"kind": "SSP", "area": "kystby"}).json()
    assert [one["network"]["id"] for one in ssp["networks"]] == ["ssp"]
    assert ssp["area"]["id"] == "kystby"
    assert "share" not in ssp["networks"][0]


def test_no_civilian_and_no_person_is_named(app: TestApp) -> None:
    headers = app.as_(Role.COORDINATOR, Role.OUTREACH, areas=("dk",), person="dina")
    text = app.get("/relations", headers).text
    assert not [one for one in ("jens", "kaj", "carl", "dina") if f'"{one}"' in text]


def test_what_is_no_place_is_refused(app: TestApp) -> None:
    headers = app.as_(Role.COORDINATOR)
    for area, status in (("ssp", 422), ("nowhere", 404)):
        assert app.get("/relations", headers, area=area).status_code == status
    assert app.get("/relations").status_code == 401
