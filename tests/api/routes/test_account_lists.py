"""Lists of accounts with their grants: all of a list is made, or nothing of it."""

from typing import Any

from graph.access.policy import Role
from tests.fixtures.app import Headers, TestApp

PATH = "/accounts/list"


def _coordinator(**changed: Any) -> dict[str, Any]:
    return {"role": "COORDINATOR", "areas": ["kystby"], **changed}


def _logins(app: TestApp) -> set[str]:
    return {account.login for account in app.accounts.logins.all()}


def test_a_list_creates_all_accounts_and_roles_with_names_wait_for_approval(
    app: TestApp, admin: Headers
) -> None:
    analyst = {"role": "ANALYST", "areas": ["kystby"], "valid_to": "2030-01-01"}
    program = {"role": "SERVICE", "areas": ["kystby"]}
    body = {
        "accounts": [
            {"login": "Line.Bak", "grants": [_coordinator(), _coordinator(areas=["nabo"])]},
            {"login": "anna", "grants": [analyst]},
            {"login": "fagsystem", "is_service": True, "grants": [program]},
            {"login": "later"},
        ]
    }
    accounts = app.post(PATH, admin, body).json()["found"]
    assert [(account["login"], account["given"], account["waiting"]) for account in accounts] == [
        ("line.bak", 2, 2), ("anna", 1, 0), ("fagsystem", 1, 1), ("later", 0, 0),
    ]  # fmt: skip
    logins, grants = app.accounts.logins, app.accounts.grants
    (given,) = grants.of(logins.by_login("anna").id)
    assert (given.grant.role, given.is_waiting) == (Role.ANALYST, False)
    line = logins.by_login("line.bak")
    assert (line.id, line.is_invited) == (accounts[0]["account"], False)
    assert all(grant.is_waiting for grant in grants.of(line.id))
    assert len(app.accounts.changes.waiting_changes()) == 3
    (alert,) = [row for row in app.json_rows() if row["kind"] == "alert"]
    roles = ["COORDINATOR", "SERVICE"]
    assert alert["asked"] == {"change": "GRANT", "count": 3, "roles": roles}
    done = next(row for row in reversed(app.json_rows()) if row["action"] == "create_accounts")
    assert (done["kind"], done["count"]) == ("done", 4)
    assert "line.bak" not in str(app.json_rows()).casefold()


def test_a_list_with_an_error_creates_nothing_and_returns_all_errors(
    app: TestApp, admin: Headers
) -> None:
    app.accounts.add("taken")
    before = _logins(app)
    body = {
        "accounts": [
            {"login": "fine", "grants": [_coordinator()]},
            {"login": "taken"},
            {"login": "FINE"},
            {"login": "no good"},
            {"login": "nowhere", "grants": [_coordinator(areas=["atlantis"])]},
            {"login": "empty", "grants": [_coordinator(), _coordinator(areas=[])]},
            {"login": "mixed", "grants": [_coordinator(), {"role": "ADMIN"}]},
            {"login": "past", "grants": [_coordinator(valid_from="2030-01-01",
                                                      valid_to="2029-01-01")]},
        ]
    }  # fmt: skip
    for is_check in (True, False):
        answer = app.post(PATH, admin, body | {"is_check": is_check}, lang="en")
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid")
        assert {(error["pointer"], error["rule"]) for error in answer.json()["errors"]} == {
            ("/accounts/1/login", "duplicate"),
            ("/accounts/2/login", "duplicate"),
            ("/accounts/3/login", "LOGIN"),
            ("/accounts/4/grants/0/areas", "AREA"),
            ("/accounts/5/grants/1/areas", "GRANT"),
            ("/accounts/6/grants/1/role", "separation"),
            ("/accounts/7/grants/0/valid_to", "GRANT"),
        }
        assert all(error["detail"] for error in answer.json()["errors"])
        assert _logins(app) == before
    assert app.accounts.changes.waiting_changes() == ()


def test_a_check_of_a_list_creates_nothing(app: TestApp, admin: Headers) -> None:
    body = {"accounts": [{"login": "line.bak", "grants": [_coordinator()]}], "is_check": True}
    (account,) = app.post(PATH, admin, body).json()["found"]
    assert account == {"account": None, "login": "line.bak", "given": 1, "waiting": 1}
    assert "line.bak" not in _logins(app)
    assert not any(row["kind"] == "alert" for row in app.json_rows())


def test_a_list_cannot_give_a_right_to_another_account_of_the_administrator(app: TestApp) -> None:
    admin = app.as_(Role.ADMIN, person="carl")
    body = {"accounts": [{"login": "carl.2", "person": "carl", "grants": [_coordinator()]}]}
    (error,) = app.post(PATH, admin, body).json()["errors"]
    assert (error["pointer"], error["rule"]) == ("/accounts/0/grants/0/role", "own-rights")
    assert "carl.2" not in _logins(app)


def test_a_civil_registration_number_is_no_login(app: TestApp, admin: Headers) -> None:
    body = {"accounts": [{"login": "0101701234"}]}
    answer = app.post(PATH, admin, body)
    assert (answer.status_code, "0101701234" in answer.text) == (422, False)
    assert "0101701234" not in _logins(app)
