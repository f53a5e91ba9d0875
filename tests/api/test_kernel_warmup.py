"""The API answers while the search is compiled, and the warm-up ends with its context."""

import threading
from contextlib import nullcontext

import pytest

from api.directory import Directory
from api.main import with_warmup
from graph.access.policy import LOCAL_OPERATOR
from graph.paths import Need, find
from graph.paths.kernel.engine_choice import can_compile, is_compiled_ready
from graph.paths.policy_file import load_policy
from graph.store.store import Store
from tests.fixtures.app import TestApp
from tests.kystby import TODAY


def is_warming() -> bool:
    return "warming" in [thread.name for thread in threading.enumerate()]


def test_the_warmup_thread_waits_for_data_and_ends_with_its_context(store: Store) -> None:
    is_needed = can_compile() and not is_compiled_ready()
    with (
        Directory(store, load_policy(None)) as directory,
        with_warmup(nullcontext(directory)) as same,
    ):
        assert same is directory
        assert is_warming() or not is_needed
    assert not is_warming()


@pytest.mark.drill
@pytest.mark.ci_drill
def test_questions_are_answered_while_the_search_is_compiled(app: TestApp) -> None:
    need = Need(on=TODAY, start="ihd", target="ssp-post")
    with with_warmup(nullcontext(app.directory)) as directory:
        view = directory.view(LOCAL_OPERATOR)
        meanwhile = find(view, need, directory.policy)
    assert is_compiled_ready() is can_compile()
    assert find(view, need, directory.policy) == meanwhile
