"""Servers of the benchmark: uvicorn in processes of its own, on a free port of this machine.

They read and answer HTTP as `kontaktvej serve` does.
"""

import socket
import subprocess
import sys
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import Final

import httpx
import psutil

from tests.bench.load import HOST

_START_S: Final = 60  # after this the start counts as failed
_STOP_S: Final = 30
_WORKER: Final = "spawn_main"  # part of a worker's command line if there are several


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running server; `start_s` is the time until it answered."""

    port: int
    start_s: float
    workers: tuple[psutil.Process, ...]

    def memory_mb(self) -> tuple[float, ...]:
        """Return the unshared memory (USS) of each worker in MB."""
        return tuple(worker.memory_full_info().uss / 2**20 for worker in self.workers)

    def processor_s(self) -> float:
        """Return the seconds of processor time used by all workers."""
        return sum(sum(worker.cpu_times()[:2]) for worker in self.workers)


@contextmanager
def server(factory: str, environment: Mapping[str, str], *, workers: int = 1) -> Generator[Server]:
    """Run the application of a factory until the block ends.

    Raises: RuntimeError: the server does not start, or not in time.
    """
    port = _free_port()
    command = [
        sys.executable, "-m", "uvicorn", "--factory", factory, "--host", HOST, "--port", str(port),
        "--workers", str(workers), "--no-access-log", "--log-level", "warning",
        "--http", "api.http_limits:BoundedHttp", "--no-proxy-headers", "--no-server-header",
    ]  # fmt: skip
    began = perf_counter()
    process = subprocess.Popen(command, env=environment)
    try:
        _await(process, port)
        start_s = perf_counter() - began
        yield Server(port=port, start_s=start_s, workers=_workers(process.pid, workers))
    finally:
        process.terminate()
        process.wait(_STOP_S)


def _await(process: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + _START_S
    with httpx.Client(base_url=f"http://{HOST}:{port}", trust_env=False) as http:
        while process.poll() is None and time.monotonic() < end:
            try:
                if http.get("/health/ready").is_success:
                    return
            except httpx.TransportError:
                time.sleep(0.01)
    raise RuntimeError("the server does not start")


def _workers(pid: int, count: int) -> tuple[psutil.Process, ...]:
    process = psutil.Process(pid)
    if count == 1:
        return (process,)
    return tuple(
        child for child in process.children() if any(_WORKER in x for x in child.cmdline())
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
