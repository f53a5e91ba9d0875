"""A real `kontaktvej serve` in a scratch installation, and many calls to it at once."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Thread

import psutil
import uvicorn

from api.app import create_app
from api.audit.log import audit_log
from api.directory import Directory
from api.etags import web_key
from api.identity.store import Assurance, IdentityStore, open_identity_store
from api.settings import Settings
from api.store_monitor import Timeouts
from graph.access.policy import Grant, Role
from graph.paths.policy_file import load_policy
from graph.store.engine.process import running_engine, stop_engine
from graph.store.location import StoreLocation, open_location
from graph.store.store import Store
from graph.vocabulary import PreventionLevel
from tests import kystby
from tests.change_sets import fill_with_kystby

START_S = 300.0
CALL_S = 10.0
POLL_S = 0.02
IDLE_PERCENT = 10.0
# Drills that use this test no deadlines, also on slow machines; deadlines have drills of their own.
TIMEOUTS = Timeouts(wait_s=30, hung_s=30, write_s=60)
_MAIN = "from api.cli.app import main; main()"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer to one call, and its duration; status 0 where no answer came."""

    status: int
    seconds: float
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A running API, and the token of a coordinator in Kystby."""

    port: int
    token: str
    home: Path
    process: "subprocess.Popen[bytes]"
    log: Path

    def ask(self, path: str = "/names?text=amina") -> Answer:
        """Send one call on a new connection."""
        began = time.monotonic()
        line = HTTPConnection("127.0.0.1", self.port, timeout=CALL_S)  # an httpx.Client costs 30 ms
        try:
            line.request("GET", path, headers={"Authorization": f"Bearer {self.token}"})
            answer = line.getresponse()
            status, text = answer.status, answer.read().decode()
        except (OSError, HTTPException) as error:
            status, text = 0, repr(error)
        finally:
            line.close()
        return Answer(status=status, seconds=time.monotonic() - began, text=text)

    def ask_at_once(self, count: int = 40) -> list[Answer]:
        """Send `count` calls at the same time."""
        with ThreadPoolExecutor(count) as threads:
            calls = [threads.submit(self.ask) for _ in range(count)]
            return [call.result() for call in calls]

    def wait_until_answered(self, most_s: float = START_S) -> float:
        """Wait until a call is answered with 200 and return the seconds that it took."""
        began = time.monotonic()
        while (answer := self.ask()).status != 200:
            if time.monotonic() - began > most_s:
                raise AssertionError(f"no answer within {most_s} s: {answer}")
            time.sleep(POLL_S)
        return time.monotonic() - began

    def wait_until_idle(self, most_s: float = START_S) -> None:
        """Wait until the server has compiled the search, which it does after its start."""
        process, began = psutil.Process(self.process.pid), time.monotonic()
        while process.cpu_percent(interval=1.0) > IDLE_PERCENT:
            if time.monotonic() - began > most_s:
                raise AssertionError(f"the server is busy after {most_s} s")

    def engine_pid(self) -> int:
        """Return the process id of the engine."""
        engine = running_engine(self.home / "neo4j")
        assert engine is not None
        return engine.pid

    def workers(self) -> list[psutil.Process]:
        """Return the worker processes; the parent where there are none."""
        parent = psutil.Process(self.process.pid)
        spawned = [
            child
            for child in parent.children(recursive=True)
            if any("spawn_main" in part for part in child.cmdline())
        ]
        return spawned or [parent]


@contextmanager
def served_kystby(folder: Path, *options: str) -> Generator[Served]:
    """Yield Kystby behind `kontaktvej serve`; the engine is stopped at the end."""
    home = folder / "home"
    home.mkdir(mode=0o700)
    place = replace(StoreLocation(home=home), linger_s=600)
    with open_location(place) as store:
        fill_with_kystby(store)
    port, log = free_port(), folder / "serve.log"
    command = [sys.executable, "-c", _MAIN, "serve", "--port", str(port), *options]
    environment = {
        **os.environ, "KONTAKTVEJ_HOME": str(home),
        # One account sends the calls of a whole office here.
        "KONTAKTVEJ_CALLS_PER_MIN": "1000000", "KONTAKTVEJ_NAMES_PER_MIN": "1000000",
        "KONTAKTVEJ_PEOPLE_PER_HOUR": "1000000",
    }  # fmt: skip
    environment.pop("NEO4J_URI", None)
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
    try:
        served = Served(
            port=port, token=_token(home), home=home, process=process,
            log=log,
        )  # fmt: skip
        served.wait_until_answered()
        yield served
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(300)
        stop_engine(home / "neo4j")


def free_port() -> int:
    """Return a port that is free at the moment."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _token(home: Path) -> str:
    with open_identity_store(home / "accounts") as known:
        account = known.add("drill")
        known.grant(
            account,
            Grant(
                role=Role.COORDINATOR,
                areas=frozenset({"kystby"}),
                levels=frozenset(PreventionLevel),
            ),
            given_by="drill",
        )
        return known.open_session(account, Assurance.STRONG)


@contextmanager
def served_from(store: Store, folder: Path, known: IdentityStore) -> Generator[str]:
    """Yield the address of another server over a store, on the day of Kystby."""
    with Directory(
        store, load_policy(None), withheld=known.withholdings.withheld, now=lambda: kystby.NOW,
        timeouts=TIMEOUTS,
    ) as directory:  # fmt: skip
        app = create_app(
            lambda _known: nullcontext(directory),
            lambda: nullcontext(known),
            lambda: audit_log(folder / "audit", folder / "keys"),
            Settings(calls_per_min=1_000_000),
            read_web_key=lambda: web_key(folder / "keys"),
        )
        listener = socket.create_server(("127.0.0.1", 0))
        config = uvicorn.Config(app, log_config=None, access_log=False)
        server = uvicorn.Server(config)
        running = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        running.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            running.join()
            listener.close()
