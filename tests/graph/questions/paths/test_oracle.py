"""Does the search find exactly what looking at every path finds?"""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from graph.questions.paths.policy import Policy
from tests.graph.questions.paths.drawn import cases
from tests.graph.questions.paths.oracle import Oracle
from tests.graph.questions.paths.worlds import (
    POLICY,
    Question,
    World,
    ask_of,
    searched,
    standing_of,
)

_CALM = [HealthCheck.too_slow, HealthCheck.data_too_large]
quick = settings(max_examples=100, derandomize=True, deadline=None, suppress_health_check=_CALM)
thorough = settings(max_examples=5_000, deadline=None, suppress_health_check=_CALM)


BUDGETS: tuple[dict[str, Any], ...] = (
    {},
    {"hop_states": 0, "region_states": 0},
    {"hop_states": 0, "region_states": 0, "widen": (0.0,)},
    {"settled": 0},
    {"hop_states": 5, "region_states": 3},
)
"""Every stage and every way from one to the next is taken by one of these."""


def agrees(world: World, question: Question) -> None:
    """With each budget and engine."""
    for budget in BUDGETS:
        agrees_with(world, question, replace(POLICY, budget=replace(POLICY.budget, **budget)))


def agrees_with(world: World, question: Question, policy: Policy) -> None:
    """Cost, nodes, links, carriers, other links, order, exactness and why there are fewer."""
    snapshot = world.snapshot()
    view, ask = world.view(snapshot), ask_of(snapshot, question)
    standing = standing_of(snapshot, world)
    found = searched(view, policy, ask, standing)
    oracle = Oracle(view, policy, ask, standing.tolist())
    expected, why, bottleneck = oracle.diverse()
    assert [
        (path.cost, path.rows, [(hop.link, hop.carriers, list(hop.also)) for hop in path.hops])
        for path in found.paths
    ] == [
        (
            path.cost,
            path.rows,
            [
                (lane.link, tuple(view.source(hold) for hold in lane.holds), oracle.also(*pair))
                for lane, pair in zip(path.lanes, pairwise(path.rows), strict=True)
            ],
        )
        for path in expected
    ]
    assert found.is_exact
    assert not found.is_cut_off
    assert (found.fewer and found.fewer.why) == why
    assert (found.fewer and found.fewer.bottleneck) == bottleneck


@quick
@given(cases())
def test_the_search_finds_what_looking_at_every_path_finds(case: tuple[World, Question]) -> None:
    agrees(*case)


@pytest.mark.drill
@pytest.mark.parametrize("part", range(3))  # each well under the time after which pytest dumps
@thorough
@given(cases())
def test_the_search_finds_it_in_thousands_of_worlds(
    part: int, case: tuple[World, Question]
) -> None:
    agrees(*case)


@pytest.mark.drill
@settings(max_examples=1_500, deadline=None, suppress_health_check=_CALM)
@given(cases(max_size=30))
def test_the_search_finds_it_in_larger_worlds(case: tuple[World, Question]) -> None:
    agrees(*case)
