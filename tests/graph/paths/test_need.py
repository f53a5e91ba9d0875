from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from graph.access.policy import Role
from graph.access.view import View
from graph.errors import InvalidNeed, NeedTooWide, NotFound
from graph.model import DeputizesFor, Holds
from graph.paths import Need, find
from graph.paths.answering_costs import post_answers
from graph.paths.ends import ends, search_request
from graph.paths.kernel.request import Direction, SearchRequest
from graph.paths.need import check
from graph.vocabulary import NetworkKind, PreventionLevel, Sector, Trigger
from tests.graph.paths.additions import POLICY, ends_of, kystby_with, local, tie
from tests.kystby import TODAY, caller_of

SSP = frozenset({NetworkKind.SSP})


def need(*, on: date = TODAY, **terms: Any) -> Need:
    return Need(on=on, **terms)


def search_request_of(view: View, request: Need) -> SearchRequest:
    return search_request(
        view, request, POLICY, ends(view, request, POLICY, post_answers(view, POLICY))
    )


def origin_ids(view: View, **terms: Any) -> list[str]:
    return [view.id(row) for row in ends_of(view, target="duty", **terms).origins]


@pytest.mark.parametrize(
    ("field", "terms"),
    [
        ("target", {}),
        ("target", {"start": "ihd", "language": "so"}),
        ("via", {"target": "duty", "via": ("a", "b", "c")}),
        ("competence", {"competence": "99"}),
        ("competence", {"target": "duty", "competence": ""}),
        ("language", {"target": "duty", "language": "Somali"}),
        ("within_km", {"target": "duty", "within_km": 0}),
        ("at", {"target": "duty", "at": local("2026-11-26T10:00")}),
        ("at", {"target": "duty", "on": date(2027, 3, 28), "at": local("2027-03-28T02:30")}),
    ],
)
def test_an_invalid_need_names_its_field_and_has_text_in_both_languages(
    field: str, terms: dict[str, Any]
) -> None:
    with pytest.raises(InvalidNeed) as refused:
        need(**terms)
    assert refused.value.field == field
    assert refused.value.text("da") != refused.value.text("en")


@pytest.mark.parametrize(
    ("field", "terms"),
    [
        ("max_hops", {"max_hops": 9}),
        ("max_hops", {"max_hops": 0}),
        ("max_paths", {"max_paths": 6}),
        ("max_contacts", {"max_contacts": 0}),
        ("max_contacts", {"max_contacts": 6}),
        ("overlap_percent", {"overlap_percent": 101}),
    ],
)
def test_a_number_beyond_the_policy_is_refused(field: str, terms: dict[str, Any]) -> None:
    with pytest.raises(InvalidNeed) as refused:
        check(kystby_with(), need(target="duty", **terms), POLICY)
    assert refused.value.field == field


def test_a_level_outside_the_grants_is_refused_and_one_inside_is_not() -> None:
    exit_only = frozenset({PreventionLevel.EXIT})
    view = kystby_with(caller=caller_of(Role.COORDINATOR, levels=exit_only))
    check(view, need(target="duty", level=PreventionLevel.EXIT), POLICY)
    with pytest.raises(InvalidNeed, match="level"):
        check(view, need(target="duty", level=PreventionLevel.OUTREACH), POLICY)


def test_no_level_means_all_of_the_grants() -> None:
    exit_only = frozenset({PreventionLevel.EXIT})
    view = kystby_with(caller=caller_of(Role.COORDINATOR, levels=exit_only))
    request = need(start="ihd", target="duty")
    assert search_request_of(view, request).levels == exit_only
    assert not search_request_of(kystby_with(), request).levels


def test_a_view_of_another_date_raises_value_error() -> None:
    with pytest.raises(ValueError, match="View"):
        check(kystby_with(), need(target="duty", on=date(2027, 1, 1)), POLICY)


def _naming(field: str, node_id: str) -> Need:
    terms: dict[str, Any] = {"target": "duty", field: node_id}
    return Need(on=TODAY, **terms)


@pytest.mark.parametrize("field", ["start", "target", "area", "from_area"])
def test_an_unknown_id_and_a_hidden_one_are_the_same_not_found(field: str) -> None:
    view = kystby_with()  # the operator is in no audience, so jens is hidden
    for node_id in ("nowhere", "jens"):
        with pytest.raises(NotFound) as missing:
            find(view, _naming(field, node_id), POLICY)
        assert missing.value.reference == node_id


@pytest.mark.parametrize("field", ["area", "from_area"])
@pytest.mark.parametrize("node_id", ["kystby-kommune", "ssp-post", "ssp", "bo"])
def test_a_place_that_is_no_area_is_refused(field: str, node_id: str) -> None:
    term_sets: tuple[dict[str, Any], ...] = ({}, {"trigger": Trigger.ACUTE}, {"within_km": 10})
    for terms in term_sets:
        with pytest.raises(InvalidNeed, match=field):
            find(kystby_with(), replace(_naming(field, node_id), **terms), POLICY)


@pytest.mark.parametrize("terms", [{"via": ("jens",)}, {"avoid": frozenset({"jens"})}])
def test_a_hidden_node_in_via_or_avoid_is_not_found(terms: dict[str, Any]) -> None:
    with pytest.raises(NotFound):
        find(kystby_with(), need(start="ihd", target="ssp-post", **terms), POLICY)


def test_a_post_person_network_or_authority_as_start_means_its_posts() -> None:
    view = kystby_with()
    assert origin_ids(view, start="ihd") == ["ihd"]
    assert origin_ids(view, start="carl") == ["ihd"]
    assert origin_ids(view, start="ssp") == ["ssp-post"]
    assert origin_ids(view, start="kystby-kommune") == ["intake", "outreach", "release", "ssp-post"]


def test_an_area_to_start_from_means_the_posts_of_the_sector_that_cover_it() -> None:
    view = kystby_with()
    assert origin_ids(view, from_area="kystby") == ["intake", "release", "ssp-post"]
    assert origin_ids(view, start="kystby") == ["intake", "release", "ssp-post"]
    assert origin_ids(view, from_area="kystby", sector=Sector.YOUTH) == ["ssp-post"]


def test_a_need_without_a_start_starts_from_the_callers_own_posts() -> None:
    assert origin_ids(kystby_with()) == []
    own = caller_of(Role.COORDINATOR, posts=("release", "ssp-post"))
    assert origin_ids(kystby_with(caller=own)) == ["release", "ssp-post"]


def test_starts_include_all_posts_and_networks_of_the_start_posts_holder() -> None:
    """Deputies do not: bo answers at ssp-post, and deputizes at release too."""
    seats = (tie(Holds, "carl", "release"), tie(DeputizesFor, "bo", "release", order=1))
    view = kystby_with(*seats)
    own = ends_of(view, start="ihd", target="duty").starts
    assert [view.id(row) for row in own] == ["ihd", "release"]
    in_time = kystby_with(on=date(2026, 12, 8))  # amina is back
    own = ends_of(in_time, start="ssp-post", target="duty").starts
    assert [in_time.id(row) for row in own] == ["ssp", "ssp-post"]
    own = ends_of(kystby_with(*seats), start="ssp-post", target="duty").starts
    assert [view.id(row) for row in own] == ["ssp", "ssp-post"]


def test_own_posts_are_no_targets_and_is_here_is_set_without_another_target() -> None:
    view = kystby_with()
    area_ends = ends_of(view, start="ssp-post", area="kystby")
    assert [view.id(row) for row in area_ends.targets] == ["intake", "release"]
    assert not area_ends.is_here
    assert ends_of(view, start="ssp-post", target="ssp-post").is_here


def test_auto_direction_is_down_up_or_across_by_the_highest_tiers() -> None:
    view = kystby_with()
    assert ends_of(view, start="ihd", target="ssp-post").direction is Direction.DOWN
    assert ends_of(view, start="ssp-post", target="ihd").direction is Direction.UP
    assert ends_of(view, start="ssp-post", target="nabo-ssp").direction is Direction.ACROSS
    up = ends_of(view, start="ihd", target="ssp-post", direction=Direction.UP)
    assert up.direction is Direction.UP


@pytest.mark.parametrize(("kind", "limit"), [("max_starts", 3), ("max_targets", 2)])
def test_too_wide_a_need_names_what_could_narrow_it(kind: str, limit: int) -> None:
    narrow = replace(POLICY, search=replace(POLICY.search, **{kind: limit}))
    request = need(start="kystby-kommune", area="kystby")
    with pytest.raises(NeedTooWide) as refused:
        find(kystby_with(), request, narrow)
    assert "sektor" in refused.value.text("da")
    assert "sector" in refused.value.text("en")
    assert "area" not in refused.value.text("en")


def test_via_takes_nodes_kinds_and_sectors() -> None:
    view = kystby_with()
    for item, met in [
        ("ssp", {"ssp"}),
        ("kystby-kommune", {"intake", "outreach", "release", "ssp-post"}),
        (NetworkKind.SSP, {"ssp"}),
        (Sector.POLICE, {"duty", "ihd"}),
    ]:
        (via,) = search_request_of(view, need(start="ihd", target="intake", via=(item,))).via
        assert {view.id(row) for row in via} == met


def test_avoiding_an_authority_or_person_avoids_their_posts() -> None:
    view = kystby_with()
    request = need(start="ihd", target="duty", avoid=frozenset({"kystby-kommune", "carl"}))
    avoided = search_request_of(view, request).avoid
    assert {view.id(row) for row in avoided} == {"ihd", "intake", "outreach", "release", "ssp-post"}
