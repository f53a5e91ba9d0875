"""What needs a new owner, over HTTP."""

from datetime import date
from typing import Any

from graph.access.policy import Role
from graph.model import End
from tests.change_sets import change_set
from tests.fixtures.app import TestApp

ASKED = {"from": "2026-12-31", "to": "2027-01-01"}


def read(app: TestApp, role: Role, **asked: Any) -> Any:
    return app.get("/history/owners", app.as_(role, areas=("dk",)), **ASKED, **asked)


def test_what_is_left_is_told_by_region_and_district(app: TestApp) -> None:
    new_year = date(2027, 1, 1)
    ends = [End(id=one, on=new_year, based_on=1) for one in ("amina--ssp-post", "intake--ssp")]
    app.store.apply(change_set(ends=ends))
    found = read(app, Role.ANALYST).json()
    assert found["sums"] == [
        {"label": "Actor", "why": "NO_HOLDER", "count": 1, "without_successor": 1},
        {"label": "Network", "why": "NO_MEMBER", "count": 1, "without_successor": 1},
    ]
    (group,) = found["groups"]
    assert (group["region"]["id"], group["district"]["id"]) == ("reg-syd", "pol-ost")
    post, network = group["found"]
    assert post == {
        "node": {"id": "ssp-post", "name": "SSP-koordinator, Kystby"}, "label": "Actor",
        "kind": "SSP_COORDINATOR", "why": "NO_HOLDER", "on": "2027-01-01",
    }  # fmt: skip
    assert network["owner"]["id"] == "intake"
    assert app.told()[-1]["count"] == 2


def test_where_nothing_ends_there_is_nothing_and_dates_must_follow(app: TestApp) -> None:
    found = read(app, Role.COORDINATOR).json()
    assert (found["sums"], found["groups"]) == ([], [])
    assert read(app, Role.COORDINATOR, to="2026-12-31").status_code == 422
    assert read(app, Role.ADMIN).status_code == 403
