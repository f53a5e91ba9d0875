"""The audit over HTTP: one's own for everybody, the whole for the DPO, no data without a row."""

from datetime import timedelta
from typing import Any, get_args

import pytest

from api.audit.entry import AuditKind
from api.schemas.audit import RowKind
from graph.access.policy import Role
from tests.api.audit.forgeries import FORGERIES
from tests.api.audit.logs import tampering
from tests.fixtures.app import TestHouse

DPO_ROUTES = (
    "/audit/rows", "/audit/subjects/amina", "/audit/verify", "/audit/sample",
    "/audit/breach?caller=acc-1&since=2026-01-01T00:00:00Z&until=2027-01-01T00:00:00Z",
)  # fmt: skip


def month_of(house: TestHouse) -> str:
    return house.audit.shelf.begun()[-1]


def test_the_whole_log_is_for_the_dpo_alone_and_refusals_are_rows_too(house: TestHouse) -> None:
    for role in Role:
        headers = house.as_(role)
        for route in DPO_ROUTES:
            answer = house.http.get(route, headers=headers)
            assert answer.status_code == (200 if role is Role.DPO else 403), (role, route)
        found = house.http.post("/audit/terms", json={"word": "kystby"}, headers=headers)
        assert found.status_code == (200 if role is Role.DPO else 403)
    denied = [row for row in house.rows() if row.kind is AuditKind.DENIED]
    assert len(denied) == (len(Role) - 1) * (len(DPO_ROUTES) + 1)
    assert house.http.get("/audit/rows").status_code == 401
    assert (house.rows()[-1].kind, house.rows()[-1].result) == (AuditKind.DENIED, 401)


def test_the_dpo_reads_rows_page_by_page_and_is_written_down_too(house: TestHouse) -> None:
    coordinator, dpo = house.as_(Role.COORDINATOR), house.as_(Role.DPO)
    for _ in range(3):
        house.http.get("/names", params={"text": "amina"}, headers=coordinator)
    first = house.http.get("/audit/rows", params={"limit": 4}, headers=dpo).json()
    assert [row["action"] for row in first["rows"]] == ["read_rows", *["read_names"] * 3]
    asked = {"limit": 4, "before": first["next"]}
    rest = house.http.get("/audit/rows", params=asked, headers=dpo).json()
    assert (rest["rows"][-1]["seq"], rest["next"]) == (1, None)
    assert house.rows()[-1].action == "read_rows"
    caller = rest["rows"][-1]["caller"]
    of_one = house.http.get("/audit/rows", params={"caller": caller}, headers=dpo).json()
    assert {row["caller"] for row in of_one["rows"]} == {caller}


def test_the_dpo_reads_the_rows_of_an_action_a_purpose_and_a_time(house: TestHouse) -> None:
    coordinator, dpo = house.as_(Role.COORDINATOR), house.as_(Role.DPO)
    house.http.get("/names", params={"text": "amina"}, headers=coordinator)
    asked = {"detail": "phone-bo", "channel": "MOBILE", "purpose": "RELEASE"}
    house.http.post("/reveal", json=asked, headers=coordinator)
    at = house.rows()[-1].at

    def found(**wanted: str) -> list[tuple[str, str | None]]:
        rows = house.http.get("/audit/rows", params=wanted, headers=dpo).json()["rows"]
        return [(row["action"], row["purpose"]) for row in rows]

    assert set(found(action="read_names")) == {("read_names", None)}
    assert ("reveal_detail", "RELEASE") in found(purpose="RELEASE")
    assert found(purpose="ACUTE") == []
    later = (at + timedelta(seconds=1)).isoformat()
    assert not [one for one in found(since=later) if one[0] != "read_rows"]
    assert {one for one, _ in found(until=later)} >= {"read_names", "reveal_detail"}
    for wrong in ({"purpose": "FUN"}, {"kind": "seen"}, {"role": "BOSS"}):
        assert house.http.get("/audit/rows", params=wrong, headers=dpo).status_code == 422


def test_the_dpo_reads_the_rows_of_a_role_and_those_that_name_others_beside_it(
    house: TestHouse,
) -> None:
    dpo = house.as_(Role.DPO)
    for roles in ((Role.COORDINATOR,), (Role.COORDINATOR, Role.ANALYST), (Role.STEWARD,)):
        house.http.get("/names", params={"text": "amina"}, headers=house.as_(*roles))

    def found(role: str) -> set[str]:
        answer = house.http.get("/audit/rows", params={"role": role}, headers=dpo).json()
        return {row["role"] for row in answer["rows"]}

    assert found("COORDINATOR") == {"COORDINATOR", "ANALYST+COORDINATOR"}
    assert found("ANALYST") == {"ANALYST+COORDINATOR"}
    assert found("STEWARD") == {"STEWARD"}
    assert found("OUTREACH") == set()
    assert found("DPO") == {"DPO"}
    assert house.rows()[-1].role == "DPO"
    assert house.rows()[-2].asked == {"role": "DPO"}


def test_the_dpo_reads_the_alerts_alone(house: TestHouse) -> None:
    coordinator, dpo = house.as_(Role.COORDINATOR), house.as_(Role.DPO)
    asked = {"detail": "phone-bo", "channel": "MOBILE", "purpose": "RELEASE"}
    while house.http.post("/reveal", json=asked, headers=coordinator).status_code == 200:
        pass
    answer = house.http.get("/audit/rows", params={"kind": "alert"}, headers=dpo).json()
    told = [(row["kind"], row["action"]) for row in answer["rows"]]
    assert told == [("alert", "reveal_detail")]
    begun = house.http.get("/audit/rows", params={"kind": "asked"}, headers=dpo).json()["rows"]
    assert {row["kind"] for row in begun} == {"asked"}


def test_who_looks_after_some_areas_reads_their_rows_alone(house: TestHouse) -> None:
    ours = house.as_(Role.COORDINATOR)
    theirs = house.as_(Role.COORDINATOR, areas=("nabo",))
    everywhere = house.as_(Role.COORDINATOR, areas=("dk",))
    for headers, text in ((ours, "amina"), (theirs, "erik"), (theirs, "amina"),
                          (everywhere, "erik"), (everywhere, "kystby")):  # fmt: skip
        assert house.http.get("/names", params={"text": text}, headers=headers).status_code == 200
    narrow, wide = house.as_(Role.DPO, areas=("nabo",)), house.as_(Role.DPO, areas=("dk",))

    def rows(headers: dict[str, str]) -> list[dict[str, Any]]:
        answer = house.http.get(
            "/audit/rows", params={"action": "read_names", "kind": "shown"}, headers=headers
        )
        return list(answer.json()["rows"])

    assert len(rows(wide)) == 5
    told = rows(narrow)
    assert sorted((one["subjects"] for one in told), key=str) == [["erik"], ["erik"], []]
    listed = house.http.get("/entities", params={"label": "Person"}, headers=everywhere)
    assert len(listed.json()["found"]) == 5
    assert [
        house.http.get("/audit/rows", params={"action": "read_entities", "kind": "shown"},
                       headers=headers).json()["rows"][0]["subjects"]
        for headers in (narrow, wide)
    ] == [["erik"], ["amina", "bo", "carl", "dina", "erik"]]  # fmt: skip
    searched = [row for row in house.rows() if row.action == "read_names"]
    callers = {row.caller for row in searched if row.subjects == ("erik",)}
    assert {one["caller"] for one in told} == callers

    def found(headers: dict[str, str], path: str, member: str) -> list[Any]:
        return list(house.http.get(path, headers=headers).json()[member])

    assert found(narrow, "/audit/subjects/erik", "look_ups")
    assert found(narrow, "/audit/subjects/amina", "look_ups") == []
    assert found(wide, "/audit/subjects/amina", "look_ups")
    (mine,) = {row.caller for row in searched if row.subjects == ("amina",)} - callers
    breach = f"/audit/breach?caller={mine}&since=2026-01-01T00:00:00Z&until=2027-01-01T00:00:00Z"
    assert (found(narrow, breach, "exposed"), len(found(wide, breach, "exposed"))) == ([], 1)
    drawn = house.http.get("/audit/sample", params={"size": 200}, headers=narrow).json()
    assert mine not in {one["caller"] for one in drawn["others"]}
    words = [
        house.http.post("/audit/terms", json={"word": word}, headers=narrow).json()["rows"]
        for word in ("kystby", "erik")
    ]
    searches = [[row for row in rows if row["action"] == "read_names"] for rows in words]
    assert searches[0] == []
    assert searches[1]
    assert {one["caller"] for one in searches[1]} <= callers


def test_my_look_ups_do_not_tell_whether_somebody_i_may_not_see_is_there(house: TestHouse) -> None:
    coordinator = house.as_(Role.COORDINATOR)
    for node in ("amina", "erik", "nobody"):  # seen, hidden, absent
        asked = {"start": "ihd", "target": "ssp-post", "node": node}
        answer = house.http.post("/paths/why-not", json=asked, headers=coordinator)
        assert (answer.status_code, node in answer.text) == (200, True)
    mine = house.http.get("/audit/mine", headers=coordinator).json()["rows"]
    told = [(row["action"], row["persons"]) for row in reversed(mine)]
    (_, seen), (_, hidden), (_, absent) = told
    assert seen == hidden + 1
    assert hidden == absent


def test_everybody_sees_their_own_requests_and_looking_leaves_no_row(house: TestHouse) -> None:
    amina, other = house.as_(Role.COORDINATOR, person="amina"), house.as_(Role.ANALYST)
    house.http.get("/names", params={"text": "amina"}, headers=amina)
    house.http.get("/names", params={"text": "bo"}, headers=other)
    house.http.get("/names", params={"text": "a"}, headers=amina)
    before = house.audit.head()
    mine = house.http.get("/audit/mine", headers=amina).json()
    assert [(row["kind"], row["result"], row["persons"]) for row in mine["rows"]] == [
        ("not_done", 422, 0), ("shown", 200, 1),
    ]  # fmt: skip
    page = house.http.get("/audit/mine", params={"limit": 1}, headers=amina).json()
    rest = house.http.get("/audit/mine", params={"before": page["next"]}, headers=amina).json()
    assert [*page["rows"], *rest["rows"]] == mine["rows"]
    assert house.audit.head() == before


def test_a_person_learns_when_and_by_what_kind_of_office_but_not_by_whom(house: TestHouse) -> None:
    bo, carl = house.as_(Role.COORDINATOR, person="bo"), house.as_(Role.COORDINATOR, person="carl")
    for _ in range(2):
        house.http.get("/names", params={"text": "bo", "limit": 1}, headers=carl)
    told = house.http.get("/audit/about-me", headers=bo)
    assert [(one["offices"], one["role"]) for one in told.json()["look_ups"]] == [
        (["INFOHOUSE_COORDINATOR_DISTRICT"], "COORDINATOR")
    ] * 2
    assert "acc-" not in told.text
    assert "carl" not in told.text
    assert "req-" not in told.text
    nobody = house.as_(Role.COORDINATOR)
    assert house.http.get("/audit/about-me", headers=nobody).json()["look_ups"] == []
    same = house.http.get("/audit/subjects/bo", headers=house.as_(Role.DPO)).json()
    assert same["look_ups"] == told.json()["look_ups"]
    again = house.http.get("/audit/about-me", headers=bo).json()["look_ups"]
    assert (again[0]["role"], len(again)) == ("DPO", 3)  # the DPO has looked too


def test_a_number_typed_for_a_person_is_not_kept(house: TestHouse) -> None:
    dpo = house.as_(Role.DPO)
    answer = house.http.get("/audit/subjects/0101701234", headers=dpo)
    assert answer.json() == {"look_ups": [], "next": None}
    assert "0101701234" not in repr(house.rows())


def test_a_word_is_found_by_who_knows_it(house: TestHouse) -> None:
    house.http.get("/names", params={"text": "Amina"}, headers=house.as_(Role.COORDINATOR))
    dpo = house.as_(Role.DPO)
    found = house.http.post("/audit/terms", json={"word": "amina "}, headers=dpo).json()["rows"]
    assert [row["action"] for row in found] == ["find_term", "read_names"]  # it was asked for too
    part = house.http.post("/audit/terms", json={"word": "ami"}, headers=dpo).json()["rows"]
    assert [row["action"] for row in part] == ["find_term"]
    files = b"".join(file.read_bytes() for file in (house.folder / "audit").iterdir())
    assert b"Amina" not in files


def test_a_breach_names_who_was_shown(house: TestHouse) -> None:
    house.http.get("/names", params={"text": "amina"}, headers=house.as_(Role.COORDINATOR))
    row = house.rows()[-1]
    dpo, hour = house.as_(Role.DPO), timedelta(hours=1)
    asked = {"caller": row.caller, "since": (row.at - hour).isoformat(),
             "until": (row.at + hour).isoformat()}  # fmt: skip
    found = house.http.get("/audit/breach", params=asked, headers=dpo).json()["exposed"]
    assert [(one["person"], one["count"]) for one in found] == [("amina", 1)]
    swapped = asked | {"since": asked["until"], "until": asked["since"]}
    assert house.http.get("/audit/breach", params=swapped, headers=dpo).status_code == 422
    naive = asked | {"since": "2026-11-25T09:00:00"}
    assert house.http.get("/audit/breach", params=naive, headers=dpo).status_code == 422


@pytest.mark.parametrize("path", ["sample?until", "sample?since", "rows?until", "rows?since"])
@pytest.mark.parametrize("at", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00"])
def test_a_moment_at_the_end_of_the_calendar_is_refused(
    house: TestHouse, path: str, at: str
) -> None:
    told = house.http.get(f"/audit/{path}={at}", headers=house.as_(Role.DPO))
    assert (told.status_code, told.json()["type"]) == (422, "/problems/invalid")


def test_a_sample_is_drawn(house: TestHouse) -> None:
    for _ in range(4):
        house.http.get("/names", params={"text": "amina"}, headers=house.as_(Role.COORDINATOR))
    drawn = house.http.get("/audit/sample", params={"size": 4}, headers=house.as_(Role.DPO)).json()
    assert (len(drawn["urgent"]), len(drawn["others"])) == (0, 2)


def test_a_changed_log_is_told_over_http_too(house: TestHouse) -> None:
    dpo = house.as_(Role.DPO)
    house.http.get("/names", params={"text": "amina"}, headers=house.as_(Role.COORDINATOR))
    verdict = house.http.get("/audit/verify", headers=dpo).json()
    assert (verdict["broken"], verdict["is_whole"], verdict["anchors"]) == (None, True, None)
    with tampering(house.folder, month_of(house)) as file:
        FORGERIES["edit"](file, 2)
    verdict = house.http.get("/audit/verify", headers=dpo).json()
    assert verdict["broken"] == {"seq": 2, "why": "CHANGED"}


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.DPO])
def test_where_no_row_can_be_written_no_data_leaves(house: TestHouse, role: Role) -> None:
    headers, asked = house.as_(role), {"text": "amina"}
    known = house.as_(role, person="amina")
    assert house.http.get("/names", params=asked, headers=headers).status_code == 200
    with tampering(house.folder, month_of(house)) as file:
        file.execute("ALTER TABLE audit RENAME TO elsewhere")
    for headers_of in (headers, {}):
        answer = house.http.get("/names", params=asked, headers=headers_of)
        assert answer.status_code == 503
        assert answer.json()["type"] == "/problems/audit-unavailable"
        assert "retry-after" in answer.headers
        assert "amina" not in answer.text
    for route in ("/audit/mine", "/audit/about-me"):  # leave no row, and read none either
        assert house.http.get(route, headers=known).status_code == 503
    with tampering(house.folder, month_of(house)) as file:
        file.execute("ALTER TABLE elsewhere RENAME TO audit")
    assert house.http.get("/names", params=asked, headers=headers).status_code == 200


def test_a_failed_last_row_keeps_the_answer_back(house: TestHouse) -> None:
    """Its first row is written; the one before the bytes leave is not."""
    headers = house.as_(Role.COORDINATOR)
    house.http.get("/names", params={"text": "amina"}, headers=headers)
    with tampering(house.folder, month_of(house)) as file:
        file.execute(
            "CREATE TRIGGER full BEFORE INSERT ON audit WHEN new.kind = 'shown' "
            "BEGIN SELECT RAISE(ABORT, 'full'); END"
        )
    answer = house.http.get("/names", params={"text": "amina"}, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/audit-unavailable")
    assert "amina" not in answer.text
    assert house.rows()[-1].kind is AuditKind.ASKED


def test_the_role_that_was_used_is_written_down(house: TestHouse) -> None:
    both = house.as_(Role.COORDINATOR, Role.ANALYST)
    house.http.get("/names", params={"text": "amina"}, headers=both)
    assert house.rows()[-1].role == "ANALYST+COORDINATOR"
    house.http.get("/audit/rows", headers=both)
    assert (house.rows()[-1].kind, house.rows()[-1].role) == (
        AuditKind.DENIED, "ANALYST+COORDINATOR",
    )  # fmt: skip


@pytest.mark.parametrize("place", ["verify?after=", "rows?before=", "subjects/amina?before="])
def test_a_place_no_log_reaches_is_refused_and_the_last_that_counts_is_not(
    house: TestHouse, place: str
) -> None:
    dpo = house.as_(Role.DPO)
    for number, status in ((2**53 - 1, 200), (2**53, 422), (2**63, 422), (2**80, 422)):
        answer = house.http.get(f"/audit/{place}{number}", headers=dpo)
        assert answer.status_code == status, number


def test_the_kinds_of_rows_are_the_same_on_the_wire() -> None:
    assert set(get_args(RowKind)) == {kind.value for kind in AuditKind}
