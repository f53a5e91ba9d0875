from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise, product
from random import Random
from typing import Final

import numpy as np
from hypothesis import HealthCheck, given

from graph.access.view import View
from graph.paths.kernel.caller_graph import CROSSED, PostAnswers
from graph.paths.kernel.plain import FAR, TURNS
from graph.paths.kernel.problem import ENTER, LEAVE, START, TARGET
from graph.paths.kernel.request import MAX_HOPS, MOST_PATHS, SearchRequest, SearchResult
from graph.paths.kernel.search import search
from tests.fixtures.builders import FROM_A_TO_Z, post, refers, world_of
from tests.fixtures.examples import examples
from tests.graph.paths.random_worlds import Case, cases, draw_case
from tests.graph.paths.worlds import POLICY, needs_both, result_of, search_inputs

often = examples(40, HealthCheck.filter_too_much)


EVERYWHERE: Final = frozenset(f"n{number:02}" for number in range(100))
THROUGH: Final = ((), (EVERYWHERE,), (EVERYWHERE, EVERYWHERE))
"""No, one and two stops anywhere: in direction ACROSS two, four and six modes."""
EAGER: Final = replace(POLICY, budget=replace(POLICY.budget, look_ahead=1))
SIZES: Final = (5, 30, 8, 60, 4)


Inputs = tuple[View, SearchRequest, PostAnswers]


def drawn_searches(first: int, count: int) -> list[Inputs]:
    """Return drawn searches in small and large worlds."""
    return [inputs_of(seed) for seed in range(first, first + count)]


def inputs_of(seed: int) -> Inputs:
    world, question = draw_case(seed, SIZES[seed % len(SIZES)], has_ties=seed % 2 == 0)
    question = replace(question, via=question.via or THROUGH[seed % 3])
    return search_inputs(world, question)[1:]


def results(searches: list[Inputs]) -> list[SearchResult]:
    return [search(view, EAGER, ask, answers, "fast") for view, ask, answers in searches]


@needs_both
@often
@given(cases())
def test_engines_agree_when_the_search_tree_starts_too_small(case: Case) -> None:
    from graph.paths.kernel.compiled import start_partials, thread_workspace

    room = thread_workspace()
    room.tree, room.waiting = start_partials(1)
    room.accepted = room.accepted._replace(ahead=np.empty(1, np.int32))
    result_of(*case, EAGER)  # both engines, compared


@needs_both
def test_the_search_tree_grows_while_thousands_of_partial_paths_wait() -> None:
    from graph.paths.kernel.compiled import start_partials, thread_workspace

    room = thread_workspace()
    room.tree, room.waiting = start_partials(64)
    # Without look-ahead, so that the tree holds the paths that are too alike.
    patient = replace(POLICY, budget=replace(POLICY.budget, look_ahead=200_000))
    result = result_of(*layers(wide=4, deep=10), patient)
    assert (len(result.paths), result.why) == (16, "OVERLAP")
    assert len(room.waiting) == len(room.tree) == 65_536


def layers(wide: int, deep: int) -> Case:
    """Return layers of posts from a to z, each post linked to all of the next, at one cost."""
    ids = [[f"{chr(98 + layer)}{place}" for place in range(wide)] for layer in range(deep)]
    ends = (["a"], *ids, ["z"])
    arcs = [
        refers(f"l-{source}-{target}", source, target)
        for here, there in pairwise(ends)
        for source, target in product(here, there)
    ]
    world = world_of(*(post(name) for layer in ends for name in layer), *arcs)
    return world, replace(FROM_A_TO_Z, overlap_percent=30, max_paths=32, max_hops=deep + 1)


@needs_both
def test_a_workspace_serves_small_and_large_worlds_in_any_order() -> None:
    searches = drawn_searches(0, 30)
    alone = results(searches)
    order = [*range(30)] * 3
    Random(1).shuffle(order)
    assert results([searches[place] for place in order]) == [alone[place] for place in order]


@needs_both
def test_a_workspace_restarts_its_stamps_when_they_run_out() -> None:
    searches = drawn_searches(0, 20)

    def used_up() -> tuple[list[SearchResult], list[SearchResult], int]:
        from graph.paths.kernel.compiled import thread_workspace

        results(searches)  # allocates all the room they need
        room = thread_workspace()
        room.stamp = FAR
        before, room.stamp = results(searches), FAR
        return before, results(searches[::-1]), room.stamp  # with stamps that other searches used

    with ThreadPoolExecutor(1) as thread:  # with a workspace of its own
        before, after, stamp = thread.submit(used_up).result()
    assert after == before[::-1]
    assert 0 < stamp < 200


@needs_both
def test_a_widened_workspace_has_no_remains_of_an_abandoned_search() -> None:
    from graph.paths.kernel.compiled import Workspace
    from graph.paths.kernel.compiled_enumeration import AHEAD_FULL, FULL

    for missing in (FULL, AHEAD_FULL):
        room = Workspace()
        room.fit(states=9, arcs=9, nodes=9)
        room.accepted.shared[:] = 1
        room.widen(missing)
        assert len(room.accepted.shared) == 9
        assert not room.accepted.shared.any()


@needs_both
def test_concurrent_searches_find_the_same_as_searches_alone() -> None:
    parts = [drawn_searches(first, 15) for first in (0, 15, 30, 45)]
    alone = [results(part) for part in parts]
    with ThreadPoolExecutor(len(parts)) as threads:
        for _ in range(10):
            assert list(threads.map(results, parts)) == alone


@needs_both
def test_constants_repeated_in_compiled_modules_equal_the_originals() -> None:
    from graph.paths.kernel import compiled_enumeration, compiled_pruning

    assert (compiled_pruning.FAR, compiled_enumeration.FAR) == (FAR, FAR)
    assert (compiled_pruning.START, compiled_pruning.TARGET) == (START, TARGET)
    assert CROSSED == ENTER | LEAVE
    assert compiled_pruning.TURNS == TURNS
    assert (compiled_enumeration.MOST_STOPS, compiled_enumeration.MOST_PATHS) == (
        MAX_HOPS + 1,
        MOST_PATHS,
    )
