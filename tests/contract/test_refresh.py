from dataclasses import replace

import pytest

from graph.model import Area, Person
from graph.snapshot.snapshot import Snapshot
from graph.store.store import Store
from graph.vocabulary import AreaKind
from tests.change_sets import change_set, changed
from tests.databases import Server

PULLED_MOST = 100


@pytest.fixture
def snapshot_read(town: Store) -> Snapshot:
    """Return a Snapshot of Kystby as a reader has loaded it."""
    return town.load()


def areas(count: int) -> list[Area]:
    return [
        Area(id=f"area-{number}", kind=AreaKind.COUNTRY, code="x", name="Land", source="test")
        for number in range(count)
    ]


def equals_fresh_load(snapshot: Snapshot, store: Store) -> bool:
    fresh = store.load()
    has_same_revision = (snapshot.revision, snapshot.written) == (fresh.revision, fresh.written)
    return has_same_revision and list(snapshot.elements()) == list(fresh.elements())


def test_refreshing_after_a_changed_link_reuses_the_nodes(
    store: Store, snapshot_read: Snapshot
) -> None:
    store.apply(change_set(updates=[changed(store, "bo--phone-bo", source="corrected")]))
    snapshot = store.refresh(snapshot_read)
    assert snapshot.nodes is snapshot_read.nodes
    assert equals_fresh_load(snapshot, store)


def test_refreshing_decrypts_a_changed_name(store: Store, snapshot_read: Snapshot) -> None:
    store.apply(change_set(updates=[changed(store, "bo", name="Bo Anker Nyt")]))
    snapshot = store.refresh(snapshot_read)
    person = snapshot.node(snapshot.row_of["bo"])
    assert isinstance(person, Person)
    assert person.name == "Bo Anker Nyt"


def test_refreshing_without_changes_returns_the_known_nodes_and_links(
    store: Store, snapshot_read: Snapshot
) -> None:
    snapshot = store.refresh(snapshot_read)
    assert (snapshot.nodes, snapshot.links) == (snapshot_read.nodes, snapshot_read.links)


@pytest.mark.parametrize("count", [PULLED_MOST, PULLED_MOST + 1])
def test_refreshing_after_few_or_many_changes_equals_a_fresh_load(
    store: Store, snapshot_read: Snapshot, count: int
) -> None:
    store.apply(change_set(creates=areas(count)))
    assert equals_fresh_load(store.refresh(snapshot_read), store)


@pytest.mark.parametrize("has_change", [True, False])
def test_refreshing_removes_a_deleted_element_with_or_without_its_change(
    store: Store, snapshot_read: Snapshot, server: Server, has_change: bool
) -> None:
    server.ask("MATCH (gone {id: 'bo'}) DETACH DELETE gone")
    server.ask("MATCH (store:Store) SET store.revision = store.revision + 1")
    if has_change:
        server.ask("MATCH (store:Store) CREATE (:Change {revision: store.revision, touched: 'bo'})")
    snapshot = store.refresh(snapshot_read)
    assert "bo" not in snapshot.row_of
    assert equals_fresh_load(snapshot, store)


def test_refreshing_equals_a_fresh_load_when_a_change_was_deleted(
    store: Store, snapshot_read: Snapshot, server: Server
) -> None:
    store.apply(change_set(updates=[changed(store, "bo", title="Konsulent")]))
    store.apply(change_set(updates=[changed(store, "ssp-post", name="Nyt navn")]))
    server.ask("MATCH (change:Change {touched: 'bo'}) DELETE change")
    assert equals_fresh_load(store.refresh(snapshot_read), store)


def test_refreshing_after_an_older_backup_was_restored_loads_it_anew(
    store: Store, snapshot_read: Snapshot, server: Server
) -> None:
    ahead = replace(snapshot_read, revision=snapshot_read.revision + 5)
    server.ask("MATCH (area:Area {id: 'havnen'}) SET area.name = 'Havnegade'")
    snapshot = store.refresh(ahead)
    assert snapshot.revision == snapshot_read.revision
    assert equals_fresh_load(snapshot, store)
