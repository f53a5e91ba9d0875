"""Which links are due, over HTTP: with the versions that verifying them needs."""

from datetime import date

from graph.access.policy import Role
from tests.change_sets import change_set, changed
from tests.fixtures.app import TestApp

_OLD = date(2025, 3, 1)


def test_what_is_due_can_be_verified_in_one_change_set_and_is_due_no_more(
    app: TestApp,
) -> None:
    old = [changed(app.store, one, verified_on=_OLD) for one in ("ihd--ssp-post", "intake--ssp")]
    app.store.apply(change_set(updates=old))
    here = app.as_(Role.COORDINATOR, person="amina")
    told = app.http.get("/links/due", headers=here).json()
    assert [(one["link"]["id"], one["posts"]) for one in told["found"]] == [
        ("ihd--ssp-post", 2), ("intake--ssp", 1),
    ]  # fmt: skip
    assert told["found"][0]["link"]["source"]["name"] == "Infohus-tovholder, Østkysten"
    assert told["next_on"] == "2027-04-17"
    verifies = [{"id": one["link"]["id"], "if_match": one["etag"]} for one in told["found"]]
    done = app.http.post("/change-sets", json={"verifies": verifies}, headers=here)
    assert done.status_code == 200, done.text
    after = app.http.get("/links/due", headers=here).json()
    assert after == {"found": [], "next_on": "2027-04-17"}


def test_pages_follow_one_another_and_a_token_of_another_list_is_refused(app: TestApp) -> None:
    old = [changed(app.store, one, verified_on=_OLD) for one in ("ihd--ssp-post", "intake--ssp")]
    app.store.apply(change_set(updates=old))
    here = app.as_(Role.COORDINATOR)
    first = app.http.get("/links/due", params={"limit": 1}, headers=here).json()
    rest = app.http.get("/links/due", params={"page": first["next"]}, headers=here).json()
    assert [one["link"]["id"] for one in (*first["found"], *rest["found"])] == [
        "ihd--ssp-post", "intake--ssp",
    ]  # fmt: skip
    answer = app.http.get("/links/due", params={"page": "WyJhIl0"}, headers=here)
    assert (answer.status_code, answer.json()["where"]) == (400, "page")


def test_whoever_may_verify_nothing_is_told_nothing(app: TestApp) -> None:
    here = app.as_(Role.ANALYST)
    assert app.http.get("/links/due", headers=here).json() == {"found": []}
