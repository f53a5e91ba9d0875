"""Coverage, freshness and turnover by quarter, over HTTP."""

from datetime import date
from typing import Any

import pytest

from graph.access.policy import Role
from tests.change_sets import change_set, changed
from tests.fixtures.app import TestApp


def read(app: TestApp, role: Role, **asked: Any) -> Any:
    answer = app.get("/history/trend", app.as_(role, areas=("dk",)), **asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_each_district_has_a_point_for_each_quarter(app: TestApp) -> None:
    found = read(app, Role.ANALYST)
    assert [(one["year"], one["number"]) for one in found["quarters"]] == [
        (2025, 1), (2025, 2), (2025, 3), (2025, 4), (2026, 1), (2026, 2), (2026, 3), (2026, 4),
    ]  # fmt: skip
    assert [one["is_whole"] for one in found["quarters"]] == [True] * 7 + [False]
    assert found["quarters"][-1]["seen_on"] == "2026-11-25"
    ((name, points),) = ((one["area"]["id"], one["points"]) for one in found["rows"])
    assert (name, len(points)) == ("pol-ost", 8)
    assert points[-1] == {
        "seats": 5, "held": 4, "links": 4, "in_time": 3, "unknown": 0, "begun": 0, "ended": 0,
    }  # fmt: skip
    assert points[0]["begun"] == 1  # dina came on 1 March 2025


def test_a_check_before_the_last_is_remembered_by_whoever_is_told_of_it(app: TestApp) -> None:
    asked = {"quarters": 2}
    assert read(app, Role.ANALYST, **asked)["rows"][0]["points"][0]["unknown"] == 3
    for day in (date(2026, 8, 1), date(2026, 11, 24)):
        app.store.apply(change_set(updates=[changed(app.store, "ssp-post--ssp", verified_on=day)]))
    third = read(app, Role.ANALYST, **asked)["rows"][0]["points"][0]
    assert (third["unknown"], third["in_time"]) == (2, 1)
    untold = read(app, Role.SERVICE, **asked)["rows"][0]["points"][0]
    assert (untold["unknown"], untold["in_time"]) == (3, 0)


@pytest.mark.parametrize("asked", [{"quarters": 0}, {"quarters": 13}, {"by": "COMMUNITY"}])
def test_what_cannot_be_told_is_refused(app: TestApp, asked: dict[str, Any]) -> None:
    assert app.get("/history/trend", app.as_(Role.ANALYST), **asked).status_code == 422


def test_whoever_runs_the_machines_has_no_trend(app: TestApp) -> None:
    assert app.get("/history/trend", app.as_(Role.ADMIN)).status_code == 403
