"""Fixtures of the API's tests: Kystby behind the real application."""

import os
from collections.abc import Generator
from pathlib import Path

import pytest

from graph.store.store import Store
from tests.api.hall import ACCOUNTS_URL, Clock, Hall, opened_hall
from tests.api.house import TestHouse, opened_house
from tests.change_sets import fill_with_kystby


@pytest.fixture
def house(store: Store, tmp_path: Path) -> Generator[TestHouse]:
    """Kystby, served."""
    fill_with_kystby(store)
    with opened_house(store, tmp_path) as house:
        yield house


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still."""
    return Clock()


@pytest.fixture
def hall(tmp_path: Path, clock: Clock) -> Generator[Hall]:
    """Accounts alone, without a graph."""
    with opened_hall(tmp_path / "accounts", clock, os.environ.get(ACCOUNTS_URL)) as hall:
        yield hall
