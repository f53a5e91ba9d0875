"""On whom does the country hang?"""

from collections.abc import Sequence
from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import NotFound
from graph.model import Thing
from graph.questions.bridges import Bridges, Leaving, bridges
from graph.questions.impact import impact
from graph.questions.local_needs import Cooperation, top_posts
from graph.questions.working_graph import working_graph
from graph.vocabulary import Label, LinkType, PostKind
from seed import stories
from tests.graph.questions.letters import letters, refers
from tests.graph.questions.paths.additions import POLICY, kystby_with
from tests.graph.questions.test_impact import view_of, worlds
from tests.seed import pinned

LEAVING: tuple[Leaving, ...] = (Label.ACTOR, Label.NETWORK, Label.PERSON)


def told(answer: Bridges) -> list[tuple[str, int, int]]:
    return [(one.node.id, one.lost, one.worse) for one in answer.bridges]


# ---- worked out on paper


def test_the_way_to_kystby_hangs_on_the_district_s_coordinator_and_on_the_one_it_leads_to() -> None:
    answer = bridges(kystby_with(), POLICY)
    assert told(answer) == [("ihd", 1, 0), ("ssp-post", 1, 0)]
    first = answer.bridges[0]
    assert first.kind is PostKind.INFOHOUSE_COORDINATOR_DISTRICT
    assert first.cooperations == {Cooperation.SSP: 1}
    assert [one.id for one in first.municipalities] == ["kystby"]
    assert [one.id for one in first.cut_off] == ["kystby"]
    assert (answer.needs, answer.is_cut, answer.start) == (1, False, None)


def test_a_network_and_a_person_can_be_what_it_hangs_on() -> None:
    assert told(bridges(kystby_with(), POLICY, label=Label.NETWORK)) == [("ssp", 1, 0)]
    alone = kystby_with(without=("duty--ihd",))
    people = bridges(alone, POLICY, label=Label.PERSON)
    assert told(people) == []  # bo stands in for amina; a start need not be answered
    assert people.worse_only == 1  # without bo, it is the duty line
    more = kystby_with(without=("duty--ssp-post",))
    assert told(bridges(more, POLICY, label=Label.PERSON)) == [("bo", 1, 0)]


def test_where_two_ways_lead_nobody_is_a_bridge_but_whoever_is_nearer_makes_it_worse() -> None:
    answer = bridges(kystby_with(refers("duty", "intake"), refers("ihd", "intake")), POLICY)
    assert told(answer) == []
    assert answer.worse_only > 0


def test_a_link_that_alone_joins_posts_to_the_top_is_told_with_how_many_are_behind() -> None:
    here = kystby_with(*letters(), refers("ihd", "a"), refers("a", "b"), refers("b", "c"))
    answer = bridges(here, POLICY)
    behind = {one.id: (one.source.id, one.target.id, one.behind) for one in answer.links}
    assert behind["ihd--a"] == ("ihd", "a", 3)
    assert behind["a--b"] == ("a", "b", 2)
    assert behind["ihd--ssp-post"] == ("ihd", "ssp-post", 2)
    cut = {one.node.id: one.behind for one in answer.articulations}
    assert (cut["a"], cut["b"], cut["ssp-post"], cut["ssp"]) == (2, 1, 1, 1)
    assert "c" not in cut
    assert answer.apart == 5  # d, e and f, release and nabo-ssp


def test_two_links_between_the_same_two_are_no_thread() -> None:
    answer = bridges(kystby_with(refers("ihd", "ssp-post", id="again")), POLICY)
    assert not {"again", "ihd--ssp-post"} & {one.id for one in answer.links}


def test_it_can_be_asked_from_elsewhere_and_only_from_what_is_there() -> None:
    answer = bridges(kystby_with(), POLICY, start="intake")
    assert answer.start is not None
    assert told(answer) == [("intake", 1, 0), ("ssp-post", 1, 0)]
    with pytest.raises(NotFound):
        bridges(kystby_with(), POLICY, start="nobody")


# ---- one after the other, and taken out of the graph


@settings(max_examples=25, deadline=None, derandomize=True)
@given(things=worlds(), label=st.sampled_from(LEAVING))
def test_the_bridges_are_those_that_impact_says_lose_something(
    things: tuple[Thing, ...], label: Leaving
) -> None:
    view = view_of(things)
    each = [impact(view, view.id(row), POLICY) for row in view.rows(label)]
    lost = sorted(
        ((one.node.id, one.lost, one.worse) for one in each if one.lost),
        key=lambda one: (-one[1], one[0]),
    )
    answer = bridges(view, POLICY, label=label)
    assert told(answer) == lost
    assert answer.worse_only == sum(bool(one.losses) and not one.lost for one in each)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(things=worlds())
def test_what_is_behind_is_what_falls_off_when_it_is_taken_out(things: tuple[Thing, ...]) -> None:
    view = view_of(things)
    working, answer = working_graph(view, POLICY), bridges(view, POLICY)
    ids = dict(enumerate(map(view.id, working.rows)))
    graph: nx.Graph[Any] = nx.relabel_nodes(working.graph, ids)
    graph.add_edges_from(("", view.id(row)) for row in top_posts(view) if view.id(row) in graph)
    graph.add_node("")
    posts = {view.id(row) for row in working.rows if view.label(row) is Label.ACTOR}
    joined = posts & nx.node_connected_component(graph, "")

    def behind(nodes: Sequence[str], pairs: Sequence[tuple[str, str]]) -> int:
        left: nx.Graph[Any] = graph.copy()
        left.remove_nodes_from(nodes)
        left.remove_edges_from(pairs)
        return len(joined & set(left) - nx.node_connected_component(left, ""))

    nodes = {one: behind([one], []) for one in graph if one}
    assert {one.node.id: one.behind for one in answer.articulations} == {
        one: count for one, count in nodes.items() if count
    }
    links = {
        view.links.ids[links[0]]: behind([], [(ids[a], ids[b])])
        for (a, b), links in working.pairs.items()
        if len(links) == 1
    }
    told_links = {one.id: one.behind for one in answer.links if one.behind}
    assert told_links == {one: count for one, count in links.items() if count}
    assert answer.apart == len(posts - joined)


# ---- the demo: story 4


def test_on_laesoe_one_person_is_a_bridge_to_three_cooperations() -> None:
    view = pinned.view_of()
    answer = bridges(view, POLICY, label=Label.PERSON)
    (holder,) = view.sources(view.row("act-ssp-0825"), LinkType.HOLDS)
    found = {one.node.id: one for one in answer.bridges}
    assert [one.id for one in found[view.id(holder)].municipalities] == [stories.LAESOE]
    assert answer.apart == 0
    assert answer.needs == 4 * 98
