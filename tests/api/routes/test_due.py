"""Which links are due, over HTTP: with the versions that verifying them needs."""

from datetime import date

from graph.access.policy import Role
from tests.change_sets import change_set, changed
from tests.fixtures.app import TestApp

_OLD = date(2025, 3, 1)


def test_what_is_due_can_be_verified_in_one_change_set_and_is_due_no_more(app: TestApp) -> None:
    old = [changed(app.store, one, verified_on=_OLD) for one in ("ihd--ssp-post", "intake--ssp")]
    app.store.apply(change_set(updates=old))
    here = app.as_(Role.COORDINATOR, person="amina")
    told = app.get("/links/due", here).json()
    assert [(one["link"]["id"], one["posts"]) for one in told["found"]] == [
        ("ihd--ssp-post", 2), ("intake--ssp", 1),
    ]  # fmt: skip
    assert told["found"][0]["link"]["source"]["name"] == "Infohus-tovholder, Østkysten"
    assert told["next_on"] == "2027-04-17"
    verifies = [{"id": one["link"]["id"], "if_match": one["etag"]} for one in told["found"]]
    done = app.post("/change-sets", here, {"verifies": verifies})
    assert done.status_code == 200, done.text
    assert app.get("/links/due", here).json() == {"found": [], "next_on": "2027-04-17"}


def test_pages_follow_one_another_and_a_token_of_another_list_is_refused(app: TestApp) -> None:
    old = [changed(app.store, one, verified_on=_OLD) for one in ("ihd--ssp-post", "intake--ssp")]
    app.store.apply(change_set(updates=old))
    here = app.as_(Role.COORDINATOR)
    first = app.get("/links/due", here, limit=1).json()
    rest = app.get("/links/due", here, page=first["next"]).json()
    assert [one["link"]["id"] for one in (*first["found"], *rest["found"])] == [
        "ihd--ssp-post", "intake--ssp",
    ]  # fmt: skip
    answer = app.get("/links/due", here, page="WyJhIl0")
    assert (answer.status_code, answer.json()["where"]) == (400, "page")


def test_whoever_may_verify_nothing_is_told_nothing(app: TestApp) -> None:
    assert app.get("/links/due", app.as_(Role.ANALYST)).json() == {"found": []}
