import numpy as np
import pytest
from hypothesis import given

from graph.paths.kernel.engine_choice import EngineName
from graph.paths.kernel.reachability import ReachableCosts, backward_costs, forward_costs
from tests.fixtures.examples import examples
from tests.graph.paths.random_worlds import Case, cases
from tests.graph.paths.worlds import ENGINES, POLICY, Question, World, search_inputs, search_result

pytestmark = pytest.mark.slow

DRAWN = examples(100)


def costs_both_ways(
    world: World, question: Question, engine: EngineName
) -> tuple[ReachableCosts, ReachableCosts]:
    _, view, ask, answers = search_inputs(world, question)
    return tuple(
        ways(view, POLICY, ask, answers, engine) for ways in (forward_costs, backward_costs)
    )  # pyright: ignore[reportReturnType] # two of them


@pytest.mark.drill
@DRAWN
@given(case=cases())
def test_all_engines_reach_the_same_nodes_at_the_same_costs(case: Case) -> None:
    first, *others = (costs_both_ways(*case, engine) for engine in ENGINES)
    for other in others:
        for mine, theirs in zip(first, other, strict=True):
            nodes = np.arange(len(mine.caller_graph.visible))
            assert (mine.ways(nodes) == theirs.ways(nodes)).all()
            assert mine == theirs


@DRAWN
@given(case=cases())
def test_forward_and_backward_costs_at_path_nodes_never_exceed_the_path_cost(
    case: Case,
) -> None:
    _, view, ask, answers = search_inputs(*case)
    near, far = costs_both_ways(*case, ENGINES[0])
    for path in search_result(view, POLICY, ask, answers).paths:
        spent = 0
        for hop in path.hops:
            left = path.cost - spent
            spent += hop.cost
            assert near[hop.target][1] <= spent
            assert far[hop.target][1] <= left
