"""The most expensive texts in every field delay no other call.

One process answers, so no other process can hide a delay. The texts are never found and often
refused, but always checked: size, length, the log of requests, the guard.
"""

import json
import time
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from itertools import islice
from pathlib import Path
from threading import Thread
from typing import Any, Final
from urllib.parse import quote

import pytest

from api.audited_route import MOST_TEXT
from api.identity.store import Assurance, open_identity_store
from api.middleware import MOST_ADDRESS, MOST_BODY
from graph.access.policy import Grant, Role
from graph.vocabulary import PreventionLevel
from tests.api.openapi_document import document
from tests.drills.figures import note
from tests.drills.server import CALL_S, Served, served_kystby

WAITS_MS: Final = 50
BUSY_TIMES: Final = 3  # of the delay by plain letters; only in the short form, beside other drills
AT_ONCE: Final = 4
TRIES: Final = 3
"""Attempts per text: a delay caused by the text recurs; one caused by the machine does not."""
WHOLE: Final = 2 * 1024 * 1024
TEXTS: Final = {
    "marks": "\u0301\u0327",
    "marks that are taken apart": "\u0f73",
    "one that becomes many": "\ufdfa",
    "another that becomes many": "\u3316",
    "a number at the end": "é",
    "half a secret": "BEGIN ",
}
DEEPEST: Final = 4
SIZES: Final = [pytest.param(6, 1, marks=pytest.mark.ci_drill), (10_000, len(TEXTS))]

pytestmark = pytest.mark.drill


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A place for a text in a request: a member of a body, or a parameter of an address."""

    method: str
    path: str
    place: tuple[str, ...]
    in_body: bool

    def request_with(self, text: str) -> tuple[str, bytes | None]:
        """The address and the body with a text in this place."""
        path = self.path.replace("{", "").replace("}", "")
        if not self.in_body:
            room = MOST_ADDRESS - len(path) - 100
            query = quote(text[: room // len(quote(text[:1]))])
            return f"{path}?{self.place[0]}={query}", None
        value: Any = text
        for name in reversed(self.place):
            value = [value] if name == "[]" else {name: value}
        return path, json.dumps(value, ensure_ascii=False).encode()


def fields() -> Iterator[Field]:
    """Yield every place in the OpenAPI document that takes a text."""
    openapi = document()
    for path, methods in openapi["paths"].items():
        for method, operation in methods.items():
            for content in operation.get("requestBody", {}).get("content", {}).values():
                for place in _texts(openapi, content["schema"], ()):
                    yield Field(method=method.upper(), path=path, place=place, in_body=True)
            for parameter in operation.get("parameters", ()):
                if parameter["in"] == "query" and list(_texts(openapi, parameter["schema"], ())):
                    yield Field(
                        method=method.upper(), path=path, place=(parameter["name"],), in_body=False
                    )


def _texts(openapi: Any, schema: Any, place: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if len(place) > DEEPEST:
        return
    if "$ref" in schema:
        schema = openapi["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    for option in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        yield from _texts(openapi, option, place)
    if schema.get("type") == "string" and "enum" not in schema and "const" not in schema:
        yield place
    if "items" in schema:
        yield from _texts(openapi, schema["items"], (*place, "[]"))
    for name, member in schema.get("properties", {}).items():
        yield from _texts(openapi, member, (*place, name))
    if schema.get("additionalProperties"):
        yield (*place, "name")


def worst(kind: str, size: int) -> str:
    """Return about `size` bytes of the most expensive text of a kind."""
    text = TEXTS[kind] * (size // len(TEXTS[kind].encode()))
    return f"{text} 010170-1234" if kind == "a number at the end" else text


@dataclass
class CallTimer:
    """Sends one call after the other, and records the duration of each."""

    served: Served
    took: list[tuple[float, float]] = field(default_factory=list[tuple[float, float]])
    is_over: bool = False

    def look(self) -> None:
        line = HTTPConnection("127.0.0.1", self.served.port, timeout=CALL_S)
        headers = {"Authorization": f"Bearer {self.served.token}"}
        with closing(line):
            while not self.is_over:
                began = time.monotonic()
                line.request("GET", "/health/revision", headers=headers)
                answer = line.getresponse()
                answer.read()
                assert answer.status == 200
                self.took.append((began, time.monotonic() - began))
                time.sleep(0.002)

    def slowest_ms(self, since: float) -> float:
        """Return the slowest call that ended after `since`, in ms; wait for one that begins now."""
        until = time.monotonic()
        while not self.took or self.took[-1][0] < until:
            time.sleep(0.002)
        return 1000 * max(seconds for began, seconds in self.took if began + seconds >= since)


@contextmanager
def timing_other_calls(served: Served) -> Generator[CallTimer]:
    watcher = CallTimer(served=served)
    thread = Thread(target=watcher.look)
    thread.start()
    try:
        yield watcher
    finally:
        watcher.is_over = True
        thread.join()


def send(served: Served, token: str | None, where: Field, text: str) -> int:
    """Send a text; return the status, or 0 where the connection failed."""
    path, body = where.request_with(text)
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    if body is not None:
        headers["Content-Type"] = "application/json"
    line = HTTPConnection("127.0.0.1", served.port, timeout=CALL_S)
    with closing(line), suppress(OSError, HTTPException):
        line.request(where.method, path, body, headers)
        return line.getresponse().status
    return 0


def delay_ms(other: CallTimer, token: str | None, where: Field, text: str) -> float:
    """Send a text side by side; return the slowest other call meanwhile, in ms."""
    began = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as threads:
        sent = [threads.submit(send, other.served, token, where, text) for _ in range(AT_ONCE)]
        statuses = [call.result() for call in sent]
    assert not any(500 <= status < 503 for status in statuses), (where, text[:20], statuses)
    return other.slowest_ms(began)


def tokens(served: Served) -> dict[str, str | None]:
    """Return tokens: none, and one for each role that may write texts; none may query replicas."""
    sessions: dict[str, str | None] = {"nobody": None}
    with open_identity_store(served.home / "accounts") as known:
        for role in (Role.STEWARD, Role.ADMIN, Role.DPO):
            account = known.add(f"worst-{role.value.lower()}")
            areas = frozenset[str]() if role is Role.ADMIN else frozenset({"kystby"})
            grant = Grant(role=role, areas=areas, levels=frozenset(PreventionLevel))
            known.grant(account, grant, given_by="drill")
            sessions[role.value] = known.open_session(account, Assurance.STRONG)
    return sessions


@pytest.mark.parametrize(("most", "kinds"), SIZES)
def test_no_text_in_a_request_delays_another_call(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    most: int,
    kinds: int,
) -> None:
    is_busy = request.node.get_closest_marker("ci_drill") is not None
    monkeypatch.setenv("KONTAKTVEJ_STRANGERS_PER_MIN", "1000000")
    everywhere = list(fields())
    step = max(1, len(everywhere) // most)
    texts = [
        (kind, worst(kind, size))
        for kind in islice(TEXTS, kinds)
        for size in (MOST_TEXT - 100, MOST_BODY - 4_096, WHOLE)
    ]
    slowest, sent, late = 0.0, 0, list[str]()
    with served_kystby(tmp_path) as served, timing_other_calls(served) as other:
        who = tokens(served)
        for number, where in enumerate(everywhere[::step]):
            name, token = list(who.items())[number % len(who)]
            for kind, text in texts:
                waits = list[float]()
                for _ in range(TRIES):
                    waits.append(delay_ms(other, token, where, text))
                    if waits[-1] <= WAITS_MS:
                        break
                    # Directly afterwards: a neighbor's load then delays the plain letters too.
                    if is_busy and waits[-1] <= BUSY_TIMES * delay_ms(
                        other, token, where, "a" * len(text)
                    ):
                        break
                else:
                    late.append(f"{kind}, {len(text)} characters: {where} by {name}: {waits}")
                sent += AT_ONCE * len(waits)
                slowest = max(slowest, min(waits))
    note(
        "normalization", fields=len(everywhere[::step]), texts=len(texts), requests=sent,
        other_calls=len(other.took), slowest_ms=round(slowest, 1),
    )  # fmt: skip
    assert not late, "\n".join(late)
