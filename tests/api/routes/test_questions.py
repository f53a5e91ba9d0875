"""Saved questions: owners, sharing, versions, and export as files."""

from typing import Any

import pytest

from api.analysis.saved_queries import MOST_KEPT
from graph.access.policy import Role
from tests.fixtures.app import Headers, TestApp

ASKED = {
    "name": "Vacant posts",
    "description": "Posts that nobody holds.\nBy municipality.",
    "query": "MATCH (p:Actor)-[:MEMBER_OF]->(n:Network)\nWHERE n.kind = $kind RETURN p.name",
    "parameters": [
        {"name": "kind", "type": "WORD", "label": "Kind", "vocabulary": "NetworkKind",
         "default": "SSP"},
    ],
}  # fmt: skip


@pytest.fixture
def maja(app: TestApp) -> dict[str, str]:
    return app.as_(Role.ANALYST)


@pytest.fixture
def ole(app: TestApp) -> dict[str, str]:
    return app.as_(Role.ANALYST)


def keep(app: TestApp, headers: Headers, **other: Any) -> Any:
    answer = app.post("/questions", headers, {**ASKED, **other})
    assert answer.status_code == 201, answer.text
    assert answer.headers["etag"] == '"1"'
    return answer.json()


def names(app: TestApp, headers: Headers) -> list[str]:
    return [item["name"] for item in app.read("/questions", headers)["found"]]


def login_of(app: TestApp, headers: Headers) -> str:
    login: str = app.get("/me", headers).json()["login"]
    return login


def test_questions_are_private(app: TestApp, maja: dict[str, str], ole: dict[str, str]) -> None:
    question = keep(app, maja)
    assert {name: question[name] for name in ASKED} == ASKED
    assert (question["version"], question["is_mine"], question["owner"]) == (
        1,
        True,
        login_of(app, maja),
    )
    assert (names(app, maja), names(app, ole)) == (["Vacant posts"], [])
    hidden = app.get(f"/questions/{question['id']}", ole)
    absent = app.get("/questions/que-0000000000000000", ole)
    assert hidden.status_code == absent.status_code == 404
    assert {**hidden.json(), "request_id": ""} == {**absent.json(), "request_id": ""}


@pytest.mark.parametrize("by", ["roles", "logins"])
def test_a_shared_question_is_readable_but_not_editable_and_hides_its_recipients(
    app: TestApp, maja: dict[str, str], ole: dict[str, str], by: str
) -> None:
    keep(app, ole, name="Own question of Ole")
    shared = {"roles": ["ANALYST"]} if by == "roles" else {"logins": [login_of(app, ole)]}
    question = keep(app, maja, name="a shared one", **shared)
    assert question[by] == shared[by]
    assert names(app, ole) == ["Own question of Ole", "a shared one"]  # own questions first
    answer = app.get(f"/questions/{question['id']}", ole)
    assert answer.json()["owner"] == login_of(app, maja)
    assert not {"roles", "logins"} & answer.json().keys()
    based_on = {**ole, "If-Match": answer.headers["etag"]}
    at = f"/questions/{question['id']}"
    assert app.http.put(at, json=ASKED, headers=based_on).status_code == 404
    assert app.http.delete(at, headers=based_on).status_code == 404
    unshared = app.http.put(at, json=ASKED, headers={**maja, "If-Match": '"1"'})
    assert (unshared.status_code, unshared.json()["version"]) == (200, 2)
    assert names(app, ole) == ["Own question of Ole"]


def test_a_question_owned_by_or_shared_with_a_removed_account_is_listed(
    app: TestApp, maja: dict[str, str]
) -> None:
    account, questions = app.get("/me", maja).json()["account"], app.accounts.questions
    questions.keep("acc-gone", {**ASKED, "name": "of"}, roles=["ANALYST"])
    questions.keep(account, {**ASKED, "name": "for"}, accounts=["acc-gone"])
    found = app.read("/questions", maja)["found"]
    assert [(item["name"], item.get("logins")) for item in found] == [("for", []), ("of", None)]
    assert found[1]["owner"] == "acc-gone"


def test_a_pinned_question_is_pinned_for_all_readers_but_not_in_its_file(
    app: TestApp, maja: dict[str, str], ole: dict[str, str]
) -> None:
    question = keep(app, maja, is_pinned=True, roles=["ANALYST"])
    keep(app, maja, name="Another")
    (shared,) = app.read("/questions", ole)["found"]
    assert (shared["id"], shared["is_pinned"]) == (question["id"], True)
    assert [entry["is_pinned"] for entry in app.read("/questions", maja)["found"]] == [False, True]
    assert "is_pinned" not in app.get(f"/questions/{question['id']}/file", maja).json()


def test_changing_or_deleting_a_question_requires_the_current_etag(
    app: TestApp, maja: dict[str, str]
) -> None:
    at = f"/questions/{keep(app, maja)['id']}"
    assert app.http.put(at, json=ASKED, headers=maja).status_code == 428
    assert app.http.delete(at, headers=maja).status_code == 428
    first = app.http.put(at, json={**ASKED, "name": "First"}, headers={**maja, "If-Match": '"1"'})
    assert (first.status_code, first.headers["etag"]) == (200, '"2"')
    for stale in ('"1"', '"3"', "2", '"*"'):
        late = app.http.put(at, json=ASKED, headers={**maja, "If-Match": stale})
        assert (late.status_code, late.json()["current"]) == (412, 2), stale
    assert app.get(at, maja).json()["name"] == "First"
    assert app.http.delete(at, headers={**maja, "If-Match": '"2"'}).status_code == 204
    assert (app.get(at, maja).status_code, names(app, maja)) == (404, [])


@pytest.mark.parametrize(("wrong", "pointer"), [
    ({"name": ""}, "/name"),
    ({"name": "two\nlines"}, "/name"),
    ({"query": "x" * 4_001}, "/query"),
    ({"query": "RETURN \x00"}, "/query"),
    ({"parameters": [{"name": "Kind", "type": "TEXT", "label": "x"}]}, "/parameters/0/name"),
    ({"parameters": [{"name": "a", "type": "WORD", "label": "x"}]}, "/parameters/0"),
    ({"parameters": [{"name": "a", "type": "DATE", "label": "x", "default": "soon"}]},
     "/parameters/0"),
    ({"parameters": [{"name": "a", "type": "WHOLE", "label": "x", "default": True}]},
     "/parameters/0"),
    ({"parameters": [{"name": "a", "type": "TEXT", "label": "x"}] * 2}, ""),
    ({"roles": ["COORDINATOR"]}, "/roles/0"),
    ({"logins": ["nobody"]}, "/logins/0"),
    ({"of": 1}, "/of"),
])  # fmt: skip
def test_an_invalid_question_is_refused_with_a_pointer_and_not_stored(
    app: TestApp, maja: dict[str, str], wrong: dict[str, Any], pointer: str
) -> None:
    answer = app.post("/questions", maja, {**ASKED, **wrong})
    assert answer.status_code == 422, answer.text
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]
    assert names(app, maja) == []


def test_sharing_with_a_non_analyst_responds_like_an_unknown_login(
    app: TestApp, maja: dict[str, str]
) -> None:
    carl = login_of(app, app.as_(Role.COORDINATOR, areas=("kystby",)))
    actual = [
        app.post("/questions", maja, {**ASKED, "logins": [login]}).json()
        for login in (carl, "nobody")
    ]
    assert actual[0]["errors"] == actual[1]["errors"]


@pytest.mark.parametrize("field", ["name", "description", "query"])
def test_citizen_numbers_are_not_stored(app: TestApp, maja: dict[str, str], field: str) -> None:
    answer = app.post("/questions", maja, {**ASKED, field: "RETURN '010180-1234'"})
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/refused-content")
    assert answer.json()["errors"][0]["field"] == field
    assert "010180" not in answer.text


@pytest.mark.parametrize("field", ["name", "description"])
@pytest.mark.parametrize("text", ["Ring 20 30 40 50", "2 0 3 0 4 0 5 0", "anna@kystby.example"])
def test_a_contact_detail_is_no_title_of_a_question(
    app: TestApp, maja: dict[str, str], field: str, text: str
) -> None:
    answer = app.post("/questions", maja, {**ASKED, field: text})
    assert answer.status_code == 422
    error = answer.json()["errors"][0]
    assert (error["field"], error["rule"]) == (field, "CONTACT_DETAIL")
    assert names(app, maja) == []


def test_a_question_is_copied_by_exporting_and_importing_its_file(
    app: TestApp, maja: dict[str, str], ole: dict[str, str]
) -> None:
    question = keep(app, maja)
    file = app.get(f"/questions/{question['id']}/file", maja)
    assert file.headers["content-disposition"] == f'attachment; filename="{question["id"]}.json"'
    assert file.json() == {"kontaktvej_question": 1, **ASKED}
    brought = app.post("/questions/file", ole, file.json())
    assert brought.status_code == 201, brought.text
    assert brought.json()["owner"] == login_of(app, ole)
    assert brought.json()["id"] != question["id"]


def test_a_question_stored_without_a_newer_field_can_be_exported(
    app: TestApp, maja: dict[str, str]
) -> None:
    account = app.get("/me", maja).json()["account"]
    stored = {name: ASKED[name] for name in ("name", "query")}
    question = app.accounts.questions.keep(account, stored)
    file = app.get(f"/questions/{question.id}/file", maja)
    assert (file.status_code, file.json()["parameters"]) == (200, [])


def test_a_file_of_a_newer_form_is_refused_with_a_fix(app: TestApp, maja: dict[str, str]) -> None:
    answer = app.post("/questions/file", maja, {"kontaktvej_question": 2, "steps": [ASKED]})
    assert answer.status_code == 422
    (fault,) = answer.json()["errors"]
    assert fault["rule"] == "newer_form"
    assert "of form 2" in fault["detail"]
    assert "fix: update Kontaktvej" in fault["detail"]
    for broken in ({**ASKED}, {"kontaktvej_question": 0, **ASKED}, {"kontaktvej_question": 1}):
        assert app.post("/questions/file", maja, broken).status_code == 422
    assert names(app, maja) == []


def test_only_an_analyst_may_store_or_read_questions(app: TestApp, maja: dict[str, str]) -> None:
    at = f"/questions/{keep(app, maja, roles=['ANALYST'])['id']}"
    for role in Role:
        if role is Role.ANALYST:
            continue
        headers = app.as_(role)
        answers = [
            app.get("/questions", headers),
            app.post("/questions", headers, ASKED),
            app.get(at, headers),
            app.http.put(at, json=ASKED, headers={**headers, "If-Match": '"1"'}),
            app.http.delete(at, headers={**headers, "If-Match": '"1"'}),
            app.get(f"{at}/file", headers),
        ]
        assert {answer.status_code for answer in answers} == {403}, role


def test_questions_per_account_are_limited(app: TestApp, maja: dict[str, str]) -> None:
    account = app.get("/me", maja).json()["account"]
    for number in range(MOST_KEPT):
        app.accounts.questions.keep(account, {**ASKED, "name": f"{number}"})
    answer = app.post("/questions", maja, ASKED)
    assert answer.status_code == 422
    assert str(MOST_KEPT) in answer.json()["detail"]


def test_saving_a_question_logs_its_id_but_not_its_text(app: TestApp, maja: dict[str, str]) -> None:
    question = keep(app, maja)
    app.http.put(
        f"/questions/{question['id']}", json={**ASKED, "name": "Other"},
        headers={**maja, "If-Match": '"1"'},
    )  # fmt: skip
    rows = [row for row in app.json_rows() if row["action"] in ("keep_question", "change_question")]
    assert [row["kind"] for row in rows] == ["intent", "done"] * 2
    assert question["id"] in str(rows[2])
    assert not {word for word in ("MATCH", "Vacant", "Other") if word in str(rows)}
