"""Headers of every answer, refusals before any route, and files that a browser may load."""

import logging
import re
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from fastapi import FastAPI
from opentelemetry import trace
from opentelemetry.trace import NoOpTracerProvider, Tracer

from api.errors import KINDS
from api.http_limits import MOST_HEADERS
from api.middleware import ACCESS, HEADERS, HSTS, MOST_ADDRESS, MOST_BODY, MOST_DEPTH, is_too_deep
from api.routes.system import FILES, POLICY
from api.settings import DemoSettings, Settings
from api.text.problems import EXPLAINED
from graph.access.policy import Role
from graph.store.store import Store
from tests.api.process import Process
from tests.fixtures.app import TestApp, opened_app

JSON = {"Content-Type": "application/json"}


@pytest.fixture
def demo(kystby_store: Store, tmp_path: Path) -> Generator[TestApp]:
    with opened_app(kystby_store, tmp_path, DemoSettings()) as app:
        yield app


def routes_of(app: FastAPI) -> set[str]:
    return {path for route in app.routes if (path := getattr(route, "path", None))}


def test_every_response_has_the_security_headers_and_no_server_header(app: TestApp) -> None:
    for path in ("/health/live", "/names", "/nowhere", "/health/live/"):
        answer = app.get(path)
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS, path
        assert not {"server", "kontaktvej-mode", "strict-transport-security"} & set(answer.headers)
        assert not [name for name in answer.headers if name.startswith("access-control")]


def test_cross_origin_requests_are_not_allowed(app: TestApp) -> None:
    origin = {"Origin": "https://elsewhere.example"}
    assert "access-control-allow-origin" not in app.get("/health/live", origin).headers
    headers = {**origin, "Access-Control-Request-Method": "GET"}
    assert app.http.options("/names", headers=headers).status_code == 405


def test_requests_are_not_traced_by_opentelemetry(
    app: TestApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    tracer_names: list[str] = []

    class Listening(NoOpTracerProvider):
        def get_tracer(self, instrumenting_module_name: str, *_: Any, **__: Any) -> Tracer:
            tracer_names.append(instrumenting_module_name)
            return super().get_tracer(instrumenting_module_name)

    monkeypatch.setattr(trace, "_TRACER_PROVIDER", Listening())
    monkeypatch.setenv("FASTAPI_OTEL_AUTO_CONFIGURE", "true")
    assert app.get("/health/live?text=Amina").is_success
    assert not tracer_names


def test_an_https_response_has_the_hsts_header(app: TestApp) -> None:
    assert app.get("https://localhost/health/live").headers["strict-transport-security"] == HSTS


def test_every_response_of_the_demo_has_the_mode_header(demo: TestApp) -> None:
    for path in ("/health/live", "/names", "/nowhere", "/docs"):
        assert demo.get(path).headers["kontaktvej-mode"] == "demo"


@pytest.mark.parametrize("host", ["elsewhere.example", "localhost.elsewhere.example", ""])
def test_a_foreign_host_is_refused_with_our_headers(app: TestApp, host: str) -> None:
    answer = app.get("/health/live", {"Host": host})
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/malformed")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"


def test_two_host_headers_are_refused_even_if_both_are_ours(app: TestApp) -> None:
    answer = app.http.get("/health/live", headers=[("Host", "localhost"), ("Host", "localhost")])
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/malformed")


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "[::1]:8000"])
def test_localhost_is_accepted_under_each_of_its_host_names(app: TestApp, host: str) -> None:
    assert app.get("/health/live", {"Host": host}).status_code == 200


def test_oversized_requests_are_refused_with_413_and_the_limit(app: TestApp) -> None:
    client = app.http
    large = client.post("/names", content=b" " * (MOST_BODY + 1), headers=JSON)
    deep = client.post("/names", content=b"[" * (MOST_DEPTH + 1), headers=JSON)
    far = client.get("/health/live", params={"text": "a" * MOST_ADDRESS})
    wide = client.get("/health/live", headers={"X-Wide": "a" * MOST_HEADERS})
    limits = (MOST_BODY, MOST_DEPTH, MOST_ADDRESS, MOST_HEADERS)
    for answer, limit in zip((large, deep, far, wide), limits, strict=True):
        assert (answer.status_code, answer.json()["limit"]) == (413, limit)
        assert answer.headers["content-type"] == "application/problem+json"


def test_a_body_of_exactly_the_limit_reaches_the_route(app: TestApp) -> None:
    assert app.http.post("/names", content=b" " * MOST_BODY, headers=JSON).status_code == 405


@pytest.mark.slow
def test_a_truncated_body_reaches_no_route(process: Process) -> None:
    head = (
        b"POST /names HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 4\r\n\r\n"
    )
    with process.connect() as line:
        line.sendall(head + b"{}")
    assert process.answer(head + b"{}  ").startswith(b"HTTP/1.1 405")
    lines = process.log.read_text("utf-8").splitlines()
    assert {line.split()[-3] for line in lines if " POST " in line} == {"400", "405"}


@pytest.mark.parametrize(("body", "is_deep"), [
    (b"[" * MOST_DEPTH + b"]" * MOST_DEPTH, False),
    (b"[" * (MOST_DEPTH + 1), True),
    (b'{"a":' * (MOST_DEPTH + 1), True),
    (b"[" * 200_000, True),
    (b"[]" * 1_000, False),
    (b'{"a": "' + b"[" * 100 + b'\\"{"}', False),
    (b'["' + b"[" * 1_000 + b'"]', False),
    (b'["\\"' + b"[" * 1_000 + b'"]', False),
    (b'"' + b"[" * 1_000, False),
    (b'"a"' + b"[" * 1_000, True),
])  # fmt: skip
def test_json_depth_counts_brackets_outside_strings(body: bytes, is_deep: bool) -> None:
    assert is_too_deep(body) == is_deep


def test_range_and_method_override_headers_are_ignored(app: TestApp) -> None:
    whole = app.get("/docs/docs.js")
    part = app.get("/docs/docs.js", {"Range": "bytes=0-1"})
    assert (part.status_code, part.content) == (200, whole.content)
    assert app.get("/health/live", {"X-HTTP-Method-Override": "DELETE"}).status_code == 200


def test_requests_beyond_the_limit_get_503_with_retry_after(
    kystby_store: Store, tmp_path: Path
) -> None:
    with opened_app(kystby_store, tmp_path, Settings(most_requests=1)) as app:
        is_inside, may_leave = Event(), Event()

        @app.asgi.get("/slow")
        def slow() -> None:
            is_inside.set()
            may_leave.wait(300)

        with ThreadPoolExecutor(1) as threads:
            first = threads.submit(app.http.get, "/slow")
            is_inside.wait(300)
            answer = app.get("/health/live")
            may_leave.set()
            assert first.result().status_code == 200
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/busy")
        assert int(answer.headers["retry-after"]) > 0
        assert app.get("/health/live").status_code == 200


def test_an_unexpected_error_has_a_request_id_and_its_message_is_not_disclosed(
    app: TestApp, caplog: pytest.LogCaptureFixture
) -> None:
    @app.asgi.get("/broken")
    def broken() -> None:
        raise RuntimeError("".join(("Am", "ina")))

    with caplog.at_level(logging.INFO):
        answer = app.get("/broken", {"Accept-Language": "en"})
    body = answer.json()
    assert (answer.status_code, body["type"]) == (500, "/problems/internal")
    assert body["request_id"] in caplog.text
    assert "RuntimeError" in caplog.text
    assert "Amina" not in caplog.text + answer.text


def test_the_access_log_has_route_templates_without_values(
    app: TestApp, caplog: pytest.LogCaptureFixture
) -> None:
    headers = app.as_(Role.COORDINATOR)
    with caplog.at_level(logging.INFO, ACCESS):
        app.get("/names", headers, text="amina")
        app.get("/problems/conflict")
        app.get("/amina")
        app.http.request("AMINA", "/names")
    lines = [record.getMessage() for record in caplog.records if record.name == ACCESS]
    actual = [re.sub(r"^req-\w+ |acc-\w+|\d+ ms$", "", line) for line in lines]
    assert actual == [
        " GET /names 200 ", "- GET /problems/{slug} 200 ", "- GET - 404 ", "- - /names 405 ",
    ]  # fmt: skip
    assert "amina" not in caplog.text.lower()


def test_openapi_json_requires_sign_in(app: TestApp) -> None:
    assert app.get("/openapi.json").status_code == 401
    answer = app.get("/openapi.json", app.as_(Role.SERVICE))
    assert answer.json()["openapi"].startswith("3.1")
    assert "/names" in answer.json()["paths"]


@pytest.mark.parametrize("lang", ["da", "en"])
def test_the_docs_page_loads_only_own_files_and_contains_no_routes(app: TestApp, lang: str) -> None:
    page = app.get("/docs", {"Accept-Language": lang})
    assert page.headers["content-security-policy"] == POLICY
    assert "*" not in POLICY
    assert not re.findall(r"https?:|//", POLICY)
    loaded = re.findall(r'(?:src|href)="([^"]*)"', page.text)
    assert sorted(loaded) == sorted(f"/docs/{name}" for name in FILES)
    for path in loaded:
        assert app.get(path).status_code == 200
    assert not re.findall(r"<script>|\son\w+=|style=", page.text)
    assert "/names" not in page.text


def test_no_file_of_the_docs_page_loads_from_other_hosts() -> None:
    for name in ("docs.js", "docs.css"):
        assert not re.findall(r"https?:|\"//", FILES[name].read_text("utf-8"))
    styles = FILES["swagger-ui.css"].read_text("utf-8")
    assert not re.findall(r"@import|url\((?![\"']?data:)", styles)
    library = FILES["swagger-ui-bundle.js"].read_text("utf-8")
    assert not re.findall(r"import\(\s*[\"'](?:https?:)?//|importScripts\(", library)
    assert "validatorUrl: null" in FILES["docs.js"].read_text("utf-8")  # else it calls swagger.io
    for directive in ("default-src 'none'", "script-src 'self'", "connect-src 'self'"):
        assert directive in POLICY


def test_files_that_are_not_of_the_docs_page_are_404(app: TestApp) -> None:
    for name in ("redoc.standalone.js", "..%2fapp.py", "docs.py"):
        assert app.get(f"/docs/{name}").status_code == 404


def test_each_kind_of_problem_is_explained_in_both_languages(app: TestApp) -> None:
    assert set(EXPLAINED) == set(KINDS)
    for slug, kind in KINDS.items():
        danish, english = (app.get(f"/problems/{slug}?lang={lang}").json() for lang in ("da", "en"))
        assert danish["status"] == english["status"] == kind.status
        assert danish["explanation"] != english["explanation"]
        assert danish["type"] == f"/problems/{slug}"
    assert app.get("/problems/nothing").status_code == 404


def test_the_documentation_routes_of_the_framework_are_removed(app: TestApp) -> None:
    assert not {"/redoc", "/docs/oauth2-redirect"} & routes_of(app.asgi)
