"""A TCP proxy that closes a connection once a response exceeds a byte limit.

The driver reads each value completely before the caller can inspect it: one list of a hundred
million numbers would fill the caller's memory. Therefore bytes are counted before the driver.
"""

import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from threading import Thread
from typing import Final

LOOPBACK: Final = "127.0.0.1"
_CHUNK: Final = 64 * 1024
_CONNECT_S: Final = 2.0


@dataclass(slots=True)
class _Pair:
    """Both sockets of one connection, and the bytes returned since the last request."""

    client: socket.socket
    server: socket.socket
    answer_bytes: int = 0

    def hang_up(self) -> None:
        for end in (self.client, self.server):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


class ByteLimitProxy:
    """A proxy from a free loopback port to another port of this machine.

    A connection that returns more than `most_bytes` for one request is closed and counted in
    `cuts`.
    """

    def __init__(self, port: int, most_bytes: int) -> None:
        self._port, self._most, self.cuts = port, most_bytes, 0
        self._listener = socket.create_server((LOOPBACK, 0))
        self.port: int = self._listener.getsockname()[1]
        self._open: set[socket.socket] = set()
        Thread(target=self._serve, name="byte-limit-proxy", daemon=True).start()

    def close(self) -> None:
        """Close the listening socket and all connections."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes the thread blocked in accept()
        self._listener.close()
        for end in list(self._open):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection((LOOPBACK, self._port), _CONNECT_S)
            except OSError:
                client.close()
                continue
            server.settimeout(None)
            for end in (client, server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            pair = _Pair(client, server)
            self._open |= {client, server}
            for pump in (self._ask, self._answer):
                Thread(target=self._run, args=(pump, pair), daemon=True).start()

    def _run(self, pump: Callable[[_Pair], None], pair: _Pair) -> None:
        with suppress(OSError):
            pump(pair)
        pair.hang_up()
        self._open -= {pair.client, pair.server}

    def _ask(self, pair: _Pair) -> None:
        while data := pair.client.recv(_CHUNK):
            pair.answer_bytes = 0
            pair.server.sendall(data)

    def _answer(self, pair: _Pair) -> None:
        while data := pair.server.recv(_CHUNK):
            pair.answer_bytes += len(data)
            if pair.answer_bytes > self._most:
                self.cuts += 1
                return
            pair.client.sendall(data)
