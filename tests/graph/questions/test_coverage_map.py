from collections import Counter
from datetime import date

import pytest

from graph.access.policy import Role
from graph.errors import NotFound
from graph.model import Covers, Element, GovernedBy, Holds, Plan
from graph.paths.answer_terms import Cause
from graph.paths.need import Need
from graph.questions.coverage_map import CoverageMap, MapLack, MapMeasure, MapRow, coverage_map
from graph.questions.post_states import PostState
from graph.questions.reach import reach
from graph.vocabulary import AreaKind, NetworkKind, PlanKind, PostKind, Sector
from seed.people.data_gaps import DOUBLED, VACANT
from tests import kystby
from tests.graph.access.test_disclosure import crowd
from tests.graph.paths.additions import POLICY, kystby_with, post, tie
from tests.graph.questions.letters import refers
from tests.graph.questions.test_coverage import ANALYST
from tests.kystby import TODAY
from tests.seed import demo

DISTRICT = AreaKind.POLICE_DISTRICT
SSP = (PostKind.SSP_COORDINATOR,)
NATIONAL = (
    post("cde", PostKind.CDE_ADVISER, Sector.IMMIGRATION),
    tie(Covers, "cde", "dk"),
    refers("cde", "ihd", verified_on=date(2026, 11, 1)),
)


def row(answer: CoverageMap, area: str) -> MapRow:
    (only,) = (map_row for map_row in answer.rows if map_row.area.id == area)
    return only


def cells(answer: CoverageMap) -> dict[str, tuple[int | None, int | None, MapLack | None]]:
    return {map_row.area.id: (map_row.number, map_row.of, map_row.lack) for map_row in answer.rows}


def test_verified_counts_posts_checked_in_time_among_those_to_be_checked() -> None:
    answer = coverage_map(kystby_with(), MapMeasure.VERIFIED, POLICY)
    # ssp-post and outreach in time, intake 297 days ago; the release contact is never checked
    assert cells(answer) == {"kystby": (2, 3, None), "nabo": (None, None, MapLack.NO_SUCH_DUTY)}
    assert (row(answer, "kystby").posts, row(answer, "nabo").posts) == (4, 1)


def test_a_check_made_after_the_date_does_not_count_as_in_time() -> None:
    on = date(2026, 10, 1)  # ssp-post and outreach were checked on 15 October
    answer = coverage_map(kystby_with(on=on), MapMeasure.VERIFIED, POLICY)
    assert cells(answer)["kystby"] == (0, 1, None)
    only = coverage_map(kystby_with(on=on), MapMeasure.VERIFIED, POLICY, kinds=SSP)
    assert cells(only)["kystby"] == (None, None, MapLack.CHECKED_SINCE)


def test_vacant_counts_vacant_posts_among_those_a_person_could_hold() -> None:
    answer = coverage_map(kystby_with(), MapMeasure.VACANT, POLICY)
    assert cells(answer) == {"kystby": (1, 3, None), "nabo": (0, 1, None)}
    intake = coverage_map(kystby_with(), MapMeasure.VACANT, POLICY, kinds=[PostKind.SOCIAL_INTAKE])
    assert cells(intake) == {  # a team: nobody could hold it
        "kystby": (None, None, MapLack.NO_SUCH_DUTY),
        "nabo": (None, None, MapLack.NO_POST),
    }


def test_every_measure_counts_the_states_of_the_selected_posts() -> None:
    for measure in MapMeasure:
        map_row = row(coverage_map(kystby_with(), measure, POLICY, kinds=SSP), "kystby")
        assert (map_row.posts, dict(map_row.states)) == (1, {PostState.HELD: 1, PostState.AWAY: 1})


def test_without_deputy_counts_only_posts_that_need_a_deputy() -> None:
    needs = kystby_with(changed={"ihd": {"needs_deputy": True}, "ssp-post": {"needs_deputy": True}})
    assert cells(coverage_map(needs, MapMeasure.WITHOUT_DEPUTY, POLICY)) == {
        "kystby": (0, 1, None),  # bo stands in
        "nabo": (None, None, MapLack.NO_SUCH_DUTY),
    }
    assert cells(coverage_map(needs, MapMeasure.WITHOUT_DEPUTY, POLICY, by=DISTRICT)) == {
        "pol-ost": (1, 2, None)  # the duty line is no deputy
    }


def test_a_post_with_two_full_holders_is_doubled() -> None:
    second = kystby_with(tie(Holds, "bo", "ssp-post"))
    assert cells(coverage_map(second, MapMeasure.DOUBLED, POLICY)) == {
        "kystby": (1, 3, None),
        "nabo": (0, 1, None),
    }


def test_a_district_has_its_own_posts_and_those_of_its_municipalities_and_their_parts() -> None:
    answer = coverage_map(kystby_with(), MapMeasure.VACANT, POLICY, by=DISTRICT)
    assert row(answer, "pol-ost").posts == 7
    assert row(answer, "pol-ost").codes == ("9999", "9999")


def test_meets_in_selects_the_posts_of_a_network() -> None:
    answer = coverage_map(kystby_with(), MapMeasure.VERIFIED, POLICY, meets_in=[NetworkKind.SSP])
    assert cells(answer) == {"kystby": (1, 2, None), "nabo": (None, None, MapLack.NO_POST)}
    both = coverage_map(
        kystby_with(), MapMeasure.VERIFIED, POLICY, kinds=SSP, meets_in=[NetworkKind.SSP]
    )
    assert cells(both)["kystby"] == (1, 1, None)


@pytest.mark.parametrize(
    ("due_on", "number"), [(date(2026, 11, 1), 1), (date(2027, 11, 25), 1), (date(2027, 11, 26), 0)]
)
def test_plans_due_within_a_year_are_counted_among_all_plans(due_on: date, number: int) -> None:
    plans: list[Element] = [
        Plan(id="due", kind=PlanKind.PREPAREDNESS_PLAN, title="Beredskab", due_on=due_on,
             adopted_on=date(2024, 1, 1), source="kystby"),
        Plan(id="open", kind=PlanKind.RELEASE_AGREEMENT, title="Løsladelse", source="kystby"),
        tie(GovernedBy, "kystby-kommune", "due"),
        tie(GovernedBy, "kystby-kommune", "open"),
    ]  # fmt: skip
    assert cells(coverage_map(kystby_with(*plans), MapMeasure.PLANS_DUE, POLICY)) == {
        "kystby": (number, 2, None),
        "nabo": (None, None, MapLack.NO_PLAN),
    }


def test_available_kinds_and_networks_are_those_present_in_the_areas() -> None:
    here = coverage_map(kystby_with(), MapMeasure.VACANT, POLICY, kinds=[PostKind.MENTOR])
    assert here.kinds == (
        PostKind.SSP_COORDINATOR,
        PostKind.RELEASE_CONTACT,
        PostKind.SOCIAL_INTAKE,
        PostKind.OUTREACH_WORKER,
    )
    assert here.networks == (NetworkKind.SSP, NetworkKind.DIALOGUE_FORUM)
    district = coverage_map(kystby_with(), MapMeasure.VACANT, POLICY, by=DISTRICT)
    assert set(district.kinds) - set(here.kinds) == {
        PostKind.INFOHOUSE_COORDINATOR_DISTRICT,
        PostKind.DUTY_LINE,
    }


def far(measure: MapMeasure, *more: Element, by: AreaKind = AreaKind.MUNICIPALITY) -> CoverageMap:
    return coverage_map(kystby_with(*NATIONAL, *more), measure, POLICY, kinds=SSP, by=by)


def test_hops_oldest_hop_and_cost_are_those_of_the_best_path_from_the_country() -> None:
    hops, oldest = far(MapMeasure.HOPS), far(MapMeasure.OLDEST_HOP)
    assert cells(hops) == {"kystby": (2, None, None), "nabo": (None, None, MapLack.NO_PATH)}
    assert cells(oldest)["kystby"] == (41, None, None)  # that of 15 October
    need = Need(on=TODAY, start="dk", area="dk")
    (best, _) = reach(kystby_with(*NATIONAL), need, POLICY, kinds=frozenset(SSP)).municipalities
    assert best.cost is not None
    assert cells(far(MapMeasure.COST))["kystby"] == (best.cost, None, None)
    assert row(hops, "kystby").path == ("cde", "ihd", "ssp-post")
    assert row(hops, "nabo").cause is Cause.NOT_CONNECTED


def test_paths_lead_to_the_posts_that_meet_in_a_network_too() -> None:
    answer = coverage_map(
        kystby_with(*NATIONAL), MapMeasure.HOPS, POLICY, meets_in=[NetworkKind.SSP]
    )
    assert row(answer, "kystby").path == ("cde", "ihd", "ssp-post")


def test_a_path_with_a_never_checked_hop_has_no_age_but_is_shown() -> None:
    map_row = row(far(MapMeasure.OLDEST_HOP, refers("ihd", "nabo-ssp", verified_on=None)), "nabo")
    assert (map_row.number, map_row.lack) == (None, MapLack.NEVER)
    assert map_row.path == ("cde", "ihd", "nabo-ssp")


def test_a_district_has_the_value_of_its_worst_municipality() -> None:
    assert cells(far(MapMeasure.HOPS, by=DISTRICT)) == {"pol-ost": (None, None, MapLack.NO_PATH)}
    older = refers("ihd", "nabo-ssp", verified_on=date(2026, 3, 1))
    oldest = far(MapMeasure.OLDEST_HOP, older, by=DISTRICT)
    assert cells(oldest) == {"pol-ost": (269, None, None)}
    assert row(oldest, "pol-ost").path == ("cde", "ihd", "nabo-ssp")


def test_without_a_national_post_there_is_no_path() -> None:
    map_row = row(coverage_map(kystby_with(), MapMeasure.HOPS, POLICY, kinds=SSP), "kystby")
    assert (map_row.lack, map_row.cause) == (MapLack.NO_PATH, Cause.NO_START)


def test_hops_without_a_country_on_the_date_raise_not_found() -> None:
    before = kystby_with(changed={"dk": {"valid_from": date(2027, 1, 1)}})
    with pytest.raises(NotFound):
        coverage_map(before, MapMeasure.HOPS, POLICY)


def test_a_post_with_a_hidden_holder_is_not_vacant() -> None:
    here = kystby_with(caller=kystby.caller_of(Role.COORDINATOR))
    assert cells(coverage_map(here, MapMeasure.VACANT, POLICY))["nabo"] == (0, 1, None)


def test_civilians_are_counted_in_fives_and_fewer_are_withheld() -> None:
    few, many = kystby_with(*crowd(4), caller=ANALYST), kystby_with(*crowd(7), caller=ANALYST)
    assert cells(coverage_map(few, MapMeasure.CIVILIANS, POLICY)) == {
        "kystby": (None, None, MapLack.NOT_TOLD),
        "nabo": (None, None, MapLack.NOT_TOLD),
    }
    assert cells(coverage_map(many, MapMeasure.CIVILIANS, POLICY))["kystby"] == (5, None, None)
    service = kystby_with(*crowd(7), caller=kystby.caller_of(Role.SERVICE))
    assert cells(coverage_map(service, MapMeasure.CIVILIANS, POLICY)) == cells(
        coverage_map(few, MapMeasure.CIVILIANS, POLICY)
    )


@pytest.mark.parametrize("measure", MapMeasure)
def test_each_of_the_98_municipalities_has_a_row(measure: MapMeasure) -> None:
    answer = coverage_map(demo.view_of(), measure, POLICY)
    assert len(answer.rows) == 98
    assert all(map_row.codes == (map_row.area.id.removeprefix("mun-"),) for map_row in answer.rows)
    assert all((map_row.number is None) == (map_row.lack is not None) for map_row in answer.rows)


@pytest.mark.parametrize(
    ("measure", "number"),
    [
        (MapMeasure.VACANT, sum(VACANT.values())),
        (MapMeasure.DOUBLED, DOUBLED),
        (MapMeasure.WITHOUT_DEPUTY, 61),
        (MapMeasure.PLANS_DUE, 9),
    ],
)
def test_each_data_gap_of_the_demo_is_counted_as_often_as_it_was_seeded(
    measure: MapMeasure, number: int
) -> None:
    rows = coverage_map(demo.view_of(), measure, POLICY).rows
    assert sum(map_row.number or 0 for map_row in rows) == number


def test_regions_and_districts_each_partition_the_98_municipalities() -> None:
    for by, count in ((DISTRICT, 12), (AreaKind.REGION, 5)):
        answer = coverage_map(demo.view_of(), MapMeasure.VACANT, POLICY, by=by)
        codes = Counter(code for map_row in answer.rows for code in map_row.codes)
        assert (len(answer.rows), len(codes), set(codes.values())) == (count, 98, {1})
