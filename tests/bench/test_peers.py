"""Each peer is given the intended graph, and a wrong cost is noticed."""

from dataclasses import replace

import numpy as np
import pytest

from graph.paths.kernel.request import CostParts, SearchHop, SearchPath, SearchResult
from tests.bench.needs import cases
from tests.bench.peers import IGRAPH, PEERS, Peer, SearchGraph, disagreements, filtered_graph

DIAMOND = SearchGraph(
    nodes=4,
    count=6,
    tail=np.array([0, 1, 0, 2, 4, 3]),
    head=np.array([1, 3, 2, 3, 0, 5]),
    weight=np.array([16 * 2 + 1, 16 * 2 + 1, 16 * 3 + 1, 16 * 3 + 1, 1, 1]),
)
"""From 0 over 1 or 2 to 3: costs 4 and 6, with the source 4 before and the sink 5 behind."""
SHORT, DEAR = [4, 0, 1, 3, 5], [4, 0, 2, 3, 5]


def paths_costing(*costs: int) -> SearchResult:
    """Return paths of one hop with these costs."""
    return SearchResult(paths=tuple(map(_path, costs)), is_exact=True, is_cut_off=False, fewer=None)


def _path(cost: int) -> SearchPath:
    parts = CostParts(type=cost, strength=0, freshness=0, gate=0)
    hop = SearchHop(
        source=0, target=1, link=0, carriers=(), also=(), parts=parts, hub=0, standing=0,
        response=0, fit=0, is_inside=False, is_free=False, days=None, is_older_than_holder=False,
    )  # fmt: skip
    return SearchPath(rows=(0, 1), hops=(hop,))


here = [pytest.param(peer, id=peer.package) for peer in PEERS if peer.is_here]


@pytest.mark.parametrize("peer", here)
def test_each_peer_finds_the_cheapest_paths_in_order(peer: Peer) -> None:
    paths = peer.paths(peer.build(DIAMOND), DIAMOND)
    assert [list(path) for path in paths] == [SHORT, DEAR][: peer.count]
    assert disagreements(DIAMOND, peer, paths, paths_costing(4, 6), 8) == 0


def test_a_cost_leaves_out_source_and_sink() -> None:
    assert [DIAMOND.cost(path) for path in (SHORT, DEAR)] == [4, 6]


@pytest.mark.parametrize(
    ("ours", "wrong"), [((4, 6), 0), ((4, 5), 1), ((4,), 1), ((), 2), ((4, 6, 7), 1)]
)
def test_disagreements_counts_each_cost_that_differs(ours: tuple[int, ...], wrong: int) -> None:
    assert disagreements(DIAMOND, IGRAPH, [SHORT, DEAR], paths_costing(*ours), 8) == wrong


def test_disagreements_compares_at_most_as_many_paths_as_a_peer_returns() -> None:
    two = replace(IGRAPH, count=2)
    assert disagreements(DIAMOND, two, [SHORT, DEAR], paths_costing(4, 6, 7), 8) == 0
    assert disagreements(DIAMOND, two, [SHORT, DEAR], paths_costing(4), 8) == 1


def test_is_ours_too_rejects_paths_that_are_too_long_or_repeat_a_node() -> None:
    assert DIAMOND.is_ours_too(SHORT, 2)
    assert not DIAMOND.is_ours_too(SHORT, 1)
    copy = replace(DIAMOND, nodes=2)  # then 3 is 1 in another mode
    assert not copy.is_ours_too(SHORT, 8)


@pytest.mark.drill
@pytest.mark.ci_drill
def test_every_peer_finds_the_same_costs_for_a_random_need() -> None:
    case = next(case for case in cases(300, 1, 40) if case.search_plainly().paths)
    search_graph, ours = filtered_graph(case.arc_table()), case.search_plainly()
    for peer in (peer for peer in PEERS if peer.is_here):
        theirs = peer.paths(peer.build(search_graph), search_graph)
        assert theirs
        assert disagreements(search_graph, peer, theirs, ours, case.ask.max_hops) == 0


@pytest.mark.drill
@pytest.mark.ci_drill
def test_the_filtered_graph_has_no_arc_into_the_source_or_out_of_the_sink() -> None:
    case = next(cases(300, 1, 1))
    search_graph = filtered_graph(case.arc_table())
    assert search_graph.tail.max() < search_graph.count
    assert (search_graph.head != search_graph.source).all()
    assert (search_graph.tail != search_graph.sink).all()
    assert (search_graph.weight > 0).all()
