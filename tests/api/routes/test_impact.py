"""What breaks if somebody or something leaves, over HTTP."""

from api.schemas.impact import Bridges, Impact
from graph.access.policy import Role
from tests.fixtures.app import TestApp


def test_who_leaves_is_told_with_what_is_lost_and_what_hangs(app: TestApp) -> None:
    headers = app.as_(Role.COORDINATOR, areas=("dk",))
    answer = app.get("/impact/ssp-post", headers)
    assert answer.status_code == 200
    found = Impact.model_validate_json(answer.content)
    told = [(one.area.id, one.reference, one.tier, one.what, one.after) for one in found.losses]
    assert told == [
        ("kystby", "SSP", "NATIONAL", "LOST", None),
        ("kystby", "SOCIAL_INTAKE", "NATIONAL", "LOST", None),
    ]
    assert (found.needs, found.lost, found.worse) == (2, 2, 0)
    assert [one.network.id for one in found.networks] == ["ssp"]
    assert "after" not in answer.json()["losses"][0]
    other = app.get("/impact/ihd", headers, **{"start": "intake", "on": "2026-12-07"}).json()
    assert (other["on"], other["start"]["id"], other["lost"]) == ("2026-12-07", "intake", 0)


def test_what_is_worse_is_told_with_the_contact_then_and_now(app: TestApp) -> None:
    headers = app.as_(Role.COORDINATOR, areas=("dk",))
    asked = {"start": "intake", "on": "2026-12-07"}
    found = Impact.model_validate(app.get("/impact/amina", headers, **asked).json())
    (loss,) = found.losses
    assert (loss.reference, loss.tier, loss.what) == ("SSP", None, "ANSWERING")
    assert loss.after is not None
    assert (loss.before.fit, loss.before.group) == (1, "COORDINATOR")
    assert (loss.before.rung, loss.after.rung, loss.after.state) == ("HOLDER", "DEPUTY", "DEPUTY")
    assert loss.after.hops == loss.before.hops == 1


def test_an_analyst_learns_what_hangs_on_somebody_and_not_who_that_is(app: TestApp) -> None:
    answer = app.get("/impact/amina", app.as_(Role.ANALYST, areas=("dk",)))
    found = Impact.model_validate_json(answer.content)
    (hangs,) = found.posts
    assert (hangs.post.id, hangs.tie, hangs.rung) == ("ssp-post", "HOLDS", "DEPUTY")
    assert found.node.name is None
    assert "Søkilde" not in answer.text
    assert "Rugvang" not in answer.text


def test_whom_one_may_not_see_cannot_leave_and_a_civilian_never_does(app: TestApp) -> None:
    headers = app.as_(Role.COORDINATOR, Role.OUTREACH, areas=("kystby",), person="dina")
    for hidden in ("erik", "kaj", "nobody"):
        assert app.get(f"/impact/{hidden}", headers).status_code == 404
    refused = app.get("/impact/jens", headers)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/node_id")
    assert "jens" not in app.get("/impact/outreach", headers).text


def test_on_whom_the_country_hangs_is_told_most_first(app: TestApp) -> None:
    headers = app.as_(Role.ANALYST, areas=("dk",))
    asked = {"bridges": "true"}
    found = Bridges.model_validate_json(app.get("/impact", headers, **asked).content)
    told = [(one.node.id, one.lost, one.worse) for one in found.bridges]
    assert told == [("ihd", 2, 0), ("ssp-post", 2, 0), ("intake", 1, 0)]
    assert found.bridges[0].references == {"SSP": 1, "SOCIAL_INTAKE": 1}
    assert found.bridges[0].losses == {"LOST": 2}
    assert {one.id for one in found.links} >= {"ihd--ssp-post"}
    networks = app.get("/impact", headers, **asked, label="Network")
    assert [one["node"]["id"] for one in networks.json()["bridges"]] == ["ssp"]
    for wrong in ({}, {"bridges": "false"}, {**asked, "label": "Area"}):
        assert app.get("/impact", headers, **wrong).status_code == 422


def test_who_has_no_question_to_ask_learns_of_no_impact(app: TestApp) -> None:
    assert app.get("/impact/ssp-post").status_code == 401
    assert app.get("/impact/ssp-post", app.as_(Role.ADMIN)).status_code == 403
