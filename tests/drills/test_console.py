"""Attacks on the analysis with all parts running: outcomes, durations, and effect on the store."""

import statistics
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random, SystemRandom
from threading import Event, Thread
from time import monotonic, sleep

import psutil
import pytest

from api.analysis.examples import EXAMPLES
from api.analysis.query_validator import OPERATORS, require_plan
from graph.access.policy import Caller, Grant, Role
from graph.store.replica.replica import Replica
from graph.store.replica.results import QueryFailed
from graph.vocabulary import Label
from tests.api.analysis import attacks
from tests.api.analysis.reads import PARAMETERS, READS
from tests.api.analysis.replicas import GENEROUS_S, state
from tests.drills.console import Console, console, files_and_sockets, sink, texts_of
from tests.drills.figures import note
from tests.drills.gate_fuzz import mutants
from tests.fixtures.replicas import all_replicas

ANSWER_S = 3.0
UNHURRIED_S = 10.0  # where the duration is not tested
SLACK_S = 0.5  # for a machine under full load
RESPAWN_STARTS = 2.0  # in start times, under load; without load it takes one
WORSE = 1.2
LEAST_S = 0.02  # too short for anybody to notice
QUIET_S = 15.0  # before and after, since the speed of the machine varies
BETWEEN_S = 0.02
STRINGS_S, UNANSWERED_S = 60.0, 8.0  # the bomb itself takes three seconds
MUTANTS, MUTANT_S = 1_200, 0.05  # five analysts at the limit of their calls, for a minute
REAPED_S = 2.0  # a killed process remains until it is reaped

pytestmark = pytest.mark.drill


def secrets_of(console: Console) -> set[str]:
    """Return the texts that a replica must not hold: names, and data of civilians and consents."""
    snapshot = console.directory.snapshot()
    secrets: set[str] = set()
    hidden = (Label.RESOURCE_INDIVIDUAL, Label.CONSENT, Label.CONTACT_DETAIL)
    for label in (Label.PERSON, *hidden):
        rows: list[int] = snapshot.tables[label].rows.tolist()
        for row in rows:
            secrets.add(snapshot.nodes.name[row] or "")
            secrets |= {snapshot.nodes.ids[row]} if label in hidden else set()
    return secrets - {""}


def test_no_attack_on_the_gate_reveals_secrets_writes_or_opens_connections(tmp_path: Path) -> None:
    with sink() as there, console(tmp_path, query_s=UNHURRIED_S) as desk:
        began = monotonic()
        replica = desk.replica()
        start = monotonic() - began
        secrets, before, revision = secrets_of(desk), state(replica), desk.revision()
        files, abroad = files_and_sockets(replica)
        fates: dict[str, int] = {}
        wrong: list[str] = []
        slowest = 0.0
        for attack in (*attacks.REFUSED_BY_THE_GATE, *attacks.LEAKS, *attacks.FLOODS):
            came = desk.ask(attack.text.replace("{sink}", there.address), {"name": "x"})
            fates[came.fate] = fates.get(came.fate, 0) + 1
            slowest = max(slowest, came.seconds)
            if (came.fate == "answered") != (attack.fate == attacks.PASSES):
                wrong.append(f"{attack}: {came.fate}")
            assert secrets.isdisjoint(texts_of(came)), attack
        assert wrong == []
        assert desk.replica().pid == replica.pid
        assert state(replica) == before
        assert (files_and_sockets(replica), abroad) == ((files, 0), 0)
        assert there.calls == []
        assert desk.revision() == revision
        note("console", attacks=sum(fates.values()), start_s=round(start, 1),
             slowest_s=round(slowest, 2), **{k: float(v) for k, v in fates.items()})  # fmt: skip


def test_a_replica_without_the_gate_writes_nothing_and_calls_no_server(tmp_path: Path) -> None:
    with sink() as there, console(tmp_path) as desk:
        replica = desk.replica()
        before, revision = state(replica), desk.revision()
        used: set[str] = set()
        for query in READS:
            explained = replica.explain(query, PARAMETERS, timeout_s=GENEROUS_S)
            used |= {*require_plan(explained, query)}
        for attack in attacks.REFUSED_BY_THE_GATE:
            if "kill" in attack.text.lower() or "TERMINATE" in attack.text:
                continue
            text = attack.text.replace("{sink}", there.address)
            if attack.fate != attacks.NESTING:  # only these can hang a parser
                _run(replica, text)
        assert state(replica) == before
        assert there.calls == []
        assert desk.revision() == revision
        note("console ungated", attacks=len(attacks.REFUSED_BY_THE_GATE),
             operators=len(used & OPERATORS))  # fmt: skip


def _run(replica: Replica, text: str) -> None:
    try:
        replica.run(text, {"name": "x"}, timeout_s=GENEROUS_S, most_rows=10, most_bytes=10_000)
    except QueryFailed:
        return


class Reading:
    """Reads the revision of the store repeatedly in a thread, and records the durations."""

    def __init__(self, desk: Console) -> None:
        self._desk, self._is_over = desk, Event()
        self.seconds: list[float] = []
        self._thread = Thread(target=self._read, daemon=True)

    def __enter__(self) -> "Reading":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _read(self) -> None:
        while not self._is_over.wait(BETWEEN_S):
            began = monotonic()
            self._desk.revision()
            self.seconds.append(monotonic() - began)


def p95(seconds: list[float]) -> float:
    """Return the 95th percentile."""
    return statistics.quantiles(seconds, n=20)[-1]


def _idle_durations(desk: Console) -> list[float]:
    with Reading(desk) as alone:
        Event().wait(QUIET_S)
    return alone.seconds


@dataclass(slots=True)
class LoadComparison:
    """Response times of the store under load, compared to idle times before and after it."""

    busy_s: float = 0.0
    quiet_s: float = 1.0

    @property
    def ratio(self) -> float:
        """The ratio of the 95th percentiles, under load to idle."""
        return self.busy_s / self.quiet_s

    @property
    def is_kept(self) -> bool:
        """Whether the store stays as fast under load."""
        return self.ratio <= WORSE or self.busy_s <= LEAST_S


@contextmanager
def compared(desk: Console) -> Generator[LoadComparison]:
    """Measure the store during the block; the result is set after the block ends."""
    beside, quiet = LoadComparison(), _idle_durations(desk)
    with Reading(desk) as reading:
        yield beside
    beside.busy_s, beside.quiet_s = p95(reading.seconds), p95(quiet + _idle_durations(desk))


def test_bombs_end_in_time_the_replica_respawns_and_the_store_keeps_its_speed(
    tmp_path: Path,
) -> None:
    with console(tmp_path) as desk:
        began = monotonic()
        desk.replica()
        start = monotonic() - began
        revision, slowest, respawn, killed = desk.revision(), 0.0, 0.0, 0
        wrong: list[str] = []
        with compared(desk) as beside:
            for number, bomb in enumerate(attacks.BOMBS):
                pid = desk.replica().pid
                came = desk.ask(bomb.text, account=f"analyst-{number}")
                if came.fate not in ("too-expensive", "replica-filling"):
                    wrong.append(f"{bomb}: {came.fate}")
                slowest = max(slowest, came.seconds)
                began = monotonic()
                if desk.replica().pid != pid:
                    killed, respawn = killed + 1, max(respawn, monotonic() - began)
        assert wrong == []
        assert desk.revision() == revision
        note("bombs", bombs=len(attacks.BOMBS), killed=killed, slowest_s=round(slowest, 2),
             start_s=round(start, 1), respawn_s=round(respawn, 1),
             store_p95_ratio=round(beside.ratio, 2))  # fmt: skip
        assert killed
        assert slowest <= ANSWER_S + SLACK_S
        assert respawn <= RESPAWN_STARTS * start
        assert beside.is_kept


def test_an_account_that_keeps_ending_the_replica_does_not_block_other_accounts(
    tmp_path: Path,
) -> None:
    bombs = [bomb.text for bomb in attacks.BOMBS]
    with console(tmp_path) as desk:
        desk.replica()
        desk.spare()
        fates, others, waits, is_over = Counter[str](), Counter[str](), list[float](), Event()

        def send_bombs() -> None:
            while not is_over.is_set():
                fates[desk.ask(bombs[fates.total() % len(bombs)], account="bomber").fate] += 1
                sleep(BETWEEN_S)

        bomber = Thread(target=send_bombs)
        bomber.start()
        try:
            asked_at = monotonic()
            ends_at = asked_at + STRINGS_S
            while monotonic() < ends_at:
                fate = desk.ask("MATCH (n) RETURN count(n) AS nodes").fate
                others[fate] += 1
                if fate == "answered":
                    waits.append(monotonic() - asked_at)
                    asked_at = monotonic()
                sleep(BETWEEN_S)
        finally:
            is_over.set()
            bomber.join()
        note("bombs beside queries", stopped=fates["too-expensive"], answered=others["answered"],
             longest_s=round(max(waits), 2))  # fmt: skip
        assert fates["too-expensive"]
        assert fates["too-many"]
        assert {"too-many", "too-expensive"}.isdisjoint(others)  # it is not their doing
        assert max(waits) <= UNANSWERED_S


def test_the_store_keeps_its_speed_while_mutated_queries_run(tmp_path: Path) -> None:
    seeds = [
        *READS,
        *(example.query for example in EXAMPLES),
        *(attack.text for attack in attacks.ATTACKS),
    ]
    seed = SystemRandom().randrange(2**32)
    with console(tmp_path) as desk:
        desk.replica()
        revision, fates = desk.revision(), Counter[str]()
        with compared(desk) as beside:
            for text in mutants(seeds, MUTANTS, Random(seed)):
                came = desk.ask(text, PARAMETERS)
                fates[came.fate] += 1
                sleep(max(0.0, MUTANT_S - came.seconds))
        assert desk.revision() == revision
        note("mutants", seed=seed, queries=fates.total(), answered=fates["answered"],
             store_p95_ratio=round(beside.ratio, 2))  # fmt: skip
        assert fates["answered"]
        assert fates["READ_ONLY"]
        assert beside.is_kept


def test_the_least_recently_used_replica_is_evicted_and_none_outlives_the_app(
    tmp_path: Path,
) -> None:
    with console(tmp_path) as desk:
        first = desk.replica().pid
        for area in ("mun-0787", "mun-0751"):
            asker = Caller(
                account="other", grants=(Grant(role=Role.ANALYST, areas=frozenset({area})),)
            )
            desk.replica(asker)
        pids = {
            replica_state.replica.pid
            for replica_state in all_replicas(desk.asking.replicas)
            if replica_state.replica
        }
        processes = [psutil.Process(pid) for pid in pids]
        assert len(pids) == 2
        assert first not in pids
        assert not psutil.pid_exists(first)
    _, living = psutil.wait_procs(processes, timeout=REAPED_S)
    assert living == []
