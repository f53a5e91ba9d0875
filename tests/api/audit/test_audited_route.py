"""What does a route of each kind leave in the log: streamed, budgeted, written, broken off?"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, Depends
from fastapi.responses import StreamingResponse
from starlette.responses import PlainTextResponse, Response

from api.audit.budget import Budget
from api.audit.entry import AuditKind
from api.audited_route import AuditedRoute
from api.dependencies import may
from api.errors import Refused
from api.state import RequestContext
from graph.access.policy import Role, Task
from graph.errors import NotFound
from tests.api.audit.logs import tampering
from tests.fixtures.app import TestApp

router = APIRouter(route_class=AuditedRoute, prefix="/drawn")
Asking = Annotated[RequestContext, Depends(may(Task.QUESTION, plain=("person",)))]
Editing = Annotated[RequestContext, Depends(may(Task.EDIT, plain=("person",)))]
Granting = Annotated[RequestContext, Depends(may(Task.ACCOUNTS))]


@router.get("/stream")
def read_stream(context: Asking) -> StreamingResponse:
    context.view()

    def parts() -> Iterator[str]:
        for person in ("amina", "bo"):
            context.show([person, "ssp-post"], count=1)
            yield person

    return StreamingResponse(parts(), media_type="text/plain")


@router.post("/reveal/{person}")
def reveal_one(context: Asking, person: str) -> Response:
    context.purpose, context.subjects = "CONCERN", {person}
    context.budget = Budget(
        most=1, since=datetime(2020, 1, 1, tzinfo=UTC), until=datetime(2100, 1, 1, tzinfo=UTC),
        purposes=frozenset({"CONCERN"}),
    )  # fmt: skip
    return PlainTextResponse("+45 00 00 00 00")


@router.put("/{person}")
def change_one(context: Editing, person: str) -> dict[str, str]:
    if person == "nobody":
        raise NotFound(person)
    if person == "unknown":
        raise Refused("outcome-unknown")
    return {"id": context.view().id(context.view().row(person))}


@router.post("/grants")
def give_grant(context: Granting) -> dict[str, str]:
    return {}


@pytest.fixture
def drawn(app: TestApp) -> TestApp:
    asgi: Any = app.http.app
    asgi.include_router(router)
    return app


def told(app: TestApp) -> list[tuple[str, int | None, tuple[str, ...]]]:
    return [(row.kind.value, row.result, row.subjects) for row in app.rows()]


def test_each_part_of_a_stream_is_written_down_before_it_is_sent(drawn: TestApp) -> None:
    assert drawn.get("/drawn/stream", drawn.as_(Role.COORDINATOR)).text == "aminabo"
    assert told(drawn) == [
        ("asked", None, ()), ("shown", 200, ()), ("shown", None, ("amina",)),
        ("shown", None, ("bo",)),
    ]  # fmt: skip


def test_a_budget_that_is_used_up_keeps_the_answer_back(drawn: TestApp) -> None:
    headers = drawn.as_(Role.COORDINATOR)
    first = drawn.post("/drawn/reveal/amina", headers)
    second = drawn.post("/drawn/reveal/bo", headers)
    assert (first.status_code, second.status_code) == (200, 429)
    assert second.json()["type"] == "/problems/budget-used"
    assert "+45" not in second.text
    assert told(drawn) == [
        ("asked", None, ()), ("shown", 200, ("amina",)), ("asked", None, ()),
        ("alert", 429, ("bo",)),
    ]  # fmt: skip


def test_a_write_leaves_its_intent_before_and_its_outcome_after(drawn: TestApp) -> None:
    headers = drawn.as_(Role.STEWARD)
    for person in ("amina", "nobody"):
        drawn.http.put(f"/drawn/{person}", headers=headers)
    assert told(drawn) == [
        ("intent", None, ()), ("done", 200, ("amina",)), ("intent", None, ()),
        ("denied", 404, ()),
    ]  # fmt: skip
    first, second, third, _ = drawn.rows()
    assert first.change_set == second.change_set != third.change_set
    assert (first.request_id, first.asked) == (second.request_id, {"person": "amina"})


def test_an_unknown_outcome_leaves_the_intent_open_for_the_sweeper(drawn: TestApp) -> None:
    answer = drawn.http.put("/drawn/unknown", headers=drawn.as_(Role.STEWARD))
    assert answer.status_code == 503
    assert told(drawn) == [("intent", None, ())]


def test_a_write_whose_outcome_cannot_be_written_is_left_open_too(drawn: TestApp) -> None:
    headers = drawn.as_(Role.STEWARD)
    drawn.http.put("/drawn/amina", headers=headers)
    with tampering(drawn.folder, drawn.audit.begun()[-1]) as file:
        file.execute(
            "CREATE TRIGGER full BEFORE INSERT ON audit WHEN new.kind = 'done' "
            "BEGIN SELECT RAISE(ABORT, 'full'); END"
        )
    answer = drawn.http.put("/drawn/bo", headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/audit-unavailable")
    assert told(drawn)[-1] == ("intent", None, ())


IDS = (
    "amina", "0197f3a0-5d2c-7c3e-9b1a-2f4e6a8c0d1e", "0787", "2026-11-25", "2026-11-25T09:30:00Z",
    "CONCERN",
)  # fmt: skip
NO_IDS = ("0101701234", "010170-1234", "12345678", "Amina Yusuf")


def test_what_is_typed_where_an_id_belongs_is_kept_only_if_it_may_be_one(drawn: TestApp) -> None:
    headers = drawn.as_(Role.STEWARD)
    for typed in (*IDS, *NO_IDS):
        drawn.http.put(f"/drawn/{typed}", headers=headers)
    kept = [row.asked["person"] for row in drawn.rows() if row.kind is AuditKind.INTENT]
    assert kept == [*IDS, *(f"hmac:{drawn.audit.term(typed)}" for typed in NO_IDS)]


def test_a_change_of_accounts_is_no_change_set_of_the_graph(drawn: TestApp) -> None:
    drawn.post("/drawn/grants", drawn.as_(Role.ADMIN))
    intent, done = drawn.rows()
    assert (intent.kind, done.kind) == (AuditKind.INTENT, AuditKind.DONE)
    assert intent.change_set is None
