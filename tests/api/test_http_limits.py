"""Connections past a limit: which of them is closed, and which is answered."""

import asyncio
import socket
from collections.abc import Generator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from threading import Event
from typing import Any, Final

from api.http_limits import BoundedHttp, ConnectionLimits
from tests.api.process import PATIENCE_S, read_all
from tests.api.serving import served

_LIVE: Final = b"GET / HTTP/1.1\r\nHost: localhost\r\n"


@contextmanager
def limited_server(
    limits: ConnectionLimits, begun: Event, answer: Event
) -> Generator[tuple[str, int]]:
    """The address of an application that sets `begun`, and answers once `answer` is set."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        begun.set()
        while not answer.is_set():
            await asyncio.sleep(0.01)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"answered"})

    with served(app, http=partial(BoundedHttp, limits=limits), lifespan="off") as address:
        host, _, port = address.removeprefix("http://").partition(":")
        yield host, int(port)


def test_a_connection_beyond_the_limit_is_closed_and_the_first_is_answered() -> None:
    begun, answer = Event(), Event()
    with (
        limited_server(ConnectionLimits(most=1, head_s=PATIENCE_S), begun, answer) as place,
        socket.create_connection(place) as first,
    ):
        first.sendall(_LIVE + b"Connection: close\r\n\r\n")
        assert begun.wait(PATIENCE_S)
        with socket.create_connection(place) as second:
            second.settimeout(PATIENCE_S)
            with suppress(ConnectionResetError):
                assert second.recv(1) == b""
        answer.set()
        assert b"answered" in read_all(first)


def test_a_connection_with_a_pending_response_is_not_closed_as_slow() -> None:
    begun, answer = Event(), Event()
    with (
        limited_server(ConnectionLimits(slow_each=2, head_s=PATIENCE_S), begun, answer) as place,
        socket.create_connection(place) as first,
        ExitStack() as held,
    ):
        first.sendall(_LIVE + b"\r\nGET /")
        assert begun.wait(PATIENCE_S)
        slow = [held.enter_context(socket.create_connection(place)) for _ in range(4)]
        for line in slow[:2]:  # the oldest make room for the newest
            line.settimeout(PATIENCE_S)
            with suppress(ConnectionResetError):
                assert line.recv(1) == b""
        answer.set()
        received = b""
        while b"answered" not in received:
            part = first.recv(65_536)
            assert part, "closed in place of the answer"
            received += part
        assert received.startswith(b"HTTP/1.1 200")
