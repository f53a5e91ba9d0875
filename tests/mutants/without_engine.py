"""A plugin of pytest: leaves out what starts a database engine, which no mutant can wait for."""

import pytest

_ENGINES = {"claimed_server", "replica"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keeps the tests that ask for none, and are no drill."""
    left = [item for item in items if not _is_slow(item)]
    config.hook.pytest_deselected(items=[item for item in items if _is_slow(item)])
    items[:] = left


def _is_slow(item: pytest.Item) -> bool:
    fixtures: set[str] = set(getattr(item, "fixturenames", ()))
    return bool(_ENGINES & fixtures) or item.get_closest_marker("drill") is not None
