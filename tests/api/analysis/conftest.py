"""Fixtures of the analysts' tests: one replica for a whole module."""

from collections.abc import Generator

import pytest

from graph.store.replica.replica import Replica
from tests.api.analysis.replicas import running_replica


@pytest.fixture(scope="module")
def replica() -> Generator[Replica]:
    with running_replica() as replica:
        yield replica
