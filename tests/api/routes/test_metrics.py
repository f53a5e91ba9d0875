"""Who is central, over HTTP; and does every measure say what it means?"""

from api.i18n import _
from api.schemas.impact import Metrics
from api.text.metrics import MEANING
from graph.access.policy import Role
from graph.questions.metrics import Metric
from tests.fixtures.app import TestApp


def test_a_measure_is_told_with_its_method_and_its_meaning_in_the_readers_language(
    app: TestApp,
) -> None:
    headers = app.as_(Role.ANALYST, areas=("dk",))
    asked = {"measure": "DEGREE", "kind": ["SSP", "SSP_COORDINATOR"]}
    found = Metrics.model_validate_json(app.get("/metrics", headers, **asked).content)
    assert [(one.node.id, one.value) for one in found.rows] == [
        ("ssp", 2), ("ssp-post", 2), ("nabo-ssp", 0),
    ]  # fmt: skip
    assert found.kinds == ("SSP", "SSP_COORDINATOR")
    assert (found.method, found.nodes) == ("networkx.degree", 9)
    assert found.version
    assert found.words.meaning == _(MEANING[Metric.DEGREE], "da")
    english = app.get("/metrics", headers, **asked, lang="en")
    assert english.json()["words"]["meaning"] == MEANING[Metric.DEGREE]


def test_each_measure_has_an_answer_and_anything_else_is_refused(app: TestApp) -> None:
    headers = app.as_(Role.ANALYST, areas=("dk",))
    for measure in Metric:
        told = app.get("/metrics", headers, measure=measure)
        assert (told.status_code, told.json()["measure"]) == (200, measure)
    for wrong in ({}, {"measure": "GOODNESS"}, {"measure": "DEGREE", "kind": "MUNICIPALITY"}):
        assert app.get("/metrics", headers, **wrong).status_code == 422
    assert app.get("/metrics", measure="DEGREE").status_code == 401


def test_every_measure_says_what_it_means_and_what_it_does_not_in_both_languages() -> None:
    assert set(MEANING) == set(Metric)
    for english in MEANING.values():
        danish = _(english, "da")
        assert danish != english
        assert danish.endswith(".")
        assert english.endswith(".")
