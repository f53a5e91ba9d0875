"""Which links there are, over HTTP."""

from graph.access.policy import Role
from tests.change_sets import change_set, changed
from tests.fixtures.app import TestApp


def test_links_are_found_by_end_and_type_page_by_page(app: TestApp) -> None:
    here = app.as_(Role.COORDINATOR)
    asked = {"type": "BELONGS_TO", "limit": 5}
    first = app.get("/links", here, **asked).json()
    rest = app.get("/links", here, **asked, page=first["next"]).json()
    assert len(first["found"]) == 5
    assert len(rest["found"]) == 2
    assert "next" not in rest
    (held,) = app.get("/links", here, target="ssp-post", type="HOLDS").json()["found"]
    assert held["source"] == {"id": "amina", "name": "Amina Søkilde Østergård"}
    answer = app.get("/links", here, page="???")
    assert (answer.status_code, answer.json()["where"]) == (400, "page")


def test_a_link_tells_its_freshness_and_has_an_etag_for_whoever_may_change_it(app: TestApp) -> None:
    here, analyst = app.as_(Role.COORDINATOR), app.as_(Role.ANALYST)
    answer = app.get("/links/intake--ssp", here)
    assert answer.json()["check"] == {
        "on": "2026-02-01", "days": 297, "freshness": "STALE", "is_due": True,
    }  # fmt: skip
    before = answer.headers["etag"]
    app.store.apply(change_set(updates=[changed(app.store, "intake--ssp", strength=0.5)]))
    after = app.get("/links/intake--ssp", here)
    assert after.headers["etag"] != before
    assert after.json()["fields"]["strength"] == 0.5
    seen = app.get("/links/intake--ssp", analyst)
    assert "etag" not in seen.headers
    assert not {"revision", "verified_by"} & seen.json()["fields"].keys()


def test_only_the_fields_that_are_asked_for_are_told_and_the_version_stays(app: TestApp) -> None:
    here = app.as_(Role.COORDINATOR)
    whole = app.get("/links/intake--ssp", here)
    some = app.get("/links/intake--ssp", here, fields="strength")
    kept = {"strength": whole.json()["fields"]["strength"]}
    assert some.json() == {**whole.json(), "fields": kept}
    assert some.headers["etag"] == whole.headers["etag"]
    asked = {"source": "intake", "target": "ssp", "fields": "strength,gate"}
    (found,) = app.get("/links", here, **asked).json()["found"]
    assert found["fields"].keys() == {"strength", "gate"}
    hidden = {"fields": "verified_by,strength"}
    assert app.get("/links/intake--ssp", app.as_(Role.ANALYST), **hidden).json()["fields"] == kept
    for path in ("/links", "/links/intake--ssp"):
        for unknown in ("name", "strength,x"):  # a node's, and nobody's
            refused = app.get(path, here, fields=unknown)
            assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "fields")
