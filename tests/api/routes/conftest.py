"""Fixtures: callers, and Kystby with its neighbor Naboby."""

import pytest

from graph.access.policy import Role
from tests.fixtures.app import Headers, TestApp
from tests.fixtures.editor import EditorClient, desk_of
from tests.next_door import fill_next_door


@pytest.fixture
def beside(app: TestApp) -> TestApp:
    fill_next_door(app.store)
    return app


@pytest.fixture
def steward(app: TestApp) -> EditorClient:
    return desk_of(app, Role.STEWARD)


@pytest.fixture
def coordinator(app: TestApp) -> Headers:
    return app.as_(Role.COORDINATOR)


@pytest.fixture
def admin(app: TestApp) -> Headers:
    return app.as_(Role.ADMIN)


@pytest.fixture
def dpo(app: TestApp) -> Headers:
    return app.as_(Role.DPO)
