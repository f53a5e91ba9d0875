"""Concurrent editors overwrite no unseen change, and concurrent creators make no duplicates.

Over real HTTP, through two servers, each with its own store, Snapshot and audit log.
"""

from collections import Counter
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Barrier
from typing import Any

import httpx
import pytest

from api.identity.store import Assurance, open_identity_store
from graph.access.policy import Grant, Role
from graph.model import Area
from graph.store.encryption.keyring import Keyring
from graph.store.store import Store
from tests.change_sets import element_of, fill_with_kystby
from tests.databases import Server
from tests.drills.figures import note
from tests.drills.server import served_from

SERVERS = 2
LIMIT_S = 300.0
Work = Callable[[httpx.Client], Counter[str]]


@pytest.fixture
def clients(server: Server, keyring: Keyring, tmp_path: Path) -> Generator[list[httpx.Client]]:
    """Yield a steward's client for each of several servers, which share only their databases."""
    (tmp_path / "keys").mkdir(mode=0o700, exist_ok=True)
    with ExitStack() as until_done:
        known = until_done.enter_context(open_identity_store(tmp_path / "accounts"))
        account = known.add("steward")
        grant = Grant(role=Role.STEWARD, areas=frozenset({"kystby"}))
        known.grant(account, grant, given_by="drill")
        headers = {"Authorization": f"Bearer {known.open_session(account, Assurance.STRONG)}"}
        stores = [until_done.enter_context(server.with_store(keyring)) for _ in range(SERVERS)]
        fill_with_kystby(stores[0])
        addresses = [
            until_done.enter_context(served_from(store, tmp_path, known)) for store in stores
        ]
        yield [
            until_done.enter_context(
                httpx.Client(base_url=address, headers=headers, timeout=LIMIT_S)
            )
            for address in addresses
        ]


def run_concurrently(clients: list[httpx.Client], count: int, work: Work) -> Counter[str]:
    """Run `count` workers at once, spread over the servers; return the sum of their counts."""
    ready = Barrier(count)

    def begin(number: int) -> Counter[str]:
        ready.wait()
        return work(clients[number % len(clients)])

    with ThreadPoolExecutor(count) as threads:
        return sum(threads.map(begin, range(count)), Counter[str]())


@pytest.mark.drill
@pytest.mark.parametrize(
    ("editors", "edits"), [pytest.param(4, 10, marks=pytest.mark.ci_drill), (8, 50)]
)
def test_concurrent_edits_lose_no_save_and_every_conflict_gets_412(
    clients: list[httpx.Client], store: Store, editors: int, edits: int
) -> None:
    """Each editor adds one to the value that it read, so an overwritten save is missing."""
    before = element_of(store, "kystby", Area)

    def save(client: httpx.Client, seen: dict[str, Any] | None) -> httpx.Response:
        count = 0 if seen is None else seen["versions"]["current"]["population"] or 0
        fields = {"population": count + 1, "population_on": "2026-11-25"}
        etag = '"not seen yet"' if seen is None else seen["current"]
        return client.patch("/entities/kystby", json={"fields": fields}, headers={"If-Match": etag})

    def edit(client: httpx.Client) -> Counter[str]:
        counted = Counter[str]()
        seen: dict[str, Any] | None = None
        while counted["saved"] < edits:
            answer = save(client, seen)
            counted["saved" if answer.status_code == 200 else str(answer.status_code)] += 1
            seen = answer.json() if answer.status_code == 412 else None
        return counted

    counted = run_concurrently(clients, editors, edit)
    saves = editors * edits
    population = element_of(store, "kystby", Area).population
    note("editors", editors=editors, edits=edits, lost=saves - (population or 0),
         conflicts=counted["412"])  # fmt: skip
    assert set(counted) == {"saved", "412"}
    assert counted["saved"] == population == saves
    assert before.population is None
    assert len(store.changes_since(1)) == saves


@pytest.mark.drill
@pytest.mark.parametrize(
    ("creators", "ids"), [pytest.param(3, 10, marks=pytest.mark.ci_drill), (6, 50)]
)
def test_concurrent_creates_of_the_same_id_succeed_once_and_get_409_otherwise(
    clients: list[httpx.Client], store: Store, creators: int, ids: int
) -> None:
    before = store.counts()

    def create(client: httpx.Client) -> Counter[str]:
        counted = Counter[str]()
        for number in range(ids):
            area = {"kind": "COMMUNITY", "code": f"d{number}", "name": "Kvarteret"}
            lies = {"source_id": "@area", "target_id": "kystby"}
            creates = [
                {"label": "Area", "id": f"com-{number}", "called": "@area", "fields": area},
                {"type": "LIES_IN", "fields": lies},
            ]
            answer = client.post("/change-sets", json={"creates": creates})
            counted[str(answer.status_code)] += 1
        return counted

    counted = run_concurrently(clients, creators, create)
    nodes = store.counts()["Area"] - before["Area"]
    note("creators", creators=creators, ids=ids, nodes=nodes, conflicts=counted["409"])
    assert counted == {"200": ids, "409": (creators - 1) * ids}
    assert nodes == store.counts()["LIES_IN"] - before["LIES_IN"] == ids
    assert store.revision() == ids + 1
