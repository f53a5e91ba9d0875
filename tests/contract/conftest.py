"""A separate store with Kystby in it, for tests that bypass the store or use its keyring."""

import pytest

from graph.store.store import Store
from tests.change_sets import fill_with_kystby


@pytest.fixture
def town(store: Store) -> Store:
    fill_with_kystby(store)
    return store
