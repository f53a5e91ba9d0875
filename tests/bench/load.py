"""Measures response times under several concurrent clients, over raw sockets that stay open.

The clients take no part in what is measured: they run in a separate process and send bytes made
beforehand.
"""

import pickle
import socket
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import cycle
from time import perf_counter, sleep
from typing import Final

HOST: Final = "127.0.0.1"
_TIMEOUT_S: Final = 30
_ONCE: Final = 65_536  # bytes read at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """Requests that each of several clients sends in turn; those within `warm_s` are not counted.

    `pause_s`: how long a client pauses before its next request; 0: no pause.
    """

    port: int
    requests: tuple[bytes, ...]
    clients: int = 4
    warm_s: float = 1
    for_s: float = 5
    pause_s: float = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """Milliseconds of each counted response, the seconds measured, and the last body."""

    ms: tuple[float, ...]
    seconds: float
    body: bytes

    @property
    def per_second(self) -> float:
        """Return the responses per second of all clients together."""
        return len(self.ms) / self.seconds


def request(
    method: str, path: str, *, port: int, token: str | None = None, body: bytes = b""
) -> bytes:
    """The bytes of a request."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {HOST}:{port}", f"Content-Length: {len(body)}"]
    lines += [f"Authorization: Bearer {token}"] if token else []
    lines += ["Content-Type: application/json"] if body else []
    return "\r\n".join([*lines, "", ""]).encode() + body


def answered(load: Load) -> Answered:
    """Run a load from a separate process and return its responses.

    Raises: RuntimeError: a response is not a 200.
    """
    done = subprocess.run(
        [sys.executable, "-c", _OWN_PROCESS], input=pickle.dumps(load), capture_output=True,
        check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr.decode())
    return pickle.loads(done.stdout)


_OWN_PROCESS: Final = """
import pickle, sys
from tests.bench.load import answered_here
sys.stdout.buffer.write(pickle.dumps(answered_here(pickle.load(sys.stdin.buffer))))
"""


def answered_here(load: Load) -> Answered:
    """Run a load as `answered` does, in this process."""
    with ThreadPoolExecutor(load.clients) as pool:
        begin = perf_counter() + load.warm_s
        clients = [pool.submit(_client, load, begin, place) for place in range(load.clients)]
        results = [client.result() for client in clients]
    return Answered(
        ms=tuple(ms for times, _ in results for ms in times), seconds=load.for_s, body=results[0][1]
    )


def _client(load: Load, begin: float, place: int) -> tuple[list[float], bytes]:
    """Return the milliseconds of each request sent from `begin` on, and the last body.

    `place`: the client's number, which shifts where in the requests it starts.
    """
    times: list[float] = []
    body = b""
    end = begin + load.for_s
    shift = place * len(load.requests) // load.clients
    requests = cycle((*load.requests[shift:], *load.requests[:shift]))
    with socket.create_connection((HOST, load.port), _TIMEOUT_S) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while (now := perf_counter()) < end:
            connection.sendall(next(requests))
            body = _body(connection)
            if now >= begin:
                times.append(1_000 * (perf_counter() - now))
            if load.pause_s:
                sleep(load.pause_s)
    return times, body


def _body(connection: socket.socket) -> bytes:
    """Return the body of one response."""
    received = bytearray()
    while (head_end := received.find(b"\r\n\r\n")) < 0:
        received += _received(connection)
    head = bytes(received[:head_end])
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(f"the API answers {head.splitlines()[0].decode()}")
    length = _length(head.splitlines())
    while len(received) < head_end + 4 + length:
        received += _received(connection)
    return bytes(received[head_end + 4 :])


def _received(connection: socket.socket) -> bytes:
    part = connection.recv(_ONCE)
    if not part:
        raise RuntimeError("the API hung up")
    return part


def _length(head: Sequence[bytes]) -> int:
    (header,) = (line for line in head if line.lower().startswith(b"content-length:"))
    return int(header.partition(b":")[2])
