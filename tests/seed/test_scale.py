from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import pytest

from graph.access.policy import LOCAL_OPERATOR
from graph.access.view import View
from graph.model import rule_context, violations
from graph.paths.kernel.caller_graph import caller_graph_of
from graph.paths.places import areas, around
from graph.paths.policy_file import load_policy
from graph.snapshot.field_types import RawColumns, date_to_day
from graph.snapshot.snapshot import Snapshot, build
from graph.vocabulary import AreaKind, Label, LegalGate, LinkType, NetworkKind, PostKind, Tier
from seed.scale import ON, columns, needs

SEED = 1
WALKED = tuple(kind for kind in LinkType if kind.use.is_hop)


@cache
def draw_columns(size: int = 5_000) -> Mapping[Label | LinkType, RawColumns]:
    return columns(size, SEED)


@cache
def snapshot() -> Snapshot:
    return build(draw_columns(), 1)


def count(what: Label | LinkType, size: int = 5_000) -> int:
    return len(draw_columns(size)[what]["id"])


def share(what: Label | LinkType, name: str, value: Any) -> float:
    values = draw_columns()[what][name]
    return sum(cell == value for cell in values) / len(values)


def test_the_counts_of_the_small_size_are_those_of_the_table() -> None:
    assert count(Label.ACTOR) + count(Label.NETWORK) == 5_000
    assert count(Label.NETWORK) == pytest.approx(1_062, rel=0.02)
    assert count(Label.AUTHORITY) == 312
    assert sum(map(count, WALKED)) == pytest.approx(20_202, rel=0.02)


def test_the_arcs_of_the_small_size_are_those_of_the_table() -> None:
    view = View(snapshot(), LOCAL_OPERATOR, ON, today=ON)
    graph = caller_graph_of(view, load_policy()).arc_graph
    assert len(graph.head) == pytest.approx(28_802, rel=0.02)


def test_there_are_0_85_persons_a_post() -> None:
    assert count(Label.PERSON) / count(Label.ACTOR) == pytest.approx(0.85, abs=0.02)


def test_the_graph_has_98_municipalities_and_twice_as_many_communities() -> None:
    kinds = draw_columns()[Label.AREA]["kind"]
    assert [kinds.count(kind) for kind in AreaKind] == [1, 5, 12, 98, 196]


def test_the_same_seed_draws_the_same_graph_and_another_one_another() -> None:
    assert columns(500, SEED) == columns(500, SEED)
    assert columns(500, SEED) != columns(500, SEED + 1)


def test_the_drawn_graph_breaks_no_rule_of_the_model() -> None:
    elements = tuple(build(columns(500, SEED), 1).elements())
    faults = list(violations(rule_context(elements), [element.id for element in elements]))
    assert faults == []


def test_onward_degrees_are_small_for_most_and_large_for_few() -> None:
    half, most, nearly_all, largest = np.percentile(_degrees(snapshot()), (50, 90, 99, 100))
    assert 4 <= half <= 6
    assert 7 <= most <= 11
    assert 12 <= nearly_all <= 20
    assert largest >= 30


def _degrees(graph: Snapshot) -> Any:
    """Links in force at each post and network, acquaintances left out."""
    day, links, nodes = date_to_day(ON), graph.links, graph.nodes
    is_over = (nodes.valid_to <= day)[np.stack((links.source, links.target))].any(axis=0)
    codes = [kind.code for kind in WALKED if kind is not LinkType.KNOWS]
    is_open = np.isin(links.type, codes) & (links.valid_to > day) & ~is_over
    ends = np.concatenate((links.source[is_open], links.target[is_open]))
    is_body = np.isin(nodes.label, (Label.ACTOR.code, Label.NETWORK.code))
    return np.bincount(ends, minlength=len(nodes.ids))[is_body & (nodes.valid_to > day)]


def test_four_percent_of_the_posts_and_eight_of_the_links_have_ended() -> None:
    assert 1 - share(Label.ACTOR, "valid_to", None) == pytest.approx(0.04, abs=0.005)
    assert 1 - share(LinkType.REFERS_TO, "valid_to", None) == pytest.approx(0.08, abs=0.02)


def test_referrals_have_three_gates_in_the_expected_shares() -> None:
    gates = (LegalGate.INFOHOUSE, LegalGate.KSP_115, LegalGate.INTERNAL)
    shares = [share(LinkType.REFERS_TO, "gate", gate) for gate in gates]
    assert shares == pytest.approx([0.5, 0.2, 0.3], abs=0.03)


def test_the_first_four_networks_of_a_large_unit_are_the_basic_ones() -> None:
    names = draw_columns()[Label.NETWORK]["name"]
    kinds = draw_columns()[Label.NETWORK]["kind"]
    national = [kind for kind, name in zip(kinds, names, strict=True) if name.endswith("Danmark")]
    assert national[:4] == [
        NetworkKind.SSP,
        NetworkKind.PSP_STEERING,
        NetworkKind.KSP,
        NetworkKind.INFOHOUSE_NETWORK,
    ]


def test_posts_that_deputize_are_national_or_district_ones() -> None:
    graph = snapshot()
    tied = graph.links.type == LinkType.DEPUTIZES_FOR.code
    is_line = graph.nodes.label[graph.links.source] == Label.ACTOR.code
    lines = {int(row) for row in graph.links.source[tied & is_line]}
    tiers = {graph.value(Label.ACTOR, int(graph.nodes.place[row]), "tier") for row in lines}
    assert tiers == {Tier.NATIONAL, Tier.DISTRICT}


def test_a_duty_line_deputizes_for_posts_below_it_at_which_nobody_else_sits() -> None:
    view = View(snapshot(), LOCAL_OPERATOR, ON, today=ON)
    lines = {
        post: row
        for row in view.rows(Label.ACTOR)
        if view.value(row, "kind") is PostKind.DUTY_LINE
        for post in view.targets(row, LinkType.DEPUTIZES_FOR)
    }
    assert len(lines) / len(view.rows(Label.ACTOR)) == pytest.approx(0.04, abs=0.01)
    for post, line in lines.items():
        seats = [seat.source for seat in view.seats(post) if seat.is_in_force(view.day)]
        assert seats == [line]
        surrounding = around(view, view.mask(areas(view).of.of(post)))
        assert surrounding[areas(view).of.of(line)].all()


def test_a_longer_list_of_needs_begins_with_the_shorter_one() -> None:
    assert needs(500, SEED, 5) == needs(500, SEED, 8)[:5]


def test_a_need_leads_from_posts_to_posts_of_the_graph() -> None:
    posts = set(draw_columns()[Label.ACTOR]["id"])
    for need in needs(5_000, SEED, 40):
        assert need.start
        assert need.target
        assert posts.issuperset(need.start)
        assert posts.issuperset(need.target)
