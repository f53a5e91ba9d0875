"""The rows that each route writes to the log, and the bodies that it reads."""

import sys
from collections.abc import Generator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Annotated, Any, Final

import pytest
from fastapi import APIRouter, Depends, FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.responses import StreamingResponse
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from api.audit.budget import Budget
from api.audit.entry import AuditKind
from api.audit.log import AuditLog
from api.audited_route import (
    EXEMPT,
    MOST_MEMBERS,
    MOST_TEXT,
    AuditedRoute,
    UploadRoute,
    parse_json_text,
)
from api.dependencies import may
from api.errors import Refusal
from api.identity.sign_in_attempts import SignInAttempt, sign_in_attempt
from api.middleware import MOST_BODY
from api.settings import Settings
from api.state import RequestContext
from graph.access.policy import Role, Task
from graph.errors import NotFound
from tests.api.audit.logs import open_log, refuse_rows, rows
from tests.fixtures.app import TestApp
from tests.fixtures.editor import desk_of, slug

router = APIRouter(route_class=AuditedRoute)


@router.get("/without")
def without_caller() -> dict[str, str]:
    return {"name": "Amina"}


@router.get("/without-waiting")
async def without_caller_on_the_loop() -> dict[str, str]:
    return {"name": "Amina"}


@router.get("/refused")
def refuse() -> None:
    raise Refusal("unauthenticated")


@router.get("/crowded")
def crowd() -> None:
    raise Refusal("too-many")


@router.post("/attempt")
def attempt_to_sign_in(attempt: Annotated[SignInAttempt, Depends(sign_in_attempt)]) -> None:
    attempt.account = "acc-1"


@pytest.fixture
def log(tmp_path: Path) -> Generator[AuditLog]:
    with open_log(tmp_path) as log:
        yield log


@pytest.fixture
def http(log: AuditLog) -> TestClient:
    app = FastAPI()
    app.include_router(router)
    state = SimpleNamespace(settings=Settings(), audit=log, explorer_key=b"")

    async def with_state(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "state": {"app_state": state}}, receive, send)

    return TestClient(with_state, raise_server_exceptions=False)


@pytest.mark.parametrize("path", ["/without", "/without-waiting"])
def test_an_answer_without_a_caller_is_not_sent(http: TestClient, log: AuditLog, path: str) -> None:
    answer = http.get(path)
    assert answer.status_code == 500
    assert "Amina" not in answer.text
    (row,) = rows(log)
    assert (row.kind, row.result, row.caller) == (AuditKind.NOT_DONE, 500, None)


def test_an_unauthenticated_request_is_audited_without_account_unless_throttled(
    http: TestClient, log: AuditLog
) -> None:
    assert http.get("/refused").status_code == 500  # no handler turns it into a problem here
    (row,) = rows(log)
    assert (row.kind, row.result, row.caller) == (AuditKind.DENIED, 401, None)
    http.get("/crowded")
    assert len(rows(log)) == 1


def test_a_sign_in_is_recorded_for_its_account(http: TestClient, log: AuditLog) -> None:
    assert http.post("/attempt", json={}).status_code == 200
    intent, done = rows(log)
    assert (intent.kind, intent.caller) == (AuditKind.INTENT, None)
    assert (done.kind, done.caller, done.result) == (AuditKind.DONE, "acc-1", 200)


drawn_router = APIRouter(route_class=AuditedRoute, prefix="/drawn")
Asking = Annotated[RequestContext, Depends(may(Task.QUESTION, plain=("person",)))]
Editing = Annotated[RequestContext, Depends(may(Task.EDIT, plain=("person",)))]
Granting = Annotated[RequestContext, Depends(may(Task.ACCOUNTS))]


@drawn_router.get("/stream")
def read_stream(context: Asking) -> StreamingResponse:
    context.view()

    def parts() -> Iterator[str]:
        for person in ("amina", "bo"):
            context.show([person, "ssp-post"], count=1)
            yield person

    return StreamingResponse(parts(), media_type="text/plain")


@drawn_router.post("/reveal/{person}")
def reveal_one(context: Asking, person: str) -> Response:
    context.purpose, context.subjects = "CONCERN", {person}
    context.budget = Budget(
        most=1, since=datetime(2020, 1, 1, tzinfo=UTC), until=datetime(2100, 1, 1, tzinfo=UTC),
        purposes=frozenset({"CONCERN"}),
    )  # fmt: skip
    return PlainTextResponse("+45 00 00 00 00")


@drawn_router.put("/{person}")
def change_one(context: Editing, person: str) -> dict[str, str]:
    if person == "nobody":
        raise NotFound(person)
    if person == "unknown":
        raise Refusal("outcome-unknown")
    return {"id": context.view().id(context.view().row(person))}


@drawn_router.post("/grants")
def give_grant(context: Granting) -> dict[str, str]:
    return {}


@pytest.fixture
def app_with_routes(app: TestApp) -> TestApp:
    asgi: Any = app.http.app
    asgi.include_router(drawn_router)
    return app


def outcomes(app: TestApp) -> list[tuple[str, int | None, tuple[str, ...]]]:
    return [(row.kind.value, row.result, row.subjects) for row in app.rows()]


def test_each_part_of_a_stream_has_its_own_audit_row(app_with_routes: TestApp) -> None:
    assert (
        app_with_routes.get("/drawn/stream", app_with_routes.as_(Role.COORDINATOR)).text
        == "aminabo"
    )
    assert outcomes(app_with_routes) == [
        ("asked", None, ()), ("shown", 200, ()), ("shown", None, ("amina",)),
        ("shown", None, ("bo",)),
    ]  # fmt: skip


def test_a_part_of_a_stream_whose_row_cannot_be_written_is_not_sent(
    app_with_routes: TestApp,
) -> None:
    headers = app_with_routes.as_(Role.COORDINATOR)
    app_with_routes.get("/drawn/stream", headers)
    (month,) = app_with_routes.audit.existing_months()
    refuse_rows(app_with_routes.folder, month, "new.subjects like '%bo%'")
    assert app_with_routes.get("/drawn/stream", headers).text == "amina"


def test_an_exhausted_budget_withholds_the_answer_and_logs_an_alert(
    app_with_routes: TestApp,
) -> None:
    headers = app_with_routes.as_(Role.COORDINATOR)
    first = app_with_routes.post("/drawn/reveal/amina", headers)
    second = app_with_routes.post("/drawn/reveal/bo", headers)
    assert (first.status_code, second.status_code) == (200, 429)
    assert second.json()["type"] == "/problems/budget-used"
    assert "+45" not in second.text
    assert outcomes(app_with_routes) == [
        ("asked", None, ()), ("shown", 200, ("amina",)), ("asked", None, ()),
        ("alert", 429, ("bo",)),
    ]  # fmt: skip


def test_a_write_logs_its_intent_and_then_its_outcome(app_with_routes: TestApp) -> None:
    headers = app_with_routes.as_(Role.STEWARD)
    for person in ("amina", "nobody"):
        app_with_routes.http.put(f"/drawn/{person}", headers=headers)
    assert outcomes(app_with_routes) == [
        ("intent", None, ()), ("done", 200, ("amina",)), ("intent", None, ()),
        ("denied", 404, ()),
    ]  # fmt: skip
    first, second, third, _ = app_with_routes.rows()
    assert first.change_set == second.change_set != third.change_set
    assert (first.request_id, first.asked) == (second.request_id, {"person": "amina"})


def test_an_unknown_outcome_leaves_the_intent_open_for_the_sweeper(
    app_with_routes: TestApp,
) -> None:
    answer = app_with_routes.http.put("/drawn/unknown", headers=app_with_routes.as_(Role.STEWARD))
    assert answer.status_code == 503
    assert outcomes(app_with_routes) == [("intent", None, ())]


def test_a_write_whose_outcome_cannot_be_logged_leaves_the_intent_open(
    app_with_routes: TestApp,
) -> None:
    headers = app_with_routes.as_(Role.STEWARD)
    app_with_routes.http.put("/drawn/amina", headers=headers)
    refuse_rows(
        app_with_routes.folder, app_with_routes.audit.existing_months()[-1], "new.kind = 'done'"
    )
    answer = app_with_routes.http.put("/drawn/bo", headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/audit-unavailable")
    assert outcomes(app_with_routes)[-1] == ("intent", None, ())


IDS = (
    "amina", "0197f3a0-5d2c-7c3e-9b1a-2f4e6a8c0d1e", "0787", "2026-11-25", "2026-11-25T09:30:00Z",
    "CONCERN",
)  # fmt: skip
NO_IDS = ("0101701234", "010170-1234", "12345678", "Amina Yusuf")


def test_an_id_parameter_is_logged_in_plain_text_only_if_it_may_be_an_id(
    app_with_routes: TestApp,
) -> None:
    headers = app_with_routes.as_(Role.STEWARD)
    for typed in (*IDS, *NO_IDS):
        app_with_routes.http.put(f"/drawn/{typed}", headers=headers)
    stored = [row.asked["person"] for row in app_with_routes.rows() if row.kind is AuditKind.INTENT]
    assert stored == [*IDS, *(f"hmac:{app_with_routes.audit.term(typed)}" for typed in NO_IDS)]


def test_parameters_are_logged_as_the_route_receives_them(app_with_routes: TestApp) -> None:
    headers = app_with_routes.as_(Role.STEWARD)
    given: dict[str, Any] = {"json": {"person": "bo"}, "params": {"person": "carl"}}
    app_with_routes.http.put("/drawn/amina", headers=headers, **given)
    app_with_routes.get("/drawn/stream", headers, person=["amina", "bo"], text=["Amina", "Bo"])
    rows = [row.asked for row in app_with_routes.rows() if row.asked]
    typed = [f"hmac:{app_with_routes.audit.term(name)}" for name in ("Amina", "Bo")]
    assert rows == [{"person": "amina"}, {"person": ["amina", "bo"], "text": typed}]


def test_a_change_of_accounts_is_audited_without_a_change_set(app_with_routes: TestApp) -> None:
    app_with_routes.post("/drawn/grants", app_with_routes.as_(Role.ADMIN))
    intent, done = app_with_routes.rows()
    assert (intent.kind, done.kind) == (AuditKind.INTENT, AuditKind.DONE)
    assert intent.change_set is None


EXEMPT_FOLDERS: Final = ("/docs",)
"""Files of the interactive documentation, the same for every caller."""
BEFORE_SIGN_IN: Final[frozenset[tuple[str, str]]] = frozenset(
    {("POST", "/setup"), ("POST", "/sessions"), ("POST", "/invitations/redeem")}
)
"""Routes called before sign-in, and so without a task; they still write rows."""
BY_LINK: Final[frozenset[tuple[str, str]]] = frozenset(
    {("GET", "/withdraw/{token}"), ("POST", "/withdraw/{token}")}
)
"""Called by a civilian with a link, without an account; they write their own rows."""


def routes(app: TestApp) -> Iterator[tuple[str, str, BaseRoute]]:
    """Yield method, path and route of every route, files and documentation included."""
    asgi: Any = app.http.app
    for context in iter_route_contexts(asgi.routes):
        for method in sorted((context.methods or {"GET"}) - {"HEAD"}):
            yield method, context.path or "", context.original_route


def tasks(dependant: Dependant) -> set[Task]:
    task = getattr(dependant.call, "task", None)
    own_tasks = {task} if isinstance(task, Task) else set[Task]()
    return own_tasks.union(*(tasks(dependency) for dependency in dependant.dependencies))


def is_exempt(method: str, path: str) -> bool:
    return (method, path) in EXEMPT or path.startswith(EXEMPT_FOLDERS)


def test_each_route_is_audited_and_has_a_task_or_is_a_listed_exception(app: TestApp) -> None:
    for method, path, route in routes(app):
        if is_exempt(method, path):
            assert not (isinstance(route, AuditedRoute) and tasks(route.dependant)), path
            continue
        if (method, path) in BY_LINK:
            continue  # their rows are tested below
        assert isinstance(route, AuditedRoute), f"{method} {path} leaves no row"
        assert tasks(route.dependant) or (method, path) in BEFORE_SIGN_IN, (
            f"{method} {path} has no task"
        )


def test_the_listing_of_routes_includes_known_routes(app: TestApp) -> None:
    expected = {(method, path) for method, path, _ in routes(app)}
    assert {("GET", "/names"), ("GET", "/audit/rows"), ("POST", "/audit/terms")} <= expected


def test_every_listed_exception_is_an_existing_route(app: TestApp) -> None:
    expected = {(method, path) for method, path, _ in routes(app)}
    assert expected >= EXEMPT | BEFORE_SIGN_IN | BY_LINK
    for folder in EXEMPT_FOLDERS:
        assert any(path.startswith(folder) for _, path in expected), folder


@pytest.mark.slow
def test_each_audited_route_writes_a_row_with_and_without_sign_in(app: TestApp) -> None:
    roles = {role: app.as_(role) for role in (Role.COORDINATOR, Role.DPO)}
    for method, path, route in routes(app):
        if not isinstance(route, APIRoute) or is_exempt(method, path):
            continue
        for headers in ({}, *roles.values()):
            before = app.audit.head()[0]
            app.http.request(method, _filled_in(path), headers=headers, json=_body(method))
            assert app.audit.head()[0] > before, f"{method} {path}"


def test_each_audited_route_that_takes_json_refuses_a_repeated_key(app: TestApp) -> None:
    headers = {"Content-Type": "application/json"}
    for method, path, route in routes(app):
        if method == "GET" or not isinstance(route, AuditedRoute) or isinstance(route, UploadRoute):
            continue
        answer = app.http.request(
            method, _filled_in(path), headers=headers, content=b'{"a": 1, "a": 2}'
        )
        assert (answer.status_code, slug(answer)) == (400, "malformed"), f"{method} {path}"


def test_exempt_routes_write_no_audit_row(app: TestApp) -> None:
    headers = app.as_(Role.COORDINATOR)
    for method, path in sorted(EXEMPT):
        assert app.http.request(method, _filled_in(path), headers=headers).status_code < 500
    assert app.audit.head()[0] == 0


def _filled_in(path: str) -> str:
    return path.replace("{", "").replace("}", "").replace(":path", "")


def _body(method: str) -> object:
    return None if method in ("GET", "DELETE") else {}


def refused(sent: bytes) -> Refusal:
    with pytest.raises(Refusal) as error:
        parse_json_text(sent)
    return error.value


@pytest.mark.parametrize(("body", "where"), [
    (b'{"a": 1, "a": 2}', {"in": "body", "member": 1}),
    (b'[{"b": [{"x": 1, "y": 2, "x": 1}]}]', {"in": "body", "member": 2}),
    (b'{"a": NaN}', {"in": "body", "number": None}),
    (b'{"a": -Infinity}', {"in": "body", "number": None}),
    (b'{"a": 1e999}', {"in": "body", "number": None}),
    (b'{"a": 1' + b"0" * 5_000 + b"}", {"in": "body", "number": None}),
    # Python 3.13 names the place of the comma, earlier versions that of the brace.
    (b'{"a": 1,}', {"in": "body", "character": 7 if sys.version_info >= (3, 13) else 8}),
    (b'{"a": 1 2}', {"in": "body", "character": 8}),
    (b"", {"in": "body", "character": 0}),
    (b'{"a": "\xff"}', {"in": "body", "byte": 7}),
    (b'{"a": "\\ud800"}', {"in": "body", "member": None}),
])  # fmt: skip
def test_ambiguous_or_invalid_json_is_refused_with_its_place(
    body: bytes, where: dict[str, Any]
) -> None:
    error = refused(body)
    assert (error.kind.slug, error.members) == ("malformed", {"where": where})


def test_an_invalid_body_of_a_change_set_is_refused_and_writes_nothing(app: TestApp) -> None:
    headers = {**desk_of(app, Role.STEWARD).headers, "Content-Type": "application/json"}

    def post(content: bytes, **more: str) -> tuple[int, str]:
        answer = app.http.post("/change-sets", content=content, headers={**headers, **more})
        return answer.status_code, slug(answer)

    assert post(b'{"ends": [], "ends": []}') == (400, "malformed")
    assert post(b'{"ends": [NaN]}') == (400, "malformed")
    assert post(b"[" * 40) == (413, "too-large")
    assert post(b" " * (MOST_BODY + 1)) == (413, "too-large")
    assert post(b"{}", **{"Content-Type": "text/plain"}) == (415, "media-type")
    assert post(b'{"ends": [], "\xc3\xa6": 1}') == (422, "invalid")
    assert app.store.revision() == 1


@pytest.mark.parametrize(("body", "limit"), [
    (b'"%b"' % (b"a" * (MOST_TEXT + 1)), MOST_TEXT),
    (b'{"fields": {"name": ["b", "%b"]}}' % (b"a" * (MOST_TEXT + 1)), MOST_TEXT),
    (b'{"%b": 1}' % (b"a" * (MOST_TEXT + 1)), MOST_TEXT),
    (b'"%b"' % ("\u3316" * (MOST_TEXT // 6 + 1)).encode(), MOST_TEXT),  # one that becomes 6
    (b"{%b}" % b",".join(b'"%d": 1' % number for number in range(MOST_MEMBERS + 1)), MOST_MEMBERS),
])  # fmt: skip
def test_json_with_too_long_texts_or_too_many_members_is_refused(body: bytes, limit: int) -> None:
    error = refused(body)
    assert (error.kind.slug, error.members) == ("too-large", {"limit": limit})


def test_a_json_text_of_exactly_the_length_limit_is_parsed() -> None:
    assert parse_json_text(b'["%b"]' % (b"a" * MOST_TEXT)) == ["a" * MOST_TEXT]
