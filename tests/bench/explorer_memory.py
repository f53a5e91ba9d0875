"""Measures the memory of an explorer session and the size of the files sent to a browser."""

import gzip
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import psutil

from graph.access.policy import Role
from tests.bench.explorer_steps import Screen
from tests.bench.figures import Figure, at_most
from tests.e2e.desk import ScreenDriver

SESSIONS: Final = 20
_EXPLORER: Final = Path(__file__).parents[2] / "explorer"
_MOST_KB: Final = {"network": 200, "path": 4, "combobox": 4}


def memory(desk: ScreenDriver, screen: Screen) -> Figure:
    """Return the memory each session adds to the explorer's process, over sessions open at once.

    Measured first, after one session that loads the shared data: memory freed by earlier sessions
    would be reused.
    """
    with ExitStack() as seats:

        def sit() -> None:
            seat = seats.enter_context(desk.seat(Role.COORDINATOR, path=None))
            screen.open(seat)

        sit()
        process = _listening(int(desk.address.rpartition(":")[2]))
        before = process.memory_info().rss
        for _ in range(SESSIONS):
            sit()
        enumeration = (process.memory_info().rss - before) / SESSIONS / 2**20
    return Figure(name="memory a session", unit="MB", runs=(enumeration,), limits=at_most(p50=12))


def _listening(port: int) -> psutil.Process:
    """Return the process that listens on a port."""
    return next(
        psutil.Process(connection.pid)
        for connection in psutil.net_connections("tcp")
        if connection.laddr
        and connection.laddr.port == port
        and connection.status == psutil.CONN_LISTEN
    )


def sizes() -> Iterator[Figure]:
    """Yield the sizes sent to a browser, gzipped as by a proxy; fonts are already compressed."""
    for name, most in _MOST_KB.items():
        (script,) = (_EXPLORER / "components" / name / "built").glob("*.js")
        yield _size(f"{name}, sent", gzip.compress(script.read_bytes(), 9), most)
    outlines = (_EXPLORER / "outlines/outlines.geojson").read_bytes()
    yield _size("outlines, sent", gzip.compress(outlines, 9), 35)
    fonts = b"".join(path.read_bytes() for path in (_EXPLORER / "static").glob("*.woff2"))
    yield _size("fonts, sent", fonts, 50)


def _size(name: str, sent: bytes, most_kb: float) -> Figure:
    return Figure(name=name, unit="kB", runs=(len(sent) / 1000,), limits=at_most(p50=most_kb))
