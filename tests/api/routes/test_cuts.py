"""How little would cut a place off, over HTTP."""

from api.schemas.impact import Cuts
from graph.access.policy import Role
from tests.fixtures.app import TestApp


def test_the_fewest_posts_are_told_and_that_no_number_of_people_does(app: TestApp) -> None:
    answer = app.get("/cuts", app.as_(Role.ANALYST, areas=("dk",)), area="pol-ost")
    found = Cuts.model_validate_json(answer.content)
    assert [(one.area.id, one.reference, one.tier, one.fit) for one in found.cuts] == [
        ("kystby", "SSP", "NATIONAL", 1), ("kystby", "SOCIAL_INTAKE", "NATIONAL", 1),
        ("kystby", None, "NATIONAL", None),
    ]  # fmt: skip
    assert found.area is not None
    assert found.area.id == "pol-ost"
    for one in found.cuts:
        assert (one.bus_factor, one.people) == (None, None)  # a duty line stands in
        assert one.posts is not None
        last = "intake" if one.reference == "SOCIAL_INTAKE" else "ssp-post"
        assert [post.id for post in one.posts.nodes] == [last]


def test_what_is_no_place_is_refused_and_what_is_not_there_not_found(app: TestApp) -> None:
    headers = app.as_(Role.COORDINATOR)
    for area, status in (("ssp-post", 422), ("nowhere", 404), ("erik", 404), ("", 404)):
        assert app.get("/cuts", headers, area=area).status_code == status
    assert app.get("/cuts", headers).status_code == 422
    assert app.get("/cuts", area="kystby").status_code == 401
