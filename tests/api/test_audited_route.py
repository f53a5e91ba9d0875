"""Is an answer held back where nobody can say for whom it is recorded?"""

from collections.abc import Generator
from pathlib import Path
from types import SimpleNamespace
from typing import Annotated

import pytest
from fastapi import APIRouter, Depends, FastAPI
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from api.audit.entry import AuditKind
from api.audit.log import AuditLog
from api.audited_route import AuditedRoute
from api.errors import Refused
from api.identity.sign_in_attempts import SignInAttempt, sign_in_attempt
from api.settings import Settings
from tests.api.audit.logs import opened, rows

router = APIRouter(route_class=AuditedRoute)


@router.get("/without")
def without_caller() -> dict[str, str]:
    return {"name": "Amina"}


@router.get("/without-waiting")
async def without_caller_on_the_loop() -> dict[str, str]:
    return {"name": "Amina"}


@router.get("/refused")
def refuse() -> None:
    raise Refused("unauthenticated")


@router.get("/crowded")
def crowd() -> None:
    raise Refused("too-many")


@router.post("/attempt")
def attempt_to_sign_in(attempt: Annotated[SignInAttempt, Depends(sign_in_attempt)]) -> None:
    attempt.account = "acc-1"


@pytest.fixture
def log(tmp_path: Path) -> Generator[AuditLog]:
    with opened(tmp_path) as log:
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
def test_an_answer_that_belongs_to_no_caller_is_not_sent(
    http: TestClient, log: AuditLog, path: str
) -> None:
    answer = http.get(path)
    assert answer.status_code == 500
    assert "Amina" not in answer.text
    (row,) = rows(log)
    assert (row.kind, row.result, row.caller) == (AuditKind.NOT_DONE, 500, None)


def test_who_is_not_yet_signed_in_is_recorded_without_an_account(
    http: TestClient, log: AuditLog
) -> None:
    assert http.get("/refused").status_code == 500  # no handler turns it into a problem here
    (row,) = rows(log)
    assert (row.kind, row.result, row.caller) == (AuditKind.DENIED, 401, None)
    http.get("/crowded")
    assert len(rows(log)) == 1


def test_an_attempt_to_sign_in_is_recorded_for_the_account_it_ends_in(
    http: TestClient, log: AuditLog
) -> None:
    assert http.post("/attempt", json={}).status_code == 200
    intent, done = rows(log)
    assert (intent.kind, intent.caller) == (AuditKind.INTENT, None)
    assert (done.kind, done.caller, done.result) == (AuditKind.DONE, "acc-1", 200)
