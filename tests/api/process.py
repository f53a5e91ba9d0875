"""The command line as a serving process: started, awaited until it answers, and stopped."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from tests.databases import Server

PATIENCE_S: Final = 600.0  # far above any expected duration
_ANSWERS: Final = re.compile(r"Kontaktvej answers at (http://127\.0\.0\.1:\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    process: "subprocess.Popen[str]"
    output: str
    log: Path

    @property
    def address(self) -> str:
        match = _ANSWERS.search(self.output)
        assert match is not None, self.output
        return match[1]

    @property
    def port(self) -> int:
        return int(self.address.rpartition(":")[2])

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_S)

    def answer(self, request: bytes) -> bytes:
        """Send bytes and return the whole response, until the server closes the connection."""
        with self.connect() as line:
            line.sendall(request)
            return read_all(line)

    def until_ready(self) -> None:
        """Wait until the process reports ready, with the graph loaded."""
        ends_at = time.monotonic() + PATIENCE_S
        ready = b"GET /health/ready HTTP/1.0\r\nHost: localhost\r\n\r\n"
        while not self.answer(ready).startswith(b"HTTP/1.1 200"):
            assert time.monotonic() < ends_at, self.log.read_text("utf-8")

    def stop(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        return self.process.wait(PATIENCE_S)


def read_all(line: socket.socket) -> bytes:
    parts: list[bytes] = []
    while part := line.recv(65_536):
        parts.append(part)
    return b"".join(parts)


def server_environment(server: Server) -> dict[str, str]:
    """Return the variables by which a command uses a server instead of an engine of its own."""
    return {
        "NEO4J_URI": server.uri, "NEO4J_USERNAME": server.user, "NEO4J_PASSWORD": server.password,
        **({"NEO4J_DATABASE": server.database} if server.database else {}),
    }  # fmt: skip


def environment(home: Path, server: Server | None = None, /, **more: str) -> dict[str, str]:
    """Return the environment of a command for a data folder, and for a server if one is given."""
    stored = {name: value for name, value in os.environ.items() if not name.startswith("NEO4J_")}
    return {
        **stored, "KONTAKTVEJ_HOME": str(home), "LANG": "en", "COLUMNS": "200",
        "KONTAKTVEJ_QUESTION_S": "600", **more, **(server_environment(server) if server else {}),
    }  # fmt: skip


def started(
    arguments: tuple[str, ...], variables: Mapping[str, str], log: Path
) -> "subprocess.Popen[str]":
    """Start a process with stdout as a pipe; stderr is written to the file `log`."""
    with log.open("wb") as stderr:
        return subprocess.Popen(
            [sys.executable, "-c", "from api.cli.app import main; main()", *arguments],
            env=dict(variables), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=stderr,
            text=True, encoding="utf-8",
        )  # fmt: skip


@contextmanager
def serving(*arguments: str, variables: Mapping[str, str], folder: Path) -> Generator[Process]:
    """Yield a process that has printed its address; it is killed when the block ends."""
    log = folder / "stderr.log"
    with started(arguments, variables, log) as process:
        try:
            assert process.stdout is not None
            printed = ""
            while not _ANSWERS.search(printed):
                line = process.stdout.readline()
                assert line, f"{printed}\n{log.read_text('utf-8')}"
                printed += line
            yield Process(process=process, output=printed, log=log)
        finally:
            if process.poll() is None:
                for item in (*psutil.Process(process.pid).children(recursive=True), process):
                    with suppress(psutil.NoSuchProcess):
                        item.kill()
