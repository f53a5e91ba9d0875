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

    near: socket.socket
    far: socket.socket
    passed: int = 0

    def hang_up(self) -> None:
        for end in (self.near, self.far):
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
        self._ear = socket.create_server((LOOPBACK, 0))
        self.port: int = self._ear.getsockname()[1]
        self._open: set[socket.socket] = set()
        Thread(target=self._serve, name="byte-limit-proxy", daemon=True).start()

    def close(self) -> None:
        """Close the listening socket and all connections."""
        with suppress(OSError):
            self._ear.shutdown(socket.SHUT_RDWR)  # wakes the thread blocked in accept()
        self._ear.close()
        for end in list(self._open):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _serve(self) -> None:
        while True:
            try:
                near, _ = self._ear.accept()
            except OSError:
                return
            try:
                far = socket.create_connection((LOOPBACK, self._port), _CONNECT_S)
            except OSError:
                near.close()
                continue
            far.settimeout(None)
            for end in (near, far):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            pair = _Pair(near, far)
            self._open |= {near, far}
            for pump in (self._ask, self._answer):
                Thread(target=self._pumped, args=(pump, pair), daemon=True).start()

    def _pumped(self, pump: Callable[[_Pair], None], pair: _Pair) -> None:
        with suppress(OSError):
            pump(pair)
        pair.hang_up()
        self._open -= {pair.near, pair.far}

    def _ask(self, pair: _Pair) -> None:
        while asked := pair.near.recv(_CHUNK):
            pair.passed = 0
            pair.far.sendall(asked)

    def _answer(self, pair: _Pair) -> None:
        while told := pair.far.recv(_CHUNK):
            pair.passed += len(told)
            if pair.passed > self._most:
                self.cuts += 1
                return
            pair.near.sendall(told)
