# pyright: reportOptionalMemberAccess=false
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.access.policy import Role
from graph.errors import InvalidNeed, NotFound
from graph.model import Element, Holds
from graph.paths import Need, find
from graph.paths.answer_terms import AnswerRole, Cause, Relaxed
from graph.paths.kernel.request import Direction, FewerWhy
from graph.paths.stops import stops
from graph.vocabulary import LegalGate, PreventionLevel, Sector, Trigger, Visibility
from tests.fixtures.examples import examples
from tests.graph.paths.additions import POLICY, kystby_with, person, tie
from tests.graph.questions.letters import LETTERS, refers, stops_of, walks, world
from tests.graph.stand_ins import hidden_people, taken_over
from tests.kystby import OUTSIDE, TODAY, caller_of
from tests.seed import demo


def test_a_whole_path_goes_through_the_stop_though_there_is_a_shorter_way() -> None:
    answer = stops_of(world("ad", "abc", "cd"), "c")
    assert walks(answer) == ["abc cd"]
    (path,) = answer.paths
    assert (path.hops, path.cost, path.chance) == (3, 0, 1.0)
    assert [leg.number for leg in path.legs] == [1, 2]
    assert path.gates == (LegalGate.INTERNAL,)
    assert answer.is_exact
    assert answer.fewer.why is FewerWhy.ALL_FOUND


def test_stops_are_visited_in_the_requested_order() -> None:
    view = world("abcd", "acbd")
    assert walks(stops_of(view, "b", "c")) == ["ab bc cd"]
    assert walks(stops_of(view, "c", "b")) == ["ac cb bd"]


def test_three_stops_make_four_legs_and_a_fourth_is_refused() -> None:
    view = world("abcdef")
    assert walks(stops_of(view, "b", "c", "d", target="f")) == ["ab bc cd def"]
    for through in ((), ("b", "c", "d", "e")):
        with pytest.raises(InvalidNeed, match="stops"):
            stops_of(view, *through, target="f")


def test_a_path_visits_no_node_twice_and_takes_another_way_or_fails() -> None:
    none = stops_of(world("abc", "cbd"), "c")
    assert none.paths == ()
    (failed,) = none.failed
    assert (failed.leg, failed.none.cause, failed.none.proved) == (None, Cause.VIA, True)
    assert walks(stops_of(world("abc", "cbd", "ced"), "c")) == ["abc ced"]


def test_a_failed_leg_is_reported_with_its_own_cause() -> None:
    answer = stops_of(world("ab", "cd"), "b", "c")
    (failed,) = answer.failed
    assert (failed.leg, failed.none.cause) == (2, Cause.NOT_CONNECTED)
    assert [edge.node.id for edge in failed.none.from_target] == []
    assert answer.paths == ()


def test_a_failed_leg_is_not_proved_when_its_search_was_cut_off() -> None:
    hasty = replace(POLICY, budget=replace(POLICY.budget, pops=1))
    answer = stops_of(world("abc", "cd"), "c", policy=hasty)
    assert answer.paths == ()
    assert {failed.none.proved for failed in answer.failed} == {False}


def test_each_failed_leg_is_reported() -> None:
    answer = stops_of(world("bc"), "b", "c")
    assert [(failure.leg, failure.none.cause) for failure in answer.failed] == [
        (1, Cause.NOT_CONNECTED), (3, Cause.NOT_CONNECTED),
    ]  # fmt: skip


def test_a_stop_where_no_one_answers_has_cause_not_answering() -> None:
    view = world("abd", without=["amina--ssp-post"], more=(refers("a", "release"),))
    answer = stops_of(view, "release")
    assert [(failure.leg, failure.none.cause) for failure in answer.failed] == [
        (1, Cause.NOT_ANSWERING), (2, Cause.NOT_CONNECTED),
    ]  # fmt: skip
    assert answer.failed[0].none.missing[0].target.id == "release"


def test_a_stop_at_the_start_has_cause_here() -> None:
    answer = stops_of(world("abd"), "a")
    assert [(failure.leg, failure.none.cause) for failure in answer.failed] == [(1, Cause.HERE)]


def test_a_person_as_stop_means_any_one_of_their_posts() -> None:
    answer = stops_of(world("ab", "ac", "cd", more=(tie(Holds, "p-b", "c", share=0.5),)), "p-b")
    assert walks(answer) == ["ac cd"]  # b is a dead end
    assert answer.legs[0].target.id == "p-b"


def test_a_leg_may_lead_from_one_post_of_a_stop_to_another_that_is_the_goal() -> None:
    answer = stops_of(world("abc", more=(tie(Holds, "p-b", "c", share=0.5),)), "p-b", target="c")
    assert walks(answer) == ["ab bc"]


def test_two_stops_that_mean_the_same_posts_are_met_at_different_posts() -> None:
    first, second = tie(Holds, "p-b", "c", share=0.5), tie(Holds, "p-c", "b", share=0.5)
    answer = stops_of(world("abcd", more=(first, second)), "p-b", "p-c")
    assert walks(answer) == ["ab bc cd"]  # each of the two stops means b and c


def test_a_network_as_stop_is_entered_at_its_coordinator() -> None:
    answer = stops_of(world(more=(refers("a", "ssp-post"), refers("ssp-post", "d"))), "ssp")
    assert walks(answer) == ["assp-post ssp-postd"]


def test_an_area_as_stop_is_met_at_a_post_of_its_first_rung() -> None:
    answer = stops_of(world(more=(refers("a", "nabo-ssp"), refers("nabo-ssp", "d"))), "nabo")
    assert walks(answer) == ["anabo-ssp nabo-sspd"]
    assert [leg.rung for leg in answer.legs] == [0, 0]


def test_an_association_or_unknown_stop_and_an_extra_via_are_refused() -> None:
    with pytest.raises(InvalidNeed, match="stops"):
        stops_of(world("abd"), "vindrosen")
    with pytest.raises(NotFound):
        stops_of(world("abd"), "nobody")
    with pytest.raises(InvalidNeed, match="via"):
        stops_of(world("abd"), "b", via=("c",))


def test_a_civilian_is_a_stop_before_the_association_they_represent() -> None:
    view = kystby_with(caller=caller_of(Role.OUTREACH, posts=("outreach",)))
    answer = stops_of(
        view, "jens", start="outreach", target="vindrosen", level=PreventionLevel.OUTREACH
    )
    assert walks(answer) == ["outreachjens jensvindrosen"]
    onward = stops_of(view, "jens", start="outreach", target="ssp-post")
    assert [failure.leg for failure in onward.failed] == [2]


def test_a_path_through_stops_adds_up_its_legs_and_shows_who_answers() -> None:
    there = refers("a", "ssp-post", verified_on=None, gate=LegalGate.SSP_115)
    (path,) = stops_of(world(more=(there, refers("ssp-post", "d"))), "ssp-post").paths
    assert path.cost == sum(leg.cost for leg in path.legs)
    assert path.hops == 2
    assert path.oldest_days is None  # one was never verified
    assert (path.weakest, path.gates) == (0, (LegalGate.SSP_115, LegalGate.INTERNAL))
    assert path.until == min(leg.until for leg in path.legs if leg.until)
    landed = path.legs[0].stops[-1].resolution
    assert landed.rung is AnswerRole.DEPUTY


def test_overlapping_paths_are_left_out_but_the_stop_does_not_count_as_overlap() -> None:
    view = world("abc", "cd", "aec", "cfd")
    wide = stops_of(view, "c", overlap_percent=100)
    assert walks(wide) == ["abc cd", "aec cd", "abc cfd", "aec cfd"]
    apart = stops_of(view, "c", overlap_percent=0)
    assert walks(apart) == ["abc cd", "aec cd"]
    assert (apart.fewer.why, apart.fewer.bottleneck) == (FewerWhy.OVERLAP, None)


def test_results_for_fewer_paths_are_a_prefix_of_those_for_more() -> None:
    view = world("abc", "aec", "cd", "cfd")
    full = walks(stops_of(view, "c", overlap_percent=100))
    for count in range(1, 5):
        few = stops_of(view, "c", overlap_percent=100, max_paths=count)
        assert walks(few) == full[:count]
        assert (few.fewer is None, few.is_exact) == (True, True)


@pytest.mark.slow
@examples(60)
@given(
    pairs=st.sets(st.tuples(st.sampled_from(LETTERS), st.sampled_from(LETTERS)), max_size=12),
    stop=st.sampled_from("bcef"),
)
def test_the_best_path_costs_at_least_its_legs_alone_and_at_most_the_via_path(
    pairs: set[tuple[str, str]], stop: str
) -> None:
    view = world(*(a + b for a, b in pairs if a != b))
    whole = stops_of(view, stop)
    via = find(view, Need(on=TODAY, start="a", target="d", via=(stop,)), POLICY)
    if via.paths:  # at six hops in all such a path is one of two legs
        assert whole.paths
        assert whole.paths[0].cost <= via.paths[0].cost
    first = find(view, Need(on=TODAY, start="a", target=stop), POLICY)
    last = find(view, Need(on=TODAY, start=stop, target="d"), POLICY)
    if whole.paths:
        assert whole.paths[0].cost >= first.paths[0].cost + last.paths[0].cost
    failed_legs = {failure.leg for failure in whole.failed} - {None}
    assert failed_legs == {at for at, leg in enumerate((first, last), 1) if not leg.paths}


@examples(25)
@given(
    hidden=hidden_people("b c d e", "b c release", "p-a p-b p-c", verified_on=TODAY),
    stop=st.sampled_from(["b", "c", "release", "p-c", "ssp"]),
)
def test_the_identity_of_a_hidden_person_does_not_change_the_answer(
    hidden: tuple[Element, ...], stop: str
) -> None:
    here = (refers("a", "release"), refers("release", "d"))
    first, second = (
        stops_of(world("abcd", more=(*here, *more), caller=OUTSIDE), stop)
        for more in (hidden, taken_over(hidden, "a-hidden"))
    )
    assert first == second


def test_a_hidden_stop_is_not_found_like_an_unknown_one() -> None:
    hidden_person = person("a-hidden", visibility=Visibility.AREA)
    for stop in ("a-hidden", "nobody"):
        with pytest.raises(NotFound):
            stops_of(world("abd", more=(hidden_person,), caller=OUTSIDE), stop)


def test_demo_paths_from_pet_to_thisted_pass_the_district_and_repeat_no_node() -> None:
    need = Need(on=TODAY, start="act-pet-exit", target="act-rel-0787", max_hops=4)
    answer = stops(demo.view_of(), need, POLICY, through=["act-ihd-1462", "net-ksp-0787"])
    assert answer.is_exact  # at six hops each leg has more paths than are looked at
    assert answer.paths
    for path in answer.paths:
        ends = [leg.stops[-1].node.id for leg in path.legs]
        assert ends[0] == "act-ihd-1462"
        assert ends[-1] == "act-rel-0787"
        nodes = [stop.node.id for leg in path.legs for stop in leg.stops[1:]]
        assert len(set(nodes)) == len(nodes)


def test_a_named_matter_is_stopped_by_a_general_gate_on_either_leg() -> None:
    view = world("ab", more=(refers("b", "d", gate=LegalGate.GENERAL),))
    assert walks(stops_of(view, "b", sector=Sector.YOUTH)) == ["ab bd"]
    (failed,) = stops_of(view, "b", trigger=Trigger.MOVE).failed
    assert (failed.leg, failed.none.cause) == (2, Cause.GATE)
    turned = world("bd", more=(refers("a", "b", gate=LegalGate.GENERAL),))
    (first,) = stops_of(turned, "b", trigger=Trigger.MOVE).failed
    assert (first.leg, first.none.cause) == (1, Cause.GATE)
    assert [work.term for work in first.none.would_work] == [Relaxed.MATTER]


def test_a_stop_need_not_match_the_kinds_required_of_the_target() -> None:
    """CONCERN is for coordinators of info houses and intakes; b is none of them."""
    view = world("ab", more=(refers("b", "intake"),))
    need = Need(on=TODAY, start="a", trigger=Trigger.CONCERN, area="kystby")
    assert walks(stops(view, need, POLICY, through=["b"])) == ["ab bintake"]


def test_avoided_nodes_gates_levels_and_the_limit_of_hops_hold_for_each_leg() -> None:
    view = world("abcd", "aec")
    assert walks(stops_of(view, "c", avoid=frozenset({"b"}))) == ["aec cd"]
    assert walks(stops_of(view, "d", target="c")) == []
    limited = stops_of(view, "c", max_hops=1)
    assert [(failure.leg, failure.none.cause) for failure in limited.failed] == [(1, Cause.TOO_FAR)]
    exit_only = world("ab", more=(refers("b", "d", levels=frozenset({PreventionLevel.EXIT})),))
    level = stops_of(exit_only, "b", level=PreventionLevel.OUTREACH)
    assert [(failure.leg, failure.none.cause) for failure in level.failed] == [(2, Cause.LEVEL)]
    gate = stops_of(world("ab", more=(refers("b", "d", gate=LegalGate.GENERAL),)), "b",
                 gate=LegalGate.SSP_115)  # fmt: skip
    assert [(failure.leg, failure.none.cause) for failure in gate.failed] == [(2, Cause.GATE)]


def test_the_direction_is_judged_for_each_leg() -> None:
    answer = stops_of(world(more=(refers("a", "ihd"), refers("ihd", "d"))), "ihd")
    assert [leg.direction for leg in answer.legs] == [Direction.UP, Direction.DOWN]
    assert walks(answer) == ["aihd ihdd"]


def test_the_language_is_required_only_at_the_target() -> None:
    view = world("abd", more=(tie(Holds, "soran", "d", share=0.5),
                              person("soran", languages=frozenset({"so"}))))  # fmt: skip
    answer = stops_of(view, "b", language="so")
    assert walks(answer) == ["ab bd"]
    end = answer.paths[0].legs[1].stops[-1].resolution
    assert end is not None
    assert end.who is not None
    assert end.who.id == "soran"
