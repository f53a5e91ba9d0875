import socket
from collections.abc import Generator
from threading import Thread

import pytest

from graph.store.replica.byte_limit_proxy import LOOPBACK, ByteLimitProxy

MOST = 1_000


@pytest.fixture
def server() -> Generator[int]:
    """Yield the port of a server that answers a number with that many bytes."""

    def serve(line: socket.socket) -> None:
        with line:
            while request := line.recv(100):
                line.sendall(b"x" * int(request))

    def accept() -> None:
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            Thread(target=serve, args=(line,), daemon=True).start()

    with socket.create_server((LOOPBACK, 0)) as listener:
        Thread(target=accept, daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)


def received_bytes(line: socket.socket, count: int) -> int:
    """Return how many of `count` bytes come back."""
    line.sendall(str(count).encode())
    got = 0
    while got < count and (part := line.recv(count)):
        got += len(part)
    return got


def test_answers_up_to_the_limit_pass_and_larger_ones_are_cut(server: int) -> None:
    proxy = ByteLimitProxy(server, MOST)
    with socket.create_connection((LOOPBACK, proxy.port), 10) as line:
        assert [received_bytes(line, MOST) for _ in range(3)] == [MOST] * 3
        assert proxy.cuts == 0
        assert received_bytes(line, MOST + 1) <= MOST
    assert proxy.cuts == 1
    with socket.create_connection((LOOPBACK, proxy.port), 10) as line:
        assert received_bytes(line, 10) == 10
    proxy.close()


def test_a_closed_proxy_ends_connections_and_refuses_new_ones(server: int) -> None:
    proxy = ByteLimitProxy(server, MOST)
    with socket.create_connection((LOOPBACK, proxy.port), 10) as line:
        assert received_bytes(line, 10) == 10
        proxy.close()
        assert line.recv(10) == b""
    with pytest.raises(OSError, match="refused"):
        socket.create_connection((LOOPBACK, proxy.port), 10)
