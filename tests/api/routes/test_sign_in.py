"""Signing in, changes of one's password and second factor, and what ends a session."""

import json
from pathlib import Path
from typing import Any

import pytest
from pyotp.totp import TOTP

from api.errors import Refusal
from api.identity.principal import authenticate, no_issuer
from api.identity.store import Assurance
from graph.access.policy import Role, Task
from graph.store.store import Store
from tests.api.routes.account_setup import account_of, session_of
from tests.fixtures.accounts import PASSWORD, Clock
from tests.fixtures.app import Headers, TestApp, bearer, opened_app


def test_a_failed_sign_in_is_logged_without_login_or_password(app: TestApp) -> None:
    account = account_of(app, app.as_(Role.ADMIN), "line.bak")
    before = len(app.json_rows())
    wrong = {"login": "Line.Bak", "password": "min gamle adgangskode"}
    answer = app.post("/sessions", {}, wrong)
    unknown = app.post("/sessions", {}, {**wrong, "login": "min gamle adgangskode"})
    actual = [{**item.json(), "request_id": None} for item in (answer, unknown)]
    assert actual[0] == actual[1]
    session_of(app, "line.bak")
    rows = app.json_rows()[before:]
    assert [(row["kind"], row.get("result")) for row in rows] == [
        ("intent", None), ("denied", 401), ("intent", None), ("denied", 401),
        ("intent", None), ("done", 201),
    ]  # fmt: skip
    assert rows[0]["asked"] == rows[4]["asked"] != rows[2]["asked"]
    assert rows[5]["caller"] == account
    assert rows[5]["via"].startswith("ses-")
    assert "line.bak" not in json.dumps(rows).casefold()
    assert "gamle" not in json.dumps(rows)


def test_repeated_sign_in_failures_are_throttled_and_raise_one_alert(app: TestApp) -> None:
    account_of(app, app.as_(Role.ADMIN), "line.bak")
    wrong = {"login": "line.bak", "password": "forkert adgangskode"}
    answers = [app.post("/sessions", {}, wrong) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 15
    others = [
        app.post("/sessions", {}, {**wrong, "login": f"made-up-{number}"}) for number in range(50)
    ]
    assert {other.status_code for other in others} == {401}
    alerts = [row for row in app.json_rows() if row["kind"] == "alert"]
    assert (len(alerts), alerts[0]["action"]) == (1, "open_session")
    assert alerts[0]["asked"]["address"] == "testclient"
    tried = [row for row in app.json_rows() if row["action"] == "open_session"]
    assert len(tried) == 2 * 55 + 1, "nothing of a try that was not heard"


def test_a_malformed_sign_in_is_refused_by_field_without_the_password(app: TestApp) -> None:
    malformed: tuple[tuple[object, list[str]], ...] = (
        ({}, ["/login", "/password"]),
        ({"login": "line.bak"}, ["/password"]),
        ({"login": "line.bak", "password": ""}, ["/password"]),
        ([], [""]),
        ("line.bak", [""]),
        ({"login": "line.bak", "password": PASSWORD, "role": "ADMIN"}, ["/role"]),
        ({"login": ["line.bak"], "password": PASSWORD}, ["/login"]),
        ({"login": None, "password": None}, ["/login", "/password"]),
    )
    for item, pointers in malformed:
        answer = app.post("/sessions", {}, item)
        assert answer.status_code == 422, item
        assert [error["pointer"] for error in answer.json()["errors"]] == pointers, item
        assert PASSWORD not in answer.text


def test_sign_in_without_a_body_requires_a_token_of_a_trusted_issuer(app: TestApp) -> None:
    session = app.as_(Role.COORDINATOR)
    account = app.account(Role.ANALYST)
    token = app.accounts.tokens.make(
        account, label="x", scopes=[Task.QUESTION], days=1, made_by=account
    )
    for headers in (session, bearer(token.text or ""), bearer("e30.e30.e30"), {}):
        assert app.post("/sessions", headers).status_code == 401
    known = app.accounts
    theirs = known.logins.add("carl", subject=("https://login.example", "carl"))

    def vouched(token: str) -> Any:
        return known.signed_in_as(
            "https://login.example", token.split(".")[1], via="jwt-1", assurance=Assurance.STRONG
        )

    who = authenticate("a.carl.c", known, vouched, idle_min=30, is_activity=True)
    assert (who.account, who.via) == (theirs, "jwt-1")
    for text, trusted in (("a.erik.c", vouched), ("a.carl.c", no_issuer)):
        with pytest.raises(Refusal):
            authenticate(text, known, trusted, idle_min=30, is_activity=True)


def test_changing_the_password_needs_the_current_one_and_ends_all_sessions(app: TestApp) -> None:
    account_of(app, app.as_(Role.ADMIN), "line.bak")
    line, other = session_of(app, "line.bak"), session_of(app, "line.bak")
    wrong = {"password": "forkert adgangskode", "new_password": "et helt nyt kodeord"}
    assert app.post("/me/password", line, wrong).status_code == 422
    short = {"password": PASSWORD, "new_password": "kort"}
    assert app.post("/me/password", line, short).status_code == 422
    body = {"label": "notebook", "scopes": ["OWN"], "days": 1}
    token = app.post("/me/tokens", line, body).json()["text"]
    assert app.get("/me", bearer(token)).status_code == 200
    right = {"password": PASSWORD, "new_password": "et helt nyt kodeord"}
    assert app.post("/me/password", line, right).status_code == 204
    for headers in (line, other, bearer(token)):
        assert app.get("/me", headers).status_code == 401
    answers = [row.get("asked") for row in app.json_rows() if row["action"] == "change_password"]
    assert [request for request in answers if request] == []  # neither password, not even as HMAC


def test_an_enrolled_second_factor_is_required_and_makes_sign_in_strong(app: TestApp) -> None:
    account_of(app, app.as_(Role.ADMIN), "line.bak")
    line = session_of(app, "line.bak")
    path = "/me/second-factor"
    wrong = app.post(path, line, {"password": "forkert adgangskode"})
    assert wrong.json()["errors"][0]["pointer"] == "/password"
    answer = app.post(path, line, {"password": PASSWORD})
    assert answer.status_code == 201
    secret = answer.json()["totp_secret"]
    device, now = TOTP(secret), app.accounts.clock()
    guess = {"totp": device.at(now, counter_offset=40)}
    assert app.post(f"{path}/confirm", line, guess).status_code == 422
    body = {"totp": device.at(now, counter_offset=-1)}
    assert app.post(f"{path}/confirm", line, body).status_code == 204
    sign_in = {"login": "line.bak", "password": PASSWORD}
    assert app.post("/sessions", {}, sign_in).status_code == 401
    sign_in["totp"] = device.at(app.accounts.clock(), counter_offset=1)
    session = app.post("/sessions", {}, sign_in).json()
    assert session["assurance"] == "STRONG"
    assert secret not in json.dumps(app.json_rows())
    stolen = bearer(session["token"])  # by a thief who knows the password, too
    for totp in ({}, {"totp": device.at(now, counter_offset=40)}, {"totp": sign_in["totp"]}):
        body = {"password": PASSWORD, **totp}
        assert app.post(path, stolen, body).status_code == 422, totp


def test_polling_the_revision_does_not_extend_a_session(
    kystby_store: Store, tmp_path: Path, clock: Clock
) -> None:
    with opened_app(kystby_store, tmp_path, clock=clock) as app:
        looking, working = app.as_(Role.COORDINATOR), app.as_(Role.COORDINATOR)

        def look(headers: Headers) -> int:
            return app.get("/health/revision", headers).status_code

        for _ in range(6):
            assert (look(looking), look(working)) == (200, 200)
            app.get("/me", working)
            clock.turn(minutes=5)
        assert (look(looking), look(working)) == (401, 200)


def test_invalid_characters_never_cause_a_server_error(app: TestApp, admin: Headers) -> None:
    for text in ("\\u0000", "\\ud800", "\\udfff\\ud800"):
        for path in ("/sessions", "/setup", "/accounts", "/me/password", "/accounts/x/grants"):
            body = (
                f'{{"login": "{text}", "password": "{text}", "code": "{text}", "role": "{text}"}}'
            )
            answer = app.http.post(
                path, content=body, headers=admin | {"Content-Type": "application/json"}
            )
            assert answer.status_code in (400, 401, 404, 422), (path, answer.text)
    for path in ("/accounts/%00", "/accounts/%00/tokens", "/accounts?after=%00"):
        assert app.get(path, admin).status_code in (200, 404)
    assert app.http.delete("/grants/%00", headers=admin).status_code == 404
    assert app.http.delete("/me/tokens/%00", headers=admin).status_code == 404
