"""Fixtures of several routes: Kystby with its neighbor, and who looks after Kystby."""

import pytest

from graph.access.policy import Role
from tests.fixtures.app import TestApp
from tests.fixtures.editor import EditorClient, desk_of
from tests.next_door import fill_next_door


@pytest.fixture
def beside(app: TestApp) -> TestApp:
    fill_next_door(app.store)
    return app


@pytest.fixture
def steward(beside: TestApp) -> EditorClient:
    return desk_of(beside, Role.STEWARD)
