"""Does every write leave its intent before and its outcome after, and nobody's number between?"""

import json
from typing import Any

from graph.access.policy import Role
from tests.fixtures.app import TestApp
from tests.fixtures.editor import desk_of


def test_a_write_is_written_down_before_and_after_under_the_name_it_has_in_the_graph(
    app: TestApp,
) -> None:
    answer = desk_of(app, Role.STEWARD).end("amina--ssp-post", "?on=2026-12-01")
    intent, done = app.told()[-2:]
    assert (intent["kind"], intent["action"]) == ("intent", "end_link")
    assert intent["asked"] == {"link_id": "amina--ssp-post", "on": "2026-12-01"}
    assert (done["kind"], done["result"], done["count"]) == ("done", 200, 1)
    assert done["subjects"] == ["amina"]
    assert intent["change_set"] == done["change_set"] == answer.json()["change_set"]
    assert app.store.written(done["change_set"]) == 2


def test_persons_are_counted_as_touched_when_they_are_new_or_only_a_link_of_theirs_is(
    app: TestApp,
) -> None:
    answer = desk_of(app, Role.STEWARD).apply(
        creates=[
            {"label": "Person", "called": "@ida", "fields": {"name": "Ida Rugvang Holm"}},
            {"type": "HOLDS", "fields": {"source_id": "@ida", "target_id": "release"}},
            {"type": "HOLDS", "fields": {"source_id": "bo", "target_id": "release"}},
        ]
    )
    ida = answer.json()["things"][0]["id"]
    assert app.told()[-1]["subjects"] == sorted([ida, "bo"])
    assert "Ida" not in json.dumps(app.told())


def test_what_was_refused_is_not_done_and_what_was_hidden_is_denied(app: TestApp) -> None:
    steward = desk_of(app, Role.STEWARD)
    steward.change("ssp-post", hours="altid")
    assert (app.told()[-1]["kind"], app.told()[-1]["result"]) == ("not_done", 422)
    steward.send("DELETE", "/entities/erik", **{"If-Match": '"x"'})
    assert (app.told()[-1]["kind"], app.told()[-1]["result"]) == ("denied", 404)
    for row in app.told()[-1:]:
        assert app.store.written(row["change_set"]) is None


def test_a_thousand_things_are_one_write(app: TestApp) -> None:
    steward = desk_of(app, Role.STEWARD)
    creates: list[dict[str, Any]] = []
    for number in range(500):
        area = {"kind": "COMMUNITY", "code": f"d{number}", "name": "Kvarteret"}
        creates.append({"label": "Area", "id": f"com-{number}", "fields": area,
                        "called": f"@a{number}"})  # fmt: skip
        lies = {"source_id": f"@a{number}", "target_id": "kystby"}
        creates.append({"type": "LIES_IN", "fields": lies})
    answer = steward.apply(creates=creates)
    assert answer.status_code == 200, answer.text[:500]
    assert (answer.json()["revision"], len(answer.json()["things"])) == (2, 1_000)
    assert app.store.counts()["Area"] == 506
