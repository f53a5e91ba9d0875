from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from neo4j import ManagedTransaction

from graph.errors import Conflict, Invalid
from graph.model import Area, Network
from graph.store import cypher
from graph.store.connection import connect
from graph.store.encryption.keyring import Keyring
from graph.store.store import Store
from graph.vocabulary import AreaKind, Rule
from tests.change_sets import change_set, changed, element_of
from tests.databases import Server

WRITERS = 8
SAVES = 6
CREATORS = 6
IDS = 50


def side_by_side(
    server: Server, keyring: Keyring, count: int, work: Callable[[Store], Counter[str]]
) -> Counter[str]:
    """Return the total counts of `count` writers, each with its own driver, started together."""
    ready = Barrier(count)

    def begin(_number: int) -> Counter[str]:
        with server.with_store(keyring) as store:
            ready.wait()
            return work(store)

    with ThreadPoolExecutor(count) as threads:
        return sum(threads.map(begin, range(count)), Counter[str]())


@pytest.mark.drill
def test_concurrent_editors_of_one_element_lose_no_save_and_meet_conflicts(
    town: Store, server: Server, keyring: Keyring
) -> None:
    """All editors read the element before the first save, so that all but one meet a conflict."""
    town.apply(change_set(updates=[changed(town, "ssp", meets_every_days=1)]))
    all_have_read = Barrier(WRITERS)

    def save(mine: Store) -> Counter[str]:
        outcomes = Counter[str]()
        network = element_of(mine, "ssp", Network)
        all_have_read.wait()
        while outcomes["saved"] < SAVES:
            days = (network.meets_every_days or 0) + 1
            try:
                mine.apply(change_set(updates=[replace(network, meets_every_days=days)]))
                outcomes["saved"] += 1
            except Conflict:
                outcomes["conflict"] += 1
            network = element_of(mine, "ssp", Network)
        return outcomes

    outcomes = side_by_side(server, keyring, WRITERS, save)
    saves = WRITERS * SAVES
    assert outcomes["saved"] == saves
    assert outcomes["conflict"] >= WRITERS - 1
    assert element_of(town, "ssp", Network).meets_every_days == saves + 1
    assert town.revision() == saves + 2
    assert len(town.changes_since(2)) == saves


@pytest.mark.slow
def test_concurrent_creators_of_the_same_ids_create_each_node_once(
    store: Store, server: Server, keyring: Keyring
) -> None:
    def create(mine: Store) -> Counter[str]:
        outcomes = Counter[str]()
        for number in range(IDS):
            area = Area(
                id=f"a-{number}", kind=AreaKind.COUNTRY, code="x", name="Land", source="test"
            )
            try:
                mine.apply(change_set(creates=[area]))
                outcomes["created"] += 1
            except Invalid as refused:
                outcomes[refused.faults[0].rule] += 1
        return outcomes

    outcomes = side_by_side(server, keyring, CREATORS, create)
    assert outcomes == {"created": IDS, Rule.DUPLICATE: (CREATORS - 1) * IDS}
    assert (store.counts()["Area"], store.revision()) == (IDS, IDS)


def test_a_load_during_writes_never_sees_a_partial_write(
    store: Store, server: Server, keyring: Keyring
) -> None:
    """Each write adds 40 areas, so a count not divisible by 40 shows half a write."""

    def write(mine: Store) -> Counter[str]:
        for step in range(10):
            areas = [
                Area(id=f"{step}-{n}", kind=AreaKind.COUNTRY, code="x", name="Land", source="test")
                for n in range(40)
            ]
            mine.apply(change_set(creates=areas))
        return Counter()

    with ThreadPoolExecutor(1) as writer:
        writing = writer.submit(side_by_side, server, keyring, 1, write)
        while not writing.done():
            snapshot = store.load()
            assert len(snapshot.nodes.ids) == 40 * snapshot.revision
    writing.result()
    assert store.load().revision == 10


def test_readers_see_the_last_committed_revision_during_an_import(
    town: Store, server: Server
) -> None:
    known = town.load()
    town.apply(change_set(updates=[changed(town, "ssp", meets_every_days=1)]))
    with (
        server.driver.session(database=server.database) as session,
        session.begin_transaction() as importing,
    ):
        importing.run(cypher.INCREMENT_REVISION).consume()
        importing.run(cypher.CREATE_CHANGE_SET, properties={"revision": 3}).consume()
        assert town.load().revision == town.refresh(known).revision == 2
        assert [change.touched for change in town.changes_since(1)] == ["ssp"]
        assert element_of(town, "ssp", Network).meets_every_days == 1


def test_a_read_disturbed_by_three_writes_still_returns_a_consistent_result(server: Server) -> None:
    moves = iter(range(3))  # as often as a long read is tried

    with connect(
        server.uri, user=server.user, password=server.password, database=server.database
    ) as connection:

        def read(_tx: ManagedTransaction) -> str:
            if next(moves, None) is not None:
                server.ask(cypher.INCREMENT_REVISION)
            return "read"

        assert connection.read_consistent(read) == (3, "read")
