"""The store keeps every acknowledged write when its engine is killed during writes."""

import os
import signal
from collections.abc import Generator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from threading import Condition
from time import monotonic, sleep

import pytest

from graph.errors import StoreUnavailable
from graph.model import Area, Authority, ChangeSet, Covers, Element, Person
from graph.store.encryption.keyring import Keyring, open_keyring
from graph.store.engine.data_folder import is_engine
from graph.store.engine.process import embedded_engine, running_engine
from graph.store.store import Store, open_store
from graph.vocabulary import AreaKind, AuthorityKind, Sector, Tier
from tests.change_sets import change_set
from tests.drills.figures import note
from tests.drills.server import POLL_S

WRITERS = 4
TOGETHER = 3
BETWEEN_KILLS = 12
IMPORTED = 5_000


class Ledger:
    """The begun and the acknowledged writes, and the number of remaining kills."""

    def __init__(self, kills: int) -> None:
        self.kills_left = kills
        self.acknowledged: set[str] = set()
        self.begun: set[str] = set()
        self.news = Condition()

    def begin(self, write: str) -> None:
        """Record a write that is sent, with unknown outcome."""
        with self.news:
            self.begun.add(write)

    def acknowledge(self, write: str) -> None:
        """Record a write that the store acknowledged."""
        with self.news:
            self.acknowledged.add(write)
            self.news.notify_all()

    def wait_for_more(self, writers: list["Future[None]"]) -> None:
        """Wait until some more writes are acknowledged, or a writer has ended."""
        with self.news:
            goal = len(self.acknowledged) + BETWEEN_KILLS
            while len(self.acknowledged) < goal and not any(writer.done() for writer in writers):
                self.news.wait(timeout=1)


def areas_of(write: str) -> list[str]:
    return [f"{write}-{part}" for part in range(TOGETHER)]


def areas_written_together(write: str) -> ChangeSet:
    areas = [
        Area(id=area_id, kind=AreaKind.COUNTRY, code="x", name="Land", source="drill")
        for area_id in areas_of(write)
    ]
    return change_set(creates=areas, idempotency=write)


@contextmanager
def store_of(home: Path, keyring: Keyring) -> Generator[Store]:
    with (
        embedded_engine(home) as engine,
        open_store(
            engine.uri, user=engine.user, password=engine.password, keyring=keyring
        ) as store,
    ):
        yield store


def keep_writing(home: Path, keyring: Keyring, ledger: Ledger, writer: int) -> None:
    """Write until no kills are left; a writer that loses the engine starts it again."""
    number = 0
    while ledger.kills_left:
        try:
            with store_of(home, keyring) as store:
                while ledger.kills_left:
                    write = f"w{writer}-{number}"
                    number += 1
                    ledger.begin(write)
                    store.apply(areas_written_together(write))
                    ledger.acknowledge(write)
        except StoreUnavailable:
            continue


@pytest.mark.drill
@pytest.mark.parametrize("kills", [pytest.param(1, marks=pytest.mark.ci_drill), 50])
def test_a_killed_engine_loses_no_acknowledged_write_and_stores_no_partial_one(
    tmp_path: Path, kills: int
) -> None:
    home, ledger = tmp_path / "neo4j", Ledger(kills)
    with open_keyring(tmp_path / "keys") as keyring, embedded_engine(home):
        with ThreadPoolExecutor(WRITERS) as threads:
            writers = [
                threads.submit(keep_writing, home, keyring, ledger, writer)
                for writer in range(WRITERS)
            ]
            try:
                for _ in range(kills):
                    ledger.wait_for_more(writers)
                    kill_engine(home)
                    ledger.kills_left -= 1
            finally:
                ledger.kills_left = 0
            for writer in writers:
                writer.result()
        with store_of(home, keyring) as store:
            check(store, ledger)
    note("store crash", kills=kills, acknowledged=len(ledger.acknowledged), lost=0,
         in_doubt=len(ledger.begun - ledger.acknowledged))  # fmt: skip


def kill_engine(home: Path) -> None:
    """Kill the engine, and wait until it has ended: until then it could still be joined."""
    engine = running_engine(home)
    assert engine is not None  # it has just acknowledged a write
    os.kill(engine.pid, signal.SIGKILL)
    while is_engine(engine.pid, home):
        sleep(POLL_S)


def check(store: Store, ledger: Ledger) -> None:
    """Assert that every write is whole or absent, and that doubtful ones can be repeated."""
    ids = set(store.load().nodes.ids)
    whole = {write for write in ledger.begun if ids.issuperset(areas_of(write))}
    assert ledger.acknowledged <= whole
    assert len(ids) == TOGETHER * len(whole)
    assert store.revision() == len(whole)
    assert len(store.changes_since(0)) == TOGETHER * len(whole)
    for write in sorted(ledger.begun):  # the same keys again: existing elements stay unchanged
        store.apply(areas_written_together(write))
    assert store.counts()["Area"] == TOGETHER * len(ledger.begun)
    assert store.revision() == len(ledger.begun)


@pytest.mark.drill
@pytest.mark.parametrize("kills", [3, 50])
def test_an_import_is_whole_or_absent_whenever_the_engine_is_killed(
    tmp_path: Path, kills: int
) -> None:
    home, whole = tmp_path / "neo4j", 0
    with open_keyring(tmp_path / "keys") as keyring, ThreadPoolExecutor(1) as thread:
        with store_of(home, keyring) as store:
            began = monotonic()
            store.apply(import_change_set(0))
            usual_s = monotonic() - began
        for number in range(1, kills + 2):
            with store_of(home, keyring) as store:
                if number > 1:
                    whole += check_import(store, number - 1)
                if number > kills:
                    break
                writing = thread.submit(store.apply, import_change_set(number))
                sleep(usual_s * number / (kills + 1))  # each time at another moment
                kill_engine(home)
                with suppress(StoreUnavailable):
                    writing.result()
    note("import crash", kills=kills, rows=IMPORTED, whole=whole, absent=kills - whole)


def import_change_set(number: int) -> ChangeSet:
    """Return an import of nodes, links and people, all with ids of the source."""
    elements: list[Element] = []
    for row in range(IMPORTED // 4):
        place, office = f"place-{number}-{row}", f"office-{number}-{row}"
        elements += (
            Area(id=place, kind=AreaKind.COUNTRY, code="x", name="Land", source="drill"),
            Authority(id=office, kind=AuthorityKind.UNIT, tier=Tier.NATIONAL,
                      sector=Sector.POLICE, name="Enhed", source="drill"),
            Covers(id=f"{office}-covers", source_id=office, target_id=place, source="drill"),
            Person(id=f"person-{number}-{row}", name="Ida Rugvang Holm", source="drill"),
        )  # fmt: skip
    named = [replace(element, external_id=f"Row/{element.id}") for element in elements]
    changes = change_set(creates=named, idempotency=f"import-{number}")
    return replace(changes, batch=f"import-{number}")


def check_import(store: Store, number: int) -> bool:
    """Whether an import was written; assert that it is whole, and that a repeat writes it once."""
    count = sum(store.counts().values())
    assert count in (IMPORTED * number, IMPORTED * (number + 1))
    assert store.revision() * IMPORTED == count
    assert len(store.batch(f"import-{number}").changes) == count - IMPORTED * number
    assert store.apply(import_change_set(number)) == number + 1
    assert sum(store.counts().values()) == IMPORTED * (number + 1)
    assert len(store.batch(f"import-{number}").changes) == IMPORTED
    store.load()
    return count > IMPORTED * number
