from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given

from graph.paths.policy import Policy
from tests.fixtures.examples import drill, examples
from tests.graph.paths.oracle import Oracle
from tests.graph.paths.random_worlds import Case, cases, cases_with_steps
from tests.graph.paths.worlds import POLICY, Question, World, search_inputs, search_result

quick = examples(100)

BUDGETS: tuple[dict[str, Any], ...] = (
    {},
    {"hop_states": 0, "region_states": 0},
    {"hop_states": 0, "region_states": 0, "widen": (0.0,)},
    {"settled": 0},
    {"hop_states": 5, "region_states": 3},
)
"""Budgets that together take every stage and every transition between stages."""
PARTS, EACH, LARGER = 6, 2_500, 1_500
"""Worlds of a drill, in parts each well under the time after which pytest dumps its stacks."""
COMPARISONS = (PARTS * EACH + LARGER) * len(BUDGETS)


def agrees(world: World, question: Question, policy: Policy = POLICY) -> None:
    _, view, ask, answers = search_inputs(world, question)
    oracle = Oracle(view, policy, ask, answers.cost.tolist(), answers.key.tolist())
    expected, why, bottleneck = oracle.diverse()
    paths = [
        (
            path.cost,
            path.rows,
            [
                (arc.link, tuple(view.source(hold) for hold in arc.holds), oracle.also(*pair, arc))
                for arc, pair in zip(path.arcs, pairwise(path.rows), strict=True)
            ],
        )
        for path in expected
    ]
    for budget in BUDGETS:
        limited = replace(policy, budget=replace(policy.budget, **budget))
        result = search_result(view, limited, ask, answers)
        assert [
            (path.cost, path.rows, [(hop.link, hop.carriers, list(hop.also)) for hop in path.hops])
            for path in result.paths
        ] == paths
        assert (result.is_exact, result.is_cut_off) == (True, False)
        assert (result.fewer and result.fewer.why) == why
        assert (result.fewer and result.fewer.bottleneck) == bottleneck


@quick
@given(cases())
def test_the_search_agrees_with_the_oracle(case: Case) -> None:
    agrees(*case)


@quick
@given(cases_with_steps())
def test_the_search_agrees_with_the_oracle_when_steps_cover_several_nodes(case: Case) -> None:
    agrees(*case)


@pytest.mark.parametrize("part", range(PARTS))
@drill(EACH)
@given(cases())
def test_the_search_agrees_with_the_oracle_in_thousands_of_worlds(part: int, case: Case) -> None:
    agrees(*case)


@drill(EACH)
@given(cases_with_steps(max_size=14))
def test_the_search_agrees_with_the_oracle_in_thousands_of_worlds_with_steps(case: Case) -> None:
    agrees(*case)


@drill(LARGER)
@given(cases(max_size=30))
def test_the_search_agrees_with_the_oracle_in_larger_worlds(case: Case) -> None:
    agrees(*case)


def test_the_drills_compare_each_engine_with_the_oracle_15000_times_or_more() -> None:
    assert COMPARISONS >= 15_000
