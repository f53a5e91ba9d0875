from datetime import date
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.access.view import View
from graph.errors import InvalidNeed, NotFound
from graph.model import Element, Holds
from graph.questions.meeting_participants import (
    MAX_REQUIREMENTS,
    MeetingParticipants,
    Requirement,
    fewest_covering,
    meeting_participants,
    union,
)
from graph.vocabulary import PostKind, Sector, Visibility
from seed.people import scenarios
from tests import kystby
from tests.fixtures.examples import examples
from tests.fixtures.snapshots import snapshot_of
from tests.graph.paths.additions import kystby_with, person, tie
from tests.graph.stand_ins import hidden_people, reseated
from tests.kystby import OUTSIDE, TODAY
from tests.seed import demo

AUTHORITIES: tuple[Requirement, ...] = ("kystby-kommune", "politi")


def participants_of(view: View, *required: Requirement, **terms: Any) -> MeetingParticipants:
    return meeting_participants(view, "kystby", required, **terms)


def people(answer: MeetingParticipants) -> list[str]:
    return [seat.person.id for seat in answer.seats if seat.person]


def by(answer: MeetingParticipants) -> dict[Requirement, list[str]]:
    return {covered.requirement: [who.id for who in covered.by] for covered in answer.covered}


def seats(person_id: str, *posts: str) -> tuple[Element, ...]:
    return (person(person_id), *(tie(Holds, person_id, post_id, share=0.3) for post_id in posts))


def test_participants_are_one_of_each_required_authority_without_an_absent_holder() -> None:
    answer = participants_of(kystby_with(*seats("gro", "release")), *AUTHORITIES)
    assert people(answer) == ["carl", "gro"]
    assert by(answer) == {"kystby-kommune": ["gro"], "politi": ["carl"]}
    assert [covered.rung for covered in answer.covered] == [0, 1]
    assert (answer.is_exact, answer.bound, answer.at_least) == (True, 1.0, 2)
    assert [post.id for post in answer.seats[1].posts] == ["release"]


def test_a_holder_of_several_posts_makes_fewer_participants() -> None:
    view = kystby_with(*seats("ida", "ssp-post", "release", "ihd"), *seats("gro", "release"))
    answer = participants_of(view, *AUTHORITIES)
    assert people(answer) == ["ida"]
    assert [post.id for post in answer.seats[0].posts] == ["ihd", "release", "ssp-post"]


def test_ties_between_equally_few_participants_go_to_the_first_ids() -> None:
    view = kystby_with(*seats("gro", "release"), *seats("eva", "release"))
    assert people(participants_of(view, PostKind.RELEASE_CONTACT)) == ["eva"]
    assert people(participants_of(view, PostKind.RELEASE_CONTACT, Sector.POLICE)) == ["carl", "eva"]


def test_an_absent_holder_participates_only_after_the_return() -> None:
    view = kystby_with(on=date(2026, 12, 7))
    assert people(participants_of(view, PostKind.SSP_COORDINATOR)) == ["amina"]
    assert people(participants_of(kystby_with(), PostKind.SSP_COORDINATOR)) == []


def test_a_deputy_participates_only_when_requested() -> None:
    view = kystby_with()
    without = participants_of(view, PostKind.SSP_COORDINATOR)
    assert (without.uncovered, without.seats) == ((PostKind.SSP_COORDINATOR,), ())
    with_bo = participants_of(view, PostKind.SSP_COORDINATOR, with_deputies=True)
    assert (with_bo.uncovered, people(with_bo)) == ((), ["bo"])


def test_uncovered_requirements_are_listed_and_show_whether_a_post_exists() -> None:
    answer = participants_of(
        kystby_with(), PostKind.RELEASE_CONTACT, Sector.PSYCHIATRY, Sector.POLICE
    )
    assert answer.uncovered == (PostKind.RELEASE_CONTACT, Sector.PSYCHIATRY)
    assert [covered.has_post for covered in answer.covered] == [True, False, True]
    assert people(answer) == ["carl"]
    assert answer.is_exact


def test_a_post_of_the_town_next_door_covers_nothing_here() -> None:
    assert participants_of(kystby_with(), "nabo-kommune").uncovered == ("nabo-kommune",)
    assert people(meeting_participants(kystby_with(), "nabo", ["nabo-kommune"])) == ["erik"]


def test_the_same_requirement_twice_is_one() -> None:
    answer = participants_of(kystby_with(), Sector.POLICE, Sector.POLICE)
    assert [covered.requirement for covered in answer.covered] == [Sector.POLICE]


def test_invalid_requirements_or_areas_are_refused() -> None:
    view = kystby_with()
    for required in ((), (Sector.POLICE,) * (MAX_REQUIREMENTS + 1), ("ihd",)):
        with pytest.raises(InvalidNeed, match="required"):
            participants_of(view, *required)
    with pytest.raises(InvalidNeed, match="area"):
        meeting_participants(view, "ihd", [Sector.POLICE])
    with pytest.raises(NotFound):
        participants_of(view, "nobody")


def first_of_the_smallest(masks: list[int]) -> tuple[int, ...]:
    target = union(masks)
    return next(
        chosen
        for size in range(len(masks) + 1)
        for chosen in combinations(range(len(masks)), size)
        if union(masks[at] for at in chosen) == target
    )


@examples(300)
@given(masks=st.lists(st.integers(0, 2**8 - 1), max_size=9))
def test_fewest_covering_returns_the_first_of_the_smallest_covers(masks: list[int]) -> None:
    cover = fewest_covering(masks)
    assert cover.positions == first_of_the_smallest(masks)
    assert (cover.is_exact, cover.at_least) == (True, len(cover.positions))


@examples(60)
@given(masks=st.lists(st.integers(0, 2**20 - 1), min_size=2, max_size=8))
def test_above_sixteen_requirements_the_cover_is_complete_and_within_its_bound(
    masks: list[int],
) -> None:
    full_mask = 2**20 - 1
    masks = [*masks, full_mask & ~union(masks)]
    cover, fewest = fewest_covering(masks), len(first_of_the_smallest(masks))
    assert union(masks[at] for at in cover.positions) == full_mask
    assert not cover.is_exact
    assert cover.at_least <= fewest <= len(cover.positions) <= cover.bound * fewest


HALVES_AND_TEMPTATION = [0b000_111, 0b111_000, 0b011_011]


def thrice(mask: int) -> int:
    """Return the six bits three times over: too many for an exact answer."""
    return mask | mask << 6 | mask << 12


def test_an_exact_cover_does_not_take_the_widest_where_two_halves_suffice() -> None:
    assert fewest_covering(HALVES_AND_TEMPTATION).positions == (0, 1)


def test_above_sixteen_requirements_a_greedy_cover_reports_a_lower_bound() -> None:
    cover = fewest_covering([thrice(mask) for mask in HALVES_AND_TEMPTATION])
    assert (cover.positions, cover.is_exact, cover.at_least) == ((0, 1, 2), False, 2)
    assert cover.bound == pytest.approx(sum(1 / part for part in range(1, 13)))


def test_thirty_people_and_sixteen_requirements_are_still_exact() -> None:
    pairs = [1 << at | 1 << (at + 1) % 16 for at in range(16)]
    triples = [1 << at | 1 << (at + 5) % 16 | 1 << (at + 9) % 16 for at in range(14)]
    cover = fewest_covering([*pairs, *triples])
    assert (cover.is_exact, len(cover.positions)) == (True, 6)


HIDDEN: tuple[Element, ...] = (person("a-hidden", visibility=Visibility.AREA),)
ASKED: tuple[Requirement, ...] = (Sector.YOUTH, PostKind.RELEASE_CONTACT)


def test_a_hidden_holder_participates_as_the_post_without_a_person() -> None:
    answer = participants_of(
        kystby_with(*HIDDEN, tie(Holds, "a-hidden", "release"), caller=OUTSIDE), *ASKED
    )
    (youth, release) = answer.covered
    assert [(seat.person, [post.id for post in seat.posts]) for seat in answer.seats] == [
        (None, ["release"])
    ]
    assert (youth.by, youth.by_hidden, youth.is_covered) == ((), (), False)
    assert (release.by, [post.id for post in release.by_hidden]) == ((), ["release"])
    assert answer.uncovered == (Sector.YOUTH,)
    assert "a-hidden" not in repr(answer)


def test_a_visible_holder_is_chosen_before_a_hidden_one() -> None:
    gro = person("gro", visibility=Visibility.OPEN), tie(Holds, "gro", "release", share=0.5)
    view = kystby_with(*HIDDEN, tie(Holds, "a-hidden", "release", share=0.5), *gro, caller=OUTSIDE)
    assert people(participants_of(view, PostKind.RELEASE_CONTACT)) == ["gro"]


def test_a_hidden_holder_on_leave_does_not_participate() -> None:
    away = person(
        "a-hidden", visibility=Visibility.AREA,
        absent_from=date(2026, 11, 20), absent_to=date(2026, 12, 1),
    )  # fmt: skip
    view = kystby_with(away, tie(Holds, "a-hidden", "release"), caller=OUTSIDE)
    assert participants_of(view, PostKind.RELEASE_CONTACT).uncovered == (PostKind.RELEASE_CONTACT,)


@examples(25)
@given(hidden_people("ssp-post release ihd outreach", "ssp-post release"), st.booleans())
def test_one_hidden_person_or_several_make_the_same_participants(
    hidden: tuple[Element, ...], with_deputies: bool
) -> None:
    elements = (*kystby.elements(), *hidden)
    twin = reseated(elements, ["a-hidden"], apart=True)
    required = (*AUTHORITIES, PostKind.RELEASE_CONTACT, Sector.YOUTH)
    views = (kystby.view_of(snapshot_of(world), OUTSIDE) for world in (elements, twin))
    answer, other = (
        participants_of(view, *required, with_deputies=with_deputies) for view in views
    )
    assert answer == other
    assert "hidden" not in repr(answer).replace("by_hidden", "")


def test_a_hidden_person_as_requirement_is_not_found_as_an_unknown_id_is() -> None:
    seated = (*HIDDEN, tie(Holds, "a-hidden", "release"))
    for missing in ("a-hidden", "nobody"):
        with pytest.raises(NotFound):
            participants_of(kystby_with(*seated, caller=OUTSIDE), missing)
    with pytest.raises(InvalidNeed, match="required"):
        participants_of(kystby_with(*seated), "a-hidden")


LAESOE_KINDS = (
    PostKind.INFOHOUSE_COORDINATOR_MUNICIPAL, PostKind.SSP_COORDINATOR, PostKind.RELEASE_CONTACT,
    PostKind.PSP_COORDINATOR_MUNICIPAL, PostKind.SSP_SCHOOL_CONTACT,
)  # fmt: skip


@pytest.mark.slow
def test_on_laesoe_one_person_covers_all_requirements_until_1_february() -> None:
    answer = meeting_participants(demo.view_of(), scenarios.LAESOE, LAESOE_KINDS)
    (seat,) = answer.seats
    assert len(seat.posts) == 5
    assert answer.uncovered == ()
    after = meeting_participants(demo.view_of(date(2027, 2, 1)), scenarios.LAESOE, LAESOE_KINDS)
    assert (after.seats, after.uncovered) == ((), LAESOE_KINDS)


def test_participants_for_all_sectors_of_thisted_are_exact() -> None:
    answer = meeting_participants(demo.view_of(), scenarios.THISTED, tuple(Sector))
    assert answer.is_exact
    assert answer.on == TODAY
    assert {who for ids in by(answer).values() for who in ids} == set(people(answer))
