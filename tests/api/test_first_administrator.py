"""The first start: no default password, one code, one administrator."""

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fastapi import FastAPI
from pyotp.totp import TOTP

from api.errors import Refusal
from api.identity.store import IdentityStore, first_code
from graph.access.policy import Role
from graph.errors import NotFound
from graph.store.store import Store
from tests.fixtures.accounts import PASSWORD, AccountsFixture, Clock
from tests.fixtures.app import TestApp, bearer, opened_app


@pytest.fixture
def bare(kystby_store: Store, tmp_path: Path, clock: Clock) -> Generator[TestApp]:
    with opened_app(kystby_store, tmp_path, is_set_up=False, clock=clock) as app:
        yield app


def _code(accounts: IdentityStore) -> str:
    created = first_code(accounts)
    assert created is not None
    return created.code


def _form(code: str, **changed: str) -> dict[str, str]:
    return {"code": code, "login": "Line.Bak", "password": PASSWORD, **changed}


@pytest.mark.slow
def test_before_setup_all_but_a_few_routes_respond_with_setup_required(bare: TestApp) -> None:
    app = bare.http.app
    assert isinstance(app, FastAPI)
    answers = {
        f"{method.upper()} {path}": bare.http.request(method, path)
        for path, methods in app.openapi()["paths"].items()
        for method in methods
    }
    opened = {name for name, answer in answers.items() if answer.status_code != 503}
    assert opened == {
        "GET /health/live", "GET /health/ready", "GET /health/revision", "GET /openapi.json",
        "GET /problems/{slug}", "POST /setup",
    }  # fmt: skip
    for name, answer in answers.items():
        if name not in opened:
            assert answer.json()["type"] == "/problems/setup-required", name
    assert answers["GET /health/revision"].status_code == 401
    assert answers["GET /openapi.json"].status_code == 401
    assert answers["POST /setup"].status_code == 422


def test_the_setup_code_creates_one_administrator_who_can_sign_in(
    bare: TestApp, clock: Clock
) -> None:
    code = _code(bare.accounts)
    answer = bare.post("/setup", {}, _form(code))
    assert answer.status_code == 201, answer.text
    body = answer.json()
    assert body["login"] == "line.bak"
    assert first_code(bare.accounts) is None
    assert bare.post("/setup", {}, _form(code, login="other")).status_code == 404
    sign_in = {"login": "line.bak", "password": PASSWORD}
    assert bare.http.post("/sessions", json=sign_in).status_code == 401  # without the second factor
    sign_in["totp"] = TOTP(body["totp_secret"]).at(clock.now)
    session = bare.post("/sessions", {}, sign_in)
    assert (session.status_code, session.json()["assurance"]) == (201, "STRONG")
    headers = bearer(session.json()["token"])
    assert [grant["role"] for grant in bare.get("/me", headers).json()["grants"]] == ["ADMIN"]
    assert bare.get("/accounts", headers).status_code == 200
    log = b"".join(file.read_bytes() for file in (bare.folder / "audit").iterdir())
    for secret in (code or "", PASSWORD, body["totp_secret"], "line.bak", "Line.Bak"):
        assert secret.encode() not in log


def test_an_invalid_setup_request_creates_no_account(bare: TestApp) -> None:
    code = _code(bare.accounts)
    for wrong in (
        _form(code, password="kort"), _form(code, login="to ord"), _form("AAAA-BBBB-CCCC"),
        _form(code, role="DPO"), _form(""), _form(code, login="0101701234"),
    ):  # fmt: skip
        answer = bare.post("/setup", {}, wrong)
        assert answer.status_code in (401, 422), wrong
        assert answer.json()["type"] in ("/problems/unauthenticated", "/problems/invalid",
                                         "/problems/refused-content")  # fmt: skip
    assert bare.accounts.is_empty()


def test_a_setup_code_is_void_after_five_wrong_attempts(identity: AccountsFixture) -> None:
    first = identity.accounts.first_start
    code = _code(identity.accounts)
    for number in range(5):
        with pytest.raises(Refusal, match=r"^unauthenticated$"):
            first.set_up(f"AAAA-BBBB-{number}", "line.bak", PASSWORD)
    with pytest.raises(Refusal):
        first.set_up(code, "line.bak", PASSWORD)
    assert not first.is_over()
    assert first.set_up(_code(identity.accounts), "line.bak", PASSWORD).totp_secret


def test_a_setup_code_expires_after_half_an_hour_or_when_replaced(
    identity: AccountsFixture,
) -> None:
    first = identity.accounts.first_start
    old, code = _code(identity.accounts), _code(identity.accounts)
    identity.clock.turn(minutes=30, seconds=-1)
    with pytest.raises(Refusal):
        first.set_up(old, "line.bak", PASSWORD)
    identity.clock.turn(seconds=1)
    with pytest.raises(Refusal):
        first.set_up(code, "line.bak", PASSWORD)
    assert identity.accounts.is_empty()


def test_a_setup_code_is_not_stored_in_plain_text_and_tolerates_misreading(
    identity: AccountsFixture,
) -> None:
    code = _code(identity.accounts)
    assert [len(group) for group in code.split("-")] == [4, 4, 4, 4, 4, 4, 2]
    stored = identity.stored_bytes()
    assert code.encode() not in stored
    assert code.replace("-", "").encode() not in stored
    misread = code.lower().replace("o", "0").replace("i", "1").replace("b", "8")
    assert identity.accounts.first_start.set_up(misread.replace("-", " "), "line.bak", PASSWORD)


def test_concurrent_setups_create_exactly_one_administrator(identity: AccountsFixture) -> None:
    code = _code(identity.accounts)

    def set_up(number: int) -> bool:
        try:
            identity.accounts.first_start.set_up(code, f"admin{number}", PASSWORD)
        except (Refusal, NotFound):
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(set_up, range(4))) == 1
    (admin,) = identity.accounts.logins.all()
    assert [grant.grant.role for grant in identity.accounts.grants.of(admin.id)] == [Role.ADMIN]


def test_there_is_no_setup_code_once_an_account_exists(identity: AccountsFixture) -> None:
    code = _code(identity.accounts)
    identity.accounts.add("line.bak")  # by the command on the host, meanwhile
    assert first_code(identity.accounts) is None
    assert not identity.accounts.is_empty()
    with pytest.raises(NotFound):
        identity.accounts.first_start.set_up(code, "admin", PASSWORD)
    assert len(identity.accounts.logins.all()) == 1
