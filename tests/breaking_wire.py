"""A way to the database that can break at the worst moment: when COMMIT has gone out."""

import socket
from collections.abc import Generator
from contextlib import ExitStack, contextmanager, suppress
from threading import Lock, Thread
from typing import Final

from tests.databases import Server

_OF_A_WRITE: Final = b"CREATE (set:ChangeSet)"
_COMMIT: Final = b"\x00\x02\xb0\x12\x00\x00"  # Bolt: a message of two bytes, without fields


class Wire:
    """Passes on what both sides say; when told to, the next write's answer is never heard."""

    def __init__(self, server: Server) -> None:
        host, _, port = server.uri.rpartition("://")[2].partition(":")
        self._target = (host, int(port))
        self._open = ExitStack()
        self._lock = Lock()
        self._listener = self._open.enter_context(socket.create_server(("127.0.0.1", 0)))
        self.uri = f"bolt://127.0.0.1:{self._listener.getsockname()[1]}"
        self.breaks = False
        Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Ends every connection."""
        with self._lock:
            self._open.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(self._target)
                with self._lock:
                    self._open.enter_context(client)
                    self._open.enter_context(server)
                Thread(target=self._ask, args=(client, server), daemon=True).start()
                Thread(target=self._answer, args=(server, client), daemon=True).start()

    def _ask(self, client: socket.socket, server: socket.socket) -> None:
        is_write = False
        with suppress(OSError):
            while said := client.recv(65_536):
                is_write = is_write or _OF_A_WRITE in said
                if self.breaks and is_write and _COMMIT in said:
                    self.breaks = False
                    _hang_up(client)  # the server hears it, and nobody hears the server
                    server.sendall(said)
                    return
                is_write = is_write and _COMMIT not in said
                server.sendall(said)
        _hang_up(server)

    def _answer(self, server: socket.socket, client: socket.socket) -> None:
        with suppress(OSError):
            while said := server.recv(65_536):
                client.sendall(said)
        _hang_up(client)


def _hang_up(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)


@contextmanager
def wire_to(server: Server) -> Generator[Wire]:
    """A wire to a database."""
    wire = Wire(server)
    try:
        yield wire
    finally:
        wire.close()
