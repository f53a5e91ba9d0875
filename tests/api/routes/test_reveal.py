"""Reveals of one contact detail: roles, purposes, budgets; and requests through a door opener."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from math import ceil
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response

from api.audit.entry import AuditKind
from api.identity.reveal_limits import danish_day
from api.identity.store import Assurance
from api.schemas.reveal import CONTACT_VALUE
from api.settings import Settings
from graph.access.policy import Grant, Role
from graph.access.purposes import CARE, NEEDS, Purpose
from graph.model import ContactDetail, DoorOpenerFor, End, GaveConsent, Holds, ReachedBy, Secret
from graph.store.store import Store
from graph.vocabulary import Channel, PreventionLevel, Trigger, Visibility
from tests import kystby
from tests.change_sets import NUMBERS, change_set, changed
from tests.fixtures.app import Headers, TestApp, bearer, opened_app
from tests.fixtures.details import numbers_of
from tests.fixtures.editor import slug
from tests.graph.paths.additions import tie

AMINA = ContactDetail(
    id="phone-amina", channel=Channel.PHONE, value=Secret("+45 05 22 33 44"),
    hint="+45 •• •• •• 44", visibility=Visibility.AREA, source="kystby",
)  # fmt: skip


def reveal(
    app: TestApp,
    headers: Headers,
    detail: str = "phone-bo",
    purpose: str = "CONCERN",
    channel: str = "MOBILE",
) -> Response:
    return app.post("/reveal", headers, {"detail": detail, "channel": channel, "purpose": purpose})


def left_s() -> int:
    now = datetime.now(UTC)
    return ceil((danish_day(now)[1] - now).total_seconds())


def write_direct_consent(app: TestApp, **fields: Any) -> None:
    """Write a consent of Jens to be called on his mobile by the municipality."""
    terms: dict[str, Any] = {
        "is_mediated_only": False, "channels": frozenset({Channel.MOBILE}), **fields,
    }  # fmt: skip
    (receipt,) = app.store.elements(["consent-jens"])
    renewed = replace(receipt, id="consent-new", revision=1, **terms)
    app.store.apply(change_set(creates=(renewed, tie(GaveConsent, "jens", "consent-new"))))


@pytest.mark.slow
def test_revealing_a_number_logs_its_purpose_and_owner(app: TestApp) -> None:
    answer = reveal(app, app.as_(Role.COORDINATOR))
    assert answer.status_code == 200
    assert answer.json() == {
        "detail": "phone-bo", "owner": "bo", "channel": "MOBILE", "value": NUMBERS["phone-bo"],
    }  # fmt: skip
    assert answer.headers["cache-control"] == "no-store"
    rows = app.rows()
    assert [row.kind.value for row in rows] == ["asked", "shown"]
    assert (rows[-1].purpose, rows[-1].subjects) == ("CONCERN", ("bo",))
    assert not [row for row in rows if NUMBERS["phone-bo"] in str(row)]


def test_revealing_a_hidden_absent_ended_or_non_detail_id_gets_the_same_404(app: TestApp) -> None:
    headers = app.as_(Role.COORDINATOR)
    app.store.apply(change_set(creates=(AMINA, tie(ReachedBy, "amina", "phone-amina"))))
    assert reveal(app, headers, "phone-amina", channel="PHONE").status_code == 200
    end = End(id="phone-amina", on=app.directory.today(), based_on=app.store.revision())
    app.store.apply(change_set(ends=[end]))
    command = ("phone-erik", "phone-jens", "nobody", "No id!", "amina", "", "bo--phone-bo")
    answers = [reveal(app, headers, request) for request in command]
    answers.append(reveal(app, headers, "phone-bo", channel="EMAIL"))
    answers.append(reveal(app, headers, "phone-amina", channel="PHONE"))
    assert {answer.status_code for answer in answers} == {404}
    bodies = [{**answer.json(), "request_id": ""} for answer in answers]
    assert all(body == bodies[0] for body in bodies)


def test_each_role_may_reveal_only_for_its_own_purposes(app: TestApp) -> None:
    steward, officer = app.as_(Role.STEWARD), app.as_(Role.DPO)
    assert reveal(app, steward, purpose="VERIFY").status_code == 200
    assert reveal(app, steward, purpose="CORRECTION").status_code == 200
    assert reveal(app, steward, purpose="CONCERN").status_code == 404
    assert reveal(app, officer, purpose="SUBJECT_REQUEST").status_code == 200
    assert reveal(app, officer, "phone-jens", "SUBJECT_REQUEST").status_code == 200
    assert slug(reveal(app, officer, purpose="CONCERN")) == "forbidden"
    assert slug(reveal(app, officer, "nobody", "CONCERN")) == "forbidden"
    staff = app.as_(Role.COORDINATOR)
    assert slug(reveal(app, staff, purpose="SUBJECT_REQUEST")) == "forbidden"
    assert reveal(app, staff, purpose="because").status_code == 422
    assert reveal(app, app.as_(Role.STEWARD, areas=("nabo",)), purpose="VERIFY").status_code == 404


@pytest.mark.parametrize("purpose", ["VERIFY", "CORRECTION", "ACUTE"])
def test_care_and_acute_purposes_are_limited_to_the_areas_of_the_caller(
    app: TestApp, purpose: str
) -> None:
    away = app.as_(Role.COORDINATOR, areas=("nabo",), person="amina")  # a post there, but no grant
    answer = reveal(app, away, purpose=purpose)
    assert (answer.status_code, slug(answer)) == (403, "forbidden")
    assert "CONCERN" in answer.json()["needed"]
    assert not {"VERIFY", "CORRECTION", "ACUTE"} & set(answer.json()["needed"])
    assert NUMBERS["phone-bo"] not in answer.text
    assert reveal(app, away, "nobody", purpose).status_code == 404
    assert reveal(app, away, purpose="CONCERN").status_code == 200
    assert reveal(app, app.as_(Role.COORDINATOR), purpose=purpose).status_code == 200


@pytest.mark.slow
@pytest.mark.parametrize(("purpose", "usual"), [("VERIFY", 25), ("ACUTE", 5)])
def test_more_reveals_than_on_a_usual_day_raise_one_alert(
    app: TestApp, purpose: str, usual: int
) -> None:
    headers = app.as_(Role.COORDINATOR)
    app.store.apply(change_set(creates=numbers_of("bo", usual + 2)))
    answers = [
        reveal(app, headers, f"number-{place}", purpose).status_code for place in range(usual + 2)
    ]
    assert set(answers) == {200}
    rows = [row for row in app.rows() if row.kind.value in ("shown", "alert")]
    assert [row.kind.value for row in rows] == [*["shown"] * usual, "alert", "shown", "shown"]
    alert = rows[usual]
    assert (alert.purpose, alert.count, dict(alert.asked)) == (purpose, usual, {"usual": usual})
    assert [reveal(app, headers).status_code for _ in range(usual)] == [200] * usual
    assert sum(row.kind.value == "alert" for row in app.rows()) == 1


def test_analysts_and_administrators_may_reveal_only_their_own_number(app: TestApp) -> None:
    for role in (Role.ANALYST, Role.ADMIN):
        headers = app.as_(role, person="bo")
        assert reveal(app, headers).json()["value"] == NUMBERS["phone-bo"]
        for detail in ("phone-erik", "phone-jens"):
            assert reveal(app, headers, detail).status_code == 404
        assert reveal(app, app.as_(role)).status_code == 404
    assert reveal(app, app.as_(Role.SERVICE, person="bo")).status_code == 403


def test_revealing_needs_a_strong_sign_in_except_for_ones_own_number(app: TestApp) -> None:
    token = app.token(Role.COORDINATOR, person="bo", assurance=Assurance.PASSWORD)
    headers = bearer(token)
    assert reveal(app, headers).status_code == 200
    for detail in ("phone-erik", "nobody"):
        assert slug(reveal(app, headers, detail)) == "step-up"


def test_the_need_purposes_match_the_triggers() -> None:
    assert {need.value for need in NEEDS} == {item.value for item in Trigger}
    for trigger in Trigger:
        assert Purpose(trigger.value).label("da") == trigger.label("da")


# ---- how often


@pytest.fixture
def thrifty(app: TestApp) -> Iterator[TestApp]:
    with opened_app(
        app.store, app.folder, Settings(reveals_per_day=3, checks_per_day=2)
    ) as thrifty:
        yield thrifty


@pytest.mark.slow
def test_the_daily_reveal_budget_is_enforced_and_own_numbers_are_not_counted(
    thrifty: TestApp,
) -> None:
    headers = thrifty.as_(Role.COORDINATOR, person="bo")
    thrifty.store.apply(change_set(creates=(AMINA, tie(ReachedBy, "amina", "phone-amina"))))
    for _ in range(5):
        assert reveal(thrifty, headers).status_code == 200  # an own number
    amina = {"detail": "phone-amina", "channel": "PHONE"}
    thrifty.store.apply(change_set(creates=numbers_of("amina", 5)))
    statuses = [reveal(thrifty, headers, f"number-{n}").status_code for n in (0, 1, 2, 3)]
    assert statuses == [200, 200, 200, 429]
    assert reveal(thrifty, headers, "number-1").status_code == 200, "it was shown today"
    most_s = left_s()
    answer = reveal(thrifty, headers, **amina)
    assert left_s() <= int(answer.headers["Retry-After"]) <= most_s
    assert slug(answer) == "budget-used"
    assert "value" not in answer.json()
    (alert, *_) = (row for row in thrifty.rows() if row.kind.value == "alert")
    assert (alert.action, alert.result, alert.purpose) == ("reveal_detail", 429, "CONCERN")
    checks = [reveal(thrifty, headers, f"number-{n}", "VERIFY").status_code for n in range(3)]
    assert checks == [200, 200, 429]
    assert reveal(thrifty, thrifty.as_(Role.COORDINATOR), **amina).status_code == 200


def test_emergencies_go_beyond_the_limit_with_an_alert_and_other_purposes_do_not(
    thrifty: TestApp,
) -> None:
    headers = thrifty.as_(Role.COORDINATOR)
    thrifty.store.apply(change_set(creates=numbers_of("bo", 7)))
    for place in range(3):
        assert reveal(thrifty, headers, f"number-{place}").status_code == 200
    refused = reveal(thrifty, headers, "number-3", "SERIOUS")
    assert (refused.status_code, refused.json()["beyond"]) == (429, ["ACUTE", "SERIOUS"])
    assert reveal(thrifty, headers, "number-3", "ACUTE").status_code == 200
    body = {"detail": "number-4", "channel": "MOBILE", "purpose": "SERIOUS", "beyond": True}
    assert thrifty.post("/reveal", headers, body).status_code == 200
    assert thrifty.post("/reveal", headers, {**body, "purpose": "CONCERN"}).status_code == 422
    several = {"details": [{"detail": "number-5", "channel": "MOBILE"}]}
    answer = thrifty.post("/reveal", headers, {**several, "purpose": "SERIOUS", "beyond": True})
    assert answer.status_code == 200
    kinds = [(row.kind.value, row.purpose, row.asked.get("beyond")) for row in thrifty.rows()
             if row.kind.value in ("alert", "shown")][-6:]  # fmt: skip
    assert kinds == [
        ("alert", "ACUTE", 3), ("shown", "ACUTE", 3), ("alert", "SERIOUS", 3),
        ("shown", "SERIOUS", 3), ("alert", "SERIOUS", 3), ("shown", "SERIOUS", 3),
    ]  # fmt: skip
    assert budgets(thrifty, headers)["CONCERN"] == (6, 3)
    assert reveal(thrifty, headers, "number-6").status_code == 429


def budgets(app: TestApp, headers: Headers) -> dict[str, tuple[int, int]]:
    """Return, by purpose, the number of used reveals and the daily budget."""
    items = app.get("/me/budgets", headers).json()["found"]
    return {item["purpose"]: (item["used"], item["most"]) for item in items}


def test_budgets_list_used_reveals_for_each_purpose_of_the_callers_roles(thrifty: TestApp) -> None:
    headers = thrifty.as_(Role.COORDINATOR)
    assert set(budgets(thrifty, headers)) == {need.value for need in NEEDS | CARE}
    thrifty.store.apply(change_set(creates=numbers_of("bo", 1)))
    for purpose in ("CONCERN", "RELEASE", "VERIFY"):
        assert reveal(thrifty, headers, purpose=purpose).status_code == 200
    assert reveal(thrifty, headers, "number-0", "MOVE").status_code == 200
    assert reveal(thrifty, headers, "nobody").status_code == 404
    balances = budgets(thrifty, headers)
    assert (balances["CONCERN"], balances["MOVE"], balances["ACUTE"]) == ((2, 3), (2, 3), (2, 3))
    assert balances["VERIFY"] == balances["CORRECTION"] == (1, 2)
    assert {row.action for row in thrifty.rows()} == {"reveal_detail"}  # reading leaves no row
    assert budgets(thrifty, thrifty.as_(Role.COORDINATOR))["CONCERN"] == (0, 3)
    assert budgets(thrifty, thrifty.as_(Role.DPO)) == {"SUBJECT_REQUEST": (0, 3)}
    assert budgets(thrifty, thrifty.as_(Role.ANALYST)) == {}


def test_concurrent_reveals_do_not_exceed_the_daily_budget(thrifty: TestApp) -> None:
    headers = thrifty.as_(Role.COORDINATOR)
    thrifty.store.apply(change_set(creates=numbers_of("bo", 12)))
    with ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(reveal, thrifty, headers, f"number-{n}") for n in range(12)]
    assert sorted(answer.result().status_code for answer in answers) == [200] * 3 + [429] * 9


def test_revealed_people_count_for_the_hourly_limit(kystby_store: Store, tmp_path: Path) -> None:
    with opened_app(kystby_store, tmp_path, Settings(people_per_hour=1)) as app:
        headers = app.as_(Role.COORDINATOR)
        assert reveal(app, headers).status_code == 200
        (alert,) = [row for row in app.rows() if row.kind is AuditKind.ALERT]
        assert alert.asked == {"people_per_hour": 1}
        assert app.get("/names?text=di", headers).status_code == 429


# ---- details of a civilian


def test_a_mediated_only_consent_names_the_door_openers_instead_of_the_number(app: TestApp) -> None:
    app.store.apply(
        change_set(updates=[changed(app.store, "phone-jens", visibility=Visibility.AREA)])
    )
    for role in (Role.OUTREACH, Role.COORDINATOR):
        answer = reveal(app, app.as_(role, person="dina"), "phone-jens")
        assert (answer.status_code, slug(answer)) == (409, "mediated-only")
        assert answer.json()["individual"] == "jens"
        assert [opener["id"] for opener in answer.json()["openers"]] == ["outreach"]
        assert "value" not in answer.json()


def test_a_consented_channel_is_revealed_to_an_outreach_worker_only(app: TestApp) -> None:
    write_direct_consent(app)
    dina = app.as_(Role.OUTREACH, person="dina")
    assert reveal(app, dina, "phone-jens").json()["value"] == NUMBERS["phone-jens"]
    coordinator = app.as_(Role.COORDINATOR, person="dina")
    assert slug(reveal(app, coordinator, "phone-jens")) == "mediated-only"
    assert reveal(app, app.as_(Role.OUTREACH, areas=("nabo",)), "phone-jens").status_code == 404


def test_a_consent_for_another_channel_shows_nothing(app: TestApp) -> None:
    write_direct_consent(app, channels=frozenset({Channel.EMAIL}))
    assert slug(reveal(app, app.as_(Role.OUTREACH, person="dina"), "phone-jens")) == "mediated-only"


def test_a_consent_for_another_audience_shows_nothing(app: TestApp) -> None:
    write_direct_consent(app, audience=frozenset({"politi"}))
    assert slug(reveal(app, app.as_(Role.OUTREACH, person="dina"), "phone-jens")) == "mediated-only"


# ---- through the door opener


def ask(
    app: TestApp, headers: Headers, individual: str = "jens", key: str = "key-number-1",
    **fields: str,
) -> Response:  # fmt: skip
    body = {"individual": individual, "purpose": "CONCERN", **fields}
    return app.post("/contact-requests", {**headers, "Idempotency-Key": key}, body)


@pytest.fixture
def asking(app: TestApp) -> tuple[TestApp, dict[str, str], dict[str, str]]:
    """The app; Amina, who has a number; and Dina, the door opener of Jens."""
    app.store.apply(change_set(creates=(AMINA, tie(ReachedBy, "amina", "phone-amina"))))
    return app, app.as_(Role.COORDINATOR, person="amina"), app.as_(Role.OUTREACH, person="dina")


Asking = tuple[TestApp, dict[str, str], dict[str, str]]


def test_a_contact_request_reaches_the_door_opener_and_returns_the_answer(asking: Asking) -> None:
    app, amina, dina = asking
    answer = ask(app, amina)
    assert answer.status_code == 201
    body = answer.json()
    assert (body["opener"], body["detail"], body["state"]) == ("outreach", "phone-amina", "ASKED")
    assert NUMBERS["phone-jens"] not in answer.text
    rows = [row for row in app.rows() if row.action == "ask_for_contact"]
    assert [(row.kind.value, row.change_set) for row in rows] == [("intent", None), ("done", None)]
    received = app.get("/contact-requests", dina).json()["received"]
    assert [request["id"] for request in received] == [body["id"]]
    where = f"/contact-requests/{body['id']}/state"
    for state in ("PASSED_ON", "LATER", "YES"):
        assert app.post(where, dina, {"state": state}).json()["state"] == state
    mine = app.get("/contact-requests", amina).json()
    assert [item["state"] for item in mine["made"]] == ["YES"]
    assert mine["received"] == []
    assert app.post(where, dina, {"state": "NO"}).status_code == 404


def test_a_request_for_the_first_node_in_the_order_of_ids_is_listed_too(asking: Asking) -> None:
    app, amina, dina = asking
    by_key = {node.id: node for node in kystby.nodes()}
    first = replace(by_key["jens"], id="aage")
    opens = tie(
        DoorOpenerFor, "outreach", "aage", consent_id="consent-aage", strength=0.8,
        levels=frozenset({PreventionLevel.OUTREACH}),
    )  # fmt: skip
    agreed = replace(by_key["consent-jens"], id="consent-aage")
    gave = tie(GaveConsent, "aage", "consent-aage")
    app.store.apply(change_set(creates=(first, agreed, gave, opens)))
    assert app.directory.snapshot().row_of["aage"] == 0
    assert ask(app, amina, individual="aage").status_code == 201
    for headers, part in ((amina, "made"), (dina, "received")):
        body = app.get("/contact-requests", headers).json()[part]
        assert [item["individual"] for item in body] == ["aage"]


def test_the_requesters_number_is_revealed_to_the_opener_of_an_open_request(asking: Asking) -> None:
    app, amina, _ = asking
    far = app.as_(Role.OUTREACH, areas=("nabo",), person="dina")
    assert reveal(app, far, "phone-amina", channel="PHONE").status_code == 404
    body = ask(app, amina).json()
    assert reveal(app, far, "phone-amina", channel="PHONE").json()["value"] == "+45 05 22 33 44"
    assert reveal(app, far, "phone-amina", channel="EMAIL").status_code == 404
    where = f"/contact-requests/{body['id']}/state"
    assert app.post(where, far, {"state": "NO"}).status_code == 200
    assert reveal(app, far, "phone-amina", channel="PHONE").status_code == 404


def test_the_door_opener_sees_the_requester_only_while_the_request_is_open(
    asking: Asking,
) -> None:
    app, amina, dina = asking
    request = ask(app, amina).json()
    assert (request["individual_name"], request["opener_name"]) == (
        "Formand Jens R.", "Opsøgende medarbejder, Havnen",
    )  # fmt: skip
    assert (request["asked_by"], request["channel"]) == (None, None)  # hidden from the requester

    def received(headers: dict[str, str]) -> Any:
        (item,) = app.get("/contact-requests", headers).json()["received"]
        return item["asked_by"], item["channel"]

    called_back = {"id": "amina", "name": "Amina Søkilde Østergård"}
    assert received(dina) == (called_back, "PHONE")
    where = f"/contact-requests/{request['id']}/state"
    assert app.post(where, dina, {"state": "LATER"}).json()["asked_by"] == called_back
    assert app.post(where, dina, {"state": "NO"}).json()["asked_by"] is None
    assert received(dina) == (None, None)


def test_counting_waiting_contact_requests_names_no_person(asking: Asking) -> None:
    app, amina, dina = asking
    body = ask(app, amina).json()
    empty_lists: dict[str, list[str]] = {"made": [], "received": []}
    assert app.read("/contact-requests", dina, count_only=True) == {**empty_lists, "waiting": 1}
    assert app.read("/contact-requests", amina, count_only=True) == {**empty_lists, "waiting": 0}
    read = [row for row in app.rows() if row.action == "read_contact_requests"]
    assert [row.subjects for row in read if row.kind is AuditKind.SHOWN] == [(), ()]
    app.post(f"/contact-requests/{body['id']}/state", dina, {"state": "NO"})
    answer = app.read("/contact-requests", dina)
    assert (answer["waiting"], len(answer["received"])) == (0, 1)
    assert "jens" in app.rows()[-1].subjects


def test_an_ended_contact_detail_is_no_longer_shown_to_the_door_opener(asking: Asking) -> None:
    app, amina, dina = asking
    ask(app, amina)
    end = End(id="phone-amina", on=app.directory.today(), based_on=app.store.revision())
    app.store.apply(change_set(ends=[end]))
    (item,) = app.get("/contact-requests", dina).json()["received"]
    assert (item["state"], item["asked_by"], item["channel"]) == ("ASKED", None, None)


def test_a_second_open_contact_request_is_refused_and_a_key_creates_one(asking: Asking) -> None:
    app, amina, dina = asking
    first = ask(app, amina).json()
    assert ask(app, amina).json() == first
    again = ask(app, amina, key="key-number-2")
    assert (again.status_code, again.json()["id"]) == (409, first["id"])
    assert slug(ask(app, amina, purpose="MOVE")) == "key-reused"
    app.post(f"/contact-requests/{first['id']}/state", dina, {"state": "NO"})
    assert ask(app, amina, key="key-number-2").status_code == 201


def test_a_contact_request_prefers_a_door_opener_who_is_present(asking: Asking) -> None:
    app, amina, dina = asking
    levels = frozenset({PreventionLevel.OUTREACH})
    # nobody holds this post, which is the first in the order of ids
    vacant = tie(
        DoorOpenerFor, "intake", "jens", consent_id="consent-jens", strength=0.8, levels=levels
    )
    app.store.apply(change_set(creates=[vacant]))
    answer = reveal(app, dina, "phone-jens")
    assert [opener["id"] for opener in answer.json()["openers"]] == ["outreach", "intake"]
    assert ask(app, amina).json()["opener"] == "outreach"
    assert ask(app, amina, key="key-number-2", opener="intake").status_code == 201
    (request,) = app.get("/contact-requests", amina).json()["made"]
    assert request["opener"] == "intake"


def test_only_callers_who_see_a_civilian_may_request_contact(asking: Asking) -> None:
    app, amina, _ = asking
    for individual in ("kaj", "nobody", "amina", "ssp-post", "phone-jens"):
        assert ask(app, amina, individual).status_code == 404
    assert ask(app, amina, opener="ssp-post").status_code == 404
    assert ask(app, amina, purpose="VERIFY").status_code == 404
    assert ask(app, app.as_(Role.COORDINATOR, areas=("nabo",), person="erik")).status_code == 404
    for role in (Role.ANALYST, Role.STEWARD, Role.DPO, Role.ADMIN, Role.SERVICE):
        assert ask(app, app.as_(role, person="amina")).status_code == 403
    assert app.post("/contact-requests", amina, {}).status_code == 422


def test_a_contact_request_needs_a_work_detail_of_the_requester(asking: Asking) -> None:
    app, _, dina = asking
    answer = ask(app, dina)
    assert (answer.status_code, answer.json()["errors"][0]["rule"]) == (422, "OWN_WORK_DETAIL")


def test_only_the_door_opener_may_answer_a_contact_request(asking: Asking) -> None:
    app, amina, _ = asking
    body = ask(app, amina).json()
    where = f"/contact-requests/{body['id']}/state"
    for person in ("amina", "bo", "carl"):
        other = app.as_(Role.COORDINATOR, person=person)
        assert app.post(where, other, {"state": "YES"}).status_code == 404
    assert app.post(where, amina, {"state": "ASKED"}).status_code == 422


# ---- nobody else


def test_only_reveal_responses_can_carry_a_contact_value(app: TestApp) -> None:
    spec: dict[str, Any] = app.asgi.openapi()
    schemas: dict[str, Any] = spec["components"]["schemas"]
    paths: dict[str, dict[str, Any]] = spec["paths"]
    assert [name for name, schema in schemas.items() if CONTACT_VALUE in str(schema)] == [
        "RevealedDetail"
    ]
    assert [
        name for name, schema in schemas.items() if "schemas/RevealedDetail'" in str(schema)
    ] == ["RevealedDetails"]
    actual = {
        f"{method.upper()} {path}"
        for path, operations in paths.items()
        for method, operation in operations.items()
        if "schemas/RevealedDetail'" in str(operation["responses"])
    }
    assert actual == {"POST /reveal"}


def test_a_future_holder_does_not_receive_contact_requests_today(asking: Asking) -> None:
    app, amina, _ = asking
    ask(app, amina)
    later = tie(Holds, "carl", "outreach", valid_from=app.directory.today().replace(year=2027))
    app.store.apply(change_set(creates=(later,)))
    carl = app.as_(Role.OUTREACH, person="carl")
    assert app.get("/contact-requests", carl).json()["received"] == []


def test_revealing_needs_the_role_and_the_area_in_one_grant(app: TestApp) -> None:
    account = app.accounts.add("two-grants")
    for role, area in ((Role.STEWARD, "nabo"), (Role.ANALYST, "kystby")):
        app.accounts.grant(account, Grant(role=role, areas=frozenset({area})), given_by="test")
    token = app.accounts.open_session(account, Assurance.STRONG)
    assert reveal(app, bearer(token), purpose="VERIFY").status_code == 404
