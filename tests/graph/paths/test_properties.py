"""Properties that hold between two searches in any world.

The worlds are too small for a hub to cost anything, so links may be added and removed.
"""

from dataclasses import replace
from itertools import pairwise
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from graph.model import DoorOpenerFor, Holds, HopLink, Knows
from graph.vocabulary import STALE_DAYS, PreventionLevel
from tests.graph.paths.random_worlds import MANY, Case, cases, full, often
from tests.graph.paths.worlds import (
    ON,
    POLICY,
    WORST,
    NamedFound,
    NamedPath,
    Question,
    World,
    named_result,
    result_of,
    search_inputs,
    search_result,
)


def result_with_a_path(world: World, question: Question) -> NamedFound:
    """Return the result; cases without a path are discarded."""
    result = result_of(world, question)
    assume(result.paths)
    return result


def paths_without_also(result: NamedFound) -> tuple[NamedPath, ...]:
    return tuple(replace(path, also=()) for path in result.paths)


def is_old(world: World, way: NamedPath) -> bool:
    """Return whether a link of it was verified more than a year ago, or never."""
    return not all(is_fresh(world, hop(world, link)) for link in way.links)


def best_cost(world: World, question: Question) -> tuple[bool, float]:
    """Return whether the best path has an old link, and its cost; infinite without a path.

    Paths through stops are ordered by cost alone.
    """
    paths = result_of(world, question).paths
    if not paths:
        return True, float("inf")
    return not question.via and is_old(world, paths[0]), paths[0].cost


def hop(world: World, link_id: str) -> HopLink:
    return next(
        element
        for element in world.elements
        if isinstance(element, HopLink) and element.id == link_id
    )


def is_fresh(world: World, link: HopLink) -> bool:
    """Return whether the link was verified within a year of the world's date."""
    check = link.verified_on
    return check is not None and (world.on - check).days <= STALE_DAYS


@pytest.mark.slow
@often
@given(cases())
def test_worsening_a_link_on_no_path_changes_no_path(case: Case) -> None:
    world, question = case
    result = result_with_a_path(world, question)
    used = {link for path in result.paths for link in path.links}
    worse = [
        replace(element, **WORST)
        for element in world.elements
        if isinstance(element, HopLink) and element.id not in used
    ]
    assert paths_without_also(result_of(world.but(*worse), question)) == paths_without_also(result)


@pytest.mark.slow
@often
@given(cases(), st.integers(0, 5))
def test_removing_a_link_of_the_best_path_leaves_the_paths_that_avoid_it(
    case: Case, which: int
) -> None:
    world, question = case
    question = replace(question, overlap_percent=100, max_paths=MANY)
    ways = result_with_a_path(world, question).paths
    link = ways[0].links[which % len(ways[0].links)]
    uses = [path.also[path.links.index(link)] for path in ways if link in path.links]
    assume(len(ways) < MANY and not any(uses))
    left = [path for path in ways if link not in path.links]
    rest = full(world.without(link), question)
    assert [path.nodes for path in rest] == [path.nodes for path in left]


@pytest.mark.slow
@often
@given(cases(), st.integers(0, 5))
def test_bettering_a_link_of_the_best_path_leaves_it_best(case: Case, which: int) -> None:
    world, question = case
    best = result_with_a_path(world, question).paths[0]
    link = hop(world, best.links[which % len(best.links)])
    assume(not isinstance(link, Knows | DoorOpenerFor))  # which are lifted to several arcs
    others = [hop(world, link_id) for link_id in best.links if link_id != link.id]
    # Otherwise another path that shares the link may be the only one without an old link.
    assume(all(is_fresh(world, other) for other in others))
    better = result_of(world.but(replace(link, strength=1.0, verified_on=ON)), question).paths[0]
    assert better.nodes == best.nodes
    assert better.cost <= best.cost


@often
@given(cases(), st.randoms())
def test_removing_links_never_improves_the_best_cost(case: Case, draw: Random) -> None:
    world, question = case
    hops = [element.id for element in world.elements if isinstance(element, HopLink)]
    assume(hops)
    fewer = world.without(*draw.sample(hops, max(1, len(hops) // 6)))
    assert best_cost(fewer, question) >= best_cost(world, question)


@pytest.mark.slow
@often
@given(cases())
def test_results_for_fewer_paths_are_a_prefix_of_those_for_more(case: Case) -> None:
    world, question = case
    answers = [result_of(world, replace(question, max_paths=k)).paths for k in (1, 2, 3, 4)]
    for shorter, longer in pairwise(answers):
        assert shorter == longer[: len(shorter)]


@pytest.mark.slow
@often
@given(cases())
def test_a_higher_hop_limit_never_worsens_the_best_cost(case: Case) -> None:
    world, question = case
    costs = [best_cost(world, replace(question, max_hops=hops)) for hops in range(1, 8)]
    assert costs == sorted(costs, reverse=True)


@pytest.mark.slow
@often
@given(cases())
def test_several_starts_cost_as_the_best_one_and_more_targets_never_cost_more(case: Case) -> None:
    world, question = case
    assume(not set(question.starts) & set(question.targets))
    question = replace(question, via=(), targets=dict.fromkeys(question.targets, 0))
    alone = [best_cost(world, replace(question, starts=(start,))) for start in question.starts]
    assert best_cost(world, question) == min(alone)
    for target in question.targets:
        assert best_cost(world, question) <= best_cost(
            world, replace(question, targets={target: 0})
        )


@pytest.mark.slow
@often
@given(cases(), st.integers(0, 9))
def test_avoided_nodes_are_on_no_path_and_a_stop_on_the_best_path_keeps_it_best(
    case: Case, which: int
) -> None:
    world, question = case
    question = replace(question, via=())
    best = result_with_a_path(world, question).paths[0]
    inside = frozenset(best.nodes[1:-1])
    around = result_of(world, replace(question, avoid=question.avoid | inside))
    assert not any(inside & set(path.nodes) for path in around.paths)
    stop = frozenset({best.nodes[which % len(best.nodes)]})
    assert result_of(world, replace(question, via=(stop,))).paths[0] == best


@pytest.mark.slow
@often
@given(cases())
def test_diverse_paths_are_a_subsequence_of_all_paths_with_the_same_first(case: Case) -> None:
    world, question = case
    plain = full(world, question)
    diverse = result_with_a_path(world, replace(question, overlap_percent=34)).paths
    assume(len(plain) < MANY)
    places = [plain.index(path) for path in diverse]
    assert places == sorted(places)
    assert places[0] == 0


@often
@given(cases(), st.sampled_from(list(PreventionLevel)))
def test_more_granted_levels_never_worsen_the_best_cost(case: Case, level: PreventionLevel) -> None:
    world, question = case
    question = replace(question, via=(), targets=dict.fromkeys(question.targets, 0))
    fewer = replace(world, levels=frozenset({level}))
    more = replace(world, levels=frozenset(PreventionLevel))
    assert best_cost(more, question) <= best_cost(fewer, question)


@pytest.mark.slow
@often
@given(cases(), st.integers(0, 5))
def test_the_day_a_link_or_a_seat_ends_no_path_uses_it(case: Case, which: int) -> None:
    world, question = case
    best = result_with_a_path(world, question).paths[0]
    link = hop(world, best.links[which % len(best.links)])
    ended = world.but(replace(link, valid_from=None, valid_to=ON))
    assert not any(link.id in path.links for path in full(ended, question))
    seats = [element for element in world.elements if isinstance(element, Holds)]
    empty = world.but(*(replace(seat, valid_from=None, valid_to=ON) for seat in seats))
    assert not any(any(path.carriers) for path in full(empty, question))


@often
@given(cases())
def test_paths_are_totally_ordered_and_their_hop_costs_add_up(case: Case) -> None:
    world, question = case
    ways = full(world, question)
    keys = [(is_old(world, way), way.cost, len(way.links), way.nodes, way.links) for way in ways]
    assert keys == sorted(keys)
    assert all(way.cost == sum(way.costs) for way in ways)


@often
@given(cases(), st.integers(1, 40))
def test_a_cut_off_search_returns_a_prefix_of_the_full_result(case: Case, pops: int) -> None:
    world, question = case
    whole = result_of(world, question)
    policy = replace(POLICY, budget=replace(POLICY.budget, pops=pops))
    snapshot, view, ask, answers = search_inputs(world, question)
    result = search_result(view, policy, ask, answers)
    part = named_result(snapshot, result)
    assert part.paths == whole.paths[: len(part.paths)]
    assert result.is_cut_off or part == whole
    assert result.is_exact is not result.is_cut_off
