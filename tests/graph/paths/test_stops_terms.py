from graph.model import Holds
from graph.paths import Need
from graph.paths.answer_terms import Cause, Relaxed
from graph.paths.kernel.request import Direction
from graph.paths.stops import stops
from graph.vocabulary import LegalGate, PreventionLevel, Sector, Trigger
from tests.graph.paths.additions import POLICY, person, tie
from tests.graph.questions.letters import asked, refers, walked, world
from tests.kystby import TODAY


def test_a_named_matter_is_carried_by_no_leg_that_may_not_name_anybody() -> None:
    view = world("ab", more=(refers("b", "d", gate=LegalGate.GENERAL),))
    assert walked(asked(view, "b", sector=Sector.YOUTH)) == ["ab bd"]
    (failed,) = asked(view, "b", trigger=Trigger.MOVE).failed
    assert (failed.leg, failed.none.cause) == (2, Cause.GATE)
    turned = world("bd", more=(refers("a", "b", gate=LegalGate.GENERAL),))
    (first,) = asked(turned, "b", trigger=Trigger.MOVE).failed
    assert (first.leg, first.none.cause) == (1, Cause.GATE)
    assert [work.term for work in first.none.would_work] == [Relaxed.MATTER]


def test_the_stop_need_not_be_of_the_kind_the_goal_must_be() -> None:
    """CONCERN is for coordinators of info houses and intakes; b is none of them."""
    view = world("ab", more=(refers("b", "intake"),))
    need = Need(on=TODAY, start="a", trigger=Trigger.CONCERN, area="kystby")
    assert walked(stops(view, need, POLICY, through=["b"])) == ["ab bintake"]


def test_avoided_nodes_gates_levels_and_the_limit_of_hops_hold_for_each_leg() -> None:
    view = world("abcd", "aec")
    assert walked(asked(view, "c", avoid=frozenset({"b"}))) == ["aec cd"]
    assert walked(asked(view, "d", target="c")) == []
    limited = asked(view, "c", max_hops=1)
    assert [(one.leg, one.none.cause) for one in limited.failed] == [(1, Cause.TOO_FAR)]
    exit_only = world("ab", more=(refers("b", "d", levels=frozenset({PreventionLevel.EXIT})),))
    level = asked(exit_only, "b", level=PreventionLevel.OUTREACH)
    assert [(one.leg, one.none.cause) for one in level.failed] == [(2, Cause.LEVEL)]
    gate = asked(world("ab", more=(refers("b", "d", gate=LegalGate.GENERAL),)), "b",
                 gate=LegalGate.SSP_115)  # fmt: skip
    assert [(one.leg, one.none.cause) for one in gate.failed] == [(2, Cause.GATE)]


def test_the_direction_is_judged_for_each_leg() -> None:
    answer = asked(world(more=(refers("a", "ihd"), refers("ihd", "d"))), "ihd")
    assert [leg.direction for leg in answer.legs] == [Direction.UP, Direction.DOWN]
    assert walked(answer) == ["aihd ihdd"]


def test_the_language_is_asked_of_the_goal_alone() -> None:
    view = world("abd", more=(tie(Holds, "soran", "d", share=0.5),
                              person("soran", languages=frozenset({"so"}))))  # fmt: skip
    answer = asked(view, "b", language="so")
    assert walked(answer) == ["ab bd"]
    end = answer.paths[0].legs[1].stops[-1].resolution
    assert end is not None
    assert end.who is not None
    assert end.who.id == "soran"
