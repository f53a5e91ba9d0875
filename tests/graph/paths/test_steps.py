from dataclasses import replace
from typing import Any, Final

import pytest

from graph.access.policy import Role
from graph.access.view import View
from graph.model import BelongsTo, DeputizesFor, Element, Holds, MemberOf
from graph.paths.answer import Path
from graph.vocabulary import CoordinationFunction, LegalGate, PostKind, Sector
from tests.fixtures.builders import FROM_A_TO_Z, chain, network, posts, world_of
from tests.graph.paths.additions import (
    ALL_LEVELS,
    answer_of,
    coordinates,
    kystby_with,
    local,
    person,
    post,
    tie,
)
from tests.graph.paths.random_worlds import drawn_with_steps
from tests.graph.paths.worlds import DEPUTY, World, result_of
from tests.graph.questions.letters import letters, refers
from tests.kystby import NOW, caller_of

EVENING: Final = local("2026-11-25T22:00")


OUTSIDE: Final = caller_of(Role.COORDINATOR, areas=("nowhere",), posts=("ssp-post",))


def ways(view: View, **terms: Any) -> list[list[str]]:
    """Return each way to the first contact as its steps; nodes of one step are joined by a plus."""
    return [steps(way) for way in answer_of(view, **terms).contacts[0].ways]


def steps(way: Path) -> list[str]:
    return ["+".join(node.id for node in stop.covers) for stop in way.stops]


def seat(person_id: str, post_id: str) -> Element:
    return tie(Holds, person_id, post_id)


def world(*pairs: str, more: tuple[Element, ...] = ()) -> View:
    return kystby_with(*letters(), *(refers(*pair) for pair in pairs), *more)


def test_two_posts_of_one_holder_in_a_row_are_one_step_that_costs_once() -> None:
    view = world("ab", "bc", "cd", more=(seat("p-b", "c"),))
    assert ways(view, start="a", target="d") == [["a", "b+c", "d"]]
    (way,) = answer_of(view, start="a", target="d").contacts[0].ways
    dear = world("ab", "cd", more=(seat("p-b", "c"), refers("b", "c", strength=0.0)))
    (same,) = answer_of(dear, start="a", target="d").contacts[0].ways
    assert way.cost == same.cost  # the link inside is no call
    assert (len(way.hops), way.hops[0].inside) == (2, 0)


def test_consecutive_posts_of_one_deputy_cost_one_entry() -> None:
    """A deputy answers at both posts: the second entry costs nothing more."""
    apart = world_of(*(*posts("abcz"), *chain("a", "b", "c", "z")), b=DEPUTY, c=DEPUTY)
    together = replace(apart, same={"b": "c"})
    assert result_of(apart, FROM_A_TO_Z).paths[0].cost == 2 * DEPUTY
    assert result_of(together, FROM_A_TO_Z).paths[0].cost == DEPUTY


def test_a_network_and_its_coordinator_are_one_step_whose_inner_link_costs() -> None:
    view = kystby_with()
    assert ways(view, start="ihd", target="intake") == [["ihd", "ssp-post+ssp", "intake"]]
    (way,) = answer_of(view, start="ihd", target="intake").contacts[0].ways
    assert way.hops[0].inside > 0
    assert way.hops[0].cost == way.hops[0].facts.parts.total + sum(
        (way.hops[0].hub, way.hops[0].standing, way.hops[0].response, way.hops[0].inside)
    )


def test_units_of_one_authority_are_one_step_and_duty_lines_are_separate_steps() -> None:
    more = (
        post("other", PostKind.SSP_SCHOOL_CONTACT, Sector.SCHOOL, is_unit_only=True),
        tie(BelongsTo, "other", "kystby-kommune"),
        refers("a", "intake"), refers("intake", "other"), refers("other", "d"),
        refers("a", "duty"), refers("duty", "line-2"), refers("line-2", "d"),
        post("line-2", PostKind.DUTY_LINE, Sector.POLICE, hours="00:00-24:00"),
        tie(BelongsTo, "line-2", "politi"),
    )  # fmt: skip
    paths = ways(world(more=more), start="a", target="d", at=NOW)
    assert ["a", "intake+other", "d"] in paths
    assert ["a", "duty", "line-2", "d"] in paths


def test_posts_covered_by_one_duty_line_are_one_step_at_night_and_two_by_day() -> None:
    more = (
        post("two", PostKind.SSP_COORDINATOR_POLICE, Sector.POLICE, hours="MO-FR 09:00-15:00"),
        tie(BelongsTo, "two", "politi"), person("gert"), seat("gert", "two"),
        tie(DeputizesFor, "duty", "two", order=1),
        refers("a", "ihd"), refers("ihd", "two"), refers("two", "d"),
    )  # fmt: skip
    view = world(more=more)
    assert ways(view, start="a", target="d", at=NOW) == [["a", "ihd", "two", "d"]]
    assert ways(view, start="a", target="d", at=EVENING) == [["a", "ihd+two", "d"]]


def test_posts_of_one_hidden_holder_are_separate_steps() -> None:
    """erik holds both: the operator sees it, an outsider does not."""
    more = (seat("erik", "release"), refers("ihd", "nabo-ssp"), refers("nabo-ssp", "release"))
    terms = {"start": "ihd", "target": "release"}
    assert ways(kystby_with(*more), **terms) == [["ihd", "nabo-ssp+release"]]
    assert ways(kystby_with(*more, caller=OUTSIDE), **terms) == [["ihd", "nabo-ssp", "release"]]


def test_a_way_does_not_return_to_a_person_after_others() -> None:
    there_and_back = world("ab", "bc", "ce", "ed", more=(seat("p-b", "e"),))
    assert answer_of(there_and_back, start="a", target="d").contacts == ()
    around = world("ab", "bc", "ce", "ed", "cf", "fd", more=(seat("p-b", "e"),))
    assert ways(around, start="a", target="d") == [["a", "b", "c", "f", "d"]]


def test_a_way_ends_in_one_step_when_the_target_holder_has_the_previous_post() -> None:
    """p-c holds d as well: the way to d ends with them."""
    view = world("ab", "bc", "cd", more=(seat("p-c", "d"),))
    assert ways(view, start="a", target="d") == [["a", "b", "c+d"]]


def test_ways_over_the_same_people_count_as_alike_despite_different_nodes() -> None:
    """p-b holds both b and c: the two ways differ in a post, but not in people."""
    view = world("ab", "bd", "ac", "cd", more=(seat("p-b", "c"),))
    contact = answer_of(view, start="a", target="d").contacts[0]
    assert [steps(way) for way in contact.ways] == [["a", "b", "d"]]
    assert contact.fewer is not None
    others = world("ab", "bd", "ac", "cd")
    assert ways(others, start="a", target="d") == [["a", "b", "d"], ["a", "c", "d"]]


def test_all_posts_of_the_start_holder_are_the_first_step_of_a_way() -> None:
    view = world("ab", "bc", "cd", more=(seat("p-a", "c"),))
    (way,) = answer_of(view, start="a", target="d").contacts[0].ways
    assert steps(way) == ["a+c", "d"]
    assert len(way.hops) == 1
    assert way.stops[0].node.id == "a"


def test_a_coordinator_as_start_has_the_network_in_the_first_step() -> None:
    on_return = local("2026-12-08T10:00")
    view = kystby_with(on=on_return.date())
    assert ways(view, start="ssp-post", target="intake", at=on_return) == [
        ["ssp-post+ssp", "intake"],
    ]  # fmt: skip


def test_a_duty_line_that_answers_for_the_start_post_adds_no_start() -> None:
    """The district's coordinator asks at night, when the duty line answers at that post."""
    more = (refers("ihd", "a"), refers("duty", "b"), refers("a", "d"), refers("b", "d"))
    assert ways(world(more=more), start="ihd", target="d", at=EVENING) == [["ihd", "a", "d"]]


def test_ways_of_equal_cost_are_ordered_by_fewer_calls() -> None:
    """a-b-c-d takes two calls, for p-b holds b and c; a-e-f-d takes three."""
    view = world("ab", "bc", "cd", "ae", "ef", "fd", more=(seat("p-b", "c"),))
    assert ways(view, start="a", target="d") == [["a", "b+c", "d"], ["a", "e", "f", "d"]]


def test_links_inside_a_step_count_against_the_hop_limit() -> None:
    view = world("ab", "bc", "cd", more=(seat("p-b", "c"),))
    assert answer_of(view, start="a", target="d", max_hops=2).contacts == ()
    assert ways(view, start="a", target="d", max_hops=3) == [["a", "b+c", "d"]]


def test_the_chair_answers_for_a_network_before_its_other_coordinators() -> None:
    more = (
        network("body"),
        coordinates("b", "body"), coordinates("c", "body", CoordinationFunction.CHAIR),
        *(
            tie(MemberOf, member, "body", gate=LegalGate.SSP_115, levels=ALL_LEVELS)
            for member in "ad"
        ),
    )  # fmt: skip
    view = world(more=more)
    assert ways(view, start="a", target="b")[0] == ["a", "body", "b"]
    assert ways(view, start="a", target="c")[0] == ["a", "body+c"]


@pytest.mark.drill
def test_no_path_in_drawn_worlds_calls_anyone_twice_or_the_start_holder() -> None:
    met = 0
    for seed in range(500):
        drawn_world, question = drawn_with_steps(seed, 4 + seed % 8, seed % 2 == 0)
        own = {answers(drawn_world, start) for start in question.starts}
        for path in result_of(drawn_world, question).paths:
            called = runs([answers(drawn_world, node) for node in path.nodes[1:]])
            assert len(set(called)) == len(called)
            assert own.isdisjoint(called)
            met += len(called) < len(path.nodes) - 1
    assert met > 20


def answers(drawn_world: World, node: str) -> str:
    return drawn_world.same.get(node, node)


def runs(keys: list[str]) -> list[str]:
    """Return the keys without consecutive repetitions."""
    return [key for at, key in enumerate(keys) if at == 0 or keys[at - 1] != key]
