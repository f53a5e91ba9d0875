"""Fixtures of the analysts' tests: one replica for a whole module."""

from collections.abc import Generator

import pytest

from graph.store.replica.replica import Replica
from tests.api.analysis.held import held


@pytest.fixture(scope="module")
def replica() -> Generator[Replica]:
    with held() as replica:
        yield replica
