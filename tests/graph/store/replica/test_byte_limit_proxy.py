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


def answered(line: socket.socket, count: int) -> int:
    """Return how many of `count` bytes come back."""
    line.sendall(str(count).encode())
    got = 0
    while got < count and (part := line.recv(count)):
        got += len(part)
    return got


def test_each_answer_may_be_so_large_and_no_larger(server: int) -> None:
    proxy = ByteLimitProxy(server, MOST)
    with socket.create_connection((LOOPBACK, proxy.port), 10) as line:
        assert [answered(line, MOST) for _ in range(3)] == [MOST] * 3
        assert proxy.cuts == 0
        assert answered(line, MOST + 1) <= MOST
    assert proxy.cuts == 1
    with socket.create_connection((LOOPBACK, proxy.port), 10) as line:
        assert answered(line, 10) == 10
    proxy.close()


def test_once_closed_it_hangs_up_and_listens_no_more(server: int) -> None:
    proxy = ByteLimitProxy(server, MOST)
    with socket.create_connection((LOOPBACK, proxy.port), 10) as line:
        assert answered(line, 10) == 10
        proxy.close()
        assert line.recv(10) == b""
    with pytest.raises(OSError, match="refused"):
        socket.create_connection((LOOPBACK, proxy.port), 10)
