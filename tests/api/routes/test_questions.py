"""Kept questions: whose they are, who else asks them, which version, and as files."""

from typing import Any

import pytest

from api.analysis.saved_queries import MOST_KEPT
from graph.access.policy import Role
from tests.fixtures.app import TestHouse

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
def maja(house: TestHouse) -> dict[str, str]:
    return house.as_(Role.ANALYST)


@pytest.fixture
def ole(house: TestHouse) -> dict[str, str]:
    return house.as_(Role.ANALYST)


def keep(house: TestHouse, headers: dict[str, str], **other: Any) -> Any:
    answer = house.http.post("/questions", json={**ASKED, **other}, headers=headers)
    assert answer.status_code == 201, answer.text
    assert answer.headers["etag"] == '"1"'
    return answer.json()


def names(house: TestHouse, headers: dict[str, str]) -> list[str]:
    answer = house.http.get("/questions", headers=headers)
    assert answer.status_code == 200, answer.text
    return [one["name"] for one in answer.json()["found"]]


def login_of(house: TestHouse, headers: dict[str, str]) -> str:
    login: str = house.http.get("/me", headers=headers).json()["login"]
    return login


def test_a_question_is_its_owners_until_it_is_shared(
    house: TestHouse, maja: dict[str, str], ole: dict[str, str]
) -> None:
    kept = keep(house, maja)
    assert {name: kept[name] for name in ASKED} == ASKED
    assert (kept["version"], kept["is_mine"], kept["owner"]) == (1, True, login_of(house, maja))
    assert names(house, maja) == ["Vacant posts"]
    assert names(house, ole) == []
    hidden = house.http.get(f"/questions/{kept['id']}", headers=ole)
    absent = house.http.get("/questions/que-0000000000000000", headers=ole)
    assert hidden.status_code == absent.status_code == 404
    assert {**hidden.json(), "request_id": ""} == {**absent.json(), "request_id": ""}


@pytest.mark.parametrize("by", ["roles", "logins"])
def test_whom_it_is_shared_with_asks_it_but_neither_changes_it_nor_sees_with_whom(
    house: TestHouse, maja: dict[str, str], ole: dict[str, str], by: str
) -> None:
    keep(house, ole, name="Own question of Ole")
    shared = {"roles": ["ANALYST"]} if by == "roles" else {"logins": [login_of(house, ole)]}
    kept = keep(house, maja, name="a shared one", **shared)
    assert kept[by] == shared[by]
    assert names(house, ole) == ["Own question of Ole", "a shared one"]  # own ones first
    seen = house.http.get(f"/questions/{kept['id']}", headers=ole)
    assert seen.json()["owner"] == login_of(house, maja)
    assert not {"roles", "logins"} & seen.json().keys()
    based_on = {**ole, "If-Match": seen.headers["etag"]}
    at = f"/questions/{kept['id']}"
    assert house.http.put(at, json=ASKED, headers=based_on).status_code == 404
    assert house.http.delete(at, headers=based_on).status_code == 404
    unshared = house.http.put(at, json=ASKED, headers={**maja, "If-Match": '"1"'})
    assert (unshared.status_code, unshared.json()["version"]) == (200, 2)
    assert names(house, ole) == ["Own question of Ole"]


def test_nobody_is_overwritten_unseen(house: TestHouse, maja: dict[str, str]) -> None:
    at = f"/questions/{keep(house, maja)['id']}"
    assert house.http.put(at, json=ASKED, headers=maja).status_code == 428
    assert house.http.delete(at, headers=maja).status_code == 428
    first = house.http.put(at, json={**ASKED, "name": "First"}, headers={**maja, "If-Match": '"1"'})
    assert (first.status_code, first.headers["etag"]) == (200, '"2"')
    for stale in ('"1"', '"3"', "2", '"*"'):
        late = house.http.put(at, json=ASKED, headers={**maja, "If-Match": stale})
        assert (late.status_code, late.json()["current"]) == (412, 2), stale
    assert house.http.get(at, headers=maja).json()["name"] == "First"
    assert house.http.delete(at, headers={**maja, "If-Match": '"2"'}).status_code == 204
    assert house.http.get(at, headers=maja).status_code == 404
    assert names(house, maja) == []


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
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
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_place_and_nothing_is_kept(
    house: TestHouse, maja: dict[str, str], wrong: dict[str, Any], pointer: str
) -> None:
    answer = house.http.post("/questions", json={**ASKED, **wrong}, headers=maja)
    assert answer.status_code == 422, answer.text
    assert pointer in [one["pointer"] for one in answer.json()["errors"]]
    assert names(house, maja) == []


def test_who_may_not_analyze_is_told_as_who_does_not_exist(
    house: TestHouse, maja: dict[str, str]
) -> None:
    carl = login_of(house, house.as_(Role.COORDINATOR, areas=("kystby",)))
    told = [
        house.http.post("/questions", json={**ASKED, "logins": [login]}, headers=maja).json()
        for login in (carl, "nobody")
    ]
    assert told[0]["errors"] == told[1]["errors"]


@pytest.mark.parametrize("field", ["name", "description", "query"])
def test_a_number_of_a_citizen_is_kept_nowhere(
    house: TestHouse, maja: dict[str, str], field: str
) -> None:
    answer = house.http.post(
        "/questions", json={**ASKED, field: "RETURN '010180-1234'"}, headers=maja
    )
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/refused-content")
    assert answer.json()["errors"][0]["field"] == field
    assert "010180" not in answer.text


def test_a_file_carries_a_question_from_one_account_to_another(
    house: TestHouse, maja: dict[str, str], ole: dict[str, str]
) -> None:
    kept = keep(house, maja)
    file = house.http.get(f"/questions/{kept['id']}/file", headers=maja)
    assert file.headers["content-disposition"] == f'attachment; filename="{kept["id"]}.json"'
    assert file.json() == {"kontaktvej_question": 1, **ASKED}
    brought = house.http.post("/questions/file", json=file.json(), headers=ole)
    assert brought.status_code == 201, brought.text
    assert brought.json()["owner"] == login_of(house, ole)
    assert brought.json()["id"] != kept["id"]


def test_a_file_of_a_newer_form_is_refused_with_what_to_do(
    house: TestHouse, maja: dict[str, str]
) -> None:
    newer = {"kontaktvej_question": 2, "steps": [ASKED]}
    answer = house.http.post("/questions/file", json=newer, headers=maja)
    assert answer.status_code == 422
    (fault,) = answer.json()["errors"]
    assert fault["rule"] == "newer_form"
    assert "of form 2" in fault["detail"]
    assert "fix: update Kontaktvej" in fault["detail"]
    for broken in ({**ASKED}, {"kontaktvej_question": 0, **ASKED}, {"kontaktvej_question": 1}):
        assert house.http.post("/questions/file", json=broken, headers=maja).status_code == 422
    assert names(house, maja) == []


def test_only_who_may_analyze_keeps_or_reads_questions(
    house: TestHouse, maja: dict[str, str]
) -> None:
    at = f"/questions/{keep(house, maja, roles=['ANALYST'])['id']}"
    for role in Role:
        if role is Role.ANALYST:
            continue
        headers = house.as_(role)
        answers = [
            house.http.get("/questions", headers=headers),
            house.http.post("/questions", json=ASKED, headers=headers),
            house.http.get(at, headers=headers),
            house.http.put(at, json=ASKED, headers={**headers, "If-Match": '"1"'}),
            house.http.delete(at, headers={**headers, "If-Match": '"1"'}),
            house.http.get(f"{at}/file", headers=headers),
        ]
        assert {answer.status_code for answer in answers} == {403}, role


def test_an_account_keeps_no_more_than_it_may(house: TestHouse, maja: dict[str, str]) -> None:
    account = house.http.get("/me", headers=maja).json()["account"]
    for number in range(MOST_KEPT):
        house.accounts.questions.keep(account, {**ASKED, "name": f"{number}"})
    answer = house.http.post("/questions", json=ASKED, headers=maja)
    assert answer.status_code == 422
    assert str(MOST_KEPT) in answer.json()["detail"]


def test_the_log_says_who_kept_what_but_not_the_words_of_it(
    house: TestHouse, maja: dict[str, str]
) -> None:
    kept = keep(house, maja)
    house.http.put(
        f"/questions/{kept['id']}", json={**ASKED, "name": "Other"},
        headers={**maja, "If-Match": '"1"'},
    )  # fmt: skip
    rows = [row for row in house.told() if row["action"] in ("keep_question", "change_question")]
    assert [row["kind"] for row in rows] == ["intent", "done"] * 2
    assert kept["id"] in str(rows[2])
    assert not {word for word in ("MATCH", "Vacant", "Other") if word in str(rows)}
