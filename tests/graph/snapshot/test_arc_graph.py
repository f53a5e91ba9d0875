from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import NotFound
from graph.paths.policy import arc_rules
from graph.snapshot.arc_graph import MOST_CACHED, arc_facts, arc_graph_on, tails
from graph.snapshot.arcs import arcs_of
from graph.snapshot.field_types import date_to_day
from graph.vocabulary import PreventionLevel
from tests.fixtures.builders import post, refers, world_of
from tests.fixtures.examples import examples
from tests.graph.paths.random_worlds import Case, cases
from tests.graph.paths.worlds import ON, POLICY

RULES = arc_rules(POLICY)
DAY = date_to_day(ON)
WORLD = world_of(
    post("a"), post("z"), refers("l1", "a", "z"),
    refers("l2", "a", "z", levels=frozenset({PreventionLevel.EXIT})),
)  # fmt: skip


def test_an_arc_graph_is_cached_by_date_and_policy() -> None:
    snapshot = WORLD.snapshot()
    graph = arc_graph_on(snapshot, DAY, RULES)
    assert arc_graph_on(snapshot, DAY, RULES) is graph
    assert arc_graph_on(snapshot, DAY, replace(RULES, digest="another")) is not graph
    assert arc_graph_on(snapshot, DAY + 1, RULES) is not graph


def test_only_the_most_recently_used_arc_graphs_are_cached() -> None:
    snapshot = WORLD.snapshot()
    graphs = [arc_graph_on(snapshot, DAY + n, RULES) for n in range(MOST_CACHED)]
    assert arc_graph_on(snapshot, DAY, RULES) is graphs[0]
    arc_graph_on(snapshot, DAY + MOST_CACHED, RULES)
    assert arc_graph_on(snapshot, DAY, RULES) is graphs[0]
    assert arc_graph_on(snapshot, DAY + 1, RULES) is not graphs[1]


def test_a_shared_arc_graph_is_read_only() -> None:
    graph = arc_graph_on(WORLD.snapshot(), DAY, RULES)
    with pytest.raises(ValueError, match="read-only"):
        graph.cost[0] = 0


def test_an_arc_hidden_from_the_caller_is_blocked_and_not_removed() -> None:
    snapshot = WORLD.snapshot()
    for levels, blocked in ((frozenset(PreventionLevel), 0), (frozenset[PreventionLevel](), 1)):
        view = replace(WORLD, levels=levels).view(snapshot)
        graph = view.arc_graph(RULES)
        assert len(graph.head) == len(graph.tail) == 2
        assert [np.count_nonzero(arcs) for arcs in view.blocked_arcs(graph)] == [blocked, blocked]


def test_facts_of_an_arc_hidden_from_the_caller_raise_not_found() -> None:
    view = replace(WORLD, levels=frozenset[PreventionLevel]()).view(WORLD.snapshot())
    assert view.arc_facts(view.arc_graph(RULES), RULES, 0).link == view.links.ids.index("l1")
    with pytest.raises(NotFound):
        view.arc_facts(view.arc_graph(RULES), RULES, 1)


def test_a_world_without_a_link_or_a_post_has_an_empty_arc_graph() -> None:
    for world in (world_of(post("a")), world_of()):
        view = replace(world, on=ON + timedelta(1)).view(world.snapshot())
        graph = view.arc_graph(RULES)
        assert len(graph.head) == len(graph.tail) == 0
        assert [len(arcs) for arcs in view.blocked_arcs(graph)] == [0, 0]


@examples(60)
@given(case=cases(), later=st.sampled_from([-400, -1, 0, 1, 400]))
def test_the_facts_of_each_arc_sum_to_its_cost(case: Case, later: int) -> None:
    snapshot = case[0].snapshot()
    graph, arcs = arc_graph_on(snapshot, DAY + later, RULES), arcs_of(snapshot)
    for arc, cost in enumerate(graph.cost.tolist()):
        facts = arc_facts(snapshot, graph, RULES, arc)
        assert 16 * sum(facts.parts) + 1 == cost
        assert facts.link == arcs.link[graph.arc[arc]]


@examples(60)
@given(case=cases())
def test_backward_arcs_equal_forward_arcs(case: Case) -> None:
    snapshot = case[0].snapshot()
    graph, view = arc_graph_on(snapshot, DAY, RULES), case[0].view(snapshot)
    heads = np.repeat(np.arange(len(graph.row)), np.diff(graph.back_start))
    blocked, back_blocked = view.blocked_arcs(graph)
    forward = zip(graph.arc, tails(graph), graph.head, graph.cost, graph.code, blocked, strict=True)
    backward = zip(
        graph.back_arc,
        graph.tail,
        heads,
        graph.back_cost,
        graph.back_code,
        back_blocked,
        strict=True,
    )
    assert sorted(forward) == sorted(backward)


@examples(60)
@given(case=cases())
def test_arcs_are_sorted_by_ends_link_and_holds_without_duplicates(case: Case) -> None:
    snapshot = case[0].snapshot()
    graph, arcs = arc_graph_on(snapshot, DAY, RULES), arcs_of(snapshot)
    rest = [arcs.link, arcs.tail_hold, arcs.head_hold]
    for places, ends in (
        (graph.arc, [arcs.tail, arcs.head]),
        (graph.back_arc, [arcs.head, arcs.tail]),
    ):
        rows = list(zip(*(column[places].tolist() for column in (*ends, *rest)), strict=True))
        assert rows == sorted(set(rows))
