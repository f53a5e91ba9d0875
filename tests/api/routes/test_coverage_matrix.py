"""How many posts each area has, column by column, over HTTP."""

from typing import Any

import pytest

from graph.access.policy import Role
from tests.fixtures.app import TestApp


def read(app: TestApp, role: Role, **asked: Any) -> Any:
    answer = app.get("/coverage/matrix", app.as_(role), **asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def posts(found: Any) -> dict[str, list[int]]:
    return {one["area"]["id"]: [cell["posts"] for cell in one["cells"]] for one in found["rows"]}


def test_each_area_has_a_cell_for_each_network_and_its_totals(app: TestApp) -> None:
    found = read(app, Role.ANALYST, on="2026-11-25")
    assert (found["columns"], found["by"], found["heads"]) == (
        "NETWORK", "MUNICIPALITY", ["SSP", "DIALOGUE_FORUM"],
    )  # fmt: skip
    assert posts(found) == {"kystby": [2, 1], "nabo": [0, 0]}
    assert found["rows"][0]["cells"][0]["states"] == {"HELD": 1, "UNIT": 1, "AWAY": 1, "STALE": 1}
    assert found["rows"][1]["whole"] == {"posts": 1, "states": {"HELD": 1}}  # by erik, hidden
    assert found["totals"][0] == {
        "posts": 2, "states": {"HELD": 1, "UNIT": 1, "AWAY": 1, "STALE": 1}, "empty": 1,
    }  # fmt: skip
    assert all("civilians" not in one for one in found["rows"])


def test_columns_units_and_a_place_choose(app: TestApp) -> None:
    asked = {"columns": "POST_KIND", "column": ["MENTOR", "SSP_COORDINATOR"]}
    found = read(app, Role.COORDINATOR, **asked)
    assert found["heads"] == ["SSP_COORDINATOR", "MENTOR"]
    assert posts(found) == {"kystby": [1, 0], "nabo": [1, 0]}
    assert posts(read(app, Role.COORDINATOR, **asked, by="POLICE_DISTRICT")) == {"pol-ost": [2, 0]}
    assert posts(read(app, Role.COORDINATOR, **asked, area="nabo")) == {"nabo": [1, 0]}


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"columns": "X"}, 422),
        ({"by": "COMMUNITY"}, 422),
        ({"column": "MENTOR"}, 422),  # no network
        ({"columns": "LANGUAGE", "column": "Somali"}, 422),
        ({"area": "atlantis"}, 404),
    ],
)
def test_what_is_no_such_word_or_place_is_refused(
    app: TestApp, asked: dict[str, str], status: int
) -> None:
    assert app.get("/coverage/matrix", app.as_(Role.COORDINATOR), **asked).status_code == status


def test_whoever_runs_the_machines_has_no_matrix(app: TestApp) -> None:
    assert app.get("/coverage/matrix", app.as_(Role.ADMIN)).status_code == 403
