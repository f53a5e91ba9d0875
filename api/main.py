"""The served application: settings from the environment, databases from the data folder.

`uvicorn --factory api.main:served_app` serves it; `kontaktvej serve` adds connection limits.
"""

import logging
import time
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from threading import Event, Thread
from typing import Final

from fastapi import FastAPI

from api.app import create_app
from api.directory import Directory, open_directory
from api.etags import EXPLORER_KEY, web_key
from api.installation import opened_accounts, opened_audit, require_all_parts
from api.settings import Settings
from graph.access.policy import LOCAL_OPERATOR
from graph.errors import StoreUnavailable
from graph.paths.answering_costs import post_answers
from graph.paths.kernel.engine_choice import can_compile, is_compiled_ready
from graph.paths.kernel.search import warm_up
from graph.paths.policy_file import load_policy

_RETRY_S: Final = 5  # while the graph is unavailable, or empty
_log = logging.getLogger(__name__)


def served_app(settings: Settings | None = None) -> FastAPI:
    """Build the application of this machine.

    Raises:
        InvalidPolicy, InvalidVocabulary: a custom policy or vocabulary file cannot be used.
        PartsMissing: a part of the installation was lost.
    """
    app_settings = settings or Settings()
    place = app_settings.place()
    require_all_parts(place, app_settings)
    policy, own_kinds = load_policy(app_settings.policy), app_settings.own_kinds()
    own_kinds.current()  # an invalid file is refused
    return create_app(
        lambda accounts: with_warmup(
            open_directory(
                place, policy, own_kinds=own_kinds, withheld=accounts.withholdings.withheld
            )
        ),
        lambda: opened_accounts(place, app_settings),
        lambda: opened_audit(place, app_settings),
        app_settings,
        read_web_key=lambda: web_key(place.keys),
        read_explorer_key=lambda: web_key(place.keys, EXPLORER_KEY),
    )


@contextmanager
def with_warmup(opening: AbstractContextManager[Directory]) -> Generator[Directory]:
    """Open a directory and compile the search in a background thread.

    It takes seconds the first time on a machine, and about one second afterwards; meanwhile the
    uncompiled search answers, with the same results. The context ends once both are finished: a
    compiling thread cannot be interrupted.
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
        elif is_over.wait(_RETRY_S):
            return
