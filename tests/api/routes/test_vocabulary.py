"""Every word that travels has an identifier and two labels."""

from api.audit.retention import Hold
from api.routes.system import ENUMERATIONS
from graph.store.installation import Part
from graph.vocabulary import PostKind, Term
from tests.fixtures.app import Headers, TestApp

ON_THE_HOST = {Hold, Part}
"""What is told where the product is started, and never sent."""


def below(cls: type[Term]) -> set[type[Term]]:
    known = set(cls.__subclasses__())
    return known.union(*(below(one) for one in known))


def test_every_enumeration_of_the_product_is_told() -> None:
    ours = {one for one in below(Term) if one.__module__.startswith(("graph", "api"))}
    assert set(ENUMERATIONS.values()) == ours - ON_THE_HOST


def test_words_are_told_in_the_language_asked_for_and_in_both(app: TestApp, admin: Headers) -> None:
    found = app.get("/vocabulary", admin, lang="en").json()
    known = {one["name"]: one["words"] for one in found["enumerations"]}
    assert [one["id"] for one in known["PostKind"]] == [kind.value for kind in PostKind]
    assert known["Freshness"][1] == {
        "id": "STALE", "label": "Due", "label_da": "Skal kontrolleres", "label_en": "Due",
        "code": None,
    }  # fmt: skip
    assert next(one for one in known["Competence"] if one["id"] == "SSP")["code"] == "27.25"
    danish = app.get("/vocabulary", admin).json()["enumerations"]
    assert all(word["label"] == word["label_da"] for one in danish for word in one["words"])
    assert app.get("/vocabulary").status_code == 401
