from collections import Counter
from collections.abc import Sequence
from typing import Any

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import NotFound
from graph.model import Element
from graph.questions.bridges import Bridges, Leaving, bridges
from graph.questions.impact import Worsening, impact
from graph.questions.metrics import working_graph
from graph.questions.reference_needs import Reference, top_posts
from graph.vocabulary import Label, LinkType, PostKind
from seed.people import scenarios
from tests.fixtures.examples import examples
from tests.graph.paths.additions import POLICY, kystby_with
from tests.graph.questions.leaving import view_of, worlds
from tests.graph.questions.letters import letters, refers
from tests.seed import demo

LEAVING: tuple[Leaving, ...] = (Label.ACTOR, Label.NETWORK, Label.PERSON)


def ranking(answer: Bridges) -> list[tuple[str, int, int]]:
    return [(one.node.id, one.lost, one.worse) for one in answer.bridges]


def test_the_ways_to_kystby_hang_on_the_district_s_coordinator_and_on_whom_it_leads_to() -> None:
    answer = bridges(kystby_with(), POLICY)
    assert ranking(answer) == [("ihd", 2, 0), ("ssp-post", 2, 0), ("intake", 1, 0)]
    first = answer.bridges[0]
    assert first.kind is PostKind.INFOHOUSE_COORDINATOR_DISTRICT
    assert first.references == {Reference.SSP: 1, Reference.SOCIAL_INTAKE: 1}
    assert first.losses == {Worsening.LOST: 2}
    assert [one.id for one in first.municipalities] == ["kystby"]
    assert [one.id for one in first.cut_off] == ["kystby"]
    assert (answer.needs, answer.is_cut, answer.start) == (2, False, None)


def test_a_network_and_a_person_can_be_what_it_hangs_on() -> None:
    assert ranking(bridges(kystby_with(), POLICY, label=Label.NETWORK)) == [("ssp", 2, 0)]
    # the duty line is one of the askers, and stands in: it is there whoever else leaves
    assert ranking(bridges(kystby_with(), POLICY, label=Label.PERSON)) == []
    more = kystby_with(without=("duty--ssp-post",))
    assert ranking(bridges(more, POLICY, label=Label.PERSON)) == [("bo", 2, 0)]


def test_where_two_ways_lead_whoever_is_nearer_makes_it_worse_and_is_told_too() -> None:
    answer = bridges(kystby_with(refers("duty", "intake"), refers("ihd", "intake")), POLICY)
    assert ranking(answer) == [("intake", 1, 0), ("ihd", 0, 1), ("ssp-post", 0, 1)]
    # over the intake it is a hop more, and then the intake is the member that is left
    assert answer.bridges[1].losses == {Worsening.HOPS: 1}
    assert answer.bridges[2].losses == {Worsening.CLASS: 1}
    assert answer.worse_only == 2


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
    assert ranking(answer) == [("intake", 2, 0), ("ssp-post", 0, 1)]
    with pytest.raises(NotFound):
        bridges(kystby_with(), POLICY, start="nobody")


@examples(25)
@given(things=worlds(), label=st.sampled_from(LEAVING))
def test_the_bridges_are_those_that_impact_says_make_something_worse(
    things: tuple[Element, ...], label: Leaving
) -> None:
    view = view_of(things)
    each = [impact(view, view.id(row), POLICY) for row in view.rows(label)]
    worse = sorted(
        ((one.node.id, one.lost, one.worse) for one in each if one.losses),
        key=lambda one: (-one[1] - one[2], -one[1], one[0]),
    )
    answer = bridges(view, POLICY, label=label)
    assert ranking(answer) == worse
    assert answer.worse_only == sum(bool(one.losses) and not one.lost for one in each)
    by_id = {one.node.id: one for one in each}
    for one in answer.bridges:
        losses = by_id[one.node.id].losses
        assert one.references == Counter(loss.reference for loss in losses)
        assert one.losses == Counter(loss.what for loss in losses)
        assert {area.id for area in one.municipalities} == {loss.area.id for loss in losses}
        assert one.cut_off == by_id[one.node.id].cut_off


@pytest.mark.slow
@examples(40)
@given(things=worlds())
def test_what_is_behind_is_what_falls_off_when_it_is_taken_out(things: tuple[Element, ...]) -> None:
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


@pytest.mark.slow
def test_in_the_demo_most_hangs_on_those_of_the_national_and_district_level() -> None:
    answer = bridges(demo.view_of(), POLICY)
    assert answer.needs == 980
    assert answer.apart == 0
    assert answer.is_cut  # nearly everybody is a bridge
    found = {one.node.id: one for one in answer.bridges}
    assert {one for one in found if one.startswith("act-sspp-")}  # SSP coordinators of the police
    assert all(one.lost + one.worse > 2 for one in answer.bridges)


@pytest.mark.slow
def test_on_laesoe_one_person_is_a_bridge_to_several_references() -> None:
    view = demo.view_of()
    answer = bridges(view, POLICY, label=Label.PERSON)
    (holder,) = view.sources(view.row("act-ssp-0825"), LinkType.HOLDS)
    found = {one.node.id: one for one in answer.bridges}[view.id(holder)]
    assert scenarios.LAESOE in {one.id for one in found.municipalities}
    assert len(found.references) > 2
