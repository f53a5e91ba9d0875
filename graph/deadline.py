"""How long a question may think: what looks again and again looks at the clock as well.

Nothing can end a thread from outside. So whoever asks sets a limit, and each step that a long
question does over and over ends it once the limit is passed. What is kept of it are whole parts.
"""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic
from typing import Final

from graph.errors import TooExpensive

_LIMIT: Final[ContextVar[tuple[float, float] | None]] = ContextVar("limit", default=None)
"""When it is passed, by the monotonic clock, and how many seconds that was."""


@contextmanager
def deadline(seconds: float) -> Generator[None]:
    """What is asked in here, in this thread, may take so many seconds."""
    token = _LIMIT.set((monotonic() + seconds, seconds))
    try:
        yield
    finally:
        _LIMIT.reset(token)


def check_deadline() -> None:
    """Called by each step of what may take long. Without a limit it does nothing.

    Raises: TooExpensive: the limit is passed.
    """
    limit = _LIMIT.get()
    if limit is not None and monotonic() > limit[0]:
        raise TooExpensive("the question took more time than it may", limit_s=limit[1])
