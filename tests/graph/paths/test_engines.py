from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from graph.paths.kernel.caller_graph import OpenArcs, answering_costs, caller_graph_of
from graph.paths.kernel.plain import FAR, BudgetExceeded, PlainEngine
from graph.paths.kernel.problem import SearchProblem, build_problem
from graph.paths.kernel.request import EnumerationLimits, FewerWhy, SearchRequest
from graph.paths.kernel.search import EngineName, SearchEngine
from tests.fixtures.examples import drill, examples
from tests.graph.paths.random_worlds import Case, cases
from tests.graph.paths.test_oracle import BUDGETS
from tests.graph.paths.worlds import ENGINES, POLICY, Question, needs_both, result_of, search_inputs

often = examples(40, HealthCheck.filter_too_much)


def search_problem_of(case: Case) -> SearchProblem:
    _, view, ask, answers = search_inputs(*case)
    seats = answering_costs(view, POLICY, answers)
    return build_problem(caller_graph_of(view, POLICY), seats, POLICY, ask)


def limits_of(
    question: Question | SearchRequest, pops: int = 200_000, patience: int = 3
) -> EnumerationLimits:
    return EnumerationLimits(
        max_paths=question.max_paths, max_hops=question.max_hops,
        overlap_percent=question.overlap_percent, exempt=frozenset(), max_pops=pops,
        patience=patience,
    )  # fmt: skip


def stage_result(
    engine: SearchEngine, eps: float | None, budget: int, limit_sets: list[EnumerationLimits]
) -> Any:
    """Return the number of states a stage found and the paths among them; None: over budget."""
    try:
        count = engine.prune_by_hops(budget) if eps is None else engine.prune_by_cost(eps, budget)
    except BudgetExceeded:
        return None
    return count, [engine.enumerate_paths(limits) for limits in limit_sets] if count else []


def assert_engines_agree(case: Case, budget: int, patience: int) -> None:
    """Assert that the engines agree in hops, in costs and in paths, cut off after any pop."""
    field = search_problem_of(case)
    limit_sets = [limits_of(case[1], pops, patience) for pops in (*range(1, 20), 200_000)]
    for eps, most in product((None, 0.0, 0.2, 0.8), (budget, FAR)):
        compiled = stage_result(compiled_engine(field), eps, most, limit_sets)
        assert compiled == stage_result(PlainEngine(field), eps, most, limit_sets)


PATIENCE = st.sampled_from((1, 2, 5, 64))


@needs_both
@often
@given(cases(max_size=14), st.integers(0, 60), PATIENCE)
def test_both_engines_agree_in_every_stage_within_any_budget(
    case: Case, budget: int, patience: int
) -> None:
    assert_engines_agree(case, budget, patience)


@needs_both
@pytest.mark.parametrize("part", range(3))
@drill(1_000)
@given(cases(max_size=24), st.integers(0, 200), PATIENCE)
def test_both_engines_agree_in_thousands_of_worlds(
    part: int, case: Case, budget: int, patience: int
) -> None:
    assert_engines_agree(case, budget, patience)


@pytest.mark.slow
@often
@given(cases(), st.integers(1, 60))
def test_engines_cut_off_after_any_pop_agree_and_report_the_cut_off(case: Case, pops: int) -> None:
    """Covers also a cut-off of the search for one more path, which says why there are fewer."""
    world, question = case
    for budget in BUDGETS:
        part = replace(POLICY.budget, pops=pops, look_ahead=2, **budget)
        result = result_of(world, question, replace(POLICY, budget=part))
        assert (result.why == FewerWhy.CUT_OFF) is not result.is_exact


@pytest.mark.parametrize("name", ENGINES)
@often
@given(cases(), st.integers(2, 9))
def test_multiplying_all_costs_preserves_the_paths_and_their_order(
    name: EngineName, case: Case, times: int
) -> None:
    _, view, ask, answers = search_inputs(*case)
    free = replace(POLICY, hub=replace(POLICY.hub, free=10**6))
    seats = answering_costs(view, free, answers)
    field = build_problem(caller_graph_of(view, free), seats, free, ask)
    expected = enumeration(name, problem_without_hub_and_standing(field, 1), ask)
    assert enumeration(name, problem_without_hub_and_standing(field, times), ask) == expected


def problem_without_hub_and_standing(field: SearchProblem, times: int) -> SearchProblem:
    """Return the problem without hub and standing; arcs and fit cost `times` as much."""
    graph, seats = field.caller_graph.arc_graph, field.answering_costs
    cost, back_cost = (((column >> 4) * times << 4) + 1 for column in (graph.cost, graph.back_cost))
    answering_costs = replace(
        seats, leave=np.zeros_like(seats.leave), cost=cost, back_cost=back_cost, hops={}, ways={},
        memo={},
        arcs=OpenArcs(graph, cost, back_cost, seats.blocked, seats.back_blocked),
    )  # fmt: skip
    return field._replace(answering_costs=answering_costs, ends=field.ends * times)


def enumeration(name: EngineName, field: SearchProblem, ask: SearchRequest) -> Any:
    engine = PlainEngine(field) if name == "plain" else compiled_engine(field)
    return [stage() and engine.enumerate_paths(limits_of(ask)) for stage in (
        lambda: engine.prune_by_hops(FAR), lambda: engine.prune_by_cost(0.0, FAR),
    )]  # fmt: skip


def compiled_engine(field: SearchProblem) -> SearchEngine:
    from graph.paths.kernel.compiled import CompiledEngine

    return CompiledEngine(field)
