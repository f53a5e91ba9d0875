"""The stream of changes from a real server: its events, their readers, and its end."""

import json
import signal
import socket
import sqlite3
import time
from collections.abc import Generator, Iterator
from contextlib import ExitStack, closing, contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

import httpx
import pytest
import uvicorn
from sse_starlette.sse import AppStatus

from api.app import create_app
from api.audit.log import audit_log
from api.change_stream import MOST_STREAMS
from api.settings import Settings
from graph.access.policy import Role
from tests.change_sets import change_set, changed
from tests.fixtures.app import TestApp, bearer

LIMIT_S = 300  # seconds; a stream without events fails the test instead of hanging


@pytest.fixture
def served(app: TestApp, monkeypatch: pytest.MonkeyPatch) -> Generator[uvicorn.Server]:
    """The application on its own port; TestClient returns a stream only once it has ended."""
    monkeypatch.setattr(AppStatus, "should_exit", False)  # a stop is process-wide and final
    served_app = create_app(
        lambda _known: nullcontext(app.directory), lambda: nullcontext(app.accounts),
        lambda: audit_log(app.folder / "audit", app.folder / "keys"), Settings(),
    )  # fmt: skip
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(served_app, log_config=None, lifespan="on"))
        thread = Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            while not server.started:
                time.sleep(0.01)
            yield server
        finally:
            server.handle_exit(signal.SIGTERM, None)
            thread.join(LIMIT_S)
    assert not thread.is_alive()


@contextmanager
def open_stream(
    served: uvicorn.Server, headers: dict[str, str], **query: Any
) -> Generator[httpx.Response]:
    port = served.servers[0].sockets[0].getsockname()[1]
    accept = {"Accept": "text/event-stream"}
    with (
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=LIMIT_S) as http,
        http.stream("GET", "/changes", params=query, headers={**headers, **accept}) as answer,
    ):
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield answer


def events(answer: httpx.Response) -> Iterator[Any]:
    """Yield the id and the data of each event as it arrives."""
    fields: dict[str, str] = {}
    for line in answer.iter_lines():
        if line:
            name, _, value = line.partition(": ")
            fields[name] = value
        elif "data" in fields:
            yield int(fields["id"]), json.loads(fields["data"])
            fields = {}


def test_the_stream_sends_only_revisions_visible_to_the_caller(
    app: TestApp, served: uvicorn.Server
) -> None:
    with open_stream(served, app.as_(Role.COORDINATOR)) as answer:
        stream = events(answer)
        app.store.apply(change_set(updates=[changed(app.store, "erik", title="Leder")]))
        app.store.apply(change_set(updates=[changed(app.store, "bo", title="Leder")]))
        revision, data = next(stream)
    assert revision == data["revision"] == 3  # revision 2 is hidden from the caller
    assert [(change["id"], change["fields"]) for change in data["changes"]] == [("bo", ["title"])]
    assert data["is_cut"] is False
    rows = app.json_rows()
    assert [row["kind"] for row in rows] == ["asked", "shown", "shown"]
    assert rows[-1]["subjects"] == ["bo"]


def test_a_revision_without_visible_changes_sends_no_event(
    app: TestApp, served: uvicorn.Server
) -> None:
    with open_stream(served, app.as_(Role.ANALYST)) as answer:
        stream = events(answer)
        app.store.apply(change_set(updates=[changed(app.store, "bo", title="Leder")]))
        app.store.apply(change_set(updates=[changed(app.store, "intake", hours=None)]))
        revision, data = next(stream)
    assert (revision, [change["id"] for change in data["changes"]]) == (3, ["intake"])


def test_a_resumed_stream_sends_every_revision_since_the_last_event(
    app: TestApp, served: uvicorn.Server
) -> None:
    for hours in ("00:00-24:00", "MO-FR 10:00-12:00"):
        app.store.apply(change_set(updates=[changed(app.store, "intake", hours=hours)]))
    here = app.as_(Role.COORDINATOR)
    with open_stream(served, here, since=1) as answer:
        stream = events(answer)
        assert [next(stream)[0], next(stream)[0]] == [2, 3]
    with open_stream(served, {**here, "Last-Event-ID": "2"}, since=1) as answer:
        revision, data = next(events(answer))
    assert revision == 3
    assert data["changes"][0]["before"] == {"hours": "00:00-24:00"}
    with open_stream(served, here, since=0) as answer:
        revision, data = next(events(answer))
    assert (revision, data["is_cut"]) == (1, False)


def test_a_stream_ends_when_the_account_is_disabled(app: TestApp, served: uvicorn.Server) -> None:
    token = app.token(Role.COORDINATOR)
    who = app.accounts.signed_in(token)
    assert who is not None
    with open_stream(served, bearer(token)) as answer:
        file = app.folder / "accounts" / "accounts.sqlite"
        with closing(sqlite3.connect(file, isolation_level=None)) as accounts:
            accounts.execute("UPDATE account SET is_disabled = 1 WHERE id = ?", [who.account])
        assert list(events(answer)) == []


def test_a_stream_ends_when_the_server_stops(app: TestApp, served: uvicorn.Server) -> None:
    with open_stream(served, app.as_(Role.COORDINATOR)) as answer:
        served.handle_exit(signal.SIGTERM, None)
        assert list(events(answer)) == []


def test_the_stream_requires_a_role_that_may_ask_questions(app: TestApp) -> None:
    accept = {"Accept": "text/event-stream"}
    assert app.get("/changes", accept).status_code == 401
    assert app.get("/changes", {**app.as_(Role.ADMIN), **accept}).status_code == 403


def test_a_session_check_without_activity_does_not_extend_an_idle_session(app: TestApp) -> None:
    token = app.token(Role.COORDINATOR)
    file = app.folder / "accounts" / "accounts.sqlite"
    long_ago = (datetime.now(UTC) - timedelta(minutes=20)).strftime("%Y-%m-%d %H:%M:%S.%f")

    def seen_at() -> str:
        with closing(sqlite3.connect(file, isolation_level=None)) as accounts:
            return accounts.execute("SELECT seen_at FROM session").fetchone()[0]

    with closing(sqlite3.connect(file, isolation_level=None)) as accounts:
        accounts.execute("UPDATE session SET seen_at = ?", [long_ago])
    assert app.accounts.signed_in(token, is_activity=False) is not None
    assert seen_at() == long_ago
    assert app.accounts.signed_in(token, idle_min=19, is_activity=False) is None
    assert app.accounts.signed_in(token) is not None
    assert seen_at() > long_ago


def test_one_stream_too_many_is_refused(app: TestApp, served: uvicorn.Server) -> None:
    inside: Any = served.lifespan.state["app_state"]
    here = app.as_(Role.COORDINATOR)
    with open_stream(served, here, since=0) as answer:
        stream = events(answer)  # referenced: its end closes the connection
        next(stream)
        assert inside.streams.total() == 1
    deadline = time.monotonic() + LIMIT_S
    while inside.streams and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not inside.streams
    state: Any = app.http.app_state
    state["app_state"].streams["somebody"] = MOST_STREAMS
    answer = app.get("/changes", {**here, "Accept": "text/event-stream"})
    assert answer.status_code == 429
    assert answer.headers["retry-after"]


def test_each_account_has_its_own_limit_of_streams(app: TestApp, served: uvicorn.Server) -> None:
    here, there = app.as_(Role.COORDINATOR), app.as_(Role.ANALYST)
    share, accept = Settings().streams_each, {"Accept": "text/event-stream"}
    port = served.servers[0].sockets[0].getsockname()[1]
    with ExitStack() as held:
        actual = [
            events(held.enter_context(open_stream(served, here, since=0))) for _ in range(share)
        ]
        assert all(next(row) for row in actual)
        answer = httpx.get(f"http://127.0.0.1:{port}/changes", headers={**here, **accept})
        assert (answer.status_code, answer.json()["type"]) == (429, "/problems/too-many")
        assert next(events(held.enter_context(open_stream(served, there, since=0))))
