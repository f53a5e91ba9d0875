# pyright: reportOptionalMemberAccess=false
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from graph.access.policy import Role
from graph.errors import InvalidNeed, NotFound
from graph.model import DoorOpenerFor, Element, GaveConsent, Holds, ResourceIndividual
from graph.paths.answer_terms import AnswerRole, AvailabilityState, FitGroup
from graph.questions.impact import BestContact, Impact, Worsening, impact
from graph.questions.reference_needs import Reference, local_starts, top_posts
from graph.snapshot.structure import posts_of
from graph.vocabulary import (
    Label,
    LinkType,
    PostKind,
    PreventionLevel,
    ResourceKind,
    Sector,
    Tier,
    Visibility,
)
from seed.people import scenarios
from tests.fixtures.builders import consent
from tests.fixtures.examples import examples
from tests.graph.drawn_worlds import without_loose_links
from tests.graph.paths.additions import POLICY, kystby_with, person, post, tie
from tests.graph.questions.leaving import (
    HEAD,
    LEAVE,
    NATIONAL,
    first_worse,
    remaining_starts,
    view_of,
    walked,
    worlds,
)
from tests.graph.questions.letters import refers
from tests.graph.stand_ins import hidden_people, taken_over
from tests.kystby import OUTSIDE, caller_of
from tests.seed import demo

_REACH = frozenset({PreventionLevel.OUTREACH})
DINA = caller_of(Role.COORDINATOR, Role.OUTREACH, areas=("dk",), posts=("outreach",))
SSP, INTAKE = Reference.SSP, Reference.SOCIAL_INTAKE
SSP_KYSTBY = ("kystby", SSP)


def test_a_caller_without_levels_has_no_needs_and_no_losses() -> None:
    of_no_level = caller_of(Role.COORDINATOR, areas=("dk",), levels=frozenset())
    answer = impact(kystby_with(caller=of_no_level), "intake", POLICY)
    assert (answer.needs, answer.losses, answer.cut_off) == (0, (), ())


def worsening_by_need(answer: Impact) -> dict[tuple[str, Reference], Worsening]:
    """Return what got worse first, by municipality and reference, seen from one start."""
    return {(loss.area.id, loss.reference): loss.what for loss in answer.losses}


def ssp_of(answer: Impact) -> tuple[BestContact, BestContact | None]:
    """The best contact of SSP in Kystby before and after."""
    (loss,) = (candidate for candidate in answer.losses if candidate.reference is SSP)
    return loss.before, loss.after


def test_without_its_coordinator_ssp_and_the_intake_behind_it_are_lost() -> None:
    answer = impact(kystby_with(), "ssp-post", POLICY)
    assert worsening_by_need(answer) == {
        SSP_KYSTBY: Worsening.LOST,
        ("kystby", INTAKE): Worsening.LOST,
    }
    assert (answer.needs, answer.lost, answer.worse) == (2, 2, 0)
    assert [area.id for area in answer.cut_off] == ["kystby"]
    before, after = ssp_of(answer)
    assert (before.post.id, before.hops, before.fit, before.group) == (
        "ssp-post", 1, 1, FitGroup.COORDINATOR,
    )  # fmt: skip
    assert (before.rung, before.state) == (AnswerRole.DEPUTY, AvailabilityState.DEPUTY)
    # type 0, strength 0.9, 41 days, office hours, INFOHOUSE 0.99, a deputy answers 0.90
    assert before.cost == 105_361 + 25_968 + 64_539 + 10_050 + 105_361
    assert after is None


def test_with_another_way_to_a_member_the_contact_only_drops_a_class() -> None:
    answer = impact(kystby_with(refers("ihd", "intake", strength=0.5)), "ssp-post", POLICY)
    assert worsening_by_need(answer) == {SSP_KYSTBY: Worsening.CLASS}
    assert (answer.lost, answer.worse, answer.cut_off) == (0, 1, ())
    _, after = ssp_of(answer)
    assert (after.post.id, after.fit, after.group, after.hops) == ("intake", 3, FitGroup.MEMBER, 1)


def test_impact_of_a_post_lists_its_network_and_the_posts_that_refer_to_it() -> None:
    answer = impact(kystby_with(), "ssp-post", POLICY)
    (hangs,) = answer.posts
    assert (hangs.post.id, hangs.tie, hangs.rung, hangs.who) == (
        "ssp-post", None, AnswerRole.CLOSED, None,
    )  # fmt: skip
    assert [area.id for area in hangs.areas] == ["kystby"]
    (network,) = answer.networks
    assert (network.network.id, network.coordinates, network.is_gone) == ("ssp", True, False)
    assert (network.posts_before, network.posts_after, network.coordinators_after) == (2, 1, 0)
    relations = [
        (relation.type, relation.node.id, relation.other.id) for relation in answer.relations
    ]
    assert relations == [(LinkType.REFERS_TO, "ssp-post", "ihd")]


def test_losing_an_absent_holder_has_no_losses_and_the_deputy_is_first_successor() -> None:
    answer = impact(kystby_with(), "amina", POLICY)
    assert answer.losses == ()  # she is away, so bo answers already
    (hangs,) = answer.posts
    assert (hangs.tie, hangs.rung) == (LinkType.HOLDS, AnswerRole.DEPUTY)
    assert hangs.who.id == "bo"
    successors = [
        (successor.why.value, successor.person.id if successor.person else successor.post.id)
        for successor in hangs.successors
    ]
    assert successors == [("DEPUTY", "bo"), ("DEPUTY", "duty"), ("SAME_KIND", "erik")]


def test_when_a_present_holder_leaves_the_deputy_answers_which_is_worse() -> None:
    answer = impact(kystby_with(on=date(2026, 12, 7)), "amina", POLICY)
    # the way to the intake leads over her post: as long, and dearer by the deputy
    assert worsening_by_need(answer) == {
        SSP_KYSTBY: Worsening.ANSWERING,
        ("kystby", INTAKE): Worsening.COST,
    }
    before, after = ssp_of(answer)
    assert (before.rung, after.rung) == (AnswerRole.HOLDER, AnswerRole.DEPUTY)
    assert after.cost - before.cost == 105_361
    assert (before.hops, after.hops) == (1, 1)
    assert (answer.lost, answer.worse, answer.cut_off) == (0, 2, ())


def test_without_the_deputy_the_duty_line_answers_which_is_worse() -> None:
    answer = impact(kystby_with(), "bo", POLICY, start="ihd")
    assert worsening_by_need(answer)[SSP_KYSTBY] is Worsening.ANSWERING
    before, after = ssp_of(answer)
    assert (before.rung, after.rung) == (AnswerRole.DEPUTY, AnswerRole.DUTY_LINE)
    assert impact(kystby_with(), "duty", POLICY, start="ihd").losses == ()


def test_a_duty_line_that_stands_in_and_is_a_start_prevents_a_loss() -> None:
    assert impact(kystby_with(), "bo", POLICY).losses == ()  # the duty line is one of the askers


def test_a_post_without_stand_ins_closes_and_its_contact_is_lost() -> None:
    alone = kystby_with(without=("bo--ssp-post", "duty--ssp-post"), on=date(2026, 12, 7))
    answer = impact(alone, "amina", POLICY)
    assert worsening_by_need(answer)[SSP_KYSTBY] is Worsening.LOST
    assert answer.posts[0].rung is AnswerRole.CLOSED


_OVER_RELEASE = (
    tie(Holds, "dina", "release"),
    refers("ihd", "release"),
    refers("release", "ssp-post"),
)
"""The way to SSP is two hops long, over the release contact."""


def test_a_detour_is_worse_by_its_hops() -> None:
    psp = post("psp", PostKind.PSP_COORDINATOR_MUNICIPAL, Sector.SOCIAL_SERVICES)
    view = kystby_with(
        *_OVER_RELEASE, psp, person("pia"), tie(Holds, "pia", "psp"), refers("ihd", "psp"),
        refers("psp", "nabo-ssp"), refers("nabo-ssp", "ssp-post"), without=("ihd--ssp-post",),
    )  # fmt: skip
    answer = impact(view, "release", POLICY)
    assert worsening_by_need(answer) == {
        SSP_KYSTBY: Worsening.HOPS,
        ("kystby", INTAKE): Worsening.HOPS,
    }
    before, after = ssp_of(answer)
    assert (before.hops, after.hops) == (2, 3)


def test_another_way_as_long_is_worse_by_its_cost_alone() -> None:
    view = kystby_with(
        *_OVER_RELEASE, refers("ihd", "nabo-ssp", strength=0.5),
        refers("nabo-ssp", "ssp-post", strength=0.5), without=("ihd--ssp-post",),
    )  # fmt: skip
    answer = impact(view, "release", POLICY)
    assert worsening_by_need(answer) == {
        SSP_KYSTBY: Worsening.COST,
        ("kystby", INTAKE): Worsening.COST,
    }
    before, after = ssp_of(answer)
    assert (before.hops, after.hops) == (2, 2)
    assert after.cost > before.cost


def test_a_way_that_was_not_checked_for_a_year_is_worse_than_a_longer_one_that_was() -> None:
    view = kystby_with(
        *_OVER_RELEASE, changed={"ihd--ssp-post": {"verified_on": date(2024, 1, 1)}},
    )  # fmt: skip
    answer = impact(view, "release", POLICY)
    assert worsening_by_need(answer)[SSP_KYSTBY] is Worsening.OLD
    before, after = ssp_of(answer)
    assert (before.is_old, before.hops, after.is_old, after.hops) == (False, 2, True, 1)


def test_impact_starts_from_the_national_post_and_the_head_of_the_district() -> None:
    view = kystby_with(*NATIONAL, *HEAD, refers("cde", "ihd"), refers("head", "ihd"))
    (national, district) = local_starts(view)
    assert (national.tier, district.tier) == (Tier.NATIONAL, Tier.DISTRICT)
    assert (national.posts, district.posts) == ((view.row("cde"),), (view.row("head"),))
    answer = impact(view, "ssp-post", POLICY)
    losses = [(loss.reference, loss.tier) for loss in answer.losses]
    assert losses == [
        (SSP, Tier.NATIONAL), (SSP, Tier.DISTRICT),
        (INTAKE, Tier.NATIONAL), (INTAKE, Tier.DISTRICT),
    ]  # fmt: skip
    assert answer.needs == 4
    # without the head the others of the district ask; one of them refers to the coordinator
    assert impact(view, "head", POLICY).losses == ()
    assert len(local_starts(kystby_with())) == 1  # here the district is the top


def test_removing_a_network_loses_the_contacts_over_it() -> None:
    answer = impact(kystby_with(), "ssp", POLICY)
    assert worsening_by_need(answer) == {
        SSP_KYSTBY: Worsening.LOST,
        ("kystby", INTAKE): Worsening.LOST,
    }
    assert [(dependent.post.id, dependent.tie) for dependent in answer.posts] == [
        ("intake", LinkType.MEMBER_OF), ("ssp-post", LinkType.COORDINATES),
    ]  # fmt: skip
    assert [network.is_gone for network in answer.networks] == [True]


def test_removing_an_authority_removes_its_posts() -> None:
    answer = impact(kystby_with(), "kystby-kommune", POLICY)
    assert [dependent.post.id for dependent in answer.posts] == [
        "intake",
        "outreach",
        "release",
        "ssp-post",
    ]
    assert worsening_by_need(answer) == {
        SSP_KYSTBY: Worsening.LOST,
        ("kystby", INTAKE): Worsening.LOST,
    }


def test_impact_uses_the_given_start() -> None:
    view = kystby_with()
    assert impact(view, "ihd", POLICY).lost == 2
    assert top_posts(view) == (view.row("duty"), view.row("ihd"))
    from_intake = impact(view, "ihd", POLICY, start="intake")
    assert (from_intake.lost, from_intake.needs) == (0, 2)
    (loss,) = impact(view, "ssp-post", POLICY, start="intake").losses
    assert loss.tier is None
    assert (loss.before.post.id, loss.before.hops) == ("ssp-post", 1)  # the network is its call
    assert (loss.after.post.id, loss.after.hops) == ("intake", 0)  # the asker


def test_impact_refuses_nodes_that_cannot_leave_and_does_not_find_hidden_ones() -> None:
    for node_id in ("kystby", "jens", "vindrosen"):
        with pytest.raises(InvalidNeed):
            impact(kystby_with(caller=DINA), node_id, POLICY)
    outside = kystby_with(caller=OUTSIDE)
    for missing in ("nobody", "erik", "jens"):
        with pytest.raises(NotFound):
            impact(outside, missing, POLICY)


def civilian_of_dina(number: int) -> tuple[Element, ...]:
    """Return a civilian to whom Dina's post alone opens the door."""
    civilian, receipt = f"civilian-{number}", f"consent-{number}"
    return (
        ResourceIndividual(
            id=civilian, display_name=f"Civil {number}", kind=ResourceKind.ROLE_MODEL,
            visibility=Visibility.AREA, source="test",
        ),
        replace(consent(receipt), audience=frozenset({"kystby-kommune"})),
        tie(GaveConsent, civilian, receipt),
        tie(DoorOpenerFor, "outreach", civilian, consent_id=receipt, levels=_REACH, strength=0.8),
    )  # fmt: skip


@pytest.mark.parametrize(("many", "civilians"), [(0, None), (3, None), (4, 5), (8, 5), (9, 10)])
def test_affected_civilians_are_counted_in_fives_from_five_and_never_named(
    many: int, civilians: int | None
) -> None:
    elements = [element for number in range(many) for element in civilian_of_dina(number)]
    for leaving in ("outreach", "dina"):  # jens is one more
        answer = impact(kystby_with(*elements, caller=DINA), leaving, POLICY)
        assert answer.civilians == civilians
        assert "civilian-" not in repr(answer)
        assert "jens" not in repr(answer)
    assert impact(kystby_with(*elements, caller=DINA), "ssp-post", POLICY).civilians is None


@pytest.mark.drill
@examples(100)
@given(elements=worlds(), leaving=st.sampled_from(LEAVE))
def test_losses_equal_those_found_after_really_removing_the_node(
    elements: tuple[Element, ...], leaving: str
) -> None:
    whole = view_of(elements)
    assume(whole.find(leaving) is not None)
    row = whole.row(leaving)
    along = [whole.id(post_row) for post_row in posts_of(whole, row)]
    gone = {leaving, *(along if whole.label(row) is Label.AUTHORITY else ())}
    view = view_of(
        without_loose_links({element.id: element for element in elements if element.id not in gone})
    )
    before, after = walked(whole, local_starts(whole)), walked(view, remaining_starts(whole, view))
    answer = impact(whole, leaving, POLICY)
    assert answer.needs == len(before)
    expected = {
        key: what
        for key, facts in before.items()
        if (what := first_worse(facts, after.get(key))) is not None
    }
    assert {
        (loss.area.id, loss.reference, loss.tier): loss.what for loss in answer.losses
    } == expected
    for loss in answer.losses:
        key = (loss.area.id, loss.reference, loss.tier)
        for facts, contact in ((before[key], loss.before), (after.get(key), loss.after)):
            assert (facts is None) == (contact is None)
            if facts is not None and contact is not None:
                assert (facts[0], *facts[3:]) == (
                    contact.fit, contact.is_old, contact.cost, contact.hops,
                )  # fmt: skip
    assert {municipality.id for municipality in answer.cut_off} == (
        {area for area, _, _ in before} - {area for area, _, _ in after}
    )


@examples(25)
@given(
    hidden=hidden_people("nabo-ssp release ihd ssp-post", "nabo-ssp release", "bo carl dina"),
    leaving=st.sampled_from(["ssp-post", "ihd", "ssp", "kystby-kommune"]),
)
def test_the_identity_of_a_hidden_person_does_not_change_the_impact(
    hidden: tuple[Element, ...], leaving: str
) -> None:
    here = refers("ihd", "nabo-ssp"), refers("ihd", "release")
    answer, twin = (
        impact(kystby_with(*here, *more, caller=OUTSIDE), leaving, POLICY)
        for more in (hidden, taken_over(hidden, "a-hidden"))
    )
    assert answer == twin


def test_on_laesoe_five_posts_and_the_best_ssp_contact_depend_on_one_person() -> None:
    view = demo.view_of()
    (holder,) = view.sources(view.row("act-ssp-0825"), LinkType.HOLDS)
    answer = impact(view, view.id(holder), POLICY)
    assert answer.needs == 980  # 98 municipalities, five references, two starts
    assert len(answer.posts) == 5
    worst = [loss for loss in answer.losses if loss.what in (Worsening.LOST, Worsening.CLASS)]
    assert {loss.area.id for loss in worst} == {scenarios.LAESOE}
    assert (scenarios.LAESOE, SSP) in {(loss.area.id, loss.reference) for loss in worst}


def test_removing_a_police_ssp_coordinator_worsens_contacts_but_loses_none() -> None:
    view = demo.view_of()
    posts = [
        view.id(row)
        for row in view.rows(Label.ACTOR)
        if view.value(row, "kind") is PostKind.SSP_COORDINATOR_POLICE
    ]
    assert len(posts) == 12
    for post_id in posts:
        answer = impact(view, post_id, POLICY)
        assert answer.worse == len(answer.losses) > 0
        assert any(loss.tier is Tier.DISTRICT for loss in answer.losses)


def test_without_a_municipality_s_ssp_coordinator_the_district_s_is_the_contact() -> None:
    answer = impact(demo.view_of(), "act-ssp-0787", POLICY)
    losses = [loss for loss in answer.losses if loss.reference is SSP]
    assert {loss.tier for loss in losses} == {Tier.NATIONAL, Tier.DISTRICT}
    for loss in losses:
        assert loss.what is Worsening.CLASS
        assert (loss.before.post.id, loss.before.fit) == ("act-ssp-0787", 1)
        assert (loss.after.fit, loss.after.group) == (2, FitGroup.COORDINATOR_ABOVE)
