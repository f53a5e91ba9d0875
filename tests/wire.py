"""A TCP proxy to a server that a test can hold, cut and restore, to simulate outages."""

import socket
from collections.abc import Generator
from contextlib import contextmanager, suppress
from threading import Event, Lock, Thread
from urllib.parse import urlsplit

_COMMIT = b"\x00\x02\xb0\x12\x00\x00"  # the Bolt message of a commit
_WRITE = b"CREATE (set:ChangeSet)"  # in every write before its commit; reads commit too


class Wire:
    """Carries bytes both ways between clients of `uri` and the server. Made by `wire_to`."""

    def __init__(self, server: str) -> None:
        self._scheme, self._far = urlsplit(server).scheme, urlsplit(server)
        self._flows, self._holds_at_commit = Event(), False
        self._flows.set()
        self._lock, self._open = Lock(), set[socket.socket]()
        self._listener: socket.socket | None = None
        self.port = 0
        self.mend()

    @property
    def uri(self) -> str:
        """The address for clients."""
        return f"{self._scheme}://127.0.0.1:{self.port}"

    def hold(self) -> None:
        """Stop all traffic without closing connections: a server that hangs."""
        self._flows.clear()

    def hold_at_commit(self) -> None:
        """Let the commit of the next write through, and hold its answer."""
        self._holds_at_commit = True

    def release(self) -> None:
        """Resume the traffic, held bytes first."""
        self._flows.set()

    def cut(self) -> None:
        """Ends all connections and refuses new ones: a server that is dead."""
        listener, self._listener = self._listener, None
        if listener is not None:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        with self._lock:
            for end in self._open:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
        self._flows.set()

    def mend(self) -> None:
        """Accept connections again, at the same port."""
        listener = socket.create_server(("127.0.0.1", self.port), backlog=64)
        self.port, self._listener = listener.getsockname()[1], listener
        Thread(target=self._listen, args=(listener,), daemon=True).start()

    def connections(self) -> int:
        """Return the number of open connections."""
        with self._lock:
            return len(self._open) // 2

    def _listen(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                Thread(target=self._join, args=(near,), daemon=True).start()

    def _join(self, near: socket.socket) -> None:
        with suppress(OSError), near:
            far = socket.create_connection((self._far.hostname or "", self._far.port or 0))
            with far:
                with self._lock:
                    self._open |= {near, far}
                back = Thread(target=self._carry, args=(far, near), daemon=True)
                back.start()
                self._carry(near, far)
                back.join()
                with self._lock:
                    self._open -= {near, far}

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        is_write = False
        with suppress(OSError):
            while data := source.recv(65_536):
                self._flows.wait()
                is_write |= _WRITE in data
                if self._holds_at_commit and is_write and _COMMIT in data:
                    self._holds_at_commit = False
                    self._flows.clear()
                target.sendall(data)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@contextmanager
def wire_to(server: str) -> Generator[Wire]:
    """A wire to the server at an address."""
    wire = Wire(server)
    try:
        yield wire
    finally:
        wire.cut()
