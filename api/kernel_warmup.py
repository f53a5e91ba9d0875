"""How the compiled search gets ready while the API answers already.

Seconds the first time on a machine, about one afterwards; the plain search answers meanwhile, and
finds the same.
"""

import logging
import time
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from threading import Event, Thread
from typing import Final

from api.directory import Directory
from graph.access.policy import LOCAL_OPERATOR
from graph.errors import StoreUnavailable
from graph.paths.answering_costs import post_answers
from graph.paths.kernel.compiling import can_compile, is_compiled_ready
from graph.paths.kernel.search import warm_up

_AGAIN_S: Final = 5  # while the graph is away, or empty
_log = logging.getLogger(__name__)


@contextmanager
def with_warmup(opening: AbstractContextManager[Directory]) -> Generator[Directory]:
    """A directory as it is opened, while what is compiled gets ready in the background.

    Ends when both are done: a thread that compiles cannot be cut short.
    """
    with opening as directory:
        is_over = Event()
        thread = Thread(target=_warm, args=(directory, is_over), name="warming")
        thread.start()
        try:
            yield directory
        finally:
            is_over.set()
            thread.join()


def _warm(directory: Directory, is_over: Event) -> None:
    """As soon as there is something to search; any View will do, for it is the code that is run."""
    while can_compile() and not is_compiled_ready():
        started = time.perf_counter()
        try:
            view = directory.view(LOCAL_OPERATOR)
            warm_up(view, directory.policy, post_answers(view, directory.policy))
        except StoreUnavailable as error:
            _log.warning("the compiled search waits for the graph: %s", error)
        if is_compiled_ready():
            _log.info("the compiled search is ready after %.1f s", time.perf_counter() - started)
        elif is_over.wait(_AGAIN_S):
            return
