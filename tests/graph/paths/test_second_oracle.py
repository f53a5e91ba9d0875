"""networkx and igraph, which know no hops, stops or directions, find paths of the same costs.

networkx searches a graph made from the oracle, igraph the one our benchmark gives to peers.
"""

from dataclasses import replace
from itertools import islice
from typing import Any

import networkx as nx
import pytest
from hypothesis import HealthCheck, given, settings

from graph.model import HopLink
from graph.paths.kernel.caller_graph import answering_costs, caller_graph_of
from graph.paths.kernel.problem import arc_table, build_problem
from graph.paths.kernel.search import Direction
from tests.bench.peers import IGRAPH, disagreements, filtered_graph
from tests.fixtures.examples import examples
from tests.graph.paths.oracle import Oracle, height
from tests.graph.paths.random_worlds import Case, cases, draw_case
from tests.graph.paths.worlds import ON, POLICY, World, search_inputs, search_result

State = tuple[int, int, bool]  # row, stops met, has come down


def product(oracle: Oracle) -> Any:
    """Return the graph of all states and steps, with one source before and one sink behind."""
    graph: Any = nx.DiGraph()  # pyright: ignore[reportUnknownVariableType] - no stubs
    graph.add_nodes_from(("source", "sink"))
    starts = {row for row in oracle.ask.starts if oracle.stands(row)}
    for row in starts:
        graph.add_edge("source", (row, met(oracle, row, 0), False), weight=0)
    for tail in (*oracle.onward, *oracle.targets):
        for stops in range(len(oracle.ask.via) + 1):
            for is_down in (False, True):
                _add_steps(graph, oracle, (tail, stops, is_down), starts)
    return graph


def met(oracle: Oracle, row: int, stops: int) -> int:
    """Return how many stops are met once a row is."""
    via = oracle.ask.via
    return stops + 1 if stops < len(via) and row in via[stops] else stops


def _add_steps(graph: Any, oracle: Oracle, state: State, starts: set[int]) -> None:
    tail, stops, is_down = state
    if tail in oracle.targets:
        if stops == len(oracle.ask.via):
            graph.add_edge(state, "sink", weight=oracle.ask.targets[tail])
        return
    if not (tail in starts or (oracle.open(tail) and oracle.crosses(tail))):
        return
    for head in oracle.onward[tail]:
        arc = oracle.best(tail, head)
        falls = height(oracle.view, head) - height(oracle.view, tail)
        is_wrong = falls < 0 if oracle.ask.direction is Direction.DOWN else falls > 0
        if oracle.ask.direction is Direction.ACROSS:
            is_wrong = falls < 0 and is_down
        if arc and oracle.open(head) and head not in starts and not is_wrong:
            after = (head, met(oracle, head, stops), is_down or falls > 0)
            graph.add_edge(state, after, weight=arc.cost + oracle.entering[head])


def costs_by_networkx(oracle: Oracle, how_many: int) -> list[int]:
    """The costs of the cheapest paths that meet no node twice."""
    graph = product(oracle)
    if not nx.has_path(graph, "source", "sink"):
        return []
    ways: Any = nx.shortest_simple_paths(graph, "source", "sink", weight="weight")
    simple = (way for way in ways if len({state[0] for state in way[1:-1]}) == len(way) - 2)
    return [int(nx.path_weight(graph, way, "weight")) for way in islice(simple, how_many)]


_CALM = [HealthCheck.too_slow]
quick = examples(50)
thorough = settings(max_examples=1_500, suppress_health_check=_CALM)


def world_without_old_links(world: World) -> World:
    """Return the world without old links, since other libraries do not put these last."""
    return world.but(
        *(
            replace(element, verified_on=ON)
            for element in world.elements
            if isinstance(element, HopLink)
            and (element.verified_on is None or element.verified_on < ON)
        )
    )


def assert_same_costs_as_networkx(case: Case) -> None:
    """Assert equal costs where neither the hop limit nor the diversity rule has an effect."""
    world, question = world_without_old_links(case[0]), case[1]
    question = replace(question, overlap_percent=100, max_hops=12)
    _, view, ask, answers = search_inputs(world, question)
    result = search_result(view, POLICY, ask, answers)
    expected = costs_by_networkx(Oracle(view, POLICY, ask, answers.cost.tolist()), ask.max_paths)
    assert [path.cost for path in result.paths] == expected


@quick
@given(cases(max_size=9))
def test_networkx_finds_paths_of_the_same_costs(case: Case) -> None:
    assert_same_costs_as_networkx(case)


@pytest.mark.drill
@thorough
@given(cases(max_size=11))
def test_networkx_finds_paths_of_the_same_costs_in_thousands_of_worlds(case: Case) -> None:
    assert_same_costs_as_networkx(case)


def differs_from_igraph(case: Case) -> int | None:
    """Return how many of igraph's costs are not ours; None: neither finds a path."""
    world, question = world_without_old_links(case[0]), case[1]
    question = replace(question, overlap_percent=100, max_hops=12, max_paths=IGRAPH.count)
    _, view, ask, answers = search_inputs(world, question)
    result = search_result(view, POLICY, ask, answers)
    seats = answering_costs(view, POLICY, answers)
    filtered = filtered_graph(
        arc_table(build_problem(caller_graph_of(view, POLICY), seats, POLICY, ask))
    )
    graph = IGRAPH.build(filtered)
    if not graph.distances(filtered.source, filtered.sink)[0][0] < float("inf"):
        assert not result.paths
        return None
    return disagreements(filtered, IGRAPH, IGRAPH.paths(graph, filtered), result, ask.max_hops)


igraph_is_here = pytest.mark.skipif(
    not IGRAPH.is_here, reason="numba or a yardstick of the benchmark is not installed"
)


@igraph_is_here
@quick
@given(cases(max_size=14))
def test_igraph_finds_paths_of_the_same_costs(case: Case) -> None:
    assert not differs_from_igraph(case)


@igraph_is_here
@pytest.mark.drill
@thorough
@given(cases(max_size=30))
def test_igraph_finds_paths_of_the_same_costs_in_thousands_of_worlds(case: Case) -> None:
    assert not differs_from_igraph(case)


@igraph_is_here
def test_enough_drawn_worlds_have_paths_to_compare_with_igraph() -> None:
    compared = [differs_from_igraph(draw_case(seed, 12, seed % 2 == 0)) for seed in range(40)]
    assert compared.count(0) > 10
