"""Do several processes answer for one API, and is nothing served where they could not begin?"""

import signal
import time
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import psutil
import pytest

from graph.paths.policy_file import SHIPPED
from graph.store.store import Store
from tests.api.cli.test_serve import posix
from tests.api.process import PATIENCE_S, Process, environment, serving, started
from tests.change_sets import fill_with_kystby
from tests.databases import Server


def workers_of(process: Process) -> list[psutil.Process]:
    """The processes that answer, as uvicorn spawns them."""
    below = psutil.Process(process.process.pid).children(recursive=True)
    return [one for one in below if any("spawn_main" in part for part in one.cmdline())]


def answering(process: Process) -> set[int]:
    """Which process is ready on a new line: the one that holds its other end; else none."""
    with closing(HTTPConnection("127.0.0.1", process.port, timeout=PATIENCE_S)) as line:
        line.request("GET", "/health/ready")
        answer = line.getresponse()
        answer.read()
        ours: int = line.sock.getsockname()[1]
        return {
            worker.pid
            for worker in workers_of(process)
            for held in worker.net_connections("tcp4")
            if answer.status == 200 and held.raddr and held.raddr.port == ours
        }


@posix
def test_two_processes_answer_on_one_address_and_end_together(
    store: Store, server: Server, tmp_path: Path
) -> None:
    fill_with_kystby(store)
    told = environment(tmp_path, server)
    arguments = ("serve", "--workers", "2", "--port", "0")
    with serving(*arguments, told=told, folder=tmp_path) as process:
        answered = set[int]()
        ends_at = time.monotonic() + PATIENCE_S
        while len(answered) < 2:
            answered |= answering(process)
            assert time.monotonic() < ends_at, "one of them never answered"
        workers = workers_of(process)
        assert {one.pid for one in workers} == answered
        assert process.stop(signal.SIGTERM) == 0
        assert not any(one.is_running() for one in workers)
    assert "Traceback" not in process.said.read_text("utf-8")


@posix
def test_processes_that_answer_end_with_the_one_that_began_them(
    store: Store, server: Server, tmp_path: Path
) -> None:
    fill_with_kystby(store)
    arguments = ("serve", "--workers", "2", "--port", "0")
    with serving(*arguments, told=environment(tmp_path, server), folder=tmp_path) as process:
        process.until_ready()
        workers = workers_of(process)
        assert len(workers) == 2
        process.stop(signal.SIGKILL)
        _, alive = psutil.wait_procs(workers, timeout=PATIENCE_S)
        for one in alive:
            one.kill()
    assert not alive
    with pytest.raises(ConnectionRefusedError):
        process.connect()


def test_a_broken_policy_is_refused_before_several_processes_begin(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text(SHIPPED.read_text("utf-8").replace("free = 30", "fre = 30"), "utf-8")
    told = environment(tmp_path / "home", KONTAKTVEJ_POLICY=str(broken))
    said = tmp_path / "said.log"
    with started(("serve", "--workers", "2", "--port", "0"), told, said) as refused:
        printed, _ = refused.communicate(timeout=PATIENCE_S)
    assert (refused.returncode, printed) == (2, "")
    assert "hub.fre: is not known; do you mean free?" in said.read_text("utf-8")
    assert not (tmp_path / "home").exists()
