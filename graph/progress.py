"""Progress of long computations, such as the preview of an import, for whoever waits for them."""

from collections.abc import Callable, Collection, Generator, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final, TypeVar

from graph.vocabulary import Term

T = TypeVar("T")
_EVERY: Final = 200
"""How many items are done between two reports."""


class Stage(Term):
    """A stage of the preview of an import."""

    READING = "READING", "læser filen", "reading the file"
    ROWS = "ROWS", "læser rækkerne", "reading the rows"
    COMPARING = "COMPARING", "sammenligner med registret", "comparing with the register"
    RULES = "RULES", "kontrollerer reglerne", "checking the rules"
    PATHS = "PATHS", "sammenligner kontaktveje", "comparing contact paths"


@dataclass(frozen=True, slots=True)
class Progress:
    """A stage with the number of its items that are done, of all; `total` 0: it is not known."""

    stage: Stage
    done: int = 0
    total: int = 0


_WATCHER: Final[ContextVar[Callable[[Progress], object] | None]] = ContextVar(
    "watcher", default=None
)


@contextmanager
def progress_to(watcher: Callable[[Progress], object]) -> Generator[None]:
    """Report the computations of this context (thread) to a function, which may raise to stop them.

    It must return quickly; nothing is written while it is called.
    """
    token = _WATCHER.set(watcher)
    try:
        yield
    finally:
        _WATCHER.reset(token)


def report(progress: Progress) -> None:
    """Report a progress; a no-op if nobody watches."""
    watcher = _WATCHER.get()
    if watcher is not None:
        watcher(progress)


def with_progress(stage: Stage, items: Collection[T]) -> Iterator[T]:
    """Yield the items of a stage, and report how many are done."""
    total = len(items)
    for done, item in enumerate(items):
        if done % _EVERY == 0:
            report(Progress(stage, done, total))
        yield item
