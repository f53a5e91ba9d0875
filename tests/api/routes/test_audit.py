"""The audit over HTTP: one's own for everybody, the whole for the DPO, no data without a row."""

from datetime import timedelta
from typing import Any, get_args

import pytest

from api.audit.entry import AuditKind
from api.schemas.audit import RowKind
from graph.access.policy import Role
from tests.api.audit.forgeries import FORGERIES
from tests.api.audit.logs import tampering
from tests.fixtures.app import TestApp

DPO_ROUTES = (
    "/audit/rows", "/audit/subjects/amina", "/audit/verify", "/audit/sample",
    "/audit/breach?caller=acc-1&since=2026-01-01T00:00:00Z&until=2027-01-01T00:00:00Z",
)  # fmt: skip


def month_of(app: TestApp) -> str:
    return app.audit.storage.begun()[-1]


def test_the_whole_log_is_for_the_dpo_alone_and_refusals_are_rows_too(app: TestApp) -> None:
    for role in Role:
        headers = app.as_(role)
        for route in DPO_ROUTES:
            answer = app.http.get(route, headers=headers)
            assert answer.status_code == (200 if role is Role.DPO else 403), (role, route)
        found = app.http.post("/audit/terms", json={"word": "kystby"}, headers=headers)
        assert found.status_code == (200 if role is Role.DPO else 403)
    denied = [row for row in app.rows() if row.kind is AuditKind.DENIED]
    assert len(denied) == (len(Role) - 1) * (len(DPO_ROUTES) + 1)
    assert app.http.get("/audit/rows").status_code == 401
    assert (app.rows()[-1].kind, app.rows()[-1].result) == (AuditKind.DENIED, 401)


def test_the_dpo_reads_rows_page_by_page_and_is_written_down_too(app: TestApp) -> None:
    coordinator, dpo = app.as_(Role.COORDINATOR), app.as_(Role.DPO)
    for _ in range(3):
        app.http.get("/names", params={"text": "amina"}, headers=coordinator)
    first = app.http.get("/audit/rows", params={"limit": 4}, headers=dpo).json()
    assert [row["action"] for row in first["rows"]] == ["read_rows", *["read_names"] * 3]
    asked = {"limit": 4, "before": first["next"]}
    rest = app.http.get("/audit/rows", params=asked, headers=dpo).json()
    assert (rest["rows"][-1]["seq"], rest["next"]) == (1, None)
    assert app.rows()[-1].action == "read_rows"
    caller = rest["rows"][-1]["caller"]
    of_one = app.http.get("/audit/rows", params={"caller": caller}, headers=dpo).json()
    assert {row["caller"] for row in of_one["rows"]} == {caller}


def test_the_dpo_reads_the_rows_of_an_action_a_purpose_and_a_time(app: TestApp) -> None:
    coordinator, dpo = app.as_(Role.COORDINATOR), app.as_(Role.DPO)
    app.http.get("/names", params={"text": "amina"}, headers=coordinator)
    asked = {"detail": "phone-bo", "channel": "MOBILE", "purpose": "RELEASE"}
    app.http.post("/reveal", json=asked, headers=coordinator)
    at = app.rows()[-1].at

    def found(**wanted: str) -> list[tuple[str, str | None]]:
        rows = app.http.get("/audit/rows", params=wanted, headers=dpo).json()["rows"]
        return [(row["action"], row["purpose"]) for row in rows]

    assert set(found(action="read_names")) == {("read_names", None)}
    assert ("reveal_detail", "RELEASE") in found(purpose="RELEASE")
    assert found(purpose="ACUTE") == []
    later = (at + timedelta(seconds=1)).isoformat()
    assert not [one for one in found(since=later) if one[0] != "read_rows"]
    assert {one for one, _ in found(until=later)} >= {"read_names", "reveal_detail"}
    for wrong in ({"purpose": "FUN"}, {"kind": "seen"}, {"role": "BOSS"}):
        assert app.http.get("/audit/rows", params=wrong, headers=dpo).status_code == 422


def test_the_dpo_reads_the_rows_of_a_role_and_those_that_name_others_beside_it(
    app: TestApp,
) -> None:
    dpo = app.as_(Role.DPO)
    for roles in ((Role.COORDINATOR,), (Role.COORDINATOR, Role.ANALYST), (Role.STEWARD,)):
        app.http.get("/names", params={"text": "amina"}, headers=app.as_(*roles))

    def found(role: str) -> set[str]:
        answer = app.http.get("/audit/rows", params={"role": role}, headers=dpo).json()
        return {row["role"] for row in answer["rows"]}

    assert found("COORDINATOR") == {"COORDINATOR", "ANALYST+COORDINATOR"}
    assert found("ANALYST") == {"ANALYST+COORDINATOR"}
    assert found("STEWARD") == {"STEWARD"}
    assert found("OUTREACH") == set()
    assert found("DPO") == {"DPO"}
    assert app.rows()[-1].role == "DPO"
    assert app.rows()[-2].asked == {"role": "DPO"}


def test_the_dpo_reads_the_alerts_alone(app: TestApp) -> None:
    coordinator, dpo = app.as_(Role.COORDINATOR), app.as_(Role.DPO)
    asked = {"detail": "phone-bo", "channel": "MOBILE", "purpose": "RELEASE"}
    while app.http.post("/reveal", json=asked, headers=coordinator).status_code == 200:
        pass
    answer = app.http.get("/audit/rows", params={"kind": "alert"}, headers=dpo).json()
    told = [(row["kind"], row["action"]) for row in answer["rows"]]
    assert told == [("alert", "reveal_detail")]
    begun = app.http.get("/audit/rows", params={"kind": "asked"}, headers=dpo).json()["rows"]
    assert {row["kind"] for row in begun} == {"asked"}


def test_who_looks_after_some_areas_reads_their_rows_alone(app: TestApp) -> None:
    ours = app.as_(Role.COORDINATOR)
    theirs = app.as_(Role.COORDINATOR, areas=("nabo",))
    everywhere = app.as_(Role.COORDINATOR, areas=("dk",))
    for headers, text in ((ours, "amina"), (theirs, "erik"), (theirs, "amina"),
                          (everywhere, "erik"), (everywhere, "kystby")):  # fmt: skip
        assert app.http.get("/names", params={"text": text}, headers=headers).status_code == 200
    narrow, wide = app.as_(Role.DPO, areas=("nabo",)), app.as_(Role.DPO, areas=("dk",))

    def rows(headers: dict[str, str]) -> list[dict[str, Any]]:
        answer = app.http.get(
            "/audit/rows", params={"action": "read_names", "kind": "shown"}, headers=headers
        )
        return list(answer.json()["rows"])

    assert len(rows(wide)) == 5
    told = rows(narrow)
    assert sorted((one["subjects"] for one in told), key=str) == [["erik"], ["erik"], []]
    listed = app.http.get("/entities", params={"label": "Person"}, headers=everywhere)
    assert len(listed.json()["found"]) == 5
    assert [
        app.http.get("/audit/rows", params={"action": "read_entities", "kind": "shown"},
                       headers=headers).json()["rows"][0]["subjects"]
        for headers in (narrow, wide)
    ] == [["erik"], ["amina", "bo", "carl", "dina", "erik"]]  # fmt: skip
    searched = [row for row in app.rows() if row.action == "read_names"]
    callers = {row.caller for row in searched if row.subjects == ("erik",)}
    assert {one["caller"] for one in told} == callers

    def found(headers: dict[str, str], path: str, member: str) -> list[Any]:
        return list(app.http.get(path, headers=headers).json()[member])

    assert found(narrow, "/audit/subjects/erik", "look_ups")
    assert found(narrow, "/audit/subjects/amina", "look_ups") == []
    assert found(wide, "/audit/subjects/amina", "look_ups")
    (mine,) = {row.caller for row in searched if row.subjects == ("amina",)} - callers
    breach = f"/audit/breach?caller={mine}&since=2026-01-01T00:00:00Z&until=2027-01-01T00:00:00Z"
    assert (found(narrow, breach, "exposed"), len(found(wide, breach, "exposed"))) == ([], 1)
    drawn = app.http.get("/audit/sample", params={"size": 200}, headers=narrow).json()
    assert mine not in {one["caller"] for one in drawn["others"]}
    words = [
        app.http.post("/audit/terms", json={"word": word}, headers=narrow).json()["rows"]
        for word in ("kystby", "erik")
    ]
    searches = [[row for row in rows if row["action"] == "read_names"] for rows in words]
    assert searches[0] == []
    assert searches[1]
    assert {one["caller"] for one in searches[1]} <= callers


def test_my_look_ups_do_not_tell_whether_somebody_i_may_not_see_is_there(app: TestApp) -> None:
    coordinator = app.as_(Role.COORDINATOR)
    for node in ("amina", "erik", "nobody"):  # seen, hidden, absent
        asked = {"start": "ihd", "target": "ssp-post", "node": node}
        answer = app.http.post("/paths/why-not", json=asked, headers=coordinator)
        assert (answer.status_code, node in answer.text) == (200, True)
    mine = app.http.get("/audit/mine", headers=coordinator).json()["rows"]
    told = [(row["action"], row["persons"]) for row in reversed(mine)]
    (_, seen), (_, hidden), (_, absent) = told
    assert seen == hidden + 1
    assert hidden == absent


def test_everybody_sees_their_own_requests_and_looking_leaves_no_row(app: TestApp) -> None:
    amina, other = app.as_(Role.COORDINATOR, person="amina"), app.as_(Role.ANALYST)
    app.http.get("/names", params={"text": "amina"}, headers=amina)
    app.http.get("/names", params={"text": "bo"}, headers=other)
    app.http.get("/names", params={"text": "a"}, headers=amina)
    before = app.audit.head()
    mine = app.http.get("/audit/mine", headers=amina).json()
    assert [(row["kind"], row["result"], row["persons"]) for row in mine["rows"]] == [
        ("not_done", 422, 0), ("shown", 200, 1),
    ]  # fmt: skip
    page = app.http.get("/audit/mine", params={"limit": 1}, headers=amina).json()
    rest = app.http.get("/audit/mine", params={"before": page["next"]}, headers=amina).json()
    assert [*page["rows"], *rest["rows"]] == mine["rows"]
    assert app.audit.head() == before


def test_a_person_learns_when_and_by_what_kind_of_office_but_not_by_whom(app: TestApp) -> None:
    bo, carl = app.as_(Role.COORDINATOR, person="bo"), app.as_(Role.COORDINATOR, person="carl")
    for _ in range(2):
        app.http.get("/names", params={"text": "bo", "limit": 1}, headers=carl)
    told = app.http.get("/audit/about-me", headers=bo)
    assert [(one["offices"], one["role"]) for one in told.json()["look_ups"]] == [
        (["INFOHOUSE_COORDINATOR_DISTRICT"], "COORDINATOR")
    ] * 2
    assert "acc-" not in told.text
    assert "carl" not in told.text
    assert "req-" not in told.text
    nobody = app.as_(Role.COORDINATOR)
    assert app.http.get("/audit/about-me", headers=nobody).json()["look_ups"] == []
    same = app.http.get("/audit/subjects/bo", headers=app.as_(Role.DPO)).json()
    assert same["look_ups"] == told.json()["look_ups"]
    again = app.http.get("/audit/about-me", headers=bo).json()["look_ups"]
    assert (again[0]["role"], len(again)) == ("DPO", 3)  # the DPO has looked too


def test_a_number_typed_for_a_person_is_not_kept(app: TestApp) -> None:
    dpo = app.as_(Role.DPO)
    answer = app.http.get("/audit/subjects/0101701234", headers=dpo)
    assert answer.json() == {"look_ups": [], "next": None}
    assert "0101701234" not in repr(app.rows())


def test_a_word_is_found_by_who_knows_it(app: TestApp) -> None:
    app.http.get("/names", params={"text": "Amina"}, headers=app.as_(Role.COORDINATOR))
    dpo = app.as_(Role.DPO)
    found = app.http.post("/audit/terms", json={"word": "amina "}, headers=dpo).json()["rows"]
    assert [row["action"] for row in found] == ["find_term", "read_names"]  # it was asked for too
    part = app.http.post("/audit/terms", json={"word": "ami"}, headers=dpo).json()["rows"]
    assert [row["action"] for row in part] == ["find_term"]
    files = b"".join(file.read_bytes() for file in (app.folder / "audit").iterdir())
    assert b"Amina" not in files


def test_a_breach_names_who_was_shown(app: TestApp) -> None:
    app.http.get("/names", params={"text": "amina"}, headers=app.as_(Role.COORDINATOR))
    row = app.rows()[-1]
    dpo, hour = app.as_(Role.DPO), timedelta(hours=1)
    asked = {"caller": row.caller, "since": (row.at - hour).isoformat(),
             "until": (row.at + hour).isoformat()}  # fmt: skip
    found = app.http.get("/audit/breach", params=asked, headers=dpo).json()["exposed"]
    assert [(one["person"], one["count"]) for one in found] == [("amina", 1)]
    swapped = asked | {"since": asked["until"], "until": asked["since"]}
    assert app.http.get("/audit/breach", params=swapped, headers=dpo).status_code == 422
    naive = asked | {"since": "2026-11-25T09:00:00"}
    assert app.http.get("/audit/breach", params=naive, headers=dpo).status_code == 422


@pytest.mark.parametrize("path", ["sample?until", "sample?since", "rows?until", "rows?since"])
@pytest.mark.parametrize("at", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00"])
def test_a_moment_at_the_end_of_the_calendar_is_refused(app: TestApp, path: str, at: str) -> None:
    told = app.http.get(f"/audit/{path}={at}", headers=app.as_(Role.DPO))
    assert (told.status_code, told.json()["type"]) == (422, "/problems/invalid")


def test_a_sample_is_drawn(app: TestApp) -> None:
    for _ in range(4):
        app.http.get("/names", params={"text": "amina"}, headers=app.as_(Role.COORDINATOR))
    drawn = app.http.get("/audit/sample", params={"size": 4}, headers=app.as_(Role.DPO)).json()
    assert (len(drawn["urgent"]), len(drawn["others"])) == (0, 2)


def test_a_changed_log_is_told_over_http_too(app: TestApp) -> None:
    dpo = app.as_(Role.DPO)
    app.http.get("/names", params={"text": "amina"}, headers=app.as_(Role.COORDINATOR))
    verdict = app.http.get("/audit/verify", headers=dpo).json()
    assert (verdict["broken"], verdict["is_whole"], verdict["anchors"]) == (None, True, None)
    with tampering(app.folder, month_of(app)) as file:
        FORGERIES["edit"](file, 2)
    verdict = app.http.get("/audit/verify", headers=dpo).json()
    assert verdict["broken"] == {"seq": 2, "why": "CHANGED"}


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.DPO])
def test_where_no_row_can_be_written_no_data_leaves(app: TestApp, role: Role) -> None:
    headers, asked = app.as_(role), {"text": "amina"}
    known = app.as_(role, person="amina")
    assert app.http.get("/names", params=asked, headers=headers).status_code == 200
    with tampering(app.folder, month_of(app)) as file:
        file.execute("ALTER TABLE audit RENAME TO elsewhere")
    for headers_of in (headers, {}):
        answer = app.http.get("/names", params=asked, headers=headers_of)
        assert answer.status_code == 503
        assert answer.json()["type"] == "/problems/audit-unavailable"
        assert "retry-after" in answer.headers
        assert "amina" not in answer.text
    for route in ("/audit/mine", "/audit/about-me"):  # leave no row, and read none either
        assert app.http.get(route, headers=known).status_code == 503
    with tampering(app.folder, month_of(app)) as file:
        file.execute("ALTER TABLE elsewhere RENAME TO audit")
    assert app.http.get("/names", params=asked, headers=headers).status_code == 200


def test_a_failed_last_row_keeps_the_answer_back(app: TestApp) -> None:
    """Its first row is written; the one before the bytes leave is not."""
    headers = app.as_(Role.COORDINATOR)
    app.http.get("/names", params={"text": "amina"}, headers=headers)
    with tampering(app.folder, month_of(app)) as file:
        file.execute(
            "CREATE TRIGGER full BEFORE INSERT ON audit WHEN new.kind = 'shown' "
            "BEGIN SELECT RAISE(ABORT, 'full'); END"
        )
    answer = app.http.get("/names", params={"text": "amina"}, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/audit-unavailable")
    assert "amina" not in answer.text
    assert app.rows()[-1].kind is AuditKind.ASKED


def test_the_role_that_was_used_is_written_down(app: TestApp) -> None:
    both = app.as_(Role.COORDINATOR, Role.ANALYST)
    app.http.get("/names", params={"text": "amina"}, headers=both)
    assert app.rows()[-1].role == "ANALYST+COORDINATOR"
    app.http.get("/audit/rows", headers=both)
    assert (app.rows()[-1].kind, app.rows()[-1].role) == (
        AuditKind.DENIED, "ANALYST+COORDINATOR",
    )  # fmt: skip


@pytest.mark.parametrize("place", ["verify?after=", "rows?before=", "subjects/amina?before="])
def test_a_place_no_log_reaches_is_refused_and_the_last_that_counts_is_not(
    app: TestApp, place: str
) -> None:
    dpo = app.as_(Role.DPO)
    for number, status in ((2**53 - 1, 200), (2**53, 422), (2**63, 422), (2**80, 422)):
        answer = app.http.get(f"/audit/{place}{number}", headers=dpo)
        assert answer.status_code == status, number


def test_the_kinds_of_rows_are_the_same_on_the_wire() -> None:
    assert set(get_args(RowKind)) == {kind.value for kind in AuditKind}
