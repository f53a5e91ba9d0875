"""Several contact details for one purpose: all of them or none, a row each, one budget."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from httpx2 import Response

from api.identity.store import Assurance
from api.schemas.reveal import MOST_DETAILS
from api.settings import Settings
from graph.access.policy import Role, Task
from graph.model import Actor, BelongsTo, ContactDetail, Element, ReachedBy, Secret
from graph.vocabulary import Channel, PostKind, Sector, Tier, Visibility
from tests.api.audit.logs import refuse_rows
from tests.change_sets import NUMBERS, change_set, changed
from tests.fixtures.app import Headers, TestApp, bearer, opened_app
from tests.fixtures.details import numbers_of
from tests.fixtures.editor import slug
from tests.graph.paths.additions import post, tie

CHANNELS = {"phone-amina": "PHONE", "mail-amina": "EMAIL", "hotline-phone": "PHONE"}
VALUES = {
    **NUMBERS, "phone-amina": "+45 05 22 33 44", "mail-amina": "amina@kystby.example",
    "hotline-phone": "+45 70 10 00 70",
}  # fmt: skip
WAY = ("phone-amina", "mail-amina", "phone-bo")


def detail(detail_id: str, **fields: Any) -> ContactDetail:
    return ContactDetail(
        id=detail_id, channel=Channel(CHANNELS[detail_id]), value=Secret(VALUES[detail_id]),
        hint="•••••", source="kystby", **fields,
    )  # fmt: skip


def additions() -> tuple[Element, ...]:
    """Return two contact details of Amina, and a hotline with a public number."""
    hotline: Actor = post("hotline", PostKind.HOTLINE, Sector.CIVIL_SOCIETY, tier=Tier.NATIONAL)
    return (
        detail("phone-amina"), detail("mail-amina"), hotline, detail("hotline-phone"),
        tie(ReachedBy, "amina", "phone-amina"), tie(ReachedBy, "amina", "mail-amina"),
        tie(BelongsTo, "hotline", "politi"), tie(ReachedBy, "hotline", "hotline-phone"),
    )  # fmt: skip


@pytest.fixture
def app(app: TestApp) -> TestApp:
    app.store.apply(change_set(creates=additions()))
    return app


@pytest.fixture
def thrifty(app: TestApp) -> Iterator[TestApp]:
    settings = Settings(reveals_per_day=3, checks_per_day=2, calls_per_min=9_999)
    with opened_app(app.store, app.folder, settings) as thrifty:
        yield thrifty


def requested_details(*details: str) -> list[dict[str, str]]:
    return [{"detail": item, "channel": CHANNELS.get(item, "MOBILE")} for item in details]


def reveal(app: TestApp, headers: Headers, *details: str, purpose: str = "CONCERN") -> Response:
    return app.post(
        "/reveal", headers, {"details": requested_details(*details), "purpose": purpose}
    )


def holds_no_value(answer: Response) -> bool:
    return not any(value in answer.text for value in VALUES.values())


def outcomes(app: TestApp) -> list[tuple[str, str | None, tuple[str, ...], Any]]:
    return [
        (row.kind.value, row.purpose, row.subjects, row.asked.get("detail"))
        for row in app.rows()
        if row.kind.value != "asked"
    ]


def test_several_details_are_revealed_in_order_and_logged_with_their_owners(app: TestApp) -> None:
    answer = reveal(app, app.as_(Role.COORDINATOR), *WAY)
    assert answer.status_code == 200
    assert answer.json() == {"revealed": [
        {"detail": "phone-amina", "owner": "amina", "channel": "PHONE",
         "value": VALUES["phone-amina"]},
        {"detail": "mail-amina", "owner": "amina", "channel": "EMAIL",
         "value": VALUES["mail-amina"]},
        {"detail": "phone-bo", "owner": "bo", "channel": "MOBILE", "value": VALUES["phone-bo"]},
    ]}  # fmt: skip
    assert answer.headers["cache-control"] == "no-store"
    first, *shown = app.rows()
    assert first.asked == {"details": requested_details(*WAY), "purpose": "CONCERN"}
    assert [(row.kind.value, row.action, row.result) for row in shown] == [
        ("shown", "reveal_detail", 200)
    ] * 3
    assert {row.request_id for row in shown} == {first.request_id}
    assert outcomes(app) == [
        ("shown", "CONCERN", ("amina",), "phone-amina"),
        ("shown", "CONCERN", ("amina",), "mail-amina"),
        ("shown", "CONCERN", ("bo",), "phone-bo"),
    ]
    assert not [row for row in app.rows() for value in VALUES.values() if value in str(row)]


def test_a_detail_in_a_list_is_logged_like_a_detail_revealed_alone(app: TestApp) -> None:
    headers = app.as_(Role.COORDINATOR)
    alone = {"detail": "phone-bo", "channel": "MOBILE", "purpose": "CONCERN"}
    body = app.post("/reveal", headers, alone).json()
    assert reveal(app, headers, "phone-bo").json() == {"revealed": [body]}
    first, second = outcomes(app)
    assert first == second


def test_a_detail_that_may_not_be_revealed_blocks_all_and_is_named_by_index(app: TestApp) -> None:
    headers = app.as_(Role.COORDINATOR)
    hidden = ("phone-erik", "phone-jens", "nobody", "No id!", "amina", "", "bo--phone-bo")
    answers = [reveal(app, headers, "phone-bo", item, "phone-amina") for item in hidden]
    wrong = [*requested_details("phone-bo"), {"detail": "phone-amina", "channel": "EMAIL"}]
    answers.append(app.post("/reveal", headers, {"details": wrong, "purpose": "CONCERN"}))
    assert {answer.status_code for answer in answers} == {404}
    assert all(map(holds_no_value, answers))
    bodies = [{**answer.json(), "request_id": ""} for answer in answers]
    assert all(body == bodies[0] for body in bodies)
    assert bodies[0]["pointer"] == "/details/1"
    assert {(kind, subjects) for kind, _, subjects, _ in outcomes(app)} == {("denied", ())}
    alone = app.post(
        "/reveal", headers, {**requested_details("nobody")[0], "purpose": "CONCERN"}
    ).json()
    assert {**bodies[0], "pointer": None} == {**alone, "request_id": "", "pointer": None}


def test_a_mediated_only_civilian_in_the_list_blocks_all_reveals(app: TestApp) -> None:
    app.store.apply(
        change_set(updates=[changed(app.store, "phone-jens", visibility=Visibility.AREA)])
    )
    answer = reveal(app, app.as_(Role.COORDINATOR, person="dina"), *WAY, "phone-jens")
    assert (answer.status_code, slug(answer)) == (409, "mediated-only")
    body = answer.json()
    assert (body["individual"], body["pointer"]) == ("jens", "/details/3")
    assert [opener["id"] for opener in body["openers"]] == ["outreach"]
    assert holds_no_value(answer)
    assert "shown" not in {kind for kind, *_ in outcomes(app)}


def test_a_list_must_hold_one_to_forty_distinct_details(app: TestApp, coordinator: Headers) -> None:
    both = {
        "details": requested_details("phone-bo"),
        **requested_details("phone-amina")[0],
        "purpose": "CONCERN",
    }
    many = [f"detail-{number}" for number in range(MOST_DETAILS + 1)]
    wrong: tuple[dict[str, Any], ...] = (
        {"details": [], "purpose": "CONCERN"}, {"details": requested_details("phone-bo")},
        {"details": requested_details("phone-bo", "phone-amina", "phone-bo"), "purpose": "CONCERN"},
        {"details": requested_details(*many), "purpose": "CONCERN"},
        {"purpose": "CONCERN"}, {"detail": "phone-bo", "purpose": "CONCERN"}, both,
    )  # fmt: skip
    for item in wrong:
        answer = app.post("/reveal", coordinator, item)
        assert (answer.status_code, slug(answer)) == (422, "invalid"), item
        assert holds_no_value(answer)
    twice = reveal(app, coordinator, "phone-bo", "phone-bo").json()["errors"]
    assert [item["pointer"] for item in twice] == ["/details"]
    answer = reveal(app, coordinator, *many[:MOST_DETAILS])
    assert (answer.status_code, answer.json()["pointer"]) == (404, "/details/0")


def test_text_typed_in_place_of_an_id_is_logged_only_as_a_hash(app: TestApp) -> None:
    headers = app.as_(Role.COORDINATOR)
    reveal(app, headers, "phone-bo", "Bo Rugvang Sørensen")
    named = {"details": [{"Rugvang": "phone-bo"}], "purpose": "CONCERN"}
    assert app.post("/reveal", headers, named).status_code == 422
    requests = [row.asked["details"] for row in app.rows() if row.kind.value == "asked"]
    assert [request.startswith("hmac:") for request in requests] == [True, True]


# ---- roles and tokens


def test_each_role_may_reveal_several_only_for_its_own_purposes(app: TestApp) -> None:
    steward, officer = app.as_(Role.STEWARD), app.as_(Role.DPO)
    assert reveal(app, steward, *WAY, purpose="VERIFY").status_code == 200
    answer = reveal(app, officer, *WAY)
    assert (slug(answer), answer.json()["needed"]) == ("forbidden", ["SUBJECT_REQUEST"])
    assert reveal(app, officer, *WAY, purpose="SUBJECT_REQUEST").status_code == 200


def test_a_password_session_reveals_a_list_only_if_all_details_are_its_own(app: TestApp) -> None:
    token = app.token(Role.COORDINATOR, person="amina", assurance=Assurance.PASSWORD)
    headers = bearer(token)
    assert reveal(app, headers, "phone-amina", "mail-amina").status_code == 200
    for other in ("phone-bo", "phone-erik", "nobody"):
        answer = reveal(app, headers, "phone-amina", other)
        assert (slug(answer), "pointer" in answer.json()) == ("step-up", False)


def test_an_access_token_cannot_reveal_details(app: TestApp) -> None:
    account = app.account(Role.COORDINATOR, person="amina")
    text = app.accounts.tokens.make(
        account, label="x", scopes=(Task.QUESTION,), days=1, made_by=account
    ).text
    answer = reveal(app, bearer(text or ""), *WAY)
    assert (answer.status_code, slug(answer)) == (403, "forbidden")
    assert holds_no_value(answer)


# ---- budgets


def test_a_list_beyond_the_daily_budget_reveals_nothing(thrifty: TestApp) -> None:
    headers = thrifty.as_(Role.COORDINATOR)
    thrifty.store.apply(change_set(creates=numbers_of("bo", 2)))
    assert reveal(thrifty, headers, "number-0").status_code == 200
    answer = reveal(thrifty, headers, *WAY)
    assert (answer.status_code, slug(answer)) == (429, "budget-used")
    body = answer.json()
    assert (body["most"], body["left"]) == (3, 2)
    assert body["detail"] == "Du bad om 3, og der er 2 tilbage i dag."
    assert int(answer.headers["Retry-After"]) > 0
    assert holds_no_value(answer)
    assert outcomes(thrifty)[1:] == [("alert", "CONCERN", ("amina", "bo"), None)]
    assert reveal(thrifty, headers, *WAY[:2]).status_code == 200
    assert reveal(thrifty, headers, *WAY[:2], "number-0").status_code == 200, "they were shown"
    assert reveal(thrifty, headers, "phone-bo").status_code == 429
    assert reveal(thrifty, headers, *WAY[:2], purpose="VERIFY").status_code == 200
    body = thrifty.get("/me/budgets", headers).json()["found"]
    used = {row["purpose"]: row["used"] for row in body}
    assert (used["CONCERN"], used["VERIFY"]) == (3, 2)


def test_own_and_public_numbers_do_not_count_against_the_budget(thrifty: TestApp) -> None:
    headers = thrifty.as_(Role.COORDINATOR, person="amina")
    thrifty.store.apply(change_set(creates=numbers_of("bo", 3)))
    assert reveal(thrifty, headers, *WAY, "hotline-phone").status_code == 200
    for number in ("number-0", "number-1"):
        assert reveal(thrifty, headers, *WAY, number, "hotline-phone").status_code == 200
    assert reveal(thrifty, headers, *WAY, "number-2", "hotline-phone").status_code == 429
    assert reveal(thrifty, headers, "phone-amina", "hotline-phone").status_code == 200
    shown = [(purpose, detail) for kind, purpose, _, detail in outcomes(thrifty) if kind == "shown"]
    assert shown[:4] == [
        (None, "phone-amina"), (None, "mail-amina"), ("CONCERN", "phone-bo"),
        (None, "hotline-phone"),
    ]  # fmt: skip


def test_of_two_concurrent_lists_beyond_the_budget_one_is_revealed_whole(thrifty: TestApp) -> None:
    headers, start = thrifty.as_(Role.COORDINATOR), Barrier(2)
    thrifty.store.apply(change_set(creates=numbers_of("bo", 4)))

    def ask(place: int) -> Response:
        start.wait()
        return reveal(thrifty, headers, f"number-{2 * place}", f"number-{2 * place + 1}")

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(ask, range(2)), key=lambda answer: answer.status_code)
    assert [answer.status_code for answer in answers] == [200, 429]
    assert len(answers[0].json()["revealed"]) == 2
    assert holds_no_value(answers[1])
    kinds = [kind for kind, *_ in outcomes(thrifty)]
    assert (kinds.count("shown"), kinds.count("alert")) == (2, 1)


def test_a_failed_audit_row_prevents_all_reveals_and_their_rows(app: TestApp) -> None:
    headers = app.as_(Role.COORDINATOR)
    reveal(app, headers, "phone-bo")
    refuse_rows(app.folder, app.audit.existing_months()[-1], "new.subjects LIKE '%bo%'")
    answer = reveal(app, headers, *WAY)
    assert (answer.status_code, slug(answer)) == (503, "audit-unavailable")
    assert holds_no_value(answer)
    assert len(outcomes(app)) == 1


def test_own_audit_rows_list_each_revealed_detail(app: TestApp, coordinator: Headers) -> None:
    reveal(app, coordinator, *WAY)
    page = app.get("/audit/mine", coordinator, limit=2).json()
    assert [(row["action"], row["persons"]) for row in page["rows"]] == [("reveal_detail", 1)] * 3
    assert page["next"] is None
