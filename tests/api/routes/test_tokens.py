"""Tokens of one's own and of programs: what they are for, how long, and who gives them."""

from typing import Any

from api.identity.changes import HOST
from graph.access.policy import Role, Task
from tests.fixtures.accounts import PASSWORD
from tests.fixtures.app import TestApp, bearer


def test_a_token_does_what_it_is_for_and_makes_no_other(app: TestApp) -> None:
    line = app.as_(Role.COORDINATOR)
    wanted = {"label": "notebook", "scopes": ["QUESTION", "OWN"], "days": 30}
    made = app.post("/me/tokens", line, wanted)
    assert made.status_code == 201
    token = bearer(made.json()["text"])
    assert app.get("/names", token, text="amina").status_code == 200
    me = app.get("/me", token).json()
    assert me["scopes"] == ["OWN", "QUESTION"]
    assert {one["task"] for one in me["tasks"] if one["may"]} == {"OWN", "QUESTION"}
    for method, path, body in (
        ("POST", "/me/tokens", wanted),
        ("POST", "/me/password", {"password": PASSWORD, "new_password": PASSWORD}),
        ("POST", "/me/second-factor", {"password": PASSWORD}),
        ("DELETE", "/sessions/current", None),
    ):
        answer = app.http.request(method, path, json=body, headers=token)
        assert answer.json()["type"] == "/problems/step-up", path
        assert answer.json()["needed"] == "SESSION", path
    listed = app.get("/me/tokens", token).json()["found"]
    assert [(one["id"], one["text"]) for one in listed] == [(made.json()["id"], None)]
    path = f"/me/tokens/{made.json()['id']}"
    assert app.http.delete(path, headers=app.as_(Role.COORDINATOR)).status_code == 404
    assert app.http.delete(path, headers=line).status_code == 204
    assert app.get("/me", token).status_code == 401


def test_a_token_too_wide_or_too_long_is_refused(app: TestApp) -> None:
    line = app.as_(Role.COORDINATOR)
    too_much: tuple[dict[str, Any], ...] = (
        {"scopes": ["REVEAL"]}, {"scopes": ["ACCOUNTS"]}, {"scopes": []}, {"scopes": ["ALL"]},
        {"days": 91}, {"days": 0}, {"label": "Amina Søkilde"}, {"account": "acc-1"},
    )  # fmt: skip
    for changed in too_much:
        wanted = {"label": "notebook", "scopes": ["QUESTION"], "days": 30, **changed}
        assert app.post("/me/tokens", line, wanted).status_code == 422, changed
    assert app.get("/me/tokens", line).json() == {"found": []}


def test_a_program_is_given_its_token_on_the_host_and_an_administrator_may_end_it(
    app: TestApp,
) -> None:
    admin = app.as_(Role.ADMIN)
    account, path = app.account(Role.SERVICE), "/accounts/{}/tokens"
    wanted = {"label": "nightly", "scopes": ["QUESTION"], "days": 90}
    assert app.post(path.format(account), admin, wanted).json()["type"] == "/problems/method"
    token = app.accounts.tokens.make(
        account, label="nightly", scopes=[Task.QUESTION], days=90, made_by=HOST
    )
    headers = bearer(token.text or "")
    assert app.get("/names", headers, text="amina").status_code == 200
    (listed,) = app.get(path.format(account), admin).json()["found"]
    assert (listed["id"], listed["text"]) == (token.id, None)
    ended = app.http.delete(f"{path.format(account)}/{token.id}", headers=admin)
    assert ended.status_code == 204
    assert app.get("/me", headers).status_code == 401
