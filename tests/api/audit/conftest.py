"""Fixtures: a log in a folder of its own, with a clock that the test sets."""

from collections.abc import Generator
from pathlib import Path

import pytest

from api.audit.log import AuditLog
from tests.api.audit.logs import Clock, open_log


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def log(tmp_path: Path, clock: Clock) -> Generator[AuditLog]:
    with open_log(tmp_path, clock) as log:
        yield log
