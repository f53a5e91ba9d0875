"""How the compiled search gets ready while the API answers already.

Seconds the first time on a machine, about one afterwards; the plain search answers meanwhile, and
finds the same.
"""

import logging
import time
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from threading import Thread

from api.directory import Directory
from graph.access import LOCAL_OPERATOR
from graph.errors import GraphError
from graph.questions.paths.kernel import warm_up
from graph.questions.paths.resolve import standing

_log = logging.getLogger(__name__)


@contextmanager
def warmed(opening: AbstractContextManager[Directory]) -> Generator[Directory]:
    """A directory as it is opened, while what is compiled gets ready in the background.

    Ends when both are done: a thread that compiles cannot be cut short.
    """
    with opening as directory:
        thread = Thread(target=_warm, args=(directory,), name="warming")
        thread.start()
        try:
            yield directory
        finally:
            thread.join()


def _warm(directory: Directory) -> None:
    """Any View will do: what is run once is the code, not the question."""
    started = time.perf_counter()
    try:
        view = directory.view(LOCAL_OPERATOR)
    except GraphError as error:  # the store is away; whoever asks is told
        _log.warning("the compiled search waits for the next start: %s", error)
        return
    warm_up(view, directory.policy, standing(view, directory.policy))
    _log.info("the compiled search is ready after %.1f s", time.perf_counter() - started)
