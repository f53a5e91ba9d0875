"""How far is it to everyone, over HTTP."""

from api.schemas.paths import Reach
from graph.access.policy import Role
from tests.fixtures.app import TestApp


def test_each_municipality_has_a_row_with_its_path_or_why_there_is_none(app: TestApp) -> None:
    asked = {"start": "ihd", "sector": "YOUTH", "kinds": ["SSP_COORDINATOR"]}
    answer = app.post("/reach", app.as_(Role.COORDINATOR), asked)
    assert answer.status_code == 200
    kystby, nabo = Reach.model_validate_json(answer.content).municipalities
    assert (kystby.area.id, kystby.hops, kystby.path) == ("kystby", 1, ("ihd", "ssp-post"))
    assert nabo.path == ()
    assert nabo.cause is not None


def test_a_single_target_makes_no_sense_here(app: TestApp) -> None:
    answer = app.post("/reach", app.as_(Role.COORDINATOR), {"start": "ihd", "target": "ssp-post"})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/target")
