"""Accounts, rights and tokens over HTTP."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest

from api.danish_time import COPENHAGEN
from api.identity.changes import HOST
from api.identity.principal import NOT_FOR_TOKENS
from api.identity.store import Assurance
from api.schemas import accounts
from api.settings import Settings
from graph.access.policy import Grant, Role, Task
from graph.store.store import Store
from graph.vocabulary import AreaKind, PreventionLevel
from tests.api.routes.account_setup import account_of, session_of
from tests.change_sets import change_set
from tests.fixtures.accounts import PASSWORD
from tests.fixtures.app import Headers, TestApp, bearer, opened_app
from tests.graph.paths.additions import area

ADMIN_ROUTES = (
    ("GET", "/accounts"), ("POST", "/accounts"), ("GET", "/accounts/x"),
    ("POST", "/accounts/x/disable"), ("POST", "/accounts/x/enable"),
    ("POST", "/accounts/x/second-factor/forget"), ("POST", "/accounts/x/grants"),
    ("DELETE", "/grants/x"), ("GET", "/accounts/x/tokens"), ("DELETE", "/accounts/x/tokens/y"),
    ("GET", "/accounts/x/sessions"), ("DELETE", "/accounts/x/sessions"), ("POST", "/accounts/list"),
)  # fmt: skip
SECOND_ROUTES = (
    ("GET", "/account-changes"), ("GET", "/grant-areas"), ("POST", "/account-changes/x/confirm"),
    ("POST", "/account-changes/x/refuse"),
)  # fmt: skip


def test_account_lifecycle_from_invitation_to_confirmed_grant_to_sign_out(
    app: TestApp, admin: Headers
) -> None:
    account = account_of(app, admin, "line.bak")
    line = session_of(app, "line.bak")
    me = app.get("/me", line).json()
    assert (me["login"], me["grants"], me["assurance"]) == ("line.bak", [], "PASSWORD")
    query = {"text": "amina"}
    assert app.get("/names", line, **query).status_code == 403
    right = {"role": "COORDINATOR", "areas": ["kystby"]}
    answer = app.post(f"/accounts/{account}/grants", admin, right)
    assert (answer.status_code, answer.json()["state"]) == (201, "WAITING")
    assert app.get("/names", line, **query).status_code == 403
    path = f"/account-changes/{answer.json()['id']}/confirm"
    assert app.post(path, app.as_(Role.DPO)).json()["state"] == "DONE"
    assert app.get("/names", line, **query).status_code == 200
    app.http.delete(f"/grants/{answer.json()['grant']['id']}", headers=admin)
    assert app.get("/names", line, **query).json()["type"].endswith("no-grant")
    assert app.http.delete("/sessions/current", headers=line).status_code == 204
    assert app.get("/me", line).status_code == 401


@pytest.mark.slow
def test_account_routes_refuse_other_roles_and_password_only_administrators(
    app: TestApp, dpo: Headers
) -> None:
    watching = (Role.DPO, Role.ADMIN)
    callers = [(app.as_(role), "forbidden") for role in Role if role not in watching]
    callers.append((bearer(app.token(Role.ADMIN, assurance=Assurance.PASSWORD)), "step-up"))
    callers.append((app.as_(), "no-grant"))
    callers.append(({}, "unauthenticated"))
    bodies: dict[str, dict[str, Any]] = {
        "/accounts": {"login": "mallory"}, "/accounts/x/grants": {"role": "ADMIN"},
        "/accounts/list": {"accounts": [{"login": "mallory"}]},
    }  # fmt: skip
    cases = [(*caller, ADMIN_ROUTES + SECOND_ROUTES) for caller in callers]
    for headers, slug, routes in (*cases, (dpo, "forbidden", ADMIN_ROUTES)):
        for method, path in routes:
            answer = app.http.request(method, path, headers=headers, json=bodies.get(path))
            assert answer.json()["type"] == f"/problems/{slug}", (method, path)
    assert all(login.login != "mallory" for login in app.accounts.logins.all())


def test_me_lists_permitted_tasks_and_translated_reasons_for_the_others(app: TestApp) -> None:
    analyst = app.as_(Role.ANALYST, person="amina")
    me = app.get("/me", analyst, lang="en").json()
    tasks = {item["task"]: item for item in me["tasks"]}
    assert set(tasks) == {task.value for task in Task}
    assert (tasks["QUESTION"]["may"], tasks["QUESTION"]["why_not"]) == (True, None)
    assert tasks["VERIFY"]["may"] is False
    assert tasks["VERIFY"]["why_not"].startswith("Requires one of the roles: Coordinator")
    assert tasks["ACCOUNTS"]["why_not"] == "Requires one of the roles: Administrator."
    assert (me["person"], me["posts"]) == ("amina", ["ssp-post"])
    danish = app.get("/me", analyst).json()["tasks"]
    assert {item["why_not"] for item in danish if item["task"] == "ACCOUNTS"} == {
        "Kræver en af rollerne: Administrator."
    }
    weak = bearer(app.token(Role.DPO, assurance=Assurance.PASSWORD))
    watch = app.get("/me", weak).json()["tasks"]
    assert all("engangskode" in item["why_not"] for item in watch if item["task"] == "AUDIT")
    assert not any(item["may"] for item in app.get("/me", app.as_()).json()["tasks"])
    assert app.get("/me").status_code == 401


def test_a_dpo_needs_two_administrators_and_both_steps_alert(app: TestApp) -> None:
    first, second = app.as_(Role.ADMIN), app.as_(Role.ADMIN)
    account = account_of(app, first, "carl")
    body = app.post(f"/accounts/{account}/grants", first, {"role": "DPO", "areas": ["dk"]}).json()
    assert (body["state"], body["grant"]["is_waiting"], body["login"]) == (
        "WAITING", True, "carl",
    )  # fmt: skip
    path = f"/account-changes/{body['id']}/confirm"
    alone = app.post(path, first, lang="en").json()
    assert alone["type"] == "/problems/own-rights"
    assert f"kontaktvej user confirm {body['id']}" in alone["detail"]
    assert app.post(path, session_of(app, "carl")).status_code == 403
    (waiting,) = app.get("/account-changes", second).json()["waiting"]
    assert waiting == body
    confirmed = app.post(path, second)
    assert (confirmed.status_code, confirmed.json()["state"]) == (200, "DONE")
    beside = {"role": "COORDINATOR", "areas": ["kystby"]}
    assert app.post(f"/accounts/{account}/grants", first, beside).status_code == 409
    content = app.get("/account-changes", second).json()
    assert (content["waiting"], content["decided"][0]["id"]) == ([], body["id"])
    alerts = [row["action"] for row in app.json_rows() if row["kind"] == "alert"]
    assert alerts == [
        "give_grant", "confirm_account_change", "confirm_account_change", "give_grant",
    ]  # fmt: skip


def test_disabling_or_revoking_an_admin_or_dpo_needs_a_second_account(app: TestApp) -> None:
    first, second, dpo = app.as_(Role.ADMIN), app.as_(Role.ADMIN), app.as_(Role.DPO)
    for watching, other in ((second, dpo), (dpo, second)):
        me = app.get("/me", watching).json()
        account, grant = me["account"], me["grants"][0]["id"]
        before = sum(row["kind"] == "alert" for row in app.json_rows())
        for method, path in (
            ("POST", f"/accounts/{account}/disable"), ("DELETE", f"/grants/{grant}")
        ):  # fmt: skip
            answer = app.http.request(method, path, headers=first)
            assert (answer.status_code, answer.json()["state"]) == (200, "WAITING"), path
            again = app.http.request(method, path, headers=first).json()
            assert (again["type"], answer.json()["id"] in again["detail"]) == (
                "/problems/duplicate", True,
            )  # fmt: skip
            decide = f"/account-changes/{answer.json()['id']}"
            for own in (f"{decide}/confirm", f"{decide}/refuse"):
                assert app.post(own, watching).json()["type"] == "/problems/own-rights", own
            assert app.get("/me", watching).json()["grants"] == me["grants"]
            assert app.post(f"{decide}/refuse", other).json()["state"] == "REFUSED"
        assert sum(row["kind"] == "alert" for row in app.json_rows()) - before == 10
    own = app.get("/me", second).json()["account"]
    answer = app.post(f"/accounts/{own}/disable", first).json()
    assert app.post(f"/account-changes/{answer['id']}/confirm", dpo).json()["state"] == "DONE"
    assert app.get("/me", second).status_code == 401


def test_creating_an_account_does_not_return_an_invitation_code(
    app: TestApp, admin: Headers
) -> None:
    answer = app.post("/accounts", admin, {"login": "line.bak"})
    assert "code" not in answer.text
    assert (answer.json()["is_invited"], answer.json()["grants"]) == (False, [])
    assert app.post(f"/accounts/{answer.json()['id']}/invitation", admin).status_code == 404


def test_a_waiting_grant_shows_the_external_subject_to_the_confirming_dpo(app: TestApp) -> None:
    admin, dpo = app.as_(Role.ADMIN), app.as_(Role.DPO)
    subject = {"issuer": "https://login.example", "subject": "24829"}
    answer = app.post("/accounts", admin, {"login": "line", "subject": subject})
    assert answer.json()["subject"] == subject
    right = {"role": "STEWARD", "areas": ["kystby"]}
    path = f"/accounts/{answer.json()['id']}/grants"
    assert app.post(path, admin, right).json()["state"] == "WAITING"
    (waiting,) = app.get("/account-changes", dpo).json()["waiting"]
    assert waiting["subject"] == subject


def test_an_administrator_cannot_change_their_own_account_or_grants(
    app: TestApp, admin: Headers
) -> None:
    me = app.get("/me", admin).json()
    own, grant = me["account"], me["grants"][0]["id"]
    for role in Role:
        answer = app.post(f"/accounts/{own}/grants", admin, {"role": role.value, "areas": ["dk"]})
        assert answer.status_code in (403, 409), role
    for method, path in (
        ("DELETE", f"/grants/{grant}"), ("POST", f"/accounts/{own}/disable"),
        ("POST", f"/accounts/{own}/enable"), ("POST", f"/accounts/{own}/second-factor/forget"),
    ):  # fmt: skip
        answer = app.http.request(method, path, headers=admin)
        assert answer.json()["type"] == "/problems/own-rights", path
    assert app.get("/me", admin).json() == me


def test_an_invalid_grant_is_refused(app: TestApp) -> None:
    account, admin = app.account(), app.as_(Role.ADMIN)
    right: dict[str, Any] = {"role": "COORDINATOR", "areas": ["kystby"]}
    cases: tuple[tuple[dict[str, Any], int], ...] = (
        ({"areas": ["nowhere"]}, 404), ({"areas": ["ssp-post"]}, 404), ({"areas": ["amina"]}, 404),
        ({"areas": ["../dk"]}, 404), ({"areas": []}, 422), ({"levels": []}, 422),
        ({"levels": ["ALL"]}, 422), ({"role": "ROOT"}, 422), ({"valid_to": "2026-13-01"}, 422),
        ({"valid_from": "2027-01-02", "valid_to": "2027-01-01"}, 422),
        ({"confirmed_by": "host"}, 422), ({"role": "SERVICE"}, 409),
    )  # fmt: skip
    for changed, status in cases:
        answer = app.post(f"/accounts/{account}/grants", admin, {**right, **changed})
        assert answer.status_code == status, changed
    assert app.accounts.grants.of(account) == ()


def test_unknown_ids_on_account_routes_respond_with_404_without_the_id(
    app: TestApp, admin: Headers
) -> None:
    bodies = {"/accounts/x/grants": {"role": "ANALYST", "areas": ["kystby"]}}
    for method, path in ADMIN_ROUTES + SECOND_ROUTES:
        if path in ("/accounts", "/accounts/list", "/account-changes", "/grant-areas"):
            continue
        answer = app.http.request(method, path, headers=admin, json=bodies.get(path))
        assert answer.status_code == 404, (method, path)
        assert "x" not in answer.json()["detail"].split()


def test_disabling_an_account_or_redeeming_a_new_invitation_ends_its_sessions(app: TestApp) -> None:
    admin = app.as_(Role.ADMIN)
    account = account_of(app, admin, "line.bak")
    line = session_of(app, "line.bak")
    again = app.accounts.logins.invite(account).code
    assert app.http.get("/me", headers=line).status_code == 200  # until the code is redeemed
    body = {"code": again, "password": PASSWORD}
    assert app.post("/invitations/redeem", {}, body).status_code == 201
    assert app.post("/invitations/redeem", {}, body).status_code == 401
    assert app.get("/me", line).status_code == 401
    line = session_of(app, "line.bak")
    done = app.post(f"/accounts/{account}/disable", admin)
    assert (done.status_code, done.json()["state"]) == (200, "DONE")
    assert app.get("/me", line).status_code == 401
    assert app.get(f"/accounts/{account}", admin).json()["is_disabled"]
    assert app.post(f"/accounts/{account}/enable", admin).json()["state"] == "DONE"
    assert app.get("/me", line).status_code == 401
    session_of(app, "line.bak")


def test_accounts_are_paged_by_login_and_searchable_by_text(app: TestApp, admin: Headers) -> None:
    for login in ("bo", "carl", "amina"):
        assert app.post("/accounts", admin, {"login": login}).status_code == 201
    assert app.post("/accounts", admin, {"login": "BO"}).status_code == 409
    page = app.get("/accounts", admin, limit=2).json()
    assert [item["login"] for item in page["found"]] == ["amina", "bo"]
    rest = app.get("/accounts", admin, after=page["next"]).json()
    assert rest["found"][0]["login"] == "carl"
    assert rest["next"] is None
    assert not page["found"][0]["is_invited"]
    sought = app.get("/accounts", admin, text="AR").json()["found"]
    assert [item["login"] for item in sought] == ["carl"]
    assert app.get("/accounts", admin, text="a_i").json()["found"] == []


def test_last_use_is_the_day_of_the_newest_row_in_the_log(app: TestApp, admin: Headers) -> None:
    account = account_of(app, admin, "line.bak")
    idle = app.post("/accounts", admin, {"login": "idle"}).json()
    assert idle["last_used_on"] is None
    app.get("/me/tokens", session_of(app, "line.bak"))
    today = app.rows()[-1].at.astimezone(COPENHAGEN).date().isoformat()
    assert app.read(f"/accounts/{account}", admin)["last_used_on"] == today
    last_used = {
        item["login"]: item["last_used_on"] for item in app.read("/accounts", admin)["found"]
    }
    assert (last_used["line.bak"], last_used["idle"]) == (today, None)


def test_an_account_lists_and_ends_its_own_sessions(app: TestApp, admin: Headers) -> None:
    account = account_of(app, admin, "line.bak")
    here, there, third = (session_of(app, "line.bak") for _ in range(3))
    other = app.read("/me", there)["via"]
    sessions = app.read("/me/sessions", here)["found"]
    assert [item["is_current"] for item in sessions].count(True) == 1
    assert {item["id"] for item in sessions} == {
        app.read("/me", headers)["via"] for headers in (here, there, third)
    }
    assert {item["assurance"] for item in sessions} == {"PASSWORD"}
    stranger = app.as_(Role.COORDINATOR)
    assert app.http.delete(f"/me/sessions/{other}", headers=stranger).status_code == 404
    assert app.get("/me", there).status_code == 200
    assert app.http.delete(f"/me/sessions/{other}", headers=here).status_code == 204
    assert app.http.delete(f"/me/sessions/{other}", headers=here).status_code == 404
    assert app.get("/me", there).status_code == 401
    assert app.http.delete("/me/sessions", headers=here).status_code == 204
    assert [app.get("/me", headers).status_code for headers in (here, third)] == [200, 401]
    token = app.accounts.tokens.make(
        account, label="notebook", scopes=[Task.OWN], days=1, made_by=account
    )
    by_token = bearer(token.text or "")
    assert app.get("/me/sessions", by_token).status_code == 200
    for path in ("/me/sessions", f"/me/sessions/{sessions[0]['id']}"):
        answer = app.http.delete(path, headers=by_token)
        assert answer.json()["type"] == "/problems/step-up", path


def test_an_administrator_signs_an_account_out_everywhere(app: TestApp, admin: Headers) -> None:
    account = account_of(app, admin, "line.bak")
    line = session_of(app, "line.bak")
    (item,) = app.read(f"/accounts/{account}/sessions", admin)["found"]
    assert (item["id"], item["is_current"]) == (app.read("/me", line)["via"], False)
    before = sum(row["kind"] == "alert" for row in app.json_rows())
    assert app.http.delete(f"/accounts/{account}/sessions", headers=admin).status_code == 204
    assert app.get("/me", line).status_code == 401
    session_of(app, "line.bak")  # the account may sign in again
    assert sum(row["kind"] == "alert" for row in app.json_rows()) == before
    dpo = app.as_(Role.DPO)
    watching = app.read("/me", dpo)["account"]
    assert app.http.delete(f"/accounts/{watching}/sessions", headers=admin).status_code == 204
    assert app.get("/me", dpo).status_code == 401
    alert = next(row for row in reversed(app.json_rows()) if row["kind"] == "alert")
    assert (alert["action"], alert["asked"]) == ("end_sessions_of", {"account": watching})


def test_the_areas_of_grants_have_names(app: TestApp, admin: Headers) -> None:
    areas = {area["id"]: area for area in app.read("/grant-areas", admin)["found"]}
    assert areas["kystby"]["name"] == "Kystby"
    assert areas["kystby"]["kind"] == "MUNICIPALITY"
    assert "ssp-post" not in areas
    assert app.read("/grant-areas", app.as_(Role.DPO))["found"] == list(areas.values())


def test_a_grant_on_a_future_area_must_not_begin_before_the_area(
    app: TestApp, admin: Headers
) -> None:
    begins = "2027-01-01"
    region = area("reg-ost", AreaKind.REGION, valid_from=date.fromisoformat(begins))
    app.store.apply(change_set(creates=[region]))
    listed = {item["id"]: item["valid_from"] for item in app.read("/grant-areas", admin)["found"]}
    assert (listed["reg-ost"], listed["kystby"]) == (begins, None)
    account, statuses = app.account(), list[tuple[int, int]]()
    for first_day in (None, "2026-12-31", begins):
        grant = {"role": "ANALYST", "areas": ["reg-ost"], "valid_from": first_day}
        given = app.post(f"/accounts/{account}/grants", admin, grant)
        body = {"accounts": [{"login": "new", "grants": [grant]}], "is_check": True}
        statuses.append((given.status_code, app.post("/accounts/list", admin, body).status_code))
    assert statuses == [(404, 422), (404, 422), (201, 200)]


def test_a_grant_that_is_not_in_force_gives_no_budget_and_no_role_in_the_log(app: TestApp) -> None:
    account, today = app.account(Role.ANALYST), app.directory.today()
    areas = frozenset({"kystby"})
    for grant in (
        Grant(role=Role.COORDINATOR, areas=areas, valid_to=today),
        Grant(role=Role.STEWARD, areas=areas, valid_from=today + timedelta(1)),
    ):
        app.accounts.grant(account, grant, given_by="test")
    headers = bearer(app.accounts.open_session(account, Assurance.STRONG))
    assert app.get("/names", headers, text="amina").status_code == 200
    assert {row.role for row in app.rows()} == {"ANALYST"}
    assert app.read("/me/budgets", headers) == app.read("/me/budgets", app.as_(Role.ANALYST))


def test_an_expired_dpo_grant_responds_with_no_grant_instead_of_step_up(app: TestApp) -> None:
    account = app.account()
    over = Grant(role=Role.DPO, areas=frozenset({"kystby"}), valid_to=app.directory.today())
    app.accounts.grant(account, over, given_by="test")
    weak = bearer(app.accounts.open_session(account, Assurance.PASSWORD))
    answer = app.get("/audit/rows", weak, lang="en").json()
    assert answer["type"] == "/problems/no-grant"
    assert answer["detail"].startswith("The rights of the account have ended.")


def test_calls_of_an_account_are_rate_limited_by_the_minute(
    kystby_store: Store, tmp_path: Path
) -> None:
    few = Settings(calls_per_min=6, names_per_min=3)
    with opened_app(kystby_store, tmp_path, few) as app:
        busy, calm = app.as_(Role.COORDINATOR), app.as_(Role.COORDINATOR)
        query = {"text": "amina"}
        codes = [app.get("/names", busy, **query).status_code for _ in range(4)]
        assert codes == [200, 200, 200, 429]
        others = [app.get("/me/tokens", busy) for _ in range(3)]
        assert [other.status_code for other in others] == [200, 200, 429]
        assert 1 <= int(others[-1].headers["retry-after"]) <= 60
        for path in ("/audit/mine", "/audit/about-me"):
            assert app.get(path, busy).status_code == 429, path
        for path in ("/me", "/health/revision"):  # polled by a screen
            assert app.get(path, busy).status_code == 200, path
        assert app.get("/names", calm, **query).status_code == 200


def test_every_answer_that_names_people_counts_for_the_hourly_limit(
    kystby_store: Store, tmp_path: Path
) -> None:
    with opened_app(kystby_store, tmp_path, Settings(people_per_hour=1)) as app:

        def codes(headers: Headers, *paths: str) -> list[int]:
            return [app.get(path, headers).status_code for path in paths]

        lists = ("/entities?label=Person", "/names?text=dina", "/links?type=HOLDS",
                 "/entities/dina", "/entities/ssp-post/neighborhood")  # fmt: skip
        coordinator = app.as_(Role.COORDINATOR)
        assert codes(coordinator, "/names?text=amina", *lists) == [200, *[429] * 5]
        need = {"start": "ihd", "target": "ssp-post"}
        path = app.post("/paths", coordinator, need, lang="en")
        assert path.status_code == 429
        assert path.json()["type"] == "/problems/people-limit"
        assert "You can go on with others at " in path.json()["detail"]
        assert 3_500 < int(path.headers["Retry-After"]) <= 3_600
        urgent = {"trigger": "ACUTE", "start": "ihd", "area": "kystby"}
        assert app.post("/paths", coordinator, urgent).status_code == 200
        # places, and people shown already, are not refused
        assert codes(coordinator, "/coverage", "/names?text=amina", "/entities/amina") == [200] * 3
        analyst = app.as_(Role.ANALYST)
        assert codes(analyst, lists[0], lists[0], lists[2]) == [200, 200, 200]  # without names
        alerts = [row for row in app.json_rows() if row["kind"] == "alert"]
        assert [row["asked"] for row in alerts] == [{"people_per_hour": 1}]
        refused = [row for row in app.json_rows() if row.get("result") == 429]
        assert [row["kind"] for row in refused] == ["not_done"] * 6


def test_account_schema_literals_match_the_domain_enums() -> None:
    assert set(get_args(accounts.Role)) == {role.value for role in Role}
    assert set(get_args(accounts.Level)) == {level.value for level in PreventionLevel}
    assert set(get_args(accounts.Assurance)) == {item.value for item in Assurance}
    assert set(get_args(accounts.TokenScope)) == {task.value for task in set(Task) - NOT_FOR_TOKENS}


def test_a_token_is_limited_to_its_scopes_and_cannot_create_tokens(
    app: TestApp, coordinator: Headers
) -> None:
    content = {"label": "notebook", "scopes": ["QUESTION", "OWN"], "days": 30}
    response = app.post("/me/tokens", coordinator, content)
    assert response.status_code == 201
    token = bearer(response.json()["text"])
    assert app.get("/names", token, text="amina").status_code == 200
    me = app.get("/me", token).json()
    assert me["scopes"] == ["OWN", "QUESTION"]
    assert {task["task"] for task in me["tasks"] if task["may"]} == {"OWN", "QUESTION"}
    for method, path, body in (
        ("POST", "/me/tokens", content),
        ("POST", "/me/password", {"password": PASSWORD, "new_password": PASSWORD}),
        ("POST", "/me/second-factor", {"password": PASSWORD}),
        ("DELETE", "/sessions/current", None),
    ):
        answer = app.http.request(method, path, json=body, headers=token)
        assert answer.json()["type"] == "/problems/step-up", path
        assert answer.json()["needed"] == "SESSION", path
    items = app.get("/me/tokens", token).json()["found"]
    assert [(item["id"], item["text"]) for item in items] == [(response.json()["id"], None)]
    path = f"/me/tokens/{response.json()['id']}"
    assert app.http.delete(path, headers=app.as_(Role.COORDINATOR)).status_code == 404
    assert app.http.delete(path, headers=coordinator).status_code == 204
    assert app.get("/me", token).status_code == 401


def test_a_token_with_invalid_scopes_days_or_label_is_refused(
    app: TestApp, coordinator: Headers
) -> None:
    too_much: tuple[dict[str, Any], ...] = (
        {"scopes": ["REVEAL"]}, {"scopes": ["ACCOUNTS"]}, {"scopes": []}, {"scopes": ["ALL"]},
        {"days": 91}, {"days": 0}, {"label": "Amina Søkilde"}, {"account": "acc-1"},
    )  # fmt: skip
    for changed in too_much:
        body = {"label": "notebook", "scopes": ["QUESTION"], "days": 30, **changed}
        assert app.post("/me/tokens", coordinator, body).status_code == 422, changed
    assert app.get("/me/tokens", coordinator).json() == {"found": []}


def test_a_service_token_is_made_on_the_host_and_ended_by_an_administrator(app: TestApp) -> None:
    admin = app.as_(Role.ADMIN)
    account, path = app.account(Role.SERVICE), "/accounts/{}/tokens"
    body = {"label": "nightly", "scopes": ["QUESTION"], "days": 90}
    assert app.post(path.format(account), admin, body).json()["type"] == "/problems/method"
    token = app.accounts.tokens.make(
        account, label="nightly", scopes=[Task.QUESTION], days=90, made_by=HOST
    )
    headers = bearer(token.text or "")
    assert app.get("/names", headers, text="amina").status_code == 200
    (item,) = app.get(path.format(account), admin).json()["found"]
    assert (item["id"], item["text"]) == (token.id, None)
    ended = app.http.delete(f"{path.format(account)}/{token.id}", headers=admin)
    assert ended.status_code == 204
    assert app.get("/me", headers).status_code == 401
