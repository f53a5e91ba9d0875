"""How much may come back at once? A tap between the driver and an engine, closed by too much.

The driver takes in a value whole, however large, before anybody can look at it: one list of a
hundred million numbers would fill the memory of whoever only asked. Bytes are counted before that.
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
    """Both ends of one connection, and how much came back since it was last asked something."""

    near: socket.socket
    far: socket.socket
    passed: int = 0

    def hang_up(self) -> None:
        for end in (self.near, self.far):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


class ByteLimitProxy:
    """Listens on a free port of this machine for what is meant for another port of it.

    A connection on which more than `most_bytes` come back for one request is closed, and counted in
    `cuts`.
    """

    def __init__(self, port: int, most_bytes: int) -> None:
        self._port, self._most, self.cuts = port, most_bytes, 0
        self._ear = socket.create_server((LOOPBACK, 0))
        self.port: int = self._ear.getsockname()[1]
        self._open: set[socket.socket] = set()
        Thread(target=self._serve, name="byte-limit-proxy", daemon=True).start()

    def close(self) -> None:
        """Hangs up everywhere."""
        with suppress(OSError):
            self._ear.shutdown(socket.SHUT_RDWR)  # wakes whoever waits for the next to call
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
