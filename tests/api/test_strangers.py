"""Limits for callers who are not signed in, and the rows that their requests leave."""

from collections.abc import Generator
from pathlib import Path

import pytest

from api.routes.consents import UNKNOWN_PER_MIN
from api.settings import Settings
from graph.access.policy import Role
from graph.store.store import Store
from tests.fixtures.app import TestApp, opened_app

FEW = 20


@pytest.fixture
def strict(kystby_store: Store, tmp_path: Path) -> Generator[TestApp]:
    with opened_app(kystby_store, tmp_path, Settings(strangers_per_min=FEW)) as app:
        yield app


@pytest.mark.parametrize(("method", "path"), [
    ("GET", "/names"), ("GET", "/nowhere"), ("GET", "/docs"), ("GET", "/problems/busy"),
    ("GET", "/withdraw/x"), ("POST", "/withdraw/x"), ("POST", "/setup"),
    ("POST", "/invitations/redeem"),
])  # fmt: skip
def test_unauthenticated_requests_are_limited_apart_from_signed_in_ones(
    strict: TestApp, method: str, path: str
) -> None:
    answers = [strict.http.request(method, path) for _ in range(FEW + 2)]
    assert 429 not in {answer.status_code for answer in answers[:FEW]}
    for answer in answers[FEW:]:
        assert (answer.status_code, answer.json()["type"]) == (429, "/problems/too-many")
        assert int(answer.headers["retry-after"]) > 0
    assert strict.get("/names?text=amina", strict.as_(Role.COORDINATOR)).is_success
    assert strict.get("/health/live").is_success


def test_invalid_tokens_count_towards_the_limit_and_do_not_fill_the_log(strict: TestApp) -> None:
    before = len(strict.rows())
    made_up = {"Authorization": "Bearer made-up"}
    answers = [strict.get("/names", made_up).status_code for _ in range(5 * FEW)]
    assert answers == [401] * FEW + [429] * 4 * FEW
    assert len(strict.rows()) - before == FEW


@pytest.mark.parametrize("path", ["/withdraw/x", "/problems/busy", "/docs"])
def test_an_invalid_token_on_a_public_route_does_not_bypass_the_limit(
    strict: TestApp, path: str
) -> None:
    made_up = {"Authorization": "Bearer made-up"}
    assert [strict.get(path, made_up).status_code for _ in range(FEW + 1)] == [200] * FEW + [429]


@pytest.mark.slow
def test_sign_in_attempts_have_a_higher_limit_than_other_requests(strict: TestApp) -> None:
    def tried(number: int) -> int:
        body = {"login": f"made-up-{number}", "password": "forkert adgangskode"}
        return strict.post("/sessions", {}, body).status_code

    halves = [strict.post("/sessions", {}, {"login": "x"}).status_code for _ in range(FEW + 1)]
    assert halves == [422] * FEW + [429], "what is no try counts as any other call"
    assert {tried(index) for index in range(9 * FEW - 1)} == {401}
    assert tried(0) == 429


@pytest.mark.slow
def test_readiness_checks_have_a_higher_limit(strict: TestApp) -> None:
    statuses = [strict.get("/health/ready").status_code for _ in range(10 * FEW + 1)]
    assert statuses == [200] * 10 * FEW + [429]


def test_unknown_withdrawal_links_are_logged_up_to_a_limit_and_valid_ones_always(
    app: TestApp,
) -> None:
    answer = app.post(
        "/consents/consent-jens/withdrawal-link", app.as_(Role.OUTREACH, person="dina")
    )
    link = answer.json()["path"]
    before = len(app.rows())
    pages = {app.get(f"/withdraw/{number}").text for number in range(50)}
    done = {app.post(f"/withdraw/{number}").text for number in range(50)}
    assert [row.kind.value for row in app.rows()[before:]] == ["denied"] * UNKNOWN_PER_MIN
    assert {app.get(link).text} == pages, "nobody is told which is one"
    assert {app.post(link).text} == done
    known = app.rows()[before + UNKNOWN_PER_MIN :]
    assert [item.kind.value for item in known] == ["asked", "intent", "done"]
    assert known[-1].subjects == ("jens",)


@pytest.mark.parametrize("hosts", [("localhost", "localhost"), ("localhost", "elsewhere.example")])
def test_two_host_headers_are_refused_as_malformed(app: TestApp, hosts: tuple[str, str]) -> None:
    answer = app.http.get("/health/live", headers=[("Host", host) for host in hosts])
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/malformed")
