"""Fixtures of several routes: Kystby with its neighbor, and who looks after Kystby."""

import pytest

from graph.access.policy import Role
from tests.fixtures.app import TestHouse
from tests.fixtures.editor import EditorClient, desk_of
from tests.next_door import fill_next_door


@pytest.fixture
def beside(house: TestHouse) -> TestHouse:
    """Kystby and Naboby, served."""
    fill_next_door(house.store)
    return house


@pytest.fixture
def steward(beside: TestHouse) -> EditorClient:
    """The steward of Kystby."""
    return desk_of(beside, Role.STEWARD)
