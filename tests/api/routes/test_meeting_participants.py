"""Who must be at the table, over HTTP."""

from typing import Any

import pytest

from api.schemas.paths import SmallestTable
from graph.access.policy import Role
from tests.fixtures.app import TestApp

ASKED: dict[str, Any] = {"area": "kystby", "required": ["YOUTH", "POLICE", "RELEASE_CONTACT"]}


def test_the_fewest_people_are_told_and_what_nobody_covers(app: TestApp) -> None:
    headers = app.as_(Role.COORDINATOR, areas=("dk",))
    answer = app.post("/table", headers, ASKED)
    assert answer.status_code == 200
    found = SmallestTable.model_validate_json(answer.content)
    assert [seat.person and seat.person.id for seat in found.seats] == ["carl"]  # amina is away
    assert found.uncovered == ("YOUTH", "RELEASE_CONTACT")
    assert found.covered[2].has_post
    with_deputies = app.post("/table", headers, {**ASKED, "with_deputies": True}).json()
    assert [seat["person"]["id"] for seat in with_deputies["seats"]] == ["bo", "carl"]


def test_whom_one_may_not_see_sits_at_the_table_by_the_post_alone(app: TestApp) -> None:
    told = app.post("/table", app.as_(Role.COORDINATOR, areas=("kystby",)), ASKED).json()
    post = {"id": "ihd", "name": "Infohus-tovholder, Østkysten"}
    assert told["seats"] == [{"person": None, "posts": [post]}]  # carl works for the district


def test_an_authority_can_be_required_by_id(app: TestApp) -> None:
    asked = {"area": "kystby", "required": ["politi"]}
    told = app.post("/table", app.as_(Role.COORDINATOR, areas=("dk",)), asked).json()
    assert told["covered"][0]["authority"]["id"] == "politi"
    assert [seat["person"]["id"] for seat in told["seats"]] == ["carl"]


@pytest.mark.parametrize(
    ("changed", "status", "pointer"),
    [
        ({"required": []}, 422, "/required"),
        ({"area": "ssp-post"}, 422, "/area"),
        ({"area": "nowhere"}, 404, None),
        ({"required": ["nobody"]}, 404, None),
        ({"required": ["erik"]}, 404, None),
    ],
)
def test_what_cannot_be_required_is_refused(
    app: TestApp, changed: dict[str, Any], status: int, pointer: str | None
) -> None:
    answer = app.post("/table", app.as_(Role.COORDINATOR), {**ASKED, **changed})
    assert answer.status_code == status
    if pointer:
        assert answer.json()["errors"][0]["pointer"] == pointer


def test_who_has_no_question_to_ask_gets_no_answer(app: TestApp) -> None:
    assert app.post("/table", {}, ASKED).status_code == 401
    assert app.post("/table", app.as_(Role.ADMIN), ASKED).status_code == 403
