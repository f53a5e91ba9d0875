import json
import subprocess
import sys
from typing import Any, Final

import pytest

from graph.paths.kernel.search import (
    backward_costs,
    forward_costs,
    is_compiled_ready,
    search,
    warm_up,
)
from tests.fixtures.builders import FROM_A_TO_Z, chain, posts, world_of
from tests.graph.paths.random_worlds import draw_case
from tests.graph.paths.worlds import POLICY, World, needs_both, search_inputs

TELL: Final = "from tests.graph.paths.test_warming import tell; tell()"
WITHOUT_NUMBA: Final = "import sys; sys.modules['numba'] = None; "


def output_of(program: str) -> dict[str, Any]:
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
    return json.loads(done.stdout)


@pytest.mark.slow
@needs_both
def test_a_warm_compiled_search_is_used_and_compiles_nothing_more() -> None:
    states = output_of(TELL)
    assert {name: states[name]["is_warm"] for name in ("before", "missed", "first")} == {
        "before": False,
        "missed": False,  # a world of one post has nothing to try it on
        "first": True,
    }
    assert not states["missed"]["is_searched_compiled"]
    assert states["first"]["is_searched_compiled"]
    assert states["first"]["types"] == states["searched"]["types"] == [1, 1, 1, 1, 1, 1]


@pytest.mark.slow
@needs_both
def test_warming_up_again_searches_nothing() -> None:
    from graph.paths.kernel.compiled_pruning import STAMPS

    states = output_of(TELL)
    used = states["first"]["stamp"]
    assert used > 0
    assert states["second"]["stamp"] - used == STAMPS  # only the search made between the two


@pytest.mark.slow
def test_without_numba_warming_up_does_nothing_and_the_plain_search_answers() -> None:
    for moment in output_of(WITHOUT_NUMBA + TELL).values():
        assert (moment["is_warm"], moment["stamp"], moment["types"]) == (False, 0, [])


def tell() -> None:
    """Print the state before, after the first and the second warm-up, and after many searches."""
    states = {"before": state(), "missed": state_after_warm_up(world_of(*posts("a")))}
    states["first"] = state_after_warm_up(world_of(*posts("abz"), *chain("a", "b", "z")))
    states["second"] = state_after_warm_up(world_of(*posts("abz"), *chain("a", "b", "z")))
    for seed in range(60):
        world, question = draw_case(seed, 9, has_ties=seed % 2 == 0)
        _, view, ask, answers = search_inputs(world, question)
        result = search(view, POLICY, ask, answers)
        assert result == search(view, POLICY, ask, answers, "plain")
    states["searched"] = state()
    sys.stdout.write(json.dumps(states))


def state_after_warm_up(world: World) -> dict[str, Any]:
    """Return the state after a warm-up; a search must agree with the plain one."""
    _, view, ask, answers = search_inputs(world, FROM_A_TO_Z)
    warm_up(view, POLICY, answers)
    warm_state = state()
    assert search(view, POLICY, ask, answers) == search(view, POLICY, ask, answers, "plain")
    for ways in (forward_costs, backward_costs):
        assert ways(view, POLICY, ask, answers) == ways(view, POLICY, ask, answers, "plain")
    return {**warm_state, "is_searched_compiled": stamp() > warm_state["stamp"]}


def state() -> dict[str, Any]:
    """Return whether it is warm, the workspace's stamp, and the compiled types of each part."""
    return {"is_warm": is_compiled_ready(), "stamp": stamp(), "types": types()}


def stamp() -> int:
    """Return how many stages the compiled search has run in this thread."""
    if "graph.paths.kernel.compiled" not in sys.modules:
        return 0
    from graph.paths.kernel.compiled import thread_workspace

    return thread_workspace().stamp


def types() -> list[int]:
    if "graph.paths.kernel.compiled" not in sys.modules:
        return []
    from graph.paths.kernel import compiled_enumeration, compiled_pruning, compiled_reachability

    parts: list[Any] = [
        compiled_pruning.prune_by_hops,
        compiled_pruning.prune_by_cost,
        compiled_pruning.compute_potentials,
        compiled_enumeration.enumerate_paths,
        compiled_reachability.ways_from,
        compiled_reachability.ways_to,
    ]
    return [len(part.signatures) for part in parts]
