"""Versions, keys, pages, events and outages, against a small server that has them all."""

from collections import Counter
from collections.abc import Generator
from threading import Thread
from typing import Annotated, Any

import httpx
import pytest
from fastapi import FastAPI, Header, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, SecretStr

from api.client import ApiClient, Conflict, Problem, Unavailable, Unreachable
from api.client.problems import OF_STATUS
from api.client.transport import Transport
from api.errors import KINDS
from tests.api.serving import free_port, served


class Thing(BaseModel):
    number: int


class Things(BaseModel):
    found: tuple[int, ...]
    next: str | None


class Shop:
    """A server that is unavailable for the next `away` calls; it counts calls and keys."""

    def __init__(self) -> None:
        self.away = 0
        self.slug = "store-unavailable"
        self.retry_after: str | None = "0"
        self.calls: Counter[str] = Counter()
        self.keys: list[str] = []
        self.number = 1
        self.app = FastAPI()
        self.app.get("/thing")(self.read_thing)
        self.app.put("/thing")(self.change_thing)
        self.app.post("/made")(self.make_thing)
        self.app.get("/things")(self.read_things)
        self.app.get("/events")(self.read_events)

    def _refusal(self, call: str) -> JSONResponse | None:
        self.calls[call] += 1
        if not self.away:
            return None
        self.away -= 1
        headers = {} if self.retry_after is None else {"Retry-After": self.retry_after}
        body = {"type": f"/problems/{self.slug}", "title": "Away", "status": 503}
        return JSONResponse(body, 503, headers)

    def read_thing(self) -> Response:
        answer = JSONResponse({"number": self.number}, headers={"ETag": f'"{self.number}"'})
        return self._refusal("read") or answer

    def change_thing(
        self,
        thing: Thing,
        if_match: Annotated[str, Header()],
        idempotency_key: Annotated[str, Header()],
    ) -> Response:
        self.keys.append(idempotency_key)
        if refusal := self._refusal("change"):
            return refusal
        if if_match != f'"{self.number}"':
            return JSONResponse({"type": "/problems/conflict", "current": self.number}, 412)
        self.number = thing.number
        return JSONResponse({"number": self.number}, headers={"ETag": f'"{self.number}"'})

    def make_thing(self, thing: Thing) -> Response:
        return self._refusal("make") or JSONResponse(thing.model_dump(), 201)

    def read_things(self, page: str | None = None, upto: int = 5) -> Things:
        first = int(page or 0)
        last = min(first + 2, upto)
        return Things(found=tuple(range(first, last)), next=str(last) if last < upto else None)

    def read_events(self, last_event_id: Annotated[str | None, Header()] = None) -> Response:
        """Stream three events; the connection is cut after two."""
        self.calls["events"] += 1
        first = int(last_event_id or 0) + 1

        def stream_lines() -> Generator[str]:
            yield ": hello\n\n"
            for number in range(first, min(first + 2, 4)):
                yield f"id: {number}\nevent: changed\ndata: {{\ndata: {number}}}\n\n"

        return StreamingResponse(stream_lines(), media_type="text/event-stream")


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def line(shop: Shop) -> Generator[Transport]:
    with served(shop.app) as address:
        line = Transport(address, token="t", lang="en", patience_s=60)
        yield line
        line.close()


def test_a_change_carries_the_version_it_was_based_on(line: Transport) -> None:
    seen = line.get_versioned("/thing", Thing)
    assert (seen.value.number, seen.etag) == (1, '"1"')
    changed = line.change("PUT", "/thing", Thing, body=Thing(number=2), etag=seen.etag)
    assert (changed.value.number, changed.etag) == (2, '"2"')
    with pytest.raises(Conflict) as conflict:
        line.change("PUT", "/thing", Thing, body=Thing(number=3), etag=seen.etag)
    assert conflict.value.members["current"] == 2


def test_a_repeated_write_has_the_same_key_and_another_its_own(line: Transport, shop: Shop) -> None:
    shop.away = 2
    line.change("PUT", "/thing", Thing, body=Thing(number=2), etag='"1"')
    line.change("PUT", "/thing", Thing, body=Thing(number=3), etag='"2"')
    first, second, third, other = shop.keys
    assert first == second == third != other
    line.change("PUT", "/thing", Thing, body=Thing(number=4), etag='"3"', key="mine")
    assert shop.keys[-1] == "mine"


def test_an_unavailable_server_is_retried_for_a_while(line: Transport, shop: Shop) -> None:
    shop.away = 3
    assert line.ask("GET", "/thing", Thing).number == 1
    assert shop.calls["read"] == 4
    shop.away, shop.retry_after = 1_000, "3600"
    with pytest.raises(Unavailable) as away:  # longer than the client's patience: raised at once
        line.ask("GET", "/thing", Thing)
    assert (away.value.slug, away.value.retry_after_s) == ("store-unavailable", 3600)
    assert shop.calls["read"] == 5


def test_a_write_without_a_key_is_retried_only_if_undone(line: Transport, shop: Shop) -> None:
    shop.away = 2
    assert line.post_once("POST", "/made", Thing, body=Thing(number=2)).number == 2
    assert shop.calls["make"] == 3
    shop.away, shop.slug = 2, "outcome-unknown"
    with pytest.raises(Unavailable):
        line.post_once("POST", "/made", Thing, body=Thing(number=3))
    assert shop.calls["make"] == 4


def test_a_read_is_retried_after_a_lost_response_and_a_keyless_write_is_not() -> None:
    calls: list[str] = []

    async def hang_up_twice(scope: Any, _receive: Any, send: Any) -> None:
        calls.append(scope["method"])
        content = b'{"number": 1}'
        headers = [(b"content-length", b"%d" % len(content))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        body = content if len(calls) > 2 else content[:5]
        await send({"type": "http.response.body", "body": body, "more_body": body != content})

    with served(hang_up_twice) as address:
        line = Transport(address, token=None, lang="da", patience_s=30)
        with pytest.raises(Unreachable) as lost:
            line.post_once("POST", "/made", Thing, body=Thing(number=2))
        assert line.ask("GET", "/thing", Thing).number == 1
        line.close()
    assert lost.value.was_sent
    assert calls == ["POST", "GET", "GET"]


def test_secrets_are_sent_in_the_request_body_and_masked_elsewhere(
    line: Transport, shop: Shop
) -> None:
    class Secrets(BaseModel):
        password: SecretStr
        code: SecretStr | None = None

    @shop.app.post("/secrets")
    async def take(request: Request) -> dict[str, str]:
        return {"password": (await request.body()).decode()}

    secrets = Secrets(password=SecretStr("hemmelig"))
    answer = line.post_once("POST", "/secrets", Secrets, body=secrets)
    assert answer.password.get_secret_value() == '{"password":"hemmelig"}'
    assert "hemmelig" not in repr(secrets) + secrets.model_dump_json()


def test_an_unreachable_server_raises_or_is_retried_until_it_starts() -> None:
    port = free_port()
    line = Transport(f"http://127.0.0.1:{port}", token=None, lang="da", patience_s=0)
    with pytest.raises(Unreachable) as error:
        line.ask("GET", "/thing", Thing)
    assert error.value.status == 0
    line.close()
    patient = Transport(f"http://127.0.0.1:{port}", token=None, lang="da", patience_s=30)
    answers: list[Any] = []
    asking = Thread(target=lambda: answers.append(patient.ask("GET", "/thing", Thing)))
    asking.start()
    with served(Shop().app, port=port):
        asking.join()
    patient.close()
    assert answers == [Thing(number=1)]


def test_a_list_is_read_page_by_page(line: Transport) -> None:
    assert [page.found for page in line.pages("/things", Things)] == [(0, 1), (2, 3), (4,)]
    assert [page.found for page in line.pages("/things", Things, upto=2)] == [(0, 1)]


def test_a_broken_stream_resumes_after_the_last_event(line: Transport, shop: Shop) -> None:
    stream = line.events("/events")
    events = [next(stream) for _ in range(3)]
    assert [event.id for event in events] == ["1", "2", "3"]
    assert {event.name for event in events} == {"changed"}
    assert events[0].data == "{\n1}"
    stream.close()
    assert shop.calls["events"] == 2


def test_an_incomplete_event_at_the_end_of_a_stream_is_ignored() -> None:
    stream = ": alive\n\nid: 1\ndata: a\n\n: alive\n\nid: 2\ndata: b"
    headers = {"content-type": "text/event-stream"}
    pool = httpx.MockTransport(lambda _: httpx.Response(200, headers=headers, text=stream))
    line = Transport("http://api", token=None, lang="da", patience_s=0, pool=pool)
    events = line.events("/events")
    assert [next(events).data for _ in range(2)] == ["a", "a"]  # one event per connection
    events.close()


def test_changes_to_come_repeat_the_first_revision_after_a_cut_stream() -> None:
    requests: list[str] = []
    data = '{"revision": 8, "changes": [], "is_cut": false}'

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request.url.raw_path.decode())
        if request.url.path == "/health/revision":
            return httpx.Response(200, json={"revision": 7})
        stream = ": alive\n\n" if len(requests) == 2 else f"id: 8\ndata: {data}\n\n"
        return httpx.Response(200, headers={"content-type": "text/event-stream"}, text=stream)

    with ApiClient("http://api", pool=httpx.MockTransport(answer)) as client:
        events = client.changes_to_come()
        assert next(events).revision == 8
        events.close()
    assert requests == ["/health/revision", "/changes?since=7", "/changes?since=7"]


def test_every_problem_status_of_the_api_has_an_exception_class() -> None:
    assert {kind.status for kind in KINDS.values()} <= set(OF_STATUS)


@pytest.mark.parametrize(("status", "cls"), OF_STATUS.items())
def test_an_error_page_of_a_proxy_is_a_problem_too(status: int, cls: type[Problem]) -> None:
    async def proxy(_scope: Any, _receive: Any, send: Any) -> None:
        headers = [(b"content-length", b"4"), (b"content-type", b"text/html")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"oops"})

    with served(proxy) as address:
        line = Transport(address, token=None, lang="da", patience_s=0)
        with pytest.raises(cls) as error:
            line.ask("GET", "/thing", Thing)
        line.close()
    assert (error.value.status, error.value.slug) == (status, "about:blank")
