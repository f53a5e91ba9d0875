"""Cooperative time limit for long computations.

A thread cannot be stopped from outside. The caller therefore sets a limit with `deadline`, and each
repeated step of a long computation calls `check_deadline`, which raises once the limit has passed.
Only complete parts of such a computation are ever cached.
"""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic
from typing import Final

from graph.errors import TooExpensive

_LIMIT: Final[ContextVar[tuple[float, float] | None]] = ContextVar("limit", default=None)
"""The monotonic time at which the limit passes, and its length in seconds; None: no limit."""


@contextmanager
def deadline(seconds: float) -> Generator[None]:
    """Limit the computations of this context (thread) to a number of seconds."""
    token = _LIMIT.set((monotonic() + seconds, seconds))
    try:
        yield
    finally:
        _LIMIT.reset(token)


def check_deadline() -> None:
    """Check the time limit, once per step of a long computation; a no-op without a limit.

    Raises: TooExpensive: the limit has passed.
    """
    limit = _LIMIT.get()
    if limit is not None and monotonic() > limit[0]:
        raise TooExpensive("the question took more time than it may", limit_s=limit[1])
