"""A replica answers soon after its start, and none is left running."""

import pytest

from api.analysis.replica_content import ReplicaContent, content_of
from api.analysis.replicas import fill, start
from graph.errors import StoreUnavailable
from graph.store.replica.replica import Replica, ReplicaGone, start_replica
from tests.api.analysis.replicas import run_query, view

pytestmark = pytest.mark.store  # it starts engines


@pytest.mark.drill
def test_filling_a_replica_twice_does_not_duplicate_its_nodes() -> None:
    replica, content = start(start_replica, lambda: content_of(view()))
    try:
        for _ in range(2):
            fill(replica, content)
            count = run_query(replica, "MATCH (node) RETURN count(node) AS nodes").rows
            assert count == ((len(content.nodes),),)
    finally:
        replica.kill()


@pytest.mark.drill
def test_a_started_replica_is_ended_if_its_content_is_unavailable() -> None:
    replicas: list[Replica] = []

    def started() -> Replica:
        replicas.append(start_replica())
        return replicas[-1]

    def away() -> ReplicaContent:
        raise StoreUnavailable("the store is away")

    with pytest.raises(StoreUnavailable, match="away"):
        start(started, away)
    (replica,) = replicas
    assert not replica.is_alive
    assert not replica.engine.home.exists()


def test_a_replica_that_cannot_start_raises_store_unavailable() -> None:
    def broken() -> Replica:
        raise StoreUnavailable("no room")

    with pytest.raises(StoreUnavailable, match="no room"):
        start(broken, lambda: content_of(view()))


@pytest.mark.drill
def test_a_restarted_replica_takes_over_the_filled_content() -> None:
    replica, content = start(start_replica, lambda: content_of(view()))
    fill(replica, content)
    held = run_query(replica, "MATCH (node) RETURN node.id AS id ORDER BY id").rows
    replica.halt()
    with pytest.raises(ReplicaGone):
        run_query(replica, "RETURN 1 AS one")
    other = replica.restart()
    try:
        replica.kill()  # a killed replica takes nothing from the other process
        assert other.pid != replica.pid
        assert run_query(other, "MATCH (node) RETURN node.id AS id ORDER BY id").rows == held
        fill(other, content)
        count = run_query(other, "MATCH (node) RETURN count(node) AS nodes").rows
        assert count == ((len(content.nodes),),)
    finally:
        other.kill()
    assert not other.engine.home.exists()
