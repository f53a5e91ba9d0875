from datetime import date
from typing import Any

import pytest

from graph.access.policy import Role
from graph.errors import InvalidNeed, NotFound
from graph.model import DeputizesFor, GovernedBy, Holds, Plan
from graph.questions.coverage import Coverage, coverage
from graph.questions.post_states import PostState
from graph.vocabulary import PlanKind, PostKind, Visibility
from tests import kystby
from tests.graph.access.test_disclosure import crowd
from tests.graph.paths.additions import kystby_with, person, tie

ANALYST = kystby.caller_of(Role.ANALYST, areas=("dk",))


def states(answer: Coverage) -> dict[str, tuple[PostState, ...]]:
    return {row.post.id: row.states for row in answer.rows}


def test_each_post_of_an_area_and_what_lies_in_it_has_its_states() -> None:
    assert states(coverage(kystby_with(), area="kystby")) == {
        "intake": (PostState.UNIT, PostState.STALE),  # a team; checked 297 days ago
        "outreach": (PostState.HELD,),
        "release": (PostState.VACANT,),
        "ssp-post": (PostState.HELD, PostState.AWAY),
    }
    assert states(coverage(kystby_with(), area="nabo")) == {"nabo-ssp": (PostState.HELD,)}


def test_a_district_holds_its_own_posts_and_those_of_its_municipalities() -> None:
    answer = coverage(kystby_with(), area="pol-ost", kinds=[PostKind.SSP_COORDINATOR])
    assert [(row.area.id, row.post.id) for row in answer.rows] == [
        ("kystby", "ssp-post"),
        ("nabo", "nabo-ssp"),
    ]
    assert [(total.kind, total.posts, dict(total.states)) for total in answer.totals] == [
        (PostKind.SSP_COORDINATOR, 2, {PostState.HELD: 2, PostState.AWAY: 1})
    ]
    assert "ihd" in states(coverage(kystby_with(), area="pol-ost"))


def test_a_municipality_without_a_kind_of_post_has_an_empty_cell() -> None:
    cells = coverage(kystby_with(), kinds=[PostKind.RELEASE_CONTACT]).cells
    assert [(cell.area.id, cell.posts, dict(cell.states)) for cell in cells] == [
        ("kystby", 1, {PostState.VACANT: 1}),
        ("nabo", 0, {}),
    ]


def test_holders_with_shares_above_one_are_doubled_and_two_halves_are_not() -> None:
    second = tie(Holds, "bo", "ssp-post", share=0.5)
    assert PostState.DOUBLED in states(coverage(kystby_with(second), area="kystby"))["ssp-post"]
    halves = kystby_with(second, changed={"amina--ssp-post": {"share": 0.5}})
    assert PostState.DOUBLED not in states(coverage(halves, area="kystby"))["ssp-post"]
    assert PostState.AWAY not in states(coverage(halves, area="kystby"))["ssp-post"]  # bo is here


def test_without_deputy_ignores_duty_lines_and_posts_that_need_no_deputy() -> None:
    needs: dict[str, dict[str, Any]] = {
        "ihd": {"needs_deputy": True},
        "ssp-post": {"needs_deputy": True},
    }
    by_post = states(coverage(kystby_with(changed=needs), area="pol-ost"))
    assert PostState.WITHOUT_DEPUTY in by_post["ihd"]
    assert PostState.WITHOUT_DEPUTY not in by_post["ssp-post"]
    assert PostState.WITHOUT_DEPUTY not in by_post["release"]
    by_post = states(
        coverage(
            kystby_with(tie(DeputizesFor, "bo", "ihd", order=1), changed=needs), area="pol-ost"
        )
    )
    assert PostState.WITHOUT_DEPUTY not in by_post["ihd"]


def test_a_state_filter_selects_rows_but_not_counts() -> None:
    answer = coverage(kystby_with(), states=[PostState.VACANT])
    assert list(states(answer)) == ["release"]
    assert sum(total.posts for total in answer.totals) == 7
    assert coverage(kystby_with()).rows == ()  # no area or state is named


def test_an_analyst_sees_that_a_post_is_held_but_not_the_holders_name() -> None:
    (row,) = coverage(kystby_with(caller=ANALYST), area="nabo").rows
    assert row.states == (PostState.HELD,)
    assert [holder.name for holder in row.holders] == [None]


def test_a_hidden_holder_holds_the_post_and_is_not_named() -> None:
    (row,) = coverage(kystby_with(caller=kystby.caller_of(Role.COORDINATOR)), area="nabo").rows
    assert row.states == (PostState.HELD,)
    assert (row.holders, row.hidden_holders, row.hidden_deputies) == ((), 1, 0)
    (row,) = coverage(kystby_with(), area="nabo").rows
    assert ([holder.id for holder in row.holders], row.hidden_holders) == (["erik"], 0)


def test_a_hidden_holders_leave_and_a_hidden_deputy_count_in_the_states() -> None:
    leave = {"absent_from": date(2026, 11, 20), "absent_to": date(2026, 12, 1)}
    hidden = (
        person("gro", visibility=Visibility.AREA),
        tie(DeputizesFor, "gro", "nabo-ssp", order=1),
    )
    changed: dict[str, dict[str, Any]] = {"erik": leave, "nabo-ssp": {"needs_deputy": True}}
    for deputies, more in ((), [PostState.WITHOUT_DEPUTY]), (hidden, []):
        view = kystby_with(*deputies, caller=kystby.caller_of(Role.COORDINATOR), changed=changed)
        (row,) = coverage(view, area="nabo").rows
        assert row.states == (PostState.HELD, *more, PostState.AWAY)
        assert (row.deputies, row.hidden_deputies) == ((), len(deputies) // 2)


def test_a_hidden_person_as_area_is_not_found_as_an_unknown_id_is() -> None:
    view = kystby_with(caller=kystby.caller_of(Role.COORDINATOR))
    for missing in ("erik", "atlantis"):
        with pytest.raises(NotFound):
            coverage(view, area=missing)


@pytest.mark.parametrize("area", ["ssp-post", "erik"])
def test_a_visible_post_or_person_as_area_is_refused(area: str) -> None:
    with pytest.raises(InvalidNeed, match="area"):
        coverage(kystby_with(), area=area)


@pytest.mark.parametrize(
    ("due_on", "is_listed"),
    [(date(2026, 11, 1), True), (date(2027, 11, 25), True), (date(2027, 11, 26), False)],
)
def test_plans_due_within_a_year_are_listed_and_later_ones_are_not(
    due_on: date, is_listed: bool
) -> None:
    plan = Plan(
        id="plan", kind=PlanKind.PREPAREDNESS_PLAN, title="Beredskab", due_on=due_on,
        adopted_on=date(2024, 1, 1), source="kystby",
    )  # fmt: skip
    answer = coverage(kystby_with(plan, tie(GovernedBy, "kystby-kommune", "plan")), area="kystby")
    plans = [(due_plan.area.id, due_plan.plan.id, due_plan.due_on) for due_plan in answer.plans]
    assert plans == ([("kystby", "plan", due_on)] if is_listed else [])


def test_civilians_are_counted_in_fives_or_omitted() -> None:
    assert coverage(kystby_with(*crowd(4), caller=ANALYST)).civilians == ()
    (civilians,) = coverage(kystby_with(*crowd(7), caller=ANALYST)).civilians
    assert (civilians.area.id, civilians.at_least) == ("kystby", 5)
    assert coverage(kystby_with(*crowd(7), caller=ANALYST), area="nabo").civilians == ()
    assert coverage(kystby_with(*crowd(7), caller=kystby.caller_of(Role.SERVICE))).civilians == ()
