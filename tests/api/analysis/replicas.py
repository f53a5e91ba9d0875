"""A replica filled from the View of an analyst of Kystby without a store, for tests of the gate."""

from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from typing import Any, Final

from api.analysis.replica_content import LABELS, NAMES, ReplicaContent, content_of
from graph.access.policy import Role
from graph.access.view import View
from graph.model import Element
from graph.store.replica.replica import QueryRows, Replica, start_replica
from tests import kystby
from tests.fixtures.snapshots import snapshot_of

GENEROUS_S: Final = 300.0
"""Time limit in seconds for tests of the answers, not of their speed."""


def view(elements: Iterable[Element] | None = None) -> View:
    """Return the View of Kystby of an analyst for the whole country."""
    known = kystby.elements() if elements is None else tuple(elements)
    analyst = kystby.caller_of(Role.ANALYST, areas=("dk",))
    return kystby.view_of(snapshot_of(known), analyst)


@contextmanager
def running_replica(content: ReplicaContent | None = None) -> Generator[Replica]:
    """Yield a replica with some content; it is killed at the end."""
    replica = start_replica()
    try:
        replica.prepare(LABELS, NAMES)
        fill(replica, content or content_of(view()))
        yield replica
    finally:
        replica.kill()


def fill(replica: Replica, content: ReplicaContent) -> None:
    replica.refill(content.nodes, content.links)


def run_query(replica: Replica, query: str, given: Mapping[str, Any] | None = None) -> QueryRows:
    return replica.run(
        query, given or {}, timeout_s=GENEROUS_S, most_rows=1_000, most_bytes=1_000_000
    )


def state(replica: Replica) -> tuple[list[Any], ...]:
    """Return all nodes and links of a replica; the value differs after any write."""
    return tuple(
        sorted(map(repr, run_query(replica, query).rows))
        for query in (
            "MATCH (n) RETURN labels(n), properties(n)",
            "MATCH ()-[l]->() RETURN type(l), properties(l)",
        )
    )
