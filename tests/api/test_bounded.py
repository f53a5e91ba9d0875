"""Input is bounded while it arrives, and a body within the bounds is read whole."""

import socket
from collections.abc import Generator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Final

import psutil
import pytest

from api.http_limits import MOST_HEADERS
from api.middleware import MOST_BODY
from api.settings import Settings
from graph.store.store import Store
from tests.api.cli.test_serve import posix
from tests.api.process import Process, environment, read_all, serving
from tests.change_sets import fill_with_kystby
from tests.databases import Server

pytestmark = pytest.mark.slow

_HEAD: Final = b"POST /nowhere HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
_CHUNKED: Final = _HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
_KIB: Final = 1024


@posix
def test_headers_trailers_and_tiny_chunks_are_bounded_while_they_arrive(process: Process) -> None:
    wide = b"X-Wide: " + b"a" * (2 * MOST_HEADERS)
    assert process.answer(_HEAD + wide).startswith(b"HTTP/1.1 400")  # header not ended yet
    assert process.answer(_HEAD + wide + b"\r\n\r\n").startswith(b"HTTP/1.1 413")
    assert hangs_up(process, _CHUNKED + b"2\r\n{}\r\n0\r\nX-Wide: ", b"a" * MOST_HEADERS)
    assert hangs_up(process, _CHUNKED, b"1\r\n \r\n" * MOST_HEADERS)


def hangs_up(process: Process, begun: bytes, more: bytes) -> bool:
    """Whether the server closes the connection without an answer while more data is sent."""
    with process.connect() as line:
        line.sendall(begun)
        try:
            for _ in range(50):
                line.sendall(more)
            return read_all(line) == b""
        except ConnectionError:
            return True


@posix
def test_a_body_within_bounds_is_read_whole_and_in_chunks(process: Process) -> None:
    body = b'"%b"' % (b"a" * (MOST_BODY - 2))
    whole = b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
    assert process.answer(_HEAD + whole).startswith(b"HTTP/1.1 404")
    parts = (body[at : at + _KIB] for at in range(0, MOST_BODY, _KIB))
    chunks = b"".join(b"%x\r\n%b\r\n" % (_KIB, part) for part in parts)
    assert process.answer(_CHUNKED + chunks + b"0\r\n\r\n").startswith(b"HTTP/1.1 404")


# ---- slow lines


@pytest.fixture
def hasty(store: Store, server: Server, tmp_path: Path) -> Generator[Process]:
    """Kystby, served with short timeouts and at most four requests at once."""
    fill_with_kystby(store)
    few = {"KONTAKTVEJ_SLOW_EACH": str(SLOW), "KONTAKTVEJ_ARRIVAL_S": "1",
           "KONTAKTVEJ_MOST_REQUESTS": "4"}  # fmt: skip
    variables = environment(tmp_path, server, **few)
    with serving("serve", "--port", "0", variables=variables, folder=tmp_path) as process:
        process.until_ready()
        yield process


SLOW: Final = 8
_LIVE: Final = b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n"


@posix
@pytest.mark.parametrize(("half", "answer"), [
    (b"", b""),
    pytest.param(b"GET /health/live HTTP/1.1\r\nHost: ", b"", marks=pytest.mark.drill),
    (_HEAD + b"Content-Length: 9\r\n\r\n{", b"HTTP/1.1 400"),
    pytest.param(_CHUNKED + b"1\r\n{", b"HTTP/1.1 400", marks=pytest.mark.drill),
], ids=["nothing", "half a head", "half a body", "half in parts"])  # fmt: skip
def test_a_slow_request_is_closed_in_time(hasty: Process, half: bytes, answer: bytes) -> None:
    with hasty.connect() as line:
        line.sendall(half)
        response = b""
        with suppress(ConnectionResetError):
            response = read_all(line)
    assert (response[: len(answer)], bool(response)) == (answer, bool(answer))


@pytest.mark.drill
@posix
def test_a_blank_line_after_a_response_does_not_keep_the_connection_open(hasty: Process) -> None:
    with hasty.connect() as line:
        line.sendall(_LIVE + b"\r\n")
        answer = b""
        while not answer.endswith(b"}"):  # head and body may arrive separately
            answer += line.recv(65_536)
        assert answer.startswith(b"HTTP/1.1 200")
        line.sendall(b"\r\n")  # uvicorn then regards the connection as busy
        with suppress(ConnectionResetError):
            assert read_all(line) == b""


@pytest.mark.drill
@posix
def test_the_oldest_slow_connection_of_an_address_is_closed_beyond_a_limit(
    process: Process,
) -> None:
    with ExitStack() as held:
        begun = (b"", _LIVE, _HEAD + b"Content-Length: 9\r\n\r\n{")
        lines = [held.enter_context(process.connect()) for _ in range(400)]
        for number, line in enumerate(lines):
            with suppress(ConnectionError):
                line.sendall(begun[number % len(begun)])
        assert process.answer(_LIVE + b"Connection: close\r\n\r\n").startswith(b"HTTP/1.1 200")
        assert process.answer(_HEAD + b"Content-Length: 2\r\n\r\n{}").startswith(b"HTTP/1.1 404")
        assert is_closed(lines[0])
        assert not is_closed(lines[-1])
        held_now = psutil.Process(process.process.pid).net_connections("tcp4")
        ours = [item for item in held_now if item.raddr and item.laddr.port == process.port]
        assert len(ours) <= Settings().slow_each


def is_closed(line: socket.socket) -> bool:
    line.settimeout(0.5)
    try:
        return line.recv(1) == b""
    except TimeoutError:
        return False
    except ConnectionError:
        return True


@posix
def test_half_sent_bodies_do_not_block_other_requests(hasty: Process) -> None:
    with ExitStack() as held:
        for _ in range(SLOW):
            held.enter_context(hasty.connect()).sendall(_HEAD + b"Content-Length: 9\r\n\r\n{")
        for _ in range(3):
            assert hasty.answer(_LIVE + b"Connection: close\r\n\r\n").startswith(b"HTTP/1.1 200")
