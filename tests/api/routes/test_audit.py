"""The audit over HTTP: own rows for everybody, all rows for the DPO, no data without a row."""

from datetime import timedelta
from typing import Any, get_args

import pytest

from api.audit.entry import AuditKind
from api.schemas.audit import RowKind
from graph.access.policy import Role
from tests.api.audit.forgeries import FORGERIES
from tests.api.audit.logs import refuse_rows, tampering
from tests.change_sets import change_set
from tests.fixtures.app import Headers, TestApp
from tests.fixtures.details import numbers_of

DPO_ROUTES = (
    "/audit/rows", "/audit/subjects/amina", "/audit/verify", "/audit/sample",
    "/audit/breach?caller=acc-1&since=2026-01-01T00:00:00Z&until=2027-01-01T00:00:00Z",
)  # fmt: skip


def month_of(app: TestApp) -> str:
    return app.audit.storage.existing_months()[-1]


def test_audit_routes_are_for_the_dpo_alone_and_denials_are_logged(app: TestApp) -> None:
    for role in Role:
        headers = app.as_(role)
        for route in DPO_ROUTES:
            answer = app.get(route, headers)
            assert answer.status_code == (200 if role is Role.DPO else 403), (role, route)
        response = app.post("/audit/terms", headers, {"word": "kystby"})
        assert response.status_code == (200 if role is Role.DPO else 403)
    rows = [row for row in app.rows() if row.kind is AuditKind.DENIED]
    assert len(rows) == (len(Role) - 1) * (len(DPO_ROUTES) + 1)
    assert app.get("/audit/rows").status_code == 401
    assert (app.rows()[-1].kind, app.rows()[-1].result) == (AuditKind.DENIED, 401)


def test_audit_rows_are_paged_for_the_dpo_and_reading_them_is_logged(app: TestApp) -> None:
    coordinator, dpo = app.as_(Role.COORDINATOR), app.as_(Role.DPO)
    for _ in range(3):
        app.get("/names", coordinator, text="amina")
    first = app.get("/audit/rows", dpo, limit=4).json()
    assert [row["action"] for row in first["rows"]] == ["read_rows", *["read_names"] * 3]
    rest = app.get("/audit/rows", dpo, **{"limit": 4, "before": first["next"]}).json()
    assert (rest["rows"][-1]["seq"], rest["next"]) == (1, None)
    assert app.rows()[-1].action == "read_rows"
    caller = rest["rows"][-1]["caller"]
    of_one = app.get("/audit/rows", dpo, caller=caller).json()
    assert {row["caller"] for row in of_one["rows"]} == {caller}


def test_audit_rows_are_filtered_by_action_purpose_and_time(app: TestApp) -> None:
    coordinator, dpo = app.as_(Role.COORDINATOR), app.as_(Role.DPO)
    app.get("/names", coordinator, text="amina")
    body = {"detail": "phone-bo", "channel": "MOBILE", "purpose": "RELEASE"}
    app.post("/reveal", coordinator, body)
    at = app.rows()[-1].at

    def actions(**query: str) -> list[tuple[str, str | None]]:
        rows = app.get("/audit/rows", dpo, **query).json()["rows"]
        return [(row["action"], row["purpose"]) for row in rows]

    assert set(actions(action="read_names")) == {("read_names", None)}
    assert ("reveal_detail", "RELEASE") in actions(purpose="RELEASE")
    assert actions(purpose="ACUTE") == []
    later = (at + timedelta(seconds=1)).isoformat()
    assert not [item for item in actions(since=later) if item[0] != "read_rows"]
    assert {item for item, _ in actions(until=later)} >= {"read_names", "reveal_detail"}
    for wrong in ({"purpose": "FUN"}, {"kind": "seen"}, {"role": "BOSS"}):
        assert app.get("/audit/rows", dpo, **wrong).status_code == 422


def test_audit_rows_are_filtered_by_role_alone_or_among_others(app: TestApp) -> None:
    dpo = app.as_(Role.DPO)
    for roles in ((Role.COORDINATOR,), (Role.COORDINATOR, Role.ANALYST), (Role.STEWARD,)):
        app.get("/names", app.as_(*roles), text="amina")

    def roles_found(role: str) -> set[str]:
        return {row["role"] for row in app.get("/audit/rows", dpo, role=role).json()["rows"]}

    assert roles_found("COORDINATOR") == {"COORDINATOR", "ANALYST+COORDINATOR"}
    assert roles_found("ANALYST") == {"ANALYST+COORDINATOR"}
    assert roles_found("STEWARD") == {"STEWARD"}
    assert roles_found("OUTREACH") == set()
    assert roles_found("DPO") == {"DPO"}
    assert (app.rows()[-1].role, app.rows()[-2].asked) == ("DPO", {"role": "DPO"})


@pytest.mark.slow
def test_audit_rows_are_filtered_by_kind(app: TestApp) -> None:
    coordinator, dpo = app.as_(Role.COORDINATOR), app.as_(Role.DPO)
    app.store.apply(change_set(creates=numbers_of("bo", 31)))
    body = {"channel": "MOBILE", "purpose": "RELEASE"}
    for place in range(31):
        app.post("/reveal", coordinator, {**body, "detail": f"number-{place}"})
    answer = app.get("/audit/rows", dpo, kind="alert").json()
    assert [(row["kind"], row["action"]) for row in answer["rows"]] == [("alert", "reveal_detail")]
    rows = app.get("/audit/rows", dpo, kind="asked").json()["rows"]
    assert {row["kind"] for row in rows} == {"asked"}


def test_a_dpo_of_some_areas_reads_only_their_audit_rows(app: TestApp) -> None:
    ours = app.as_(Role.COORDINATOR)
    theirs = app.as_(Role.COORDINATOR, areas=("nabo",))
    everywhere = app.as_(Role.COORDINATOR, areas=("dk",))
    for headers, text in ((ours, "amina"), (theirs, "erik"), (theirs, "amina"),
                          (everywhere, "erik"), (everywhere, "kystby")):  # fmt: skip
        assert app.get("/names", headers, text=text).status_code == 200
    narrow, wide = app.as_(Role.DPO, areas=("nabo",)), app.as_(Role.DPO, areas=("dk",))

    def rows(headers: Headers) -> list[dict[str, Any]]:
        answer = app.get("/audit/rows", headers, action="read_names", kind="shown")
        return list(answer.json()["rows"])

    assert len(rows(wide)) == 5
    item = rows(narrow)
    assert sorted((record["subjects"] for record in item), key=str) == [["erik"], ["erik"], []]
    assert len(app.get("/entities", everywhere, label="Person").json()["found"]) == 5
    answers = [
        app.get("/audit/rows", headers, action="read_entities", kind="shown").json()
        for headers in (narrow, wide)
    ]
    assert [answer["rows"][0]["subjects"] for answer in answers] == [
        ["erik"], ["amina", "bo", "carl", "dina", "erik"],
    ]  # fmt: skip
    searched = [row for row in app.rows() if row.action == "read_names"]
    callers = {row.caller for row in searched if row.subjects == ("erik",)}
    assert {record["caller"] for record in item} == callers

    def members(headers: Headers, path: str, member: str) -> list[Any]:
        return list(app.get(path, headers).json()[member])

    assert members(narrow, "/audit/subjects/erik", "look_ups")
    assert members(narrow, "/audit/subjects/amina", "look_ups") == []
    assert members(wide, "/audit/subjects/amina", "look_ups")
    (mine,) = {row.caller for row in searched if row.subjects == ("amina",)} - callers
    breach = f"/audit/breach?caller={mine}&since=2026-01-01T00:00:00Z&until=2027-01-01T00:00:00Z"
    assert (members(narrow, breach, "exposed"), len(members(wide, breach, "exposed"))) == ([], 1)
    body = app.get("/audit/sample", narrow, size=200).json()
    assert mine not in {other["caller"] for other in body["others"]}
    words = [
        app.post("/audit/terms", narrow, {"word": word}).json()["rows"]
        for word in ("kystby", "erik")
    ]
    searches = [[row for row in rows if row["action"] == "read_names"] for rows in words]
    assert searches[0] == []
    assert searches[1]
    assert {search["caller"] for search in searches[1]} <= callers


def test_own_audit_rows_do_not_reveal_whether_a_hidden_person_exists(app: TestApp) -> None:
    coordinator = app.as_(Role.COORDINATOR)
    for node in ("amina", "erik", "nobody"):  # seen, hidden, absent
        body = {"start": "ihd", "target": "ssp-post", "node": node}
        answer = app.post("/paths/why-not", coordinator, body)
        assert (answer.status_code, node in answer.text) == (200, True)
    mine = app.get("/audit/mine", coordinator).json()["rows"]
    actual = [(row["action"], row["persons"]) for row in reversed(mine)]
    (_, seen), (_, hidden), (_, absent) = actual
    assert seen == hidden + 1
    assert hidden == absent


def test_own_audit_rows_are_readable_and_reading_them_is_not_logged(app: TestApp) -> None:
    amina, other = app.as_(Role.COORDINATOR, person="amina"), app.as_(Role.ANALYST)
    app.get("/names", amina, text="amina")
    app.get("/names", other, text="bo")
    app.get("/names", amina, text="a")
    before = app.audit.head()
    mine = app.get("/audit/mine", amina).json()
    assert [(row["kind"], row["result"], row["persons"]) for row in mine["rows"]] == [
        ("not_done", 422, 0), ("shown", 200, 1),
    ]  # fmt: skip
    page = app.get("/audit/mine", amina, limit=1).json()
    rest = app.get("/audit/mine", amina, before=page["next"]).json()
    assert [*page["rows"], *rest["rows"]] == mine["rows"]
    assert app.audit.head() == before


def test_about_me_lists_look_ups_by_office_and_role_without_the_caller(app: TestApp) -> None:
    bo, carl = app.as_(Role.COORDINATOR, person="bo"), app.as_(Role.COORDINATOR, person="carl")
    for _ in range(2):
        app.get("/names", carl, text="bo", limit=1)
    answer = app.get("/audit/about-me", bo)
    assert [(look_up["offices"], look_up["role"]) for look_up in answer.json()["look_ups"]] == [
        (["INFOHOUSE_COORDINATOR_DISTRICT"], "COORDINATOR")
    ] * 2
    assert "acc-" not in answer.text
    assert "carl" not in answer.text
    assert "req-" not in answer.text
    assert app.get("/audit/about-me", app.as_(Role.COORDINATOR)).json()["look_ups"] == []
    same = app.get("/audit/subjects/bo", app.as_(Role.DPO)).json()
    assert same["look_ups"] == answer.json()["look_ups"]
    again = app.get("/audit/about-me", bo).json()["look_ups"]
    assert (again[0]["role"], len(again)) == ("DPO", 3)  # the DPO has looked too


def test_a_citizen_number_in_a_subject_query_is_not_logged(app: TestApp) -> None:
    answer = app.get("/audit/subjects/0101701234", app.as_(Role.DPO))
    assert answer.json() == {"look_ups": [], "next": None}
    assert "0101701234" not in repr(app.rows())


def test_a_search_term_is_found_by_exact_word_but_not_stored(app: TestApp, dpo: Headers) -> None:
    app.get("/names", app.as_(Role.COORDINATOR), text="Amina")
    rows = app.post("/audit/terms", dpo, {"word": "amina "}).json()["rows"]
    assert [row["action"] for row in rows] == ["find_term", "read_names"]  # the search is a row
    part = app.post("/audit/terms", dpo, {"word": "ami"}).json()["rows"]
    assert [row["action"] for row in part] == ["find_term"]
    files = b"".join(file.read_bytes() for file in (app.folder / "audit").iterdir())
    assert b"Amina" not in files


def test_a_breach_report_lists_the_persons_shown_to_a_caller(app: TestApp) -> None:
    app.get("/names", app.as_(Role.COORDINATOR), text="amina")
    row = app.rows()[-1]
    dpo, hour = app.as_(Role.DPO), timedelta(hours=1)
    query = {"caller": row.caller, "since": (row.at - hour).isoformat(),
             "until": (row.at + hour).isoformat()}  # fmt: skip
    body = app.get("/audit/breach", dpo, **query).json()["exposed"]
    assert [(item["person"], item["count"]) for item in body] == [("amina", 1)]
    swapped = query | {"since": query["until"], "until": query["since"]}
    assert app.get("/audit/breach", dpo, **swapped).status_code == 422
    naive = query | {"since": "2026-11-25T09:00:00"}
    assert app.get("/audit/breach", dpo, **naive).status_code == 422


@pytest.mark.parametrize("path", ["sample?until", "sample?since", "rows?until", "rows?since"])
@pytest.mark.parametrize("at", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00"])
def test_a_moment_at_the_end_of_the_calendar_is_refused(app: TestApp, path: str, at: str) -> None:
    answer = app.get(f"/audit/{path}={at}", app.as_(Role.DPO))
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid")


def test_an_audit_sample_without_urgent_rows_draws_half_its_size(app: TestApp) -> None:
    for _ in range(4):
        app.get("/names", app.as_(Role.COORDINATOR), text="amina")
    body = app.get("/audit/sample", app.as_(Role.DPO), size=4).json()
    assert (len(body["urgent"]), len(body["others"])) == (0, 2)


def test_verify_reports_a_tampered_audit_row_over_http(app: TestApp, dpo: Headers) -> None:
    app.get("/names", app.as_(Role.COORDINATOR), text="amina")
    verdict = app.get("/audit/verify", dpo).json()
    assert (verdict["broken"], verdict["is_whole"], verdict["anchors"]) == (None, True, None)
    with tampering(app.folder, month_of(app)) as file:
        FORGERIES["edit"](file, 2)
    verdict = app.get("/audit/verify", dpo).json()
    assert verdict["broken"] == {"seq": 2, "why": "CHANGED"}


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.DPO])
def test_requests_respond_with_503_while_audit_rows_cannot_be_written(
    app: TestApp, role: Role
) -> None:
    headers, query = app.as_(role), {"text": "amina"}
    known = app.as_(role, person="amina")
    assert app.get("/names", headers, **query).status_code == 200
    with tampering(app.folder, month_of(app)) as file:
        file.execute("ALTER TABLE audit RENAME TO elsewhere")
    for headers_of in (headers, {}):
        answer = app.get("/names", headers_of, **query)
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/audit-unavailable")
        assert "retry-after" in answer.headers
        assert "amina" not in answer.text
    for route in ("/audit/mine", "/audit/about-me"):  # they leave no row, and read none
        assert app.get(route, known).status_code == 503
    with tampering(app.folder, month_of(app)) as file:
        file.execute("ALTER TABLE elsewhere RENAME TO audit")
    assert app.get("/names", headers, **query).status_code == 200


def test_the_response_is_withheld_when_its_shown_row_cannot_be_written(
    app: TestApp, coordinator: Headers
) -> None:
    app.get("/names", coordinator, text="amina")
    refuse_rows(app.folder, month_of(app), "new.kind = 'shown'")
    answer = app.get("/names", coordinator, text="amina")
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/audit-unavailable")
    assert "amina" not in answer.text
    assert app.rows()[-1].kind is AuditKind.ASKED


def test_audit_rows_record_the_roles_of_the_caller(app: TestApp) -> None:
    both = app.as_(Role.COORDINATOR, Role.ANALYST)
    app.get("/names", both, text="amina")
    assert app.rows()[-1].role == "ANALYST+COORDINATOR"
    app.get("/audit/rows", both)
    assert (app.rows()[-1].kind, app.rows()[-1].role) == (AuditKind.DENIED, "ANALYST+COORDINATOR")


@pytest.mark.parametrize("place", ["verify?after=", "rows?before=", "subjects/amina?before="])
def test_a_row_number_beyond_the_limit_is_refused(app: TestApp, place: str, dpo: Headers) -> None:
    for number, status in ((2**53 - 1, 200), (2**53, 422), (2**63, 422), (2**80, 422)):
        assert app.get(f"/audit/{place}{number}", dpo).status_code == status, number


def test_row_kind_schema_matches_the_audit_kinds() -> None:
    assert set(get_args(RowKind)) == {kind.value for kind in AuditKind}


def test_audit_rows_are_filtered_by_login_and_person_and_resolve_ids_to_names(
    app: TestApp,
) -> None:
    coordinator, dpo = app.as_(Role.COORDINATOR), app.as_(Role.DPO)
    app.get("/names", coordinator, text="amina")
    app.get("/entities/ssp-post", coordinator)
    row = next(row for row in app.rows() if row.action == "read_names" and row.subjects)
    login = app.accounts.logins.find(str(row.caller)).login

    def rows_page(**query: str) -> dict[str, Any]:
        return dict(app.get("/audit/rows", dpo, **query).json())

    of_login = rows_page(login=login.upper())
    assert {entry["caller"] for entry in of_login["rows"]} == {row.caller}
    assert of_login["logins"] == {row.caller: login}
    assert of_login["names"]["amina"].startswith("Amina")
    assert of_login["names"]["ssp-post"].startswith("SSP-koordinator")
    assert {entry["action"] for entry in rows_page(person="amina")["rows"]} >= {"read_names"}
    assert rows_page(login=login, caller="acc-other")["rows"] == []
    assert rows_page(login="nobody.here") == {"rows": [], "next": None, "logins": {}, "names": {}}
    logged = [row.asked for row in app.rows() if row.action == "read_rows" and row.asked]
    assert logged[1] == {"person": "amina"}
    assert all(parameters.get("login", "hmac:").startswith("hmac:") for parameters in logged)


def test_audit_rows_resolve_no_person_names_outside_the_areas_of_the_dpo(app: TestApp) -> None:
    app.get("/names", app.as_(Role.COORDINATOR, areas=("dk",)), text="erik")
    app.get("/entities", app.as_(Role.COORDINATOR, areas=("dk",)), label="Person")
    narrow = app.get("/audit/rows", app.as_(Role.DPO, areas=("nabo",))).json()
    assert set(narrow["names"]) & {"amina", "bo", "carl", "dina", "erik"} == {"erik"}
