"""Impact, cuts, relations and metrics over HTTP."""

from api.i18n import _
from api.schemas.impact import Bridges, Cuts, Impact, Metrics, Relations
from api.text.metrics import MEANING
from graph.access.policy import Role
from graph.questions.metrics import Metric
from tests.fixtures.app import Headers, TestApp


def test_impact_of_a_post_lists_losses_and_networks(app: TestApp) -> None:
    headers = app.as_(Role.COORDINATOR, areas=("dk",))
    answer = app.get("/impact/ssp-post", headers)
    assert answer.status_code == 200
    response = Impact.model_validate_json(answer.content)
    actual = [
        (loss.area.id, loss.reference, loss.tier, loss.what, loss.after) for loss in response.losses
    ]
    assert actual == [
        ("kystby", "SSP", "NATIONAL", "LOST", None),
        ("kystby", "SOCIAL_INTAKE", "NATIONAL", "LOST", None),
    ]
    assert (response.needs, response.lost, response.worse) == (2, 2, 0)
    assert [network.network.id for network in response.networks] == ["ssp"]
    assert "after" not in answer.json()["losses"][0]
    other = app.get("/impact/ihd", headers, **{"start": "intake", "on": "2026-12-07"}).json()
    assert (other["on"], other["start"]["id"], other["lost"]) == ("2026-12-07", "intake", 0)


def test_impact_of_a_person_compares_the_contact_before_and_after(app: TestApp) -> None:
    headers = app.as_(Role.COORDINATOR, areas=("dk",))
    query = {"start": "intake", "on": "2026-12-07"}
    answer = Impact.model_validate(app.get("/impact/amina", headers, **query).json())
    (loss,) = answer.losses
    assert (loss.reference, loss.tier, loss.what) == ("SSP", None, "ANSWERING")
    assert loss.after is not None
    assert (loss.before.fit, loss.before.group) == (1, "COORDINATOR")
    assert (loss.before.rung, loss.after.rung, loss.after.state) == ("HOLDER", "DEPUTY", "DEPUTY")
    assert loss.after.hops == loss.before.hops == 1


def test_impact_for_an_analyst_lists_dependent_posts_without_names(app: TestApp) -> None:
    answer = app.get("/impact/amina", app.as_(Role.ANALYST, areas=("dk",)))
    response = Impact.model_validate_json(answer.content)
    (hangs,) = response.posts
    assert (hangs.post.id, hangs.tie, hangs.rung) == ("ssp-post", "HOLDS", "DEPUTY")
    assert response.node.name is None
    assert "Søkilde" not in answer.text
    assert "Rugvang" not in answer.text


def test_impact_of_a_hidden_node_responds_with_404_and_of_a_civilian_with_422(app: TestApp) -> None:
    headers = app.as_(Role.COORDINATOR, Role.OUTREACH, areas=("kystby",), person="dina")
    for hidden in ("erik", "kaj", "nobody"):
        assert app.get(f"/impact/{hidden}", headers).status_code == 404
    answer = app.get("/impact/jens", headers)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/node_id")
    assert "jens" not in app.get("/impact/outreach", headers).text


def test_bridges_are_listed_with_the_most_losses_first(app: TestApp) -> None:
    headers = app.as_(Role.ANALYST, areas=("dk",))
    query = {"bridges": "true"}
    answer = Bridges.model_validate_json(app.get("/impact", headers, **query).content)
    actual = [(bridge.node.id, bridge.lost, bridge.worse) for bridge in answer.bridges]
    assert actual == [("ihd", 2, 0), ("ssp-post", 2, 0), ("intake", 1, 0)]
    assert answer.bridges[0].references == {"SSP": 1, "SOCIAL_INTAKE": 1}
    assert answer.bridges[0].losses == {"LOST": 2}
    assert {link.id for link in answer.links} >= {"ihd--ssp-post"}
    networks = app.get("/impact", headers, **query, label="Network")
    assert [bridge["node"]["id"] for bridge in networks.json()["bridges"]] == ["ssp"]
    for wrong in ({}, {"bridges": "false"}, {**query, "label": "Area"}):
        assert app.get("/impact", headers, **wrong).status_code == 422


def test_impact_is_refused_without_a_token_and_to_an_administrator(app: TestApp) -> None:
    assert app.get("/impact/ssp-post").status_code == 401
    assert app.get("/impact/ssp-post", app.as_(Role.ADMIN)).status_code == 403


def test_cuts_list_the_fewest_posts_and_no_bus_factor_behind_a_duty_line(app: TestApp) -> None:
    answer = app.get("/cuts", app.as_(Role.ANALYST, areas=("dk",)), area="pol-ost")
    response = Cuts.model_validate_json(answer.content)
    assert [(cut.area.id, cut.reference, cut.tier, cut.fit) for cut in response.cuts] == [
        ("kystby", "SSP", "NATIONAL", 1), ("kystby", "SOCIAL_INTAKE", "NATIONAL", 1),
        ("kystby", None, "NATIONAL", None),
    ]  # fmt: skip
    assert response.area is not None
    assert response.area.id == "pol-ost"
    for cut in response.cuts:
        assert (cut.bus_factor, cut.people) == (None, None)  # a duty line answers then
        assert cut.posts is not None
        last = "intake" if cut.reference == "SOCIAL_INTAKE" else "ssp-post"
        assert [post.id for post in cut.posts.nodes] == [last]


def test_cuts_of_a_non_area_respond_with_422_and_of_an_unknown_area_with_404(app: TestApp) -> None:
    headers = app.as_(Role.COORDINATOR)
    for area, status in (("ssp-post", 422), ("nowhere", 404), ("erik", 404), ("", 404)):
        assert app.get("/cuts", headers, area=area).status_code == status
    assert app.get("/cuts", headers).status_code == 422
    assert app.get("/cuts", area="kystby").status_code == 401


def test_relations_count_people_and_pairs_of_each_network(app: TestApp) -> None:
    headers = app.as_(Role.ANALYST, areas=("dk",))
    answer = Relations.model_validate_json(app.get("/relations", headers).content)
    assert [(network.network.id, network.people, network.pairs) for network in answer.networks] == [
        ("forum", 1, 0), ("ssp", 1, 0),
    ]  # fmt: skip
    assert (answer.known, answer.apart) == (1, 1)
    ssp = app.get("/relations", headers, **{"kind": "SSP", "area": "kystby"}).json()
    assert [network["network"]["id"] for network in ssp["networks"]] == ["ssp"]
    assert ssp["area"]["id"] == "kystby"
    assert "share" not in ssp["networks"][0]


def test_relations_name_no_civilian_and_no_person(app: TestApp) -> None:
    headers = app.as_(Role.COORDINATOR, Role.OUTREACH, areas=("dk",), person="dina")
    text = app.get("/relations", headers).text
    assert not [name for name in ("jens", "kaj", "carl", "dina") if f'"{name}"' in text]


def test_relations_of_a_non_area_or_an_unknown_area_are_refused(
    app: TestApp, coordinator: Headers
) -> None:
    for area, status in (("ssp", 422), ("nowhere", 404)):
        assert app.get("/relations", coordinator, area=area).status_code == status
    assert app.get("/relations").status_code == 401


def test_metrics_return_their_method_and_translated_meaning(app: TestApp) -> None:
    headers = app.as_(Role.ANALYST, areas=("dk",))
    query = {"measure": "DEGREE", "kind": ["SSP", "SSP_COORDINATOR"]}
    answer = Metrics.model_validate_json(app.get("/metrics", headers, **query).content)
    assert [(row.node.id, row.value) for row in answer.rows] == [
        ("ssp", 2), ("ssp-post", 2), ("nabo-ssp", 0),
    ]  # fmt: skip
    assert answer.kinds == ("SSP", "SSP_COORDINATOR")
    assert (answer.method, answer.nodes) == ("networkx.degree", 9)
    assert answer.version
    assert answer.words.meaning == _(MEANING[Metric.DEGREE], "da")
    english = app.get("/metrics", headers, **query, lang="en")
    assert english.json()["words"]["meaning"] == MEANING[Metric.DEGREE]


def test_every_measure_is_answered_and_other_metrics_queries_are_refused(app: TestApp) -> None:
    headers = app.as_(Role.ANALYST, areas=("dk",))
    for measure in Metric:
        answer = app.get("/metrics", headers, measure=measure)
        assert (answer.status_code, answer.json()["measure"]) == (200, measure)
    for wrong in ({}, {"measure": "GOODNESS"}, {"measure": "DEGREE", "kind": "MUNICIPALITY"}):
        assert app.get("/metrics", headers, **wrong).status_code == 422
    assert app.get("/metrics", measure="DEGREE").status_code == 401


def test_every_measure_has_a_meaning_in_both_languages() -> None:
    assert set(MEANING) == set(Metric)
    for english in MEANING.values():
        danish = _(english, "da")
        assert danish != english
        assert danish.endswith(".")
        assert english.endswith(".")
