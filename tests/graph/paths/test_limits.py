from dataclasses import replace
from itertools import permutations
from random import Random
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.paths.kernel.request import MOST_PATHS
from graph.paths.policy import Policy, dearest_path, response_costs
from graph.paths.policy_file import LARGEST_COST
from graph.vocabulary import LegalGate
from tests.fixtures.builders import (
    FROM_A_TO_Z,
    chain,
    holds,
    knows,
    person,
    post,
    posts,
    refers,
    world_of,
)
from tests.fixtures.examples import examples
from tests.graph.paths.test_oracle import BUDGETS, agrees
from tests.graph.paths.worlds import (
    POLICY,
    WORST,
    Question,
    World,
    ask_of,
    result_of,
    search_inputs,
    search_result,
)


def test_64_starts_and_1024_targets_are_searched_and_starts_are_no_targets() -> None:
    starts, ends = ([f"{letter}{number:04}" for number in range(1024)] for letter in "sz")
    links = [refers(f"l-{start}", start, "m") for start in starts[:64]]
    links += [refers(f"e-{end}", "m", end) for end in ends]
    world = world_of(*(post(name) for name in (*starts[:64], "m", *ends)), *links)
    both = (*ends[:-64], *starts[:64])
    question = Question(starts=tuple(starts[:64]), targets=dict.fromkeys(both, 0), max_paths=2)
    policy = replace(POLICY, hub=replace(POLICY.hub, closed_above=1024))
    result = result_of(world, question, policy)
    assert [path.nodes for path in result.paths] == [("s0000", "m", "z0000")]
    assert (result.why, result.bottleneck) == ("OVERLAP", "m")
    apart = result_of(world, replace(question, overlap_percent=100, max_paths=MOST_PATHS), policy)
    assert [path.nodes for path in apart.paths] == [("s0000", "m", end) for end in ends[:32]]


def test_every_stage_finds_a_twelve_hop_path_at_the_largest_policy_cost() -> None:
    policy = dearest()
    world, question = dearest_chain("abcdefghijklz", policy), replace(FROM_A_TO_Z, max_hops=12)
    agrees(world, question, policy)
    (path,) = result_of(world, question, policy).paths
    assert 0.8 * 2**31 < 16 * path.cost + 12 <= 2**31 - 2


def test_a_path_above_the_cost_range_is_ignored_and_does_not_hide_another() -> None:
    """Fifteen hops to z exceed the hop limit and the range of a cost; another way has twelve."""
    policy = dearest()
    world, question = dearest_chain("abcdefghijklmnoz", policy), replace(FROM_A_TO_Z, max_hops=12)
    agrees(world, question, policy)
    assert result_of(world, question, policy).why == "ALL_FOUND"
    round_about = world.but(refers("l-round", "b", "f", **DEAREST))
    agrees(round_about, question, policy)
    assert len(result_of(round_about, question, policy).paths) == 1


DEAREST: Final[dict[str, Any]] = {**WORST, "gate": LegalGate.CONTACT_ONLY}


def dearest() -> Policy:
    """A policy with a mailbox as dear as the loader allows, to the micro-nat."""
    policy = replace(
        POLICY,
        digest="dearest",
        hub=replace(POLICY.hub, cap_nat=0.001),
        links={what: replace(rule, floor=0.02) for what, rule in POLICY.links.items()},
    )
    most, step = 0, 1 << 30
    while step:
        tried = replace(policy, standing={**policy.standing, "mailbox": most + step})
        most += 0 if dearest_path(tried) > LARGEST_COST else step
        step >>= 1
    return replace(policy, standing={**policy.standing, "mailbox": most})


def dearest_chain(ids: str, policy: Policy) -> World:
    """Return a chain of the dearest links, between posts with a mailbox and the longest wait."""
    entry = policy.standing["mailbox"] + int(response_costs(policy).max())
    return world_of(*posts(ids), *chain(*ids, **DEAREST), **dict.fromkeys(ids, entry))


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ({"max_hops": 13}, "13 hops"),
        ({"max_paths": 33}, "33 paths"),
        ({"max_paths": 0}, "0 paths"),
        ({"via": (frozenset({"b"}),) * 3}, "3 stops"),
    ],
)
def test_a_request_beyond_the_kernel_limits_raises(terms: dict[str, Any], words: str) -> None:
    snapshot = world_of(*posts("az")).snapshot()
    with pytest.raises(ValueError, match=words):
        ask_of(snapshot, replace(FROM_A_TO_Z, **terms))


def test_the_search_continues_when_the_cheapest_walk_visits_a_node_twice() -> None:
    """To b and back over c is free, but meets c twice; the only path costs the most."""
    away = {"strength": 0.0, "verified_on": None}
    world = world_of(
        *posts("abcdz"), *chain("a", "c", "b", "c", "z"), *chain("b", "d", "z", **away)
    )
    question = replace(FROM_A_TO_Z, via=(frozenset({"b"}),))
    for budget in BUDGETS:
        policy = replace(POLICY, budget=replace(POLICY.budget, **budget))
        result = result_of(world, question, policy)
        assert [path.nodes for path in result.paths] == [("a", "c", "b", "d", "z")]
        assert (result.why, result.is_exact) == ("ALL_FOUND", True)
        assert not result_of(world.without("l-b-d"), question, policy).paths


def test_ties_among_acquaintances_go_to_the_first_link_and_the_first_carriers() -> None:
    """p and q hold a, r and s hold z, and three pairs across know each other equally well."""
    world = world_of(
        *posts("az"), *map(person, "pqrs"),
        holds("p", "a"), holds("q", "a"), holds("r", "z"), holds("s", "z"),
        knows("k2", "p", "r"), knows("k1", "q", "s"), knows("k3", "p", "s"),
    )  # fmt: skip
    _, view, ask, answers = search_inputs(world, FROM_A_TO_Z)
    (path,) = result_of(world, FROM_A_TO_Z).paths
    assert (path.links, path.carriers, path.also) == (("k1",), (("q", "s"),), (("k2", "k3"),))
    agrees(world, FROM_A_TO_Z)
    agrees(world.but(holds("q", "z"), knows("k1", "q", "p"), holds("p", "z")), FROM_A_TO_Z)
    assert search_result(view, POLICY, ask, answers).paths


def case_with_tied_costs(seed: int) -> tuple[World, Question]:
    """Return ten posts, and referrals of one or two costs between four in ten of all pairs."""
    draw = Random(seed)
    ids = draw.sample("abcdefghijklmnopqrstuvwxyz", 10)
    dear = draw.choice(((1.0,), (1.0, 0.8)))
    links = [
        refers(
            f"l{draw.randint(0, 9)}-{source}-{target}", source, target, strength=draw.choice(dear)
        )
        for source, target in permutations(ids, 2)
        if draw.random() < 0.4
    ]
    question = Question(
        starts=tuple(ids[:2]), targets=dict.fromkeys(ids[-2:], 0), max_hops=draw.choice((3, 4, 5)),
        max_paths=MOST_PATHS, overlap_percent=draw.choice((100, 100, 60)),
    )  # fmt: skip
    return world_of(*map(post, ids), *links), question


@examples(30)
@given(st.integers(0, 2**32))
def test_the_search_agrees_with_the_oracle_among_many_paths_of_equal_cost(
    seed: int,
) -> None:
    agrees(*case_with_tied_costs(seed))
