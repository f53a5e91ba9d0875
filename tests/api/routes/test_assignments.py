"""Assignments of due links: taken on, handed over, given back, and visible to colleagues."""

from datetime import timedelta
from typing import Any

import pytest

from api.identity.assignments import RETENTION, Assignments
from api.identity.tables import utc_now
from graph.access.policy import Role
from tests.api.withheld import withhold
from tests.fixtures.app import Headers, TestApp

LINK = "intake--ssp"
PATH = f"/links/{LINK}/assignee"


@pytest.fixture
def amina(app: TestApp) -> Headers:
    return app.as_(Role.COORDINATOR, person="amina")


@pytest.fixture
def carl(app: TestApp) -> Headers:
    return app.as_(Role.COORDINATOR, person="carl")


def _put(app: TestApp, who: Headers, **body: Any) -> Any:
    return app.http.put(PATH, json=body, headers=who)


def _due(app: TestApp, who: Headers, **params: Any) -> dict[str, Any]:
    return {
        item["link"]["id"]: item.get("assignee")
        for item in app.read("/links/due", who, **params)["found"]
    }


def test_an_assigned_check_is_visible_to_colleagues_until_given_back(
    app: TestApp, amina: Headers, carl: Headers
) -> None:
    assert _due(app, amina) == {LINK: None}
    response = _put(app, amina)
    assert (response.status_code, response.json()["is_me"]) == (200, True)
    assert _due(app, amina, taken=True)[LINK] == response.json()
    assignment = _due(app, carl)[LINK]
    assert (assignment["is_me"], assignment["person"]["id"]) == (False, "amina")
    assert _due(app, carl, taken=True) == {}
    assert app.http.delete(PATH, headers=carl).status_code == 404, "it is another's"
    assert app.http.delete(PATH, headers=amina).status_code == 204
    assert _due(app, carl) == {LINK: None}
    actions = [row["action"] for row in app.json_rows() if row.get("action", "").endswith("_link")]
    assert {"assign_link", "give_back_link"} <= set(actions)


def test_taking_over_a_check_requires_having_seen_its_assignment(
    app: TestApp, amina: Headers, carl: Headers
) -> None:
    since = _put(app, amina).json()["since"]
    late = _put(app, carl)
    assert (late.status_code, late.json()["type"]) == (412, "/problems/conflict")
    assert _due(app, amina)[LINK]["is_me"]
    assert _put(app, carl, seen=since).json()["is_me"]


def test_a_check_is_handed_over_only_to_a_colleague_who_may_verify_it(
    app: TestApp, amina: Headers, carl: Headers
) -> None:
    done = _put(app, carl, person="amina")
    assert (done.status_code, done.json()["person"]["id"]) == (200, "amina")
    assert _due(app, amina)[LINK]["is_me"]
    app.as_(Role.ANALYST, person="bo")
    since = done.json()["since"]
    for person, status in (("bo", 422), ("dina", 422), ("nobody", 404), ("erik", 404)):
        assert _put(app, carl, person=person, seen=since).status_code == status, person
    assert _due(app, amina)[LINK]["is_me"]


def test_taking_on_a_check_without_the_right_to_verify_is_refused(app: TestApp) -> None:
    assert _put(app, app.as_(Role.ANALYST)).status_code == 403
    elsewhere = app.as_(Role.COORDINATOR, areas=("nabo",))
    assert _put(app, elsewhere).status_code == 404
    assert app.http.put("/links/none/assignee", json={}, headers=elsewhere).status_code == 404


def test_a_hidden_assignee_is_listed_without_a_person(
    app: TestApp, amina: Headers, carl: Headers
) -> None:
    _put(app, amina)
    withhold(app.accounts.withholdings, "amina")
    assert "person" not in _due(app, carl)[LINK]


def test_an_assignment_expires_after_thirty_days(app: TestApp, amina: Headers) -> None:
    account = app.read("/me", amina)["account"]
    _put(app, amina)
    later = Assignments(app.accounts.engine, lambda: utc_now() + RETENTION + timedelta(hours=1))
    assert later.of_links([LINK]) == {}
    assert later.links_of(account) == frozenset()
    assert later.assign(LINK, "acc-other", by="acc-other", expected_at=None).account == "acc-other"
