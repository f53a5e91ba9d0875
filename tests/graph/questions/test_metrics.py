import sys
from collections.abc import Callable
from importlib.metadata import version
from importlib.util import find_spec
from math import comb

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.access.policy import Role
from graph.model import BelongsTo, Covers, Element, LiesIn
from graph.questions import metrics as metrics_module
from graph.questions.metrics import (
    FEWEST_PIVOTS,
    MOST_PIVOTS,
    Metric,
    Metrics,
    WorkingGraph,
    metrics,
    working_graph,
)
from graph.vocabulary import AreaKind, Label, NetworkKind, PostKind, Sector
from tests.fixtures.examples import examples
from tests.graph.paths.additions import ALL_LEVELS, POLICY, area, kystby_with, post, tie
from tests.graph.questions.letters import letters, refers
from tests.graph.stand_ins import hidden_people, taken_over
from tests.kystby import OUTSIDE, caller_of
from tests.seed import demo

NO_NETWORKIT = "networkit has no wheel for this machine"
EXACTLY = pytest.approx


def values(answer: Metrics) -> dict[str, float]:
    return {row.node.id: row.value for row in answer.rows}


# Kystby's graph is ihd - ssp-post - ssp - intake, ihd - outreach - forum (carl knows dina), and
# duty, release and nabo-ssp by themselves: nine nodes, five links.


def test_the_working_graph_of_kystby_has_nine_nodes_and_five_pairs() -> None:
    working = working_graph(kystby_with(), POLICY)
    assert (len(working.rows), len(working.pairs)) == (9, 5)


def test_degree_counts_partners() -> None:
    answer = metrics(kystby_with(), Metric.DEGREE, POLICY)
    assert values(answer) == {
        "ihd": 2, "outreach": 2, "ssp": 2, "ssp-post": 2, "forum": 1, "intake": 1, "duty": 0,
        "nabo-ssp": 0, "release": 0,
    }  # fmt: skip
    assert [row.node.id for row in answer.rows][:4] == ["ihd", "outreach", "ssp", "ssp-post"]
    assert (answer.nodes, answer.links, answer.sampled, answer.value) == (9, 5, None, None)
    by_kind = {row.kind: (row.nodes, row.mean, row.highest) for row in answer.by_kind}
    assert by_kind[PostKind.SSP_COORDINATOR] == (2, 1.0, 2.0)
    assert by_kind[NetworkKind.DIALOGUE_FORUM] == (1, 1.0, 1.0)


def test_betweenness_is_highest_in_the_middle_of_a_chain_of_six() -> None:
    scores = values(metrics(kystby_with(), Metric.BETWEENNESS, POLICY))
    # forum - outreach - ihd - ssp-post - ssp - intake: of comb(8, 2) pairs of others
    pairs = comb(8, 2)
    assert scores["ihd"] == EXACTLY(2 * 3 / pairs)
    assert scores["ssp-post"] == EXACTLY(3 * 2 / pairs)
    assert scores["outreach"] == EXACTLY(1 * 4 / pairs)
    assert scores["forum"] == scores["duty"] == 0


def test_closeness_is_the_mean_of_one_over_hops_to_all_others() -> None:
    scores = values(metrics(kystby_with(), Metric.HARMONIC, POLICY))
    assert scores["ihd"] == EXACTLY((1 + 1 / 2 + 1 + 1 / 2 + 1 / 3) / 8)
    assert scores["forum"] == EXACTLY((1 + 1 / 2 + 1 / 3 + 1 / 4 + 1 / 5) / 8)
    assert scores["release"] == 0


def test_two_groups_with_one_tie_between_them_are_two_communities() -> None:
    group = [refers(*pair) for pair in ("ab", "bc", "ca", "de", "ef", "fd", "cd")]
    view = kystby_with(*letters(), *group)
    answer = metrics(view, Metric.COMMUNITIES, POLICY)
    members = [{member.id for member in part.members} for part in answer.communities]
    assert {"a", "b", "c"} in members
    assert {"d", "e", "f"} in members
    assert [part.number for part in answer.communities] == list(range(1, len(members) + 1))
    sizes = [part.posts + part.networks for part in answer.communities]
    assert sizes == sorted(sizes, reverse=True)
    assert sum(sizes) == answer.nodes
    letter = next(part for part in answer.communities if part.members[0].id == "a")
    assert [district.id for district in letter.districts] == ["pol-ost"]
    assert answer.value is not None
    assert answer.value > 0.4
    short = metrics(view, Metric.COMMUNITIES, POLICY, most_members=2)
    assert [part.members for part in short.communities] == [
        part.members[:2] for part in answer.communities
    ]
    assert answer.parameters == {"seed": 1}


def second_district(*posts: str) -> list[Element]:
    """A second district, and posts that answer for it."""
    return [
        area("pol-vest", AreaKind.POLICE_DISTRICT), tie(LiesIn, "pol-vest", "dk"),
        *(
            element
            for post_id in posts
            for element in (
                post(post_id, PostKind.SSP_COORDINATOR_POLICE, Sector.POLICE),
                tie(BelongsTo, post_id, "politi"), tie(Covers, post_id, "pol-vest"),
            )
        ),
    ]  # fmt: skip


def test_assortativity_is_one_with_only_inner_links_and_negative_when_mixed() -> None:
    view = kystby_with(*second_district("v1", "v2"), refers("v1", "v2"))
    answer = metrics(view, Metric.ASSORTATIVITY, POLICY)
    assert answer.value == EXACTLY(1)
    ties = {row.district.id: (row.within, row.outward) for row in answer.districts}
    assert ties == {"pol-ost": (5, 0), "pol-vest": (1, 0)}
    mixed = metrics(
        kystby_with(*second_district("v1", "v2"), refers("v1", "ihd"), refers("v2", "intake")),
        Metric.ASSORTATIVITY, POLICY,
    )  # fmt: skip
    assert mixed.value is not None
    assert mixed.value < 0
    assert {row.district.id: row.outward for row in mixed.districts} == {
        "pol-ost": 2, "pol-vest": 2,
    }  # fmt: skip


def test_assortativity_of_a_single_district_is_none() -> None:
    answer = metrics(kystby_with(), Metric.ASSORTATIVITY, POLICY)
    assert answer.value is None
    assert [(row.district.id, row.within) for row in answer.districts] == [("pol-ost", 5)]


def test_a_kind_filter_selects_rows_but_not_the_sums_by_kind() -> None:
    view = kystby_with()
    answer = metrics(view, Metric.DEGREE, POLICY, kinds=[NetworkKind.SSP, PostKind.DUTY_LINE])
    assert list(values(answer)) == ["ssp", "duty"]
    assert answer.by_kind == metrics(view, Metric.DEGREE, POLICY).by_kind


@pytest.mark.parametrize("measure", Metric)
def test_an_answer_has_its_method_and_version_and_an_empty_graph_has_one(measure: Metric) -> None:
    answer = metrics(kystby_with(), measure, POLICY)
    assert answer.method.startswith("networkx.")
    assert answer.version == nx.__version__
    assert (answer.revision, answer.policy) == (1, POLICY.digest)
    caller = caller_of(Role.COORDINATOR, areas=("dk",), levels=frozenset())
    assert metrics(kystby_with(caller=caller), measure, POLICY).is_cut is False


def test_civilians_and_associations_are_not_in_the_working_graph() -> None:
    dina = caller_of(Role.COORDINATOR, Role.OUTREACH, areas=("dk",), posts=("outreach",))
    view = kystby_with(caller=dina)
    assert view.find("jens") is not None
    labels = {view.label(row) for row in working_graph(view, POLICY).rows}
    assert labels == {Label.ACTOR, Label.NETWORK}


@examples(25)
@given(
    hidden=hidden_people(
        "ssp-post release ihd nabo-ssp", friends="bo carl dina", levels=ALL_LEVELS
    ),
    measure=st.sampled_from(list(Metric)),
)
def test_the_identity_of_a_hidden_person_does_not_change_the_metrics(
    hidden: tuple[Element, ...], measure: Metric
) -> None:
    answer, twin = (
        metrics(kystby_with(*more, caller=OUTSIDE), measure, POLICY)
        for more in (hidden, taken_over(hidden, "a-hidden"))
    )
    assert answer == twin


def test_closeness_of_the_demo_is_estimated_closely_without_networkit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "networkit", None)  # as where the extra is not installed
    view = demo.view_of()
    answer = metrics(view, Metric.HARMONIC, POLICY)
    assert answer.sampled is not None
    assert FEWEST_PIVOTS <= answer.sampled <= MOST_PIVOTS
    assert answer.parameters == {"sources": answer.sampled, "seed": 1}
    first = answer.rows[0]
    graph, number = working_graph(view, POLICY), working_graph(view, POLICY).number
    hops = nx.single_source_shortest_path_length(graph.graph, number[view.row(first.node.id)])
    exact = sum(1 / distance for distance in hops.values() if distance) / (answer.nodes - 1)
    assert first.value == EXACTLY(exact, rel=0.1)
    assert answer.is_cut


@pytest.mark.skipif(not find_spec("networkit"), reason=NO_NETWORKIT)
def test_closeness_of_the_demo_is_exact_with_networkit() -> None:
    view = demo.view_of()
    answer = metrics(view, Metric.HARMONIC, POLICY)
    assert (answer.method, answer.sampled) == ("networkit.HarmonicCloseness", None)
    assert (answer.version, answer.parameters) == (version("networkit"), {})
    graph, number = working_graph(view, POLICY), working_graph(view, POLICY).number
    for row in answer.rows[::40]:
        hops = nx.single_source_shortest_path_length(graph.graph, number[view.row(row.node.id)])
        exact = sum(1 / distance for distance in hops.values() if distance) / (answer.nodes - 1)
        assert row.value == EXACTLY(exact)


@pytest.mark.skipif(not find_spec("networkit"), reason=NO_NETWORKIT)
@examples(40)
@given(
    size=st.integers(3, 12),
    ends=st.sets(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=30),
    measure=st.sampled_from([metrics_module.betweenness, metrics_module.harmonic]),
)
def test_networkit_counts_what_networkx_counts(
    size: int,
    ends: set[tuple[int, int]],
    measure: Callable[[WorkingGraph], metrics_module.Measurement],
) -> None:
    pairs = {(source, target): (0,) for source, target in ends if source < target < size}
    working = WorkingGraph(tuple(range(size)), pairs)
    usual = measure(working)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(metrics_module, "WALKED", 0)  # too large for networkx
        counted = measure(working)
    assert counted.method is not None
    assert usual.method is None
    assert counted.values == EXACTLY(usual.values)


def test_assortativity_of_the_demo_districts_is_above_0_8() -> None:
    answer = metrics(demo.view_of(), Metric.ASSORTATIVITY, POLICY)
    assert len(answer.districts) == 12
    assert answer.value is not None
    assert answer.value > 0.8
