# pyright: reportOptionalMemberAccess=false
from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.access.view import View
from graph.errors import InvalidNeed, NotFound
from graph.model import BelongsTo, Covers, Element, Holds, LiesIn, SucceededBy
from graph.paths import Need, find
from graph.paths.answer_terms import AnswerRole, Cause
from graph.questions.handover import SECTORS, Gap, HandoverAnswer, SectorHandover, handover
from graph.vocabulary import AreaKind, LegalGate, PostKind, PreventionLevel, Sector, Trigger
from seed.people import scenarios
from tests.fixtures.examples import examples
from tests.graph.paths.additions import POLICY, area, kystby_with, person, post, tie
from tests.graph.questions.letters import refers
from tests.graph.stand_ins import hidden_people, taken_over
from tests.kystby import OUTSIDE, TODAY
from tests.seed import demo


def move_to_neighbor(
    view: View, *sectors: Sector, there: str = "nabo", level: PreventionLevel | None = None
) -> HandoverAnswer:
    """Return the handover of a move from Kystby to the town next door."""
    selection = sectors or SECTORS
    return handover(view, POLICY, from_area="kystby", to_area=there, sectors=selection, level=level)


def youth(view: View) -> SectorHandover:
    (sector,) = move_to_neighbor(view, Sector.YOUTH).sectors
    return sector


def psychiatry(owner: str, covered: str) -> tuple[Element, ...]:
    """Return a psychiatric contact called `psy-…`, and its holder."""
    post_id = f"psy-{covered}"
    return (
        post(post_id, PostKind.PSYCHIATRY_CONTACT, Sector.PSYCHIATRY),
        tie(BelongsTo, post_id, owner),
        tie(Covers, post_id, covered),
        person(f"p-{covered}"),
        tie(Holds, f"p-{covered}", post_id),
    )


def test_a_handover_shows_both_posts_who_answers_and_the_path_between_them() -> None:
    sector = youth(kystby_with(refers("ssp-post", "nabo-ssp", gate=LegalGate.SSP_115)))
    (gives,), (takes,) = sector.giving.posts, sector.taking.posts
    assert (gives.post.id, takes.post.id) == ("ssp-post", "nabo-ssp")
    assert (gives.rung, takes.rung) == (AnswerRole.DEPUTY, AnswerRole.HOLDER)
    assert gives.who.id == "bo"  # amina is away until 7 December
    assert [stop.node.id for stop in sector.path.stops] == ["ssp-post", "nabo-ssp"]
    assert (sector.gates, sector.gaps, sector.cause) == ((LegalGate.SSP_115,), (), None)


def test_a_sector_without_a_path_has_a_gap_with_its_cause() -> None:
    sector = youth(kystby_with())
    assert sector.path is None
    assert (sector.gaps, sector.cause, sector.gates) == ((Gap.NO_PATH,), Cause.NOT_CONNECTED, ())


def test_the_path_is_searched_at_the_requested_time() -> None:
    view = kystby_with(refers("ssp-post", "nabo-ssp"))
    day, night = (
        handover(
            view, POLICY, from_area="kystby", to_area="nabo", sectors=(Sector.YOUTH,),
            at=datetime.combine(TODAY, time(hour)),
        ).sectors[0].path
        for hour in (10, 22)
    )  # fmt: skip
    assert day is not None
    assert night is not None
    assert night.cost > day.cost  # who is to take over answers only in the morning


def test_a_move_is_a_named_matter_and_cannot_pass_a_general_gate() -> None:
    sector = youth(kystby_with(refers("ssp-post", "nabo-ssp", gate=LegalGate.GENERAL)))
    assert (sector.path, sector.cause) == (None, Cause.GATE)


def test_a_vacant_taking_post_is_a_vacancy_gap_without_a_path() -> None:
    sector = youth(kystby_with(refers("ssp-post", "nabo-ssp"), without=["erik--nabo-ssp"]))
    assert sector.taking.gap is Gap.VACANT
    (vacant,) = sector.taking.posts
    assert (vacant.rung, vacant.who, vacant.is_hidden) == (AnswerRole.CLOSED, None, False)
    assert sector.cause is Cause.NOT_ANSWERING
    assert sector.gaps == (Gap.VACANT, Gap.NO_PATH)


def test_a_vacant_giving_post_is_a_gap_but_still_has_a_path() -> None:
    empty = ["amina--ssp-post", "bo--ssp-post", "duty--ssp-post"]
    sector = youth(kystby_with(refers("ssp-post", "nabo-ssp"), without=empty))
    assert sector.giving.gap is Gap.VACANT
    assert sector.path is not None
    assert sector.gaps == (Gap.VACANT,)


def test_a_sector_without_a_post_on_one_side_is_a_gap_without_a_search() -> None:
    (sector,) = move_to_neighbor(
        kystby_with(*psychiatry("politi", "kystby")), Sector.PSYCHIATRY
    ).sectors
    assert [resolution.post.id for resolution in sector.giving.posts] == ["psy-kystby"]
    assert (sector.taking.posts, sector.taking.gap) == ((), Gap.NO_POST)
    assert (sector.gaps, sector.cause) == ((Gap.NO_POST,), None)


def test_a_town_with_its_own_psychiatry_uses_it_and_another_uses_the_regions() -> None:
    """As Ballerup serves Egedal; nor does a unit serve a place because it is located there."""
    view = kystby_with(*psychiatry("politi", "nabo"), *psychiatry("politi", "reg-syd"))
    (sector,) = handover(
        view, POLICY, from_area="nabo", to_area="kystby", sectors=(Sector.PSYCHIATRY,)
    ).sectors
    assert [resolution.post.id for resolution in sector.giving.posts] == ["psy-nabo"]
    assert [resolution.post.id for resolution in sector.taking.posts] == ["psy-reg-syd"]
    assert (sector.giving.rung, sector.taking.rung) == (0, 1)


def test_psychiatry_does_not_fall_back_to_the_police_district() -> None:
    view = kystby_with(*psychiatry("politi", "pol-ost"))
    police, minds = move_to_neighbor(view, Sector.POLICE, Sector.PSYCHIATRY).sectors
    assert [resolution.post.id for resolution in police.giving.posts] == ["duty", "ihd"]
    assert (minds.giving.gap, minds.taking.gap) == (Gap.NO_POST, Gap.NO_POST)


def test_the_same_post_on_both_sides_needs_no_handover() -> None:
    (sector,) = move_to_neighbor(kystby_with(), Sector.POLICE).sectors
    assert sector.is_same
    assert (sector.path, sector.gaps) == (None, ())
    assert sector.giving.posts == sector.taking.posts


def test_post_kinds_listed_for_a_move_take_precedence_over_others_of_the_sector() -> None:
    mentor = post("mentor", PostKind.MENTOR, Sector.YOUTH)
    view = kystby_with(mentor, tie(BelongsTo, "mentor", "kystby-kommune"))
    assert [resolution.post.id for resolution in youth(view).giving.posts] == ["ssp-post"]


def test_where_the_policy_lists_no_kind_all_posts_of_the_sector_hand_over() -> None:
    (sector,) = move_to_neighbor(kystby_with(), Sector.SCHOOL).sectors
    assert [resolution.post.id for resolution in sector.giving.posts] == ["intake"]
    assert sector.taking.gap is Gap.NO_POST


def test_a_hop_of_another_level_is_not_used_for_a_handover() -> None:
    view = kystby_with(refers("ssp-post", "nabo-ssp", levels=frozenset({PreventionLevel.EXIT})))
    (sector,) = move_to_neighbor(view, Sector.YOUTH, level=PreventionLevel.OUTREACH).sectors
    assert (sector.path, sector.cause) == (None, Cause.LEVEL)


def test_a_move_covers_four_sectors_in_order() -> None:
    sectors = [sector.sector for sector in move_to_neighbor(kystby_with()).sectors]
    assert sectors == [Sector.SOCIAL_SERVICES, Sector.YOUTH, Sector.POLICE, Sector.PSYCHIATRY]


def test_a_move_to_the_same_area_or_to_no_area_is_refused() -> None:
    with pytest.raises(InvalidNeed, match="to_area"):
        move_to_neighbor(kystby_with(), there="kystby")
    with pytest.raises(InvalidNeed, match="to_area"):
        move_to_neighbor(kystby_with(), there="ihd")
    with pytest.raises(NotFound):
        move_to_neighbor(kystby_with(), there="nowhere")


def test_an_ended_area_is_replaced_by_its_successor() -> None:
    gone = area("gammelby", AreaKind.MUNICIPALITY, valid_to=date(2026, 1, 1))
    after = tie(SucceededBy, "gammelby", "nabo", valid_from=date(2026, 1, 1))
    answer = move_to_neighbor(
        kystby_with(gone, after, tie(LiesIn, "gammelby", "dk")), there="gammelby"
    )
    assert answer.to_area.id == "nabo"


GATES = st.sampled_from([LegalGate.INTERNAL, LegalGate.GENERAL, LegalGate.SSP_115])
POSTS = st.sampled_from(["ssp-post", "intake", "ihd", "nabo-ssp", "duty", "outreach"])


@examples(60)
@given(pairs=st.lists(st.tuples(POSTS, POSTS, GATES), max_size=8, unique_by=lambda x: x[:2]))
def test_the_path_equals_that_of_find_for_a_move_between_the_posts(
    pairs: list[tuple[str, str, LegalGate]],
) -> None:
    view = kystby_with(
        *(refers(a, b, gate=gate, id=f"r-{a}-{b}") for a, b, gate in pairs if a != b)
    )
    sector = youth(view)
    need = Need(on=TODAY, start="ssp-post", trigger=Trigger.MOVE, target="nabo-ssp", max_paths=1)
    answer = find(view, need, POLICY)
    assert (sector.path is None) is (not answer.paths)
    if sector.path is not None:
        assert sector.path.hops == answer.paths[0].hops
        assert sector.path.stops == answer.paths[0].stops
    else:
        (contact,) = answer.contacts  # called without naming anybody; it says why there is no path
        assert sector.cause is contact.none.cause


@examples(25)
@given(
    hidden=hidden_people("nabo-ssp ssp-post ihd", "nabo-ssp ssp-post", "bo carl", verified_on=TODAY)
)
def test_the_identity_of_a_hidden_person_does_not_change_the_handover(
    hidden: tuple[Element, ...],
) -> None:
    here = refers("ssp-post", "ihd"), refers("ihd", "nabo-ssp")
    assert move_to_neighbor(kystby_with(*here, *hidden, caller=OUTSIDE)) == move_to_neighbor(
        kystby_with(*here, *taken_over(hidden, "a-hidden"), caller=OUTSIDE)
    )


@pytest.fixture(scope="module")
def the_move() -> HandoverAnswer:
    return handover(demo.view_of(), POLICY, from_area=scenarios.EGEDAL, to_area=scenarios.ROSKILDE)


def test_the_demo_move_has_giving_and_taking_posts_in_four_sectors(
    the_move: HandoverAnswer,
) -> None:
    post_ids = {
        sector.sector: (
            [post.post.id for post in sector.giving.posts],
            [post.post.id for post in sector.taking.posts],
        )
        for sector in the_move.sectors
    }
    assert post_ids == {
        Sector.SOCIAL_SERVICES: (["act-ihm-0240"], ["act-ihm-0265"]),
        Sector.YOUTH: (["act-ssp-0240"], ["act-ssp-0265"]),
        Sector.POLICE: (["act-ihp-0240"], ["act-ihp-0265"]),
        Sector.PSYCHIATRY: (["act-psy-03"], ["act-psy-11"]),
    }


def test_in_the_demo_move_youth_and_psychiatry_have_no_path_because_of_the_gate(
    the_move: HandoverAnswer,
) -> None:
    gaps = {
        sector.sector: (sector.gaps, sector.cause) for sector in the_move.sectors if sector.gaps
    }
    assert gaps == {
        # within six steps the ground of SSP ends at the district: the info houses hand over
        Sector.YOUTH: ((Gap.NO_PATH,), Cause.GATE),
        Sector.PSYCHIATRY: ((Gap.NO_PATH,), Cause.GATE),
    }
    gates = {sector.sector: sector.gates for sector in the_move.sectors if sector.path}
    assert gates == {
        Sector.SOCIAL_SERVICES: (LegalGate.INFOHOUSE, LegalGate.INTERNAL),
        Sector.POLICE: (LegalGate.INTERNAL, LegalGate.INFOHOUSE),
    }


def test_in_the_demo_ballerup_serves_egedal_and_sct_hans_is_on_no_path(
    the_move: HandoverAnswer,
) -> None:
    (minds,) = (sector for sector in the_move.sectors if sector.sector is Sector.PSYCHIATRY)
    assert (minds.giving.rung, minds.taking.rung) == (0, 1)
    assert "act-psy-08" not in repr(the_move)
    assert minds.giving.posts[0].post.name == demo.GROUND.nodes["act-psy-03"].name  # pyright: ignore[reportAttributeAccessIssue]  # an Actor
