"""Background compilation of the path search while the API already answers.

It takes seconds the first time on a machine, and about one second afterwards; meanwhile the
uncompiled search answers, with the same results.
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
from graph.paths.kernel.engine_choice import can_compile, is_compiled_ready
from graph.paths.kernel.search import warm_up

_AGAIN_S: Final = 5  # while the graph is unavailable, or empty
_log = logging.getLogger(__name__)


@contextmanager
def with_warmup(opening: AbstractContextManager[Directory]) -> Generator[Directory]:
    """Open a directory and compile the search in a background thread.

    The context ends once both are finished: a compiling thread cannot be interrupted.
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
    """Compile once there is data to search; any View will do, since only the code is needed."""
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
