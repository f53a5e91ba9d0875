"""Who hands over to whom, over HTTP."""

from typing import Any

import pytest

from api.schemas.paths import Handover
from graph.access.policy import Role
from tests.fixtures.app import TestApp

MOVE: dict[str, Any] = {"from_area": "kystby", "to_area": "nabo"}


def test_both_sides_are_told_sector_by_sector_with_what_is_missing(app: TestApp) -> None:
    answer = app.post("/handover", app.as_(Role.COORDINATOR, areas=("dk",)), MOVE, lang="en")
    assert answer.status_code == 200
    found = Handover.model_validate_json(answer.content)
    assert [one.sector for one in found.sectors] == [
        "SOCIAL_SERVICES", "YOUTH", "POLICE", "PSYCHIATRY",
    ]  # fmt: skip
    social, youth, police, psychiatry = found.sectors
    assert (psychiatry.gaps, psychiatry.words.gaps) == (("NO_POST",), ("No post",))
    assert police.is_same
    assert [post.post.id for post in youth.taking.posts] == ["nabo-ssp"]
    assert social.giving.gap == "VACANT"


def test_only_the_sectors_asked_for_are_told(app: TestApp) -> None:
    asked = {**MOVE, "sectors": ["YOUTH"], "on": "2027-01-15"}
    told = app.post("/handover", app.as_(Role.COORDINATOR), asked).json()
    assert [one["sector"] for one in told["sectors"]] == ["YOUTH"]
    assert told["on"] == "2027-01-15"


@pytest.mark.parametrize(
    ("changed", "status", "pointer"),
    [
        ({"to_area": "kystby"}, 422, "/to_area"),
        ({"to_area": "ssp-post"}, 422, "/to_area"),
        ({"to_area": "nowhere"}, 404, None),
        ({"sectors": ["SOUP"]}, 422, "/sectors/0"),
    ],
)
def test_places_that_are_none_are_refused(
    app: TestApp, changed: dict[str, Any], status: int, pointer: str | None
) -> None:
    answer = app.post("/handover", app.as_(Role.COORDINATOR), {**MOVE, **changed})
    assert answer.status_code == status
    if pointer:
        assert answer.json()["errors"][0]["pointer"] == pointer


def test_who_has_no_question_to_ask_gets_no_answer(app: TestApp) -> None:
    assert app.post("/handover", {}, MOVE).status_code == 401
    assert app.post("/handover", app.as_(Role.ADMIN), MOVE).status_code == 403
