"""Hop costs, compared with the design's own figures worked out on paper.

Deputy 0.90 -> 105,361; half of a doubt of 0.2 -> 105,361. Source: docs/paths.md, "What a hop
costs".
"""

from dataclasses import replace
from datetime import timedelta

import pytest

from graph.paths.answering_costs import post_answers
from graph.paths.policy import arc_rules
from graph.vocabulary import LegalGate, PreventionLevel
from tests.fixtures.builders import (
    FROM_A_TO_Z,
    best,
    chain,
    holds,
    paths,
    person,
    post,
    posts,
    refers,
    world_of,
)
from tests.graph.paths.worlds import DEPUTY, ON, POLICY, World, ask_of, search_result


def test_policies_with_equal_arc_prices_have_the_same_arc_rules_digest() -> None:
    wider = replace(POLICY, digest="wider", hub=replace(POLICY.hub, free=POLICY.hub.free + 1))
    patience = POLICY.cost.patience_days + 1  # part of the answering cost, not of the arc's
    patient = replace(wider, cost=replace(POLICY.cost, patience_days=patience))
    assert arc_rules(wider).digest == arc_rules(patient).digest == arc_rules(POLICY).digest
    doubtful = replace(POLICY, cost=replace(POLICY.cost, strength_doubt=0.4))
    assert arc_rules(doubtful).digest != arc_rules(POLICY).digest


def test_the_worked_example_of_the_design_costs_216071() -> None:
    link = refers(
        "l", "a", "z", strength=0.8, verified_on=ON - timedelta(41), gate=LegalGate.KSP_115
    )
    world = world_of(
        post("a"), post("z", hours="MO-FR 09:00-15:00"), person("p"), holds("p", "z"), link
    )
    snapshot = world.snapshot()
    view = world.view(snapshot)
    result = search_result(view, POLICY, ask_of(snapshot, FROM_A_TO_Z), post_answers(view, POLICY))
    (hop,) = result.paths[0].hops
    parts = hop.parts
    assert (parts.type, parts.strength, parts.freshness, parts.gate) == (0, 105_361, 25_968, 20_203)
    assert (parts.total, hop.standing, hop.response) == (151_532, 0, 64_539)
    assert hop.cost == result.paths[0].cost == 216_071


def test_answering_cost_and_target_fit_are_charged_on_the_entering_hop() -> None:
    world = world_of(*posts("abz"), *chain("a", "b", "z"), b=DEPUTY, z=DEPUTY)
    assert best(world, replace(FROM_A_TO_Z, targets={"z": 7})).costs == (DEPUTY, DEPUTY + 7)


def test_a_hub_of_120_onward_nodes_halves_the_chance_when_it_is_crossed() -> None:
    spokes = [f"s{number:03}" for number in range(119)]
    world = world_of(
        *posts("abz"), *chain("a", "b", "z"),
        *(
            element
            for spoke in spokes
            for element in (post(spoke), refers(f"l-{spoke}", "b", spoke))
        ),
    )  # fmt: skip
    assert best(world).costs == (693_147, 0)
    assert best(world, replace(FROM_A_TO_Z, targets={"b": 0})).costs == (0,)


def test_a_node_with_more_than_200_onward_nodes_is_an_end_and_not_crossed() -> None:
    def hub(onward: int) -> World:
        spokes = [f"s{number:03}" for number in range(onward - 1)]
        spread = (
            element
            for spoke in spokes
            for element in (post(spoke), refers(f"l-{spoke}", "b", spoke))
        )
        return world_of(*posts("abz"), *chain("a", "b", "z"), *spread)

    assert paths(hub(200)) == ["a-b-z"]
    assert paths(hub(201)) == []
    assert paths(hub(201), replace(FROM_A_TO_Z, targets={"b": 0})) == ["a-b"]
    assert paths(hub(201), replace(FROM_A_TO_Z, starts=("b",))) == ["b-z"]


def test_onward_nodes_are_counted_once_and_only_where_the_caller_sees_the_way() -> None:
    hidden = frozenset({PreventionLevel.EXIT})
    spokes = [f"s{number:03}" for number in range(40)]
    world = world_of(
        *posts("abz"), *chain("a", "b", "z"), refers("twice", "b", "z"),
        *(post(spoke) for spoke in spokes),
        *(refers(f"l-{spoke}", "b", spoke, levels=hidden) for spoke in spokes),
    )  # fmt: skip
    assert best(replace(world, levels=frozenset({PreventionLevel.OUTREACH}))).cost == 0
    assert best(world).cost > 0


def test_an_unverified_link_of_unknown_strength_costs_the_policy_defaults() -> None:
    world = world_of(
        *posts("az"), refers("l", "a", "z", strength=None, verified_on=None)
    )  # fmt: skip
    freshness = 363_240  # 0.5 + 0.5 * 2^(-730/540) = 0.69588 -> -ln
    assert best(world).cost == pytest.approx(223_144 + freshness, abs=900)
    checked = world.but(refers("l", "a", "z", strength=0.6, verified_on=ON - timedelta(730)))
    assert best(world).cost == best(checked).cost


def test_a_link_verified_after_the_queried_date_counts_as_fresh() -> None:
    world = world_of(*posts("az"), refers("l", "a", "z", verified_on=ON + timedelta(9)))
    assert best(world).cost == 0
