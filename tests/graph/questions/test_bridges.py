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
from graph.vocabulary import Label, LinkType, PostKind, Tier
from seed.people import scenarios
from tests.fixtures.examples import examples
from tests.graph.paths.additions import POLICY, kystby_with
from tests.graph.questions.leaving import view_of, worlds
from tests.graph.questions.letters import letters, refers
from tests.seed import demo

LEAVING: tuple[Leaving, ...] = (Label.ACTOR, Label.NETWORK, Label.PERSON)


def ranking(answer: Bridges) -> list[tuple[str, int, int]]:
    return [(bridge.node.id, bridge.lost, bridge.worse) for bridge in answer.bridges]


def test_bridges_to_kystby_are_the_district_coordinator_and_the_posts_after_it() -> None:
    answer = bridges(kystby_with(), POLICY)
    assert ranking(answer) == [("ihd", 2, 0), ("ssp-post", 2, 0), ("intake", 1, 0)]
    first = answer.bridges[0]
    assert first.kind is PostKind.INFOHOUSE_COORDINATOR_DISTRICT
    assert first.references == {Reference.SSP: 1, Reference.SOCIAL_INTAKE: 1}
    assert first.losses == {Worsening.LOST: 2}
    assert [area.id for area in first.municipalities] == ["kystby"]
    assert [area.id for area in first.cut_off] == ["kystby"]
    assert (answer.needs, answer.is_cut, answer.start) == (2, False, None)


def test_networks_and_persons_can_be_bridges() -> None:
    assert ranking(bridges(kystby_with(), POLICY, label=Label.NETWORK)) == [("ssp", 2, 0)]
    # the duty line is one of the askers, and stands in: it is there whoever else leaves
    assert ranking(bridges(kystby_with(), POLICY, label=Label.PERSON)) == []
    more = kystby_with(without=("duty--ssp-post",))
    assert ranking(bridges(more, POLICY, label=Label.PERSON)) == [("bo", 2, 0)]


def test_a_node_with_a_way_around_it_is_a_bridge_that_only_worsens() -> None:
    answer = bridges(kystby_with(refers("duty", "intake"), refers("ihd", "intake")), POLICY)
    assert ranking(answer) == [("intake", 1, 0), ("ihd", 0, 1), ("ssp-post", 0, 1)]
    # over the intake it is a hop more, and then the intake is the member that is left
    assert answer.bridges[1].losses == {Worsening.HOPS: 1}
    assert answer.bridges[2].losses == {Worsening.CLASS: 1}
    assert answer.worse_only == 2


def test_bridge_links_and_articulations_count_the_posts_behind_them() -> None:
    here = kystby_with(*letters(), refers("ihd", "a"), refers("a", "b"), refers("b", "c"))
    answer = bridges(here, POLICY)
    behind = {link.id: (link.source.id, link.target.id, link.behind) for link in answer.links}
    assert behind["ihd--a"] == ("ihd", "a", 3)
    assert behind["a--b"] == ("a", "b", 2)
    assert behind["ihd--ssp-post"] == ("ihd", "ssp-post", 2)
    cut = {articulation.node.id: articulation.behind for articulation in answer.articulations}
    assert (cut["a"], cut["b"], cut["ssp-post"], cut["ssp"]) == (2, 1, 1, 1)
    assert "c" not in cut
    assert answer.apart == 5  # d, e and f, release and nabo-ssp


def test_parallel_links_are_no_bridge_links() -> None:
    answer = bridges(kystby_with(refers("ihd", "ssp-post", id="again")), POLICY)
    assert not {"again", "ihd--ssp-post"} & {link.id for link in answer.links}


def test_bridges_accept_another_start_which_must_exist() -> None:
    answer = bridges(kystby_with(), POLICY, start="intake")
    assert answer.start is not None
    assert ranking(answer) == [("intake", 2, 0), ("ssp-post", 0, 1)]
    with pytest.raises(NotFound):
        bridges(kystby_with(), POLICY, start="nobody")


@examples(25)
@given(elements=worlds(), label=st.sampled_from(LEAVING))
def test_bridges_are_the_nodes_whose_impact_has_losses(
    elements: tuple[Element, ...], label: Leaving
) -> None:
    view = view_of(elements)
    each = [impact(view, view.id(row), POLICY) for row in view.rows(label)]
    worse = sorted(
        ((effect.node.id, effect.lost, effect.worse) for effect in each if effect.losses),
        key=lambda entry: (-entry[1] - entry[2], -entry[1], entry[0]),
    )
    answer = bridges(view, POLICY, label=label)
    assert ranking(answer) == worse
    assert answer.worse_only == sum(bool(effect.losses) and not effect.lost for effect in each)
    by_id = {effect.node.id: effect for effect in each}
    for bridge in answer.bridges:
        losses = by_id[bridge.node.id].losses
        assert bridge.references == Counter(loss.reference for loss in losses)
        assert bridge.losses == Counter(loss.what for loss in losses)
        assert {area.id for area in bridge.municipalities} == {loss.area.id for loss in losses}
        assert bridge.cut_off == by_id[bridge.node.id].cut_off


@pytest.mark.slow
@examples(40)
@given(elements=worlds())
def test_posts_behind_are_those_that_removal_disconnects(
    elements: tuple[Element, ...],
) -> None:
    view = view_of(elements)
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

    nodes = {node: behind([node], []) for node in graph if node}
    assert {articulation.node.id: articulation.behind for articulation in answer.articulations} == {
        node: count for node, count in nodes.items() if count
    }
    links = {
        view.links.ids[links[0]]: behind([], [(ids[a], ids[b])])
        for (a, b), links in working.pairs.items()
        if len(links) == 1
    }
    reported_links = {link.id: link.behind for link in answer.links if link.behind}
    assert reported_links == {link_id: count for link_id, count in links.items() if count}
    assert answer.apart == len(posts - joined)


@pytest.mark.drill
def test_most_listed_demo_bridges_are_national_or_district_posts() -> None:
    view = demo.view_of()
    answer = bridges(view, POLICY)
    assert answer.needs == 980
    assert answer.apart == 0
    assert answer.is_cut  # nearly everybody is a bridge
    by_id = {bridge.node.id: bridge for bridge in answer.bridges}
    assert {
        node_id for node_id in by_id if node_id.startswith("act-sspp-")
    }  # SSP coordinators of the police
    assert all(bridge.lost + bridge.worse > 2 for bridge in answer.bridges)
    tiers = Counter(view.value(view.row(node_id), "tier") for node_id in by_id)
    assert tiers[Tier.NATIONAL] + tiers[Tier.DISTRICT] > len(by_id) / 2


@pytest.mark.slow
def test_on_laesoe_one_person_is_a_bridge_to_several_references() -> None:
    view = demo.view_of()
    answer = bridges(view, POLICY, label=Label.PERSON)
    (holder,) = view.sources(view.row("act-ssp-0825"), LinkType.HOLDS)
    bridge = {entry.node.id: entry for entry in answer.bridges}[view.id(holder)]
    assert scenarios.LAESOE in {area.id for area in bridge.municipalities}
    assert len(bridge.references) > 2
