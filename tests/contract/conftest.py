"""A store of one's own with Kystby in it, for tests that look past it or at its keyring."""

import pytest

from graph.store.store import Store
from tests.change_sets import fill_with_kystby


@pytest.fixture
def town(store: Store) -> Store:
    fill_with_kystby(store)
    return store
